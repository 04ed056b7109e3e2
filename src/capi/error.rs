//! Errors, for C to read.

use std::any::Any;
use std::ffi::{CString, c_char, c_int};
use std::ptr;

use crate::capi::infallible::infallible;
use crate::capi::text::{c_text, pointer};
use crate::error::{Error, ErrorKind};

/// The kind of a failure, for a program to act on. Later versions may know more.
///
/// The errno of a kind is used when neither a system call nor a message of the kernel gave one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum netgraft_kind {
    /// No failure: netgraft_error_kind() of NULL. 0.
    NETGRAFT_KIND_NONE = 0,
    /// An impossible value, or NULL where it is not allowed: nothing was tried. EINVAL.
    NETGRAFT_KIND_INVALID_ARGUMENT = 1,
    /// No such link, interface, namespace or process. ENOENT.
    NETGRAFT_KIND_NOT_FOUND = 2,
    /// Already there. EEXIST.
    NETGRAFT_KIND_EXISTS = 3,
    /// Another link has the requested name. EEXIST.
    NETGRAFT_KIND_NAME_TAKEN = 4,
    /// Not a name that a link can have. EINVAL.
    NETGRAFT_KIND_INVALID_NAME = 5,
    /// The address contains the destination of an existing route, or is contained in it. EADDRINUSE.
    NETGRAFT_KIND_ADDRESS_CLASH = 6,
    /// No route leads to the next hop. EHOSTUNREACH.
    NETGRAFT_KIND_UNREACHABLE = 7,
    /// A per-interface kernel setting could not be read or written. EINVAL.
    NETGRAFT_KIND_SYSCTL = 8,
    /// The neighbour entry is there already. EEXIST.
    NETGRAFT_KIND_NEIGHBOUR_EXISTS = 9,
    /// There is no such neighbour entry. ENOENT.
    NETGRAFT_KIND_NEIGHBOUR_MISSING = 10,
    /// The running kernel or system lacks the feature. EOPNOTSUPP.
    NETGRAFT_KIND_NOT_SUPPORTED = 11,
    /// The caller lacks the right to do this. EPERM.
    NETGRAFT_KIND_PERMISSION = 12,
    /// The kernel did not answer in time. ETIMEDOUT.
    NETGRAFT_KIND_TIMEOUT = 13,
    /// Duplicate address detection found the address in use. EADDRINUSE.
    NETGRAFT_KIND_DUPLICATE_ADDRESS = 14,
    /// Changes interrupted each try of a dump. EAGAIN.
    NETGRAFT_KIND_INTERRUPTED = 15,
    /// The namespace itself: not a network namespace, destroyed, or not to be entered. EINVAL.
    NETGRAFT_KIND_NAMESPACE = 16,
    /// Any other refusal by the kernel. EIO.
    NETGRAFT_KIND_KERNEL = 17,
    /// A step failed, and so did the rollback; see netgraft_error_left(). EIO.
    NETGRAFT_KIND_UNDO_FAILED = 18,
    /// A fault of netgraft itself. The operation may be half done. ENOTRECOVERABLE.
    NETGRAFT_KIND_FAULT = 19,
    /// Another operation, of this process or another one, works on the same link or entry. EBUSY.
    NETGRAFT_KIND_BUSY = 20,
    /// The journal cannot be used: its folder is not trusted, or entries cannot be written. EIO.
    NETGRAFT_KIND_JOURNAL = 21,
    /// The operation would delete links stacked on the link, or something else that uses it. EBUSY.
    NETGRAFT_KIND_IN_USE = 22,
    /// Nothing proves that the link is still the one that was added. EPERM.
    NETGRAFT_KIND_UNVERIFIED = 23,
    /// The caller's own test of the result failed. ECANCELED.
    NETGRAFT_KIND_VERIFY_FAILED = 24,
    /// Another operation, or the caller, ended the operation. ECANCELED.
    NETGRAFT_KIND_CANCELLED = 25,
}

