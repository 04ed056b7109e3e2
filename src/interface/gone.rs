//! Decides whether the link of an interface is certainly gone. A link that is hidden, renamed or replaced is not.
//!
//! A removal whose link is gone drops the interface; a restore takes it off the list. In any other case the entry stays.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::remove::created::{self, DeletionTarget};
use crate::interface::witness::{self, Sighting};
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::ops;
use crate::record::identity::Identity;
use crate::record::interface::{InterfaceRecord, RegistryEntry};
use crate::record::origin::Origin;
use crate::record::snapshot::Snapshot;
use crate::types::IfIndex;
use crate::wire::link::LinkInfo;

/// Decides whether the link of an interface is certainly gone, after its removal failed with an error. `index` is where the
/// removal saw the link last.
pub(super) fn is_gone_after(ns: &Namespace, present: &InterfaceRecord, index: IfIndex, error: &Error) -> bool {
    if error.kind() != ErrorKind::NotFound || says_gone(error) {
        return says_gone(error);
    }
    match &present.origin {
        Origin::Moved { home, snapshot, .. } => {
            matches!(find_moved(&ns.netns, present, home, snapshot, index), Ok(Sighting::Gone))
        }
        Origin::InPlace { .. } | Origin::Created { .. } => is_not_there(&ns.netns, index, &present.identity),
    }
}

/// Returns whether an interface has left its namespace, and is not merely hidden: its link was deleted, or another process
/// removed it.
pub(super) fn has_left(ns: &Namespace, record: &RegistryEntry, present: &InterfaceRecord) -> bool {
    let Origin::Moved { home, snapshot, .. } = &present.origin else {
        let is_missing = is_not_there(&ns.netns, present.index, &present.identity);
        return is_missing && matches!(find_created(ns, present), Ok(Sighting::Gone));
    };
    let matches = |link: &LinkInfo| present.identity.matches(link);
    match witness::look(home, &snapshot.link, &ns.netns, present.index, matches) {
        Ok(Sighting::Gone) => true,
        Ok(Sighting::Unknown(_)) => {
            ns.registry.journal().is_some_and(|journal| matches!(journal.view(ns.id(), &record.source), Ok(None)))
        }
        _ => false,
    }
}

/// Looks for a created link. The word of other namespaces counts.
pub(super) fn find_created(ns: &Namespace, present: &InterfaceRecord) -> Result<Sighting> {
    match created::find(&ns.netns, &Arc::new(present.clone())) {
        Ok(DeletionTarget::Inside(link)) => Ok(Sighting::Proved(Box::new(link))),
        Ok(DeletionTarget::OtherEnd(home, end)) => {
            Ok(Sighting::Unknown(format!("its other end {} in {home} leads to another namespace", end.name)))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Sighting::Gone),
        Err(error) if error.kind() == ErrorKind::Unverified => Ok(Sighting::Unknown(error.to_string())),
        Err(error) => Err(error),
    }
}

/// Looks for a link that was moved from home.
pub(super) fn find_moved(
    netns: &NetNs,
    present: &InterfaceRecord,
    home: &NetNs,
    was: &Snapshot,
    index: IfIndex,
) -> Result<Sighting> {
    witness::look(home, &was.link, netns, index, |link| present.identity.matches(link))
}

/// Returns whether no link of the same kind is at an index. A link that only looks different may have been changed by somebody.
fn is_not_there(netns: &NetNs, index: IfIndex, identity: &Identity) -> bool {
    match ops::link::find(netns, index) {
        Ok(None) => true,
        Ok(Some(link)) => !identity.same_kind(&link),
        Err(_) => false,
    }
}

impl Sighting {
    /// Returns the link, and whether it is proved to be the right one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`], which [says](says_gone) that the link is gone; [`ErrorKind::Unverified`].
    pub(crate) fn found(self) -> Result<(LinkInfo, bool)> {
        match self {
            Self::Proved(link) => Ok((*link, true)),
            Self::Alike(link) => Ok((*link, false)),
            Self::Gone => Err(say_gone(Error::new(ErrorKind::NotFound, "its link is gone"))),
            Self::Unknown(why) => Err(Error::new(ErrorKind::Unverified, why)),
        }
    }
}

/// What is left of a deleted link.
const GONE: &str = "its link no longer exists";

/// Makes an error say that the link is certainly gone.
pub(crate) fn say_gone(error: Error) -> Error {
    error.with_left(GONE)
}

/// Returns whether an error says that a link is certainly gone.
pub(crate) fn says_gone(error: &Error) -> bool {
    error.kind() == ErrorKind::NotFound && error.left() == Some(GONE)
}
