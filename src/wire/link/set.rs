//! Changing, moving and deleting links.

use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::{NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::link::{LinkFlags, LinkHeader};

use crate::types::{IfIndex, MacAddr};
use crate::wire::attribute::{Attribute, attributes, bytes, nested, number, text};
use crate::wire::link::{
    Inet6, Port, RTM_DELLINK, RTM_DELLINKPROP, RTM_NEWLINK, RTM_NEWLINKPROP, RTM_SETLINK, header, ifla,
};
use crate::wire::request::Request;

/// Requests new attributes of a link.
pub(crate) fn set(index: IfIndex, attributes: &[Attribute]) -> Request {
    Request::change(RTM_SETLINK, 0, &header(Some(index)), attributes)
}

/// Sets a link up or down.
pub(crate) fn set_up(index: IfIndex, up: bool) -> Request {
    let flags = if up { LinkFlags::Up } else { LinkFlags::empty() };
    let header = LinkHeader { flags, change_mask: LinkFlags::Up, ..header(Some(index)) };
    Request::change(RTM_SETLINK, 0, &header, &[])
}

/// Makes a link a port of a master, or of none.
pub(crate) fn set_master(index: IfIndex, master: Option<IfIndex>) -> Request {
    set(index, &[number(ifla::MASTER, master.map_or(0, IfIndex::get))])
}

/// Requests the move of a link into a namespace. `name` may be a pattern. `new_index` makes the link findable there whatever
/// happens to the name (Linux 5.13; older kernels keep the index if it is free).
pub(crate) fn move_to(index: IfIndex, namespace: BorrowedFd<'_>, name: &[u8], new_index: IfIndex) -> Request {
    // RTM_NEWLINK, as ip(8) sends it.
    let attributes = [in_namespace(namespace), number(ifla::NEW_IFINDEX, new_index.get()), ifname(name)];
    Request::change(RTM_NEWLINK, 0, &header(Some(index)), &attributes)
}

/// Requests the move of a link under its present name. `new_index` is as for [`move_to`].
pub(crate) fn move_as_it_is(index: IfIndex, namespace: BorrowedFd<'_>, new_index: IfIndex) -> Request {
    let attributes = [in_namespace(namespace), number(ifla::NEW_IFINDEX, new_index.get())];
    Request::change(RTM_NEWLINK, 0, &header(Some(index)), &attributes)
}

/// Requests the flags of a link that a mask selects.
pub(crate) fn set_flags(index: IfIndex, flags: u32, mask: u32) -> Request {
    let [flags, change_mask] = [flags & mask, mask].map(LinkFlags::from_bits_retain);
    Request::change(RTM_SETLINK, 0, &LinkHeader { flags, change_mask, ..header(Some(index)) }, &[])
}

/// Requests alternative names for a link (Linux 5.5).
pub(crate) fn add_alternative_names(index: IfIndex, names: &[Vec<u8>]) -> Request {
    change_alternative_names(RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL | NLM_F_APPEND, index, names)
}

/// Requests the removal of alternative names.
pub(crate) fn delete_alternative_names(index: IfIndex, names: &[Vec<u8>]) -> Request {
    change_alternative_names(RTM_DELLINKPROP, 0, index, names)
}

fn change_alternative_names(kind: u16, flags: u16, index: IfIndex, names: &[Vec<u8>]) -> Request {
    let names: Vec<Attribute> = names.iter().map(|name| text(ifla::ALT_IFNAME, name)).collect();
    Request::change(kind, flags, &header(Some(index)), &[nested(ifla::PROP_LIST, &names)])
}

/// Requests the removal of the XDP program that is attached in a mode (`XDP_ATTACHED_…`); none for several.
pub(crate) fn detach_xdp(index: IfIndex, mode: u8) -> Option<Request> {
    // `XDP_FLAGS_SKB_MODE`, `_DRV_MODE` and `_HW_MODE`, by the `XDP_ATTACHED_…` that they lead to.
    let flags = match mode {
        1 => 1 << 2,
        2 => 1 << 1,
        3 => 1 << 3,
        _ => return None,
    };
    let none = [number(ifla::XDP_FD, u32::MAX), number(ifla::XDP_FLAGS, flags)];
    Some(set(index, &[nested(ifla::XDP, &none)]))
}

/// Puts a link into a group.
pub(crate) fn set_group(index: IfIndex, group: u32) -> Request {
    set(index, &[number(ifla::GROUP, group)])
}

/// Deletes all links of a group (Linux 4.1).
pub(crate) fn delete_group(group: u32) -> Request {
    Request::change(RTM_DELLINK, 0, &header(None), &[number(ifla::GROUP, group)])
}

/// Deletes a link.
pub(crate) fn delete(index: IfIndex) -> Request {
    Request::change(RTM_DELLINK, 0, &header(Some(index)), &[])
}

pub(crate) fn mac_attribute(mac: MacAddr) -> Attribute {
    bytes(ifla::ADDRESS, &mac.octets())
}

pub(crate) fn mtu_attribute(mtu: u32) -> Attribute {
    number(ifla::MTU, mtu)
}

pub(crate) fn tx_queue_len_attribute(packets: u32) -> Attribute {
    number(ifla::TXQLEN, packets)
}

pub(crate) fn link_mode_attribute(mode: u8) -> Attribute {
    bytes(ifla::LINKMODE, &[mode])
}

pub(crate) fn proto_down_attribute(down: bool) -> Attribute {
    bytes(ifla::PROTO_DOWN, &[u8::from(down)])
}

/// Returns one of a link's [limits](super::LinkInfo::limits).
pub(crate) fn limit_attribute(kind: u16, limit: u32) -> Attribute {
    number(kind, limit)
}

pub(crate) fn ifname(name: &[u8]) -> Attribute {
    text(ifla::IFNAME, name)
}

/// An empty alias removes the alias.
pub(crate) fn alias_attribute(alias: &[u8]) -> Attribute {
    bytes(ifla::IFALIAS, alias)
}

pub(crate) fn in_namespace(namespace: BorrowedFd<'_>) -> Attribute {
    bytes(ifla::NET_NS_FD, &namespace.as_raw_fd().to_ne_bytes())
}

/// Requests the settings of a port that were read from it before.
pub(crate) fn set_port(index: IfIndex, port: &Port) -> Request {
    // Of a bridge port (IFLA_BRPORT_…): what can be set, without what the kernel computes or refuses.
    let settable = |kind| matches!(kind, 2..=10 | 12 | 25 | 27..=34 | 37 | 39 | 40 | 42..=44);
    let kept = attributes(&port.data).filter(|(kind, _)| port.is_bridged() && settable(*kind));
    let data: Vec<Attribute> = kept.map(|(kind, value)| bytes(kind, value)).collect();
    let info = [text(ifla::INFO_SLAVE_KIND, &port.kind), nested(ifla::INFO_SLAVE_DATA, &data)];
    // RTM_NEWLINK: RTM_SETLINK passes over link info.
    Request::change(RTM_NEWLINK, 0, &header(Some(index)), &[nested(ifla::LINKINFO, &info)])
}

/// How the link chooses its IPv6 link-local address, and the token of its other addresses.
pub(crate) fn inet6_attribute(inet6: &Inet6) -> Attribute {
    let mode = inet6.addr_gen_mode.map(|mode| bytes(ifla::INET6_ADDR_GEN_MODE, &[mode]));
    let token = inet6.token.map(|token| bytes(ifla::INET6_TOKEN, &token));
    let settings: Vec<Attribute> = mode.into_iter().chain(token).collect();
    nested(ifla::AF_SPEC, &[nested(libc::AF_INET6 as u16, &settings)])
}

/// Per-device IPv4 settings by number (`IPV4_DEVCONF_…` of linux/ip.h, counted from 1).
pub(crate) fn inet_attribute(settings: &[(u16, u32)]) -> Attribute {
    let settings: Vec<Attribute> = settings.iter().map(|(kind, value)| number(*kind, *value)).collect();
    nested(ifla::AF_SPEC, &[nested(libc::AF_INET as u16, &[nested(ifla::INET_CONF, &settings)])])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::attribute::find;
    use crate::wire::captures::VETH;
    use crate::wire::link::{IFINFOMSG, LinkInfo};
    use crate::wire::message::HEADER;

    #[test]
    fn a_port_is_given_back_what_can_be_set() {
        let port = LinkInfo::parse(VETH).unwrap().port.unwrap();
        let mut bytes = Vec::new();
        set_port(IfIndex::new(3).unwrap(), &port).emit(1, true, &mut bytes);
        let info = find(&bytes[HEADER + IFINFOMSG..], ifla::LINKINFO).unwrap();
        let data = find(info, ifla::INFO_SLAVE_DATA).unwrap();
        assert_eq!(find(data, 4), Some(&[1][..]), "hairpin");
        assert_eq!(find(data, 1), None, "the state is the kernel's");
    }
}
