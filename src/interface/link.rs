use std::sync::Arc;

use crate::error::Result;
use crate::namespace::{Namespace, NetNs};
use crate::types::IfName;

/// Where an interface's link comes from.
///
/// The first name is the *source name*, by which the interface is found afterwards. A link that is made
/// here is made in its namespace under its final name, never moved.
#[derive(Clone, Debug)]
pub struct Link {
    pub(super) source: IfName,
    pub(super) origin: Origin,
}

#[derive(Clone, Debug)]
pub(super) enum Origin {
    Existing(Arc<NetNs>),
    InPlace,
    Bridge,
    Dummy,
    Veth(Veth),
}

impl Origin {
    /// The other namespace that an add with it is about.
    pub(super) fn elsewhere(&self) -> Option<&NetNs> {
        match self {
            Self::Existing(netns) => Some(netns),
            Self::Veth(peer) => Some(&peer.netns),
            Self::InPlace | Self::Bridge | Self::Dummy => None,
        }
    }

    /// The kind of link that is made, as the kernel calls it.
    pub(super) fn kind(&self) -> &'static [u8] {
        match self {
            Self::Existing(_) | Self::InPlace => b"",
            Self::Bridge => b"bridge",
            Self::Dummy => b"dummy",
            Self::Veth(_) => b"veth",
        }
    }
}

impl Link {
    /// A link that is in another namespace and is moved.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName), as for all of these.
    pub fn existing(from: &Namespace, name: impl AsRef<[u8]>) -> Result<Self> {
        Self::new(name, Origin::Existing(Arc::clone(&from.netns)))
    }

    /// A link that is in the namespace already and is configured there.
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn in_place(name: impl AsRef<[u8]>) -> Result<Self> {
        Self::new(name, Origin::InPlace)
    }

    /// A new bridge.
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn bridge(name: impl AsRef<[u8]>) -> Result<Self> {
        Self::new(name, Origin::Bridge)
    }

    /// A new dummy link.
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn dummy(name: impl AsRef<[u8]>) -> Result<Self> {
        Self::new(name, Origin::Dummy)
    }

    /// A new pair of virtual Ethernet links; this end is the interface (veth(4)).
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn veth(name: impl AsRef<[u8]>, peer: Veth) -> Result<Self> {
        Self::new(name, Origin::Veth(peer))
    }

    fn new(name: impl AsRef<[u8]>, origin: Origin) -> Result<Self> {
        Ok(Self { source: IfName::new(name)?, origin })
    }

    /// The name by which the interface will be found.
    #[must_use]
    pub fn source_name(&self) -> IfName {
        self.source
    }
}

/// The other end of a new pair of virtual Ethernet links.
#[derive(Clone, Debug)]
pub struct Veth {
    pub(super) netns: Arc<NetNs>,
    pub(super) name: IfName,
    pub(super) bridge: Option<IfName>,
}

impl Veth {
    /// An end in a namespace, under a name. It is left down.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName).
    pub fn peer(namespace: &Namespace, name: impl AsRef<[u8]>) -> Result<Self> {
        Ok(Self { netns: Arc::clone(&namespace.netns), name: IfName::new(name)?, bridge: None })
    }

    /// Makes it a port of a bridge that is in its namespace, and sets it up.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName).
    pub fn bridge(mut self, bridge: impl AsRef<[u8]>) -> Result<Self> {
        self.bridge = Some(IfName::new(bridge)?);
        Ok(self)
    }
}
