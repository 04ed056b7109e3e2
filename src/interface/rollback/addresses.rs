//! Addresses that come back, go, or get their labels back.

use std::net::IpAddr;

use crate::error::Result;
use crate::interface::rollback::resend::{absent_is_fine, replay};
use crate::netns::NetNs;
use crate::ops;
use crate::types::{Family, IfIndex, Prefix};
use crate::wire::address;
use crate::wire::address::AddressInfo;
use crate::wire::request::Request;
use crate::wire::route;

/// Restores addresses of a link, in use at once, and exactly as they were.
pub(crate) fn replay_exactly(netns: &NetNs, index: IfIndex, bodies: &[Vec<u8>]) -> Result<()> {
    replay(netns, address::in_order(bodies).map(|body| address::readd_nodad(body, index)).collect())?;
    let was: Vec<(AddressInfo, Request)> = bodies
        .iter()
        .filter_map(|body| Some((AddressInfo::parse(body)?, address::clear_nodad(body, index)?)))
        .collect();
    if was.is_empty() {
        return Ok(());
    }
    let is = ops::address::all(netns, Some(index))?;
    let differs = |was: &AddressInfo| {
        is.iter().any(|(is, _)| is.prefix == was.prefix && is.goes_undetected() && !was.goes_undetected())
    };
    replay(netns, was.into_iter().filter(|(was, _)| differs(was)).map(|(_, request)| request).collect())
}

/// Restores addresses with duplicate address detection, except for those that never had it.
pub(super) fn replay_detecting(netns: &NetNs, index: IfIndex, bodies: &[Vec<u8>]) -> Result<()> {
    replay(netns, address::in_order(bodies).map(|body| address::replay(body, index)).collect())
}

/// Removes addresses of a link, given by their prefixes.
pub(crate) fn delete_where(netns: &NetNs, index: IfIndex, is_to_go: impl Fn(Prefix) -> bool) -> Result<()> {
    for (found, body) in ops::address::all(netns, Some(index))? {
        if is_to_go(found.prefix) {
            // A secondary address goes with its primary.
            absent_is_fine(netns.change(&address::delete_exactly(&body)))?;
        }
    }
    Ok(())
}

/// Restores the labels of IPv4 addresses, which the kernel rewrites when a link is renamed. The addresses are added again, and
/// so are the routes that the kernel drops meanwhile.
pub(crate) fn relabel(netns: &NetNs, index: IfIndex, had: &[Vec<u8>]) -> Result<()> {
    let has = ops::address::all(netns, Some(index))?;
    let is_labelled = |body: &&Vec<u8>| address::label(body).is_some();
    let has: Vec<&Vec<u8>> = has.iter().map(|(_, body)| body).filter(is_labelled).collect();
    // Each address with its former label.
    let relabelled: Vec<&Vec<u8>> =
        has.iter().map(|now| had.iter().find(|was| address::differs_in_label(was, now)).unwrap_or(now)).collect();
    if relabelled == has {
        return Ok(());
    }
    let sources: Vec<IpAddr> = has.iter().filter_map(|body| Some(AddressInfo::parse(body)?.prefix.address())).collect();
    let routes = ops::route::depending_on(netns, Family::Ipv4, index, &sources)?;
    for body in has.iter().rev() {
        absent_is_fine(netns.change(&address::delete_exactly(body)))?;
    }
    replay(netns, relabelled.into_iter().map(|body| address::replay(body, index)).collect())?;
    replay(netns, routes.iter().flat_map(|body| route::replay(body, index, index)).collect())
}
