//! Where an interface's link comes from: one file for each kind that can be made.

use std::sync::Arc;

use crate::error::Result;
use crate::interface::config::bridge::Bridge;
use crate::interface::config::dummy::Dummy;
use crate::interface::config::ipvlan::Ipvlan;
use crate::interface::config::kind::Kind;
use crate::interface::config::macvlan::Macvlan;
use crate::interface::config::netkit::Netkit;
use crate::interface::config::veth::VethPeer;
use crate::interface::config::vlan::Vlan;
use crate::interface::config::vrf::Vrf;
use crate::interface::config::vxlan::Vxlan;
use crate::namespace::Namespace;
use crate::netns::{NamespaceId, NetNs};
use crate::ops;
use crate::types::{IfName, LinkSelector};

/// Where an interface's link comes from.
///
/// The first name is the *source name*, by which the interface is found afterwards. A created link is created in its namespace
/// under its final name and MAC, and is never moved. The kernel must have the kind; otherwise the error,
/// [`ErrorKind::NotSupported`](crate::ErrorKind::NotSupported), names the kernel option.
#[derive(Clone, Debug)]
pub struct Link {
    pub(crate) source: IfName,
    pub(crate) origin: LinkSource,
}

#[derive(Clone, Debug)]
pub(crate) enum LinkSource {
    Existing(Arc<NetNs>),
    InPlace,
    Created(Arc<dyn Kind>),
}

impl LinkSource {
    /// Returns the other namespace of an add of this link.
    pub(crate) fn elsewhere(&self) -> Option<&NetNs> {
        match self {
            Self::Existing(netns) => Some(netns),
            Self::InPlace => None,
            Self::Created(kind) => {
                kind.peer().map(|peer| &*peer.netns).or_else(|| kind.below().map(|(netns, _)| &**netns))
            }
        }
    }

    /// Returns the kind of a created link.
    pub(crate) fn created(&self) -> Option<&dyn Kind> {
        match self {
            Self::Existing(_) | Self::InPlace => None,
            Self::Created(kind) => Some(&**kind),
        }
    }

    /// Returns how many links an add creates in a namespace.
    pub(crate) fn new_links_inside(&self, namespace: NamespaceId) -> usize {
        let Some(kind) = self.created() else { return 0 };
        1 + usize::from(kind.peer().is_some_and(|peer| peer.netns.id() == namespace))
    }

    /// Returns the kernel's name of the kind of a created link.
    pub(crate) fn kind(&self) -> &'static [u8] {
        self.created().map_or(b"", |kind| kind.name().as_bytes())
    }
}

impl Link {
    /// Takes a link of another namespace, to be moved.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName), as for all of these.
    pub fn existing(from: &Namespace, name: impl AsRef<[u8]>) -> Result<Self> {
        Self::new(name, LinkSource::Existing(Arc::clone(&from.netns)))
    }

