//! The state of links, and their counters.

use std::ffi::{CString, c_char, c_int};
use std::mem::MaybeUninit;

use crate::capi::argument::{ErrorOut, non_null};
use crate::capi::boundary::{call, return_handle};
use crate::capi::infallible::infallible;
use crate::capi::interface::{netgraft_interface, non_null_interface};
use crate::capi::namespace::{netgraft_namespace, non_null_namespace};
use crate::capi::structure::{Structure, write};
use crate::capi::text::{Texts, c_text, pointer};
use crate::error::{Error, ErrorKind};
use crate::interface::LinkState;
use crate::types::Prefix;

/// Links as the kernel described them at one moment.
pub struct netgraft_link_list(Vec<DescribedLink>);

impl netgraft_link_list {
    pub(crate) fn of(links: impl IntoIterator<Item = LinkState>) -> Self {
        Self(links.into_iter().map(DescribedLink::new).collect())
    }
}

/// A link as the kernel described it at one moment.
///
/// Texts and arrays live as long as the list; arrays end with NULL.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct netgraft_link_state {
    /// The name. Bytes: not necessarily UTF-8.
    pub name: *const c_char,
    /// The kind, "veth", "bridge", ...; NULL for hardware.
    pub kind: *const c_char,
    /// The hardware address; NULL if it does not have six bytes.
    pub mac: *const c_char,
    /// The description of the link; NULL without one.
    pub alias: *const c_char,
    /// The addresses, as "10.0.0.2/24", without the link-local ones.
    pub addresses: *const *const c_char,
    /// The link-local addresses.
    pub link_local: *const *const c_char,
    /// The destinations of the on-link routes of the main table that netgraft installed on the link.
    pub routes: *const *const c_char,
    /// The index in its namespace.
    pub index: u32,
    /// The largest packet in bytes.
    pub mtu: u32,
    /// The length of the transmit queue in packets.
    pub tx_queue_len: u32,
    /// The index of the bridge, or other link, that the link is a port of; 0 for none.
    pub master: u32,
    /// The index of the link at the other end or below, in that link's own namespace; 0 for none.
    pub peer: u32,
    /// The number by which the link's namespace knows that of the other end, if that differs; else -1.
    pub peer_namespace: i32,
    /// Whether the link is set up (IFF_UP).
    pub up: bool,
    /// Whether the link can carry traffic (IFF_RUNNING with IFF_LOWER_UP).
    pub running: bool,
    /// The hardware address that is burnt in, which nobody can change; NULL when there is none.
    pub permanent_mac: *const c_char,
    /// The name of the device behind the link on its bus, such as a PCI address; NULL when there is none.
    pub parent_device: *const c_char,
    /// The bus of that device, "pci", "virtio", "usb", ...; NULL when there is none.
    pub parent_bus: *const c_char,
    /// The alternative names.
    pub alternative_names: *const *const c_char,
}

impl Structure for netgraft_link_state {
    const NAME: &str = "netgraft_link_state";
}

/// The counters of a link since its creation; see struct rtnl_link_stats64 in linux/if_link.h.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct netgraft_statistics {
    /// Bytes received.
    pub rx_bytes: u64,
    /// Packets received.
    pub rx_packets: u64,
    /// Bad packets received.
    pub rx_errors: u64,
    /// Packets received and dropped for want of room.
    pub rx_dropped: u64,
    /// Bytes sent.
    pub tx_bytes: u64,
    /// Packets sent.
    pub tx_packets: u64,
    /// Packets that could not be sent.
    pub tx_errors: u64,
    /// Packets dropped on their way out.
    pub tx_dropped: u64,
    /// Multicast packets received.
    pub multicast: u64,
}

impl Structure for netgraft_statistics {
    const NAME: &str = "netgraft_statistics";
}

/// A link's description and its texts for C.
struct DescribedLink {
    state: LinkState,
    name: CString,
    kind: Option<CString>,
    mac: Option<CString>,
    alias: Option<CString>,
    addresses: Texts,
    link_local: Texts,
    routes: Texts,
    permanent_mac: Option<CString>,
    parent_device: Option<CString>,
    parent_bus: Option<CString>,
    alternative_names: Texts,
}

