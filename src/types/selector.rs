use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind};
use crate::text::one_line;
use crate::types::MacAddr;

/// Longest alternative name in bytes (`ALTIFNAMSIZ` less the NUL).
const NAME_MAX: usize = 127;

/// Which link of a namespace is meant.
///
/// ```
/// use netgraft::LinkSelector;
///
/// for text in ["eth0", "an-alternative-name-of-the-link", "mac:02:42:0a:00:00:02", "dev:0000:00:03.0"] {
///     assert_eq!(text.parse::<LinkSelector>()?.to_string(), text);
/// }
/// # Ok::<(), netgraft::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkSelector {
    /// The one with this name or alternative name.
    #[doc(alias = "IFLA_ALT_IFNAME")]
    Name(String),
    /// The one with this permanent hardware address or, where none has that, with this present one.
    #[doc(alias = "IFLA_PERM_ADDRESS")]
    Mac(MacAddr),
    /// The one of this device, by its name on its bus, such as a PCI address.
    #[doc(alias = "IFLA_PARENT_DEV_NAME")]
    Parent(String),
}

/// As [`FromStr`] reads it.
impl fmt::Display for LinkSelector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(&one_line(name)),
            Self::Mac(mac) => write!(f, "mac:{mac}"),
            Self::Parent(device) => write!(f, "dev:{}", one_line(device)),
        }
    }
}

/// A name, `mac:ADDRESS`, or `dev:DEVICE`.
///
/// # Errors
/// [`ErrorKind::InvalidName`] for a name that no link can have, [`ErrorKind::InvalidArgument`] for what is no MAC.
impl FromStr for LinkSelector {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if let Some(mac) = text.strip_prefix("mac:") {
            return mac.parse().map(Self::Mac).map_err(|error: Error| error.context(format!("the link {text:?}")));
        }
        if let Some(device) = text.strip_prefix("dev:").filter(|device| !device.is_empty()) {
            return Ok(Self::Parent(device.to_owned()));
        }
        let is_bad = |c: char| c.is_whitespace() || c == '/' || c == '\0';
        if text.is_empty() || text.len() > NAME_MAX || text.contains(is_bad) || text == "." || text == ".." {
            let message = format!("\"{}\" is not the name of a link", text.escape_debug());
            return Err(Error::new(ErrorKind::InvalidName, message));
        }
        Ok(Self::Name(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_what_no_link_has() {
        for (text, kind) in [
            ("", ErrorKind::InvalidName),
            ("a/b", ErrorKind::InvalidName),
            ("..", ErrorKind::InvalidName),
            ("a b", ErrorKind::InvalidName),
            ("mac:02:42", ErrorKind::InvalidArgument),
        ] {
            assert_eq!(text.parse::<LinkSelector>().unwrap_err().kind(), kind, "{text}");
        }
        assert!("x".repeat(128).parse::<LinkSelector>().is_err());
    }
}