impl netgraft_kind {
    /// The kind of a failure, and the errno that goes with it.
    fn of(kind: ErrorKind) -> (Self, c_int) {
        match kind {
            ErrorKind::InvalidArgument => (Self::NETGRAFT_KIND_INVALID_ARGUMENT, libc::EINVAL),
            ErrorKind::NotFound => (Self::NETGRAFT_KIND_NOT_FOUND, libc::ENOENT),
            ErrorKind::Exists => (Self::NETGRAFT_KIND_EXISTS, libc::EEXIST),
            ErrorKind::NameTaken => (Self::NETGRAFT_KIND_NAME_TAKEN, libc::EEXIST),
            ErrorKind::InvalidName => (Self::NETGRAFT_KIND_INVALID_NAME, libc::EINVAL),
            ErrorKind::AddressClash => (Self::NETGRAFT_KIND_ADDRESS_CLASH, libc::EADDRINUSE),
            ErrorKind::Unreachable => (Self::NETGRAFT_KIND_UNREACHABLE, libc::EHOSTUNREACH),
            ErrorKind::Sysctl => (Self::NETGRAFT_KIND_SYSCTL, libc::EINVAL),
            ErrorKind::NeighbourExists => (Self::NETGRAFT_KIND_NEIGHBOUR_EXISTS, libc::EEXIST),
            ErrorKind::NeighbourMissing => (Self::NETGRAFT_KIND_NEIGHBOUR_MISSING, libc::ENOENT),
            ErrorKind::NotSupported => (Self::NETGRAFT_KIND_NOT_SUPPORTED, libc::EOPNOTSUPP),
            ErrorKind::Permission => (Self::NETGRAFT_KIND_PERMISSION, libc::EPERM),
            ErrorKind::Timeout => (Self::NETGRAFT_KIND_TIMEOUT, libc::ETIMEDOUT),
            ErrorKind::DuplicateAddress => (Self::NETGRAFT_KIND_DUPLICATE_ADDRESS, libc::EADDRINUSE),
            ErrorKind::Interrupted => (Self::NETGRAFT_KIND_INTERRUPTED, libc::EAGAIN),
            ErrorKind::Namespace => (Self::NETGRAFT_KIND_NAMESPACE, libc::EINVAL),
            ErrorKind::Busy => (Self::NETGRAFT_KIND_BUSY, libc::EBUSY),
            ErrorKind::Journal => (Self::NETGRAFT_KIND_JOURNAL, libc::EIO),
            ErrorKind::InUse => (Self::NETGRAFT_KIND_IN_USE, libc::EBUSY),
            ErrorKind::Unverified => (Self::NETGRAFT_KIND_UNVERIFIED, libc::EPERM),
            ErrorKind::VerifyFailed => (Self::NETGRAFT_KIND_VERIFY_FAILED, libc::ECANCELED),
            ErrorKind::Cancelled => (Self::NETGRAFT_KIND_CANCELLED, libc::ECANCELED),
            ErrorKind::Kernel => (Self::NETGRAFT_KIND_KERNEL, libc::EIO),
            ErrorKind::UndoFailed => (Self::NETGRAFT_KIND_UNDO_FAILED, libc::EIO),
        }
    }
}

/// The reason why a call failed.
///
/// The failed call creates the error, and netgraft_error_free() frees it; it does not change in between.
pub struct netgraft_error {
    kind: netgraft_kind,
    kind_name: CString,
    /// Positive.
    pub(crate) errno: c_int,
    pub(crate) message: CString,
    ext_ack: Option<CString>,
    ext_ack_offset: Option<u32>,
    ext_ack_attribute: Option<CString>,
    left: Option<CString>,
    can_retry: bool,
    others: Vec<Self>,
}

impl netgraft_error {
    pub(crate) fn of(error: &Error) -> Self {
        let (kind, usual) = netgraft_kind::of(error.kind());
        Self {
            kind,
            kind_name: c_text(error.kind().as_str()),
            errno: error.errno().filter(|errno| *errno > 0).unwrap_or(usual),
            message: c_text(error.to_string()),
            ext_ack: error.ext_ack().map(c_text),
            ext_ack_offset: error.ext_ack_offset(),
            ext_ack_attribute: error.ext_ack_attribute().map(c_text),
            left: error.left().map(c_text),
            can_retry: error.can_retry(),
            others: error.others().iter().map(Self::of).collect(),
        }
    }

    /// Returns the message of a panic.
    pub(crate) fn of_panic(panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Self {
            kind: netgraft_kind::NETGRAFT_KIND_FAULT,
            kind_name: c_text("fault"),
            errno: libc::ENOTRECOVERABLE,
            message: c_text(format!("a fault of netgraft's own: {text}")),
            ext_ack: None,
            ext_ack_offset: None,
            ext_ack_attribute: None,
            left: None,
            can_retry: false,
            others: Vec::new(),
        }
    }
}

/// Returns the kind of failure; NETGRAFT_KIND_NONE for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_error_kind(error: Option<&netgraft_error>) -> netgraft_kind {
    infallible(netgraft_kind::NETGRAFT_KIND_NONE, || {
        error.map_or(netgraft_kind::NETGRAFT_KIND_NONE, |error| error.kind)
    })
}

