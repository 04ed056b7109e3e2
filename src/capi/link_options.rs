//! Options of created links.

use std::ffi::c_int;
use std::time::Duration;

use crate::capi::argument::{ErrorOut, Text, non_null};
use crate::capi::boundary::{Call, call};
use crate::capi::link::{Draft, netgraft_link};
use crate::error::{Error, ErrorKind, Result};
use crate::interface::config::Kind;
use crate::interface::{Bridge, Ipvlan, Macvlan, Netkit, VethPeer, Vlan, Vxlan};

/// A kind of link with options.
pub(crate) trait LinkOptions: Clone + Kind {
    const NAME: &'static str;

    fn of(draft: &mut Draft) -> Option<&mut Self>;
}

impl LinkOptions for Bridge {
    const NAME: &'static str = "bridge";

    fn of(draft: &mut Draft) -> Option<&mut Self> {
        if let Draft::Bridge(bridge) = draft { Some(bridge) } else { None }
    }
}

impl LinkOptions for VethPeer {
    const NAME: &'static str = "veth";

    fn of(draft: &mut Draft) -> Option<&mut Self> {
        match draft {
            Draft::Veth(veth) => Some(veth),
            Draft::Netkit(netkit) => Some(netkit.peer_mut()),
            _ => None,
        }
    }
}

impl LinkOptions for Macvlan {
    const NAME: &'static str = "macvlan";

    fn of(draft: &mut Draft) -> Option<&mut Self> {
        match draft {
            Draft::Macvlan(macvlan) | Draft::Macvtap(macvlan) => Some(macvlan),
            _ => None,
        }
    }
}

impl LinkOptions for Netkit {
    const NAME: &'static str = "netkit";

    fn of(draft: &mut Draft) -> Option<&mut Self> {
        if let Draft::Netkit(netkit) = draft { Some(netkit) } else { None }
    }
}

impl LinkOptions for Vlan {
    const NAME: &'static str = "vlan";

    fn of(draft: &mut Draft) -> Option<&mut Self> {
        if let Draft::Vlan(vlan) = draft { Some(vlan) } else { None }
    }
}

impl LinkOptions for Ipvlan {
    const NAME: &'static str = "ipvlan";

    fn of(draft: &mut Draft) -> Option<&mut Self> {
        if let Draft::Ipvlan(ipvlan) = draft { Some(ipvlan) } else { None }
    }
}

impl LinkOptions for Vxlan {
    const NAME: &'static str = "vxlan";

    fn of(draft: &mut Draft) -> Option<&mut Self> {
        if let Draft::Vxlan(vxlan) = draft { Some(vxlan) } else { None }
    }
}

/// Changes a link of a kind, or not at all.
pub(crate) fn set<K: LinkOptions>(
    link: Option<&mut netgraft_link>,
    error: ErrorOut<'_>,
    mut change: impl FnMut(K) -> Result<K>,
) -> c_int {
    replace(link, error, &mut change)
}

/// Does the work for all options of a kind.
fn replace<K: LinkOptions>(
    mut link: Option<&mut netgraft_link>,
    error: ErrorOut<'_>,
    change: &mut dyn Call<K, Result<K>>,
) -> c_int {
    call(error, || {
        let made = K::of(&mut non_null(link.as_deref_mut(), "the link")?.draft);
        let made = made.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, format!("it is no {}", K::NAME)))?;
        let changed = change.call(made.clone())?;
        // In the call that set the option, where C expects the error.
        changed.check()?;
        *made = changed;
        Ok(())
    })
}

/// Sets whether a new bridge takes part in a spanning tree (IEEE 802.1D).
///
/// The kernel's default: no.
///
/// Errors: invalid-argument, when it is no bridge.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_bridge_stp(
    link: Option<&mut netgraft_link>,
    on: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |bridge: Bridge| Ok(bridge.stp(on)))
}

/// Sets how long a new port of a new bridge listens, and then learns, before it forwards.
///
/// With a spanning tree: 2000 to 30000 milliseconds; without one, also 0. A multiple of 10. The kernel's default: 15000.
///
/// The add refuses a delay that is too short for a spanning tree.
///
/// Errors: invalid-argument, also when it is no bridge.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_bridge_forward_delay(
    link: Option<&mut netgraft_link>,
    delay_ms: u32,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |bridge: Bridge| Ok(bridge.forward_delay(Duration::from_millis(delay_ms.into()))))
}

