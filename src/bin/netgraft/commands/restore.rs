//! `restore`.

use netgraft::Namespace;

use crate::failure::Failure;
use crate::progress;
use crate::report::Report;
use crate::report::restored::RestoredReport;
use crate::session::Session;
use crate::values::Netns;

pub(crate) fn restore(netns: Option<&Netns>, session: &mut Session) -> Result<Report, Failure> {
    let namespaces = match netns {
        Some(netns) => vec![session.journalled(netns)?],
        None => all(session)?,
    };
    let doing = match &namespaces[..] {
        [namespace] if netns.is_some() => format!("restore {namespace}"),
        _ => "restore all that the journal knows".to_owned(),
    };
    let working = progress::begin_with(&doing);
    let restored = session.timed(|| namespaces.iter().map(Namespace::restore).collect::<netgraft::Result<Vec<_>>>())?;
    drop(working);
    let failed: Vec<String> = restored.iter().flat_map(|one| &one.failed).map(ToString::to_string).collect();
    let report = Report::Restored(RestoredReport::of(restored, netns.is_none()));
    if failed.is_empty() {
        return Ok(report);
    }
    let left = failed.join("; ");
    Err(Failure::undo_failed(format!("{doing}: {left}"), left).with_report(report))
}

/// Returns the namespaces in the journal; the current one if there are none, so that the entries of ended namespaces are looked
/// through.
fn all(session: &mut Session) -> Result<Vec<Namespace>, Failure> {
    let namespaces = session.journalled_namespaces()?;
    if namespaces.is_empty() { Ok(vec![session.journalled(&Netns::Current)?]) } else { Ok(namespaces) }
}
