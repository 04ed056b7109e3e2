//! Neighbours: `RTM_*NEIGH` (rtnetlink(7), linux/neighbour.h).

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::neighbour::{NeighbourAttribute, NeighbourMessage};

use super::attribute::{array, u32};
use super::request::Request;
use crate::types::IfIndex;

pub(crate) const RTM_NEWNEIGH: u16 = 28;

/// `NUD_PERMANENT` of linux/neighbour.h.
const PERMANENT: u16 = 0x80;

/// The neighbours of a link, of both families. Kernels before 4.20 send those of all links.
pub(crate) fn dump_link(index: IfIndex) -> Request {
    let mut message = NeighbourMessage::default();
    message.attributes.push(NeighbourAttribute::IfIndex(index.get()));
    Request::dump(RouteNetlinkMessage::GetNeighbour(message))
}

/// Whether an `RTM_NEWNEIGH` body is an entry that an administrator made on this link.
pub(crate) fn is_permanent(payload: &[u8], index: IfIndex) -> bool {
    let link = payload.get(4..).and_then(u32);
    let state = payload.get(8..).and_then(array).map(u16::from_ne_bytes);
    link == Some(index.get()) && state.is_some_and(|state| state & PERMANENT != 0)
}

/// A dumped body as a request to add the entry to a link, which may have another index now.
pub(crate) fn replay(body: &[u8], index: IfIndex) -> Request {
    let mut body = body.to_vec();
    if let Some(old) = body.get_mut(4..8) {
        old.copy_from_slice(&index.get().to_ne_bytes());
    }
    Request::replay(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, body)
}
