//! Requests as bytes: what all who speak raw netlink are built from.

/// Flags of linux/netlink.h; every message is a request.
const REQUEST: u16 = 1;
pub(crate) const ACK: u16 = 4;
pub(crate) const CREATE: u16 = 0x600;
pub(crate) const DUMP: u16 = 0x300;

/// Message types and attributes of linux/rtnetlink.h, if_link.h, if_addr.h and veth.h.
pub(crate) const RTM_NEWLINK: u16 = 16;
pub(crate) const RTM_DELLINK: u16 = 17;
pub(crate) const RTM_GETLINK: u16 = 18;
pub(crate) const RTM_SETLINK: u16 = 19;
pub(crate) const RTM_NEWADDR: u16 = 20;
pub(crate) const RTM_NEWROUTE: u16 = 24;
pub(crate) const RTM_GETROUTE: u16 = 26;
pub(crate) const IFLA_ADDRESS: u16 = 1;
pub(crate) const IFLA_MASTER: u16 = 10;
pub(crate) const IFLA_GROUP: u16 = 27;
pub(crate) const IFLA_NET_NS_FD: u16 = 28;
pub(crate) const IFLA_NEW_IFINDEX: u16 = 49;
pub(crate) const RTA_DST: u16 = 1;
pub(crate) const RTA_IIF: u16 = 3;
pub(crate) const RTA_OIF: u16 = 4;
pub(crate) const RTA_GATEWAY: u16 = 5;
pub(crate) const RTA_TABLE: u16 = 15;
const IFLA_IFNAME: u16 = 3;
const IFLA_LINKINFO: u16 = 18;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const VETH_INFO_PEER: u16 = 1;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_BROADCAST: u16 = 4;
const IFA_F_NODAD: u8 = 2;

pub(crate) const IPV4: u8 = libc::AF_INET as u8;
pub(crate) const IPV6: u8 = libc::AF_INET6 as u8;
/// The main table.
pub(crate) const MAIN: u8 = 254;

/// One message.
pub(crate) fn message(kind: u16, flags: u16, parts: &[Vec<u8>]) -> Vec<u8> {
    let body = parts.concat();
    let mut bytes = (16 + body.len() as u32).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend((REQUEST | flags).to_ne_bytes());
    bytes.extend([0; 8]);
    bytes.extend(body);
    bytes
}

/// One attribute, padded.
pub(crate) fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = (4 + value.len() as u16).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

pub(crate) fn number(kind: u16, value: u32) -> Vec<u8> {
    attribute(kind, &value.to_ne_bytes())
}

/// `struct ifinfomsg`, with `IFF_UP` if so.
pub(crate) fn ifinfomsg(index: u32, up: bool) -> Vec<u8> {
    let up = u32::from(up).to_ne_bytes();
    [[0; 4], index.to_ne_bytes(), up, up].concat()
}

/// The same that says that the link is to be down.
pub(crate) fn ifinfomsg_down(index: u32) -> Vec<u8> {
    [[0; 4], index.to_ne_bytes(), [0; 4], 1_u32.to_ne_bytes()].concat()
}

pub(crate) fn ifname(name: &str) -> Vec<u8> {
    attribute(IFLA_IFNAME, format!("{name}\0").as_bytes())
}

pub(crate) fn kind(kind: &[u8], data: &[u8]) -> Vec<u8> {
    attribute(IFLA_LINKINFO, &[attribute(IFLA_INFO_KIND, kind), attribute(IFLA_INFO_DATA, data)].concat())
}

pub(crate) fn veth(peer: &[Vec<u8>]) -> Vec<u8> {
    kind(b"veth", &attribute(VETH_INFO_PEER, &peer.concat()))
}

/// A request for an IPv4 address of 24 bits, with its subnet's broadcast address.
pub(crate) fn ipv4_address(flags: u16, index: u32, address: [u8; 4]) -> Vec<u8> {
    let [a, b, c, _] = address;
    let parts = [
        ifaddrmsg([IPV4, 24, 0, 0], index),
        attribute(IFA_LOCAL, &address),
        attribute(IFA_ADDRESS, &address),
        attribute(IFA_BROADCAST, &[a, b, c, 255]),
    ];
    message(RTM_NEWADDR, CREATE | flags, &parts)
}

/// A request for an IPv6 address of 64 bits, without duplicate detection.
pub(crate) fn ipv6_address(flags: u16, index: u32, address: [u8; 16]) -> Vec<u8> {
    let head = ifaddrmsg([IPV6, 64, IFA_F_NODAD, 0], index);
    let parts = [head, attribute(IFA_LOCAL, &address), attribute(IFA_ADDRESS, &address)];
    message(RTM_NEWADDR, CREATE | flags, &parts)
}

/// A request for the route of link scope to `172.N.0.0/16`, with the library's protocol number.
pub(crate) fn link_route(flags: u16, index: u32, destination: [u8; 4]) -> Vec<u8> {
    let rtmsg = vec![IPV4, 16, 0, 0, MAIN, 110, 253, 1, 0, 0, 0, 0];
    message(RTM_NEWROUTE, CREATE | flags, &[rtmsg, attribute(RTA_DST, &destination), number(RTA_OIF, index)])
}

/// `struct ifaddrmsg`: family, length, flags, scope; index.
fn ifaddrmsg(head: [u8; 4], index: u32) -> Vec<u8> {
    [head, index.to_ne_bytes()].concat()
}
