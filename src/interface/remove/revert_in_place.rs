//! Undoes an add on a link that stays in its namespace.

use crate::error::Result;
use crate::interface::remove::refusals::{refuse_fixed_settings, refuse_taken_name, settings_of};
use crate::interface::rollback;
use crate::interface::rollback::combine;
use crate::interface::rollback::snapshot;
use crate::journal::Stage;
use crate::journal::guard::JournalGuard;
use crate::netns::NetNs;
use crate::record::interface::InterfaceRecord;
use crate::record::snapshot::Snapshot;
use crate::wire::link::LinkInfo;

/// Undoes an add on a link that stays.
pub(crate) fn revert_in_place(
    netns: &NetNs,
    link: &LinkInfo,
    present: &InterfaceRecord,
    origin: &Snapshot,
    journal: &mut JournalGuard,
) -> Result<()> {
    refuse_taken_name(netns, &origin.link, Some(link.index))?;
    refuse_fixed_settings(netns, &link.name, &origin.settings)?;
    let here = snapshot::take(netns, &link.name, settings_of(origin, link))?;
    let spare = netns.spare_descriptor()?;
    journal.update(|entry| entry.stage = Stage::Removing)?;
    rollback::in_place(netns, origin, &present.changes, &rollback::kept_since(origin, &here, &present.changes)).map_err(
        |left| {
            drop(spare);
            let error = left.into_error().context(format!("undo the settings of {}", link.name));
            combine(error, rollback::put_back(netns, &here))
        },
    )
}
