//! netlink-packet-route's readers, which know all fields and refuse a message for any that is odd. Where they accept one,
//! owned has to have got the same from it.

use std::cell::Cell;
use std::net::{IpAddr, Ipv6Addr};
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

use netlink_packet_core::{ErrorBuffer, ErrorMessage, NetlinkHeader, NetlinkMessage, Parseable};
use netlink_packet_route::address::{AddressAttribute, AddressMessage};
use netlink_packet_route::link::{
    AfSpecInet, AfSpecInet6, AfSpecUnspec, BridgePortState, InfoBridgePort, InfoPortData, LinkAttribute,
    LinkInfo as Info, LinkLayerType, LinkMessage, Prop,
};
use netlink_packet_route::neighbour::{NeighbourAttribute, NeighbourFlags, NeighbourMessage};
use netlink_packet_route::route::{RouteAddress, RouteAttribute, RouteMessage};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};

use crate::types::{Family, IfIndex, IfName, MacAddr, Prefix};
use crate::wire::address::AddressInfo;
use crate::wire::attribute::u64_at;
use crate::wire::link::{LinkInfo, Port};
use crate::wire::neighbour::NeighbourInfo;
use crate::wire::route::RouteInfo;

/// What the other reader makes of a body; none where it refuses it. Some bodies make it panic.
pub(crate) fn read<T: Parseable<[u8]>>(body: &[u8]) -> Option<T> {
    forgiven(|| T::parse(body).ok())
}

/// The header of the first message of a datagram.
pub(crate) fn header(datagram: &[u8]) -> Option<NetlinkHeader> {
    forgiven(|| Some(NetlinkMessage::<RouteNetlinkMessage>::deserialize(datagram).ok()?.header))
}

/// The code in the body of an `NLMSG_ERROR`.
pub(crate) fn error_code(body: &[u8]) -> Option<i32> {
    let buffer = ErrorBuffer::new_checked(&body).ok()?;
    forgiven(|| Some(ErrorMessage::parse(&buffer).ok()?.raw_code()))
}

/// Whether a bridge's data about a port say that it forwards.
pub(crate) fn bridge_port(data: &[u8]) -> Option<bool> {
    // Only a whole link can be read.
    let attribute = |kind: u16, value: &[u8]| {
        let length = u16::try_from(4 + value.len()).ok()?;
        let mut bytes = [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), value].concat();
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        Some(bytes)
    };
    let info = [attribute(4, b"bridge\0")?, attribute(5, data)?].concat();
    let link: LinkMessage = read(&[vec![0; 16], attribute(18, &info)?].concat())?;
    let Some(LinkAttribute::LinkInfo(info)) = link.attributes.into_iter().next() else { return None };
    let data = info.into_iter().find_map(|info| match info {
        Info::PortData(InfoPortData::BridgePort(data)) => Some(data),
        _ => None,
    })?;
    let state = data.iter().find_map(|data| if let InfoBridgePort::State(state) = data { Some(state) } else { None });
    Some(state == Some(&BridgePortState::Forwarding))
}

/// Calls what may panic without that being a finding.
fn forgiven<T>(call: impl FnOnce() -> Option<T>) -> Option<T> {
    thread_local!(static FORGIVEN: Cell<bool> = const { Cell::new(false) });
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        // A fuzzer's ends the process.
        let unforgiving = take_hook();
        set_hook(Box::new(move |panic| {
            if !FORGIVEN.get() {
                unforgiving(panic);
            }
        }));
    });
    FORGIVEN.set(true);
    let result = catch_unwind(AssertUnwindSafe(call));
    FORGIVEN.set(false);
    result.ok().flatten()
}

/// A string as the kernel has it: up to its NUL.
fn string(text: &str) -> &[u8] {
    text.split('\0').next().unwrap_or_default().as_bytes()
}

