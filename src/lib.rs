//! netgraft takes a network interface, grafts it into a Linux network namespace and makes it work there: moved or made
//! in place, named, addressed, routed, up, announced to its neighbours. And it takes it out again. All or nothing: whatever
//! fails, every namespace is as it was, and the error says in one line what the kernel objected to.
//!
//! ```no_run
//! use netgraft::{InterfaceConfig, Link, NamePrefix, Namespace};
//!
//! fn main() -> netgraft::Result<()> {
//!     let host = Namespace::current()?;
//!     let web = Namespace::create("/run/netns/web")?;
//!
//!     let eth0 = web.add_interface(
//!         Link::existing(&host, "veth1a2b")?,
//!         InterfaceConfig::prefix(NamePrefix::new("eth")?)
//!             .mac("02:42:0a:00:00:02".parse()?)
//!             .address("10.0.0.2/24".parse()?)
//!             .address("fd00:1::2/64".parse()?)
//!             .sysctl("net.ipv4.conf.IFNAME.rp_filter=2".parse()?),
//!     )?;
//!     println!("{} has sent {} bytes", eth0.name(), eth0.statistics()?.tx_bytes);
//!
//!     eth0.remove()?; // veth1a2b is back, as it was
//!     web.destroy()
//! }
//! ```
//!
//! A [`Namespace`] is opened or made, and found again after a restart. A [`Link`] says where an interface comes from, an
//! [`InterfaceConfig`] what it is to be. [`Namespace::add_interface`] makes it so and returns the [`Interface`];
//! [`Namespace::add_interfaces`] does that for many at once. [`Interface::remove`] takes it out. Gateways, routes and neighbours are
//! the namespace's: [`Namespace::set_gateway`] and those beside it. An [`Error`] has an [`ErrorKind`] to act on.
//!
//! It is synchronous, starts no other program, needs neither `/proc` nor `/sys`, and has a thread only while announcements are
//! to be repeated ([`announce`]).
//!
//! # Guides
//!
//! For the author of [an init system](guide::init), of [a container runtime](guide::runtime), of [a program in C](guide::c), and
//! for [people at a shell](guide::shell) and scripts that read the [JSON](guide::json). What older kernels lack:
//! [kernel features](guide::kernel_features). How what a killed process has begun is undone or finished:
//! [the journal](guide::journal). How an add flows through the layers, and where to change what:
//! [architecture](guide::architecture). What it costs, what it promises and where it stops is in the README.
//!
//! # Layers
//!
//! No module imports from a layer above its own.
//!
//! ```text
//!  types, error, text   values, checked when they are created; the one error type; escaping
//!      ▲       ▲
//!    wire     sys       wire: bytes to values and back, without a descriptor; sys: the system calls, and the unsafe
//!      ▲       ▲
//!  netlink, announce    netlink: one socket and the conversations on it; announce: the schedule of repeats, and their thread
//!      ▲
//!    netns              an open namespace: its files, its pin, and how to find it again
//!      ▲
//!  record, journal      interfaces in the process's memory, and in its files
//!      ▲
//!     ops               one kernel operation per function: links, addresses, routes, neighbours, settings
//!      ▲
//!  wait, check          waits for the kernel, each with a deadline; check: what differs from what was asked for
//!      ▲
//!  namespace            the public handle
//!      ▲
//!  interface, routing,  add, remove, restore; gateways, routes, neighbours;
//!  monitor              what happens to links
//!      ▲
//!  capi, the commands   C functions; words to calls. No logic of their own
//! ```
//!
//! # Features
//!
//! | feature | what it is for |
//! |---|---|
//! | none | the library, on the crates netlink-sys, netlink-packet-core, netlink-packet-route, libc, socket2 and log, and what these need |
//! | `capi` | the C API; `make install` builds the shared and the static library with it, and installs the header |
//! | `cli` | the command `netgraft`, which has more dependencies |
//! | `cni` | the plugins `netgraft-cni` of the [Container Network Interface](guide::kubernetes) |
//!
//! # Versions
//!
//! Semantic versioning; what that means for errors, the command and the C API is in CONTRIBUTING.md. Linux alone, from 5.10
//! on, where it is tested. Rust 1.85; a later version may ask for a later one in a minor release.

pub mod announce;
#[cfg(feature = "capi")]
mod capi;
mod check;
mod error;
#[cfg(any(doc, doctest))]
pub mod guide;
mod interface;
mod journal;
mod monitor;
mod namespace;
mod netlink;
mod netns;
mod ops;
mod record;
mod routing;
mod sys;
#[cfg(any(test, fuzzing))]
#[doc(hidden)]
pub mod testing;
mod text;
mod types;
mod wait;
mod wire;

pub use check::{Aspect, Difference};
pub use error::{Error, ErrorKind, Result};
pub use interface::{
    Announce, Bridge, Interface, InterfaceConfig, Ipv6, Ipvlan, Link, LinkState, Macvlan, Netkit, NetkitMode,
    NetkitPolicy, PlannedStep, Probe, Restored, Statistics, VethPeer, Vlan, VlanProtocol, Vxlan, Wait,
};
pub use monitor::{LinkChange, LinkCondition, LinkEvent, Monitor};
pub use namespace::Namespace;
pub use netns::NamespaceId;
pub use routing::{Gateway, Gateways, Neighbour};
pub use types::{
    Address, Family, IfIndex, IfName, IpvlanIsolation, IpvlanMode, LinkSelector, MacAddr, MacvlanMode, NamePrefix,
    NetnsSysctl, Prefix, Route, Rule, Sysctl,
};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

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
