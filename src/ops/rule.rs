//! Policy rules of a namespace.

use crate::error::{Context, Result};
use crate::netns::NetNs;
use crate::types::{Family, Rule};
use crate::wire::rule::{self, RTM_NEWRULE};

/// Returns the rules of a family that this library added, in the order of their priorities.
pub(crate) fn owned(netns: &NetNs, family: Family) -> Result<Vec<Rule>> {
    netns
        .with_connection(|connection| {
            connection.dump(&rule::dump(family), Vec::new, |found, message| {
                if message.kind == RTM_NEWRULE {
                    found.extend(rule::parse_own(message.payload));
                }
            })
        })
        .doing(|| format!("read the rules in {netns}"))
}

/// Removes a rule of this library, in each family that it is for. Returns whether there was one.
pub(crate) fn remove(netns: &NetNs, rule: &Rule) -> Result<bool> {
    let mut removed = false;
    for family in rule.families() {
        match netns.change(&rule::delete(rule, family)) {
            Ok(()) => removed = true,
            Err(error) if matches!(error.errno(), Some(libc::ENOENT | libc::ESRCH | libc::EAFNOSUPPORT)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(removed)
}