/// Returns the stable name of the kind, as the command prints it: "invalid-argument", "not-found", ...
///
/// Returns NULL for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_error_kind_name(error: Option<&netgraft_error>) -> *const c_char {
    infallible(ptr::null(), || pointer(error.map(|error| &error.kind_name)))
}

/// Returns the errno, positive; the failed call returned it negated.
///
/// Returns 0 for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_error_errno(error: Option<&netgraft_error>) -> c_int {
    infallible(0, || error.map_or(0, |error| error.errno))
}

/// Returns the whole error in one line, without a line feed.
///
/// The line says what was tried, outermost first; then errno and the kernel's words; then, unless everything is as before
/// the call, what is where. Returns NULL for NULL.
///
/// The text lives as long as the error, as all texts of an error do.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_error_message(error: Option<&netgraft_error>) -> *const c_char {
    infallible(ptr::null(), || pointer(error.map(|error| &error.message)))
}

/// Returns the kernel's words about a refusal (NLMSGERR_ATTR_MSG, Linux 4.12).
///
/// Returns NULL when the kernel sent none.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_error_ext_ack(error: Option<&netgraft_error>) -> *const c_char {
    infallible(ptr::null(), || pointer(error.and_then(|error| error.ext_ack.as_ref())))
}

/// Returns the offset of the attribute that the kernel objects to.
///
/// Counted in bytes from the header of the request (NLMSGERR_ATTR_OFFS). Returns -1 when the kernel did not say.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_error_ext_ack_offset(error: Option<&netgraft_error>) -> i64 {
    infallible(-1, || error.and_then(|error| error.ext_ack_offset).map_or(-1, i64::from))
}

/// Returns the attribute that the kernel objects to, by its name in the kernel's headers: "IFLA_MTU".
///
/// A nested attribute follows the outer ones: "IFLA_LINKINFO/IFLA_INFO_DATA/1". A number stands for an attribute whose
/// meaning depends on the kind of link. Returns NULL when the kernel did not say.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_error_ext_ack_attribute(error: Option<&netgraft_error>) -> *const c_char {
    infallible(ptr::null(), || pointer(error.and_then(|error| error.ext_ack_attribute.as_ref())))
}

/// Returns what is where now, or NULL when everything is as before the call.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_error_left(error: Option<&netgraft_error>) -> *const c_char {
    infallible(ptr::null(), || pointer(error.and_then(|error| error.left.as_ref())))
}

/// Returns whether the same call may succeed later with nothing else changed.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_error_can_retry(error: Option<&netgraft_error>) -> bool {
    infallible(false, || error.is_some_and(|error| error.can_retry))
}

/// Returns a further error of the same call, by its place from 0 on.
///
/// Calls that try several things have them, such as netgraft_namespace_remove_all(). Returns NULL after the last, and for
/// NULL. Not to be freed by itself.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_error_other(error: Option<&netgraft_error>, place: usize) -> *const netgraft_error {
    infallible(ptr::null(), || error.and_then(|error| error.others.get(place)).map_or(ptr::null(), ptr::from_ref))
}

/// Frees an error, and the others in it. NULL is fine.
///
/// Threads: MT-Safe; nobody may use the error any more.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_error_free(error: Option<Box<netgraft_error>>) {
    infallible((), || drop(error));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_else_failed_is_in_it() {
        let failures = [ErrorKind::NotFound, ErrorKind::Exists].map(|kind| Error::new(kind, "failed"));
        let error = netgraft_error::of(&Error::first(failures.into()).unwrap());
        let kind = |place| netgraft_error_kind(error.others.get(place));
        assert_eq!(error.kind, netgraft_kind::NETGRAFT_KIND_NOT_FOUND);
        assert_eq!(kind(0), netgraft_kind::NETGRAFT_KIND_EXISTS);
        assert_eq!(netgraft_error_other(Some(&error), 0), &raw const error.others[0]);
        assert!(netgraft_error_other(Some(&error), 1).is_null());
    }

    #[test]
    fn the_errno_is_the_kernels_or_goes_with_the_kind() {
        let error = netgraft_error::of(&Error::from_errno(libc::EXDEV));
        assert_eq!((error.kind, error.errno), (netgraft_kind::NETGRAFT_KIND_KERNEL, libc::EXDEV));
        let error = netgraft_error::of(&Error::new(ErrorKind::NameTaken, "eth0 is taken"));
        assert_eq!((error.kind, error.errno), (netgraft_kind::NETGRAFT_KIND_NAME_TAKEN, libc::EEXIST));
        // Never 0: that would say that all is well.
        assert_eq!(netgraft_error::of(&Error::from_errno(0)).errno, libc::EIO);
    }
}
