use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::types::{Family, IfName};
use crate::wire::link::VxlanSettings;

/// The largest VXLAN network identifier: 24 bits (RFC 7348 §5).
const ID_MAX: u32 = (1 << 24) - 1;

/// A new end of a tunnel that carries Ethernet over UDP (RFC 7348).
///
/// The packets that it sends and receives are those of one namespace, which need not be the one that the
/// link is made in. It goes with its parent, if it has one: whoever deletes that, deletes this.
///
/// ```no_run
/// use netgraft::{Link, Namespace, Vxlan};
///
/// let host = Namespace::current()?;
/// let tunnel = Vxlan::new(&host, 42)?.parent("eth0")?.remote("192.0.2.7".parse().unwrap())?.port(4789)?;
/// let link = Link::vxlan("vx42", tunnel)?;
/// # Ok::<(), netgraft::Error>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Vxlan {
    pub(crate) netns: Arc<NetNs>,
    pub(crate) parent: Option<IfName>,
    pub(crate) settings: VxlanSettings,
}

impl Vxlan {
    /// A tunnel through a namespace, with a network identifier.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when that has more than 24 bits.
    #[doc(alias = "IFLA_VXLAN_ID")]
    pub fn new(namespace: &Namespace, id: u32) -> Result<Self> {
        if id > ID_MAX {
            return Err(invalid(format!("{id} is not a VXLAN network identifier (24 bits, at most {ID_MAX})")));
        }
        let settings = VxlanSettings { id, local: None, remote: None, port: None, learning: true };
        Ok(Self { netns: Arc::clone(&namespace.netns), parent: None, settings })
    }

    /// The link that it sends and receives through. Without, the routes of the namespace decide.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`].
    #[doc(alias = "IFLA_VXLAN_LINK")]
    pub fn parent(mut self, parent: impl AsRef<[u8]>) -> Result<Self> {
        self.parent = Some(IfName::new(parent)?);
        Ok(self)
    }

    /// The address that it sends from.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when no link can have it, or the far end is of the other family.
    #[doc(alias = "IFLA_VXLAN_LOCAL")]
    pub fn local(mut self, address: IpAddr) -> Result<Self> {
        if address.is_multicast() || address.is_unspecified() {
            return Err(invalid(format!("{address} is not an address that a tunnel can send from")));
        }
        self.settings.local = Some(address);
        self.of_one_family()
    }

    /// The other end, for what it has not learned a better one for.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when no link can have it, there is a group already, or the near end is of
    /// the other family.
    #[doc(alias = "IFLA_VXLAN_GROUP")]
    pub fn remote(self, address: IpAddr) -> Result<Self> {
        if address.is_multicast() || address.is_unspecified() {
            return Err(invalid(format!("{address} is not an address that the other end of a tunnel can have")));
        }
        self.far_end(address)
    }

    /// The other ends: a multicast group, joined on the parent.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when it is none, there is another end already, or the near end is of the
    /// other family.
    #[doc(alias = "IFLA_VXLAN_GROUP")]
    pub fn group(self, address: IpAddr) -> Result<Self> {
        if !address.is_multicast() {
            return Err(invalid(format!("{address} is not a multicast group")));
        }
        self.far_end(address)
    }

    /// The UDP port of both ends. The kernel's default is 8472; the one that is assigned is 4789.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for 0.
    #[doc(alias = "IFLA_VXLAN_PORT")]
    pub fn port(mut self, port: u16) -> Result<Self> {
        if port == 0 {
            return Err(invalid("0 is not a UDP port".to_owned()));
        }
        self.settings.port = Some(port);
        Ok(self)
    }

    /// Whether it learns from what it receives which MAC is behind which other end. On by default.
    #[doc(alias = "IFLA_VXLAN_LEARNING")]
    pub fn learning(mut self, learn: bool) -> Self {
        self.settings.learning = learn;
        self
    }

    fn far_end(mut self, address: IpAddr) -> Result<Self> {
        if let Some(other) = self.settings.remote.filter(|other| other.is_multicast() != address.is_multicast()) {
            return Err(invalid(format!("a tunnel to {address} cannot be one to {other} as well")));
        }
        self.settings.remote = Some(address);
        self.of_one_family()
    }

    fn of_one_family(self) -> Result<Self> {
        match (self.settings.local, self.settings.remote) {
            (Some(local), Some(remote)) if Family::of(local) != Family::of(remote) => {
                Err(invalid(format!("a tunnel from {local} cannot lead to {remote}, of the other family")))
            }
            _ => Ok(self),
        }
    }

    /// Refuses what lacks something.
    pub(crate) fn check(&self) -> Result<()> {
        match self.settings.remote {
            Some(group) if group.is_multicast() && self.parent.is_none() => {
                Err(invalid(format!("a tunnel to the group {group} needs a parent to join it on")))
            }
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Vxlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "id {}", self.settings.id)?;
        if let Some(parent) = self.parent {
            write!(f, ", on {parent}")?;
        }
        if let Some(local) = self.settings.local {
            write!(f, ", from {local}")?;
        }
        if let Some(remote) = self.settings.remote {
            write!(f, ", to {remote}")?;
        }
        if let Some(port) = self.settings.port {
            write!(f, ", port {port}")?;
        }
        write!(f, ", through {}", self.netns)
    }
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}
