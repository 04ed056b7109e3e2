use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

use crate::error::{Error, ErrorKind, Result};
use crate::journal::Journal;
use crate::netns::{NamespaceRef, NetNs};
use crate::record::interface::{InterfaceRecord, Presence, RegistryEntry};
use crate::types::IfName;

/// The interfaces that one handle knows, oldest first. The journal, if there is one, overrules the list.
///
/// The list's lock is never held across a call to the kernel.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    records: Mutex<Vec<Arc<RegistryEntry>>>,
    journal: OnceLock<Journal>,
    /// Namespaces that links came from, each opened once for all links.
    homes: Mutex<Vec<Weak<NetNs>>>,
}

impl Registry {
    fn lock(&self) -> MutexGuard<'_, Vec<Arc<RegistryEntry>>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the journal of the list, if any.
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.journal.get()
    }

    /// Keeps a journal from now on, unless there is one already.
    pub(crate) fn keep(&self, journal: Journal) {
        let _ = self.journal.set(journal);
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

    /// Enters an interface that the journal tells of, and forgets an earlier one with the same source name. Returns `None`
    /// while this process adds or removes the interface.
    pub(crate) fn adopt(
        &self,
        source: IfName,
        found: InterfaceRecord,
    ) -> Option<(Arc<RegistryEntry>, Arc<InterfaceRecord>)> {
        let mut records = self.lock();
        let place = records.iter().position(|record| record.source == source);
        if let Some(record) = place.and_then(|place| records.get(place)).cloned() {
            let known = record.present()?;
            if known.serial == found.serial && known.index == found.index {
                return Some((record, known));
            }
            if known.serial == found.serial {
                // Another process had the link away for a moment.
                let found = Arc::new(found);
                record.set(Presence::Present(Arc::clone(&found)));
                return Some((record, found));
            }
            record.set(Presence::Gone);
            records.retain(|other| !Arc::ptr_eq(other, &record));
        }
        let (record, found) = (Arc::new(RegistryEntry::new(source)), Arc::new(found));
        record.set(Presence::Present(Arc::clone(&found)));
        records.push(Arc::clone(&record));
        Some((record, found))
    }

    /// Takes an interface off the list.
    pub(crate) fn remove(&self, record: &RegistryEntry) {
        record.set(Presence::Gone);
        self.lock().retain(|other| !std::ptr::eq(&**other, record));
    }

    /// Returns the interfaces on the list.
    pub(crate) fn present(&self) -> Vec<(Arc<RegistryEntry>, Arc<InterfaceRecord>)> {
        self.lock().iter().filter_map(|record| Some((Arc::clone(record), record.present()?))).collect()
    }

    /// Returns the interface with a source name.
    pub(crate) fn by_source(&self, source: &IfName) -> Option<(Arc<RegistryEntry>, Arc<InterfaceRecord>)> {
        let record = self.lock().iter().find(|record| record.source == *source).cloned()?;
        let present = record.present()?;
        Some((record, present))
    }

    /// Returns a namespace that a link came from. The namespace is looked for at its first use.
    pub(crate) fn home(&self, reference: &NamespaceRef, find: fn(&NamespaceRef) -> Result<NetNs>) -> Arc<NetNs> {
        let mut homes = self.homes.lock().unwrap_or_else(PoisonError::into_inner);
        homes.retain(|home| home.strong_count() > 0);
        if let Some(known) = homes.iter().filter_map(Weak::upgrade).find(|known| known.id() == reference.id) {
            return known;
        }
        let home = Arc::new(NetNs::unopened(reference, find));
        homes.push(Arc::downgrade(&home));
        home
    }
}

/// A reserved source name. Dropping the value frees the name.
#[derive(Debug)]
pub(crate) struct Reservation<'a> {
    registry: &'a Registry,
    record: Arc<RegistryEntry>,
}

impl Reservation<'_> {
    /// Puts the interface on the list.
    pub(crate) fn commit(self, present: InterfaceRecord) -> (Arc<RegistryEntry>, Arc<InterfaceRecord>) {
        let present = Arc::new(present);
        self.record.set(Presence::Present(Arc::clone(&present)));
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
