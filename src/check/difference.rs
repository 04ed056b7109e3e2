use std::fmt;

use crate::record::interface::InterfaceRecord;

/// One difference between an interface and its request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The aspect that differs.
    pub aspect: Aspect,
    /// The requested value.
    pub wanted: String,
    /// The present value, if there is one.
    pub found: Option<String>,
}

/// An aspect of an interface that can differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Aspect {
    /// The link is gone.
    Link,
    /// The link's name.
    Name,
    /// The link's hardware address.
    Mac,
    /// The link's largest packet.
    Mtu,
    /// The length of the link's transmit queue.
    TxQueueLen,
    /// The alias of the link.
    Alias,
    /// Whether the link is set up.
    Up,
    /// Whether the link receives all packets.
    Promiscuous,
    /// Whether the link receives all multicast packets.
    AllMulticast,
    /// The bridge or other link that the link is a port of.
    Master,
    /// An address that the link lacks.
    Address,
    /// An address that another host has as well, so that it is not announced.
    Announcing,
    /// A route that is missing.
    Route,
    /// A policy rule that is missing.
    Rule,
    /// A kernel setting.
    Sysctl,
}

impl Aspect {
    /// Returns the command's word for the aspect.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Name => "name",
            Self::Mac => "mac",
            Self::Mtu => "mtu",
            Self::TxQueueLen => "txqlen",
            Self::Alias => "alias",
            Self::Up => "up",
            Self::Promiscuous => "promisc",
            Self::AllMulticast => "allmulti",
            Self::Master => "master",
            Self::Address => "address",
            Self::Announcing => "announcing",
            Self::Route => "route",
            Self::Rule => "rule",
            Self::Sysctl => "sysctl",
        }
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl Difference {
    pub(super) fn new(aspect: Aspect, wanted: impl Into<String>, found: Option<String>) -> Self {
        Self { aspect, wanted: wanted.into(), found }
    }

    pub(super) fn gone(interface: &InterfaceRecord) -> Self {
        Self::new(Aspect::Link, interface.name.to_string(), None)
    }
}

/// Prints one line: `mtu is 1300, not 1400`, `address 10.0.0.2/24 is missing`.
impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { aspect, wanted, found } = self;
        match found {
            Some(found) => write!(f, "{aspect} is {found}, not {wanted}"),
            None => write!(f, "{aspect} {wanted} is missing"),
        }
    }
}
