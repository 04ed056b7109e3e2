//! Namespaces, and functions inside them.

use std::ffi::{CString, c_char, c_int, c_void};
use std::mem::MaybeUninit;
use std::os::fd::IntoRawFd;
use std::os::unix::ffi::OsStrExt;
use std::ptr;

use crate::capi::argument::{ErrorOut, Fd, Out, Text, non_null};
use crate::capi::boundary::{call, into_raw, return_handle, return_value};
use crate::capi::infallible::infallible;
use crate::capi::text::{c_text, pointer};
use crate::error::Result;
use crate::namespace::Namespace;

/// A network namespace that is held open, and the interfaces that were added through this handle.
pub struct netgraft_namespace {
    pub(crate) namespace: Namespace,
    path: Option<CString>,
    id: CString,
    label: CString,
}

impl netgraft_namespace {
    pub(crate) fn new(namespace: Namespace) -> Self {
        let path = namespace.path().map(|path| c_text(path.as_os_str().as_bytes()));
        Self { path, id: c_text(namespace.id().to_string()), label: c_text(namespace.to_string()), namespace }
    }
}

/// The namespace that a handle is for.
pub(crate) fn non_null_namespace(handle: Option<&netgraft_namespace>) -> Result<&Namespace> {
    non_null(handle, "the namespace").map(|handle| &handle.namespace)
}

/// Creates a handle of a namespace.
fn open(ns: Out<'_, *mut netgraft_namespace>, error: ErrorOut<'_>, open: impl Fn() -> Result<Namespace>) -> c_int {
    return_handle(ns, error, || open().map(netgraft_namespace::new))
}

/// Opens the calling thread's namespace.
///
/// Interfaces that are added to it keep the name they have (host mode).
///
/// Errors: permission, without CAP_NET_ADMIN if there is no /proc either.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_current(
    ns: Option<&mut MaybeUninit<*mut netgraft_namespace>>,
    error: ErrorOut<'_>,
) -> c_int {
    open(ns, error, Namespace::current)
}

/// Creates a namespace with lo up and pins it at a path, so that it outlives the process.
///
/// Missing folders are created (mode 0755); the file has mode 0644. No /proc is needed from Linux 5.2 on.
///
/// Errors: exists, when anything is at the path already; permission, without CAP_SYS_ADMIN. Nothing is left behind.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_create(
    path: Text<'_>,
    ns: Option<&mut MaybeUninit<*mut netgraft_namespace>>,
    error: ErrorOut<'_>,
) -> c_int {
    open(ns, error, || Namespace::create(path.path("the path")?))
}

/// Creates a namespace as netgraft_namespace_create() does, and replaces a pin or a plain file.
///
/// The namespace that was pinned at the path ends, unless something else keeps it alive.
///
/// Errors: those of netgraft_namespace_create(), with exists only for other things than regular files.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_create_replacing(
    path: Text<'_>,
    ns: Option<&mut MaybeUninit<*mut netgraft_namespace>>,
    error: ErrorOut<'_>,
) -> c_int {
    open(ns, error, || Namespace::create_replacing(path.path("the path")?))
}

/// Creates a namespace with lo up that lives as long as its handle.
///
/// Errors: permission, without CAP_SYS_ADMIN.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_create_anonymous(
    ns: Option<&mut MaybeUninit<*mut netgraft_namespace>>,
    error: ErrorOut<'_>,
) -> c_int {
    open(ns, error, Namespace::create_anonymous)
}

/// Opens the namespace whose file is at a path: a pin, or /proc/PID/ns/net.
///
/// Errors: not-found; namespace, for any other file.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_open(
    path: Text<'_>,
    ns: Option<&mut MaybeUninit<*mut netgraft_namespace>>,
    error: ErrorOut<'_>,
) -> c_int {
    open(ns, error, || Namespace::open(path.path("the path")?))
}

/// Opens the namespace of an open file.
///
/// The descriptor is duplicated, and stays the caller's.
///
/// Errors: namespace, for any other file; EBADF for no open file.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_open_fd(
    fd: Fd<'_>,
    ns: Option<&mut MaybeUninit<*mut netgraft_namespace>>,
    error: ErrorOut<'_>,
) -> c_int {
    open(ns, error, || Namespace::from_fd(fd.borrow()?))
}

/// Opens the namespace of a process.
///
/// Errors: not-found, without such a process; permission, when the caller may not look into the process (ptrace(2)).
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_open_pid(
    pid: u32,
    ns: Option<&mut MaybeUninit<*mut netgraft_namespace>>,
    error: ErrorOut<'_>,
) -> c_int {
    open(ns, error, || Namespace::from_pid(pid))
}

/// Opens the namespace of the process behind a pidfd (pidfd_open(2)).
///
/// Errors: namespace, for any other descriptor (before Linux 5.8 setns(2) takes no pidfd), or when the process is gone;
/// permission, as with netgraft_namespace_open_pid().
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_open_pidfd(
    pidfd: Fd<'_>,
    ns: Option<&mut MaybeUninit<*mut netgraft_namespace>>,
    error: ErrorOut<'_>,
) -> c_int {
    open(ns, error, || Namespace::from_pidfd(pidfd.borrow()?))
}

/// Pins an existing namespace's file at a second path and opens it there.
///
/// Errors: those of netgraft_namespace_open() for the file, and of netgraft_namespace_create() for the path.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_adopt(
    path: Text<'_>,
    file: Text<'_>,
    ns: Option<&mut MaybeUninit<*mut netgraft_namespace>>,
    error: ErrorOut<'_>,
) -> c_int {
    open(ns, error, || Namespace::adopt(path.path("the path")?, file.path("the file")?))
}

