//! Waits for another process that works on the same thing, but not for long.

use std::time::Duration;

/// How long to wait, and how often to look.
pub(crate) const PATIENCE: Duration = Duration::from_secs(3);
pub(crate) const PAUSE: Duration = Duration::from_millis(5);
