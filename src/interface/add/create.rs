//! Making links directly in their namespace, under their final names: the first step of an add that creates.

use std::os::fd::AsFd;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::plan::Plan;
use crate::interface::config::link::Made;
use crate::interface::rollback::RollbackError;
use crate::netns::{NetNs, NetNsFile};
use crate::ops;
use crate::ops::link::Numbered;
use crate::record::identity::Identity;
use crate::text::name_or_prefix;
use crate::types::IfName;
use crate::wire::link::{Kind, LinkInfo, NewLink, Peer};

/// Whether two that stand side by side in a list can be made together.
pub(crate) fn belong_together(one: &Plan<'_>, next: &Plan<'_>) -> bool {
    let through = |plan: &Plan<'_>| through(plan).map(NetNs::id);
    // It may be made on the other one, whose index has to be known then.
    let is_on_member = next.parent.is_some_and(|parent| parent.is_member());
    one.made().is_some() && next.made().is_some() && through(one) == through(next) && !is_on_member
}

/// Makes links that belong together. `placed` are those in front of them in their list; what the new ones are like is
/// put behind.
pub(crate) fn make(plans: &mut [Plan<'_>], placed: &mut Vec<LinkInfo>) -> Result<()> {
    let mut done = 0;
    // How often the first of those that are left was tried.
    let mut attempts = 0;
    while let Some(left @ [_, ..]) = plans.get_mut(done..) {
        let before = done;
        let mut refused = None;
        for made in attempt(left, placed)? {
            match made {
                Ok(link) => placed.push(link),
                Err(error) => {
                    refused = Some(error);
                    break;
                }
            }
            done += 1;
        }
        attempts = if done > before { 1 } else { attempts + 1 };
        if let (Some(error), Some([plan, behind @ ..])) = (refused, plans.get_mut(done..)) {
            let again = attempts < ops::index::ATTEMPTS && is_about_index(plan, &error, attempts == 1);
            if !again {
                return Err(plan.request.with_context(describe(plan, error)));
            }
            choose_again(plan, behind).map_err(|error| plan.request.with_context(error))?;
        }
    }
    Ok(())
}

/// Has the kernel make links, and tells what they are like. What is behind a refused one is made all the same.
fn attempt(plans: &mut [Plan<'_>], placed: &[LinkInfo]) -> Result<Vec<Result<LinkInfo>>> {
    let Some(first) = plans.first().map(|plan| plan.request) else { return Ok(Vec::new()) };
    let netns = &first.ns.netns;
    let (mut names, mut files) = (Vec::with_capacity(plans.len()), Vec::with_capacity(plans.len()));
    for plan in &mut *plans {
        let index = plan.index;
        let ready = plan.journal.update(|entry| entry.index = index).and_then(|()| peer_namespace(plan));
        files.push(ready.map_err(|error| plan.request.with_context(error))?);
        names.push(plan.name());
    }
    let mut new = Vec::with_capacity(plans.len());
    for ((plan, name), file) in plans.iter().zip(&names).zip(&files) {
        let Some((made, kind)) = plan.made().and_then(|made| Some((made, kind(plan, made, file.as_ref())?))) else {
            continue;
        };
        log::debug!("make a {made} under {} in {netns}", name_or_prefix(name));
        let parent = plan.parent.map(|parent| parent.index(placed)).transpose();
        let parent = parent.map_err(|error| plan.request.with_context(error))?;
        let link = NewLink { name, mac: plan.mac(), kind, parent };
        new.push(Numbered { index: plan.index, other_end: plan.other_end, link });
    }
    let through = plans.first().and_then(through);
    match ops::link::create(netns, through, &new) {
        Ok(made) => {
            for (plan, made) in plans.iter_mut().zip(&made) {
                plan.touched = made.as_ref().map_or_else(Error::is_uncertain, |_| true);
                plan.identity = made.as_ref().ok().map(Identity::of);
                if let Ok(link) = made {
                    plan.note_beside(link);
                }
            }
            Ok(made)
        }
        Err(error) => {
            for plan in plans {
                plan.touched = error.is_uncertain();
                plan.identity = None;
            }
            Err(first.with_context(error))
        }
    }
}

/// Whether another index would help a link that was refused, the first time that it was tried or later.
fn is_about_index(plan: &Plan<'_>, refusal: &Error, first_time: bool) -> bool {
    let netns = &plan.request.ns.netns;
    // Whoever had the index may be gone by now. It can be that of a tunnel's number, too, which is believed the second time.
    let is_free = || match plan.made() {
        Some(Made::Veth(peer)) => !is_taken(&peer.netns, &peer.name),
        Some(Made::Vxlan(_)) => first_time,
        _ => true,
    };
    let is_name_free = || !IfName::new(plan.name()).is_ok_and(|name| is_taken(netns, &name));
    ops::free_index::is_index_conflict(refusal, netns, through(plan), plan.index, first_time)
        || (refusal.kind() == ErrorKind::NameTaken && !refusal.is_uncertain() && is_name_free() && is_free())
}

/// Chooses other indexes for a link that could not be made with those it was to have. What was made behind it is
/// deleted, to be made again: numbers by prefix are given in the order of the list.
fn choose_again(plan: &mut Plan<'_>, behind: &mut [Plan<'_>]) -> Result<()> {
    let netns = &plan.request.ns.netns;
    let made: Vec<&Plan<'_>> = behind.iter().filter(|plan| plan.touched).collect();
    let deleted = Plan::delete(netns, &made);
    for (plan, deleted) in behind.iter_mut().filter(|plan| plan.touched).zip(deleted) {
        deleted.map_err(RollbackError::into_error)?;
        plan.touched = false;
    }
    let wanted = 1 + usize::from(plan.other_end.is_some());
    let mut free = ops::free_index::free(netns, through(plan), wanted, |_| Ok(Vec::new()))?.into_iter();
    plan.index = free.next().unwrap_or(plan.index);
    plan.other_end = free.next();
    Ok(())
}

/// The namespace that is asked to make it, where that is not its own.
fn through<'a>(plan: &Plan<'a>) -> Option<&'a NetNs> {
    plan.made().and_then(Made::below).map(|(netns, _)| &**netns)
}

