use std::collections::HashMap;

use crate::error::Result;
use crate::netns::NetNs;
use crate::ops;
use crate::record::interface::InterfaceRecord;
use crate::text::{printable, printable_name};
use crate::types::{Family, IfIndex, IfName, MacAddr, Prefix};
use crate::wire::attribute::u64_at;
use crate::wire::link::LinkInfo;
use crate::wire::route::MAIN;

/// A link as the kernel described it at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkState {
    /// The name of the link.
    pub name: IfName,
    /// The index of the link in its namespace.
    pub index: IfIndex,
    /// The kind of link: `veth`, `bridge`, …; `None` for hardware.
    #[doc(alias = "IFLA_INFO_KIND")]
    pub kind: Option<String>,
    /// The hardware address, if it has six bytes.
    pub mac: Option<MacAddr>,
    /// The hardware address that is burnt in, which nobody can change.
    #[doc(alias = "IFLA_PERM_ADDRESS")]
    pub permanent_mac: Option<MacAddr>,
    /// The name of the device behind the link on its bus, such as a PCI address (Linux 5.14).
    #[doc(alias = "IFLA_PARENT_DEV_NAME")]
    pub parent_device: Option<String>,
    /// The bus of that device: `pci`, `virtio`, `usb`, …
    #[doc(alias = "IFLA_PARENT_DEV_BUS_NAME")]
    pub parent_bus: Option<String>,
    /// The alternative names of the link (Linux 5.5).
    #[doc(alias = "IFLA_ALT_IFNAME")]
    pub alternative_names: Vec<String>,
    /// The largest packet in bytes.
    pub mtu: u32,
    /// The length of its transmit queue in packets.
    pub tx_queue_len: u32,
    /// The description of the link; U+FFFD stands for bytes that are not UTF-8.
    pub alias: Option<String>,
    /// Whether the link is set up (`IFF_UP`).
    pub up: bool,
    /// Whether the link can carry traffic (`IFF_RUNNING` with `IFF_LOWER_UP`).
    pub running: bool,
    /// The bridge, or other link, that the link is a port of.
    pub master: Option<IfIndex>,
    /// The index of the link at the other end or below, in the namespace of that link.
    #[doc(alias = "IFLA_LINK")]
    pub peer: Option<IfIndex>,
    /// The number by which the namespace of the link knows that of the other end, if that is another one.
    #[doc(alias = "IFLA_LINK_NETNSID")]
    pub peer_namespace: Option<i32>,
    /// The addresses, without the link-local ones.
    pub addresses: Vec<Prefix>,
    /// The link-local addresses.
    pub link_local: Vec<Prefix>,
    /// The on-link routes of the main table that this library installed on the link.
    pub routes: Vec<Prefix>,
}

/// The counters of a link since its creation.
///
/// See `struct rtnl_link_stats64` in linux/if_link.h.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
#[doc(alias = "IFLA_STATS64")]
pub struct Statistics {
    /// Bytes received.
    pub rx_bytes: u64,
    /// Packets received.
    pub rx_packets: u64,
    /// Bad packets received.
    pub rx_errors: u64,
    /// Packets received and dropped for want of room.
    pub rx_dropped: u64,
    /// Bytes sent.
    pub tx_bytes: u64,
    /// Packets sent.
    pub tx_packets: u64,
    /// Packets that could not be sent.
    pub tx_errors: u64,
    /// Packets dropped on their way out.
    pub tx_dropped: u64,
    /// Multicast packets received.
    pub multicast: u64,
}

impl Statistics {
    /// Reads `struct rtnl_link_stats64`; counters that an older kernel lacks are 0.
    fn parse(counters: &[u8]) -> Self {
        let counter = |number| u64_at(counters, number).unwrap_or(0);
        Self {
            rx_packets: counter(0),
            tx_packets: counter(1),
            rx_bytes: counter(2),
            tx_bytes: counter(3),
            rx_errors: counter(4),
            tx_errors: counter(5),
            rx_dropped: counter(6),
            tx_dropped: counter(7),
            multicast: counter(8),
        }
    }
}

