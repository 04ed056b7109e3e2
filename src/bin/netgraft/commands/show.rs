//! `show`: namespaces, their links, and what is at the other end of each.

use std::ffi::OsString;
use std::fmt;
use std::fs;

use netgraft::{Gateways, IfIndex, LinkState, Namespace, Route};
use serde::Serialize;

use super::routing::{GatewaysReport, RouteReport};
use crate::failure::Failure;
use crate::report::{Report, texts};
use crate::session::Session;
use crate::values::{Netns, PINS};

pub(crate) fn show(netns: Option<&Netns>, session: &mut Session) -> Result<Report, Failure> {
    let chosen = netns.map(|netns| session.journalled(netns)).transpose()?;
    let mut namespaces: Vec<Namespace> = chosen.iter().cloned().collect();
    // Peers are looked for in all that can be known of.
    for namespace in around(session) {
        if namespaces.iter().all(|known| known.id() != namespace.id()) {
            namespaces.push(namespace);
        }
    }
    let read = session.timed(|| namespaces.into_iter().map(Scene::read).collect::<netgraft::Result<Vec<_>>>());
    let scenes = read?;
    let shown = if chosen.is_some() { 1 } else { scenes.len() };
    Ok(Report::Tree(Tree { namespaces: scenes.iter().take(shown).map(|scene| branch(scene, &scenes)).collect() }))
}

/// The current namespace and those that are pinned where names lead.
fn around(session: &mut Session) -> Vec<Namespace> {
    let mut names: Vec<OsString> =
        fs::read_dir(PINS).into_iter().flatten().flatten().map(|entry| entry.file_name()).collect();
    names.sort();
    let pins = names.into_iter().map(|name| Netns::Path([PINS.into(), name].iter().collect()));
    let words = [Netns::Current].into_iter().chain(pins);
    // A plain file among the pins is no reason to show nothing.
    let mut look = |word| {
        let namespace = session.look_at(&word)?;
        session.keep_journal(&namespace);
        Ok::<_, netgraft::Error>(namespace)
    };
    words.filter_map(|word| look(word).inspect_err(|error| log::warn!("{error}")).ok()).collect()
}

/// A namespace and the links that were found in it.
struct Scene {
    namespace: Namespace,
    links: Vec<LinkState>,
    gateways: Gateways,
    routes: Vec<Route>,
}

impl Scene {
    fn read(namespace: Namespace) -> netgraft::Result<Self> {
        Ok(Self { links: namespace.links()?, gateways: namespace.gateways()?, routes: namespace.routes()?, namespace })
    }

    fn name_of(&self, index: IfIndex) -> Option<String> {
        self.links.iter().find(|link| link.index == index).map(|link| link.name.to_string())
    }

    /// The link with this index, if its own other end has that one.
    fn end(&self, index: IfIndex, other: IfIndex) -> Option<&LinkState> {
        self.links.iter().find(|link| link.index == index && link.peer == Some(other))
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct Tree {
    namespaces: Vec<Branch>,
}

#[derive(Debug, Serialize)]
struct Branch {
    namespace: String,
    links: Vec<Leaf>,
    gateway: GatewaysReport,
    routes: Vec<RouteReport>,
}

#[derive(Debug, Serialize)]
struct Leaf {
    name: String,
    index: u32,
    source: Option<String>,
    kind: Option<String>,
    mac: Option<String>,
    mtu: u32,
    up: bool,
    running: bool,
    alias: Option<String>,
    master: Option<String>,
    peer: Option<Peer>,
    ipv4: Vec<String>,
    ipv6: Vec<String>,
    routes: Vec<String>,
    link_local: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Peer {
    namespace: String,
    name: String,
    bridge: Option<String>,
}

fn branch(scene: &Scene, all: &[Scene]) -> Branch {
    let interfaces = scene.namespace.interfaces();
    let leaf = |link: &LinkState| Leaf {
        name: link.name.to_string(),
        index: link.index.get(),
        source: interfaces
            .iter()
            .find(|interface| interface.index() == link.index)
            .map(|interface| interface.source_name().to_string()),
        kind: link.kind.clone(),
        mac: link.mac.filter(|mac| !mac.is_zero()).map(|mac| mac.to_string()),
        mtu: link.mtu,
        up: link.up,
        running: link.running,
        alias: link.alias.clone(),
        master: link.master.and_then(|master| scene.name_of(master)),
        peer: peer(link, scene, all),
        ipv4: texts(link.addresses.iter().filter(|address| address.is_ipv4())),
        ipv6: texts(link.addresses.iter().filter(|address| address.is_ipv6())),
        routes: texts(&link.routes),
        link_local: texts(&link.link_local),
    };
    Branch {
        namespace: scene.namespace.to_string(),
        links: scene.links.iter().map(leaf).collect(),
        gateway: scene.gateways.into(),
        routes: scene.routes.iter().map(RouteReport::from).collect(),
    }
}

/// The other end of a pair. The kernel tells its index and, for one elsewhere, the namespace by a number
/// that means nothing outside; so both ends have to name each other, and no third one may fit.
fn peer(link: &LinkState, scene: &Scene, all: &[Scene]) -> Option<Peer> {
    let index = link.peer?;
    let mut found = all
        .iter()
        .filter(|other| (other.namespace.id() == scene.namespace.id()) == link.peer_namespace.is_none())
        .filter_map(|other| Some((other, other.end(index, link.index)?)));
    let (home, end) = found.next()?;
    if found.next().is_some() {
        return None;
    }
    let bridge = end.master.and_then(|master| home.name_of(master));
    Some(Peer { namespace: home.namespace.to_string(), name: end.name.to_string(), bridge })
}

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for branch in &self.namespaces {
            writeln!(f, "{}", branch.namespace)?;
            branch.links.iter().try_for_each(|leaf| leaf.fmt(f))?;
            branch.gateway.each().try_for_each(|gateway| writeln!(f, "  gateway {gateway}"))?;
            branch.routes.iter().try_for_each(|route| writeln!(f, "  route {route}"))?;
        }
        Ok(())
    }
}

impl fmt::Display for Leaf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match (self.up, self.running) {
            (false, _) => "down",
            (true, false) => "up, no carrier",
            (true, true) => "up",
        };
        write!(f, "  {} ({}) {state}", self.name, self.index)?;
        for word in self.kind.iter().chain(&self.mac) {
            write!(f, ", {word}")?;
        }
        write!(f, ", mtu {}", self.mtu)?;
        for (word, name) in [("from", &self.source), ("port of", &self.master), ("alias", &self.alias)] {
            if let Some(name) = name {
                write!(f, ", {word} {name}")?;
            }
        }
        writeln!(f)?;
        for address in self.ipv4.iter().chain(&self.ipv6).chain(&self.link_local) {
            writeln!(f, "    {address}")?;
        }
        for route in &self.routes {
            writeln!(f, "    route {route}")?;
        }
        if let Some(peer) = &self.peer {
            write!(f, "    peer {} in {}", peer.name, peer.namespace)?;
            if let Some(bridge) = &peer.bridge {
                write!(f, ", port of {bridge}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