impl DescribedLink {
    fn new(state: LinkState) -> Self {
        Self {
            name: c_text(state.name.as_bytes()),
            kind: state.kind.as_deref().map(c_text),
            mac: state.mac.map(|mac| c_text(mac.to_string())),
            alias: state.alias.as_deref().map(c_text),
            addresses: state.addresses.iter().map(Prefix::to_string).collect(),
            link_local: state.link_local.iter().map(Prefix::to_string).collect(),
            routes: state.routes.iter().map(Prefix::to_string).collect(),
            permanent_mac: state.permanent_mac.map(|mac| c_text(mac.to_string())),
            parent_device: state.parent_device.as_deref().map(c_text),
            parent_bus: state.parent_bus.as_deref().map(c_text),
            alternative_names: state.alternative_names.iter().cloned().collect(),
            state,
        }
    }

    fn for_c(&self) -> netgraft_link_state {
        let Self { state, name, kind, mac, alias, addresses, link_local, routes, .. } = self;
        netgraft_link_state {
            name: name.as_ptr(),
            kind: pointer(kind.as_ref()),
            mac: pointer(mac.as_ref()),
            alias: pointer(alias.as_ref()),
            addresses: addresses.as_ptr(),
            link_local: link_local.as_ptr(),
            routes: routes.as_ptr(),
            index: state.index.get(),
            mtu: state.mtu,
            tx_queue_len: state.tx_queue_len,
            master: state.master.map_or(0, |index| index.get()),
            peer: state.peer.map_or(0, |index| index.get()),
            peer_namespace: state.peer_namespace.unwrap_or(-1),
            up: state.up,
            running: state.running,
            permanent_mac: pointer(self.permanent_mac.as_ref()),
            parent_device: pointer(self.parent_device.as_ref()),
            parent_bus: pointer(self.parent_bus.as_ref()),
            alternative_names: self.alternative_names.as_ptr(),
        }
    }
}

/// Reads the state of every link of a namespace, whoever put it there.
///
/// Errors: interrupted, when changes kept interrupting the kernel's answer.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_links(
    ns: Option<&netgraft_namespace>,
    links: Option<&mut MaybeUninit<*mut netgraft_link_list>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(links, error, || Ok(netgraft_link_list::of(non_null_namespace(ns)?.links()?)))
}

/// Reads the state of an interface's link: a list of one.
///
/// Errors: not-found, when its link is gone.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_interface_state(
    interface: Option<&netgraft_interface>,
    links: Option<&mut MaybeUninit<*mut netgraft_link_list>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(links, error, || Ok(netgraft_link_list::of([non_null_interface(interface)?.state()?])))
}

/// Returns how many links are on a list; 0 for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_list_length(links: Option<&netgraft_link_list>) -> usize {
    infallible(0, || links.map_or(0, |list| list.0.len()))
}

/// Fills in the description of the link at a place on a list, from 0 on.
///
/// `size` is sizeof *state; see STRUCTURES.
///
/// Errors: not-found, behind the last.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn netgraft_link_list_get(
    links: Option<&netgraft_link_list>,
    place: usize,
    state: *mut netgraft_link_state,
    size: usize,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let link = non_null(links, "the list")?.0.get(place);
        let link = link.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("no link at place {place}")))?;
        // SAFETY: NULL, or as long as the caller says, initialised and for this call alone: so it says in the header.
        unsafe { write(state, size, &link.for_c()) }
    })
}

/// Frees a list, and the texts and arrays that descriptions from it point to. NULL is fine.
///
/// Threads: MT-Safe; nobody may use the list any more.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_link_list_free(links: Option<Box<netgraft_link_list>>) {
    infallible((), || drop(links));
}

/// Reads the counters of an interface's link. `size` is sizeof *statistics; see STRUCTURES.
///
/// Errors: not-found, when its link is gone.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn netgraft_interface_statistics(
    interface: Option<&netgraft_interface>,
    statistics: *mut netgraft_statistics,
    size: usize,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let counted = non_null_interface(interface)?.statistics()?;
        let counted = netgraft_statistics {
            rx_bytes: counted.rx_bytes,
            rx_packets: counted.rx_packets,
            rx_errors: counted.rx_errors,
            rx_dropped: counted.rx_dropped,
            tx_bytes: counted.tx_bytes,
            tx_packets: counted.tx_packets,
            tx_errors: counted.tx_errors,
            tx_dropped: counted.tx_dropped,
            multicast: counted.multicast,
        };
        // SAFETY: NULL, or as long as the caller says, initialised and for this call alone: so it says in the header.
        unsafe { write(statistics, size, &counted) }
    })
}
