//! Neighbours and forwarding databases of links.

use crate::error::{ErrorKind, Result};
use crate::namespace::NetNs;
use crate::wire::neighbour::{Entry, NeighbourInfo};

/// What is there where an entry would be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Answer {
    Nothing,
    Entry(NeighbourInfo),
    /// The kernel cannot say: before Linux 5.0, or the forwarding database is of a kind that cannot be asked.
    Unknown,
}

/// Asks for an entry.
pub(crate) fn find(netns: &NetNs, entry: &Entry) -> Result<Answer> {
    match netns.talk(|connection| connection.get(&entry.get(), NeighbourInfo::parse)) {
        Ok(info) => Ok(Answer::Entry(info)),
        Err(error) if error.errno() == Some(libc::ENOENT) => Ok(Answer::Nothing),
        Err(error) if error.kind() == ErrorKind::NotSupported => Ok(Answer::Unknown),
        Err(error) => Err(error),
    }
}
