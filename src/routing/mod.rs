//! What a namespace needs beside its interfaces: gateways, routes, neighbours, extra addresses, settings.
//!
//! What is set is not remembered but asked of the kernel, so that the two cannot disagree.

pub(crate) mod default_route;
pub(crate) mod extra_address;
pub(crate) mod gateway;
pub(crate) mod loopback;
pub(crate) mod neighbour;
mod next_hop;
pub(crate) mod route;
pub(crate) mod rule;
pub(crate) mod sysctl_presets;

pub use gateway::{Gateway, Gateways};
pub use neighbour::Neighbour;

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::namespace::{Namespace, lookup};
use crate::netns::NetNs;
use crate::ops;
use crate::record::interface::InterfaceRecord;
use crate::text::printable_name;
use crate::types::{Family, IfName, Route, RouteTarget, default_metric};
use crate::wire::link::LinkInfo;
use crate::wire::route::{Hop, MAIN, NewRoute, RouteInfo};

/// The interface with a source name, and its link as it is now.
fn interface(ns: &Namespace, source: &[u8]) -> Result<(Arc<InterfaceRecord>, LinkInfo)> {
    let unknown =
        || Error::new(ErrorKind::NotFound, format!("no interface with source name {}", printable_name(source)));
    // Of a destroyed namespace the list is empty: that is the reason, not the name.
    let _pass = ns.netns.enter()?;
    let name = IfName::from_kernel(source).ok_or_else(unknown)?;
    // A namespace that was destroyed has no interfaces, which is not the reason.
    let _open = ns.netns.enter()?;
    let (_, present) = lookup::by_source(ns, &name)?.ok_or_else(unknown)?;
    let link = ops::link::get_verified(&ns.netns, present.index, &present.identity)?;
    Ok((present, link))
}

/// The link of the interface that is meant: the one with this source name or, without one, the only one there is.
fn resolve_interface(ns: &Namespace, source: Option<IfName>) -> Result<LinkInfo> {
    let source = match source {
        Some(source) => source,
        None => match &lookup::all(ns)?[..] {
            [(only, _)] => only.source,
            [] => return Err(Error::new(ErrorKind::NotFound, "there is no interface")),
            [_, ..] => {
                let message = "there are several interfaces: the one that is meant has to be named";
                return Err(Error::new(ErrorKind::InvalidArgument, message));
            }
        },
    };
    interface(ns, source.as_bytes()).map(|(_, link)| link)
}

/// Takes away a route by way of next hops, or to nowhere, that was found; nothing else is.
fn remove_found(netns: &NetNs, found: &RouteInfo) -> Result<()> {
    let Some(target) = found.target() else { return Ok(()) };
    // Of several next hops none is named: the route goes as a whole.
    let hop = found.gateway.filter(|_| found.link.is_some()).map(|gateway| Hop { gateway, link: found.link });
    let route = NewRoute {
        hops: hop.into_iter().collect(),
        // To the kernel, 0 would be any.
        metric: Some(found.metric).filter(|metric| *metric != 0),
        table: found.table,
        ..NewRoute::to(found.destination, target)
    };
    let gone = |routes: &[RouteInfo]| !routes.contains(found);
    gone_is_fine(ops::route::change(netns, found.destination.family(), &route.delete(), gone))
}

/// A route that was there a moment ago went with its link.
fn gone_is_fine(deleted: Result<()>) -> Result<()> {
    match deleted {
        Err(error) if error.errno() == Some(libc::ESRCH) => Ok(()),
        deleted => deleted,
    }
}

/// Tells whether a route is the one that decides when no other does: of the main table, without a metric of its own.
fn is_main_default(route: &RouteInfo) -> bool {
    route.is_default_with(default_metric(route.destination.family()))
}

/// Tells whether a route is a gateway that this library set: a default route of the main table, with whatever metric.
fn is_gateway(route: &Route) -> bool {
    route.table == MAIN && route.destination.is_default() && route.target == RouteTarget::NextHops
}

/// Adds to a refusal of a default route what is there instead.
fn name_default(netns: &NetNs, family: Family, metric: Option<u32>, refusal: Error) -> Error {
    if refusal.errno() != Some(libc::EEXIST) {
        return refusal;
    }
    refusal.context(ops::route::describe_default(netns, family, metric))
}
