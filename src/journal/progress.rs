//! The progress of an operation on several interfaces.

use std::os::fd::AsFd;
use std::path::{Path, PathBuf};

use crate::error::Result;
use crate::journal::entry::BatchSlot;
use crate::journal::file::open_current;
use crate::sys;

/// Suffix of the files of batches.
pub(super) const BATCH: &str = ".batch";
/// The bytes of a batch's file that are locked.
pub(super) const LOCKED: std::ops::Range<u64> = 0..1;

/// What the file of a batch tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    Complete,
    Busy,
    Interrupted,
}

/// Returns the path of a batch's file, below a namespace's folder.
pub(super) fn batch_path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:016x}{BATCH}"))
}

/// Returns the progress of the operation that an entry has a slot in.
pub(super) fn progress(folder: &Path, slot: BatchSlot) -> Result<Progress> {
    let Some(file) = open_current(&batch_path(folder, slot.batch))? else { return Ok(Progress::Complete) };
    let busy = sys::file::is_range_locked(file.as_fd(), &LOCKED)?;
    Ok(if busy { Progress::Busy } else { Progress::Interrupted })
}
