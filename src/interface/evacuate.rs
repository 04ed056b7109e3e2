//! Takes the interfaces out of a namespace that is about to be destroyed.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::restore::catch_up::catch_up;
use crate::interface::{gone, remove};
use crate::namespace::{Namespace, lookup};
use crate::record::interface::RegistryEntry;
use crate::record::origin::Origin;
use crate::types::IfName;

/// Takes all interfaces out, and names those that stay behind, with the reason. Nothing that the inside does stops this. With
/// `force`, nothing at home does either.
///
/// # Errors
/// For conditions at home, which are checked before the first link is moved, and for a want of descriptors or memory that hides
/// an interface. If such a condition comes up later, links that are home stay there.
pub(crate) fn evacuate(ns: &Namespace, force: bool) -> Result<Vec<(IfName, String)>> {
    let mut lost: Vec<(IfName, String)> = Vec::new();
    if let Some(journal) = ns.registry.journal() {
        let failed = catch_up(ns, journal)?;
        let (short, failed): (Vec<_>, Vec<_>) = failed.into_iter().partition(|(_, error)| !force && error.is_unasked());
        if let Some((source, error)) = short.into_iter().next() {
            return Err(error.context(format!("take out {source}")));
        }
        lost.extend(failed.into_iter().map(|(source, error)| (source, error.to_string())));
    }
    let (homeless, others): (Vec<_>, Vec<_>) =
        lookup::all(ns)?.into_iter().map(|(record, _)| record).partition(is_homeless);
    if !force {
        others.iter().try_for_each(|record| {
            let refused = record.present().map_or(Ok(()), |present| remove::refuse_at_home(&present));
            refused.map_err(|error| error.context(format!("take out {}", record.source)))
        })?;
    }
    for record in homeless {
        match remove::abandon(ns, &record).err().filter(|_| !is_off(&record)) {
            Some(error) if !force && error.is_unasked() => {
                return Err(error.context(format!("take out {}", record.source)));
            }
            Some(error) => lost.push((record.source, error.to_string())),
            None => {}
        }
    }
    let mut failures = Vec::new();
    let known: Vec<_> = others.iter().map(|record| record.present()).collect();
    for ((record, present), outcome) in others.iter().zip(known).zip(remove::remove(ns, &others, false)) {
        let Err(error) = outcome else { continue };
        let refused = present.is_some_and(|present| remove::refuse_at_home(&present).is_err());
        match error {
            error if gone::says_gone(&error) || is_off(record) => {}
            error if !force && (refused || is_of_home(&error)) => {
                failures.push(error.context(format!("take out {}", record.source)));
            }
            error => lost.push((record.source, error.to_string())),
        }
    }
    Error::first(failures).map_or(Ok(lost), Err)
}

/// Returns whether the inside cannot have caused the error: the error is about others, or came up at home.
fn is_of_home(error: &Error) -> bool {
    let is_rebuild = error.kind() == ErrorKind::Kernel && error.errno().is_none();
    matches!(error.kind(), ErrorKind::Busy | ErrorKind::Journal | ErrorKind::Permission)
        || error.is_unasked()
        || is_rebuild
}

/// Returns whether an interface is off the list: others removed it meanwhile, or its link is certainly gone.
fn is_off(record: &RegistryEntry) -> bool {
    record.present().is_none()
}

/// Returns whether the namespace that a link came from no longer exists.
fn is_homeless(record: &Arc<RegistryEntry>) -> bool {
    let is_absent = |origin: &Origin| matches!(origin, Origin::Moved { home, .. } if home.is_absent());
    record.present().is_some_and(|present| is_absent(&present.origin))
}
