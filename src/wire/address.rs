//! Addresses: `RTM_*ADDR` (rtnetlink(7), linux/if_addr.h).

use std::net::IpAddr;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE};
use netlink_packet_route::AddressFamily;
use netlink_packet_route::address::{AddressHeader, AddressScope};

use crate::types::{Address, Family, IfIndex, IfName, Prefix};
use crate::wire::attribute;
use crate::wire::attribute::{Attribute, attributes, bytes, edited, find, ip, number, string, text, u32};
use crate::wire::message::is_ipv6;
use crate::wire::request::Request;

pub(crate) const RTM_NEWADDR: u16 = 20;
pub(crate) const RTM_DELADDR: u16 = 21;
const RTM_GETADDR: u16 = 22;

/// Bytes of `struct ifaddrmsg`.
const IFADDRMSG: usize = 8;
/// The longest label in bytes, with its NUL (`IFNAMSIZ`).
const LABEL_MAX: usize = 16;
/// Offsets of the flags' low byte and of the link's index.
const FLAGS: usize = 2;
const INDEX: std::ops::Range<usize> = 4..8;

const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_LABEL: u16 = 3;
const IFA_BROADCAST: u16 = 4;
const IFA_CACHEINFO: u16 = 6;
const IFA_FLAGS: u16 = 8;

/// An address as the kernel describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AddressInfo {
    pub(crate) index: IfIndex,
    /// The link's own address, with the length of its subnet.
    pub(crate) prefix: Prefix,
    /// `IFA_F_…` of linux/if_addr.h.
    pub(crate) flags: u32,
    /// `RT_SCOPE_…` of linux/rtnetlink.h.
    pub(crate) scope: u8,
}

impl AddressInfo {
    /// Reads an `RTM_NEWADDR` body. `None` without what makes an address.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let (length, flags, scope) = (*payload.get(1)?, *payload.get(FLAGS)?, *payload.get(3)?);
        let index = IfIndex::new(payload.get(4..).and_then(u32)?)?;
        let (mut address, mut local, mut flags) = (None, None, u32::from(flags));
        for (kind, value) in attributes(payload.get(IFADDRMSG..)?) {
            match kind {
                IFA_ADDRESS => address = ip(value),
                IFA_LOCAL => local = ip(value),
                IFA_FLAGS => flags = u32(value).unwrap_or(flags),
                _ => {}
            }
        }
        // If both are there, IFA_ADDRESS is that of the other end.
        let prefix = Prefix::new(local.or(address)?, length).ok()?;
        Some(Self { index, prefix, flags, scope })
    }

    /// Returns whether duplicate detection found no other host with the address (RFC 4862 §5.4).
    fn has_passed_detection(&self) -> bool {
        self.prefix.is_ipv6() && !self.goes_undetected() && self.detection() == Detection::Passed
    }

    /// Returns whether the address gets no duplicate detection (`IFA_F_NODAD`).
    pub(crate) fn goes_undetected(&self) -> bool {
        self.flags & libc::IFA_F_NODAD != 0
    }

    /// Returns whether the address stays until it is removed (`IFA_F_PERMANENT`).
    pub(crate) fn is_permanent(&self) -> bool {
        self.flags & libc::IFA_F_PERMANENT != 0
    }

    /// Returns whether the kernel joined a multicast group for the address (`IFA_F_MCAUTOJOIN`).
    pub(crate) fn is_joined(&self) -> bool {
        self.flags & libc::IFA_F_MCAUTOJOIN != 0
    }

    /// Tells whether the address has global scope (`RT_SCOPE_UNIVERSE`) and is permanent (`IFA_F_PERMANENT`).
    pub(crate) fn is_global_and_permanent(&self) -> bool {
        self.scope == libc::RT_SCOPE_UNIVERSE && self.is_permanent()
    }
}

/// Progress of duplicate detection (RFC 4862 §5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Detection {
    /// Not yet done: the address is tentative.
    Pending,
    /// Another host has the address.
    Duplicate,
    /// Done, or never requested.
    Passed,
}

