//! Network namespaces: entering, making, and finding the one of a socket or process.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::net::UnixDatagram;

use crate::sys::descriptor::own;
use crate::sys::{cvt, cvt_long};

/// Moves the calling thread into the network namespace of a namespace file or (5.8) a pidfd (setns(2)).
pub(crate) fn enter(namespace: BorrowedFd<'_>) -> io::Result<()> {
    // SAFETY: setns takes no pointers; the descriptor is borrowed, so open.
    cvt(unsafe { libc::setns(namespace.as_raw_fd(), libc::CLONE_NEWNET) })?;
    Ok(())
}

/// Gives the calling thread a new network namespace (unshare(2)).
pub(crate) fn unshare() -> io::Result<()> {
    // SAFETY: unshare takes no pointers, and CLONE_NEWNET shares no memory.
    cvt(unsafe { libc::unshare(libc::CLONE_NEWNET) })?;
    Ok(())
}

/// The network namespace that a socket was opened in (4.10).
pub(crate) fn of_socket(socket: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    // SAFETY: SIOCGSKNS takes no argument; the descriptor is borrowed, so open.
    let fd = cvt(unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCGSKNS as _) })?;
    // SAFETY: the ioctl returned this descriptor just now (close-on-exec) and nothing else owns it.
    unsafe { own(fd) }
}

/// Which kind of namespace a namespace file is: a `CLONE_NEW…` number (4.11).
pub(crate) fn kind(namespace: BorrowedFd<'_>) -> io::Result<libc::c_int> {
    // SAFETY: NS_GET_NSTYPE takes no argument; the descriptor is borrowed, so open.
    cvt(unsafe { libc::ioctl(namespace.as_raw_fd(), libc::NS_GET_NSTYPE) })
}

/// The user namespace that owns a namespace (4.9).
pub(crate) fn owner(namespace: BorrowedFd<'_>) -> io::Result<OwnedFd> {
    // SAFETY: NS_GET_USERNS takes no argument; the descriptor is borrowed, so open.
    let fd = cvt(unsafe { libc::ioctl(namespace.as_raw_fd(), libc::NS_GET_USERNS) })?;
    // SAFETY: the ioctl returned this descriptor just now (close-on-exec) and nothing else owns it.
    unsafe { own(fd) }
}

/// The number that stands for a socket's network namespace and is never used again (5.14).
pub(crate) fn cookie(socket: BorrowedFd<'_>) -> io::Result<u64> {
    let mut cookie = 0u64;
    let mut length = size_of::<u64>() as libc::socklen_t;
    // SAFETY: value and length are valid for writing, and length says how much; the descriptor is borrowed.
    cvt(unsafe {
        libc::getsockopt(
            socket.as_raw_fd(),
            libc::SOL_SOCKET,
            libc::SO_NETNS_COOKIE,
            (&raw mut cookie).cast(),
            &raw mut length,
        )
    })?;
    if length as usize != size_of::<u64>() {
        return Err(io::Error::from_raw_os_error(libc::ENOPROTOOPT));
    }
    Ok(cookie)
}

/// The same number of the calling thread's network namespace.
pub(crate) fn cookie_here() -> io::Result<u64> {
    cookie(UnixDatagram::unbound()?.as_fd())
}

/// A descriptor for a process (pidfd_open(2), 5.3).
pub(crate) fn pidfd_open(pid: u32) -> io::Result<OwnedFd> {
    let pid = libc::pid_t::try_from(pid).map_err(|_| io::Error::from_raw_os_error(libc::ESRCH))?;
    // SAFETY: pidfd_open takes no pointers.
    let fd = cvt_long(unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0 as libc::c_uint) })?;
    // SAFETY: pidfd_open returned this descriptor just now (close-on-exec) and nothing else owns it.
    unsafe { own(fd) }
}
