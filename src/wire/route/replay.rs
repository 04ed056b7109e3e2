//! Restores routes from their dumps.

use std::net::{IpAddr, Ipv6Addr};

use netlink_packet_core::{NLA_F_NESTED, NLM_F_APPEND, NLM_F_CREATE};

use crate::types::IfIndex;
use crate::wire::attribute;
use crate::wire::attribute::{address, align, edited, emitted, find, i32, ip, number, u32};
use crate::wire::message::is_ipv6;
use crate::wire::request::Request;
use crate::wire::route::{
    FLAGS, HOP, HOP_FLAGS, HOP_LINK, RTA_DST, RTA_GATEWAY, RTA_METRICS, RTA_MULTIPATH, RTA_NH_ID, RTA_OIF, RTA_PREFSRC,
    RTA_PRIORITY, RTA_TABLE, RTA_VIA, RTAX_MTU, RTM_DELROUTE, RTM_NEWROUTE, RTMSG, RouteInfo, gateway, is_over_object,
    next_hops,
};

/// Flags that the kernel only reports, and refuses or believes if they are sent back: dead, link down, offloaded, trapped (of a
/// next hop and of the route), cached, failed to be offloaded.
const REPORTED: u32 = 0x01 | 0x10 | 0x08 | 0x4000 | 0x40 | 0x8000 | 0x200 | 0x2000_0000;

const RTA_SRC: u16 = 2;
const RTA_CACHEINFO: u16 = 12;
const RTA_ENCAP_TYPE: u16 = 21;
const RTA_ENCAP: u16 = 22;
const RTA_EXPIRES: u16 = 23;

/// Turns a dumped body into requests to add the route on a link that may have another index now, in this order.
///
/// Nothing is ever replaced: of the IPv6 routes to a destination with a metric, the kernel replaces the first, on whatever
/// link. Routes that shall not stay have to be [removed](leftovers) before.
pub(crate) fn replay(body: &[u8], from: IfIndex, to: IfIndex) -> Vec<Request> {
    let (fit, expires) = (fit(body, from, to), lifetime(body));
    let add = |body: &[u8]| {
        let expires = expires.map(|seconds| emitted(&number(RTA_EXPIRES, seconds)));
        let body = [body, &expires.unwrap_or_default()].concat();
        Request::replay(RTM_NEWROUTE, NLM_F_CREATE | NLM_F_APPEND, body)
    };
    match &hops(&fit)[..] {
        // For the kernel each is a route of its own, and it takes none of them if one of them exists.
        hops @ [_, ..] if is_ipv6(body) => hops.iter().map(|hop| add(&over(&fit, hop))).collect(),
        _ => vec![add(&fit)],
    }
}

/// Returns whether the kernel may have left a part of the route of a dumped body, or changed it, so that there are
/// [leftovers](leftovers).
pub(crate) fn is_worth_watching(body: &[u8]) -> bool {
    is_ipv6(body) && (!hops(body).is_empty() || loses_attributes(body))
}

/// Returns requests that remove what is left of a route that will be replayed. `present` are bodies of existing routes, to the
/// same destination or others.
///
/// Of an IPv6 route over several links, the kernel keeps the part over the others. Of a route on a link that stays, the kernel
/// drops the source address with that address, and changes the MTU with that of the link. Link and gateway identify a next hop:
/// a route of another link to the same destination with the same metric stays. Nothing is removed if the route was changed and
/// cannot be told from such a one.
pub(crate) fn leftovers(body: &[u8], from: IfIndex, to: IfIndex, present: &[Vec<u8>]) -> Option<Vec<Request>> {
    let place = |body: &[u8]| RouteInfo::parse(body).map(|route| (route.destination, route.table, route.metric));
    let there: Vec<&Vec<u8>> = present.iter().filter(|other| place(other) == place(body)).collect();
    let was = fit(body, from, to);
    // What later hops have beyond the first one is not reported.
    let is_told = hops(body).is_empty() || !loses_attributes(body);
    let is_there = is_told && there.iter().any(|other| fit(other, to, to) == was);
    if !is_worth_watching(body) || there.is_empty() || is_there {
        return Some(Vec::new());
    }
    // If no object is named, the kernel takes a route over any object for the requested one.
    if !is_over_object(body) && there.iter().any(|other| is_over_object(other)) {
        return None;
    }
    Some(match &hops(&was)[..] {
        [] => {
            let value = |kind| find(list(&was), kind);
            vec![deletion(&was, value(RTA_OIF).and_then(u32), value(RTA_GATEWAY).and_then(ip))]
        }
        hops => {
            let link = |hop: &[u8]| hop.get(HOP_LINK).and_then(u32);
            hops.iter().map(|hop| deletion(&was, link(hop), gateway(hop))).collect()
        }
    })
}

