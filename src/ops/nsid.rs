//! Numbers that namespaces have for one another.

use std::os::fd::AsFd;

use crate::error::{Context, Result};
use crate::netns::NetNs;
use crate::wire::nsid;

/// Returns the number that a namespace has for another one, as links tell it of their other ends; none where it has
/// none.
///
/// The kernel gives a number when it tells of such a link: ask for the link first.
pub(crate) fn number(netns: &NetNs, of: &NetNs) -> Result<Option<i32>> {
    let file = of.file()?;
    let asked = netns.with_connection(|connection| connection.get(&nsid::get(file.as_fd()), nsid::parse));
    asked.doing(|| format!("ask {netns} for its number of {of}"))
}
