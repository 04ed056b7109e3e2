//! Neighbours: `RTM_*NEIGH` (rtnetlink(7), linux/neighbour.h).

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

/// Points a dumped body at another index: the link's old one may be taken.
pub(crate) fn retarget(payload: &mut [u8], _from: IfIndex, to: IfIndex) {
    if let Some(index) = payload.get_mut(4..8) {
        index.copy_from_slice(&to.get().to_ne_bytes());
    }
}