/// Requests the removal of one next hop of a route.
fn deletion(body: &[u8], link: Option<u32>, gateway: Option<IpAddr>) -> Request {
    const PLACE: [u16; 5] = [RTA_DST, RTA_SRC, RTA_TABLE, RTA_PRIORITY, RTA_NH_ID];
    let place = edited(list(body), |kind, value| PLACE.contains(&kind).then(|| value.to_vec()));
    // Without a gateway, the kernel takes the first route on the link, and its siblings on other links.
    let gateway = gateway.unwrap_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED));
    let hop = link.filter(|_| !is_over_object(body));
    let hop = hop.map(|link| emitted(&[number(RTA_OIF, link), address(RTA_GATEWAY, gateway)].as_slice()));
    Request::replay(RTM_DELROUTE, 0, [header(body), &place, &hop.unwrap_or_default()].concat())
}

/// Returns whether a dumped body is of a route with its own MTU.
pub(crate) fn has_mtu(body: &[u8]) -> bool {
    find(list(body), RTA_METRICS).is_some_and(|metrics| find(metrics, RTAX_MTU).is_some())
}

/// Returns whether a dumped body is of a route that ends by itself.
pub(crate) fn has_lifetime(body: &[u8]) -> bool {
    lifetime(body).is_some()
}

/// Returns whether the kernel may change something about a route whose link stays.
fn loses_attributes(body: &[u8]) -> bool {
    has_mtu(body) || find(list(body), RTA_PREFSRC).is_some()
}

fn header(body: &[u8]) -> &[u8] {
    body.get(..RTMSG).unwrap_or(body)
}

fn list(body: &[u8]) -> &[u8] {
    body.get(RTMSG..).unwrap_or_default()
}

/// Returns the next hops of a route over several; none of another one.
fn hops(body: &[u8]) -> Vec<&[u8]> {
    find(list(body), RTA_MULTIPATH).into_iter().flat_map(next_hops).collect()
}

/// Returns a dumped body without what the kernel only reports, and does not take or take twice; with another index instead of
/// that of a link.
fn fit(body: &[u8], from: IfIndex, to: IfIndex) -> Vec<u8> {
    /// The kernel reports the content of the object with the route.
    const OF_OBJECT: [u16; 6] = [RTA_OIF, RTA_GATEWAY, RTA_MULTIPATH, RTA_VIA, RTA_ENCAP_TYPE, RTA_ENCAP];
    let over_object = is_over_object(body);
    let mut fit = header(body).to_vec();
    if let Some(flags) = fit.get_mut(FLAGS) {
        let kept = u32(flags).unwrap_or(0) & !REPORTED;
        flags.copy_from_slice(&kept.to_ne_bytes());
    }
    fit.extend(edited(list(body), |kind, value| match kind {
        RTA_CACHEINFO => None,
        kind if over_object && OF_OBJECT.contains(&kind) => None,
        RTA_OIF if u32(value) == Some(from.get()) => Some(to.get().to_ne_bytes().to_vec()),
        RTA_MULTIPATH => Some(next_hops(value).flat_map(|hop| fit_hop(hop, from, to)).collect()),
        _ => Some(value.to_vec()),
    }));
    fit.get_mut(RTMSG..).into_iter().for_each(mark_encapsulations);
    fit
}

