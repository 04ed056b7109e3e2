//! Routes: `RTM_*ROUTE` (rtnetlink(7), linux/rtnetlink.h).

mod new;
mod replay;

use std::net::IpAddr;
use std::ops::Range;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::route::{RouteFlags, RouteHeader, RouteProtocol, RouteScope, RouteType};

pub(crate) use new::{Hop, NewRoute, to_route};
pub(crate) use replay::{has_lifetime, has_mtu, is_worth_watching, leftovers, replay};

use crate::types::{Family, IfIndex, Prefix, Route, RouteTarget, default_metric};
use crate::wire::address::family;
use crate::wire::attribute::{Attribute, address, align, array, attributes, find, ip, number, u32};
use crate::wire::request::Request;

pub(crate) const RTM_NEWROUTE: u16 = 24;
const RTM_DELROUTE: u16 = 25;
const RTM_GETROUTE: u16 = 26;

/// The routing protocol number of the routes of this library: free in linux/rtnetlink.h and in iproute2's rt_protos.
pub(crate) const PROTOCOL: u8 = Route::PROTOCOL;

/// `RT_TABLE_MAIN`.
pub(crate) const MAIN: u32 = Route::MAIN_TABLE;

/// Bytes of `struct rtmsg`.
const RTMSG: usize = 12;
/// Offset of `rtm_flags`.
const FLAGS: Range<usize> = 8..12;
/// `RTM_F_CLONED`: a cache entry, not a route.
const CLONED: u32 = 0x200;
/// `RTPROT_RA`.
const ADVERTISED: u8 = 9;
/// `RTN_UNICAST`, `RTN_BLACKHOLE` and `RTN_UNREACHABLE`.
const UNICAST: u8 = 1;
const BLACKHOLE: u8 = 6;
const UNREACHABLE: u8 = 7;

const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_PRIORITY: u16 = 6;
const RTA_PREFSRC: u16 = 7;
const RTA_METRICS: u16 = 8;
const RTA_MULTIPATH: u16 = 9;
const RTA_TABLE: u16 = 15;
const RTA_VIA: u16 = 18;
const RTA_NH_ID: u16 = 30;

/// Among the metrics.
const RTAX_MTU: u16 = 2;

/// Bytes of `struct rtnexthop`, and offsets of the lower half of its flags and of its link's index.
const HOP: usize = 8;
const HOP_FLAGS: usize = 2;
const HOP_LINK: Range<usize> = 4..8;

/// A route as the kernel describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RouteInfo {
    pub(crate) destination: Prefix,
    pub(crate) table: u32,
    pub(crate) protocol: u8,
    /// `RTN_…` of linux/rtnetlink.h.
    kind: u8,
    flags: u32,
    /// `None` for a route over several links.
    pub(crate) link: Option<IfIndex>,
    /// The first gateway of a route over several.
    pub(crate) gateway: Option<IpAddr>,
    /// Whether the route has a gateway of the other family (Linux 5.2).
    via_other_family: bool,
    pub(crate) metric: u32,
    /// The preferred source address.
    pub(crate) source: Option<IpAddr>,
}

impl RouteInfo {
    /// Reads an `RTM_NEWROUTE` body. `None` for another family.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let family = match i32::from(*payload.first()?) {
            libc::AF_INET => Family::Ipv4,
            libc::AF_INET6 => Family::Ipv6,
            _ => return None,
        };
        let (length, table) = (*payload.get(1)?, *payload.get(4)?);
        let mut route = Self {
            destination: Prefix::new(Prefix::everything(family).address(), length).ok()?,
            table: u32::from(table),
            protocol: *payload.get(5)?,
            kind: *payload.get(7)?,
            flags: payload.get(FLAGS).and_then(u32)?,
            link: None,
            gateway: None,
            via_other_family: false,
            metric: 0,
            source: None,
        };
        for (kind, value) in attributes(payload.get(RTMSG..)?) {
            match kind {
                RTA_DST => {
                    let address = ip(value).filter(|address| Family::of(*address) == family)?;
                    route.destination = Prefix::new(address, length).ok()?;
                }
                RTA_OIF => route.link = u32(value).and_then(IfIndex::new),
                RTA_GATEWAY => route.gateway = ip(value),
                RTA_VIA => route.via_other_family = true,
                RTA_MULTIPATH => route.gateway = first_gateway(value),
                RTA_PRIORITY => route.metric = u32(value).unwrap_or(0),
                RTA_PREFSRC => route.source = ip(value),
                RTA_TABLE => route.table = u32(value).unwrap_or(route.table),
                _ => {}
            }
        }
        Some(route)
    }

    /// Returns whether the entry is a cached route of the kernel.
    pub(crate) fn is_cache_entry(&self) -> bool {
        self.flags & CLONED != 0
    }

    /// Returns whether the route has the form of [`add_on_link`], on any link.
    pub(crate) fn is_as_added_on_link(&self) -> bool {
        let metric = default_metric(self.destination.family());
        self.is_direct() && (self.table, self.metric) == (MAIN, metric)
    }

    /// Returns whether the kernel created the route for the subnet of an address.
    pub(crate) fn is_of_address(&self) -> bool {
        self.is_direct() && self.protocol == libc::RTPROT_KERNEL
    }

    /// Returns whether the route leads to an address of the namespace itself.
    pub(crate) fn is_local(&self) -> bool {
        self.kind == libc::RTN_LOCAL
    }

    /// Returns whether the route is a default route of the main table with a metric.
    pub(crate) fn is_default_with(&self, metric: u32) -> bool {
        self.table == MAIN && self.destination.is_default() && self.metric == metric
    }

    /// Returns whether a router has advertised the route (RFC 4861 §6.3.4).
    pub(crate) fn is_advertised(&self) -> bool {
        self.protocol == ADVERTISED
    }

    /// Returns what happens to the packets of a route of a kind that this library adds.
    pub(crate) fn target(&self) -> Option<RouteTarget> {
        match self.kind {
            UNICAST => Some(RouteTarget::NextHops),
            BLACKHOLE => Some(RouteTarget::Blackhole),
            UNREACHABLE => Some(RouteTarget::Unreachable),
            _ => None,
        }
    }

    /// Returns whether the link reaches the destination without another host in between.
    pub(crate) fn is_direct(&self) -> bool {
        self.kind == UNICAST && self.gateway.is_none() && !self.via_other_family
    }
}

