//! The other ends of new veths: ports of their bridges, and up.

use super::link::{Made, Veth};
use super::plan::Plan;
use crate::error::Result;
use crate::wire::link::{self, LinkInfo};
use crate::wire::request::Request;

/// What is asked for about one.
struct Step<'a> {
    plan: &'a Plan<'a>,
    peer: &'a Veth,
    doing: String,
    request: Request,
}

/// Makes other ends ports of their bridges, and sets them up, where that is wanted.
pub(super) fn set_off(plans: &[Plan<'_>], placed: &[LinkInfo]) -> Result<()> {
    let mut steps = Vec::new();
    for (plan, link) in plans.iter().zip(placed) {
        let Some(Made::Veth(peer)) = plan.made() else { continue };
        let index = link.other_end();
        if let Some(bridge) = &plan.peer_bridge {
            let doing = format!("make {} a port of {} in {}", peer.name, bridge.name, peer.netns);
            let bridge = bridge.index(placed).map_err(|error| plan.member.blame(error))?;
            steps.push(Step { plan, peer, doing, request: link::set_master(index, Some(bridge)) });
        }
        if peer.up {
            let doing = format!("set {} up in {}", peer.name, peer.netns);
            steps.push(Step { plan, peer, doing, request: link::set_up(index, true) });
        }
    }
    // Those in one namespace share their datagrams.
    steps.chunk_by(|one, next| one.peer.netns.id() == next.peer.netns.id()).try_for_each(take)
}

/// Takes steps in one namespace; the first refusal is the error.
fn take(steps: &[Step<'_>]) -> Result<()> {
    let Some(first) = steps.first() else { return Ok(()) };
    steps.iter().for_each(|step| log::debug!("{}", step.doing));
    let requests: Vec<Request> = steps.iter().map(|step| step.request.clone()).collect();
    let refusals = first.peer.netns.batch(&requests, |_, _| {}).unwrap_or_else(|error| vec![(0, error)]);
    match refusals.into_iter().find_map(|(number, error)| Some((steps.get(number)?, error))) {
        Some((step, error)) => Err(step.plan.member.blame(error.context(&*step.doing))),
        None => Ok(()),
    }
}
