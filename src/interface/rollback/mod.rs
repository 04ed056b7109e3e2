//! Restores a link to its snapshot.
//!
//! One description, the snapshot, and one routine: compare, and change the differences. How far the add had come does not
//! matter.

mod addresses;
mod attributes;
mod created;
mod in_place;
mod moved;
mod netns_settings;
mod rebuild;
pub(crate) mod rename;
mod resend;
mod routes;
mod routing;
pub(crate) mod snapshot;

use std::fmt;

pub(crate) use attributes::differences;
pub(crate) use created::{bridges, delete, delete_all};
pub(crate) use in_place::{in_place, kept_since, put_back, route_before};
pub(crate) use moved::{arrived, bring_home, return_inside, unmoved};
pub(crate) use netns_settings::{Memory, give_back, give_back_or_warn, settings_before};
pub(crate) use rebuild::{Extent, rebuild};
pub(crate) use resend::absent_is_fine;
pub(crate) use routing::{withdraw_remaining_routing, withdraw_routing};

use crate::error::{Error, ErrorKind, Result};
use crate::wire::link::LinkInfo;

/// Why a link could not be restored completely.
#[derive(Debug)]
pub(crate) enum RollbackError {
    /// Somebody else deleted the link.
    Gone(String),
    /// A step of the rollback failed.
    Failed(String),
}

impl RollbackError {
    /// Joins the outcomes of two rollbacks.
    pub(crate) fn join(
        one: std::result::Result<(), Self>,
        other: std::result::Result<(), Self>,
    ) -> std::result::Result<(), Self> {
        match (one, other) {
            (Ok(()), result) | (result, Ok(())) => result,
            (Err(Self::Gone(one)), Err(Self::Gone(other))) => Err(Self::Gone(format!("{one}; {other}"))),
            (Err(one), Err(other)) => Err(Self::Failed(format!("{}; {}", one.into_text(), other.into_text()))),
        }
    }

    /// Tells where the link is.
    fn into_text(self) -> String {
        let (Self::Gone(what) | Self::Failed(what)) = self;
        what
    }

    /// Adds the outcome to the error that made the rollback necessary.
    pub(crate) fn add_to(self, error: Error) -> Error {
        match self {
            Self::Gone(what) => error.with_left(what),
            Self::Failed(what) => error.with_kind(ErrorKind::UndoFailed).with_left(what),
        }
    }

    /// Turns the outcome into an error of a step, after which other things are rolled back.
    pub(crate) fn into_error(self) -> Error {
        let kind = match self {
            Self::Gone(_) => ErrorKind::NotFound,
            Self::Failed(_) => ErrorKind::Kernel,
        };
        Error::new(kind, self.into_text())
    }
}

/// Joins an error with the outcome of its rollback.
pub(crate) fn combine(error: Error, undone: std::result::Result<(), RollbackError>) -> Error {
    match undone {
        Ok(()) => error,
        Err(left) => left.add_to(error),
    }
}

/// Failures of a rollback, collected so that one does not keep the rest from being tried.
#[derive(Debug, Default)]
struct Problems(Vec<String>);

impl Problems {
    fn note(&mut self, doing: impl fmt::Display, result: Result<()>) {
        if let Err(error) = result {
            self.0.push(format!("{doing}: {error}"));
        }
    }

    fn into_result(self, place: impl fmt::Display) -> std::result::Result<(), RollbackError> {
        if self.0.is_empty() { Ok(()) } else { Err(RollbackError::Failed(format!("{place}, {}", self.0.join(", ")))) }
    }
}

fn gone(link: &LinkInfo) -> RollbackError {
    RollbackError::Gone(format!("{} no longer exists", link.name))
}
