//! Links: `RTM_*LINK` (rtnetlink(7), linux/if_link.h).

mod create;
mod inet;
mod inet6;
pub(crate) mod kinds;
mod set;

pub(crate) use create::{NewLink, Peer, create};
pub(crate) use inet::{inet_file, is_inet_settable};
pub(crate) use inet6::Inet6;
pub(crate) use set::{
    add_alternative_names, alias_attribute, delete, delete_alternative_names, delete_group, detach_xdp, ifname,
    inet_attribute, inet6_attribute, limit_attribute, link_mode_attribute, mac_attribute, move_as_it_is, move_to,
    mtu_attribute, proto_down_attribute, set, set_flags, set_group, set_master, set_port, set_up,
    tx_queue_len_attribute,
};

use netlink_packet_route::link::LinkHeader;

use crate::types::{IfIndex, IfName, MacAddr};
use crate::wire::attribute::{array, attributes, bytes, edited, find, i32, nested, number, string, text, u32};
use crate::wire::link::kinds::LinkTrait;
use crate::wire::request::Request;

/// Message types of linux/rtnetlink.h.
pub(crate) const RTM_NEWLINK: u16 = 16;
pub(crate) const RTM_DELLINK: u16 = 17;
pub(crate) const RTM_GETLINK: u16 = 18;
pub(crate) const RTM_SETLINK: u16 = 19;
const RTM_NEWLINKPROP: u16 = 108;
const RTM_DELLINKPROP: u16 = 109;

/// Bytes of `struct ifinfomsg`.
const IFINFOMSG: usize = 16;
/// Offset of `ifi_flags`.
const FLAGS: std::ops::Range<usize> = 8..12;

/// `IF_OPER_UP` of linux/if.h.
const IF_OPER_UP: u8 = 6;

/// Attributes of linux/if_link.h.
mod ifla {
    pub(crate) const ADDRESS: u16 = 1;
    pub(crate) const IFNAME: u16 = 3;
    pub(crate) const MTU: u16 = 4;
    pub(crate) const LINK: u16 = 5;
    pub(crate) const MASTER: u16 = 10;
    pub(crate) const TXQLEN: u16 = 13;
    pub(crate) const OPERSTATE: u16 = 16;
    pub(crate) const LINKINFO: u16 = 18;
    pub(crate) const IFALIAS: u16 = 20;
    pub(crate) const STATS64: u16 = 23;
    pub(crate) const AF_SPEC: u16 = 26;
    pub(crate) const GROUP: u16 = 27;
    pub(crate) const NET_NS_FD: u16 = 28;
    pub(crate) const EXT_MASK: u16 = 29;
    pub(crate) const LINK_NETNSID: u16 = 37;
    pub(crate) const NEW_NETNSID: u16 = 45;
    pub(crate) const TARGET_NETNSID: u16 = 46;
    pub(crate) const NEW_IFINDEX: u16 = 49;
    pub(crate) const MIN_MTU: u16 = 50;
    pub(crate) const MAX_MTU: u16 = 51;
    pub(crate) const PROP_LIST: u16 = 52;
    pub(crate) const ALT_IFNAME: u16 = 53;
    pub(crate) const NETNS_IMMUTABLE: u16 = 67;

    pub(crate) const LINKMODE: u16 = 17;
    pub(crate) const PROTO_DOWN: u16 = 39;
    pub(crate) const XDP: u16 = 43;
    pub(crate) const PERM_ADDRESS: u16 = 54;
    pub(crate) const PARENT_DEV_NAME: u16 = 56;
    pub(crate) const PARENT_DEV_BUS_NAME: u16 = 57;
    /// `IFLA_GSO_MAX_SEGS`, `IFLA_GSO_MAX_SIZE`, `IFLA_GRO_MAX_SIZE`, `IFLA_GSO_IPV4_MAX_SIZE`, `IFLA_GRO_IPV4_MAX_SIZE`.
    pub(crate) const LIMITS: [u16; 5] = [40, 41, 58, 63, 64];

    pub(crate) const XDP_FD: u16 = 1;
    pub(crate) const XDP_ATTACHED: u16 = 2;
    pub(crate) const XDP_FLAGS: u16 = 3;
    pub(crate) const VXLAN_LINK: u16 = 3;
    pub(crate) const BOND_SLAVE_PERM_HWADDR: u16 = 4;

    pub(crate) const INFO_KIND: u16 = 1;
    pub(crate) const INFO_DATA: u16 = 2;
    pub(crate) const INFO_SLAVE_KIND: u16 = 4;
    pub(crate) const INFO_SLAVE_DATA: u16 = 5;

