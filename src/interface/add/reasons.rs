//! Finds the reasons for refusals that the kernel does not explain.

use crate::error::Error;
use crate::interface::add::plan::Plan;
use crate::ops;
use crate::text::printable;
use crate::wire::link::LinkInfo;
use crate::wire::link::kinds::LinkTrait;

/// Adds to a refusal which links are on the parent already, as far as that can be known.
pub(super) fn with_reason(plan: &Plan<'_>, refusal: Error) -> Error {
    let reason = match refusal.errno() {
        Some(errno @ (libc::EBUSY | libc::EINVAL)) => what_is_on_parent(plan, errno == libc::EBUSY),
        _ => None,
    };
    match reason {
        Some(reason) => refusal.context(reason),
        None => refusal,
    }
}

/// Returns the macvlan or ipvlan among links that is on a parent. `place` says where the links are.
fn beside(links: &[LinkInfo], parent: &LinkInfo, place: &str) -> Option<String> {
    links.iter().filter(|other| other.peer == Some(parent.index)).find_map(|other| {
        let kind = other.kind.as_deref().filter(|kind| LinkTrait::Exclusive.is_of(kind))?;
        Some(format!("{} ({}){place} is on {} already", other.name, printable(kind), parent.name))
    })
}

/// Returns what keeps a macvlan or an ipvlan from its parent. If nothing is visible and the parent is `busy`, the reason is
/// another link all the same.
fn what_is_on_parent(plan: &Plan<'_>, busy: bool) -> Option<String> {
    let kind = plan.kind().filter(|kind| LinkTrait::Exclusive.is_of(kind.name().as_bytes()))?;
    let (parent, (netns, _)) = (plan.parent_link.as_ref()?, kind.below()?);
    let found = beside(&ops::link::uppers(netns, parent.index).unwrap_or_default(), parent, "").or_else(|| {
        let target = &plan.request.ns.netns;
        let number = ops::nsid::number(target, netns).ok()??;
        let mut inside = ops::link::all(target).unwrap_or_default();
        inside.retain(|link| link.peer_netns == Some(number));
        beside(&inside, parent, &format!(" in {target}"))
    });
    let unseen = || match parent.master {
        Some(_) => format!("{} is a port", parent.name),
        None => format!("something is on {} already", parent.name),
    };
    let found = found.or_else(|| busy.then(unseen))?;
    let rule = "a macvlan and an ipvlan exclude one another on a parent, and a passthru macvlan is alone there";
    Some(format!("{found}: {rule}"))
}
