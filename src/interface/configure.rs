//! Setting everything on a link that is in its namespace: the steps of an add behind the move.

use std::thread;
use std::time::Duration;

use super::config::InterfaceConfig;
use crate::error::{Error, ErrorKind, Result};
use crate::namespace::NetNs;
use crate::ops;
use crate::types::{IfIndex, IfName, Prefix, Setting, printable};
use crate::wire::link::{self, LinkInfo};
use crate::wire::request::Request;
use crate::wire::{address, route};

/// How often, and how far apart, setting a link up is tried again when it is busy.
const BUSY_RETRIES: u32 = 3;
const BUSY_PAUSE: Duration = if cfg!(fuzzing) { Duration::ZERO } else { Duration::from_millis(10) };
/// How many steps go into one datagram: a socket takes no more than some hundred kilobytes.
const BATCH: usize = 256;
/// Below this MTU the kernel takes IPv6 off a link (RFC 8200 §5).
const IPV6_MIN_MTU: u32 = 1280;

/// What an interface's configuration depends on beside the options.
#[derive(Debug)]
pub(super) struct Surroundings<'a> {
    pub(super) netns: &'a NetNs,
    /// Whether it was made with its MAC.
    pub(super) created: bool,
    /// Whether it had IPv6 addresses of its own before.
    pub(super) had_ipv6: bool,
    pub(super) master: Option<(IfName, IfIndex)>,
}

/// One request and what it does, for the error.
struct Step {
    doing: String,
    request: Request,
}

/// Configures a link in the promised order, and tells what it is like afterwards.
///
/// Whatever the kernel can work through in one go is sent in one datagram. It goes on behind a step that it
/// refuses, so that what others would see, the link coming up, has one of its own.
pub(super) fn configure(around: &Surroundings<'_>, link: &LinkInfo, config: &InterfaceConfig) -> Result<LinkInfo> {
    let mut ipv6 = switch_ipv6(around, link, config)?;
    run(around.netns, &before_settings(around, link, config, ipv6))?;
    if link.inet6.is_none() && link.mtu < IPV6_MIN_MTU && config.mtu.is_some() {
        // The MTU has brought IPv6 to the link.
        ipv6 = switch_ipv6(around, &ops::link::get(around.netns, link.index)?, config)?;
    }
    if !config.sysctls.is_empty() {
        write_sysctls(around.netns, &link.name, config)?;
        // One of them may have turned IPv6 off: the interface then has no such addresses, and no routes.
        let now = ops::link::get(around.netns, link.index)?;
        ipv6 &= !now.inet6.is_some_and(|inet6| inet6.disabled);
    }
    let mut steps = start(link, config, ipv6);
    let further = steps.split_off(steps.len().min(BATCH));
    let mut retries = 0;
    loop {
        let (failed, result) = run_and_read(around.netns, &steps, link.index)?;
        let busy = failed.as_ref().is_some_and(|(step, error)| {
            error.errno() == Some(libc::EBUSY) && steps.get(*step).is_some_and(|step| step.doing == set_up_text(link))
        });
        match failed {
            Some((step, _)) if busy && retries < BUSY_RETRIES => {
                log::debug!("{} is busy, trying again", link.name);
                retries += 1;
                thread::sleep(BUSY_PAUSE);
                steps.drain(..step);
            }
            Some((_, error)) => return Err(error),
            None => {
                run(around.netns, &further)?;
                return result.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("{} is gone", link.name)));
            }
        }
    }
}

/// Turns IPv6 on or off on the link, as its addresses want it, and tells whether it can be used.
fn switch_ipv6(around: &Surroundings<'_>, link: &LinkInfo, config: &InterfaceConfig) -> Result<bool> {
    let asked = config.all_addresses().any(|address| address.is_ipv6());
    let wanted = asked || around.had_ipv6;
    let Some(inet6) = &link.inet6 else {
        if asked && link.mtu >= IPV6_MIN_MTU {
            log::warn!("{} has no IPv6 addresses: the kernel has no IPv6", link.name);
            return Ok(false);
        }
        return Ok(true);
    };
    if inet6.disabled != wanted {
        return Ok(true);
    }
    let value: &[u8] = if wanted { b"0" } else { b"1" };
    log::debug!("{} IPv6 on {} in {}", if wanted { "enable" } else { "disable" }, link.name, around.netns);
    match ops::setting::write(around.netns, &Setting::disable_ipv6(&link.name), value) {
        Ok(_) => Ok(true),
        Err(error) if wanted && !error.is_shortage() => {
            log::warn!("{} has no IPv6 addresses: IPv6 cannot be enabled on it: {error}", link.name);
            Ok(false)
        }
        Err(error) if error.kind() == ErrorKind::NotSupported => {
            log::warn!("IPv6 stays enabled on {}: {error}", link.name);
            Ok(true)
        }
        Err(error) => {
            let doing = if wanted { "enable" } else { "disable" };
            Err(error.with_kind(ErrorKind::Sysctl).context(format!("{doing} IPv6 on {}", link.name)))
        }
    }
}