    pub(crate) const INET_CONF: u16 = 1;
    pub(crate) const INET6_CONF: u16 = 2;
    pub(crate) const INET6_TOKEN: u16 = 7;
    pub(crate) const INET6_ADDR_GEN_MODE: u16 = 8;
}

/// `RTEXT_FILTER_SKIP_STATS` of linux/rtnetlink.h.
const SKIP_STATS: u32 = 8;

/// A link as the kernel describes it, in the attributes that we read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LinkInfo {
    pub(crate) index: IfIndex,
    pub(crate) name: IfName,
    /// `ARPHRD_…` of linux/if_arp.h.
    pub(crate) hardware: u16,
    /// `IFF_…` of linux/if.h.
    pub(crate) flags: u32,
    /// `IF_OPER_…` of linux/if.h.
    pub(crate) operstate: u8,
    pub(crate) kind: Option<Vec<u8>>,
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: u32,
    pub(crate) min_mtu: u32,
    /// 0 means that the kernel names no limit.
    pub(crate) max_mtu: u32,
    /// The kernel does not let the link out of its namespace (Linux 6.15).
    pub(crate) immovable: bool,
    pub(crate) tx_queue_len: u32,
    pub(crate) group: u32,
    pub(crate) alias: Option<Vec<u8>>,
    pub(crate) alt_names: Vec<Vec<u8>>,
    /// `IF_LINK_MODE_…` of linux/if.h.
    pub(crate) link_mode: u8,
    pub(crate) proto_down: bool,
    /// Limits of sending and receiving at once: attribute and value.
    pub(crate) limits: Vec<(u16, u32)>,
    /// The mode of an attached XDP program (`XDP_ATTACHED_…`); 0 for none.
    pub(crate) xdp: u8,
    /// MAC and device of the hardware: nobody can change either.
    pub(crate) permanent_mac: Option<MacAddr>,
    pub(crate) parent_device: Option<ParentDevice>,
    pub(crate) master: Option<IfIndex>,
    /// The link at the other end (veth) or below (macvlan).
    pub(crate) peer: Option<IfIndex>,
    /// The number by which the namespace that was asked knows the namespace of that link; `None` if both are the same.
    pub(crate) peer_netns: Option<i32>,
    pub(crate) port: Option<Port>,
    /// The per-device IPv4 settings, in the kernel's order.
    pub(crate) inet: Vec<u32>,
    /// `None` without IPv6: the kernel lacks it, or the MTU is below 1280.
    pub(crate) inet6: Option<Inet6>,
    pub(crate) statistics: Option<Vec<u8>>,
}

/// The relation of a link to its master.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Port {
    pub(crate) kind: Vec<u8>,
    /// `IFLA_INFO_SLAVE_DATA` as it came.
    pub(crate) data: Vec<u8>,
}

/// The device behind a physical link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParentDevice {
    pub(crate) bus: Vec<u8>,
    pub(crate) name: Vec<u8>,
}

/// Returns the index of the link of a `RTM_*LINK` body, of whatever family.
pub(crate) fn link_index(payload: &[u8]) -> Option<IfIndex> {
    IfIndex::new(payload.get(4..).and_then(u32)?)
}

/// Returns whether a `RTM_*LINK` body is about the link itself, not about what one family has of the link.
pub(crate) fn is_of_link(payload: &[u8]) -> bool {
    payload.first() == Some(&(libc::AF_UNSPEC as u8))
}

/// Returns the number of the namespace that the link of an `RTM_DELLINK` body was moved to.
pub(crate) fn new_namespace(payload: &[u8]) -> Option<i32> {
    find(payload.get(IFINFOMSG..)?, ifla::NEW_NETNSID).and_then(i32)
}

/// Returns the attributes of an `RTM_NEWLINK` body that only links of its kind have.
pub(crate) fn kind_data(payload: &[u8]) -> Option<&[u8]> {
    find(find(payload.get(IFINFOMSG..)?, ifla::LINKINFO)?, ifla::INFO_DATA)
}

/// Returns a body that describes the same link under another name, up or down, without a master and without the settings of its
/// namespace.
pub(crate) fn body_before(body: &[u8], name: &IfName, up: bool) -> Vec<u8> {
    let (header, list) = body.split_at_checked(IFINFOMSG).unwrap_or((body, &[]));
    let mut before = header.to_vec();
    if let Some(flags) = before.get_mut(FLAGS) {
        let is = u32(flags).unwrap_or(0) & !(libc::IFF_UP as u32);
        flags.copy_from_slice(&(is | if up { libc::IFF_UP as u32 } else { 0 }).to_ne_bytes());
    }
    before.extend(edited(list, |kind, value| match kind {
        ifla::IFNAME => Some([name.as_bytes(), &[0]].concat()),
        ifla::MASTER | ifla::AF_SPEC => None,
        _ => Some(value.to_vec()),
    }));
    before
}

