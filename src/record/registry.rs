use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::journal::Journal;
use crate::record::interface::{InterfaceRecord, RegistryEntry, State};
use crate::types::IfName;

/// The interfaces that were added through one handle, oldest first.
///
/// Its lock guards the list alone and is never held across a call to the kernel.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    records: Mutex<Vec<Arc<RegistryEntry>>>,
    journal: OnceLock<Journal>,
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<RegistryEntry>>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The journal that is kept of the list, if any.
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.journal.get()
    }

    /// Has a journal kept from now on. False when one is already.
    pub(crate) fn keep(&self, journal: Journal) -> bool {
        self.journal.set(journal).is_ok()
    }

    /// Enters an interface that is about to be added.
    pub(crate) fn reserve(&self, source: IfName) -> Result<Reservation<'_>> {
        let mut records = self.lock();
        if records.iter().any(|record| record.source == source) {
            let message = format!("an interface with source name {source} is there already");
            return Err(Error::new(ErrorKind::Exists, message));
        }
        let record = Arc::new(RegistryEntry::new(source));
        records.push(Arc::clone(&record));
        Ok(Reservation { registry: self, record })
    }

    /// Takes an interface off the list.
    pub(crate) fn remove(&self, record: &RegistryEntry) {
        record.set(State::Gone);
        self.lock().retain(|other| !std::ptr::eq(&**other, record));
    }

    /// The interfaces that are there.
    pub(crate) fn present(&self) -> Vec<Arc<RegistryEntry>> {
        self.lock().iter().filter(|record| record.present().is_some()).cloned().collect()
    }

    /// The interface with a source name.
    pub(crate) fn by_source(&self, source: &[u8]) -> Option<(Arc<RegistryEntry>, Arc<InterfaceRecord>)> {
        let record = self.lock().iter().find(|record| record.source.as_bytes() == source).cloned()?;
        let present = record.present()?;
        Some((record, present))
    }
}

/// A source name that is spoken for. Dropping it gives the name free again.
#[derive(Debug)]
pub(crate) struct Reservation<'a> {
    registry: &'a Registry,
    record: Arc<RegistryEntry>,
}

impl Reservation<'_> {
    /// Makes the interface known.
    pub(crate) fn commit(self, present: InterfaceRecord) -> (Arc<RegistryEntry>, Arc<InterfaceRecord>) {
        let present = Arc::new(present);
        self.record.set(State::Present(Arc::clone(&present)));
        (Arc::clone(&self.record), present)
    }
}

impl Drop for Reservation<'_> {
    fn drop(&mut self) {
        if self.record.is_adding() {
            self.registry.remove(&self.record);
        }
    }
}
