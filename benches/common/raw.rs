//! Netlink without the library: bytes built beforehand, one call to send them and one to read the answer.
//!
//! What a C program that knows exactly what it wants would do; the floor that everything is measured against.

use std::io::{Error, Read, Write};

use netgraft::Namespace;
use socket2::{Domain, Protocol, Socket, Type};

const AF_NETLINK: i32 = 16;
const NETLINK_ROUTE: i32 = 0;

/// Flags of linux/netlink.h.
pub(crate) const REQUEST: u16 = 1;
pub(crate) const ACK: u16 = 4;
pub(crate) const CREATE: u16 = 0x600;
pub(crate) const DUMP: u16 = 0x300;

/// Message types of linux/netlink.h.
const ERROR: u16 = 2;
const DONE: u16 = 3;

/// A routing netlink socket in a namespace.
pub(crate) struct Raw(Socket);

impl Raw {
    pub(crate) fn inside(namespace: &Namespace) -> Self {
        let open = || Socket::new(Domain::from(AF_NETLINK), Type::DGRAM, Some(Protocol::from(NETLINK_ROUTE)));
        Self(namespace.run(open).unwrap().unwrap())
    }

    /// Sends requests, of which the last alone asks for its acknowledgement: the first answer is that, or
    /// the refusal of any of them.
    pub(crate) fn talk(&self, requests: &[u8]) {
        let mut answer = [0; 1024];
        (&self.0).write_all(requests).unwrap();
        let length = (&self.0).read(&mut answer).unwrap();
        assert!(length >= 20, "an answer of {length} bytes");
        let errno = i32::from_ne_bytes(answer[16..20].try_into().unwrap());
        assert_eq!(errno, 0, "refused: {}", Error::from_raw_os_error(-errno));
    }

    /// Sends the request for a dump, throws the answer away, and tells how many messages that was.
    pub(crate) fn dump(&self, request: &[u8]) -> usize {
        let mut answer = vec![0; 32 << 10];
        (&self.0).write_all(request).unwrap();
        let mut count = 0;
        loop {
            let length = (&self.0).read(&mut answer).unwrap();
            let mut rest = &answer[..length];
            while let [a, b, c, d, e, f, ..] = *rest {
                match u16::from_ne_bytes([e, f]) {
                    DONE => return count,
                    ERROR => panic!("refused"),
                    _ => count += 1,
                }
                let length = u32::from_ne_bytes([a, b, c, d]) as usize;
                rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
            }
        }
    }
}

/// One message.
pub(crate) fn message(kind: u16, flags: u16, parts: &[Vec<u8>]) -> Vec<u8> {
    let body = parts.concat();
    let mut bytes = (16 + body.len() as u32).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend((REQUEST | flags).to_ne_bytes());
    bytes.extend([0; 8]);
    bytes.extend(body);
    bytes
}

/// One attribute, padded.
pub(crate) fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let mut bytes = (4 + value.len() as u16).to_ne_bytes().to_vec();
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// `struct ifinfomsg`, with `IFF_UP` if so.
pub(crate) fn ifinfomsg(index: u32, up: bool) -> Vec<u8> {
    let up = u32::from(up).to_ne_bytes();
    [[0; 4], index.to_ne_bytes(), up, up].concat()
}
