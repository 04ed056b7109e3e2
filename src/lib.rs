//! netgraft

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
