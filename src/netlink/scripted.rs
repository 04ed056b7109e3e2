//! A peer that stands in for the kernel in tests: for what a kernel does not do on demand.

use std::collections::VecDeque;
use std::io;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use super::{Connection, Size, Transport};
use crate::wire::message::{HEADER, align};

/// What the peer does next.
#[derive(Debug)]
pub(crate) enum Act {
    /// Sends a datagram made of these messages.
    Say(Vec<Say>),
    /// Sends these bytes.
    Bytes(Vec<u8>),
    /// Fails with an errno.
    Fail(i32),
}

/// A message of the peer: type, flags, which request it answers (0 is the first), and its body.
#[derive(Debug)]
pub(crate) struct Say(pub(crate) u16, pub(crate) u16, pub(crate) i32, pub(crate) Vec<u8>);

/// Plays acts, one for each receive, whatever it is asked.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    acts: VecDeque<Act>,
    /// The sequence number of the first request of the last datagram.
    first: u32,
    sent: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Scripted {
    /// A peer that plays these acts.
    pub(crate) fn new(acts: impl IntoIterator<Item = Act>) -> Self {
        Self { acts: acts.into_iter().collect(), ..Self::default() }
    }

    /// A connection to a peer that plays these acts, and what it is sent.
    pub(crate) fn connection(acts: impl IntoIterator<Item = Act>) -> (Connection, Arc<Mutex<Vec<Vec<u8>>>>) {
        let peer = Self::new(acts);
        let sent = Arc::clone(&peer.sent);
        (Connection::new(peer), sent)
    }
}

impl Transport for Scripted {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        self.first = u32::from_ne_bytes(datagram[8..12].try_into().unwrap());
        self.sent.lock().unwrap().push(datagram.to_vec());
        Ok(())
    }

    fn receive(&mut self, buffer: &mut Vec<u8>, _expected: Size) -> io::Result<usize> {
        *buffer = match self.acts.pop_front() {
            None => return Err(io::Error::from_raw_os_error(libc::EAGAIN)),
            Some(Act::Fail(errno)) => return Err(io::Error::from_raw_os_error(errno)),
            Some(Act::Bytes(bytes)) => bytes,
            Some(Act::Say(messages)) => messages.iter().flat_map(|say| encode(say, self.first)).collect(),
        };
        Ok(buffer.len())
    }

    fn wait(&mut self, _deadline: Instant) -> io::Result<bool> {
        Ok(!self.acts.is_empty())
    }

    fn watch(&mut self, _group: u32, _on: bool) -> io::Result<()> {
        Ok(())
    }
}

pub(super) fn encode(Say(kind, flags, request, body): &Say, first: u32) -> Vec<u8> {
    let mut bytes = ((HEADER + body.len()) as u32).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend(first.wrapping_add_signed(*request).to_ne_bytes());
    bytes.extend(0u32.to_ne_bytes());
    bytes.extend(body);
    bytes.resize(align(bytes.len()), 0);
    bytes
}