/// Sets how long a new bridge remembers where a MAC is, in milliseconds.
///
/// At most 1000000000, a multiple of 10; 0 for never, so that the bridge sends everything everywhere. The kernel's
/// default: 300000.
///
/// Errors: invalid-argument, also when it is no bridge.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_bridge_ageing(
    link: Option<&mut netgraft_link>,
    time_ms: u32,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |bridge: Bridge| Ok(bridge.ageing(Duration::from_millis(time_ms.into()))))
}

/// Sets whether a new bridge keeps VLANs apart (CONFIG_BRIDGE_VLAN_FILTERING).
///
/// The kernel's default: no.
///
/// Errors: invalid-argument, when it is no bridge.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_bridge_vlan_filtering(
    link: Option<&mut netgraft_link>,
    on: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |bridge: Bridge| Ok(bridge.vlan_filtering(on)))
}

/// Sets the hardware address of a new veth's other end.
///
/// Unset: the kernel chooses one.
///
/// Errors: invalid-argument, also when it is no veth.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_veth_mac(
    link: Option<&mut netgraft_link>,
    mac: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |veth: VethPeer| Ok(veth.mac(mac.parse("the MAC")?)))
}

/// Sets the largest packet of a new veth's other end in bytes.
///
/// Errors: invalid-argument, when it is no veth.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_veth_mtu(
    link: Option<&mut netgraft_link>,
    bytes: u32,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |veth: VethPeer| Ok(veth.mtu(bytes)))
}

/// Makes a new veth's other end a port of a bridge in its namespace, and sets it up.
///
/// Errors: invalid-name; invalid-argument, when it is no veth.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_veth_bridge(
    link: Option<&mut netgraft_link>,
    bridge: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |veth: VethPeer| Ok(veth.bridge(bridge.bytes("the bridge's name")?)))
}

/// Sets a new veth's other end up.
///
/// Errors: invalid-argument, when it is no veth.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_veth_up(link: Option<&mut netgraft_link>, error: ErrorOut<'_>) -> c_int {
    set(link, error, |veth: VethPeer| Ok(veth.up()))
}

/// Sets how a new macvlan exchanges packets with the others on its parent.
///
/// The modes are "bridge", "private", "vepa" and "passthru", as in ip-link(8). A parent has one macvlan in passthru mode,
/// and nothing beside it; a MAC that is set on it becomes the MAC of the parent, too, which gets its own MAC back with
/// the removal.
///
/// Errors: invalid-argument, also when it is no macvlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_macvlan_mode(
    link: Option<&mut netgraft_link>,
    mode: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |macvlan: Macvlan| Ok(macvlan.mode(mode.parse("the mode")?)))
}

/// Sets what a new ipvlan does with packets: "l2", "l3" or "l3s", as in ip-link(8).
///
/// All ipvlans on a parent share the mode: the newest one decides.
///
/// Errors: invalid-argument, also when it is no ipvlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_ipvlan_mode(
    link: Option<&mut netgraft_link>,
    mode: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |ipvlan: Ipvlan| Ok(ipvlan.mode(mode.parse("the mode")?)))
}

/// Sets the link that a new tunnel sends and receives through, in the tunnel's namespace.
///
/// Unset, the routes of the namespace decide.
///
/// Errors: invalid-name; invalid-argument, when it is no vxlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_vxlan_parent(
    link: Option<&mut netgraft_link>,
    parent: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |vxlan: Vxlan| Ok(vxlan.parent(parent.bytes("the parent's name")?)))
}

/// Sets the address that a new tunnel sends from.
///
/// Errors: invalid-argument, also when it is no vxlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_vxlan_local(
    link: Option<&mut netgraft_link>,
    address: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |vxlan: Vxlan| Ok(vxlan.local(address.address("the address")?)))
}

/// Sets the other end of a new tunnel, for packets whose destination it has not learned.
///
/// Errors: invalid-argument, also when it is no vxlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_vxlan_remote(
    link: Option<&mut netgraft_link>,
    address: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |vxlan: Vxlan| Ok(vxlan.remote(address.address("the address")?)))
}

