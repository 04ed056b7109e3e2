//! The last steps of an add: waiting for the link and its addresses, then announcing them.

use std::net::IpAddr;
use std::time::Duration;

use super::config::InterfaceConfig;
use super::options::Announce;
use crate::announce::{Announcement, announceable};
use crate::error::{Context, ErrorKind, Result};
use crate::namespace::{Namespace, NetNs};
use crate::ops;
use crate::sys::packet::PacketSocket;
use crate::types::{IfIndex, Prefix};
use crate::wait::{self, Forwarding};
use crate::wire::address::Detection;
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

/// Waits for the link to come up, or to carry traffic, and for duplicate detection where it was asked for.
/// `link` is what it was the moment it had been set up. `None` when it did not get there in time.
///
/// # Errors
/// [`ErrorKind::DuplicateAddress`] alone.
pub(super) fn wait(netns: &NetNs, link: LinkInfo, config: &InterfaceConfig) -> Result<Option<Up>> {
    let deadline = wait::deadline(config.wait.timeout);
    let (index, name) = (link.index, link.name);
    // A new link counts as running until the kernel has looked for its carrier.
    let running = |link: &LinkInfo| link.is_running() && link.has_carrier();
    let wanted = |link: &LinkInfo| if config.wait.running { running(link) } else { link.is_up() };
    let up = if wanted(&link) {
        Ok(Some(Up { sends: link.has_carrier(), link }))
    } else {
        let waited = wait::for_link(netns, index, deadline, wanted);
        waited.map(|up| up.map(|link| Up { link, sends: false }))
    };
    let up = up.unwrap_or_else(|error| {
        log::warn!("cannot wait for {name} in {netns}: {error}");
        None
    });
    if up.is_none() {
        log::warn!("{name} in {netns} did not come up within {:?}: not announced", config.wait.timeout);
    }
    let detected: Vec<Prefix> = config.addresses.iter().copied().filter(|address| address.is_ipv6()).collect();
    if up.is_some() && config.dad && !detected.is_empty() {
        match wait::for_duplicate_detection(netns, index, &detected, deadline) {
            Ok(true) => {}
            Ok(false) => log::warn!("{name} in {netns}: duplicate address detection is not done yet"),
            Err(error) if error.kind() == ErrorKind::DuplicateAddress => return Err(error),
            Err(error) => log::warn!("cannot wait for duplicate address detection on {name} in {netns}: {error}"),
        }
    }
    Ok(up)
}

/// Announces the addresses that a link has of those given: now, and again in the background.
///
/// Nothing that goes wrong with it is an error: it is logged.
pub(super) fn announce(
    ns: &Namespace,
    Up { link, sends }: &Up,
    addresses: &[Prefix],
    announce: Announce,
    wanted: impl FnOnce() -> bool,
) {
    let netns = &*ns.netns;
    if announce.count() == 0 || addresses.is_empty() {
        return;
    }
    let label = format!("{} in {netns}", link.name);
    let mac = match announceable(link.hardware, link.mac, link.flags) {
        Ok(mac) => mac,
        Err(why) => return log::info!("{label} not announced: {why}"),
    };
    let addresses = match usable(netns, link.index, addresses) {
        Ok(addresses) if addresses.is_empty() => return,
        Ok(addresses) => addresses,
        Err(error) => return log::warn!("{label} not announced: {error}"),
    };
    // Before the wait, so that nothing is left to do after it but to send.
    let open = || netns.run(PacketSocket::open)?.doing(|| format!("open a packet socket in {netns}"));
    if let Err(error) = ns.announcer.prepare(open) {
        return log::warn!("{label} not announced: {error}");
    }
    match wait::for_forwarding(netns, link, *sends, wait::deadline(FORWARDING_TIMEOUT)) {
        Ok(Some(Forwarding::Yes)) => {}
        Ok(Some(Forwarding::SpanningTree)) => {
            log::info!("{label}: not waited for the bridge port at its other end, which a spanning tree decides about");
        }
        Ok(None) => log::info!("{label}: the bridge port at its other end does not forward yet"),
        Err(error) => log::info!("{label}: not waited for the bridge port at its other end: {error}"),
    }
    let announcement = Announcement { link: link.index, mac, addresses, label };
    ns.announcer.announce(announcement, announce.count(), announce.interval(), wanted);
}

/// Those of the addresses that the link has and that are not held back by duplicate detection, IPv4 first.
fn usable(netns: &NetNs, index: IfIndex, wanted: &[Prefix]) -> Result<Vec<IpAddr>> {
    let present = ops::address::all(netns, Some(index))?;
    let usable = |address: &&Prefix| {
        let found = present.iter().find(|(found, _)| found.prefix == **address);
        let detection = found.map(|(found, _)| found.detection());
        if matches!(detection, Some(Detection::Pending | Detection::Duplicate)) {
            log::info!("{address} not announced: duplicate address detection has not cleared it");
        }
        detection == Some(Detection::Passed)
    };
    let mut addresses: Vec<IpAddr> = wanted.iter().filter(usable).map(Prefix::address).collect();
    // The same one can be there with two lengths.
    addresses.sort();
    addresses.dedup();
    Ok(addresses)
}
