//! The plan of an add, computed before any change, and its rollback from every point.

use std::sync::Arc;

use crate::interface::add::link_ref::LinkRef;
use crate::interface::add::request::AddRequest;
use crate::interface::config::Ipv6;
use crate::interface::config::interface::Naming;
use crate::interface::config::kind::Kind;
use crate::interface::config::link::Link;
use crate::interface::rollback;
use crate::interface::rollback::{Memory, RollbackError};
use crate::journal;
use crate::journal::Stage;
use crate::journal::guard::JournalGuard;
use crate::netns::{NamespaceId, NetNs};
use crate::record::identity::Identity;
use crate::record::interface::Requested;
use crate::record::origin::{Beside, Origin};
use crate::record::snapshot::{BridgeSnapshot, NetnsSetting};
use crate::types::{IfIndex, MacAddr, Prefix, Route};
use crate::wire::link::LinkInfo;

/// An add that is about to begin, or in progress.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    pub(crate) request: AddRequest<'a>,
    pub(crate) naming: Naming,
    /// The index that the link gets in its namespace.
    pub(crate) index: IfIndex,
    /// The index of a veth's other end, if that is in the same namespace.
    pub(crate) other_end: Option<IfIndex>,
    pub(crate) origin: Origin,
    /// Defaults for a created link, beside the requests.
    pub(crate) created: CreatedWith,
    pub(crate) master: Option<LinkRef>,
    /// The bridge for a veth's other end.
    pub(crate) peer_bridge: Option<LinkRef>,
    /// The link that a created link is on.
    pub(crate) parent: Option<LinkRef>,
    /// The present state of that link, if it exists.
    pub(crate) parent_link: Option<LinkInfo>,
    /// Bridges that get a port, as they were.
    pub(super) bridges: Vec<(Arc<NetNs>, BridgeSnapshot)>,
    /// Whether this add changed something, or may have.
    pub(crate) touched: bool,
    /// The created link, once it exists.
    pub(crate) identity: Option<Identity>,
    /// Requested settings of the namespace itself, with their values before.
    pub(crate) netns_settings: Vec<NetnsSetting>,
    pub(crate) journal: JournalGuard,
}

/// Defaults for created links.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CreatedWith {
    /// A bridge with a MAC from the beginning does not follow its ports.
    pub(super) mac: Option<MacAddr>,
    pub(super) mtu: Option<u32>,
    pub(super) peer_mac: Option<MacAddr>,
    pub(super) peer_mtu: Option<u32>,
}

impl<'a> Plan<'a> {
    /// Creates a plan for which nothing has to be read.
    #[cfg(test)]
    pub(crate) fn bare(request: AddRequest<'a>) -> Self {
        Self {
            request,
            naming: Naming::Keep,
            index: IfIndex::LOOPBACK,
            other_end: None,
            origin: Origin::Created { kind: Vec::new(), beside: None },
            created: CreatedWith::default(),
            master: None,
            peer_bridge: None,
            parent: None,
            parent_link: None,
            bridges: Vec::new(),
            touched: false,
            identity: None,
            netns_settings: Vec::new(),
            journal: JournalGuard::default(),
        }
    }

