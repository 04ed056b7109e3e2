use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::types::{IfName, MacAddr};

/// The other end of a new pair of virtual Ethernet links.
#[derive(Clone, Debug)]
#[must_use]
pub struct VethPeer {
    pub(crate) netns: Arc<NetNs>,
    pub(crate) name: IfName,
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: Option<u32>,
    pub(crate) bridge: Option<IfName>,
    pub(crate) up: bool,
}

impl VethPeer {
    /// An end in a namespace, under a name. It is left down.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName).
    pub fn new(namespace: &Namespace, name: impl AsRef<[u8]>) -> Result<Self> {
        Ok(Self {
            netns: Arc::clone(&namespace.netns),
            name: IfName::new(name)?,
            mac: None,
            mtu: None,
            bridge: None,
            up: false,
        })
    }

    /// The hardware address of the other end. Without, the kernel makes one up.
    #[doc(alias = "IFLA_ADDRESS")]
    pub fn mac(mut self, mac: MacAddr) -> Self {
        self.mac = Some(mac);
        self
    }

    /// The largest packet of the other end in bytes.
    #[doc(alias = "IFLA_MTU")]
    pub fn mtu(mut self, bytes: u32) -> Self {
        self.mtu = Some(bytes);
        self
    }

    /// Makes it a port of a bridge that is in its namespace, and sets it up.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName).
    #[doc(alias = "IFLA_MASTER")]
    pub fn bridge(mut self, bridge: impl AsRef<[u8]>) -> Result<Self> {
        self.bridge = Some(IfName::new(bridge)?);
        self.up = true;
        Ok(self)
    }

    /// Sets it up.
    #[doc(alias = "IFF_UP")]
    pub fn up(mut self) -> Self {
        self.up = true;
        self
    }
}

impl fmt::Display for VethPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "its other end {}", self.name)?;
        if let Some(mac) = self.mac {
            write!(f, " with the MAC {mac}")?;
        }
        if let Some(mtu) = self.mtu {
            write!(f, " with mtu {mtu}")?;
        }
        write!(f, " in {}", self.netns)
    }
}
