//! Links as the kernel tells of them, and what is set on them.

use std::io;
use std::os::fd::AsRawFd;

use netgraft::{MacAddr, Namespace, Prefix};

use crate::error::{Context, Result};
use crate::netlink::{
    Attributes, Connection, Message, NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, attributes, errno, find, text,
    u32_at,
};

const RTM_NEWLINK: u16 = 16;
const RTM_DELLINK: u16 = 17;
const RTM_GETLINK: u16 = 18;
const RTM_SETLINK: u16 = 19;
const RTM_NEWADDR: u16 = 20;
const RTM_DELADDR: u16 = 21;
const RTM_GETADDR: u16 = 22;
const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_MTU: u16 = 4;
const IFLA_LINK: u16 = 5;
const IFLA_MASTER: u16 = 10;
const IFLA_PROTINFO: u16 = 12;
const IFLA_OPERSTATE: u16 = 16;
const IFLA_LINKINFO: u16 = 18;
const IFLA_IFALIAS: u16 = 20;
const IFLA_AF_SPEC: u16 = 26;
const IFLA_EXT_MASK: u16 = 29;
const IFLA_LINK_NETNSID: u16 = 37;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const IFLA_INFO_SLAVE_DATA: u16 = 5;
const IFLA_BRIDGE_FLAGS: u16 = 0;
const IFLA_BRIDGE_VLAN_INFO: u16 = 2;
const IFLA_BR_VLAN_FILTERING: u16 = 7;
const IFLA_BRPORT_STATE: u16 = 1;
const IFLA_BRPORT_MODE: u16 = 4;
const IFLA_BRPORT_ISOLATED: u16 = 33;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_BROADCAST: u16 = 4;
const IFA_FLAGS: u16 = 8;
const IFA_TARGET_NETNSID: u16 = 10;
const IFA_F_NODAD: u32 = 0x2;
const BRIDGE_VLAN_INFO_PVID: u16 = 0x2;
const BRIDGE_VLAN_INFO_UNTAGGED: u16 = 0x4;
const BRIDGE_FLAGS_MASTER: u16 = 1;
const RTEXT_FILTER_BRVLAN: u32 = 2;
const BR_STATE_FORWARDING: u8 = 3;
const IF_OPER_UNKNOWN: u8 = 0;
const IF_OPER_UP: u8 = 6;
const IFF_LOWER_UP: u32 = 0x10000;
pub(crate) const IFF_UP: u32 = 0x1;
pub(crate) const IFF_PROMISC: u32 = 0x100;
/// Length of `struct ifinfomsg`, and of `struct ifaddrmsg`.
const LINK_HEADER_LEN: usize = 16;
const ADDRESS_HEADER_LEN: usize = 8;

/// A link at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Link {
    pub(crate) index: u32,
    pub(crate) name: String,
    pub(crate) flags: u32,
    pub(crate) mac: Option<MacAddr>,
    address: Vec<u8>,
    pub(crate) mtu: u32,
    pub(crate) kind: String,
    pub(crate) alias: String,
    pub(crate) master: Option<u32>,
    /// The index of a veth's other end, or of the link below, in the namespace of that.
    pub(crate) peer: Option<u32>,
    /// The number of that namespace, where it is another one.
    pub(crate) peer_netns: Option<i32>,
    pub(crate) vlan_filtering: bool,
    state: Option<u8>,
    port_state: Option<u8>,
    pub(crate) hairpin: bool,
    pub(crate) isolated: bool,
    /// Kind-specific settings.
    pub(crate) data: Vec<u8>,
}

impl Link {
    fn parse(body: &[u8]) -> Option<Self> {
        let mut link = Self { index: u32_at(body, 4)?, flags: u32_at(body, 8)?, ..Self::default() };
        for (kind, value) in attributes(body.get(LINK_HEADER_LEN..)?) {
            match kind {
                IFLA_IFNAME => link.name = text(value),
                IFLA_ADDRESS => {
                    link.mac = <[u8; 6]>::try_from(value).ok().map(MacAddr::from);
                    link.address = value.to_vec();
                }
                IFLA_MTU => link.mtu = u32_at(value, 0)?,
                IFLA_IFALIAS => link.alias = text(value),
                IFLA_MASTER => link.master = u32_at(value, 0),
                IFLA_LINK => link.peer = u32_at(value, 0),
                IFLA_LINK_NETNSID => link.peer_netns = u32_at(value, 0).map(|id| id as i32),
                IFLA_OPERSTATE => link.state = value.first().copied(),
                IFLA_LINKINFO => link.read_info(value),
                _ => {}
            }
        }
        Some(link)
    }

