//! ipMasq: what containers send beyond their subnet leaves with an address of the host.
//!
//! One table of nf_tables, `inet netgraft-cni`, with a rule and a set of addresses for each subnet of a network. The
//! comment of an address is the name of the attachment's end in the host, that of a rule names network and subnet. Whoever
//! changes the table says which generation of the rules the change was made for, so that no lock is needed.

use std::io;
use std::thread;
use std::time::Duration;

use netgraft::Prefix;

use crate::attachment::{Attachment, hash};
use crate::error::{Context, Error, Result, code};
use crate::link::Kernel;
use crate::netlink::errno;
use crate::nft::{Batch, Element, Rule, Tables};
use crate::result::Ip;
use crate::undo::Undo;

/// How often a change is tried again because others changed the rules meanwhile, and the pause between two tries.
const TRIES: u32 = 1000;
const PAUSE: Duration = Duration::from_millis(2);

/// The set of a subnet of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Set {
    network: String,
    subnet: Prefix,
}

impl Set {
    fn of(attachment: &Attachment, ip: &Ip) -> Self {
        Self { network: attachment.network.clone(), subnet: ip.address.network() }
    }

    /// The comment of the rule.
    fn comment(&self) -> String {
        format!("cni {} {}", self.network, self.subnet)
    }

    fn from_comment(comment: &str) -> Option<Self> {
        let (network, subnet) = comment.strip_prefix("cni ")?.split_once(' ')?;
        Some(Self { network: network.to_owned(), subnet: subnet.parse().ok()? })
    }

    fn name(&self) -> String {
        format!("set-{:016x}", hash(&self.comment()))
    }
}

/// Masquerades the addresses of an attachment.
pub(crate) fn add(attachment: &Attachment, ips: &[Ip], undo: &mut Undo) -> Result<()> {
    let comment = attachment.host_name()?.to_string();
    let (done, made) = (attachment.clone(), &comment);
    undo.push(move || remove(&done).map_err(|error| error.to_string()));
    change(|tables, batch| {
        let rules = tables.rules()?;
        batch.add_table();
        for (set, ip) in ips.iter().map(|ip| (Set::of(attachment, ip), ip)) {
            let name = set.name();
            let present = if rules.iter().any(|rule| rule.comment == set.comment()) {
                tables.elements(&name)?
            } else {
                batch.add_set(&name, set.subnet, &set.comment());
                // Somebody flushed the rules: the other attachments of the network need theirs again.
                others(&set).iter().for_each(|element| batch.add_element(&name, element));
                Vec::new()
            };
            let element = Element { address: ip.address.address(), comment: made.clone() };
            // The address was another attachment's that nobody deleted.
            for stale in present.iter().filter(|old| old.address == element.address && **old != element) {
                batch.delete_element(&name, stale);
            }
            batch.add_element(&name, &element);
        }
        Ok(())
    })
    .doing("masquerade")
}

/// The addresses of the attachments that a network has.
fn others(set: &Set) -> Vec<Element> {
    let Ok(mut host) = Kernel::host() else { return Vec::new() };
    let mut elements = Vec::new();
    for link in host.links().unwrap_or_default() {
        let attachment = Attachment::from_alias(&link.alias).filter(|one| one.network == set.network);
        let (Some(attachment), Some(peer), Some(netns)) = (attachment, link.peer, link.peer_netns) else { continue };
        let Ok(comment) = attachment.host_name().map(|name| name.to_string()) else { continue };
        let addresses = host.addresses_at(peer, Some(netns)).unwrap_or_default();
        let of_set = addresses.into_iter().filter(|address| address.network() == set.subnet);
        elements.extend(of_set.map(|address| Element { address: address.address(), comment: comment.clone() }));
    }
    elements
}

/// Ends the masquerading of an attachment.
pub(crate) fn remove(attachment: &Attachment) -> Result<()> {
    let comment = attachment.host_name()?.to_string();
    prune(&attachment.network, |element| element.comment != comment)
}

/// Ends the masquerading of all attachments of a network but these.
pub(crate) fn collect(network: &str, valid: &[Attachment]) -> Result<()> {
    let valid: Vec<String> = valid.iter().map(|one| Ok(one.host_name()?.to_string())).collect::<Result<_>>()?;
    prune(network, |element| valid.contains(&element.comment))
}

/// Takes addresses out of the sets of a network, and away what is empty then.
fn prune(network: &str, stays: impl Fn(&Element) -> bool) -> Result<()> {
    if matches!(Tables::open()?.generation(), Err(error) if is_without_tables(&error)) {
        return Ok(());
    }
    let pruned = change(|tables, batch| {
        let rules = tables.rules()?;
        let mut left = rules.len();
        for (rule, set) in rules.iter().filter_map(|rule| Some((rule, Set::from_comment(&rule.comment)?))) {
            if set.network != network {
                continue;
            }
            let (stay, go): (Vec<_>, Vec<_>) = tables.elements(&set.name())?.into_iter().partition(|one| stays(one));
            go.iter().for_each(|element| batch.delete_element(&set.name(), element));
            if stay.is_empty() {
                batch.delete_set(&set.name(), rule);
                left -= 1;
            }
        }
        if !rules.is_empty() && left == 0 {
            batch.delete_table();
        }
        Ok(())
    });
    pruned.doing("end masquerading")
}

/// Whether the addresses of an attachment are masqueraded.
pub(crate) fn check(attachment: &Attachment, ips: &[Ip]) -> Result<()> {
    let comment = attachment.host_name()?.to_string();
    let mut tables = Tables::open()?;
    let rules: Vec<Rule> = tables.rules().doing("list the rules")?;
    for ip in ips {
        let set = Set::of(attachment, ip);
        let has_rule = rules.iter().any(|rule| rule.comment == set.comment());
        let elements = tables.elements(&set.name()).doing("list the addresses")?;
        let wanted = Element { address: ip.address.address(), comment: comment.clone() };
        if !has_rule || !elements.contains(&wanted) {
            return Err(Error::new(code::FAILED, format!("{} is not masqueraded", ip.address.address())));
        }
    }
    Ok(())
}

/// Whether the kernel has nf_tables, and lets us use it.
pub(crate) fn probe() -> Result<()> {
    Tables::open()?.generation().map(drop).doing("ipMasq takes nf_tables")
}

/// Whether the kernel has no nf_tables, and so no rules.
fn is_without_tables(error: &io::Error) -> bool {
    matches!(errno(error), Some(libc::EINVAL | libc::EOPNOTSUPP))
}

/// Makes a change for the present rules, again when others were faster.
fn change(prepare: impl Fn(&mut Tables, &mut Batch) -> io::Result<()>) -> Result<()> {
    let mut tables = Tables::open()?;
    for _ in 0..TRIES {
        let generation = tables.generation()?;
        let mut batch = Batch::default();
        match prepare(&mut tables, &mut batch) {
            Ok(()) if batch.is_empty() => return Ok(()),
            Ok(()) if tables.commit(&generation, batch)? => return Ok(()),
            Ok(()) => {}
            // A dump that a change interrupted.
            Err(error) if errno(&error) == Some(libc::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        thread::sleep(PAUSE);
    }
    Err(Error::new(code::TRY_AGAIN, "the rules of nf_tables keep changing"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_set_is_known_by_the_comment_of_its_rule() {
        let set = Set { network: "pods".into(), subnet: "10.1.2.0/24".parse().unwrap() };
        assert_eq!(Set::from_comment(&set.comment()), Some(set));
        assert_eq!(Set::from_comment("cni pods"), None);
        assert_eq!(Set::from_comment("pods 10.1.2.0/24"), None);
    }
}
