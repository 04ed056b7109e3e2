//! Decides which link fits a description: by IPv4 address, else by IPv6 address, else by name.
//!
//! Values in, values out: nothing here asks the kernel.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use crate::interface::config::interface::Naming;
use crate::types::{IfIndex, IfName, MacAddr};
use crate::wire::link::LinkInfo;

/// A description of an interface whose link is wanted.
#[derive(Debug)]
pub(crate) struct Description {
    pub(crate) source: IfName,
    /// The requested name: an exact name, or the prefix of a numbered one.
    pub(crate) naming: Naming,
    /// The kind of a created link; empty for others.
    pub(crate) kind: &'static [u8],
    pub(crate) mac: Option<MacAddr>,
    pub(crate) addresses: Vec<IpAddr>,
    pub(crate) master: Option<IfName>,
}

/// A link of anybody, and its addresses.
#[derive(Debug)]
pub(crate) struct Candidate {
    pub(crate) link: LinkInfo,
    pub(crate) addresses: Vec<IpAddr>,
}

/// Result of looking for a link.
#[derive(Debug, PartialEq)]
pub(crate) enum Match {
    /// The index of the link.
    One(IfIndex),
    None,
    /// Links that fit equally well.
    Several(Vec<IfName>),
}

/// What a link has in common with a description, the weightiest first.
type Resemblance = [bool; 5];
/// How many of these suffice by themselves: the addresses and the name.
const SUFFICIENT: usize = 3;

/// Finds the link of each description, in their order. `known` are interfaces that need not be found, by source name.
///
/// No link is found twice. Links with a matching IPv4 address are found first, so that a weaker reason takes nothing from a
/// better one; once others are found, one of several candidates may be left.
pub(crate) fn match_links(
    descriptions: &[Description],
    candidates: &[Candidate],
    known: impl IntoIterator<Item = (IfName, IfIndex)>,
) -> Vec<Match> {
    let mut known: HashMap<IfName, IfIndex> = known.into_iter().collect();
    let mut taken: HashSet<IfIndex> = known.values().copied().collect();
    let mut found: Vec<Match> = descriptions.iter().map(|_| Match::None).collect();
    loop {
        let before = known.len();
        found.iter_mut().filter(|found| matches!(found, Match::Several(_))).for_each(|found| *found = Match::None);
        for reason in 0..SUFFICIENT {
            for (description, found) in descriptions.iter().zip(&mut found) {
                if *found == Match::None {
                    let free = candidates.iter().filter(|candidate| !taken.contains(&candidate.link.index));
                    let master = description.master.and_then(|master| known.get(&master).copied());
                    *found = best(description, free, master, reason);
                    if let Match::One(index) = *found {
                        known.insert(description.source, index);
                        taken.insert(index);
                    }
                }
            }
        }
        if known.len() == before {
            return found;
        }
    }
}

/// The link that same_kind a description most, among those that do so for a reason.
fn best<'a>(
    description: &Description,
    candidates: impl Iterator<Item = &'a Candidate>,
    master: Option<IfIndex>,
    reason: usize,
) -> Match {
    let matches = |candidate: &&Candidate| {
        description.kind.is_empty() || candidate.link.kind.as_deref() == Some(description.kind)
    };
    let resembling = candidates
        .filter(matches)
        .map(|candidate| (resemblance(description, candidate, master), &candidate.link))
        .filter(|(resemblance, _)| resemblance.get(reason) == Some(&true));
    let (mut most, mut links) = (Resemblance::default(), Vec::new());
    for (resemblance, link) in resembling {
        if resemblance > most {
            (most, links) = (resemblance, vec![]);
        }
        if resemblance == most {
            links.push(link);
        }
    }
    match links[..] {
        [] => Match::None,
        [link] => Match::One(link.index),
        [..] => Match::Several(links.iter().map(|link| link.name).collect()),
    }
}

