//! Finding the interfaces of a namespace again after the process that added them is gone.

use std::sync::Arc;

use super::options::Announce;
use super::place::is_interim;
use super::trail::Trail;
use super::undo::{self, Left};
use super::{Interface, remove};
use crate::error::{Error, ErrorKind, Result};
use crate::namespace::journal::{Entry, Found, NamespaceRef, Origin, Slot, Stage};
use crate::namespace::record::{Bridge, Home, Identity, Present};
use crate::namespace::search::{find as find_netns, is_gone};
use crate::namespace::{Namespace, NetNs};
use crate::ops;
use crate::types::{IfName, NamePrefix, printable};
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
    /// How many entries another process is working on at the moment.
    pub busy: usize,
    /// Entries that were dropped: unreadable ones of this namespace, and those of namespaces that no longer exist.
    pub dropped: Vec<String>,
    /// Entries that were left alone: unreadable ones of other namespaces.
    pub left_alone: Vec<String>,
    /// What could not be undone or finished; the entries stay.
    pub failed: Vec<Error>,
}

/// Puts the interfaces that the journal knows as present on the list.
pub(super) fn load(ns: &Namespace) -> Result<()> {
    for found in read(ns)? {
        match found {
            Found::Free(entry, _) if entry.namespace.id == ns.id() => match entry.stage {
                Stage::Present => {
                    if let Err(error) = enlist(ns, &entry).map(|_| ()) {
                        log::warn!("{} is in the journal, but: {error}", entry.source);
                    }
                }
                Stage::Adding | Stage::Removing => {
                    log::warn!("an operation on {} in {ns} was interrupted: it takes a restore", entry.source);
                }
            },
            Found::Bad { problem, .. } => log::warn!("{problem}"),
            Found::Free(..) | Found::Busy => {}
        }
    }
    Ok(())
}

/// Does what can be done about everything in the journal.
pub(super) fn restore(ns: &Namespace) -> Result<Restored> {
    let mut restored = Restored::default();
    for found in read(ns)? {
        match found {
            Found::Busy => restored.busy += 1,
            Found::Bad { problem, slot, namespace } if namespace == Some(ns.id()) => {
                restored.dropped.push(problem.to_string());
                drop_entry(slot);
            }
            Found::Bad { problem, .. } => restored.left_alone.push(problem.to_string()),
            Found::Free(entry, slot) if entry.namespace.id == ns.id() => one(ns, &entry, slot, &mut restored),
            Found::Free(entry, slot) => {
                if is_gone(&entry.namespace) {
                    restored
                        .dropped
                        .push(format!("{}: its namespace {} no longer exists", entry.source, entry.namespace));
                    drop_entry(slot);
                }
            }
        }
    }
    Ok(restored)
}

fn read(ns: &Namespace) -> Result<Vec<Found>> {
    ns.registry.journal().map_or_else(|| Ok(Vec::new()), |journal| journal.all())
}

fn drop_entry(slot: Slot) {
    if let Err(error) = slot.remove() {
        log::warn!("{error}");
    }
}

fn one(ns: &Namespace, entry: &Entry, slot: Slot, restored: &mut Restored) {
    let source = entry.source;
    if ns.registry.by_source(source.as_bytes()).is_some() {
        return;
    }
    let mut trail = Trail::resume(slot, entry.clone());
    let outcome = match entry.stage {
        Stage::Present => match enlist(ns, entry) {
            Ok((interface, link)) => {
                announce(&interface, link, entry);
                return restored.interfaces.push(interface);
            }
            Err(error) => Err(error),
        },
        Stage::Adding => undo(ns, entry).map(|()| restored.undone.push(source)),
        Stage::Removing => finish(ns, entry, &mut trail).map(|()| restored.finished.push(source)),
    };
    match outcome {
        Ok(()) => trail.remove(),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            restored.gone.push(source);
            trail.remove();
        }
        Err(error) => restored.failed.push(error.context(format!("restore {source} in {ns}"))),
    }
}

