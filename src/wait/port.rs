use std::time::Instant;

use crate::error::Result;
use crate::netns::NetNs;
use crate::ops;
use crate::types::IfIndex;
use crate::wait::{RTNLGRP_LINK, poll_until};
use crate::wire::bridge::has_spanning_tree;
use crate::wire::link::{LinkInfo, RTM_DELLINK, RTM_NEWLINK, link_index};

/// Whether the bridge at the other end forwards what a link sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forwarding {
    /// The bridge forwards, or there is none.
    Yes,
    /// A spanning tree decides, in its own time.
    SpanningTree,
}

/// A link whose other end may be a bridge port.
#[derive(Debug)]
pub(crate) struct ForwardingWait<'a> {
    pub(crate) link: &'a LinkInfo,
    /// Whether the link is known to send, beyond what the kernel says.
    pub(crate) sends: bool,
}

/// Waits until the bridge ports at the other ends of veths forward, in whatever namespaces, and until the veths
/// themselves send. `None` for a link that does not by the deadline; an error where that cannot be told.
///
/// Returns at once for a link that is no veth.
pub(crate) fn for_forwarding(
    netns: &NetNs,
    ways: &[ForwardingWait<'_>],
    deadline: Instant,
) -> Result<Vec<Result<Option<Forwarding>>>> {
    let is_veth = |way: &ForwardingWait<'_>| way.link.is_pair();
    let ends: Vec<Option<PortEnd>> = ways.iter().map(|way| is_veth(way).then(|| PortEnd::of(way.link))).collect();
    let known = || ends.iter().flatten();
    poll_until(
        &vec![deadline; ways.len()],
        &[],
        |pending| ask(netns, ways, &ends, pending),
        || netns.monitor(&[RTNLGRP_LINK], known().any(|end| end.netns.is_some())),
        // A link of another namespace with the same index costs a question or two.
        |message| {
            let owned = |index| ways.iter().any(|way| way.link.index == index) || known().any(|end| end.index == index);
            matches!(message.kind, RTM_NEWLINK | RTM_DELLINK) && link_index(message.payload).is_some_and(owned)
        },
    )
}

/// Returns the answers that there are at the moment.
fn ask(
    netns: &NetNs,
    ways: &[ForwardingWait<'_>],
    ends: &[Option<PortEnd>],
    pending: &[usize],
) -> Result<Vec<(usize, Result<Forwarding>)>> {
    let mut answers = Vec::new();
    let mut asked = Vec::new();
    for number in pending {
        match ends.get(*number) {
            Some(Some(end)) => asked.push((*number, end)),
            _ => answers.push((*number, Ok(Forwarding::Yes))),
        }
    }
    let places: Vec<(IfIndex, Option<i32>)> = asked.iter().map(|(_, end)| (end.index, end.netns)).collect();
    let mut unsure = Vec::new();
    for ((number, end), port) in asked.into_iter().zip(ops::link::read_in(netns, &places)?) {
        match port.and_then(|port| end.forwarding(netns, &port)).transpose() {
            Some(Ok(Forwarding::Yes)) => match ways.get(number) {
                Some(way) if !way.sends => unsure.push((number, way.link.index)),
                _ => answers.push((number, Ok(Forwarding::Yes))),
            },
            Some(other) => answers.push((number, other)),
            None => {}
        }
    }
    let indexes: Vec<IfIndex> = unsure.iter().map(|(_, index)| *index).collect();
    for ((number, _), link) in unsure.into_iter().zip(ops::link::read(netns, &indexes)?) {
        match link {
            Ok(link) if !is_sending(&link) => {}
            link => answers.push((number, link.map(|_| Forwarding::Yes))),
        }
    }
    Ok(answers)
}

/// Returns whether a veth sends. A veth that came up before its other end drops packets until the kernel has noted the
/// new carrier, and does not say so.
fn is_sending(link: &LinkInfo) -> bool {
    link.is_operational() || !link.has_carrier()
}

/// Other end of a veth, with the id of its namespace if that is another one.
struct PortEnd {
    index: IfIndex,
    netns: Option<i32>,
}

impl PortEnd {
    fn of(link: &LinkInfo) -> Self {
        Self { index: link.other_end(), netns: link.peer_netns }
    }

    /// Returns whether a port forwards, if that can be told from its link.
    fn forwarding(&self, netns: &NetNs, end: &LinkInfo) -> Result<Option<Forwarding>> {
        let (Some(port), Some(bridge)) = (end.port.as_ref().filter(|port| port.is_bridged()), end.master) else {
            return Ok(Some(Forwarding::Yes));
        };
        // A new port forwards until the kernel has looked for its carrier.
        if port.is_forwarding() && end.has_carrier() {
            return Ok(Some(Forwarding::Yes));
        }
        let spanning_tree = ops::link::get_in(netns, bridge, self.netns, has_spanning_tree)?;
        Ok(spanning_tree.then_some(Forwarding::SpanningTree))
    }
}
