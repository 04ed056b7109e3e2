//! Threads inside a namespace, so that the calling thread never enters one.

use std::os::fd::BorrowedFd;
use std::thread;

use crate::error::{Error, ErrorKind, Result};
use crate::sys;

/// Calls a closure on a new thread inside a namespace, so that the calling thread never enters it.
pub(super) fn enter<T: Send>(namespace: BorrowedFd<'_>, closure: impl FnOnce() -> T + Send) -> Result<T> {
    on_thread(|| {
        sys::netns::enter(namespace).map_err(|error| match Error::from(error).context("setns") {
            error if error.kind() == ErrorKind::Permission => error,
            error => error.with_kind(ErrorKind::Namespace),
        })?;
        Ok(closure())
    })?
}

/// Calls a closure on a new thread. A panic goes on in the caller.
pub(super) fn on_thread<T: Send>(closure: impl FnOnce() -> T + Send) -> Result<T> {
    let (mut closure, mut result) = (Some(closure), None);
    call_on_thread(&mut || result = closure.take().map(|closure| closure()))?;
    result.ok_or_else(|| Error::new(ErrorKind::Kernel, "a thread ended without a result"))
}

/// Does the work of both. Not generic, because a thread takes much code.
fn call_on_thread(closure: &mut (dyn FnMut() + Send)) -> Result<()> {
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("netgraft".to_owned());
        // No signal handler of the program runs inside a namespace that its other threads are not in.
        let thread = sys::signal::blocked(|| builder.spawn_scoped(scope, closure));
        // EAGAIN of a thread start is no time-out.
        let thread =
            thread.map_err(|error| Error::from(error).with_kind(ErrorKind::Kernel).context("start a thread"))?;
        thread.join().map_or_else(|panic| std::panic::resume_unwind(panic), Ok)
    })
}
