//! One kernel operation per function.

pub(crate) mod address;
pub(crate) mod deletion;
pub(crate) mod find;
pub(crate) mod free_index;
pub(crate) mod index;
pub(crate) mod link;
pub(crate) mod neighbour;
pub(crate) mod next_hop;
pub(crate) mod nsid;
pub(crate) mod route;
pub(crate) mod rule;
pub(crate) mod setting;

use crate::error::Result;

/// Returns the outcome of an atomic change. When the answer was lost, `done` checks whether the kernel made the change.
pub(crate) fn verify_uncertain(outcome: Result<()>, done: impl FnOnce() -> Result<bool>) -> Result<()> {
    match outcome {
        Err(error) if error.is_uncertain() => match done() {
            Ok(true) => Ok(()),
            Ok(false) => Err(error),
            Err(_) => Err(error.with_left("it is not known whether the kernel has done it")),
        },
        outcome => outcome,
    }
}