impl LinkInfo {
    /// Tells whether the link is of a kind with a trait.
    pub(crate) fn is(&self, kinds: LinkTrait) -> bool {
        self.kind.as_deref().is_some_and(|kind| kinds.is_of(kind))
    }

    pub(crate) fn is_bridge(&self) -> bool {
        self.kind.as_deref() == Some(kinds::BRIDGE)
    }

    /// Returns whether the link is one of a pair, a veth or a netkit.
    pub(crate) fn is_pair(&self) -> bool {
        self.is(LinkTrait::Pair)
    }

    /// Returns the index of a veth's other end, in whatever namespace. The kernel leaves it out if both ends have the same
    /// index.
    pub(crate) fn other_end(&self) -> IfIndex {
        self.peer.unwrap_or(self.index)
    }

    /// Returns whether hardware is behind the link.
    pub(crate) fn is_physical(&self) -> bool {
        self.kind.is_none() && self.permanent_mac.is_some() && self.parent_device.is_some()
    }

    /// Returns the link's own MAC: a bond gives its ports another MAC, and they get their own back when they leave.
    pub(crate) fn own_mac(&self) -> Option<MacAddr> {
        let of_bond = self.port.as_ref().filter(|port| port.kind == b"bond");
        let own = of_bond.and_then(|port| find(&port.data, ifla::BOND_SLAVE_PERM_HWADDR)).and_then(array);
        own.map(MacAddr::new).or(self.mac)
    }

    /// Describes a link of which only index and name are known.
    pub(crate) fn named(index: IfIndex, name: IfName) -> Self {
        Self {
            index,
            name,
            hardware: 0,
            flags: 0,
            operstate: 0,
            kind: None,
            mac: None,
            mtu: 0,
            min_mtu: 0,
            max_mtu: 0,
            immovable: false,
            tx_queue_len: 0,
            group: 0,
            alias: None,
            alt_names: Vec::new(),
            link_mode: 0,
            proto_down: false,
            limits: Vec::new(),
            xdp: 0,
            permanent_mac: None,
            parent_device: None,
            master: None,
            peer: None,
            peer_netns: None,
            port: None,
            inet: Vec::new(),
            inet6: None,
            statistics: None,
        }
    }

