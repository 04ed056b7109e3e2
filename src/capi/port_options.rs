//! Options of the other end of a pair that is a port of a bridge.

use std::ffi::c_int;

use crate::capi::argument::ErrorOut;
use crate::capi::link::netgraft_link;
use crate::capi::link_options::set;
use crate::interface::VethPeer;

/// Sets whether the bridge may send packets back through the port that they came from.
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

/// Sets whether the port cannot reach other isolated ports of the bridge.
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

/// Sets whether the bridge learns the MACs behind the port.
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

/// Makes the port a member of a VLAN, 1 to 4094.
///
/// The port is in no other VLANs than those of these calls. Untagged packets belong to the first one, whose packets leave
/// untagged.
///
/// Errors: invalid-argument, also when it is neither a veth nor a netkit.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_add_veth_vlan(link: Option<&mut netgraft_link>, id: u16, error: ErrorOut<'_>) -> c_int {
    set(link, error, |peer: VethPeer| Ok(peer.vlan(id)))
}
