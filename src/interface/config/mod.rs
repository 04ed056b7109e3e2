//! Requests of the caller: where a link comes from, and how the interface is configured.

mod announce;
mod attributes;
mod bridge;
mod dummy;
pub(super) mod interface;
mod ipvlan;
pub(super) mod kind;
pub(super) mod link;
mod macvlan;
mod netkit;
mod parent;
mod probe;
mod routing;
pub(super) mod verify;
pub(super) mod veth;
mod veth_kind;
mod vlan;
mod vrf;
mod vxlan;
mod wait;

pub use announce::Announce;
pub use bridge::Bridge;
pub use interface::{InterfaceConfig, Ipv6};
pub use ipvlan::Ipvlan;
#[cfg(feature = "capi")]
pub(crate) use kind::Kind;
pub use link::Link;
pub use macvlan::Macvlan;
pub use netkit::{Netkit, NetkitMode, NetkitPolicy};
pub use probe::Probe;
pub use veth::VethPeer;
pub use vlan::{Vlan, VlanProtocol};
pub use vxlan::Vxlan;
pub use wait::Wait;
