//! Getting a link into its namespace under its final name: the step of an add that moves or makes it.

use std::sync::Arc;

use super::config::{InterfaceConfig, Naming};
use super::link::{Link, Origin, Veth};
use super::restore::{self, Left};
use super::snapshot;
use crate::error::{Context, Error, Result};
use crate::namespace::record::{Bridge, Home};
use crate::namespace::{Namespace, NetNs};
use crate::ops;
use crate::types::{IfIndex, IfName, printable};
use crate::wire::link::{self as wire, Kind, LinkInfo};

/// What a link is called between its move and its rename, where the move itself cannot give it its name.
const INTERIM: &[u8] = b"netgraft%d";

/// A link that is in its namespace.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) link: LinkInfo,
    pub(super) home: Home,
    /// Bridges that it, or its other end, is a port of now.
    pub(super) bridges: Vec<(Arc<NetNs>, Bridge)>,
}

/// Why a link is not in its namespace, and what could not be put back.
pub(super) type Failure = (Error, std::result::Result<(), Left>);

/// A failure before anything was touched.
fn untouched(error: Error) -> Failure {
    (error, Ok(()))
}

/// Moves, makes or finds the link.
pub(super) fn place(ns: &Namespace, link: &Link, config: &InterfaceConfig) -> std::result::Result<Placed, Failure> {
    let naming = if ns.is_host() { Naming::Keep } else { config.name };
    match &link.origin {
        Origin::Existing(home) => move_in(ns, home, link.source, naming, config),
        Origin::InPlace => take_in_place(&ns.netns, link.source, naming, config),
        Origin::Bridge => make(&ns.netns, link.source, naming, config, Kind::Bridge, "bridge"),
        Origin::Dummy => make(&ns.netns, link.source, naming, config, Kind::Dummy, "dummy"),
        Origin::Veth(peer) => make_veth(&ns.netns, link.source, naming, config, peer),
    }
}

fn move_in(
    ns: &Namespace,
    home: &Arc<NetNs>,
    source: IfName,
    naming: Naming,
    config: &InterfaceConfig,
) -> std::result::Result<Placed, Failure> {
    let target = &*ns.netns;
    let taken = snapshot::take(home, &source, &config.sysctls).map_err(untouched)?;
    let found = &taken.link;
    let (name, rename) = match naming {
        Naming::Keep => (found.name.as_bytes().to_vec(), None),
        Naming::Exact(name) => (name.as_bytes().to_vec(), None),
        // It arrives under its old name, whose number would then not be free for itself.
        Naming::Prefix(prefix) if prefix.covers(&found.name) => (INTERIM.to_vec(), Some(prefix.pattern())),
        Naming::Prefix(prefix) => (prefix.pattern(), None),
    };
    log::debug!("move {} from {home} to {target} under {}", found.name, shown(&name));
    let (index, moved) = ops::link::relocate(home, found.index, target, &name, found.index);
    let named = moved
        .and_then(|()| rename.as_deref().map_or(Ok(()), |pattern| ops::link::rename(target, index, pattern)))
        .doing(|| format!("move it under {}", shown(rename.as_deref().unwrap_or(&name))))
        .and_then(|()| ops::link::get(target, index));
    match named {
        Ok(link) => {
            let home = Home::Moved { netns: Arc::clone(home), snapshot: Box::new(taken) };
            Ok(Placed { link, home, bridges: Vec::new() })
        }
        Err(error) => Err((error, restore::bring_home(home, &taken, target, index))),
    }
}

