//! `netgraft-cni`: the plugins bridge, ptp, macvlan, ipvlan, vlan and host-device of the Container Network Interface.
//!
//! One program that acts as the plugin whose name it is called by, with or without `netgraft-` in front.

mod announce;
mod attachment;
mod bridge;
mod call;
mod check;
mod commands;
mod config;
#[allow(dead_code, reason = "the plugins start no process that would keep what they were given")]
#[path = "../netgraft/descriptors.rs"]
mod descriptors;
mod error;
mod forwarding;
mod gateway;
mod gc;
mod host_device;
mod ipam;
mod ipvlan;
mod keys;
mod link;
mod macvlan;
mod masquerade;
mod netlink;
mod nft;
mod parent;
mod place;
mod plugin;
mod port;
mod protocol;
mod ptp;
mod result;
mod route;
mod status;
mod undo;
mod version;
mod veth;
mod vlan;

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(protocol::serve())
}
