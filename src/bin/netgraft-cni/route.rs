//! Routes with all that a result can say of them.

use std::net::IpAddr;

use netgraft::Prefix;

use crate::error::{Context, Result};
use crate::link::{Kernel, Link, octets, prefix};
use crate::netlink::{Attributes, Message, NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, attributes, errno, u32_at};
use crate::result::Route;

const RTM_NEWROUTE: u16 = 24;
const RTM_DELROUTE: u16 = 25;
const RTM_GETROUTE: u16 = 26;
const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_PRIORITY: u16 = 6;
const RTA_PREFSRC: u16 = 7;
const RTA_METRICS: u16 = 8;
const RTA_TABLE: u16 = 15;
const RTAX_MTU: u16 = 2;
const RTAX_ADVMSS: u16 = 8;
const RTPROT_KERNEL: u8 = 2;
const RTPROT_BOOT: u8 = 3;
const RTN_UNICAST: u8 = 1;
pub(crate) const SCOPE_UNIVERSE: u32 = 0;
pub(crate) const SCOPE_LINK: u32 = 253;
const TABLE_MAIN: u32 = 254;
/// Length of `struct rtmsg`.
const HEADER_LEN: usize = 12;

/// A route as the kernel tells of it.
#[derive(Clone, Debug)]
pub(crate) struct Found {
    pub(crate) route: Route,
    pub(crate) link: u32,
    protocol: u8,
}

impl Found {
    fn parse(body: &[u8]) -> Option<Self> {
        let &[family, length, _, _, table, protocol, scope, kind, ..] = body else { return None };
        if kind != RTN_UNICAST {
            return None;
        }
        let any: IpAddr = if i32::from(family) == libc::AF_INET { [0; 4].into() } else { [0; 16].into() };
        let mut route = Route::new(Prefix::new(any, length).ok()?, None);
        (route.table, route.scope) = (Some(table.into()), Some(scope.into()));
        let mut link = 0;
        for (kind, value) in attributes(body.get(HEADER_LEN..)?) {
            match kind {
                RTA_DST => route.destination = prefix(value, length)?,
                RTA_GATEWAY => route.gateway = prefix(value, 0).map(|gateway| gateway.address()),
                RTA_OIF => link = u32_at(value, 0)?,
                RTA_PRIORITY => route.priority = u32_at(value, 0),
                RTA_TABLE => route.table = u32_at(value, 0),
                RTA_METRICS => attributes(value).for_each(|(metric, value)| match metric {
                    RTAX_MTU => route.mtu = u32_at(value, 0),
                    RTAX_ADVMSS => route.advmss = u32_at(value, 0),
                    _ => {}
                }),
                _ => {}
            }
        }
        Some(Self { route, link, protocol })
    }

    /// Whether this is what was asked for, by way of a gateway or without.
    pub(crate) fn is(&self, asked: &Route, gateway: Option<IpAddr>) -> bool {
        let alike = |asked: Option<u32>, found: Option<u32>| asked.is_none() || asked == found;
        self.route.destination == asked.destination
            && self.route.gateway == gateway
            && self.route.table == Some(table_of(asked))
            && alike(asked.priority.filter(|priority| *priority > 0), self.route.priority)
            && alike(asked.mtu, self.route.mtu)
            && alike(asked.advmss, self.route.advmss)
    }
}

impl Kernel {
    /// Adds a route through a link. One that is there already stays.
    pub(crate) fn add_route(&mut self, link: &Link, route: &Route, gateway: Option<IpAddr>) -> Result<()> {
        self.add_route_from(link, route, gateway, None)
    }

