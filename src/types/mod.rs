//! Values that are checked once, when they are created.

mod address;
mod family;
mod index;
mod mac;
mod mode;
mod name;
mod netns_sysctl;
mod prefix;
mod random;
mod route;
mod rule;
mod selector;
mod setting;
mod sorted;
mod sysctl;
mod vlan;

pub use address::Address;
pub use family::Family;
pub use index::IfIndex;
pub use mac::MacAddr;
pub use mode::{IpvlanIsolation, IpvlanMode, MacvlanMode};
pub use name::{IfName, NamePrefix};
pub use netns_sysctl::NetnsSysctl;
pub use prefix::Prefix;
pub(crate) use random::random;
pub use route::Route;
pub(crate) use route::{RouteMetrics, RouteTarget, default_metric};
pub use rule::Rule;
pub use selector::LinkSelector;
pub(crate) use setting::Setting;
pub(crate) use sorted::sorted;
pub use sysctl::Sysctl;
pub(crate) use vlan::check_vlan_id;
