//! Namespaces by their file handles: whether one still exists, in one call (Linux 6.18).

use std::io;
use std::os::fd::OwnedFd;

use super::cvt_long;
use super::descriptor::own;

/// `FD_NSFS_ROOT` of linux/fcntl.h: the file system of namespace files, in the place of a descriptor.
const FD_NSFS_ROOT: libc::c_int = -10003;
/// `FILEID_NSFS` of linux/exportfs.h.
const FILEID_NSFS: libc::c_int = 0xf1;

/// `struct file_handle` with a `struct nsfs_file_handle` in it (linux/nsfs.h).
#[repr(C)]
struct Handle {
    bytes: libc::c_uint,
    kind: libc::c_int,
    id: u64,
    namespace_type: u32,
    inode: u32,
}

/// Opens the network namespace with an id, which is its cookie, and an inode number (open_by_handle_at(2)).
///
/// # Errors
/// `ESTALE` when the namespace has ended, and also when the caller lacks `CAP_SYS_ADMIN` over its owner; `EBADF` before
/// Linux 6.18.
pub(crate) fn open(id: u64, inode: u64) -> io::Result<OwnedFd> {
    let handle = Handle {
        bytes: 16,
        kind: FILEID_NSFS,
        id,
        namespace_type: libc::CLONE_NEWNET as u32,
        inode: u32::try_from(inode).map_err(|_| io::Error::from_raw_os_error(libc::ESTALE))?,
    };
    let flags = libc::O_RDONLY | libc::O_CLOEXEC;
    // SAFETY: the handle is laid out as the kernel's, says how long it is, and outlives the call.
    let fd = cvt_long(unsafe { libc::syscall(libc::SYS_open_by_handle_at, FD_NSFS_ROOT, &raw const handle, flags) })?;
    // SAFETY: open_by_handle_at returned this descriptor just now and nothing else owns it.
    unsafe { own(fd) }
}