    /// Adds a route whose packets have a certain source.
    pub(crate) fn add_route_from(
        &mut self,
        link: &Link,
        route: &Route,
        gateway: Option<IpAddr>,
        source: Option<IpAddr>,
    ) -> Result<()> {
        let scope = route.scope.unwrap_or(if gateway.is_some() { SCOPE_UNIVERSE } else { SCOPE_LINK });
        let message =
            Message::new(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &header(route, RTPROT_BOOT, scope));
        let (gateway_bytes, source) = (gateway.map(octets), source.map(octets));
        let mut metrics = Attributes::default();
        for (kind, metric) in [(RTAX_MTU, route.mtu), (RTAX_ADVMSS, route.advmss)] {
            if let Some(metric) = metric {
                metrics = metrics.attribute(kind, &metric.to_ne_bytes());
            }
        }
        let message = destination(message, route)
            .attribute(RTA_OIF, &link.index.to_ne_bytes())
            .optional(RTA_GATEWAY, gateway_bytes.as_deref())
            .optional(RTA_PREFSRC, source.as_deref())
            .optional(RTA_PRIORITY, route.priority.map(u32::to_ne_bytes).as_ref().map(|bytes| &bytes[..]));
        let message = if metrics.is_empty() { message } else { message.nested(RTA_METRICS, metrics) };
        match self.connection.change(&message) {
            Err(error) if errno(&error) != Some(libc::EEXIST) => {
                let via = gateway.map(|gateway| format!(" via {gateway}")).unwrap_or_default();
                Err(error).doing(format!("add the route to {}{via} on {}", route.destination, link.name))
            }
            _ => Ok(()),
        }
    }

    /// Takes away the routes to the subnets of a link's addresses that the kernel made.
    pub(crate) fn delete_subnet_routes(&mut self, link: &Link) -> Result<()> {
        for found in self.routes()? {
            let is_subnet = found.protocol == RTPROT_KERNEL && found.route.gateway.is_none();
            if found.link != link.index || !is_subnet || found.route.destination.is_link_local() {
                continue;
            }
            if found.route.table != Some(TABLE_MAIN) || found.route.destination.address().is_multicast() {
                continue;
            }
            let scope = found.route.scope.unwrap_or(SCOPE_UNIVERSE);
            let message = Message::new(RTM_DELROUTE, NLM_F_ACK, &header(&found.route, found.protocol, scope));
            let message = destination(message, &found.route).attribute(RTA_OIF, &link.index.to_ne_bytes());
            match self.connection.change(&message) {
                Err(error) if errno(&error) != Some(libc::ESRCH) => {
                    return Err(error).doing(format!("take away the route to {}", found.route.destination));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// All unicast routes.
    pub(crate) fn routes(&mut self) -> Result<Vec<Found>> {
        let bodies = self.connection.dump(&Message::new(RTM_GETROUTE, NLM_F_DUMP, &[0; HEADER_LEN]));
        Ok(bodies.doing("list the routes")?.iter().filter_map(|body| Found::parse(body)).collect())
    }

    /// The link of the default route, IPv4 before IPv6.
    pub(crate) fn default_link(&mut self) -> Result<Option<String>> {
        let is_default = |found: &Found| found.route.destination.is_default() && found.route.table == Some(TABLE_MAIN);
        let mut routes: Vec<Found> = self.routes()?.into_iter().filter(is_default).collect();
        routes.sort_by_key(|found| (found.route.destination.is_ipv6(), found.route.priority.unwrap_or(0)));
        let Some(index) = routes.first().map(|found| found.link) else { return Ok(None) };
        Ok(self.links()?.into_iter().find(|link| link.index == index).map(|link| link.name))
    }
}

/// The table of a route; 0 stands for the main one.
fn table_of(route: &Route) -> u32 {
    route.table.filter(|table| *table > 0).unwrap_or(TABLE_MAIN)
}

/// `struct rtmsg`.
fn header(route: &Route, protocol: u8, scope: u32) -> [u8; HEADER_LEN] {
    let family = if route.destination.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 } as u8;
    let scope = u8::try_from(scope).unwrap_or(u8::MAX);
    [family, route.destination.length(), 0, 0, 0, protocol, scope, RTN_UNICAST, 0, 0, 0, 0]
}

fn destination(message: Message, route: &Route) -> Message {
    let message = message.attribute(RTA_TABLE, &table_of(route).to_ne_bytes());
    match route.destination.length() {
        0 => message,
        _ => message.attribute(RTA_DST, &octets(route.destination.address())),
    }
}
