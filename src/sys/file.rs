//! Files by descriptor: what std cannot say.

use std::ffi::CString;
use std::fs::{File, Metadata};
use std::io;
use std::mem::ManuallyDrop;
use std::ops::Range;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::sys::descriptor::own;
use crate::sys::{cvt, cvt_long, retry};

/// `NSFS_MAGIC` of linux/magic.h: the file system of namespace files.
const NSFS: u32 = 0x6e73_6673;
/// `PROC_SUPER_MAGIC` of linux/magic.h.
const PROC: u32 = 0x9fa0;
/// `TMPFS_MAGIC` and `RAMFS_MAGIC`: file systems in memory.
const TMPFS: u32 = 0x0102_1994;
const RAMFS: u32 = 0x8584_58f6;
/// Other file systems of linux/magic.h.
const EXT: u32 = 0xef53;
const XFS: u32 = 0x5846_5342;
const BTRFS: u32 = 0x9123_683e;
const OVERLAY: u32 = 0x794c_7630;
const F2FS: u32 = 0xf2f5_2010;

/// Opens a path relative to a folder (openat(2)), close-on-exec.
pub(crate) fn open_at(folder: BorrowedFd<'_>, path: &[u8], flags: libc::c_int) -> io::Result<OwnedFd> {
    let path = CString::new(path).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    let fd = retry(|| {
        // SAFETY: the path is NUL-terminated and outlives the call; the descriptor is borrowed, so open.
        cvt(unsafe { libc::openat(folder.as_raw_fd(), path.as_ptr(), flags | libc::O_CLOEXEC) })
    })?;
    // SAFETY: openat returned this descriptor just now and nothing else owns it.
    unsafe { own(fd) }
}

/// Makes a file that must not be there yet, relative to a folder, and opens it for reading.
pub(crate) fn create_at(folder: BorrowedFd<'_>, name: &[u8], mode: u32) -> io::Result<OwnedFd> {
    let name = CString::new(name).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    let flags = libc::O_RDONLY | libc::O_CREAT | libc::O_EXCL | libc::O_NOFOLLOW | libc::O_CLOEXEC;
    let fd = retry(|| {
        // SAFETY: the name is NUL-terminated and outlives the call; the descriptor is borrowed, so open.
        cvt(unsafe { libc::openat(folder.as_raw_fd(), name.as_ptr(), flags, mode) })
    })?;
    // SAFETY: openat returned this descriptor just now and nothing else owns it.
    unsafe { own(fd) }
}

/// Makes a folder relative to another one (mkdirat(2)).
pub(crate) fn create_folder_at(folder: BorrowedFd<'_>, name: &[u8], mode: u32) -> io::Result<()> {
    let name = CString::new(name).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    // SAFETY: the name is NUL-terminated and outlives the call; the descriptor is borrowed, so open.
    cvt(unsafe { libc::mkdirat(folder.as_raw_fd(), name.as_ptr(), mode as libc::mode_t) })?;
    Ok(())
}

/// Removes a file, or an empty folder, relative to a folder (unlinkat(2)).
pub(crate) fn unlink_at(folder: BorrowedFd<'_>, name: &[u8], is_folder: bool) -> io::Result<()> {
    let name = CString::new(name).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL))?;
    let flags = if is_folder { libc::AT_REMOVEDIR } else { 0 };
    // SAFETY: the name is NUL-terminated and outlives the call; the descriptor is borrowed, so open.
    cvt(unsafe { libc::unlinkat(folder.as_raw_fd(), name.as_ptr(), flags) })?;
    Ok(())
}

/// Where a symbolic link that is open (`O_PATH`) leads (readlinkat(2)).
pub(crate) fn read_link(link: BorrowedFd<'_>) -> io::Result<Vec<u8>> {
    let mut target = vec![0u8; libc::PATH_MAX as usize];
    // SAFETY: the path is an empty C string; `target` is valid for writing that many bytes; the descriptor is open.
    let length = unsafe { libc::readlinkat(link.as_raw_fd(), c"".as_ptr(), target.as_mut_ptr().cast(), target.len()) };
    target.truncate(usize::try_from(length).map_err(|_| io::Error::last_os_error())?);
    Ok(target)
}

/// What the system says of an open file (fstat(2)).
pub(crate) fn metadata(fd: BorrowedFd<'_>) -> io::Result<Metadata> {
    File::from(fd.try_clone_to_owned()?).metadata()
}

/// The effective user of the process.
pub(crate) fn euid() -> u32 {
    // SAFETY: geteuid takes nothing and cannot fail.
    unsafe { libc::geteuid() }
}

/// Whether a file is a namespace's (any kind of namespace).
pub(crate) fn is_namespace(fd: BorrowedFd<'_>) -> io::Result<bool> {
    Ok(file_system(fd)? == NSFS)
}

/// Whether a file belongs to a procfs.
pub(crate) fn is_procfs(fd: BorrowedFd<'_>) -> io::Result<bool> {
    Ok(file_system(fd)? == PROC)
}

/// Whether what is on a file's file system is gone when the machine goes down.
pub(crate) fn is_volatile(fd: BorrowedFd<'_>) -> io::Result<bool> {
    Ok(matches!(file_system(fd)?, TMPFS | RAMFS))
}

