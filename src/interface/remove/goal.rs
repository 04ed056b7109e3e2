//! What a removed link gets back at home: hours may have passed, and others may have taken part of it.

use std::collections::HashSet;
use std::fmt;

use crate::error::Result;
use crate::netns::NetNs;
use crate::ops;
use crate::record::snapshot::Snapshot;
use crate::text::printable_name;
use crate::types::{Family, IfIndex, Prefix};
use crate::wire::address::AddressInfo;
use crate::wire::link::LinkInfo;
use crate::wire::message::is_ipv6;
use crate::wire::next_hop;
use crate::wire::route::{self, RouteInfo};

/// How a link is to come home.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Terms {
    /// Without addresses and what depends on them.
    pub(crate) bare: bool,
    /// Down, whatever the link was: nothing proves that it is the right one.
    pub(crate) down: bool,
}

/// Returns what the link gets at home, and warns of each thing that stays away.
///
/// `own` is the index of the link, if the link is at home already.
pub(crate) fn of(home: &NetNs, origin: &Snapshot, own: Option<IfIndex>, terms: Terms) -> Result<Snapshot> {
    let mut goal = origin.clone();
    let name = origin.link.name;
    let stays_away =
        |what: &dyn fmt::Display, why: &dyn fmt::Display| log::warn!("{name} is at home without {what}: {why}");
    keep_names(home, &mut goal.link, own, &stays_away)?;
    keep_master(home, &mut goal, &stays_away)?;
    if terms.down && goal.link.is_up() {
        goal.link.flags &= !(libc::IFF_UP as u32);
        log::warn!("{name} stays down at home: nothing proves that it is the link that was there");
    }
    if terms.bare {
        return Ok(Snapshot {
            addresses: Vec::new(),
            routes: Vec::new(),
            neighbours: Vec::new(),
            next_hops: Vec::new(),
            ..goal
        });
    }
    keep_addresses(home, &mut goal.addresses, own, &stays_away)?;
    keep_next_hops(home, &mut goal, &stays_away)?;
    keep_routes(home, &mut goal.routes, own, &stays_away)?;
    Ok(goal)
}

type StaysAway<'a> = &'a dyn Fn(&dyn fmt::Display, &dyn fmt::Display);

/// Leaves out alternative names that another link has.
///
/// Before "net: move altnames together with the netdevice" (6.6) a kernel finds a link by its alternative names also in a
/// namespace that the link has left. Such an answer is a link that is not at home.
fn keep_names(home: &NetNs, link: &mut LinkInfo, own: Option<IfIndex>, stays_away: StaysAway<'_>) -> Result<()> {
    let mut kept = Vec::new();
    for name in std::mem::take(&mut link.alt_names) {
        match ops::link::find_by_alternative_name(home, &name)? {
            Some(other)
                if Some(other.index) != own
                    && ops::link::find(home, other.index)?.is_some_and(|link| link.alt_names.contains(&name)) =>
            {
                let shown = printable_name(&name).to_string();
                stays_away(&format_args!("the alternative name {shown}"), &format_args!("{} has it", other.name));
            }
            _ => kept.push(name),
        }
    }
    link.alt_names = kept;
    Ok(())
}

/// Leaves out a master whose index belongs to another link by now.
fn keep_master(home: &NetNs, goal: &mut Snapshot, stays_away: StaysAway<'_>) -> Result<()> {
    let Some(master) = goal.link.master else { return Ok(()) };
    let kind = goal.link.port.as_ref().map(|port| port.kind.as_slice());
    let is = ops::link::find(home, master)?;
    let is_it = |link: &LinkInfo| {
        (kind.is_none() || link.kind.as_deref() == kind) && goal.master_name.is_none_or(|name| name == link.name)
    };
    if !is.is_some_and(|link| is_it(&link)) {
        let name = goal.master_name.map_or_else(|| format!("link {master}"), |name| name.to_string());
        stays_away(&format_args!("its master {name}"), &"it is gone");
        (goal.link.master, goal.link.port) = (None, None);
    }
    Ok(())
}

