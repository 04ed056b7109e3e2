//! Looks up neighbours and entries of forwarding databases.

use crate::error::{ErrorKind, Result};
use crate::netns::NetNs;
use crate::wire::neighbour::{Entry, NeighbourInfo};

/// Result of a lookup.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lookup {
    Nothing,
    Entry(NeighbourInfo),
    /// The kernel cannot tell: before Linux 5.0, or for this kind of forwarding database.
    Unknown,
}

/// Looks up an entry.
pub(crate) fn find(netns: &NetNs, entry: &Entry) -> Result<Lookup> {
    match netns.with_connection(|connection| connection.get(&entry.get(), NeighbourInfo::parse)) {
        Ok(info) => Ok(Lookup::Entry(info)),
        Err(error) if error.errno() == Some(libc::ENOENT) => Ok(Lookup::Nothing),
        Err(error) if error.kind() == ErrorKind::NotSupported => Ok(Lookup::Unknown),
        Err(error) => Err(error),
    }
}
