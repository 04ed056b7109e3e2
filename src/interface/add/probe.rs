//! Probes for IPv4 addresses before links get them.

use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::BorrowedFd;
use std::time::Instant;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::plan::Plan;
use crate::interface::add::wait::cancelling;
use crate::types::{Address, IfIndex};
use crate::wait;
use crate::wait::{ForwardingWait, Probed};
use crate::wire::link::LinkInfo;

/// Waits for the carriers of links whose addresses are probed for, and probes. `links` are up.
///
/// # Errors
/// [`ErrorKind::Timeout`] if a link gets no carrier in time, [`ErrorKind::DuplicateAddress`] if an address is in use.
pub(crate) fn probe(plans: &[Plan<'_>], links: &[LinkInfo]) -> Result<()> {
    let asked = plans.iter().zip(links).filter(|(plan, _)| plan.request.config.probe.is_some());
    let asked: Vec<(&Plan<'_>, &LinkInfo)> = asked.collect();
    let Some((first, _)) = asked.first() else { return Ok(()) };
    let netns = &first.request.ns.netns;
    wait_for_carriers(&asked, &cancelling(plans))?;
    let probed: Vec<Probed> = asked.iter().filter_map(|(plan, link)| probed(plan, link)).collect();
    match wait::for_unused_addresses(netns, &probed, &cancelling(plans)) {
        Ok(Ok(())) => Ok(()),
        Ok(Err((link, conflict))) => {
            let of = asked.iter().find(|(_, candidate)| candidate.index == link).map_or(first, |(plan, _)| plan);
            Err(of.request.with_context(conflict))
        }
        Err(error) => Err(first.request.with_context(error.context("probe for its addresses"))),
    }
}

fn probed(plan: &Plan<'_>, link: &LinkInfo) -> Option<Probed> {
    let (config, probe) = (plan.request.config, plan.request.config.probe?);
    let ipv4 = |address: &Address| match address.prefix().address() {
        IpAddr::V4(address) => Some(address),
        IpAddr::V6(_) => None,
    };
    let addresses: Vec<Ipv4Addr> = config.addresses.iter().filter_map(ipv4).collect();
    if addresses.is_empty() {
        return None;
    }
    let Some(mac) = link.mac else {
        log::warn!("{}: its addresses are not probed for: it has no MAC", link.name);
        return None;
    };
    Some(Probed { link: link.index, mac, addresses, count: probe.count, interval: probe.interval })
}

fn wait_for_carriers(asked: &[(&Plan<'_>, &LinkInfo)], cancel: &[BorrowedFd<'_>]) -> Result<()> {
    let Some((first, _)) = asked.first() else { return Ok(()) };
    let netns = &first.request.ns.netns;
    let deadline = |plan: &Plan<'_>| wait::deadline(plan.request.config.wait.timeout);
    let awaited: Vec<(IfIndex, Instant)> = asked.iter().map(|(plan, link)| (link.index, deadline(plan))).collect();
    let running = wait::for_links(netns, &awaited, cancel, |_, link: &LinkInfo| link.is_running());
    let running = running.map_err(|error| first.request.with_context(error))?;
    let mut links = Vec::with_capacity(asked.len());
    for ((plan, link), running) in asked.iter().zip(running) {
        let timeout = plan.request.config.wait.timeout;
        let late = || {
            let message =
                format!("{} got no carrier within {timeout:?}: its addresses cannot be probed for", link.name);
            Error::new(ErrorKind::Timeout, message)
        };
        let link = running.and_then(|link| link.ok_or_else(late));
        links.push(link.map_err(|error| plan.request.with_context(error))?);
    }
    let ways: Vec<ForwardingWait<'_>> = links.iter().map(|link| ForwardingWait { link, sends: true }).collect();
    let last = awaited.iter().map(|(_, deadline)| *deadline).max().unwrap_or_else(Instant::now);
    // A bridge that does not forward loses the probes, which then find nobody.
    if let Err(error) = wait::for_forwarding(netns, &ways, last) {
        log::info!("not waited for bridge ports at the other ends of links in {netns}: {error}");
    }
    Ok(())
}
