//! By which link a next hop is reached.

use std::net::IpAddr;

use crate::error::{Error, ErrorKind, Result};
use crate::netns::NetNs;
use crate::ops;
use crate::types::{Family, IfIndex};
use crate::wire::link::LinkInfo;
use crate::wire::route::{MAIN, RouteInfo};

/// The link of the direct route to an address: `wanted`, or else whichever it is.
pub(crate) fn link_to(netns: &NetNs, address: IpAddr, wanted: Option<&LinkInfo>) -> Result<IfIndex> {
    match address {
        IpAddr::V6(ipv6) if ipv6.is_unicast_link_local() => link_local(netns, address, wanted),
        _ => looked_up(netns, address, wanted),
    }
}

fn looked_up(netns: &NetNs, address: IpAddr, wanted: Option<&LinkInfo>) -> Result<IfIndex> {
    match ops::route::lookup(netns, address, wanted.map(|wanted| wanted.index)) {
        // Not every kernel heeds the link.
        Ok(RouteInfo { link: Some(link), .. }) if wanted.is_some_and(|wanted| wanted.index != link) => {
            Err(unreachable(address, wanted))
        }
        Ok(route @ RouteInfo { link: Some(link), .. }) if route.is_direct() => Ok(link),
        Ok(route) if route.is_local() => Err(own_address(address)),
        Ok(_) => Err(unreachable(address, wanted)),
        // What the kernel has to say to such an address: no route, or one that forbids it.
        Err(error)
            if matches!(error.errno(), Some(libc::ENETUNREACH | libc::EHOSTUNREACH | libc::EACCES | libc::EINVAL)) =>
        {
            Err(error.with_kind(ErrorKind::Unreachable).context(no_route(address, wanted)))
        }
        Err(error) => Err(error),
    }
}

/// Every link with IPv6 has a route to the same link-local addresses; the kernel would take any of them.
fn link_local(netns: &NetNs, address: IpAddr, wanted: Option<&LinkInfo>) -> Result<IfIndex> {
    let links = ops::route::fold_table(netns, Family::Ipv6, MAIN, Vec::new, |links, route| {
        let leads_there = !route.destination.is_default() && route.destination.contains(address);
        let Some(link) = route.link.filter(|_| leads_there && route.is_direct()) else { return };
        if wanted.is_none_or(|wanted| wanted.index == link) && !links.contains(&link) {
            links.push(link);
        }
    })?;
    match *links {
        [link] => Ok(link),
        [] => Err(unreachable(address, wanted)),
        [..] => {
            let message = format!("{address} can be on any of {} links: it is not told which is meant", links.len());
            Err(Error::new(ErrorKind::InvalidArgument, message))
        }
    }
}

/// Refuses a next hop that is an address of the namespace's own: the kernel takes some of them.
pub(crate) fn refuse_own(netns: &NetNs, address: IpAddr) -> Result<()> {
    match ops::route::lookup(netns, address, None) {
        Ok(route) if route.is_local() => Err(own_address(address)),
        _ => Ok(()),
    }
}

fn own_address(address: IpAddr) -> Error {
    let message = format!("no direct route leads to {address}, which is an address of the namespace itself");
    Error::new(ErrorKind::Unreachable, message)
}

fn unreachable(address: IpAddr, wanted: Option<&LinkInfo>) -> Error {
    Error::new(ErrorKind::Unreachable, no_route(address, wanted))
}

fn no_route(address: IpAddr, wanted: Option<&LinkInfo>) -> String {
    match wanted {
        None => format!("no direct route leads to {address}"),
        Some(link) => format!("no direct route leads to {address} by {}", link.name),
    }
}
