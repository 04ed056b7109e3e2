//! Netlink messages and one socket: what the library has no function for.

use std::io;
use std::time::Duration;

use netgraft::Namespace;
use netlink_sys::{Socket, SocketAddr};
use socket2::SockRef;

use crate::error::{Context, Result};

pub(crate) const NLM_F_ACK: u16 = 0x4;
pub(crate) const NLM_F_EXCL: u16 = 0x200;
pub(crate) const NLM_F_CREATE: u16 = 0x400;
pub(crate) const NLM_F_DUMP: u16 = 0x300;
const NLM_F_REQUEST: u16 = 0x1;
const NLM_F_DUMP_INTR: u16 = 0x10;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NLA_F_NESTED: u16 = 0x8000;
const NLA_TYPE_MASK: u16 = 0x3fff;
const HEADER_LEN: usize = 16;
const ATTRIBUTE_HEADER_LEN: usize = 4;
/// How long the kernel may take for an answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How often a dump is taken again that changes interrupted.
const DUMP_TRIES: u32 = 64;

/// A request, or a part of one: a header of its family and attributes.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    kind: u16,
    flags: u16,
    body: Vec<u8>,
}

impl Message {
    pub(crate) fn new(kind: u16, flags: u16, header: &[u8]) -> Self {
        Self { kind, flags, body: header.to_vec() }
    }

    pub(crate) fn attribute(mut self, kind: u16, value: &[u8]) -> Self {
        append(&mut self.body, kind, value);
        self
    }

    pub(crate) fn nested(self, kind: u16, inner: Attributes) -> Self {
        self.attribute(kind | NLA_F_NESTED, &inner.0)
    }

    pub(crate) fn optional(self, kind: u16, value: Option<&[u8]>) -> Self {
        match value {
            Some(value) => self.attribute(kind, value),
            None => self,
        }
    }

    /// What stands behind the header of netlink, to put it into another message.
    pub(crate) fn into_body(self) -> Vec<u8> {
        self.body
    }

    fn emit(&self, buffer: &mut Vec<u8>, sequence: u32) {
        let length = HEADER_LEN + self.body.len();
        buffer.extend((length as u32).to_ne_bytes());
        buffer.extend(self.kind.to_ne_bytes());
        buffer.extend((self.flags | NLM_F_REQUEST).to_ne_bytes());
        buffer.extend(sequence.to_ne_bytes());
        buffer.extend([0; 4]);
        buffer.extend(&self.body);
        pad(buffer);
    }
}

/// Attributes inside of another one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attributes(Vec<u8>);

impl Attributes {
    pub(crate) fn attribute(mut self, kind: u16, value: &[u8]) -> Self {
        append(&mut self.0, kind, value);
        self
    }

    pub(crate) fn nested(self, kind: u16, inner: Self) -> Self {
        self.attribute(kind | NLA_F_NESTED, &inner.0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn append(buffer: &mut Vec<u8>, kind: u16, value: &[u8]) {
    let length = ATTRIBUTE_HEADER_LEN + value.len();
    buffer.extend((length as u16).to_ne_bytes());
    buffer.extend(kind.to_ne_bytes());
    buffer.extend(value);
    pad(buffer);
}

fn pad(buffer: &mut Vec<u8>) {
    buffer.resize(buffer.len().next_multiple_of(4), 0);
}

/// The attributes in a part of a message.
pub(crate) fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = usize::from(u16_at(bytes, 0)?);
        let kind = u16_at(bytes, 2)? & NLA_TYPE_MASK;
        let value = bytes.get(ATTRIBUTE_HEADER_LEN..length)?;
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, value))
    })
}

/// The attribute of a kind.
pub(crate) fn find(bytes: &[u8], wanted: u16) -> Option<&[u8]> {
    attributes(bytes).find(|(kind, _)| *kind == wanted).map(|(_, value)| value)
}

pub(crate) fn u16_at(bytes: &[u8], offset: usize) -> Option<u16> {
    Some(u16::from_ne_bytes(bytes.get(offset..offset + 2)?.try_into().ok()?))
}

pub(crate) fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_ne_bytes(bytes.get(offset..offset + 4)?.try_into().ok()?))
}

