//! What `restore` prints.

use std::fmt;

use netgraft::{IfName, Interface, Restored};
use serde::Serialize;

use super::error::ErrorReport;
use super::interface::InterfaceReport;

/// Outcomes of the entries of the journal.
#[derive(Debug, Serialize)]
pub(crate) struct RestoredReport {
    interfaces: Vec<InterfaceReport>,
    undone: Vec<String>,
    finished: Vec<String>,
    gone: Vec<String>,
    busy: usize,
    dropped: Vec<String>,
    left_alone: Vec<String>,
    failed: Vec<ErrorReport>,
}

impl RestoredReport {
    /// Collects the results of one namespace, or of several; then each interface names its namespace.
    pub(crate) fn of(all: Vec<Restored>, several: bool) -> Self {
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
            of_all.failed.extend(one.failed.into_iter().map(|error| ErrorReport::from(&error)));
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
