//! What `add --dry-run` prints.

use std::fmt;

use netgraft::PlannedStep;
use serde::Serialize;

/// One step, and how a failed add would undo it.
#[derive(Debug, Serialize)]
pub(crate) struct StepReport {
    source: String,
    step: String,
    inverse: Option<String>,
}

impl From<&PlannedStep> for StepReport {
    fn from(step: &PlannedStep) -> Self {
        Self {
            source: step.source_name().to_string(),
            step: step.to_string(),
            inverse: step.inverse().map(str::to_owned),
        }
    }
}

impl fmt::Display for StepReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.step)?;
        self.inverse.iter().try_for_each(|inverse| write!(f, " (if it fails later: {inverse})"))
    }
}
