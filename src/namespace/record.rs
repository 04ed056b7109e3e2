//! What is known about an interface: values, for others to act on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::NetNs;
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

/// What tells a link from another one that got its index after it was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(super) kind: Option<Vec<u8>>,
    pub(super) hardware: u16,
    /// The other end of a veth. Other links may share what is below them.
    pub(super) peer: Option<IfIndex>,
    pub(crate) name: IfName,
    /// None of an ipvlan, which shares it too.
    pub(super) mac: Option<MacAddr>,
}

impl Identity {
    pub(crate) fn of(link: &LinkInfo) -> Self {
        let is = |kind: &[u8]| link.kind.as_deref() == Some(kind);
        Self {
            kind: link.kind.clone(),
            hardware: link.hardware,
            peer: link.peer.filter(|_| is(b"veth")),
            name: link.name,
            mac: link.mac.filter(|_| !is(b"ipvlan")),
        }
    }

    /// Whether a link may be this one as far as what never changes goes.
    pub(crate) fn resembles(&self, link: &LinkInfo) -> bool {
        self.kind == link.kind && self.hardware == link.hardware
    }

    /// Whether a link is this one whatever its index: it has the same other end, and the same MAC, unless that was changed.
    /// One of the two has to be known.
    pub(crate) fn fits_elsewhere(&self, link: &LinkInfo, mac_changed: bool) -> bool {
        // The kernel leaves out the index of an other end that has the same.
        let same_peer = self.peer.map(|peer| peer == link.peer.unwrap_or(link.index));
        let same_mac = self.mac.map(|mac| link.mac == Some(mac));
        let is_it = match (same_peer, same_mac) {
            (Some(same_peer), Some(same_mac)) => same_peer && (same_mac || mac_changed),
            (None, Some(same)) | (Some(same), None) => same,
            (None, None) => false,
        };
        self.resembles(link) && is_it
    }

    /// Whether the link at its index is this one: kind and hardware type agree, and one of MAC, other end and name. Of what has
    /// an other end, the name is not enough: whoever makes the next one can get the same index and choose the same name.
    pub(crate) fn fits(&self, link: &LinkInfo) -> bool {
        let same_mac = self.mac.is_some() && self.mac == link.mac;
        let same_peer = self.peer.is_some() && self.peer == link.peer;
        let has_other_end = self.mac.is_some() && self.peer.is_some();
        self.resembles(link) && (same_mac || same_peer || (self.name == link.name && !has_other_end))
    }
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
