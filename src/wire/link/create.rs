//! Making links of each kind.

use std::net::IpAddr;
use std::os::fd::BorrowedFd;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};

use crate::types::{IfIndex, IfName, IpvlanMode, MacAddr, MacvlanMode};
use crate::wire::attribute::{Attribute, address, bytes, emitted, nested, number, text};
use crate::wire::link::set::in_namespace;
use crate::wire::link::{RTM_NEWLINK, header, ifla, ifname, mac_attribute, mtu_attribute};
use crate::wire::request::Request;

/// What a kind has of its own: attributes of linux/if_link.h and linux/veth.h.
mod info {
    pub(crate) const BR_FORWARD_DELAY: u16 = 1;
    pub(crate) const BR_AGEING_TIME: u16 = 4;
    pub(crate) const BR_STP_STATE: u16 = 5;
    pub(crate) const BR_VLAN_FILTERING: u16 = 7;

    pub(crate) const VETH_PEER: u16 = 1;

    pub(crate) const MACVLAN_MODE: u16 = 1;
    pub(crate) const IPVLAN_MODE: u16 = 1;

    pub(crate) const VXLAN_ID: u16 = 1;
    pub(crate) const VXLAN_GROUP: u16 = 2;
    pub(crate) const VXLAN_LINK: u16 = 3;
    pub(crate) const VXLAN_LOCAL: u16 = 4;
    pub(crate) const VXLAN_LEARNING: u16 = 7;
    pub(crate) const VXLAN_PORT: u16 = 15;
    pub(crate) const VXLAN_GROUP6: u16 = 16;
    pub(crate) const VXLAN_LOCAL6: u16 = 17;
}

/// A link that is to be made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewLink<'a> {
    /// Its name, or a pattern that the kernel completes.
    pub(crate) name: &'a [u8],
    pub(crate) mac: Option<MacAddr>,
    pub(crate) kind: Kind<'a>,
    /// The link below it, in the namespace that is asked.
    pub(crate) parent: Option<IfIndex>,
}

/// What kind of link is made, and what only links of that kind have.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind<'a> {
    Bridge(&'a BridgeSettings),
    Dummy,
    Veth(Peer<'a>),
    Macvlan(MacvlanMode),
    Ipvlan(IpvlanMode),
    Vxlan(&'a VxlanSettings),
}

/// The other end of a veth.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer<'a> {
    pub(crate) namespace: BorrowedFd<'a>,
    pub(crate) name: &'a IfName,
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: Option<u32>,
}

/// What a bridge is told when it is made; of the rest the kernel decides.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct BridgeSettings {
    pub(crate) stp: Option<bool>,
    /// In hundredths of a second (`USER_HZ`), as the next one.
    pub(crate) forward_delay: Option<u32>,
    pub(crate) ageing: Option<u32>,
    pub(crate) vlan_filtering: Option<bool>,
}

/// What a VXLAN tunnel is told when it is made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct VxlanSettings {
    pub(crate) id: u32,
    pub(crate) local: Option<IpAddr>,
    /// The other end, or a multicast group.
    pub(crate) remote: Option<IpAddr>,
    pub(crate) port: Option<u16>,
    pub(crate) learning: bool,
}

/// Makes a link in the namespace that is asked, or in another one. `other_end` is the index wanted for a veth's
/// other end.
pub(crate) fn create(
    link: &NewLink<'_>,
    namespace: Option<BorrowedFd<'_>>,
    index: IfIndex,
    other_end: Option<IfIndex>,
) -> Request {
    let mut attributes = vec![ifname(link.name)];
    attributes.extend(namespace.map(in_namespace));
    attributes.extend(link.mac.map(mac_attribute));
    // A tunnel has it among its own attributes.
    let parent = link.parent.filter(|_| !matches!(link.kind, Kind::Vxlan(_)));
    attributes.extend(parent.map(|parent| number(ifla::LINK, parent.get())));
    attributes.push(info(link, other_end));
    Request::change(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &header(Some(index)), &attributes)
}

fn info(link: &NewLink<'_>, other_end: Option<IfIndex>) -> Attribute {
    let (kind, data) = match link.kind {
        Kind::Dummy => ("dummy", vec![]),
        Kind::Bridge(settings) => ("bridge", bridge(settings)),
        Kind::Veth(peer) => ("veth", vec![veth(&peer, other_end)]),
        Kind::Macvlan(mode) => ("macvlan", vec![number(info::MACVLAN_MODE, macvlan_mode(mode))]),
        Kind::Ipvlan(mode) => ("ipvlan", vec![bytes(info::IPVLAN_MODE, &ipvlan_mode(mode).to_ne_bytes())]),
        Kind::Vxlan(settings) => ("vxlan", vxlan(settings, link.parent)),
    };
    let kind = text(ifla::INFO_KIND, kind.as_bytes());
    nested(ifla::LINKINFO, &[kind, nested(ifla::INFO_DATA, &data)])
}

fn bridge(settings: &BridgeSettings) -> Vec<Attribute> {
    let mut data = Vec::new();
    data.extend(settings.forward_delay.map(|delay| number(info::BR_FORWARD_DELAY, delay)));
    data.extend(settings.ageing.map(|time| number(info::BR_AGEING_TIME, time)));
    data.extend(settings.stp.map(|on| number(info::BR_STP_STATE, on.into())));
    data.extend(settings.vlan_filtering.map(|on| bytes(info::BR_VLAN_FILTERING, &[on.into()])));
    data
}

/// The other end is described by a message of its own.
fn veth(peer: &Peer<'_>, index: Option<IfIndex>) -> Attribute {
    let mut attributes = vec![ifname(peer.name.as_bytes()), in_namespace(peer.namespace)];
    attributes.extend(peer.mac.map(mac_attribute));
    attributes.extend(peer.mtu.map(mtu_attribute));
    bytes(info::VETH_PEER, &[emitted(&header(index)), emitted(&attributes.as_slice())].concat())
}

/// `MACVLAN_MODE_…` of linux/if_link.h.
fn macvlan_mode(mode: MacvlanMode) -> u32 {
    match mode {
        MacvlanMode::Private => 1,
        MacvlanMode::Vepa => 2,
        MacvlanMode::Bridge => 4,
        MacvlanMode::Passthru => 8,
    }
}

/// `IPVLAN_MODE_…` of linux/if_link.h.
fn ipvlan_mode(mode: IpvlanMode) -> u16 {
    match mode {
        IpvlanMode::L2 => 0,
        IpvlanMode::L3 => 1,
        IpvlanMode::L3s => 2,
    }
}

fn vxlan(settings: &VxlanSettings, parent: Option<IfIndex>) -> Vec<Attribute> {
    let either = |ipv4, ipv6| move |end: IpAddr| address(if end.is_ipv4() { ipv4 } else { ipv6 }, end);
    let mut data = vec![number(info::VXLAN_ID, settings.id)];
    data.extend(parent.map(|parent| number(info::VXLAN_LINK, parent.get())));
    data.extend(settings.local.map(either(info::VXLAN_LOCAL, info::VXLAN_LOCAL6)));
    data.extend(settings.remote.map(either(info::VXLAN_GROUP, info::VXLAN_GROUP6)));
    data.extend(settings.port.map(|port| bytes(info::VXLAN_PORT, &port.to_be_bytes())));
    data.push(bytes(info::VXLAN_LEARNING, &[settings.learning.into()]));
    data
}
