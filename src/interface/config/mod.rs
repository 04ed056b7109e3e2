//! What the caller asks for: where a link comes from, and what an interface is to be.

mod announce;
mod bridge;
pub(super) mod interface;
mod ipvlan;
pub(super) mod link;
mod macvlan;
pub(super) mod veth;
mod vxlan;
mod wait;

pub use announce::Announce;
pub use bridge::Bridge;
pub use interface::{InterfaceConfig, Ipv6};
pub use ipvlan::Ipvlan;
pub use link::Link;
pub use macvlan::Macvlan;
pub use veth::VethPeer;
pub use vxlan::Vxlan;
pub use wait::Wait;
