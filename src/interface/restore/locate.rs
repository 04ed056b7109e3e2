//! Finds the link of a journal entry, and tells whose a link is.

use std::collections::HashMap;

use crate::error::Result;
use crate::interface::add::attach::is_interim;
use crate::interface::witness::{self, Sighting};
use crate::journal::{Entry, EntryView, Journal, Stage};
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::ops;
use crate::record::identity::Identity;
use crate::record::origin::Origin;
use crate::record::snapshot::Snapshot;
use crate::types::{IfIndex, IfName};
use crate::wire::link::LinkInfo;

/// Returns the link of an entry if it is home, with the index that was reserved for it there.
pub(crate) fn find_at_home(
    home: &NetNs,
    index: IfIndex,
    entry: &Entry,
    snapshot: &Snapshot,
) -> Result<Option<LinkInfo>> {
    Ok(ops::link::find(home, index)?.filter(|link| is_on_its_way(entry, snapshot, link)))
}

/// Returns the link of an entry if it is home with another index: kernels before 5.13 take the next free index if the link's
/// own is taken.
pub(crate) fn find_moved_home(home: &NetNs, entry: &Entry, snapshot: &Snapshot) -> Result<Option<LinkInfo>> {
    // Before the entry is present, it does not tell the MAC that was set.
    find_moved(home, entry, snapshot, |link| entry.changes.mac.is_some() && link.name == snapshot.link.name)
}

/// Returns the only link that can be that of an entry, by kind, MAC, other end, and the names that the link has on its way.
fn find_moved(
    netns: &NetNs,
    entry: &Entry,
    snapshot: &Snapshot,
    has_other_mac: impl Fn(&LinkInfo) -> bool,
) -> Result<Option<LinkInfo>> {
    let was = Identity::of(&snapshot.link);
    let is_it = |link: &LinkInfo| {
        let known = [Some(&was), entry.identity.as_ref()];
        known.into_iter().flatten().any(|identity| identity.matches_moved(link, has_other_mac(link)))
            && (link.name == was.name || has_name(entry, &link.name))
    };
    let mut found = ops::link::all(netns)?.into_iter().filter(is_it);
    // Of two that look alike, neither counts.
    let one = found.next();
    Ok(one.filter(|_| found.next().is_none()))
}

/// Does the same in the namespace of the entry, where others may have a similar link.
pub(crate) fn find_moved_away(
    ns: &Namespace,
    entry: &Entry,
    snapshot: &Snapshot,
    claims: &mut Claims,
) -> Result<Option<LinkInfo>> {
    let Some(link) = find_moved(&ns.netns, entry, snapshot, |_| false)? else { return Ok(None) };
    Ok(if claims.is_of_another(ns, entry, &link)? { None } else { Some(link) })
}

/// Looks for the link of an entry in its namespace. For a moved link, the word of home counts.
pub(crate) fn look_for(ns: &Namespace, entry: &Entry, home: Option<&NetNs>) -> Result<Sighting> {
    let (Origin::Moved { snapshot, .. }, Some(home)) = (&entry.origin, home) else {
        return Ok(find_in_namespace(ns, entry)?.map_or(Sighting::Gone, |link| Sighting::Proved(Box::new(link))));
    };
    // A removal restores the link before it moves the link.
    let is_leaving = |link: &LinkInfo| entry.stage == Stage::Removing && is_on_its_way(entry, snapshot, link);
    let matches = |link: &LinkInfo| matches_entry(entry, link) || is_leaving(link);
    witness::look(home, &snapshot.link, &ns.netns, entry.index, matches)
}

/// Returns the link of an entry, if the link is in its namespace.
pub(crate) fn find_in_namespace(ns: &Namespace, entry: &Entry) -> Result<Option<LinkInfo>> {
    Ok(ops::link::find(&ns.netns, entry.index)?.filter(|link| matches_entry(entry, link)))
}

