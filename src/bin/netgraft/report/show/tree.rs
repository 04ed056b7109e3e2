//! What is shown: namespaces with their links, each with its other end.

use netgraft::LinkState;
use serde::Serialize;

use super::Scene;
use crate::report::interface::texts;
use crate::report::routing::{GatewaysReport, RouteReport};

#[derive(Debug, Serialize)]
pub(crate) struct Tree {
    pub(super) namespaces: Vec<NamespaceView>,
}

#[derive(Debug, Serialize)]
pub(super) struct NamespaceView {
    pub(super) namespace: String,
    pub(super) links: Vec<LinkView>,
    pub(super) gateway: GatewaysReport,
    pub(super) routes: Vec<RouteReport>,
}

#[derive(Debug, Serialize)]
pub(super) struct LinkView {
    pub(super) name: String,
    pub(super) index: u32,
    pub(super) source: Option<String>,
    pub(super) kind: Option<String>,
    pub(super) mac: Option<String>,
    pub(super) mtu: u32,
    pub(super) up: bool,
    pub(super) running: bool,
    pub(super) alias: Option<String>,
    pub(super) master: Option<String>,
    pub(super) peer: Option<FarEnd>,
    pub(super) ipv4: Vec<String>,
    pub(super) ipv6: Vec<String>,
    pub(super) routes: Vec<String>,
    pub(super) link_local: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct FarEnd {
    pub(super) namespace: String,
    pub(super) name: String,
    pub(super) bridge: Option<String>,
}

impl Tree {
    /// The first so many of the namespaces; other ends are looked for in all of them.
    pub(crate) fn of(scenes: &[Scene], shown: usize) -> Self {
        Self { namespaces: scenes.iter().take(shown).map(|scene| NamespaceView::of(scene, scenes)).collect() }
    }
}

impl NamespaceView {
    fn of(scene: &Scene, all: &[Scene]) -> Self {
        let source = |link: &LinkState| {
            let interface = scene.interfaces.iter().find(|interface| interface.index() == link.index)?;
            Some(interface.source_name().to_string())
        };
        let leaf = |link: &LinkState| LinkView {
            name: link.name.to_string(),
            index: link.index.get(),
            source: source(link),
            kind: link.kind.clone(),
            mac: link.mac.filter(|mac| !mac.is_zero()).map(|mac| mac.to_string()),
            mtu: link.mtu,
            up: link.up,
            running: link.running,
            alias: link.alias.clone(),
            master: link.master.and_then(|master| scene.name_of(master)),
            peer: FarEnd::of(link, scene, all),
            ipv4: texts(link.addresses.iter().filter(|address| address.is_ipv4())),
            ipv6: texts(link.addresses.iter().filter(|address| address.is_ipv6())),
            routes: texts(&link.routes),
            link_local: texts(&link.link_local),
        };
        Self {
            namespace: scene.namespace.to_string(),
            links: scene.links.iter().map(leaf).collect(),
            gateway: scene.gateways.into(),
            routes: scene.routes.iter().map(RouteReport::from).collect(),
        }
    }
}

impl LinkView {
    pub(super) fn addresses(&self) -> impl Iterator<Item = &String> {
        self.ipv4.iter().chain(&self.ipv6).chain(&self.link_local)
    }
}

impl FarEnd {
    /// The other end of a pair. The kernel tells its index and, for one elsewhere, the namespace by a number
    /// that means nothing outside; so both ends have to name each other, and no third one may fit.
    fn of(link: &LinkState, scene: &Scene, all: &[Scene]) -> Option<Self> {
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
        Some(Self { namespace: home.namespace.to_string(), name: end.name.to_string(), bridge })
    }
}