/// A text with or without NUL at its end.
pub(crate) fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value.strip_suffix(&[0]).unwrap_or(value)).into_owned()
}

/// A socket in a namespace.
pub(crate) struct Connection {
    socket: Socket,
    sequence: u32,
}

impl Connection {
    /// In the calling thread's namespace.
    pub(crate) fn open(protocol: i32) -> Result<Self> {
        let open = || {
            let mut socket = Socket::new(protocol as isize)?;
            socket.bind_auto()?;
            // Texts about errors, and answers without the request in them. Older kernels have neither.
            let _ = socket.set_ext_ack(true);
            let _ = socket.set_cap_ack(true);
            SockRef::from(&socket).set_read_timeout(Some(TIMEOUT))?;
            Ok::<_, io::Error>(socket)
        };
        Ok(Self { socket: open().doing("open a netlink socket")?, sequence: 0 })
    }

    /// In another namespace.
    pub(crate) fn open_in(namespace: &Namespace, protocol: i32) -> Result<Self> {
        namespace.run(|| Self::open(protocol))?
    }

    /// Has the kernel heed filters in requests for dumps.
    pub(crate) fn set_strict(&self) -> io::Result<()> {
        self.socket.set_netlink_get_strict_chk(true)
    }

    /// Sends a request and waits until it is carried out.
    pub(crate) fn change(&mut self, message: &Message) -> io::Result<()> {
        self.batch(std::slice::from_ref(message)).map_err(|(_, error)| error)
    }

    /// Sends requests in one datagram. The first that is refused is the error, with its position; later ones were
    /// carried out nevertheless.
    pub(crate) fn batch(&mut self, messages: &[Message]) -> Result<(), (usize, io::Error)> {
        let first = self.sequence.wrapping_add(1);
        let mut buffer = Vec::new();
        let mut waiting = 0;
        for message in messages {
            self.sequence = self.sequence.wrapping_add(1);
            waiting += usize::from(message.flags & NLM_F_ACK != 0);
            message.emit(&mut buffer, self.sequence);
        }
        self.send(&buffer).map_err(|error| (0, error))?;
        let mut refusal = None;
        while waiting > 0 {
            let bytes = self.receive().map_err(|error| (0, error))?;
            for reply in replies(&bytes) {
                let position = reply.sequence.wrapping_sub(first) as usize;
                if reply.kind != NLMSG_ERROR || position >= messages.len() {
                    continue;
                }
                waiting = waiting.saturating_sub(1);
                if let Some(error) = reply.error() {
                    refusal.get_or_insert((position, error));
                    // nf_tables gives up a batch without telling of the requests behind.
                    if reply.is_of_batch() {
                        waiting = 0;
                    }
                }
            }
        }
        refusal.map_or(Ok(()), Err)
    }

    /// Asks for one thing and returns the body of the answer.
    pub(crate) fn get(&mut self, message: &Message) -> io::Result<Vec<u8>> {
        self.sequence = self.sequence.wrapping_add(1);
        let mut buffer = Vec::new();
        message.emit(&mut buffer, self.sequence);
        self.send(&buffer)?;
        loop {
            let bytes = self.receive()?;
            let answer = replies(&bytes).find(|reply| reply.sequence == self.sequence);
            match answer {
                Some(reply) if reply.kind == NLMSG_ERROR => {
                    return Err(reply.error().unwrap_or_else(|| io::ErrorKind::InvalidData.into()));
                }
                Some(reply) => return Ok(reply.body.to_vec()),
                None => {}
            }
        }
    }

    /// Asks for everything of a kind and returns the bodies of the answers.
    pub(crate) fn dump(&mut self, message: &Message) -> io::Result<Vec<Vec<u8>>> {
        for _ in 0..DUMP_TRIES {
            if let Some(bodies) = self.dump_once(message)? {
                return Ok(bodies);
            }
        }
        Err(io::Error::from_raw_os_error(libc::EINTR))
    }

