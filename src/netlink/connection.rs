use std::io;

use netlink_packet_core::{NLM_F_DUMP_INTR, NLM_F_MULTIPART, NLMSG_DONE, NLMSG_ERROR, NLMSG_NOOP, NLMSG_OVERRUN};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::netlink::refusal::refusal;
use crate::netlink::{Size, Transport};
use crate::wire::message::{Ack, Message, messages};
use crate::wire::request::{Answer, Request};

/// Number of times that an interrupted dump is restarted.
const DUMP_ATTEMPTS: u32 = 64;
/// Number of times that a watched dump is repeated because of changes.
const WATCHED_ATTEMPTS: u32 = 8;
/// Number of unrelated datagrams that one conversation skips. A conversation that timed out leaves only a few behind.
const STRAY_DATAGRAMS: u32 = 1024;

/// A netlink socket, with the requests and answers on it.
#[derive(Debug)]
pub(crate) struct Connection {
    transport: Box<dyn Transport>,
    sequence: u32,
    incoming: Vec<u8>,
    outgoing: Vec<u8>,
    /// Whether notifications arrive between the answers.
    watching: bool,
    /// Whether the last watched dump had several parts, so that changes could have made the dump wrong.
    multi_part: bool,
    /// What is to be logged when nobody uses the connection any more.
    remarks: Vec<String>,
}

impl Connection {
    pub(crate) fn new(transport: impl Transport + 'static) -> Self {
        #[cfg(fuzzing)]
        let transport = crate::netlink::transport::recorded(Box::new(transport));
        Self {
            transport: Box::new(transport),
            sequence: 0,
            incoming: Vec::new(),
            outgoing: Vec::new(),
            watching: false,
            multi_part: false,
            remarks: Vec::new(),
        }
    }

    /// Returns what is to be logged about the conversations so far.
    pub(crate) fn take_remarks(&mut self) -> Vec<String> {
        std::mem::take(&mut self.remarks)
    }

    /// Sends a request that changes something, and waits for the acknowledgement.
    pub(crate) fn change(&mut self, request: &Request) -> Result<()> {
        self.batch(std::slice::from_ref(request), |_, _| {})?.into_result()
    }

    /// Requests one object.
    pub(crate) fn get<T>(&mut self, request: &Request, mut parse: impl FnMut(&[u8]) -> Option<T>) -> Result<T> {
        let mut found = None;
        self.batch(std::slice::from_ref(request), |_, message| {
            found = found.take().or_else(|| parse(message.payload))
        })?
        .into_result()?;
        found.ok_or_else(|| malformed("its answer lacks what it has to hold"))
    }

