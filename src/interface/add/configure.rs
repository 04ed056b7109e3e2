//! Setting everything on links that are in their namespace: the steps of an add behind the move.

use std::convert::Infallible;
use std::thread;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::checks::{IPV6_MIN_MTU, cannot_switch_ipv6};
use crate::interface::add::ending::Clash;
use crate::interface::add::plan::Plan;
use crate::interface::add::probe;
use crate::interface::config::{InterfaceConfig, Ipv6};
use crate::netns::NetNs;
use crate::ops;
use crate::record::origin::Origin;
use crate::text::{one_line, printable};
use crate::types::{Address, Family, IfIndex, IfName, Prefix, Setting, Sysctl};
use crate::wire::address;
use crate::wire::address::AddressInfo;
use crate::wire::link;
use crate::wire::link::LinkInfo;
use crate::wire::message::Message;
use crate::wire::request::Request;
use crate::wire::route;
use crate::wire::route::NewRoute;
use crate::wire::rule;

/// The highest MTU of a bridge (`ETH_MAX_MTU`).
const MAX_BRIDGE_MTU: u32 = 65535;
/// How often, and how far apart, setting a link up is tried again when it is busy.
const BUSY_RETRIES: u32 = 3;
const BUSY_PAUSE: Duration = if cfg!(fuzzing) { Duration::ZERO } else { Duration::from_millis(10) };