impl AddressInfo {
    pub(crate) fn detection(&self) -> Detection {
        if self.flags & libc::IFA_F_DADFAILED != 0 {
            Detection::Duplicate
        } else if self.flags & libc::IFA_F_TENTATIVE != 0 {
            Detection::Pending
        } else {
            Detection::Passed
        }
    }
}

/// Requests the addresses of a link. Kernels before 4.20 send those of all links.
pub(crate) fn dump(index: Option<IfIndex>) -> Request {
    let header = AddressHeader { index: index.map_or(0, IfIndex::get), ..AddressHeader::default() };
    Request::dump(RTM_GETADDR, &header, &[])
}

/// Requests an address for a link, with the broadcast address of the subnet if there is one.
pub(crate) fn add(index: IfIndex, address: &Address, duplicate_detection: bool) -> Request {
    let prefix = address.prefix();
    let (header, mut attributes) = (header(index, prefix), ends(address));
    let broadcast = prefix.broadcast().filter(|_| address.get_peer().is_none());
    attributes.extend(broadcast.map(|broadcast| attribute::address(IFA_BROADCAST, broadcast.into())));
    attributes.extend(address.get_label().map(|label| text(IFA_LABEL, label)));
    attributes.extend(address.get_lifetime().map(|lifetime| {
        // `struct ifa_cacheinfo`: the kernel decides the times of creation and change.
        let fields = [lifetime.preferred, lifetime.valid, 0, 0];
        bytes(IFA_CACHEINFO, &fields.map(u32::to_ne_bytes).concat())
    }));
    if prefix.is_ipv6() && !duplicate_detection {
        attributes.push(number(IFA_FLAGS, libc::IFA_F_NODAD));
    }
    Request::change(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &header, &attributes)
}

/// Requests the removal of an address from a link.
pub(crate) fn delete(index: IfIndex, address: &Address) -> Request {
    Request::change(RTM_DELADDR, 0, &header(index, address.prefix()), &ends(address))
}

fn header(index: IfIndex, prefix: Prefix) -> AddressHeader {
    AddressHeader {
        family: family(prefix.family()),
        prefix_len: prefix.length(),
        // The kernel computes the scope of IPv6 addresses itself.
        scope: if prefix.is_ipv4() && prefix.is_link_local() { AddressScope::Link } else { AddressScope::Universe },
        index: index.get(),
        ..AddressHeader::default()
    }
}

/// The address of the link and that of the other end, which is the link's own without another end.
fn ends(address: &Address) -> Vec<Attribute> {
    let own = address.prefix().address();
    vec![attribute::address(IFA_LOCAL, own), attribute::address(IFA_ADDRESS, address.get_peer().unwrap_or(own))]
}

pub(crate) fn family(family: Family) -> AddressFamily {
    match family {
        Family::Ipv4 => AddressFamily::Inet,
        Family::Ipv6 => AddressFamily::Inet6,
    }
}

/// Turns a dumped body into a request to add the address to a link, which may have another index now.
pub(crate) fn replay(body: &[u8], index: IfIndex) -> Request {
    Request::replay(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, of_link(body, index))
}

/// Returns a dumped body for another link.
fn of_link(body: &[u8], index: IfIndex) -> Vec<u8> {
    let mut body = body.to_vec();
    if let Some(old) = body.get_mut(INDEX) {
        old.copy_from_slice(&index.get().to_ne_bytes());
    }
    body
}

/// Turns a dumped body into a request to remove exactly that address, with its other end and its label.
pub(crate) fn delete_exactly(body: &[u8]) -> Request {
    Request::replay(RTM_DELADDR, 0, body.to_vec())
}

/// Sorts dumped bodies of one link's addresses for adding, so that they are listed as before: the kernel lists the newest IPv6
/// address first.
pub(crate) fn in_order(bodies: &[Vec<u8>]) -> impl Iterator<Item = &Vec<u8>> {
    bodies.iter().filter(|body| !is_ipv6(body)).chain(bodies.iter().rev().filter(|body| is_ipv6(body)))
}

/// Returns whether two dumped bodies are of one address under different labels.
pub(crate) fn differs_in_label(one: &[u8], other: &[u8]) -> bool {
    fn ends(body: &[u8]) -> (Option<Prefix>, Option<&[u8]>) {
        (AddressInfo::parse(body).map(|address| address.prefix), find(body_list(body), IFA_ADDRESS))
    }
    ends(one) == ends(other) && label(one) != label(other)
}

