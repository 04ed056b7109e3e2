use std::io;

use netlink_packet_core::{NLM_F_DUMP_INTR, NLM_F_MULTIPART, NLMSG_DONE, NLMSG_ERROR, NLMSG_NOOP, NLMSG_OVERRUN};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::netlink::refusal::refusal;
use crate::netlink::{Size, Transport};
use crate::wire::message::{Ack, Message, messages};
use crate::wire::request::{Answer, Request};

/// How often a dump is begun anew that changes in the kernel have made inconsistent.
const DUMP_ATTEMPTS: u32 = 64;
/// How often a watched dump is taken while there are changes.
const WATCHED_ATTEMPTS: u32 = 8;
/// How many datagrams that answer nothing we asked are passed over in one conversation: what a timed-out
/// one before it left behind, never many.
const STRAY_DATAGRAMS: u32 = 1024;

/// One socket and the requests and answers on it.
#[derive(Debug)]
pub(crate) struct Connection {
    transport: Box<dyn Transport>,
    sequence: u32,
    incoming: Vec<u8>,
    outgoing: Vec<u8>,
    /// Whether notifications of changes are received between the answers.
    watching: bool,
    /// Whether there was a dump so large that it could be wrong.
    multi_part: bool,
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
        }
    }

    /// Changes something.
    pub(crate) fn change(&mut self, request: &Request) -> Result<()> {
        self.batch(std::slice::from_ref(request), |_, _| {})?.into_result()
    }

    /// Asks for one object.
    pub(crate) fn get<T>(&mut self, request: &Request, mut parse: impl FnMut(&[u8]) -> Option<T>) -> Result<T> {
        let mut found = None;
        self.batch(std::slice::from_ref(request), |_, message| {
            found = found.take().or_else(|| parse(message.payload))
        })?
        .into_result()?;
        found.ok_or_else(|| malformed("its answer lacks what it has to hold"))
    }

    /// Asks for all objects of a kind. `visit` adds each to a state that `start` makes, anew whenever the
    /// dump was interrupted.
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

    /// Tells all messages of a dump, and nothing before it is begun anew.
    fn dump_consistent(&mut self, request: &Request, tell: &mut dyn FnMut(Option<&Message<'_>>)) -> Result<()> {
        for attempt in 0..DUMP_ATTEMPTS {
            if attempt > 0 {
                tell(None);
            }
            let outcome = self.converse(std::slice::from_ref(request), &mut |_, message| tell(Some(message)))?;
            let interrupted = outcome.interrupted;
            match outcome.into_result() {
                // What an abandoned dump left behind keeps this one from starting until it is read.
                Err(error) if error.errno() == Some(libc::EBUSY) => {}
                Err(error) => return Err(error),
                Ok(()) if interrupted => log::debug!("dump interrupted by changes, asking again"),
                Ok(()) => return Ok(()),
            }
        }
        let message = format!("dump interrupted by changes {DUMP_ATTEMPTS} times");
        Err(Error::new(ErrorKind::Interrupted, message))
    }

    /// Asks for all objects of a kind whose dump the kernel continues, for each further datagram, by counting
    /// what it has told already: changes in between make it leave one out or tell one twice, and it does not say so.
    ///
    /// A dump of several datagrams is therefore taken while its changes are watched, by their multicast group.
    /// When there were any, it is taken again, a few times, and not always the same is left out. `visit` adds
    /// all that is told to one state, and has to expect what it has seen before.
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
            // Watching takes a few calls more, which most dumps do not need.
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
                Ok(()) if !certain => log::debug!("dump perhaps interrupted by changes, asking again"),
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

    /// Sends requests in one datagram, which the kernel works through in order, going on behind a failed
    /// one. Only the last may be a dump. `visit` gets each message that answers the request of that number.
    ///
    /// # Errors
    /// Only when the conversation itself failed; what the kernel refused is in the outcome.
    pub(crate) fn batch(&mut self, requests: &[Request], visit: impl FnMut(usize, &Message<'_>)) -> Result<Outcome> {
        self.converse(requests, &mut { visit })
    }

    /// The same for whoever asks: not generic, since there are many who do.
    fn converse(&mut self, requests: &[Request], visit: &mut dyn FnMut(usize, &Message<'_>)) -> Result<Outcome> {
        let mut outcome = Outcome { refusals: Vec::new(), interrupted: false, parts: 0 };
        let Some(last) = requests.len().checked_sub(1) else { return Ok(outcome) };
        let first = self.send(requests, last)?;
        self.receive(requests, first, &mut outcome, visit).map_err(Error::uncertain)?;
        Ok(outcome)
    }

    /// Receives until the last request has its end.
    fn receive(
        &mut self,
        requests: &[Request],
        first: u32,
        outcome: &mut Outcome,
        visit: &mut dyn FnMut(usize, &Message<'_>),
    ) -> Result<()> {
        let last = requests.len().saturating_sub(1);
        let expected = if requests.iter().any(Request::has_large_answer) { Size::Any } else { Size::Bounded };
        let mut strays = 0;
        loop {
            let length = match self.transport.receive(&mut self.incoming, expected) {
                // So many notifications that some were lost.
                Err(error) if self.watching && error.raw_os_error() == Some(libc::ENOBUFS) => {
                    outcome.interrupted = true;
                    continue;
                }
                received => received.map_err(receive_error)?,
            };
            let (mut ours, mut told) = (false, false);
            for message in messages(self.incoming.get(..length).unwrap_or_default()) {
                // Whatever its number: an answer is either the end or one part of several.
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

    /// Sends the requests and tells the first one's sequence number.
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

/// What the kernel refused of a batch.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// By number, in the order in which the kernel met them.
    refusals: Vec<(usize, Error)>,
    /// Whether the dump in it was made inconsistent by changes.
    interrupted: bool,
    /// How many datagrams had something to tell.
    parts: u32,
}

impl Outcome {
    fn add(&mut self, number: usize, request: &Request, verdict: Ack) {
        if let Some(warning) = verdict.warning() {
            log::debug!("kernel: {warning}");
        }
        if let Some(refusal) = refusal(verdict, request) {
            self.refusals.push((number, refusal));
        }
    }

    /// The refusals, each with the number of its request.
    pub(crate) fn into_refusals(self) -> Vec<(usize, Error)> {
        self.refusals
    }

    /// The first refusal, if any.
    pub(crate) fn into_result(self) -> Result<()> {
        self.refusals.into_iter().next().map_or(Ok(()), |(_, refusal)| Err(refusal))
    }
}

fn receive_error(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::WouldBlock => Error::new(ErrorKind::Timeout, "the kernel did not answer in time"),
        // Whatever the errno is, it is not said of what was asked for.
        _ => Error::from(error).with_kind(ErrorKind::Kernel).context("receive the kernel's answer"),
    }
}

fn malformed(problem: &str) -> Error {
    Error::new(ErrorKind::Kernel, format!("the kernel's answer is unusable: {problem}"))
}
