//! Routes: `RTM_*ROUTE` (rtnetlink(7), linux/rtnetlink.h).

use std::net::IpAddr;

use netlink_packet_core::{NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE};
use netlink_packet_route::route::{RouteFlags, RouteHeader, RouteProtocol, RouteScope, RouteType};

use super::address::family;
use super::attribute::{
    Attribute, address, array, attributes, edited, find, find_range, i32, ip, number, replace_u32, sound_length, u32,
};
use super::message::align;
use super::request::Request;
use crate::types::{Family, IfIndex, Prefix};

pub(crate) const RTM_NEWROUTE: u16 = 24;
const RTM_DELROUTE: u16 = 25;
const RTM_GETROUTE: u16 = 26;

/// The routing protocol number that marks a route as this library's: free in
/// linux/rtnetlink.h and in iproute2's rt_protos.
pub(crate) const PROTOCOL: u8 = 110;

/// `RT_TABLE_MAIN`.
pub(crate) const MAIN: u32 = 254;

/// Bytes of `struct rtmsg`.
const RTMSG: usize = 12;
/// Where `rtm_flags` stand in it.
const FLAGS: std::ops::Range<usize> = 8..12;
/// Flags that the kernel reports and refuses to take: dead, link down, offloaded, trapped, cached.
const REPORTED: u32 = 0x01 | 0x10 | 0x08 | 0x40 | 0x200 | 0x4000 | 0x2000_0000;
/// `RTM_F_CLONED`: a cache entry, not a route.
const CLONED: u32 = 0x200;
/// `RTN_UNICAST`.
const UNICAST: u8 = 1;

const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const RTA_PRIORITY: u16 = 6;
const RTA_PREFSRC: u16 = 7;
const RTA_METRICS: u16 = 8;
const RTA_MULTIPATH: u16 = 9;
const RTA_CACHEINFO: u16 = 12;
const RTA_TABLE: u16 = 15;
const RTA_VIA: u16 = 18;
const RTA_ENCAP_TYPE: u16 = 21;
const RTA_ENCAP: u16 = 22;
const RTA_EXPIRES: u16 = 23;
const RTA_NH_ID: u16 = 30;

/// Among the metrics.
const RTAX_MTU: u16 = 2;

/// Bytes of `struct rtnexthop`, and where its flags and its link's index stand in it.
const HOP: usize = 8;
const HOP_FLAGS: usize = 2;
const HOP_LINK: usize = 4;

/// A route as the kernel describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RouteInfo {
    pub(crate) destination: Prefix,
    pub(crate) table: u32,
    pub(crate) protocol: u8,
    /// `RTN_…` of linux/rtnetlink.h.
    kind: u8,
    flags: u32,
    /// None for a route over several links.
    pub(crate) link: Option<IfIndex>,
    /// The first one of a route over several.
    pub(crate) gateway: Option<IpAddr>,
    pub(crate) metric: u32,
    /// The source address that it prefers.
    pub(crate) source: Option<IpAddr>,
}

impl RouteInfo {
    /// Reads an `RTM_NEWROUTE` body. None when it is another family's.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let family = match i32::from(*payload.first()?) {
            libc::AF_INET => Family::Ipv4,
            libc::AF_INET6 => Family::Ipv6,
            _ => return None,
        };
        let (length, table) = (*payload.get(1)?, *payload.get(4)?);
        let mut route = Self {
            destination: Prefix::new(family.everything().address(), length).ok()?,
            table: u32::from(table),
            protocol: *payload.get(5)?,
            kind: *payload.get(7)?,
            flags: payload.get(FLAGS).and_then(u32)?,
            link: None,
            gateway: None,
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
                RTA_MULTIPATH => route.gateway = first_gateway(value),
                RTA_PRIORITY => route.metric = u32(value).unwrap_or(0),
                RTA_PREFSRC => route.source = ip(value),
                RTA_TABLE => route.table = u32(value).unwrap_or(route.table),
                _ => {}
            }
        }
        Some(route)
    }

    /// Whether it is not a route but what the kernel remembers of having used one.
    pub(crate) fn is_cache_entry(&self) -> bool {
        self.flags & CLONED != 0
    }

    /// Whether what it leads to is reached by a link without any other host between.
    pub(crate) fn is_direct(&self) -> bool {
        self.kind == UNICAST && self.gateway.is_none()
    }
}

/// The gateway of the first of several next hops.
fn first_gateway(hops: &[u8]) -> Option<IpAddr> {
    let length = array(hops).map(u16::from_ne_bytes)?;
    find(hops.get(HOP..usize::from(length))?, RTA_GATEWAY).and_then(ip)
}

