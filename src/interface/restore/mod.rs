//! Finding the interfaces of a namespace again after the process that added them is gone.

mod ended;
pub(crate) mod from_config;
mod locate;
mod matching;
mod returned;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::interface::Interface;
use crate::interface::config::Announce;
use crate::interface::remove::created::{self, DeletionTarget};
use crate::interface::remove::goal::{self, Terms};
use crate::interface::remove::{self, return_link};
use crate::interface::restore::locate::{
    Claims, find_at_home, find_in_namespace, find_moved_away, find_moved_home, look_for,
};
use crate::interface::restore::returned::Returned;
use crate::interface::rollback;
use crate::interface::rollback::snapshot;
use crate::interface::rollback::{Extent, Memory, RollbackError};
use crate::interface::witness::{self, Sighting};
use crate::journal::guard::JournalGuard;
use crate::journal::{Entry, EntryView, Journal, LockResult, LockedEntry, Stage};
use crate::namespace::{Namespace, lookup};
use crate::netns::discover;
use crate::netns::{NamespaceId, NamespaceRef, NetNs};
use crate::ops;
use crate::record::identity::Identity;
use crate::record::interface::{InterfaceRecord, RegistryEntry};
use crate::record::origin::Origin;
use crate::record::snapshot::{BridgeSnapshot, Snapshot};
use crate::text::printable_path;
use crate::types::IfName;
use crate::wire::link::LinkInfo;

/// What a restore found and did.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Restored {
    /// On the list again, and announced again.
    pub interfaces: Vec<Interface>,
    /// Source names whose add was interrupted: everything is as it was before it.
    pub undone: Vec<IfName>,
    /// Source names whose removal was interrupted: it is done now.
    pub finished: Vec<IfName>,
    /// Source names whose links are gone; their entries were dropped.
    pub gone: Vec<IfName>,
    /// How many of its entries another process is working on at the moment.
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
    /// Failures: what could not be undone or finished, or could not be put on the list.
    ///
    /// The entries of what could not be undone or finished stay. Descriptions are what could not be put on the list.
    /// What is not as it was ([`ErrorKind::UndoFailed`]) is told by [`Error::left`].
    pub failed: Vec<Error>,
}

/// Does what can be done about everything in the journal.
///
/// # Errors
/// [`ErrorKind::Journal`] when none is kept.
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
            // Not read, for whatever reason: it may be a good one.
            Some(LockResult::Bad { problem, .. }) if problem.errno().is_some() => restored.failed.push(problem),
            Some(LockResult::Bad { problem, slot: None, .. }) => restored.left_alone.push(problem.to_string()),
            Some(LockResult::Bad { problem, slot: Some(slot), .. }) => restored.drop_entry(problem.to_string(), slot),
            Some(LockResult::Free(entry, slot)) => restore_entry(ns, &entry, slot, &mut known, restored),
        }
    }
    journal.sweep_batches(ns.id())?;
    ended::drop_entries(ns, journal, &mut known.homes, restored)
}

/// How long to wait for another process that works on an interface.
const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(5);

/// Puts what other processes added on the list, and undoes or finishes what they were interrupted at. Returns what that
/// could not be done for.
///
/// # Errors
/// [`ErrorKind::Busy`] when another process is working on an interface and does not end that soon.
pub(crate) fn catch_up(ns: &Namespace, journal: &Journal) -> Result<Vec<(IfName, Error)>> {
    let mut own = journal.files_of(ns.id())?;
    journal.rollback_order(ns.id(), &mut own)?;
    let (mut known, mut restored, mut failed) = (Known::default(), Restored::default(), Vec::new());
    let deadline = Instant::now() + PATIENCE;
    for file in &own {
        loop {
            match journal.lock(file) {
                Some(LockResult::Busy) if Instant::now() < deadline => {
                    thread::sleep(PAUSE);
                    continue;
                }
                Some(LockResult::Busy) => {
                    let busy = Error::from_errno(libc::EBUSY).with_kind(ErrorKind::Busy);
                    return Err(busy.context(format!("another process is working on {}", printable_path(file))));
                }
                Some(LockResult::Free(entry, slot)) if entry.stage == Stage::Present => {
                    drop(slot);
                    failed.extend(lookup::enlist(ns, &entry).err().map(|error| (entry.source, error)));
                }
                Some(LockResult::Free(entry, slot)) => {
                    restore_entry(ns, &entry, slot, &mut known, &mut restored);
                    failed.extend(restored.failed.drain(..).map(|error| (entry.source, error)));
                }
                Some(LockResult::Outdated(_, slot) | LockResult::Bad { slot: Some(slot), .. }) => slot.remove()?,
                Some(LockResult::Bad { problem, slot: None }) => log::warn!("{problem}"),
                None => {}
            }
            break;
        }
    }
    journal.sweep_batches(ns.id())?;
    Ok(failed)
}