/// Marks encapsulations as lists: for some, the kernel insists on the flag that it does not set itself.
fn mark_encapsulations(list: &mut [u8]) {
    let mut at = 0;
    while let Some((kind, length)) = list.get(at..).and_then(attribute::header) {
        if let (RTA_ENCAP, Some(marked)) = (kind, list.get_mut(at + 2..at + 4)) {
            marked.copy_from_slice(&(kind | NLA_F_NESTED).to_ne_bytes());
        }
        at += align(length);
    }
}

/// Does the same for a next hop, padded for the next one.
fn fit_hop(hop: &[u8], from: IfIndex, to: IfIndex) -> Vec<u8> {
    let mut fit = hop.to_vec();
    fit.resize(align(fit.len()), 0);
    if let Some(flags) = fit.get_mut(HOP_FLAGS) {
        *flags &= !(REPORTED as u8);
    }
    if let Some(link) = fit.get_mut(HOP_LINK).filter(|link| **link == from.get().to_ne_bytes()) {
        link.copy_from_slice(&to.get().to_ne_bytes());
    }
    fit.get_mut(HOP..).into_iter().for_each(mark_encapsulations);
    fit
}

/// Returns the body of a multipath route with one next hop alone.
fn over(body: &[u8], hop: &[u8]) -> Vec<u8> {
    let list = edited(list(body), |kind, value| {
        let value = if kind == RTA_MULTIPATH { hop } else { value };
        Some(value.to_vec())
    });
    [header(body), &list].concat()
}