fn resemblance(description: &Description, candidate: &Candidate, master: Option<IfIndex>) -> Resemblance {
    let link = &candidate.link;
    let shares = |of_family: fn(&IpAddr) -> bool| {
        description.addresses.iter().filter(|address| of_family(address)).any(|a| candidate.addresses.contains(a))
    };
    let name = match description.naming {
        Naming::Exact(name) => link.name == name,
        Naming::Keep => link.name == description.source,
        // Any link of the namespace may have the next number: a name says little where addresses would say more.
        Naming::Prefix(prefix) => description.addresses.is_empty() && prefix.covers(&link.name),
    };
    [
        shares(IpAddr::is_ipv4),
        shares(IpAddr::is_ipv6),
        name,
        master.is_some() && link.master == master,
        description.mac.is_some() && link.mac == description.mac,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::NamePrefix;
    use crate::wire::captures::VETH;

    fn name(text: &str) -> IfName {
        IfName::new(text).unwrap()
    }

    fn addresses(text: &str) -> Vec<IpAddr> {
        text.split_whitespace().map(|address| address.parse().unwrap()).collect()
    }

    /// A link of this index, name and addresses.
    fn link(index: u32, called: &str, has: &str) -> Candidate {
        let index = IfIndex::new(index).unwrap();
        let link = LinkInfo { index, name: name(called), master: None, ..LinkInfo::parse(VETH).unwrap() };
        Candidate { link, addresses: addresses(has) }
    }

    /// A description: a name that ends with `*` is a prefix.
    fn from_config(source: &str, called: &str, has: &str) -> Description {
        let naming = match called.strip_suffix('*') {
            Some(prefix) => Naming::Prefix(NamePrefix::new(prefix).unwrap()),
            None => Naming::Exact(name(called)),
        };
        Description { source: name(source), naming, kind: b"", mac: None, addresses: addresses(has), master: None }
    }

    /// The indexes found, 0 for none and 99 for several.
    fn found(descriptions: &[Description], candidates: &[Candidate]) -> Vec<u32> {
        let shown = |found: Match| match found {
            Match::One(index) => index.get(),
            Match::None => 0,
            Match::Several(_) => 99,
        };
        match_links(descriptions, candidates, []).into_iter().map(shown).collect()
    }

    #[test]
    fn ipv4_before_ipv6_before_name() {
        let links = [link(2, "eth0", "10.0.0.2 fd00::2"), link(3, "eth1", "10.0.0.3"), link(4, "eth2", "fd00::4")];
        let one = |called, has| found(&[from_config("v", called, has)], &links)[0];
        assert_eq!(one("eth1", "10.0.0.2 fd00::4"), 2);
        assert_eq!(one("eth1", "10.0.0.99 fd00::4"), 4);
        assert_eq!(one("eth1", "10.0.0.99 fd00::99"), 3);
        assert_eq!(one("eth9", "10.0.0.99 fd00::99"), 0);
    }

    #[test]
    fn a_better_reason_comes_first_whatever_the_order() {
        let links = [link(2, "eth0", "10.0.0.2"), link(3, "eth1", "")];
        let descriptions = [from_config("by-name", "eth0", ""), from_config("by-address", "eth*", "10.0.0.2")];
        assert_eq!(found(&descriptions, &links), [0, 2]);
    }

    #[test]
    fn further_facts_decide_between_several() {
        let same = "169.254.1.1";
        let links = [link(2, "eth0", same), link(3, "eth1", same), link(4, "eth2", same)];
        assert_eq!(found(&[from_config("v", "eth1", same)], &links), [3]);
        assert_eq!(found(&[from_config("v", "eth*", same)], &links), [99]);
        // Those that are told by name leave one.
        let three = [from_config("u", "eth*", same), from_config("v", "eth1", same), from_config("w", "eth2", same)];
        assert_eq!(found(&three, &links), [2, 3, 4]);
    }

    #[test]
    fn a_prefix_alone_has_to_leave_one() {
        let links = [link(2, "eth0", "10.0.0.2"), link(3, "veth7", "")];
        assert_eq!(found(&[from_config("v", "veth*", "")], &links), [3]);
        assert_eq!(found(&[from_config("v", "eth*", "10.0.0.9")], &links), [0], "another one's number");
    }

    #[test]
    fn ports_are_told_by_their_master() {
        let mut links = [link(2, "br0", "10.0.0.1"), link(3, "veth0", ""), link(4, "veth1", "")];
        links[2].link.master = Some(links[0].link.index);
        let port = Description { master: Some(name("bridge")), ..from_config("v", "veth*", "") };
        assert_eq!(found(&[from_config("bridge", "br*", "10.0.0.1"), port], &links), [2, 4]);
    }

    #[test]
    fn what_was_made_is_of_its_kind() {
        let links = [link(2, "eth0", "10.0.0.2")];
        let bridge = Description { kind: b"bridge", ..from_config("b", "eth0", "10.0.0.2") };
        assert_eq!(found(&[bridge], &links), [0]);
        let veth = Description { kind: b"veth", ..from_config("b", "eth0", "10.0.0.2") };
        assert_eq!(found(&[veth], &links), [2]);
    }
}
