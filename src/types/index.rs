use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};

/// Index of a link within its namespace.
///
/// The kernel hands indexes out from 1 and keeps them within 31 bits (`ifindex`, netdevice(7)).
#[doc(alias = "ifindex")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IfIndex(NonZeroU32);

impl IfIndex {
    /// The index of `lo` in every namespace (`LOOPBACK_IFINDEX`).
    pub(crate) const LOOPBACK: Self = Self(NonZeroU32::MIN);

    /// Creates an index; `None` for 0 and for numbers over 31 bits.
    #[must_use]
    pub fn new(index: u32) -> Option<Self> {
        if index > i32::MAX as u32 {
            return None;
        }
        NonZeroU32::new(index).map(Self)
    }

    /// Returns the number.
    #[must_use]
    pub fn get(self) -> u32 {
        self.0.get()
    }
}

impl From<IfIndex> for u32 {
    fn from(index: IfIndex) -> Self {
        index.get()
    }
}

impl fmt::Display for IfIndex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A decimal number.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else, for 0 and for numbers over 31 bits.
impl FromStr for IfIndex {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        text.parse().ok().and_then(Self::new).ok_or_else(|| {
            let message = format!("\"{}\" is not the index of a link (1 to {})", text.escape_debug(), i32::MAX);
            Error::new(ErrorKind::InvalidArgument, message)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        assert_eq!("7".parse::<IfIndex>().unwrap().to_string(), "7");
        for bad in ["", "0", "-1", "eth0", "2147483648"] {
            let error = bad.parse::<IfIndex>().unwrap_err();
            assert_eq!(error.to_string(), format!("\"{bad}\" is not the index of a link (1 to 2147483647)"));
        }
    }

    #[test]
    fn only_what_an_int_can_hold() {
        assert_eq!(IfIndex::new(0), None);
        assert_eq!(IfIndex::new(7).map(u32::from), Some(7));
        assert_eq!(IfIndex::new(1).map(IfIndex::get), Some(1));
        assert_eq!(IfIndex::new(i32::MAX as u32).map(IfIndex::get), Some(i32::MAX as u32));
        assert_eq!(IfIndex::new(1 << 31), None);
    }
}
