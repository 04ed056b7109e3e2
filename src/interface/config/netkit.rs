use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::config::kind::Kind;
use crate::interface::config::veth::VethPeer;
use crate::types::IfIndex;
use crate::wire::attribute::{Attribute, bytes, number};

const IFLA_NETKIT_PEER_INFO: u16 = 1;
const IFLA_NETKIT_POLICY: u16 = 3;
const IFLA_NETKIT_PEER_POLICY: u16 = 4;
const IFLA_NETKIT_MODE: u16 = 5;

/// A new pair of links that BPF programs pass packets between (Linux 6.7).
///
/// This end is the interface, and the primary one.
#[derive(Clone, Debug)]
#[must_use]
pub struct Netkit {
    peer: VethPeer,
    mode: NetkitMode,
    policy: NetkitPolicy,
    peer_policy: NetkitPolicy,
}

/// What a netkit carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "IFLA_NETKIT_MODE")]
pub enum NetkitMode {
    /// Ethernet, as a veth does.
    #[default]
    #[doc(alias = "NETKIT_L2")]
    L2,
    /// IP without ARP and neighbour discovery, which is what the kernel itself takes by default.
    #[doc(alias = "NETKIT_L3")]
    L3,
}

/// What happens to packets if no BPF program decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "IFLA_NETKIT_POLICY")]
pub enum NetkitPolicy {
    /// Packets pass.
    #[default]
    #[doc(alias = "NETKIT_PASS")]
    Pass,
    /// Packets are dropped.
    #[doc(alias = "NETKIT_DROP")]
    Drop,
}

impl Netkit {
    /// Describes a pair by its other end.
    pub fn new(peer: VethPeer) -> Self {
        Self {
            peer,
            mode: NetkitMode::default(),
            policy: NetkitPolicy::default(),
            peer_policy: NetkitPolicy::default(),
        }
    }

    /// Returns the other end, for changes.
    #[cfg(feature = "capi")]
    pub(crate) fn peer_mut(&mut self) -> &mut VethPeer {
        &mut self.peer
    }

    pub(crate) fn peer_name(&self) -> &[u8] {
        &self.peer.name
    }

    /// Sets what the pair carries.
    pub fn mode(mut self, mode: NetkitMode) -> Self {
        self.mode = mode;
        self
    }

    /// Sets what happens to packets that leave by the interface.
    pub fn policy(mut self, policy: NetkitPolicy) -> Self {
        self.policy = policy;
        self
    }

    /// Sets what happens to packets that leave by the other end.
    #[doc(alias = "IFLA_NETKIT_PEER_POLICY")]
    pub fn peer_policy(mut self, policy: NetkitPolicy) -> Self {
        self.peer_policy = policy;
        self
    }
}

impl Kind for Netkit {
    fn name(&self) -> &'static str {
        "netkit"
    }

    fn build_option(&self) -> &'static str {
        "NETKIT"
    }

    fn peer(&self) -> Option<&VethPeer> {
        Some(&self.peer)
    }

    fn check(&self) -> Result<()> {
        self.peer.check_options()
    }

    fn check_whole(&self) -> Result<()> {
        self.peer.check_port()
    }

    fn has_peer_mac(&self) -> bool {
        self.mode == NetkitMode::L2
    }

    fn data(&self, _: Option<IfIndex>, peer: Option<Vec<u8>>) -> Vec<Attribute> {
        let policy = |policy| match policy {
            NetkitPolicy::Pass => 0,
            NetkitPolicy::Drop => 2,
        };
        let mode = match self.mode {
            NetkitMode::L2 => 0,
            NetkitMode::L3 => 1,
        };
        let mut data = vec![
            number(IFLA_NETKIT_MODE, mode),
            number(IFLA_NETKIT_POLICY, policy(self.policy)),
            number(IFLA_NETKIT_PEER_POLICY, policy(self.peer_policy)),
        ];
        data.extend(peer.map(|peer| bytes(IFLA_NETKIT_PEER_INFO, &peer)));
        data
    }

    fn details(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Netkit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "mode {}, {}", self.mode, self.peer)
    }
}

impl NetkitMode {
    const ALL: [(Self, &'static str); 2] = [(Self::L2, "l2"), (Self::L3, "l3")];
}

impl NetkitPolicy {
    const ALL: [(Self, &'static str); 2] = [(Self::Pass, "pass"), (Self::Drop, "drop")];
}

/// Prints the words of ip-link(8).
impl fmt::Display for NetkitMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(text_of(&Self::ALL, *self))
    }
}

/// Prints `pass` or `drop`.
impl fmt::Display for NetkitPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(text_of(&Self::ALL, *self))
    }
}

/// Reads `l2` or `l3`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for NetkitMode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        of_text(&Self::ALL, text, "a mode of a netkit (l2, l3)")
    }
}

/// Reads `pass` or `drop`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for NetkitPolicy {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        of_text(&Self::ALL, text, "a policy of a netkit (pass, drop)")
    }
}

fn text_of<T: PartialEq>(all: &[(T, &'static str)], value: T) -> &'static str {
    all.iter().find(|(one, _)| *one == value).map_or("", |(_, text)| text)
}

fn of_text<T: Copy>(all: &[(T, &'static str)], text: &str, what: &str) -> Result<T> {
    let found = all.iter().find(|(_, known)| *known == text).map(|(value, _)| *value);
    found.ok_or_else(|| Error::new(ErrorKind::InvalidArgument, format!("\"{}\" is not {what}", text.escape_debug())))
}
