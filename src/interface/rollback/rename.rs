//! Renames a link within its namespace.

use crate::error::Result;
use crate::interface::rollback;
use crate::interface::rollback::snapshot;
use crate::interface::rollback::{Extent, RollbackError};
use crate::netns::NetNs;
use crate::ops;
use crate::types::IfIndex;
use crate::wire::link;

/// Gives a link several names, one after the other: the link keeps the last one.
///
/// Before Linux 6.2 a link that is up cannot be renamed. On such kernels the link is set down for a moment, and what that costs
/// is restored: IPv6 addresses, routes and neighbours.
pub(crate) fn rename(netns: &NetNs, index: IfIndex, names: &[&[u8]]) -> Result<()> {
    let rename = || names.iter().try_for_each(|name| ops::link::rename(netns, index, name));
    match rename() {
        Err(error) if error.errno() == Some(libc::EBUSY) => {}
        renamed => return renamed,
    }
    let name = ops::link::get(netns, index)?.name;
    let mut was = snapshot::take(netns, &name, [])?;
    let spare = netns.spare_descriptor()?;
    log::debug!("set {name} in {netns} down to rename it");
    let renamed = netns.change(&link::set_up(index, false)).and_then(|()| rename());
    // The files of the settings bear the name of the link.
    was.link.name = ops::link::get(netns, index).map_or(name, |now| now.name);
    was.settings.iter_mut().for_each(|(setting, _)| *setting = setting.of_interface(&was.link.name));
    drop(spare);
    renamed.and(rollback::rebuild(netns, index, &was, Extent::InPlace).map_err(RollbackError::into_error))
}
