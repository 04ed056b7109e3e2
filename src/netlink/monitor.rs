use std::io;
use std::time::Instant;

use crate::netlink::{Size, Transport};
use crate::wire::message::{Message, messages};

/// What came of waiting for the kernel's notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Some came and were visited.
    Messages,
    /// Some were lost: ask for the state anew.
    Lost,
    /// None came by the deadline.
    Deadline,
}

/// A socket that is subscribed to notifications.
#[derive(Debug)]
pub(crate) struct Monitor {
    transport: Box<dyn Transport>,
    incoming: Vec<u8>,
}

impl Monitor {
    /// Listens on a socket that has joined its groups already.
    pub(crate) fn new(transport: impl Transport + 'static) -> Self {
        #[cfg(fuzzing)]
        let transport = crate::netlink::transport::recorded(Box::new(transport));
        Self { transport: Box::new(transport), incoming: Vec::new() }
    }

    /// Waits for the next datagram of notifications and visits what it holds.
    pub(crate) fn next(&mut self, deadline: Instant, mut visit: impl FnMut(&Message<'_>)) -> io::Result<Event> {
        if !self.transport.wait(deadline)? {
            return Ok(Event::Deadline);
        }
        match self.transport.receive(&mut self.incoming, Size::Any) {
            Ok(length) => {
                messages(self.incoming.get(..length).unwrap_or_default()).for_each(|message| visit(&message));
                Ok(Event::Messages)
            }
            Err(error) if error.raw_os_error() == Some(libc::ENOBUFS) => Ok(Event::Lost),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(Event::Messages),
            Err(error) => Err(error),
        }
    }
}