/// The metric that the kernel gives a route which was made without one.
pub(crate) fn default_metric(family: Family) -> u32 {
    match family {
        Family::Ipv4 => 0,
        // IP6_RT_PRIO_USER
        Family::Ipv6 => 1024,
    }
}

/// The routes of a table, of one family. Kernels before 4.20 send those of all tables.
pub(crate) fn dump_table(of: Family, table: u32) -> Request {
    Request::dump(RTM_GETROUTE, &any(of), &[number(RTA_TABLE, table)])
}

/// The routes of all tables that this library made, of one family. Kernels before 4.20 send all others, too.
pub(crate) fn dump_ours(of: Family) -> Request {
    Request::dump(RTM_GETROUTE, &RouteHeader { protocol: RouteProtocol::from(PROTOCOL), ..any(of) }, &[])
}

/// The routes of all tables, of one family.
pub(crate) fn dump_all(of: Family) -> Request {
    Request::dump(RTM_GETROUTE, &any(of), &[])
}

/// The route that a packet to an address would take.
pub(crate) fn lookup(to: IpAddr) -> Request {
    let length = Prefix::host(to).length();
    let header = RouteHeader { destination_prefix_length: length, ..any(Family::of(to)) };
    Request::get(RTM_GETROUTE, &header, &[address(RTA_DST, to)])
}

/// Of a family, and nothing more is said.
fn any(of: Family) -> RouteHeader {
    RouteHeader { address_family: family(of), ..RouteHeader::default() }
}

/// A route whose destination is reached directly on a link.
pub(crate) fn add_on_link(index: IfIndex, destination: Prefix) -> Request {
    on_link(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL, index, destination)
}

/// Takes such a route away.
pub(crate) fn delete_on_link(index: IfIndex, destination: Prefix) -> Request {
    on_link(RTM_DELROUTE, 0, index, destination)
}

fn on_link(kind: u16, flags: u16, index: IfIndex, destination: Prefix) -> Request {
    let (header, to) = ours(destination);
    let header = RouteHeader { table: MAIN as u8, scope: RouteScope::Link, ..header };
    // To the kernel, 0 and none at all are any.
    let metric = Some(default_metric(destination.family())).filter(|metric| *metric != 0);
    let mut attributes = vec![to, number(RTA_OIF, index.get())];
    attributes.extend(metric.map(|metric| number(RTA_PRIORITY, metric)));
    Request::change(kind, flags, &header, &attributes)
}

/// A route by way of a next hop.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Via {
    pub(crate) destination: Prefix,
    pub(crate) next_hop: IpAddr,
    /// None where any will do: to take the route away.
    pub(crate) link: Option<IfIndex>,
    /// Whether the next hop counts as reached directly on the link whatever the other routes say.
    pub(crate) onlink: bool,
    /// None for the kernel's choice, or to take away whichever.
    pub(crate) metric: Option<u32>,
    pub(crate) table: u32,
    pub(crate) source: Option<IpAddr>,
}

impl Via {
    /// Makes it, unless there is one to the same destination with the same metric in the same table.
    pub(crate) fn add(&self) -> Request {
        self.change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL)
    }

    /// Makes it, in the stead of one to the same destination with the same metric in the same table.
    pub(crate) fn replace(&self) -> Request {
        self.change(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE)
    }

    /// Takes it away, if it is this library's.
    pub(crate) fn delete(&self) -> Request {
        self.change(RTM_DELROUTE, 0)
    }

    /// Whether a route is the one that was asked for.
    pub(crate) fn is(&self, route: &RouteInfo) -> bool {
        let metric = self.metric.unwrap_or(default_metric(self.destination.family()));
        let place = (route.destination, route.table, route.metric) == (self.destination.network(), self.table, metric);
        place && route.gateway == Some(self.next_hop) && self.link.is_none_or(|link| route.link == Some(link))
    }

    fn change(&self, kind: u16, flags: u16) -> Request {
        let (header, to) = ours(self.destination);
        let onlink = if self.onlink { RouteFlags::Onlink } else { RouteFlags::empty() };
        let mut attributes = vec![to, number(RTA_TABLE, self.table), address(RTA_GATEWAY, self.next_hop)];
        attributes.extend(self.link.map(|index| number(RTA_OIF, index.get())));
        attributes.extend(self.metric.map(|metric| number(RTA_PRIORITY, metric)));
        attributes.extend(self.source.map(|source| address(RTA_PREFSRC, source)));
        Request::change(kind, flags, &RouteHeader { flags: onlink, ..header }, &attributes)
    }
}