/// Turns a dumped body into a request to give the address to another link, in use at once: an address that has passed duplicate
/// detection does not begin it anew. [`clear_nodad`] makes up for the difference.
pub(crate) fn readd_nodad(body: &[u8], index: IfIndex) -> Request {
    match AddressInfo::parse(body) {
        Some(address) if address.has_passed_detection() => replay(&with_flag(body, libc::IFA_F_NODAD), index),
        _ => replay(body, index),
    }
}

/// Makes an address that was added by [`readd_nodad`] exactly what it was, once its link is up: duplicate detection is on
/// again, and so is the route to the other end, which the kernel forgets while the link is down.
pub(crate) fn clear_nodad(body: &[u8], index: IfIndex) -> Option<Request> {
    let has_other_end = find(body_list(body), IFA_LOCAL).is_some();
    let address = AddressInfo::parse(body).filter(|address| address.prefix.is_ipv6())?;
    let lacks_something = address.has_passed_detection() || has_other_end;
    lacks_something.then(|| Request::replay(RTM_NEWADDR, NLM_F_REPLACE, of_link(body, index)))
}

/// Returns a dumped body with one more flag.
fn with_flag(body: &[u8], flag: u32) -> Vec<u8> {
    let (header, list) = body.split_at_checked(IFADDRMSG).unwrap_or((body, &[]));
    let mut flagged = header.to_vec();
    if let Some(flags) = flagged.get_mut(FLAGS) {
        *flags |= flag as u8;
    }
    flagged.extend(edited(list, |kind, value| match (kind, u32(value)) {
        (IFA_FLAGS, Some(flags)) => Some((flags | flag).to_ne_bytes().to_vec()),
        _ => Some(value.to_vec()),
    }));
    flagged
}

/// Returns a dumped body with the label that the address has after a rename of its link: the kernel cuts the name if the rest
/// has no room behind it.
pub(crate) fn relabelled(body: &[u8], name: &IfName, other: &IfName) -> Vec<u8> {
    let relabelled = |value: &[u8]| {
        let suffix = string(value).strip_prefix(name.as_bytes())?;
        let other = other.as_bytes();
        let room = LABEL_MAX.saturating_sub(suffix.len() + 1).min(other.len());
        let label = [other.get(..room).unwrap_or_default(), suffix, &[0]].concat();
        matches!(suffix.first(), None | Some(b':')).then_some(label)
    };
    let list = edited(body_list(body), |kind, value| {
        let label = if kind == IFA_LABEL { relabelled(value) } else { None };
        Some(label.unwrap_or_else(|| value.to_vec()))
    });
    [body.get(..IFADDRMSG).unwrap_or(body), &list].concat()
}

fn body_list(body: &[u8]) -> &[u8] {
    body.get(IFADDRMSG..).unwrap_or_default()
}

/// Returns the other end in a dumped body, if the address has one.
pub(crate) fn peer(body: &[u8]) -> Option<IpAddr> {
    let list = body_list(body);
    find(list, IFA_LOCAL)?;
    find(list, IFA_ADDRESS).and_then(ip)
}

