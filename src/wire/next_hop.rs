//! Next-hop objects, which routes can share: `RTM_*NEXTHOP` (linux/nexthop.h, Linux 5.3).

use netlink_packet_core::{Emitable, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE};

use crate::types::IfIndex;
use crate::wire::attribute::{self, attributes, bytes, edited, emitted, find, nest, u32};
use crate::wire::request::Request;

pub(crate) const RTM_NEWNEXTHOP: u16 = 104;
const RTM_GETNEXTHOP: u16 = 106;

/// Bytes of `struct nhmsg`, and of `struct nexthop_grp`.
const NHMSG: usize = 8;
const MEMBER: usize = 8;
/// `RTNH_F_ONLINK`: the only flag of an object that can be set.
const ONLINK: u32 = 4;

const NHA_ID: u16 = 1;
const NHA_GROUP: u16 = 2;
const NHA_OIF: u16 = 5;
const NHA_ENCAP: u16 = 8;
const NHA_RES_GROUP: u16 = 12;
const NHA_HW_STATS_ENABLE: u16 = 16;

/// Within `NHA_RES_GROUP`.
const NHA_RES_GROUP_UNBALANCED_TIME: u16 = 4;

/// A `struct nhmsg` that asks for all objects.
struct NextHopHeader;

impl Emitable for NextHopHeader {
    fn buffer_len(&self) -> usize {
        NHMSG
    }

    fn emit(&self, buffer: &mut [u8]) {
        buffer.fill(0);
    }
}

/// Requests all objects of a namespace.
pub(crate) fn dump() -> Request {
    Request::dump(RTM_GETNEXTHOP, &NextHopHeader, &[])
}

/// Returns the objects that are lost with a link, and after them the groups that are lost or lose a member.
pub(crate) fn lost_with(link: IfIndex, all: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let (mut lost, others): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|body| attribute(body, NHA_OIF).and_then(u32) == Some(link.get()));
    let ids: Vec<u32> = lost.iter().filter_map(|body| attribute(body, NHA_ID).and_then(u32)).collect();
    let has_lost = |group: &[u8]| group.chunks_exact(MEMBER).filter_map(u32).any(|id| ids.contains(&id));
    lost.extend(others.into_iter().filter(|body| attribute(body, NHA_GROUP).is_some_and(has_lost)));
    lost
}

/// Returns the number of the object of a dumped body.
pub(crate) fn number(body: &[u8]) -> Option<u32> {
    attribute(body, NHA_ID).and_then(u32)
}

/// Turns a dumped body into a request to create the object on a link that may have another index now, or to restore the members
/// of a group.
pub(crate) fn replay(body: &[u8], to: IfIndex) -> Request {
    let (header, list) = body.split_at_checked(NHMSG).unwrap_or((body, &[]));
    let mut again = header.to_vec();
    // The kernel decides the scope, and most flags.
    if let Some(scope) = again.get_mut(1) {
        *scope = 0;
    }
    if let Some(flags) = again.get_mut(4..NHMSG) {
        let kept = u32(flags).unwrap_or(0) & ONLINK;
        flags.copy_from_slice(&kept.to_ne_bytes());
    }
    let own = attributes(list).filter_map(|(kind, value)| match kind {
        NHA_OIF => Some(attribute::number(kind, to.get())),
        // The kernel insists on the flag that it does not set itself.
        NHA_ENCAP => Some(nest(kind, value.to_vec())),
        NHA_RES_GROUP => Some(nest(kind, edited(value, settable))),
        NHA_ID..=NHA_RES_GROUP | NHA_HW_STATS_ENABLE => Some(bytes(kind, value)),
        // Other reported attributes, such as counters, would be refused.
        _ => None,
    });
    again.extend(emitted(&own.collect::<Vec<_>>().as_slice()));
    let how = if attribute(body, NHA_GROUP).is_some() { NLM_F_REPLACE } else { NLM_F_EXCL };
    Request::replay(RTM_NEWNEXTHOP, NLM_F_CREATE | how, again)
}

/// Returns the settings of a resilient group: the time of imbalance is only reported.
fn settable(kind: u16, value: &[u8]) -> Option<Vec<u8>> {
    (kind != NHA_RES_GROUP_UNBALANCED_TIME).then(|| value.to_vec())
}

fn attribute(body: &[u8], kind: u16) -> Option<&[u8]> {
    find(body.get(NHMSG..)?, kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::captures::{self, NEXT_HOP, native};
    use crate::wire::message::HEADER;

    /// `ip nexthop add id 7 via 10.1.0.9 dev 2`, dumped by Linux 6.18 while the link was down.
    #[rustfmt::skip]
    const OBJECT: &[u8] = &native([
        2, 253, 3, 0, 0x10, 0, 0, 0,     // family, scope, protocol, reserved, flags: link down
        8, 0, 1, 0, 7, 0, 0, 0,          // NHA_ID
        8, 0, 5, 0, 2, 0, 0, 0,          // NHA_OIF
        8, 0, 6, 0, 10, 1, 0, 9,         // NHA_GATEWAY
    ], &captures::NHMSG, &NEXT_HOP);
    /// `ip nexthop add id 9 group 7/8`, the same.
    #[rustfmt::skip]
    const GROUP: &[u8] = &native([
        0, 0, 3, 0, 0, 0, 0, 0,
        8, 0, 1, 0, 9, 0, 0, 0,
        20, 0, 2, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0,
    ], &captures::NHMSG, &NEXT_HOP);

    fn index(number: u32) -> IfIndex {
        IfIndex::new(number).unwrap()
    }

    #[test]
    fn objects_of_a_link_and_their_groups() {
        let all = || vec![GROUP.to_vec(), OBJECT.to_vec()];
        assert_eq!(lost_with(index(2), all()), [OBJECT.to_vec(), GROUP.to_vec()]);
        assert!(lost_with(index(3), all()).is_empty());
    }

    #[test]
    fn made_fit_to_be_sent_back() {
        let mut bytes = Vec::new();
        replay(OBJECT, index(5)).emit(1, true, &mut bytes);
        let body = &bytes[HEADER..];
        assert_eq!(body[..NHMSG], [2, 0, 3, 0, 0, 0, 0, 0]);
        assert_eq!(attribute(body, NHA_OIF).and_then(u32), Some(5));
        for body in [OBJECT, GROUP] {
            for end in 0..body.len() {
                let cut = body[..end].to_vec();
                replay(&cut, index(5));
                lost_with(index(2), vec![cut]);
            }
        }
    }
}
