use std::os::fd::BorrowedFd;
use std::time::Instant;

use crate::error::{ErrorKind, Result};
use crate::netns::NetNs;
use crate::ops;
use crate::types::IfIndex;
use crate::wait::{RTNLGRP_LINK, poll_until};
use crate::wire::link::{LinkInfo, RTM_DELLINK, RTM_NEWLINK, link_index};

/// Waits until links are as wanted, each until its deadline, and returns them as they are then.
///
/// # Errors
/// [`ErrorKind::NotFound`] as soon as a link is gone.
pub(crate) fn for_links(
    netns: &NetNs,
    links: &[(IfIndex, Instant)],
    cancel: &[BorrowedFd<'_>],
    wanted: impl Fn(usize, &LinkInfo) -> bool,
) -> Result<Vec<Result<Option<LinkInfo>>>> {
    let deadlines: Vec<Instant> = links.iter().map(|(_, deadline)| *deadline).collect();
    let ask = |pending: &[usize]| {
        let indexes: Vec<IfIndex> = pending.iter().filter_map(|number| links.get(*number)).map(|link| link.0).collect();
        let mut answers = Vec::new();
        for (number, link) in pending.iter().zip(ops::link::read(netns, &indexes)?) {
            match link {
                Ok(link) if !wanted(*number, &link) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => return Err(error),
                link => answers.push((*number, link)),
            }
        }
        Ok(answers)
    };
    poll_until(
        &deadlines,
        cancel,
        ask,
        || netns.monitor(&[RTNLGRP_LINK], false),
        |message| {
            let owned = |link_index| links.iter().any(|(index, _)| *index == link_index);
            matches!(message.kind, RTM_NEWLINK | RTM_DELLINK) && link_index(message.payload).is_some_and(owned)
        },
    )
}
