use std::time::Duration;

/// What an add waits for at its end, and how long at most.
///
/// Not getting there in time is no error: it is logged, and nothing is announced.
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

/// For the link to be set up, 5 seconds.
impl Default for Wait {
    fn default() -> Self {
        Self::up(Duration::from_secs(5))
    }
}