/// Drops what list and journal know of an interface.
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

/// The namespaces that the entries of a journal are about, as far as they are found.
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
    /// Drops an entry whose namespace has ended, once its link is at home if the kernel has returned it.
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

/// What was found for one entry and serves others, so that a restore of many takes no longer for each.
#[derive(Debug, Default)]
struct Known {
    homes: Homes,
    claims: Claims,
}

/// What came of one entry. That its link is gone is for certain: no error says so, whatever else was not found.
enum RestoreOutcome {
    Present(Interface),
    Undone,
    Finished,
    Gone,
}

fn restore_entry(ns: &Namespace, entry: &Entry, slot: LockedEntry, known: &mut Known, restored: &mut Restored) {
    let source = entry.source;
    let mut journal = JournalGuard::resume(slot, entry.clone());
    let outcome = match entry.stage {
        Stage::Present => present(ns, entry, &mut known.homes),
        Stage::Adding | Stage::Undoing => undo(ns, entry, &mut journal, known),
        Stage::Removing => finish(ns, entry, &mut journal, known),
    };
    match outcome {
        Ok(RestoreOutcome::Present(interface)) => return restored.interfaces.push(interface),
        Ok(RestoreOutcome::Undone) => restored.undone.push(source),
        Ok(RestoreOutcome::Finished) => restored.finished.push(source),
        Ok(RestoreOutcome::Gone) => restored.gone.push(source),
        Err(error) => return restored.failed.push(error.context(format!("restore {source} in {ns}"))),
    }
    rollback::withdraw_remaining_routing(&ns.netns, source, &entry.changes);
    rollback::give_back_or_warn(ns, source, &entry.changes, Memory::Record);
    if journal.remove() {
        known.claims.remove(entry);
    }
    if let Some((record, present)) = ns.registry.by_source(&source) {
        ns.announcer.stop(present.index);
        ns.registry.remove(&record);
    }
}

/// Takes off the list what another process has removed, and its entry with it.
fn forget_removed(ns: &Namespace, restored: &mut Restored) {
    for (record, present) in ns.registry.present() {
        if has_left(ns, &record, &present) {
            restored.gone.push(record.source);
            ns.announcer.stop(present.index);
            ns.registry.remove(&record);
        }
    }
}

