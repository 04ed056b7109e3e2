//! What is known about an interface: values, for others to act on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::NetNs;
use super::identity::Identity;
use crate::types::{IfIndex, IfName, MacAddr, Prefix, Setting};
use crate::wire::address::AddressInfo;
use crate::wire::link::LinkInfo;

/// An entry in a namespace's list of interfaces.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) source: IfName,
    state: Mutex<State>,
}

/// Where an interface is in its life.
#[derive(Debug)]
pub(crate) enum State {
    Adding,
    Present(Arc<Present>),
    Leaving(Arc<Present>),
    Gone,
}

impl Record {
    pub(super) fn new(source: IfName) -> Self {
        Self { source, state: Mutex::new(State::Adding) }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn set(&self, state: State) {
        *self.lock() = state;
    }

    /// Whether the add that made the entry is still going on.
    pub(super) fn is_adding(&self) -> bool {
        matches!(*self.lock(), State::Adding)
    }

    /// The interface, when it is there.
    pub(crate) fn present(&self) -> Option<Arc<Present>> {
        match &*self.lock() {
            State::Present(present) => Some(Arc::clone(present)),
            _ => None,
        }
    }

    /// Begins a removal: of several at once, one gets the interface.
    pub(crate) fn leave(&self) -> Option<Arc<Present>> {
        let mut state = self.lock();
        let State::Present(present) = &*state else { return None };
        let present = Arc::clone(present);
        *state = State::Leaving(Arc::clone(&present));
        Some(present)
    }

    /// The same also while it is being removed.
    pub(crate) fn known(&self) -> Option<Arc<Present>> {
        match &*self.lock() {
            State::Present(present) | State::Leaving(present) => Some(Arc::clone(present)),
            _ => None,
        }
    }

    /// Ends a removal that failed, with the index that the link has now: it may have been away for a moment.
    pub(crate) fn stay(&self, index: IfIndex) {
        let mut state = self.lock();
        if let State::Leaving(present) = &*state {
            *state = State::Present(match present.index == index {
                true => Arc::clone(present),
                false => Arc::new(Present { index, ..Present::clone(present) }),
            });
        }
    }
}

/// An interface that is in its namespace.
#[derive(Clone, Debug)]
pub(crate) struct Present {
    pub(crate) index: IfIndex,
    pub(crate) name: IfName,
    pub(crate) identity: Identity,
    pub(crate) home: Home,
    pub(crate) changes: Changes,
}

/// Where an interface goes when it is removed.
#[derive(Clone, Debug)]
pub(crate) enum Home {
    /// Back to the namespace that it was moved from.
    Moved { netns: Arc<NetNs>, snapshot: Box<Snapshot> },
    /// Nowhere: it was in its namespace before.
    InPlace { snapshot: Box<Snapshot> },
    /// Out of the world: it was made.
    Created,
}

/// What an add asked for on a link, to tell it from what others did there.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Changes {
    pub(crate) mac: bool,
    pub(crate) mtu: bool,
    pub(crate) tx_queue_len: bool,
    pub(crate) alias: bool,
    pub(crate) master: bool,
    /// Whether addresses go along with the link, and back with it.
    pub(crate) keep_addresses: bool,
    /// Those that go along included.
    pub(crate) addresses: Vec<Prefix>,
    /// On-link routes, default ones included: those may be installed later.
    pub(crate) routes: Vec<Prefix>,
}

/// A link as it was: what has to be put back when an add fails or an interface is removed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Snapshot {
    pub(crate) link: LinkInfo,
    /// The body of the message that describes it, for the journal.
    pub(crate) body: Vec<u8>,
    /// Bodies of the messages that describe its addresses, routes and permanent neighbours.
    pub(crate) addresses: Vec<Vec<u8>>,
    pub(crate) routes: Vec<Vec<u8>>,
    pub(crate) neighbours: Vec<Vec<u8>>,
    /// Those of the next-hop objects that its routes use, and of the groups that these are in.
    pub(crate) next_hops: Vec<Vec<u8>>,
    /// The kernel settings that the add is going to change, with their values.
    pub(crate) settings: Vec<(Setting, Vec<u8>)>,
}

impl Snapshot {
    /// Bodies of the addresses that go along with the link, where that is asked for: global and permanent ones.
    pub(crate) fn kept_addresses(&self) -> impl Iterator<Item = &Vec<u8>> {
        let is_kept = |body: &&Vec<u8>| AddressInfo::parse(body).is_some_and(|info| info.is_global_and_permanent());
        self.addresses.iter().filter(is_kept)
    }

    /// What the link is to be when a removal has taken it home: its attributes come back and, where they went along, its
    /// addresses; routes and master do not.
    pub(crate) fn at_home(&self, keep_addresses: bool) -> Self {
        let addresses = if keep_addresses { self.kept_addresses().cloned().collect() } else { Vec::new() };
        Self { addresses, routes: Vec::new(), neighbours: Vec::new(), next_hops: Vec::new(), ..self.clone() }
    }
}

/// A bridge that a link is going to be a port of: the kernel changes its MAC as ports come and go.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bridge {
    pub(crate) index: IfIndex,
    /// None in an entry that an older program has written.
    pub(crate) name: Option<IfName>,
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: u32,
}
