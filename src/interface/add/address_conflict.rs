//! Whether an address and a route contain one another.

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::plan::Plan;
use crate::ops;
use crate::types::{Family, Prefix};
use crate::wire::route::MAIN;

/// Refuses addresses that clash with a route of the main table, or with one that a request in front is going to bring
/// there. Link-local ones never do.
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
        clashes.extend(in_table(plan, family, &addresses)?);
        clashes.extend(among(plans, &addresses));
    }
    let first = clashes.into_iter().min_by_key(|(number, _)| *number);
    match first.and_then(|(number, message)| Some((plans.get(number)?, message))) {
        Some((plan, message)) => Err(plan.request.with_context(Error::new(ErrorKind::AddressClash, message))),
        None => Ok(()),
    }
}

/// The first of the addresses that clashes with a route that is there: whose it is, and the reason.
fn in_table(plan: &Plan<'_>, family: Family, addresses: &[(usize, Prefix)]) -> Result<Option<(usize, String)>> {
    let netns = &plan.request.ns.netns;
    let visit = |first: &mut Option<(usize, Prefix, Prefix)>, destination: Prefix| {
        let clash = addresses.iter().find(|(_, address)| clashes(*address, destination));
        if let Some((number, address)) = clash.filter(|(number, _)| first.is_none_or(|(first, ..)| *number < first)) {
            *first = Some((*number, *address, destination));
        }
    };
    let first = ops::route::fold_table(netns, family, MAIN, || None, |first, route| visit(first, route.destination));
    let first = first.map_err(|error| plan.request.with_context(error))?;
    let reason = |address, route| {
        let way_out = "allowed with clash_check(false), --no-clash-check";
        format!("address {address} clashes with the route to {route} in {netns} ({way_out})")
    };
    Ok(first.map(|(number, address, route)| (number, reason(address, route))))
}

/// The first of the addresses that clashes with what a request in front of its own is going to have.
fn among(plans: &[Plan<'_>], addresses: &[(usize, Prefix)]) -> Option<(usize, String)> {
    addresses.iter().find_map(|(number, address)| {
        plans.iter().take(*number).find_map(|earlier| {
            let route = routes(earlier).find(|route| clashes(*address, *route))?;
            let source = earlier.request.link.source_name();
            Some((*number, format!("address {address} clashes with the route to {route} that {source} has")))
        })
    })
}

/// The routes that the main table gets with an interface.
fn routes<'a>(plan: &Plan<'a>) -> impl Iterator<Item = Prefix> + use<'a> {
    // The kernel makes one for a subnet, and in IPv6 for an address alone too.
    let of_addresses =
        plan.changes().prefixes().into_iter().filter(|address| address.is_ipv6() || address.length() < 32);
    of_addresses.map(|address| address.network()).chain(plan.request.config.installed_routes())
}

fn clashes(address: Prefix, route: Prefix) -> bool {
    !route.is_default() && (route.contains(address.address()) || address.contains(route.address()))
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
            ("fd00::/8", false),
        ] {
            assert_eq!(super::clashes(address, prefix(route)), clashes, "{route}");
        }
    }
}
