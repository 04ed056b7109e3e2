//! Where an interface's link comes from.

use std::ffi::{CString, c_char, c_int};
use std::mem::MaybeUninit;
use std::ptr;

use crate::capi::argument::{ErrorOut, Out, Text};
use crate::capi::boundary::return_handle;
use crate::capi::infallible::infallible;
use crate::capi::namespace::{netgraft_namespace, non_null_namespace};
use crate::capi::text::{c_text, pointer};
use crate::error::Result;
use crate::interface::config::Kind;
use crate::interface::{Bridge, Ipvlan, Link, Macvlan, Netkit, VethPeer, Vlan, Vxlan};
use crate::types::IfName;

/// Where an interface's link comes from: an existing link, or a created one.
///
/// A handle can be used for any number of adds.
///
/// Each has a name, the source name, by which the interface is found afterwards. A created link is created in its
/// namespace under its final name. Functions netgraft_link_set_... describe a created link further; they check their
/// arguments at once, and one that fails changes nothing.
pub struct netgraft_link {
    source: IfName,
    source_text: CString,
    pub(crate) draft: Draft,
}

/// What is known of a link.
pub(crate) enum Draft {
    /// Of which there is no more to say.
    Finished(Link),
    Bridge(Bridge),
    Veth(VethPeer),
    Netkit(Netkit),
    Macvlan(Macvlan),
    Macvtap(Macvlan),
    Ipvlan(Ipvlan),
    Vlan(Vlan),
    Vxlan(Vxlan),
}

impl netgraft_link {
    /// The link, for an add.
    pub(crate) fn finished(&self) -> Result<Link> {
        match &self.draft {
            Draft::Finished(link) => Ok(link.clone()),
            Draft::Bridge(bridge) => Link::bridge_with(self.source, *bridge),
            Draft::Veth(veth) => Link::veth_named(self.source, veth.clone()),
            Draft::Netkit(netkit) => Link::netkit_named(self.source, netkit.clone()),
            Draft::Macvtap(macvlan) => Link::macvtap(self.source, macvlan.clone()),
            Draft::Vlan(vlan) => Link::vlan(self.source, vlan.clone()),
            Draft::Macvlan(macvlan) => Link::macvlan(self.source, macvlan.clone()),
            Draft::Ipvlan(ipvlan) => Link::ipvlan(self.source, ipvlan.clone()),
            Draft::Vxlan(vxlan) => Link::vxlan(self.source, vxlan.clone()),
        }
    }
}

impl Draft {
    /// Checks what was said of a link that is created, so far.
    fn check(&self) -> Result<()> {
        match self {
            Self::Finished(_) => Ok(()),
            Self::Bridge(bridge) => bridge.check(),
            Self::Veth(veth) => veth.check(),
            Self::Netkit(netkit) => netkit.check(),
            Self::Macvlan(macvlan) | Self::Macvtap(macvlan) => macvlan.check(),
            Self::Ipvlan(ipvlan) => ipvlan.check(),
            Self::Vlan(vlan) => vlan.check(),
            Self::Vxlan(vxlan) => vxlan.check(),
        }
    }
}

/// Creates a handle of a link.
fn new(
    name: Text<'_>,
    link: Out<'_, *mut netgraft_link>,
    error: ErrorOut<'_>,
    draft: impl Fn(IfName) -> Result<Draft>,
) -> c_int {
    return_handle(link, error, || {
        let source = IfName::new(name.bytes("the name")?)?;
        let draft = draft(source)?;
        draft.check()?;
        Ok(netgraft_link { source, source_text: c_text(source.as_bytes()), draft })
    })
}

/// Returns the source name of a pair: the name of its other end, unless the pair has one of its own.
fn own_or_peers<'a>(name: Text<'a>, peer_name: Text<'a>) -> Text<'a> {
    if name.optional().is_some() { name } else { peer_name }
}

/// Describes a link of another namespace, to be moved.
///
/// The namespace's handle may be freed before the link.
///
/// Errors: invalid-name, as for all of these; see netgraft_config_new_named().
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_existing(
    from: Option<&netgraft_namespace>,
    name: Text<'_>,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(name, link, error, |name| Ok(Draft::Finished(Link::existing(non_null_namespace(from)?, name)?)))
}

/// Finds a link of another namespace, now, to be moved.
///
/// The selector is the name, an alternative name of any length, the MAC as "mac:02:42:0a:00:00:02" (the permanent one
/// first, then the present one), or the device as "dev:0000:00:03.0". The name of the link there is the source name. The
/// namespace's handle may be freed before the link.
///
/// Errors: not-found; invalid-argument with the names when several links match, and for a malformed MAC; invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_found(
    from: Option<&netgraft_namespace>,
    selector: Text<'_>,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(link, error, || {
        let found = Link::find(non_null_namespace(from)?, &selector.parse("the link")?)?;
        let source = found.source_name();
        Ok(netgraft_link { source, source_text: c_text(source.as_bytes()), draft: Draft::Finished(found) })
    })
}

/// Describes a link that is in the namespace already, to be configured in place.
///
/// Errors: invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_in_place(
    name: Text<'_>,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(name, link, error, |name| Ok(Draft::Finished(Link::in_place(name)?)))
}

/// Describes a new bridge.
///
/// Errors: invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_bridge(
    name: Text<'_>,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(name, link, error, |_| Ok(Draft::Bridge(Bridge::new())))
}

