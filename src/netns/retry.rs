//! Waiting for another process that works on the same, but not for long.

use std::thread;
use std::time::{Duration, Instant};

/// How long to wait, and how often to look.
const PATIENCE: Duration = Duration::from_secs(3);
const PAUSE: Duration = Duration::from_millis(5);

/// Asks until nobody else is busy, or for as long as is waited for that: what was answered last.
pub(crate) fn retry_while_busy<T>(ask: impl Fn() -> T, is_busy: impl Fn(&T) -> bool) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let answer = ask();
        if !is_busy(&answer) || Instant::now() >= deadline {
            return answer;
        }
        thread::sleep(PAUSE);
    }
}
