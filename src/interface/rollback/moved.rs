//! Brings a moved link home.

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

/// Brings a link back to the namespace of its snapshot, from where it may have been moved to, and restores it there. `mac` is
/// another MAC that the add may have set; `note` is told each index at home before the index is tried.
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
    // Home first: while the link is at home, its index in the target belongs to another link.
    if lookup(home, was.index)?.is_some_and(|link| identity.matches(&link)) {
        return unmoved(home, snapshot);
    }
    let at_index = lookup(away, index)?;
    // Before Linux 5.13 a failed move may have changed the index of the link, and not its name. The link at the expected index
    // is then a stranger, whose other end may even have the same index: each namespace counts by itself.
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
        // Somebody has deleted the link just now.
        Err(error) if error.kind() == ErrorKind::NotFound => Err(gone(was)),
        Err(error) => {
            Err(RollbackError::Failed(format!("{} is not found in {home} after its move: {error}", was.name)))
        }
    }
}

/// Restores what a move takes from a link beforehand, on a link that never left home.
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

/// Returns the index of a link that was moved home, by its name: kernels before 5.13 ignore the requested index, and somebody
/// may have renamed the link since.
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

/// Restores everything on a link that could not go home, in the namespace where the link is.
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
