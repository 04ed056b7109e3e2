//! The ordered steps of an add, all or nothing.

use super::config::InterfaceConfig;
use super::configure::{Surroundings, configure};
use super::link::{Link, Made, Origin};
use super::place::place;
use super::plan::Plan;
use super::settle::Up;
use super::trail::Trail;
use super::undo::combine;
use super::{Interface, clash, settle};
use crate::error::{Error, ErrorKind, Result};
use crate::namespace::Namespace;
use crate::namespace::journal::Stage;
use crate::namespace::record::{Home, Identity, Present};
use crate::wire::address::AddressInfo;
use crate::wire::link::LinkInfo;

/// Adds an interface.
pub(super) fn add(ns: &Namespace, link: &Link, config: &InterfaceConfig) -> Result<Interface> {
    validate(ns, link, config)?;
    let _passes = (ns.netns.enter()?, link.origin.elsewhere().map(|netns| netns.enter()).transpose()?);
    let reservation = ns.registry.reserve(link.source)?;
    let mut plan = Plan::make(ns, link, config)?;
    if config.clash_check {
        clash::check(&ns.netns, &config.addresses)?;
    }
    let spare = ns.netns.spare_descriptor()?;
    let mut trail = Trail::begin(ns, || plan.entry())?;
    let (configured, settled) = match carry_out(&mut plan, &mut trail) {
        Ok(done) => done,
        Err(error) => {
            drop(spare);
            let undone = plan.undo(&mut trail);
            if undone.is_ok() {
                trail.remove();
            }
            return Err(combine(error, undone));
        }
    };
    let changes = config.changes();
    if let Some(up) = settled {
        settle::announce(ns, &up, &changes.addresses, config.announce, || true);
    }
    let present = Present {
        index: configured.index,
        name: configured.name,
        identity: Identity::of(&configured),
        home: plan.home,
        changes,
    };
    let (record, present) = reservation.fulfil(present);
    Ok(Interface::new(ns.clone(), record, present))
}

/// Refuses what cannot be, before anything is touched.
pub(super) fn validate(ns: &Namespace, link: &Link, config: &InterfaceConfig) -> Result<()> {
    // The kernel says yes to 0.0.0.0 and adds nothing.
    if let Some(address) = config.all_addresses().find(|address| address.address().is_unspecified()) {
        let message = format!("{address} is not an address that a link can have");
        return Err(Error::new(ErrorKind::InvalidArgument, message));
    }
    if let Some(address) = config.link_local.iter().find(|address| !address.is_link_local()) {
        let message = format!("{address} is not a link-local address (169.254.0.0/16, fe80::/10)");
        return Err(Error::new(ErrorKind::InvalidArgument, message));
    }
    match &link.origin {
        Origin::Existing(home) if home.id() == ns.id() => {
            let message = format!("{} is in {home} already: it cannot be moved into the same namespace", link.source);
            Err(Error::new(ErrorKind::InvalidArgument, message))
        }
        // The kernel takes one and pays no heed to it.
        Origin::Made(Made::Ipvlan(_)) if config.mac.is_some() => {
            Err(Error::new(ErrorKind::InvalidArgument, "an ipvlan has the MAC of its parent: it cannot be given one"))
        }
        _ => Ok(()),
    }
}

/// Takes all steps up to the announcement. Tells what the link is like when it is configured, and when it
/// has come up, if it has.
fn carry_out(plan: &mut Plan<'_>, trail: &mut Trail) -> Result<(LinkInfo, Option<Up>)> {
    let placed = place(plan, trail)?;
    let around = Surroundings {
        netns: &plan.ns.netns,
        created: matches!(plan.home, Home::Created),
        had_ipv6: had_ipv6(&plan.home),
        master: plan.master,
    };
    let configured = configure(&around, &placed, plan.config)?;
    let settled = settle::wait(&plan.ns.netns, configured.clone(), plan.config)?;
    trail.update(|entry| {
        entry.name = configured.name.as_bytes().to_vec();
        entry.identity = Some(Identity::of(&configured));
        entry.stage = Stage::Present;
    })?;
    Ok((configured, settled))
}

/// Whether a link that stays where it is has IPv6 addresses of its own.
fn had_ipv6(home: &Home) -> bool {
    let Home::InPlace { snapshot } = home else { return false };
    let mut addresses = snapshot.addresses.iter().filter_map(|body| AddressInfo::parse(body));
    addresses.any(|address| address.prefix.is_ipv6() && !address.prefix.is_link_local())
}
