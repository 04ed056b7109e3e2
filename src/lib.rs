#![doc = include_str!("../README.md")]
//!
//! What is where inside, and how an add flows through it: docs/architecture.md.

pub mod announce;
#[cfg(feature = "capi")]
mod capi;
mod error;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod fuzzing;
#[cfg(any(doc, doctest))]
pub mod guide;
mod interface;
mod namespace;
mod netlink;
mod ops;
mod routing;
mod sys;
mod types;
mod wait;
mod wire;

pub use error::{Error, ErrorKind, Result};
pub use interface::{
    Announce, Bridge, Interface, InterfaceConfig, Ipvlan, Link, LinkState, Macvlan, Restored, Statistics, Veth, Vxlan,
    Wait,
};
pub use namespace::{Namespace, NamespaceId};
pub use routing::{Gateway, Gateways, Neighbour, Route};
pub use types::{Family, IfIndex, IfName, IpvlanMode, MacAddr, MacvlanMode, NamePrefix, Prefix, Sysctl};

/// The packets by which addresses are announced, to build and to recognise.
///
/// ```
/// use netgraft::frame::ArpAnnouncement;
///
/// let announcement = ArpAnnouncement { mac: "02:42:0a:00:00:02".parse()?, ip: [10, 0, 0, 2].into() };
/// let mut packet = [0; ArpAnnouncement::LEN];
/// announcement.emit(&mut packet);
/// assert_eq!(ArpAnnouncement::parse(&packet), Some(announcement));
/// # Ok::<(), netgraft::Error>(())
/// ```
pub mod frame {
    pub use crate::wire::arp::ArpAnnouncement;
    pub use crate::wire::ndp::NeighbourAdvertisement;
}