    /// Reads an `RTM_NEWLINK` body. `None` without the index or the name.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        let index = link_index(payload)?;
        let list = payload.get(IFINFOMSG..)?;
        let name = IfName::from_kernel(string(find(list, ifla::IFNAME)?))?;
        let mut link = Self {
            hardware: u16::from_ne_bytes(array(payload.get(2..)?)?),
            flags: u32(payload.get(8..)?)?,
            ..Self::named(index, name)
        };
        for (kind, value) in attributes(list) {
            link.read(kind, value);
        }
        // A tunnel names itself.
        link.peer = link.peer.filter(|_| !link.is(LinkTrait::LowerInData));
        Some(link)
    }

    fn read(&mut self, kind: u16, value: &[u8]) {
        match kind {
            // Other lengths belong to other hardware.
            ifla::ADDRESS if value.len() == 6 => self.mac = array(value).map(MacAddr::new),
            ifla::OPERSTATE => self.operstate = value.first().copied().unwrap_or(0),
            ifla::MTU => self.mtu = u32(value).unwrap_or(0),
            ifla::MIN_MTU => self.min_mtu = u32(value).unwrap_or(0),
            ifla::MAX_MTU => self.max_mtu = u32(value).unwrap_or(0),
            ifla::NETNS_IMMUTABLE => self.immovable = value.first().is_some_and(|byte| *byte != 0),
            ifla::TXQLEN => self.tx_queue_len = u32(value).unwrap_or(0),
            ifla::GROUP => self.group = u32(value).unwrap_or(0),
            ifla::LINK => self.peer = u32(value).and_then(IfIndex::new),
            ifla::LINK_NETNSID => self.peer_netns = i32(value),
            ifla::MASTER => self.master = u32(value).and_then(IfIndex::new),
            ifla::IFALIAS => self.alias = Some(string(value).to_vec()),
            ifla::LINKMODE => self.link_mode = value.first().copied().unwrap_or(0),
            ifla::PROTO_DOWN => self.proto_down = value.first().is_some_and(|down| *down != 0),
            kind if ifla::LIMITS.contains(&kind) => self.limits.extend(u32(value).map(|limit| (kind, limit))),
            ifla::XDP => self.xdp = find(value, ifla::XDP_ATTACHED).and_then(<[u8]>::first).copied().unwrap_or(0),
            ifla::PERM_ADDRESS if value.len() == 6 => self.permanent_mac = array(value).map(MacAddr::new),
            ifla::PARENT_DEV_NAME => self.parent_device().name = string(value).to_vec(),
            ifla::PARENT_DEV_BUS_NAME => self.parent_device().bus = string(value).to_vec(),
            ifla::STATS64 => self.statistics = Some(value.to_vec()),
            ifla::LINKINFO => {
                self.kind = find(value, ifla::INFO_KIND).map(|kind| string(kind).to_vec());
                self.port = find(value, ifla::INFO_SLAVE_KIND).map(|kind| Port {
                    kind: string(kind).to_vec(),
                    data: find(value, ifla::INFO_SLAVE_DATA).unwrap_or_default().to_vec(),
                });
            }
            ifla::AF_SPEC => self.read_families(value),
            ifla::PROP_LIST => {
                let names = attributes(value).filter(|(kind, _)| *kind == ifla::ALT_IFNAME);
                self.alt_names = names.map(|(_, name)| string(name).to_vec()).collect();
            }
            _ => {}
        }
    }

    fn parent_device(&mut self) -> &mut ParentDevice {
        self.parent_device.get_or_insert_with(|| ParentDevice { bus: Vec::new(), name: Vec::new() })
    }

    fn read_families(&mut self, list: &[u8]) {
        if let Some(inet) = find(list, libc::AF_INET as u16) {
            let settings = find(inet, ifla::INET_CONF).unwrap_or_default();
            self.inet = settings.chunks_exact(4).map(|value| u32(value).unwrap_or_default()).collect();
        }
        if let Some(inet6) = find(list, libc::AF_INET6 as u16) {
            self.inet6 = Some(Inet6::parse(inet6));
        }
    }

    /// Returns whether the link has a flag of linux/if.h that its administrator sets.
    pub(crate) fn has_flag(&self, flag: libc::c_int) -> bool {
        self.flags & flag as u32 != 0
    }

    /// Returns whether the administrator has set the link up (`IFF_UP`).
    pub(crate) fn is_up(&self) -> bool {
        self.flags & libc::IFF_UP as u32 != 0
    }

    /// Returns whether the link forwards packets of at least one family.
    pub(crate) fn forwards(&self) -> bool {
        // The first setting of each family.
        let ipv6 = self.inet6.as_ref().and_then(|inet6| inet6.values.first());
        self.inet.first().into_iter().chain(ipv6).any(|forwarding| *forwarding != 0)
    }

    /// Returns whether the link has a carrier (`IFF_LOWER_UP`).
    pub(crate) fn has_carrier(&self) -> bool {
        self.flags & libc::IFF_LOWER_UP as u32 != 0
    }

    /// Returns whether the kernel has noticed the carrier, and sends packets (`IF_OPER_UP`, RFC 2863).
    pub(crate) fn is_operational(&self) -> bool {
        self.operstate == IF_OPER_UP
    }

    /// Returns whether the link can carry traffic (`IFF_RUNNING`). A new link has that flag until the kernel has looked for its
    /// carrier.
    pub(crate) fn is_running(&self) -> bool {
        self.flags & libc::IFF_RUNNING as u32 != 0 && self.has_carrier()
    }
}

/// Requests the link with an index.
pub(crate) fn get(index: IfIndex) -> Request {
    get_in(index, None)
}

/// Requests the link with an index in the namespace that the asked one knows by a number (Linux 4.15).
pub(crate) fn get_in(index: IfIndex, netns: Option<i32>) -> Request {
    let target = netns.map(|number| bytes(ifla::TARGET_NETNSID, &number.to_ne_bytes()));
    Request::get(RTM_GETLINK, &header(Some(index)), target.as_slice()).with_large_answer()
}

/// Requests the link with a name or, if the kernel has them, an alternative name.
pub(crate) fn get_by_name(name: &IfName) -> Request {
    Request::get(RTM_GETLINK, &header(None), &[ifname(name.as_bytes())]).with_large_answer()
}

