//! Forwarding between the links of the host.

use std::fs;

use netgraft::Family;

use crate::error::{Context, Result};
use crate::undo::Undo;

pub(crate) const FAMILIES: [Family; 2] = [Family::Ipv4, Family::Ipv6];

/// Turns forwarding on for a family.
pub(crate) fn enable(family: Family, undo: &mut Undo) -> Result<()> {
    let file = file(family);
    let before = fs::read_to_string(file).doing(format!("read {file}"))?;
    if before.trim() == "1" {
        return Ok(());
    }
    fs::write(file, "1").doing(format!("write 1 to {file}"))?;
    undo.push(move || fs::write(file, before).map_err(|error| format!("{file} is 1: {error}")));
    Ok(())
}

pub(crate) fn is_enabled(family: Family) -> bool {
    fs::read_to_string(file(family)).is_ok_and(|value| value.trim() != "0")
}

fn file(family: Family) -> &'static str {
    match family {
        Family::Ipv4 => "/proc/sys/net/ipv4/ip_forward",
        Family::Ipv6 => "/proc/sys/net/ipv6/conf/all/forwarding",
    }
}