/// Returns whether the link at the index of an entry is its link: as it was configured or, before that, of the right kind and
/// under a name that it has on its way.
pub(crate) fn matches_entry(entry: &Entry, link: &LinkInfo) -> bool {
    let is_it = match (&entry.identity, &entry.origin) {
        (Some(identity), _) => identity.matches(link),
        (None, Origin::Created { kind, .. }) => link.kind.as_ref() == Some(kind) && has_name(entry, &link.name),
        (None, Origin::Moved { snapshot, .. }) => is_on_its_way(entry, snapshot, link),
        (None, Origin::InPlace { snapshot }) => {
            let identity = Identity::of(&snapshot.link);
            identity.matches(link) || (identity.same_kind(link) && has_name(entry, &link.name))
        }
    };
    is_it && entry.index == link.index
}

/// Returns whether the link at the index reserved for an entry is that entry's link: by MAC, or by a name that it has on its
/// way. Kernels before 5.13 may have given the link another index; and the other end of a stranger can have the same index as
/// its own, in another namespace.
fn is_on_its_way(entry: &Entry, snapshot: &Snapshot, link: &LinkInfo) -> bool {
    let was = &snapshot.link;
    let has_its_name = || link.name == was.name || has_name(entry, &link.name);
    Identity::of(was).same_kind(link) && (was.mac.is_some() && link.own_mac() == was.own_mac() || has_its_name())
}

/// Returns whether a name is that of an entry, or one that a link has only on its way.
fn has_name(entry: &Entry, name: &IfName) -> bool {
    name.completes(&entry.name) || is_interim(name)
}

/// What the journal tells of the links of a namespace, read once.
#[derive(Debug, Default)]
pub(crate) struct Claims(Option<Read>);

#[derive(Debug)]
struct Read {
    /// The links that existed before the journal was read.
    links: HashMap<IfIndex, LinkInfo>,
    entries: HashMap<IfIndex, Vec<Entry>>,
}

impl Claims {
    /// Returns whether another interface, perhaps of another process, has the link: an add that was interrupted before it
    /// created its link leaves the index to the next one.
    pub(crate) fn is_of_another(&mut self, ns: &Namespace, entry: &Entry, link: &LinkInfo) -> Result<bool> {
        let is_other = |source: IfName| source != entry.source;
        if ns.registry.present().iter().any(|(other, known)| is_other(other.source) && known.index == link.index) {
            return Ok(true);
        }
        let Some(journal) = ns.registry.journal() else { return Ok(false) };
        let read = match self.0.take().filter(|read| read.knows(link)) {
            Some(read) => read,
            None => Read::all(ns, journal)?,
        };
        let read = self.0.insert(read);
        let mut others = read.entries.get(&link.index).into_iter().flatten();
        Ok(others.any(|other| is_other(other.source) && matches_entry(other, link)))
    }

    /// The entry no longer exists.
    pub(crate) fn remove(&mut self, entry: &Entry) {
        if let Some(entries) = self.0.as_mut().and_then(|read| read.entries.get_mut(&entry.index)) {
            entries.retain(|other| other.source != entry.source);
        }
    }
}

impl Read {
    fn all(ns: &Namespace, journal: &Journal) -> Result<Self> {
        // In this order: whoever creates a link has written to the journal before.
        let links = ops::link::all(&ns.netns)?.into_iter().map(|link| (link.index, link)).collect();
        let mut entries: HashMap<IfIndex, Vec<Entry>> = HashMap::new();
        for file in journal.files_of(ns.id())? {
            match journal.peek(&file) {
                Ok(Some(EntryView { entry, outdated: false, .. })) => {
                    entries.entry(entry.index).or_default().push(entry)
                }
                // Unreadable, for whatever reason: the entry may be about the link.
                Err(problem) if problem.errno().is_some() => return Err(problem),
                _ => {}
            }
        }
        Ok(Self { links, entries })
    }

    /// Returns whether a link existed before the journal was read: its MAC is random.
    fn knows(&self, link: &LinkInfo) -> bool {
        let is_it =
            |was: &LinkInfo| link.mac.is_some() && (was.mac, &was.kind, was.name) == (link.mac, &link.kind, link.name);
        self.links.get(&link.index).is_some_and(is_it)
    }
}
