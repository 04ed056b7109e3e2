//! What is known about an interface, as values.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::record::identity::Identity;
use crate::record::origin::Origin;
use crate::record::snapshot::NetnsSetting;
use crate::types::{Address, IfIndex, IfName, MacAddr, Prefix, Route, Rule, Sysctl};

/// An entry in a namespace's list of interfaces.
#[derive(Debug)]
pub(crate) struct RegistryEntry {
    pub(crate) source: IfName,
    state: Mutex<Presence>,
}

/// The stage of an interface's life.
#[derive(Debug)]
pub(crate) enum Presence {
    Adding,
    Present(Arc<InterfaceRecord>),
    Leaving(Arc<InterfaceRecord>),
    Gone,
}

impl RegistryEntry {
    pub(crate) fn new(source: IfName) -> Self {
        Self { source, state: Mutex::new(Presence::Adding) }
    }

    fn lock(&self) -> MutexGuard<'_, Presence> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn set(&self, state: Presence) {
        *self.lock() = state;
    }

    /// Returns whether the add that created the entry is still going on.
    pub(crate) fn is_adding(&self) -> bool {
        matches!(*self.lock(), Presence::Adding)
    }

    /// Returns the interface, if it is there.
    pub(crate) fn present(&self) -> Option<Arc<InterfaceRecord>> {
        match &*self.lock() {
            Presence::Present(present) => Some(Arc::clone(present)),
            _ => None,
        }
    }

    /// Begins a removal: of several removals at once, one gets the interface.
    pub(crate) fn begin_removal(&self) -> Option<Arc<InterfaceRecord>> {
        let mut state = self.lock();
        let Presence::Present(present) = &*state else { return None };
        let present = Arc::clone(present);
        *state = Presence::Leaving(Arc::clone(&present));
        Some(present)
    }

    /// Returns the interface, also during its removal.
    pub(crate) fn last_known(&self) -> Option<Arc<InterfaceRecord>> {
        match &*self.lock() {
            Presence::Present(present) | Presence::Leaving(present) => Some(Arc::clone(present)),
            _ => None,
        }
    }

    /// Ends a failed removal with the present index of the link, which may have been away for a moment.
    pub(crate) fn abort_removal(&self, index: IfIndex) {
        let mut state = self.lock();
        if let Presence::Leaving(present) = &*state {
            *state = Presence::Present(match present.index == index {
                true => Arc::clone(present),
                false => Arc::new(InterfaceRecord { index, ..InterfaceRecord::clone(present) }),
            });
        }
    }
}

/// An interface that is in its namespace.
#[derive(Clone, Debug)]
pub(crate) struct InterfaceRecord {
    /// The number of the add in the journal; 0 without a journal.
    pub(crate) serial: u64,
    pub(crate) index: IfIndex,
    pub(crate) name: IfName,
    pub(crate) identity: Identity,
    pub(crate) origin: Origin,
    pub(crate) changes: Requested,
}

/// The requests of an add, to tell them from what others did on the link.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Requested {
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: Option<u32>,
    pub(crate) tx_queue_len: Option<u32>,
    pub(crate) alias: Option<Vec<u8>>,
    /// The master's source name, or the master's name.
    pub(crate) master: Option<IfName>,
    /// Whether the link is not set up.
    pub(crate) down: bool,
    pub(crate) promiscuous: bool,
    pub(crate) all_multicast: bool,
    pub(crate) sysctls: Vec<Sysctl>,
    /// Whether addresses move with the link, and back with it.
    pub(crate) keep_addresses: bool,
    /// Includes the addresses that move with the link.
    pub(crate) addresses: Vec<Address>,
    /// On-link routes. Default routes may be installed later.
    pub(crate) routes: Vec<Prefix>,
    /// Routes over next hops or to nowhere; gateways are among them.
    pub(crate) vias: Vec<Route>,
    pub(crate) rules: Vec<Rule>,
    /// Settings of the namespace itself.
    pub(crate) netns_settings: Vec<NetnsSetting>,
}

impl Requested {
    /// Returns the addresses alone, without labels and lifetimes.
    pub(crate) fn prefixes(&self) -> Vec<Prefix> {
        self.addresses.iter().map(Address::prefix).collect()
    }
}
