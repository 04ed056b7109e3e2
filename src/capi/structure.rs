//! Structures that C sees the inside of, and that later versions may lengthen.
//!
//! The caller says how long the structure is that it knows. A shorter one is of an older version: what it lacks is
//! left out, or 0. A longer one is of a newer version: what is behind all that is known here has to be 0.

use std::mem::{MaybeUninit, size_of};
use std::{ptr, slice};

use crate::capi::argument::non_null;
use crate::error::{Error, ErrorKind, Result};

/// Longer than any structure will ever be, as for the kernel's (a page).
const LONGEST: usize = 4096;

/// Such a structure.
pub(crate) trait Structure: Copy {
    /// What C calls it.
    const NAME: &'static str;
}

/// One that C fills in.
///
/// # Safety
/// Any bytes are a value of it: it holds nothing but numbers and raw pointers.
pub(crate) unsafe trait FromC: Structure {}

/// Writes as much of a structure as the caller knows.
///
/// # Safety
/// `place` is NULL, or `size` bytes from there can be written and nobody else uses them meanwhile.
pub(crate) unsafe fn write<T: Structure>(place: *mut T, size: usize, value: &T) -> Result<()> {
    check_size::<T>(place, size)?;
    let known = size.min(size_of::<T>());
    // SAFETY: `known` bytes are there to be read, and by the caller's promise to be written; `value` is not C's, so
    // they do not overlap.
    unsafe { ptr::copy_nonoverlapping(ptr::from_ref(value).cast::<u8>(), place.cast(), known) };
    // SAFETY: the caller promises `size` bytes, of which `known` are written.
    let rest = unsafe { place.cast::<u8>().add(known) };
    // SAFETY: as above. What a newer caller knows besides is 0.
    unsafe { ptr::write_bytes(rest, 0, size - known) };
    Ok(())
}

/// Reads a structure. What the caller does not know of is 0.
///
/// # Safety
/// `place` is NULL, or `size` bytes from there are initialised and nobody changes them meanwhile.
pub(crate) unsafe fn read<T: FromC>(place: *const T, size: usize) -> Result<T> {
    // SAFETY: the caller promises the same.
    let known = unsafe { check(place, size) }?;
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: `known` bytes are there to be read by the caller's promise, and to be written in `value`, which is not C's.
    unsafe { ptr::copy_nonoverlapping(place.cast::<u8>(), value.as_mut_ptr().cast::<u8>(), known) };
    // SAFETY: all bytes are initialised, and any bytes are a value.
    Ok(unsafe { value.assume_init() })
}

/// How many bytes of a structure both sides know.
///
/// # Safety
/// `place` is NULL, or `size` bytes from there are initialised and nobody changes them meanwhile.
unsafe fn check<T: Structure>(place: *const T, size: usize) -> Result<usize> {
    check_size::<T>(place, size)?;
    let Some(unknown) = size.checked_sub(size_of::<T>()) else { return Ok(size) };
    // SAFETY: there are as many bytes and more, says the caller.
    let end = unsafe { place.add(1) };
    // SAFETY: it is not NULL, and `unknown` bytes from there on are initialised and stay so, says the caller.
    let tail = unsafe { slice::from_raw_parts(end.cast::<u8>(), unknown) };
    if tail.iter().all(|byte| *byte == 0) {
        return Ok(size_of::<T>());
    }
    Err(too_long::<T>("holds what this version of the library does not know"))
}

/// Refuses a structure that is not there, or as long as none can be.
fn check_size<T: Structure>(place: *const T, size: usize) -> Result<()> {
    non_null((!place.is_null()).then_some(()), T::NAME)?;
    match size {
        0 => Err(Error::new(ErrorKind::InvalidArgument, format!("the size of {} is 0", T::NAME))),
        1..=LONGEST => Ok(()),
        _ => Err(too_long::<T>("is longer than any can be")),
    }
}

fn too_long<T: Structure>(holds: &str) -> Error {
    let error = Error::from_errno(libc::E2BIG).with_kind(ErrorKind::InvalidArgument);
    error.context(format!("{} {holds}", T::NAME))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, Debug, PartialEq)]
    #[repr(C)]
    struct Pair {
        one: u32,
        other: u32,
    }

    impl Structure for Pair {
        const NAME: &str = "struct pair";
    }

    // SAFETY: two numbers.
    unsafe impl FromC for Pair {}

    /// What there is after a write of 1 and 2 into three numbers, said to be this long.
    fn written(before: [u32; 3], size: usize) -> Result<[u32; 3]> {
        let mut place = before;
        // SAFETY: the numbers are initialised, at least as long as any of the tests says, and nobody else's.
        unsafe { write(place.as_mut_ptr().cast(), size, &Pair { one: 1, other: 2 }) }.map(|()| place)
    }

    #[test]
    fn an_older_and_a_newer_caller_get_on_with_it() {
        assert_eq!(written([9, 9, 9], 8).unwrap(), [1, 2, 9]);
        assert_eq!(written([9, 9, 9], 4).unwrap(), [1, 9, 9]);
        assert_eq!(written([9, 9, 0], 12).unwrap(), [1, 2, 0]);
        assert_eq!(written([9, 9, 9], 12).unwrap(), [1, 2, 0], "what is not known here is 0");
        assert_eq!(written([9, 9, 9], usize::MAX).unwrap_err().errno(), Some(libc::E2BIG));
        assert_eq!(written([9, 9, 9], 0).unwrap_err().kind(), ErrorKind::InvalidArgument);
    }

    #[test]
    fn what_is_not_there_is_zero() {
        let place = [7, 8, 0, 1];
        // SAFETY: the numbers are initialised, and at least as long as any of the sizes.
        let read = |size| unsafe { super::read::<Pair>(place.as_ptr().cast(), size) };
        assert_eq!(read(4).unwrap(), Pair { one: 7, other: 0 });
        assert_eq!(read(12).unwrap(), Pair { one: 7, other: 8 });
        assert_eq!(read(16).unwrap_err().errno(), Some(libc::E2BIG));
        // SAFETY: NULL is fine.
        assert!(unsafe { super::read::<Pair>(ptr::null(), 8) }.is_err());
    }
}
