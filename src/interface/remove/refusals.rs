//! Refuses a removal that could not put things back.

use crate::error::{Error, ErrorKind, Result};
use crate::netns::NetNs;
use crate::ops;
use crate::record::snapshot::Snapshot;
use crate::types::{IfIndex, IfName, Setting};
use crate::wire::link::LinkInfo;

/// The settings that the add has changed, of the link as it is called now. Where it has a secret, that is read anyway.
pub(super) fn settings_of<'a>(origin: &'a Snapshot, link: &'a LinkInfo) -> impl Iterator<Item = Setting> + 'a {
    let settings = origin.settings.iter().filter(|(setting, _)| !setting.is_stable_secret());
    settings.map(|(setting, _)| setting.of_interface(&link.name))
}

/// Refuses to begin when the name that a link had is another's now.
pub(super) fn refuse_taken_name(home: &NetNs, origin: &LinkInfo, own: Option<IfIndex>) -> Result<()> {
    match ops::link::find_by_name(home, &origin.name)? {
        Some(other) if Some(other.index) != own => {
            let message = format!("the name {} is taken in {home} by link {}", origin.name, other.index);
            Err(Error::new(ErrorKind::NameTaken, message))
        }
        _ => Ok(()),
    }
}

/// Refuses to begin where kernel settings could not be written back. They are looked for under this name.
pub(super) fn refuse_fixed_settings<'a>(
    netns: &NetNs,
    name: &IfName,
    settings: impl IntoIterator<Item = &'a (Setting, Vec<u8>)>,
) -> Result<()> {
    for (setting, value) in settings {
        match ops::setting::check(netns, &setting.of_interface(name), value) {
            // Not there, or none can be had: that is no obstacle later either.
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotSupported) => {}
            Err(error) if ops::setting::is_unreadable(&error) => {}
            Err(error) => {
                let doing = format!("put the sysctl {setting} back in {netns}");
                return Err(error.with_kind(ErrorKind::Sysctl).context(doing));
            }
            Ok(()) => {}
        }
    }
    Ok(())
}
