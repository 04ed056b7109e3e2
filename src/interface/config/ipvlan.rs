use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::types::{IfName, IpvlanMode};

/// A new link that shares the MAC of another one, its parent, and is told apart from others there by its IP
/// addresses. It cannot be given a MAC.
///
/// It goes with its parent: whoever deletes that, deletes this.
#[derive(Clone, Debug)]
#[must_use]
pub struct Ipvlan {
    pub(crate) netns: Arc<NetNs>,
    pub(crate) parent: IfName,
    pub(crate) mode: IpvlanMode,
}

impl Ipvlan {
    /// One on a parent in a namespace, in the mode [`L2`](IpvlanMode::L2).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName).
    #[doc(alias = "IFLA_LINK")]
    pub fn on(namespace: &Namespace, parent: impl AsRef<[u8]>) -> Result<Self> {
        let (netns, mode) = (Arc::clone(&namespace.netns), IpvlanMode::default());
        Ok(Self { netns, parent: IfName::new(parent)?, mode })
    }

    /// In this mode, which all ipvlans on a parent share: the kernel gives the others, wherever they are, the
    /// mode of the newest.
    pub fn mode(mut self, mode: IpvlanMode) -> Self {
        self.mode = mode;
        self
    }
}

impl fmt::Display for Ipvlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mode {}, on {} in {}", self.mode, self.parent, self.netns)
    }
}