/// Returns the label in a dumped body: every IPv4 address has one.
pub(crate) fn label(body: &[u8]) -> Option<&[u8]> {
    find(body_list(body), IFA_LABEL).map(string)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::captures::{ADDRESS, IFADDRMSG, native};
    use crate::wire::message::HEADER;

    /// `ip addr add 10.9.9.1 peer 10.9.9.2/32 dev br0`, dumped by Linux 6.18.
    #[rustfmt::skip]
    const PEER: &[u8] = &native([
        2, 32, 0x80, 0, 2, 0, 0, 0,                // family, length, flags, scope, index
        8, 0, 1, 0, 10, 9, 9, 2,                   // IFA_ADDRESS: the other end
        8, 0, 2, 0, 10, 9, 9, 1,                   // IFA_LOCAL
        8, 0, 3, 0, b'b', b'r', b'0', 0,           // IFA_LABEL
        8, 0, 8, 0, 0x80, 0, 0, 0,                 // IFA_FLAGS
    ], &IFADDRMSG, &ADDRESS);
    /// `ip addr add fd00::1/64 dev br0 nodad`, the same.
    #[rustfmt::skip]
    const IPV6: &[u8] = &native([
        10, 64, 0x82, 0, 2, 0, 0, 0,
        20, 0, 1, 0, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1,
        8, 0, 8, 0, 0x82, 0, 0, 0,
    ], &IFADDRMSG, &ADDRESS);

    #[test]
    fn reads_addresses_of_either_family() {
        let address = AddressInfo::parse(PEER).unwrap();
        assert_eq!((address.index.get(), address.prefix.to_string()), (2, "10.9.9.1/32".into()));
        let address = AddressInfo::parse(IPV6).unwrap();
        assert_eq!((address.prefix.to_string(), address.flags), ("fd00::1/64".into(), 0x82));
    }

    #[test]
    fn every_cut_is_survived() {
        for body in [PEER, IPV6] {
            for end in 0..body.len() {
                let _ = AddressInfo::parse(&body[..end]);
            }
        }
        // A length that no address has.
        let mut body = PEER.to_vec();
        body[1] = 33;
        assert_eq!(AddressInfo::parse(&body), None);
    }

    #[test]
    fn sent_back_in_the_order_that_lists_them_as_before() {
        let (one, other) = (IPV6.to_vec(), [IPV6, &[0; 4]].concat());
        let bodies = [PEER.to_vec(), one.clone(), other.clone()];
        assert_eq!(in_order(&bodies).collect::<Vec<_>>(), [&PEER.to_vec(), &other, &one]);
    }

    #[test]
    fn only_ipv4_has_labels() {
        assert_eq!(label(PEER), Some(&b"br0"[..]));
        assert_eq!(label(IPV6), None);
    }

    #[test]
    fn labels_follow_names() {
        let name = |text: &str| IfName::new(text).unwrap();
        let before = |body: &[u8], now: &str, was: &str| relabelled(body, &name(now), &name(was));
        assert_eq!(label(&before(PEER, "br0", "bridge9")), Some(&b"bridge9"[..]));
        assert_eq!(AddressInfo::parse(&before(PEER, "br0", "bridge9")), AddressInfo::parse(PEER));
        // Not the name, or part of it.
        assert_eq!(before(PEER, "br", "x"), PEER);
        assert_eq!(before(IPV6, "br0", "x"), IPV6);
        let suffixed = [&PEER[..24], &native([8, 0, 3, 0, b'a', b':', b'b', 0], &[], &ADDRESS)].concat();
        assert_eq!(label(&before(&suffixed, "a", "eth0")), Some(&b"eth0:b"[..]));
        assert_eq!(label(&before(&suffixed, "a", "fifteen-bytes-x")), Some(&b"fifteen-bytes:b"[..]), "cut to size");
    }

    #[test]
    fn what_has_passed_detection_is_not_detected_again() {
        let index = IfIndex::new(7).unwrap();
        let flags = |request: &Request| {
            let mut bytes = Vec::new();
            request.emit(1, true, &mut bytes);
            let address = AddressInfo::parse(&bytes[HEADER..]).unwrap();
            assert_eq!(address.index, index);
            address.flags
        };
        // Passed; told not to detect anyway; not done yet; a duplicate.
        for (was, first, last) in [(0x80, 0x82, Some(0x80)), (0x82, 0x82, None), (0xc0, 0xc0, None), (0x88, 0x88, None)]
        {
            let mut body = IPV6.to_vec();
            body[2] = was;
            body[32..].copy_from_slice(&u32::from(was).to_ne_bytes());
            assert_eq!(flags(&readd_nodad(&body, index)), first);
            assert_eq!(clear_nodad(&body, index).as_ref().map(flags), last);
        }
        assert!(clear_nodad(PEER, index).is_none());
        let other_end = [IPV6, &native([20, 0, 2, 0], &[2, 2], &[]), &[0xfd; 16]].concat();
        assert_eq!(clear_nodad(&other_end, index).as_ref().map(flags), Some(0x82));
        for end in 0..IPV6.len() {
            let _ = (readd_nodad(&IPV6[..end], index), clear_nodad(&IPV6[..end], index));
        }
    }
}
