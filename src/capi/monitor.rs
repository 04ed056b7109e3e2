//! What happens to links.

use std::ffi::{CString, c_char, c_int};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd};
use std::ptr;
use std::time::Duration;

use crate::capi::argument::{ErrorOut, Text, non_null};
use crate::capi::boundary::{call, into_raw, return_handle};
use crate::capi::config::netgraft_config;
use crate::capi::infallible::infallible;
use crate::capi::interface::netgraft_interface;
use crate::capi::namespace::{netgraft_namespace, non_null_namespace};
use crate::capi::state::netgraft_link_list;
use crate::capi::structure::{Structure, write};
use crate::capi::text::{c_text, pointer};
use crate::error::{Error, ErrorKind, Result};
use crate::monitor::{LinkChange, LinkCondition, LinkEvent, Monitor};

/// A watch over the links of a namespace.
pub struct netgraft_monitor {
    monitor: Monitor,
    /// What the program was told last.
    told: Option<Told>,
}

/// An event, and the texts that C is shown of the event.
struct Told {
    links: netgraft_link_list,
    source: Option<CString>,
    old_name: Option<CString>,
    address: Option<CString>,
}

/// What happened to a link. Later versions may know more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum netgraft_link_change {
    /// Nothing within the time.
    NETGRAFT_LINK_NO_CHANGE = 0,
    /// The link is there: from the beginning, created, or moved here.
    NETGRAFT_LINK_APPEARED = 1,
    /// The link has another name; `old_name` is the one before.
    NETGRAFT_LINK_RENAMED = 2,
    /// The link was deleted, or moved to where the namespace does not see.
    NETGRAFT_LINK_GONE = 3,
    /// The link was moved to another namespace.
    NETGRAFT_LINK_MOVED = 4,
    /// The link can carry traffic from now on.
    NETGRAFT_LINK_CARRIER_ON = 5,
    /// The link cannot carry traffic any more.
    NETGRAFT_LINK_CARRIER_OFF = 6,
    /// The link has one more address: `address`.
    NETGRAFT_LINK_ADDRESS_ADDED = 7,
    /// The link has lost an address: `address`.
    NETGRAFT_LINK_ADDRESS_LOST = 8,
    /// The link was set up or down, or an attribute changed: MAC, MTU, queue length, alias, names, master.
    NETGRAFT_LINK_CHANGED = 9,
}

/// What a link is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum netgraft_link_condition {
    /// The link is there.
    NETGRAFT_LINK_APPEAR = 0,
    /// The link can carry traffic.
    NETGRAFT_LINK_RUNNING = 1,
    /// There is no such link.
    NETGRAFT_LINK_GO = 2,
}

/// Something that happened to a link.
///
/// What the pointers lead to lives until the next event is asked for.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct netgraft_link_event {
    /// The link, a list of one: as it is now, or was last. NULL when nothing happened.
    pub links: *const netgraft_link_list,
    /// The source name of the interface that has the link, or NULL.
    pub source: *const c_char,
    /// The name before; NULL but for NETGRAFT_LINK_RENAMED.
    pub old_name: *const c_char,
    /// The address that was added or lost, as "10.0.0.2/24"; NULL for other changes.
    pub address: *const c_char,
    /// What happened, as a netgraft_link_change.
    pub change: c_int,
    /// The number by which the namespace knows the one that the link was moved to; otherwise -1.
    pub moved_to: i32,
}

impl Structure for netgraft_link_event {
    const NAME: &str = "netgraft_link_event";
}

impl Told {
    fn new(event: LinkEvent) -> Self {
        Self {
            source: event.source.map(|source| c_text(source.as_bytes())),
            old_name: match event.change {
                LinkChange::Renamed { from } => Some(c_text(from.as_bytes())),
                _ => None,
            },
            address: match event.change {
                LinkChange::AddressAdded(address) | LinkChange::AddressLost(address) => {
                    Some(c_text(address.to_string()))
                }
                _ => None,
            },
            links: netgraft_link_list::of([event.link]),
        }
    }
}

fn number(change: LinkChange) -> netgraft_link_change {
    match change {
        LinkChange::Appeared => netgraft_link_change::NETGRAFT_LINK_APPEARED,
        LinkChange::Renamed { .. } => netgraft_link_change::NETGRAFT_LINK_RENAMED,
        LinkChange::Gone => netgraft_link_change::NETGRAFT_LINK_GONE,
        LinkChange::Moved { .. } => netgraft_link_change::NETGRAFT_LINK_MOVED,
        LinkChange::CarrierOn => netgraft_link_change::NETGRAFT_LINK_CARRIER_ON,
        LinkChange::CarrierOff => netgraft_link_change::NETGRAFT_LINK_CARRIER_OFF,
        LinkChange::AddressAdded(_) => netgraft_link_change::NETGRAFT_LINK_ADDRESS_ADDED,
        LinkChange::AddressLost(_) => netgraft_link_change::NETGRAFT_LINK_ADDRESS_LOST,
        LinkChange::Changed => netgraft_link_change::NETGRAFT_LINK_CHANGED,
    }
}

/// A number of milliseconds; a negative one is for ever.
fn timeout(milliseconds: c_int) -> Duration {
    u64::try_from(milliseconds).map_or(Duration::MAX, Duration::from_millis)
}

/// Begins to watch the links of a namespace.
///
/// The first events are the links that are there. `monitor` is to be freed with netgraft_monitor_free().
///
/// Errors: interrupted, when changes kept interrupting the kernel's answer.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_monitor(
    ns: Option<&netgraft_namespace>,
    monitor: Option<&mut MaybeUninit<*mut netgraft_monitor>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(monitor, error, || Ok(netgraft_monitor { monitor: non_null_namespace(ns)?.monitor()?, told: None }))
}

