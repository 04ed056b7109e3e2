//! Static routes.

use std::ffi::{CString, c_int};
use std::mem::MaybeUninit;

use crate::capi::argument::{ErrorOut, Text, non_null};
use crate::capi::boundary::{call, return_handle};
use crate::capi::infallible::infallible;
use crate::capi::namespace::{netgraft_namespace, non_null_namespace};
use crate::capi::structure::{FromC, Structure, read, write};
use crate::capi::text::c_text;
use crate::error::{Error, ErrorKind, Result};
use crate::routing::Route;

/// The routing protocol number (rtm_protocol) of every route that netgraft makes: "ip route show proto 110" lists them.
#[allow(dead_code, reason = "Rust 1.85 does not see it used below")]
pub const NETGRAFT_ROUTE_PROTOCOL: u8 = 110;

const _: () = assert!(NETGRAFT_ROUTE_PROTOCOL == Route::PROTOCOL);

/// A route to a destination by way of a next hop. What is NULL or 0 is left to the kernel.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct netgraft_route<'a> {
    /// Where it leads, as "192.168.0.0/16".
    pub destination: Text<'a>,
    /// The host that passes packets on, as "10.0.0.9".
    pub next_hop: Text<'a>,
    /// The address that packets get as their source when the sender does not choose one, or NULL.
    pub source: Text<'a>,
    /// Its metric: of several routes to one destination, the lowest counts. 0 is the kernel's own: 0 for IPv4, 1024 for IPv6.
    pub metric: u32,
    /// The table that it is in. 0 is the main one, whose number is 254.
    pub table: u32,
}

impl Structure for netgraft_route<'_> {
    const NAME: &'static str = "struct netgraft_route";
}

// SAFETY: pointers and numbers.
unsafe impl FromC for netgraft_route<'_> {}

impl netgraft_route<'_> {
    fn value(&self) -> Result<Route> {
        let next_hop = self.next_hop.address("the next hop")?;
        let route = Route::new(self.destination.parse("the destination")?, next_hop)?;
        let route = route.with_metric(self.metric).with_table(self.table);
        if self.source.optional().is_none() {
            return Ok(route);
        }
        route.with_source(self.source.address("the source address")?)
    }
}

/// Static routes, as they were at one moment.
pub struct netgraft_route_list(Vec<Described>);

/// A route and the texts that C is shown of it.
struct Described {
    route: Route,
    destination: CString,
    next_hop: CString,
    source: Option<CString>,
}

impl Described {
    fn new(route: Route) -> Self {
        Self {
            destination: c_text(route.destination().to_string()),
            next_hop: c_text(route.next_hop().to_string()),
            source: route.source().map(|source| c_text(source.to_string())),
            route,
        }
    }

    fn for_c(&self) -> netgraft_route<'_> {
        netgraft_route {
            destination: Text::of(Some(&self.destination)),
            next_hop: Text::of(Some(&self.next_hop)),
            source: Text::of(self.source.as_ref()),
            metric: self.route.metric().unwrap_or(0),
            table: self.route.table(),
        }
    }
}

/// Adds a route by way of a next hop, on the link of the direct route to that. `size` is sizeof *route; see STRUCTURES.
///
/// Errors: unreachable, when no direct route leads to the next hop; exists, when there is a route to the destination with
/// that metric in that table, naming it; invalid-argument.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_add_route(
    ns: Option<&netgraft_namespace>,
    route: *const netgraft_route<'_>,
    size: usize,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        // SAFETY: NULL, or as long as the caller says and unchanged during this call: so it says in the header.
        let route = unsafe { read(route, size) }?;
        non_null_namespace(ns)?.add_route(route.value()?)
    })
}

/// Takes away a route that netgraft_namespace_add_route() made. One that is gone because its link is gone, or was set down,
/// counts as taken away, and so does any whose next hop no direct route leads to. `size` is sizeof *route; see STRUCTURES.
///
/// Errors: not-found, when there is none; invalid-argument.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_remove_route(
    ns: Option<&netgraft_namespace>,
    route: *const netgraft_route<'_>,
    size: usize,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        // SAFETY: NULL, or as long as the caller says and unchanged during this call: so it says in the header.
        let route = unsafe { read(route, size) }?;
        non_null_namespace(ns)?.remove_route(route.value()?)
    })
}

/// Reads the routes by way of a next hop that netgraft made and that are there now, in all tables, but for the gateways.
///
/// Errors: interrupted, when changes kept interrupting the kernel's answer.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_routes(
    ns: Option<&netgraft_namespace>,
    routes: Option<&mut MaybeUninit<*mut netgraft_route_list>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(routes, error, || {
        let routes = non_null_namespace(ns)?.routes()?;
        Ok(netgraft_route_list(routes.into_iter().map(Described::new).collect()))
    })
}

/// How many routes are on a list. 0 of NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_route_list_length(routes: Option<&netgraft_route_list>) -> usize {
    infallible(0, || routes.map_or(0, |list| list.0.len()))
}

/// Fills in the route at a place on a list, from 0 on. Its texts live as long as the list. `size` is sizeof *route; see
/// STRUCTURES.
///
/// Errors: not-found, behind the last.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_route_list_get<'a>(
    routes: Option<&'a netgraft_route_list>,
    place: usize,
    route: *mut netgraft_route<'a>,
    size: usize,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let found = non_null(routes, "the list")?.0.get(place);
        let found = found.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("no route at place {place}")))?;
        // SAFETY: NULL, or as long as the caller says, initialised and for this call alone: so it says in the header.
        unsafe { write(route, size, &found.for_c()) }
    })
}

/// Frees a list, and the texts that routes from it point to. NULL is fine.
///
/// Threads: MT-Safe; nobody may use the list any more.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_route_list_free(routes: Option<Box<netgraft_route_list>>) {
    infallible((), || drop(routes));
}