/// Creates another handle of the same namespace object.
///
/// Interfaces that are added through one handle are those of the other, too.
///
/// Returns NULL for NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_clone(ns: Option<&netgraft_namespace>) -> *mut netgraft_namespace {
    let clone = |handle: &netgraft_namespace| netgraft_namespace::new(handle.namespace.clone());
    infallible(ptr::null_mut(), || into_raw(ns.map(clone)))
}

/// Returns the path at which the namespace was created, opened or adopted.
///
/// Returns NULL without a path. The text lives as long as the handle.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_path(ns: Option<&netgraft_namespace>) -> *const c_char {
    infallible(ptr::null(), || pointer(ns.and_then(|handle| handle.path.as_ref())))
}

/// Returns the identity of the namespace as a text.
///
/// The text is "cookie:12" (SO_NETNS_COOKIE) or, before Linux 5.14, "inode:4:4026532177". Returns NULL for NULL. The text
/// lives as long as the handle.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_id(ns: Option<&netgraft_namespace>) -> *const c_char {
    infallible(ptr::null(), || pointer(ns.map(|handle| &handle.id)))
}

/// Returns the name of the namespace in errors: its path, or how the handle got it.
///
/// Returns NULL for NULL. The text lives as long as the handle.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_label(ns: Option<&netgraft_namespace>) -> *const c_char {
    infallible(ptr::null(), || pointer(ns.map(|handle| &handle.label)))
}

/// Returns whether two handles are of the same namespace.
///
/// Returns false if one of them is NULL.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_equal(
    one: Option<&netgraft_namespace>,
    other: Option<&netgraft_namespace>,
) -> bool {
    infallible(false, || matches!((one, other), (Some(one), Some(other)) if one.namespace.id() == other.namespace.id()))
}

/// Creates a descriptor of the namespace's file, for setns(2) and the like.
///
/// The descriptor is close-on-exec, and the caller closes it.
///
/// Errors: namespace, when the namespace was destroyed.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_dup_fd(
    ns: Option<&netgraft_namespace>,
    fd: Option<&mut MaybeUninit<c_int>>,
    error: ErrorOut<'_>,
) -> c_int {
    return_value(fd, error, || Ok(non_null_namespace(ns)?.try_clone_fd()?.into_raw_fd()))
}

/// Calls a function on a new thread that is inside the namespace, and waits for it.
///
/// The calling thread never changes namespace.
///
/// Sockets and processes that the function creates stay in the namespace. The function gets `data`, and has to return:
/// neither longjmp(3), pthread_exit(3) nor a C++ exception may leave it. Its result goes to `result`, which may be NULL.
///
/// Errors: permission, when the caller may not enter the namespace (setns(2): CAP_SYS_ADMIN); namespace, when it cannot
/// be entered otherwise. The function was not called then.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_run(
    ns: Option<&netgraft_namespace>,
    function: Option<extern "C" fn(data: *mut c_void) -> c_int>,
    data: *mut c_void,
    mut result: Option<&mut MaybeUninit<c_int>>,
    error: ErrorOut<'_>,
) -> c_int {
    call(error, || {
        let (namespace, function) = (non_null_namespace(ns)?, non_null(function, "the function")?);
        let data = Data(data);
        let returned = namespace.run(|| function(data.get()))?;
        if let Some(place) = result.as_deref_mut() {
            place.write(returned);
        }
        Ok(())
    })
}

/// What the caller's function is given, on its way to the thread that calls it.
struct Data(*mut c_void);

// SAFETY: the pointer is not looked at here, and the caller, who waits, knows that another thread gets it.
unsafe impl Sync for Data {}

impl Data {
    fn get(&self) -> *mut c_void {
        self.0
    }
}

/// Takes the interfaces out of the namespace, stops its announcements, and removes its pin.
///
/// This ends the handle's hold on the namespace. The mount of a pin is detached, and its file removed. The handle is
/// still to be freed.
///
/// Created links are deleted; moved links go home as a removal brings them home. The namespace itself ends when nothing
/// else uses it; the kernel then returns physical links that are left to the initial namespace. Waits for adds and
/// removals through the handle.
///
/// Errors: namespace, the second time, and when the pin at the path is another namespace's by now; kernel with -EINVAL,
/// when the namespace was opened at a path that is no pin, such as /proc/PID/ns/net; name-taken or sysctl, when an
/// interface cannot come home; busy; unverified, when the namespace is gone and an interface was hidden: see
/// netgraft_error_left(). After any other error the handle is as usable as before.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_destroy(ns: Option<&netgraft_namespace>, error: ErrorOut<'_>) -> c_int {
    call(error, || non_null_namespace(ns)?.destroy())
}

/// Destroys as netgraft_namespace_destroy() does, whatever stops an interface at home.
///
/// The log has a warning for each interface that could not be taken out and is lost.
///
/// Errors: those of netgraft_namespace_destroy() that are not about interfaces.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_destroy_by_force(ns: Option<&netgraft_namespace>, error: ErrorOut<'_>) -> c_int {
    call(error, || non_null_namespace(ns)?.destroy_by_force())
}

/// Frees a handle. NULL is fine.
///
/// The last handle of the same namespace object, clones and handles of its interfaces included, closes all descriptors
/// and drops pending announcements. A pinned namespace lives on; an anonymous one ends, unless something else keeps it
/// alive.
///
/// Threads: MT-Safe; nobody may use this handle any more.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_namespace_free(ns: Option<Box<netgraft_namespace>>) {
    infallible((), || drop(ns));
}