pub(crate) fn agrees_on_link(owned: Option<&LinkInfo>, theirs: &LinkMessage) {
    let name = theirs.attributes.iter().find_map(|attribute| match attribute {
        LinkAttribute::IfName(name) => Some(string(name)),
        _ => None,
    });
    let (index, name) = (IfIndex::new(theirs.header.index), name.and_then(IfName::from_kernel));
    let (Some(owned), Some(index), Some(name)) = (owned, index, name) else {
        assert!(owned.is_none() && (index.is_none() || name.is_none()));
        return;
    };
    let mut expected = LinkInfo {
        index,
        name,
        // Of some numbers it makes the name of another.
        hardware: owned.hardware,
        flags: theirs.header.flags.bits(),
        operstate: 0,
        kind: None,
        mac: None,
        mtu: 0,
        min_mtu: 0,
        max_mtu: 0,
        // Unknown to the other reader.
        immovable: owned.immovable,
        tx_queue_len: 0,
        group: 0,
        alias: None,
        alt_names: Vec::new(),
        // It does not know all of these.
        link_mode: owned.link_mode,
        proto_down: owned.proto_down,
        limits: owned.limits.clone(),
        xdp: owned.xdp,
        permanent_mac: owned.permanent_mac,
        parent_device: owned.parent_device.clone(),
        master: None,
        peer: None,
        peer_netns: None,
        port: None,
        // The other reader fills these up to what it knows of them: compared by themselves.
        inet: owned.inet.clone(),
        inet6: owned.inet6.clone(),
        statistics: owned.statistics.clone(),
    };
    assert_eq!(LinkLayerType::from(owned.hardware), theirs.header.link_layer_type);
    // Of several attributes of a type, the last counts, as it does to the kernel.
    let (mut settings, mut counters) = (Settings::default(), None);
    for attribute in &theirs.attributes {
        match attribute {
            LinkAttribute::Address(mac) => expected.mac = mac[..].try_into().ok().map(MacAddr::new).or(expected.mac),
            LinkAttribute::OperState(state) => expected.operstate = u8::from(*state),
            LinkAttribute::Mtu(mtu) => expected.mtu = *mtu,
            LinkAttribute::MinMtu(mtu) => expected.min_mtu = *mtu,
            LinkAttribute::MaxMtu(mtu) => expected.max_mtu = *mtu,
            LinkAttribute::TxQueueLen(length) => expected.tx_queue_len = *length,
            LinkAttribute::Group(group) => expected.group = *group,
            LinkAttribute::Link(peer) => expected.peer = IfIndex::new(*peer),
            LinkAttribute::LinkNetNsId(id) => expected.peer_netns = Some(*id),
            LinkAttribute::Controller(master) => expected.master = IfIndex::new(*master),
            LinkAttribute::IfAlias(alias) => expected.alias = Some(string(alias).to_vec()),
            LinkAttribute::PropList(props) => expected.alt_names = props.iter().filter_map(alternative_name).collect(),
            LinkAttribute::LinkInfo(info) => {
                let kind = info.iter().find_map(|info| if let Info::Kind(kind) = info { Some(kind) } else { None });
                let port = info.iter().find_map(|info| if let Info::PortKind(kind) = info { Some(kind) } else { None });
                expected.kind = kind.map(|kind| string(&kind.to_string()).to_vec());
                // Its data are not written again by the other reader as they came.
                let data = owned.port.as_ref().map(|port| port.data.clone()).unwrap_or_default();
                expected.port = port.map(|kind| Port { kind: string(&kind.to_string()).to_vec(), data });
            }
            LinkAttribute::Stats64(stats) => counters = Some(stats),
            LinkAttribute::AfSpecUnspec(families) => settings.read(families),
            _ => {}
        }
    }
    assert_eq!(*owned, expected);
    if theirs.header.interface_family == AddressFamily::Unspec {
        settings.agree_with(owned);
    }
    assert_eq!(counters.is_some(), owned.statistics.is_some());
    if let (Some(stats), Some(owned)) = (counters, &owned.statistics) {
        let theirs = [stats.rx_packets, stats.tx_packets, stats.rx_bytes, stats.tx_bytes, stats.rx_errors];
        let theirs = theirs.into_iter().chain([stats.tx_errors, stats.rx_dropped, stats.tx_dropped, stats.multicast]);
        let ours_at = |place| u64_at(owned, place).unwrap_or(0);
        // One that is cut off is none to us, and filled up by the other reader.
        let cut_off = (owned.len() % 8 != 0).then_some(owned.len() / 8);
        assert!(theirs.enumerate().all(|(place, theirs)| Some(place) == cut_off || theirs == ours_at(place)));
    }
}

fn alternative_name(prop: &Prop) -> Option<Vec<u8>> {
    if let Prop::AltIfName(name) = prop { Some(string(name).to_vec()) } else { None }
}

/// Some of what a link's `IFLA_AF_SPEC` says.
#[derive(Debug, Default)]
struct Settings {
    forwarding: Option<i32>,
    ipv6: Option<(bool, Option<u8>, Option<Ipv6Addr>)>,
}

impl Settings {
    fn read(&mut self, families: &[AfSpecUnspec]) {
        let inet =
            families.iter().find_map(|family| if let AfSpecUnspec::Inet(inet) = family { Some(inet) } else { None });
        let inet6 =
            families.iter().find_map(|family| if let AfSpecUnspec::Inet6(inet6) = family { Some(inet6) } else { None });
        if let Some(inet) = inet {
            let conf = inet.iter().find_map(|i| if let AfSpecInet::DevConf(conf) = i { Some(conf) } else { None });
            self.forwarding = Some(conf.map_or(0, |conf| conf.forwarding));
        }
        if let Some(inet6) = inet6 {
            let find = |is_it: fn(&AfSpecInet6) -> bool| inet6.iter().find(|attribute| is_it(attribute));
            let disabled = match find(|i| matches!(i, AfSpecInet6::DevConf(_))) {
                Some(AfSpecInet6::DevConf(conf)) => conf.disable_ipv6 != 0,
                _ => false,
            };
            let mode = match find(|i| matches!(i, AfSpecInet6::AddrGenMode(_))) {
                Some(AfSpecInet6::AddrGenMode(mode)) => Some(u8::from(mode)),
                _ => None,
            };
            let token = match find(|i| matches!(i, AfSpecInet6::Token(_))) {
                Some(AfSpecInet6::Token(token)) => Some(*token).filter(|token| !token.is_unspecified()),
                _ => None,
            };
            self.ipv6 = Some((disabled, mode, token));
        }
    }

