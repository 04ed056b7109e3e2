//! The journal: what is about to be changed, written down before it is, so that a process that dies in
//! between leaves a journal. docs/journal.md describes the files.

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
