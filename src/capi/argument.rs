//! What C hands over, and the places where it wants results.
//!
//! The types of the exported functions' parameters are what each promises about the pointers in the header's words: an
//! `Option<&T>` is NULL or a handle of that kind that is not freed meanwhile, an `Option<Box<T>>` one that nobody uses any
//! more, and those below as they say. C alone makes them. So the functions themselves have nothing unsafe to do.

use std::ffi::{CStr, CString, OsStr, c_char, c_int};
use std::marker::PhantomData;
use std::mem::MaybeUninit;
use std::net::IpAddr;
use std::os::fd::BorrowedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::slice;
use std::str::FromStr;

use crate::capi::error::netgraft_error;
use crate::capi::text::pointer;
use crate::error::{Error, ErrorKind, Result};
use crate::text::printable;
use crate::types::Family;

/// The handle that a pointer is, unless it is NULL.
pub(crate) fn non_null<T>(handle: Option<T>, what: &str) -> Result<T> {
    handle.ok_or_else(|| null(what))
}

fn null(what: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, format!("{what} is NULL"))
}

/// An array, unless it is NULL.
///
/// # Safety
/// `first` is NULL or the first of `count` values which stay as they are for as long as they are borrowed.
pub(crate) unsafe fn array<'a, T>(first: *const T, count: usize) -> Result<Option<&'a [T]>> {
    if first.is_null() {
        return Ok(None);
    }
    check_length::<T>(count)?;
    // SAFETY: it is not NULL and not longer than can be; the caller promises the rest.
    Ok(Some(unsafe { slice::from_raw_parts(first, count) }))
}

/// Places for results, unless they are NULL.
///
/// # Safety
/// `first` is NULL or the first of `count` places which nobody else uses for as long as they are borrowed.
pub(crate) unsafe fn places<'a, T>(
    first: *mut MaybeUninit<T>,
    count: usize,
) -> Result<Option<&'a mut [MaybeUninit<T>]>> {
    if first.is_null() {
        return Ok(None);
    }
    check_length::<T>(count)?;
    // SAFETY: it is not NULL and not longer than can be, and whatever is there is a place; the caller promises the rest.
    Ok(Some(unsafe { slice::from_raw_parts_mut(first, count) }))
}

/// Refuses an array that no memory could hold.
fn check_length<T>(count: usize) -> Result<()> {
    if count > isize::MAX as usize / size_of::<T>().max(1) {
        return Err(Error::new(ErrorKind::InvalidArgument, format!("an array of {count} cannot be")));
    }
    Ok(())
}

/// IPv4 or IPv6 by its `AF_` number.
pub(crate) fn family(number: c_int) -> Result<Family> {
    match number {
        libc::AF_INET => Ok(Family::Ipv4),
        libc::AF_INET6 => Ok(Family::Ipv6),
        _ => Err(Error::new(ErrorKind::InvalidArgument, format!("family {number} is neither AF_INET nor AF_INET6"))),
    }
}

/// Refuses bits that mean nothing.
pub(crate) fn check_flags(flags: u32, known: u32) -> Result<()> {
    if flags & !known == 0 {
        return Ok(());
    }
    Err(Error::new(ErrorKind::InvalidArgument, format!("unknown flags {:#x}", flags & !known)))
}

/// A text: NULL, or bytes up to a NUL that stay as they are during the call.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Text<'a>(*const c_char, PhantomData<&'a CStr>);

impl<'a> Text<'a> {
    /// What C is shown, NULL for none.
    pub(crate) fn of(text: Option<&'a CString>) -> Self {
        Self(pointer(text), PhantomData)
    }

    /// Its bytes, unless it is NULL.
    pub(crate) fn optional(self) -> Option<&'a [u8]> {
        if self.0.is_null() {
            return None;
        }
        // SAFETY: it is not NULL, so by the promise of the type it points to bytes that end with NUL and stay as they are.
        Some(unsafe { CStr::from_ptr(self.0) }.to_bytes())
    }

    pub(crate) fn bytes(self, what: &str) -> Result<&'a [u8]> {
        non_null(self.optional(), what)
    }

    pub(crate) fn path(self, what: &str) -> Result<&'a Path> {
        self.bytes(what).map(|bytes| Path::new(OsStr::from_bytes(bytes)))
    }

    pub(crate) fn utf8(self, what: &str) -> Result<&'a str> {
        let bytes = self.bytes(what)?;
        std::str::from_utf8(bytes).map_err(|_| {
            Error::new(ErrorKind::InvalidArgument, format!("{what} \"{}\" is not UTF-8", printable(bytes)))
        })
    }

    /// The value that it is the text of. Its error names the text.
    pub(crate) fn parse<T: FromStr<Err = Error>>(self, what: &str) -> Result<T> {
        self.utf8(what)?.parse()
    }

    /// The IP address that it is the text of.
    pub(crate) fn address(self, what: &str) -> Result<IpAddr> {
        let text = self.utf8(what)?;
        text.parse().map_err(|_| {
            let message = format!("{what} \"{}\" is not an IP address", text.escape_debug());
            Error::new(ErrorKind::InvalidArgument, message)
        })
    }
}

/// An open descriptor that stays open during the call.
///
/// One that is not open is no danger: the kernel refuses it.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Fd<'a>(c_int, PhantomData<BorrowedFd<'a>>);

impl<'a> Fd<'a> {
    pub(crate) fn borrow(self) -> Result<BorrowedFd<'a>> {
        if self.0 < 0 {
            let error = Error::from_errno(libc::EBADF).with_kind(ErrorKind::InvalidArgument);
            return Err(error.context(format!("descriptor {}", self.0)));
        }
        // SAFETY: it is not -1, and by the promise of the type it stays open for as long as it is borrowed.
        Ok(unsafe { BorrowedFd::borrow_raw(self.0) })
    }
}

/// Where a result goes: NULL, or room for it that nobody else uses during the call. It need not be initialised.
pub(crate) type Out<'a, T> = Option<&'a mut MaybeUninit<T>>;

/// Where the details of a failure go.
///
/// NULL where they are not wanted, or room for a handle that nobody else uses during the call.
#[repr(transparent)]
pub struct ErrorOut<'a>(Out<'a, *mut netgraft_error>);

impl<'a> ErrorOut<'a> {
    #[cfg(any(test, fuzzing))]
    pub(crate) fn to(place: Out<'a, *mut netgraft_error>) -> Self {
        Self(place)
    }

    pub(crate) fn give(self, error: netgraft_error) {
        if let Some(place) = self.0 {
            place.write(Box::into_raw(Box::new(error)));
        }
    }
}
