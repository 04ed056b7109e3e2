//! Reads the addresses of links.

use crate::error::{Context, Result};
use crate::netns::NetNs;
use crate::types::IfIndex;
use crate::wire::address;
use crate::wire::address::{AddressInfo, RTM_NEWADDR};

/// Removes those addresses of a link whose multicast groups the kernel has joined. If the link moves away with one, the kernel
/// stays in the group, and refuses the address when the link comes back.
pub(crate) fn leave_groups(netns: &NetNs, bodies: &[Vec<u8>]) -> Result<()> {
    let is_joined = |body: &&Vec<u8>| AddressInfo::parse(body).is_some_and(|address| address.is_joined());
    let requests: Vec<_> = bodies.iter().filter(is_joined).map(|body| address::delete_exactly(body)).collect();
    for (_, error) in netns.batch(&requests, |_, _| {})? {
        log::debug!("an address in {netns} that has joined a group stays: {error}");
    }
    Ok(())
}

/// Reads the addresses of one link or of all: each parsed, and as the message body.
pub(crate) fn all(netns: &NetNs, index: Option<IfIndex>) -> Result<Vec<(AddressInfo, Vec<u8>)>> {
    netns
        .with_connection(|connection| {
            connection.dump(&address::dump(index), Vec::new, |found, message| {
                if message.kind == RTM_NEWADDR {
                    if let Some(info) = AddressInfo::parse(message.payload) {
                        if index.is_none_or(|index| index == info.index) {
                            found.push((info, message.payload.to_vec()));
                        }
                    }
                }
            })
        })
        .doing(|| format!("read the addresses in {netns}"))
}
