//! Attaches links to their namespace under their final names: moves, creates or finds them.

use std::sync::Arc;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::interface::add::create::{belong_together, create_links};
use crate::interface::add::plan::Plan;
use crate::interface::add::veth_peer;
use crate::interface::config::interface::Naming;
use crate::netns::NetNs;
use crate::ops;
use crate::record::identity::Identity;
use crate::record::origin::Origin;
use crate::text::name_or_prefix;
use crate::types::{IfIndex, IfName};
use crate::wire::link::{self, LinkInfo};

/// The name of a link between its move and its rename, if the move itself cannot set the name.
///
/// People give no such name: with `~` and a number. A link is never known by this name alone, but by its identity, too.
pub(crate) const INTERIM: &[u8] = b"netgraft~%d";

/// Returns whether a name is one that links have only on their way.
pub(crate) fn is_interim(name: &IfName) -> bool {
    name.completes(INTERIM)
}

/// Moves, creates or finds the links, in their order, and returns them as they are then.
pub(crate) fn place(plans: &mut [Plan<'_>]) -> Result<Vec<LinkInfo>> {
    let mut placed = Vec::with_capacity(plans.len());
    for run in plans.chunk_by_mut(|one, next| belong_together(one, next)) {
        match run {
            [plan] if plan.kind().is_none() => {
                placed.push(find_or_move(plan).map_err(|error| plan.request.with_context(error))?);
            }
            run => create_links(run, &mut placed)?,
        }
    }
    veth_peer::configure_peers(plans, &placed)?;
    Ok(placed)
}

fn find_or_move(plan: &mut Plan<'_>) -> Result<LinkInfo> {
    let ns = plan.request.ns;
    match &plan.origin {
        Origin::Moved { home, .. } => move_in(plan, &Arc::clone(home)),
        Origin::InPlace { .. } | Origin::Created { .. } => {
            rename_in_place(plan).and_then(|()| ops::link::get(&ns.netns, plan.index))
        }
    }
}

fn move_in(plan: &mut Plan<'_>, home: &NetNs) -> Result<LinkInfo> {
    let target = &*plan.request.ns.netns;
    let name = plan.name();
    let Some(found) = plan.origin.snapshot().map(|snapshot| &snapshot.link) else {
        return ops::link::get(target, plan.index);
    };
    // The link arrives under its old name, whose number would not be free for itself, and with its alternative names.
    let own = found.alt_names.iter().find(|own| **own == name);
    let interim = own.is_some() || matches!(plan.naming, Naming::Prefix(prefix) if prefix.covers(&found.name));
    let first = if interim { INTERIM } else { &name };
    log::debug!("move {} from {home} to {target} under {}", found.name, name_or_prefix(&name));
    if let Some(snapshot) = plan.origin.snapshot() {
        ops::address::leave_groups(home, &snapshot.addresses)?;
        plan.touched = true;
    }
    let (index, journal) = (&mut plan.index, &mut plan.journal);
    let moved = ops::link::relocate(home, found.index, target, Some(first), *index, |attempt| {
        *index = attempt;
        journal.update(|entry| entry.index = attempt)
    });
    // Gone from home: the link that is in the target now was moved there by another add.
    plan.touched = moved.as_ref().err().map(Error::kind) != Some(ErrorKind::NotFound);
    let arrived = moved.and_then(|()| {
        let link = arrived(target, plan.index, first, found)?;
        if link.index != plan.index {
            plan.index = link.index;
            plan.journal.update(|entry| entry.index = link.index)?;
        }
        if !interim {
            return Ok(link);
        }
        if let Some(own) = own {
            target.change(&link::delete_alternative_names(link.index, std::slice::from_ref(own)))?;
        }
        ops::link::rename(target, link.index, &name)?;
        ops::link::get(target, link.index)
    });
    arrived.doing(|| format!("move it under {}", name_or_prefix(&name)))
}

/// Returns a link after its move, under a name or a completed pattern. Kernels before 5.13 ignore the requested index, and take
/// another one if the link's own is taken.
fn arrived(target: &NetNs, index: IfIndex, name: &[u8], was: &LinkInfo) -> Result<LinkInfo> {
    if let Some(link) = ops::link::find(target, index)?.filter(|link| may_be(link, was)) {
        return Ok(link);
    }
    let mut candidates = ops::link::all(target)?.into_iter().filter(|link| looks_like(link, name, was));
    match (candidates.next(), candidates.next()) {
        (Some(link), None) => Ok(link),
        (None, _) => Err(Error::new(ErrorKind::NotFound, format!("it is not found in {target} after its move"))),
        (Some(one), Some(other)) => {
            let message = format!("it is not known which link in {target} it is: {} or {}", one.name, other.name);
            Err(Error::new(ErrorKind::NotFound, message))
        }
    }
}

/// Returns whether a link is the moved one, by the facts that nobody changes on the way.
fn may_be(link: &LinkInfo, was: &LinkInfo) -> bool {
    let same_peer = was.peer.is_none_or(|peer| link.other_end() == peer);
    Identity::of(was).same_kind(link) && link.mac == was.own_mac() && same_peer
}

/// Does the same by all facts that a move keeps.
fn looks_like(link: &LinkInfo, name: &[u8], was: &LinkInfo) -> bool {
    let kept = |link: &LinkInfo| (link.mtu, link.tx_queue_len, link.group, link.alias.clone(), link.alt_names.clone());
    link.name.completes(name) && may_be(link, was) && kept(link) == kept(was)
}

fn rename_in_place(plan: &mut Plan<'_>) -> Result<()> {
    let (netns, index, name) = (&plan.request.ns.netns, plan.index, plan.name());
    let Some(found) = plan.origin.snapshot().map(|snapshot| &snapshot.link) else { return Ok(()) };
    // Later requests change the link.
    plan.touched = true;
    if found.name.as_bytes() == name {
        return Ok(());
    }
    let rename = || {
        if found.alt_names.contains(&name) {
            netns.change(&link::delete_alternative_names(index, std::slice::from_ref(&name)))?;
        }
        if matches!(plan.naming, Naming::Prefix(prefix) if prefix.covers(&found.name)) {
            ops::link::rename(netns, index, INTERIM)?;
        }
        ops::link::rename(netns, index, &name)
    };
    let renamed = rename().map_err(|error| match error.errno() {
        // Before Linux 6.2.
        Some(libc::EBUSY) => error.with_kind(ErrorKind::Busy).context(format!("{} is up", found.name)),
        _ => error,
    });
    renamed.doing(|| format!("rename it to {}", name_or_prefix(&name)))
}

#[cfg(test)]
mod tests {
    use netlink_packet_core::{NLM_F_MULTIPART, NLMSG_DONE};

    use super::*;
    use crate::testing::fake_netns::FakeNetns;
    use crate::testing::scripted_peer::{Reply, Script, Step};
    use crate::wire::attribute::edited;
    use crate::wire::captures::VETH;
    use crate::wire::link::RTM_NEWLINK;

    const IFLA_ADDRESS: u16 = 1;
    const IFLA_IFNAME: u16 = 3;
    const IFLA_IFALIAS: u16 = 20;

    /// A veth of this index and name, with this last byte of its MAC and this alias.
    fn veth(index: u32, name: &str, mac: u8, alias: &str) -> Vec<u8> {
        let (header, list) = VETH.split_at(16);
        let mut body = header.to_vec();
        body[4..8].copy_from_slice(&index.to_ne_bytes());
        body.extend(edited(list, |kind, value| match kind {
            IFLA_ADDRESS => Some([&value[..5], &[mac]].concat()),
            IFLA_IFNAME => Some([name.as_bytes(), &[0]].concat()),
            IFLA_IFALIAS => Some(alias.as_bytes().to_vec()),
            _ => Some(value.to_vec()),
        }));
        body
    }

    /// What comes of looking for `v0`, which was to arrive under a pattern as number 7 and has not got that.
    fn found(at_seven: Vec<u8>, others: &[Vec<u8>]) -> std::result::Result<u32, String> {
        let mut all: Vec<Reply> =
            others.iter().map(|body| Reply(RTM_NEWLINK, NLM_F_MULTIPART, 0, body.clone())).collect();
        all.push(Reply(NLMSG_DONE, NLM_F_MULTIPART, 0, vec![0; 4]));
        let acts = [vec![Reply(RTM_NEWLINK, 0, 0, at_seven)], all].map(Step::Reply);
        let web = FakeNetns::new("web", 1, &Script::new(acts), None).open().unwrap();
        let was = LinkInfo::parse(&veth(3, "v0", 9, "mine")).unwrap();
        let arrived = arrived(&web.netns, IfIndex::new(7).unwrap(), b"eth%d", &was);
        arrived.map(|link| link.index.get()).map_err(|error| error.to_string())
    }

    #[test]
    fn where_the_index_was_not_heeded_all_that_a_move_keeps_tells_which_it_is() {
        let stranger = || veth(7, "eth0", 1, "mine");
        let named = [veth(8, "lan0", 9, "mine"), veth(9, "eth1", 9, "mine")];
        assert_eq!(found(stranger(), &named).unwrap(), 9);
        let aliased = [veth(8, "eth1", 9, "other"), veth(9, "eth2", 9, "mine")];
        assert_eq!(found(stranger(), &aliased).unwrap(), 9);
        assert_eq!(found(veth(7, "lan0", 9, "changed"), &named).unwrap(), 7, "somebody has changed it since");
        let none = found(stranger(), &[stranger(), veth(8, "eth1", 9, "other")]).unwrap_err();
        assert!(none.contains("not found in web"), "{none}");
        let two = found(stranger(), &[veth(8, "eth1", 9, "mine"), veth(9, "eth2", 9, "mine")]).unwrap_err();
        assert!(two.contains("eth1 or eth2"), "{two}");
    }
}
