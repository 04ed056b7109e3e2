//! How far an operation on several interfaces has come.

use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::journal::entry::BatchSlot;
use crate::journal::file::{file_prefix, open_current};
use crate::netns::NamespaceId;
use crate::sys;

/// What the names of lists end with.
pub(super) const LIST: &str = ".list";

/// What the file of a list tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Complete,
    Busy,
    Interrupted,
}

/// Returns the path of a batch's file.
pub(super) fn list_path(folder: &Path, namespace: NamespaceId, number: u64) -> PathBuf {
    folder.join(format!("{}.{number:016x}{LIST}", file_prefix(namespace)))
}

/// Returns how far the operation has come that an entry has a slot in.
pub(super) fn progress(folder: &Path, namespace: NamespaceId, slot: BatchSlot) -> Result<Progress> {
    let Some(file) = open_current(&list_path(folder, namespace, slot.list))? else { return Ok(Progress::Complete) };
    Ok(if sys::file::try_lock(file.as_fd())? { Progress::Interrupted } else { Progress::Busy })
}
