//! Reads next-hop objects.

use crate::error::{Context, Result};
use crate::netns::NetNs;
use crate::types::IfIndex;
use crate::wire::next_hop;
use crate::wire::next_hop::RTM_NEWNEXTHOP;

/// Returns the numbers of all objects.
pub(crate) fn numbers(netns: &NetNs) -> Result<Vec<u32>> {
    Ok(all(netns)?.iter().filter_map(|body| next_hop::number(body)).collect())
}

/// Returns the bodies of objects that are lost with a link, and of groups that lose a member.
pub(crate) fn lost_with(netns: &NetNs, link: IfIndex) -> Result<Vec<Vec<u8>>> {
    Ok(next_hop::lost_with(link, all(netns)?))
}

fn all(netns: &NetNs) -> Result<Vec<Vec<u8>>> {
    let all = netns.with_connection(|connection| {
        connection.dump(&next_hop::dump(), Vec::new, |found, message| {
            if message.kind == RTM_NEWNEXTHOP {
                found.push(message.payload.to_vec());
            }
        })
    });
    all.doing(|| format!("read the next-hop objects in {netns}"))
}
