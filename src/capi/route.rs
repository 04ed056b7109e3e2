//! Static routes.

use std::ffi::{CString, c_int};
use std::mem::MaybeUninit;
use std::net::IpAddr;

use crate::capi::argument::{ErrorOut, Text, non_null};
use crate::capi::boundary::{call, return_handle};
use crate::capi::infallible::infallible;
use crate::capi::namespace::{netgraft_namespace, non_null_namespace};
use crate::capi::structure::{FromC, Structure, read, write};
use crate::capi::text::c_text;
use crate::error::{Error, ErrorKind, Result};
use crate::types::{Prefix, Route};

/// The routing protocol number (rtm_protocol) of every route that netgraft adds.
///
/// "ip route show proto 110" lists them.
#[allow(dead_code, reason = "Rust 1.85 does not see it used below")]
pub const NETGRAFT_ROUTE_PROTOCOL: u8 = 110;

const _: () = assert!(NETGRAFT_ROUTE_PROTOCOL == Route::PROTOCOL);

/// For netgraft_route: next hops pass the packets on.
pub const NETGRAFT_ROUTE_NEXT_HOPS: u32 = 0;
/// For netgraft_route: packets are dropped silently.
pub const NETGRAFT_ROUTE_BLACKHOLE: u32 = 1;
/// For netgraft_route: packets are dropped, and the sender is told.
pub const NETGRAFT_ROUTE_UNREACHABLE: u32 = 2;

/// A route to a destination: over next hops, or to nowhere.
///
/// Members that are NULL or 0 are left to the kernel.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct netgraft_route<'a> {
    /// The destination, as "192.168.0.0/16".
    pub destination: Text<'a>,
    /// The next hop, as "10.0.0.9"; spaces separate several.
    ///
    /// NULL for a route that leads nowhere.
    pub next_hop: Text<'a>,
    /// The source address of packets whose sender does not choose one, or NULL.
    pub source: Text<'a>,
    /// The metric: of several routes to one destination, the lowest counts.
    ///
    /// 0 is the kernel's own: 0 for IPv4, 1024 for IPv6.
    pub metric: u32,
    /// The routing table. 0 is the main table, whose number is 254.
    pub table: u32,
    /// NETGRAFT_ROUTE_...: what happens to the packets.
    pub kind: u32,
    /// The largest packet in bytes, and the largest announced TCP segment.
    pub mtu: u32,
    pub advmss: u32,
}

impl Structure for netgraft_route<'_> {
    const NAME: &'static str = "netgraft_route";
}

// SAFETY: pointers and numbers.
unsafe impl FromC for netgraft_route<'_> {}

impl netgraft_route<'_> {
    fn value(&self) -> Result<Route> {
        let destination = self.destination.parse("the destination")?;
        let mut route = match self.kind {
            NETGRAFT_ROUTE_NEXT_HOPS => self.by_next_hops(destination)?,
            NETGRAFT_ROUTE_BLACKHOLE => Route::blackhole(destination),
            NETGRAFT_ROUTE_UNREACHABLE => Route::unreachable(destination),
            other => {
                return Err(Error::new(ErrorKind::InvalidArgument, format!("{other} is no kind of a route")));
            }
        };
        route = route.metric(self.metric).table(self.table);
        if self.mtu != 0 {
            route = route.mtu(self.mtu);
        }
        if self.advmss != 0 {
            route = route.advmss(self.advmss);
        }
        if self.source.optional().is_none() {
            return Ok(route);
        }
        route.source(self.source.address("the source address")?)
    }

    fn by_next_hops(&self, destination: Prefix) -> Result<Route> {
        let text = String::from_utf8_lossy(self.next_hop.bytes("the next hop")?).into_owned();
        let address = |text: &str| {
            let invalid = || Error::new(ErrorKind::InvalidArgument, format!("{text:?} is not an IP address"));
            text.parse::<IpAddr>().map_err(|_| invalid())
        };
        let mut next_hops = text.split(' ');
        let first = Route::new(destination, address(next_hops.next().unwrap_or_default())?)?;
        next_hops.try_fold(first, |route, next_hop| route.next_hop(address(next_hop)?))
    }
}

/// Static routes, as they were at one moment.
pub struct netgraft_route_list(Vec<DescribedRoute>);

