//! Writes the progress of an operation into the journal; does nothing without a journal.

use crate::error::Result;
use crate::journal::{Entry, Journal, LockedEntry};
use crate::netns::lock::LinkLocks;
use crate::types::random;

/// The entry of an operation in progress. If dropped, the entry stays and tells of an interrupted operation.
#[derive(Debug, Default)]
pub(crate) struct JournalGuard {
    entry: Option<(LockedEntry, Entry)>,
    /// Keeps others off the link if there is no entry to do so.
    _locks: Option<LinkLocks>,
}

impl JournalGuard {
    /// Writes down the change before it is made.
    pub(crate) fn begin(journal: Option<&Journal>, entry: impl FnOnce() -> Entry) -> Result<Self> {
        let Some(journal) = journal else { return Ok(Self::default()) };
        let entry = entry();
        let serial = if entry.serial == 0 { random() } else { entry.serial };
        let entry = Entry { boot: journal.boot(), serial, ..entry };
        Ok(Self { entry: Some((journal.begin(&entry)?, entry)), _locks: None })
    }

    /// Writes nothing, and keeps the locks.
    pub(crate) fn without_journal(locks: LinkLocks) -> Self {
        Self { entry: None, _locks: Some(locks) }
    }

    /// Returns the number of the add; 0 without a journal.
    pub(crate) fn serial(&self) -> u64 {
        self.entry.as_ref().map_or(0, |(_, entry)| entry.serial)
    }

    /// Goes on with an existing entry alone, whatever batch it was written with.
    pub(crate) fn resume(slot: LockedEntry, entry: Entry) -> Self {
        Self { entry: Some((slot, Entry { place: None, ..entry })), _locks: None }
    }

    /// Writes down a change of the entry.
    pub(crate) fn update(&mut self, change: impl FnOnce(&mut Entry)) -> Result<()> {
        let Some((slot, entry)) = &mut self.entry else { return Ok(()) };
        let before = entry.clone();
        change(entry);
        if *entry == before { Ok(()) } else { slot.update(&before, entry) }
    }

    /// Writes down a change, and only warns on failure: the operation goes on.
    pub(crate) fn note(&mut self, change: impl FnOnce(&mut Entry)) {
        if let Err(error) = self.update(change) {
            log::warn!("a restore may not find what has to be done: {error}");
        }
    }

    /// Removes the entry: everything is as if the operation had never begun, or the interface is removed. Returns false if the
    /// entry stays all the same.
    pub(crate) fn remove(self) -> bool {
        let removed = self.entry.map_or(Ok(()), |(slot, _)| slot.remove());
        removed.inspect_err(|error| log::warn!("a journal entry that is of no use any more stays: {error}")).is_ok()
    }
}