/// Returns the gateway of the first of several next hops.
fn first_gateway(hops: &[u8]) -> Option<IpAddr> {
    next_hops(hops).next().and_then(gateway)
}

/// Returns the gateway of a next hop.
fn gateway(hop: &[u8]) -> Option<IpAddr> {
    find(hop.get(HOP..)?, RTA_GATEWAY).and_then(ip)
}

/// Requests the routes of a table, of one family. Kernels before 4.20 send those of all tables.
pub(crate) fn dump_table(of: Family, table: u32) -> Request {
    Request::dump(RTM_GETROUTE, &any(of), &[number(RTA_TABLE, table)])
}

/// Requests the routes of all tables that this library added, of one family. Kernels before 4.20 send all others, too.
pub(crate) fn dump_ours(of: Family) -> Request {
    Request::dump(RTM_GETROUTE, &RouteHeader { protocol: RouteProtocol::from(PROTOCOL), ..any(of) }, &[])
}

/// Requests the routes of all tables, of one family.
pub(crate) fn dump_all(of: Family) -> Request {
    Request::dump(RTM_GETROUTE, &any(of), &[])
}

/// Requests the route of a packet to an address, over a link if one is named.
pub(crate) fn lookup(to: IpAddr, by: Option<IfIndex>) -> Request {
    let length = Prefix::host(to).length();
    // Only existing routes (Linux 4.13): over a named link, IPv4 would reach anything directly.
    let flags = if by.is_some() { RouteFlags::FibMatch } else { RouteFlags::empty() };
    let header = RouteHeader { destination_prefix_length: length, flags, ..any(Family::of(to)) };
    let mut attributes = vec![address(RTA_DST, to)];
    attributes.extend(by.map(|link| number(RTA_OIF, link.get())));
    Request::get(RTM_GETROUTE, &header, &attributes)
}

/// Of a family, and nothing more is said.
fn any(of: Family) -> RouteHeader {
    RouteHeader { address_family: family(of), ..RouteHeader::default() }
}

/// Requests a route whose destination the link reaches directly.
pub(crate) fn add_on_link(index: IfIndex, destination: Prefix) -> Request {
    on_link(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, index, destination)
}

/// Requests the removal of such a route.
pub(crate) fn delete_on_link(index: IfIndex, destination: Prefix) -> Request {
    on_link(RTM_DELROUTE, 0, index, destination)
}

fn on_link(kind: u16, flags: u16, index: IfIndex, destination: Prefix) -> Request {
    let (header, to) = ours(destination);
    let header = RouteHeader { table: MAIN as u8, scope: RouteScope::Link, ..header };
    // For the kernel, 0 and no attribute mean any.
    let metric = Some(default_metric(destination.family())).filter(|metric| *metric != 0);
    let mut attributes = vec![to, number(RTA_OIF, index.get())];
    attributes.extend(metric.map(|metric| number(RTA_PRIORITY, metric)));
    Request::change(kind, flags, &header, &attributes)
}

/// Returns the beginning of every route that we add: header and destination.
fn ours(destination: Prefix) -> (RouteHeader, Attribute) {
    let destination = destination.network();
    let header = RouteHeader {
        destination_prefix_length: destination.length(),
        protocol: RouteProtocol::from(PROTOCOL),
        kind: RouteType::Unicast,
        ..any(destination.family())
    };
    (header, address(RTA_DST, destination.address()))
}

/// Returns whether the kernel adds the route of a dumped body by itself, with an address or a link that is up.
pub(crate) fn is_kernel_route(body: &[u8]) -> bool {
    body.get(5).copied() == Some(libc::RTPROT_KERNEL)
}

