//! Extra addresses, and settings for special uses of a namespace.

use std::ffi::c_int;
use std::mem::MaybeUninit;

use crate::capi::argument::{ErrorOut, Text};
use crate::capi::boundary::{call, return_value};
use crate::capi::namespace::{netgraft_namespace, non_null_namespace};

/// Adds an extra address, such as "10.0.0.9/24", to a link of the namespace, by its present name.
///
/// IPv6 addresses get no duplicate detection; IPv6 is enabled on the link if it is not.
///
/// Errors: not-found, without such a link; exists, when the link has the address; invalid-argument, invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_add_extra_address(
    ns: Option<&netgraft_namespace>,
    link: Text<'_>,
    address: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let (ns, link) = (non_null_namespace(ns)?, link.bytes("the link's name")?);
        ns.add_extra_address(link, address.parse("the address")?)
    })
}

/// Removes an address from a link of the namespace, by its present name.
///
/// Errors: not-found, without such a link or address; invalid-argument, invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_remove_extra_address(
    ns: Option<&netgraft_namespace>,
    link: Text<'_>,
    address: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let (ns, link) = (non_null_namespace(ns)?, link.bytes("the link's name")?);
        ns.remove_extra_address(link, address.parse("the address")?)
    })
}

/// Keeps an interface from answering and sending ARP for addresses that are not its own.
///
/// The interface is found by its source name. This is for a virtual IP on lo that other hosts have too: arp_ignore=1,
/// arp_announce=2.
///
/// Errors: not-found, when there is no such interface, or its link is gone.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_disable_arp_for_vip(
    ns: Option<&netgraft_namespace>,
    source: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || non_null_namespace(ns)?.disable_arp_for_vip(source.bytes("the source name")?))
}

/// Returns in `has` whether lo has an IPv6 address.
///
/// The kernel is asked once; see netgraft_namespace_refresh_ipv6_on_loopback().
///
/// Errors: interrupted, when changes kept interrupting the kernel's answer.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_has_ipv6_on_loopback(
    ns: Option<&netgraft_namespace>,
    has: Option<&mut MaybeUninit<bool>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_value(has, error, || non_null_namespace(ns)?.has_ipv6_on_loopback())
}

/// Asks the kernel again whether lo has an IPv6 address.
///
/// Errors: interrupted, when changes kept interrupting the kernel's answer.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_refresh_ipv6_on_loopback(
    ns: Option<&netgraft_namespace>,
    has: Option<&mut MaybeUninit<bool>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_value(has, error, || non_null_namespace(ns)?.refresh_ipv6_on_loopback())
}

/// Makes this namespace's load balancer (IPVS) give up connections to servers that are gone.
///
/// Writes net.ipv4.vs.conn_reuse_mode=0, expire_nodest_conn=1, expire_quiescent_template=1. A setting that the kernel
/// lacks, because IPVS is not loaded, is only logged.
///
/// Errors: sysctl, for a setting that cannot be written.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_tune_load_balancer(ns: Option<&netgraft_namespace>, error: ErrorOut<'_>) -> c_int {
    call(error, || non_null_namespace(ns)?.tune_load_balancer())
}
