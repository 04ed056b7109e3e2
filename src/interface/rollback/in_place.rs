//! Undoes an add on a link that was in its namespace before.

use crate::interface::rollback::addresses::relabel;
use crate::interface::rollback::rebuild::{Extent, rebuild};
use crate::interface::rollback::rename::rename;
use crate::interface::rollback::resend::absent_is_fine;
use crate::interface::rollback::routes::replay_routes;
use crate::interface::rollback::routing::removal;
use crate::interface::rollback::{Problems, RollbackError, gone};
use crate::netns::NetNs;
use crate::ops;
use crate::record::identity::Identity;
use crate::record::interface::Requested;
use crate::record::snapshot::Snapshot;
use crate::types::{Address, Family, IfIndex, Prefix, Route, RouteTarget};
use crate::wire::address;
use crate::wire::address::AddressInfo;
use crate::wire::link;
use crate::wire::link::LinkInfo;
use crate::wire::message::is_ipv6;
use crate::wire::route;
use crate::wire::route::{PROTOCOL, RouteInfo, to_route};

/// Undoes what an add changed on a link in place, and nothing else. If that costs the link other addresses and routes, these
/// are restored from `kept`.
pub(crate) fn in_place(
    netns: &NetNs,
    snapshot: &Snapshot,
    changes: &Requested,
    kept: &Snapshot,
) -> std::result::Result<(), RollbackError> {
    let was = &snapshot.link;
    let index = was.index;
    let is = match ops::link::find(netns, index) {
        Ok(Some(is)) if Identity::of(was).same_kind(&is) => is,
        Ok(_) => return Err(gone(was)),
        Err(error) => return Err(RollbackError::Failed(format!("{} is not found: {error}", was.name))),
    };
    let mut problems = Problems::default();
    if is.name != was.name {
        if let Err(error) = rename(netns, index, &[was.name.as_bytes()]) {
            return Err(RollbackError::Failed(format!("{} is in {netns} as {}: {error}", was.name, is.name)));
        }
    }
    // Even if the name is right: an interrupted undo may have restored it.
    problems.note("labels", relabel(netns, index, &snapshot.addresses));
    let own = Own::of(snapshot, changes);
    let there = match own.present(netns, index) {
        Ok(there) => there,
        Err(error) => return Err(RollbackError::Failed(format!("{} is in {netns}: {error}", was.name))),
    };
    there.take_off(netns, index, &mut problems);
    if changes.master.is_some() && is.master != was.master {
        problems.note("master", netns.change(&link::set_master(index, was.master)));
    }
    let goal_link = link_before(is, was, &kept.link, changes);
    let undone = problems.into_result(format!("{} is in {netns}", was.name));
    let (goal, since) = goal(snapshot, kept, goal_link, &own);
    let rebuilt = rebuild(netns, index, &goal, Extent::InPlace);
    if let Err(error) = replay_routes(netns, index, index, &since) {
        // These routes may lead over routes that the add had brought.
        log::warn!("{} in {netns} may have lost routes that were made since it was added: {error}", goal.link.name);
    }
    RollbackError::join(undone, rebuilt)
}

/// Returns the link as it is now, with the attributes that the add asked for as they were before. The rest is none of the add's
/// business.
fn link_before(is: LinkInfo, was: &LinkInfo, kept: &LinkInfo, changes: &Requested) -> LinkInfo {
    let flags =
        [(true, libc::IFF_UP), (changes.promiscuous, libc::IFF_PROMISC), (changes.all_multicast, libc::IFF_ALLMULTI)];
    let own_flags = flags.into_iter().filter(|(asked, _)| *asked).fold(0, |all, (_, flag)| all | flag as u32);
    // One of the alternative names may have become the name.
    let given_up = was.alt_names.iter().filter(|name| **name == is.name.as_bytes());
    LinkInfo {
        mac: if changes.mac.is_some() { was.mac } else { is.mac },
        mtu: if changes.mtu.is_some() { was.mtu } else { is.mtu },
        tx_queue_len: if changes.tx_queue_len.is_some() { was.tx_queue_len } else { is.tx_queue_len },
        alias: if changes.alias.is_some() { was.alias.clone() } else { is.alias.clone() },
        alt_names: is.alt_names.iter().chain(given_up).cloned().collect(),
        // A small MTU takes IPv6 and its settings off the link.
        inet6: if changes.mtu.is_some() { kept.inet6.clone() } else { is.inet6.clone() },
        flags: (is.flags & !own_flags) | (was.flags & own_flags),
        name: was.name,
        master: was.master,
        port: was.port.clone(),
        ..is
    }
}

