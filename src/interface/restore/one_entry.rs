//! Restores one entry of the journal: undoes an interrupted add, or finishes an interrupted removal.

use std::sync::Arc;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::interface::Interface;
use crate::interface::config::Announce;
use crate::interface::gone::find_created;
use crate::interface::remove::created::{self, DeletionTarget};
use crate::interface::remove::goal::{self, Terms};
use crate::interface::remove::return_link;
use crate::interface::restore::Restored;
use crate::interface::restore::homes::Homes;
use crate::interface::restore::locate::{
    Claims, find_at_home, find_in_namespace, find_moved_away, find_moved_home, look_for,
};
use crate::interface::rollback;
use crate::interface::rollback::snapshot;
use crate::interface::rollback::{Extent, Memory, RollbackError};
use crate::interface::witness::Sighting;
use crate::journal::guard::JournalGuard;
use crate::journal::{Entry, LockedEntry, Stage};
use crate::namespace::{Namespace, lookup};
use crate::netns::{NamespaceRef, NetNs};
use crate::ops;
use crate::record::identity::Identity;
use crate::record::origin::Origin;
use crate::record::snapshot::{BridgeSnapshot, Snapshot};
use crate::wire::link::LinkInfo;

/// Facts that were found for one entry and serve the others, so that many entries cost no more each than one.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) homes: Homes,
    claims: Claims,
}

/// Outcome of one entry. `Gone` only if the link is certainly gone; never inferred from an error.
enum RestoreOutcome {
    Present(Interface),
    Undone,
    Finished,
    Gone,
}

pub(super) fn restore_entry(
    ns: &Namespace,
    entry: &Entry,
    slot: LockedEntry,
    known: &mut Known,
    restored: &mut Restored,
) {
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

/// Puts an interface that is where the journal has it on the list, and announces it again.
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

/// Undoes an interrupted add.
fn undo(ns: &Namespace, entry: &Entry, journal: &mut JournalGuard, known: &mut Known) -> Result<RestoreOutcome> {
    let bridge = |(namespace, bridge): &(NamespaceRef, BridgeSnapshot)| match known.homes.open(namespace) {
        Err(error) if error.is_shortage() => Some(Err(error)),
        found => Some(Ok((found.ok()?, bridge.clone()))),
    };
    // Before the first change: if something cannot be read now, everything is tried again later.
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
            // In this order: whoever creates a link has written to the journal before.
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
            // What the dead process removed and did not restore is not visible any more, so the snapshot decides.
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

/// Returns the link that was found away from home, or the reason why it may still exist.
fn away_or_why(sighting: Sighting) -> (Option<LinkInfo>, Option<String>) {
    match sighting {
        Sighting::Proved(link) | Sighting::Alike(link) => (Some(*link), None),
        Sighting::Gone => (None, None),
        Sighting::Unknown(why) => (None, Some(why)),
    }
}

/// Gives a link that got home under its interim or inside name its own name.
fn rename_at_home(home: &NetNs, link: &LinkInfo, snapshot: &Snapshot) -> Result<()> {
    let name = snapshot.link.name;
    if link.name == name {
        return Ok(());
    }
    ops::link::rename(home, link.index, name.as_bytes()).doing(|| format!("rename {} in {home} to {name}", link.name))
}

/// Maps the result of a rollback; success becomes `done`.
fn outcome_of(put_back: std::result::Result<(), RollbackError>, done: RestoreOutcome) -> Result<RestoreOutcome> {
    match put_back {
        Ok(()) => Ok(done),
        Err(RollbackError::Gone(_)) => Ok(RestoreOutcome::Gone),
        Err(RollbackError::Failed(what)) => {
            Err(Error::new(ErrorKind::UndoFailed, "it cannot be put back").with_left(what))
        }
    }
}
