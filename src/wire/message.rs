//! Framing: the messages in a datagram, and the acknowledgements among them.

use netlink_packet_core::{NLM_F_ACK_TLVS, NLM_F_CAPPED, NetlinkBuffer};

use crate::wire::attribute::{align, attributes, i32, string, u32};

/// Bytes of a netlink header (`NLMSG_HDRLEN`).
pub(crate) const HEADER: usize = 16;

/// `NLMSGERR_ATTR_MSG` and `NLMSGERR_ATTR_OFFS` of linux/netlink.h.
const ATTR_MSG: u16 = 1;
const ATTR_OFFS: u16 = 2;

/// One message of a datagram.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Message<'a> {
    pub(crate) kind: u16,
    pub(crate) flags: u16,
    pub(crate) sequence: u32,
    pub(crate) payload: &'a [u8],
}

/// Walks through the messages in a datagram, up to the first that is cut short or malformed.
pub(crate) fn messages(datagram: &[u8]) -> impl Iterator<Item = Message<'_>> {
    let mut rest = datagram;
    std::iter::from_fn(move || {
        // Checked beforehand, because the reader builds a text for every refusal.
        let length = u32(rest).filter(|length| (HEADER..=rest.len()).contains(&(*length as usize)))? as usize;
        let header = NetlinkBuffer::new_checked(rest).ok()?;
        let message = Message {
            kind: header.message_type(),
            flags: header.flags(),
            sequence: header.sequence_number(),
            payload: header.payload(),
        };
        rest = rest.get(align(length)..).unwrap_or_default();
        Some(message)
    })
}

/// Returns whether the body of an address, route or neighbour is of IPv6: all begin with their family.
pub(crate) fn is_ipv6(body: &[u8]) -> bool {
    body.first().copied().map(i32::from) == Some(libc::AF_INET6)
}

/// The kernel's end of a request: `NLMSG_ERROR` (a refusal or an acknowledgement) or `NLMSG_DONE`, which can be a refusal too
/// under strict checking. Both may carry an extended acknowledgement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ack {
    /// 0 for an acknowledgement.
    pub(crate) errno: i32,
    pub(crate) text: Option<String>,
    pub(crate) offset: Option<u32>,
}

impl Ack {
    /// Reads an `NLMSG_ERROR`.
    pub(crate) fn from_error(message: &Message<'_>) -> Self {
        // The code, the header of the request, the body of the request unless capped, then the rest.
        let body = match message.payload.get(4..).and_then(u32) {
            Some(length) if message.flags & NLM_F_CAPPED == 0 => (length as usize).max(HEADER),
            _ => HEADER,
        };
        Self::read(message, align(body).saturating_add(4))
    }

    /// Reads an `NLMSG_DONE`.
    pub(crate) fn from_done(message: &Message<'_>) -> Self {
        Self::read(message, 4)
    }

    fn read(message: &Message<'_>, extended: usize) -> Self {
        let code = i32(message.payload).unwrap_or(0);
        let mut verdict = Self { errno: code.checked_neg().unwrap_or(libc::EPROTO).max(0), ..Self::default() };
        if message.flags & NLM_F_ACK_TLVS != 0 {
            for (kind, value) in attributes(message.payload.get(extended..).unwrap_or_default()) {
                match kind {
                    ATTR_MSG => verdict.text = Some(String::from_utf8_lossy(string(value)).into_owned()),
                    ATTR_OFFS => verdict.offset = i32(value).and_then(|offset| u32::try_from(offset).ok()),
                    _ => {}
                }
            }
        }
        verdict
    }

    /// Returns the remark of a kernel that agreed.
    pub(crate) fn warning(&self) -> Option<&str> {
        self.text.as_deref()
    }
}
