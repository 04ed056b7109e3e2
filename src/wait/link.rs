use std::time::Instant;

use super::{RTNLGRP_LINK, until};
use crate::error::Result;
use crate::namespace::NetNs;
use crate::ops;
use crate::types::IfIndex;
use crate::wire::link::{LinkInfo, RTM_DELLINK, RTM_NEWLINK, subject};

/// Waits until a link is as wanted, and tells what it is then.
pub(crate) fn for_link(
    netns: &NetNs,
    index: IfIndex,
    deadline: Instant,
    wanted: impl Fn(&LinkInfo) -> bool,
) -> Result<Option<LinkInfo>> {
    until(
        deadline,
        || Ok(Some(ops::link::get(netns, index)?).filter(&wanted)),
        || netns.monitor(&[RTNLGRP_LINK], false),
        |message| matches!(message.kind, RTM_NEWLINK | RTM_DELLINK) && subject(message.payload) == Some(index),
    )
}
