//! What an add is going to do, known before the first change, and how to take it back however far it came.

use std::sync::Arc;

use super::config::Naming;
use super::link::{Link, Made, Origin, Veth};
use super::member::Member;
use super::other::{Known, Other};
use super::snapshot;
use super::trail::Trail;
use super::undo::{self, Left};
use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::identity::Identity;
use crate::namespace::journal::{self, Stage};
use crate::namespace::record::{Bridge, Changes, Home};
use crate::namespace::{NamespaceId, NetNs};
use crate::ops;
use crate::types::{IfIndex, MacvlanMode, Prefix};
use crate::wire::link::LinkInfo;

/// An add that is about to begin, or under way.
#[derive(Debug)]
pub(super) struct Plan<'a> {
    pub(super) member: Member<'a>,
    pub(super) naming: Naming,
    /// Which index the link gets in its namespace.
    pub(super) index: IfIndex,
    /// The one that a veth's other end gets, where it is in the same namespace.
    pub(super) other_end: Option<IfIndex>,
    pub(super) home: Home,
    pub(super) master: Option<Other>,
    /// The bridge for a veth's other end.
    pub(super) peer_bridge: Option<Other>,
    /// The link that a new one is made on.
    pub(super) parent: Option<Other>,
    /// Bridges that get a port, as they were.
    bridges: Vec<(Arc<NetNs>, Bridge)>,
    /// Whether anything was, or may have been, changed by this add.
    pub(super) touched: bool,
    /// What it is like, once it is made.
    pub(super) identity: Option<Identity>,
    pub(super) trail: Trail,
}

impl<'a> Plan<'a> {
    /// Reads whatever the adds of a list depend on.
    pub(super) fn make(members: &[Member<'a>]) -> Result<Vec<Self>> {
        let Some(first) = members.first() else { return Ok(Vec::new()) };
        let wanted = members.iter().map(|member| member.link.origin.new_links_inside(first.ns.id())).sum();
        let free = ops::index::free(&first.ns.netns, None, wanted).map_err(|error| first.blame(error))?;
        let (mut free, mut plans) = (free.into_iter(), Vec::with_capacity(members.len()));
        let mut known = Known::default();
        for member in members {
            let plan = Self::of(*member, &plans, &mut known, &mut free);
            plans.push(plan.map_err(|error| member.blame(error))?);
        }
        Ok(plans)
    }

    /// The plan for one behind others. `free` has indexes that no link has.
    fn of(
        member: Member<'a>,
        earlier: &[Self],
        known: &mut Known,
        free: &mut impl Iterator<Item = IfIndex>,
    ) -> Result<Self> {
        let Member { ns, link, config, .. } = member;
        let mut bridges = Vec::new();
        // It will have a port, where it is not of this list.
        let mut note = |netns: &Arc<NetNs>, link: Option<LinkInfo>| {
            let as_it_was = |link: LinkInfo| {
                let LinkInfo { index, name, mac, mtu, .. } = link;
                Bridge { index, name: Some(name), mac, mtu }
            };
            bridges.extend(link.map(|link| (Arc::clone(netns), as_it_was(link))));
        };
        let mut master = None;
        if let Some(source) = config.master {
            let (found, link) = known.master(ns, earlier, source)?;
            note(&ns.netns, link);
            master = Some(found);
        }
        let mut parent = None;
        if let Some((netns, Some(name))) = link.origin.made().and_then(Made::below) {
            let (found, _) = known.named(ns, earlier, netns, *name).doing(|| "find its parent")?;
            parent = Some(found);
        }
        let mut peer_bridge = None;
        if let Some(Made::Veth(Veth { netns, bridge: Some(name), .. })) = link.origin.made() {
            let found = known.named(ns, earlier, netns, *name).doing(|| "find the bridge of its other end");
            let (found, link) = found?;
            note(netns, link);
            peer_bridge = Some(found);
        }
        let take = |netns: &NetNs| {
            let settings = config.sysctls.iter().map(|sysctl| sysctl.of(&link.source));
            let snapshot = Box::new(snapshot::take(netns, &link.source, settings)?);
            // Of a loopback, or of a bridge whose last port is gone: the kernel lets nobody set that.
            match snapshot.link.mac {
                Some(none) if none.is_zero() && config.mac.is_some() => {
                    let message = format!("{} has the MAC {none}, which could not be given back to it", link.source);
                    Err(Error::new(ErrorKind::InvalidArgument, message))
                }
                _ => Ok(snapshot),
            }
        };
        let mut other_end = None;
        let (index, home) = match &link.origin {
            Origin::Existing(home) => {
                let snapshot = take(home)?;
                (snapshot.link.index, Home::Moved { netns: Arc::clone(home), snapshot })
            }
            Origin::InPlace => {
                let snapshot = take(&ns.netns)?;
                (snapshot.link.index, Home::InPlace { snapshot })
            }
            Origin::Made(_) => {
                let index = free.next();
                if link.origin.new_links_inside(ns.id()) > 1 {
                    other_end = free.next();
                }
                let none = || Error::new(ErrorKind::Kernel, format!("no free index was found in {ns}"));
                (index.ok_or_else(none)?, Home::Created)
            }
        };
        let naming = config.naming(ns);
        let trail = Trail::default();
        let (touched, identity) = (false, None);
        let plan = Self {
            member,
            naming,
            index,
            other_end,
            home,
            master,
            peer_bridge,
            parent,
            bridges,
            touched,
            identity,
            trail,
        };
        match earlier.iter().find(|other| plan.place().is_some() && other.place() == plan.place()) {
            Some(other) => {
                let message = format!("it is the same link as {}, which is to be added, too", other.member.link.source);
                Err(Error::new(ErrorKind::InvalidArgument, message))
            }
            None => Ok(plan),
        }
    }

    /// One that nothing has to be read for.
    #[cfg(test)]
    pub(super) fn bare(member: Member<'a>) -> Self {
        Self {
            member,
            naming: Naming::Keep,
            index: IfIndex::LOOPBACK,
            other_end: None,
            home: Home::Created,
            master: None,
            peer_bridge: None,
            parent: None,
            bridges: Vec::new(),
            touched: false,
            identity: None,
            trail: Trail::default(),
        }
    }

    /// What is made, if the link is.
    pub(super) fn made(&self) -> Option<&'a Made> {
        self.member.link.origin.made()
    }

