//! Pins: a namespace's file mounted on a regular file.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::sys::{cvt, cvt_long};

/// `MOVE_MOUNT_F_EMPTY_PATH` of linux/mount.h.
const MOVE_MOUNT_F_EMPTY_PATH: libc::c_uint = 0x4;
/// `OPEN_TREE_CLONE` of linux/mount.h.
const OPEN_TREE_CLONE: libc::c_uint = 1;

/// Bind-mounts an open file at a path. Needs no /proc on Linux 5.2; before that, or where a sandbox
/// filters the newer calls, it goes through /proc/self/fd.
pub(crate) fn bind(file: BorrowedFd<'_>, target: &Path) -> io::Result<()> {
    let target = c_path(target)?;
    let attempt = clone_tree(file).and_then(|tree| attach(tree.as_fd(), &target));
    match attempt {
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EPERM)) => {
            bind_by_path(file, &target).map_err(|_| error)
        }
        result => result,
    }
}

/// open_tree(2) of an open file: a detached mount of it.
fn clone_tree(file: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    let flags = OPEN_TREE_CLONE | libc::O_CLOEXEC as libc::c_uint | libc::AT_EMPTY_PATH as libc::c_uint;
    // SAFETY: the path is an empty C string that outlives the call; the descriptor is borrowed, so open.
    let fd = cvt_long(unsafe { libc::syscall(libc::SYS_open_tree, file.as_raw_fd(), c"".as_ptr(), flags) })?;
    // SAFETY: open_tree returned this descriptor just now and nothing else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// move_mount(2) of a detached mount to a path.
fn attach(tree: BorrowedFd<'_>, target: &CStr) -> io::Result<()> {
    // SAFETY: both paths are C strings that outlive the call; the descriptor is borrowed, so open.
    cvt_long(unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            tree.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_FDCWD,
            target.as_ptr(),
            MOVE_MOUNT_F_EMPTY_PATH,
        )
    })?;
    Ok(())
}

/// mount(2) with `MS_BIND` from the file's entry in /proc.
fn bind_by_path(file: BorrowedFd<'_>, target: &CStr) -> io::Result<()> {
    let source = CString::new(format!("/proc/self/fd/{}", file.as_raw_fd()))?;
    // The kernel does not look at the type, but valgrind(1) does.
    let kind = c"none".as_ptr();
    // SAFETY: paths and type are C strings that outlive the call; data may be null for a bind mount.
    cvt(unsafe { libc::mount(source.as_ptr(), target.as_ptr(), kind, libc::MS_BIND, std::ptr::null()) })?;
    Ok(())
}

/// Detaches the topmost mount at a path (umount2(2)), without following a symbolic link.
pub(crate) fn detach(target: &Path) -> io::Result<()> {
    let target = c_path(target)?;
    // SAFETY: the path is a C string that outlives the call.
    cvt(unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH | libc::UMOUNT_NOFOLLOW) })?;
    Ok(())
}

fn c_path(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))
}
