//! Reads and changes routes.

use std::collections::HashSet;
use std::net::IpAddr;

use crate::error::{Context, Result};
use crate::netns::NetNs;
use crate::types::{Family, IfIndex, Prefix, default_metric};
use crate::wire::message::Message;
use crate::wire::request::Request;
use crate::wire::route;
use crate::wire::route::{MAIN, PROTOCOL, RTM_NEWROUTE, RouteInfo};

/// `RTNLGRP_IPV6_ROUTE` of linux/rtnetlink.h.
const RTNLGRP_IPV6_ROUTE: u32 = 11;

/// Folds the routes of a table and family into a state that `start` creates, without keeping them. When routes change
/// meanwhile, a route may be visited more than once.
pub(crate) fn fold_table<S>(
    netns: &NetNs,
    family: Family,
    table: u32,
    start: impl Fn() -> S,
    mut visit: impl FnMut(&mut S, RouteInfo),
) -> Result<S> {
    fold(netns, family, &route::dump_table(family, table), start, |state, _, route| {
        if route.table == table {
            visit(state, route);
        }
    })
}

/// Finds a route of a table and family.
pub(crate) fn find(
    netns: &NetNs,
    family: Family,
    table: u32,
    is_it: impl Fn(&RouteInfo) -> bool,
) -> Result<Option<RouteInfo>> {
    fold_table(
        netns,
        family,
        table,
        || None,
        |found, route| {
            if is_it(&route) {
                *found = Some(route);
            }
        },
    )
}

/// Reads the routes of a family that this library added, in all tables.
pub(crate) fn owned(netns: &NetNs, family: Family) -> Result<Vec<RouteInfo>> {
    let mut routes = fold(netns, family, &route::dump_ours(family), Vec::new, |found, _, route| {
        if route.protocol == PROTOCOL {
            found.push(route);
        }
    })?;
    let mut seen = HashSet::new();
    routes.retain(|route| seen.insert(*route));
    Ok(routes)
}

/// Returns the bodies of the routes of all tables, of one family, that this library added.
pub(crate) fn owned_bodies(netns: &NetNs, family: Family) -> Result<Vec<Vec<u8>>> {
    let mut bodies = fold(netns, family, &route::dump_ours(family), Vec::new, |found, message, route| {
        if route.protocol == PROTOCOL {
            found.push(message.payload.to_vec());
        }
    })?;
    let mut seen = HashSet::new();
    bodies.retain(|body| seen.insert(body.clone()));
    Ok(bodies)
}

/// Adds or removes a route of this library. `done` checks on the routes whether the kernel did so.
pub(crate) fn change(
    netns: &NetNs,
    family: Family,
    request: &Request,
    done: impl FnOnce(&[RouteInfo]) -> bool,
) -> Result<()> {
    super::verify_uncertain(netns.change(request), || Ok(done(&owned(netns, family)?)))
}

/// Reads the routes that go with a link and its addresses, in all tables, as message bodies.
pub(crate) fn depending_on(netns: &NetNs, family: Family, link: IfIndex, sources: &[IpAddr]) -> Result<Vec<Vec<u8>>> {
    fold(netns, family, &route::dump_all(family), Vec::new, |found, message, _| {
        if route::depends_on(message.payload, link, sources) && !route::is_kernel_route(message.payload) {
            found.push(message.payload.to_vec());
        }
    })
}

/// Returns destination, table and type of service of each route of one family, except for those on one link.
pub(crate) fn places(netns: &NetNs, family: Family, but_on: Option<IfIndex>) -> Result<HashSet<(Prefix, u32, u8)>> {
    fold(netns, family, &route::dump_all(family), HashSet::new, |places, message, route| {
        if but_on.is_none() || route.link != but_on {
            places.insert((route.destination, route.table, route::tos(message.payload)));
        }
    })
}

/// Builds requests that remove what is left of dumped routes, before these are replayed on a link that may have another
/// index.
pub(crate) fn leftovers(netns: &NetNs, bodies: &[Vec<u8>], from: IfIndex, to: IfIndex) -> Result<Vec<Request>> {
    let watched: Vec<&Vec<u8>> = bodies.iter().filter(|body| route::is_worth_watching(body)).collect();
    if watched.is_empty() {
        return Ok(Vec::new());
    }
    let destinations: HashSet<Prefix> =
        watched.iter().filter_map(|body| Some(RouteInfo::parse(body)?.destination)).collect();
    let present = fold(netns, Family::Ipv6, &route::dump_all(Family::Ipv6), Vec::new, |found, message, route| {
        if destinations.contains(&route.destination) {
            found.push(message.payload.to_vec());
        }
    })?;
    let leftovers = watched.into_iter().flat_map(|body| {
        let leftovers = route::leftovers(body, from, to, &present);
        if let (None, Some(route)) = (&leftovers, RouteInfo::parse(body)) {
            let destination = route.destination;
            log::warn!(
                "the route to {destination} in {netns} may be another one: it is not told from one over an object"
            );
        }
        leftovers.unwrap_or_default()
    });
    Ok(leftovers.collect())
}

/// Looks up the route of a packet to an address, through a link if one is named.
pub(crate) fn lookup(netns: &NetNs, address: IpAddr, by: Option<IfIndex>) -> Result<RouteInfo> {
    netns.with_connection(|connection| connection.get(&route::lookup(address, by), RouteInfo::parse))
}

/// Describes the default route with a metric.
pub(crate) fn describe_default(netns: &NetNs, family: Family, metric: Option<u32>) -> String {
    let shown = metric.map_or_else(String::new, |metric| format!(" with metric {metric}"));
    let wanted = metric.unwrap_or(default_metric(family));
    match find(netns, family, MAIN, |route| route.is_default_with(wanted)) {
        Ok(Some(RouteInfo { gateway: Some(gateway), .. })) => format!("the gateway {gateway}{shown} is set already"),
        Ok(Some(RouteInfo { link: Some(link), .. })) => match super::link::get(netns, link) {
            Ok(link) => format!("the default route by {}{shown} is set already", link.name),
            Err(_) => format!("the default route by link {link}{shown} is set already"),
        },
        _ => format!("an {family} default route{shown} is there already"),
    }
}

fn fold<S>(
    netns: &NetNs,
    family: Family,
    request: &Request,
    start: impl Fn() -> S,
    mut visit: impl FnMut(&mut S, &Message<'_>, RouteInfo),
) -> Result<S> {
    let read = |state: &mut S, message: &Message<'_>| {
        if message.kind == RTM_NEWROUTE {
            if let Some(route) = RouteInfo::parse(message.payload).filter(|route| !route.is_cache_entry()) {
                visit(state, message, route);
            }
        }
    };
    let routes = netns.with_connection(|connection| match family {
        Family::Ipv4 => connection.dump(request, &start, read),
        Family::Ipv6 => connection.dump_watched(request, RTNLGRP_IPV6_ROUTE, start(), read),
    });
    match routes {
        // The table does not exist before the first link is up.
        Err(error) if error.errno() == Some(libc::ENOENT) => Ok(start()),
        routes => routes.doing(|| format!("read the routes in {netns}")),
    }
}