/// Returns whether a daemon looks after the route of a dumped body: the daemon adds it again, or knows better by now.
pub(crate) fn is_of_daemon(body: &[u8]) -> bool {
    // RTPROT_REDIRECT; GATED to KEEPALIVED, with RA and DHCP among them; BABEL, OVN, OPENR; BGP to EIGRP.
    matches!(body.get(5).copied().unwrap_or(0), 1 | 8..=18 | 42 | 84 | 99 | 186..=192)
}

/// Returns the type of service of a dumped body's route.
pub(crate) fn tos(body: &[u8]) -> u8 {
    body.get(3).copied().unwrap_or(0)
}

/// Returns the number of the next-hop object of a dumped body's route.
pub(crate) fn object(body: &[u8]) -> Option<u32> {
    find(body.get(RTMSG..).unwrap_or_default(), RTA_NH_ID).and_then(u32)
}

/// Returns whether a dumped body is of a route over a next-hop object, which goes with its link.
pub(crate) fn is_over_object(body: &[u8]) -> bool {
    object(body).is_some()
}

/// Returns whether the route of a dumped body is lost with a link and its addresses: the route leaves by the link, perhaps
/// among others, or has one of the addresses as its source.
pub(crate) fn depends_on(body: &[u8], link: IfIndex, sources: &[IpAddr]) -> bool {
    attributes(body.get(RTMSG..).unwrap_or_default()).any(|(kind, value)| match kind {
        RTA_OIF => u32(value) == Some(link.get()),
        RTA_MULTIPATH => is_among(link, value),
        RTA_PREFSRC => ip(value).is_some_and(|source| sources.contains(&source)),
        _ => false,
    })
}

/// Returns whether a dumped body is of a multipath route that uses this link.
pub(crate) fn is_shared_by(body: &[u8], link: IfIndex) -> bool {
    find(body.get(RTMSG..).unwrap_or_default(), RTA_MULTIPATH).is_some_and(|hops| is_among(link, hops))
}

/// Returns whether one of the next hops in the value of `RTA_MULTIPATH` is on a link.
fn is_among(link: IfIndex, hops: &[u8]) -> bool {
    next_hops(hops).any(|hop| hop.get(HOP_LINK).and_then(u32) == Some(link.get()))
}

/// Walks through each `struct rtnexthop` in the value of `RTA_MULTIPATH`, with its attributes.
fn next_hops(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let length = usize::from(u16::from_ne_bytes(array(rest)?));
        // A shorter one is malformed, and would never end.
        let hop = rest.get(..length).filter(|_| length >= HOP)?;
        rest = rest.get(align(length)..).unwrap_or_default();
        Some(hop)
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::wire::captures::{self, ROUTE, native};

    /// `ip route add 198.51.100.0/24 dev br0 table 1000`, dumped by Linux 6.18 while the link was down.
    #[rustfmt::skip]
    pub(crate) const TABLE: &[u8] = &native([
        2, 24, 0, 0, 0xfc, 3, 0xfd, 1, 0x10, 0, 0, 0, // family, lengths, tos, table, protocol, scope, type, flags
        8, 0, 15, 0, 0xe8, 3, 0, 0,                   // RTA_TABLE
        8, 0, 1, 0, 198, 51, 100, 0,                  // RTA_DST
        8, 0, 4, 0, 2, 0, 0, 0,                       // RTA_OIF
    ], &captures::RTMSG, &ROUTE);
    /// `ip route add 192.0.2.0/24 via 10.1.2.9`, the same.
    #[rustfmt::skip]
    pub(crate) const VIA: &[u8] = &native([
        2, 24, 0, 0, 254, 3, 0, 1, 0x10, 0, 0, 0,
        8, 0, 15, 0, 254, 0, 0, 0,
        8, 0, 1, 0, 192, 0, 2, 0,
        8, 0, 5, 0, 10, 1, 2, 9,                      // RTA_GATEWAY
        8, 0, 4, 0, 2, 0, 0, 0,
    ], &captures::RTMSG, &ROUTE);

    #[test]
    fn reads_routes() {
        let route = RouteInfo::parse(TABLE).unwrap();
        assert_eq!((route.table, route.destination.to_string()), (1000, "198.51.100.0/24".into()));
        assert_eq!((route.link.map(IfIndex::get), route.gateway), (Some(2), None));
        let route = RouteInfo::parse(VIA).unwrap();
        assert_eq!((route.table, route.gateway), (MAIN, Some(IpAddr::from([10, 1, 2, 9]))));
        // Without a destination: the default route.
        let default = [&[2, 0][..], &VIA[2..20]].concat();
        assert!(RouteInfo::parse(&default).unwrap().destination.is_default());
    }

    #[test]
    fn other_families_and_cuts_are_passed_over() {
        let mut other = VIA.to_vec();
        other[0] = 28;
        assert_eq!(RouteInfo::parse(&other), None);
        for end in 0..VIA.len() {
            let _ = RouteInfo::parse(&VIA[..end]);
        }
    }
}
