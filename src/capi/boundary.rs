//! What every exported function runs behind: nothing unwinds into C.
//!
//! There are many functions and one boundary: what is generic here is kept short.

use std::any::Any;
use std::ffi::c_int;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr;

use super::argument::{ErrorOut, Out, given};
use super::error::netgraft_error;
use crate::error::Result;

/// Runs a function that can fail: 0, or -errno and the details where the caller wants them.
pub(super) fn call(error: ErrorOut<'_>, body: impl FnOnce() -> Result<()>) -> c_int {
    let mut body = Some(body);
    report(error, &mut || body.take().map_or(Ok(()), |body| body()))
}

/// Runs a function with a result: 0 and the result in its place, or as [`call`].
pub(super) fn tell<T>(place: Out<'_, T>, error: ErrorOut<'_>, body: impl FnOnce() -> Result<T>) -> c_int {
    call(error, || {
        let place = given(place, "the place for the result")?;
        place.write(body()?);
        Ok(())
    })
}

/// Runs a function that makes something for the caller to free: 0 and the handle, or as [`call`].
pub(super) fn make<T>(place: Out<'_, *mut T>, error: ErrorOut<'_>, body: impl FnOnce() -> Result<T>) -> c_int {
    tell(place, error, || Ok(hand_over(Some(body()?))))
}

/// What the caller has to free; NULL where there is nothing.
pub(super) fn hand_over<T>(value: Option<T>) -> *mut T {
    value.map_or(ptr::null_mut(), |value| Box::into_raw(Box::new(value)))
}

/// Runs a function that cannot fail. `otherwise` is what it returns if it panics all the same.
pub(super) fn get<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    let mut body = Some(body);
    let mut result = None;
    let _ = contain(&mut || result = body.take().map(|body| body()));
    result.unwrap_or(otherwise)
}

fn report(error: ErrorOut<'_>, body: &mut dyn FnMut() -> Result<()>) -> c_int {
    let mut outcome = Ok(());
    let panic = contain(&mut || outcome = body().map_err(|failure| netgraft_error::of(&failure)));
    let failure = match panic {
        Ok(()) => outcome.err(),
        Err(panic) => Some(netgraft_error::of_panic(&*panic)),
    };
    let Some(failure) = failure else { return 0 };
    let result = -failure.errno;
    error.give(failure);
    result
}

/// The boundary itself. What a panic may leave half done is behind locks whose users expect that.
#[inline(never)]
fn contain(body: &mut dyn FnMut()) -> Result<(), Box<dyn Any + Send>> {
    catch_unwind(AssertUnwindSafe(body))
}

#[cfg(test)]
mod tests {
    use std::mem::MaybeUninit;

    use super::*;
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
        assert_eq!(get(7, || panic!("wanted by the test")), 7);
    }

    #[test]
    fn nothing_is_written_where_nothing_was_made() {
        let mut handle = MaybeUninit::<*mut u32>::new(ptr::null_mut());
        let failure = || Err(Error::new(ErrorKind::NotFound, "there is none"));
        assert_eq!(make(Some(&mut handle), ErrorOut::to(None), failure), -libc::ENOENT);
        // SAFETY: it was initialised above.
        assert!(unsafe { handle.assume_init() }.is_null());
    }
}
