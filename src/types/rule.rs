use std::fmt;
use std::str::FromStr;

use crate::error::{Error, ErrorKind, Result};
use crate::types::{Family, IfName, Prefix};

/// A policy rule: the table in which the routes of some packets are looked up.
///
/// Without an address it is for both families.
///
/// ```
/// use netgraft::Rule;
///
/// let rule = Rule::table(100).from("10.0.0.0/24".parse()?)?.priority(50);
/// assert_eq!(rule.to_string(), "from 10.0.0.0/24 priority 50 table 100");
/// # Ok::<(), netgraft::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use]
pub struct Rule {
    pub(crate) from: Option<Prefix>,
    pub(crate) to: Option<Prefix>,
    pub(crate) iif: Option<IfName>,
    pub(crate) mark: Option<u32>,
    pub(crate) priority: Option<u32>,
    pub(crate) table: u32,
}

impl Rule {
    /// Makes a rule that has all packets' routes looked up in a table.
    #[doc(alias = "FRA_TABLE")]
    pub fn table(number: u32) -> Self {
        Self { from: None, to: None, iif: None, mark: None, priority: None, table: number }
    }

    /// Narrows the rule to packets from a network. Host bits are cleared.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when the destination is of the other family.
    #[doc(alias = "FRA_SRC")]
    pub fn from(mut self, network: Prefix) -> Result<Self> {
        self.from = Some(network.network());
        self.of_one_family()
    }

    /// Narrows the rule to packets to a network. Host bits are cleared.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when the source is of the other family.
    #[doc(alias = "FRA_DST")]
    pub fn to(mut self, network: Prefix) -> Result<Self> {
        self.to = Some(network.network());
        self.of_one_family()
    }

    /// Narrows the rule to packets that come in by the link with a name, which need not be there yet.
    #[doc(alias = "FRA_IIFNAME")]
    pub fn iif(mut self, name: IfName) -> Self {
        self.iif = Some(name);
        self
    }

    /// Narrows the rule to packets with a firewall mark.
    #[doc(alias = "FRA_FWMARK")]
    pub fn fwmark(mut self, mark: u32) -> Self {
        self.mark = Some(mark);
        self
    }

    /// Sets the rule's place: rules with lower numbers come first.
    ///
    /// Unset, the kernel puts the rule in front of the others.
    #[doc(alias = "FRA_PRIORITY")]
    pub fn priority(mut self, priority: u32) -> Self {
        self.priority = Some(priority);
        self
    }

    fn of_one_family(self) -> Result<Self> {
        match (self.from, self.to) {
            (Some(from), Some(to)) if from.family() != to.family() => {
                let message = format!("a rule from {from} cannot be to {to}, of the other family");
                Err(Error::new(ErrorKind::InvalidArgument, message))
            }
            _ => Ok(self),
        }
    }

    /// Returns the families that the rule is for: that of its addresses, or both.
    pub(crate) fn families(&self) -> impl Iterator<Item = Family> + use<> {
        let of = self.from.or(self.to).map(|prefix| prefix.family());
        Family::ALL.into_iter().filter(move |family| of.is_none_or(|of| of == *family))
    }
}

/// As `ip rule` has it: `from 10.0.0.0/24 iif eth0 fwmark 7 priority 50 table 100`.
impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.from.iter().try_for_each(|from| write!(f, "from {from} "))?;
        self.to.iter().try_for_each(|to| write!(f, "to {to} "))?;
        self.iif.iter().try_for_each(|name| write!(f, "iif {name} "))?;
        self.mark.iter().try_for_each(|mark| write!(f, "fwmark {mark} "))?;
        self.priority.iter().try_for_each(|priority| write!(f, "priority {priority} "))?;
        write!(f, "table {}", self.table)
    }
}

/// As a rule is printed, in any order: `from 10.0.0.0/24 priority 50 table 100`.
///
/// # Errors
/// [`ErrorKind::InvalidArgument`] for anything else.
impl FromStr for Rule {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let malformed = || {
            let message = format!("\"{}\" is not a rule like from 10.0.0.0/24 table 100", text.escape_debug());
            Error::new(ErrorKind::InvalidArgument, message)
        };
        let (mut rule, mut table) = (Self::table(0), None);
        let mut words = text.split(' ');
        while let Some(word) = words.next() {
            let value = words.next().ok_or_else(malformed)?;
            let number = || value.parse::<u32>().map_err(|_| malformed());
            match word {
                "from" => rule = rule.from(value.parse()?)?,
                "to" => rule = rule.to(value.parse()?)?,
                "iif" => rule.iif = Some(IfName::new(value)?),
                "fwmark" => rule.mark = Some(number()?),
                "priority" => rule.priority = Some(number()?),
                "table" => table = Some(number()?),
                _ => return Err(malformed()),
            }
        }
        Ok(Self { table: table.ok_or_else(malformed)?, ..rule })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_prints() {
        for text in [
            "table 7",
            "from 10.0.0.0/24 to 10.1.0.0/16 iif eth0 fwmark 7 priority 50 table 100",
            "to fd00::/8 table 1",
        ] {
            let rule: Rule = text.parse().unwrap();
            assert_eq!(rule.to_string(), text);
            assert_eq!(rule.families().count(), if text == "table 7" { 2 } else { 1 });
        }
        for text in ["", "from 10.0.0.0/24", "table", "table x", "from 10.0.0.0/8 to fd00::/8 table 1", "by 7 table 1"]
        {
            assert!(text.parse::<Rule>().is_err(), "{text}");
        }
    }
}
