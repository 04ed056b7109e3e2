//! Bridges and their ports, in the attributes that we read (linux/if_link.h).

use crate::wire::attribute::{find, u32};
use crate::wire::link::kinds::BRIDGE;
use crate::wire::link::{Port, kind_data};

/// `IFLA_BRPORT_STATE`.
const BRPORT_STATE: u16 = 1;
/// `BR_STATE_FORWARDING` of linux/if_bridge.h.
const FORWARDING: u8 = 3;
/// `IFLA_BR_STP_STATE`.
const BR_STP_STATE: u16 = 5;

impl Port {
    pub(crate) fn is_bridged(&self) -> bool {
        self.kind == BRIDGE
    }

    /// Whether the bridge passes packets of this port on.
    pub(crate) fn is_forwarding(&self) -> bool {
        find(&self.data, BRPORT_STATE).and_then(<[u8]>::first) == Some(&FORWARDING)
    }
}

/// Reads from a bridge's `RTM_NEWLINK` body whether the bridge takes part in a spanning tree (IEEE 802.1D).
pub(crate) fn has_spanning_tree(payload: &[u8]) -> Option<bool> {
    Some(find(kind_data(payload)?, BR_STP_STATE).and_then(u32)? != 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::captures::{BRIDGE_PORT, IFINFOMSG, LINK, native};

    /// The beginning of `IFLA_INFO_SLAVE_DATA` of a veth with `ip link set v0 master br0`, the bridge with
    /// `stp_state 1`, as Linux 6.18 sends it.
    #[rustfmt::skip]
    const LISTENING: [u8; 24] = native([
        5, 0, 1, 0, 1, 0, 0, 0, // IFLA_BRPORT_STATE: listening
        6, 0, 2, 0, 0x20, 0, 0, 0, // IFLA_BRPORT_PRIORITY
        8, 0, 3, 0, 2, 0, 0, 0, // IFLA_BRPORT_COST
    ], &[], &BRIDGE_PORT);

    fn port(data: &[u8]) -> Port {
        Port { kind: b"bridge".to_vec(), data: data.to_vec() }
    }

    #[test]
    fn a_port_forwards_in_one_state_only() {
        for state in 0..=255 {
            let mut data = LISTENING;
            data[4] = state;
            assert_eq!(port(&data).is_forwarding(), state == 3, "{state}");
        }
        for end in 0..5 {
            assert!(!port(&LISTENING[..end]).is_forwarding());
        }
        assert!(port(&[]).is_bridged());
        assert!(!Port { kind: b"bond".to_vec(), data: LISTENING.to_vec() }.is_bridged());
    }

    /// The body of a bridge's `RTM_NEWLINK`, of its attributes the two that are read.
    #[test]
    fn a_bridge_has_a_spanning_tree_or_not() {
        #[rustfmt::skip]
        let mut body = native([
            0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            28, 0, 18, 0,                                                // IFLA_LINKINFO
            11, 0, 1, 0, b'b', b'r', b'i', b'd', b'g', b'e', 0, 0,       // IFLA_INFO_KIND
            12, 0, 2, 0, 8, 0, 5, 0, 1, 0, 0, 0,                         // IFLA_INFO_DATA: IFLA_BR_STP_STATE
        ], &IFINFOMSG, &LINK);
        assert_eq!(has_spanning_tree(&body), Some(true));
        body[40..].fill(0);
        assert_eq!(has_spanning_tree(&body), Some(false));
        for end in 0..body.len() {
            assert_eq!(has_spanning_tree(&body[..end]), None, "{end}");
        }
    }
}
