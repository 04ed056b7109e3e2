use std::fmt;
use std::sync::Arc;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::text::printable_name;
use crate::types::{IfName, MacAddr, NamePrefix, check_vlan_id};
use crate::wire::port::PortOptions;

/// The other end of a new pair of virtual Ethernet links, or of a netkit.
#[derive(Clone, Debug)]
#[must_use]
pub struct VethPeer {
    pub(crate) netns: Arc<NetNs>,
    /// A name, or a pattern that the kernel completes.
    pub(crate) name: Vec<u8>,
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: Option<u32>,
    bridge: Option<Vec<u8>>,
    pub(crate) up: bool,
    pub(crate) port: PortOptions,
}

impl VethPeer {
    /// Describes an end in a namespace, under a name. The end is left down.
    ///
    /// `%d` at the end of the name becomes the lowest free number.
    pub fn new(namespace: &Namespace, name: impl AsRef<[u8]>) -> Self {
        Self {
            netns: Arc::clone(&namespace.netns),
            name: name.as_ref().to_vec(),
            mac: None,
            mtu: None,
            bridge: None,
            up: false,
            port: PortOptions::default(),
        }
    }

    /// Sets the hardware address of the other end. Unset, the kernel chooses one.
    #[doc(alias = "IFLA_ADDRESS")]
    pub fn mac(mut self, mac: MacAddr) -> Self {
        self.mac = Some(mac);
        self
    }

    /// Sets the MTU of the other end: the largest packet in bytes.
    #[doc(alias = "IFLA_MTU")]
    pub fn mtu(mut self, bytes: u32) -> Self {
        self.mtu = Some(bytes);
        self
    }

    /// Makes the other end a port of a bridge in its namespace, and sets it up.
    #[doc(alias = "IFLA_MASTER")]
    pub fn bridge(mut self, bridge: impl AsRef<[u8]>) -> Self {
        self.bridge = Some(bridge.as_ref().to_vec());
        self.up = true;
        self
    }

    /// Sets the other end up.
    #[doc(alias = "IFF_UP")]
    pub fn up(mut self) -> Self {
        self.up = true;
        self
    }
}

impl VethPeer {
    /// Sets whether the bridge may send packets back through the port that they came from. Off by default.
    #[doc(alias = "IFLA_BRPORT_MODE")]
    pub fn hairpin(mut self, on: bool) -> Self {
        self.port.hairpin = Some(on);
        self
    }

    /// Sets whether the port cannot reach other isolated ports of the bridge. Off by default.
    #[doc(alias = "IFLA_BRPORT_ISOLATED")]
    pub fn isolated(mut self, on: bool) -> Self {
        self.port.isolated = Some(on);
        self
    }

    /// Sets whether the bridge learns the MACs behind the port. On by default.
    #[doc(alias = "IFLA_BRPORT_LEARNING")]
    pub fn learning(mut self, on: bool) -> Self {
        self.port.learning = Some(on);
        self
    }

    /// Makes the port a member of a VLAN. The port is in no other VLANs than those of these calls.
    ///
    /// Untagged packets belong to the first VLAN, whose packets leave untagged. VLANs have the numbers 1 to 4094.
    #[doc(alias = "IFLA_BRIDGE_VLAN_INFO")]
    pub fn vlan(mut self, id: u16) -> Self {
        if !self.port.vlans.contains(&id) {
            self.port.vlans.push(id);
        }
        self
    }

    /// Returns the bridge that the other end becomes a port of.
    pub(crate) fn bridge_name(&self) -> Option<IfName> {
        IfName::new(self.bridge.as_ref()?).ok()
    }

    /// Checks each option that was set.
    pub(crate) fn check_options(&self) -> Result<()> {
        check_name_or_pattern(&self.name).doing(|| "the other end")?;
        self.bridge
            .iter()
            .try_for_each(|bridge| IfName::new(bridge).map(drop))
            .doing(|| "the bridge of the other end")?;
        self.mac.map_or(Ok(()), MacAddr::check_assignable).doing(|| "the other end")?;
        self.port.vlans.iter().try_for_each(|id| check_vlan_id(*id))
    }

    /// Refuses options of a port without a bridge.
    pub(crate) fn check_port(&self) -> Result<()> {
        if self.bridge.is_none() && self.port != PortOptions::default() {
            let message =
                format!("{} is no port of a bridge: it cannot have the options of one", printable_name(&self.name));
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        Ok(())
    }
}

/// Checks a name, or a pattern that the kernel completes with the lowest free number.
fn check_name_or_pattern(name: &[u8]) -> Result<()> {
    match name.strip_suffix(b"%d") {
        Some(prefix) => NamePrefix::new(prefix).map(drop),
        None => IfName::new(name).map(drop),
    }
}

impl fmt::Display for VethPeer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "its other end {}", printable_name(&self.name))?;
        if let Some(mac) = self.mac {
            write!(f, " with the MAC {mac}")?;
        }
        if let Some(mtu) = self.mtu {
            write!(f, " with mtu {mtu}")?;
        }
        write!(f, " in {}", self.netns)
    }
}
