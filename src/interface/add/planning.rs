//! Plans an add: reads everything that the add depends on, and changes nothing.

use std::sync::Arc;
use std::vec;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::link_cache::LinkCache;
use crate::interface::add::link_ref::LinkRef;
use crate::interface::add::plan::{CreatedWith, Plan};
use crate::interface::add::request::AddRequest;
use crate::interface::config::VethPeer;
use crate::interface::config::kind::Kind;
use crate::interface::config::link::LinkSource;
use crate::interface::rollback::{settings_before, snapshot};
use crate::interface::witness;
use crate::journal::guard::JournalGuard;
use crate::netns::NetNs;
use crate::netns::lock::{LinkLocks, Lockable};
use crate::ops;
use crate::record::origin::Origin;
use crate::record::snapshot::{BridgeSnapshot, Snapshot};
use crate::types::{IfIndex, MacAddr};
use crate::wire::link::LinkInfo;

/// The MTU of a link of which nothing else is known.
const ETHERNET_MTU: u32 = 1500;

/// Plans the adds of a list, in its order. Locks the indexes that the links will get.
pub(super) fn plan_all<'a>(requests: &[AddRequest<'a>], locks: &mut LinkLocks) -> Result<Vec<Plan<'a>>> {
    let Some(first) = requests.first() else { return Ok(Vec::new()) };
    let wanted = requests.iter().map(|request| request.link.origin.new_links_inside(first.ns.id())).sum();
    let free = free(&first.ns.netns, wanted, locks).map_err(|error| first.with_context(error))?;
    let plans = Vec::with_capacity(requests.len());
    let mut planner = Planner { plans, cache: LinkCache::default(), free: free.into_iter(), locks };
    for request in requests {
        planner.plan(*request).map_err(|error| request.with_context(error))?;
    }
    Ok(planner.plans)
}

/// Plans one add after the other.
struct Planner<'a, 'l> {
    plans: Vec<Plan<'a>>,
    cache: LinkCache,
    /// Indexes that no link has.
    free: vec::IntoIter<IfIndex>,
    locks: &'l mut LinkLocks,
}

/// Chooses indexes that no link has, and that no other operation gives to a link.
fn free(netns: &NetNs, count: usize, locks: &mut LinkLocks) -> Result<Vec<IfIndex>> {
    ops::free_index::free(netns, None, count, |candidates| {
        let links: Vec<Lockable> = candidates.iter().map(|index| Lockable::link(netns.id(), *index)).collect();
        let refused = locks.try_add_all(&links)?;
        Ok(candidates.iter().zip(links).filter(|(_, link)| refused.contains(link)).map(|(index, _)| *index).collect())
    })
}

/// The other links that an add refers to.
#[derive(Default)]
struct References {
    master: Option<LinkRef>,
    parent: Option<LinkRef>,
    parent_link: Option<LinkInfo>,
    peer_bridge: Option<LinkRef>,
    /// The MTU of that bridge.
    bridge_mtu: Option<u32>,
    /// Existing bridges that get a port, as they are now.
    bridges: Vec<(Arc<NetNs>, BridgeSnapshot)>,
}

/// Where the link goes, and where it comes from.
struct Placement {
    index: IfIndex,
    other_end: Option<IfIndex>,
    origin: Origin,
}

