//! Returns a moved link to the namespace that it came from.

use crate::error::{Context, Result};
use crate::interface::remove::goal::{self, Terms};
use crate::interface::remove::prepare::prepare;
use crate::interface::remove::refusals::{refuse_fixed_settings, refuse_taken_name, settings_of};
use crate::interface::rollback;
use crate::interface::rollback::snapshot;
use crate::interface::rollback::{Extent, RollbackError, combine};
use crate::interface::witness::verify_arrival;
use crate::journal::Stage;
use crate::journal::guard::JournalGuard;
use crate::netns::NetNs;
use crate::ops;
use crate::record::snapshot::Snapshot;
use crate::types::{IfIndex, IfName, Setting};
use crate::wire::link::LinkInfo;

/// Refuses a return for a condition at home.
pub(crate) fn refuse(home: &NetNs, origin: &Snapshot) -> Result<()> {
    refuse_taken_name(home, &origin.link, None)?;
    // The link begins there with the settings of new links. Its own IPv4 settings are restored without files.
    let needs_file = |setting: &Setting| setting.group != "ipv4" || !setting.file.starts_with(b"conf/");
    let default = IfName::new("default")?;
    refuse_fixed_settings(home, &default, origin.settings.iter().filter(|(setting, _)| needs_file(setting)))
}

/// Moves a link home and restores it as `origin` says. If that fails and the link is brought back in here, `returns` is told
/// each index before the index is tried.
pub(crate) fn send_home(
    netns: &NetNs,
    link: &LinkInfo,
    home: &NetNs,
    origin: &Snapshot,
    terms: Terms,
    journal: &mut JournalGuard,
    mut returns: impl FnMut(IfIndex),
) -> Result<()> {
    let name = origin.link.name;
    refuse(home, origin)?;
    let goal = goal::of(home, origin, None, terms)?;
    home.open_settings()?;
    let here = snapshot::take(netns, &link.name, settings_of(origin, link))?;
    let spare = netns.spare_descriptor()?;
    let mut index = origin.link.index;
    journal.update(|entry| entry.goes_home(Stage::Removing, index))?;
    log::debug!("move {} from {netns} back to {home} as {name}", link.name);
    let moved = prepare(netns, link, &here.addresses, &goal.link).and_then(|named| {
        // Home sees the name that the link arrives with: the old one, unless the inside keeps the link from having it.
        let rename = (!named).then(|| name.as_bytes());
        ops::link::relocate(netns, link.index, home, rename, index, |attempt| {
            index = attempt;
            journal.update(|entry| entry.goes_home(Stage::Removing, attempt))
        })
    });
    let result = moved.doing(|| format!("move it back to {home} under the name {name}")).and_then(|()| {
        index = rollback::arrived(home, index, &origin.link)?;
        verify_arrival(home, index, &origin.link)?;
        rebuild_at_home(home, index, &goal)
    });
    // A link that got home only half is brought back in here.
    result.map_err(|error| {
        drop(spare);
        let note = |at| {
            returns(at);
            journal.note(|entry| entry.index = at);
        };
        combine(error, rollback::return_inside(netns, &here, home, index, note))
    })
}

/// Restores the own attributes of a link that is home.
pub(crate) fn rebuild_at_home(home: &NetNs, index: IfIndex, goal: &Snapshot) -> Result<()> {
    rollback::rebuild(home, index, goal, Extent::Removal).map_err(RollbackError::into_error)
}
