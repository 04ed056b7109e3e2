//! Refusals: the kernel's answer to a request as an error.

use crate::error::{Error, ErrorKind};
use crate::wire::message::Ack;
use crate::wire::request::Request;

/// Turns the acknowledgement of a request into an error, unless the kernel agreed.
pub(crate) fn refusal(ack: Ack, request: &Request) -> Option<Error> {
    if ack.errno == 0 {
        return None;
    }
    let attribute = ack.offset.and_then(|offset| request.attribute_at(offset));
    let error = Error::from_errno(ack.errno).with_ext_ack(ack.text, ack.offset, attribute);
    // A missing right is EPERM here; EACCES is about the state of things, like IPv6 being off.
    Some(if ack.errno == libc::EACCES { error.with_kind(ErrorKind::Kernel) } else { error.with_missing_right() })
}