/// What is the same in all routes that we make: the header, and the destination.
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

/// Whether a dumped body is of a route that the kernel makes by itself, with an address or a link that is up.
pub(crate) fn is_kernels(body: &[u8]) -> bool {
    body.get(5).copied() == Some(libc::RTPROT_KERNEL)
}

/// Whether a dumped body is of a route over a next-hop object, which goes with its link.
pub(crate) fn is_over_object(body: &[u8]) -> bool {
    find(body.get(RTMSG..).unwrap_or_default(), RTA_NH_ID).is_some()
}

/// Whether a dumped body is of a route that is lost with a link and its addresses: it goes out by the link, perhaps
/// among others, or has one of the addresses as its source.
pub(crate) fn hangs_on(body: &[u8], link: IfIndex, sources: &[IpAddr]) -> bool {
    attributes(body.get(RTMSG..).unwrap_or_default()).any(|(kind, value)| match kind {
        RTA_OIF => u32(value) == Some(link.get()),
        RTA_MULTIPATH => next_hops(value).any(|hop| value.get(hop + HOP_LINK..).and_then(u32) == Some(link.get())),
        RTA_PREFSRC => ip(value).is_some_and(|source| sources.contains(&source)),
        _ => false,
    })
}

/// Where each `struct rtnexthop` begins in the value of `RTA_MULTIPATH`.
fn next_hops(value: &[u8]) -> impl Iterator<Item = usize> + '_ {
    let mut next = 0;
    std::iter::from_fn(move || {
        let at = next;
        let length = usize::from(u16::from_ne_bytes(array(value.get(at..)?)?));
        next = at + align(length);
        // A shorter one is malformed, and would have no end.
        (length >= HOP && at + length <= value.len()).then_some(at)
    })
}

/// A dumped body as a request to add the route on a link that may have another index now.
pub(crate) fn replay(body: &[u8], from: IfIndex, to: IfIndex) -> Request {
    let mut body = if is_over_object(body) { over_object_alone(body) } else { body.to_vec() };
    if let Some(flags) = body.get_mut(FLAGS) {
        let kept = u32(flags).unwrap_or(0) & !REPORTED;
        flags.copy_from_slice(&kept.to_ne_bytes());
    }
    replace_u32(&mut body, RTMSG, RTA_OIF, from.get(), to.get());
    let list = body.get(RTMSG..).unwrap_or_default();
    let several = find_range(list, RTA_MULTIPATH).map(|range| range.start + RTMSG..range.end + RTMSG);
    if let Some(value) = several.and_then(|range| body.get_mut(range)) {
        retarget_hops(value, from, to);
    }
    // Of such an IPv6 route the kernel has kept the part that it could, or changed its MTU with that of the link: that is
    // to be replaced.
    let is_ipv6 = body.first().copied().map(i32::from) == Some(libc::AF_INET6);
    let has = |kind| find(body.get(RTMSG..).unwrap_or_default(), kind).is_some();
    let changed = has(RTA_MULTIPATH) || has(RTA_PREFSRC) || has_mtu(&body);
    let how = if is_ipv6 && changed { NLM_F_REPLACE } else { NLM_F_APPEND };
    if let Some(seconds) = lifetime(&body) {
        // Behind something malformed, it would become a part of that.
        body.truncate(RTMSG + sound_length(body.get(RTMSG..).unwrap_or_default()));
        body.resize(align(body.len()), 0);
        body.extend_from_slice(&8u16.to_ne_bytes());
        body.extend_from_slice(&RTA_EXPIRES.to_ne_bytes());
        body.extend_from_slice(&seconds.to_ne_bytes());
    }
    Request::replay(RTM_NEWROUTE, NLM_F_CREATE | how, body)
}

/// The body without what the object says, which is told with it but must not be sent.
fn over_object_alone(body: &[u8]) -> Vec<u8> {
    let (header, list) = body.split_at_checked(RTMSG).unwrap_or((body, &[]));
    let of_object = [RTA_OIF, RTA_GATEWAY, RTA_MULTIPATH, RTA_VIA, RTA_ENCAP_TYPE, RTA_ENCAP];
    let own = edited(list, |kind, value| (!of_object.contains(&kind)).then(|| value.to_vec()));
    [header, &own].concat()
}

/// Whether a dumped body is of a route with an MTU of its own.
pub(crate) fn has_mtu(body: &[u8]) -> bool {
    find(body.get(RTMSG..).unwrap_or_default(), RTA_METRICS).is_some_and(|metrics| find(metrics, RTAX_MTU).is_some())
}

