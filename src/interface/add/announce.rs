//! Announces the addresses of links that are up.

use std::net::IpAddr;
use std::time::Duration;

use crate::announce::{Announcement, announceable};
use crate::error::Context;
use crate::interface::add::wait::ReadyLink;
use crate::interface::config::Announce;
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::ops;
use crate::sys::packet::PacketSocket;
use crate::types::{IfIndex, MacAddr, Prefix, sorted};
use crate::wait::{self, Forwarding, ForwardingWait};
use crate::wire::address::{AddressInfo, Detection};

/// Time for a bridge port at the other end to begin forwarding.
const FORWARDING_TIMEOUT: Duration = Duration::from_millis(200);

/// Addresses to announce on a link, as far as the link has them.
#[derive(Debug)]
pub(crate) struct Pending<'a> {
    pub(crate) up: &'a ReadyLink,
    pub(crate) addresses: &'a [Prefix],
    pub(crate) announce: Announce,
}

/// Announces addresses: now, and again in the background.
///
/// Failures are logged, and are no errors.
pub(crate) fn announce(ns: &Namespace, list: &[Pending<'_>], wanted: impl Fn() -> bool) {
    let netns = &*ns.netns;
    let ready = ready(netns, list);
    if ready.is_empty() {
        return;
    }
    // Before the wait, so that only the sending is left after it.
    let open = || netns.run(PacketSocket::open)?.doing(|| format!("open a packet socket in {netns}"));
    if let Err(error) = ns.announcer.prepare(open) {
        return ready.iter().for_each(|(_, announcement)| log::warn!("{announcement} not announced: {error}"));
    }
    let ways: Vec<ForwardingWait<'_>> =
        ready.iter().map(|(of, _)| ForwardingWait { link: &of.up.link, sends: of.up.sends }).collect();
    let mut forwarding = wait::for_forwarding(netns, &ways, wait::deadline(FORWARDING_TIMEOUT))
        .inspect_err(|error| log::info!("not waited for bridge ports at the other ends of links in {netns}: {error}"))
        .unwrap_or_default()
        .into_iter();
    for (Pending { announce, .. }, announcement) in ready {
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

/// Returns the requests that have something to announce, with their announcements.
fn ready<'a>(netns: &NetNs, list: &'a [Pending<'a>]) -> Vec<(&'a Pending<'a>, Announcement)> {
    let asked = list.iter().filter(|of| of.announce.own_count() > 0 && !of.addresses.is_empty());
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
    let possible: Vec<(&Pending<'_>, String, MacAddr)> = possible.collect();
    // All addresses of the namespace, unless only one link is concerned.
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
    let announcement = |(of, label, mac): (&'a Pending<'a>, String, MacAddr)| {
        let link = of.up.link.index;
        let addresses = usable(link, of.addresses, &present);
        (!addresses.is_empty()).then_some((of, Announcement { link, mac, addresses, label }))
    };
    possible.into_iter().filter_map(announcement).collect()
}

/// Returns the given addresses that a link has and that duplicate detection does not hold back, IPv4 first.
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
    // One address can be there with two lengths.
    addresses.dedup();
    addresses
}
