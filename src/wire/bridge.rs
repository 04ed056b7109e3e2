//! Bridges and their ports, in the attributes that we read (linux/if_link.h).

use super::attribute::{find, u32};
use super::link::{Port, kind_data};

/// `IFLA_BRPORT_STATE`.
const BRPORT_STATE: u16 = 1;
/// `BR_STATE_FORWARDING` of linux/if_bridge.h.
const FORWARDING: u8 = 3;
/// `IFLA_BR_STP_STATE`.
const BR_STP_STATE: u16 = 5;

impl Port {
    pub(crate) fn is_bridged(&self) -> bool {
        self.kind == b"bridge"
    }

    /// Whether the bridge passes on what arrives here.
    pub(crate) fn is_forwarding(&self) -> bool {
        find(&self.data, BRPORT_STATE).and_then(<[u8]>::first) == Some(&FORWARDING)
    }
}

/// Reads from a bridge's `RTM_NEWLINK` body whether it takes part in a spanning tree (IEEE 802.1D).
pub(crate) fn has_spanning_tree(payload: &[u8]) -> Option<bool> {
    Some(find(kind_data(payload)?, BR_STP_STATE).and_then(u32)? != 0)
}
