//! Looks up neighbours and entries of forwarding databases.

use crate::error::{ErrorKind, Result};
use crate::netns::NetNs;
use crate::types::{IfIndex, MacAddr};
use crate::wire::neighbour::{self, NeighbourEntry, NeighbourInfo};

/// Result of a lookup.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Lookup {
    Nothing,
    Entry(NeighbourInfo),
    /// The kernel cannot tell: before Linux 5.0, or for this kind of forwarding database.
    Unknown,
}

/// Looks up an entry.
pub(crate) fn find(netns: &NetNs, entry: &NeighbourEntry) -> Result<Lookup> {
    match netns.with_connection(|connection| connection.get(&entry.get(), NeighbourInfo::parse)) {
        Ok(info) => Ok(Lookup::Entry(info)),
        Err(error) if error.errno() == Some(libc::ENOENT) => Ok(Lookup::Nothing),
        Err(error) if error.kind() == ErrorKind::NotSupported => Ok(Lookup::Unknown),
        Err(error) => Err(error),
    }
}

/// Returns whether a link's filter of unicast addresses lets frames to a MAC through.
pub(crate) fn filters_in(netns: &NetNs, index: IfIndex, mac: MacAddr) -> Result<bool> {
    netns.with_connection(|connection| {
        connection.dump(
            &neighbour::dump_forwarding(index),
            || false,
            |found, message| {
                let entry = NeighbourInfo::parse(message.payload);
                *found |= entry.is_some_and(|entry| entry.link == index && entry.mac == Some(mac));
            },
        )
    })
}
