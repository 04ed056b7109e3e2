//! Links that requests of a list refer to: masters, bridges, parents.

use crate::error::{Error, ErrorKind, Result};
use crate::types::{IfIndex, IfName};
use crate::wire::link::LinkInfo;

/// Another link that an add depends on: a master, a bridge, a parent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LinkRef {
    /// The name of the link in errors.
    pub(crate) name: IfName,
    pub(super) target: RefTarget,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum RefTarget {
    There(IfIndex),
    /// The same call adds the link, as the request of this number.
    AddRequest(usize),
}

impl LinkRef {
    pub(super) fn there(name: IfName, link: &LinkInfo) -> Self {
        Self { name, target: RefTarget::There(link.index) }
    }

    /// Returns whether the same call adds the link.
    pub(crate) fn is_member(&self) -> bool {
        matches!(self.target, RefTarget::AddRequest(_))
    }

    /// Returns the number of the request that adds the link, if the same call does.
    pub(super) fn member(&self) -> Option<usize> {
        match self.target {
            RefTarget::AddRequest(number) => Some(number),
            RefTarget::There(_) => None,
        }
    }

    /// Returns the index of the link. `placed` are the requests that are in their namespace already.
    pub(crate) fn index(&self, placed: &[LinkInfo]) -> Result<IfIndex> {
        let index = match self.target {
            RefTarget::There(index) => Some(index),
            RefTarget::AddRequest(number) => placed.get(number).map(|link| link.index),
        };
        index.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("{} is not there yet", self.name)))
    }
}
