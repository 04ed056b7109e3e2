//! What more there is to say about the other end of a pair that is a port of a bridge.

use std::ffi::c_int;

use crate::capi::argument::ErrorOut;
use crate::capi::link::netgraft_link;
use crate::capi::link_options::set;
use crate::interface::VethPeer;

/// Sets whether the bridge sends what it receives by the port back by the same port.
///
/// Off by default.
///
/// Errors: invalid-argument, when it is neither a veth nor a netkit.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_veth_hairpin(
    link: Option<&mut netgraft_link>,
    on: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |peer: VethPeer| Ok(peer.hairpin(on)))
}

/// Sets whether the port is kept apart from other isolated ports of the bridge.
///
/// Off by default.
///
/// Errors: invalid-argument, when it is neither a veth nor a netkit.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_veth_isolated(
    link: Option<&mut netgraft_link>,
    on: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |peer: VethPeer| Ok(peer.isolated(on)))
}

/// Sets whether the bridge learns which MACs are behind the port.
///
/// On by default.
///
/// Errors: invalid-argument, when it is neither a veth nor a netkit.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_veth_learning(
    link: Option<&mut netgraft_link>,
    on: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |peer: VethPeer| Ok(peer.learning(on)))
}

/// Makes the port a member of a VLAN, 1 to 4094, and of no others but those that are named like this.
///
/// What comes in without a tag belongs to the first of them, whose packets leave without one.
///
/// Errors: invalid-argument, also when it is neither a veth nor a netkit.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_add_veth_vlan(link: Option<&mut netgraft_link>, id: u16, error: ErrorOut<'_>) -> c_int {
    set(link, error, |peer: VethPeer| Ok(peer.vlan(id)))
}