    fn read_info(&mut self, info: &[u8]) {
        let is_set = |value: Option<&[u8]>| value.and_then(|value| value.first()).is_some_and(|byte| *byte != 0);
        self.kind = find(info, IFLA_INFO_KIND).map(text).unwrap_or_default();
        self.data = find(info, IFLA_INFO_DATA).unwrap_or_default().to_vec();
        self.vlan_filtering = self.kind == "bridge" && is_set(find(&self.data, IFLA_BR_VLAN_FILTERING));
        let port = find(info, IFLA_INFO_SLAVE_DATA).unwrap_or_default();
        self.port_state = find(port, IFLA_BRPORT_STATE).and_then(|value| value.first()).copied();
        self.hairpin = is_set(find(port, IFLA_BRPORT_MODE));
        self.isolated = is_set(find(port, IFLA_BRPORT_ISOLATED));
    }

    /// Whether the link, if it is a port, forwards.
    pub(crate) fn forwards(&self) -> bool {
        self.flags & IFF_LOWER_UP != 0 && self.port_state.is_none_or(|state| state == BR_STATE_FORWARDING)
    }

    /// Whether the kernel has not said yet whether the link works.
    pub(crate) fn state_is_unknown(&self) -> bool {
        self.state == Some(IF_OPER_UNKNOWN)
    }

    pub(crate) fn is_up(&self) -> bool {
        self.flags & IFF_UP != 0
    }
}

/// A socket for links, addresses and routes of one namespace.
pub(crate) struct Kernel {
    pub(crate) connection: Connection,
}

impl Kernel {
    /// For the host: the namespace of the calling thread.
    pub(crate) fn host() -> Result<Self> {
        Ok(Self { connection: Connection::open(libc::NETLINK_ROUTE)? })
    }

    /// For a container.
    pub(crate) fn inside(namespace: &Namespace) -> Result<Self> {
        Ok(Self { connection: Connection::open_in(namespace, libc::NETLINK_ROUTE)? })
    }

    /// The link with a name, if there is one.
    pub(crate) fn link(&mut self, name: &str) -> Result<Option<Link>> {
        let message = Message::new(RTM_GETLINK, 0, &link_header(0, 0, 0, 0));
        let message = message.attribute(IFLA_IFNAME, &[name.as_bytes(), &[0]].concat());
        match self.connection.get(&message) {
            Ok(body) => Ok(Link::parse(&body)),
            Err(error) if matches!(errno(&error), Some(libc::ENODEV | libc::ENOENT)) => Ok(None),
            Err(error) => Err(error).doing(format!("look for the link {name}")),
        }
    }

    pub(crate) fn links(&mut self) -> Result<Vec<Link>> {
        let bodies = self.connection.dump(&Message::new(RTM_GETLINK, NLM_F_DUMP, &link_header(0, 0, 0, 0)));
        Ok(bodies.doing("list the links")?.iter().filter_map(|body| Link::parse(body)).collect())
    }

    /// Deletes a link. One that is gone already counts as deleted.
    pub(crate) fn delete(&mut self, link: &Link) -> Result<()> {
        match self.connection.change(&Message::new(RTM_DELLINK, NLM_F_ACK, &link_header(0, link.index, 0, 0))) {
            Err(error) if errno(&error) != Some(libc::ENODEV) => Err(error).doing(format!("delete {}", link.name)),
            _ => Ok(()),
        }
    }

    pub(crate) fn set_alias(&mut self, link: &Link, alias: &str) -> Result<()> {
        let message = Message::new(RTM_SETLINK, NLM_F_ACK, &link_header(0, link.index, 0, 0));
        let message = message.attribute(IFLA_IFALIAS, alias.as_bytes());
        self.connection.change(&message).doing(format!("set the alias of {}", link.name))
    }

    /// Sets the MAC that a link has: a bridge does not follow its ports then, and other links are announced.
    pub(crate) fn set_same_mac(&mut self, link: &Link) -> Result<()> {
        let message = Message::new(RTM_SETLINK, NLM_F_ACK, &link_header(0, link.index, 0, 0));
        let message = message.attribute(IFLA_ADDRESS, &link.address);
        self.connection.change(&message).doing(format!("set the MAC of {}", link.name))
    }

