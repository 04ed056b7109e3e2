//! Waiting for the kernel: subscribe, ask, then listen for what changes, until a deadline.

use std::time::{Duration, Instant};

use crate::error::Result;
use crate::namespace::NetNs;
use crate::netlink::Event;
use crate::ops;
use crate::types::IfIndex;
use crate::wire::link::{LinkInfo, RTM_DELLINK, RTM_NEWLINK};

/// `RTNLGRP_LINK` of linux/rtnetlink.h.
const RTNLGRP_LINK: u32 = 1;

/// Waits until a link is as wanted, and tells whether it is.
pub(crate) fn for_link(
    netns: &NetNs,
    index: IfIndex,
    timeout: Duration,
    wanted: impl Fn(&LinkInfo) -> bool,
) -> Result<bool> {
    let now = Instant::now();
    let deadline = now.checked_add(timeout).unwrap_or_else(|| now + Duration::from_secs(u32::MAX.into()));
    let mut monitor = netns.monitor(&[RTNLGRP_LINK])?;
    loop {
        // Whether at first or because notifications were lost: what is, is to be asked for.
        if wanted(&ops::link::get(netns, index)?) {
            return Ok(true);
        }
        loop {
            let mut seen = None;
            let event = monitor.next(deadline, |message| {
                let link = LinkInfo::parse(message.payload).filter(|link| link.index == index);
                match (message.kind, link) {
                    (RTM_NEWLINK, Some(link)) => seen = Some(Some(link)),
                    (RTM_DELLINK, Some(_)) => seen = Some(None),
                    _ => {}
                }
            })?;
            match (event, seen) {
                (Event::Deadline, _) => return Ok(false),
                (Event::Lost, _) => break,
                (Event::Messages, Some(Some(link))) if wanted(&link) => return Ok(true),
                (Event::Messages, Some(None)) => return Ok(false),
                (Event::Messages, _) => {}
            }
        }
    }
}
