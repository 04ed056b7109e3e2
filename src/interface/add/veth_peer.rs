//! Configures the other ends of new veths: ports of their bridges, and up.

use crate::error::Result;
use crate::interface::add::plan::Plan;
use crate::interface::config::VethPeer;
use crate::interface::config::kind::Kind;
use crate::record::snapshot::BridgeSnapshot;
use crate::text::printable_name;
use crate::wire::link::{self, LinkInfo};
use crate::wire::request::Request;

/// Requests for one other end.
struct PeerStep<'a> {
    plan: &'a Plan<'a>,
    peer: &'a VethPeer,
    doing: String,
    request: Request,
    /// The existing bridge that gets a port, as it was.
    bridge: Option<&'a BridgeSnapshot>,
}

/// Makes other ends ports of their bridges, and sets them up, if requested.
pub(crate) fn configure_peers(plans: &[Plan<'_>], placed: &[LinkInfo]) -> Result<()> {
    let mut steps = Vec::new();
    for (plan, link) in plans.iter().zip(placed) {
        if let Some(peer) = plan.kind().and_then(Kind::peer) {
            steps.extend(steps_of(plan, peer, link, placed).map_err(|error| plan.request.with_context(error))?);
        }
    }
    // Ends in one namespace share their datagrams.
    steps.chunk_by(|one, next| one.peer.netns.id() == next.peer.netns.id()).try_for_each(take)
}

/// Describes the steps for the other end of a planned link.
pub(super) fn describe(plan: &Plan<'_>, link: &LinkInfo, placed: &[LinkInfo]) -> Result<Vec<String>> {
    let Some(peer) = plan.kind().and_then(Kind::peer) else { return Ok(Vec::new()) };
    let steps = steps_of(plan, peer, link, placed).map_err(|error| plan.request.with_context(error))?;
    Ok(steps.into_iter().map(|step| step.doing).collect())
}

fn steps_of<'a>(
    plan: &'a Plan<'a>,
    peer: &'a VethPeer,
    link: &LinkInfo,
    placed: &[LinkInfo],
) -> Result<Vec<PeerStep<'a>>> {
    let (index, mut steps) = (link.other_end(), Vec::new());
    let name = printable_name(&peer.name);
    let mut push = |doing: String, request, bridge| {
        steps.push(PeerStep { plan, peer, doing: format!("{doing} in {}", peer.netns), request, bridge });
    };
    if let Some(bridge) = &plan.peer_bridge {
        let master = bridge.index(placed)?;
        let was = plan.bridges.iter().map(|(_, was)| was).find(|was| was.index == master);
        push(format!("make {name} a port of {}", bridge.name), link::set_master(index, Some(master)), was);
        peer.port
            .set_flags(index)
            .into_iter()
            .for_each(|flags| push(format!("set the flags of the port {name}"), flags, None));
        for request in peer.port.set_vlans(index) {
            push(format!("set the VLANs of the port {name}"), request, None);
        }
    }
    if peer.up {
        push(format!("set {name} up"), link::set_up(index, true), None);
    }
    Ok(steps)
}

/// Takes steps in one namespace; the first refusal is the error.
fn take(steps: &[PeerStep<'_>]) -> Result<()> {
    let Some(first) = steps.first() else { return Ok(()) };
    steps.iter().for_each(|step| log::debug!("{}", step.doing));
    let mut bridges: Vec<&BridgeSnapshot> = Vec::new();
    for bridge in steps.iter().filter_map(|step| step.bridge) {
        if !bridges.iter().any(|other| other.index == bridge.index) {
            bridges.push(bridge);
        }
    }
    let requests = steps.iter().map(|step| step.request.clone());
    let requests: Vec<Request> = requests.chain(bridges.iter().map(|bridge| link::get(bridge.index))).collect();
    let mut now = Vec::new();
    let refusals = first.peer.netns.batch(&requests, |_, message| now.extend(LinkInfo::parse(message.payload)));
    let refusals = refusals.unwrap_or_else(|error| vec![(0, error)]);
    match refusals.into_iter().find_map(|(number, error)| Some((steps.get(number)?, error))) {
        Some((step, error)) => Err(step.plan.request.with_context(error.context(&*step.doing))),
        None => {
            now.iter().for_each(|now| warn_about(&bridges, now, first.peer));
            Ok(())
        }
    }
}

/// Warns of what a port has changed about somebody else's bridge, which we do not configure.
fn warn_about(bridges: &[&BridgeSnapshot], now: &LinkInfo, peer: &VethPeer) {
    let Some(was) = bridges.iter().find(|was| was.index == now.index) else { return };
    let bridge = format!("bridge {} in {}", now.name, peer.netns);
    if let (Some(was), Some(now)) = (was.mac, now.mac) {
        if was != now {
            log::warn!("{bridge} has the MAC {now} now instead of {was}: it follows its ports unless it is given one");
        }
    }
    if was.mtu != now.mtu {
        log::warn!(
            "{bridge} has mtu {} now instead of {}: it follows its ports unless it is given one",
            now.mtu,
            was.mtu
        );
    }
}
