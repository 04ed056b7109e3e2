//! Versions of the specification.

use crate::error::{Error, Result, code};

/// Oldest first.
pub(crate) const SUPPORTED: [&str; 7] = ["0.1.0", "0.2.0", "0.3.0", "0.3.1", "0.4.0", "1.0.0", "1.1.0"];
/// The version of configurations that name none.
const DEFAULT: &str = "0.1.0";

/// One of [`SUPPORTED`]; later versions are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version(usize);

impl Version {
    pub(crate) const V0_3_0: Self = Self(2);
    pub(crate) const V0_4_0: Self = Self(4);
    pub(crate) const V1_0_0: Self = Self(5);
    pub(crate) const V1_1_0: Self = Self(6);

    pub(crate) fn parse(text: Option<&str>) -> Result<Self> {
        let text = text.filter(|text| !text.is_empty()).unwrap_or(DEFAULT);
        let position = SUPPORTED.iter().position(|version| *version == text);
        position.map(Self).ok_or_else(|| {
            let message = format!("cniVersion {text:?} is not supported: {}", SUPPORTED.join(", "));
            Error::new(code::INCOMPATIBLE_VERSION, message)
        })
    }

    pub(crate) fn as_str(self) -> &'static str {
        SUPPORTED.get(self.0).copied().unwrap_or(DEFAULT)
    }

    /// Refuses a command that came with a later version.
    pub(crate) fn at_least(self, needed: Self, command: &str) -> Result<()> {
        if self >= needed {
            return Ok(());
        }
        let message = format!("{command} is of cniVersion {}, not yet of {}", needed.as_str(), self.as_str());
        Err(Error::new(code::INCOMPATIBLE_VERSION, message))
    }
}
