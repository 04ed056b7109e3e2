//! The routing that comes and goes with an interface: gateways, routes, policy rules.

use std::net::IpAddr;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::config::InterfaceConfig;
use crate::record::origin::Origin;
use crate::types::{Family, Prefix, Route, Rule};

impl InterfaceConfig {
    /// Sets the gateway of the address's family: a default route that goes with the interface.
    ///
    /// The route is in the main table. One of each family is possible.
    ///
    /// A gateway outside of the interface's subnets counts as reachable directly on the link.
    #[doc(alias = "RTA_GATEWAY")]
    pub fn gateway(mut self, address: impl Into<IpAddr>) -> Self {
        self.gateways.push(address.into());
        self
    }

    /// Sets the metric of the gateways: of several default routes, the one with the lowest counts.
    ///
    /// Unset or 0: the kernel's own, 0 for IPv4 and 1024 for IPv6.
    #[doc(alias = "RTA_PRIORITY")]
    pub fn metric(mut self, metric: u32) -> Self {
        self.metric = Some(metric);
        self
    }

    /// Adds a route that goes with the interface.
    ///
    /// The route leads over next hops on the interface's link, or to nowhere. Can be called several times.
    pub fn route_via(mut self, route: Route) -> Self {
        self.vias.push(route);
        self
    }

    /// Adds a policy rule that goes with the interface. Can be called several times.
    #[doc(alias = "RTM_NEWRULE")]
    pub fn rule(mut self, rule: Rule) -> Self {
        self.rules.push(rule);
        self
    }

    /// Returns the routes over next hops, the gateways first.
    pub(crate) fn routes_via(&self, origin: &Origin) -> Vec<Route> {
        let addresses = self.addresses_with_kept(origin);
        let had = origin.snapshot().filter(|_| matches!(origin, Origin::InPlace { .. }));
        let had: Vec<Prefix> = had.map(|snapshot| snapshot.prefixes().collect()).unwrap_or_default();
        let is_reached = |next_hop: &IpAddr| {
            let on_link = addresses.iter().chain(&had).chain(&self.routes);
            is_link_local(*next_hop) || on_link.clone().any(|prefix| !prefix.is_default() && prefix.contains(*next_hop))
        };
        let gateway = |address: &IpAddr| {
            let route = Route::new(Prefix::everything(Family::of(*address)), *address).ok()?;
            Some(route.metric(self.metric.unwrap_or(0)))
        };
        let asked = self.gateways.iter().filter_map(gateway).chain(self.vias.iter().cloned());
        asked.map(|route| Route { onlink: route.onlink || !route.next_hops.iter().all(is_reached), ..route }).collect()
    }

    /// Refuses impossible gateways and routes.
    pub(crate) fn check_routing(&self) -> Result<()> {
        for (number, gateway) in self.gateways.iter().enumerate() {
            let family = Family::of(*gateway);
            if gateway.is_unspecified() || gateway.is_multicast() {
                return Err(invalid(format!("{gateway} is not the address of a gateway")));
            }
            if self.gateways.iter().take(number).any(|other| Family::of(*other) == family) {
                return Err(invalid(format!("{gateway} would be a second {family} gateway")));
            }
            if self.all_addresses().any(|own| own.address() == *gateway) {
                return Err(invalid(format!("the gateway {gateway} is an address of the interface itself")));
            }
        }
        Ok(())
    }

    /// Refuses a gateway of a family that the interface has no address of.
    pub(crate) fn check_gateway_families(&self, origin: &Origin) -> Result<()> {
        let had = origin.snapshot().filter(|_| matches!(origin, Origin::InPlace { .. }));
        let had: Vec<Prefix> = had.map(|snapshot| snapshot.prefixes().collect()).unwrap_or_default();
        let addresses: Vec<Prefix> =
            self.addresses_with_kept(origin).into_iter().chain(self.link_local.iter().copied()).chain(had).collect();
        let lacking = self.gateways.iter().find(|gateway| {
            let family = Family::of(**gateway);
            !addresses.iter().any(|address| address.family() == family)
        });
        match lacking {
            Some(gateway) => {
                let family = Family::of(*gateway);
                Err(invalid(format!("the gateway {gateway} is of no use without an {family} address")))
            }
            None => Ok(()),
        }
    }
}

/// Every link with IPv6 reaches all link-local addresses directly.
fn is_link_local(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(ipv6) if ipv6.is_unicast_link_local())
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}
