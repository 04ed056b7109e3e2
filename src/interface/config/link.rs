//! Where an interface's link comes from: one file for each kind that can be made.

use std::fmt;
use std::sync::Arc;

use super::bridge::Bridge;
use super::ipvlan::Ipvlan;
use super::macvlan::Macvlan;
use super::veth::VethPeer;
use super::vxlan::Vxlan;
use crate::error::Result;
use crate::namespace::Namespace;
use crate::netns::{NamespaceId, NetNs};
use crate::types::IfName;

/// Where an interface's link comes from.
///
/// The first name is the *source name*, by which the interface is found afterwards. A link that is made
/// here is made in its namespace under its final name and MAC, never moved. It takes a kernel that has the
/// kind; the error of one that has not, [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported), names the option.
#[derive(Clone, Debug)]
pub struct Link {
    pub(crate) source: IfName,
    pub(crate) origin: LinkSource,
}

#[derive(Clone, Debug)]
pub(crate) enum LinkSource {
    Existing(Arc<NetNs>),
    InPlace,
    Made(Made),
}

/// A link that is to be made.
#[derive(Clone, Debug)]
pub(crate) enum Made {
    Bridge(Bridge),
    Dummy,
    Veth(VethPeer),
    Macvlan(Macvlan),
    Ipvlan(Ipvlan),
    Vxlan(Vxlan),
}

impl LinkSource {
    /// The other namespace that an add with it is about.
    pub(crate) fn elsewhere(&self) -> Option<&NetNs> {
        match self {
            Self::Existing(netns) => Some(netns),
            Self::InPlace => None,
            Self::Made(Made::Veth(veth)) => Some(&veth.netns),
            Self::Made(made) => made.below().map(|(netns, _)| &**netns),
        }
    }

    /// What is made, if it is.
    pub(crate) fn made(&self) -> Option<&Made> {
        match self {
            Self::Existing(_) | Self::InPlace => None,
            Self::Made(made) => Some(made),
        }
    }

    /// How many links are made in a namespace by an add there.
    pub(crate) fn new_links_inside(&self, namespace: NamespaceId) -> usize {
        match self {
            Self::Existing(_) | Self::InPlace => 0,
            Self::Made(Made::Veth(veth)) if veth.netns.id() == namespace => 2,
            Self::Made(_) => 1,
        }
    }

    /// The kind of link that is made, as the kernel calls it.
    pub(crate) fn kind(&self) -> &'static [u8] {
        match self {
            Self::Existing(_) | Self::InPlace => b"",
            Self::Made(made) => made.kind().as_bytes(),
        }
    }
}

impl Made {
    /// Its kind, as the kernel calls it.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Bridge(_) => "bridge",
            Self::Dummy => "dummy",
            Self::Veth(_) => "veth",
            Self::Macvlan(_) => "macvlan",
            Self::Ipvlan(_) => "ipvlan",
            Self::Vxlan(_) => "vxlan",
        }
    }

    /// The namespace that it works through, and the name of its parent there if it has one.
    pub(crate) fn below(&self) -> Option<(&Arc<NetNs>, Option<&IfName>)> {
        match self {
            Self::Bridge(_) | Self::Dummy | Self::Veth(_) => None,
            Self::Macvlan(macvlan) => Some((&macvlan.netns, Some(&macvlan.parent))),
            Self::Ipvlan(ipvlan) => Some((&ipvlan.netns, Some(&ipvlan.parent))),
            Self::Vxlan(vxlan) => Some((&vxlan.netns, vxlan.parent.as_ref())),
        }
    }
}

/// As errors and the log tell of it.
impl fmt::Display for Made {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())?;
        match self {
            Self::Bridge(_) | Self::Dummy => Ok(()),
            Self::Veth(veth) => write!(f, " ({veth})"),
            Self::Macvlan(macvlan) => write!(f, " ({macvlan})"),
            Self::Ipvlan(ipvlan) => write!(f, " ({ipvlan})"),
            Self::Vxlan(vxlan) => write!(f, " ({vxlan})"),
        }
    }
}

impl Link {
    /// A link that is in another namespace and is moved.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName), as for all of these.
    pub fn existing(from: &Namespace, name: impl AsRef<[u8]>) -> Result<Self> {
        Self::new(name, LinkSource::Existing(Arc::clone(&from.netns)))
    }

    /// A link that is in the namespace already and is configured there.
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn in_place(name: impl AsRef<[u8]>) -> Result<Self> {
        Self::new(name, LinkSource::InPlace)
    }

    /// A new bridge, as the kernel makes them (`CONFIG_BRIDGE`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn bridge(name: impl AsRef<[u8]>) -> Result<Self> {
        Self::new(name, LinkSource::Made(Made::Bridge(Bridge::new())))
    }

    /// A new bridge with settings of its own.
    ///
    /// # Errors
    /// See [`existing`](Self::existing); [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) when it
    /// is to take part in a spanning tree with a forward delay that is too short for that.
    pub fn bridge_with(name: impl AsRef<[u8]>, bridge: Bridge) -> Result<Self> {
        bridge.check()?;
        Self::new(name, LinkSource::Made(Made::Bridge(bridge)))
    }

    /// A new dummy link: it has addresses, and drops what is sent through it (`CONFIG_DUMMY`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn dummy(name: impl AsRef<[u8]>) -> Result<Self> {
        Self::new(name, LinkSource::Made(Made::Dummy))
    }

    /// A new pair of virtual Ethernet links; this end is the interface (veth(4), `CONFIG_VETH`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn veth(name: impl AsRef<[u8]>, peer: VethPeer) -> Result<Self> {
        Self::new(name, LinkSource::Made(Made::Veth(peer)))
    }

    /// A new link with a MAC of its own on another link (`CONFIG_MACVLAN`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn macvlan(name: impl AsRef<[u8]>, macvlan: Macvlan) -> Result<Self> {
        Self::new(name, LinkSource::Made(Made::Macvlan(macvlan)))
    }

    /// A new link with the MAC of another one, on that (`CONFIG_IPVLAN`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn ipvlan(name: impl AsRef<[u8]>, ipvlan: Ipvlan) -> Result<Self> {
        Self::new(name, LinkSource::Made(Made::Ipvlan(ipvlan)))
    }

    /// A new end of a tunnel of Ethernet over UDP (RFC 7348, `CONFIG_VXLAN`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing); [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a
    /// multicast group without a parent to join it on.
    pub fn vxlan(name: impl AsRef<[u8]>, vxlan: Vxlan) -> Result<Self> {
        vxlan.check()?;
        Self::new(name, LinkSource::Made(Made::Vxlan(vxlan)))
    }

    fn new(name: impl AsRef<[u8]>, origin: LinkSource) -> Result<Self> {
        Ok(Self { source: IfName::new(name)?, origin })
    }

    /// The name by which the interface will be found.
    #[must_use]
    pub fn source_name(&self) -> IfName {
        self.source
    }
}
