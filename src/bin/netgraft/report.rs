//! What a command that went well has to tell, as text and as JSON.

use std::fmt;

use netgraft::{Interface, Namespace, Prefix, Statistics};
use serde::Serialize;

use crate::commands::restore::RestoredReport;
use crate::commands::routing::{GatewaysReport, RouteReport};
use crate::commands::show::{Graph, Tree};
use crate::demo::Story;

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Report {
    /// It is done, and that is all.
    Nothing,
    Namespace(NamespaceReport),
    Interface(InterfaceReport),
    Restored(RestoredReport),
    Interfaces {
        interfaces: Vec<InterfaceReport>,
    },
    Statistics(StatisticsReport),
    Gateways(GatewaysReport),
    Routes {
        routes: Vec<RouteReport>,
    },
    Tree(Tree),
    Graph(Graph),
    Exit {
        status: u8,
    },
    Story(Story),
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing | Self::Exit { .. } => Ok(()),
            Self::Namespace(namespace) => writeln!(f, "{}", namespace.namespace),
            Self::Interface(interface) => writeln!(f, "{interface}"),
            Self::Restored(restored) => restored.fmt(f),
            Self::Interfaces { interfaces } => interfaces.iter().try_for_each(|interface| writeln!(f, "{interface}")),
            Self::Statistics(statistics) => statistics.fmt(f),
            Self::Gateways(gateways) => gateways.fmt(f),
            Self::Routes { routes } => routes.iter().try_for_each(|route| writeln!(f, "{route}")),
            Self::Tree(tree) => tree.fmt(f),
            Self::Graph(graph) => graph.fmt(f),
            Self::Story(story) => story.fmt(f),
        }
    }
}

#[derive(Debug, Serialize)]
pub(crate) struct NamespaceReport {
    namespace: String,
}

impl From<&Namespace> for NamespaceReport {
    fn from(namespace: &Namespace) -> Self {
        Self { namespace: namespace.to_string() }
    }
}

/// An interface as the kernel has it now. What cannot be read is unset: the link may be gone already.
#[derive(Debug, Serialize)]
pub(crate) struct InterfaceReport {
    /// Where several namespaces are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    source: String,
    name: String,
    index: u32,
    mac: Option<String>,
    up: Option<bool>,
    ipv4: Vec<String>,
    ipv6: Vec<String>,
    routes: Vec<String>,
    link_local: Vec<String>,
}

impl From<&Interface> for InterfaceReport {
    fn from(interface: &Interface) -> Self {
        let state = interface.state().inspect_err(|error| log::warn!("{error}")).ok();
        let (addresses, routes, link_local) = match &state {
            Some(state) => (&*state.addresses, &*state.routes, &*state.link_local),
            None => (&[][..], &[][..], &[][..]),
        };
        let kept = interface.default_routes();
        Self {
            namespace: None,
            source: interface.source_name().to_string(),
            name: state.as_ref().map_or_else(|| interface.name(), |state| state.name).to_string(),
            index: interface.index().get(),
            mac: state.as_ref().and_then(|state| state.mac).map(|mac| mac.to_string()),
            up: state.as_ref().map(|state| state.up),
            ipv4: texts(addresses.iter().filter(|address| address.is_ipv4())),
            ipv6: texts(addresses.iter().filter(|address| address.is_ipv6())),
            routes: texts(routes.iter().chain(kept.iter().filter(|route| !routes.contains(route)))),
            link_local: texts(link_local),
        }
    }
}

impl InterfaceReport {
    /// The same, with the namespace.
    pub(crate) fn with_namespace(interface: &Interface) -> Self {
        Self { namespace: Some(interface.namespace().to_string()), ..Self::from(interface) }
    }
}

impl fmt::Display for InterfaceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.namespace.iter().try_for_each(|namespace| write!(f, "{namespace}: "))?;
        write!(f, "{} ({})", self.name, self.index)?;
        if self.source != self.name {
            write!(f, " from {}", self.source)?;
        }
        match self.up {
            Some(true) => f.write_str(", up")?,
            Some(false) => f.write_str(", down")?,
            None => f.write_str(", gone")?,
        }
        for word in self.mac.iter().chain(&self.ipv4).chain(&self.ipv6).chain(&self.link_local) {
            write!(f, ", {word}")?;
        }
        self.routes.iter().try_for_each(|route| write!(f, ", route {route}"))
    }
}

pub(crate) fn texts<'a>(prefixes: impl IntoIterator<Item = &'a Prefix>) -> Vec<String> {
    prefixes.into_iter().map(Prefix::to_string).collect()
}

#[derive(Debug, Serialize)]
pub(crate) struct StatisticsReport {
    rx_bytes: u64,
    rx_packets: u64,
    rx_errors: u64,
    rx_dropped: u64,
    tx_bytes: u64,
    tx_packets: u64,
    tx_errors: u64,
    tx_dropped: u64,
    multicast: u64,
}

impl From<Statistics> for StatisticsReport {
    fn from(from: Statistics) -> Self {
        Self {
            rx_bytes: from.rx_bytes,
            rx_packets: from.rx_packets,
            rx_errors: from.rx_errors,
            rx_dropped: from.rx_dropped,
            tx_bytes: from.tx_bytes,
            tx_packets: from.tx_packets,
            tx_errors: from.tx_errors,
            tx_dropped: from.tx_dropped,
            multicast: from.multicast,
        }
    }
}

impl fmt::Display for StatisticsReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "     {:>15} {:>12} {:>10} {:>10} {:>10}", "bytes", "packets", "errors", "dropped", "multicast")?;
        writeln!(
            f,
            "rx   {:>15} {:>12} {:>10} {:>10} {:>10}",
            self.rx_bytes, self.rx_packets, self.rx_errors, self.rx_dropped, self.multicast
        )?;
        writeln!(f, "tx   {:>15} {:>12} {:>10} {:>10}", self.tx_bytes, self.tx_packets, self.tx_errors, self.tx_dropped)
    }
}
