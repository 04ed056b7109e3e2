use std::sync::Arc;

use crate::netns::{NamespaceRef, NetNs};
use crate::record::snapshot::Snapshot;
use crate::types::IfIndex;

/// Where the link of an interface came from. A removal takes the link back there.
///
/// A handle holds home as an open namespace; the journal keeps a reference to home.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Origin<H = Arc<NetNs>> {
    /// Moved here from another namespace.
    Moved {
        home: H,
        /// The index that the link gets back at home.
        index: IfIndex,
        snapshot: Box<Snapshot>,
    },
    /// In this namespace already before the add.
    InPlace { snapshot: Box<Snapshot> },
    /// Created by the add, so that a removal deletes the link.
    Created {
        kind: Vec<u8>,
        /// The link at the other end or below, if that link is in another namespace.
        beside: Option<Beside<H>>,
    },
}

/// A link in another namespace that a created link is connected to: the other end of a pair, or the parent.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Beside<H = Arc<NetNs>> {
    pub(crate) netns: H,
    pub(crate) index: IfIndex,
    /// The requested name or pattern of the other end; `None` for a parent.
    pub(crate) name: Option<Vec<u8>>,
}

impl<H> Origin<H> {
    /// Returns the link as it was before the add, unless the add created the link.
    pub(crate) fn snapshot(&self) -> Option<&Snapshot> {
        match self {
            Self::Moved { snapshot, .. } | Self::InPlace { snapshot } => Some(snapshot),
            Self::Created { .. } => None,
        }
    }

    /// Returns the same origin with another form of home.
    pub(crate) fn map_home<T>(&self, map: impl FnOnce(&H) -> T) -> Origin<T> {
        match self {
            Self::Moved { home, index, snapshot } => {
                Origin::Moved { home: map(home), index: *index, snapshot: snapshot.clone() }
            }
            Self::InPlace { snapshot } => Origin::InPlace { snapshot: snapshot.clone() },
            Self::Created { kind, beside } => {
                let map = |Beside { netns, index, name }: &Beside<H>| Beside {
                    netns: map(netns),
                    index: *index,
                    name: name.clone(),
                };
                Origin::Created { kind: kind.clone(), beside: beside.as_ref().map(map) }
            }
        }
    }
}

impl Origin {
    /// Returns the origin in the form that the journal keeps.
    pub(crate) fn reference(&self) -> Origin<NamespaceRef> {
        self.map_home(|netns| netns.reference())
    }
}
