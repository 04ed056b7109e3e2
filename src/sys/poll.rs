//! Waiting for a descriptor, with a deadline.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Instant;

use crate::sys::cvt;

/// Waits until a descriptor has something to read, or an error to report, or the deadline has passed.
/// True when it is not the deadline. Signals do not end the wait.
pub(crate) fn readable(fd: BorrowedFd<'_>, deadline: Instant) -> io::Result<bool> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // Rounded up: waking before the deadline would make the caller spin.
        let millis = left.as_nanos().div_ceil(1_000_000);
        let timeout = libc::c_int::try_from(millis).unwrap_or(libc::c_int::MAX);
        let mut entry = libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: one pollfd, valid for reading and writing, and the count says one.
        match cvt(unsafe { libc::poll(&raw mut entry, 1, timeout) }) {
            Ok(0) if Instant::now() >= deadline => return Ok(false),
            Ok(0) => {}
            Ok(_) => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
