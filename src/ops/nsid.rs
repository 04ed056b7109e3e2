//! The numbers by which namespaces know each other.

use std::os::fd::AsFd;

use crate::error::{Context, ErrorKind, Result};
use crate::netns::NetNs;
use crate::wire::nsid;

/// Returns the number by which a namespace knows another one, as links tell it of their other ends; `None` without one.
///
/// The kernel assigns a number when it describes such a link: ask for the link first.
pub(crate) fn number(netns: &NetNs, of: &NetNs) -> Result<Option<i32>> {
    let file = of.file()?;
    let asked = netns.with_connection(|connection| connection.get(&nsid::get(file.as_fd()), nsid::parse));
    asked.doing(|| format!("ask {netns} for its number of {of}"))
}

/// Returns whether the namespace of a number is alive: the kernel denies one that is ending.
pub(crate) fn is_alive(netns: &NetNs, number: i32) -> Result<bool> {
    match netns.with_connection(|connection| connection.get(&nsid::get_by_number(number), nsid::parse)) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        asked => asked.map(|_| true).doing(|| format!("ask {netns} for its namespace {number}")),
    }
}
