//! Keeps a namespace open while operations need it, and its end apart from them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};

/// Lets operations begin until the namespace is closed. A close waits for the operations in progress.
#[derive(Debug, Default)]
pub(crate) struct CloseGuard {
    state: Mutex<CloseState>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct CloseState {
    /// The threads that began the operations in progress.
    inside: Vec<ThreadId>,
    phase: Phase,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    /// A close has begun, and may fail.
    Closing,
    Closed,
}

/// Why an operation cannot begin, or the namespace cannot be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// A close is in progress.
    Closing,
    Closed,
    /// The calling thread is within an operation, and would wait for itself.
    OwnOperation,
}

impl CloseGuard {
    fn lock(&self) -> MutexGuard<'_, CloseState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins an operation, which ends when the guard is dropped. Nobody waits here: so two operations on the same two
    /// namespaces cannot wait for each other.
    pub(crate) fn enter(&self) -> Result<OperationGuard<'_>, Refused> {
        let mut state = self.lock();
        match state.phase {
            Phase::Closing => return Err(Refused::Closing),
            Phase::Closed => return Err(Refused::Closed),
            Phase::Open => {}
        }
        let thread = thread::current().id();
        state.inside.push(thread);
        Ok(OperationGuard { guard: self, thread })
    }

    /// Waits for the operations in progress, and keeps later ones out until the namespace is closed or reopened.
    pub(crate) fn close(&self) -> Result<Closing<'_>, Refused> {
        let mut state = self.lock();
        match state.phase {
            Phase::Closing => return Err(Refused::Closing),
            Phase::Closed => return Err(Refused::Closed),
            Phase::Open => {}
        }
        if state.inside.contains(&thread::current().id()) {
            return Err(Refused::OwnOperation);
        }
        state.phase = Phase::Closing;
        while !state.inside.is_empty() {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        Ok(Closing(self))
    }
}

/// Keeps operations out. Dropping the guard opens the namespace again.
#[derive(Debug)]
pub(crate) struct Closing<'a>(&'a CloseGuard);

impl Closing<'_> {
    /// Closes the namespace for good.
    pub(crate) fn finish(self) {
        self.0.lock().phase = Phase::Closed;
    }
}

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        if state.phase == Phase::Closing {
            state.phase = Phase::Open;
        }
    }
}

/// An operation in progress: the namespace is not closed while the guard exists.
#[derive(Debug)]
pub(crate) struct OperationGuard<'a> {
    guard: &'a CloseGuard,
    thread: ThreadId,
}

impl Drop for OperationGuard<'_> {
    fn drop(&mut self) {
        let mut state = self.guard.lock();
        if let Some(place) = state.inside.iter().position(|thread| *thread == self.thread) {
            state.inside.swap_remove(place);
        }
        // Only a close waits.
        if state.phase == Phase::Closing {
            self.guard.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Duration;

    use super::*;

    #[test]
    fn closing_waits_for_those_inside_and_keeps_others_out() {
        let (guard, left) = (CloseGuard::default(), AtomicBool::new(false));
        let operation = guard.enter().unwrap();
        thread::scope(|scope| {
            let closing = scope.spawn(|| {
                let closing = guard.close().unwrap();
                assert!(left.load(Ordering::SeqCst), "closed with somebody inside");
                drop(closing);
            });
            while guard.enter().is_ok() {
                thread::sleep(Duration::from_millis(1));
            }
            assert_eq!(guard.enter().unwrap_err(), Refused::Closing);
            assert_eq!(guard.close().unwrap_err(), Refused::Closing);
            left.store(true, Ordering::SeqCst);
            drop(operation);
            closing.join().unwrap();
        });
        drop(guard.enter().expect("it was reopened"));
        guard.close().unwrap().finish();
        assert_eq!(guard.enter().unwrap_err(), Refused::Closed);
        assert_eq!(guard.close().unwrap_err(), Refused::Closed);
    }

    #[test]
    fn a_thread_does_not_wait_for_itself() {
        let guard = CloseGuard::default();
        let operation = guard.enter().unwrap();
        assert_eq!(guard.close().unwrap_err(), Refused::OwnOperation);
        drop(operation);
        guard.close().unwrap().finish();
    }
}
