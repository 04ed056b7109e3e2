//! Refuses an address that contains, or is contained in, the destination of a route.

use std::net::{IpAddr, Ipv6Addr};

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::plan::Plan;
use crate::ops;
use crate::record::origin::Origin;
use crate::types::{Family, Prefix};
use crate::wire::route::{MAIN, RouteInfo};

/// Global unicast addresses of IPv6 (RFC 4291 §2.4).
const ROUTED_IPV6: Ipv6Addr = Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0);

/// How to turn the check off.
const WAY_OUT: &str = "allowed with clash_check(false), --no-clash-check";

/// Refuses addresses that clash with a route of the main table, or with a route of an earlier request. Link-local addresses
/// never clash, nor do addresses in a subnet that a link in place has itself.
pub(crate) fn check(plans: &[Plan<'_>]) -> Result<()> {
    let mut clashes = Vec::new();
    for family in Family::ALL {
        let of = |(number, plan): (usize, &Plan<'_>)| {
            let check = plan.request.config.clash_check;
            let checked = |address: &Prefix| check && address.family() == family && !address.is_link_local();
            plan.addresses().into_iter().filter(checked).map(move |address| (number, address)).collect::<Vec<_>>()
        };
        let addresses: Vec<(usize, Prefix)> = plans.iter().enumerate().flat_map(of).collect();
        let Some(plan) = addresses.first().and_then(|(number, _)| plans.get(*number)) else { continue };
        clashes.extend(in_table(plans, plan, family, &addresses)?);
        clashes.extend(among(plans, &addresses));
    }
    let first = clashes.into_iter().min_by_key(|(number, _)| *number);
    match first.and_then(|(number, message)| Some((plans.get(number)?, message))) {
        Some((plan, message)) => Err(plan.request.with_context(Error::new(ErrorKind::AddressClash, message))),
        None => Ok(()),
    }
}

/// Returns the first address that clashes with an existing route: the request, and the reason.
fn in_table(
    plans: &[Plan<'_>],
    plan: &Plan<'_>,
    family: Family,
    addresses: &[(usize, Prefix)],
) -> Result<Option<(usize, String)>> {
    let netns = &plan.request.ns.netns;
    let is_own = |number: usize, route: &RouteInfo| plans.get(number).is_some_and(|plan| is_own_subnet(plan, route));
    let visit = |first: &mut Option<(usize, Prefix, Prefix)>, route: RouteInfo| {
        let destination = route.destination;
        let clash =
            addresses.iter().find(|(number, address)| clashes(*address, destination) && !is_own(*number, &route));
        if let Some((number, address)) = clash.filter(|(number, _)| first.is_none_or(|(first, ..)| *number < first)) {
            *first = Some((*number, *address, destination));
        }
    };
    let first = ops::route::fold_table(netns, family, MAIN, || None, visit);
    let first = first.map_err(|error| plan.request.with_context(error))?;
    let reason = |address, route| format!("address {address} clashes with the route to {route} ({WAY_OUT})");
    Ok(first.map(|(number, address, route)| (number, reason(address, route))))
}

/// Returns the first address that clashes with an earlier request.
fn among(plans: &[Plan<'_>], addresses: &[(usize, Prefix)]) -> Option<(usize, String)> {
    addresses.iter().find_map(|(number, address)| {
        plans.iter().take(*number).find_map(|earlier| {
            let route = routes(earlier).find(|route| clashes(*address, *route))?;
            let source = earlier.request.link.source_name();
            let clash = format!("address {address} clashes with the route to {route} that {source} has");
            Some((*number, format!("{clash} ({WAY_OUT})")))
        })
    })
}

/// Returns the routes that the main table gets with an interface.
fn routes<'a>(plan: &Plan<'a>) -> impl Iterator<Item = Prefix> + use<'a> {
    // The kernel creates a route for a subnet and, in IPv6, also for a single address.
    let of_addresses =
        plan.changes().prefixes().into_iter().filter(|address| address.is_ipv6() || address.length() < 32);
    of_addresses.map(|address| address.network()).chain(plan.request.config.installed_routes())
}

/// Returns whether a route leads to a subnet that a link in place has by its own address.
fn is_own_subnet(plan: &Plan<'_>, route: &RouteInfo) -> bool {
    matches!(plan.origin, Origin::InPlace { .. }) && route.is_of_address() && route.link == Some(plan.index)
}

fn clashes(address: Prefix, route: Prefix) -> bool {
    !is_default(route) && (route.contains(address.address()) || address.contains(route.address()))
}

/// Returns whether a route is a default route, or one of the halves by which VPNs get in front of it.
fn is_default(route: Prefix) -> bool {
    // 2000::/3 is all of IPv6 that is routed.
    route.length() <= 1 || (route.is_ipv6() && route.length() == 3 && route.address() == IpAddr::V6(ROUTED_IPV6))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_way_round_but_never_the_default() {
        let prefix = |text: &str| text.parse::<Prefix>().unwrap();
        let address = prefix("10.1.2.3/24");
        for (route, clashes) in [
            ("10.0.0.0/8", true),
            ("10.1.2.128/25", true),
            ("10.1.2.3/32", true),
            ("10.1.3.0/24", false),
            ("0.0.0.0/0", false),
            ("::/0", false),
            ("0.0.0.0/1", false),
            ("0.0.0.0/2", true),
            ("fd00::/8", false),
        ] {
            assert_eq!(super::clashes(address, prefix(route)), clashes, "{route}");
        }
        for (address, route, clashes) in [
            ("192.0.2.2/24", "128.0.0.0/1", false),
            ("2001:db8::2/64", "::/1", false),
            ("2001:db8::2/64", "2000::/3", false),
            ("2001:db8::2/64", "2000::/4", true),
            ("fd00::2/64", "8000::/1", false),
            ("fd00::2/64", "e000::/3", true),
        ] {
            assert_eq!(super::clashes(prefix(address), prefix(route)), clashes, "{address} {route}");
        }
    }
}
