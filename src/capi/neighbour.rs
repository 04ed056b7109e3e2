//! Permanent neighbour entries.

use std::ffi::c_int;

use crate::capi::argument::{ErrorOut, Text, check_flags};
use crate::capi::boundary::call;
use crate::capi::namespace::{netgraft_namespace, non_null_namespace};
use crate::error::Result;
use crate::routing::Neighbour;
use crate::types::{IfName, MacAddr};

/// For neighbours: an entry of the link's forwarding database instead (AF_BRIDGE, NTF_SELF).
///
/// The flag is for netgraft_namespace_add_neighbour() and netgraft_namespace_remove_neighbour(). The entry is found by
/// its MAC. On a VXLAN link the address is that of the tunnel's other end.
pub const NETGRAFT_NEIGHBOUR_BRIDGE: u32 = 1;

fn neighbour(address: Text<'_>, source: Text<'_>, flags: u32) -> Result<Neighbour> {
    let mut neighbour = Neighbour::new(address.address("the address")?);
    check_flags(flags, NETGRAFT_NEIGHBOUR_BRIDGE)?;
    if let Some(source) = source.optional() {
        neighbour = neighbour.link(IfName::new(source)?);
    }
    Ok(if flags & NETGRAFT_NEIGHBOUR_BRIDGE != 0 { neighbour.bridge() } else { neighbour })
}

/// Adds a permanent entry: `address` is at `mac`.
///
/// An entry that the kernel has learned by itself is replaced.
///
/// `source` is the source name of the interface, or NULL: the only interface of the namespace or, if there are several,
/// the link of the direct route to the address. `flags` are 0 or NETGRAFT_NEIGHBOUR_BRIDGE.
///
/// Errors: neighbour-exists, for a permanent entry; not-found, without such an interface; unreachable, when no direct
/// route leads to the address and `source` is NULL; invalid-argument, when several interfaces could be meant.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_add_neighbour(
    ns: Option<&netgraft_namespace>,
    address: Text<'_>,
    mac: Text<'_>,
    source: Text<'_>,
    flags: u32,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let (ns, mac) = (non_null_namespace(ns)?, mac.parse::<MacAddr>("the MAC")?);
        ns.add_neighbour(neighbour(address, source, flags)?, mac)
    })
}

/// Removes a permanent entry; if `mac` is not NULL, only an entry with that MAC.
///
/// The entry that the link's bridge has learned for the same MAC goes with a forwarding entry.
///
/// `source` and `flags` as for netgraft_namespace_add_neighbour().
///
/// Errors: neighbour-missing, without such an entry; not-found, without such an interface; unreachable, as for the add;
/// invalid-argument, also for a forwarding entry without its MAC.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_remove_neighbour(
    ns: Option<&netgraft_namespace>,
    address: Text<'_>,
    mac: Text<'_>,
    source: Text<'_>,
    flags: u32,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let ns = non_null_namespace(ns)?;
        let mac = mac.optional().map(|_| mac.parse::<MacAddr>("the MAC")).transpose()?;
        ns.remove_neighbour(neighbour(address, source, flags)?, mac)
    })
}