/// What is set before the kernel settings, in the promised order: attributes, IPv4, IPv6, master, link-local.
fn before_settings(around: &Surroundings<'_>, link: &LinkInfo, config: &InterfaceConfig, ipv6: bool) -> Vec<Step> {
    let name = link.name;
    let set = |what: String, attribute| Step {
        doing: format!("set {name} {what}"),
        request: link::set(link.index, &[attribute]),
    };
    let add = |address: Prefix, detect| {
        let request = address::add(link.index, address, detect);
        Step { doing: format!("add the address {address} to {name}"), request }
    };
    let mut steps = Vec::new();
    // Some kinds have their own ideas about it.
    let mac = config.mac.filter(|mac| !(around.created && link.mac == Some(*mac)));
    steps.extend(mac.map(|mac| set(format!("MAC {mac}"), link::mac_attribute(mac))));
    steps.extend(config.mtu.map(|mtu| set(format!("mtu {mtu}"), link::mtu_attribute(mtu))));
    let queue = config.tx_queue_len;
    steps.extend(queue.map(|length| set(format!("txqueuelen {length}"), link::tx_queue_len_attribute(length))));
    let alias = config.alias.as_deref();
    steps.extend(alias.map(|text| set(format!("alias \"{}\"", printable(text)), link::alias_attribute(text))));
    let of_family = |wanted: bool| config.addresses.iter().filter(move |address| address.is_ipv4() == wanted);
    steps.extend(of_family(true).map(|address| add(*address, false)));
    if ipv6 {
        steps.extend(of_family(false).map(|address| add(*address, config.dad)));
    }
    steps.extend(around.master.map(|(master, index)| Step {
        doing: format!("make {name} a port of {master}"),
        request: link::set_master(link.index, Some(index)),
    }));
    let usable = config.link_local.iter().filter(|address| ipv6 || address.is_ipv4());
    steps.extend(usable.map(|address| add(*address, true)));
    steps
}

fn start(link: &LinkInfo, config: &InterfaceConfig, ipv6: bool) -> Vec<Step> {
    let mut steps = vec![Step { doing: set_up_text(link), request: link::set_up(link.index, true) }];
    for destination in config.installed_routes().filter(|route| ipv6 || route.is_ipv4()) {
        let doing = format!("add the route to {destination} on {}", link.name);
        steps.push(Step { doing, request: route::add_on_link(link.index, destination) });
    }
    steps
}

fn set_up_text(link: &LinkInfo) -> String {
    format!("set {} up", link.name)
}

fn write_sysctls(netns: &NetNs, ifname: &IfName, config: &InterfaceConfig) -> Result<()> {
    for sysctl in &config.sysctls {
        log::debug!("sysctl {sysctl} for {ifname} in {netns}");
        ops::setting::write(netns, &sysctl.of(ifname), sysctl.value().as_bytes())
            .map_err(|error| error.with_kind(ErrorKind::Sysctl).context(format!("sysctl {sysctl}")))?;
    }
    Ok(())
}

/// The requests of steps that are about to be taken.
fn requests(netns: &NetNs, steps: &[Step]) -> Vec<Request> {
    steps.iter().for_each(|step| log::debug!("{} in {netns}", step.doing));
    steps.iter().map(|step| step.request.clone()).collect()
}

/// Has the kernel take steps; the first refusal is the error.
fn run(netns: &NetNs, steps: &[Step]) -> Result<()> {
    for steps in steps.chunks(BATCH) {
        let requests = requests(netns, steps);
        let outcome = netns.talk(|connection| connection.batch(&requests, |_, _| {}))?;
        if let Some((_, error)) = first_failure(steps, outcome.into_refusals()) {
            return Err(error);
        }
    }
    Ok(())
}