/// Describes a new dummy link.
///
/// Errors: invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_dummy(
    name: Text<'_>,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(name, link, error, |name| Ok(Draft::Finished(Link::dummy(name)?)))
}

/// Describes a new pair of virtual Ethernet links (veth(4)); this end is the interface.
///
/// `name` is the source name; NULL means the name of the other end.
///
/// The other end is created in `peer_namespace` under `peer_name`. It stays down unless netgraft_link_set_veth_bridge()
/// or netgraft_link_set_veth_up() says otherwise. The namespace's handle may be freed before the link.
///
/// Errors: invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_veth(
    name: Text<'_>,
    peer_namespace: Option<&netgraft_namespace>,
    peer_name: Text<'_>,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(own_or_peers(name, peer_name), link, error, |_| {
        Ok(Draft::Veth(VethPeer::new(non_null_namespace(peer_namespace)?, peer_name.bytes("the peer's name")?)))
    })
}

/// Describes a new macvlan: a link with its own MAC that sends and receives through its parent.
///
/// The parent is in `parent_namespace`. The mode is "bridge". Whoever deletes the parent deletes the macvlan. The
/// namespace's handle may be freed before the link.
///
/// Errors: invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_macvlan(
    name: Text<'_>,
    parent_namespace: Option<&netgraft_namespace>,
    parent: Text<'_>,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(name, link, error, |_| {
        Ok(Draft::Macvlan(Macvlan::on(non_null_namespace(parent_namespace)?, parent.bytes("the parent's name")?)))
    })
}

/// Describes a new ipvlan: a link that shares the MAC of another link, its parent.
///
/// The parent is in `parent_namespace`; IP addresses tell the links on it apart. The mode is "l2". The link cannot get
/// another MAC. Whoever deletes the parent deletes the ipvlan. The namespace's handle may be freed before the link.
///
/// Errors: invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_ipvlan(
    name: Text<'_>,
    parent_namespace: Option<&netgraft_namespace>,
    parent: Text<'_>,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(name, link, error, |_| {
        Ok(Draft::Ipvlan(Ipvlan::on(non_null_namespace(parent_namespace)?, parent.bytes("the parent's name")?)))
    })
}

/// Describes a new pair of links that BPF programs pass packets between (Linux 6.7).
///
/// This end is the interface. Its name and the other end are as with netgraft_link_new_veth(), and
/// netgraft_link_set_veth_... are about the other end.
///
/// Errors: invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_netkit(
    name: Text<'_>,
    peer_namespace: Option<&netgraft_namespace>,
    peer_name: Text<'_>,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(own_or_peers(name, peer_name), link, error, |_| {
        let peer = VethPeer::new(non_null_namespace(peer_namespace)?, peer_name.bytes("the peer's name")?);
        Ok(Draft::Netkit(Netkit::new(peer)))
    })
}

/// Describes a new macvlan that programs use as a character device, /dev/tapN by its index.
///
/// See netgraft_link_new_macvlan(), whose options it has.
///
/// Errors: invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_macvtap(
    name: Text<'_>,
    parent_namespace: Option<&netgraft_namespace>,
    parent: Text<'_>,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(name, link, error, |_| {
        Ok(Draft::Macvtap(Macvlan::on(non_null_namespace(parent_namespace)?, parent.bytes("the parent's name")?)))
    })
}

/// Describes a new link for the VLAN with a number, 1 to 4094, on another link, its parent.
///
/// The parent is in `parent_namespace`. Whoever deletes the parent deletes the VLAN link. The namespace's handle may be
/// freed before the link.
///
/// Errors: invalid-name; invalid-argument.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_vlan(
    name: Text<'_>,
    parent_namespace: Option<&netgraft_namespace>,
    parent: Text<'_>,
    id: u16,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(name, link, error, |_| {
        Ok(Draft::Vlan(Vlan::on(non_null_namespace(parent_namespace)?, parent.bytes("the parent's name")?, id)))
    })
}

/// Describes a new routing domain (VRF): the table with a number routes the packets of its ports.
///
/// Errors: invalid-name; invalid-argument, for table 0.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_vrf(
    name: Text<'_>,
    table: u32,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(name, link, error, |name| Ok(Draft::Finished(Link::vrf(name, table)?)))
}

/// Describes a new end of a tunnel that carries Ethernet over UDP (RFC 7348).
///
/// The tunnel has a network identifier. Its packets are those of `tunnel_namespace`, whose handle may be freed before
/// the link.
///
/// Errors: invalid-name; invalid-argument, when the identifier has more than 24 bits.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_new_vxlan(
    name: Text<'_>,
    tunnel_namespace: Option<&netgraft_namespace>,
    id: u32,
    link: Option<&mut MaybeUninit<*mut netgraft_link>>,
    error: ErrorOut<'_>,
) -> c_int {
    new(name, link, error, |_| Ok(Draft::Vxlan(Vxlan::new(non_null_namespace(tunnel_namespace)?, id))))
}

/// Returns the name by which the interface will be found.
///
/// Returns NULL for NULL. The text lives as long as the handle.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_source_name(link: Option<&netgraft_link>) -> *const c_char {
    infallible(ptr::null(), || pointer(link.map(|link| &link.source_text)))
}

/// Frees a link's handle; the link itself, and interfaces that were added with it, stay. NULL is fine.
///
/// Threads: MT-Safe; nobody may use the handle any more.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_free(link: Option<Box<netgraft_link>>) {
    infallible((), || drop(link));
}
