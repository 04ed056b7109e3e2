use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::interface::config::kind::Kind;
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::types::{IfIndex, IfName, IpvlanIsolation, IpvlanMode};
use crate::wire::attribute::{Attribute, bytes};

const IFLA_IPVLAN_MODE: u16 = 1;
const IFLA_IPVLAN_FLAGS: u16 = 2;

/// A new link that shares the MAC of another one, its parent.
///
/// Its IP addresses tell the link apart from others there. The link cannot be given a MAC.
///
/// It goes with its parent: whoever deletes that, deletes this.
#[derive(Clone, Debug)]
#[must_use]
pub struct Ipvlan {
    pub(crate) netns: Arc<NetNs>,
    pub(crate) parent: IfName,
    pub(crate) mode: IpvlanMode,
    isolation: IpvlanIsolation,
}

impl Ipvlan {
    /// Describes an ipvlan on a parent in a namespace, in the mode [`L2`](IpvlanMode::L2).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName).
    #[doc(alias = "IFLA_LINK")]
    pub fn on(namespace: &Namespace, parent: impl AsRef<[u8]>) -> Result<Self> {
        let (netns, mode) = (Arc::clone(&namespace.netns), IpvlanMode::default());
        Ok(Self { netns, parent: IfName::new(parent)?, mode, isolation: IpvlanIsolation::default() })
    }

    /// Sets the mode, which all ipvlans on a parent share.
    ///
    /// The kernel gives the others, wherever they are, the mode of the newest.
    pub fn mode(mut self, mode: IpvlanMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets whether ipvlans on the parent reach one another, which all of them share as well.
    #[doc(alias = "IFLA_IPVLAN_FLAGS")]
    pub fn isolation(mut self, isolation: IpvlanIsolation) -> Self {
        self.isolation = isolation;
        self
    }
}

impl Kind for Ipvlan {
    fn name(&self) -> &'static str {
        "ipvlan"
    }

    fn build_option(&self) -> &'static str {
        "IPVLAN"
    }

    fn data(&self, _: Option<IfIndex>, _: Option<Vec<u8>>) -> Vec<Attribute> {
        let mode: u16 = match self.mode {
            IpvlanMode::L2 => 0,
            IpvlanMode::L3 => 1,
            IpvlanMode::L3s => 2,
        };
        let flags: u16 = match self.isolation {
            IpvlanIsolation::Bridge => 0,
            IpvlanIsolation::Private => 1,
            IpvlanIsolation::Vepa => 2,
        };
        vec![bytes(IFLA_IPVLAN_MODE, &mode.to_ne_bytes()), bytes(IFLA_IPVLAN_FLAGS, &flags.to_ne_bytes())]
    }

    fn details(&self) -> String {
        self.to_string()
    }

    fn below(&self) -> Option<(&Arc<NetNs>, Option<&IfName>)> {
        Some((&self.netns, Some(&self.parent)))
    }

    fn refuses_mac(&self) -> Option<&'static str> {
        // The kernel takes one and pays no heed to it.
        Some("an ipvlan has the MAC of its parent: it cannot be given one")
    }
}

impl fmt::Display for Ipvlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mode {}, on {} in {}", self.mode, self.parent, self.netns)
    }
}