    /// Says that a link works.
    pub(crate) fn set_state_up(&mut self, link: &Link) -> Result<()> {
        let message = Message::new(RTM_SETLINK, NLM_F_ACK, &link_header(0, link.index, 0, 0));
        let message = message.attribute(IFLA_OPERSTATE, &[IF_OPER_UP]);
        self.connection.change(&message).doing(format!("set the state of {}", link.name))
    }

    /// Has the kernel announce the IPv4 addresses of a link when the link's MAC is set.
    pub(crate) fn set_arp_notify(&mut self, link: &Link) -> Result<()> {
        const IFLA_INET_CONF: u16 = 1;
        const IPV4_DEVCONF_ARP_NOTIFY: u16 = 22;
        let conf = Attributes::default().attribute(IPV4_DEVCONF_ARP_NOTIFY, &1u32.to_ne_bytes());
        let family =
            Attributes::default().nested(libc::AF_INET as u16, Attributes::default().nested(IFLA_INET_CONF, conf));
        let message = Message::new(RTM_SETLINK, NLM_F_ACK, &link_header(0, link.index, 0, 0));
        self.connection.change(&message.nested(IFLA_AF_SPEC, family)).doing(format!("set arp_notify of {}", link.name))
    }

    /// Sets flags of a link, or takes them away.
    pub(crate) fn set_flags(&mut self, link: &Link, flags: u32, on: bool) -> Result<()> {
        let header = link_header(0, link.index, if on { flags } else { 0 }, flags);
        let doing = format!("set flags {flags:#x} of {} to {}", link.name, u8::from(on));
        self.connection.change(&Message::new(RTM_SETLINK, NLM_F_ACK, &header)).doing(doing)
    }

    /// Sets what a bridge does with a port.
    pub(crate) fn set_port(&mut self, port: &Link, hairpin: bool, isolated: bool) -> Result<()> {
        let set = Attributes::default();
        let set = if hairpin { set.attribute(IFLA_BRPORT_MODE, &[1]) } else { set };
        let set = if isolated { set.attribute(IFLA_BRPORT_ISOLATED, &[1]) } else { set };
        if set.is_empty() {
            return Ok(());
        }
        let header = link_header(libc::AF_BRIDGE as u8, port.index, 0, 0);
        let message = Message::new(RTM_SETLINK, NLM_F_ACK, &header).nested(IFLA_PROTINFO, set);
        self.connection.change(&message).doing(format!("set the bridge port {}", port.name))
    }

    /// Adds a VLAN to a bridge port, or to the bridge itself; as its own VLAN, untagged, or as one of a trunk.
    pub(crate) fn add_vlan(&mut self, link: &Link, id: u16, own: bool) -> Result<()> {
        let flags = if own { BRIDGE_VLAN_INFO_PVID | BRIDGE_VLAN_INFO_UNTAGGED } else { 0 };
        self.change_vlan(RTM_SETLINK, link, id, flags).doing(format!("add the VLAN {id} to {}", link.name))
    }

    pub(crate) fn delete_vlan(&mut self, link: &Link, id: u16) -> Result<()> {
        self.change_vlan(RTM_DELLINK, link, id, 0).doing(format!("take the VLAN {id} from {}", link.name))
    }

    fn change_vlan(&mut self, kind: u16, link: &Link, id: u16, flags: u16) -> io::Result<()> {
        let mut set = Attributes::default();
        // A bridge's own entries, those of its own link, are not its master's.
        if link.kind == "bridge" {
            const BRIDGE_FLAGS_SELF: u16 = 2;
            set = set.attribute(IFLA_BRIDGE_FLAGS, &BRIDGE_FLAGS_SELF.to_ne_bytes());
        } else {
            set = set.attribute(IFLA_BRIDGE_FLAGS, &BRIDGE_FLAGS_MASTER.to_ne_bytes());
        }
        set = set.attribute(IFLA_BRIDGE_VLAN_INFO, &[flags.to_ne_bytes(), id.to_ne_bytes()].concat());
        let header = link_header(libc::AF_BRIDGE as u8, link.index, 0, 0);
        self.connection.change(&Message::new(kind, NLM_F_ACK, &header).nested(IFLA_AF_SPEC, set))
    }