fn take_in_place(
    netns: &NetNs,
    source: IfName,
    naming: Naming,
    config: &InterfaceConfig,
) -> std::result::Result<Placed, Failure> {
    let taken = snapshot::take(netns, &source, &config.sysctls).map_err(untouched)?;
    let (index, old) = (taken.link.index, taken.link.name);
    let renamed = match naming {
        Naming::Keep => Ok(()),
        Naming::Exact(name) if name == old => Ok(()),
        Naming::Exact(name) => {
            ops::link::rename(netns, index, name.as_bytes()).doing(|| format!("rename it to {name}"))
        }
        Naming::Prefix(prefix) => {
            let interim = if prefix.covers(&old) { ops::link::rename(netns, index, INTERIM) } else { Ok(()) };
            interim
                .and_then(|()| ops::link::rename(netns, index, &prefix.pattern()))
                .doing(|| format!("rename it to {}", shown(&prefix.pattern())))
        }
    };
    match renamed.and_then(|()| ops::link::get(netns, index)) {
        Ok(link) => Ok(Placed { link, home: Home::InPlace { snapshot: Box::new(taken) }, bridges: Vec::new() }),
        Err(error) => Err((error, restore::in_place(netns, &taken, &Default::default()))),
    }
}

fn make(
    netns: &NetNs,
    source: IfName,
    naming: Naming,
    config: &InterfaceConfig,
    kind: Kind<'_>,
    what: &str,
) -> std::result::Result<Placed, Failure> {
    let name = match naming {
        Naming::Keep => source.as_bytes().to_vec(),
        Naming::Exact(name) => name.as_bytes().to_vec(),
        Naming::Prefix(prefix) => prefix.pattern(),
    };
    log::debug!("make a {what} under {} in {netns}", shown(&name));
    let index = ops::link::create(netns, &name, config.mac, kind).map_err(|(error, perhaps)| {
        let mac = config.mac.map_or_else(String::new, |mac| format!(" and the MAC {mac}"));
        let error = error.context(format!("make a {what} under {}{mac}", shown(&name)));
        (error, perhaps.map_or(Ok(()), |index| restore::delete(netns, index)))
    })?;
    match ops::link::get(netns, index) {
        Ok(link) => Ok(Placed { link, home: Home::Created, bridges: Vec::new() }),
        Err(error) => Err((error, restore::delete(netns, index))),
    }
}

fn make_veth(
    netns: &NetNs,
    source: IfName,
    naming: Naming,
    config: &InterfaceConfig,
    peer: &Veth,
) -> std::result::Result<Placed, Failure> {
    let bridge = peer.bridge.map(|name| ops::link::by_name(&peer.netns, &name)).transpose();
    let bridge = bridge.doing(|| "find the bridge of its other end").map_err(untouched)?;
    let made = peer.netns.with_file(|file| {
        let kind = Kind::Veth { peer_namespace: file, peer_name: &peer.name };
        let what = format!("veth (its other end {} in {})", peer.name, peer.netns);
        Ok(make(netns, source, naming, config, kind, &what))
    });
    let mut placed = made.map_err(untouched)??;
    let Some(bridge) = bridge else { return Ok(placed) };
    placed.bridges.push((Arc::clone(&peer.netns), snapshot::bridge(&bridge)));
    log::debug!("make {} a port of {} in {}", peer.name, bridge.name, peer.netns);
    match attach(&peer.netns, &placed.link, &bridge) {
        Ok(()) => Ok(placed),
        Err(error) => {
            let error = error.context(format!("make {} a port of {} in {}", peer.name, bridge.name, peer.netns));
            let index = placed.link.index;
            Err((error, restore::delete(netns, index).and_then(|()| restore::bridges(&placed.bridges))))
        }
    }
}

/// Makes a veth's other end a port of a bridge, and sets it up.
fn attach(netns: &NetNs, link: &LinkInfo, bridge: &LinkInfo) -> Result<()> {
    // Where the kernel leaves it out, both ends have the same index.
    let peer: IfIndex = link.peer.unwrap_or(link.index);
    let requests = [wire::set_master(peer, Some(bridge.index)), wire::set_up(peer, true)];
    netns.talk(|connection| connection.batch(&requests, |_, _| {})?.into_result())
}

/// A name or a pattern as a person reads it.
fn shown(name: &[u8]) -> String {
    match name.strip_suffix(b"%d") {
        Some(prefix) => format!("a name with the prefix {}", printable(prefix)),
        None => format!("the name {}", printable(name)),
    }
}
