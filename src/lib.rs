//! netgraft

mod error;
mod types;

pub use error::{Error, ErrorKind, Result};
pub use types::{IfIndex, IfName, MacAddr, NamePrefix, Prefix, Sysctl};
