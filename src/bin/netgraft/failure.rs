//! A command that failed: its error, its exit status, and its partial result.

use std::fmt;
use std::io;

use netgraft::{Error, ErrorKind};

use crate::args::Refusal;
use crate::report::Report;
use crate::report::error::ErrorReport;

/// Done.
pub(crate) const DONE: u8 = 0;
/// Failed, and everything is as before.
pub(crate) const FAILED: u8 = 1;
/// The command line was wrong.
pub(crate) const WRONG: u8 = 2;
/// Failed, and something could not be put back.
pub(crate) const LEFT: u8 = 3;
/// A program could not be started; shells use the same number.
pub(crate) const NOT_STARTED: u8 = 127;

/// The kind of a wrong command line, which the library does not know.
const USAGE: &str = "usage";

#[derive(Debug)]
pub(crate) struct Failure {
    error: ErrorReport,
    status: u8,
    /// The partial result.
    report: Option<Box<Report>>,
}

impl Failure {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { error: ErrorReport::new(kind, message), status: FAILED, report: None }
    }

    /// Refuses the command line: a word is missing, has a wrong form, or is out of its documented range.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message).or_usage()
    }

    /// Reports something that could not be put back.
    pub(crate) fn undo_failed(message: impl Into<String>, left: String) -> Self {
        let error = ErrorReport { left, ..ErrorReport::new(ErrorKind::UndoFailed, message) };
        Self { error, status: LEFT, report: None }
    }

    /// Reports a refusal of the operating system to the command itself.
    pub(crate) fn io(doing: impl fmt::Display, error: &io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => ErrorKind::NotFound,
            io::ErrorKind::PermissionDenied => ErrorKind::Permission,
            _ => ErrorKind::Kernel,
        };
        let mut failure = Self::new(kind, format!("{doing}: {error}"));
        failure.error.errno = error.raw_os_error();
        failure
    }

    /// Joins several failures: the first one, with the others in it and the highest status.
    pub(crate) fn first(failures: Vec<Self>) -> Option<Self> {
        let status = failures.iter().map(Self::status).max()?;
        let mut failures = failures.into_iter();
        let mut first = failures.next()?;
        let others = first.error.others.into_vec().into_iter().chain(failures.map(|failure| failure.error));
        first.error.others = others.collect();
        Some(Self { status, ..first })
    }

    /// Turns the refusal of a value that the command line spells out into a wrong command line. Other failures stay
    /// what they are.
    pub(crate) fn or_usage(mut self) -> Self {
        if self.is(ErrorKind::InvalidArgument) {
            self.error.kind = USAGE;
            self.status = WRONG;
        }
        self
    }

    pub(crate) fn with_status(self, status: u8) -> Self {
        Self { status, ..self }
    }

    /// Puts the object of the failure in front of the message.
    pub(crate) fn about(mut self, what: impl fmt::Display) -> Self {
        self.error.message = format!("{what}: {}", self.error.message);
        self
    }

    /// Adds the partial result.
    pub(crate) fn with_report(self, report: Report) -> Self {
        Self { report: Some(Box::new(report)), ..self }
    }

    pub(crate) fn is(&self, kind: ErrorKind) -> bool {
        self.error.kind == kind.as_str()
    }

    pub(crate) fn error(&self) -> &ErrorReport {
        &self.error
    }

    pub(crate) fn report(&self) -> Option<&Report> {
        self.report.as_deref()
    }

    pub(crate) fn status(&self) -> u8 {
        self.status
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        // A link that is gone cannot be put back, and need not be.
        let is_left = error.left().is_some() && error.kind() != ErrorKind::NotFound;
        Self { error: (&error).into(), status: if is_left { LEFT } else { FAILED }, report: None }
    }
}

/// Turns a refusal of the grammar into a failure.
impl From<&clap::Error> for Failure {
    fn from(error: &clap::Error) -> Self {
        Self::usage(Refusal::from(error).message)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}
