//! Policy rules: `RTM_*RULE` (rtnetlink(7), linux/fib_rules.h).

use netlink_packet_core::{Emitable, NLM_F_CREATE, NLM_F_EXCL};

use crate::types::{Family, IfName, Prefix, Route, Rule};
use crate::wire::attribute::{Attribute, address, attributes, bytes, ip, number, string, text, u32};
use crate::wire::request::Request;

pub(crate) const RTM_NEWRULE: u16 = 32;
const RTM_DELRULE: u16 = 33;
const RTM_GETRULE: u16 = 34;

/// Bytes of `struct fib_rule_hdr`.
const HEADER: usize = 12;
/// `FR_ACT_TO_TBL`: look the destination up in a table.
const LOOK_UP: u8 = 1;

const FRA_DST: u16 = 1;
const FRA_SRC: u16 = 2;
const FRA_IIFNAME: u16 = 3;
const FRA_PRIORITY: u16 = 6;
const FRA_FWMARK: u16 = 10;
const FRA_TABLE: u16 = 15;
const FRA_PROTOCOL: u16 = 21;

/// Adds a rule of a family, unless an equal rule exists.
pub(crate) fn add(rule: &Rule, family: Family) -> Request {
    change(RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, rule, family)
}

/// Requests the removal of a rule of this library.
pub(crate) fn delete(rule: &Rule, family: Family) -> Request {
    change(RTM_DELRULE, 0, rule, family)
}

fn change(kind: u16, flags: u16, rule: &Rule, family: Family) -> Request {
    let mut attributes: Vec<Attribute> = vec![number(FRA_TABLE, rule.table), bytes(FRA_PROTOCOL, &[Route::PROTOCOL])];
    attributes.extend(rule.from.map(|from| address(FRA_SRC, from.address())));
    attributes.extend(rule.to.map(|to| address(FRA_DST, to.address())));
    attributes.extend(rule.iif.map(|name| text(FRA_IIFNAME, name.as_bytes())));
    attributes.extend(rule.mark.map(|mark| number(FRA_FWMARK, mark)));
    attributes.extend(rule.priority.map(|priority| number(FRA_PRIORITY, priority)));
    Request::change(kind, flags, &RuleHeader { rule: Some(rule), family }, &attributes)
}

/// Reads an `RTM_NEWRULE` body, if this library added the rule.
pub(crate) fn parse_own(payload: &[u8]) -> Option<Rule> {
    let (to_length, from_length, table) = (*payload.get(1)?, *payload.get(2)?, *payload.get(4)?);
    let mut rule = Rule { priority: Some(0), ..Rule::table(table.into()) };
    let mut protocol = None;
    for (kind, value) in attributes(payload.get(HEADER..)?) {
        match kind {
            FRA_DST => rule.to = ip(value).and_then(|address| Prefix::new(address, to_length).ok()),
            FRA_SRC => rule.from = ip(value).and_then(|address| Prefix::new(address, from_length).ok()),
            FRA_IIFNAME => rule.iif = IfName::from_kernel(string(value)),
            FRA_FWMARK => rule.mark = u32(value),
            FRA_PRIORITY => rule.priority = u32(value),
            FRA_TABLE => rule.table = u32(value).unwrap_or(rule.table),
            FRA_PROTOCOL => protocol = value.first().copied(),
            _ => {}
        }
    }
    (protocol == Some(Route::PROTOCOL)).then_some(rule)
}

/// Returns whether a rule is the requested one, whatever priority the kernel chose.
pub(crate) fn is(rule: &Rule, found: &Rule) -> bool {
    Rule { priority: rule.priority.or(found.priority), ..*rule } == *found
}

/// Requests all rules of a family.
pub(crate) fn dump(family: Family) -> Request {
    Request::dump(RTM_GETRULE, &RuleHeader { rule: None, family }, &[])
}

/// Returns the `struct fib_rule_hdr` of a rule, or of any.
struct RuleHeader<'a> {
    rule: Option<&'a Rule>,
    family: Family,
}

impl Emitable for RuleHeader<'_> {
    fn buffer_len(&self) -> usize {
        HEADER
    }

    fn emit(&self, buffer: &mut [u8]) {
        let family = match self.family {
            Family::Ipv4 => libc::AF_INET,
            Family::Ipv6 => libc::AF_INET6,
        };
        let length = |prefix: Option<Prefix>| prefix.map_or(0, |prefix| prefix.length());
        let (to, from) = self.rule.map_or((0, 0), |rule| (length(rule.to), length(rule.from)));
        let action = if self.rule.is_some() { LOOK_UP } else { 0 };
        let fields = [family as u8, to, from, 0, 0, 0, 0, action, 0, 0, 0, 0];
        for (byte, field) in buffer.iter_mut().zip(fields) {
            *byte = field;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::message::HEADER as NLMSG;

    #[test]
    fn reads_what_it_asks_for() {
        let rule: Rule = "from 10.0.0.0/24 to 192.0.2.0/25 iif eth0 fwmark 7 priority 50 table 1000".parse().unwrap();
        let mut bytes = Vec::new();
        add(&rule, Family::Ipv4).emit(1, true, &mut bytes);
        assert_eq!(parse_own(&bytes[NLMSG..]), Some(rule));
        for end in 0..bytes.len() - NLMSG {
            let _ = parse_own(&bytes[NLMSG..NLMSG + end]);
        }
        let any = Rule { priority: None, ..rule };
        assert!(is(&any, &rule) && !is(&rule, &Rule { priority: Some(51), ..rule }));
    }

    #[test]
    fn others_are_passed_over() {
        // `0: from all lookup local`, which the kernel makes itself.
        let local = [2, 0, 0, 0, 255, 0, 0, 1, 0, 0, 0, 0, 8, 0, 15, 0, 255, 0, 0, 0, 5, 0, 21, 0, 2, 0, 0, 0];
        assert_eq!(parse_own(&local), None);
    }
}
