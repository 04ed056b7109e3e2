//! The numbers by which namespaces know each other: `RTM_*NSID` (linux/net_namespace.h).

use std::os::fd::{AsRawFd, BorrowedFd};

use netlink_packet_core::Emitable;

use crate::wire::attribute::{bytes, find, i32, number};
use crate::wire::request::Request;

const RTM_GETNSID: u16 = 90;

/// Bytes of `struct rtgenmsg`, aligned.
const RTGENMSG: usize = 4;

const NETNSA_NSID: u16 = 1;
const NETNSA_FD: u16 = 3;

/// `struct rtgenmsg`: of no address family.
struct NsidHeader;

impl Emitable for NsidHeader {
    fn buffer_len(&self) -> usize {
        RTGENMSG
    }

    fn emit(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}

/// Asks for the number by which a namespace knows another one (Linux 4.0).
pub(crate) fn get(namespace: BorrowedFd<'_>) -> Request {
    Request::get(RTM_GETNSID, &NsidHeader, &[number(NETNSA_FD, namespace.as_raw_fd() as u32)])
}

/// Asks about the namespace of a number: `ENOENT` means that it has ended or is ending (Linux 4.20).
pub(crate) fn get_by_number(namespace: i32) -> Request {
    Request::get(RTM_GETNSID, &NsidHeader, &[bytes(NETNSA_NSID, &namespace.to_ne_bytes())])
}

/// Reads the answer: `None` without a number for the other namespace.
pub(crate) fn parse(payload: &[u8]) -> Option<Option<i32>> {
    let number = find(payload.get(RTGENMSG..)?, NETNSA_NSID).and_then(i32)?;
    Some(Some(number).filter(|number| *number >= 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::captures::native;

    #[test]
    fn reads_numbers() {
        let answer = |number: i32| {
            [&native([0, 0, 0, 0, 8, 0, 1, 0], &[1, 1, 1, 1, 2, 2], &[])[..], &number.to_ne_bytes()].concat()
        };
        assert_eq!(parse(&answer(7)), Some(Some(7)));
        assert_eq!(parse(&answer(-1)), Some(None));
        for end in 0..12 {
            assert_eq!(parse(&answer(7)[..end]), None);
        }
    }
}