/// Whether a file's file system is known to rename without replacing (`RENAME_NOREPLACE`).
pub(crate) fn renames_without_replacing(fd: BorrowedFd<'_>) -> io::Result<bool> {
    Ok(matches!(file_system(fd)?, TMPFS | RAMFS | EXT | XFS | BTRFS | OVERLAY | F2FS))
}

/// Locks a file for as long as it is open, unless another process has (flock(2)). False when it has.
pub(crate) fn try_lock(fd: BorrowedFd<'_>) -> io::Result<bool> {
    // SAFETY: flock takes no pointers; the descriptor is borrowed, so open.
    match retry(|| cvt(unsafe { libc::flock(fd.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) })) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
        Err(error) => Err(error),
    }
}

/// Locks a range of a file (fcntl(2), `F_OFD_SETLK`). False when another open file has a part of the range.
pub(crate) fn try_lock_range(fd: BorrowedFd<'_>, range: &Range<u64>) -> io::Result<bool> {
    match range_lock(fd, libc::F_OFD_SETLK, libc::F_WRLCK, range) {
        Ok(_) => Ok(true),
        Err(error) if matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::EACCES)) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Unlocks a range of a file, for all copies of the descriptor.
pub(crate) fn unlock_range(fd: BorrowedFd<'_>, range: &Range<u64>) -> io::Result<()> {
    range_lock(fd, libc::F_OFD_SETLK, libc::F_UNLCK, range).map(drop)
}

/// Tells whether another open file has locked a part of a range.
pub(crate) fn is_range_locked(fd: BorrowedFd<'_>, range: &Range<u64>) -> io::Result<bool> {
    Ok(range_lock(fd, libc::F_OFD_GETLK, libc::F_WRLCK, range)? != libc::F_UNLCK)
}

/// The kernel's structure with 64-bit offsets, whatever the C library calls it.
#[cfg(not(all(target_env = "gnu", target_pointer_width = "32")))]
type RangeLock = libc::flock;
#[cfg(all(target_env = "gnu", target_pointer_width = "32"))]
type RangeLock = libc::flock64;

/// Carries out a command on a range, and returns the type of lock that the kernel then tells of.
fn range_lock(
    fd: BorrowedFd<'_>,
    command: libc::c_int,
    kind: libc::c_int,
    range: &Range<u64>,
) -> io::Result<libc::c_int> {
    let too_large = |_| io::Error::from_raw_os_error(libc::EOVERFLOW);
    // SAFETY: the structure is made of numbers, for which zeros are values. The process's number has to be 0 for these
    // commands.
    let mut lock: RangeLock = unsafe { std::mem::zeroed() };
    lock.l_type = kind as _;
    lock.l_whence = libc::SEEK_SET as _;
    lock.l_start = range.start.try_into().map_err(too_large)?;
    lock.l_len = (range.end - range.start).try_into().map_err(too_large)?;
    retry(|| {
        // SAFETY: `lock` is valid for reading and writing; the descriptor is borrowed, so open.
        #[cfg(not(all(target_env = "gnu", target_pointer_width = "32")))]
        let done = cvt(unsafe { libc::fcntl(fd.as_raw_fd(), command, &raw mut lock) });
        // SAFETY: as above.
        #[cfg(all(target_env = "gnu", target_pointer_width = "32"))]
        let done = cvt_long(unsafe { libc::syscall(libc::SYS_fcntl64, fd.as_raw_fd(), command, &raw mut lock) });
        done
    })?;
    Ok(lock.l_type.into())
}

/// Gives a file a name that must not be there yet (renameat2(2), Linux 3.15).
pub(crate) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    let (from, to) = (CString::new(from.as_os_str().as_bytes())?, CString::new(to.as_os_str().as_bytes())?);
    let cwd = libc::AT_FDCWD;
    // SAFETY: both paths are C strings that outlive the call.
    cvt_long(unsafe {
        libc::syscall(libc::SYS_renameat2, cwd, from.as_ptr(), cwd, to.as_ptr(), libc::RENAME_NOREPLACE)
    })?;
    Ok(())
}

/// Device and inode number of a file (fstat(2)).
pub(crate) fn inode(fd: BorrowedFd<'_>) -> io::Result<(u64, u64)> {
    // SAFETY: the descriptor is borrowed, so open, and the file is never dropped, which would close it.
    let file = ManuallyDrop::new(unsafe { File::from_raw_fd(fd.as_raw_fd()) });
    let metadata = file.metadata()?;
    Ok((metadata.dev(), metadata.ino()))
}

/// The magic number of the file system that a file is on (fstatfs(2)), however large that is.
fn file_system(fd: BorrowedFd<'_>) -> io::Result<u32> {
    let mut statfs = std::mem::MaybeUninit::<libc::statfs64>::uninit();
    // SAFETY: `statfs` is valid for writing one struct; the descriptor is borrowed, so open.
    retry(|| cvt(unsafe { libc::fstatfs64(fd.as_raw_fd(), statfs.as_mut_ptr()) }))?;
    // SAFETY: fstatfs succeeded and has filled the whole struct in.
    let statfs = unsafe { statfs.assume_init() };
    // 32 bits with and without a sign, or 64, from target to target; the number has 32.
    #[allow(clippy::unnecessary_cast, reason = "the field's type differs between targets")]
    Ok(statfs.f_type as u32)
}
