use std::os::fd::BorrowedFd;
use std::time::Instant;

use crate::error::{Error, ErrorKind, Result};
use crate::netns::NetNs;
use crate::ops;
use crate::types::{IfIndex, Prefix};
use crate::wait::{RTNLGRP_IPV6_IFADDR, poll_until};
use crate::wire::address::{AddressInfo, Detection, RTM_DELADDR, RTM_NEWADDR};

/// IPv6 addresses under duplicate detection, and how long to wait.
#[derive(Debug)]
pub(crate) struct DadWait {
    pub(crate) index: IfIndex,
    pub(crate) addresses: Vec<Prefix>,
    pub(crate) deadline: Instant,
}

/// Waits for duplicate detection. `None` for a link that is not done by the deadline; [`ErrorKind::DuplicateAddress`],
/// naming the address, where another host has it.
pub(crate) fn for_duplicate_detection(
    netns: &NetNs,
    links: &[DadWait],
    cancel: &[BorrowedFd<'_>],
) -> Result<Vec<Result<Option<()>>>> {
    let deadlines: Vec<Instant> = links.iter().map(|link| link.deadline).collect();
    let ask = |pending: &[usize]| {
        let pending: Vec<(usize, &DadWait)> = pending.iter().filter_map(|n| Some((*n, links.get(*n)?))).collect();
        let only = if let [(_, link)] = pending[..] { Some(link.index) } else { None };
        let present = ops::address::all(netns, only)?;
        let outcome = |(number, link): (usize, &DadWait)| Some((number, outcome(link, &present)?));
        Ok(pending.into_iter().filter_map(outcome).collect())
    };
    poll_until(
        &deadlines,
        cancel,
        ask,
        || netns.monitor(&[RTNLGRP_IPV6_IFADDR], false),
        |message| {
            let owned = |address: AddressInfo| links.iter().any(|link| link.index == address.index);
            matches!(message.kind, RTM_NEWADDR | RTM_DELADDR) && AddressInfo::parse(message.payload).is_some_and(owned)
        },
    )
}

/// Returns the result of the detection; `None` while it goes on.
fn outcome(link: &DadWait, present: &[(AddressInfo, Vec<u8>)]) -> Option<Result<()>> {
    let mut pending = false;
    for (address, _) in present {
        if address.index == link.index && link.addresses.contains(&address.prefix) {
            match address.detection() {
                Detection::Passed => {}
                Detection::Pending => pending = true,
                Detection::Duplicate => {
                    let message = format!("another host has the address {}", address.prefix);
                    return Some(Err(Error::new(ErrorKind::DuplicateAddress, message)));
                }
            }
        }
    }
    (!pending).then_some(Ok(()))
}