    /// Finds a link of another namespace, to be moved. Its name there is the source name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::ErrorKind::NotFound) without such a link;
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) with the names when several links match.
    pub fn find(from: &Namespace, selector: &LinkSelector) -> Result<Self> {
        let found = ops::find::find(&from.netns, selector)?;
        Ok(Self { source: found.name, origin: LinkSource::Existing(Arc::clone(&from.netns)) })
    }

    /// Finds a link in its namespace, to be configured in place. Its name is the source name.
    ///
    /// # Errors
    /// Those of [`find`](Self::find).
    pub fn find_in_place(namespace: &Namespace, selector: &LinkSelector) -> Result<Self> {
        let found = ops::find::find(&namespace.netns, selector)?;
        Ok(Self { source: found.name, origin: LinkSource::InPlace })
    }

    /// Takes a link that is in the namespace already, to be configured in place.
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn in_place(name: impl AsRef<[u8]>) -> Result<Self> {
        Self::new(name, LinkSource::InPlace)
    }

    /// Creates a bridge with the kernel's defaults (`CONFIG_BRIDGE`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn bridge(name: impl AsRef<[u8]>) -> Result<Self> {
        Self::create(name, Bridge::new())
    }

    /// Creates a bridge with settings of its own.
    ///
    /// # Errors
    /// See [`existing`](Self::existing); [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a spanning tree
    /// with a forward delay that is too short.
    pub fn bridge_with(name: impl AsRef<[u8]>, bridge: Bridge) -> Result<Self> {
        Self::create(name, bridge)
    }

    /// Creates a dummy link, which has addresses and drops all packets (`CONFIG_DUMMY`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn dummy(name: impl AsRef<[u8]>) -> Result<Self> {
        Self::create(name, Dummy)
    }

    /// Creates a pair of virtual Ethernet links (veth(4), `CONFIG_VETH`).
    ///
    /// This end is the interface. Its source name is the name of the other end.
    ///
    /// ```no_run
    /// use netgraft::{Link, Namespace, VethPeer};
    ///
    /// let host = Namespace::current()?;
    /// let link = Link::veth(VethPeer::new(&host, "web0").bridge("br0"))?;
    /// assert_eq!(link.source_name().to_string(), "web0");
    /// # Ok::<(), netgraft::Error>(())
    /// ```
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName) and
    /// [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument), naming the option;
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName) also when the other end has a pattern for its name.
    pub fn veth(peer: VethPeer) -> Result<Self> {
        peer.check_options()?;
        Self::veth_named(peer.name.clone(), peer)
    }

    /// Creates a pair of virtual Ethernet links with a source name of its own.
    ///
    /// # Errors
    /// See [`veth`](Self::veth).
    pub fn veth_named(name: impl AsRef<[u8]>, peer: VethPeer) -> Result<Self> {
        Self::create(name, peer)
    }

    /// Creates a link with a MAC of its own on another link (`CONFIG_MACVLAN`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn macvlan(name: impl AsRef<[u8]>, macvlan: Macvlan) -> Result<Self> {
        Self::create(name, macvlan)
    }

    /// Creates a macvlan that programs use as a character device (`CONFIG_MACVTAP`).
    ///
    /// The device is /dev/tapN, where N is the link's index.
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn macvtap(name: impl AsRef<[u8]>, macvlan: Macvlan) -> Result<Self> {
        Self::create(name, macvlan.tap())
    }

    /// Creates a link for one VLAN on another link (`CONFIG_VLAN_8021Q`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn vlan(name: impl AsRef<[u8]>, vlan: Vlan) -> Result<Self> {
        Self::create(name, vlan)
    }

    /// Creates a pair of links that BPF programs pass packets between (`CONFIG_NETKIT`).
    ///
    /// This end is the interface. Its source name is the name of the other end. Needs Linux 6.7.
    ///
    /// # Errors
    /// See [`veth`](Self::veth).
    pub fn netkit(netkit: Netkit) -> Result<Self> {
        netkit.check()?;
        let name = netkit.peer_name().to_vec();
        Self::netkit_named(name, netkit)
    }

    /// Creates a netkit with a source name of its own.
    ///
    /// # Errors
    /// See [`veth`](Self::veth).
    pub fn netkit_named(name: impl AsRef<[u8]>, netkit: Netkit) -> Result<Self> {
        Self::create(name, netkit)
    }

    /// Creates a routing domain: a table of its own routes the packets of its ports (`CONFIG_NET_VRF`).
    ///
    /// See the kernel's Documentation/networking/vrf.rst.
    ///
    /// # Errors
    /// See [`existing`](Self::existing); [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for table 0.
    #[doc(alias = "IFLA_VRF_TABLE")]
    pub fn vrf(name: impl AsRef<[u8]>, table: u32) -> Result<Self> {
        Self::create(name, Vrf { table })
    }

    /// Creates a link on another link, with the MAC of that other link (`CONFIG_IPVLAN`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing).
    pub fn ipvlan(name: impl AsRef<[u8]>, ipvlan: Ipvlan) -> Result<Self> {
        Self::create(name, ipvlan)
    }

    /// Creates an end of a tunnel of Ethernet over UDP (RFC 7348, `CONFIG_VXLAN`).
    ///
    /// # Errors
    /// See [`existing`](Self::existing); [`ErrorKind::InvalidArgument`](crate::ErrorKind::InvalidArgument) for a
    /// multicast group without a parent to join it on.
    pub fn vxlan(name: impl AsRef<[u8]>, vxlan: Vxlan) -> Result<Self> {
        Self::create(name, vxlan)
    }

    fn create(name: impl AsRef<[u8]>, kind: impl Kind + 'static) -> Result<Self> {
        kind.check()?;
        kind.check_whole()?;
        Self::new(name, LinkSource::Created(Arc::new(kind)))
    }

    fn new(name: impl AsRef<[u8]>, origin: LinkSource) -> Result<Self> {
        Ok(Self { source: IfName::new(name)?, origin })
    }

    /// Returns the name by which the interface will be found.
    #[must_use]
    pub fn source_name(&self) -> IfName {
        self.source
    }
}
