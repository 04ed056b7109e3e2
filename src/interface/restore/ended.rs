//! Drops the journal's entries of namespaces that have ended.

use std::path::PathBuf;

use crate::error::Result;
use crate::interface::restore::homes::Homes;
use crate::interface::restore::{Restored, returned};
use crate::journal::{Entry, EntryView, Journal, LockResult};
use crate::namespace::Namespace;
use crate::netns::discover::{Existence, NamespaceIndex};
use crate::netns::{NamespaceId, NamespaceRef};
use crate::text::printable_path;
use crate::types::IfName;

/// The entries of another namespace.
struct Other {
    namespace: NamespaceRef,
    /// Entries that nobody is working on.
    files: Vec<(PathBuf, IfName)>,
}

/// Drops the entries of all other namespaces that have ended, once physical links are home, and entries from an earlier boot.
/// Returns the reasons for those that stay.
pub(super) fn drop_entries(
    ns: &Namespace,
    journal: &Journal,
    homes: &mut Homes,
    restored: &mut Restored,
) -> Result<()> {
    let mut strangers = Vec::new();
    let namespaces = journal.namespaces(|stranger| {
        strangers.push(format!("{}: not in the folder of a namespace", printable_path(&stranger)))
    })?;
    restored.left_alone.extend(strangers);
    // Read before anybody is asked which namespaces exist: a namespace that is created later has no entry here.
    let mut others = Vec::new();
    for namespace in namespaces.into_iter().filter(|namespace| *namespace != ns.id()) {
        others.extend(read(journal, namespace, restored)?);
    }
    let (mut ended, mut namespaces) = (Vec::new(), Vec::new());
    let mut index = NamespaceIndex::new(ns.netns.reference());
    for Other { namespace, files } in others {
        match index.existence(&namespace) {
            Existence::Exists => {}
            Existence::Ended => {
                for (file, _) in files {
                    match journal.lock(&file) {
                        Some(LockResult::Free(entry, slot)) => ended.push((entry, slot)),
                        Some(LockResult::Outdated(entry, slot)) => restored.drop_outdated(&entry, slot),
                        Some(LockResult::Busy) => restored.busy += 1,
                        Some(LockResult::Bad { problem, .. }) => restored.leave_alone(problem),
                        None => {}
                    }
                }
                namespaces.push(namespace.id);
            }
            Existence::Unknown(why) => restored.left_alone.extend(files.iter().map(|(_, source)| {
                format!("{source}: whether its namespace {namespace} has ended is not known: {why}")
            })),
        }
    }
    let entries: Vec<&Entry> = ended.iter().map(|(entry, _)| &**entry).collect();
    if let Err(error) = returned::step_aside(&entries) {
        log::debug!("links in the initial namespace keep their names for now: {error}");
    }
    ended.into_iter().for_each(|(entry, slot)| restored.bring_back(&entry, slot, homes));
    namespaces.into_iter().try_for_each(|namespace| journal.sweep_batches(namespace))
}

/// Reads the entries of a namespace, and drops those from an earlier boot.
fn read(journal: &Journal, namespace: NamespaceId, restored: &mut Restored) -> Result<Option<Other>> {
    let mut other: Option<Other> = None;
    for file in journal.files_of(namespace)? {
        match journal.peek(&file) {
            Ok(Some(EntryView { outdated: true, .. })) => match journal.lock(&file) {
                Some(LockResult::Outdated(entry, slot)) => restored.drop_outdated(&entry, slot),
                Some(LockResult::Bad { problem, .. }) => restored.leave_alone(problem),
                _ => {}
            },
            Ok(Some(EntryView { entry, busy, .. })) => {
                let other = other.get_or_insert_with(|| Other { namespace: entry.namespace, files: Vec::new() });
                if !busy {
                    other.files.push((file, entry.source));
                }
            }
            Ok(None) => {}
            Err(problem) => restored.leave_alone(problem),
        }
    }
    if other.is_none() {
        journal.sweep_batches(namespace)?;
    }
    Ok(other)
}
