use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};

/// How IPv4 addresses are probed for before they are used (RFC 5227 §2.1.1).
///
/// The first of three probes comes after up to one second, the others one to two seconds later; then the add waits two seconds
/// for answers. That takes four to seven seconds, and the link must have a carrier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Probe {
    pub(crate) count: u8,
    pub(crate) interval: Duration,
}

impl Probe {
    const COUNTS: std::ops::RangeInclusive<u8> = 1..=10;
    const INTERVALS: std::ops::RangeInclusive<Duration> = Duration::from_millis(10)..=Duration::from_secs(10);

    /// Sets how many probes are sent, 1 to 10.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] outside of that.
    pub fn times(count: u8) -> Result<Self> {
        if Self::COUNTS.contains(&count) {
            return Ok(Self { count, ..Self::default() });
        }
        Err(Error::new(ErrorKind::InvalidArgument, format!("{count} probes: 1 to 10 are possible")))
    }

    /// Sets the shortest time between probes, 10 ms to 10 s; the longest is twice that.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] outside of that.
    pub fn every(self, interval: Duration) -> Result<Self> {
        if Self::INTERVALS.contains(&interval) {
            return Ok(Self { interval, ..self });
        }
        Err(Error::new(
            ErrorKind::InvalidArgument,
            format!("probe interval {interval:?} is not between 10 ms and 10 s"),
        ))
    }
}

/// Three probes, one second apart, as RFC 5227 asks for.
impl Default for Probe {
    fn default() -> Self {
        Self { count: 3, interval: Duration::from_secs(1) }
    }
}