/// The file of the namespace that a veth's other end gets into.
fn peer_namespace(plan: &Plan<'_>) -> Result<Option<NetNsFile>> {
    match plan.made() {
        Some(Made::Veth(peer)) => peer.netns.file().map(Some),
        _ => Ok(None),
    }
}

/// What the kernel is asked for. A veth takes the file of its other end's namespace.
fn kind<'a>(plan: &Plan<'_>, made: &'a Made, file: Option<&'a NetNsFile>) -> Option<Kind<'a>> {
    Some(match made {
        Made::Bridge(bridge) => Kind::Bridge(&bridge.settings),
        Made::Dummy => Kind::Dummy,
        Made::Veth(peer) => Kind::Veth(Peer {
            namespace: file?.as_fd(),
            name: &peer.name,
            mac: plan.created.peer_mac,
            mtu: plan.created.peer_mtu,
        }),
        Made::Macvlan(macvlan) => Kind::Macvlan(macvlan.mode),
        Made::Ipvlan(ipvlan) => Kind::Ipvlan(ipvlan.mode),
        Made::Vxlan(vxlan) => Kind::Vxlan(&vxlan.settings),
    })
}

/// A refusal, with what was being done.
fn describe(plan: &Plan<'_>, error: Error) -> Error {
    let Some(made) = plan.made() else { return error };
    let name = plan.name();
    let mac = plan.request.config.mac.map_or_else(String::new, |mac| format!(" and the MAC {mac}"));
    explain(&plan.request.ns.netns, made, &name, error)
        .context(format!("make a {made} under {}{mac}", name_or_prefix(&name)))
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
