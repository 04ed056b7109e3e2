//! What is set on the link of an interface itself: its attributes, flags and master.

use crate::error::{Error, ErrorKind, Result};
use crate::interface::config::interface::InterfaceConfig;
use crate::types::{IfName, MacAddr};

/// Longest alias in bytes (`IFALIASZ` less one).
const ALIAS_MAX: usize = 255;

impl InterfaceConfig {
    /// Sets the hardware address. Unset, the link keeps its own.
    #[doc(alias = "IFLA_ADDRESS")]
    pub fn mac(mut self, mac: MacAddr) -> Self {
        self.mac = Some(mac);
        self
    }

    /// Sets the MTU: the largest packet in bytes.
    #[doc(alias = "IFLA_MTU")]
    pub fn mtu(mut self, bytes: u32) -> Self {
        self.mtu = Some(bytes);
        self
    }

    /// Sets the length of the transmit queue in packets.
    #[doc(alias = "IFLA_TXQLEN")]
    pub fn tx_queue_len(mut self, packets: u32) -> Self {
        self.tx_queue_len = Some(packets);
        self
    }

    /// Sets a text that describes the link. An empty text takes an old one away.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when it is longer than 255 bytes or holds NUL.
    #[doc(alias = "IFLA_IFALIAS")]
    pub fn alias(mut self, alias: impl AsRef<[u8]>) -> Result<Self> {
        let alias = alias.as_ref();
        if alias.len() > ALIAS_MAX {
            let message = format!("an alias of {} bytes: at most {ALIAS_MAX} are possible", alias.len());
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        if alias.contains(&0) {
            return Err(Error::new(ErrorKind::InvalidArgument, "an alias cannot hold NUL"));
        }
        self.alias = Some(alias.to_vec());
        Ok(self)
    }

    /// Makes the link a port of a bridge or a VRF in the same namespace.
    ///
    /// The bridge or VRF is an interface with this source name or, where there is none, a link with this name.
    #[doc(alias = "IFLA_MASTER")]
    pub fn master(mut self, source_or_name: IfName) -> Self {
        self.master = Some(source_or_name);
        self
    }

    /// Leaves the link down, if it is. It has its addresses then, but no routes, and is not announced.
    #[doc(alias = "IFF_UP")]
    pub fn down(mut self) -> Self {
        self.down = true;
        self
    }

    /// Makes the link receive all packets, whoever they are for.
    #[doc(alias = "IFF_PROMISC")]
    pub fn promiscuous(mut self) -> Self {
        self.promiscuous = true;
        self
    }

    /// Makes the link receive all multicast packets.
    #[doc(alias = "IFF_ALLMULTI")]
    pub fn all_multicast(mut self) -> Self {
        self.all_multicast = true;
        self
    }
}
