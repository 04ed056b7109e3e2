//! Finds the interfaces of a namespace: those that the handle knows, and what its journal says now.

use std::collections::HashSet;
use std::sync::Arc;

use crate::error::Result;
use crate::journal::{Entry, EntryView, Journal, Stage};
use crate::namespace::Namespace;
use crate::netns::discover;
use crate::ops;
use crate::record::interface::{InterfaceRecord, RegistryEntry};
use crate::record::origin::Origin;
use crate::types::IfName;

/// An interface on the list.
type Listed = (Arc<RegistryEntry>, Arc<InterfaceRecord>);

/// Returns the interface with a source name. Reads its entry, and no other.
pub(crate) fn by_source(ns: &Namespace, source: &IfName) -> Result<Option<Listed>> {
    match ns.registry.journal() {
        None => Ok(ns.registry.by_source(source)),
        Some(journal) => match journal.view(ns.id(), source)? {
            Some(view) => of_view(ns, &view),
            None => Ok(without_entry(ns, source)),
        },
    }
}

/// Returns all interfaces, oldest first. Warns of entries that cannot be read.
pub(crate) fn all(ns: &Namespace) -> Result<Vec<Listed>> {
    let Some(journal) = ns.registry.journal() else { return Ok(ns.registry.present()) };
    let found: HashSet<IfName> = entries(ns, journal)?.iter().map(|(record, _)| record.source).collect();
    // The list has what was found behind what was known, each in its order.
    let known = ns.registry.present().into_iter();
    let listed = known.filter_map(|(record, known)| match found.contains(&record.source) {
        true => Some((record, known)),
        false => without_entry(ns, &record.source),
    });
    Ok(listed.collect())
}

fn entries(ns: &Namespace, journal: &Journal) -> Result<Vec<Listed>> {
    let mut listed = Vec::new();
    for file in journal.files_of(ns.id())? {
        match journal.peek(&file) {
            Ok(Some(view)) => {
                let interrupted = view.entry.stage != Stage::Present && !view.busy && !view.outdated;
                if interrupted {
                    log::warn!("an operation on {} in {ns} was interrupted: it takes a restore", view.entry.source);
                }
                listed.extend(of_view(ns, &view)?);
            }
            Ok(None) => {}
            Err(problem) if problem.errno().is_some() => return Err(problem),
            Err(problem) => log::warn!("{problem}"),
        }
    }
    Ok(listed)
}

fn of_view(ns: &Namespace, view: &EntryView) -> Result<Option<Listed>> {
    if view.outdated || view.entry.stage != Stage::Present {
        return Ok(None);
    }
    enlist(ns, &view.entry)
}

/// Returns what an entry tells of an interface. Its home is looked for when it is first used.
pub(crate) fn record(ns: &Namespace, entry: &Entry) -> Result<InterfaceRecord> {
    entry.record(|home| ns.registry.home(home, discover::find))
}

/// Puts the interface of an entry on the list, unless this process is adding or removing it.
pub(crate) fn enlist(ns: &Namespace, entry: &Entry) -> Result<Option<Listed>> {
    Ok(ns.registry.adopt(entry.source, record(ns, entry)?))
}

/// Returns an interface that has no entry: it was added before the journal was kept, or the folder was cleaned up.
/// Otherwise another process has removed it, and it is taken off the list.
fn without_entry(ns: &Namespace, source: &IfName) -> Option<Listed> {
    let (record, known) = ns.registry.by_source(source)?;
    if is_merely_forgotten(ns, &known) {
        return Some((record, known));
    }
    ns.announcer.stop(known.index);
    ns.registry.remove(&record);
    None
}

/// Tells whether an interface without an entry is there all the same: its link would be gone if somebody had removed it.
/// One in place looks the same after its removal.
pub(crate) fn is_merely_forgotten(ns: &Namespace, record: &InterfaceRecord) -> bool {
    let in_place = matches!(record.origin, Origin::InPlace { .. }) && record.serial != 0;
    !in_place && ops::link::get_verified(&ns.netns, record.index, &record.identity).is_ok()
}