    /// The kind of link that is created, if it is.
    pub(crate) fn kind(&self) -> Option<&'a dyn Kind> {
        self.request.link.origin.created()
    }

    /// Where the link is before.
    pub(super) fn place(&self) -> Option<(NamespaceId, IfIndex)> {
        match &self.origin {
            Origin::Moved { home: netns, snapshot, .. } => Some((netns.id(), snapshot.link.index)),
            Origin::InPlace { snapshot } => Some((self.request.ns.id(), snapshot.link.index)),
            Origin::Created { .. } => None,
        }
    }

    /// Notes what a link that was created is connected to, where that is in another namespace.
    pub(super) fn note_beside(&mut self, link: &LinkInfo) {
        let Some(kind) = self.kind() else { return };
        let (netns, index, name) = match (kind.peer(), kind.below()) {
            (Some(peer), _) => (&peer.netns, link.other_end(), Some(peer.name.clone())),
            // A tunnel need not have one.
            (None, Some((netns, _))) => (netns, link.peer.unwrap_or(IfIndex::LOOPBACK), None),
            (None, None) => return,
        };
        if let Origin::Created { beside, .. } = &mut self.origin {
            let is_elsewhere = netns.id() != self.request.ns.id();
            *beside = is_elsewhere.then(|| Beside { netns: Arc::clone(netns), index, name });
        }
    }

    /// The name, or the pattern, that the link gets.
    pub(crate) fn name(&self) -> Vec<u8> {
        match (&self.naming, &self.origin) {
            (Naming::Exact(name), _) => name.as_bytes().to_vec(),
            (Naming::Prefix(prefix), _) => prefix.pattern(),
            // An alternative name finds a link too.
            (Naming::Keep, Origin::Moved { snapshot, .. } | Origin::InPlace { snapshot }) => {
                snapshot.link.name.as_bytes().to_vec()
            }
            (Naming::Keep, Origin::Created { .. }) => self.request.link.source.as_bytes().to_vec(),
        }
    }

    /// Returns the MAC that the link will have, if known.
    pub(crate) fn mac(&self) -> Option<MacAddr> {
        self.request.config.mac.or(self.created.mac)
    }

    /// Returns the MTU that the link will have, if known.
    pub(crate) fn mtu(&self) -> Option<u32> {
        self.request.config.mtu.or(self.created.mtu)
    }

    /// All addresses that the link is to have.
    pub(crate) fn all_addresses(&self) -> Vec<Prefix> {
        self.addresses().into_iter().chain(self.request.config.link_local.iter().copied()).collect()
    }

    /// Whether IPv6 is to be on or off on the link; none where it stays as it is.
    pub(crate) fn wants_ipv6(&self) -> Option<bool> {
        let has_address = self.all_addresses().iter().any(Prefix::is_ipv6);
        match self.request.config.ipv6 {
            Ipv6::On => Some(true),
            Ipv6::Off => Some(false),
            Ipv6::Keep => None,
            Ipv6::Auto if has_address => Some(true),
            Ipv6::Auto => match &self.origin {
                Origin::InPlace { .. } => None,
                Origin::Moved { .. } | Origin::Created { .. } => Some(false),
            },
        }
    }

    /// The addresses that the link is to have, those that go along in front; no link-local ones.
    pub(crate) fn addresses(&self) -> Vec<Prefix> {
        self.request.config.addresses_with_kept(&self.origin)
    }

    /// Returns the routes by way of next hops that the interface brings, the gateways in front.
    pub(crate) fn routes_via(&self) -> Vec<Route> {
        self.request.config.routes_via(&self.origin)
    }

    /// What is asked for.
    pub(crate) fn changes(&self) -> Requested {
        Requested { netns_settings: self.netns_settings.clone(), ..self.request.config.changes(&self.origin) }
    }

    /// What the journal is to say before the first change.
    pub(crate) fn entry(&self) -> journal::Entry {
        journal::Entry {
            stage: Stage::Adding,
            boot: None,
            namespace: self.request.ns.netns.reference(),
            source: self.request.link.source,
            serial: 0,
            place: None,
            index: self.index,
            name: self.name(),
            identity: None,
            origin: self.origin.reference(),
            changes: self.changes(),
            announce_count: self.request.config.announce.count(),
            announce_interval: self.request.config.announce.interval(),
            bridges: self.bridges.iter().map(|(netns, bridge)| (netns.reference(), bridge.clone())).collect(),
        }
    }

    /// Puts everything back.
    pub(crate) fn undo(&mut self) -> std::result::Result<(), RollbackError> {
        if !self.touched {
            return Ok(());
        }
        let netns = &self.request.ns.netns;
        let link = match &self.origin {
            Origin::Moved { home, snapshot, .. } => {
                let journal = &mut self.journal;
                rollback::bring_home(home, snapshot, netns, self.index, self.request.config.mac, |at| {
                    journal.note(|entry| entry.goes_home(Stage::Undoing, at));
                })
            }
            Origin::InPlace { snapshot } => match rollback::in_place(netns, snapshot, &self.changes(), snapshot) {
                // Without the right to change anything, nothing was changed.
                Err(RollbackError::Failed(_)) if rollback::snapshot::is_unchanged(netns, snapshot) => Ok(()),
                undone => undone,
            },
            Origin::Created { .. } => Self::delete(netns, &[self]).pop().unwrap_or(Ok(())),
        };
        RollbackError::join(link, self.undo_beside())
    }

    /// Deletes what was made of some.
    pub(crate) fn delete(netns: &NetNs, plans: &[&Self]) -> Vec<std::result::Result<(), RollbackError>> {
        let indexes: Vec<IfIndex> = plans.iter().map(|plan| plan.index).collect();
        rollback::delete_all(netns, &indexes, |number, link| {
            plans.get(number).is_some_and(|plan| plan.is_created(link))
        })
    }

    /// Whether a link at its index is the one that was made. Where that is not known, by what it was to be.
    fn is_created(&self, link: &LinkInfo) -> bool {
        let AddRequest { link: Link { origin, .. }, .. } = self.request;
        let has_own_mac = origin.created().is_none_or(Kind::has_own_mac);
        let is_as_asked = || {
            link.kind.as_deref() == Some(origin.kind())
                && link.name.completes(&self.name())
                && (!has_own_mac || self.mac().is_none_or(|mac| link.mac == Some(mac)))
        };
        self.identity.as_ref().map_or_else(is_as_asked, |identity| identity.matches(link))
    }

    /// Takes back what the add did beside its link: to bridges, and to the routing of the namespace.
    pub(crate) fn undo_beside(&self) -> std::result::Result<(), RollbackError> {
        if !self.touched {
            return Ok(());
        }
        let (ns, changes) = (self.request.ns, self.changes());
        let routing = rollback::withdraw_routing(&ns.netns, &changes);
        let settings = rollback::give_back(ns, self.request.link.source, &changes, Memory::Add);
        RollbackError::join(RollbackError::join(routing, settings), rollback::bridges(&self.bridges))
    }
}
