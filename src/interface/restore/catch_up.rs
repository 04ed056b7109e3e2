//! Learns what other processes did in a namespace, before all of its interfaces are taken out.

use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};
use crate::interface::restore::Restored;
use crate::interface::restore::one_entry::{Known, restore_entry};
use crate::journal::{Journal, LockResult, Stage, source_of};
use crate::namespace::{Namespace, lookup};
use crate::text::printable_path;
use crate::types::IfName;

/// How long to wait for another process that works on an interface.
const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(5);

/// Puts interfaces that other processes added on the list, and undoes or finishes what was interrupted. Returns the failures.
///
/// # Errors
/// [`ErrorKind::Busy`] when another process is working on an interface and does not end that soon.
pub(crate) fn catch_up(ns: &Namespace, journal: &Journal) -> Result<Vec<(IfName, Error)>> {
    let mut own = journal.files_of(ns.id())?;
    journal.rollback_order(ns.id(), &mut own)?;
    let (mut known, mut restored, mut failed) = (Known::default(), Restored::default(), Vec::new());
    let deadline = Instant::now() + PATIENCE;
    for file in &own {
        loop {
            match journal.lock(file) {
                Some(LockResult::Busy) if Instant::now() < deadline => {
                    thread::sleep(PAUSE);
                    continue;
                }
                Some(LockResult::Busy) => {
                    let busy = Error::from_errno(libc::EBUSY).with_kind(ErrorKind::Busy);
                    return Err(busy.context(format!("another process is working on {}", printable_path(file))));
                }
                Some(LockResult::Free(entry, slot)) if entry.stage == Stage::Present => {
                    drop(slot);
                    failed.extend(lookup::enlist(ns, &entry).err().map(|error| (entry.source, error)));
                }
                Some(LockResult::Free(entry, slot)) => {
                    restore_entry(ns, &entry, slot, &mut known, &mut restored);
                    failed.extend(restored.failed.drain(..).map(|error| (entry.source, error)));
                }
                Some(LockResult::Outdated(_, slot)) => slot.remove()?,
                // By the rule of a restore: an entry that could not be read, for whatever reason, may be a good one.
                Some(LockResult::Bad { problem, slot: Some(slot) }) if problem.errno().is_none() => {
                    slot.remove()?;
                    log::warn!("{problem}; the entry is dropped");
                }
                Some(LockResult::Bad { problem, .. }) => match source_of(file) {
                    Some(source) => failed.push((source, problem)),
                    None => log::warn!("{problem}"),
                },
                None => {}
            }
            break;
        }
    }
    journal.sweep_batches(ns.id())?;
    Ok(failed)
}
