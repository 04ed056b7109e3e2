//! Whether an address and a route contain one another.

use super::member::Member;
use crate::error::{Error, ErrorKind, Result};
use crate::ops;
use crate::types::{Family, Prefix};
use crate::wire::route::MAIN;

/// Refuses addresses that clash with a route of the main table, or with one that a member in front is going to bring
/// there. Link-local ones never do.
pub(super) fn check(members: &[Member<'_>]) -> Result<()> {
    let mut clashes = Vec::new();
    for family in Family::ALL {
        let of = |(number, member): (usize, &Member<'_>)| {
            let config = member.config;
            let checked =
                |address: &Prefix| config.clash_check && address.family() == family && !address.is_link_local();
            config.addresses.iter().copied().filter(checked).map(move |address| (number, address)).collect::<Vec<_>>()
        };
        let addresses: Vec<(usize, Prefix)> = members.iter().enumerate().flat_map(of).collect();
        let Some(member) = addresses.first().and_then(|(number, _)| members.get(*number)) else { continue };
        clashes.extend(in_table(member, family, &addresses)?);
        clashes.extend(among(members, &addresses));
    }
    let first = clashes.into_iter().min_by_key(|(number, _)| *number);
    match first.and_then(|(number, message)| Some((members.get(number)?, message))) {
        Some((member, message)) => Err(member.blame(Error::new(ErrorKind::AddressClash, message))),
        None => Ok(()),
    }
}

/// The first of the addresses that clashes with a route that is there: whose it is, and the reason.
fn in_table(member: &Member<'_>, family: Family, addresses: &[(usize, Prefix)]) -> Result<Option<(usize, String)>> {
    let netns = &member.ns.netns;
    let visit = |first: &mut Option<(usize, Prefix, Prefix)>, destination: Prefix| {
        let clash = addresses.iter().find(|(_, address)| clashes(*address, destination));
        if let Some((number, address)) = clash.filter(|(number, _)| first.is_none_or(|(first, ..)| *number < first)) {
            *first = Some((*number, *address, destination));
        }
    };
    let first = ops::route::fold_table(netns, family, MAIN, || None, |first, route| visit(first, route.destination));
    let first = first.map_err(|error| member.blame(error))?;
    let reason = |address, route| format!("address {address} clashes with the route to {route} in {netns}");
    Ok(first.map(|(number, address, route)| (number, reason(address, route))))
}

/// The first of the addresses that clashes with what a member in front of its own is going to have.
fn among(members: &[Member<'_>], addresses: &[(usize, Prefix)]) -> Option<(usize, String)> {
    addresses.iter().find_map(|(number, address)| {
        members.iter().take(*number).find_map(|earlier| {
            let route = routes(earlier).find(|route| clashes(*address, *route))?;
            let source = earlier.link.source_name();
            Some((*number, format!("address {address} clashes with the route to {route} that {source} has")))
        })
    })
}

/// The routes that the main table gets with an interface.
fn routes<'a>(member: &Member<'a>) -> impl Iterator<Item = Prefix> + use<'a> {
    let config = member.config;
    // The kernel makes one for a subnet, and in IPv6 for an address alone too.
    let of_addresses = config.all_addresses().filter(|address| address.is_ipv6() || address.length() < 32);
    of_addresses.map(|address| address.network()).chain(config.installed_routes())
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
