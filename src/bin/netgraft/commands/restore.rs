//! `restore`.

use std::fmt;

use log::LevelFilter;
use netgraft::{IfName, Restored};
use serde::Serialize;

use crate::failure::Failure;
use crate::progress;
use crate::report::{InterfaceReport, Report};
use crate::session::Session;
use crate::values::Netns;

pub(crate) fn restore(netns: &Netns, session: &mut Session) -> Result<Report, Failure> {
    // What opening the journal warns of is told in the result.
    let level = log::max_level();
    log::set_max_level(LevelFilter::Off);
    let namespace = session.journalled(netns);
    log::set_max_level(level);
    let namespace = namespace?;
    let doing = format!("restore {namespace}");
    if let Some(failure) = session.lacks_journal(&doing) {
        return Err(failure);
    }
    let working = progress::begin_with(&doing);
    let restored = session.timed(|| namespace.restore())?;
    drop(working);
    let failed: Vec<String> = restored.failed.iter().map(ToString::to_string).collect();
    let report = Report::Restored(restored.into());
    if failed.is_empty() {
        return Ok(report);
    }
    let left = failed.join("; ");
    Err(Failure::undo_failed(format!("{doing}: {left}"), left).with_report(report))
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

impl From<Restored> for RestoredReport {
    fn from(from: Restored) -> Self {
        let names = |names: Vec<IfName>| names.iter().map(ToString::to_string).collect();
        Self {
            interfaces: from.interfaces.iter().map(InterfaceReport::from).collect(),
            undone: names(from.undone),
            finished: names(from.finished),
            gone: names(from.gone),
            busy: from.busy,
            dropped: from.dropped,
            left_alone: from.left_alone,
            failed: from.failed.into_iter().map(Failure::from).collect(),
        }
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
