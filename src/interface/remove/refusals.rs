//! Refuses a removal that could not restore everything.

use crate::error::{Error, ErrorKind, Result};
use crate::netns::NetNs;
use crate::ops;
use crate::record::snapshot::Snapshot;
use crate::types::{IfIndex, IfName, Setting};
use crate::wire::link::LinkInfo;

/// Returns the settings that the add changed, under the present name of the link. A secret, if there is one, is read anyway.
pub(super) fn settings_of<'a>(origin: &'a Snapshot, link: &'a LinkInfo) -> impl Iterator<Item = Setting> + 'a {
    let settings = origin.settings.iter().filter(|(setting, _)| !setting.is_stable_secret());
    settings.map(|(setting, _)| setting.of_interface(&link.name))
}

/// Refuses to begin when another link has the old name of the link.
pub(super) fn refuse_taken_name(home: &NetNs, origin: &LinkInfo, own: Option<IfIndex>) -> Result<()> {
    match ops::link::find_by_name(home, &origin.name)? {
        Some(other) if Some(other.index) != own => {
            let message = format!("the name {} is taken in {home} by link {}", origin.name, other.index);
            Err(Error::new(ErrorKind::NameTaken, message))
        }
        _ => Ok(()),
    }
}

/// Refuses to begin where kernel settings could not be written back. Their files bear this name.
pub(super) fn refuse_fixed_settings<'a>(
    netns: &NetNs,
    name: &IfName,
    settings: impl IntoIterator<Item = &'a (Setting, Vec<u8>)>,
) -> Result<()> {
    for (setting, value) in settings {
        match ops::setting::check(netns, &setting.of_interface(name), value) {
            // There is no such setting: that is no obstacle later either.
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