    /// The VLANs of a bridge port: each id, and whether it is the port's own.
    pub(crate) fn vlans(&mut self, port: &Link) -> Result<Vec<(u16, bool)>> {
        let header = link_header(libc::AF_BRIDGE as u8, 0, 0, 0);
        let message = Message::new(RTM_GETLINK, NLM_F_DUMP, &header);
        let message = message.attribute(IFLA_EXT_MASK, &RTEXT_FILTER_BRVLAN.to_ne_bytes());
        let bodies = self.connection.dump(&message).doing("list the VLANs of ports")?;
        let of_port = bodies.iter().filter(|body| u32_at(body, 4) == Some(port.index));
        let mut vlans = Vec::new();
        for body in of_port {
            let spec = find(body.get(LINK_HEADER_LEN..).unwrap_or_default(), IFLA_AF_SPEC).unwrap_or_default();
            for (_, value) in attributes(spec).filter(|(kind, _)| *kind == IFLA_BRIDGE_VLAN_INFO) {
                let (flags, id) = (crate::netlink::u16_at(value, 0), crate::netlink::u16_at(value, 2));
                if let (Some(flags), Some(id)) = (flags, id) {
                    vlans.push((id, flags & BRIDGE_VLAN_INFO_PVID != 0));
                }
            }
        }
        Ok(vlans)
    }

    /// Gives a link an address, without duplicate detection. Tells whether the link lacked it.
    pub(crate) fn add_address(&mut self, link: &Link, address: Prefix) -> Result<bool> {
        let message = Message::new(RTM_NEWADDR, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &address_header(link, address));
        let message = with_address(message, address).attribute(IFA_FLAGS, &IFA_F_NODAD.to_ne_bytes());
        let broadcast = address.broadcast().map(|address| address.octets());
        match self.connection.change(&message.optional(IFA_BROADCAST, broadcast.as_ref().map(|bytes| &bytes[..]))) {
            Ok(()) => Ok(true),
            Err(error) if errno(&error) == Some(libc::EEXIST) => Ok(false),
            Err(error) => Err(error).doing(format!("add the address {address} to {}", link.name)),
        }
    }

    /// Takes an address from a link, if it has it.
    pub(crate) fn delete_address(&mut self, link: &Link, address: Prefix) -> Result<()> {
        let message = with_address(Message::new(RTM_DELADDR, NLM_F_ACK, &address_header(link, address)), address);
        match self.connection.change(&message) {
            Err(error) if !matches!(errno(&error), Some(libc::EADDRNOTAVAIL | libc::ENODEV)) => {
                Err(error).doing(format!("take the address {address} from {}", link.name))
            }
            _ => Ok(()),
        }
    }

    /// The addresses of a link.
    pub(crate) fn addresses(&mut self, link: &Link) -> Result<Vec<Prefix>> {
        self.addresses_at(link.index, None)
    }

    /// The addresses of a link by its index, here or in a namespace by its number here.
    pub(crate) fn addresses_at(&mut self, index: u32, netns: Option<i32>) -> Result<Vec<Prefix>> {
        let mut message = Message::new(RTM_GETADDR, NLM_F_DUMP, &[0; ADDRESS_HEADER_LEN]);
        if let Some(netns) = netns {
            // The kernel heeds this attribute under strict checking alone.
            let _ = self.connection.set_strict();
            message = message.attribute(IFA_TARGET_NETNSID, &netns.to_ne_bytes());
        }
        let bodies = self.connection.dump(&message).doing("list the addresses")?;
        let address = |body: &Vec<u8>| {
            let attributes = body.get(ADDRESS_HEADER_LEN..).filter(|_| u32_at(body, 4) == Some(index))?;
            let value = find(attributes, IFA_LOCAL).or_else(|| find(attributes, IFA_ADDRESS))?;
            prefix(value, *body.get(1)?)
        };
        Ok(bodies.iter().filter_map(address).collect())
    }

