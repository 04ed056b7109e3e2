//! A procfs to read from, whether or not one is mounted.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::OpenOptionsExt;

use crate::sys::cvt_long;
use crate::sys::descriptor::{above_streams, own};
use crate::sys::file::{is_procfs, open_at};

/// `FSOPEN_CLOEXEC` of linux/mount.h.
const FSOPEN_CLOEXEC: libc::c_uint = 1;
/// `FSMOUNT_CLOEXEC` of linux/mount.h.
const FSMOUNT_CLOEXEC: libc::c_uint = 1;
/// `FSCONFIG_CMD_CREATE` of linux/mount.h.
const FSCONFIG_CMD_CREATE: libc::c_uint = 6;
/// `MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC` of linux/mount.h.
const MOUNT_ATTR: libc::c_uint = 0x2 | 0x4 | 0x8;

/// The root folder of a procfs: /proc where that is one, otherwise a new one that is mounted nowhere
/// (fsopen(2), fsmount(2): Linux 5.2) and goes away with its last descriptor.
pub(crate) fn root() -> io::Result<OwnedFd> {
    mounted().or_else(|error| {
        detached()
            .map_err(|own| if matches!(own.raw_os_error(), Some(libc::ENOSYS | libc::EPERM)) { error } else { own })
    })
}

/// What tells this run of the kernel from others (random(4)).
pub(crate) fn boot_id() -> io::Result<String> {
    let file: File = open_at(root()?.as_fd(), b"sys/kernel/random/boot_id", libc::O_RDONLY)?.into();
    let mut id = String::new();
    file.take(64).read_to_string(&mut id)?;
    Ok(id.trim_end().to_owned())
}

fn mounted() -> io::Result<OwnedFd> {
    let folder = File::options().read(true).custom_flags(libc::O_PATH | libc::O_DIRECTORY).open("/proc")?;
    let proc = above_streams(OwnedFd::from(folder))?;
    if is_procfs(proc.as_fd())? { Ok(proc) } else { Err(io::Error::from_raw_os_error(libc::ENOENT)) }
}

fn detached() -> io::Result<OwnedFd> {
    let context = fsopen()?;
    create(context.as_fd())?;
    fsmount(context.as_fd())
}

fn fsopen() -> io::Result<OwnedFd> {
    // SAFETY: the file system's name is a C string that outlives the call.
    let fd = cvt_long(unsafe { libc::syscall(libc::SYS_fsopen, c"proc".as_ptr(), FSOPEN_CLOEXEC) })?;
    // SAFETY: fsopen returned this descriptor just now and nothing else owns it.
    unsafe { own(fd) }
}

fn create(context: BorrowedFd<'_>) -> io::Result<()> {
    let none = std::ptr::null::<libc::c_void>();
    // SAFETY: this command takes no key, no value and no number; the descriptor is borrowed, so open.
    cvt_long(unsafe {
        libc::syscall(libc::SYS_fsconfig, context.as_raw_fd(), FSCONFIG_CMD_CREATE, none, none, 0 as libc::c_int)
    })?;
    Ok(())
}

fn fsmount(context: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    // SAFETY: fsmount takes no pointers; the descriptor is borrowed, so open.
    let fd = cvt_long(unsafe { libc::syscall(libc::SYS_fsmount, context.as_raw_fd(), FSMOUNT_CLOEXEC, MOUNT_ATTR) })?;
    // SAFETY: fsmount returned this descriptor just now and nothing else owns it.
    unsafe { own(fd) }
}
