use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::config::kind::Kind;
use crate::interface::config::parent::Parent;
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::types::{Family, IfIndex, IfName};
use crate::wire::attribute::{Attribute, address, bytes, number};

const IFLA_VXLAN_ID: u16 = 1;
const IFLA_VXLAN_GROUP: u16 = 2;
const IFLA_VXLAN_LINK: u16 = 3;
const IFLA_VXLAN_LOCAL: u16 = 4;
const IFLA_VXLAN_LEARNING: u16 = 7;
const IFLA_VXLAN_PROXY: u16 = 11;
const IFLA_VXLAN_L2MISS: u16 = 13;
const IFLA_VXLAN_L3MISS: u16 = 14;
const IFLA_VXLAN_PORT: u16 = 15;
const IFLA_VXLAN_GROUP6: u16 = 16;
const IFLA_VXLAN_LOCAL6: u16 = 17;

/// The largest VXLAN network identifier: 24 bits (RFC 7348 §5).
const ID_MAX: u32 = (1 << 24) - 1;

/// A new end of a tunnel that carries Ethernet over UDP (RFC 7348).
///
/// Its UDP packets are those of one namespace, which may be another one than that of the link. Whoever deletes the parent, if
/// there is one, deletes the tunnel.
///
/// ```no_run
/// use netgraft::{Link, Namespace, Vxlan};
///
/// let host = Namespace::current()?;
/// let tunnel = Vxlan::new(&host, 42).parent("eth0").remote("192.0.2.7".parse().unwrap()).port(4789);
/// let link = Link::vxlan("vx42", tunnel)?;
/// # Ok::<(), netgraft::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Vxlan {
    netns: Arc<NetNs>,
    parent: Option<Parent>,
    id: u32,
    local: Option<IpAddr>,
    remote: Option<IpAddr>,
    group: Option<IpAddr>,
    port: Option<u16>,
    learning: bool,
    /// Whether the tunnel answers ARP and neighbour discovery from its own entries.
    proxy: bool,
    /// Whether the tunnel reports unknown MACs, and unknown addresses, to programs.
    l2_miss: bool,
    l3_miss: bool,
}

impl Vxlan {
    /// Describes a tunnel through a namespace, with a network identifier of at most 24 bits.
    #[doc(alias = "IFLA_VXLAN_ID")]
    pub fn new(namespace: &Namespace, id: u32) -> Self {
        Self {
            netns: Arc::clone(&namespace.netns),
            parent: None,
            id,
            local: None,
            remote: None,
            group: None,
            port: None,
            learning: true,
            proxy: false,
            l2_miss: false,
            l3_miss: false,
        }
    }

    /// Sets the link that the tunnel sends and receives through.
    ///
    /// Unset, the routes of the namespace decide.
    #[doc(alias = "IFLA_VXLAN_LINK")]
    pub fn parent(mut self, parent: impl AsRef<[u8]>) -> Self {
        self.parent = Some(Parent::new(&self.netns, parent.as_ref()));
        self
    }

    /// Sets the address that the tunnel sends from, of the other end's family.
    #[doc(alias = "IFLA_VXLAN_LOCAL")]
    pub fn local(mut self, address: IpAddr) -> Self {
        self.local = Some(address);
        self
    }

    /// Sets the other end for packets whose destination the tunnel has not learned.
    #[doc(alias = "IFLA_VXLAN_GROUP")]
    pub fn remote(mut self, address: IpAddr) -> Self {
        self.remote = Some(address);
        self
    }

    /// Sets the other ends: a multicast group, joined on the parent.
    #[doc(alias = "IFLA_VXLAN_GROUP")]
    pub fn group(mut self, address: IpAddr) -> Self {
        self.group = Some(address);
        self
    }

    /// Sets the UDP port of both ends.
    ///
    /// The kernel's default is 8472; the assigned port is 4789.
    #[doc(alias = "IFLA_VXLAN_PORT")]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Sets whether the tunnel learns which MAC is behind which other end.
    ///
    /// The tunnel learns from packets that it receives. On by default.
    #[doc(alias = "IFLA_VXLAN_LEARNING")]
    pub fn learning(mut self, learn: bool) -> Self {
        self.learning = learn;
        self
    }

    /// Sets whether the tunnel answers ARP requests and neighbour solicitations itself.
    ///
    /// The answers come from its neighbour entries. Off by default.
    #[doc(alias = "IFLA_VXLAN_PROXY")]
    pub fn proxy(mut self, answer: bool) -> Self {
        self.proxy = answer;
        self
    }

