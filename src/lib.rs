#![doc = include_str!("../README.md")]
//!
//! # Layers
//!
//! Nothing imports upward.
//!
//! ```text
//!  types, error      values, checked when they are made
//!  wire     sys      wire: bytes to values and back; sys: the system calls
//!  netlink           one socket: request, batch, dump, notifications
//!  namespace         the handle, and the list of what was added through it
//!  ops               one kernel operation per function
//!  wait              deadlines and notifications
//!  interface         add and remove, step by step
//! ```

mod error;
mod interface;
mod namespace;
mod netlink;
mod ops;
mod sys;
mod types;
mod wait;
mod wire;

pub use error::{Error, ErrorKind, Result};
pub use interface::{Announce, Interface, InterfaceConfig, Link, LinkState, Statistics, Veth, Wait};
pub use namespace::{Namespace, NamespaceId};
pub use types::{IfIndex, IfName, MacAddr, NamePrefix, Prefix, Sysctl};