    /// Returns none when a change interrupted the dump.
    fn dump_once(&mut self, message: &Message) -> io::Result<Option<Vec<Vec<u8>>>> {
        self.sequence = self.sequence.wrapping_add(1);
        let mut buffer = Vec::new();
        message.emit(&mut buffer, self.sequence);
        self.send(&buffer)?;
        let (mut bodies, mut interrupted) = (Vec::new(), false);
        loop {
            let bytes = self.receive()?;
            for reply in replies(&bytes).filter(|reply| reply.sequence == self.sequence) {
                interrupted |= reply.flags & NLM_F_DUMP_INTR != 0;
                match (reply.kind, reply.error()) {
                    (NLMSG_ERROR | NLMSG_DONE, Some(error)) => return Err(error),
                    (NLMSG_ERROR | NLMSG_DONE, None) => return Ok((!interrupted).then_some(bodies)),
                    _ => bodies.push(reply.body.to_vec()),
                }
            }
        }
    }

    fn send(&self, buffer: &[u8]) -> io::Result<()> {
        self.socket.send_to(buffer, &SocketAddr::new(0, 0), 0).map(drop)
    }

    fn receive(&self) -> io::Result<Vec<u8>> {
        loop {
            match self.socket.recv_from_full() {
                // Anybody may send to a socket; only the kernel is 0.
                Ok((bytes, from)) if from.port_number() == 0 => return Ok(bytes),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

struct Reply<'a> {
    kind: u16,
    flags: u16,
    sequence: u32,
    body: &'a [u8],
}

impl Reply<'_> {
    /// The refusal in an answer that can hold one, with the kernel's own words.
    fn error(&self) -> Option<io::Error> {
        const NLMSGERR_ATTR_MSG: u16 = 1;
        const NLM_F_CAPPED: u16 = 0x100;
        const NLM_F_ACK_TLVS: u16 = 0x200;
        if self.kind != NLMSG_ERROR && self.kind != NLMSG_DONE {
            return None;
        }
        let errno = u32_at(self.body, 0)? as i32;
        if errno >= 0 {
            return None;
        }
        let error = io::Error::from_raw_os_error(-errno);
        let mut offset = 4;
        if self.kind == NLMSG_ERROR {
            let request = if self.flags & NLM_F_CAPPED != 0 { HEADER_LEN } else { u32_at(self.body, 4)? as usize };
            offset += request.next_multiple_of(4);
        }
        let attributes = self.body.get(offset..).filter(|_| self.flags & NLM_F_ACK_TLVS != 0);
        let words = attributes.and_then(|attributes| find(attributes, NLMSGERR_ATTR_MSG)).map(text);
        Some(words.map_or(error, |words| Refusal { errno: -errno, words }.into()))
    }

    /// Whether the request in an error is the end or the beginning of a batch of nf_tables.
    fn is_of_batch(&self) -> bool {
        const NFNL_MSG_BATCH_BEGIN: u16 = 0x10;
        const NFNL_MSG_BATCH_END: u16 = 0x11;
        matches!(u16_at(self.body, 8), Some(NFNL_MSG_BATCH_BEGIN | NFNL_MSG_BATCH_END))
    }
}

/// An errno with the kernel's own words.
#[derive(Debug)]
struct Refusal {
    errno: i32,
    words: String,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", io::Error::from_raw_os_error(self.errno), self.words)
    }
}

impl std::error::Error for Refusal {}

impl From<Refusal> for io::Error {
    fn from(refusal: Refusal) -> Self {
        Self::new(Self::from_raw_os_error(refusal.errno).kind(), refusal)
    }
}

/// The errno of an error, with the kernel's words or without.
pub(crate) fn errno(error: &io::Error) -> Option<i32> {
    let refusal = error.get_ref().and_then(|error| error.downcast_ref::<Refusal>());
    refusal.map(|refusal| refusal.errno).or(error.raw_os_error())
}

/// The messages of a datagram.
fn replies(mut bytes: &[u8]) -> impl Iterator<Item = Reply<'_>> {
    std::iter::from_fn(move || {
        let length = u32_at(bytes, 0)? as usize;
        let body = bytes.get(HEADER_LEN..length)?;
        let reply = Reply { kind: u16_at(bytes, 4)?, flags: u16_at(bytes, 6)?, sequence: u32_at(bytes, 8)?, body };
        bytes = bytes.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some(reply)
    })
}
