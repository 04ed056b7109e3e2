//! Taking an interface out of its namespace again.

use super::snapshot;
use super::trail::Trail;
use super::undo::{self, Left, combine};
use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::journal::{Found, Stage};
use crate::namespace::record::{Home, Present, Record, Snapshot};
use crate::namespace::{Namespace, NetNs, Pass};
use crate::ops;
use crate::types::{IfIndex, Setting};
use crate::wire::link::LinkInfo;

/// Removes an interface. When it fails, the interface is what it was, unless its link is gone.
pub(super) fn remove(ns: &Namespace, record: &Record) -> Result<()> {
    let gone = || Error::new(ErrorKind::NotFound, "it was removed before");
    let present = record.leave().ok_or_else(gone)?;
    let _passes = match passes(ns, &present) {
        Ok(passes) => passes,
        Err(error) => {
            record.stay();
            return Err(error);
        }
    };
    ns.announcer.stop(present.index);
    let mut trail = match pick_up(ns, record) {
        Ok(Some(trail)) => trail,
        Ok(None) => {
            ns.registry.forget(record);
            return Err(Error::new(ErrorKind::NotFound, "another process has removed it"));
        }
        Err(error) => {
            record.stay();
            return Err(error);
        }
    };
    let result = take_out(&ns.netns, &present, &mut trail);
    match &result {
        Ok(()) => {
            trail.remove();
            ns.registry.forget(record);
        }
        // There is nothing left that a further call could remove.
        Err(_) if link_is_gone(&ns.netns, &present) => {
            trail.remove();
            ns.registry.forget(record);
        }
        Err(error) => {
            // Not as before, the entry goes on telling what a restore has to finish.
            if error.left().is_none() {
                if let Err(error) = trail.update(|entry| entry.stage = Stage::Present) {
                    log::warn!("the journal says of {} that it is being removed: {error}", record.source);
                }
            }
            record.stay();
        }
    }
    result
}

/// Keeps the namespaces open that a removal is about.
fn passes<'a>(ns: &'a Namespace, present: &'a Present) -> Result<(Pass<'a>, Option<Pass<'a>>)> {
    let home = match &present.home {
        Home::Moved { netns, .. } => Some(netns.enter()?),
        Home::InPlace { .. } | Home::Created => None,
    };
    Ok((ns.netns.enter()?, home))
}

/// The journal's entry of an interface, to be worked on; `None` when the journal has none any more.
fn pick_up(ns: &Namespace, record: &Record) -> Result<Option<Trail>> {
    let Some(journal) = ns.registry.journal() else { return Ok(Some(Trail::default())) };
    match journal.find(ns.id(), &record.source)? {
        None | Some(Found::Outdated(..)) => Ok(None),
        Some(Found::Free(entry, slot)) => Ok(Some(Trail::resume(slot, *entry))),
        Some(Found::Busy) => Err(Error::from_errno(libc::EBUSY).context("another process is working on it")),
        Some(Found::Bad { problem, .. }) => Err(problem),
    }
}

/// Whether a link is gone for certain: one that only looks different may have been changed by somebody.
pub(super) fn link_is_gone(netns: &NetNs, present: &Present) -> bool {
    match ops::link::find(netns, present.index) {
        Ok(None) => true,
        Ok(Some(link)) => !present.identity.resembles(&link),
        Err(_) => false,
    }
}

fn take_out(netns: &NetNs, present: &Present, trail: &mut Trail) -> Result<()> {
    let link = ops::link::identified(netns, present.index, &present.identity)?;
    match &present.home {
        Home::Moved { netns: home, snapshot } => {
            send_home(netns, &link, home, &snapshot.at_home(present.changes.keep_addresses), trail)
        }
        Home::InPlace { snapshot } => leave_in_place(netns, &link, present, snapshot, trail),
        Home::Created => {
            trail.update(|entry| entry.stage = Stage::Removing)?;
            log::debug!("delete {} in {netns}", link.name);
            ops::link::delete(netns, link.index).doing(|| format!("delete {}", link.name))
        }
    }
}

/// Moves a link back to where it came from, to be there what `origin` says.
pub(super) fn send_home(
    netns: &NetNs,
    link: &LinkInfo,
    home: &NetNs,
    origin: &Snapshot,
    trail: &mut Trail,
) -> Result<()> {
    let name = origin.link.name;
    refuse_taken_name(home, &origin.link, None)?;
    let here = snapshot::take(netns, &link.name, settings_of(origin, link))?;
    let spare = netns.spare_descriptor()?;
    log::debug!("move {} from {netns} back to {home} as {name}", link.name);
    let mut index = origin.link.index;
    let moved = ops::link::relocate(netns, link.index, home, name.as_bytes(), index, |attempt| {
        index = attempt;
        trail.update(|entry| entry.goes_home(Stage::Removing, attempt))
    });
    let result = moved.doing(|| format!("move it back to {home} under the name {name}")).and_then(|()| {
        index = undo::arrived(home, index, &origin.link)?;
        rebuild_at_home(home, index, origin)
    });
    // When it got there only half, it is brought back in here.
    result.map_err(|error| {
        drop(spare);
        let note = |at| trail.note(|entry| entry.index = at);
        combine(error, undo::bring_home(netns, &here, home, index, origin.link.mac, note))
    })
}

/// Gives a link that is back its own attributes again.
pub(super) fn rebuild_at_home(home: &NetNs, index: IfIndex, origin: &Snapshot) -> Result<()> {
    undo::rebuild(home, index, origin, false).map_err(Left::into_error)
}

/// Undoes an add on a link that stays.
fn leave_in_place(
    netns: &NetNs,
    link: &LinkInfo,
    present: &Present,
    origin: &Snapshot,
    trail: &mut Trail,
) -> Result<()> {
    refuse_taken_name(netns, &origin.link, Some(link.index))?;
    let here = snapshot::take(netns, &link.name, settings_of(origin, link))?;
    let spare = netns.spare_descriptor()?;
    trail.update(|entry| entry.stage = Stage::Removing)?;
    undo::in_place(netns, origin, &present.changes, &undo::kept_since(origin, &here, &present.changes)).map_err(
        |left| {
            drop(spare);
            let error = left.into_error().context(format!("undo the settings of {}", link.name));
            combine(error, undo::put_back(netns, &here))
        },
    )
}

/// The settings that the add has changed, of the link as it is called now.
fn settings_of<'a>(origin: &'a Snapshot, link: &'a LinkInfo) -> impl Iterator<Item = Setting> + 'a {
    origin.settings.iter().map(|(setting, _)| setting.of_interface(&link.name))
}

/// Refuses to begin when the name that a link had is another's now.
fn refuse_taken_name(home: &NetNs, origin: &LinkInfo, own: Option<IfIndex>) -> Result<()> {
    match ops::link::find_by_name(home, &origin.name)? {
        Some(other) if Some(other.index) != own => {
            let message = format!("the name {} is taken in {home} by link {}", origin.name, other.index);
            Err(Error::new(ErrorKind::NameTaken, message))
        }
        _ => Ok(()),
    }
}
