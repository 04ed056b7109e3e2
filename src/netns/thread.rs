//! Threads that are inside a namespace, so that the calling thread never is.

use std::os::fd::BorrowedFd;
use std::thread;

use crate::error::{Error, ErrorKind, Result};
use crate::sys;

/// Calls a closure on a thread of its own that is inside a namespace, so that the calling thread never is.
pub(super) fn enter<T: Send>(namespace: BorrowedFd<'_>, closure: impl FnOnce() -> T + Send) -> Result<T> {
    on_thread(|| {
        sys::netns::enter(namespace).map_err(|error| match Error::from(error).context("setns") {
            error if error.kind() == ErrorKind::Permission => error,
            error => error.with_kind(ErrorKind::Namespace),
        })?;
        Ok(closure())
    })?
}

/// Calls a closure on a thread of its own. Its panic becomes the caller's.
pub(super) fn on_thread<T: Send>(closure: impl FnOnce() -> T + Send) -> Result<T> {
    let (mut closure, mut result) = (Some(closure), None);
    call_on_thread(&mut || result = closure.take().map(|closure| closure()))?;
    result.ok_or_else(|| Error::new(ErrorKind::Kernel, "a thread ended without a result"))
}

/// The same for whatever is called: not generic, since a thread takes much code.
fn call_on_thread(closure: &mut (dyn FnMut() + Send)) -> Result<()> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("netgraft".to_owned());
        // No handler of the program's runs inside a namespace that its other threads are not in.
        let thread = sys::signal::blocked(|| builder.spawn_scoped(scope, closure));
        // Its EAGAIN does not tell of time.
        let thread =
            thread.map_err(|error| Error::from(error).with_kind(ErrorKind::Kernel).context("start a thread"))?;
        thread.join().map_or_else(|panic| std::panic::resume_unwind(panic), Ok)
    })
}