/// Clears what is only reported of next hops, and points them at another index.
fn retarget_hops(value: &mut [u8], from: IfIndex, to: IfIndex) {
    let hops: Vec<usize> = next_hops(value).collect();
    for hop in hops {
        if let Some(flags) = value.get_mut(hop + HOP_FLAGS) {
            *flags &= !(REPORTED as u8);
        }
        let link = value.get_mut(hop + HOP_LINK..hop + HOP);
        if let Some(link) = link.filter(|link| **link == from.get().to_ne_bytes()) {
            link.copy_from_slice(&to.get().to_ne_bytes());
        }
    }
}

/// What is left of a route's lifetime in seconds: reported in one attribute, in hundredths, and taken in another.
fn lifetime(body: &[u8]) -> Option<u32> {
    /// Where `rta_expires` stands in `struct rta_cacheinfo`.
    const EXPIRES: usize = 8;
    const USER_HZ: u32 = 100;
    let left = find(body.get(RTMSG..)?, RTA_CACHEINFO)?.get(EXPIRES..).and_then(i32)?;
    u32::try_from(left).ok().filter(|left| *left > 0).map(|left| left.div_ceil(USER_HZ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ip route add 198.51.100.0/24 dev br0 table 1000`, dumped by Linux 6.18 while the link was down.
    #[rustfmt::skip]
    const TABLE: &[u8] = &[
        2, 24, 0, 0, 0xfc, 3, 0xfd, 1, 0x10, 0, 0, 0, // family, lengths, tos, table, protocol, scope, type, flags
        8, 0, 15, 0, 0xe8, 3, 0, 0,                   // RTA_TABLE
        8, 0, 1, 0, 198, 51, 100, 0,                  // RTA_DST
        8, 0, 4, 0, 2, 0, 0, 0,                       // RTA_OIF
    ];
    /// `ip route add 192.0.2.0/24 via 10.1.2.9`, the same.
    #[rustfmt::skip]
    const VIA: &[u8] = &[
        2, 24, 0, 0, 254, 3, 0, 1, 0x10, 0, 0, 0,
        8, 0, 15, 0, 254, 0, 0, 0,
        8, 0, 1, 0, 192, 0, 2, 0,
        8, 0, 5, 0, 10, 1, 2, 9,                      // RTA_GATEWAY
        8, 0, 4, 0, 2, 0, 0, 0,
    ];

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

    /// What a replayed body says, without the header.
    fn replayed(body: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        replay(body, IfIndex::new(2).unwrap(), IfIndex::new(9).unwrap()).emit(1, true, &mut bytes);
        bytes.split_off(crate::wire::message::HEADER)
    }

    #[test]
    fn made_fit_to_be_sent_back() {
        let body = replayed(TABLE);
        assert_eq!(RouteInfo::parse(&body).unwrap().link.map(IfIndex::get), Some(9));
        assert_eq!(&body[FLAGS], [0; 4], "RTNH_F_LINKDOWN is the kernel's to say");
        assert_eq!(find(&body[RTMSG..], RTA_EXPIRES), None);
    }

    #[test]
    fn next_hops_are_pointed_elsewhere_and_revived() {
        // `ip route add 172.30.0.0/16 nexthop dev 2 nexthop dev 3`, the first one dead.
        let hops = [20, 0, 9, 0, 8, 0, 1, 0, 2, 0, 0, 0, 8, 0, 0, 0, 3, 0, 0, 0];
        let body = [&VIA[..12], &hops].concat();
        let index = |number| IfIndex::new(number).unwrap();
        assert!(hangs_on(&body, index(2), &[]) && hangs_on(&body, index(3), &[]) && !hangs_on(&body, index(4), &[]));
        assert_eq!(
            find(&replayed(&body)[RTMSG..], RTA_MULTIPATH).unwrap(),
            [8, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 3, 0, 0, 0]
        );
        for end in 0..body.len() {
            replayed(&body[..end]);
            hangs_on(&body[..end], index(2), &[]);
        }
        let mut endless = body.clone();
        endless[16] = 0;
        assert!(!hangs_on(&endless, index(2), &[]));
    }

    #[test]
    fn a_lifetime_is_said_in_the_other_unit() {
        let mut cache = vec![36, 0, 12, 0];
        cache.extend([0; 8]);
        cache.extend(299_950i32.to_ne_bytes());
        cache.extend([0; 20]);
        let body = replayed(&[TABLE, &cache].concat());
        assert_eq!(find(&body[RTMSG..], RTA_EXPIRES).and_then(u32), Some(3000));
    }
}
