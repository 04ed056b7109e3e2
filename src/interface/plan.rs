//! What an add is going to do, known before the first change, and how to take it back however far it came.

use std::sync::Arc;

use super::config::{InterfaceConfig, Naming};
use super::link::{Link, Made, Origin};
use super::snapshot;
use super::trail::Trail;
use super::undo::{self, Left};
use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::journal::{self, Entry, Stage};
use crate::namespace::record::{Bridge, Home};
use crate::namespace::{Namespace, NetNs};
use crate::ops;
use crate::types::{IfIndex, IfName};
use crate::wire::link::LinkInfo;

/// An add that is about to begin, or under way.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) ns: &'a Namespace,
    pub(super) link: &'a Link,
    pub(super) config: &'a InterfaceConfig,
    pub(super) naming: Naming,
    /// Which index the link gets in its namespace.
    pub(super) index: IfIndex,
    pub(super) home: Home,
    pub(super) master: Option<(IfName, IfIndex)>,
    /// The bridge for a veth's other end.
    pub(super) peer_bridge: Option<LinkInfo>,
    /// The link that a new one is made on.
    pub(super) parent: Option<LinkInfo>,
    /// Bridges that get a port, as they were.
    bridges: Vec<(Arc<NetNs>, Bridge)>,
    /// Whether anything was, or may have been, changed by this add.
    pub(super) touched: bool,
}

impl<'a> Plan<'a> {
    /// Reads whatever the add depends on.
    pub(super) fn make(ns: &'a Namespace, link: &'a Link, config: &'a InterfaceConfig) -> Result<Self> {
        let mut bridges = Vec::new();
        let mut note = |netns: &Arc<NetNs>, bridge: &LinkInfo| {
            bridges.push((Arc::clone(netns), Bridge { index: bridge.index, mac: bridge.mac, mtu: bridge.mtu }));
        };
        let mut master = None;
        if let Some(source) = config.master {
            let found = find_master(ns, source)?;
            note(&ns.netns, &found);
            master = Some((source, found.index));
        }
        let mut parent = None;
        if let Origin::Made(made) = &link.origin {
            parent = find_parent(made)?;
        }
        let mut peer_bridge = None;
        if let Origin::Made(Made::Veth(peer)) = &link.origin {
            if let Some(name) = &peer.bridge {
                let found = ops::link::by_name(&peer.netns, name).doing(|| "find the bridge of its other end")?;
                note(&peer.netns, &found);
                peer_bridge = Some(found);
            }
        }
        let take = |netns: &NetNs| {
            let settings = config.sysctls.iter().map(|sysctl| sysctl.of(&link.source));
            Ok::<_, Error>(Box::new(snapshot::take(netns, &link.source, settings)?))
        };
        let (index, home) = match &link.origin {
            Origin::Existing(home) => {
                let snapshot = take(home)?;
                (snapshot.link.index, Home::Moved { netns: Arc::clone(home), snapshot })
            }
            Origin::InPlace => {
                let snapshot = take(&ns.netns)?;
                (snapshot.link.index, Home::InPlace { snapshot })
            }
            Origin::Made(_) => (ops::link::free_index(&ns.netns, None)?, Home::Created),
        };
        let naming = config.naming(ns);
        Ok(Self { ns, link, config, naming, index, home, master, peer_bridge, parent, bridges, touched: false })
    }

    /// The name, or the pattern, that the link gets.
    pub(super) fn name(&self) -> Vec<u8> {
        match (&self.naming, &self.home) {
            (Naming::Exact(name), _) => name.as_bytes().to_vec(),
            (Naming::Prefix(prefix), _) => prefix.pattern(),
            // An alternative name finds a link too.
            (Naming::Keep, Home::Moved { snapshot, .. } | Home::InPlace { snapshot }) => {
                snapshot.link.name.as_bytes().to_vec()
            }
            (Naming::Keep, Home::Created) => self.link.source.as_bytes().to_vec(),
        }
    }

    /// What the journal is to say before the first change.
    pub(super) fn entry(&self) -> Entry {
        Entry {
            stage: Stage::Adding,
            boot: None,
            namespace: self.ns.netns.reference(),
            source: self.link.source,
            index: self.index,
            name: self.name(),
            identity: None,
            origin: journal::Origin::of(&self.home, self.link.origin.kind()),
            changes: self.config.changes(),
            announce_count: self.config.announce.count(),
            announce_interval: self.config.announce.interval(),
            bridges: self.bridges.iter().map(|(netns, bridge)| (netns.reference(), bridge.clone())).collect(),
        }
    }

    /// Puts everything back.
    pub(super) fn undo(&self, trail: &mut Trail) -> std::result::Result<(), Left> {
        if !self.touched {
            return Ok(());
        }
        let netns = &self.ns.netns;
        let link = match &self.home {
            Home::Moved { netns: home, snapshot } => {
                undo::bring_home(home, snapshot, netns, self.index, self.config.mac, |at| {
                    trail.note(|entry| entry.goes_home(Stage::Undoing, at));
                })
            }
            Home::InPlace { snapshot } => undo::in_place(netns, snapshot, &self.config.changes(), snapshot),
            Home::Created => undo::delete(netns, self.index),
        };
        link.and(undo::bridges(&self.bridges))
    }
}

/// The link that a new one is made on, where there is to be one.
fn find_parent(made: &Made) -> Result<Option<LinkInfo>> {
    let Some((netns, Some(name))) = made.below() else { return Ok(None) };
    ops::link::by_name(netns, name).map(Some).doing(|| "find its parent")
}

/// The bridge with a source name, as it is now.
fn find_master(ns: &Namespace, source: IfName) -> Result<LinkInfo> {
    let unknown =
        || Error::new(ErrorKind::NotFound, format!("no interface with source name {source} to be its master"));
    let (_, present) = ns.registry.by_source(source.as_bytes()).ok_or_else(unknown)?;
    ops::link::identified(&ns.netns, present.index, &present.identity).doing(|| format!("find the master {source}"))
}
