//! The tree as people look at it.

use std::fmt;

use super::tree::{LinkView, NamespaceView, Tree};
use crate::escape::escape;
use crate::style::{FAINT, FINE, HEADING, NAME, VALUE, WRONG, painted};

/// What stands in front of the lines of a branch's child: of the first, and of the others.
const CHILD: [&str; 2] = ["├─ ", "│    "];
const LAST_CHILD: [&str; 2] = ["└─ ", "     "];

impl fmt::Display for Tree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.namespaces.iter().try_for_each(|branch| branch.fmt(f))
    }
}

impl fmt::Display for NamespaceView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", painted(HEADING, &self.namespace))?;
        let gateways = self.gateway.each().map(|gateway| vec![format!("gateway {}", painted(VALUE, gateway))]);
        let routes = self.routes.iter().map(|route| vec![format!("route {}", painted(VALUE, route))]);
        let children: Vec<Vec<String>> = gateways.chain(routes).chain(self.links.iter().map(lines)).collect();
        for (number, child) in children.iter().enumerate() {
            let [first, others] = if number + 1 == children.len() { LAST_CHILD } else { CHILD };
            let fronts = [first].into_iter().chain(std::iter::repeat(others));
            fronts.zip(child).try_for_each(|(front, line)| writeln!(f, "{}{line}", painted(FAINT, front)))?;
        }
        Ok(())
    }
}

/// A link in a line, and what is to be said of it in lines below.
fn lines(leaf: &LinkView) -> Vec<String> {
    let state = match (leaf.up, leaf.running) {
        (false, _) => painted(WRONG, "down"),
        (true, false) => painted(WRONG, "up, no carrier"),
        (true, true) => painted(FINE, "up"),
    };
    let mut link = format!("{} ({}) {state}", painted(NAME, &leaf.name), leaf.index);
    leaf.kind.iter().chain(&leaf.mac).for_each(|word| link.extend([", ", word]));
    link += &format!(", mtu {}", leaf.mtu);
    for (word, name) in [("from", &leaf.source), ("port of", &leaf.master), ("alias", &leaf.alias)] {
        link.extend(name.iter().map(|name| format!(", {word} {}", escape(name))));
    }
    let addresses = leaf.addresses().map(|address| painted(VALUE, address).to_string());
    let routes = leaf.routes.iter().map(|route| format!("route {}", painted(VALUE, route)));
    let peer = leaf.peer.iter().map(|peer| {
        let bridge = peer.bridge.iter().map(|bridge| format!(", port of {}", painted(NAME, bridge)));
        format!("peer {} in {}{}", painted(NAME, &peer.name), peer.namespace, bridge.collect::<String>())
    });
    [link].into_iter().chain(addresses).chain(routes).chain(peer).collect()
}