/// Reads the counters of an interface's link.
pub(crate) fn statistics(netns: &NetNs, interface: &InterfaceRecord) -> Result<Statistics> {
    let link = ops::link::get_verified(netns, interface.index, &interface.identity)?;
    Ok(Statistics::parse(link.statistics.as_deref().unwrap_or_default()))
}

/// Reads the state of an interface's link.
pub(crate) fn one(netns: &NetNs, interface: &InterfaceRecord) -> Result<LinkState> {
    let index = interface.index;
    let mut state = LinkState::of(ops::link::get_verified(netns, index, &interface.identity)?);
    ops::address::all(netns, Some(index))?.into_iter().for_each(|(address, _)| state.add_address(address.prefix));
    state.routes = routes(netns, Some(index))?.into_iter().map(|(_, destination)| destination).collect();
    Ok(state)
}

/// Reads all links of a namespace, in the kernel's order.
pub(crate) fn all(netns: &NetNs) -> Result<Vec<LinkState>> {
    let mut links = with_addresses(netns)?;
    let mut by_index: HashMap<IfIndex, &mut LinkState> = links.iter_mut().map(|link| (link.index, link)).collect();
    for (index, destination) in routes(netns, None)? {
        if let Some(link) = by_index.get_mut(&index) {
            link.routes.push(destination);
        }
    }
    Ok(links)
}

/// Returns all links of a namespace with their addresses, and without their routes.
pub(crate) fn with_addresses(netns: &NetNs) -> Result<Vec<LinkState>> {
    let mut links: Vec<LinkState> = ops::link::all(netns)?.into_iter().map(LinkState::of).collect();
    let addresses = ops::address::all(netns, None)?;
    let mut by_index: HashMap<IfIndex, &mut LinkState> = links.iter_mut().map(|link| (link.index, link)).collect();
    for (address, _) in addresses {
        if let Some(link) = by_index.get_mut(&address.index) {
            link.add_address(address.prefix);
        }
    }
    Ok(links)
}

/// Returns the on-link routes with our protocol number, of one link or of all.
fn routes(netns: &NetNs, index: Option<IfIndex>) -> Result<Vec<(IfIndex, Prefix)>> {
    let mut routes = Vec::new();
    for family in Family::ALL {
        let on_link =
            ops::route::owned(netns, family)?.into_iter().filter(|route| route.table == MAIN && route.is_direct());
        let of_links = on_link.filter_map(|route| Some((route.link?, route.destination)));
        routes.extend(of_links.filter(|(link, _)| index.is_none_or(|index| index == *link)));
    }
    Ok(routes)
}

impl LinkState {
    pub(crate) fn of(link: LinkInfo) -> Self {
        Self {
            name: link.name,
            index: link.index,
            up: link.is_up(),
            running: link.is_running(),
            kind: link.kind.as_deref().map(printable),
            mac: link.mac,
            permanent_mac: link.permanent_mac,
            parent_device: link.parent_device.as_ref().map(|device| printable(&device.name)),
            parent_bus: link.parent_device.as_ref().map(|device| printable(&device.bus)),
            alternative_names: link.alt_names.iter().map(|name| printable_name(name)).collect(),
            mtu: link.mtu,
            tx_queue_len: link.tx_queue_len,
            alias: link.alias.as_deref().map(|alias| String::from_utf8_lossy(alias).into_owned()),
            master: link.master,
            peer: link.peer,
            peer_namespace: link.peer_netns,
            addresses: Vec::new(),
            link_local: Vec::new(),
            routes: Vec::new(),
        }
    }

    fn add_address(&mut self, address: Prefix) {
        let list = if address.is_link_local() { &mut self.link_local } else { &mut self.addresses };
        list.push(address);
    }
}