/// Requests the link with an alternative name of any length (Linux 5.5).
pub(crate) fn get_by_alternative_name(name: &[u8]) -> Request {
    Request::get(RTM_GETLINK, &header(None), &[text(ifla::ALT_IFNAME, name)])
}

/// Requests the links of a kind, without their statistics. A kernel that does not know the kind sends all links.
pub(crate) fn dump_kind(kind: &[u8]) -> Request {
    let info = nested(ifla::LINKINFO, &[text(ifla::INFO_KIND, kind)]);
    Request::dump(RTM_GETLINK, &header(None), &[number(ifla::EXT_MASK, SKIP_STATS), info])
}

/// Returns the link of the same namespace that a body's link is stacked on.
pub(crate) fn lower(body: &[u8]) -> Option<IfIndex> {
    let list = body.get(IFINFOMSG..)?;
    let vxlan = find(list, ifla::LINKINFO).and_then(|info| find(find(info, ifla::INFO_DATA)?, ifla::VXLAN_LINK));
    let link = find(list, ifla::LINK).filter(|_| find(list, ifla::LINK_NETNSID).is_none());
    let kind = find(list, ifla::LINKINFO).and_then(|info| find(info, ifla::INFO_KIND)).map(string);
    let is_in_data = kind.is_some_and(|kind| LinkTrait::LowerInData.is_of(kind));
    if is_in_data { vxlan } else { link }.and_then(u32).and_then(IfIndex::new)
}

/// Requests all links, without their statistics.
pub(crate) fn dump() -> Request {
    Request::dump(RTM_GETLINK, &header(None), &[number(ifla::EXT_MASK, SKIP_STATS)]).with_large_answer()
}

/// Of a link, and nothing more is said.
pub(crate) fn header(index: Option<IfIndex>) -> LinkHeader {
    LinkHeader { index: index.map_or(0, IfIndex::get), ..LinkHeader::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::captures::VETH;

    #[test]
    fn reads_a_bridge_port() {
        let link = LinkInfo::parse(VETH).unwrap();
        assert_eq!((link.index.get(), link.name.as_bytes(), link.hardware), (3, &b"v0"[..], 1));
        assert_eq!(link.kind.as_deref(), Some(&b"veth"[..]));
        assert_eq!((link.mtu, link.tx_queue_len), (1500, 1000));
        assert_eq!(link.alias.as_deref(), Some(&b"to capx"[..]));
        assert_eq!(link.alt_names, [b"wan"]);
        assert_eq!(link.master.map(IfIndex::get), Some(2));
        assert_eq!((link.peer.map(IfIndex::get), link.peer_netns), (Some(2), Some(0)));
        assert!(link.is_up());
        assert!(link.mac.is_some());
        assert_eq!(link.inet6.as_ref().map(|inet6| inet6.disabled), Some(false));
        let port = link.port.unwrap();
        assert_eq!(port.kind, b"bridge");
        // IFLA_BRPORT_MODE: hairpin.
        assert_eq!(find(&port.data, 4), Some(&[1][..]));
        assert!(link.statistics.is_some_and(|counters| counters.len() >= 184));
    }

    #[test]
    fn a_body_before() {
        let name = IfName::new("veth1a2b").unwrap();
        let (now, up) = (LinkInfo::parse(VETH).unwrap(), libc::IFF_UP as u32);
        let before = LinkInfo::parse(&body_before(VETH, &name, false)).unwrap();
        let wanted = LinkInfo { name, flags: now.flags & !up, master: None, inet: vec![], inet6: None, ..now.clone() };
        assert_eq!(before, wanted);
        assert!(LinkInfo::parse(&body_before(VETH, &name, true)).unwrap().is_up());
        for end in 0..VETH.len() {
            body_before(&VETH[..end], &name, true);
        }
    }

    #[test]
    fn every_cut_is_survived() {
        for end in 0..VETH.len() {
            if let Some(link) = LinkInfo::parse(&VETH[..end]) {
                assert_eq!(link.name.as_bytes(), b"v0");
            }
        }
    }

    #[test]
    fn every_broken_byte_is_survived() {
        for at in 0..VETH.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut broken = VETH.to_vec();
                broken[at] = value;
                let _ = LinkInfo::parse(&broken);
            }
        }
    }

    #[test]
    fn a_name_that_is_not_utf8_loses_nothing() {
        let mut other = VETH.to_vec();
        let at = other.windows(3).position(|bytes| bytes == b"v0\0").unwrap();
        other[at] = 0xff;
        assert_eq!(LinkInfo::parse(&other).unwrap().name.as_bytes(), b"\xff0");
    }
}
