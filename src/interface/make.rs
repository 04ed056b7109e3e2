//! Making a link directly in its namespace, under its final name: the first step of an add that creates.

use super::link::{Made, Veth};
use super::place::shown;
use super::plan::Plan;
use super::trail::Trail;
use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::NetNs;
use crate::ops;
use crate::types::{IfIndex, IfName};
use crate::wire::link::{self as wire, Kind, LinkInfo, NewLink, Peer};

/// Makes the link, and tells what it is like then.
pub(super) fn make(plan: &mut Plan<'_>, made: &Made, trail: &mut Trail) -> Result<LinkInfo> {
    match made {
        Made::Bridge(bridge) => create(plan, made, Kind::Bridge(&bridge.settings), trail),
        Made::Dummy => create(plan, made, Kind::Dummy, trail),
        Made::Veth(peer) => veth(plan, made, peer, trail),
        Made::Macvlan(macvlan) => create(plan, made, Kind::Macvlan(macvlan.mode), trail),
        Made::Ipvlan(ipvlan) => create(plan, made, Kind::Ipvlan(ipvlan.mode), trail),
        Made::Vxlan(vxlan) => create(plan, made, Kind::Vxlan(&vxlan.settings), trail),
    }
}

fn create(plan: &mut Plan<'_>, made: &Made, kind: Kind<'_>, trail: &mut Trail) -> Result<LinkInfo> {
    let netns = &plan.ns.netns;
    let (name, mac) = (plan.name(), plan.config.mac);
    let link = NewLink { name: &name, mac, kind, parent: plan.parent.as_ref().map(|parent| parent.index) };
    let through = made.below().map(|(netns, _)| &**netns);
    log::debug!("make a {made} under {} in {netns}", shown(&name));
    let index = &mut plan.index;
    let created = ops::link::create(netns, through, &link, *index, |attempt| {
        *index = attempt;
        trail.update(|entry| entry.index = attempt)
    });
    plan.touched = created.as_ref().map_or_else(Error::is_uncertain, |_| true);
    created.map_err(|error| explain(netns, made, &name, error)).doing(|| {
        let mac = mac.map_or_else(String::new, |mac| format!(" and the MAC {mac}"));
        format!("make a {made} under {}{mac}", shown(&name))
    })
}

fn veth(plan: &mut Plan<'_>, made: &Made, peer: &Veth, trail: &mut Trail) -> Result<LinkInfo> {
    let beside = peer.netns.id() == plan.ns.netns.id();
    let link = peer.netns.with_file(|namespace| {
        let end = Peer { namespace, name: &peer.name, mac: peer.mac, mtu: peer.mtu, beside };
        create(plan, made, Kind::Veth(end), trail)
    })?;
    set_off(peer, &link, plan.peer_bridge.as_ref())?;
    Ok(link)
}

/// Makes a veth's other end a port of its bridge, and sets it up, where that is wanted.
fn set_off(peer: &Veth, link: &LinkInfo, bridge: Option<&LinkInfo>) -> Result<()> {
    // Where the kernel leaves it out, both ends have the same index.
    let index: IfIndex = link.peer.unwrap_or(link.index);
    let port = bridge.map(|bridge| wire::set_master(index, Some(bridge.index)));
    let up = peer.up.then(|| wire::set_up(index, true));
    let requests: Vec<_> = port.into_iter().chain(up).collect();
    let doing = || match bridge {
        Some(bridge) => format!("make {} a port of {} in {}", peer.name, bridge.name, peer.netns),
        None => format!("set {} up in {}", peer.name, peer.netns),
    };
    if requests.is_empty() {
        return Ok(());
    }
    log::debug!("{}", doing());
    peer.netns.talk(|connection| connection.batch(&requests, |_, _| {})?.into_result()).doing(doing)
}

/// Adds what the kernel does not tell: which kind it lacks, and which name or number is taken.
fn explain(netns: &NetNs, made: &Made, name: &[u8], error: Error) -> Error {
    match (error.kind(), made) {
        (ErrorKind::NotSupported, _) => lacking(made, error),
        (ErrorKind::NameTaken, Made::Veth(peer)) if is_taken(&peer.netns, &peer.name) => {
            error.context(format!("the name {} of its other end is taken in {}", peer.name, peer.netns))
        }
        (ErrorKind::NameTaken, Made::Vxlan(vxlan)) if !IfName::new(name).is_ok_and(|name| is_taken(netns, &name)) => {
            let taken = format!("the id {} is taken in {}", vxlan.settings.id, vxlan.netns);
            error.with_kind(ErrorKind::Exists).context(taken)
        }
        _ => error,
    }
}

fn is_taken(netns: &NetNs, name: &IfName) -> bool {
    matches!(ops::link::find_by_name(netns, name), Ok(Some(_)))
}

/// Says which option of the kernel it takes.
fn lacking(made: &Made, error: Error) -> Error {
    let kind = made.kind();
    let lacks = match made {
        // What the kernel says of an unknown kind, it says of no other lack.
        Made::Bridge(bridge) if bridge.settings.vlan_filtering == Some(true) && error.ext_ack().is_none() => {
            "this kernel's bridges filter no VLANs (CONFIG_BRIDGE_VLAN_FILTERING)".to_owned()
        }
        _ => format!("this kernel makes no links of the kind {kind} (CONFIG_{})", kind.to_uppercase()),
    };
    error.context(lacks)
}
