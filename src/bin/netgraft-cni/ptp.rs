//! The plugin ptp: a pair of veths with routes through the end in the host, and no bridge.

use netgraft::Prefix;

use crate::announce;
use crate::config::Config;
use crate::error::{Error, Result, code};
use crate::forwarding::{self, FAMILIES};
use crate::masquerade;
use crate::place::{Attach, Place};
use crate::result::{CniResult, Interface, Ip, Route};
use crate::undo::Undo;
use crate::veth::{self, Pair};

#[derive(Debug)]
pub(crate) struct PtpOptions {
    pub(crate) masquerade: bool,
    pub(crate) mtu: Option<u32>,
}

impl PtpOptions {
    pub(crate) fn read(config: &Config<'_>) -> Result<Self> {
        let keys = &config.keys;
        Ok(Self { masquerade: keys.flag("ipMasq")?, mtu: keys.number("mtu")?.filter(|mtu| *mtu > 0) })
    }
}

impl Attach for PtpOptions {
    fn needs_addresses(&self) -> bool {
        true
    }

    fn foresee(&self, place: &Place<'_, '_>) -> Result<()> {
        veth::refuse_present(place)
    }

    fn attach(&self, place: &Place<'_, '_>, mut given: CniResult, undo: &mut Undo) -> Result<CniResult> {
        if let Some(ip) = given.ips.iter().find(|ip| ip.gateway.is_none()) {
            let message = format!("the IPAM plugin gave {} without a gateway, which ptp needs", ip.address);
            return Err(Error::new(code::FAILED, message));
        }
        let addresses = given.ips.iter().map(|ip| ip.address).collect();
        let pair = Pair { mac: place.config.mac, mtu: self.mtu, addresses, ..Pair::default() };
        let (end, inside) = veth::create(place, &pair, undo)?;
        let (mut host, mut pod) = (place.host_kernel(), place.pod_kernel());
        pod.delete_subnet_routes(&inside)?;
        for ip in &given.ips {
            let [to_gateway, to_subnet] = routes_inside(ip);
            pod.add_route_from(&inside, &to_gateway, None, Some(ip.address.address()))?;
            if ip.address.length() < Prefix::host(ip.address.address()).length() {
                pod.add_route_from(&inside, &to_subnet, ip.gateway, Some(ip.address.address()))?;
            }
        }
        for route in &given.routes {
            pod.add_route(&inside, route, given.gateway_of(route))?;
        }
        for ip in &given.ips {
            if let Some(gateway) = ip.gateway {
                host.add_address(&end, Prefix::host(gateway))?;
            }
            host.add_route(&end, &route_to(ip), None)?;
        }
        announce::announce(place, &mut host, &mut pod, &end, &inside, &given.ips)?;
        for family in FAMILIES {
            if given.ips.iter().any(|ip| ip.address.family() == family) {
                forwarding::enable(family, undo)?;
            }
        }
        if self.masquerade {
            masquerade::add(&place.attachment, &given.ips, undo)?;
        }
        given.ips.iter_mut().for_each(|ip| ip.interface = Some(1));
        let sandbox = place.config.call.netns.clone();
        let interfaces = vec![Interface::of(&end, None), Interface::of(&inside, sandbox)];
        Ok(CniResult { interfaces, dns: place.config.dns(given.dns), ..given })
    }
}

/// The routes in the container: to the gateway on the link, and to the subnet through the gateway.
pub(crate) fn routes_inside(ip: &Ip) -> [Route; 2] {
    let gateway = ip.gateway.unwrap_or(ip.address.address());
    [Route::new(Prefix::host(gateway), None), Route::new(ip.address.network(), Some(gateway))]
}

/// The route in the host to an address of the container.
pub(crate) fn route_to(ip: &Ip) -> Route {
    Route::new(Prefix::host(ip.address.address()), None)
}