/// Sets the other ends of a new tunnel: a multicast group, joined on the parent.
///
/// The add refuses a group without a parent.
///
/// Errors: invalid-argument, also when it is no vxlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_vxlan_group(
    link: Option<&mut netgraft_link>,
    address: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |vxlan: Vxlan| Ok(vxlan.group(address.address("the address")?)))
}

/// Sets the UDP port of both ends of a new tunnel.
///
/// The kernel's default is 8472; the assigned port is 4789.
///
/// Errors: invalid-argument, for 0 and when it is no vxlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_vxlan_port(
    link: Option<&mut netgraft_link>,
    port: u16,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |vxlan: Vxlan| Ok(vxlan.port(port)))
}

/// Sets whether a new tunnel learns which MAC is behind which other end.
///
/// The tunnel learns from packets that it receives. On by default.
///
/// Errors: invalid-argument, when it is no vxlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_vxlan_learning(
    link: Option<&mut netgraft_link>,
    learn: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |vxlan: Vxlan| Ok(vxlan.learning(learn)))
}

/// Sets whether a new bridge learns which ports want which multicast packets.
///
/// The kernel's default: yes.
///
/// Errors: invalid-argument, when it is no bridge.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_bridge_multicast_snooping(
    link: Option<&mut netgraft_link>,
    on: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |bridge: Bridge| Ok(bridge.multicast_snooping(on)))
}

/// Sets whether ipvlans on the parent reach one another: "bridge", "private" or "vepa".
///
/// The words are those of ip-link(8). All ipvlans on a parent share the setting.
///
/// Errors: invalid-argument, also when it is no ipvlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_ipvlan_isolation(
    link: Option<&mut netgraft_link>,
    isolation: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |ipvlan: Ipvlan| Ok(ipvlan.isolation(isolation.parse("the isolation")?)))
}

/// Sets which tag the packets of a new VLAN link have: "802.1q" or "802.1ad".
///
/// Errors: invalid-argument, also when it is no vlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_vlan_protocol(
    link: Option<&mut netgraft_link>,
    protocol: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |vlan: Vlan| Ok(vlan.protocol(protocol.parse("the protocol")?)))
}

/// Sets whether a new netkit carries Ethernet ("l2") or IP alone ("l3").
///
/// Errors: invalid-argument, also when it is no netkit.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_netkit_mode(
    link: Option<&mut netgraft_link>,
    mode: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |netkit: Netkit| Ok(netkit.mode(mode.parse("the mode")?)))
}

/// Sets what happens to packets that leave by a new netkit: "pass" or "drop".
///
/// This applies if no BPF program decides.
///
/// Errors: invalid-argument, also when it is no netkit.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_netkit_policy(
    link: Option<&mut netgraft_link>,
    policy: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |netkit: Netkit| Ok(netkit.policy(policy.parse("the policy")?)))
}

/// Sets what happens to packets that leave by a new netkit's other end: "pass" or "drop".
///
/// This applies if no BPF program decides.
///
/// Errors: invalid-argument, also when it is no netkit.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_netkit_peer_policy(
    link: Option<&mut netgraft_link>,
    policy: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |netkit: Netkit| Ok(netkit.peer_policy(policy.parse("the policy")?)))
}

/// Sets whether a new tunnel answers ARP requests and neighbour solicitations itself.
///
/// Off by default.
///
/// Errors: invalid-argument, when it is no vxlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_vxlan_proxy(
    link: Option<&mut netgraft_link>,
    answer: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |vxlan: Vxlan| Ok(vxlan.proxy(answer)))
}

/// Sets whether a new tunnel reports destination MACs without an entry to programs.
///
/// Off by default.
///
/// Errors: invalid-argument, when it is no vxlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_vxlan_l2_miss(
    link: Option<&mut netgraft_link>,
    tell: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |vxlan: Vxlan| Ok(vxlan.l2_miss(tell)))
}

/// Sets whether a new tunnel reports destination addresses without an entry to programs.
///
/// Off by default.
///
/// Errors: invalid-argument, when it is no vxlan.
///
/// Threads: MT-Unsafe race:link.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_set_vxlan_l3_miss(
    link: Option<&mut netgraft_link>,
    tell: bool,
    error: ErrorOut<'_>,
) -> c_int {
    set(link, error, |vxlan: Vxlan| Ok(vxlan.l3_miss(tell)))
}
