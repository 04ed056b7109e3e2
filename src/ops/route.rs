//! Routes of a namespace.

use std::net::IpAddr;

use netlink_packet_route::AddressFamily;

use crate::error::{Context, Result};
use crate::namespace::NetNs;
use crate::types::IfIndex;
use crate::wire::message::Message;
use crate::wire::request::Request;
use crate::wire::route::{self, MAIN, RTM_NEWROUTE, RouteInfo};

/// Reads the routes of the main table, of one family or of both, one after the other into a state that `start`
/// makes. Nothing else is kept, however many there are.
pub(crate) fn fold_main<S>(
    netns: &NetNs,
    family: AddressFamily,
    start: impl Fn() -> S,
    mut visit: impl FnMut(&mut S, RouteInfo),
) -> Result<S> {
    fold(netns, &route::dump_main(family), start, |state, _, route| {
        if route.table == MAIN {
            visit(state, route);
        }
    })
}

/// Bodies of the routes of all tables that are lost with a link and its addresses.
pub(crate) fn hanging_on(
    netns: &NetNs,
    family: AddressFamily,
    link: IfIndex,
    sources: &[IpAddr],
) -> Result<Vec<Vec<u8>>> {
    fold(netns, &route::dump_all(family), Vec::new, |found, message, _| {
        if route::hangs_on(message.payload, link, sources) && !route::is_kernels(message.payload) {
            found.push(message.payload.to_vec());
        }
    })
}

fn fold<S>(
    netns: &NetNs,
    request: &Request,
    start: impl Fn() -> S,
    mut visit: impl FnMut(&mut S, &Message<'_>, RouteInfo),
) -> Result<S> {
    let routes = netns
        .talk(|connection| {
            connection.dump(request, &start, |state, message| {
                if message.kind == RTM_NEWROUTE {
                    if let Some(route) = RouteInfo::parse(message.payload) {
                        visit(state, message, route);
                    }
                }
            })
        })
        .doing(|| format!("read the routes in {netns}"));
    match routes {
        // As long as nothing was up, there is not even an empty table.
        Err(error) if error.errno() == Some(libc::ENOENT) => Ok(start()),
        routes => routes,
    }
}