/// Configures links in the promised order, and tells what they are like afterwards.
///
/// Whatever the kernel can work through in one go is sent in one datagram, for all of them. It goes on behind a step
/// that it refuses, so that what others would see, a link coming up, has one of its own.
pub(crate) fn configure(plans: &[Plan<'_>], placed: &[LinkInfo]) -> Result<Vec<LinkInfo>> {
    let mut targets = Vec::with_capacity(plans.len());
    for (plan, link) in plans.iter().zip(placed) {
        targets.push(ConfigTarget::new(plan, link, placed).map_err(|error| plan.request.with_context(error))?);
    }
    take(&targets, ConfigTarget::before_settings, |error, doing| error.context(doing))?;
    for target in &mut targets {
        target.write_sysctls().map_err(|error| target.plan.request.with_context(error))?;
    }
    let started = start(&targets)?;
    if targets.iter().any(ConfigTarget::is_probed) {
        probe::probe(plans, &started)?;
        take(&targets, ConfigTarget::after_probes, explain)?;
    }
    Ok(started)
}

/// Tells what [`configure`] does, in its order: for each step the number of its plan, and the step's words.
pub(super) fn describe(plans: &[Plan<'_>], placed: &[LinkInfo]) -> Result<Vec<(usize, String)>> {
    let mut targets = Vec::with_capacity(plans.len());
    let mut told = Vec::new();
    for (number, (plan, link)) in plans.iter().zip(placed).enumerate() {
        let target = ConfigTarget::unchanged(plan, link, placed).map_err(|error| plan.request.with_context(error))?;
        let switched = target.ipv6_to_set(link).map_err(|error| plan.request.with_context(error))?;
        told.extend(switched.map(|on| (number, target.switching_ipv6(on))));
        targets.push(target);
    }
    let words = |steps: Vec<ConfigStep>| steps.into_iter().map(|step| step.doing).collect();
    type Phase<'p> = &'p dyn Fn(&ConfigTarget<'_>) -> Vec<String>;
    let phases: [Phase<'_>; 5] = [
        &|target| words(target.before_settings()),
        &|target| {
            let of_netns = target.config.netns_sysctls.iter();
            of_netns.map(|sysctl| format!("write sysctl {} of the namespace", one_line(&sysctl.to_string()))).collect()
        },
        &|target| target.config.sysctls.iter().map(|sysctl| sysctl_step(sysctl, target.link)).collect(),
        &|target| words(target.bring_up()),
        &|target| words(target.after_probes()),
    ];
    for phase in phases {
        for (number, target) in targets.iter().enumerate() {
            told.extend(phase(target).into_iter().map(|words| (number, words)));
        }
    }
    Ok(told)
}

fn sysctl_step(sysctl: &Sysctl, link: &LinkInfo) -> String {
    format!("write sysctl {} of {}", one_line(&sysctl.to_string()), link.name)
}

/// Has steps taken in one datagram; the first refusal is the error.
fn take<'a>(
    targets: &[ConfigTarget<'a>],
    steps_of: impl Fn(&ConfigTarget<'a>) -> Vec<ConfigStep>,
    explain: impl Fn(Error, &str) -> Error,
) -> Result<()> {
    let mut requests = Vec::new();
    let mut steps = Vec::new();
    for target in targets {
        for step in steps_of(target) {
            requests.push(step.request(target.netns));
            steps.push((target, step.doing));
        }
    }
    let Some((first, _)) = steps.first() else { return Ok(()) };
    let refusals = first.netns.batch(&requests, |_, _| {}).map_err(|error| first.plan.request.with_context(error))?;
    for (number, error) in refusals {
        let (Some((target, doing)), Some(request)) = (steps.get(number), requests.get(number)) else { continue };
        target.try_again(request, error).map_err(|error| target.plan.request.with_context(explain(error, doing)))?;
    }
    Ok(())
}

/// Sets links up, adds what needs them to be, and reads each in the same datagram. Those that are busy are tried
/// again.
fn start(targets: &[ConfigTarget<'_>]) -> Result<Vec<LinkInfo>> {
    let mut started: Vec<Option<LinkInfo>> = targets.iter().map(|_| None).collect();
    let mut pending: Vec<(usize, &ConfigTarget<'_>)> = targets.iter().enumerate().collect();
    let mut retries = 0;
    let mut clash = None;
    while let Some((_, first)) = pending.first() {
        let mut requests = Vec::new();
        let mut steps = Vec::new();
        for (number, target) in &pending {
            for (position, step) in target.start().into_iter().enumerate() {
                requests.push(step.request(target.netns));
                steps.push((*number, *target, position, step.doing));
            }
        }
        let read = |request: usize, message: &Message<'_>| {
            let started = steps.get(request).and_then(|(number, ..)| started.get_mut(*number));
            if let Some(started) = started {
                *started = LinkInfo::parse(message.payload);
            }
        };
        let refusals = first.netns.batch(&requests, read).map_err(|error| first.plan.request.with_context(error))?;
        let mut busy: Vec<(usize, &ConfigTarget<'_>)> = Vec::new();
        for (request, error) in refusals {
            let Some((number, target, position, doing)) = steps.get(request) else { continue };
            // What is refused behind that needs the link to be up.
            if busy.last().is_some_and(|(last, _)| last == number) {
                continue;
            }
            let again = match error.errno() {
                _ if *position > 0 => Err(error),
                Some(libc::EBUSY) if retries < BUSY_RETRIES => Ok(()),
                Some(libc::EADDRINUSE) => {
                    let clash = clash.get_or_insert_with(|| Clash::new(target.plan));
                    clash.frees_mac(target.plan, target.link, error)
                }
                _ => Err(error),
            };
            again.map_err(|error| target.plan.request.with_context(explain(error, doing)))?;
            log::debug!("{} is busy, trying again", target.link.name);
            busy.push((*number, target));
        }
        if !busy.is_empty() {
            retries += 1;
            thread::sleep(BUSY_PAUSE);
        }
        pending = busy;
    }
    let gone = |target: &ConfigTarget<'_>| Error::new(ErrorKind::NotFound, format!("{} is gone", target.link.name));
    let started = started.into_iter().zip(targets);
    started.map(|(link, target)| link.ok_or_else(|| target.plan.request.with_context(gone(target)))).collect()
}

/// One request and what it does, for the error.
struct ConfigStep {
    doing: String,
    request: Request,
}

impl ConfigStep {
    /// The request, which is about to be sent.
    fn request(&self, netns: &NetNs) -> Request {
        log::debug!("{} in {netns}", self.doing);
        self.request.clone()
    }
}

/// A link that is being configured.
struct ConfigTarget<'a> {
    plan: &'a Plan<'a>,
    netns: &'a NetNs,
    config: &'a InterfaceConfig,
    link: &'a LinkInfo,
    master: Option<(IfName, IfIndex)>,
    /// The addresses that go along, and their bodies as they are to be on this link.
    kept: Vec<(Prefix, Vec<u8>)>,
    /// Whether it can have IPv6 addresses and routes.
    ipv6: bool,
}

impl<'a> ConfigTarget<'a> {
    /// A link as it is once it is in its namespace, with IPv6 turned on or off as its addresses want it.
    fn new(plan: &'a Plan<'a>, link: &'a LinkInfo, placed: &[LinkInfo]) -> Result<Self> {
        let mut target = Self::unchanged(plan, link, placed)?;
        target.ipv6 = target.switch_ipv6(link)?;
        Ok(target)
    }

    /// A link as it is once it is in its namespace.
    fn unchanged(plan: &'a Plan<'a>, link: &'a LinkInfo, placed: &[LinkInfo]) -> Result<Self> {
        let master = match &plan.master {
            Some(master) => Some((master.name, master.index(placed)?)),
            None => None,
        };
        let (netns, config) = (&*plan.request.ns.netns, plan.request.config);
        let kept = kept(plan, link);
        Ok(Self { plan, netns, config, link, master, kept, ipv6: true })
    }

    /// Whether IPv6 has to be turned on or off on the link; `None` where it is as asked for.
    fn ipv6_to_set(&self, link: &LinkInfo) -> Result<Option<bool>> {
        let address = self.plan.all_addresses().into_iter().find(Prefix::is_ipv6);
        let Some(inet6) = &link.inet6 else {
            // With another MTU it may have IPv6.
            return match address.filter(|_| link.mtu >= IPV6_MIN_MTU) {
                Some(address) => {
                    let message = format!("the address {address} cannot be had: the kernel has no IPv6");
                    Err(Error::new(ErrorKind::NotSupported, message))
                }
                None => Ok(None),
            };
        };
        Ok(self.plan.wants_ipv6().filter(|wanted| *wanted == inet6.disabled))
    }

    fn switching_ipv6(&self, on: bool) -> String {
        format!("{} IPv6 on {}", if on { "enable" } else { "disable" }, self.link.name)
    }

    /// Turns IPv6 on or off on the link, as asked for, and tells whether it can be used.
    fn switch_ipv6(&self, link: &LinkInfo) -> Result<bool> {
        let Some(wanted) = self.ipv6_to_set(link)? else { return Ok(true) };
        let value: &[u8] = if wanted { b"0" } else { b"1" };
        log::debug!("{} in {}", self.switching_ipv6(wanted), self.netns);
        match ops::setting::write(self.netns, &Setting::disable_ipv6(&link.name), value) {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == ErrorKind::NotSupported && !wanted && self.config.ipv6 == Ipv6::Auto => {
                log::warn!("IPv6 stays enabled on {}: {error}", link.name);
                Ok(true)
            }
            Err(error) => Err(cannot_switch_ipv6(self.plan, wanted, error)),
        }
    }

    /// Sends a request again that was refused, where the refusal can pass: others have the MAC.
    fn try_again(&self, request: &Request, mut refusal: Error) -> Result<()> {
        let clash = Clash::new(self.plan);
        while refusal.errno() == Some(libc::EADDRINUSE) {
            clash.frees_mac(self.plan, self.link, refusal)?;
            match self.netns.change(request) {
                Err(error) => refusal = error,
                Ok(()) => return Ok(()),
            }
        }
        Err(refusal)
    }

    /// What is set before the kernel settings, in the promised order: attributes, IPv4, IPv6, master, link-local.
    fn before_settings(&self) -> Vec<ConfigStep> {
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

    /// The MTUs that the link is given, one after the other.
    ///
    /// A bridge's follows its ports until a change by the user: so one that is created gets another one first. A higher one,
    /// where there is any: a lower one would lower what is on the bridge, for good.
    fn mtus(&self) -> Vec<u32> {
        let wanted = self.plan.mtu().unwrap_or(self.link.mtu);
        match self.plan.kind() {
            Some(kind) if kind.follows_ports() && wanted == self.link.mtu => {
                vec![if wanted < MAX_BRIDGE_MTU { wanted + 1 } else { wanted - 1 }, wanted]
            }
            _ if wanted == self.link.mtu => Vec::new(),
            _ => vec![wanted],
        }
    }

    /// Gives the link the addresses of a family that go along.
    fn keep(&self, family: Family) -> impl Iterator<Item = ConfigStep> {
        let keep = if self.config.dad { address::replay } else { address::readd_nodad };
        self.kept.iter().filter(move |(address, _)| address.family() == family).map(move |(address, body)| ConfigStep {
            doing: format!("keep the address {address} on {}", self.link.name),
            request: keep(body, self.link.index),
        })
    }

    /// Writes the kernel settings.
    fn write_sysctls(&mut self) -> Result<()> {
        let &mut Self { netns, config, link, .. } = self;
        if link.inet6.is_none() && link.mtu < IPV6_MIN_MTU && self.plan.mtu().is_some() {
            // The MTU has brought IPv6 to the link.
            self.ipv6 = self.switch_ipv6(&ops::link::get(netns, link.index)?)?;
        }
        for sysctl in &config.netns_sysctls {
            let shown = format!("sysctl {}", one_line(&sysctl.to_string()));
            log::debug!("write {shown} of {netns}");
            ops::setting::write(netns, &sysctl.setting(), sysctl.value().as_bytes())
                .map_err(|error| error.with_kind(ErrorKind::Sysctl).context(shown))?;
        }
        for sysctl in &config.sysctls {
            let shown = format!("sysctl {}", one_line(&sysctl.to_string()));
            log::debug!("{} in {netns}", sysctl_step(sysctl, link));
            ops::setting::write(netns, &sysctl.of(&link.name), sysctl.value().as_bytes())
                .map_err(|error| error.with_kind(ErrorKind::Sysctl).context(shown))?;
        }
        if !config.sysctls.is_empty() {
            // One of them may have turned IPv6 off: the interface then has no such addresses, and no routes.
            let now = ops::link::get(netns, link.index)?;
            self.ipv6 &= !now.inet6.is_some_and(|inet6| inet6.disabled);
        }
        Ok(())
    }

    /// What is done behind them: setting it up first, reading it last.
    fn start(&self) -> Vec<ConfigStep> {
        let (index, name) = (self.link.index, self.link.name);
        let mut steps = self.bring_up();
        steps.push(ConfigStep { doing: format!("read {name} back"), request: link::get(index) });
        steps
    }

    /// Setting it up, and what needs it to be.
    fn bring_up(&self) -> Vec<ConfigStep> {
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
    fn is_probed(&self) -> bool {
        self.config.probe.is_some()
    }

    /// What was held back until the probes were over: IPv4 addresses, and all routes.
    fn after_probes(&self) -> Vec<ConfigStep> {
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

    fn on_link_routes(&self) -> Vec<ConfigStep> {
        let (index, name) = (self.link.index, self.link.name);
        let routes = self.config.installed_routes().filter(|route| self.ipv6 || route.is_ipv4());
        let add = |destination| ConfigStep {
            doing: format!("add the route to {destination} on {name}"),
            request: route::add_on_link(index, destination),
        };
        routes.map(add).collect()
    }

    /// The routes by way of next hops, and the rules.
    fn routing(&self) -> Vec<ConfigStep> {
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

/// A refusal of a step behind the settings: that no route leads to a next hop is a kind of its own.
fn explain(error: Error, doing: &str) -> Error {
    let is_unreachable = matches!(error.errno(), Some(libc::ENETUNREACH | libc::EHOSTUNREACH));
    let error = if is_unreachable { error.with_kind(ErrorKind::Unreachable) } else { error };
    error.context(doing)
}

/// The addresses that go along, with labels that follow the link's name.
fn kept(plan: &Plan<'_>, link: &LinkInfo) -> Vec<(Prefix, Vec<u8>)> {
    let Origin::Moved { snapshot, .. } = &plan.origin else { return Vec::new() };
    let on_link = |body: &Vec<u8>| {
        let address = AddressInfo::parse(body)?.prefix;
        Some((address, address::relabelled(body, &snapshot.link.name, &link.name)))
    };
    let bodies: Vec<Vec<u8>> = plan.request.config.kept(&plan.origin).cloned().collect();
    address::in_order(&bodies).filter_map(on_link).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use netlink_packet_core::NLMSG_ERROR;

    use super::*;
    use crate::interface::add::request::AddRequest;
    use crate::interface::config::link::Link;
    use crate::namespace::Namespace;
    use crate::testing::fake_netns::FakeNetns;
    use crate::testing::scripted_peer::{Reply, Said, Script, Step};
    use crate::wire::captures::VETH;
    use crate::wire::link::RTM_NEWLINK;

    /// A namespace whose kernel is a peer that plays these acts.
    fn scripted(acts: impl IntoIterator<Item = Step>) -> (Namespace, Script) {
        let script = Script::new(acts);
        (FakeNetns::new("web", 1, &script, None).open().unwrap(), script)
    }

    /// How many datagrams the peer was sent.
    fn sent(script: &Script) -> usize {
        script.take_lines().iter().filter(|line| matches!(line.said, Said::ToPeer(_))).count()
    }

    /// That many links to be configured alike.
    fn list(count: usize, config: &InterfaceConfig) -> Vec<(Link, InterfaceConfig)> {
        (0..count).map(|_| (Link::dummy("v0").unwrap(), config.clone())).collect()
    }

    fn plans<'a>(ns: &'a Namespace, list: &'a [(Link, InterfaceConfig)]) -> Vec<Plan<'a>> {
        AddRequest::all(ns, list).into_iter().map(Plan::bare).collect()
    }

    /// Setting the link up is refused as busy; then the link is told.
    fn busy(number: i32) -> [Reply; 2] {
        let code = [&(-libc::EBUSY).to_ne_bytes()[..], &[0; 16]].concat();
        [Reply(NLMSG_ERROR, 0, number, code), Reply(RTM_NEWLINK, 0, number + 1, VETH.to_vec())]
    }

    fn done(number: i32) -> Reply {
        Reply(RTM_NEWLINK, 0, number + 1, VETH.to_vec())
    }

    #[test]
    fn a_busy_link_is_set_up_again_three_times() {
        let link = LinkInfo { inet6: None, ..LinkInfo::parse(VETH).unwrap() };
        let list = list(1, &InterfaceConfig::keep_name());
        for refusals in 0..=4usize {
            let acts = (0..refusals).map(|_| Step::Reply(busy(0).into())).chain([Step::Reply(vec![done(0)])]);
            let (ns, script) = scripted(acts);
            let begin = Instant::now();
            let configured = configure(&plans(&ns, &list), std::slice::from_ref(&link));
            let took = begin.elapsed();
            let tried = sent(&script);
            if refusals <= 3 {
                assert_eq!((configured.unwrap()[0].name, tried), (link.name, refusals + 1));
            } else {
                let error = configured.unwrap_err();
                assert_eq!((error.errno(), tried), (Some(libc::EBUSY), 4));
                assert!(error.to_string().starts_with("add v0 to web: set v0 up: "), "{error}");
            }
            assert!(took >= BUSY_PAUSE * (tried as u32 - 1), "{took:?}");
        }
    }

    /// Of several links only those are tried again that are busy, and what is told of one is told of the right one.
    #[test]
    fn busy_ones_among_others() {
        let link = LinkInfo { inet6: None, ..LinkInfo::parse(VETH).unwrap() };
        let list = list(3, &InterfaceConfig::keep_name());
        let first = Step::Reply([done(0)].into_iter().chain(busy(2)).chain([done(4)]).collect());
        let (ns, script) = scripted([first, Step::Reply(vec![done(0)])]);
        let configured = configure(&plans(&ns, &list), &vec![link.clone(); 3]).unwrap();
        assert_eq!((configured.len(), sent(&script)), (3, 2));
        let refusals = [vec![done(0)], busy(2).into(), busy(4).into()].into_iter().flatten().collect();
        let others = (0..3).map(|_| Step::Reply([busy(0), busy(2)].into_iter().flatten().collect()));
        let (ns, _) = scripted([Step::Reply(refusals)].into_iter().chain(others));
        let error = configure(&plans(&ns, &list), &vec![link; 3]).unwrap_err();
        assert!(error.to_string().starts_with("add v0 (2 of 3) to web: set v0 up: "), "{error}");
    }

    /// What the kernel tells of links says whether it has IPv6, unless they are too small for it.
    #[test]
    fn a_kernel_without_ipv6() {
        let (ns, script) = scripted([]);
        let link = LinkInfo { inet6: None, ..LinkInfo::parse(VETH).unwrap() };
        let config = InterfaceConfig::keep_name()
            .address("10.0.0.2/24".parse().unwrap())
            .address("fd00::2/64".parse().unwrap())
            .link_local("fe80::2/64".parse().unwrap())
            .route("fd00:1::/48".parse().unwrap());
        let list = list(1, &config);
        let plans = plans(&ns, &list);
        let error = ConfigTarget::new(&plans[0], &link, &[]).err().unwrap();
        assert_eq!((error.kind(), sent(&script)), (ErrorKind::NotSupported, 0));
        assert!(error.to_string().contains("fd00::2/64"), "{error}");
    }
}
