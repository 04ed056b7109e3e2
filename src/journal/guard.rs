//! What an operation writes into the journal as it goes along; nothing where there is none.

use crate::error::Result;
use crate::journal::{Entry, Journal, LockedEntry};

/// The entry of one operation under way. Dropped, the entry stays and tells of an interrupted operation.
#[derive(Debug, Default)]
pub(crate) struct JournalGuard(Option<(LockedEntry, Entry)>);

impl JournalGuard {
    /// Writes down what is about to be done.
    pub(crate) fn begin(journal: Option<&Journal>, entry: impl FnOnce() -> Entry) -> Result<Self> {
        let Some(journal) = journal else { return Ok(Self(None)) };
        let entry = Entry { boot: journal.boot(), ..entry() };
        Ok(Self(Some((journal.begin(&entry)?, entry))))
    }

    /// Goes on with an entry that is there, by itself: with whatever others it was written before.
    pub(crate) fn resume(slot: LockedEntry, entry: Entry) -> Self {
        Self(Some((slot, Entry { place: None, ..entry })))
    }

    /// Writes down what has changed about it.
    pub(crate) fn update(&mut self, change: impl FnOnce(&mut Entry)) -> Result<()> {
        let Some((slot, entry)) = &mut self.0 else { return Ok(()) };
        let before = entry.clone();
        change(entry);
        if *entry == before { Ok(()) } else { slot.update(entry) }
    }

    /// The same where nothing can be done about a failure: the operation goes on.
    pub(crate) fn note(&mut self, change: impl FnOnce(&mut Entry)) {
        if let Err(error) = self.update(change) {
            log::warn!("a restore may not find what has to be done: {error}");
        }
    }

    /// Everything is as if the operation had never begun, or it has done away with the interface. False when the
    /// entry stays all the same.
    pub(crate) fn remove(self) -> bool {
        let removed = self.0.map_or(Ok(()), |(slot, _)| slot.remove());
        removed.inspect_err(|error| log::warn!("a journal entry that is of no use any more stays: {error}")).is_ok()
    }
}
