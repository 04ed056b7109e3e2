//! Takes down what the kernel answers, to be played again by scripted peers.

use std::cell::RefCell;
use std::io;
use std::os::fd::BorrowedFd;
use std::time::Instant;

use crate::netlink::{Size, Transport, record_with};
use crate::testing::scripted_peer::{Step, count_from, sequence};

#[derive(Default)]
struct Tape {
    acts: Vec<Step>,
    /// The sequence number of the first request of the last datagram.
    first: u32,
}

thread_local!(static TAPE: RefCell<Option<Tape>> = const { RefCell::new(None) });

/// Records the namespaces that this thread opens from now on.
pub fn prepare() {
    record_with(|transport| Box::new(RecordingTransport(transport)));
}

/// Takes down what the kernel answers this thread meanwhile.
pub(crate) fn record<T>(operation: impl FnOnce() -> T) -> Vec<Step> {
    TAPE.set(Some(Tape::default()));
    let _ = operation();
    TAPE.take().map(|tape| tape.acts).unwrap_or_default()
}

/// A transport that takes down what comes over another one.
#[derive(Debug)]
pub(crate) struct RecordingTransport<T>(pub(crate) T);

impl<T: Transport> Transport for RecordingTransport<T> {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        TAPE.with_borrow_mut(|tape| {
            if let (Some(tape), Some(first)) = (tape, sequence(datagram)) {
                tape.first = first;
            }
        });
        self.0.send(datagram)
    }

    fn receive(&mut self, buffer: &mut Vec<u8>, expected: Size) -> io::Result<usize> {
        let received = self.0.receive(buffer, expected);
        TAPE.with_borrow_mut(|tape| {
            let Some(tape) = tape else { return };
            match &received {
                Ok(length) => {
                    let mut datagram = buffer.get(..*length).unwrap_or_default().to_vec();
                    count_from(&mut datagram, tape.first.wrapping_neg());
                    tape.acts.push(Step::Bytes(datagram));
                }
                Err(error) => tape.acts.extend(error.raw_os_error().map(Step::Fail)),
            }
        });
        received
    }

    fn wait(&mut self, deadline: Instant, cancel: &[BorrowedFd<'_>]) -> io::Result<bool> {
        self.0.wait(deadline, cancel)
    }

    fn watch(&mut self, group: u32, on: bool) -> io::Result<()> {
        self.0.watch(group, on)
    }
}
