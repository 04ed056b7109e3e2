//! Takes interfaces out of their namespace again.

pub(crate) mod created;
pub(crate) mod goal;
mod prepare;
mod refusals;
pub(crate) mod return_link;
mod revert_in_place;

use std::sync::Arc;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::interface::config::Announce;
use crate::interface::gone::{self, find_moved};
use crate::interface::remove::created::{Besides, DeletionTarget};
use crate::interface::remove::goal::Terms;
use crate::interface::remove::return_link::send_home;
use crate::interface::remove::revert_in_place::revert_in_place;
use crate::interface::rollback::{Memory, give_back_or_warn, withdraw_remaining_routing};
use crate::interface::witness::Sighting;
use crate::journal::guard::JournalGuard;
use crate::journal::{BatchSlot, Entry, LockResult, Stage};
use crate::namespace::{Namespace, lookup};
use crate::netns::lock::{LinkLocks, Lockable};
use crate::netns::{NetNs, OperationGuard};
use crate::ops;
use crate::record::identity::Identity;
use crate::record::interface::{InterfaceRecord, RegistryEntry};
use crate::record::origin::Origin;
use crate::types::IfIndex;
use crate::wire::link::LinkInfo;

/// Removes interfaces, the last first, and returns the outcome for each. An interface whose removal fails stays as it was,
/// unless its link is gone, and does not keep the others from being tried.
pub(crate) fn remove(ns: &Namespace, records: &[Arc<RegistryEntry>], bare: bool) -> Vec<Result<()>> {
    let leaving: Vec<Leaving<'_>> =
        records.iter().map(|record| Leaving { record, present: record.begin_removal() }).collect();
    // Neighbours on the list that were created are deleted together.
    let runs = leaving.chunk_by(|one, next| one.is_created() && next.is_created());
    let mut outcomes: Vec<Vec<Result<()>>> = runs.rev().map(|run| remove_run(ns, run, bare)).collect();
    outcomes.reverse();
    outcomes.into_iter().flatten().collect()
}

/// An interface to remove.
struct Leaving<'a> {
    record: &'a RegistryEntry,
    /// `None` if the interface was removed before.
    present: Option<Arc<InterfaceRecord>>,
}

/// A removal under way.
struct Begun<'a> {
    leaving: &'a Leaving<'a>,
    present: &'a InterfaceRecord,
    /// The locks on the link.
    index: IfIndex,
    journal: JournalGuard,
    /// Guards that keep the namespaces of the removal open.
    _passes: (OperationGuard<'a>, Option<OperationGuard<'a>>),
}

impl Leaving<'_> {
    fn is_created(&self) -> bool {
        self.present.as_ref().is_some_and(|present| matches!(present.origin, Origin::Created { .. }))
    }

    /// Stops announcing the interface, and picks up its entry in the journal.
    fn begin<'a>(&'a self, ns: &'a Namespace) -> Result<Begun<'a>> {
        let gone = || Error::new(ErrorKind::NotFound, "it was removed before");
        let present = self.present.as_deref().ok_or_else(gone)?;
        let begin = || {
            let passes = passes(ns, present)?;
            ns.announcer.stop(present.index);
            Ok::<_, Error>((passes, pick_up(ns, self.record, present)?))
        };
        match begin() {
            Ok((_passes, Some(journal))) => {
                Ok(Begun { leaving: self, present, index: present.index, journal, _passes })
            }
            Ok((_, None)) => {
                ns.registry.remove(self.record);
                Err(Error::new(ErrorKind::NotFound, "another process has removed it"))
            }
            Err(error) => {
                self.record.abort_removal(present.index);
                Err(error)
            }
        }
    }
}

impl<'a> Begun<'a> {
    /// Writes down that the link is about to be deleted, if the link is the right one.
    fn note(
        mut self,
        ns: &Namespace,
        target: Result<DeletionTarget>,
        place: Option<BatchSlot>,
    ) -> Result<(Self, DeletionTarget)> {
        let noted = target.and_then(|target| {
            self.journal.update(|entry| {
                entry.stage = Stage::Removing;
                entry.place = place;
            })?;
            Ok(target)
        });
        match noted {
            Ok(target) => Ok((self, target)),
            Err(error) => Err(self.fail(ns, error)),
        }
    }

    /// Records the outcome of the removal on the list and in the journal.
    fn conclude(self, ns: &Namespace, outcome: Result<()>) -> Result<()> {
        match outcome {
            Ok(()) => {
                self.forget(ns);
                Ok(())
            }
            Err(error) => Err(self.fail(ns, error)),
        }
    }

