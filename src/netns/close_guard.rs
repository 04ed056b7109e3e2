use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Lets operations through, and one that ends them: it waits for those under way and keeps later ones out.
#[derive(Debug, Default)]
pub(crate) struct CloseGuard {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    inside: usize,
    closing: bool,
}

impl CloseGuard {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes in, until the pass is dropped. None while, or after, it is closed: nobody waits here, so that
    /// two operations that need the same two gates cannot wait for one another.
    pub(crate) fn enter(&self) -> Option<OperationGuard<'_>> {
        let mut state = self.lock();
        if state.closing {
            return None;
        }
        state.inside += 1;
        Some(OperationGuard(self))
    }

    /// Closes the guard and waits until everybody has left. False when somebody else has closed it.
    pub(crate) fn close(&self) -> bool {
        let mut state = self.lock();
        if state.closing {
            return false;
        }
        state.closing = true;
        while state.inside > 0 {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    /// Opens it again.
    pub(crate) fn reopen(&self) {
        self.lock().closing = false;
    }
}

/// Having gone through a guard. As long as it is there, the guard is not closed.
#[derive(Debug)]
pub(crate) struct OperationGuard<'a>(&'a CloseGuard);

impl Drop for OperationGuard<'_> {
    fn drop(&mut self) {
        let mut state = self.0.lock();
        state.inside -= 1;
        // Only who closes it waits.
        if state.closing {
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn closing_waits_for_those_inside_and_keeps_others_out() {
        let (guard, left) = (CloseGuard::default(), AtomicBool::new(false));
        let pass = guard.enter().unwrap();
        thread::scope(|scope| {
            let closing = scope.spawn(|| {
                assert!(guard.close());
                assert!(left.load(Ordering::SeqCst), "closed with somebody inside");
            });
            while guard.enter().is_some() {
                thread::sleep(Duration::from_millis(1));
            }
            left.store(true, Ordering::SeqCst);
            drop(pass);
            closing.join().unwrap();
        });
        assert!(guard.enter().is_none());
        assert!(!guard.close());
        guard.reopen();
        assert!(guard.enter().is_some());
    }
}
