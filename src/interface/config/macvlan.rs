use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::types::{IfName, MacvlanMode};

/// A new link that has a MAC of its own and sends and receives through another one, its parent.
///
/// It goes with its parent: whoever deletes that, deletes this.
#[derive(Clone, Debug)]
#[must_use]
pub struct Macvlan {
    pub(crate) netns: Arc<NetNs>,
    pub(crate) parent: IfName,
    pub(crate) mode: MacvlanMode,
}

impl Macvlan {
    /// One on a parent in a namespace, in the mode [`Bridge`](MacvlanMode::Bridge).
    ///
    /// # Errors
    /// [`ErrorKind::InvalidName`](crate::ErrorKind::InvalidName).
    #[doc(alias = "IFLA_LINK")]
    pub fn on(namespace: &Namespace, parent: impl AsRef<[u8]>) -> Result<Self> {
        let (netns, mode) = (Arc::clone(&namespace.netns), MacvlanMode::default());
        Ok(Self { netns, parent: IfName::new(parent)?, mode })
    }

    /// In this mode. Of those in [`Passthru`](MacvlanMode::Passthru) there is one on its parent, and none
    /// beside it; a MAC that it is given is its parent's too, which gets its own back when it is removed.
    pub fn mode(mut self, mode: MacvlanMode) -> Self {
        self.mode = mode;
        self
    }
}

impl fmt::Display for Macvlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mode {}, on {} in {}", self.mode, self.parent, self.netns)
    }
}
