use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};

/// How a macvlan exchanges packets with the others on its parent (ip-link(8), linux/if_link.h).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "IFLA_MACVLAN_MODE")]
pub enum MacvlanMode {
    /// Directly, as the ports of a bridge do.
    #[default]
    #[doc(alias = "MACVLAN_MODE_BRIDGE")]
    Bridge,
    /// Not at all.
    #[doc(alias = "MACVLAN_MODE_PRIVATE")]
    Private,
    /// By way of the switch that the parent is plugged into, which has to send them back (IEEE 802.1Qbg).
    #[doc(alias = "MACVLAN_MODE_VEPA")]
    Vepa,
    /// There are no others: it takes over the parent and its MAC.
    #[doc(alias = "MACVLAN_MODE_PASSTHRU")]
    Passthru,
}

/// What an ipvlan does with packets (the kernel's Documentation/networking/ipvlan.rst).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[doc(alias = "IFLA_IPVLAN_MODE")]
pub enum IpvlanMode {
    /// Switches them, and answers ARP and neighbour discovery.
    #[default]
    #[doc(alias = "IPVLAN_MODE_L2")]
    L2,
    /// Routes them in the parent's namespace, whose netfilter hooks for IP see what goes out, but not what comes in.
    /// Neither multicast nor broadcast.
    #[doc(alias = "IPVLAN_MODE_L3")]
    L3,
    /// The same, but what comes in goes through those hooks, too, so that filters and connection tracking there see
    /// both ways. What ipvlans on one parent send one another they see in neither mode.
    #[doc(alias = "IPVLAN_MODE_L3S")]
    L3s,
}

impl MacvlanMode {
    const ALL: [Self; 4] = [Self::Bridge, Self::Private, Self::Vepa, Self::Passthru];

    fn as_str(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Private => "private",
            Self::Vepa => "vepa",
            Self::Passthru => "passthru",
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

/// `bridge`, `private`, `vepa` or `passthru`.
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
        for text in ["", "Bridge", "source", "l2"] {
            let error = text.parse::<MacvlanMode>().unwrap_err();
            assert!(error.to_string().contains("bridge, private, vepa, passthru"), "{error}");
        }
        assert!("bridge".parse::<IpvlanMode>().is_err());
    }
}