/// Returns the descriptor that can be read when there may be an event, for poll(2); -1 for NULL.
///
/// Events may wait that were read already: ask for events until there are none before waiting for the descriptor. The
/// descriptor belongs to the monitor.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_monitor_fd(monitor: Option<&netgraft_monitor>) -> c_int {
    infallible(-1, || monitor.map_or(-1, |monitor| monitor.monitor.as_fd().as_raw_fd()))
}

/// Fills in the next event, or NETGRAFT_LINK_NO_CHANGE when none comes in time.
///
/// `timeout_ms` is in milliseconds; 0 never waits, a negative number waits without end. `size` is sizeof *event; see
/// STRUCTURES. When the kernel had to drop notifications, the links are read again, and the differences are the events.
///
/// Errors: interrupted, when changes kept interrupting the kernel's answer; namespace, once that was destroyed.
///
/// Threads: MT-Unsafe race:monitor.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn netgraft_monitor_next(
    mut monitor: Option<&mut netgraft_monitor>,
    timeout_ms: c_int,
    event: *mut netgraft_link_event,
    size: usize,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let monitor = non_null(monitor.as_deref_mut(), "the monitor")?;
        let next = monitor.monitor.next(timeout(timeout_ms))?;
        let change = next.as_ref().map_or(netgraft_link_change::NETGRAFT_LINK_NO_CHANGE, |next| number(next.change));
        let moved_to = match next.as_ref().map(|next| next.change) {
            Some(LinkChange::Moved { namespace }) => namespace,
            _ => -1,
        };
        monitor.told = next.map(Told::new);
        let told = monitor.told.as_ref();
        let filled = netgraft_link_event {
            links: told.map_or(ptr::null(), |told| ptr::from_ref(&told.links)),
            source: pointer(told.and_then(|told| told.source.as_ref())),
            old_name: pointer(told.and_then(|told| told.old_name.as_ref())),
            address: pointer(told.and_then(|told| told.address.as_ref())),
            change: change as c_int,
            moved_to,
        };
        // SAFETY: NULL, or as long as the caller says, initialised and for this call alone: so it says in the header.
        unsafe { write(event, size, &filled) }
    })
}

/// Frees a monitor, and what its last event points to. NULL is fine.
///
/// Threads: MT-Safe; nobody may use the monitor any more.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_monitor_free(monitor: Option<Box<netgraft_monitor>>) {
    infallible((), || drop(monitor));
}

fn condition(number: c_int) -> Result<LinkCondition> {
    let known = [
        (netgraft_link_condition::NETGRAFT_LINK_APPEAR, LinkCondition::Appear),
        (netgraft_link_condition::NETGRAFT_LINK_RUNNING, LinkCondition::Running),
        (netgraft_link_condition::NETGRAFT_LINK_GO, LinkCondition::Gone),
    ];
    let found = known.into_iter().find(|(known, _)| *known as c_int == number);
    found
        .map(|(_, condition)| condition)
        .ok_or_else(|| Error::new(ErrorKind::InvalidArgument, format!("{number} is nothing that a link is waited for")))
}

/// Waits until a link is there, runs, or is gone: `wanted` is a netgraft_link_condition.
///
/// `selector` is a name, an alternative name, "mac:ADDRESS" or "dev:DEVICE". `timeout_ms` is in milliseconds; a negative
/// one is for ever. `links` may be NULL; it gets a list with the link, none for NETGRAFT_LINK_GO, to be freed with
/// netgraft_link_list_free().
///
/// Errors: timeout; invalid-argument, also when several links are meant.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_wait_for_link(
    ns: Option<&netgraft_namespace>,
    selector: Text<'_>,
    wanted: c_int,
    timeout_ms: c_int,
    mut links: Option<&mut MaybeUninit<*mut netgraft_link_list>>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let (ns, selector) = (non_null_namespace(ns)?, selector.parse("the link")?);
        let found = ns.wait_for_link(&selector, condition(wanted)?, timeout(timeout_ms))?;
        if let Some(links) = links.as_deref_mut() {
            links.write(into_raw(Some(netgraft_link_list::of(found))));
        }
        Ok(())
    })
}

/// Adds a link of the namespace `home` to `ns` as soon as the link is there.
///
/// `selector` is a name, an alternative name, "mac:ADDRESS" or "dev:DEVICE". A link that is renamed between being found and
/// being added, as by a rule of udev, is looked for again. `timeout_ms` is in milliseconds; a negative one is for ever.
/// `config` may be NULL. `interface` is to be freed with netgraft_interface_free().
///
/// Errors: timeout, when there was no such link; else as netgraft_namespace_add_interface().
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_add_when_it_appears(
    ns: Option<&netgraft_namespace>,
    home: Option<&netgraft_namespace>,
    selector: Text<'_>,
    config: Option<&netgraft_config>,
    timeout_ms: c_int,
    interface: Option<&mut MaybeUninit<*mut netgraft_interface>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(interface, error, || {
        let (ns, home) = (non_null_namespace(ns)?, non_null_namespace(home)?);
        let config = config.map_or_else(Default::default, |config| config.0.clone());
        let selector = selector.parse("the link")?;
        let added = ns.add_when_it_appears(home, &selector, &config, timeout(timeout_ms))?;
        Ok(netgraft_interface::new(added))
    })
}
