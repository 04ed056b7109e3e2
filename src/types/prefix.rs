use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use crate::error::{Error, ErrorKind};
use crate::types::Family;

/// An IP address with the length of its network part: `10.0.0.2/24`, `fd00::2/64`.
///
/// Serves as an interface's address, which keeps its host bits, and as a route's destination, which is the
/// [network](Prefix::network).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Prefix {
    address: IpAddr,
    length: u8,
}

impl Prefix {
    /// `0.0.0.0/0`, the destination of a default route.
    pub(crate) const EVERYTHING_IPV4: Self = Self { address: IpAddr::V4(Ipv4Addr::UNSPECIFIED), length: 0 };
    /// `::/0`.
    pub(crate) const EVERYTHING_IPV6: Self = Self { address: IpAddr::V6(Ipv6Addr::UNSPECIFIED), length: 0 };

    /// Creates a prefix from an address and a length in bits.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when the length is over 32 (IPv4) or 128 (IPv6).
    pub fn new(address: impl Into<IpAddr>, length: u8) -> Result<Self, Error> {
        let address = address.into();
        let max = bits(address);
        if length > max {
            let message = format!("prefix length {length} of {address}/{length} is over {max}");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        Ok(Self { address, length })
    }

    /// Creates a prefix of full length.
    #[must_use]
    pub fn host(address: impl Into<IpAddr>) -> Self {
        let address = address.into();
        Self { address, length: bits(address) }
    }

    /// Returns the address, host bits included.
    #[must_use]
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// Returns the length of the network part in bits.
    #[must_use]
    pub fn length(&self) -> u8 {
        self.length
    }

    /// Returns the destination of a default route: `0.0.0.0/0` or `::/0`.
    pub(crate) fn everything(family: Family) -> Self {
        match family {
            Family::Ipv4 => Self::EVERYTHING_IPV4,
            Family::Ipv6 => Self::EVERYTHING_IPV6,
        }
    }

    /// Returns the address family.
    #[must_use]
    pub fn family(&self) -> Family {
        Family::of(self.address)
    }

    /// Returns whether the address is IPv4.
    #[must_use]
    pub fn is_ipv4(&self) -> bool {
        self.address.is_ipv4()
    }

    /// Returns whether the address is IPv6.
    #[must_use]
    pub fn is_ipv6(&self) -> bool {
        self.address.is_ipv6()
    }

    /// Returns the prefix with its host bits cleared.
    #[must_use]
    pub fn network(&self) -> Self {
        let address = match self.address {
            IpAddr::V4(a) => IpAddr::V4(Ipv4Addr::from_bits(a.to_bits() & mask_v4(self.length))),
            IpAddr::V6(a) => IpAddr::V6(Ipv6Addr::from_bits(a.to_bits() & mask_v6(self.length))),
        };
        Self { address, length: self.length }
    }

    /// Returns whether an address of the same family lies in the network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(net), IpAddr::V4(a)) => (net.to_bits() ^ a.to_bits()) & mask_v4(self.length) == 0,
            (IpAddr::V6(net), IpAddr::V6(a)) => (net.to_bits() ^ a.to_bits()) & mask_v6(self.length) == 0,
            _ => false,
        }
    }

    /// Returns whether the prefix is `0.0.0.0/0` or `::/0`.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.length == 0
    }

    /// Returns whether the address is in 169.254.0.0/16 (RFC 3927) or fe80::/10 (RFC 4291 §2.5.6).
    #[must_use]
    pub fn is_link_local(&self) -> bool {
        match self.address {
            IpAddr::V4(a) => a.is_link_local(),
            IpAddr::V6(a) => a.is_unicast_link_local(),
        }
    }

    /// Refuses the unspecified address. The kernel accepts 0.0.0.0 and adds nothing.
    pub(crate) fn check_assignable(self) -> Result<(), Error> {
        if self.address.is_unspecified() {
            let message = format!("{self} is not an address that a link can have");
            return Err(Error::new(ErrorKind::InvalidArgument, message));
        }
        Ok(())
    }

    /// Returns the broadcast address of an IPv4 subnet; none for /31 (RFC 3021), /32 and IPv6.
    #[must_use]
    pub fn broadcast(&self) -> Option<Ipv4Addr> {
        match self.address {
            IpAddr::V4(a) if self.length <= 30 => Some(Ipv4Addr::from_bits(a.to_bits() | !mask_v4(self.length))),
            _ => None,
        }
    }
}