/// Returns the state to rebuild, and the routes since the add, which are restored last.
fn goal(before: &Snapshot, kept: &Snapshot, link: LinkInfo, own: &Own) -> (Snapshot, Vec<Vec<u8>>) {
    // A link without IPv6 keeps nothing of IPv6. A link that is down keeps no route and no neighbour.
    let has_ipv6 = !before.link.inet6.as_ref().is_some_and(|inet6| inet6.disabled);
    let is_up = link.is_up();
    let can_stay = |body: &Vec<u8>| has_ipv6 || !is_ipv6(body);
    let mut goal = Snapshot { link, settings: before.settings.clone(), ..kept.clone() };
    goal.addresses.retain(|body| can_stay(body) && !own.has_address(body));
    goal.neighbours.retain(|body| is_up && can_stay(body));
    goal.routes.retain(|body| is_up && can_stay(body) && !own.has_route(body));
    let (from_before, since) = goal.routes.into_iter().partition(|body| before.routes.contains(body));
    goal.routes = from_before;
    (goal, since)
}

/// Returns what a link in place keeps when its add is undone later: its present state, and the IPv6 state that the add took by
/// turning IPv6 off or by its MTU. Link-local addresses that the kernel has created since are not kept.
pub(crate) fn kept_since(before: &Snapshot, now: &Snapshot, changes: &Requested) -> Snapshot {
    let has_ipv6 = |snapshot: &Snapshot| snapshot.link.inet6.as_ref().is_some_and(|inet6| !inet6.disabled);
    let ipv6_from = if has_ipv6(before) && !has_ipv6(now) { before } else { now };
    let is_automatic = |body: &&Vec<u8>| AddressInfo::parse(body).is_some_and(|address| address.prefix.is_link_local());
    let ipv6 = |snapshot: fn(&Snapshot) -> &Vec<Vec<u8>>| snapshot(ipv6_from).iter().filter(|body| is_ipv6(body));
    let ipv4 = |snapshot: fn(&Snapshot) -> &Vec<Vec<u8>>| snapshot(now).iter().filter(|body| !is_ipv6(body));
    let automatic = before.addresses.iter().filter(|body| is_ipv6(body)).filter(is_automatic);
    let addresses = ipv4(|s| &s.addresses).chain(ipv6(|s| &s.addresses).filter(|body| !is_automatic(body)));
    let ipv6_routes = ipv6(|s| &s.routes).map(|body| route_before(before, body, changes));
    let inet6 = now.link.inet6.clone().or_else(|| before.link.inet6.clone());
    Snapshot {
        link: LinkInfo { inet6, ..now.link.clone() },
        addresses: addresses.chain(automatic).cloned().collect(),
        routes: ipv4(|s| &s.routes).chain(ipv6_routes).cloned().collect(),
        neighbours: ipv4(|s| &s.neighbours).chain(ipv6(|s| &s.neighbours)).cloned().collect(),
        ..now.clone()
    }
}

/// Returns a route as it was before the add, if the MTU of the add has changed the MTU of the route; else as it is.
pub(crate) fn route_before<'a>(before: &'a Snapshot, is: &'a Vec<u8>, changes: &Requested) -> &'a Vec<u8> {
    let route = RouteInfo::parse(is).filter(|_| changes.mtu.is_some() && route::has_mtu(is));
    before.routes.iter().find(|was| route.is_some() && RouteInfo::parse(was) == route).unwrap_or(is)
}

