//! Gateways and default routes.

use std::ffi::{c_char, c_int};

use crate::capi::argument::{ErrorOut, Text, check_flags, family};
use crate::capi::boundary::call;
use crate::capi::namespace::{netgraft_namespace, non_null_namespace};
use crate::capi::structure::{Structure, write};
use crate::routing::Gateway;
use crate::types::IfName;

/// For netgraft_namespace_set_gateway(): the link reaches the gateway directly.
///
/// The other routes do not matter then.
pub const NETGRAFT_GATEWAY_ONLINK: u32 = 1;
/// For netgraft_namespace_set_gateway(): replaces an existing gateway.
pub const NETGRAFT_GATEWAY_REPLACE: u32 = 2;

/// The gateways of a namespace.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct netgraft_gateways {
    /// The IPv4 gateway, as a text; empty without one.
    pub ipv4: [c_char; 16],
    /// The IPv6 gateway, as a text; empty without one.
    pub ipv6: [c_char; 46],
}

impl Structure for netgraft_gateways {
    const NAME: &str = "netgraft_gateways";
}

/// Returns an address's text in an array that is filled up with NUL. The arrays are as long as INET_ADDRSTRLEN and
/// INET6_ADDRSTRLEN.
fn text<const N: usize>(address: Option<impl ToString>) -> [c_char; N] {
    let mut array = [0; N];
    let text = address.map(|address| address.to_string()).unwrap_or_default();
    for (to, from) in array.iter_mut().zip(text.bytes()) {
        *to = from as c_char;
    }
    array
}

/// Sets the gateway of the address's family: a default route of the main table.
///
/// "0.0.0.0" and "::" mean no gateway, and do nothing.
///
/// `source` is the source name of the interface that leads to the gateway, or NULL; an IPv6 link-local address needs it
/// if several links have IPv6. Of several gateways, the one with the lowest `metric` counts; 0 is the kernel's own: 0 for
/// IPv4, 1024 for IPv6. `flags` are 0 or NETGRAFT_GATEWAY_... together.
///
/// Errors: unreachable, when no direct route leads to the gateway; exists, when there is a default route, whoever added
/// it, and `flags` do not replace it; not-found, without such an interface; invalid-argument, when `source` is needed.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_set_gateway(
    ns: Option<&netgraft_namespace>,
    address: Text<'_>,
    source: Text<'_>,
    metric: u32,
    flags: u32,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let (ns, address) = (non_null_namespace(ns)?, address.address("the address")?);
        check_flags(flags, NETGRAFT_GATEWAY_ONLINK | NETGRAFT_GATEWAY_REPLACE)?;
        let mut gateway = Gateway::new(address).metric(metric);
        if let Some(source) = source.optional() {
            gateway = gateway.link(IfName::new(source)?);
        }
        if flags & NETGRAFT_GATEWAY_ONLINK != 0 {
            gateway = gateway.onlink();
        }
        if flags & NETGRAFT_GATEWAY_REPLACE != 0 {
            gateway = gateway.replace();
        }
        ns.set_gateway(gateway)
    })
}

/// Removes the gateway of a family that was set without a metric.
///
/// netgraft_namespace_remove_route() removes a gateway with a metric, as a default route. The family is AF_INET or
/// AF_INET6. Without such a gateway, there is nothing to do.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_remove_gateway(
    ns: Option<&netgraft_namespace>,
    family: c_int,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || non_null_namespace(ns)?.remove_gateway(self::family(family)?))
}

/// Reads the gateways in use, whoever set them.
///
/// These are the gateways of the default routes with the lowest metrics. `size` is sizeof *gateways; see STRUCTURES.
///
/// Errors: interrupted, when changes kept interrupting the kernel's answer.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn netgraft_namespace_gateways(
    ns: Option<&netgraft_namespace>,
    gateways: *mut netgraft_gateways,
    size: usize,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let found = non_null_namespace(ns)?.gateways()?;
        let found = netgraft_gateways { ipv4: text(found.ipv4), ipv6: text(found.ipv6) };
        // SAFETY: NULL, or as long as the caller says, initialised and for this call alone: so it says in the header.
        unsafe { write(gateways, size, &found) }
    })
}

/// Installs the default route of a family, AF_INET or AF_INET6, that an interface was given.
///
/// The interface, found by its source name, got the route in its configuration, and has kept it until now: the link
/// reaches everything directly.
///
/// Errors: not-found, without such an interface, or without a default route of that family; exists, with the route, when
/// there is a default route.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_set_default_route(
    ns: Option<&netgraft_namespace>,
    source: Text<'_>,
    family: c_int,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let (ns, source) = (non_null_namespace(ns)?, source.bytes("the source name")?);
        ns.set_default_route(source, self::family(family)?)
    })
}

/// Removes the default route that netgraft_namespace_set_default_route() installed.
///
/// Without such a route, there is nothing to do.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_remove_default_route(
    ns: Option<&netgraft_namespace>,
    family: c_int,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || non_null_namespace(ns)?.remove_default_route(self::family(family)?))
}
