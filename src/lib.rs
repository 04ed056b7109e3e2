//! netgraft

mod error;
mod namespace;
mod netlink;
mod ops;
mod sys;
mod types;
mod wire;

pub use error::{Error, ErrorKind, Result};
pub use namespace::{Namespace, NamespaceId};
pub use types::{IfIndex, IfName, MacAddr, NamePrefix, Prefix, Sysctl};