/// A route and the texts that C is shown of it.
struct DescribedRoute {
    route: Route,
    destination: CString,
    next_hop: Option<CString>,
    source: Option<CString>,
}

impl DescribedRoute {
    fn new(route: Route) -> Self {
        Self {
            destination: c_text(route.destination().to_string()),
            next_hop: (!route.next_hops().is_empty()).then(|| {
                let next_hops: Vec<String> = route.next_hops().iter().map(ToString::to_string).collect();
                c_text(next_hops.join(" "))
            }),
            source: route.get_source().map(|source| c_text(source.to_string())),
            route,
        }
    }

    fn for_c(&self) -> netgraft_route<'_> {
        netgraft_route {
            destination: Text::of(Some(&self.destination)),
            next_hop: Text::of(self.next_hop.as_ref()),
            source: Text::of(self.source.as_ref()),
            metric: self.route.get_metric().unwrap_or(0),
            table: self.route.get_table(),
            kind: match (self.route.is_blackhole(), self.route.is_unreachable()) {
                (true, _) => NETGRAFT_ROUTE_BLACKHOLE,
                (_, true) => NETGRAFT_ROUTE_UNREACHABLE,
                _ => NETGRAFT_ROUTE_NEXT_HOPS,
            },
            mtu: self.route.get_mtu().unwrap_or(0),
            advmss: self.route.get_advmss().unwrap_or(0),
        }
    }
}

/// Adds a route over next hops, or to nowhere.
///
/// The route is on the links of the direct routes to the next hops. If netgraft has added the same route over other next
/// hops, the new ones join those. `size` is sizeof *route; see STRUCTURES.
///
/// Errors: unreachable, when no direct route leads to a next hop; exists, with the route, when the table has one to the
/// destination with that metric; invalid-argument.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn netgraft_namespace_add_route(
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

/// Adds a route in place of a route to the same destination, in one step.
///
/// The old route has the same metric in the same table, whoever added it. `size` is sizeof *route; see STRUCTURES.
///
/// Errors: unreachable, when no direct route leads to a next hop; invalid-argument.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn netgraft_namespace_replace_route(
    ns: Option<&netgraft_namespace>,
    route: *const netgraft_route<'_>,
    size: usize,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        // SAFETY: NULL, or as long as the caller says and unchanged during this call: so it says in the header.
        let route = unsafe { read(route, size) }?;
        non_null_namespace(ns)?.replace_route(route.value()?)
    })
}

/// Removes a route that netgraft_namespace_add_route() added.
///
/// `size` is sizeof *route; see STRUCTURES.
///
/// Errors: not-found, when there is none; invalid-argument.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn netgraft_namespace_remove_route(
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

/// Adds a policy rule, as "from 10.0.0.0/24 table 100".
///
/// The rule has any of "from PREFIX", "to PREFIX", "iif NAME", "fwmark N" and "priority N", and "table N". Without an
/// address it is for both families.
///
/// Errors: exists; invalid-argument.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_add_rule(
    ns: Option<&netgraft_namespace>,
    rule: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || non_null_namespace(ns)?.add_rule(rule.parse("the rule")?))
}

/// Removes a policy rule that netgraft_namespace_add_rule() added, by the same text.
///
/// Without a priority, the first matching rule is removed.
///
/// Errors: not-found, without such a rule; invalid-argument.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_remove_rule(
    ns: Option<&netgraft_namespace>,
    rule: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || non_null_namespace(ns)?.remove_rule(rule.parse("the rule")?))
}

/// Reads the routes that netgraft added and that exist now, in all tables.
///
/// These are routes over next hops or to nowhere, without the gateways.
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
        Ok(netgraft_route_list(routes.into_iter().map(DescribedRoute::new).collect()))
    })
}

/// Returns how many routes are on a list; 0 for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_route_list_length(routes: Option<&netgraft_route_list>) -> usize {
    infallible(0, || routes.map_or(0, |list| list.0.len()))
}

/// Fills in the route at a place on a list, from 0 on.
///
/// Its texts live as long as the list. `size` is sizeof *route; see STRUCTURES.
///
/// Errors: not-found, behind the last.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn netgraft_route_list_get<'a>(
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
