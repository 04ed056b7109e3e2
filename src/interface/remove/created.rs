//! Finds created links to delete. If the inside has put another link in the place of one end of a pair, the other end is
//! deleted.

use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::rollback::absent_is_fine;
use crate::interface::witness::have_one_owner;
use crate::namespace::{Namespace, lookup};
use crate::netns::{NetNs, discover};
use crate::ops;
use crate::record::interface::InterfaceRecord;
use crate::record::origin::{Beside, Origin};
use crate::types::{IfIndex, IfName};
use crate::wire::link::LinkInfo;
use crate::wire::link::kinds::LinkTrait;

/// A link to be deleted.
pub(crate) enum DeletionTarget {
    Inside(LinkInfo),
    /// The other end of a pair, in its namespace: the inside hides the end there.
    OtherEnd(Arc<NetNs>, LinkInfo),
}

/// What other namespaces tell of created links with an end or a parent there. The questions share a conversation.
pub(super) struct Besides(Vec<(IfIndex, Option<LinkInfo>, Option<i32>)>);

impl Besides {
    /// Asks the other namespaces.
    pub(super) fn read(netns: &NetNs, records: &[Arc<InterfaceRecord>]) -> Self {
        let mut known = Vec::new();
        let besides: Vec<(IfIndex, &Beside)> =
            records.iter().filter_map(|record| Some((record.index, beside(record)?))).collect();
        let mut homes: Vec<&Arc<NetNs>> = Vec::new();
        for (_, beside) in &besides {
            if homes.iter().all(|home| home.id() != beside.netns.id()) {
                homes.push(&beside.netns);
            }
        }
        for home in homes {
            let here: Vec<_> = besides.iter().filter(|(_, beside)| beside.netns.id() == home.id()).collect();
            let indexes: Vec<IfIndex> = here.iter().map(|(_, beside)| beside.index).collect();
            let links = ops::link::read(home, &indexes).unwrap_or_default();
            // The kernel gave the namespace a number when it described the links.
            let number = ops::nsid::number(home, netns).ok().flatten();
            known.extend(here.into_iter().zip(links).map(|((index, _), link)| (*index, link.ok(), number)));
        }
        Self(known)
    }

    /// Returns the links of an interface to delete, by what the namespace tells of its link.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when the link is gone, [`ErrorKind::Unverified`] when it may be hidden.
    pub(super) fn target(
        &self,
        netns: &NetNs,
        record: &InterfaceRecord,
        link: Result<LinkInfo>,
    ) -> Result<DeletionTarget> {
        let Some(beside) = beside(record) else { return link.map(DeletionTarget::Inside) };
        let found = self.0.iter().find(|(index, ..)| *index == record.index);
        match (&beside.name, found) {
            (Some(name), Some((_, Some(end), number))) if end.kind == record.identity.kind => {
                if number.is_some() && end.peer_netns == *number {
                    let there = link.ok().filter(|link| link.index == end.other_end());
                    return there
                        .map_or_else(|| ops::link::get(netns, end.other_end()), Ok)
                        .map(DeletionTarget::Inside);
                }
                if !end.name.completes(name) {
                    let why = format!("{} in {} is not its other end", end.name, beside.netns);
                    return Err(Error::new(ErrorKind::Unverified, why));
                }
                log::warn!("{} is hidden: the pair is deleted by its other end {}", record.name, end.name);
                Ok(DeletionTarget::OtherEnd(Arc::clone(&beside.netns), end.clone()))
            }
            // The pair is gone, or somebody parted it.
            (Some(_), _) => link.map(DeletionTarget::Inside),
            (None, _) => stacked(netns, beside, link),
        }
    }
}

fn beside(record: &InterfaceRecord) -> Option<&Beside> {
    match &record.origin {
        Origin::Created { beside, .. } => beside.as_ref(),
        Origin::Moved { .. } | Origin::InPlace { .. } => None,
    }
}

