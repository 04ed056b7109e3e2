//! The link that a new link is on, by its namespace and its name there.

use std::fmt;
use std::sync::Arc;

use crate::error::{Context, Result};
use crate::netns::NetNs;
use crate::text::printable_name;
use crate::types::IfName;

/// The parent of a new link.
#[derive(Clone, Debug)]
pub(crate) struct Parent {
    netns: Arc<NetNs>,
    text: Vec<u8>,
    /// The text, if it is a name.
    name: Option<IfName>,
}

impl Parent {
    pub(crate) fn new(netns: &Arc<NetNs>, name: &[u8]) -> Self {
        Self { netns: Arc::clone(netns), text: name.to_vec(), name: IfName::new(name).ok() }
    }

    pub(crate) fn check(&self) -> Result<()> {
        IfName::new(&self.text).map(drop).doing(|| "the parent")
    }

    pub(crate) fn name(&self) -> Option<&IfName> {
        self.name.as_ref()
    }

    /// Returns the text as errors and the log show it.
    pub(crate) fn shown_name(&self) -> String {
        printable_name(&self.text)
    }

    /// Returns the parent as [`Kind::below`](super::kind::Kind::below) does.
    pub(crate) fn below(&self) -> Option<(&Arc<NetNs>, Option<&IfName>)> {
        Some((&self.netns, self.name.as_ref()))
    }
}

impl fmt::Display for Parent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "on {} in {}", self.shown_name(), self.netns)
    }
}
