//! Files by descriptor: what std cannot say.

use std::ffi::CString;
use std::fs::File;
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::fs::MetadataExt;

use super::{cvt, retry};

/// `NSFS_MAGIC` of linux/magic.h: the file system of namespace files.
const NSFS: i64 = 0x6e73_6673;
/// `PROC_SUPER_MAGIC` of linux/magic.h.
const PROC: i64 = 0x9fa0;

/// Opens a path relative to a folder (openat(2)), close-on-exec.
pub(crate) fn open_at(folder: BorrowedFd<'_>, path: &[u8], flags: libc::c_int) -> io::Result<OwnedFd> {
    let path = CString::new(path).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    let fd = retry(|| {
        // SAFETY: the path is NUL-terminated and outlives the call; the descriptor is borrowed, so open.
        cvt(unsafe { libc::openat(folder.as_raw_fd(), path.as_ptr(), flags | libc::O_CLOEXEC) })
    })?;
    // SAFETY: openat returned this descriptor just now and nothing else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Whether a file is a namespace's (any kind of namespace).
pub(crate) fn is_namespace(fd: BorrowedFd<'_>) -> io::Result<bool> {
    Ok(file_system(fd)? == NSFS)
}

/// Whether a file belongs to a procfs.
pub(crate) fn is_procfs(fd: BorrowedFd<'_>) -> io::Result<bool> {
    Ok(file_system(fd)? == PROC)
}

/// Device and inode number of a file (fstat(2)).
pub(crate) fn inode(fd: BorrowedFd<'_>) -> io::Result<(u64, u64)> {
    let metadata = File::from(fd.try_clone_to_owned()?).metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}

/// The magic number of the file system that a file is on (fstatfs(2)).
fn file_system(fd: BorrowedFd<'_>) -> io::Result<i64> {
    let mut statfs = std::mem::MaybeUninit::<libc::statfs>::uninit();
    // SAFETY: `statfs` is valid for writing one struct; the descriptor is borrowed, so open.
    retry(|| cvt(unsafe { libc::fstatfs(fd.as_raw_fd(), statfs.as_mut_ptr()) }))?;
    // SAFETY: fstatfs succeeded and has filled the whole struct in.
    let statfs = unsafe { statfs.assume_init() };
    #[allow(clippy::unnecessary_cast, reason = "the field's type differs between targets")]
    Ok(statfs.f_type as i64)
}
