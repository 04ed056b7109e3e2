//! Repeated announcements of addresses, and who sends them.
//!
//! An interface's first announcement is sent before its add returns. The repeats are sent by one thread
//! for the whole process, which is there only while any are pending. A program that has a loop of its own
//! and wants no thread sends them itself:
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
//! What is pending belongs to the process that planned it: one that is made by fork(2) sends nothing of its parent's, and
//! what it plans itself by a thread of its own.

mod announcement;
mod announcer;
mod schedule;
mod ticker;

use std::time::Instant;

pub(crate) use announcement::{Announcement, announceable};
pub(crate) use announcer::Announcer;
use ticker::Ticker;

static TICKER: Ticker = Ticker::new();

/// When there is something to send next; `None` when nothing is pending.
#[must_use]
pub fn next_deadline() -> Option<Instant> {
    TICKER.next_deadline()
}

/// Sends all that is due at a time, which is usually now.
///
/// May be called at any time from any thread, whoever else sends.
pub fn send_due(now: Instant) {
    TICKER.send_due(now);
}

/// Waits until all that is pending has been sent.
///
/// To be called before the process ends, when the announcements shall outlive what it had to do. Where
/// the program sends them itself, this does so.
pub fn flush() {
    TICKER.flush();
}

/// Says whether the program calls [`send_due`] itself, so that the thread is not wanted.
///
/// Applies to what is pending too: once this has returned, the thread sends nothing, or does so again.
pub fn set_own_loop(own_loop: bool) {
    TICKER.set_own_loop(own_loop);
}
