//! The journal, and the result of a restore.

use std::ffi::{c_char, c_int};
use std::mem::MaybeUninit;
use std::ptr;

use crate::capi::argument::{ErrorOut, Text};
use crate::capi::boundary::{call, return_handle};
use crate::capi::config::netgraft_config;
use crate::capi::error::netgraft_error;
use crate::capi::infallible::infallible;
use crate::capi::interface::{netgraft_interface_list, pairs};
use crate::capi::link::netgraft_link;
use crate::capi::namespace::{netgraft_namespace, non_null_namespace};
use crate::capi::text::Texts;
use crate::interface::Restored;
use crate::types::IfName;

/// The result of a restore. Its texts and arrays live as long as the result; arrays end with NULL.
pub struct netgraft_restored {
    interfaces: netgraft_interface_list,
    undone: Texts,
    finished: Texts,
    gone: Texts,
    busy: usize,
    dropped: Texts,
    left_alone: Texts,
    unmatched: Texts,
    reasons: Vec<netgraft_error>,
    failed: Vec<netgraft_error>,
}

impl netgraft_restored {
    fn new(restored: Restored) -> Self {
        Self {
            interfaces: restored.interfaces.into_iter().collect(),
            undone: restored.undone.iter().map(IfName::as_bytes).collect(),
            finished: restored.finished.iter().map(IfName::as_bytes).collect(),
            gone: restored.gone.iter().map(IfName::as_bytes).collect(),
            busy: restored.busy,
            dropped: restored.dropped.into_iter().collect(),
            left_alone: restored.left_alone.into_iter().collect(),
            unmatched: restored.unmatched.iter().map(|(source, _)| source.as_bytes()).collect(),
            reasons: restored.unmatched.iter().map(|(_, error)| netgraft_error::of(error)).collect(),
            failed: restored.failed.iter().map(netgraft_error::of).collect(),
        }
    }
}

/// Keeps a journal of this handle's interfaces in a folder.
///
/// Interfaces in the journal are known from then on. A journal that is kept already stays.
///
/// Each change is written down before it is made, so that netgraft_namespace_restore() can undo or finish it if the
/// process dies. A folder below /run has the lifetime of the links. A missing folder is created (mode 0700); it must
/// belong to the caller alone, below folders that no other user can change.
///
/// Errors: journal, when the folder belongs to another user, or cannot be created, read and written. No journal is kept
/// then.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_keep_journal(
    ns: Option<&netgraft_namespace>,
    folder: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || non_null_namespace(ns)?.keep_journal(folder.path("the folder")?))
}

/// Reads a journal that another process keeps.
///
/// The journal may be missing yet, or one that the caller cannot write. If the caller can write it, it is kept as by
/// netgraft_namespace_keep_journal().
///
/// Errors: journal, when the folder belongs to another user, or cannot be read.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_read_journal(
    ns: Option<&netgraft_namespace>,
    folder: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || non_null_namespace(ns)?.read_journal(folder.path("the folder")?))
}

/// Takes an interface off the list and out of the journal, and leaves its link as it is.
///
/// Errors: not-found, when neither has an interface with that source name; busy, when another process has worked on it
/// for three seconds; invalid-name.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_forget(
    ns: Option<&netgraft_namespace>,
    source: Text<'_>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || non_null_namespace(ns)?.forget(source.bytes("the source name")?))
}

/// Restores the interfaces of the journal after a crash or a restart.
///
/// Interrupted operations are undone or finished; existing interfaces are put on the list and announced again; entries of
/// links that are gone are dropped.
///
/// Errors: those of reading the journal. The result has the outcome of each entry.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_restore(
    ns: Option<&netgraft_namespace>,
    restored: Option<&mut MaybeUninit<*mut netgraft_restored>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(restored, error, || non_null_namespace(ns)?.restore().map(netgraft_restored::new))
}

