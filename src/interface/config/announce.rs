use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

/// How often an interface's addresses are announced to its neighbours, and how far apart.
///
/// IPv4 by ARP (RFC 5227 §3), IPv6 by Neighbour Advertisement (RFC 4861 §7.2.6). Three times, one second
/// apart, unless told otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Announce {
    count: u8,
    interval: Duration,
    by_caller: bool,
}

impl Announce {
    const MAX_COUNT: u8 = 3;
    const INTERVALS: std::ops::RangeInclusive<Duration> = Duration::from_millis(100)..=Duration::from_secs(2);

    /// Sets how often the addresses are announced: 0 to 3 times.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for more.
    pub fn times(count: u8) -> Result<Self> {
        if count > Self::MAX_COUNT {
            let message = format!("{count} announcements: at most {} are possible", Self::MAX_COUNT);
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        Ok(Self { count, ..Self::default() })
    }

    /// Sets the time between announcements: 100 ms to 2 s.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] outside of that.
    pub fn every(self, interval: Duration) -> Result<Self> {
        if !Self::INTERVALS.contains(&interval) {
            let message = format!("announcement interval {interval:?} is not between 100 ms and 2 s");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        Ok(Self { interval, ..self })
    }

    /// Returns a configuration that announces nothing.
    #[must_use]
    pub fn none() -> Self {
        Self { count: 0, ..Self::default() }
    }

    /// Leaves the sending to the caller, who has another process do it, say.
    ///
    /// An add sends nothing then. The journal has count and interval all the same, and a restore announces by them.
    #[must_use]
    pub fn by_caller(self) -> Self {
        Self { by_caller: true, ..self }
    }

    /// Tells how often an add sends announcements.
    pub(crate) fn own_count(self) -> u8 {
        if self.by_caller { 0 } else { self.count }
    }

    /// Returns count and interval, as the journal keeps them.
    pub(crate) fn parts(self) -> (u8, Duration) {
        (self.count, self.interval)
    }

    /// Returns how often the addresses are announced.
    #[must_use]
    pub fn count(self) -> u8 {
        self.count
    }

    /// Returns the time between announcements.
    #[must_use]
    pub fn interval(self) -> Duration {
        self.interval
    }
}

impl Default for Announce {
    fn default() -> Self {
        Self { count: Self::MAX_COUNT, interval: Duration::from_secs(1), by_caller: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_announcements_cannot_be_made() {
        assert!(Announce::times(3).is_ok());
        assert_eq!(Announce::times(4).unwrap_err().kind(), ErrorKind::InvalidArgument);
        for (millis, possible) in [(99, false), (100, true), (2000, true), (2001, false)] {
            let made = Announce::default().every(Duration::from_millis(millis));
            assert_eq!(made.is_ok(), possible, "{millis} ms");
        }
    }
}
