//! Bringing a link home that was moved.

use crate::error::{ErrorKind, Result};
use crate::interface::rollback::addresses::replay_exactly;
use crate::interface::rollback::in_place::put_back;
use crate::interface::rollback::rebuild::{Extent, rebuild};
use crate::interface::rollback::{RollbackError, gone};
use crate::netns::NetNs;
use crate::ops;
use crate::record::identity::Identity;
use crate::record::snapshot::Snapshot;
use crate::types::{IfIndex, MacAddr};
use crate::wire::address::AddressInfo;
use crate::wire::link::LinkInfo;

/// Brings a link back to the namespace that a snapshot was taken in, from where it may have been moved
/// to, and makes it there what it was. `mac` is another one that it may have been given there, and `note` is told
/// each index at home before it is tried.
pub(crate) fn bring_home(
    home: &NetNs,
    snapshot: &Snapshot,
    away: &NetNs,
    index: IfIndex,
    mac: Option<MacAddr>,
    mut note: impl FnMut(IfIndex),
) -> std::result::Result<(), RollbackError> {
    let was = &snapshot.link;
    let identity = Identity::of(was);
    let has_its_mac =
        |link: &LinkInfo| identity.same_kind(link) && (link.own_mac() == was.own_mac() || link.mac == mac);
    let is_it = |link: &LinkInfo| identity.matches(link) || has_its_mac(link);
    let lookup = |netns: &NetNs, index| {
        ops::link::find(netns, index)
            .map_err(|error| RollbackError::Failed(format!("{} is not found: {error}", was.name)))
    };
    // Home first: as long as it is there, what has its index over there is another link.
    if lookup(home, was.index)?.is_some_and(|link| identity.matches(&link)) {
        return unmoved(home, snapshot);
    }
    let at_index = lookup(away, index)?;
    // Before Linux 5.13 a move that failed may have given it another index, and left it its name. What has the index that it
    // was to have is a stranger then, the index of whose other end may be the same, too: each namespace counts by itself.
    let same = |link: &LinkInfo| has_its_mac(link) && link.mac.is_some();
    let strayed = || ops::link::find_by_name(away, &was.name).ok().flatten().filter(same);
    let found = at_index.clone().filter(has_its_mac).or_else(strayed).or(at_index.filter(is_it));
    let Some(found) = found else {
        return Err(gone(was));
    };
    log::debug!("move {} back from {away} to {home} as {}", found.name, was.name);
    let mut index = was.index;
    let moved = ops::link::relocate(away, found.index, home, Some(was.name.as_bytes()), index, |attempt| {
        index = attempt;
        note(attempt);
        Ok(())
    });
    if let Err(error) = moved {
        let find = |netns: &NetNs, index| ops::link::find(netns, index).ok().flatten().filter(is_it);
        let place = match (find(home, index), find(away, found.index)) {
            (Some(link), _) => format!("in {home} as {} ({index})", link.name),
            (None, Some(link)) => format!("in {away} as {} ({})", link.name, link.index),
            (None, None) if error.kind() == ErrorKind::NotFound => return Err(gone(was)),
            (None, None) => format!("neither in {home} nor in {away}"),
        };
        return Err(RollbackError::Failed(format!("{} is {place}: {error}", was.name)));
    }
    match arrived(home, index, was) {
        Ok(at) => {
            if at != index {
                note(at);
            }
            rebuild(home, at, snapshot, Extent::Whole)
        }
        // Somebody has deleted it just now.
        Err(error) if error.kind() == ErrorKind::NotFound => Err(gone(was)),
        Err(error) => {
            Err(RollbackError::Failed(format!("{} is not found in {home} after its move: {error}", was.name)))
        }
    }
}

/// Gives a link that never left home back what a move takes from it beforehand.
pub(crate) fn unmoved(home: &NetNs, snapshot: &Snapshot) -> std::result::Result<(), RollbackError> {
    let joined: Vec<Vec<u8>> = snapshot
        .addresses
        .iter()
        .filter(|body| AddressInfo::parse(body).is_some_and(|address| address.is_joined()))
        .cloned()
        .collect();
    let again = replay_exactly(home, snapshot.link.index, &joined);
    again.map_err(|error| RollbackError::Failed(format!("{} is in {home}, addresses: {error}", snapshot.link.name)))
}

/// The index of a link that was moved home, under its name. Kernels before 5.13 do not heed the one that was asked for; and
/// somebody may have renamed it since.
pub(crate) fn arrived(home: &NetNs, index: IfIndex, was: &LinkInfo) -> Result<IfIndex> {
    let at_index = ops::link::find(home, index)?;
    if at_index.as_ref().is_some_and(|link| link.name == was.name) {
        return Ok(index);
    }
    match ops::link::by_name(home, &was.name) {
        Err(error)
            if error.kind() == ErrorKind::NotFound && at_index.is_some_and(|link| Identity::of(was).matches(&link)) =>
        {
            Ok(index)
        }
        named => named.map(|link| link.index),
    }
}

/// Gives a link that could not go home everything back in the namespace that it was to leave, from where it is.
pub(crate) fn return_inside(
    netns: &NetNs,
    here: &Snapshot,
    home: &NetNs,
    index: IfIndex,
    note: impl FnMut(IfIndex),
) -> std::result::Result<(), RollbackError> {
    let was = &here.link;
    match ops::link::find(netns, was.index) {
        Ok(Some(link)) if Identity::of(was).same_kind(&link) => put_back(netns, here),
        _ => bring_home(netns, here, home, index, was.mac, note),
    }
}
