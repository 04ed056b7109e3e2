//! Descriptors from 3 up, whatever the program was started with.
//!
//! A C program can run without descriptors 0, 1 or 2. The kernel gives these numbers to what is opened next, and the program's
//! `printf` would write there: into a journal entry, or as a message to the kernel.

use std::io;
use std::os::fd::{AsFd, AsRawFd, FromRawFd, IntoRawFd, OwnedFd};

use netlink_sys::Socket;

/// Moves a descriptor that took the place of a standard stream.
pub(crate) fn above_streams<T: AsFd + From<OwnedFd>>(opened: T) -> io::Result<T> {
    // The duplicate gets a number from 3 up, says std; the original is closed.
    if is_stream(&opened) { opened.as_fd().try_clone_to_owned().map(T::from) } else { Ok(opened) }
}

/// Owns what a system call opened just now, as [`above_streams`].
///
/// # Safety
/// Nothing else owns the descriptor.
pub(super) unsafe fn own(fd: libc::c_int) -> io::Result<OwnedFd> {
    // SAFETY: the caller promises it.
    above_streams(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Opens a netlink socket in the calling thread's namespace, as [`above_streams`].
pub(crate) fn netlink_socket(protocol: isize) -> io::Result<Socket> {
    let socket = Socket::new(protocol)?;
    if !is_stream(&socket) {
        return Ok(socket);
    }
    let moved = socket.as_fd().try_clone_to_owned()?;
    // SAFETY: the duplicate is a netlink socket, and owned by nothing else from here on.
    Ok(unsafe { Socket::from_raw_fd(moved.into_raw_fd()) })
}

fn is_stream(opened: &impl AsFd) -> bool {
    opened.as_fd().as_raw_fd() <= libc::STDERR_FILENO
}
