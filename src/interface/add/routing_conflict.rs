//! Refuses a default route or a rule that exists already, before the first change.

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::plan::Plan;
use crate::ops;
use crate::types::{Prefix, Route, default_metric};
use crate::wire::route::{MAIN, RouteInfo};
use crate::wire::rule;

/// Refuses default routes of the main table whose metric is taken, and rules that exist.
pub(crate) fn check(plans: &[Plan<'_>]) -> Result<()> {
    for (number, plan) in plans.iter().enumerate() {
        let earlier: Vec<Route> = plans.iter().take(number).flat_map(Plan::routes_via).collect();
        check_one(plan, &earlier).map_err(|error| plan.request.with_context(error))?;
    }
    Ok(())
}

fn check_one(plan: &Plan<'_>, earlier: &[Route]) -> Result<()> {
    let (netns, config) = (&plan.request.ns.netns, plan.request.config);
    config.check_gateway_families(&plan.origin)?;
    let own = plan.all_addresses();
    for route in plan.routes_via() {
        if let Some(address) = own.iter().map(Prefix::address).find(|address| route.next_hops.contains(address)) {
            let why = format!("{address} is an address of the interface itself");
            return Err(Error::new(ErrorKind::InvalidArgument, why).context(format!("add the route {route}")));
        }
    }
    for route in plan.routes_via().iter().filter(|route| is_default(route)) {
        let family = route.destination.family();
        let metric = route.metric.unwrap_or(default_metric(family));
        let taken =
            |found: &RouteInfo| found.destination.is_default() && found.metric == metric && !found.is_advertised();
        let why = match earlier.iter().find(|other| is_default(other) && other.place() == route.place()) {
            Some(other) => Some(format!("{other} is to be added, too")),
            None if ops::route::find(netns, family, MAIN, taken)?.is_some() => {
                Some(ops::route::describe_default(netns, family, route.metric))
            }
            None => None,
        };
        if let Some(why) = why {
            return Err(Error::new(ErrorKind::Exists, why).context(format!("add the route {route}")));
        }
    }
    for wanted in &config.rules {
        for family in wanted.families() {
            if ops::rule::owned(netns, family)?.iter().any(|found| rule::is(wanted, found)) {
                return Err(Error::new(ErrorKind::Exists, format!("the rule {wanted} is there already")));
            }
        }
    }
    Ok(())
}

fn is_default(route: &Route) -> bool {
    route.destination.is_default() && route.table == MAIN
}