/// Restores as netgraft_namespace_restore(), then finds interfaces that only the program remembers.
///
/// These are `count` links and their configurations, as once passed to netgraft_namespace_add_interface(), in any order.
/// Configurations may be NULL, and so may `configs` as a whole. Those in the journal are skipped.
///
/// Each is looked for among the links of the namespace by its IPv4 addresses, else by its IPv6 addresses, else by its
/// name; a prefix for names suffices only without addresses and if one link has such a name. A link that is found is
/// announced again, and written into the journal; nothing about it is changed. netgraft_restored_unmatched() has the
/// descriptions without a link, or with several.
///
/// Such an interface can be removed as any other. The state before its add is unknown, so the link keeps MAC, MTU, queue
/// length and alias. A moved link goes back under its source name, down. In place, the addresses and routes of the
/// description go, the name becomes the source name, a described master is left, and settings stay. A created link is
/// deleted.
///
/// Errors: those of reading the journal and the namespace. The result has the outcome of each interface.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn netgraft_namespace_restore_from(
    ns: Option<&netgraft_namespace>,
    links: *const Option<&netgraft_link>,
    configs: *const Option<&netgraft_config>,
    count: usize,
    restored: Option<&mut MaybeUninit<*mut netgraft_restored>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_handle(restored, error, || {
        let ns = non_null_namespace(ns)?;
        // SAFETY: NULL or arrays of `count` handles, which stay as they are during the call: so it says in the header.
        let descriptions = unsafe { pairs(links, configs, count) }?;
        ns.restore_from(descriptions).map(netgraft_restored::new)
    })
}

/// Returns the interfaces that are on the list again, and announced again.
///
/// Returns NULL for NULL. Not to be freed by itself.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_restored_interfaces(restored: Option<&netgraft_restored>) -> *const netgraft_interface_list {
    infallible(ptr::null(), || restored.map_or(ptr::null(), |restored| &raw const restored.interfaces))
}

/// Returns the source names of interrupted adds: everything is as before the add.
///
/// Returns NULL for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_restored_undone(restored: Option<&netgraft_restored>) -> *const *const c_char {
    infallible(ptr::null(), || restored.map_or(ptr::null(), |restored| restored.undone.as_ptr()))
}

/// Returns the source names of interrupted removals: they are complete now.
///
/// Returns NULL for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_restored_finished(restored: Option<&netgraft_restored>) -> *const *const c_char {
    infallible(ptr::null(), || restored.map_or(ptr::null(), |restored| restored.finished.as_ptr()))
}

/// Returns the source names whose links are gone; their entries were dropped.
///
/// Returns NULL for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_restored_gone(restored: Option<&netgraft_restored>) -> *const *const c_char {
    infallible(ptr::null(), || restored.map_or(ptr::null(), |restored| restored.gone.as_ptr()))
}

/// Returns the entries that were dropped, a line each.
///
/// These are unreadable entries of this namespace, and entries of namespaces that no longer exist. Returns NULL for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_restored_dropped(restored: Option<&netgraft_restored>) -> *const *const c_char {
    infallible(ptr::null(), || restored.map_or(ptr::null(), |restored| restored.dropped.as_ptr()))
}

/// Returns the entries that were left alone, a line each.
///
/// These are unreadable entries of other namespaces, entries of a newer version, and paths that are no file. Returns NULL
/// for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_restored_left_alone(restored: Option<&netgraft_restored>) -> *const *const c_char {
    infallible(ptr::null(), || restored.map_or(ptr::null(), |restored| restored.left_alone.as_ptr()))
}

/// Returns how many entries other processes are working on at the moment; 0 for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_restored_busy(restored: Option<&netgraft_restored>) -> usize {
    infallible(0, || restored.map_or(0, |restored| restored.busy))
}

/// Returns the source names of descriptions that match no link, or several links.
///
/// Returns NULL for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_restored_unmatched(restored: Option<&netgraft_restored>) -> *const *const c_char {
    infallible(ptr::null(), || restored.map_or(ptr::null(), |restored| restored.unmatched.as_ptr()))
}

/// Returns why a description of netgraft_restored_unmatched() matches no link.
///
/// The description is the one at a place, from 0 on. Returns NULL after the last, and for NULL. Not to be freed by
/// itself.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_restored_unmatched_why(
    restored: Option<&netgraft_restored>,
    place: usize,
) -> *const netgraft_error {
    infallible(ptr::null(), || {
        restored.and_then(|restored| restored.reasons.get(place)).map_or(ptr::null(), ptr::from_ref)
    })
}

/// Returns a failure of the restore: the error at a place, from 0 on.
///
/// These are entries that could not be undone or finished, and descriptions that could not be put on the list. Returns
/// NULL after the last, and for NULL. Not to be freed by itself.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_restored_failed(
    restored: Option<&netgraft_restored>,
    place: usize,
) -> *const netgraft_error {
    infallible(ptr::null(), || {
        restored.and_then(|restored| restored.failed.get(place)).map_or(ptr::null(), ptr::from_ref)
    })
}

/// Frees the result of a restore; the interfaces stay. NULL is fine.
///
/// Threads: MT-Safe; nobody may use the result any more.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_restored_free(restored: Option<Box<netgraft_restored>>) {
    infallible((), || drop(restored));
}
