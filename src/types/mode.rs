use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};

/// How macvlans on one parent exchange packets (ip-link(8), linux/if_link.h).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "IFLA_MACVLAN_MODE")]
pub enum MacvlanMode {
    /// Directly, like the ports of a bridge.
    #[default]
    #[doc(alias = "MACVLAN_MODE_BRIDGE")]
    Bridge,
    /// Not at all.
    #[doc(alias = "MACVLAN_MODE_PRIVATE")]
    Private,
    /// Through the switch at the parent, which has to send the packets back (IEEE 802.1Qbg).
    #[doc(alias = "MACVLAN_MODE_VEPA")]
    Vepa,
    /// The only macvlan on its parent, which gives up its MAC.
    #[doc(alias = "MACVLAN_MODE_PASSTHRU")]
    Passthru,
    /// Only with MACs that it is told of (`bridge fdb`, `ip link set … type macvlan macaddr add`).
    #[doc(alias = "MACVLAN_MODE_SOURCE")]
    Source,
}

/// How an ipvlan handles packets (the kernel's Documentation/networking/ipvlan.rst).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "IFLA_IPVLAN_MODE")]
pub enum IpvlanMode {
    /// Switches packets, and answers ARP and neighbour discovery.
    #[default]
    #[doc(alias = "IPVLAN_MODE_L2")]
    L2,
    /// Routes packets in the parent's namespace.
    ///
    /// Netfilter there sees outgoing packets only. No multicast or broadcast.
    #[doc(alias = "IPVLAN_MODE_L3")]
    L3,
    /// Like `L3`, but netfilter sees incoming packets, too, so that connection tracking works.
    ///
    /// Packets between ipvlans on one parent pass unseen in both modes.
    #[doc(alias = "IPVLAN_MODE_L3S")]
    L3s,
}

/// Whether ipvlans on one parent reach one another (the kernel's Documentation/networking/ipvlan.rst).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "IFLA_IPVLAN_FLAGS")]
pub enum IpvlanIsolation {
    /// Directly.
    #[default]
    Bridge,
    /// Not at all.
    #[doc(alias = "IPVLAN_F_PRIVATE")]
    Private,
    /// By way of the switch that the parent is plugged into.
    ///
    /// The switch has to send packets back (IEEE 802.1Qbg).
    #[doc(alias = "IPVLAN_F_VEPA")]
    Vepa,
}

impl IpvlanIsolation {
    const ALL: [Self; 3] = [Self::Bridge, Self::Private, Self::Vepa];

    fn as_str(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Private => "private",
            Self::Vepa => "vepa",
        }
    }
}

/// As ip-link(8) calls it.
impl fmt::Display for IpvlanIsolation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// `bridge`, `private` or `vepa`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for IpvlanIsolation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = Self::ALL.into_iter().find(|isolation| isolation.as_str() == text);
        found.ok_or_else(|| unknown(text, "ipvlan's isolation", &Self::ALL.map(Self::as_str)))
    }
}

impl MacvlanMode {
    const ALL: [Self; 5] = [Self::Bridge, Self::Private, Self::Vepa, Self::Passthru, Self::Source];

    fn as_str(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Private => "private",
            Self::Vepa => "vepa",
            Self::Passthru => "passthru",
            Self::Source => "source",
        }
    }
}

impl IpvlanMode {
    const ALL: [Self; 3] = [Self::L2, Self::L3, Self::L3s];

    fn as_str(self) -> &'static str {
        match self {
            Self::L2 => "l2",
            Self::L3 => "l3",
            Self::L3s => "l3s",
        }
    }
}

/// As ip-link(8) calls it.
impl fmt::Display for MacvlanMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// As ip-link(8) calls it.
impl fmt::Display for IpvlanMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// `bridge`, `private`, `vepa`, `passthru` or `source`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for MacvlanMode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mode = Self::ALL.into_iter().find(|mode| mode.as_str() == text);
        mode.ok_or_else(|| unknown(text, "macvlan", &Self::ALL.map(Self::as_str)))
    }
}

/// `l2`, `l3` or `l3s`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for IpvlanMode {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mode = Self::ALL.into_iter().find(|mode| mode.as_str() == text);
        mode.ok_or_else(|| unknown(text, "ipvlan", &Self::ALL.map(Self::as_str)))
    }
}

fn unknown(text: &str, kind: &str, modes: &[&str]) -> Error {
    let message = format!("\"{}\" is not a mode of a {kind} ({})", text.escape_debug(), modes.join(", "));
    Error::new(ErrorKind::InvalidArgument, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for mode in MacvlanMode::ALL {
            assert_eq!(mode.to_string().parse::<MacvlanMode>().unwrap(), mode);
        }
        for mode in IpvlanMode::ALL {
            assert_eq!(mode.to_string().parse::<IpvlanMode>().unwrap(), mode);
        }
        for text in ["", "Bridge", "l2"] {
            let error = text.parse::<MacvlanMode>().unwrap_err();
            assert!(error.to_string().contains("bridge, private, vepa, passthru, source"), "{error}");
        }
        assert!("bridge".parse::<IpvlanMode>().is_err());
    }
}