    fn agree_with(&self, owned: &LinkInfo) {
        assert_eq!(self.forwarding.unwrap_or(0) as u32, owned.inet.first().copied().unwrap_or(0));
        let inet6 = owned.inet6.as_ref();
        let owned = inet6.map(|inet6| (inet6.disabled, inet6.addr_gen_mode, inet6.token.map(Ipv6Addr::from)));
        assert_eq!(self.ipv6, owned);
    }
}

pub(crate) fn agrees_on_address(owned: Option<&AddressInfo>, theirs: &AddressMessage) {
    let (mut address, mut local, mut flags) = (None, None, u32::from(theirs.header.flags.bits()));
    for attribute in &theirs.attributes {
        match attribute {
            AddressAttribute::Address(ip) => address = Some(*ip),
            AddressAttribute::Local(ip) => local = Some(*ip),
            AddressAttribute::Flags(all) => flags = all.bits(),
            _ => {}
        }
    }
    let prefix = local.or(address).and_then(|ip| Prefix::new(ip, theirs.header.prefix_len).ok());
    let (index, scope) = (IfIndex::new(theirs.header.index), u8::from(theirs.header.scope));
    let theirs = index.zip(prefix).map(|(index, prefix)| AddressInfo { index, prefix, flags, scope });
    assert_eq!(owned, theirs.as_ref());
}

pub(crate) fn agrees_on_route(owned: Option<&RouteInfo>, theirs: &RouteMessage) {
    let family = match theirs.header.address_family {
        AddressFamily::Inet => Family::Ipv4,
        AddressFamily::Inet6 => Family::Ipv6,
        _ => return assert_eq!(owned, None),
    };
    let ip = |address: &RouteAddress| match address {
        RouteAddress::Inet(ip) => Some(IpAddr::V4(*ip)),
        RouteAddress::Inet6(ip) => Some(IpAddr::V6(*ip)),
        _ => None,
    };
    let mut destination = Prefix::everything(family).address();
    let (mut table, mut link, mut gateway) = (u32::from(theirs.header.table), None, None);
    let (mut metric, mut source) = (0, None);
    for attribute in &theirs.attributes {
        match attribute {
            RouteAttribute::Destination(address) => destination = ip(address).unwrap_or(destination),
            RouteAttribute::Oif(index) => link = IfIndex::new(*index),
            RouteAttribute::Gateway(address) => gateway = ip(address),
            RouteAttribute::MultiPath(hops) => {
                let first = hops.first().map_or(&[][..], |hop| &hop.attributes);
                gateway = first.iter().find_map(|attribute| match attribute {
                    RouteAttribute::Gateway(address) => ip(address),
                    _ => None,
                });
            }
            RouteAttribute::Priority(number) => metric = *number,
            RouteAttribute::PrefSource(address) => source = ip(address),
            RouteAttribute::Table(number) => table = *number,
            _ => {}
        }
    }
    let Ok(destination) = Prefix::new(destination, theirs.header.destination_prefix_length) else {
        return assert_eq!(owned, None);
    };
    let owned = owned.expect("the other reader reads a route");
    assert_eq!((owned.destination, owned.table, owned.link), (destination, table, link));
    assert_eq!((owned.gateway, owned.metric, owned.source), (gateway, metric, source));
    assert_eq!(owned.protocol, u8::from(theirs.header.protocol));
}

pub(crate) fn agrees_on_neighbour(owned: Option<&NeighbourInfo>, theirs: &NeighbourMessage) {
    let Some(link) = IfIndex::new(theirs.header.ifindex) else { return assert_eq!(owned, None) };
    let owned = owned.expect("the other reader reads a neighbour");
    // The first, if it is an Ethernet one.
    let mac = theirs.attributes.iter().find_map(|attribute| match attribute {
        NeighbourAttribute::LinkLayerAddress(mac) => Some(mac[..].try_into().ok().map(MacAddr::new)),
        _ => None,
    });
    assert_eq!((owned.link, owned.mac), (link, mac.flatten()));
    // NUD_PERMANENT, and in a forwarding database NUD_NOARP as well.
    let permanent = if theirs.header.family == AddressFamily::Bridge { 0xc0 } else { 0x80 };
    let proxy = theirs.header.flags.contains(NeighbourFlags::Proxy);
    assert_eq!(owned.is_permanent(), u16::from(theirs.header.state) & permanent != 0 || proxy);
}
