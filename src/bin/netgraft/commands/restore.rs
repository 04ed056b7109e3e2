//! `restore`.

use std::fmt;

use log::LevelFilter;
use netgraft::{IfName, Interface, Namespace, Restored};
use serde::Serialize;

use crate::failure::Failure;
use crate::progress;
use crate::report::{InterfaceReport, Report};
use crate::session::Session;
use crate::values::Netns;

pub(crate) fn restore(netns: Option<&Netns>, session: &mut Session) -> Result<Report, Failure> {
    // What opening the journal warns of is told in the result.
    let level = log::max_level();
    log::set_max_level(LevelFilter::Off);
    let namespaces = match netns {
        Some(netns) => session.journalled(netns).map(|namespace| vec![namespace]),
        None => all(session),
    };
    log::set_max_level(level);
    let namespaces = namespaces?;
    let doing = match &namespaces[..] {
        [namespace] if netns.is_some() => format!("restore {namespace}"),
        _ => "restore all that the journal knows".to_owned(),
    };
    if let Some(failure) = session.lacks_journal(&doing) {
        return Err(failure);
    }
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

/// The namespaces that the journal knows of, and in any case one to look through the journal with: entries of
/// namespaces that have ended are nobody's.
fn all(session: &mut Session) -> netgraft::Result<Vec<Namespace>> {
    let namespaces = session.journalled_namespaces()?;
    if namespaces.is_empty() { Ok(vec![session.journalled(&Netns::Current)?]) } else { Ok(namespaces) }
}

/// What became of the entries of the journal.
#[derive(Debug, Serialize)]
pub(crate) struct RestoredReport {
    interfaces: Vec<InterfaceReport>,
    undone: Vec<String>,
    finished: Vec<String>,
    gone: Vec<String>,
    busy: usize,
    dropped: Vec<String>,
    left_alone: Vec<String>,
    failed: Vec<Failure>,
}

impl RestoredReport {
    /// What came of it in one namespace or several, each interface with its namespace then.
    fn of(all: Vec<Restored>, several: bool) -> Self {
        let report = |interface: &Interface| match several {
            true => InterfaceReport::with_namespace(interface),
            false => InterfaceReport::from(interface),
        };
        let mut of_all = Self {
            interfaces: vec![],
            undone: vec![],
            finished: vec![],
            gone: vec![],
            busy: 0,
            dropped: vec![],
            left_alone: vec![],
            failed: vec![],
        };
        for one in all {
            let names = |names: Vec<IfName>| names.into_iter().map(|name| name.to_string());
            of_all.interfaces.extend(one.interfaces.iter().map(report));
            of_all.undone.extend(names(one.undone));
            of_all.finished.extend(names(one.finished));
            of_all.gone.extend(names(one.gone));
            of_all.busy += one.busy;
            of_all.dropped.extend(one.dropped);
            // Each has looked through the whole journal.
            of_all.left_alone.extend(
                one.left_alone.into_iter().filter(|what| !of_all.left_alone.contains(what)).collect::<Vec<_>>(),
            );
            of_all.failed.extend(one.failed.into_iter().map(Failure::from));
        }
        of_all
    }
}

impl fmt::Display for RestoredReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.interfaces.iter().try_for_each(|interface| writeln!(f, "{interface}"))?;
        for (what, of) in [
            ("adding it was interrupted, it is as before", &self.undone),
            ("removing it was interrupted, it is removed", &self.finished),
            ("its link is gone", &self.gone),
            ("dropped from the journal", &self.dropped),
            ("left alone", &self.left_alone),
        ] {
            of.iter().try_for_each(|it| writeln!(f, "{it}: {what}"))?;
        }
        if self.busy > 0 {
            writeln!(f, "{} being worked on by other processes", self.busy)?;
        }
        Ok(())
    }
}
