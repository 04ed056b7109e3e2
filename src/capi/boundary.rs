//! What every exported function runs behind: nothing unwinds into C.
//!
//! There are many functions and one boundary: what is generic here is kept short.

use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use crate::capi::argument::{ErrorOut, Out, non_null};
use crate::capi::error::netgraft_error;
use crate::error::Result;

/// A closure behind a pointer. A trait of its own, since one behind `dyn FnMut` is compiled twice: to be called through it, and
/// by value.
pub(crate) trait Call<A, R> {
    fn call(&mut self, argument: A) -> R;
}

impl<A, R, F: FnMut(A) -> R> Call<A, R> for F {
    fn call(&mut self, argument: A) -> R {
        self(argument)
    }
}

/// Runs a function that can fail: 0, or -errno and the details where the caller wants them.
pub(crate) fn call(error: ErrorOut<'_>, mut body: impl FnMut() -> Result<()>) -> c_int {
    report(error, &mut |()| body())
}

/// Runs a function with a result: 0 and the result in its place, or as [`call`].
pub(crate) fn return_value<T>(
    mut place: Out<'_, T>,
    error: ErrorOut<'_>,
    mut body: impl FnMut() -> Result<T>,
) -> c_int {
    call(error, || {
        let place = non_null(place.as_deref_mut(), "the place for the result")?;
        place.write(body()?);
        Ok(())
    })
}

/// Runs a function that makes something for the caller to free: 0 and the handle, or as [`call`].
pub(crate) fn return_handle<T>(
    place: Out<'_, *mut T>,
    error: ErrorOut<'_>,
    mut body: impl FnMut() -> Result<T>,
) -> c_int {
    return_value(place, error, || Ok(into_raw(Some(body()?))))
}

/// What the caller has to free; NULL where there is nothing.
pub(crate) fn into_raw<T>(value: Option<T>) -> *mut T {
    value.map_or(ptr::null_mut(), |value| Box::into_raw(Box::new(value)))
}

/// The boundary itself. What a panic may leave half done is behind locks whose users expect that.
///
/// As a function of C's it cannot unwind, which spares its many callers to say what is to be done then.
#[allow(improper_ctypes_definitions, reason = "it is called from here alone")]
extern "C" fn report(error: ErrorOut<'_>, body: &mut dyn Call<(), Result<()>>) -> c_int {
    let body = AssertUnwindSafe(|| body.call(()).err().map(|failure| netgraft_error::of(&failure)));
    let failure = match catch_unwind(body) {
        Ok(None) => return 0,
        Ok(Some(failure)) => failure,
        Err(panic) => netgraft_error::of_panic(&*panic),
    };
    let result = -failure.errno;
    error.give(failure);
    result
}

#[cfg(test)]
mod tests {
    use std::mem::MaybeUninit;

    use super::*;
    use crate::capi::infallible::infallible;
    use crate::error::{Error, ErrorKind};

    #[test]
    fn a_panic_is_an_error_like_others() {
        let mut error = MaybeUninit::new(ptr::null_mut());
        let result = call(ErrorOut::to(Some(&mut error)), || panic!("wanted by the test"));
        assert_eq!(result, -libc::ENOTRECOVERABLE);
        // SAFETY: it was initialised above.
        let error = unsafe { error.assume_init() };
        // SAFETY: the call has failed, so it has put the handle of an error there, which nobody else knows.
        let error = unsafe { Box::from_raw(error) };
        assert_eq!(error.message.to_bytes(), b"a fault of netgraft's own: wanted by the test");
        assert_eq!(call(ErrorOut::to(None), || std::panic::panic_any(1)), -libc::ENOTRECOVERABLE);
        assert_eq!(infallible(7, || panic!("wanted by the test")), 7);
    }

    #[test]
    fn nothing_is_written_where_nothing_was_made() {
        let mut handle = MaybeUninit::<*mut u32>::new(ptr::null_mut());
        let failure = || Err(Error::new(ErrorKind::NotFound, "there is none"));
        assert_eq!(return_handle(Some(&mut handle), ErrorOut::to(None), failure), -libc::ENOENT);
        // SAFETY: it was initialised above.
        assert!(unsafe { handle.assume_init() }.is_null());
    }
}
