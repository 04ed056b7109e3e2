//! Ctrl-C, TERM and HUP: they end the command, but an add in progress is undone first.

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// Signals that ask a program to end.
const SIGNALS: [Signal; 3] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];

/// Holds signals back while it exists. Dropping it lets a signal that came end the process.
#[derive(Debug)]
#[must_use]
pub(crate) struct Held {
    signals: SigSet,
    descriptor: SignalFd,
}

impl Held {
    /// Holds the signals back, except for those that the process ignores, as under nohup(1).
    pub(crate) fn new() -> io::Result<Self> {
        let ignored = ignored();
        let signals: SigSet = SIGNALS.into_iter().filter(|signal| ignored & (1 << (*signal as i32 - 1)) == 0).collect();
        let descriptor = SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK)?;
        signals.thread_block()?;
        Ok(Self { signals, descriptor })
    }

    /// Returns a descriptor that can be read once a signal has come.
    pub(crate) fn descriptor(&self) -> io::Result<OwnedFd> {
        self.descriptor.as_fd().try_clone_to_owned()
    }

    /// Tells whether a signal has come.
    pub(crate) fn is_signalled(&self) -> bool {
        let mut entry = [PollFd::new(self.descriptor.as_fd(), PollFlags::POLLIN)];
        poll(&mut entry, PollTimeout::ZERO).is_ok_and(|ready| ready > 0)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // This cannot fail: the set is valid.
        let _ = self.signals.thread_unblock();
    }
}

/// Unblocks signals that the parent process holds back: a child inherits that.
pub(crate) fn let_through() {
    // This cannot fail: the set is valid.
    let _ = SIGNALS.into_iter().collect::<SigSet>().thread_unblock();
}

/// Returns the signals that the process ignores, from /proc; none without /proc.
fn ignored() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}
