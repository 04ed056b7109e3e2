use std::time::Instant;

use super::{RTNLGRP_LINK, until};
use crate::error::Result;
use crate::namespace::NetNs;
use crate::ops;
use crate::types::IfIndex;
use crate::wire::bridge::has_spanning_tree;
use crate::wire::link::{LinkInfo, RTM_DELLINK, RTM_NEWLINK, subject};

/// Whether what a link sends gets past the bridge at its other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forwarding {
    /// It does, or there is no bridge.
    Yes,
    /// A spanning tree decides about that in its own time, which was not waited for.
    SpanningTree,
}

/// Waits until the bridge port at the other end of a veth forwards, in whatever namespace that is, and
/// until the veth itself sends what it is given, where it is not known to. `None` when that is not so by the
/// deadline.
///
/// Needs no waiting when the link is no veth.
pub(crate) fn for_forwarding(
    netns: &NetNs,
    link: &LinkInfo,
    sends: bool,
    deadline: Instant,
) -> Result<Option<Forwarding>> {
    if link.kind.as_deref() != Some(b"veth") {
        return Ok(Some(Forwarding::Yes));
    }
    // Where the kernel leaves it out, both ends have the same index.
    let end = OtherEnd { index: link.peer.unwrap_or(link.index), netns: link.peer_netns };
    let ends = [Some(link.index), Some(end.index)];
    until(
        deadline,
        || match end.forwarding(netns)? {
            Some(Forwarding::Yes) if !sends && !is_sending(&ops::link::get(netns, link.index)?) => Ok(None),
            forwarding => Ok(forwarding),
        },
        || netns.monitor(&[RTNLGRP_LINK], end.netns.is_some()),
        // Another namespace's link with such an index costs a question or two.
        |message| matches!(message.kind, RTM_NEWLINK | RTM_DELLINK) && ends.contains(&subject(message.payload)),
    )
}

/// Whether waiting would not help a veth to send. One that was set up before its other end drops what it is
/// given until the kernel has taken note of its new carrier, and does not say so.
fn is_sending(link: &LinkInfo) -> bool {
    link.is_operational() || !link.has_carrier()
}

/// A veth's other end, and the number of its namespace where that is another one.
struct OtherEnd {
    index: IfIndex,
    netns: Option<i32>,
}

impl OtherEnd {
    fn forwarding(&self, netns: &NetNs) -> Result<Option<Forwarding>> {
        let link = ops::link::get_in(netns, self.index, self.netns, LinkInfo::parse)?;
        let (Some(port), Some(bridge)) = (link.port.as_ref().filter(|port| port.is_bridged()), link.master) else {
            return Ok(Some(Forwarding::Yes));
        };
        // A new port forwards before the kernel has looked whether it has a carrier, and then no more.
        if port.is_forwarding() && link.has_carrier() {
            return Ok(Some(Forwarding::Yes));
        }
        let spanning_tree = ops::link::get_in(netns, bridge, self.netns, has_spanning_tree)?;
        Ok(spanning_tree.then_some(Forwarding::SpanningTree))
    }
}
