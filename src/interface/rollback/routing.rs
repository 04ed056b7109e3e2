//! Removes the routing of an interface that does not go with its link.

use std::net::IpAddr;

use crate::interface::rollback::resend::absent_is_fine;
use crate::interface::rollback::{Problems, RollbackError};
use crate::netns::NetNs;
use crate::ops;
use crate::record::interface::Requested;
use crate::types::{IfName, Route, RouteTarget, default_metric};
use crate::wire::route::{Hop, NewRoute};

/// Removes rules, and routes that survive the link. What is gone already is no failure.
pub(crate) fn withdraw_routing(netns: &NetNs, requested: &Requested) -> std::result::Result<(), RollbackError> {
    let mut problems = Problems::default();
    for rule in &requested.rules {
        problems.note(format_args!("the rule {rule}"), ops::rule::remove(netns, rule).map(drop));
    }
    for route in requested.vias.iter().filter(|route| route.target != RouteTarget::NextHops) {
        problems.note(format_args!("the route {route}"), absent_is_fine(netns.change(&removal(route).delete())));
    }
    problems.into_result(format!("in {netns}"))
}

/// Does the same for an interface whose link is gone: what stays is a warning.
pub(crate) fn withdraw_remaining_routing(netns: &NetNs, source: IfName, requested: &Requested) {
    if let Err(left) = withdraw_routing(netns, requested) {
        log::warn!("{source} is removed, but not all of its routing: {}", left.into_error());
    }
}

/// Returns the request that removes a route, over whatever link.
pub(super) fn removal(route: &Route) -> NewRoute {
    let hop = |gateway: &IpAddr| Hop { gateway: *gateway, link: None };
    NewRoute {
        hops: if route.next_hops.len() == 1 { route.next_hops.iter().map(hop).collect() } else { Vec::new() },
        // For the kernel, no link means any link.
        metric: Some(route.metric.unwrap_or(default_metric(route.destination.family()))).filter(|metric| *metric != 0),
        table: route.table,
        ..NewRoute::to(route.destination, route.target)
    }
}
