//! Deletes created links, and undoes what their creation did to bridges.

use std::sync::Arc;

use crate::error::{ErrorKind, Result};
use crate::interface::rollback::{Problems, RollbackError};
use crate::netns::NetNs;
use crate::ops;
use crate::record::snapshot::BridgeSnapshot;
use crate::types::IfIndex;
use crate::wire::link;
use crate::wire::link::LinkInfo;

/// Deletes a created link that was found just now.
pub(crate) fn delete(netns: &NetNs, link: &LinkInfo) -> std::result::Result<(), RollbackError> {
    log::debug!("delete {} in {netns}", link.name);
    deleted(netns, link.index, ops::link::delete(netns, link.index))
}

/// Deletes created links, and returns the outcome for each. `is_it` decides whether the link at an index is still the created
/// one: the index may be another link's by now.
pub(crate) fn delete_all(
    netns: &NetNs,
    indexes: &[IfIndex],
    is_it: impl Fn(usize, &LinkInfo) -> bool,
) -> Vec<std::result::Result<(), RollbackError>> {
    let links = ops::link::read(netns, indexes)
        .unwrap_or_else(|_| indexes.iter().map(|index| ops::link::get(netns, *index)).collect());
    let mut found: Vec<Result<Option<LinkInfo>>> = Vec::with_capacity(links.len());
    for (number, link) in links.into_iter().enumerate() {
        found.push(ops::link::optional(link).map(|link| link.filter(|link| is_it(number, link))));
    }
    let there: Vec<LinkInfo> = found.iter().filter_map(|link| link.as_ref().ok()?.clone()).collect();
    there.iter().for_each(|link| log::debug!("delete {} in {netns}", link.name));
    let mut outcomes = ops::deletion::delete_all(netns, &there).into_iter();
    let outcome = |(link, index): (Result<Option<LinkInfo>>, &IfIndex)| {
        let outcome = link.and_then(|link| link.and_then(|_| outcomes.next()).unwrap_or(Ok(())));
        deleted(netns, *index, outcome)
    };
    found.into_iter().zip(indexes).map(outcome).collect()
}

/// Tells where a link is that could not be deleted. A link that is gone counts as deleted.
fn deleted(netns: &NetNs, index: IfIndex, outcome: Result<()>) -> std::result::Result<(), RollbackError> {
    match outcome {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(RollbackError::Failed(format!(
            "the link that was made is still in {netns} with index {index}: {error}"
        ))),
        _ => Ok(()),
    }
}

/// Restores MAC and MTU of bridges, which the kernel changed when ports came or went. A link that is no bridge, or has another
/// name, only got the index of a bridge that is gone.
pub(crate) fn bridges(bridges: &[(Arc<NetNs>, BridgeSnapshot)]) -> std::result::Result<(), RollbackError> {
    let mut problems = Problems::default();
    for (netns, was) in bridges {
        let is = match ops::link::find(netns, was.index) {
            Ok(Some(is)) => is,
            Ok(None) => continue,
            // The namespace is gone, and the link with it.
            Err(error) if error.kind() == ErrorKind::Namespace => continue,
            Err(error) => {
                problems.note(format_args!("bridge {} in {netns}", was.index), Err(error));
                continue;
            }
        };
        if !is.is_bridge() || was.name.is_some_and(|name| name != is.name) {
            continue;
        }
        if let Some(mac) = was.mac.filter(|mac| is.mac != Some(*mac)) {
            let request = link::set(was.index, &[link::mac_attribute(mac)]);
            problems.note(format_args!("MAC of {}", is.name), netns.change(&request));
        }
        if is.mtu != was.mtu {
            let request = link::set(was.index, &[link::mtu_attribute(was.mtu)]);
            problems.note(format_args!("mtu of {}", is.name), netns.change(&request));
        }
    }
    problems.into_result("everything is back but for")
}