    /// Sets whether the tunnel reports destination MACs without an entry to programs. Off by default.
    #[doc(alias = "IFLA_VXLAN_L2MISS")]
    pub fn l2_miss(mut self, tell: bool) -> Self {
        self.l2_miss = tell;
        self
    }

    /// Sets whether the tunnel reports destination addresses without an entry to programs. Off by default.
    #[doc(alias = "IFLA_VXLAN_L3MISS")]
    pub fn l3_miss(mut self, tell: bool) -> Self {
        self.l3_miss = tell;
        self
    }

    /// Returns the other end, or the group of other ends.
    fn far_end(&self) -> Option<IpAddr> {
        self.remote.or(self.group)
    }

    fn check_ends(&self) -> Result<()> {
        let is_host = |address: &IpAddr| !address.is_multicast() && !address.is_unspecified();
        if let Some(local) = self.local.filter(|local| !is_host(local)) {
            return Err(invalid(format!("{local} is not an address that a tunnel can send from")));
        }
        if let Some(remote) = self.remote.filter(|remote| !is_host(remote)) {
            return Err(invalid(format!("{remote} is not an address that the other end of a tunnel can have")));
        }
        if let Some(group) = self.group.filter(|group| !group.is_multicast()) {
            return Err(invalid(format!("{group} is not a multicast group")));
        }
        if let (Some(remote), Some(group)) = (self.remote, self.group) {
            return Err(invalid(format!("a tunnel to {remote} cannot be one to {group} as well")));
        }
        match (self.local, self.far_end()) {
            (Some(local), Some(far)) if Family::of(local) != Family::of(far) => {
                Err(invalid(format!("a tunnel from {local} cannot lead to {far}, of the other family")))
            }
            _ => Ok(()),
        }
    }
}

impl Kind for Vxlan {
    fn name(&self) -> &'static str {
        "vxlan"
    }

    fn build_option(&self) -> &'static str {
        "VXLAN"
    }

    fn data(&self, parent: Option<IfIndex>, _: Option<Vec<u8>>) -> Vec<Attribute> {
        let either = |ipv4, ipv6| move |end: IpAddr| address(if end.is_ipv4() { ipv4 } else { ipv6 }, end);
        let flag = |kind, on: bool| bytes(kind, &[on.into()]);
        let mut data = vec![number(IFLA_VXLAN_ID, self.id)];
        data.extend(parent.map(|parent| number(IFLA_VXLAN_LINK, parent.get())));
        data.extend(self.local.map(either(IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6)));
        data.extend(self.far_end().map(either(IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6)));
        data.extend(self.port.map(|port| bytes(IFLA_VXLAN_PORT, &port.to_be_bytes())));
        data.push(flag(IFLA_VXLAN_LEARNING, self.learning));
        let flags =
            [(IFLA_VXLAN_PROXY, self.proxy), (IFLA_VXLAN_L2MISS, self.l2_miss), (IFLA_VXLAN_L3MISS, self.l3_miss)];
        data.extend(flags.into_iter().filter(|(_, on)| *on).map(|(kind, on)| flag(kind, on)));
        data
    }

    fn details(&self) -> String {
        self.to_string()
    }

    fn below(&self) -> Option<(&Arc<NetNs>, Option<&IfName>)> {
        Some((&self.netns, self.parent.as_ref().and_then(Parent::name)))
    }

    fn check(&self) -> Result<()> {
        if self.id > ID_MAX {
            let message = format!("{} is not a VXLAN network identifier (24 bits, at most {ID_MAX})", self.id);
            return Err(invalid(message));
        }
        self.parent.iter().try_for_each(Parent::check)?;
        if self.port == Some(0) {
            return Err(invalid("0 is not a UDP port".to_owned()));
        }
        self.check_ends()
    }

    fn check_whole(&self) -> Result<()> {
        match self.group {
            Some(group) if self.parent.is_none() => {
                Err(invalid(format!("a tunnel to the group {group} needs a parent to join it on")))
            }
            _ => Ok(()),
        }
    }

    fn names_parent(&self) -> bool {
        true
    }

    fn identifier(&self) -> Option<String> {
        Some(format!("the id {} is taken in {}", self.id, self.netns))
    }
}

impl fmt::Display for Vxlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "id {}", self.id)?;
        if let Some(parent) = &self.parent {
            write!(f, ", on {}", parent.shown_name())?;
        }
        if let Some(local) = self.local {
            write!(f, ", from {local}")?;
        }
        if let Some(remote) = self.far_end() {
            write!(f, ", to {remote}")?;
        }
        if let Some(port) = self.port {
            write!(f, ", port {port}")?;
        }
        write!(f, ", through {}", self.netns)
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}
