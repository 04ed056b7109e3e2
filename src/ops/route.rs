//! Routes of a namespace.

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

/// The routes of all tables that go out by a link: each as read, and the body it was read from.
pub(crate) fn of_link(netns: &NetNs, family: AddressFamily, index: IfIndex) -> Result<Vec<(RouteInfo, Vec<u8>)>> {
    fold(netns, &route::dump_link(family, index), Vec::new, |found, message, route| {
        if route.link == Some(index) {
            found.push((route, message.payload.to_vec()));
        }
    })
}

fn fold<S>(
    netns: &NetNs,
    request: &Request,
    start: impl Fn() -> S,
    mut visit: impl FnMut(&mut S, &Message<'_>, RouteInfo),
) -> Result<S> {
    netns
        .talk(|connection| {
            connection.dump(request, &start, |state, message| {
                if message.kind == RTM_NEWROUTE {
                    if let Some(route) = RouteInfo::parse(message.payload) {
                        visit(state, message, route);
                    }
                }
            })
        })
        .doing(|| format!("read the routes in {netns}"))
}
