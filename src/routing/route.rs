//! Static routes of a namespace.

use std::net::IpAddr;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::ops;
use crate::routing::{is_gateway, next_hop, remove_found};
use crate::types::{Family, Route, RouteTarget};
use crate::wire::route::{NewRoute, RouteInfo, to_route};

/// See [`Namespace::add_route`].
pub(crate) fn add_route(ns: &Namespace, route: Route) -> Result<()> {
    add(&ns.netns, &route).doing(|| format!("add the route {route} in {ns}"))
}

/// See [`Namespace::replace_route`].
pub(crate) fn replace_route(ns: &Namespace, route: Route) -> Result<()> {
    replace(&ns.netns, &route).doing(|| format!("replace the route {route} in {ns}"))
}

/// See [`Namespace::remove_route`].
pub(crate) fn remove_route(ns: &Namespace, route: Route) -> Result<()> {
    // The command removes by destination alone, which says nothing of where the route leads.
    let shown = match route.target {
        RouteTarget::NextHops => route.to_string(),
        RouteTarget::Blackhole | RouteTarget::Unreachable => route.destination.to_string(),
    };
    remove(&ns.netns, &route).doing(|| format!("remove the route {shown} in {ns}"))
}

/// See [`Namespace::routes`].
pub(crate) fn routes(ns: &Namespace) -> Result<Vec<Route>> {
    let mut routes = Vec::new();
    for family in Family::ALL {
        let owned = owned(&ns.netns, family)?.into_iter();
        routes.extend(owned.map(|(_, route)| route).filter(|route| route.metric.is_some() || !is_gateway(route)));
    }
    Ok(routes)
}

/// The routes by way of next hops, or to nowhere, that this library made.
fn owned(netns: &NetNs, family: Family) -> Result<Vec<(RouteInfo, Route)>> {
    let bodies = ops::route::owned_bodies(netns, family)?;
    Ok(bodies.iter().filter_map(|body| Some((RouteInfo::parse(body)?, to_route(body)?))).collect())
}

/// What the kernel is asked for, by the links of the direct routes to the next hops.
fn resolved(netns: &NetNs, route: &Route) -> Result<NewRoute> {
    NewRoute::of(route, |next_hop| next_hop::link_to(netns, next_hop, None).map(Some))
}

fn add(netns: &NetNs, route: &Route) -> Result<()> {
    let new = resolved(netns, route)?;
    let added = |routes: &[RouteInfo]| routes.iter().any(|found| new.is(found));
    let refusal = match ops::route::change(netns, route.destination.family(), &new.add(), added) {
        Err(refusal) if refusal.errno() == Some(libc::EEXIST) => refusal,
        added => return added,
    };
    match joined(netns, route)? {
        // The kernel adds to a route of IPv6; the next hops that the route has need not be reached any more.
        Some(all) if all.destination.family() == Family::Ipv6 => {
            ops::route::change(netns, Family::Ipv6, &new.append(), |_| is_there(netns, &all))
        }
        Some(all) => replace(netns, &all),
        None => Err(refusal.context(describe_other(netns, route))),
    }
}

/// The route of this library's that is in the way, with the new next hops beside its own, if that is all they differ in.
fn joined(netns: &NetNs, route: &Route) -> Result<Option<Route>> {
    let there = find(netns, route)?;
    let Some((_, there)) = there.filter(|(_, there)| there.target == RouteTarget::NextHops) else { return Ok(None) };
    let bare = |route: &Route| Route { next_hops: Vec::new(), ..route.clone() };
    let is_new = |next_hop: &IpAddr| !there.next_hops.contains(next_hop);
    if bare(&there) != bare(route) || route.next_hops.is_empty() || !route.next_hops.iter().all(is_new) {
        return Ok(None);
    }
    let next_hops = there.next_hops.iter().chain(&route.next_hops).copied().collect();
    Ok(Some(Route { next_hops, ..there }))
}

/// Whether the kernel has a route with all of its next hops and no others.
fn is_there(netns: &NetNs, route: &Route) -> bool {
    matches!(find(netns, route), Ok(Some((_, found))) if found.next_hops == route.next_hops)
}

/// The route of this library's to the same destination with the same metric in the same table.
fn find(netns: &NetNs, route: &Route) -> Result<Option<(RouteInfo, Route)>> {
    let mut owned = owned(netns, route.destination.family())?.into_iter();
    Ok(owned.find(|(_, found)| found.place() == route.place()))
}

fn replace(netns: &NetNs, route: &Route) -> Result<()> {
    let new = resolved(netns, route)?;
    let replaced = |routes: &[RouteInfo]| routes.iter().any(|found| new.is(found)) && is_there(netns, route);
    ops::route::change(netns, route.destination.family(), &new.replace(), replaced)
}

/// What keeps a route from being added.
fn describe_other(netns: &NetNs, route: &Route) -> String {
    match find(netns, route) {
        Ok(Some((_, found))) if route.next_hops.iter().all(|next_hop| found.next_hops.contains(next_hop)) => {
            "it is there already".to_owned()
        }
        Ok(Some((_, found))) => format!("the route {found} is there already"),
        _ => "another one is there already".to_owned(),
    }
}

fn remove(netns: &NetNs, route: &Route) -> Result<()> {
    let is_it = |(_, found): &(RouteInfo, Route)| {
        found.place() == route.place() && (route.next_hops.is_empty() || found.next_hops == route.next_hops)
    };
    let owned = owned(netns, route.destination.family())?;
    if let Some((found, _)) = owned.iter().find(|found| is_it(found)) {
        return remove_found(netns, found);
    }
    match without(&owned, route) {
        Some(rest) if rest.destination.family() == Family::Ipv6 => {
            let by_any_link = NewRoute::of(route, |_| Ok::<_, Error>(None))?;
            return ops::route::change(netns, Family::Ipv6, &by_any_link.delete(), |_| is_there(netns, &rest));
        }
        Some(rest) => return replace(netns, &rest),
        None => {}
    }
    Err(Error::new(ErrorKind::NotFound, "there is none that this library made"))
}

/// What is left of a route over several next hops when some of them go.
fn without(owned: &[(RouteInfo, Route)], route: &Route) -> Option<Route> {
    let has = |found: &Route| route.next_hops.iter().all(|next_hop| found.next_hops.contains(next_hop));
    let (_, found) = owned.iter().find(|(_, found)| found.place() == route.place() && has(found))?;
    let rest = found.next_hops.iter().filter(|next_hop| !route.next_hops.contains(next_hop)).copied();
    Some(Route { next_hops: rest.collect(), ..found.clone() })
}
