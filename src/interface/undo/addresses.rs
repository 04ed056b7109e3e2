//! Addresses that come back, go, or get their labels back.

use std::net::IpAddr;

use super::replay::replay;
use crate::error::Result;
use crate::namespace::NetNs;
use crate::ops;
use crate::types::{Family, IfIndex, Prefix};
use crate::wire::address::{self, AddressInfo};
use crate::wire::request::Request;
use crate::wire::route;

/// Gives a link addresses back, in use at once, and then exactly as they were.
pub(super) fn replay_exactly(netns: &NetNs, index: IfIndex, bodies: &[Vec<u8>]) -> Result<()> {
    replay(netns, address::in_order(bodies).map(|body| address::transplant(body, index)).collect())?;
    let was: Vec<(AddressInfo, Request)> =
        bodies.iter().filter_map(|body| Some((AddressInfo::parse(body)?, address::finish(body, index)?))).collect();
    if was.is_empty() {
        return Ok(());
    }
    let is = ops::address::all(netns, Some(index))?;
    let differs = |was: &AddressInfo| {
        is.iter().any(|(is, _)| is.prefix == was.prefix && is.goes_undetected() && !was.goes_undetected())
    };
    replay(netns, was.into_iter().filter(|(was, _)| differs(was)).map(|(_, request)| request).collect())
}

/// Takes those of a link's addresses away that are told by their prefix.
pub(super) fn delete_where(netns: &NetNs, index: IfIndex, is_to_go: impl Fn(Prefix) -> bool) -> Result<()> {
    for (found, body) in ops::address::all(netns, Some(index))? {
        if is_to_go(found.prefix) {
            // A secondary one goes with its primary.
            absent_is_fine(netns.change(&address::delete_exactly(&body)))?;
        }
    }
    Ok(())
}

/// Gives IPv4 addresses the labels back that the kernel rewrote as the link was renamed. That takes adding
/// them anew, and with them the routes that the kernel drops meanwhile.
pub(super) fn relabel(netns: &NetNs, index: IfIndex, had: &[Vec<u8>]) -> Result<()> {
    let has = ops::address::all(netns, Some(index))?;
    let is_labelled = |body: &&Vec<u8>| address::label(body).is_some();
    let has: Vec<&Vec<u8>> = has.iter().map(|(_, body)| body).filter(is_labelled).collect();
    // Each with the label it had.
    let relabelled: Vec<&Vec<u8>> =
        has.iter().map(|now| had.iter().find(|was| address::differs_in_label(was, now)).unwrap_or(now)).collect();
    if relabelled == has {
        return Ok(());
    }
    let sources: Vec<IpAddr> = has.iter().filter_map(|body| Some(AddressInfo::parse(body)?.prefix.address())).collect();
    let routes = ops::route::hanging_on(netns, Family::Ipv4, index, &sources)?;
    for body in has.iter().rev() {
        absent_is_fine(netns.change(&address::delete_exactly(body)))?;
    }
    replay(netns, relabelled.into_iter().map(|body| address::replay(body, index)).collect())?;
    replay(netns, routes.iter().flat_map(|body| route::replay(body, index, index)).collect())
}

/// What is not there need not be taken away: to the kernel no such device where the link has no IPv4 at all, and no such
/// device or address where it has no IPv6.
pub(super) fn absent_is_fine(result: Result<()>) -> Result<()> {
    match result {
        Err(error)
            if matches!(
                error.errno(),
                Some(
                    libc::EADDRNOTAVAIL
                        | libc::ENODEV
                        | libc::ENXIO
                        | libc::ESRCH
                        | libc::EAFNOSUPPORT
                        | libc::EOPNOTSUPP
                )
            ) =>
        {
            Ok(())
        }
        result => result,
    }
}
