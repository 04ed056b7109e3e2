//! The journal: changes, written down before they are made, so that a restore can undo or finish them after the process died.
//! docs/journal.md describes the files.

mod batch;
mod codec;
mod entry;
mod file;
mod folder;
pub(crate) mod guard;
mod lines;
mod progress;
mod store;

pub(crate) use batch::Batch;
pub(crate) use entry::{BatchSlot, Entry, Stage};
#[cfg(any(test, fuzzing))]
pub(crate) use lines::seal;
pub(crate) use store::{EntryView, Journal, LockResult, LockedEntry, source_of};
