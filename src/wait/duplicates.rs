use std::time::Instant;

use super::{RTNLGRP_IPV6_IFADDR, until};
use crate::error::{Error, ErrorKind, Result};
use crate::namespace::NetNs;
use crate::ops;
use crate::types::{IfIndex, Prefix};
use crate::wire::address::{AddressInfo, Detection, RTM_DELADDR, RTM_NEWADDR};

/// Waits until the kernel has looked for other hosts with these IPv6 addresses of a link. False when it is
/// not done by the deadline.
///
/// # Errors
/// [`ErrorKind::DuplicateAddress`], naming the address that another host has.
pub(crate) fn for_duplicate_detection(
    netns: &NetNs,
    index: IfIndex,
    addresses: &[Prefix],
    deadline: Instant,
) -> Result<bool> {
    let done = until(
        deadline,
        || passed(netns, index, addresses),
        || netns.monitor(&[RTNLGRP_IPV6_IFADDR], false),
        |message| {
            let concerned = || AddressInfo::parse(message.payload).is_some_and(|address| address.index == index);
            matches!(message.kind, RTM_NEWADDR | RTM_DELADDR) && concerned()
        },
    )?;
    Ok(done.is_some())
}

fn passed(netns: &NetNs, index: IfIndex, addresses: &[Prefix]) -> Result<Option<()>> {
    let mut pending = false;
    for (address, _) in ops::address::all(netns, Some(index))? {
        if addresses.contains(&address.prefix) {
            match address.detection() {
                Detection::Passed => {}
                Detection::Pending => pending = true,
                Detection::Duplicate => {
                    let message = format!("another host has the address {}", address.prefix);
                    return Err(Error::new(ErrorKind::DuplicateAddress, message));
                }
            }
        }
    }
    Ok((!pending).then_some(()))
}
