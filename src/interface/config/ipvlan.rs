use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::interface::config::kind::Kind;
use crate::interface::config::parent::Parent;
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
    parent: Parent,
    pub(crate) mode: IpvlanMode,
    isolation: IpvlanIsolation,
}

impl Ipvlan {
    /// Describes an ipvlan on a parent in a namespace, in the mode [`L2`](IpvlanMode::L2).
    #[doc(alias = "IFLA_LINK")]
    pub fn on(namespace: &Namespace, parent: impl AsRef<[u8]>) -> Self {
        let parent = Parent::new(&namespace.netns, parent.as_ref());
        Self { parent, mode: IpvlanMode::default(), isolation: IpvlanIsolation::default() }
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
        self.parent.below()
    }

    fn check(&self) -> Result<()> {
        self.parent.check()
    }

    fn refuses_mac(&self) -> Option<&'static str> {
        // The kernel takes one and pays no heed to it.
        Some("an ipvlan has the MAC of its parent: it cannot be given one")
    }
}

impl fmt::Display for Ipvlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mode {}, {}", self.mode, self.parent)
    }
}
