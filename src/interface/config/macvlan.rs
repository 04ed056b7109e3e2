use std::fmt;
use std::sync::Arc;

use crate::error::Result;
use crate::interface::config::kind::Kind;
use crate::interface::config::parent::Parent;
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::types::{IfIndex, IfName, MacvlanMode};
use crate::wire::attribute::{Attribute, number};

const IFLA_MACVLAN_MODE: u16 = 1;

/// A new link that has a MAC of its own, and sends and receives through another link, its parent.
///
/// Whoever deletes the parent deletes the macvlan.
#[derive(Clone, Debug)]
#[must_use]
pub struct Macvlan {
    parent: Parent,
    pub(crate) mode: MacvlanMode,
    /// Whether programs send and receive by a character device of the link (`CONFIG_MACVTAP`).
    is_tap: bool,
}

impl Macvlan {
    /// Describes a macvlan on a parent in a namespace, in the mode [`Bridge`](MacvlanMode::Bridge).
    #[doc(alias = "IFLA_LINK")]
    pub fn on(namespace: &Namespace, parent: impl AsRef<[u8]>) -> Self {
        Self { parent: Parent::new(&namespace.netns, parent.as_ref()), mode: MacvlanMode::default(), is_tap: false }
    }

    /// Sets the mode.
    ///
    /// A parent in [`Passthru`](MacvlanMode::Passthru) mode has one macvlan, and nothing beside it. A MAC that is set on such a
    /// macvlan becomes the MAC of the parent, too; the parent gets its own MAC back with the removal.
    pub fn mode(mut self, mode: MacvlanMode) -> Self {
        self.mode = mode;
        self
    }

    /// Makes a macvtap of it.
    pub(crate) fn tap(mut self) -> Self {
        self.is_tap = true;
        self
    }
}

impl Kind for Macvlan {
    fn name(&self) -> &'static str {
        if self.is_tap { "macvtap" } else { "macvlan" }
    }

    fn build_option(&self) -> &'static str {
        if self.is_tap { "MACVTAP" } else { "MACVLAN" }
    }

    fn data(&self, _: Option<IfIndex>, _: Option<Vec<u8>>) -> Vec<Attribute> {
        vec![number(IFLA_MACVLAN_MODE, mode_number(self.mode))]
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

    fn has_own_mac(&self) -> bool {
        // A link in that mode begins with its parent's MAC.
        self.mode != MacvlanMode::Passthru
    }
}

/// `MACVLAN_MODE_…` of linux/if_link.h.
fn mode_number(mode: MacvlanMode) -> u32 {
    match mode {
        MacvlanMode::Private => 1,
        MacvlanMode::Vepa => 2,
        MacvlanMode::Bridge => 4,
        MacvlanMode::Passthru => 8,
        MacvlanMode::Source => 16,
    }
}

impl fmt::Display for Macvlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mode {}, {}", self.mode, self.parent)
    }
}
