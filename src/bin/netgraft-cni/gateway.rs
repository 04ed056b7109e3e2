//! The gateway of a network: the bridge's own addresses.

use std::net::IpAddr;

use netgraft::{Family, Prefix};

use crate::error::{Error, Result, code};
use crate::forwarding::FAMILIES;
use crate::link::{Kernel, Link};
use crate::result::{CniResult, Ip, Route};

/// Completes what the IPAM plugin gave: without a gateway, the first address of the subnet is the gateway.
pub(crate) fn complete(given: &mut CniResult, is_gateway: bool, is_default: bool) {
    for ip in &mut given.ips {
        if is_gateway && ip.gateway.is_none() {
            ip.gateway = first_address(ip.address);
        }
    }
    if !is_default {
        return;
    }
    for family in FAMILIES {
        let ipv4 = family == Family::Ipv4;
        let has =
            given.routes.iter().any(|route| route.destination.is_default() && route.destination.is_ipv4() == ipv4);
        if let Some(gateway) = given.gateway(ipv4).filter(|_| !has) {
            let any: IpAddr = if ipv4 { [0; 4].into() } else { [0; 16].into() };
            given.routes.extend(Prefix::new(any, 0).map(|default| Route::new(default, Some(gateway))).ok());
        }
    }
}

/// The first address of a subnet behind that of the subnet itself.
fn first_address(subnet: Prefix) -> Option<IpAddr> {
    match subnet.network().address() {
        IpAddr::V4(network) => network.to_bits().checked_add(1).map(|bits| std::net::Ipv4Addr::from_bits(bits).into()),
        IpAddr::V6(network) => network.to_bits().checked_add(1).map(|bits| std::net::Ipv6Addr::from_bits(bits).into()),
    }
}

/// The addresses that the gateway needs, one for each subnet.
pub(crate) fn addresses(ips: &[Ip]) -> Vec<Prefix> {
    let mut addresses: Vec<Prefix> = Vec::new();
    let all = ips.iter().filter_map(|ip| Prefix::new(ip.gateway?, ip.address.length()).ok());
    for address in all {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    addresses
}

/// What the gateway has that does not go together with an address: any other IPv4 address, and IPv6 addresses of the same
/// subnet. Empty where the address is there already.
fn rivals(present: &[Prefix], wanted: Prefix) -> Vec<Prefix> {
    if present.contains(&wanted) {
        return Vec::new();
    }
    let overlaps = |other: &Prefix| other.contains(wanted.address()) || wanted.contains(other.address());
    let is_rival = |other: &&Prefix| {
        other.family() == wanted.family() && !other.is_link_local() && (wanted.is_ipv4() || overlaps(other))
    };
    present.iter().filter(is_rival).copied().collect()
}

/// Gives a link the addresses of the gateway, and notes what was changed, also where that fails.
pub(crate) fn set(host: &mut Kernel, link: &Link, wanted: &[Prefix], force: bool, changed: &mut Changed) -> Result<()> {
    for address in wanted {
        let mut rivals = rivals(&host.addresses(link)?, *address);
        rivals.retain(|rival| !wanted.contains(rival));
        if let Some(rival) = rivals.first().filter(|_| !force) {
            let name = &link.name;
            let message =
                format!("{name} has {rival}, so it cannot be the gateway {address}: forceAddress replaces that");
            return Err(Error::new(code::FAILED, message));
        }
        for rival in rivals {
            host.delete_address(link, rival)?;
            changed.taken.push(rival);
        }
        if host.add_address(link, *address)? {
            changed.added.push(*address);
        }
    }
    Ok(())
}

/// What was changed about a gateway's addresses.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    added: Vec<Prefix>,
    taken: Vec<Prefix>,
}

impl Changed {
    pub(crate) fn is_empty(&self) -> bool {
        self.added.is_empty() && self.taken.is_empty()
    }

    pub(crate) fn roll_back(self, link: &Link) -> Result<()> {
        let mut host = Kernel::host()?;
        self.added.into_iter().try_for_each(|address| host.delete_address(link, address))?;
        self.taken.into_iter().try_for_each(|address| host.add_address(link, address).map(drop))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn prefix(text: &str) -> Prefix {
        text.parse().unwrap()
    }

    #[test]
    fn the_gateway_is_the_first_of_its_subnet() {
        for (address, gateway) in
            [("10.1.2.77/24", "10.1.2.1"), ("10.1.2.77/28", "10.1.2.65"), ("fd00::7/64", "fd00::1")]
        {
            assert_eq!(first_address(prefix(address)).unwrap().to_string(), gateway);
        }
    }

    #[test]
    fn one_ipv4_address_and_one_ipv6_address_for_each_subnet() {
        let present = ["10.0.0.1/24", "fd00::1/64", "fe80::1/64"].map(prefix);
        assert_eq!(rivals(&present, prefix("10.0.0.1/24")), []);
        assert_eq!(rivals(&present, prefix("10.9.0.1/24")), [prefix("10.0.0.1/24")]);
        assert_eq!(rivals(&present, prefix("fd00::9/64")), [prefix("fd00::1/64")]);
        assert_eq!(rivals(&present, prefix("fd01::1/64")), []);
    }

    #[test]
    fn a_default_route_that_the_ipam_plugin_gave_stays() {
        let mut given = CniResult::parse(&serde_json::json!({
            "ips": [{"address": "10.0.0.2/24"}, {"address": "fd00::2/64"}],
            "routes": [{"dst": "0.0.0.0/0", "gw": "10.0.0.9"}],
        }))
        .unwrap();
        complete(&mut given, true, true);
        let gateways: Vec<_> = given.routes.iter().map(|route| route.gateway.unwrap().to_string()).collect();
        assert_eq!(gateways, ["10.0.0.9", "fd00::1"]);
    }
}
