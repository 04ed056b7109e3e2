use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};
use crate::types::random;

/// An Ethernet hardware address, six bytes.
///
/// Any six bytes are accepted here. A link cannot have a multicast or an all-zero address: an add refuses it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MacAddr([u8; 6]);

impl MacAddr {
    /// `ff:ff:ff:ff:ff:ff`.
    pub const BROADCAST: Self = Self([0xff; 6]);

    /// Creates an address from bytes in transmission order.
    #[must_use]
    pub const fn new(bytes: [u8; 6]) -> Self {
        Self(bytes)
    }

    /// Makes up an address that begins with this byte.
    pub(crate) fn random(first: u8) -> Self {
        let [_, a, b, c, d, e, ..] = random().to_ne_bytes();
        Self([first, a, b, c, d, e])
    }

    /// Returns the bytes in transmission order.
    #[must_use]
    pub const fn octets(self) -> [u8; 6] {
        self.0
    }

    /// Refuses what the kernel lets no link have.
    pub(crate) fn check_assignable(self) -> Result<(), Error> {
        let why = match self.0 {
            [first, ..] if first & 1 == 1 => "a multicast address cannot be a link's own",
            _ if self.is_zero() => "no link has this address",
            _ => return Ok(()),
        };
        Err(Error::new(ErrorKind::InvalidArgument, format!("MAC {self}: {why}")))
    }

    /// Returns whether all bytes are zero, as a link without an address reports.
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.0 == [0; 6]
    }
}

impl From<[u8; 6]> for MacAddr {
    fn from(bytes: [u8; 6]) -> Self {
        Self(bytes)
    }
}

impl From<MacAddr> for [u8; 6] {
    fn from(mac: MacAddr) -> Self {
        mac.0
    }
}

impl fmt::Display for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}:{g:02x}")
    }
}

impl fmt::Debug for MacAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Six groups of one or two hexadecimal digits between colons, as `ip` prints and takes them.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for MacAddr {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut bytes = [0; 6];
        let mut groups = text.split(':');
        for byte in &mut bytes {
            *byte = groups.next().and_then(hex_byte).ok_or_else(|| invalid(text))?;
        }
        match groups.next() {
            None => Ok(Self(bytes)),
            Some(_) => Err(invalid(text)),
        }
    }
}

fn hex_byte(group: &str) -> Option<u8> {
    // `from_str_radix` accepts a sign.
    let digits = (1..=2).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_hexdigit());
    if digits { u8::from_str_radix(group, 16).ok() } else { None }
}

fn invalid(text: &str) -> Error {
    Error::new(
        ErrorKind::InvalidArgument,
        format!("\"{}\" is not a MAC address (six bytes like 02:42:ac:11:00:02)", text.escape_debug()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        let mac: MacAddr = "02:42:AC:11:0:2".parse().unwrap();
        assert_eq!(mac.octets(), [0x02, 0x42, 0xac, 0x11, 0, 2]);
        assert_eq!(<[u8; 6]>::from(mac), mac.octets());
        assert_eq!(mac.to_string(), "02:42:ac:11:00:02");
        assert_eq!(mac.to_string().parse::<MacAddr>().unwrap(), mac);
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "",
            "02",
            "02:42:ac:11:00",
            "02:42:ac:11:00:02:03",
            "02:42:ac:11:00:0g",
            "+2:42:ac:11:00:02",
            "002:42:ac:11:00:02",
            "02-42-ac-11-00-02",
        ] {
            assert_eq!(text.parse::<MacAddr>().unwrap_err().kind(), ErrorKind::InvalidArgument, "{text}");
        }
    }
}
