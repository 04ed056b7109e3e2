//! The other ends of new veths: ports of their bridges, and up.

use crate::error::Result;
use crate::interface::add::plan::Plan;
use crate::interface::config::VethPeer;
use crate::interface::config::link::Made;
use crate::wire::link;
use crate::wire::link::LinkInfo;
use crate::wire::request::Request;

/// What is asked for about one.
struct PeerStep<'a> {
    plan: &'a Plan<'a>,
    peer: &'a VethPeer,
    doing: String,
    request: Request,
}

/// Makes other ends ports of their bridges, and sets them up, where that is wanted.
pub(crate) fn configure_peers(plans: &[Plan<'_>], placed: &[LinkInfo]) -> Result<()> {
    let mut steps = Vec::new();
    for (plan, link) in plans.iter().zip(placed) {
        let Some(Made::Veth(peer)) = plan.made() else { continue };
        let index = link.other_end();
        if let Some(bridge) = &plan.peer_bridge {
            let doing = format!("make {} a port of {} in {}", peer.name, bridge.name, peer.netns);
            let bridge = bridge.index(placed).map_err(|error| plan.request.with_context(error))?;
            steps.push(PeerStep { plan, peer, doing, request: link::set_master(index, Some(bridge)) });
        }
        if peer.up {
            let doing = format!("set {} up in {}", peer.name, peer.netns);
            steps.push(PeerStep { plan, peer, doing, request: link::set_up(index, true) });
        }
    }
    // Those in one namespace share their datagrams.
    steps.chunk_by(|one, next| one.peer.netns.id() == next.peer.netns.id()).try_for_each(take)
}

/// Takes steps in one namespace; the first refusal is the error.
fn take(steps: &[PeerStep<'_>]) -> Result<()> {
    let Some(first) = steps.first() else { return Ok(()) };
    steps.iter().for_each(|step| log::debug!("{}", step.doing));
    let requests: Vec<Request> = steps.iter().map(|step| step.request.clone()).collect();
    let refusals = first.peer.netns.batch(&requests, |_, _| {}).unwrap_or_else(|error| vec![(0, error)]);
    match refusals.into_iter().find_map(|(number, error)| Some((steps.get(number)?, error))) {
        Some((step, error)) => Err(step.plan.request.with_context(error.context(&*step.doing))),
        None => Ok(()),
    }
}
