//! Addresses: `RTM_*ADDR` (rtnetlink(7), linux/if_addr.h).

use std::net::IpAddr;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::address::{AddressAttribute, AddressFlags, AddressMessage, AddressScope};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use super::attribute::{attributes, ip, u32};
use super::request::Request;
use crate::types::{IfIndex, Prefix};

pub(crate) const RTM_NEWADDR: u16 = 20;

/// Bytes of `struct ifaddrmsg`.
const IFADDRMSG: usize = 8;
/// Where the link's index stands in it.
const INDEX: std::ops::Range<usize> = 4..8;

const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_FLAGS: u16 = 8;

/// An address as the kernel describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct AddressInfo {
    pub(crate) index: IfIndex,
    /// The link's own address, with the length of its subnet.
    pub(crate) prefix: Prefix,
    /// `IFA_F_…` of linux/if_addr.h.
    pub(crate) flags: u32,
}

impl AddressInfo {
    /// Reads an `RTM_NEWADDR` body. None when it lacks what makes an address.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let (length, flags) = (*payload.get(1)?, *payload.get(2)?);
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
        // Where both are there, IFA_ADDRESS is the other end's.
        let prefix = Prefix::new(local.or(address)?, length).ok()?;
        Some(Self { index, prefix, flags })
    }
}

/// The addresses of a link. Kernels before 4.20 send those of all links.
pub(crate) fn dump(index: Option<IfIndex>) -> Request {
    let mut message = AddressMessage::default();
    message.header.index = index.map_or(0, IfIndex::get);
    Request::dump(RouteNetlinkMessage::GetAddress(message))
}

/// Gives a link an address, with the subnet's broadcast address where it has one.
pub(crate) fn add(index: IfIndex, prefix: Prefix, duplicate_detection: bool) -> Request {
    let mut message = message(index, prefix);
    message.attributes.extend(prefix.broadcast().map(AddressAttribute::Broadcast));
    if prefix.is_ipv6() && !duplicate_detection {
        message.attributes.push(AddressAttribute::Flags(AddressFlags::Nodad));
    }
    Request::change(RouteNetlinkMessage::NewAddress(message), NLM_F_CREATE | NLM_F_EXCL)
}

/// Takes an address from a link.
pub(crate) fn delete(index: IfIndex, prefix: Prefix) -> Request {
    Request::change(RouteNetlinkMessage::DelAddress(message(index, prefix)), 0)
}

fn message(index: IfIndex, prefix: Prefix) -> AddressMessage {
    let mut message = AddressMessage::default();
    message.header.family = family(prefix.address());
    message.header.prefix_len = prefix.length();
    message.header.index = index.get();
    // The kernel works the scope of IPv6 addresses out itself.
    if prefix.is_ipv4() && prefix.is_link_local() {
        message.header.scope = AddressScope::Link;
    }
    message.attributes.push(AddressAttribute::Local(prefix.address()));
    message.attributes.push(AddressAttribute::Address(prefix.address()));
    message
}

pub(crate) fn family(address: IpAddr) -> AddressFamily {
    if address.is_ipv4() { AddressFamily::Inet } else { AddressFamily::Inet6 }
}

/// Points a dumped body at another index: the link's old one may be taken.
pub(crate) fn retarget(payload: &mut [u8], _from: IfIndex, to: IfIndex) {
    if let Some(index) = payload.get_mut(INDEX) {
        index.copy_from_slice(&to.get().to_ne_bytes());
    }
}
