//! Interfaces: added, found, announced, removed.

use std::ffi::{CString, c_char, c_int};
use std::mem::MaybeUninit;
use std::ptr;

use crate::capi::argument::{ErrorOut, Out, Text, array, non_null, places};
use crate::capi::boundary::{call, into_raw, return_handle};
use crate::capi::config::{announce, netgraft_config};
use crate::capi::infallible::infallible;
use crate::capi::link::netgraft_link;
use crate::capi::namespace::{netgraft_namespace, non_null_namespace};
use crate::capi::text::{Texts, c_text, pointer};
use crate::error::Result;
use crate::interface::{Interface, InterfaceConfig, Link};
use crate::types::Prefix;

/// A link that was put into a namespace and configured there. Freeing the handle does not remove it.
pub struct netgraft_interface {
    pub(crate) interface: Interface,
    source: CString,
    name: CString,
    default_routes: Texts,
}

impl netgraft_interface {
    pub(crate) fn new(interface: Interface) -> Self {
        Self {
            source: c_text(interface.source_name().as_bytes()),
            name: c_text(interface.name().as_bytes()),
            default_routes: interface.default_routes().iter().map(Prefix::to_string).collect(),
            interface,
        }
    }
}

/// A list of interfaces, which owns their handles.
pub struct netgraft_interface_list(Vec<netgraft_interface>);

impl FromIterator<Interface> for netgraft_interface_list {
    fn from_iter<I: IntoIterator<Item = Interface>>(interfaces: I) -> Self {
        Self(interfaces.into_iter().map(netgraft_interface::new).collect())
    }
}

/// The interface that a handle is for.
pub(crate) fn non_null_interface(handle: Option<&netgraft_interface>) -> Result<&Interface> {
    non_null(handle, "the interface").map(|handle| &handle.interface)
}

/// Creates a handle of an interface.
fn find(
    interface: Out<'_, *mut netgraft_interface>,
    error: ErrorOut<'_>,
    find: impl Fn() -> Result<Interface>,
) -> c_int {
    return_handle(interface, error, || find().map(netgraft_interface::new))
}

/// Pairs links with their configurations. NULL is an empty configuration.
///
/// # Safety
/// `links`, and `configs` if it is not NULL, are NULL or arrays of `count` handles which stay as they are meanwhile.
pub(crate) unsafe fn pairs(
    links: *const Option<&netgraft_link>,
    configs: *const Option<&netgraft_config>,
    count: usize,
) -> Result<Vec<(Link, InterfaceConfig)>> {
    // SAFETY: the caller promises the same.
    let links = unsafe { array(links, count) }?;
    // SAFETY: the caller promises the same.
    let configs = unsafe { array(configs, count) }?.unwrap_or_default();
    let pair = |(place, link): (usize, &Option<&netgraft_link>)| {
        let link = non_null(*link, "a link")?.finished()?;
        Ok((link, configs.get(place).copied().flatten().map_or_else(Default::default, |config| config.0.clone())))
    };
    non_null(links.or((count == 0).then_some(&[])), "the links")?.iter().enumerate().map(pair).collect()
}

/// Puts a link into a namespace and makes it work there, all or nothing.
///
/// The link is moved or created, named, addressed, routed, set up and announced.
///
/// `config` may be NULL: the link keeps its name, and nothing is set. `interface` is to be freed with
/// netgraft_interface_free().
///
/// Errors: everything is as before the call, in every namespace involved, unless netgraft_error_left() says otherwise.
/// not-found: no such link, bridge or master. name-taken: another link has the name. exists: an interface with that
/// source name, or the address, a route, or a tunnel with that identifier. address-clash, sysctl. invalid-argument: the
/// link is in this namespace already, or cannot have such a MAC or address. duplicate-address: another host has an
/// address, with netgraft_config_set_dad(). in-use: the move would delete links stacked on the link. not-supported: the
/// kernel lacks the kind of link. namespace: a namespace of the call was destroyed. Any other refusal by the kernel, with
/// its words.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_add_interface(
    ns: Option<&netgraft_namespace>,
    link: Option<&netgraft_link>,
    config: Option<&netgraft_config>,
    interface: Option<&mut MaybeUninit<*mut netgraft_interface>>,
    error: ErrorOut<'_>,
) -> c_int {
    find(interface, error, || {
        let (ns, link) = (non_null_namespace(ns)?, non_null(link, "the link")?);
        let config = config.map_or_else(Default::default, |config| config.0.clone());
        ns.add_interface(link.finished()?, config)
    })
}