/// Puts an interface on the list, once it is found where the journal has it.
fn enlist(ns: &Namespace, entry: &Entry) -> Result<(Interface, LinkInfo)> {
    let link = here(ns, entry)?.ok_or_else(|| gone(entry))?;
    let home = match &entry.origin {
        Origin::Created { .. } => Home::Created,
        Origin::InPlace { snapshot } => Home::InPlace { snapshot: snapshot.clone() },
        Origin::Moved { home, snapshot, .. } => {
            Home::Moved { netns: Arc::new(find_netns(home)?), snapshot: snapshot.clone() }
        }
    };
    let present = Present {
        index: link.index,
        name: link.name,
        identity: Identity::of(&link),
        home,
        changes: entry.changes.clone(),
    };
    let (record, present) = ns.registry.reserve(entry.source)?.fulfil(present);
    Ok((Interface::new(ns.clone(), record, present), link))
}

fn announce(interface: &Interface, link: LinkInfo, entry: &Entry) {
    let numbers = Announce::times(entry.announce_count).and_then(|a| a.every(entry.announce_interval));
    interface.announce_on(link, numbers.unwrap_or_default());
}

/// Takes an interrupted add back.
fn undo(ns: &Namespace, entry: &Entry) -> Result<()> {
    match &entry.origin {
        Origin::Moved { home, snapshot, .. } => {
            let home = find_netns(home)?;
            let at_home = ops::link::find(&home, snapshot.link.index)?;
            if !at_home.is_some_and(|link| Identity::of(&snapshot.link).fits(&link)) {
                let link = here(ns, entry)?.ok_or_else(|| gone(entry))?;
                undo::bring_home(&home, snapshot, &ns.netns, link.index, link.mac).map_err(left)?;
            }
        }
        Origin::InPlace { snapshot } => undo::in_place(&ns.netns, snapshot, &entry.changes).map_err(left)?,
        Origin::Created { .. } => {
            if let Some(link) = here(ns, entry)? {
                undo::delete(&ns.netns, link.index).map_err(left)?;
            }
        }
    }
    let bridge =
        |(namespace, bridge): &(NamespaceRef, Bridge)| Some((Arc::new(find_netns(namespace).ok()?), bridge.clone()));
    let bridges: Vec<(Arc<NetNs>, Bridge)> = entry.bridges.iter().filter_map(bridge).collect();
    undo::bridges(&bridges).map_err(left)
}

/// Finishes an interrupted removal.
fn finish(ns: &Namespace, entry: &Entry, trail: &mut Trail) -> Result<()> {
    match &entry.origin {
        Origin::Moved { home, index, snapshot } => {
            let home = find_netns(home)?;
            let identity = Identity::of(&snapshot.link);
            match ops::link::find(&home, *index)?.filter(|link| identity.fits(link)) {
                Some(_) => remove::rebuild_at_home(&home, *index, snapshot),
                None => {
                    let link = here(ns, entry)?.ok_or_else(|| gone(entry))?;
                    remove::send_home(&ns.netns, &link, &home, snapshot, trail)
                }
            }
        }
        Origin::InPlace { snapshot } => undo::in_place(&ns.netns, snapshot, &entry.changes).map_err(left),
        Origin::Created { .. } => match here(ns, entry)? {
            Some(link) => undo::delete(&ns.netns, link.index).map_err(left),
            None => Ok(()),
        },
    }
}

/// The link that an entry speaks of, when it is in its namespace: at its index, of its kind, and under its
/// name, or one that it may have had on the way there.
fn here(ns: &Namespace, entry: &Entry) -> Result<Option<LinkInfo>> {
    let fits_name = |name: &IfName| match entry.name.strip_suffix(b"%d") {
        Some(prefix) => NamePrefix::new(prefix).is_ok_and(|prefix| prefix.covers(name)),
        None => name.as_bytes() == entry.name,
    };
    let is_it = |link: &LinkInfo| match &entry.origin {
        Origin::Created { kind } => link.kind.as_ref() == Some(kind) && fits_name(&link.name),
        Origin::Moved { snapshot, .. } | Origin::InPlace { snapshot } => {
            let identity = Identity::of(&snapshot.link);
            identity.fits(link) || (identity.resembles(link) && (fits_name(&link.name) || is_interim(&link.name)))
        }
    };
    Ok(ops::link::find(&ns.netns, entry.index)?.filter(is_it))
}

fn gone(entry: &Entry) -> Error {
    let name = printable(&entry.name);
    Error::new(ErrorKind::NotFound, format!("the link of {} ({name}, {}) is gone", entry.source, entry.index))
}

fn left(left: Left) -> Error {
    match left {
        Left::Gone(what) => Error::new(ErrorKind::NotFound, what),
        Left::Failed(what) => Error::new(ErrorKind::UndoFailed, "it cannot be put back").with_left(what),
    }
}
