use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;

use crate::netlink::{KernelSocket, Size, Transport};
use crate::wire::message::{Message, messages};

/// Result of waiting for notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Event {
    /// Notifications arrived and were visited.
    Messages,
    /// Notifications were lost: the state has to be read again.
    Lost,
    /// No notification arrived by the deadline.
    Deadline,
}

/// A socket that receives notifications.
#[derive(Debug)]
pub(crate) struct Subscription<T = Box<dyn Transport>> {
    transport: T,
    incoming: Vec<u8>,
}

impl Subscription {
    /// Creates a subscription from a socket that has joined its groups.
    pub(crate) fn new(transport: impl Transport + 'static) -> Self {
        #[cfg(fuzzing)]
        let transport = crate::netlink::transport::recorded(Box::new(transport));
        Self { transport: Box::new(transport), incoming: Vec::new() }
    }
}

impl From<KernelSocket> for Subscription<KernelSocket> {
    fn from(transport: KernelSocket) -> Self {
        Self { transport, incoming: Vec::new() }
    }
}

impl<T: AsFd> AsFd for Subscription<T> {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.transport.as_fd()
    }
}

impl<T: Transport> Subscription<T> {
    /// Waits for the next datagram of notifications, and visits its messages.
    ///
    /// # Errors
    /// `ECANCELED` as soon as one of the descriptors `cancel` has something to read.
    pub(crate) fn next(
        &mut self,
        deadline: Instant,
        cancel: &[BorrowedFd<'_>],
        mut visit: impl FnMut(&Message<'_>),
    ) -> io::Result<Event> {
        if !self.transport.wait(deadline, cancel)? {
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
