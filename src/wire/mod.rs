//! Bytes to values and back. No descriptor, no system call, and no panic whatever the bytes.

pub(crate) mod address;
pub(crate) mod arp;
pub(crate) mod attribute;
pub(crate) mod bridge;
#[cfg(any(test, fuzzing))]
pub(crate) mod captures;
pub(crate) mod link;
pub(crate) mod message;
mod names;
pub(crate) mod ndp;
pub(crate) mod neighbour;
pub(crate) mod next_hop;
pub(crate) mod nsid;
pub(crate) mod port;
pub(crate) mod request;
pub(crate) mod route;
pub(crate) mod rule;
