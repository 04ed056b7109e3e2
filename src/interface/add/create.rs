//! Creates links directly in their namespace, under their final names.

use std::os::fd::AsFd;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::ending::Clash;
use crate::interface::add::plan::Plan;
use crate::interface::add::reasons::with_reason;
use crate::interface::config::VethPeer;
use crate::interface::config::kind::Kind;
use crate::interface::rollback::RollbackError;
use crate::netns::{NetNs, NetNsFile};
use crate::ops;
use crate::ops::link::Numbered;
use crate::record::identity::Identity;
use crate::text::printable_name;
use crate::text::{name_or_prefix, with_article};
use crate::types::{IfIndex, IfName};
use crate::wire::link::{LinkInfo, NewLink, Peer};

/// Returns whether two neighbours of a list can be created together.
pub(crate) fn belong_together(one: &Plan<'_>, next: &Plan<'_>) -> bool {
    let through = |plan: &Plan<'_>| through(plan).map(NetNs::id);
    // One may be created on top of the other, whose index has to be known then.
    let is_on_member = next.parent.is_some_and(|parent| parent.is_member());
    one.kind().is_some() && next.kind().is_some() && through(one) == through(next) && !is_on_member
}

/// Creates links that belong together. `placed` are the earlier links of the list; the new ones are appended.
pub(crate) fn create_links(plans: &mut [Plan<'_>], placed: &mut Vec<LinkInfo>) -> Result<()> {
    let mut done = 0;
    // How often the first of the remaining links was tried.
    let mut attempts = 0;
    let mut clash = None;
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
        clash = clash.filter(|_| done == before);
        if let (Some(error), Some([plan, behind @ ..])) = (refused, plans.get_mut(done..)) {
            let again = attempts < ops::index::ATTEMPTS && is_about_index(plan, &error, attempts == 1);
            let clash = clash.get_or_insert_with(|| Clash::new(plan));
            if !again && !is_freed(plan, &error, clash) {
                return Err(plan.request.with_context(describe(plan, error)));
            }
            choose_again(plan, behind).map_err(|error| plan.request.with_context(error))?;
        }
    }
    Ok(())
}

/// Creates links, and returns them as the kernel reports them. A refused link does not stop later ones.
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
        let Some(kind) = plan.kind() else { continue };
        log::debug!("create {} under {} in {netns}", with_article(&kind.to_string()), name_or_prefix(name));
        let parent = plan.parent.map(|parent| parent.index(placed)).transpose();
        let parent = parent.map_err(|error| plan.request.with_context(error))?;
        new.push(Numbered { index: plan.index, link: describe_link(plan, kind, name, parent, file.as_ref()) });
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

/// Returns whether another index would help a refused link, at the first or a later try.
fn is_about_index(plan: &Plan<'_>, refusal: &Error, first_time: bool) -> bool {
    let netns = &plan.request.ns.netns;
    // Whoever had the index may be gone by now. EEXIST may also mean a duplicate VNI; assume so on the second try.
    let is_free = || match plan.kind() {
        Some(kind) if kind.identifier().is_some() => first_time,
        Some(kind) => !kind.peer().is_some_and(is_peer_taken),
        None => true,
    };
    let is_name_free = || !IfName::new(plan.name()).is_ok_and(|name| is_taken(netns, &name));
    ops::free_index::is_index_conflict(refusal, netns, through(plan), plan.index, first_time)
        || (refusal.kind() == ErrorKind::NameTaken && !refusal.is_uncertain() && is_name_free() && is_free())
}

/// Returns whether a namespace that was ending has released what kept a link from being created.
fn is_freed(plan: &Plan<'_>, refusal: &Error, clash: &Clash) -> bool {
    plan.kind().is_some_and(|kind| clash.frees_link(plan, kind, refusal).unwrap_or_default())
}

/// Chooses other indexes for a link that could not be created with the reserved ones. Links that were created after it are
/// deleted, and created again: numbers behind prefixes follow the order of the list.
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

/// Returns the namespace to ask for the creation, if that is not the namespace of the link.
fn through<'a>(plan: &Plan<'a>) -> Option<&'a NetNs> {
    plan.kind().and_then(Kind::below).map(|(netns, _)| &**netns)
}

/// Returns the file of the namespace that the other end of a pair gets into.
fn peer_namespace(plan: &Plan<'_>) -> Result<Option<NetNsFile>> {
    plan.kind().and_then(Kind::peer).map(|peer| peer.netns.file()).transpose()
}

/// Returns the request. `file` is that of the namespace of the other end.
fn describe_link<'a>(
    plan: &Plan<'_>,
    kind: &dyn Kind,
    name: &'a [u8],
    parent: Option<IfIndex>,
    file: Option<&NetNsFile>,
) -> NewLink<'a> {
    let peer = kind.peer().zip(file).map(|(peer, file)| {
        let (mac, mtu) = (plan.created.peer_mac, plan.created.peer_mtu);
        Peer { namespace: file.as_fd(), name: &peer.name, mac, mtu, index: plan.other_end }.message()
    });
    NewLink {
        name,
        mac: plan.mac(),
        kind: kind.name(),
        data: kind.data(parent, peer),
        parent: parent.filter(|_| !kind.names_parent()),
    }
}

/// Adds to a refusal what was being done.
fn describe(plan: &Plan<'_>, error: Error) -> Error {
    let Some(kind) = plan.kind() else { return error };
    let name = plan.name();
    let error = with_reason(plan, error);
    // A reason names the option that is to blame: other options would only hide it.
    match reason(&plan.request.ns.netns, kind, &name, &error) {
        Some((kind_of_error, why)) => {
            error.with_kind(kind_of_error).context(why).context(format!("create {}", with_article(kind.name())))
        }
        None => {
            let mac = plan.request.config.mac.map_or_else(String::new, |mac| format!(" with the MAC {mac}"));
            let source = plan.request.link.source;
            let under = match name == source.as_bytes() {
                true => String::new(),
                false => format!(" under {}", name_or_prefix(&name)),
            };
            error.context(format!("create {}{under}{mac}", with_article(&kind.to_string())))
        }
    }
}

/// Adds what the kernel does not tell: which kind it lacks, or which name or number is taken.
fn reason(netns: &NetNs, kind: &dyn Kind, name: &[u8], error: &Error) -> Option<(ErrorKind, String)> {
    match error.kind() {
        ErrorKind::NotSupported => Some((ErrorKind::NotSupported, kind.lacking(error))),
        ErrorKind::NameTaken => match (kind.peer(), kind.identifier()) {
            (Some(peer), _) if is_peer_taken(peer) => {
                let taken =
                    format!("the name {} of its other end is taken in {}", printable_name(&peer.name), peer.netns);
                Some((ErrorKind::NameTaken, taken))
            }
            (_, Some(taken)) if !IfName::new(name).is_ok_and(|name| is_taken(netns, &name)) => {
                Some((ErrorKind::Exists, taken))
            }
            _ => None,
        },
        _ => None,
    }
}

fn is_taken(netns: &NetNs, name: &IfName) -> bool {
    matches!(ops::link::find_by_name(netns, name), Ok(Some(_)))
}

/// Returns whether the name of the other end of a pair is taken; for a pattern the kernel finds a free one.
fn is_peer_taken(peer: &VethPeer) -> bool {
    IfName::new(&peer.name).is_ok_and(|name| is_taken(&peer.netns, &name))
}
