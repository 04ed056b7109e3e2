//! What this process holds, counted by the kernel.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use crate::common::patience;

pub(crate) fn threads() -> usize {
    std::fs::read_dir("/proc/self/task").unwrap().count()
}

pub(crate) fn fds() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

/// Threads and descriptors, while none of them is about to go: the kernel lists a thread that has ended for a moment longer.
pub(crate) fn held() -> (usize, usize) {
    std::thread::sleep(patience(Duration::from_millis(100)));
    (threads(), fds())
}

/// How long something takes when the machine has nothing else to do: the least of some attempts.
pub(crate) fn fastest(attempt: impl Fn() -> Duration) -> Duration {
    (0..ATTEMPTS).map(|_| attempt()).min().unwrap()
}

pub(crate) const ATTEMPTS: usize = 5;

/// Fails unless something becomes what it should be soon. A thread is still listed while it ends, and a
/// namespace while the kernel takes it down.
#[track_caller]
pub(crate) fn assert_settles<T: PartialEq + Debug>(what: &str, get: impl Fn() -> T, wanted: T) {
    let deadline = Instant::now() + patience(Duration::from_secs(5));
    loop {
        let is = get();
        if is == wanted {
            return;
        }
        assert!(Instant::now() < deadline, "{what}: {is:?} instead of {wanted:?}");
        std::thread::sleep(Duration::from_millis(1));
    }
}