impl<'a> Planner<'a, '_> {
    fn plan(&mut self, request: AddRequest<'a>) -> Result<()> {
        let References { master, parent, parent_link, peer_bridge, bridge_mtu, bridges } = self.resolve(&request)?;
        let Placement { index, other_end, origin } = self.place(&request)?;
        if request.may_write_settings() {
            request.ns.netns.open_settings()?;
        }
        let created = created_with(&request, bridge_mtu);
        let plan = Plan {
            naming: request.config.naming(request.ns),
            request,
            index,
            other_end,
            origin,
            created,
            master,
            peer_bridge,
            parent,
            parent_link,
            bridges,
            touched: false,
            identity: None,
            netns_settings: settings_before(request.ns, request.link.source, request.config)?,
            journal: JournalGuard::default(),
        };
        self.refuse_same_link(&plan)?;
        self.plans.push(plan);
        Ok(())
    }

    /// Finds the links that an add refers to, in their namespaces or among the earlier adds.
    fn resolve(&mut self, request: &AddRequest<'_>) -> Result<References> {
        let AddRequest { ns, link, config, .. } = request;
        let mut found = References::default();
        if let Some(source) = config.master {
            let (master, link) = self.cache.master(ns, &self.plans, source)?;
            found.master = Some(master);
            found.bridges.extend(link.map(|link| (Arc::clone(&ns.netns), bridge(link))));
        }
        if let Some((netns, Some(name))) = link.origin.created().and_then(Kind::below) {
            let parent = self.cache.named(ns, &self.plans, netns, *name, "the parent")?;
            (found.parent, found.parent_link) = (Some(parent.0), parent.1);
        }
        let peer = link.origin.created().and_then(Kind::peer);
        if let Some((VethPeer { netns, .. }, name)) = peer.and_then(|peer| Some((peer, peer.bridge_name()?))) {
            let (peer_bridge, link) = self.cache.named(ns, &self.plans, netns, name, "the other end's bridge")?;
            found.peer_bridge = Some(peer_bridge);
            found.bridge_mtu = self.bridge_mtu(&peer_bridge, link.as_ref());
            found.bridges.extend(link.map(|link| (Arc::clone(netns), bridge(link))));
        }
        Ok(found)
    }

    /// Returns the MTU of a bridge, as it is or as it will be created.
    fn bridge_mtu(&self, bridge: &LinkRef, link: Option<&LinkInfo>) -> Option<u32> {
        match (bridge.member(), link) {
            (Some(number), _) => self.plans.get(number).map(|plan| plan.mtu().unwrap_or(ETHERNET_MTU)),
            (None, link) => link.filter(|link| link.is_bridge()).map(|link| link.mtu),
        }
    }

    /// Chooses the indexes of the link, and takes a snapshot of a link that exists.
    fn place(&mut self, request: &AddRequest<'_>) -> Result<Placement> {
        let AddRequest { ns, link, .. } = request;
        match &link.origin {
            LinkSource::Existing(home) if home.id() != ns.id() => {
                let snapshot = take_snapshot(home, request)?;
                let at_home = snapshot.link.index;
                if !request.config.allow_unverified {
                    witness::refuse_unverifiable(home, &snapshot.link, &ns.netns)?;
                }
                self.lock(home, at_home)?;
                // The same index, unless another operation is giving that to a link.
                let index = match self.locks.try_add(&Lockable::link(ns.id(), at_home))? {
                    true => at_home,
                    false => free(&ns.netns, 1, self.locks)?.pop().unwrap_or(at_home),
                };
                Ok(Placement {
                    index,
                    other_end: None,
                    origin: Origin::Moved { home: Arc::clone(home), index: at_home, snapshot },
                })
            }
            LinkSource::Existing(_) | LinkSource::InPlace => {
                let snapshot = take_snapshot(&ns.netns, request)?;
                self.lock(&ns.netns, snapshot.link.index)?;
                Ok(Placement { index: snapshot.link.index, other_end: None, origin: Origin::InPlace { snapshot } })
            }
            LinkSource::Created(kind) => {
                let none = || Error::new(ErrorKind::Kernel, format!("no free index was found in {ns}"));
                let index = self.free.next().ok_or_else(none)?;
                let has_both_ends_inside = link.origin.new_links_inside(ns.id()) > 1;
                let other_end = if has_both_ends_inside { self.free.next() } else { None };
                Ok(Placement {
                    index,
                    other_end,
                    origin: Origin::Created { kind: kind.name().as_bytes().to_vec(), beside: None },
                })
            }
        }
    }

    /// Makes sure that the link of a snapshot is locked: another link may have had its name when the lock was taken.
    fn lock(&mut self, netns: &NetNs, index: IfIndex) -> Result<()> {
        match self.locks.try_add(&Lockable::link(netns.id(), index))? {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::Busy, "another operation is working on it")),
        }
    }

    fn refuse_same_link(&self, plan: &Plan<'_>) -> Result<()> {
        match self.plans.iter().find(|other| plan.place().is_some() && other.place() == plan.place()) {
            Some(other) => {
                let message =
                    format!("it is the same link as {}, which is to be added, too", other.request.link.source);
                Err(Error::new(ErrorKind::InvalidArgument, message))
            }
            None => Ok(()),
        }
    }
}

/// Returns the defaults for a created link.
fn created_with(request: &AddRequest<'_>, bridge_mtu: Option<u32>) -> CreatedWith {
    let mtu = request.config.mtu;
    match request.link.origin.created() {
        // Without a MAC of its own, a bridge takes that of its lowest port, and changes it as ports come and go.
        Some(kind) if kind.follows_ports() => {
            CreatedWith { mac: Some(MacAddr::random(0x02)), ..CreatedWith::default() }
        }
        Some(kind) if kind.peer().is_some() => {
            let peer = kind.peer().filter(|_| kind.has_peer_mac());
            let port_mtu = mtu.into_iter().chain(bridge_mtu).max();
            CreatedWith {
                mac: None,
                mtu: mtu.or(bridge_mtu),
                // A bridge prefers any other MAC to this one.
                peer_mac: peer.map(|peer| peer.mac.unwrap_or_else(|| MacAddr::random(0xfe))),
                peer_mtu: kind.peer().and_then(|peer| peer.mtu).or(port_mtu),
            }
        }
        _ => CreatedWith::default(),
    }
}

fn take_snapshot(netns: &NetNs, request: &AddRequest<'_>) -> Result<Box<Snapshot>> {
    let AddRequest { link, config, .. } = request;
    let settings = config.sysctls.iter().map(|sysctl| sysctl.of(&link.source));
    let snapshot = Box::new(snapshot::take(netns, &link.source, settings)?);
    // The kernel refuses the zero MAC of a loopback, or of a bridge without ports.
    match snapshot.link.mac {
        Some(none) if none.is_zero() && config.mac.is_some() => {
            let message = format!("{} has the MAC {none}, which could not be given back to it", link.source);
            Err(Error::new(ErrorKind::InvalidArgument, message))
        }
        _ => Ok(snapshot),
    }
}

/// Describes a bridge before it gets another port.
fn bridge(link: LinkInfo) -> BridgeSnapshot {
    let LinkInfo { index, name, mac, mtu, .. } = link;
    BridgeSnapshot { index, name: Some(name), mac, mtu }
}