/// A refused step by its number, if any, and the link as it is behind the last.
type Taken = (Option<(usize, Error)>, Option<LinkInfo>);

/// The same, reading the link in the same datagram.
fn run_and_read(netns: &NetNs, steps: &[Step], index: IfIndex) -> Result<Taken> {
    let mut requests = requests(netns, steps);
    requests.push(link::get(index));
    let mut read = None;
    let outcome =
        netns.talk(|connection| connection.batch(&requests, |_, message| read = LinkInfo::parse(message.payload)))?;
    Ok((first_failure(steps, outcome.into_refusals()), read))
}

fn first_failure(steps: &[Step], refusals: Vec<(usize, Error)>) -> Option<(usize, Error)> {
    let (number, error) = refusals.into_iter().next()?;
    let doing = steps.get(number).map_or("read it back", |step| &step.doing);
    Some((number, error.context(doing)))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use netlink_packet_core::NLMSG_ERROR;

    use super::*;
    use crate::namespace::scripted::Stage;
    use crate::netlink::scripted::{Act, Said, Say, Script};
    use crate::wire::link::RTM_NEWLINK;
    use crate::wire::link::tests::VETH;

    /// A namespace whose kernel is a peer that plays these acts.
    fn scripted(acts: impl IntoIterator<Item = Act>) -> (NetNs, Script) {
        let script = Script::new(acts);
        (NetNs::staged(Stage::new("web", 1, &script, None)).unwrap(), script)
    }

    /// How many datagrams the peer was sent.
    fn sent(script: &Script) -> usize {
        script.take_lines().iter().filter(|line| matches!(line.said, Said::ToPeer(_))).count()
    }

    fn around(netns: &NetNs) -> Surroundings<'_> {
        Surroundings { netns, created: false, had_ipv6: false, master: None }
    }

    /// Setting the link up is refused as busy; then the link is told.
    fn busy() -> Act {
        let code = [&(-libc::EBUSY).to_ne_bytes()[..], &[0; 16]].concat();
        Act::Say(vec![Say(NLMSG_ERROR, 0, 0, code), Say(RTM_NEWLINK, 0, 1, VETH.to_vec())])
    }

    fn done() -> Act {
        Act::Say(vec![Say(RTM_NEWLINK, 0, 1, VETH.to_vec())])
    }

    #[test]
    fn a_busy_link_is_set_up_again_three_times() {
        let link = LinkInfo { inet6: None, ..LinkInfo::parse(VETH).unwrap() };
        for refusals in 0..=4usize {
            let acts = (0..refusals).map(|_| busy()).chain([done()]);
            let (netns, script) = scripted(acts);
            let begin = Instant::now();
            let configured = configure(&around(&netns), &link, &InterfaceConfig::keep_name());
            let took = begin.elapsed();
            let tried = sent(&script);
            if refusals <= 3 {
                assert_eq!((configured.unwrap().name, tried), (link.name, refusals + 1));
            } else {
                let error = configured.unwrap_err();
                assert_eq!((error.errno(), tried), (Some(libc::EBUSY), 4));
                assert!(error.to_string().starts_with("set v0 up: "), "{error}");
            }
            assert!(took >= BUSY_PAUSE * (tried as u32 - 1), "{took:?}");
        }
    }

    /// What the kernel tells of links says whether it has IPv6, unless they are too small for it.
    #[test]
    fn a_kernel_without_ipv6() {
        let (netns, script) = scripted([]);
        let link = LinkInfo { inet6: None, ..LinkInfo::parse(VETH).unwrap() };
        let config = InterfaceConfig::keep_name()
            .address("10.0.0.2/24".parse().unwrap())
            .address("fd00::2/64".parse().unwrap())
            .link_local("fe80::2/64".parse().unwrap())
            .route("fd00:1::/48".parse().unwrap());
        let ipv6 = switch_ipv6(&around(&netns), &link, &config).unwrap();
        assert!(!ipv6 && sent(&script) == 0);
        let steps = before_settings(&around(&netns), &link, &config, ipv6);
        assert_eq!(steps.iter().map(|step| &*step.doing).collect::<Vec<_>>(), ["add the address 10.0.0.2/24 to v0"]);
        assert_eq!(start(&link, &config, ipv6).len(), 1, "set up alone");
    }
}
