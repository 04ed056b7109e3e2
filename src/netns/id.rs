//! Identities of namespaces, and references to find them again.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};
use crate::text::printable_path;

/// Identity of a namespace: two handles on the same namespace have equal ids.
///
/// The kernel's cookie (`SO_NETNS_COOKIE`, Linux 5.14), which is never used again; before that device and inode of the
/// namespace's file, which may be used again once the namespace is gone.
#[doc(alias = "SO_NETNS_COOKIE")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NamespaceId(Id);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Id {
    Cookie(u64),
    Inode { device: u64, inode: u64 },
}

impl NamespaceId {
    pub(crate) fn from_cookie(cookie: u64) -> Self {
        Self(Id::Cookie(cookie))
    }

    /// Returns the cookie, if the identity is one.
    pub(crate) fn cookie(self) -> Option<u64> {
        match self.0 {
            Id::Cookie(cookie) => Some(cookie),
            Id::Inode { .. } => None,
        }
    }

    pub(crate) fn from_inode(device: u64, inode: u64) -> Self {
        Self(Id::Inode { device, inode })
    }

    /// Returns where the numbers of the locks on the namespace's links begin: 31 bits, in front of 32 for the index.
    pub(super) fn lock_number(self) -> u64 {
        let number = match self.0 {
            Id::Cookie(cookie) if cookie >> 31 == 0 => cookie,
            Id::Cookie(cookie) => fnv([cookie]),
            Id::Inode { device, inode } => fnv([device, inode]),
        };
        (number & 0x7fff_ffff) << 32
    }
}

/// Hashes numbers (FNV-1a).
fn fnv<const N: usize>(numbers: [u64; N]) -> u64 {
    let bytes = numbers.into_iter().flat_map(u64::to_ne_bytes);
    bytes.fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Prints `cookie:12` or `inode:4:4026532177`.
impl fmt::Display for NamespaceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Id::Cookie(cookie) => write!(f, "cookie:{cookie}"),
            Id::Inode { device, inode } => write!(f, "inode:{device}:{inode}"),
        }
    }
}

/// Reads a printed identity.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for NamespaceId {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let parts: Vec<&str> = text.split(':').collect();
        let number = |text: &str| text.parse().ok();
        let id = match parts[..] {
            ["cookie", cookie] => number(cookie).map(Self::from_cookie),
            ["inode", device, inode] => number(device).zip(number(inode)).map(|(d, i)| Self::from_inode(d, i)),
            _ => None,
        };
        id.ok_or_else(|| {
            let message = format!("\"{}\" is not the identity of a namespace like cookie:12", text.escape_debug());
            Error::new(ErrorKind::InvalidArgument, message)
        })
    }
}

/// A namespace, and where it may be found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamespaceRef {
    pub(crate) id: NamespaceId,
    /// `None` for the process's own namespace, or one without a path.
    pub(crate) path: Option<PathBuf>,
    /// The inode number of the file. The kernel finds the file by it and the cookie (Linux 6.18).
    pub(crate) inode: Option<u64>,
}

/// Prints the path, or else the identity.
impl fmt::Display for NamespaceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{} ({})", printable_path(path), self.id),
            None => self.id.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for text in ["cookie:12", "inode:4:4026532177"] {
            assert_eq!(text.parse::<NamespaceId>().unwrap().to_string(), text);
        }
        for bad in ["", "12", "cookie:", "cookie:1:2", "inode:4", "inode:4:x"] {
            let error = bad.parse::<NamespaceId>().unwrap_err();
            assert_eq!(error.to_string(), format!("\"{bad}\" is not the identity of a namespace like cookie:12"));
        }
    }
}
