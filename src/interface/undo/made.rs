//! Doing away with links that were made, and with what their making did to bridges.

use std::sync::Arc;

use super::{Left, Problems};
use crate::error::Result;
use crate::namespace::NetNs;
use crate::namespace::record::Bridge;
use crate::ops;
use crate::types::IfIndex;
use crate::wire::link::{self, LinkInfo};

/// Deletes a link that was made.
pub(in crate::interface) fn delete(netns: &NetNs, index: IfIndex) -> std::result::Result<(), Left> {
    log::debug!("delete link {index} in {netns}");
    deleted(netns, index, ops::link::delete(netns, index))
}

/// Deletes links that were made, and tells what came of each.
pub(in crate::interface) fn delete_all(netns: &NetNs, indexes: &[IfIndex]) -> Vec<std::result::Result<(), Left>> {
    log::debug!("delete {} links in {netns}", indexes.len());
    let Ok(links) = ops::link::read(netns, indexes) else {
        return indexes.iter().map(|index| delete(netns, *index)).collect();
    };
    let there: Vec<LinkInfo> = links.iter().filter_map(|link| link.as_ref().ok()).cloned().collect();
    let mut outcomes = ops::deletion::delete_all(netns, &there).into_iter();
    let outcome = |(link, index): (Result<LinkInfo>, &IfIndex)| {
        let outcome = link.and_then(|_| outcomes.next().unwrap_or(Ok(())));
        deleted(netns, *index, outcome)
    };
    links.into_iter().zip(indexes).map(outcome).collect()
}

/// Where a link is that could not be deleted. One that is gone is as good as deleted.
fn deleted(netns: &NetNs, index: IfIndex, outcome: Result<()>) -> std::result::Result<(), Left> {
    match outcome {
        Err(error) if error.errno() != Some(libc::ENODEV) => {
            Err(Left::Failed(format!("the link that was made is still in {netns} with index {index}: {error}")))
        }
        _ => Ok(()),
    }
}

/// Gives bridges back the MAC and MTU that the kernel changed when they got or lost a port. What is no bridge got the
/// index of one that is gone.
pub(in crate::interface) fn bridges(bridges: &[(Arc<NetNs>, Bridge)]) -> std::result::Result<(), Left> {
    let mut problems = Problems::default();
    for (netns, was) in bridges {
        let Ok(Some(is)) = ops::link::find(netns, was.index) else { continue };
        if is.kind.as_deref() != Some(b"bridge") {
            continue;
        }
        if let Some(mac) = was.mac.filter(|mac| is.mac != Some(*mac)) {
            let request = link::set(was.index, &[link::mac_attribute(mac)]);
            problems.note(format_args!("MAC of {}", is.name), ops::link::change(netns, &request));
        }
        if is.mtu != was.mtu {
            let request = link::set(was.index, &[link::mtu_attribute(was.mtu)]);
            problems.note(format_args!("mtu of {}", is.name), ops::link::change(netns, &request));
        }
    }
    problems.into_result("everything is back but for")
}