    /// Creates a VLAN link in a container, on a parent of this namespace.
    pub(crate) fn create_vlan(&mut self, pod: &Namespace, name: &str, on: &Link, id: u16, alias: &str) -> Result<()> {
        const IFLA_NET_NS_FD: u16 = 28;
        const IFLA_VLAN_ID: u16 = 1;
        let pod = pod.try_clone_fd()?;
        let info = Attributes::default().attribute(IFLA_INFO_KIND, b"vlan");
        let info = info.nested(IFLA_INFO_DATA, Attributes::default().attribute(IFLA_VLAN_ID, &id.to_ne_bytes()));
        let create = Message::new(RTM_NEWLINK, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, &link_header(0, 0, 0, 0))
            .attribute(IFLA_IFNAME, &[name.as_bytes(), &[0]].concat())
            .attribute(IFLA_LINK, &on.index.to_ne_bytes())
            .attribute(IFLA_NET_NS_FD, &pod.as_raw_fd().to_ne_bytes())
            .attribute(IFLA_IFALIAS, alias.as_bytes())
            .nested(IFLA_LINKINFO, info);
        self.connection.change(&create).doing(format!("create the VLAN {id} of {} as {name}", on.name))
    }

    /// Creates a pair of veths in the host, each of them up and one a port of a bridge.
    pub(crate) fn create_pair(&mut self, name: &str, port: &str, bridge: &Link) -> Result<()> {
        const VETH_INFO_PEER: u16 = 1;
        let c_text = |text: &str| [text.as_bytes(), &[0]].concat();
        let mtu = bridge.mtu.to_ne_bytes();
        let mut peer = link_header(0, 0, 0, 0).to_vec();
        peer.extend(
            Message::new(0, 0, &[]).attribute(IFLA_IFNAME, &c_text(port)).attribute(IFLA_MTU, &mtu).into_body(),
        );
        let info = Attributes::default().attribute(IFLA_INFO_KIND, b"veth");
        let info = info.nested(IFLA_INFO_DATA, Attributes::default().attribute(VETH_INFO_PEER, &peer));
        let flags = NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL;
        let create = Message::new(RTM_NEWLINK, flags, &link_header(0, 0, 0, 0));
        let create = create.attribute(IFLA_IFNAME, &c_text(name)).attribute(IFLA_MTU, &mtu);
        self.connection.change(&create.nested(IFLA_LINKINFO, info)).doing(format!("create {name}"))?;
        // Neither end can be up before both are there.
        let ends = (self.link(name)?, self.link(port)?);
        let (Some(end), Some(port)) = ends else { return Ok(()) };
        self.set_flags(&end, IFF_UP, true)?;
        let join = Message::new(RTM_SETLINK, NLM_F_ACK, &link_header(0, port.index, IFF_UP, IFF_UP));
        let join = join.attribute(IFLA_MASTER, &bridge.index.to_ne_bytes());
        self.connection.change(&join).doing(format!("make {} a port of {}", port.name, bridge.name))
    }
}

/// `struct ifinfomsg`.
fn link_header(family: u8, index: u32, flags: u32, change: u32) -> [u8; LINK_HEADER_LEN] {
    let mut header = [0; LINK_HEADER_LEN];
    let fields = [[family, 0, 0, 0], index.to_ne_bytes(), flags.to_ne_bytes(), change.to_ne_bytes()];
    for (to, from) in header.iter_mut().zip(fields.concat()) {
        *to = from;
    }
    header
}

/// `struct ifaddrmsg`.
fn address_header(link: &Link, address: Prefix) -> [u8; ADDRESS_HEADER_LEN] {
    let family = if address.is_ipv4() { libc::AF_INET } else { libc::AF_INET6 } as u8;
    let [a, b, c, d] = link.index.to_ne_bytes();
    [family, address.length(), 0, 0, a, b, c, d]
}

fn with_address(message: Message, address: Prefix) -> Message {
    let bytes = octets(address.address());
    message.attribute(IFA_LOCAL, &bytes).attribute(IFA_ADDRESS, &bytes)
}

/// An address as the kernel has it.
pub(crate) fn octets(address: std::net::IpAddr) -> Vec<u8> {
    match address {
        std::net::IpAddr::V4(address) => address.octets().to_vec(),
        std::net::IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// An address of the kernel's with a length.
pub(crate) fn prefix(bytes: &[u8], length: u8) -> Option<Prefix> {
    let address: std::net::IpAddr = match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok()?.into(),
        _ => <[u8; 16]>::try_from(bytes).ok()?.into(),
    };
    Prefix::new(address, length).ok()
}