fn bits(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn mask_v4(length: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0)
}

fn mask_v6(length: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(length)).unwrap_or(0)
}

impl From<IpAddr> for Prefix {
    fn from(address: IpAddr) -> Self {
        Self::host(address)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.length)
    }
}

impl fmt::Debug for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// `address/length`; an address alone means the full length.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for Prefix {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let invalid = || {
            let message = format!("\"{}\" is not an address/length like 10.0.0.2/24", text.escape_debug());
            Error::new(ErrorKind::InvalidArgument, message)
        };
        let (address, length) = match text.split_once('/') {
            None => (text, None),
            Some((address, length)) => (address, Some(length)),
        };
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        match length {
            None => Ok(Self::host(address)),
            // `parse` accepts a sign.
            Some(digits) if !digits.starts_with('+') => Self::new(address, digits.parse().map_err(|_| invalid())?),
            Some(_) => Err(invalid()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> Prefix {
        text.parse().unwrap()
    }

    #[test]
    fn reads_what_it_prints() {
        for text in ["10.0.0.2/24", "0.0.0.0/0", "fd00::2/64", "::/0", "10.0.0.1/32", "::1/128"] {
            assert_eq!(prefix(text).to_string(), text);
        }
        assert_eq!(prefix("10.0.0.1"), prefix("10.0.0.1/32"));
        assert_eq!(prefix("fd00::1"), prefix("fd00::1/128"));
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "/",
            "10.0.0.1/",
            "10.0.0.1/33",
            "::/129",
            "10.0.0/24",
            "10.0.0.1/+4",
            "10.0.0.1/-1",
            "10.0.0.1/24/1",
            "fe80::1%eth0/64",
        ] {
            assert_eq!(text.parse::<Prefix>().unwrap_err().kind(), ErrorKind::InvalidArgument, "{text}");
        }
    }

    #[test]
    fn containment_at_the_edges() {
        assert!(prefix("0.0.0.0/0").contains(prefix("255.255.255.255").address()));
        assert!(prefix("::/0").contains(prefix("ffff::").address()));
        assert!(!prefix("0.0.0.0/0").contains(prefix("::1").address()));
        assert!(prefix("10.0.0.7/32").contains(prefix("10.0.0.7").address()));
        assert!(!prefix("10.0.0.7/32").contains(prefix("10.0.0.6").address()));
        assert!(prefix("10.0.0.129/25").contains(prefix("10.0.0.255").address()));
        assert!(!prefix("10.0.0.129/25").contains(prefix("10.0.0.127").address()));
    }

    #[test]
    fn broadcast_is_for_real_subnets() {
        assert_eq!(prefix("10.0.0.2/24").broadcast(), Some(Ipv4Addr::new(10, 0, 0, 255)));
        assert_eq!(prefix("10.0.0.2/30").broadcast(), Some(Ipv4Addr::new(10, 0, 0, 3)));
        assert_eq!(prefix("10.0.0.2/31").broadcast(), None);
        assert_eq!(prefix("10.0.0.2/32").broadcast(), None);
        assert_eq!(prefix("fd00::1/64").broadcast(), None);
    }

    #[test]
    fn network_clears_host_bits() {
        assert_eq!(prefix("10.1.2.3/12").network(), prefix("10.0.0.0/12"));
        assert_eq!(prefix("fd00::ff/120").network(), prefix("fd00::/120"));
        assert_eq!(prefix("10.1.2.3/0").network(), prefix("0.0.0.0/0"));
    }
}
