//! Where the link of a journal's entry is.

use super::claims::Claims;
use super::place::is_interim;
use crate::error::Result;
use crate::namespace::identity::Identity;
use crate::namespace::journal::{Entry, Origin};
use crate::namespace::record::Snapshot;
use crate::namespace::{Namespace, NetNs};
use crate::ops;
use crate::types::{IfIndex, IfName};
use crate::wire::link::LinkInfo;

/// The link of an entry, when it has got home, with the index that it was to have there.
pub(super) fn at_home(home: &NetNs, index: IfIndex, entry: &Entry, snapshot: &Snapshot) -> Result<Option<LinkInfo>> {
    Ok(ops::link::find(home, index)?.filter(|link| is_on_its_way(entry, snapshot, link)))
}

/// The link of an entry, when it has got home with another index than it was to have: kernels before 5.13 give the next
/// free one where the link's own is taken.
pub(super) fn strayed_home(home: &NetNs, entry: &Entry, snapshot: &Snapshot) -> Result<Option<LinkInfo>> {
    // What MAC it has been given is not told before it is present.
    strayed(home, entry, snapshot, |link| entry.changes.mac && link.name == snapshot.link.name)
}

/// The only link that can be an entry's, by its kind, its MAC, its other end, and the names that it has on its way.
fn strayed(
    netns: &NetNs,
    entry: &Entry,
    snapshot: &Snapshot,
    has_other_mac: impl Fn(&LinkInfo) -> bool,
) -> Result<Option<LinkInfo>> {
    let was = Identity::of(&snapshot.link);
    let is_it = |link: &LinkInfo| {
        let known = [Some(&was), entry.identity.as_ref()];
        known.into_iter().flatten().any(|identity| identity.fits_elsewhere(link, has_other_mac(link)))
            && (link.name == was.name || has_name(entry, &link.name))
    };
    let mut found = ops::link::all(netns)?.into_iter().filter(is_it);
    // Of two that are alike, neither is it.
    let one = found.next();
    Ok(one.filter(|_| found.next().is_none()))
}

/// The same in the namespace that it was added to, where others may have one like it.
pub(super) fn strayed_away(
    ns: &Namespace,
    entry: &Entry,
    snapshot: &Snapshot,
    claims: &mut Claims,
) -> Result<Option<LinkInfo>> {
    let Some(link) = strayed(&ns.netns, entry, snapshot, |_| false)? else { return Ok(None) };
    Ok(if claims.is_of_another(ns, entry, &link)? { None } else { Some(link) })
}

/// The link that an entry tells of, when it is in its namespace.
pub(super) fn here(ns: &Namespace, entry: &Entry) -> Result<Option<LinkInfo>> {
    Ok(ops::link::find(&ns.netns, entry.index)?.filter(|link| tells_of(entry, link)))
}

/// Whether an entry tells of a link of its namespace: at its index, and as it was when it was configured; before that, of
/// its kind and under a name that it may have had on the way there.
pub(super) fn tells_of(entry: &Entry, link: &LinkInfo) -> bool {
    let is_it = match (&entry.identity, &entry.origin) {
        (Some(identity), _) => identity.fits(link),
        (None, Origin::Created { kind }) => link.kind.as_ref() == Some(kind) && has_name(entry, &link.name),
        (None, Origin::Moved { snapshot, .. }) => is_on_its_way(entry, snapshot, link),
        (None, Origin::InPlace { snapshot }) => {
            let identity = Identity::of(&snapshot.link);
            identity.fits(link) || (identity.resembles(link) && has_name(entry, &link.name))
        }
    };
    is_it && entry.index == link.index
}

/// Whether a link at an index that an entry's was to get is it: by its MAC, or a name that it has on its way. Kernels before
/// 5.13 may have given it another; a stranger's other end can have the same index as its own, in another namespace.
fn is_on_its_way(entry: &Entry, snapshot: &Snapshot, link: &LinkInfo) -> bool {
    let was = &snapshot.link;
    let has_its_name = || link.name == was.name || has_name(entry, &link.name);
    Identity::of(was).resembles(link) && (was.mac.is_some() && link.mac == was.mac || has_its_name())
}

/// Whether a name is the one that an entry tells of, or one that a link has only on its way there.
fn has_name(entry: &Entry, name: &IfName) -> bool {
    name.completes(&entry.name) || is_interim(name)
}
