//! The tree as a graph in the language of Graphviz (<https://graphviz.org/doc/info/lang.html>).

use std::fmt;

use serde::Serialize;

use super::tree::{LinkView, NamespaceView, Tree};

#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(crate) struct Graph(pub(crate) Tree);

impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "graph netgraft {{")?;
        writeln!(f, "  rankdir=LR; node [shape=box];")?;
        let namespaces = &self.0.namespaces;
        for (number, branch) in namespaces.iter().enumerate() {
            write_branch(f, number, branch)?;
        }
        for branch in namespaces {
            for leaf in &branch.links {
                write_edges(f, namespaces, branch, leaf)?;
            }
        }
        writeln!(f, "}}")
    }
}

/// A namespace is a box around the nodes of its links.
fn write_branch(f: &mut fmt::Formatter<'_>, number: usize, branch: &NamespaceView) -> fmt::Result {
    let gateways = branch.gateway.each().map(|gateway| format!("gateway {gateway}"));
    let routes = branch.routes.iter().map(|route| format!("route {route}"));
    let label: Vec<String> = [branch.namespace.clone()].into_iter().chain(gateways).chain(routes).collect();
    writeln!(f, "  subgraph cluster_{number} {{")?;
    writeln!(f, "    label={};", quoted(&label))?;
    for leaf in &branch.links {
        let routes = leaf.routes.iter().map(|route| format!("route {route}"));
        let lines = [leaf.name.clone()].into_iter().chain(leaf.kind.clone()).chain(leaf.mac.clone());
        let label: Vec<String> = lines.chain(leaf.addresses().cloned()).chain(routes).collect();
        let style = if leaf.up { "" } else { ", style=dashed" };
        writeln!(f, "    {} [label={}{style}];", node(&branch.namespace, &leaf.name), quoted(&label))?;
    }
    writeln!(f, "  }}")
}

/// From a port to its bridge, and between the two ends of a pair, told by one of them where both are drawn. Where the
/// other end is not, nobody else tells of its bridge.
fn write_edges(
    f: &mut fmt::Formatter<'_>,
    drawn: &[NamespaceView],
    branch: &NamespaceView,
    leaf: &LinkView,
) -> fmt::Result {
    let own = (&branch.namespace, &leaf.name);
    write_port(f, own, leaf.master.as_ref())?;
    if let Some(peer) = &leaf.peer {
        let other = (&peer.namespace, &peer.name);
        let is_drawn = drawn.iter().any(|branch| branch.namespace == peer.namespace);
        if own < other || !is_drawn {
            writeln!(f, "  {} -- {};", node(own.0, own.1), node(other.0, other.1))?;
        }
        if !is_drawn {
            write_port(f, other, peer.bridge.as_ref())?;
        }
    }
    Ok(())
}

fn write_port(f: &mut fmt::Formatter<'_>, port: (&String, &String), bridge: Option<&String>) -> fmt::Result {
    let Some(bridge) = bridge else { return Ok(()) };
    writeln!(f, "  {} -- {} [style=bold];", node(port.0, port.1), node(port.0, bridge))
}

fn node(namespace: &str, link: &str) -> String {
    quoted(&[format!("{namespace} {link}")])
}

/// A string of several lines.
fn quoted(lines: &[String]) -> String {
    let escaped: Vec<String> = lines.iter().map(|line| line.replace('\\', "\\\\").replace('"', "\\\"")).collect();
    format!("\"{}\"", escaped.join("\\n"))
}
