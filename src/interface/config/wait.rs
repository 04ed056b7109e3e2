use std::time::Duration;

/// What an add waits for at its end, and how long at most.
///
/// A link that is late is no error: the log says so, and nothing is announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    pub(crate) running: bool,
    pub(crate) timeout: Duration,
}

impl Wait {
    /// Waits for the link to be set up (`IFF_UP`).
    #[must_use]
    pub fn up(timeout: Duration) -> Self {
        Self { running: false, timeout }
    }

    /// Waits for the link to carry traffic (`IFF_RUNNING`): a cable, or a veth's other end up.
    #[must_use]
    pub fn running(timeout: Duration) -> Self {
        Self { running: true, timeout }
    }
}

/// Waits 5 seconds for the link to be set up.
impl Default for Wait {
    fn default() -> Self {
        Self::up(Duration::from_secs(5))
    }
}
