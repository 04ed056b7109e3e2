//! Policy rules of a namespace.

use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::ops;
use crate::types::{Family, Rule};
use crate::wire::rule;

/// See [`Namespace::add_rule`].
pub(crate) fn add_rule(ns: &Namespace, rule: Rule) -> Result<()> {
    add(&ns.netns, &rule).doing(|| format!("add the rule {rule} in {ns}"))
}

/// See [`Namespace::remove_rule`].
pub(crate) fn remove_rule(ns: &Namespace, rule: Rule) -> Result<()> {
    match ops::rule::remove(&ns.netns, &rule).doing(|| format!("remove the rule {rule} in {ns}"))? {
        true => Ok(()),
        false => {
            let none = Error::new(ErrorKind::NotFound, "there is none that this library made");
            Err(none.context(format!("remove the rule {rule} in {ns}")))
        }
    }
}

/// See [`Namespace::rules`].
pub(crate) fn rules(ns: &Namespace) -> Result<Vec<Rule>> {
    let mut rules = Vec::new();
    for family in Family::ALL {
        rules.extend(ops::rule::owned(&ns.netns, family)?);
    }
    Ok(rules)
}

fn add(netns: &NetNs, rule: &Rule) -> Result<()> {
    let families: Vec<Family> = rule.families().collect();
    // The kernel gives a second one another priority, and so would not object.
    for family in families.iter().filter(|_| rule.priority.is_none()) {
        if ops::rule::owned(netns, *family)?.iter().any(|found| rule::is(rule, found)) {
            return Err(Error::new(ErrorKind::Exists, "it is there already"));
        }
    }
    let mut made = Vec::new();
    for family in &families {
        let there = || Ok(ops::rule::owned(netns, *family)?.iter().any(|found| rule::is(rule, found)));
        match ops::verify_uncertain(netns.change(&rule::add(rule, *family)), there) {
            Ok(()) => made.push(*family),
            // A kernel without IPv6 has rules of one family.
            Err(error) if error.errno() == Some(libc::EAFNOSUPPORT) && families.len() > 1 => {}
            Err(error) => {
                let undone = made.iter().try_for_each(|family| netns.change(&rule::delete(rule, *family)));
                return Err(match undone {
                    Ok(()) => error,
                    Err(left) => {
                        let left = format!("the IPv4 rule {rule} is there: {left}");
                        error.with_kind(ErrorKind::UndoFailed).with_left(left)
                    }
                });
            }
        }
    }
    Ok(())
}
