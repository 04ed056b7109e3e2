//! What `wait` and `monitor` print of a link.

use std::fmt;

use netgraft::{LinkChange, LinkEvent, LinkState, Namespace};
use serde::Serialize;

use crate::escape::escape;
use crate::report::interface::texts;

/// A link as the kernel has it.
#[derive(Debug, Serialize)]
pub(crate) struct LinkReport {
    name: String,
    index: u32,
    kind: Option<String>,
    mac: Option<String>,
    permanent_mac: Option<String>,
    device: Option<String>,
    alternative_names: Vec<String>,
    mtu: u32,
    up: bool,
    running: bool,
}

impl From<&LinkState> for LinkReport {
    fn from(link: &LinkState) -> Self {
        Self {
            name: link.name.to_string(),
            index: link.index.get(),
            kind: link.kind.clone(),
            mac: link.mac.map(|mac| mac.to_string()),
            permanent_mac: link.permanent_mac.map(|mac| mac.to_string()),
            device: link.parent_device.clone(),
            alternative_names: link.alternative_names.clone(),
            mtu: link.mtu,
            up: link.up,
            running: link.running,
        }
    }
}

impl fmt::Display for LinkReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.running {
            "running"
        } else if self.up {
            "up"
        } else {
            "down"
        };
        write!(f, "{} ({}), {state}", self.name, self.index)?;
        self.mac.iter().try_for_each(|mac| write!(f, ", {mac}"))
    }
}

/// Something that happened to a link.
#[derive(Debug, Serialize)]
pub(crate) struct EventReport {
    command: &'static str,
    event: &'static str,
    namespace: String,
    source: Option<String>,
    #[serde(flatten)]
    link: LinkReport,
    /// The name before the event `renamed`.
    old_name: Option<String>,
    /// The address of the events `address-added` and `address-lost`.
    address: Option<String>,
    ipv4: Vec<String>,
    ipv6: Vec<String>,
    link_local: Vec<String>,
}

impl EventReport {
    pub(crate) fn new(namespace: &Namespace, event: &LinkEvent) -> Self {
        let link = &event.link;
        Self {
            command: "monitor",
            event: event.change.as_str(),
            namespace: namespace.to_string(),
            source: event.source.map(|source| source.to_string()),
            link: link.into(),
            old_name: match event.change {
                LinkChange::Renamed { from } => Some(from.to_string()),
                _ => None,
            },
            address: match event.change {
                LinkChange::AddressAdded(address) | LinkChange::AddressLost(address) => Some(address.to_string()),
                _ => None,
            },
            ipv4: texts(link.addresses.iter().filter(|address| address.is_ipv4())),
            ipv6: texts(link.addresses.iter().filter(|address| address.is_ipv6())),
            link_local: texts(&link.link_local),
        }
    }
}

impl fmt::Display for EventReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.event, escape(&self.link.to_string()))?;
        self.source.iter().try_for_each(|source| write!(f, ", interface {source}"))?;
        self.old_name.iter().try_for_each(|name| write!(f, ", was {name}"))?;
        match &self.address {
            Some(address) => write!(f, ", {address}"),
            None => self.ipv4.iter().chain(&self.ipv6).try_for_each(|address| write!(f, ", {address}")),
        }
    }
}
