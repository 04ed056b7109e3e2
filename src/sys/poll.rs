//! Waiting for a descriptor, with a deadline.

use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};
use std::time::Instant;

use crate::sys::cvt;

/// Waits until a descriptor has something to read, or an error to report, or the deadline has passed.
/// True when it is not the deadline. Signals do not end the wait.
///
/// # Errors
/// `ECANCELED` as soon as one of the descriptors `cancel` has something to read.
pub(crate) fn readable(fd: BorrowedFd<'_>, deadline: Instant, cancel: &[BorrowedFd<'_>]) -> io::Result<bool> {
    let entry = |fd: &BorrowedFd<'_>| libc::pollfd { fd: fd.as_raw_fd(), events: libc::POLLIN, revents: 0 };
    let mut entries: Vec<libc::pollfd> = [fd].iter().chain(cancel).map(entry).collect();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        // Rounded up: waking before the deadline would make the caller spin.
        let millis = left.as_nanos().div_ceil(1_000_000);
        let timeout = libc::c_int::try_from(millis).unwrap_or(libc::c_int::MAX);
        // SAFETY: the entries are valid for reading and writing, and the count is theirs.
        match cvt(unsafe { libc::poll(entries.as_mut_ptr(), entries.len() as libc::nfds_t, timeout) }) {
            Ok(_) if entries.iter().skip(1).any(|entry| entry.revents != 0) => {
                return Err(io::Error::from_raw_os_error(libc::ECANCELED));
            }
            Ok(0) if Instant::now() >= deadline => return Ok(false),
            Ok(0) => {}
            Ok(_) => return Ok(true),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
