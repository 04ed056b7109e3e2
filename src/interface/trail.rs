//! What an operation writes into the journal as it goes along; nothing where there is none.

use super::options::Announce;
use crate::error::Result;
use crate::namespace::Namespace;
use crate::namespace::journal::{Entry, Origin, Slot, Stage};
use crate::namespace::record::Present;
use crate::types::IfName;

/// The entry of one operation under way. Dropped, the entry stays and tells of an interrupted operation.
#[derive(Debug, Default)]
pub(super) struct Trail(Option<(Slot, Entry)>);

impl Trail {
    /// Writes down what is about to be done.
    pub(super) fn begin(ns: &Namespace, entry: impl FnOnce() -> Entry) -> Result<Self> {
        let Some(journal) = ns.registry.journal() else { return Ok(Self(None)) };
        let entry = Entry { boot: journal.boot(), ..entry() };
        Ok(Self(Some((journal.begin(&entry)?, entry))))
    }

    /// The same for an interface that is there and has no entry, as if its add had just succeeded.
    pub(super) fn begin_present(ns: &Namespace, source: IfName, present: &Present, announce: Announce) -> Result<Self> {
        Self::begin(ns, || Entry {
            stage: Stage::Present,
            boot: None,
            namespace: ns.netns.reference(),
            source,
            place: None,
            index: present.index,
            name: present.name.as_bytes().to_vec(),
            identity: Some(present.identity.clone()),
            origin: Origin::of(&present.home, present.identity.kind()),
            changes: present.changes.clone(),
            announce_count: announce.count(),
            announce_interval: announce.interval(),
            bridges: Vec::new(),
        })
    }

    /// Goes on with an entry that is there, by itself: with whatever others it was written before.
    pub(super) fn resume(slot: Slot, entry: Entry) -> Self {
        Self(Some((slot, Entry { place: None, ..entry })))
    }

    /// Writes down what has changed about it.
    pub(super) fn update(&mut self, change: impl FnOnce(&mut Entry)) -> Result<()> {
        let Some((slot, entry)) = &mut self.0 else { return Ok(()) };
        let before = entry.clone();
        change(entry);
        if *entry == before { Ok(()) } else { slot.update(entry) }
    }

    /// The same where nothing can be done about a failure: the operation goes on.
    pub(super) fn note(&mut self, change: impl FnOnce(&mut Entry)) {
        if let Err(error) = self.update(change) {
            log::warn!("a restore may not find what has to be done: {error}");
        }
    }

    /// Everything is as if the operation had never begun, or it has done away with the interface. False when the
    /// entry stays all the same.
    pub(super) fn remove(self) -> bool {
        let removed = self.0.map_or(Ok(()), |(slot, _)| slot.remove());
        removed.inspect_err(|error| log::warn!("a journal entry that is of no use any more stays: {error}")).is_ok()
    }
}
