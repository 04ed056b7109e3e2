//! Pins: a namespace's file mounted on a regular file.

use std::ffi::{CStr, CString};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use crate::sys::descriptor::own;
use crate::sys::{cvt, cvt_long};

/// `MOVE_MOUNT_F_EMPTY_PATH` and `MOVE_MOUNT_T_EMPTY_PATH` of linux/mount.h.
const MOVE_MOUNT_EMPTY_PATHS: libc::c_uint = 0x4 | 0x40;
/// `OPEN_TREE_CLONE` of linux/mount.h.
const OPEN_TREE_CLONE: libc::c_uint = 1;

/// Bind-mounts an open file on another one, and returns the mount where the kernel has a descriptor for it. Needs no /proc
/// on Linux 5.2; before that, or where a sandbox filters the newer calls, it goes through /proc/self/fd.
pub(crate) fn bind(file: BorrowedFd<'_>, target: BorrowedFd<'_>) -> io::Result<Option<OwnedFd>> {
    let attempt = clone_tree(file).and_then(|tree| attach(tree.as_fd(), target).map(|()| tree));
    match attempt {
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOSYS | libc::EPERM)) => {
            bind_by_path(&by_descriptor(file)?, &by_descriptor(target)?).map(|()| None).map_err(|_| error)
        }
        result => result.map(Some),
    }
}

/// open_tree(2) of an open file: a detached mount of it.
fn clone_tree(file: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    let flags = OPEN_TREE_CLONE | libc::O_CLOEXEC as libc::c_uint | libc::AT_EMPTY_PATH as libc::c_uint;
    // SAFETY: the path is an empty C string that outlives the call; the descriptor is borrowed, so open.
    let fd = cvt_long(unsafe { libc::syscall(libc::SYS_open_tree, file.as_raw_fd(), c"".as_ptr(), flags) })?;
    // SAFETY: open_tree returned this descriptor just now and nothing else owns it.
    unsafe { own(fd) }
}

/// move_mount(2) of a detached mount to an open file.
fn attach(tree: BorrowedFd<'_>, target: BorrowedFd<'_>) -> io::Result<()> {
    let empty = c"".as_ptr();
    // SAFETY: both paths are empty C strings that outlive the call; the descriptors are borrowed, so open.
    cvt_long(unsafe {
        libc::syscall(libc::SYS_move_mount, tree.as_raw_fd(), empty, target.as_raw_fd(), empty, MOVE_MOUNT_EMPTY_PATHS)
    })?;
    Ok(())
}

/// mount(2) with `MS_BIND`.
fn bind_by_path(source: &CStr, target: &CStr) -> io::Result<()> {
    change(Some(source), target, libc::MS_BIND)
}

/// Mounts a folder on itself, with the mounts in it, so that it has a propagation of its own.
pub(crate) fn bind_to_itself(folder: &Path) -> io::Result<()> {
    let folder = c_path(folder)?;
    change(Some(&folder), &folder, libc::MS_BIND | libc::MS_REC)
}

/// Lets mounts in a folder, which has to be a mount itself, appear in every copy of it.
pub(crate) fn make_shared(folder: &Path) -> io::Result<()> {
    change(None, &c_path(folder)?, libc::MS_SHARED | libc::MS_REC)
}

fn change(source: Option<&CStr>, target: &CStr, flags: libc::c_ulong) -> io::Result<()> {
    // The kernel does not look at the source and the type where it needs none, but valgrind(1) does.
    let (source, kind) = (source.unwrap_or(c"none").as_ptr(), c"none".as_ptr());
    // SAFETY: paths and type are C strings that outlive the call; data may be null for these changes.
    cvt(unsafe { libc::mount(source, target.as_ptr(), kind, flags, std::ptr::null()) })?;
    Ok(())
}

/// Detaches the mount that an open file is on (umount2(2)); by its path where there is no /proc.
pub(crate) fn detach(file: BorrowedFd<'_>, path: &Path) -> io::Result<()> {
    match unmount(&by_descriptor(file)?, libc::MNT_DETACH) {
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOENT | libc::ENOTDIR)) => detach_at(path),
        detached => detached,
    }
}

/// Detaches the topmost mount at a path, without following a symbolic link.
pub(crate) fn detach_at(path: &Path) -> io::Result<()> {
    unmount(&c_path(path)?, libc::MNT_DETACH | libc::UMOUNT_NOFOLLOW)
}

fn unmount(target: &CStr, flags: libc::c_int) -> io::Result<()> {
    // SAFETY: the path is a C string that outlives the call.
    cvt(unsafe { libc::umount2(target.as_ptr(), flags) })?;
    Ok(())
}

/// An open file's entry in /proc, which leads to that very file.
fn by_descriptor(file: BorrowedFd<'_>) -> io::Result<CString> {
    Ok(CString::new(format!("/proc/self/fd/{}", file.as_raw_fd()))?)
}

fn c_path(path: &Path) -> io::Result<CString> {
    CString::new(path.as_os_str().as_bytes()).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))
}
