//! The ordered steps of an add, all or nothing.
//!
//! One or many: each step is taken for all members of a list before the next one, so that they share the
//! conversations with the kernel.

use super::config::InterfaceConfig;
use super::configure::configure;
use super::link::{Link, Made, Origin};
use super::member::Member;
use super::place::place;
use super::plan::Plan;
use super::settle::{self, Announcing, Up};
use super::take_back::take_back;
use super::trail::Trail;
use super::undo::combine;
use super::{Interface, clash};
use crate::error::{Error, ErrorKind, Result};
use crate::namespace::Namespace;
use crate::namespace::identity::Identity;
use crate::namespace::journal::{Entry, List, Stage};
use crate::namespace::record::{Changes, Present};
use crate::types::Prefix;
use crate::wire::link::LinkInfo;

/// Adds interfaces.
pub(super) fn add(ns: &Namespace, list: &[(Link, InterfaceConfig)]) -> Result<Vec<Interface>> {
    let members = Member::all(ns, list);
    each(&members, |member| validate(ns, member.link, member.config))?;
    let _passes = each(&members, |member| {
        Ok((ns.netns.enter()?, member.link.origin.elsewhere().map(|netns| netns.enter()).transpose()?))
    })?;
    let reservations = each(&members, |member| ns.registry.reserve(member.link.source))?;
    let mut plans = Plan::make(&members)?;
    clash::check(&plans)?;
    let spare = ns.netns.spare_descriptor()?;
    let mut list = None;
    let added = match carry_out(&mut plans, &mut list) {
        Ok(added) => added,
        Err(error) => {
            drop(spare);
            return Err(combine(error, take_back(plans, list)));
        }
    };
    let changes: Vec<Changes> = plans.iter().map(Plan::changes).collect();
    let announcing = plans.iter().zip(&added).zip(&changes).filter_map(|((plan, added), changes)| {
        let announce = plan.member.config.announce;
        Some(Announcing { up: added.up.as_ref()?, addresses: &changes.addresses, announce })
    });
    settle::announce(ns, &announcing.collect::<Vec<_>>(), || true);
    let placed = plans.into_iter().zip(added).zip(changes).zip(reservations);
    let interfaces = placed.map(|(((plan, added), changes), reservation)| {
        let link = added.configured;
        let identity = Identity::of(&link);
        let present = Present { index: link.index, name: link.name, identity, home: plan.home, changes };
        let (record, present) = reservation.fulfil(present);
        Interface::new(ns.clone(), record, present)
    });
    Ok(interfaces.collect())
}

/// Does something for each member; the first failure says whose it is.
fn each<'a, T>(members: &[Member<'a>], act: impl Fn(&Member<'a>) -> Result<T>) -> Result<Vec<T>> {
    members.iter().map(|member| act(member).map_err(|error| member.blame(error))).collect()
}

/// Refuses what cannot be, before anything is touched.
pub(super) fn validate(ns: &Namespace, link: &Link, config: &InterfaceConfig) -> Result<()> {
    config.all_addresses().try_for_each(Prefix::check_assignable)?;
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

/// Writes down what is about to be done, for all members before the first change. Several are completed as one.
fn begin(plans: &mut [Plan<'_>], list: &mut Option<List>) -> Result<()> {
    let Some(first) = plans.first().map(|plan| plan.member) else { return Ok(()) };
    if let Some(journal) = first.ns.registry.journal().filter(|_| plans.len() > 1) {
        *list = Some(journal.begin_list(first.ns.id()).map_err(|error| first.blame(error))?);
    }
    for (position, plan) in plans.iter_mut().enumerate() {
        let place = list.as_ref().map(|list| list.place(position));
        let begun = Trail::begin(plan.member.ns, || Entry { place, ..plan.entry() });
        plan.trail = begun.map_err(|error| plan.member.blame(error))?;
    }
    Ok(())
}

/// What has become of a link.
struct Added {
    /// What it was like when it was configured.
    configured: LinkInfo,
    /// None when it has not come up.
    up: Option<Up>,
}

/// Takes all steps up to the announcement.
fn carry_out(plans: &mut [Plan<'_>], list: &mut Option<List>) -> Result<Vec<Added>> {
    begin(plans, list)?;
    let placed = place(plans)?;
    let configured = configure(plans, &placed)?;
    let settled = settle::wait(plans, &configured)?;
    for (plan, link) in plans.iter_mut().zip(&configured) {
        let present = plan.trail.update(|entry| {
            entry.name = link.name.as_bytes().to_vec();
            entry.identity = Some(Identity::of(link));
            entry.stage = Stage::Present;
        });
        present.map_err(|error| plan.member.blame(error))?;
    }
    if let (Some(list), Some(plan)) = (list, plans.first()) {
        list.finish().map_err(|error| plan.member.blame(error))?;
    }
    Ok(configured.into_iter().zip(settled).map(|(configured, up)| Added { configured, up }).collect())
}
