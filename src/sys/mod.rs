//! System calls, one safe function each: the only unsafe code outside the C API.
//!
//! Nothing here knows netlink messages, interfaces or our errors: descriptors and `io::Error` in and out.
#![allow(unsafe_code)]

pub(crate) mod arp;
mod descriptor;
pub(crate) mod file;
pub(crate) mod mount;
pub(crate) mod netns;
pub(crate) mod nsfs;
pub(crate) mod packet;
pub(crate) mod poll;
pub(crate) mod procfs;
pub(crate) mod signal;
pub(crate) mod user;

use std::io;

pub(crate) use descriptor::{above_streams, netlink_socket};

/// Turns the -1 of a system call into the errno it stands for.
fn cvt(result: libc::c_int) -> io::Result<libc::c_int> {
    if result == -1 { Err(io::Error::last_os_error()) } else { Ok(result) }
}

/// The same for a system call made by number.
fn cvt_long(result: libc::c_long) -> io::Result<libc::c_int> {
    if result == -1 {
        return Err(io::Error::last_os_error());
    }
    // The calls made by number here return descriptors and zeros.
    libc::c_int::try_from(result).map_err(|_| io::Error::from_raw_os_error(libc::EOVERFLOW))
}

/// Repeats a call for as long as signals interrupt it.
pub(crate) fn retry<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}
