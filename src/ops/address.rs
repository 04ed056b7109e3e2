//! Reads the addresses of links.

use crate::error::{Context, Result};
use crate::netns::NetNs;
use crate::types::IfIndex;
use crate::wire::address;
use crate::wire::address::{AddressInfo, RTM_NEWADDR};

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
