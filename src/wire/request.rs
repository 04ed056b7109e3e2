//! Requests: a typed header and attributes in, bytes out.
//!
//! Attributes have one type, not an enum of all that exist: only what is used is linked in.

use netlink_packet_core::{Emitable, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST};

use crate::wire::attribute::{Attribute, align, emitted};
use crate::wire::message::HEADER;
use crate::wire::names;

/// How the kernel answers a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// With an acknowledgement.
    Ack,
    /// With one message.
    Message,
    /// With any number of messages and `NLMSG_DONE`.
    Dump,
}

/// A request without its sequence number and the flags that depend on its place in a batch.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    kind: u16,
    flags: u16,
    payload: Vec<u8>,
    answer: Answer,
    large_answer: bool,
}

impl Request {
    /// A request to change something: acknowledged.
    pub(crate) fn change(kind: u16, flags: u16, header: &impl Emitable, attributes: &[Attribute]) -> Self {
        Self { kind, flags, payload: body(header, attributes), answer: Answer::Ack, large_answer: false }
    }

    /// A request for one object.
    pub(crate) fn get(kind: u16, header: &impl Emitable, attributes: &[Attribute]) -> Self {
        Self { kind, flags: 0, payload: body(header, attributes), answer: Answer::Message, large_answer: false }
    }

    /// A request for all objects of a kind.
    pub(crate) fn dump(kind: u16, header: &impl Emitable, attributes: &[Attribute]) -> Self {
        Self { kind, flags: NLM_F_DUMP, payload: body(header, attributes), answer: Answer::Dump, large_answer: false }
    }

    /// A request to change something whose body was received from the kernel before.
    pub(crate) fn replay(kind: u16, flags: u16, payload: Vec<u8>) -> Self {
        Self { kind, flags, payload, answer: Answer::Ack, large_answer: false }
    }

    pub(crate) fn answer(&self) -> Answer {
        self.answer
    }

    /// Expects messages that may not fit into an ordinary receive buffer, as those of links.
    pub(crate) fn with_large_answer(self) -> Self {
        Self { large_answer: true, ..self }
    }

    /// Returns whether messages of the answer may not fit into an ordinary receive buffer.
    pub(crate) fn has_large_answer(&self) -> bool {
        self.large_answer
    }

    /// Returns the length in bytes.
    pub(crate) fn len(&self) -> usize {
        HEADER + self.payload.len()
    }

    /// Returns the name of the attribute at an offset from the beginning of the header.
    pub(crate) fn attribute_at(&self, offset: u32) -> Option<String> {
        names::attribute_at(self.kind, &self.payload, offset)
    }

    /// Appends the request to a datagram. A change asks for its acknowledgement only if no later request of the datagram is
    /// answered anyway: refusals are always reported.
    pub(crate) fn emit(&self, sequence: u32, acknowledge: bool, datagram: &mut Vec<u8>) {
        let acknowledge = if acknowledge && self.answer == Answer::Ack { NLM_F_ACK } else { 0 };
        let flags = self.flags | NLM_F_REQUEST | acknowledge;
        // Bodies are bounded by their contents: names, addresses, the attributes of one link.
        let length = (HEADER + self.payload.len()) as u32;
        datagram.extend_from_slice(&length.to_ne_bytes());
        datagram.extend_from_slice(&self.kind.to_ne_bytes());
        datagram.extend_from_slice(&flags.to_ne_bytes());
        datagram.extend_from_slice(&sequence.to_ne_bytes());
        datagram.extend_from_slice(&0u32.to_ne_bytes());
        datagram.extend_from_slice(&self.payload);
        datagram.resize(align(datagram.len()), 0);
    }
}

/// Returns the bytes after the netlink header.
fn body(header: &impl Emitable, attributes: &[Attribute]) -> Vec<u8> {
    [emitted(header), emitted(&attributes)].concat()
}
