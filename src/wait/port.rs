use std::time::Instant;

use crate::error::Result;
use crate::netns::NetNs;
use crate::ops;
use crate::types::IfIndex;
use crate::wait::{RTNLGRP_LINK, poll_until};
use crate::wire::bridge::has_spanning_tree;
use crate::wire::link::{LinkInfo, RTM_DELLINK, RTM_NEWLINK, link_index};

/// Whether what a link sends gets past the bridge at its other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forwarding {
    /// It does, or there is no bridge.
    Yes,
    /// A spanning tree decides about that in its own time, which was not waited for.
    SpanningTree,
}

/// A link whose way out is asked about.
#[derive(Debug)]
pub(crate) struct ForwardingWait<'a> {
    pub(crate) link: &'a LinkInfo,
    /// It is known to send what it is given, beyond what the kernel says of it.
    pub(crate) sends: bool,
}

/// Waits until the bridge ports at the other ends of veths forward, in whatever namespace each is, and
/// until the veths themselves send what they are given, where they are not known to. `None` where that is not so by the
/// deadline, an error where it cannot be told.
///
/// Needs no waiting where a link is no veth.
pub(crate) fn for_forwarding(
    netns: &NetNs,
    ways: &[ForwardingWait<'_>],
    deadline: Instant,
) -> Result<Vec<Result<Option<Forwarding>>>> {
    let is_veth = |way: &ForwardingWait<'_>| way.link.kind.as_deref() == Some(b"veth");
    let ends: Vec<Option<OtherEnd>> = ways.iter().map(|way| is_veth(way).then(|| OtherEnd::of(way.link))).collect();
    let known = || ends.iter().flatten();
    poll_until(
        &vec![deadline; ways.len()],
        |pending| ask(netns, ways, &ends, pending),
        || netns.monitor(&[RTNLGRP_LINK], known().any(|end| end.netns.is_some())),
        // Another namespace's link with such an index costs a question or two.
        |message| {
            let owned = |index| ways.iter().any(|way| way.link.index == index) || known().any(|end| end.index == index);
            matches!(message.kind, RTM_NEWLINK | RTM_DELLINK) && link_index(message.payload).is_some_and(owned)
        },
    )
}

/// The answers that there are at the moment.
fn ask(
    netns: &NetNs,
    ways: &[ForwardingWait<'_>],
    ends: &[Option<OtherEnd>],
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
    fn of(link: &LinkInfo) -> Self {
        Self { index: link.other_end(), netns: link.peer_netns }
    }

    /// Whether it forwards, if that can be told now, given what it is like.
    fn forwarding(&self, netns: &NetNs, end: &LinkInfo) -> Result<Option<Forwarding>> {
        let (Some(port), Some(bridge)) = (end.port.as_ref().filter(|port| port.is_bridged()), end.master) else {
            return Ok(Some(Forwarding::Yes));
        };
        // A new port forwards before the kernel has looked whether it has a carrier, and then no more.
        if port.is_forwarding() && end.has_carrier() {
            return Ok(Some(Forwarding::Yes));
        }
        let spanning_tree = ops::link::get_in(netns, bridge, self.netns, has_spanning_tree)?;
        Ok(spanning_tree.then_some(Forwarding::SpanningTree))
    }
}
