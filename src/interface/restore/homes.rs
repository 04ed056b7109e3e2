//! The namespaces that links came from, while a restore needs them.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::netns::discover;
use crate::netns::{NamespaceId, NamespaceRef, NetNs};

/// The namespaces that links came from, each looked for once.
#[derive(Debug, Default)]
pub(super) struct Homes {
    found: Vec<Arc<NetNs>>,
    missing: Vec<NamespaceId>,
}

impl Homes {
    /// Finds a namespace; `None` if it no longer exists.
    pub(super) fn find_if_there(&mut self, reference: &NamespaceRef) -> Result<Option<Arc<NetNs>>> {
        match self.open(reference) {
            Err(error) if !error.is_shortage() => Ok(None),
            found => found.map(Some),
        }
    }

    /// Finds a namespace that has to exist.
    pub(super) fn open(&mut self, reference: &NamespaceRef) -> Result<Arc<NetNs>> {
        if let Some(known) = self.found.iter().find(|known| known.id() == reference.id) {
            return Ok(Arc::clone(known));
        }
        if self.missing.contains(&reference.id) {
            return Err(Error::new(ErrorKind::Namespace, format!("the namespace {reference} is not found")));
        }
        match discover::find(reference) {
            Ok(found) => {
                let found = Arc::new(found);
                // Kernel settings may have to be restored there.
                found.open_settings()?;
                self.found.push(Arc::clone(&found));
                Ok(found)
            }
            Err(error) => {
                if !error.is_shortage() {
                    self.missing.push(reference.id);
                }
                Err(error)
            }
        }
    }
}
