//! Netlink without the library: one call to send bytes and one to read the answer.
//!
//! What a C program that knows exactly what it wants would do.

use std::io::{Error, Read, Write};
use std::os::fd::AsRawFd;

use nix::sys::socket::{AddressFamily, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, socket};
use socket2::Socket;

use super::external::{Inside, inside};

/// Message types of linux/netlink.h.
const ERROR: u16 = 2;
const DONE: u16 = 3;

/// Larger than any message of the kernel's about one thing.
const ANSWER: usize = 32 << 10;

/// A routing netlink socket in a namespace.
pub(crate) struct Raw(Socket);

impl Raw {
    pub(crate) fn inside(namespace: &impl Inside) -> Self {
        inside(namespace, || Self::here(0))
    }

    /// In the calling thread's namespace, told of what these groups are told of.
    pub(crate) fn here(groups: u32) -> Self {
        let family = AddressFamily::Netlink;
        let socket = socket(family, SockType::Datagram, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkRoute).unwrap();
        bind(socket.as_raw_fd(), &NetlinkAddr::new(0, groups)).unwrap();
        Self(socket.into())
    }

    /// Sends requests, of which the last alone asks for its acknowledgement: the first answer is that, or
    /// the refusal of any of them.
    pub(crate) fn talk(&self, requests: &[u8]) {
        let mut answer = [0; 1024];
        (&self.0).write_all(requests).unwrap();
        let length = (&self.0).read(&mut answer).unwrap();
        assert!(length >= 20, "an answer of {length} bytes");
        let errno = errno(&answer);
        assert_eq!(errno, 0, "refused: {}", Error::from_raw_os_error(errno));
    }

    /// Sends a request that asks for its acknowledgement, and tells the answer to it, or what it was refused for.
    pub(crate) fn ask(&self, request: &[u8]) -> Result<Vec<u8>, i32> {
        let mut said = Vec::new();
        (&self.0).write_all(request).unwrap();
        loop {
            let message = self.read();
            match kind(&message) {
                ERROR if errno(&message) == 0 => return Ok(said),
                ERROR => return Err(errno(&message)),
                _ => said = message,
            }
        }
    }

    /// Sends the request for a dump, throws the answer away, and tells how many messages that was.
    pub(crate) fn dump(&self, request: &[u8]) -> usize {
        let mut count = 0;
        self.dump_until(request, |_| {
            count += 1;
            false
        });
        count
    }

    /// Sends the request for a dump and reads its messages until one is what is looked for, or there are no more.
    pub(crate) fn dump_until(&self, request: &[u8], mut found: impl FnMut(&[u8]) -> bool) {
        (&self.0).write_all(request).unwrap();
        loop {
            let answer = self.read();
            let mut rest = &answer[..];
            while let [a, b, c, d, ..] = *rest {
                match kind(rest) {
                    DONE => return,
                    ERROR => panic!("refused: {}", Error::from_raw_os_error(errno(rest))),
                    _ if found(rest) => return,
                    _ => {}
                }
                let length = u32::from_ne_bytes([a, b, c, d]) as usize;
                rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
            }
        }
    }

    fn read(&self) -> Vec<u8> {
        let mut answer = vec![0; ANSWER];
        let length = (&self.0).read(&mut answer).unwrap();
        answer.truncate(length);
        answer
    }
}

fn kind(message: &[u8]) -> u16 {
    u16::from_ne_bytes([message[4], message[5]])
}

fn errno(message: &[u8]) -> i32 {
    -i32::from_ne_bytes(message[16..20].try_into().unwrap())
}
