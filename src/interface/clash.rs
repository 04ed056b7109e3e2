//! Whether an address and an existing route contain one another.

use crate::error::{Error, ErrorKind, Result};
use crate::namespace::NetNs;
use crate::ops;
use crate::types::{Family, Prefix};
use crate::wire::route::MAIN;

/// Refuses addresses that clash with a route of the main table. Link-local ones never do.
pub(super) fn check(netns: &NetNs, addresses: &[Prefix]) -> Result<()> {
    for family in Family::ALL {
        let checked: Vec<Prefix> =
            addresses.iter().copied().filter(|a| a.family() == family && !a.is_link_local()).collect();
        if checked.is_empty() {
            continue;
        }
        let clash = ops::route::fold_table(
            netns,
            family,
            MAIN,
            || None,
            |found, route| {
                if found.is_none() {
                    *found = clash(&checked, route.destination);
                }
            },
        )?;
        if let Some((address, route)) = clash {
            let message = format!("address {address} clashes with the route to {route} in {netns}");
            return Err(Error::new(ErrorKind::AddressClash, message));
        }
    }
    Ok(())
}

fn clash(addresses: &[Prefix], route: Prefix) -> Option<(Prefix, Prefix)> {
    if route.is_default() {
        return None;
    }
    let clashes = |address: &&Prefix| route.contains(address.address()) || address.contains(route.address());
    addresses.iter().find(clashes).map(|address| (*address, route))
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
            assert_eq!(clash(&[address], prefix(route)).is_some(), clashes, "{route}");
        }
    }
}
