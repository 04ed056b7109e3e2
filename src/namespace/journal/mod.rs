//! The journal: what is about to be changed, written down before it is, so that a process that dies in
//! between leaves a trail. docs/journal.md describes the files.

mod entry;
mod file;
mod folder;
mod format;
mod list;
mod text;

pub(crate) use entry::{Entry, NamespaceRef, Origin, Stage};
pub(crate) use folder::{Found, Glimpse, Journal, Slot};
pub(crate) use list::{List, Place};
#[cfg(any(test, fuzzing))]
pub(crate) use text::seal;
