//! Repeats the announcements of addresses.
//!
//! An add sends the first announcement before it returns. One thread for the whole process sends the repeats, and
//! runs only while repeats are pending. A program with a loop of its own can send them itself, without the thread:
//!
//! ```
//! use std::time::{Duration, Instant};
//!
//! netgraft::announce::set_own_loop(true);
//! // … add interfaces, and then in the loop:
//! let timeout = netgraft::announce::next_deadline().map(|deadline| deadline.saturating_duration_since(Instant::now()));
//! // … poll the program's descriptors for as long as that, then:
//! netgraft::announce::send_due(Instant::now());
//! # assert_eq!(timeout, None);
//! ```
//!
//! Pending repeats belong to the process that planned them. A child made by fork(2) sends none of its parent's, and
//! starts a thread of its own for those that the child plans.

mod announcement;
mod announcer;
mod schedule;
mod ticker;

use std::time::Instant;

pub(crate) use announcement::{Announcement, announceable};
pub(crate) use announcer::Announcer;
use ticker::Ticker;

static TICKER: Ticker = Ticker::new();

/// Returns when the next repeat is due; `None` when nothing is pending.
#[must_use]
pub fn next_deadline() -> Option<Instant> {
    TICKER.next_deadline()
}

/// Sends all repeats that are due at `now`.
///
/// May be called from any thread at any time.
pub fn send_due(now: Instant) {
    TICKER.send_due(now);
}

/// Waits until all pending repeats have been sent.
///
/// Call this before the process ends, so that no repeat is lost. Sends the repeats itself where the program's own
/// loop does so.
pub fn flush() {
    TICKER.flush();
}

/// Sets whether the program calls [`send_due`] itself, so that no thread is needed.
///
/// Applies to pending repeats, too: from the return on, the thread sends nothing, or sends again.
pub fn set_own_loop(own_loop: bool) {
    TICKER.set_own_loop(own_loop);
}
