//! Values that are checked once, when they are created.

mod family;
mod index;
mod mac;
mod mode;
mod name;
mod prefix;
mod random;
mod setting;
mod sorted;
mod sysctl;

pub use family::Family;
pub use index::IfIndex;
pub use mac::MacAddr;
pub use mode::{IpvlanMode, MacvlanMode};
pub use name::{IfName, NamePrefix};
pub use prefix::Prefix;
pub(crate) use random::random;
pub(crate) use setting::Setting;
pub(crate) use sorted::sorted;
pub use sysctl::Sysctl;