/// Whether an interface is not in its namespace any more, and not merely hidden: its link was deleted, or another process
/// has removed it.
fn has_left(ns: &Namespace, record: &RegistryEntry, present: &InterfaceRecord) -> bool {
    let Origin::Moved { home, snapshot, .. } = &present.origin else {
        let is_missing = remove::link_is_gone(&ns.netns, present.index, &present.identity);
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

/// Looks for a link that was created. What other namespaces say of it counts.
fn find_created(ns: &Namespace, present: &InterfaceRecord) -> Result<Sighting> {
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

/// An interface that is where the journal has it: on the list, and announced again.
fn present(ns: &Namespace, entry: &Entry, homes: &mut Homes) -> Result<RestoreOutcome> {
    let home = match &entry.origin {
        Origin::Moved { home, .. } => homes.find_if_there(home)?,
        _ => None,
    };
    let sighting = match &entry.origin {
        Origin::Created { beside: Some(_), .. } => find_created(ns, &lookup::record(ns, entry)?)?,
        _ => look_for(ns, entry, home.as_deref())?,
    };
    let link = match sighting {
        Sighting::Gone => return Ok(RestoreOutcome::Gone),
        sighting => sighting.found()?.0,
    };
    let busy = || Error::new(ErrorKind::Busy, "this process is working on it");
    let (record, present) = lookup::enlist(ns, entry)?.ok_or_else(busy)?;
    let interface = Interface::new(ns.clone(), record, present);
    let numbers = Announce::times(entry.announce_count).and_then(|a| a.every(entry.announce_interval));
    interface.announce_on(link, numbers.unwrap_or_default());
    Ok(RestoreOutcome::Present(interface))
}

/// The namespaces that links came from, each looked for once.
#[derive(Debug, Default)]
struct Homes {
    found: Vec<Arc<NetNs>>,
    missing: Vec<NamespaceId>,
}

impl Homes {
    /// Finds a namespace; `None` where it is not there any more.
    fn find_if_there(&mut self, reference: &NamespaceRef) -> Result<Option<Arc<NetNs>>> {
        match self.open(reference) {
            Err(error) if !error.is_shortage() => Ok(None),
            found => found.map(Some),
        }
    }

    /// Finds a namespace that has to be there.
    fn open(&mut self, reference: &NamespaceRef) -> Result<Arc<NetNs>> {
        if let Some(known) = self.found.iter().find(|known| known.id() == reference.id) {
            return Ok(Arc::clone(known));
        }
        if self.missing.contains(&reference.id) {
            return Err(Error::new(ErrorKind::Namespace, format!("the namespace {reference} is not found")));
        }
        match discover::find(reference) {
            Ok(found) => {
                let found = Arc::new(found);
                // What is put back there may be kernel settings.
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

/// Takes an interrupted add back.
fn undo(ns: &Namespace, entry: &Entry, journal: &mut JournalGuard, known: &mut Known) -> Result<RestoreOutcome> {
    let bridge = |(namespace, bridge): &(NamespaceRef, BridgeSnapshot)| match known.homes.open(namespace) {
        Err(error) if error.is_shortage() => Some(Err(error)),
        found => Some(Ok((found.ok()?, bridge.clone()))),
    };
    // Before anything is changed: what cannot be looked for now has the whole tried again.
    let bridges = entry.bridges.iter().filter_map(bridge).collect::<Result<Vec<_>>>()?;
    let undone = match &entry.origin {
        Origin::Moved { home, index, snapshot } => {
            let home = known.homes.open(home)?;
            drop(ns.netns.spare_descriptor()?);
            let unmoved = ops::link::find(&home, snapshot.link.index)?;
            let unmoved = unmoved.is_some_and(|link| Identity::of(&snapshot.link).matches(&link));
            let undoing = entry.stage == Stage::Undoing;
            let mut back = if undoing { find_at_home(&home, *index, entry, snapshot)? } else { None };
            let (mut away, mut unknown) = (None, None);
            if back.is_none() && !unmoved {
                (away, unknown) = away_or_why(look_for(ns, entry, Some(&home))?);
                if undoing && away.is_none() {
                    back = find_moved_home(&home, entry, snapshot)?;
                }
                if back.is_none() && away.is_none() {
                    away = find_moved_away(ns, entry, snapshot, &mut known.claims)?;
                }
            }
            match (back, away) {
                (Some(link), _) => {
                    rename_at_home(&home, &link, snapshot)?;
                    rollback::rebuild(&home, link.index, snapshot, Extent::Whole)
                }
                (None, Some(link)) => {
                    let note = |at| journal.note(|entry| entry.goes_home(Stage::Undoing, at));
                    rollback::bring_home(&home, snapshot, &ns.netns, link.index, link.mac, note)
                }
                (None, None) if unmoved => rollback::unmoved(&home, snapshot),
                (None, None) => match unknown {
                    Some(why) => return Err(Error::new(ErrorKind::Unverified, why)),
                    None => Err(RollbackError::Gone(format!("the link of {} is gone", entry.source))),
                },
            }
        }
        Origin::InPlace { snapshot } => {
            ns.netns.open_settings()?;
            drop(ns.netns.spare_descriptor()?);
            rollback::in_place(&ns.netns, snapshot, &entry.changes, snapshot)
        }
        Origin::Created { .. } => {
            // In this order: who makes a link has told the journal before.
            match find_in_namespace(ns, entry)? {
                Some(link) if !known.claims.is_of_another(ns, entry, &link)? => rollback::delete(&ns.netns, &link),
                _ => Ok(()),
            }
        }
    };
    outcome_of(undone, RestoreOutcome::Undone).and_then(|outcome| outcome_of(rollback::bridges(&bridges), outcome))
}

/// Finishes an interrupted removal.
fn finish(ns: &Namespace, entry: &Entry, journal: &mut JournalGuard, known: &mut Known) -> Result<RestoreOutcome> {
    match &entry.origin {
        Origin::Moved { home, index, snapshot } => {
            let home = known.homes.open(home)?;
            let sighting = look_for(ns, entry, Some(&home))?;
            let terms = Terms { down: matches!(sighting, Sighting::Alike(_)), ..Terms::default() };
            let ((mut away, unknown), mut back) = (away_or_why(sighting), None);
            if away.is_none() {
                back = find_at_home(&home, *index, entry, snapshot)?;
            }
            if away.is_none() && back.is_none() {
                back = find_moved_home(&home, entry, snapshot)?;
            }
            if away.is_none() && back.is_none() {
                away = find_moved_away(ns, entry, snapshot, &mut known.claims)?;
            }
            match (away, back) {
                (Some(link), _) => return_link::send_home(&ns.netns, &link, &home, snapshot, terms, journal, |_| {})?,
                (None, Some(link)) => {
                    rename_at_home(&home, &link, snapshot)?;
                    let goal = goal::of(&home, snapshot, Some(link.index), Terms::default())?;
                    return_link::rebuild_at_home(&home, link.index, &goal)?;
                }
                (None, None) => match unknown {
                    Some(why) => return Err(Error::new(ErrorKind::Unverified, why)),
                    None => return Ok(RestoreOutcome::Gone),
                },
            }
            Ok(RestoreOutcome::Finished)
        }
        Origin::InPlace { snapshot } => {
            let Some(link) = find_in_namespace(ns, entry)? else { return Ok(RestoreOutcome::Gone) };
            drop(ns.netns.spare_descriptor()?);
            let now = snapshot::take(&ns.netns, &link.name, [])?;
            // What the dead process has taken away and not put back is not seen any more, so it is what was there before.
            let mut kept = Snapshot::clone(snapshot);
            kept.link.inet6 = now.link.inet6.or(kept.link.inet6);
            kept.addresses.extend(now.addresses);
            let routes = now.routes.iter().map(|body| rollback::route_before(snapshot, body, &entry.changes));
            kept.routes.extend(routes.cloned());
            kept.neighbours.extend(now.neighbours);
            kept.next_hops.extend(now.next_hops);
            outcome_of(rollback::in_place(&ns.netns, snapshot, &entry.changes, &kept), RestoreOutcome::Finished)
        }
        Origin::Created { beside: Some(_), .. } if entry.identity.is_some() => {
            let deleted = match created::find(&ns.netns, &Arc::new(lookup::record(ns, entry)?)) {
                Ok(DeletionTarget::Inside(link)) => ops::link::delete(&ns.netns, link.index),
                Ok(DeletionTarget::OtherEnd(home, end)) => ops::link::delete(&home, end.index),
                Err(error) => Err(error),
            };
            match deleted {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(RestoreOutcome::Finished),
            }
        }
        Origin::Created { .. } => match find_in_namespace(ns, entry)? {
            Some(link) => outcome_of(rollback::delete(&ns.netns, &link), RestoreOutcome::Finished),
            None => Ok(RestoreOutcome::Finished),
        },
    }
}

/// The link where it was found away from home, or else why nobody can say that it is gone.
fn away_or_why(sighting: Sighting) -> (Option<LinkInfo>, Option<String>) {
    match sighting {
        Sighting::Proved(link) | Sighting::Alike(link) => (Some(*link), None),
        Sighting::Gone => (None, None),
        Sighting::Unknown(why) => (None, Some(why)),
    }
}

/// Gives a link that has got home its own name, if it got there under the one that it had away.
fn rename_at_home(home: &NetNs, link: &LinkInfo, snapshot: &Snapshot) -> Result<()> {
    let name = snapshot.link.name;
    if link.name == name {
        return Ok(());
    }
    ops::link::rename(home, link.index, name.as_bytes()).doing(|| format!("rename {} in {home} to {name}", link.name))
}

/// What came of putting things back, where `done` came of it when it succeeded.
fn outcome_of(put_back: std::result::Result<(), RollbackError>, done: RestoreOutcome) -> Result<RestoreOutcome> {
    match put_back {
        Ok(()) => Ok(done),
        Err(RollbackError::Gone(_)) => Ok(RestoreOutcome::Gone),
        Err(RollbackError::Failed(what)) => {
            Err(Error::new(ErrorKind::UndoFailed, "it cannot be put back").with_left(what))
        }
    }
}
