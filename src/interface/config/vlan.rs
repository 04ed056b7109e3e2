use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::config::kind::Kind;
use crate::interface::config::parent::Parent;
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::types::{IfIndex, IfName, check_vlan_id};
use crate::wire::attribute::{Attribute, bytes};

const IFLA_VLAN_ID: u16 = 1;
const IFLA_VLAN_PROTOCOL: u16 = 5;

/// A new link that sends and receives the packets of one VLAN through another link, its parent.
///
/// Whoever deletes the parent deletes the VLAN link.
#[derive(Clone, Debug)]
#[must_use]
pub struct Vlan {
    parent: Parent,
    pub(crate) id: u16,
    protocol: VlanProtocol,
}

/// Which tag the packets of a VLAN have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "IFLA_VLAN_PROTOCOL")]
pub enum VlanProtocol {
    /// A customer VLAN, EtherType 0x8100.
    #[default]
    #[doc(alias = "ETH_P_8021Q")]
    Ieee8021Q,
    /// A provider VLAN, EtherType 0x88a8.
    #[doc(alias = "ETH_P_8021AD")]
    Ieee8021Ad,
}

impl Vlan {
    /// Describes a link for the VLAN with a number, on a parent in a namespace.
    ///
    /// VLANs have the numbers 1 to 4094.
    #[doc(alias = "IFLA_VLAN_ID")]
    pub fn on(namespace: &Namespace, parent: impl AsRef<[u8]>, id: u16) -> Self {
        Self { parent: Parent::new(&namespace.netns, parent.as_ref()), id, protocol: VlanProtocol::default() }
    }

    /// Sets the tag.
    pub fn protocol(mut self, protocol: VlanProtocol) -> Self {
        self.protocol = protocol;
        self
    }
}

impl Kind for Vlan {
    fn name(&self) -> &'static str {
        "vlan"
    }

    fn build_option(&self) -> &'static str {
        "VLAN_8021Q"
    }

    fn below(&self) -> Option<(&Arc<NetNs>, Option<&IfName>)> {
        self.parent.below()
    }

    fn check(&self) -> Result<()> {
        self.parent.check()?;
        check_vlan_id(self.id)
    }

    fn data(&self, _: Option<IfIndex>, _: Option<Vec<u8>>) -> Vec<Attribute> {
        let ethertype: u16 = match self.protocol {
            VlanProtocol::Ieee8021Q => 0x8100,
            VlanProtocol::Ieee8021Ad => 0x88a8,
        };
        vec![bytes(IFLA_VLAN_ID, &self.id.to_ne_bytes()), bytes(IFLA_VLAN_PROTOCOL, &ethertype.to_be_bytes())]
    }

    fn details(&self) -> String {
        self.to_string()
    }

    fn identifier(&self) -> Option<String> {
        Some(format!("the VLAN {} is taken {}", self.id, self.parent))
    }
}

impl fmt::Display for Vlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "id {}, {}, {}", self.id, self.protocol, self.parent)
    }
}

/// Prints the words of ip-link(8).
impl fmt::Display for VlanProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Ieee8021Q => "802.1q",
            Self::Ieee8021Ad => "802.1ad",
        })
    }
}

/// Reads `802.1q` or `802.1ad`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for VlanProtocol {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text {
            "802.1q" | "802.1Q" => Ok(Self::Ieee8021Q),
            "802.1ad" => Ok(Self::Ieee8021Ad),
            _ => {
                let message = format!("\"{}\" is not a protocol of VLANs (802.1q, 802.1ad)", text.escape_debug());
                Err(Error::new(ErrorKind::InvalidArgument, message))
            }
        }
    }
}
