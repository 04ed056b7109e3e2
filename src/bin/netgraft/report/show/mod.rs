//! What `show` prints: namespaces, their links, and the other end of each; as a tree, a graph, or JSON.

mod dot;
mod text;
mod tree;

use netgraft::{Gateways, IfIndex, Interface, LinkState, Namespace, Route};

pub(crate) use dot::Graph;
pub(crate) use tree::Tree;

/// A namespace and what was read in it.
pub(crate) struct Scene {
    namespace: Namespace,
    interfaces: Vec<Interface>,
    links: Vec<LinkState>,
    gateways: Gateways,
    routes: Vec<Route>,
}

impl Scene {
    pub(crate) fn read(namespace: Namespace) -> netgraft::Result<Self> {
        let interfaces = namespace.interfaces()?;
        let (links, gateways, routes) = (namespace.links()?, namespace.gateways()?, namespace.routes()?);
        Ok(Self { namespace, interfaces, links, gateways, routes })
    }

    fn name_of(&self, index: IfIndex) -> Option<String> {
        self.links.iter().find(|link| link.index == index).map(|link| link.name.to_string())
    }

    /// The link with this index, if its own other end has that one.
    fn end(&self, index: IfIndex, other: IfIndex) -> Option<&LinkState> {
        self.links.iter().find(|link| link.index == index && link.peer == Some(other))
    }
}