    /// Nothing is left that a further call could remove.
    fn forget(self, ns: &Namespace) {
        let (source, changes) = (self.leaving.record.source, &self.present.changes);
        withdraw_remaining_routing(&ns.netns, source, changes);
        give_back_or_warn(ns, source, changes, Memory::Record);
        self.journal.remove();
        ns.registry.remove(self.leaving.record);
    }

    /// Records a failed removal on the list and in the journal. The error says whether the link is gone.
    fn fail(mut self, ns: &Namespace, error: Error) -> Error {
        if gone::is_gone_after(ns, self.present, self.index, &error) {
            self.forget(ns);
            return gone::say_gone(error);
        }
        // Another link is in its place.
        let error = if error.kind() == ErrorKind::NotFound { error.with_kind(ErrorKind::Unverified) } else { error };
        // Something changed: the entry keeps what a restore has to finish.
        let record = self.leaving.record;
        if error.left().is_none() {
            let present = self.journal.update(|entry| {
                entry.stage = Stage::Present;
                entry.place = None;
            });
            if let Err(error) = present {
                log::warn!("the journal says of {} that it is being removed: {error}", record.source);
            }
        }
        record.abort_removal(self.index);
        error
    }
}

fn remove_run(ns: &Namespace, run: &[Leaving<'_>], bare: bool) -> Vec<Result<()>> {
    match run {
        [one] if !one.is_created() => vec![remove_one(ns, one, bare)],
        made => delete(ns, made),
    }
}

/// Removes an interface whose link was not created.
fn remove_one(ns: &Namespace, leaving: &Leaving<'_>, bare: bool) -> Result<()> {
    let mut begun = leaving.begin(ns)?;
    let Begun { present, index, journal, .. } = &mut begun;
    let netns = &ns.netns;
    let outcome = match &present.origin {
        Origin::Moved { home, snapshot, .. } => {
            let found = find_moved(netns, present, home, snapshot, present.index).and_then(Sighting::found);
            found.and_then(|(link, is_proved)| {
                let terms = Terms { bare, down: !is_proved };
                send_home(netns, &link, home, snapshot, terms, journal, |at| *index = at)
            })
        }
        Origin::InPlace { snapshot } => ops::link::get_verified(netns, present.index, &present.identity)
            .and_then(|link| revert_in_place(netns, &link, present, snapshot, journal)),
        Origin::Created { .. } => Ok(()),
    };
    begun.conclude(ns, outcome)
}

/// Refuses links that could not come home now.
pub(crate) fn refuse_at_home(present: &InterfaceRecord) -> Result<()> {
    match &present.origin {
        Origin::Moved { home, snapshot, .. } => return_link::refuse(home, snapshot),
        Origin::InPlace { .. } | Origin::Created { .. } => Ok(()),
    }
}

/// Gives up an interface whose home no longer exists: a physical link goes to the initial namespace when its own namespace
/// ends, and any other link is deleted.
pub(crate) fn abandon(ns: &Namespace, record: &RegistryEntry) -> Result<()> {
    let leaving = Leaving { record, present: record.begin_removal() };
    let begun = leaving.begin(ns)?;
    let present = begun.present;
    if present.origin.snapshot().is_some_and(|snapshot| snapshot.link.is_physical()) {
        log::warn!("{} goes to the initial namespace: the one that it came from no longer exists", record.source);
        ns.registry.remove(record);
        return Ok(());
    }
    log::warn!("{} is deleted: the namespace that it came from no longer exists", record.source);
    let link = ops::link::get_verified(&ns.netns, present.index, &present.identity);
    let deleted = match link.and_then(|link| ops::link::delete(&ns.netns, link.index)) {
        // The other end of a pair went with its namespace.
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        deleted => deleted,
    };
    begun.conclude(ns, deleted)
}

/// Deletes created links.
fn delete(ns: &Namespace, made: &[Leaving<'_>]) -> Vec<Result<()>> {
    let several = ns.registry.journal().filter(|_| made.len() > 1);
    let list = match several.map(|journal| journal.begin_batch(ns.id())).transpose() {
        Ok(list) => list,
        Err(error) => {
            log::debug!("not removed together but one by one: {error}");
            return made.chunks(1).flat_map(|one| delete(ns, one)).collect();
        }
    };
    let mut outcomes: Vec<Result<()>> = Vec::with_capacity(made.len());
    let (mut begun, mut links) = (Vec::with_capacity(made.len()), Vec::with_capacity(made.len()));
    let records: Vec<Arc<InterfaceRecord>> = made.iter().filter_map(|leaving| leaving.present.clone()).collect();
    let besides = Besides::read(&ns.netns, &records);
    let mut ends = Vec::new();
    for (position, (leaving, link)) in made.iter().zip(get_verified(&ns.netns, made)).enumerate() {
        let place = list.as_ref().map(|list| list.slot(position));
        let target = match &leaving.present {
            Some(present) => besides.target(&ns.netns, present, link),
            None => link.map(DeletionTarget::Inside),
        };
        let noted = leaving.begin(ns).and_then(|removal| removal.note(ns, target, place));
        outcomes.push(noted.map(|(removal, target)| match target {
            DeletionTarget::Inside(link) => {
                log::debug!("delete {} in {}", link.name, ns.netns);
                begun.push((position, removal));
                links.push(link);
            }
            DeletionTarget::OtherEnd(netns, end) => ends.push((position, removal, netns, end)),
        }));
    }
    for (position, removal, netns, end) in ends {
        let deleted = ops::link::delete(&netns, end.index).doing(|| format!("delete {} in {netns}", end.name));
        let deleted = removal.conclude(ns, deleted);
        if let Some(outcome) = outcomes.get_mut(position) {
            *outcome = deleted;
        }
    }
    for ((position, removal), deleted) in begun.into_iter().zip(ops::deletion::delete_all(&ns.netns, &links)) {
        let deleted = deleted.doing(|| format!("delete {}", removal.present.name));
        let deleted = deleted.and_then(|()| created::cut_off(ns, removal.present));
        let deleted = removal.conclude(ns, deleted);
        if let Some(outcome) = outcomes.get_mut(position) {
            *outcome = deleted;
        }
    }
    if let Some(Err(error)) = list.map(|list| list.finish()) {
        log::warn!("the file of a list that is of no use any more stays: {error}");
    }
    outcomes
}

/// Returns their links, if they are the right ones.
fn get_verified(netns: &NetNs, made: &[Leaving<'_>]) -> Vec<Result<LinkInfo>> {
    let of = |leaving: &Leaving<'_>| leaving.present.as_ref().map(|present| (present.index, present.identity.clone()));
    let links: Vec<(IfIndex, Identity)> = made.iter().filter_map(of).collect();
    ops::link::get_all_verified(netns, &links).unwrap_or_else(|error| {
        log::debug!("not asked for together but one by one: {error}");
        links.iter().map(|(index, identity)| ops::link::get_verified(netns, *index, identity)).collect()
    })
}

/// Returns guards that keep the namespaces of a removal open.
fn passes<'a>(
    ns: &'a Namespace,
    present: &'a InterfaceRecord,
) -> Result<(OperationGuard<'a>, Option<OperationGuard<'a>>)> {
    let home = match &present.origin {
        Origin::Moved { home: netns, .. } => Some(netns.enter()?),
        Origin::InPlace { .. } | Origin::Created { .. } => None,
    };
    Ok((ns.netns.enter()?, home))
}

/// Returns the journal's entry of an interface, locked; `None` when another process has removed both.
fn pick_up(ns: &Namespace, record: &RegistryEntry, present: &InterfaceRecord) -> Result<Option<JournalGuard>> {
    let Some(journal) = ns.registry.journal() else {
        return Ok(Some(JournalGuard::without_journal(LinkLocks::wait(None, links(ns, present))?)));
    };
    match journal.wait_for(ns.id(), &record.source) {
        None | Some(LockResult::Outdated(..)) if lookup::is_merely_forgotten(ns, present) => {
            log::warn!("{} has no entry in the journal any more, and gets another one", record.source);
            let announce = Announce::default();
            let entry = || Entry::present(ns.netns.reference(), record.source, present, announce.parts());
            JournalGuard::begin(Some(journal), entry).map(Some)
        }
        None | Some(LockResult::Outdated(..)) => Ok(None),
        // Others removed the interface and added it again.
        Some(LockResult::Free(entry, _)) if entry.serial != present.serial => Ok(None),
        Some(LockResult::Free(entry, slot)) => Ok(Some(JournalGuard::resume(slot, *entry))),
        Some(LockResult::Busy) => Err(Error::new(ErrorKind::Busy, "another operation is working on it")),
        Some(LockResult::Bad { problem, .. }) => Err(problem),
    }
}

/// Returns the locks on an interface's link, here and at home.
fn links(ns: &Namespace, record: &InterfaceRecord) -> Vec<Lockable> {
    let home = match &record.origin {
        Origin::Moved { home, index, .. } => Some(Lockable::link(home.id(), *index)),
        Origin::InPlace { .. } | Origin::Created { .. } => None,
    };
    home.into_iter().chain([Lockable::link(ns.id(), record.index)]).collect()
}
