//! Getting a link into its namespace under its final name: the step of an add that moves, makes or finds it.

use super::config::Naming;
use super::link::Origin;
use super::make::{belong_together, make};
use super::member::Member;
use super::peer;
use super::plan::Plan;
use super::rename::rename;
use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::NetNs;
use crate::namespace::record::{Home, Identity, Snapshot};
use crate::ops;
use crate::types::{IfIndex, IfName, printable};
use crate::wire::link::LinkInfo;

/// What a link is called between its move and its rename, where the move itself cannot give it its name.
const INTERIM: &[u8] = b"netgraft%d";

/// Whether a link has a name that one has only on its way.
pub(super) fn is_interim(name: &IfName) -> bool {
    INTERIM.strip_suffix(b"%d").is_some_and(|prefix| name.as_bytes().starts_with(prefix))
}

/// Moves, makes or finds the links, in their order, and tells what they are like then.
pub(super) fn place(plans: &mut [Plan<'_>]) -> Result<Vec<LinkInfo>> {
    let mut placed = Vec::with_capacity(plans.len());
    for run in plans.chunk_by_mut(|one, next| belong_together(one, next)) {
        match run {
            [plan] if plan.made().is_none() => {
                placed.push(find_or_move(plan).map_err(|error| plan.member.blame(error))?);
            }
            run => make(run, &mut placed)?,
        }
    }
    peer::set_off(plans, &placed)?;
    Ok(placed)
}

fn find_or_move(plan: &mut Plan<'_>) -> Result<LinkInfo> {
    let Member { ns, link, .. } = plan.member;
    match &link.origin {
        Origin::Existing(home) => move_in(plan, home),
        _ => rename_in_place(plan).and_then(|()| ops::link::get(&ns.netns, plan.index)),
    }
}

fn move_in(plan: &mut Plan<'_>, home: &NetNs) -> Result<LinkInfo> {
    let target = &*plan.member.ns.netns;
    let name = plan.name();
    let Some(found) = snapshot(&plan.home).map(|snapshot| &snapshot.link) else {
        return ops::link::get(target, plan.index);
    };
    // It arrives under its old name, whose number would then not be free for itself.
    let interim = matches!(plan.naming, Naming::Prefix(prefix) if prefix.covers(&found.name));
    let first = if interim { INTERIM } else { &name };
    log::debug!("move {} from {home} to {target} under {}", found.name, shown(&name));
    let (index, trail) = (&mut plan.index, &mut plan.trail);
    let moved = ops::link::relocate(home, found.index, target, first, *index, |attempt| {
        *index = attempt;
        trail.update(|entry| entry.index = attempt)
    });
    // Not there any more: what is in the target now, another add has moved there.
    plan.touched = moved.as_ref().err().and_then(Error::errno) != Some(libc::ENODEV);
    let arrived = moved.and_then(|()| {
        let link = arrived(target, plan.index, found)?;
        if link.index != plan.index {
            plan.index = link.index;
            plan.trail.update(|entry| entry.index = link.index)?;
        }
        if !interim {
            return Ok(link);
        }
        ops::link::rename(target, link.index, &name)?;
        ops::link::get(target, link.index)
    });
    arrived.doing(|| format!("move it under {}", shown(&name)))
}

/// A link after its move. Kernels before 5.13 do not heed the index that was asked for, and give another where the
/// link's own is taken.
fn arrived(target: &NetNs, index: IfIndex, was: &LinkInfo) -> Result<LinkInfo> {
    let identity = Identity::of(was);
    let is_it = |link: &LinkInfo| identity.resembles(link) && link.mac == was.mac;
    match ops::link::find(target, index)?.filter(is_it) {
        Some(link) => Ok(link),
        None => ops::link::all(target)?
            .into_iter()
            .find(is_it)
            .ok_or_else(|| Error::new(ErrorKind::NotFound, format!("it is not found in {target} after its move"))),
    }
}

fn rename_in_place(plan: &mut Plan<'_>) -> Result<()> {
    plan.touched = true;
    let (netns, index, name) = (&plan.member.ns.netns, plan.index, plan.name());
    let old = snapshot(&plan.home).map(|snapshot| snapshot.link.name);
    let renamed = match (plan.naming, old) {
        (Naming::Prefix(prefix), Some(old)) if prefix.covers(&old) => rename(netns, index, &[INTERIM, &name]),
        (_, Some(old)) if old.as_bytes() == name => Ok(()),
        _ => rename(netns, index, &[&name]),
    };
    renamed.doing(|| format!("rename it to {}", shown(&name)))
}

fn snapshot(home: &Home) -> Option<&Snapshot> {
    match home {
        Home::Moved { snapshot, .. } | Home::InPlace { snapshot } => Some(snapshot),
        Home::Created => None,
    }
}

/// A name or a pattern as a person reads it.
pub(super) fn shown(name: &[u8]) -> String {
    match name.strip_suffix(b"%d") {
        Some(prefix) => format!("a name with the prefix {}", printable(prefix)),
        None => format!("the name {}", printable(name)),
    }
}