/// A link on a parent, or a tunnel, in another namespace, as its link-netns tells.
fn stacked(netns: &NetNs, beside: &Beside, link: Result<LinkInfo>) -> Result<DeletionTarget> {
    let number = ops::nsid::number(netns, &beside.netns)?;
    let is_it = |link: &LinkInfo| {
        number.is_some() && link.peer_netns == number && link.peer.is_none_or(|parent| parent == beside.index)
    };
    let hidden = || {
        let why = format!("it is not in {netns}, or another link is in its place: it may be hidden");
        Error::new(ErrorKind::Unverified, why)
    };
    match link {
        Ok(link) if is_it(&link) => Ok(DeletionTarget::Inside(link)),
        Err(error) if error.kind() == ErrorKind::NotFound && have_one_owner(&beside.netns, netns) => Err(error),
        Ok(_) => Err(hidden()),
        Err(error) if error.kind() == ErrorKind::NotFound => Err(hidden()),
        Err(error) => Err(error),
    }
}

/// Returns the target of one interface.
///
/// # Errors
/// Those of [`Besides::target`].
pub(crate) fn find(netns: &NetNs, record: &Arc<InterfaceRecord>) -> Result<DeletionTarget> {
    let link = ops::link::get_verified(netns, record.index, &record.identity);
    Besides::read(netns, std::slice::from_ref(record)).target(netns, record, link)
}

/// Deletes other links that reach the parent of a deleted link: a macvlan that the inside creates on a macvlan is on the parent
/// of the latter. Only if the inside belongs to another user namespace.
///
/// # Errors
/// [`ErrorKind::Unverified`] while the parent still takes in frames for the link: the link is hidden, and another one was
/// deleted.
pub(super) fn cut_off(ns: &Namespace, record: &InterfaceRecord) -> Result<()> {
    let is_filtered = record.identity.kind.as_deref().is_some_and(|kind| LinkTrait::FilteredByLower.is_of(kind));
    let Some(beside) = beside(record).filter(|beside| is_filtered && !have_one_owner(&beside.netns, &ns.netns)) else {
        return Ok(());
    };
    cut_off_in(ns, &ns.netns, beside, &record.name)?;
    discover::visit_all(|netns| match netns.id() != ns.id() && have_one_owner(netns, &ns.netns) {
        true => cut_off_in(ns, netns, beside, &record.name),
        false => Ok(()),
    })?;
    match record.identity.mac {
        Some(mac) if ops::neighbour::filters_in(&beside.netns, beside.index, mac)? => {
            let why = format!("its parent still takes frames to {mac} in: it may be hidden");
            Err(Error::new(ErrorKind::Unverified, why))
        }
        _ => Ok(()),
    }
}

/// Deletes the links on a parent from within a namespace, except for those in the journal.
fn cut_off_in(ns: &Namespace, netns: &NetNs, beside: &Beside, of: &IfName) -> Result<()> {
    for kind in LinkTrait::FilteredByLower.kinds() {
        let links = ops::link::all_of_kind(netns, kind)?;
        if links.is_empty() {
            continue;
        }
        // The kernel gave the parent's namespace a number when it described the links.
        let number = ops::nsid::number(netns, &beside.netns)?;
        let is_twin =
            |link: &LinkInfo| link.peer == Some(beside.index) && link.peer_netns == number && number.is_some();
        let owned = owned(ns, netns)?;
        for twin in links.into_iter().filter(|link| is_twin(link) && !owned.contains(&link.index)) {
            log::warn!("{} in {netns} is deleted: it is on the parent of {of}", twin.name);
            // The inside may have deleted the link meanwhile.
            absent_is_fine(ops::link::delete(netns, twin.index))?;
        }
    }
    Ok(())
}

/// Returns the indexes of a namespace's interfaces.
fn owned(ns: &Namespace, netns: &NetNs) -> Result<Vec<IfIndex>> {
    if netns.id() == ns.id() {
        return Ok(lookup::all(ns)?.iter().map(|(_, other)| other.index).collect());
    }
    let Some(journal) = ns.registry.journal() else { return Ok(Vec::new()) };
    let mut owned = Vec::new();
    for file in journal.files_of(netns.id())? {
        owned.extend(journal.peek(&file)?.map(|view| view.entry.index));
    }
    Ok(owned)
}