/// Restores the name of a link in its namespace, and everything else in the snapshot.
pub(crate) fn put_back(netns: &NetNs, snapshot: &Snapshot) -> std::result::Result<(), RollbackError> {
    let was = &snapshot.link;
    let renamed = match ops::link::find(netns, was.index) {
        Ok(Some(is)) if is.name == was.name => Ok(()),
        _ => rename(netns, was.index, &[was.name.as_bytes()]),
    };
    renamed.map_err(|error| {
        RollbackError::Failed(format!("{} is in {netns} with index {}: {error}", was.name, was.index))
    })?;
    // Even if the name is right: the link may have had another name in between.
    let mut problems = Problems::default();
    problems.note("labels", relabel(netns, was.index, &snapshot.addresses));
    let relabelled = problems.into_result(format!("{} is in {netns}", was.name));
    RollbackError::join(rebuild(netns, was.index, snapshot, Extent::Whole), relabelled)
}

fn is_same_via(via: &Route, found: &Route) -> bool {
    via.place() == found.place() && via.next_hops == found.next_hops
}

/// The part of the requests that was not there before the add.
struct Own {
    addresses: Vec<Address>,
    routes: Vec<Prefix>,
    vias: Vec<Route>,
}

impl Own {
    fn of(before: &Snapshot, changes: &Requested) -> Self {
        let addresses: Vec<_> = before.addresses.iter().filter_map(|body| AddressInfo::parse(body)).collect();
        let routes = before.routes.iter().filter_map(|body| RouteInfo::parse(body));
        let routes: Vec<_> = routes.filter(RouteInfo::is_as_added_on_link).collect();
        let new_address = |address: &&Address| addresses.iter().all(|had| had.prefix != address.prefix());
        let new_route = |route: &&Prefix| routes.iter().all(|had| had.destination != **route);
        Self {
            addresses: changes.addresses.iter().filter(new_address).cloned().collect(),
            routes: changes.routes.iter().filter(new_route).copied().collect(),
            // There was none before: the add would have been refused.
            vias: changes.vias.iter().filter(|route| route.target == RouteTarget::NextHops).cloned().collect(),
        }
    }

    /// Keeps what is there. What is missing needs no undo; neither does anything of an add that lacked the right to change
    /// things.
    fn present(&self, netns: &NetNs, index: IfIndex) -> crate::error::Result<Self> {
        let mut there = Self { addresses: self.addresses.clone(), routes: self.routes.clone(), vias: Vec::new() };
        let addresses = ops::address::all(netns, Some(index))?;
        there.addresses.retain(|own| addresses.iter().any(|(address, _)| address.prefix == own.prefix()));
        if !self.routes.is_empty() {
            let mut routes = ops::route::owned(netns, Family::Ipv4)?;
            routes.extend(ops::route::owned(netns, Family::Ipv6)?);
            there
                .routes
                .retain(|own| routes.iter().any(|route| route.destination == *own && route.link == Some(index)));
        }
        for family in Family::ALL.into_iter().filter(|_| !self.vias.is_empty()) {
            let routes: Vec<Route> =
                ops::route::owned_bodies(netns, family)?.iter().filter_map(|body| to_route(body)).collect();
            let is_there = |via: &&Route| routes.iter().any(|found| is_same_via(via, found));
            there.vias.extend(self.vias.iter().filter(is_there).cloned());
        }
        Ok(there)
    }

    /// Removes addresses and routes from the link.
    fn take_off(&self, netns: &NetNs, index: IfIndex, problems: &mut Problems) {
        for route in &self.routes {
            problems.note(route, absent_is_fine(netns.change(&route::delete_on_link(index, *route))));
        }
        for address in &self.addresses {
            problems.note(address, absent_is_fine(netns.change(&address::delete(index, address))));
        }
        for route in &self.vias {
            problems.note(route, absent_is_fine(netns.change(&removal(route).delete())));
        }
    }

    fn has_address(&self, body: &[u8]) -> bool {
        let found = AddressInfo::parse(body);
        found.is_some_and(|found| self.addresses.iter().any(|address| address.prefix() == found.prefix))
    }

    fn has_route(&self, body: &[u8]) -> bool {
        let Some(route) = RouteInfo::parse(body).filter(|route| route.protocol == PROTOCOL) else { return false };
        let is_via = to_route(body).is_some_and(|found| self.vias.iter().any(|via| is_same_via(via, &found)));
        is_via || (route.is_as_added_on_link() && self.routes.contains(&route.destination))
    }
}
