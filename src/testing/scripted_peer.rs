//! A peer that stands in for the kernel, in tests and for fuzzing: for what a kernel does not do on demand.

use std::collections::VecDeque;
use std::io;
use std::os::fd::BorrowedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::netlink::{Connection, Size, Transport};
use crate::wire::attribute::align;
use crate::wire::attribute::u32;
use crate::wire::message::HEADER;

/// Where the sequence number stands in a header.
const SEQUENCE: usize = 8;

/// What a peer does next.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    /// Sends a datagram made of these messages.
    Reply(Vec<Reply>),
    /// Sends these bytes, in which sequence numbers count from the first request of the last datagram.
    Bytes(Vec<u8>),
    /// Fails with an errno.
    Fail(i32),
}

/// A message of the peer: type, flags, which request it answers (0 is the first), and its body.
#[derive(Clone, Debug)]
pub(crate) struct Reply(pub(crate) u16, pub(crate) u16, pub(crate) i32, pub(crate) Vec<u8>);

/// What peers play together, one act for each receive, whatever they are asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Script(Arc<Mutex<Play>>);

#[derive(Debug, Default)]
struct Play {
    acts: VecDeque<Step>,
    lines: Vec<Line>,
}

/// What was said between a peer and whoever it plays to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) peer: &'static str,
    pub(crate) said: Said,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    ToPeer(Vec<u8>),
    ByPeer(Vec<u8>),
}

impl Script {
    pub(crate) fn new(acts: impl IntoIterator<Item = Step>) -> Self {
        Self(Arc::new(Mutex::new(Play { acts: acts.into_iter().collect(), lines: Vec::new() })))
    }

    fn lock(&self) -> MutexGuard<'_, Play> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A peer that takes part.
    pub(crate) fn peer(&self, name: &'static str) -> Scripted {
        Scripted { name, script: self.clone(), first: 0 }
    }

    /// Takes what was said.
    pub(crate) fn take_lines(&self) -> Vec<Line> {
        std::mem::take(&mut self.lock().lines)
    }
}

/// Plays the script's acts.
#[derive(Debug)]
pub(crate) struct Scripted {
    name: &'static str,
    script: Script,
    /// The sequence number of the first request of the last datagram.
    first: u32,
}

impl Scripted {
    /// A peer that plays these acts alone.
    #[cfg(test)]
    pub(crate) fn new(acts: impl IntoIterator<Item = Step>) -> Self {
        Script::new(acts).peer("kernel")
    }

    /// A connection to a peer that plays these acts, and the script.
    pub(crate) fn connection(acts: impl IntoIterator<Item = Step>) -> (Connection, Script) {
        let script = Script::new(acts);
        (Connection::new(script.peer("kernel")), script)
    }

    fn note(&self, said: Said) {
        self.script.lock().lines.push(Line { peer: self.name, said });
    }
}

impl Transport for Scripted {
    fn send(&mut self, datagram: &[u8]) -> io::Result<()> {
        self.first = sequence(datagram).unwrap_or_default();
        self.note(Said::ToPeer(datagram.to_vec()));
        Ok(())
    }

    fn receive(&mut self, buffer: &mut Vec<u8>, _expected: Size) -> io::Result<usize> {
        let act = self.script.lock().acts.pop_front();
        let mut datagram = match act {
            None => return Err(io::Error::from_raw_os_error(libc::EAGAIN)),
            Some(Step::Fail(errno)) => return Err(io::Error::from_raw_os_error(errno)),
            Some(Step::Bytes(bytes)) => bytes,
            Some(Step::Reply(messages)) => messages.iter().flat_map(encode).collect(),
        };
        count_from(&mut datagram, self.first);
        *buffer = datagram.clone();
        self.note(Said::ByPeer(datagram));
        Ok(buffer.len())
    }

    fn wait(&mut self, _deadline: Instant, _cancel: &[BorrowedFd<'_>]) -> io::Result<bool> {
        Ok(!self.script.lock().acts.is_empty())
    }

    fn watch(&mut self, _group: u32, _on: bool) -> io::Result<()> {
        Ok(())
    }
}

/// A message, its sequence number counted from 0.
pub(crate) fn encode(Reply(kind, flags, request, body): &Reply) -> Vec<u8> {
    let mut bytes = ((HEADER + body.len()) as u32).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes.extend(request.to_ne_bytes());
    bytes.extend(0u32.to_ne_bytes());
    bytes.extend(body);
    bytes.resize(align(bytes.len()), 0);
    bytes
}

/// The sequence number of the first message of a datagram.
pub(crate) fn sequence(datagram: &[u8]) -> Option<u32> {
    datagram.get(SEQUENCE..).and_then(u32)
}

/// Adds a number to all sequence numbers in a datagram.
pub(crate) fn count_from(datagram: &mut [u8], first: u32) {
    let mut rest = datagram;
    while let (Some(length), Some(sequence)) = (u32(rest), sequence(rest)) {
        if let Some(place) = rest.get_mut(SEQUENCE..HEADER - 4) {
            place.copy_from_slice(&sequence.wrapping_add(first).to_ne_bytes());
        }
        rest = rest.get_mut(align((length as usize).max(HEADER))..).unwrap_or_default();
    }
}
