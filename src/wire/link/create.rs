//! Making links of each kind.

use std::net::IpAddr;
use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{
    BridgeStpState, InfoBridge, InfoData, InfoIpVlan, InfoKind, InfoMacVlan, InfoVeth, InfoVxlan, IpVlanMode,
    LinkAttribute, LinkInfo as Info, MacVlanMode,
};

use super::{ifname, mac_attribute, message, mtu_attribute};
use crate::types::{IfIndex, IfName, IpvlanMode, MacAddr, MacvlanMode};
use crate::wire::request::Request;

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
    /// Its namespace is the link's own.
    pub(crate) beside: bool,
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
    attributes.extend(namespace.map(|namespace| LinkAttribute::NetNsFd(namespace.as_raw_fd())));
    attributes.extend(link.mac.map(mac_attribute));
    // A tunnel has it among its own attributes.
    let parent = link.parent.filter(|_| !matches!(link.kind, Kind::Vxlan(_)));
    attributes.extend(parent.map(|parent| LinkAttribute::Link(parent.get())));
    attributes.push(LinkAttribute::LinkInfo(info(link, other_end)));
    let message = message(Some(index), attributes);
    Request::change(RouteNetlinkMessage::NewLink(message), NLM_F_CREATE | NLM_F_EXCL)
}

fn info(link: &NewLink<'_>, other_end: Option<IfIndex>) -> Vec<Info> {
    let (kind, data) = match link.kind {
        Kind::Dummy => return vec![Info::Kind(InfoKind::Dummy)],
        Kind::Bridge(settings) => (InfoKind::Bridge, InfoData::Bridge(bridge(settings))),
        Kind::Veth(peer) => (InfoKind::Veth, InfoData::Veth(veth(&peer, other_end))),
        Kind::Macvlan(mode) => (InfoKind::MacVlan, InfoData::MacVlan(vec![InfoMacVlan::Mode(macvlan_mode(mode))])),
        Kind::Ipvlan(mode) => (InfoKind::IpVlan, InfoData::IpVlan(vec![InfoIpVlan::Mode(ipvlan_mode(mode))])),
        Kind::Vxlan(settings) => (InfoKind::Vxlan, InfoData::Vxlan(vxlan(settings, link.parent))),
    };
    vec![Info::Kind(kind), Info::Data(data)]
}

fn bridge(settings: &BridgeSettings) -> Vec<InfoBridge> {
    let stp = |on| if on { BridgeStpState::KernelStp } else { BridgeStpState::Disabled };
    let mut data = Vec::new();
    data.extend(settings.forward_delay.map(InfoBridge::ForwardDelay));
    data.extend(settings.ageing.map(InfoBridge::AgeingTime));
    data.extend(settings.stp.map(|on| InfoBridge::StpState(stp(on))));
    data.extend(settings.vlan_filtering.map(InfoBridge::VlanFiltering));
    data
}

fn veth(peer: &Peer<'_>, index: Option<IfIndex>) -> InfoVeth {
    let mut attributes = vec![ifname(peer.name.as_bytes()), LinkAttribute::NetNsFd(peer.namespace.as_raw_fd())];
    attributes.extend(peer.mac.map(mac_attribute));
    attributes.extend(peer.mtu.map(mtu_attribute));
    InfoVeth::Peer(message(index, attributes))
}

fn macvlan_mode(mode: MacvlanMode) -> MacVlanMode {
    match mode {
        MacvlanMode::Bridge => MacVlanMode::Bridge,
        MacvlanMode::Private => MacVlanMode::Private,
        MacvlanMode::Vepa => MacVlanMode::Vepa,
        MacvlanMode::Passthru => MacVlanMode::Passthrough,
    }
}

fn ipvlan_mode(mode: IpvlanMode) -> IpVlanMode {
    match mode {
        IpvlanMode::L2 => IpVlanMode::L2,
        IpvlanMode::L3 => IpVlanMode::L3,
        IpvlanMode::L3s => IpVlanMode::L3S,
    }
}

fn vxlan(settings: &VxlanSettings, parent: Option<IfIndex>) -> Vec<InfoVxlan> {
    let mut data = vec![InfoVxlan::Id(settings.id)];
    data.extend(parent.map(|parent| InfoVxlan::Link(parent.get())));
    data.extend(settings.local.map(|address| match address {
        IpAddr::V4(address) => InfoVxlan::Local(address),
        IpAddr::V6(address) => InfoVxlan::Local6(address),
    }));
    data.extend(settings.remote.map(|address| match address {
        IpAddr::V4(address) => InfoVxlan::Group(address),
        IpAddr::V6(address) => InfoVxlan::Group6(address),
    }));
    data.extend(settings.port.map(InfoVxlan::Port));
    data.push(InfoVxlan::Learning(settings.learning));
    data
}
