//! Ports of bridges: their options (linux/if_link.h, linux/if_bridge.h).

use netlink_packet_route::AddressFamily;
use netlink_packet_route::link::LinkHeader;

use crate::types::IfIndex;
use crate::wire::attribute::{Attribute, bytes, nested};
use crate::wire::link::{RTM_DELLINK, RTM_SETLINK, header};
use crate::wire::request::Request;

const IFLA_PROTINFO: u16 = 12;
const IFLA_AF_SPEC: u16 = 26;
const IFLA_BRPORT_MODE: u16 = 4;
const IFLA_BRPORT_LEARNING: u16 = 8;
const IFLA_BRPORT_ISOLATED: u16 = 33;
const IFLA_BRIDGE_VLAN_INFO: u16 = 2;

/// `BRIDGE_VLAN_INFO_…`: untagged packets belong to the VLAN; packets of the VLAN leave untagged; first and last of a range.
const PVID: u16 = 2;
const UNTAGGED: u16 = 4;
const RANGE_BEGIN: u16 = 8;
const RANGE_END: u16 = 16;
/// The numbers that VLANs can have.
const FIRST_VLAN: u16 = 1;
const LAST_VLAN: u16 = 4094;

/// The options of a port; the bridge decides about the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PortOptions {
    pub(crate) hairpin: Option<bool>,
    pub(crate) isolated: Option<bool>,
    pub(crate) learning: Option<bool>,
    /// The VLANs of the port, its own first; empty for those that the bridge assigns.
    pub(crate) vlans: Vec<u16>,
}

impl PortOptions {
    /// Requests the flags of a port, if there are any.
    pub(crate) fn set_flags(&self, port: IfIndex) -> Option<Request> {
        let flag = |kind, on: Option<bool>| on.map(|on| bytes(kind, &[on.into()]));
        let flags = [
            flag(IFLA_BRPORT_MODE, self.hairpin),
            flag(IFLA_BRPORT_LEARNING, self.learning),
            flag(IFLA_BRPORT_ISOLATED, self.isolated),
        ];
        let flags: Vec<Attribute> = flags.into_iter().flatten().collect();
        (!flags.is_empty()).then(|| change(RTM_SETLINK, port, nested(IFLA_PROTINFO, &flags)))
    }

    /// Requests the VLANs of a port, instead of those that the bridge assigned.
    pub(crate) fn set_vlans(&self, port: IfIndex) -> Vec<Request> {
        let Some((own, others)) = self.vlans.split_first() else { return Vec::new() };
        let all = [vlan(FIRST_VLAN, RANGE_BEGIN), vlan(LAST_VLAN, RANGE_END)];
        let given: Vec<Attribute> =
            [vlan(*own, PVID | UNTAGGED)].into_iter().chain(others.iter().map(|id| vlan(*id, 0))).collect();
        vec![
            change(RTM_DELLINK, port, nested(IFLA_AF_SPEC, &all)),
            change(RTM_SETLINK, port, nested(IFLA_AF_SPEC, &given)),
        ]
    }
}

/// A `struct bridge_vlan_info`.
fn vlan(id: u16, flags: u16) -> Attribute {
    bytes(IFLA_BRIDGE_VLAN_INFO, &[flags.to_ne_bytes(), id.to_ne_bytes()].concat())
}

fn change(kind: u16, port: IfIndex, attribute: Attribute) -> Request {
    let header = LinkHeader { interface_family: AddressFamily::Bridge, ..header(Some(port)) };
    Request::change(kind, 0, &header, &[attribute])
}