    /// Dumps all objects of a kind. `visit` adds each object to the state that `start` creates; an interrupted dump
    /// starts again with a new state.
    pub(crate) fn dump<S>(
        &mut self,
        request: &Request,
        start: impl Fn() -> S,
        mut visit: impl FnMut(&mut S, &Message<'_>),
    ) -> Result<S> {
        let mut state = start();
        self.dump_consistent(request, &mut |message| match message {
            Some(message) => visit(&mut state, message),
            None => state = start(),
        })?;
        Ok(state)
    }

    /// Visits all messages of a dump. Calls `start` before each attempt.
    fn dump_consistent(&mut self, request: &Request, tell: &mut dyn FnMut(Option<&Message<'_>>)) -> Result<()> {
        for attempt in 0..DUMP_ATTEMPTS {
            if attempt > 0 {
                tell(None);
            }
            let outcome = self.converse(std::slice::from_ref(request), &mut |_, message| tell(Some(message)))?;
            let interrupted = outcome.interrupted;
            match outcome.into_result() {
                // The rest of an abandoned dump has to be read before a new dump can start.
                Err(error) if error.errno() == Some(libc::EBUSY) => {}
                Err(error) => return Err(error),
                Ok(()) if interrupted => self.remarks.push("dump interrupted by changes, asking again".to_owned()),
                Ok(()) => return Ok(()),
            }
        }
        let message = format!("dump interrupted by changes {DUMP_ATTEMPTS} times");
        Err(Error::new(ErrorKind::Interrupted, message))
    }

    /// Dumps objects of a kind whose dump the kernel continues by counting. A change between two datagrams makes the
    /// kernel skip an object or send one twice, without a word.
    ///
    /// A dump of several datagrams is therefore watched through the multicast group of its objects, and repeated a few
    /// times while there are changes, since each repeat skips other objects. `visit` adds everything to one state, and
    /// must expect objects that it has seen before.
    pub(crate) fn dump_watched<S>(
        &mut self,
        request: &Request,
        group: u32,
        mut state: S,
        mut visit: impl FnMut(&mut S, &Message<'_>),
    ) -> Result<S> {
        self.dump_repeatedly(request, group, &mut |message| visit(&mut state, message))?;
        Ok(state)
    }

    fn dump_repeatedly(&mut self, request: &Request, group: u32, visit: &mut dyn FnMut(&Message<'_>)) -> Result<()> {
        let mut result = Ok(());
        for _ in 0..WATCHED_ATTEMPTS {
            // Watching costs a few system calls, which most dumps do not need.
            self.watch(group, self.multi_part)?;
            let watched = self.watching;
            let outcome = self.converse(std::slice::from_ref(request), &mut |_, message| visit(message));
            self.watch(group, false)?;
            let outcome = outcome?;
            self.multi_part |= outcome.parts > 1;
            let certain = outcome.parts <= 1 || (watched && !outcome.interrupted);
            result = outcome.into_result();
            match &result {
                Err(error) if error.errno() == Some(libc::EBUSY) => {}
                Ok(()) if !certain => self.remarks.push("dump perhaps interrupted by changes, asking again".to_owned()),
                _ => break,
            }
        }
        result
    }

    fn watch(&mut self, group: u32, on: bool) -> Result<()> {
        if self.watching != on {
            self.transport.watch(group, on).doing(|| "watch for changes")?;
            self.watching = on;
        }
        Ok(())
    }

    /// Sends requests in one datagram. The kernel works through them in order and goes on after a refusal. Only the last
    /// request may be a dump. `visit` gets the number of a request and each message that answers that request.
    ///
    /// # Errors
    /// Fails only when the conversation itself fails. The outcome has the kernel's refusals.
    pub(crate) fn batch(
        &mut self,
        requests: &[Request],
        visit: impl FnMut(usize, &Message<'_>),
    ) -> Result<BatchOutcome> {
        self.converse(requests, &mut { visit })
    }

    /// Does the work of [`batch`](Self::batch). Not generic, to keep the many callers small.
    fn converse(&mut self, requests: &[Request], visit: &mut dyn FnMut(usize, &Message<'_>)) -> Result<BatchOutcome> {
        let mut outcome = BatchOutcome { refusals: Vec::new(), warnings: Vec::new(), interrupted: false, parts: 0 };
        let Some(last) = requests.len().checked_sub(1) else { return Ok(outcome) };
        let first = self.send(requests, last)?;
        let received = self.receive(requests, first, &mut outcome, visit);
        self.remarks.append(&mut outcome.warnings);
        received.map_err(Error::uncertain)?;
        Ok(outcome)
    }

    /// Receives until the last request is answered.
    fn receive(
        &mut self,
        requests: &[Request],
        first: u32,
        outcome: &mut BatchOutcome,
        visit: &mut dyn FnMut(usize, &Message<'_>),
    ) -> Result<()> {
        let last = requests.len().saturating_sub(1);
        let expected = if requests.iter().any(Request::has_large_answer) { Size::Any } else { Size::Bounded };
        let mut strays = 0;
        loop {
            let length = match self.transport.receive(&mut self.incoming, expected) {
                // Too many notifications: some were lost.
                Err(error) if self.watching && error.raw_os_error() == Some(libc::ENOBUFS) => {
                    outcome.interrupted = true;
                    continue;
                }
                received => received.map_err(receive_error)?,
            };
            let (mut ours, mut told) = (false, false);
            for message in messages(self.incoming.get(..length).unwrap_or_default()) {
                // An answer either ends the request or is one part of several.
                let ends = matches!(message.kind, NLMSG_ERROR | NLMSG_DONE);
                if self.watching && !ends && message.flags & NLM_F_MULTIPART == 0 {
                    outcome.interrupted = true;
                    continue;
                }
                let number = message.sequence.wrapping_sub(first) as usize;
                let Some(request) = requests.get(number) else { continue };
                ours = true;
                outcome.interrupted |= message.flags & NLM_F_DUMP_INTR != 0;
                let ended = match message.kind {
                    NLMSG_NOOP => false,
                    NLMSG_OVERRUN => return Err(malformed("data was lost")),
                    NLMSG_ERROR => {
                        outcome.add(number, request, Ack::from_error(&message));
                        true
                    }
                    NLMSG_DONE => {
                        outcome.add(number, request, Ack::from_done(&message));
                        true
                    }
                    _ => {
                        outcome.parts += u32::from(!told);
                        told = true;
                        visit(number, &message);
                        request.answer() == Answer::Message
                    }
                };
                if ended && number == last {
                    return Ok(());
                }
            }
            if !ours && !self.watching {
                strays += 1;
                if strays > STRAY_DATAGRAMS {
                    return Err(malformed("it answers something else"));
                }
            }
        }
    }

    /// Sends the requests, and returns the sequence number of the first.
    fn send(&mut self, requests: &[Request], last: usize) -> Result<u32> {
        let first = self.sequence.wrapping_add(1);
        self.outgoing.clear();
        for (number, request) in requests.iter().enumerate() {
            self.sequence = self.sequence.wrapping_add(1);
            request.emit(self.sequence, number == last, &mut self.outgoing);
        }
        self.transport.send(&self.outgoing).map_err(|error| Error::from(error).context("ask the kernel"))?;
        Ok(first)
    }
}

/// The kernel's refusals of a batch.
#[derive(Debug)]
pub(crate) struct BatchOutcome {
    /// Number of the request and its refusal, in the kernel's order.
    refusals: Vec<(usize, Error)>,
    /// What the kernel remarked on the requests that it carried out.
    warnings: Vec<String>,
    /// Whether changes made the dump of the batch inconsistent.
    interrupted: bool,
    /// Number of datagrams that held messages of the dump.
    parts: u32,
}

impl BatchOutcome {
    fn add(&mut self, number: usize, request: &Request, verdict: Ack) {
        if let Some(warning) = verdict.warning() {
            self.warnings.push(format!("kernel: {warning}"));
        }
        if let Some(refusal) = refusal(verdict, request) {
            self.refusals.push((number, refusal));
        }
    }

    /// Returns the refusals, each with the number of its request.
    pub(crate) fn into_refusals(self) -> Vec<(usize, Error)> {
        self.refusals
    }

    /// Returns an error if there was a refusal: the first.
    pub(crate) fn into_result(self) -> Result<()> {
        self.refusals.into_iter().next().map_or(Ok(()), |(_, refusal)| Err(refusal))
    }
}

fn receive_error(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::WouldBlock => Error::new(ErrorKind::Timeout, "the kernel did not answer in time"),
        // The errno is about the conversation, not about the request.
        _ => Error::from(error).with_kind(ErrorKind::Kernel).context("receive the kernel's answer"),
    }
}

fn malformed(problem: &str) -> Error {
    Error::new(ErrorKind::Kernel, format!("the kernel's answer is unusable: {problem}"))
}
