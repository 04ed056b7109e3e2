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

/// Several interfaces, which it owns.
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

/// Makes a handle of an interface.
fn find(
    interface: Out<'_, *mut netgraft_interface>,
    error: ErrorOut<'_>,
    find: impl Fn() -> Result<Interface>,
) -> c_int {
    return_handle(interface, error, || find().map(netgraft_interface::new))
}

/// Links and what each is to be. A configuration that is NULL sets nothing.
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
/// The link is moved or made, named, addressed, routed, set up and announced.
///
/// `config` may be NULL: the link keeps its name, and nothing is set. `interface` is to be freed with
/// netgraft_interface_free().
///
/// Errors: everything is as it was before the call, in every namespace involved, unless netgraft_error_left() says
/// otherwise. not-found: no such link, bridge or master. name-taken: by another link, here. exists: an interface with that
/// source name, or the address. address-clash, sysctl. invalid-argument: the link is in this namespace already, or
/// cannot have such a MAC or address. duplicate-address: another host has one, and netgraft_config_set_dad() asked.
/// not-supported: the kernel lacks the kind of link. namespace: one that is involved was destroyed. Any other refusal by
/// the kernel, with its words.
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
/// Each is added as netgraft_namespace_add_interface() does, in the order of the array, but what takes a conversation
/// with the kernel is done for all in as few as can be, and what has to be waited for is waited for at once.
///
/// Configurations may be NULL, and so may `configs` as a whole. `interfaces` is room for `count` handles, in the same order,
/// each to be freed with netgraft_interface_free().
///
/// A prefix for names gives the lowest free numbers in the order of the array. A member may have one in front of it as its
/// master, by source name; as its parent, or the bridge of its other end, by the name that that is to have. Whatever else a
/// member refers to has to be there before the call.
///
/// Errors: those of netgraft_namespace_add_interface(), naming the member that failed; none is added then.
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

/// Takes all interfaces out of a namespace, the one that was added last first.
///
/// Each is removed as netgraft_interface_remove() does. Those that were made are deleted together: the kernel then
/// waits once, not for each of them.
///
/// Errors: those of netgraft_interface_remove(), naming the interface. The others are removed all the same; where several
/// fail, netgraft_error_other() has the rest. Those that failed can be removed later.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_remove_all(ns: Option<&netgraft_namespace>, error: ErrorOut<'_>) -> c_int {
    call(error, || non_null_namespace(ns)?.remove_all())
}

/// Lists the interfaces that were added through this handle and its clones, oldest first.
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

/// Finds the interface with a name.
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
/// The handle lives as long as the list; netgraft_interface_clone() makes one that outlives it. Returns NULL behind the
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

/// Returns what the interface's link was called where it came from.
///
/// Returns NULL for NULL. The text lives as long as the handle.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_source_name(interface: Option<&netgraft_interface>) -> *const c_char {
    infallible(ptr::null(), || pointer(interface.map(|handle| &handle.source)))
}

/// Returns what the interface was called when it was added.
///
/// Returns NULL for NULL. The text lives as long as the handle.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_name(interface: Option<&netgraft_interface>) -> *const c_char {
    infallible(ptr::null(), || pointer(interface.map(|handle| &handle.name)))
}

/// Returns the interface's number in its namespace; 0, which no link has, for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_index(interface: Option<&netgraft_interface>) -> u32 {
    infallible(0, || interface.map_or(0, |handle| handle.interface.index().get()))
}

/// Makes a handle of the namespace that the interface was added to, to be freed.
///
/// It is a clone of the handle that the interface was added through. Returns NULL for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_namespace(interface: Option<&netgraft_interface>) -> *mut netgraft_namespace {
    let namespace = |handle: &netgraft_interface| netgraft_namespace::new(handle.interface.namespace().clone());
    infallible(ptr::null_mut(), || into_raw(interface.map(namespace)))
}

/// Returns the default routes that the interface was given, as an array of texts that ends with NULL.
///
/// They are kept until they are wanted, not installed by the add. Returns NULL for NULL. The array lives as long as the
/// handle.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_default_routes(interface: Option<&netgraft_interface>) -> *const *const c_char {
    infallible(ptr::null(), || interface.map_or(ptr::null(), |handle| handle.default_routes.as_ptr()))
}

/// Announces the interface's addresses to its neighbours once more, as an add does.
///
/// The first time is before this returns, the others are in the background. What was still pending is replaced; by
/// none, where `times` is 0.
///
/// `times` and `interval_ms` as for netgraft_config_set_announce(). Nothing is sent where nothing can be (the link is
/// down, has no MAC or does no ARP): that is logged.
///
/// Errors: not-found, when it was removed or its link is gone; invalid-argument.
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
/// A link that was moved goes back to where it came from under the name, MAC, MTU and alias it had, up if it was up.
/// One that was made is deleted. In place, what the add did is undone.
///
/// Errors: not-found, the second time, or when its link was deleted by somebody else (it is off the list then).
/// name-taken, when its old name is another link's now. sysctl, when a kernel setting could not be written back. namespace,
/// when the one that it came from was destroyed or is not found. kernel with -EBUSY, when another process that keeps the
/// same journal works on it, and is not done within three seconds. When it fails, the interface is what it was and
/// can be removed later, unless netgraft_error_left() says otherwise.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_remove(interface: Option<&netgraft_interface>, error: ErrorOut<'_>) -> c_int {
    call(error, || non_null_interface(interface)?.remove())
}

/// Takes the interface out; a moved link comes home without its addresses.
///
/// The rest is as netgraft_interface_remove() has it. The routes and neighbours that go with the addresses stay away,
/// too. The handle is still to be freed.
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

/// Makes another handle of the same interface. NULL for NULL.
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