/// Leaves out addresses with a lifetime, and addresses that another link has, whatever their length. Any number of links may
/// have the same link-local address.
fn keep_addresses(
    home: &NetNs,
    bodies: &mut Vec<Vec<u8>>,
    own: Option<IfIndex>,
    stays_away: StaysAway<'_>,
) -> Result<()> {
    if bodies.is_empty() {
        return Ok(());
    }
    let others = ops::address::all(home, None)?;
    bodies.retain(|body| {
        let Some(address) = AddressInfo::parse(body) else { return true };
        let is_same = |other: &&(AddressInfo, Vec<u8>)| {
            other.0.prefix.address() == address.prefix.address() && Some(other.0.index) != own
        };
        let is_unique = address.prefix.is_ipv4() || !address.prefix.is_link_local();
        let other = others.iter().find(is_same).filter(|_| is_unique);
        if !address.is_permanent() {
            stays_away(&format_args!("the address {}", address.prefix), &"it had a lifetime");
        } else if let Some((other, _)) = other {
            stays_away(
                &format_args!("the address {}", address.prefix),
                &format_args!("{} has it", name_of(home, other.index)),
            );
        }
        address.is_permanent() && other.is_none()
    });
    Ok(())
}

fn name_of(home: &NetNs, index: IfIndex) -> String {
    ops::link::get(home, index).map_or_else(|_| format!("link {index}"), |link| link.name.to_string())
}

/// Leaves out next-hop objects whose numbers are taken, and the routes over them.
fn keep_next_hops(home: &NetNs, goal: &mut Snapshot, stays_away: StaysAway<'_>) -> Result<()> {
    if goal.next_hops.is_empty() {
        return Ok(());
    }
    let taken = ops::next_hop::numbers(home)?;
    let is_taken = |body: &Vec<u8>| next_hop::number(body).is_some_and(|number| taken.contains(&number));
    goal.next_hops.iter().filter(|body| is_taken(body)).filter_map(|body| next_hop::number(body)).for_each(|number| {
        stays_away(&format_args!("the next-hop object {number}"), &"its number is taken");
    });
    goal.next_hops.retain(|body| !is_taken(body));
    goal.routes.retain(|body| {
        let lost = route::object(body).is_some_and(|number| taken.contains(&number));
        if let (true, Some(route)) = (lost, RouteInfo::parse(body)) {
            stays_away(&format_args!("the route to {}", route.destination), &"its next-hop object is another one");
        }
        !lost
    });
    Ok(())
}

/// Leaves out routes of daemons, routes with a lifetime, and routes whose destination has another route by now.
fn keep_routes(home: &NetNs, bodies: &mut Vec<Vec<u8>>, own: Option<IfIndex>, stays_away: StaysAway<'_>) -> Result<()> {
    let mut taken: HashSet<(Prefix, u32, u8)> = HashSet::new();
    let place = |body: &[u8], route: &RouteInfo| (route.destination, route.table, route::tos(body));
    for family in Family::ALL {
        let of_family = |body: &&Vec<u8>| is_ipv6(body) == (family == Family::Ipv6);
        let wanted: HashSet<_> =
            bodies.iter().filter(of_family).filter_map(|body| Some(place(body, &RouteInfo::parse(body)?))).collect();
        if !wanted.is_empty() {
            taken.extend(ops::route::places(home, family, own)?.into_iter().filter(|place| wanted.contains(place)));
        }
    }
    bodies.retain(|body| {
        let Some(route) = RouteInfo::parse(body) else { return true };
        let why = match () {
            () if route::is_of_daemon(body) => "a daemon made it",
            () if route::has_lifetime(body) => "it had a lifetime",
            () if taken.contains(&place(body, &route)) => "another one is there",
            () => return true,
        };
        stays_away(&format_args!("the route to {}", route.destination), &why);
        false
    });
    Ok(())
}