/// Puts `count` links into a namespace together, all or nothing.
///
/// Each link is added as netgraft_namespace_add_interface() does, in the order of the array. The links share their
/// conversations with the kernel, and their waits.
///
/// Configurations may be NULL, and so may `configs` as a whole. `interfaces` is room for `count` handles, in the same
/// order, each to be freed with netgraft_interface_free().
///
/// A prefix for names gives the lowest free numbers in the order of the array. A link may have an earlier one as its
/// master, by source name; and as its parent, or as the bridge of its other end, by its final name. Anything else that a
/// link refers to must exist before the call.
///
/// Errors: those of netgraft_namespace_add_interface(), naming the link that failed; no link is added then.
/// invalid-argument, when two members are the same link.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn netgraft_namespace_add_interfaces(
    ns: Option<&netgraft_namespace>,
    links: *const Option<&netgraft_link>,
    configs: *const Option<&netgraft_config>,
    count: usize,
    interfaces: *mut MaybeUninit<*mut netgraft_interface>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let ns = non_null_namespace(ns)?;
        // SAFETY: NULL or arrays of `count` handles, which stay as they are during the call: so it says in the header.
        let members = unsafe { pairs(links, configs, count) }?;
        // SAFETY: NULL or room for `count` handles, for this call alone: so it says in the header.
        let places = unsafe { places(interfaces, count) }?;
        let places = non_null(places.or((count == 0).then_some(&mut [])), "the place for the interfaces")?;
        for (place, interface) in places.iter_mut().zip(ns.add_interfaces(members)?) {
            place.write(into_raw(Some(netgraft_interface::new(interface))));
        }
        Ok(())
    })
}

/// Takes all interfaces out of a namespace, in reverse order.
///
/// Each is removed as netgraft_interface_remove() does. Created links are deleted together, so that the kernel waits only
/// once.
///
/// Errors: those of netgraft_interface_remove(), naming the interface. The others are removed all the same;
/// netgraft_error_other() has further errors. Interfaces whose removal failed can be removed later.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_remove_all(ns: Option<&netgraft_namespace>, error: ErrorOut<'_>) -> c_int {
    call(error, || non_null_namespace(ns)?.remove_all())
}

/// Lists the interfaces of this handle, its clones and its journal, oldest first.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_interfaces(
    ns: Option<&netgraft_namespace>,
    interfaces: Option<&mut MaybeUninit<*mut netgraft_interface_list>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(interfaces, error, || Ok(non_null_namespace(ns)?.interfaces()?.into_iter().collect()))
}

/// Finds the interface with a source name.
///
/// Errors: not-found.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_interface(
    ns: Option<&netgraft_namespace>,
    source: Text<'_>,
    interface: Option<&mut MaybeUninit<*mut netgraft_interface>>,
    error: ErrorOut<'_>,
) -> c_int {
    find(interface, error, || non_null_namespace(ns)?.interface(source.bytes("the source name")?))
}

/// Finds the interface with a name: the one that it got when it was added.
///
/// Errors: not-found.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_interface_by_name(
    ns: Option<&netgraft_namespace>,
    name: Text<'_>,
    interface: Option<&mut MaybeUninit<*mut netgraft_interface>>,
    error: ErrorOut<'_>,
) -> c_int {
    find(interface, error, || non_null_namespace(ns)?.interface_by_name(name.bytes("the name")?))
}

/// Returns how many interfaces are on a list; 0 for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_list_length(interfaces: Option<&netgraft_interface_list>) -> usize {
    infallible(0, || interfaces.map_or(0, |list| list.0.len()))
}

/// Returns the interface at a place on a list, from 0 on.
///
/// The handle lives as long as the list; netgraft_interface_clone() creates one that outlives it. Returns NULL after the
/// last, and for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_list_get(
    interfaces: Option<&netgraft_interface_list>,
    place: usize,
) -> *const netgraft_interface {
    infallible(ptr::null(), || interfaces.and_then(|list| list.0.get(place)).map_or(ptr::null(), ptr::from_ref))
}

