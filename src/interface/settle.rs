//! The last steps of an add: waiting for links and their addresses, then announcing them.

use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::options::Announce;
use super::plan::Plan;
use crate::announce::{Announcement, announceable};
use crate::error::{Context, Result};
use crate::namespace::identity::Identity;
use crate::namespace::{Namespace, NetNs};
use crate::ops;
use crate::sys::packet::PacketSocket;
use crate::types::{IfIndex, MacAddr, Prefix, sorted};
use crate::wait::{self, Detected, Forwarding, Way};
use crate::wire::address::{AddressInfo, Detection};
use crate::wire::link::LinkInfo;

/// How long a bridge port at the other end may take to forward.
const FORWARDING_TIMEOUT: Duration = Duration::from_millis(200);

/// A link that is up.
#[derive(Debug)]
pub(super) struct Up {
    pub(super) link: LinkInfo,
    /// It is known to send what it is given, beyond what the kernel says of it: it had a carrier when it
    /// was set up.
    pub(super) sends: bool,
}

/// Waits for links to come up, or to carry traffic, and for duplicate detection where it was asked for. `links` are
/// what they were the moment they had been set up. `None` where one did not get there in time.
///
/// # Errors
/// [`ErrorKind::DuplicateAddress`], and [`ErrorKind::NotFound`] when one of all the links has gone meanwhile.
pub(super) fn wait(plans: &[Plan<'_>], links: &[LinkInfo]) -> Result<Vec<Option<Up>>> {
    let deadlines: Vec<Instant> = plans.iter().map(|plan| wait::deadline(plan.member.config.wait.timeout)).collect();
    let ups = wait_for_links(plans, links, &deadlines)?;
    wait_for_duplicate_detection(plans, links, &ups, &deadlines)?;
    Ok(ups)
}

fn wait_for_links(plans: &[Plan<'_>], links: &[LinkInfo], deadlines: &[Instant]) -> Result<Vec<Option<Up>>> {
    let mut ups = Vec::with_capacity(plans.len());
    let mut missing = Vec::new();
    for ((plan, link), deadline) in plans.iter().zip(links).zip(deadlines) {
        if is_as_wanted(plan, link) {
            ups.push(Some(Up { sends: link.has_carrier(), link: link.clone() }));
        } else {
            missing.push((ups.len(), plan, link, *deadline));
            ups.push(None);
        }
    }
    let Some((_, first, ..)) = missing.first() else { return Ok(ups) };
    let netns = &first.member.ns.netns;
    let awaited: Vec<(IfIndex, Instant)> = missing.iter().map(|(.., link, deadline)| (link.index, *deadline)).collect();
    let wanted = |at: usize, link: &LinkInfo| missing.get(at).is_some_and(|(_, plan, ..)| is_as_wanted(plan, link));
    let waited = wait::for_links(netns, &awaited, wanted);
    check_presence(plans, links)?;
    let mut waited = waited
        .inspect_err(|error| log::warn!("cannot wait for links in {netns}: {error}"))
        .unwrap_or_default()
        .into_iter();
    for (number, plan, LinkInfo { name, .. }, _) in &missing {
        match waited.next().unwrap_or(Ok(None)) {
            Ok(Some(link)) => {
                if let Some(up) = ups.get_mut(*number) {
                    *up = Some(Up { link, sends: false });
                }
                continue;
            }
            Ok(None) => {}
            Err(error) => log::warn!("cannot wait for {name} in {netns}: {error}"),
        }
        let timeout = plan.member.config.wait.timeout;
        log::warn!("{name} in {netns} did not come up within {timeout:?}: not announced");
    }
    Ok(ups)
}

/// Somebody may have deleted a link while it, or another one, was waited for.
fn check_presence(plans: &[Plan<'_>], links: &[LinkInfo]) -> Result<()> {
    let Some(first) = plans.first().map(|plan| plan.member) else { return Ok(()) };
    let identities: Vec<(IfIndex, Identity)> = links.iter().map(|link| (link.index, Identity::of(link))).collect();
    let present = ops::link::identified_all(&first.ns.netns, &identities).map_err(|error| first.blame(error))?;
    for (plan, present) in plans.iter().zip(present) {
        present.map_err(|error| plan.member.blame(error.context("find it again after waiting")))?;
    }
    Ok(())
}

fn is_as_wanted(plan: &Plan<'_>, link: &LinkInfo) -> bool {
    if plan.member.config.wait.running { link.is_running() } else { link.is_up() }
}

fn wait_for_duplicate_detection(
    plans: &[Plan<'_>],
    links: &[LinkInfo],
    ups: &[Option<Up>],
    deadlines: &[Instant],
) -> Result<()> {
    let (mut members, mut awaited) = (Vec::new(), Vec::new());
    for ((plan, up), deadline) in plans.iter().zip(ups).zip(deadlines) {
        let (config, Some(Up { link, .. })) = (plan.member.config, up) else { continue };
        let addresses: Vec<Prefix> = plan.addresses().into_iter().filter(Prefix::is_ipv6).collect();
        if config.dad && !addresses.is_empty() {
            members.push((plan.member, link.name));
            awaited.push(Detected { index: link.index, addresses, deadline: *deadline });
        }
    }
    let Some((first, _)) = members.first() else { return Ok(()) };
    let netns = &first.ns.netns;
    let waited = wait::for_duplicate_detection(netns, &awaited);
    check_presence(plans, links)?;
    let waited = waited.unwrap_or_else(|error| {
        log::warn!("cannot wait for duplicate address detection in {netns}: {error}");
        Vec::new()
    });
    for ((member, name), waited) in members.iter().zip(waited) {
        match waited {
            Ok(Some(())) => {}
            Ok(None) => log::warn!("{name} in {netns}: duplicate address detection is not done yet"),
            Err(error) => return Err(member.blame(error)),
        }
    }
    Ok(())
}

/// Addresses that are to be announced on a link, as far as it has them.
#[derive(Debug)]
pub(super) struct Announcing<'a> {
    pub(super) up: &'a Up,
    pub(super) addresses: &'a [Prefix],
    pub(super) announce: Announce,
}

/// Announces addresses: now, and again in the background.
///
/// Nothing that goes wrong with it is an error: it is logged.
pub(super) fn announce(ns: &Namespace, list: &[Announcing<'_>], wanted: impl Fn() -> bool) {
    let netns = &*ns.netns;
    let ready = ready(netns, list);
    if ready.is_empty() {
        return;
    }
    // Before the wait, so that nothing is left to do after it but to send.
    let open = || netns.run(PacketSocket::open)?.doing(|| format!("open a packet socket in {netns}"));
    if let Err(error) = ns.announcer.prepare(open) {
        return ready.iter().for_each(|(_, announcement)| log::warn!("{announcement} not announced: {error}"));
    }
    let ways: Vec<Way<'_>> = ready.iter().map(|(of, _)| Way { link: &of.up.link, sends: of.up.sends }).collect();
    let mut forwarding = wait::for_forwarding(netns, &ways, wait::deadline(FORWARDING_TIMEOUT))
        .inspect_err(|error| log::info!("not waited for bridge ports at the other ends of links in {netns}: {error}"))
        .unwrap_or_default()
        .into_iter();
    for (Announcing { announce, .. }, announcement) in ready {
        let label = &announcement.label;
        match forwarding.next() {
            None | Some(Ok(Some(Forwarding::Yes))) => {}
            Some(Ok(Some(Forwarding::SpanningTree))) => {
                let port = "the bridge port at its other end, which a spanning tree decides about";
                log::info!("{label}: not waited for {port}");
            }
            Some(Ok(None)) => log::info!("{label}: the bridge port at its other end does not forward yet"),
            Some(Err(error)) => log::info!("{label}: not waited for the bridge port at its other end: {error}"),
        }
        ns.announcer.announce(announcement, announce.count(), announce.interval(), &wanted);
    }
}

/// Those of which something can be announced, and what that is.
fn ready<'a>(netns: &NetNs, list: &'a [Announcing<'a>]) -> Vec<(&'a Announcing<'a>, Announcement)> {
    let asked = list.iter().filter(|of| of.announce.count() > 0 && !of.addresses.is_empty());
    let possible = asked.filter_map(|of| {
        let link = &of.up.link;
        let label = format!("{} in {netns}", link.name);
        match announceable(link.hardware, link.mac, link.flags) {
            Ok(mac) => Some((of, label, mac)),
            Err(why) => {
                log::info!("{label} not announced: {why}");
                None
            }
        }
    });
    let possible: Vec<(&Announcing<'_>, String, MacAddr)> = possible.collect();
    // All that the namespace has, unless it is about one link only.
    let only = match &possible[..] {
        [] => return Vec::new(),
        [(of, ..)] => Some(of.up.link.index),
        _ => None,
    };
    let present = match ops::address::all(netns, only) {
        Ok(present) => present,
        Err(error) => {
            possible.iter().for_each(|(_, label, _)| log::warn!("{label} not announced: {error}"));
            return Vec::new();
        }
    };
    let announcement = |(of, label, mac): (&'a Announcing<'a>, String, MacAddr)| {
        let link = of.up.link.index;
        let addresses = usable(link, of.addresses, &present);
        (!addresses.is_empty()).then_some((of, Announcement { link, mac, addresses, label }))
    };
    possible.into_iter().filter_map(announcement).collect()
}

/// Those of the addresses that a link has and that are not held back by duplicate detection, IPv4 first.
fn usable(index: IfIndex, wanted: &[Prefix], present: &[(AddressInfo, Vec<u8>)]) -> Vec<IpAddr> {
    let usable = |address: &&Prefix| {
        let found = present.iter().find(|(found, _)| found.index == index && found.prefix == **address);
        let detection = found.map(|(found, _)| found.detection());
        if matches!(detection, Some(Detection::Pending | Detection::Duplicate)) {
            log::info!("{address} not announced: duplicate address detection has not cleared it");
        }
        detection == Some(Detection::Passed)
    };
    let mut addresses: Vec<IpAddr> = sorted(wanted.iter().filter(usable).map(Prefix::address));
    // The same one can be there with two lengths.
    addresses.dedup();
    addresses
}
