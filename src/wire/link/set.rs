//! Changing, moving and deleting links.

use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::{DefaultNla, Emitable, NLA_F_NESTED};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{LinkAttribute, LinkFlags};

use super::{Inet6, Port, ifla, message};
use crate::types::{IfIndex, MacAddr};
use crate::wire::attribute::attributes;
use crate::wire::request::Request;

/// Changes attributes of a link.
pub(crate) fn set(index: IfIndex, attributes: Vec<LinkAttribute>) -> Request {
    Request::change(RouteNetlinkMessage::SetLink(message(Some(index), attributes)), 0)
}

/// Sets a link up or down.
pub(crate) fn set_up(index: IfIndex, up: bool) -> Request {
    let mut message = message(Some(index), vec![]);
    message.header.flags = if up { LinkFlags::Up } else { LinkFlags::empty() };
    message.header.change_mask = LinkFlags::Up;
    Request::change(RouteNetlinkMessage::SetLink(message), 0)
}

/// Makes a link a port of a master, or of none.
pub(crate) fn set_master(index: IfIndex, master: Option<IfIndex>) -> Request {
    set(index, vec![LinkAttribute::Controller(master.map_or(0, IfIndex::get))])
}

/// Moves a link into a namespace. `name` may be a pattern. `new_index` makes it findable there whatever
/// becomes of the name (Linux 5.13; older kernels keep the index where it is free).
pub(crate) fn move_to(index: IfIndex, namespace: BorrowedFd<'_>, name: &[u8], new_index: IfIndex) -> Request {
    // RTM_NEWLINK, as ip(8) sends it.
    let attributes = vec![
        LinkAttribute::NetNsFd(namespace.as_raw_fd()),
        LinkAttribute::NewIfIndex(new_index.get() as i32),
        ifname(name),
    ];
    Request::change(RouteNetlinkMessage::NewLink(message(Some(index), attributes)), 0)
}

/// Deletes a link.
pub(crate) fn delete(index: IfIndex) -> Request {
    Request::change(RouteNetlinkMessage::DelLink(message(Some(index), vec![])), 0)
}

pub(crate) fn mac_attribute(mac: MacAddr) -> LinkAttribute {
    LinkAttribute::Address(mac.octets().to_vec())
}

pub(crate) fn mtu_attribute(mtu: u32) -> LinkAttribute {
    LinkAttribute::Mtu(mtu)
}

pub(crate) fn tx_queue_len_attribute(packets: u32) -> LinkAttribute {
    LinkAttribute::TxQueueLen(packets)
}

/// The name as bytes: the typed attribute takes UTF-8 only.
pub(crate) fn ifname(name: &[u8]) -> LinkAttribute {
    LinkAttribute::Other(DefaultNla::new(ifla::IFNAME, [name, &[0]].concat()))
}

/// The alias as bytes, for the same reason. An empty one takes the alias away.
pub(crate) fn alias_attribute(alias: &[u8]) -> LinkAttribute {
    LinkAttribute::Other(DefaultNla::new(ifla::IFALIAS, alias.to_vec()))
}

/// Gives a port the settings that were read from it.
pub(crate) fn set_port(index: IfIndex, port: &Port) -> Request {
    // Of a bridge's (IFLA_BRPORT_…): what can be set, not what the kernel computes or refuses to be sent.
    let settable = |kind| matches!(kind, 2..=10 | 12 | 25 | 27..=34 | 37 | 39 | 40 | 42..=44);
    let kept = attributes(&port.data).filter(|(kind, _)| port.kind == b"bridge" && settable(*kind));
    let data: Vec<DefaultNla> = kept.map(|(kind, value)| DefaultNla::new(kind, value.to_vec())).collect();
    let kind = DefaultNla::new(ifla::INFO_SLAVE_KIND, [&port.kind[..], &[0]].concat());
    let info = nested(ifla::LINKINFO, &[kind, nested_nla(ifla::INFO_SLAVE_DATA, &data)]);
    // RTM_NEWLINK: RTM_SETLINK passes over link info.
    Request::change(RouteNetlinkMessage::NewLink(message(Some(index), vec![info])), 0)
}

/// How the link makes its IPv6 link-local address, and the token of its other ones.
pub(crate) fn inet6_attribute(inet6: &Inet6) -> LinkAttribute {
    let mut settings = Vec::new();
    settings.extend(inet6.addr_gen_mode.map(|mode| DefaultNla::new(ifla::INET6_ADDR_GEN_MODE, vec![mode])));
    settings.extend(inet6.token.map(|token| DefaultNla::new(ifla::INET6_TOKEN, token.to_vec())));
    nested(ifla::AF_SPEC, &[nested_nla(libc::AF_INET6 as u16, &settings)])
}

/// Per-device IPv4 settings by number (`IPV4_DEVCONF_…` of linux/ip.h, counted from 1).
pub(crate) fn inet_attribute(settings: &[(u16, u32)]) -> LinkAttribute {
    let settings: Vec<DefaultNla> =
        settings.iter().map(|(number, value)| DefaultNla::new(*number, value.to_ne_bytes().to_vec())).collect();
    nested(ifla::AF_SPEC, &[nested_nla(libc::AF_INET as u16, &[nested_nla(ifla::INET_CONF, &settings)])])
}

fn nested(kind: u16, list: &[DefaultNla]) -> LinkAttribute {
    LinkAttribute::Other(nested_nla(kind, list))
}

fn nested_nla(kind: u16, list: &[DefaultNla]) -> DefaultNla {
    let mut bytes = vec![0; list.buffer_len()];
    list.emit(&mut bytes);
    DefaultNla::new(kind | NLA_F_NESTED, bytes)
}

#[cfg(test)]
mod tests {
    use super::super::{IFINFOMSG, LinkInfo, tests::VETH};
    use super::*;
    use crate::wire::attribute::find;
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
