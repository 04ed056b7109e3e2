//! Prepares a link inside for its way home: home shall see one new link under its old name, and nothing of what the inside did.

use crate::error::Result;
use crate::interface::rollback::differences;
use crate::netns::NetNs;
use crate::ops;
use crate::wire::link::{self, LinkInfo};
use crate::wire::request::Request;

/// Undoes the inside's changes to a link, as far as the inside allows it; home does the rest. Returns whether the link has its
/// old name.
pub(crate) fn prepare(netns: &NetNs, is: &LinkInfo, addresses: &[Vec<u8>], goal: &LinkInfo) -> Result<bool> {
    ops::address::leave_groups(netns, addresses)?;
    delete_uppers(netns, is);
    let mut steps: Vec<(&str, Request)> = Vec::new();
    // Leaving a bond gives the link another MAC.
    steps.extend(is.master.map(|_| ("master", link::set_master(is.index, None))));
    steps.extend(differences(is, goal));
    let (doings, requests): (Vec<&str>, Vec<Request>) = steps.into_iter().unzip();
    for (number, error) in netns.batch(&requests, |_, _| {})? {
        let doing = doings.get(number).copied().unwrap_or_default();
        log::debug!("{} in {netns} keeps its {doing} for now: {error}", is.name);
    }
    Ok(is.name == goal.name || rename(netns, is, goal))
}

/// Gives a link its old name. The move sets the link down anyway; before Linux 6.2 that has to come first.
fn rename(netns: &NetNs, is: &LinkInfo, goal: &LinkInfo) -> bool {
    let rename = || ops::link::rename(netns, is.index, goal.name.as_bytes());
    let renamed = rename().or_else(|error| match error.errno() {
        Some(libc::EBUSY) => netns.change(&link::set_up(is.index, false)).and_then(|()| rename()),
        _ => Err(error),
    });
    renamed.inspect_err(|error| log::debug!("{} in {netns} keeps its name for now: {error}", is.name)).is_ok()
}

/// Deletes the links that the inside stacked on a link: they would go on reaching home's network.
fn delete_uppers(netns: &NetNs, link: &LinkInfo) {
    let uppers = ops::link::uppers(netns, link.index).unwrap_or_else(|error| {
        log::warn!("what is stacked on {} in {netns} is not known: {error}", link.name);
        Vec::new()
    });
    for upper in uppers {
        log::debug!("delete {} in {netns}, which is stacked on {}", upper.name, link.name);
        if let Err(error) = ops::link::delete(netns, upper.index) {
            log::warn!("{} in {netns}, stacked on {}, cannot be deleted: {error}", upper.name, link.name);
        }
    }
}