    /// Where the link is before.
    fn place(&self) -> Option<(NamespaceId, IfIndex)> {
        match &self.home {
            Home::Moved { netns, snapshot } => Some((netns.id(), snapshot.link.index)),
            Home::InPlace { snapshot } => Some((self.member.ns.id(), snapshot.link.index)),
            Home::Created => None,
        }
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
            (Naming::Keep, Home::Created) => self.member.link.source.as_bytes().to_vec(),
        }
    }

    /// The addresses that the link is to have, those that go along in front; no link-local ones.
    pub(super) fn addresses(&self) -> Vec<Prefix> {
        self.member.config.addresses_with_kept(&self.home)
    }

    /// What is asked for.
    pub(super) fn changes(&self) -> Changes {
        self.member.config.changes(&self.home)
    }

    /// What the journal is to say before the first change.
    pub(super) fn entry(&self) -> journal::Entry {
        journal::Entry {
            stage: Stage::Adding,
            boot: None,
            namespace: self.member.ns.netns.reference(),
            source: self.member.link.source,
            place: None,
            index: self.index,
            name: self.name(),
            identity: None,
            origin: journal::Origin::of(&self.home, self.member.link.origin.kind()),
            changes: self.changes(),
            announce_count: self.member.config.announce.count(),
            announce_interval: self.member.config.announce.interval(),
            bridges: self.bridges.iter().map(|(netns, bridge)| (netns.reference(), bridge.clone())).collect(),
        }
    }

    /// Puts everything back.
    pub(super) fn undo(&mut self) -> std::result::Result<(), Left> {
        if !self.touched {
            return Ok(());
        }
        let netns = &self.member.ns.netns;
        let link = match &self.home {
            Home::Moved { netns: home, snapshot } => {
                let trail = &mut self.trail;
                undo::bring_home(home, snapshot, netns, self.index, self.member.config.mac, |at| {
                    trail.note(|entry| entry.goes_home(Stage::Undoing, at));
                })
            }
            Home::InPlace { snapshot } => undo::in_place(netns, snapshot, &self.changes(), snapshot),
            Home::Created => Self::delete(netns, &[self]).pop().unwrap_or(Ok(())),
        };
        Left::join(link, self.undo_bridges())
    }

    /// Deletes what was made of some.
    pub(super) fn delete(netns: &NetNs, plans: &[&Self]) -> Vec<std::result::Result<(), Left>> {
        let indexes: Vec<IfIndex> = plans.iter().map(|plan| plan.index).collect();
        undo::delete_all(netns, &indexes, |number, link| plans.get(number).is_some_and(|plan| plan.is_made(link)))
    }

    /// Whether a link at its index is the one that was made. Where that is not known, by what it was to be.
    fn is_made(&self, link: &LinkInfo) -> bool {
        let Member { link: Link { origin, .. }, config, .. } = self.member;
        // One in that mode begins with its parent's MAC.
        let passes_through =
            matches!(origin, Origin::Made(Made::Macvlan(macvlan)) if macvlan.mode == MacvlanMode::Passthru);
        let is_as_asked = || {
            link.kind.as_deref() == Some(origin.kind())
                && link.name.completes(&self.name())
                && (passes_through || config.mac.is_none_or(|mac| link.mac == Some(mac)))
        };
        self.identity.as_ref().map_or_else(is_as_asked, |identity| identity.fits(link))
    }

    /// Gives the bridges that got a port back what that has changed.
    pub(super) fn undo_bridges(&self) -> std::result::Result<(), Left> {
        if self.touched { undo::bridges(&self.bridges) } else { Ok(()) }
    }
}
