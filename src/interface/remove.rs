//! Taking an interface out of its namespace again.

use super::restore::{self, Left, combine};
use super::snapshot;
use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::record::{Home, Present, Record, Snapshot};
use crate::namespace::{Namespace, NetNs};
use crate::ops;
use crate::types::IfIndex;
use crate::wire::link::LinkInfo;

/// Removes an interface. When it fails, the interface is what it was, unless its link is gone.
pub(super) fn remove(ns: &Namespace, record: &Record) -> Result<()> {
    let gone = || Error::new(ErrorKind::NotFound, "it was removed before");
    let present = record.leave().ok_or_else(gone)?;
    ns.announcer.stop(present.index);
    let result = take_out(&ns.netns, &present);
    match &result {
        // There is nothing left that a further call could remove.
        Err(_) if link_is_gone(&ns.netns, &present) => ns.registry.forget(record),
        Err(_) => record.stay(),
        Ok(()) => ns.registry.forget(record),
    }
    result
}

fn link_is_gone(netns: &NetNs, present: &Present) -> bool {
    let found = ops::link::identified(netns, present.index, &present.identity);
    found.is_err_and(|error| error.kind() == ErrorKind::NotFound)
}

fn take_out(netns: &NetNs, present: &Present) -> Result<()> {
    let link = ops::link::identified(netns, present.index, &present.identity)?;
    match &present.home {
        Home::Moved { netns: home, snapshot } => send_home(netns, &link, home, snapshot),
        Home::InPlace { snapshot } => leave_in_place(netns, &link, present, snapshot),
        Home::Created => {
            let index = link.index;
            ops::link::change(netns, &crate::wire::link::delete(index)).doing(|| format!("delete {}", link.name))
        }
    }
}

/// Moves a link back to where it came from.
fn send_home(netns: &NetNs, link: &LinkInfo, home: &NetNs, origin: &Snapshot) -> Result<()> {
    let name = origin.link.name;
    refuse_taken_name(home, &origin.link, None)?;
    let here = snapshot::take(netns, &link.name, &[])?;
    log::debug!("move {} from {netns} back to {home} as {name}", link.name);
    let (index, moved) = ops::link::relocate(netns, here.link.index, home, name.as_bytes(), origin.link.index);
    let result = moved
        .doing(|| format!("move it back to {home} under the name {name}"))
        .and_then(|()| rebuild_at_home(home, index, origin));
    // When it got there only half, it is brought back in here.
    result.map_err(|error| combine(error, restore::bring_home(netns, &here, home, index)))
}

/// Gives a link that is back its own attributes again. Addresses, routes and master do not come back.
fn rebuild_at_home(home: &NetNs, index: IfIndex, origin: &Snapshot) -> Result<()> {
    let kept = Snapshot { addresses: vec![], routes: vec![], neighbours: vec![], ..origin.clone() };
    restore::rebuild(home, index, &kept, false).map_err(|left| {
        let (Left::Gone(what) | Left::Failed(what)) = left;
        Error::new(ErrorKind::Kernel, what)
    })
}

/// Undoes an add on a link that stays.
fn leave_in_place(netns: &NetNs, link: &LinkInfo, present: &Present, origin: &Snapshot) -> Result<()> {
    refuse_taken_name(netns, &origin.link, Some(link.index))?;
    restore::in_place(netns, origin, &present.changes)
        .map_err(|left| left.add_to(Error::new(ErrorKind::Kernel, format!("undo the settings of {}", link.name))))
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
