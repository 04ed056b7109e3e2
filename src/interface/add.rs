//! The ordered steps of an add, all or nothing.

use std::sync::Arc;

use super::config::InterfaceConfig;
use super::configure::{Surroundings, configure};
use super::link::{Link, Origin};
use super::place::{Placed, place};
use super::restore::{self, Left, combine};
use super::{Interface, clash, settle, snapshot};
use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::record::{Changes, Home, Identity, Present};
use crate::namespace::{Namespace, NetNs};
use crate::ops;
use crate::types::{IfIndex, IfName};
use crate::wire::address::AddressInfo;
use crate::wire::link::LinkInfo;

/// Adds an interface.
pub(super) fn add(ns: &Namespace, link: &Link, config: &InterfaceConfig) -> Result<Interface> {
    let netns = &*ns.netns;
    let reservation = validate(ns, link, config).and_then(|()| ns.registry.reserve(link.source))?;
    let master = config.master.map(|source| find_master(ns, source)).transpose()?;
    if config.clash_check {
        clash::check(netns, &config.addresses)?;
    }
    let mut placed = place(ns, link, config).map_err(|(error, undone)| combine(error, undone))?;
    let result = finish(&ns.netns, &mut placed, master, config);
    let after = match result {
        Ok(after) => after,
        Err(error) => return Err(combine(error, undo(netns, &placed, config))),
    };
    let identity = Identity::of(&after);
    let settled = settle::wait(netns, after, config).map_err(|error| combine(error, undo(netns, &placed, config)))?;
    if let Some(link) = settled {
        settle::announce(ns, &link, &changes(config).addresses, config.announce, || true);
    }
    let present = Present {
        index: placed.link.index,
        name: placed.link.name,
        identity,
        home: placed.home,
        changes: changes(config),
    };
    let (record, present) = reservation.fulfil(present);
    Ok(Interface::new(ns.clone(), record, present))
}

/// Refuses what cannot be, before anything is touched.
fn validate(ns: &Namespace, link: &Link, config: &InterfaceConfig) -> Result<()> {
    // The kernel says yes to 0.0.0.0 and adds nothing.
    if let Some(address) = config.all_addresses().find(|address| address.address().is_unspecified()) {
        return Err(Error::new(
            ErrorKind::InvalidArgument,
            format!("{address} is not an address that a link can have"),
        ));
    }
    match &link.origin {
        Origin::Existing(home) if home.id() == ns.id() => {
            let message = format!("{} is in {home} already: it cannot be moved into the same namespace", link.source);
            Err(Error::new(ErrorKind::InvalidArgument, message))
        }
        _ => Ok(()),
    }
}

/// The bridge with a source name, as it is now.
fn find_master(ns: &Namespace, source: IfName) -> Result<(IfName, LinkInfo)> {
    let unknown =
        || Error::new(ErrorKind::NotFound, format!("no interface with source name {source} to be its master"));
    let (_, present) = ns.registry.by_source(source.as_bytes()).ok_or_else(unknown)?;
    let link = ops::link::get(&ns.netns, present.index).doing(|| format!("find the master {source}"))?;
    Ok((source, link))
}

/// Configures a link that is in its namespace.
fn finish(
    netns: &Arc<NetNs>,
    placed: &mut Placed,
    master: Option<(IfName, LinkInfo)>,
    config: &InterfaceConfig,
) -> Result<LinkInfo> {
    let master: Option<(IfName, IfIndex)> = master.map(|(source, link)| {
        placed.bridges.push((Arc::clone(netns), snapshot::bridge(&link)));
        (source, link.index)
    });
    let had_ipv6 = match &placed.home {
        Home::InPlace { snapshot } => snapshot
            .addresses
            .iter()
            .filter_map(|body| AddressInfo::parse(body))
            .any(|address| address.prefix.is_ipv6() && !address.prefix.is_link_local()),
        Home::Moved { .. } | Home::Created => false,
    };
    let created = matches!(placed.home, Home::Created);
    configure(&Surroundings { netns, created, had_ipv6, master }, &placed.link, config)
}

/// Puts everything back after a step behind the placing failed.
fn undo(netns: &NetNs, placed: &Placed, config: &InterfaceConfig) -> std::result::Result<(), Left> {
    let index = placed.link.index;
    let link = match &placed.home {
        Home::Moved { netns: home, snapshot } => restore::bring_home(home, snapshot, netns, index),
        Home::InPlace { snapshot } => restore::in_place(netns, snapshot, &changes(config)),
        Home::Created => restore::delete(netns, index),
    };
    link.and(restore::bridges(&placed.bridges))
}

fn changes(config: &InterfaceConfig) -> Changes {
    Changes {
        mac: config.mac.is_some(),
        mtu: config.mtu.is_some(),
        tx_queue_len: config.tx_queue_len.is_some(),
        alias: config.alias.is_some(),
        master: config.master.is_some(),
        addresses: config.all_addresses().collect(),
        routes: config.installed_routes().collect(),
    }
}