/// Frees a list and the handles on it. NULL is fine.
///
/// Threads: MT-Safe; nobody may use the list any more.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_list_free(interfaces: Option<Box<netgraft_interface_list>>) {
    infallible((), || drop(interfaces));
}

/// Returns the name that the interface's link had where it came from.
///
/// Returns NULL for NULL. The text lives as long as the handle.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_source_name(interface: Option<&netgraft_interface>) -> *const c_char {
    infallible(ptr::null(), || pointer(interface.map(|handle| &handle.source)))
}

/// Returns the name that the interface got when it was added.
///
/// Returns NULL for NULL. The text lives as long as the handle.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_name(interface: Option<&netgraft_interface>) -> *const c_char {
    infallible(ptr::null(), || pointer(interface.map(|handle| &handle.name)))
}

/// Returns the interface's index in its namespace; 0, which no link has, for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_index(interface: Option<&netgraft_interface>) -> u32 {
    infallible(0, || interface.map_or(0, |handle| handle.interface.index().get()))
}

/// Creates a handle of the namespace of the interface, to be freed.
///
/// The handle is a clone of the one that the interface was added through. Returns NULL for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_namespace(interface: Option<&netgraft_interface>) -> *mut netgraft_namespace {
    let namespace = |handle: &netgraft_interface| netgraft_namespace::new(handle.interface.namespace().clone());
    infallible(ptr::null_mut(), || into_raw(interface.map(namespace)))
}

/// Returns the default routes that the interface was given, as an array of texts that ends with NULL.
///
/// The add does not install these routes. They are kept until they are wanted. Returns NULL for NULL. The array lives as
/// long as the handle.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_default_routes(interface: Option<&netgraft_interface>) -> *const *const c_char {
    infallible(ptr::null(), || interface.map_or(ptr::null(), |handle| handle.default_routes.as_ptr()))
}

/// Announces the interface's addresses to its neighbours once more, as an add does.
///
/// The first announcement is sent before this function returns, the others in the background. They replace pending ones;
/// 0 `times` only cancels those.
///
/// `times` and `interval_ms` as for netgraft_config_set_announce(). Nothing is sent, and the log says why, when the link
/// is down, has no MAC or does no ARP.
///
/// Errors: not-found, when the interface was removed, or its link is gone; invalid-argument.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_announce(
    interface: Option<&netgraft_interface>,
    times: u32,
    interval_ms: u32,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || non_null_interface(interface)?.announce(announce(times, interval_ms)?))
}

/// Takes the interface out of its namespace. The handle is still to be freed.
///
/// A moved link goes home and is restored there: name, MAC, MTU, flags, master, addresses, routes, neighbours. Nothing of
/// what the inside did comes along. A created link is deleted. In place, the add is undone.
///
/// Errors: not-found, the second time, or when somebody else deleted the link (the interface is off the list then).
/// unverified, when the link may be hidden, or another link is in its place. name-taken, when another link at home has
/// the old name. sysctl, when a kernel setting could not be restored. namespace, when home was destroyed or is not found.
/// kernel with -EBUSY, when another process with the same journal has worked on the interface for three seconds. After
/// any failure the interface is as before and can be removed later, unless netgraft_error_left() says otherwise.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_remove(interface: Option<&netgraft_interface>, error: ErrorOut<'_>) -> c_int {
    call(error, || non_null_interface(interface)?.remove())
}

/// Takes the interface out; a moved link comes home without its addresses.
///
/// Otherwise as netgraft_interface_remove(). Routes and neighbours that go with the addresses stay away, too. The handle
/// is still to be freed.
///
/// Errors: those of netgraft_interface_remove().
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_remove_without_addresses(
    interface: Option<&netgraft_interface>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || non_null_interface(interface)?.remove_without_addresses())
}

/// Creates another handle of the same interface. Returns NULL for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_clone(interface: Option<&netgraft_interface>) -> *mut netgraft_interface {
    let clone = |handle: &netgraft_interface| netgraft_interface::new(handle.interface.clone());
    infallible(ptr::null_mut(), || into_raw(interface.map(clone)))
}

/// Frees a handle; the interface stays. NULL is fine.
///
/// Threads: MT-Safe; nobody may use the handle any more.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_free(interface: Option<Box<netgraft_interface>>) {
    infallible((), || drop(interface));
}
