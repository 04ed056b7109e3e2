//! The requests by which a link is configured, in the promised order.

use crate::interface::add::configure::target::ConfigTarget;
use crate::netns::NetNs;
use crate::text::printable;
use crate::types::{Address, Family};
use crate::wire::address;
use crate::wire::link;
use crate::wire::request::Request;
use crate::wire::route;
use crate::wire::route::NewRoute;
use crate::wire::rule;
use std::convert::Infallible;

/// One request and what it does, for the error.
pub(super) struct ConfigStep {
    pub(super) doing: String,
    pub(super) request: Request,
}

impl ConfigStep {
    /// The request, which is about to be sent.
    pub(super) fn request(&self, netns: &NetNs) -> Request {
        log::debug!("{} in {netns}", self.doing);
        self.request.clone()
    }
}

impl ConfigTarget<'_> {
    /// What is set before the kernel settings, in the promised order: attributes, IPv4, IPv6, master, link-local.
    pub(super) fn before_settings(&self) -> Vec<ConfigStep> {
        let &Self { config, link, ipv6, .. } = self;
        let name = link.name;
        let set = |what: String, attribute| ConfigStep {
            doing: format!("set {name} {what}"),
            request: link::set(link.index, &[attribute]),
        };
        let add = |address: &Address, detect| {
            let request = address::add(link.index, address, detect);
            ConfigStep { doing: format!("add the address {address} to {name}"), request }
        };
        let mut steps = Vec::new();
        // A value that the link has already is not set again: some kinds refuse even that.
        let mac = self.plan.mac().filter(|mac| link.mac != Some(*mac));
        steps.extend(mac.map(|mac| set(format!("MAC {mac}"), link::mac_attribute(mac))));
        steps.extend(self.mtus().into_iter().map(|mtu| set(format!("mtu {mtu}"), link::mtu_attribute(mtu))));
        let queue = config.tx_queue_len.filter(|length| link.tx_queue_len != *length);
        steps.extend(queue.map(|length| set(format!("txqueuelen {length}"), link::tx_queue_len_attribute(length))));
        let alias = config.alias.as_deref().filter(|alias| link.alias.as_deref().unwrap_or_default() != *alias);
        steps.extend(alias.map(|text| set(format!("alias \"{}\"", printable(text)), link::alias_attribute(text))));
        for (on, flag, what) in [
            (config.promiscuous, libc::IFF_PROMISC, "promiscuous"),
            (config.all_multicast, libc::IFF_ALLMULTI, "to receive all multicast"),
        ] {
            let step = || ConfigStep {
                doing: format!("set {name} {what}"),
                request: link::set_flags(link.index, flag as u32, flag as u32),
            };
            steps.extend(on.then(step));
        }
        for family in Family::ALL.into_iter().filter(|family| ipv6 || *family == Family::Ipv4) {
            steps.extend(self.keep(family));
            let deferred = config.probe.is_some() && family == Family::Ipv4;
            let is_kept = |address: &Address| self.kept.iter().any(|(kept, _)| *kept == address.prefix());
            let asked =
                config.addresses.iter().filter(|address| address.prefix().family() == family && !is_kept(address));
            steps.extend(asked.filter(|_| !deferred).map(|address| add(address, config.dad)));
        }
        steps.extend(self.master.map(|(master, index)| ConfigStep {
            doing: format!("make {name} a port of {master}"),
            request: link::set_master(link.index, Some(index)),
        }));
        let usable = config.link_local.iter().filter(|address| ipv6 || address.is_ipv4());
        steps.extend(usable.map(|address| add(&(*address).into(), true)));
        steps
    }

    /// Gives the link the addresses of a family that go along.
    pub(super) fn keep(&self, family: Family) -> impl Iterator<Item = ConfigStep> {
        let keep = if self.config.dad { address::replay } else { address::readd_nodad };
        self.kept.iter().filter(move |(address, _)| address.family() == family).map(move |(address, body)| ConfigStep {
            doing: format!("keep the address {address} on {}", self.link.name),
            request: keep(body, self.link.index),
        })
    }

    /// What is done behind them: setting it up first, reading it last.
    pub(super) fn start(&self) -> Vec<ConfigStep> {
        let (index, name) = (self.link.index, self.link.name);
        let mut steps = self.bring_up();
        steps.push(ConfigStep { doing: format!("read {name} back"), request: link::get(index) });
        steps
    }

    /// Setting it up, and what needs it to be.
    pub(super) fn bring_up(&self) -> Vec<ConfigStep> {
        let (index, name) = (self.link.index, self.link.name);
        let mut steps = Vec::new();
        if !self.config.down {
            steps.push(ConfigStep { doing: format!("set {name} up"), request: link::set_up(index, true) });
        }
        for (address, body) in self.kept.iter().filter(|_| self.ipv6) {
            let doing = format!("keep the address {address} on {name}");
            steps.extend(address::clear_nodad(body, index).map(|request| ConfigStep { doing, request }));
        }
        if !self.is_probed() {
            steps.extend(self.on_link_routes());
            steps.extend(self.routing());
        }
        steps
    }

    /// Whether IPv4 addresses, and what needs them, come after probes.
    pub(super) fn is_probed(&self) -> bool {
        self.config.probe.is_some()
    }

    /// What was held back until the probes were over: IPv4 addresses, and all routes.
    pub(super) fn after_probes(&self) -> Vec<ConfigStep> {
        if !self.is_probed() {
            return Vec::new();
        }
        let (index, name) = (self.link.index, self.link.name);
        let held_back = self.config.addresses.iter().filter(|address| address.prefix().is_ipv4());
        let add = |address: &Address| ConfigStep {
            doing: format!("add the address {address} to {name}"),
            request: address::add(index, address, false),
        };
        held_back.map(add).chain(self.on_link_routes()).chain(self.routing()).collect()
    }

    pub(super) fn on_link_routes(&self) -> Vec<ConfigStep> {
        let (index, name) = (self.link.index, self.link.name);
        let routes = self.config.installed_routes().filter(|route| self.ipv6 || route.is_ipv4());
        let add = |destination| ConfigStep {
            doing: format!("add the route to {destination} on {name}"),
            request: route::add_on_link(index, destination),
        };
        routes.map(add).collect()
    }

    /// The routes by way of next hops, and the rules.
    pub(super) fn routing(&self) -> Vec<ConfigStep> {
        let (index, name) = (self.link.index, self.link.name);
        let mut steps = Vec::new();
        for wanted in self.plan.routes_via().iter().filter(|route| self.ipv6 || route.destination.is_ipv4()) {
            let Ok(new) = NewRoute::of(wanted, |_| Ok::<_, Infallible>(Some(index)));
            // What a router advertised is no gateway that is set: ours stands beside it.
            let request =
                if wanted.destination.is_default() && wanted.destination.is_ipv6() { new.append() } else { new.add() };
            steps.push(ConfigStep { doing: format!("add the route {wanted} on {name}"), request });
        }
        for wanted in &self.config.rules {
            for family in wanted.families().filter(|family| self.ipv6 || *family == Family::Ipv4) {
                steps.push(ConfigStep { doing: format!("add the rule {wanted}"), request: rule::add(wanted, family) });
            }
        }
        steps
    }
}
