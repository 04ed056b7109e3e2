use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use crate::error::{Error, ErrorKind};
use crate::text::printable;
use crate::types::{Family, Prefix};

/// Longest label in bytes (`IFNAMSIZ` less one).
const LABEL_MAX: usize = 15;

/// An address for an interface, with the length of its subnet.
///
/// If wanted, with the other end, a label, a lifetime.
///
/// ```
/// use netgraft::Address;
///
/// let address: Address = "10.0.0.2/32,peer=10.0.0.1,label=eth0:web".parse()?;
/// assert_eq!(address.prefix().to_string(), "10.0.0.2/32");
/// # Ok::<(), netgraft::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Address {
    prefix: Prefix,
    peer: Option<IpAddr>,
    label: Option<Vec<u8>>,
    lifetime: Option<Lifetime>,
}

/// How long an address is valid and preferred, in seconds (RFC 4862 §5.5.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Lifetime {
    pub(crate) valid: u32,
    pub(crate) preferred: u32,
}

impl Address {
    /// Makes an address of a prefix, with nothing else set.
    #[must_use]
    pub fn new(prefix: Prefix) -> Self {
        Self { prefix, peer: None, label: None, lifetime: None }
    }

    /// Sets the address of the other end of a point-to-point link.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when it is of the other family.
    #[doc(alias = "IFA_ADDRESS")]
    pub fn peer(mut self, peer: impl Into<IpAddr>) -> Result<Self, Error> {
        let peer = peer.into();
        if Family::of(peer) != self.prefix.family() {
            return Err(invalid(format!("{} cannot have the other end {peer}, of the other family", self.prefix)));
        }
        self.peer = Some(peer);
        Ok(self)
    }

    /// Sets the label, which old programs take for a link of its own.
    ///
    /// The label is the link's name, or that and `:TEXT`. IPv4 alone.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] for IPv6, for an empty one, for more than 15 bytes, and for NUL.
    #[doc(alias = "IFA_LABEL")]
    pub fn label(mut self, label: impl AsRef<[u8]>) -> Result<Self, Error> {
        let label = label.as_ref();
        if self.prefix.is_ipv6() {
            return Err(invalid(format!("{} is IPv6: it cannot have a label", self.prefix)));
        }
        if label.is_empty() || label.len() > LABEL_MAX || label.contains(&0) {
            let message = format!("\"{}\" is not a label (1 to {LABEL_MAX} bytes, no NUL)", printable(label));
            return Err(invalid(message));
        }
        self.label = Some(label.to_vec());
        Ok(self)
    }

    /// Sets for how long the address is valid, and for how long it is preferred. Unset: for ever.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when it would be valid for no time, or preferred for longer than it is valid.
    #[doc(alias = "IFA_CACHEINFO")]
    pub fn lifetime(mut self, valid: Duration, preferred: Duration) -> Result<Self, Error> {
        let seconds = |time: Duration| u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
        let lifetime = Lifetime { valid: seconds(valid), preferred: seconds(preferred) };
        if lifetime.valid == 0 || lifetime.preferred > lifetime.valid {
            return Err(invalid(format!(
                "{} cannot be valid for {valid:?} and preferred for {preferred:?}",
                self.prefix
            )));
        }
        self.lifetime = Some(lifetime);
        Ok(self)
    }

    /// Returns the address and the length of its subnet.
    #[must_use]
    pub fn prefix(&self) -> Prefix {
        self.prefix
    }

    /// Returns the address of the other end.
    #[must_use]
    pub fn get_peer(&self) -> Option<IpAddr> {
        self.peer
    }

    /// Returns the label.
    #[must_use]
    pub fn get_label(&self) -> Option<&[u8]> {
        self.label.as_deref()
    }

    pub(crate) fn get_lifetime(&self) -> Option<Lifetime> {
        self.lifetime
    }
}

impl From<Prefix> for Address {
    fn from(prefix: Prefix) -> Self {
        Self::new(prefix)
    }
}

/// As [`FromStr`] reads it.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.prefix.fmt(f)?;
        self.peer.iter().try_for_each(|peer| write!(f, ",peer={peer}"))?;
        self.label.iter().try_for_each(|label| write!(f, ",label={}", printable(label)))?;
        self.lifetime.iter().try_for_each(|life| write!(f, ",valid={}s,preferred={}s", life.valid, life.preferred))
    }
}

/// `address/length[,peer=ADDRESS][,label=TEXT][,valid=Ns,preferred=Ns]`; an address alone means the full length.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for Address {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parts = text.split(',');
        let mut address = Self::new(parts.next().unwrap_or_default().parse()?);
        let (mut valid, mut preferred) = (None, None);
        for part in parts {
            match part.split_once('=') {
                Some(("peer", peer)) if address.peer.is_none() => {
                    let peer: IpAddr = peer.parse().map_err(|_| unknown("an address", peer))?;
                    address = address.peer(peer)?;
                }
                Some(("label", label)) if address.label.is_none() => address = address.label(label)?,
                Some(("valid", time)) if valid.is_none() => valid = Some(seconds(time)?),
                Some(("preferred", time)) if preferred.is_none() => preferred = Some(seconds(time)?),
                _ => return Err(unknown("a property of an address (peer=, label=, valid=, preferred=)", part)),
            }
        }
        match valid {
            Some(valid) => address.lifetime(valid, preferred.unwrap_or(valid)),
            None if preferred.is_some() => Err(invalid(format!("{text}: preferred= needs valid="))),
            None => Ok(address),
        }
    }
}

fn seconds(text: &str) -> Result<Duration, Error> {
    let digits = text.strip_suffix('s').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    let seconds = digits.and_then(|digits| digits.parse().ok());
    seconds.map(Duration::from_secs).ok_or_else(|| unknown("a number of seconds like 60s", text))
}

fn unknown(what: &str, text: &str) -> Error {
    invalid(format!("\"{}\" is not {what}", text.escape_debug()))
}

fn invalid(message: String) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for text in [
            "10.0.0.2/24",
            "10.0.0.2/32,peer=10.0.0.1",
            "10.0.0.2/24,label=eth0:web",
            "fd00::2/64,peer=fd00::1,valid=60s,preferred=30s",
        ] {
            assert_eq!(text.parse::<Address>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn refuses_the_rest() {
        for text in [
            "10.0.0.2/24,",
            "10.0.0.2/24,peer=",
            "10.0.0.2/24,peer=fd00::1",
            "10.0.0.2/24,peer=10.0.0.1,peer=10.0.0.3",
            "10.0.0.2/24,label=",
            "10.0.0.2/24,label=0123456789abcdef",
            "fd00::2/64,label=a",
            "10.0.0.2/24,colour=red",
            "10.0.0.2/24,valid=60",
            "10.0.0.2/24,valid=0s",
            "10.0.0.2/24,preferred=3s",
            "10.0.0.2/24,valid=3s,preferred=4s",
        ] {
            assert_eq!(text.parse::<Address>().unwrap_err().kind(), ErrorKind::InvalidArgument, "{text}");
        }
    }
}
