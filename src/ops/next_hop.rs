//! Reads next-hop objects.

use crate::error::{Context, Result};
use crate::netns::NetNs;
use crate::types::IfIndex;
use crate::wire::next_hop;
use crate::wire::next_hop::RTM_NEWNEXTHOP;

/// Bodies of the objects that are lost with a link, and of the groups that lose a member.
pub(crate) fn lost_with(netns: &NetNs, link: IfIndex) -> Result<Vec<Vec<u8>>> {
    let all = netns.with_connection(|connection| {
        connection.dump(&next_hop::dump(), Vec::new, |found, message| {
            if message.kind == RTM_NEWNEXTHOP {
                found.push(message.payload.to_vec());
            }
        })
    });
    Ok(next_hop::lost_with(link, all.doing(|| format!("read the next-hop objects in {netns}"))?))
}
