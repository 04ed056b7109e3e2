//! Repeated announcements, and who sends them.

use std::ffi::c_int;
use std::time::Instant;

use crate::announce;
use crate::capi::infallible::infallible;

/// Sets whether the program sends repeated announcements itself.
///
/// It does so by netgraft_announce_send_due(), and netgraft starts no thread for them.
///
/// Pending announcements are concerned, too: once this function has returned, the thread sends nothing, or sends again.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_announce_set_own_loop(own_loop: bool) {
    infallible((), || announce::set_own_loop(own_loop));
}

/// Returns the milliseconds until the next announcement is due, rounded up.
///
/// The number suits poll(2) and epoll_wait(2): 0 when something is due, -1 when nothing is pending.
///
/// An add or an announcement of another thread can make it smaller: a loop that waits meanwhile has to be woken.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_announce_timeout() -> c_int {
    infallible(-1, || announce::next_deadline().map_or(-1, |deadline| timeout(deadline, Instant::now())))
}

fn timeout(deadline: Instant, now: Instant) -> c_int {
    let millis = deadline.saturating_duration_since(now).as_nanos().div_ceil(1_000_000);
    c_int::try_from(millis).unwrap_or(c_int::MAX)
}

/// Sends all announcements that are due now.
///
/// May be called at any time, whoever else sends.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_announce_send_due() {
    infallible((), || announce::send_due(Instant::now()));
}

/// Waits until all that is pending has been sent.
///
/// To be called before the process ends when the announcements shall outlive it. Where the program sends them itself,
/// this does so.
///
/// Threads: MT-Safe.
#[unsafe(no_mangle)]
pub extern "C" fn netgraft_announce_flush() {
    infallible((), announce::flush);
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_loop_does_not_wake_too_early() {
        let now = Instant::now();
        assert_eq!(timeout(now, now), 0);
        assert_eq!(timeout(now, now + Duration::from_secs(1)), 0);
        assert_eq!(timeout(now + Duration::from_nanos(1), now), 1);
        assert_eq!(timeout(now + Duration::from_millis(100), now), 100);
        assert_eq!(timeout(now + Duration::from_secs(1 << 32), now), c_int::MAX);
    }
}
