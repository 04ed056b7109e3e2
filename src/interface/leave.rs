//! The ways out of a namespace: home, or what an add did in place undone.

use super::snapshot;
use super::trail::Trail;
use super::undo::{self, Left, combine};
use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::NetNs;
use crate::namespace::journal::Stage;
use crate::namespace::record::{Present, Snapshot};
use crate::ops;
use crate::types::{IfIndex, IfName, Setting};
use crate::wire::link::LinkInfo;

/// Moves a link back to where it came from, to be there what `origin` says. Where that fails and the link is brought back
/// in here, `returns` is told each index before it is tried.
pub(super) fn send_home(
    netns: &NetNs,
    link: &LinkInfo,
    home: &NetNs,
    origin: &Snapshot,
    trail: &mut Trail,
    mut returns: impl FnMut(IfIndex),
) -> Result<()> {
    let name = origin.link.name;
    refuse_taken_name(home, &origin.link, None)?;
    // It will begin there with those that new links have. IPv4 ones of its own come back without their files.
    let needs_file = |setting: &Setting| setting.group != "ipv4" || !setting.file.starts_with(b"conf/");
    let default = IfName::new("default")?;
    refuse_fixed_settings(home, &default, origin.settings.iter().filter(|(setting, _)| needs_file(setting)))?;
    let here = snapshot::take(netns, &link.name, settings_of(origin, link))?;
    let spare = netns.spare_descriptor()?;
    log::debug!("move {} from {netns} back to {home} as {name}", link.name);
    let mut index = origin.link.index;
    let moved = ops::link::relocate(netns, link.index, home, name.as_bytes(), index, |attempt| {
        index = attempt;
        trail.update(|entry| entry.goes_home(Stage::Removing, attempt))
    });
    let result = moved.doing(|| format!("move it back to {home} under the name {name}")).and_then(|()| {
        index = undo::arrived(home, index, &origin.link)?;
        rebuild_at_home(home, index, origin)
    });
    // When it got there only half, it is brought back in here.
    result.map_err(|error| {
        drop(spare);
        let note = |at| {
            returns(at);
            trail.note(|entry| entry.index = at);
        };
        combine(error, undo::bring_home(netns, &here, home, index, origin.link.mac, note))
    })
}

/// Gives a link that is back its own attributes again.
pub(super) fn rebuild_at_home(home: &NetNs, index: IfIndex, origin: &Snapshot) -> Result<()> {
    undo::rebuild(home, index, origin, false).map_err(Left::into_error)
}

/// Undoes an add on a link that stays.
pub(super) fn leave_in_place(
    netns: &NetNs,
    link: &LinkInfo,
    present: &Present,
    origin: &Snapshot,
    trail: &mut Trail,
) -> Result<()> {
    refuse_taken_name(netns, &origin.link, Some(link.index))?;
    refuse_fixed_settings(netns, &link.name, &origin.settings)?;
    let here = snapshot::take(netns, &link.name, settings_of(origin, link))?;
    let spare = netns.spare_descriptor()?;
    trail.update(|entry| entry.stage = Stage::Removing)?;
    undo::in_place(netns, origin, &present.changes, &undo::kept_since(origin, &here, &present.changes)).map_err(
        |left| {
            drop(spare);
            let error = left.into_error().context(format!("undo the settings of {}", link.name));
            combine(error, undo::put_back(netns, &here))
        },
    )
}

/// The settings that the add has changed, of the link as it is called now. Where it has a secret, that is read anyway.
fn settings_of<'a>(origin: &'a Snapshot, link: &'a LinkInfo) -> impl Iterator<Item = Setting> + 'a {
    let settings = origin.settings.iter().filter(|(setting, _)| !setting.is_stable_secret());
    settings.map(|(setting, _)| setting.of_interface(&link.name))
}

/// Refuses to begin when the name that a link had is another's now.
fn refuse_taken_name(home: &NetNs, origin: &LinkInfo, own: Option<IfIndex>) -> Result<()> {
    match ops::link::find_by_name(home, &origin.name)? {
        Some(other) if Some(other.index) != own => {
            let message = format!("the name {} is taken in {home} by link {}", origin.name, other.index);
            Err(Error::new(ErrorKind::NameTaken, message))
        }
        _ => Ok(()),
    }
}

/// Refuses to begin where kernel settings could not be written back. They are looked for under this name.
fn refuse_fixed_settings<'a>(
    netns: &NetNs,
    name: &IfName,
    settings: impl IntoIterator<Item = &'a (Setting, Vec<u8>)>,
) -> Result<()> {
    for (setting, value) in settings {
        match ops::setting::check(netns, &setting.of_interface(name), value) {
            // Not there, or none can be had: that is no obstacle later either.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotSupported) => {}
            Err(error) if ops::setting::is_unset(&error) => {}
            Err(error) => {
                let doing = format!("put the sysctl {setting} back in {netns}");
                return Err(error.with_kind(ErrorKind::Sysctl).context(doing));
            }
            Ok(()) => {}
        }
    }
    Ok(())
}