/// Returns the rest of a route's lifetime in seconds: the kernel reports it in one attribute, in hundredths, and takes it in
/// another.
fn lifetime(body: &[u8]) -> Option<u32> {
    /// Offset of `rta_expires` in `struct rta_cacheinfo`.
    const EXPIRES: usize = 8;
    const USER_HZ: u32 = 100;
    let left = find(list(body), RTA_CACHEINFO)?.get(EXPIRES..).and_then(i32)?;
    u32::try_from(left).ok().filter(|left| *left > 0).map(|left| left.div_ceil(USER_HZ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::captures::{self, ROUTE, native};
    use crate::wire::route::depends_on;
    use crate::wire::route::tests::{TABLE, VIA};

    fn index(number: u32) -> IfIndex {
        IfIndex::new(number).unwrap()
    }

    fn attributes<const N: usize>(list: [u8; N]) -> [u8; N] {
        native(list, &[], &ROUTE)
    }

    /// What is said, without the netlink header.
    fn said(request: &Request) -> Vec<u8> {
        let mut bytes = Vec::new();
        request.emit(1, true, &mut bytes);
        bytes.split_off(crate::wire::message::HEADER)
    }

    /// What the one request says that a body becomes.
    fn replayed(body: &[u8]) -> Vec<u8> {
        let [request] = &replay(body, index(2), index(9))[..] else { panic!("not one request") };
        said(request)
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
        let hops = attributes([20, 0, 9, 0, 8, 0, 1, 0, 2, 0, 0, 0, 8, 0, 0, 0, 3, 0, 0, 0]);
        let body = [&VIA[..12], &hops].concat();
        assert!(
            depends_on(&body, index(2), &[]) && depends_on(&body, index(3), &[]) && !depends_on(&body, index(4), &[])
        );
        assert_eq!(
            find(&replayed(&body)[RTMSG..], RTA_MULTIPATH).unwrap(),
            native([8, 0, 0, 0, 9, 0, 0, 0, 8, 0, 0, 0, 3, 0, 0, 0], &[2, 1, 1, 4, 2, 1, 1, 4], &[])
        );
        for end in 0..body.len() {
            replayed(&body[..end]);
            depends_on(&body[..end], index(2), &[]);
        }
        let mut endless = body.clone();
        endless[16..18].fill(0);
        assert!(!depends_on(&endless, index(2), &[]));
    }

    /// As `encap rpl` takes it, of a route and of next hops, whatever stands around it.
    #[test]
    fn encapsulations_are_marked_as_lists() {
        let (encap, metric) = (attributes([8, 0, 22, 0, 4, 0, 1, 0]), attributes([8, 0, 6, 0, 1, 0, 0, 0]));
        let marked = attributes([8, 0, 22, 0x80, 4, 0, 1, 0]);
        let body = replayed(&[&VIA[..12], &metric, &encap, &metric].concat());
        assert_eq!(body[RTMSG..], [metric, marked, metric].concat());
        let hops = native([20, 0, 9, 0, 16, 0, 0, 0, 3, 0, 0, 0], &[2, 2, 2, 1, 1, 4], &[]);
        let body = replayed(&[&VIA[..12], &hops, &encap].concat());
        assert_eq!(body[RTMSG..], [&hops[..], &marked].concat());
    }

    /// No kernel says so, but a journal may.
    #[test]
    fn next_hops_that_have_no_room_are_left_out() {
        let length = u16::MAX - 4;
        let mut list = [&(length + 4).to_ne_bytes()[..], &RTA_MULTIPATH.to_ne_bytes(), &length.to_ne_bytes()].concat();
        list.resize(usize::from(u16::MAX), 0);
        assert_eq!(find(&list, RTA_MULTIPATH).map(<[u8]>::len), Some(usize::from(length)));
        assert_eq!(replayed(&[&VIA[..12], &list].concat()).len(), RTMSG);
    }

    /// `ip -6 route add fd00:50::/48 dev 2 src fd00::1`, but for what the kernel reports of it.
    #[rustfmt::skip]
    const SOURCE: &[u8] = &native([
        10, 48, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0,
        8, 0, 15, 0, 254, 0, 0, 0,
        20, 0, 1, 0, 0xfd, 0, 0, 0x50, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        8, 0, 6, 0, 0, 4, 0, 0,
        8, 0, 4, 0, 2, 0, 0, 0,
        20, 0, 7, 0, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
    ], &captures::RTMSG, &ROUTE);

    #[test]
    fn what_is_left_of_a_route_goes_by_link_and_gateway() {
        let left = |present: &[Vec<u8>]| leftovers(SOURCE, index(2), index(9), present);
        let without_source = SOURCE[..SOURCE.len() - 20].to_vec();
        let mut elsewhere = SOURCE.to_vec();
        elsewhere[16..20].copy_from_slice(&100u32.to_ne_bytes());
        assert_eq!(left(&[]).unwrap().len(), 0);
        assert_eq!(left(&[elsewhere]).unwrap().len(), 0);
        assert_eq!(left(&[replayed(SOURCE)]).unwrap().len(), 0, "there is nothing about it to change");
        let [deletion] = &left(std::slice::from_ref(&without_source)).unwrap()[..] else { panic!("not one request") };
        let said = said(deletion);
        assert_eq!(find(list(&said), RTA_OIF).and_then(u32), Some(9));
        assert_eq!(find(list(&said), RTA_GATEWAY), Some(&[0; 16][..]), "none");
        assert_eq!(find(list(&said), RTA_PREFSRC), None);
        let over_object = [&without_source[..], &attributes([8, 0, 30, 0, 1, 0, 0, 0])].concat();
        assert!(left(&[over_object, without_source]).is_none());
    }

    #[test]
    fn a_lifetime_is_said_in_the_other_unit() {
        let mut cache = native([36, 0, 12, 0], &[2, 2], &[]).to_vec();
        cache.extend([0; 8]);
        cache.extend(299_950i32.to_ne_bytes());
        cache.extend([0; 20]);
        let body = replayed(&[TABLE, &cache].concat());
        assert_eq!(find(&body[RTMSG..], RTA_EXPIRES).and_then(u32), Some(3000));
    }
}
