//! Finds the interfaces of a namespace again after the process that added them is gone.

pub(crate) mod catch_up;
mod ended;
pub(crate) mod from_config;
mod homes;
mod locate;
mod matching;
mod one_entry;
mod returned;

use std::path::PathBuf;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::Interface;
use crate::interface::gone::has_left;
use crate::interface::restore::homes::Homes;
use crate::interface::restore::one_entry::{Known, restore_entry};
use crate::interface::restore::returned::Returned;
use crate::journal::{Entry, EntryView, Journal, LockResult, LockedEntry};
use crate::namespace::Namespace;
use crate::netns::discover;
use crate::netns::{NamespaceRef, NetNs};
use crate::types::IfName;

/// Result of a restore.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Restored {
    /// Interfaces that are on the list again, and announced again.
    pub interfaces: Vec<Interface>,
    /// Source names of interrupted adds: everything is as before the add.
    pub undone: Vec<IfName>,
    /// Source names of interrupted removals: they are complete now.
    pub finished: Vec<IfName>,
    /// Source names whose links are gone; their entries were dropped.
    pub gone: Vec<IfName>,
    /// The number of entries that other processes are working on at the moment.
    pub busy: usize,
    /// Entries that were dropped.
    ///
    /// These are unreadable ones of this namespace, and those of namespaces that no longer exist.
    pub dropped: Vec<String>,
    /// Entries that were left alone.
    ///
    /// These are unreadable ones of other namespaces, those of a newer version, and what is no file.
    pub left_alone: Vec<String>,
    /// Descriptions that match no link, or several links, by source name, and why.
    ///
    /// No link: [`ErrorKind::NotFound`]. Several links alike: [`ErrorKind::InvalidArgument`].
    pub unmatched: Vec<(IfName, Error)>,
    /// Failures: entries that could not be undone or finished, and descriptions not put on the list.
    ///
    /// These entries stay. [`Error::left`] tells what is not as before ([`ErrorKind::UndoFailed`]).
    pub failed: Vec<Error>,
}

/// Restores everything in the journal.
///
/// # Errors
/// [`ErrorKind::Journal`] without a journal.
pub(crate) fn restore(ns: &Namespace) -> Result<Restored> {
    let _pass = ns.netns.enter()?;
    let none = || Error::new(ErrorKind::Journal, "no journal is kept");
    let journal = ns.registry.journal().ok_or_else(none)?;
    let mut restored = Restored::default();
    process_entries(ns, journal, &mut restored)?;
    forget_removed(ns, &mut restored);
    Ok(restored)
}

fn process_entries(ns: &Namespace, journal: &Journal, restored: &mut Restored) -> Result<()> {
    let mut own = journal.files_of(ns.id())?;
    journal.rollback_order(ns.id(), &mut own)?;
    let mut known = Known::default();
    for file in &own {
        match journal.lock(file) {
            None => {}
            Some(LockResult::Busy) => restored.busy += 1,
            Some(LockResult::Outdated(entry, slot)) => restored.drop_outdated(&entry, slot),
            // Unreadable, for whatever reason: it may be a good entry.
            Some(LockResult::Bad { problem, .. }) if problem.errno().is_some() => restored.failed.push(problem),
            Some(LockResult::Bad { problem, slot: None, .. }) => restored.left_alone.push(problem.to_string()),
            Some(LockResult::Bad { problem, slot: Some(slot), .. }) => restored.drop_entry(problem.to_string(), slot),
            Some(LockResult::Free(entry, slot)) => restore_entry(ns, &entry, slot, &mut known, restored),
        }
    }
    journal.sweep_batches(ns.id())?;
    ended::drop_entries(ns, journal, &mut known.homes, restored)
}

/// Drops the entry of an interface from list and journal.
pub(crate) fn forget(ns: &Namespace, source: IfName) -> Result<()> {
    let listed = ns.registry.by_source(&source);
    let entry = ns.registry.journal().and_then(|journal| journal.wait_for(ns.id(), &source));
    match entry {
        None if listed.is_none() => {
            return Err(Error::new(ErrorKind::NotFound, "no interface with this source name is known"));
        }
        Some(LockResult::Busy) => {
            let busy = Error::from_errno(libc::EBUSY).with_kind(ErrorKind::Busy);
            return Err(busy.context("another process is working on it"));
        }
        Some(LockResult::Bad { problem, slot: None }) => return Err(problem),
        Some(LockResult::Free(_, slot) | LockResult::Outdated(_, slot) | LockResult::Bad { slot: Some(slot), .. }) => {
            slot.remove()?
        }
        None => {}
    }
    if let Some((record, present)) = listed {
        ns.announcer.stop(present.index);
        ns.registry.remove(&record);
    }
    Ok(())
}

/// Returns the namespaces of the entries of a journal, as far as they are found.
pub(crate) fn namespaces(journal: &Journal) -> Result<Vec<NetNs>> {
    let mut references: Vec<NamespaceRef> = Vec::new();
    for namespace in journal.namespaces(drop)? {
        let entry = |file: &PathBuf| match journal.peek(file) {
            Ok(Some(EntryView { entry, outdated: false, .. })) => Some(entry.namespace),
            _ => None,
        };
        references.extend(journal.files_of(namespace)?.iter().find_map(entry));
    }
    discover::find_all(&references)
}

impl Restored {
    /// Drops an entry whose namespace has ended, once its link is home if the kernel returned the link.
    fn bring_back(&mut self, entry: &Entry, slot: LockedEntry, homes: &mut Homes) {
        let ended = format!("{}: its namespace {} no longer exists", entry.source, entry.namespace);
        match returned::bring_home(entry, homes) {
            Ok(Returned::Ended) => self.drop_entry(ended, slot),
            Ok(Returned::InUse(remark)) => self.drop_entry(format!("{ended}; {remark}"), slot),
            Ok(Returned::Home) => match slot.remove() {
                Ok(()) => self.finished.push(entry.source),
                Err(error) => self.failed.push(error),
            },
            Err(error) => self.failed.push(error.context(format!("bring {} back", entry.source))),
        }
    }

    /// Tells why an entry of another namespace stays.
    fn leave_alone(&mut self, problem: Error) {
        if problem.is_shortage() {
            self.failed.push(problem);
        } else {
            self.left_alone.push(problem.to_string());
        }
    }

    fn drop_outdated(&mut self, entry: &Entry, slot: LockedEntry) {
        let what = format!("{}: its namespace {} is of before the machine was started", entry.source, entry.namespace);
        self.drop_entry(what, slot);
    }

    fn drop_entry(&mut self, what: String, slot: LockedEntry) {
        match slot.remove() {
            Ok(()) => self.dropped.push(what),
            Err(error) => self.failed.push(error),
        }
    }
}

/// Takes an interface off the list that another process has removed together with its entry.
fn forget_removed(ns: &Namespace, restored: &mut Restored) {
    for (record, present) in ns.registry.present() {
        if has_left(ns, &record, &present) {
            restored.gone.push(record.source);
            ns.announcer.stop(present.index);
            ns.registry.remove(&record);
        }
    }
}
