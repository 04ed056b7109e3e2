//! A command that failed: what is said, and the exit status.

use std::fmt;
use std::io;

use netgraft::{Error, ErrorKind};
use serde::Serialize;

use crate::args::refusal;
use crate::report::Report;

/// Done.
pub(crate) const DONE: u8 = 0;
/// Failed, and everything is as before.
pub(crate) const FAILED: u8 = 1;
/// The command line was wrong.
pub(crate) const WRONG: u8 = 2;
/// Failed, and something could not be put back.
pub(crate) const LEFT: u8 = 3;
/// A program could not be started, as shells say it.
pub(crate) const NOT_STARTED: u8 = 127;

/// Why a command failed. Its JSON is the error object of a result.
#[derive(Debug, Serialize)]
pub(crate) struct Failure {
    kind: &'static str,
    message: String,
    errno: Option<i32>,
    // Boxed, since every result of a command has room for a failure.
    kernel: Option<Box<str>>,
    left: String,
    /// What else of the same command failed, where that tried several things.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    others: Box<[Failure]>,
    #[serde(skip)]
    status: u8,
    /// What was done all the same.
    #[serde(skip)]
    report: Option<Box<Report>>,
}

impl Failure {
    /// Refuses the command line: a word is missing, has a wrong form, or is out of its documented range.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::InvalidArgument, message).or_usage()
    }

    /// Turns the refusal of a value that the command line spells out into a wrong command line. Other failures stay
    /// what they are.
    pub(crate) fn or_usage(self) -> Self {
        if self.kind == ErrorKind::InvalidArgument.as_str() {
            Self { kind: USAGE, status: WRONG, ..self }
        } else {
            self
        }
    }

    /// What the operating system refused the command itself.
    pub(crate) fn io(doing: impl fmt::Display, error: &io::Error) -> Self {
        let kind = match error.kind() {
            io::ErrorKind::NotFound => ErrorKind::NotFound,
            io::ErrorKind::PermissionDenied => ErrorKind::Permission,
            _ => ErrorKind::Kernel,
        };
        Self { errno: error.raw_os_error(), ..Self::new(kind, format!("{doing}: {error}")) }
    }

    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind: kind.as_str(),
            message: message.into(),
            errno: None,
            kernel: None,
            left: AS_BEFORE.into(),
            others: Box::default(),
            status: FAILED,
            report: None,
        }
    }

    /// The first of several, with the others in it.
    pub(crate) fn first(failures: Vec<Self>) -> Option<Self> {
        let status = failures.iter().map(Self::status).max()?;
        let mut failures = failures.into_iter();
        let first = failures.next()?;
        let others = first.others.into_vec().into_iter().chain(failures).collect();
        Some(Self { others, status, ..first })
    }

    /// Whether it is of a kind.
    pub(crate) fn is(&self, kind: ErrorKind) -> bool {
        self.kind == kind.as_str()
    }

    /// The same with another exit status.
    pub(crate) fn with_status(self, status: u8) -> Self {
        Self { status, ..self }
    }

    /// Something could not be put back.
    pub(crate) fn undo_failed(message: impl Into<String>, left: String) -> Self {
        Self { left, status: LEFT, ..Self::new(ErrorKind::UndoFailed, message) }
    }

    /// The same with the reason behind it.
    pub(crate) fn because(self, reason: &str) -> Self {
        Self { message: format!("{}: {reason}", self.message), ..self }
    }

    /// The same with what was done all the same.
    pub(crate) fn with_report(self, report: Report) -> Self {
        Self { report: Some(Box::new(report)), ..self }
    }

    pub(crate) fn report(&self) -> Option<&Report> {
        self.report.as_deref()
    }

    /// The exit status that it stands for.
    pub(crate) fn status(&self) -> u8 {
        self.status
    }
}

/// The kind of a wrong command line, which the library knows nothing of.
const USAGE: &str = "usage";
const AS_BEFORE: &str = "as before";

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::from(&error)
    }
}

impl From<&Error> for Failure {
    fn from(error: &Error) -> Self {
        let failure = Self {
            errno: error.errno(),
            kernel: error.ext_ack().map(Box::from),
            others: error.others().iter().map(Self::from).collect(),
            ..Self::new(error.kind(), error.to_string())
        };
        match error.left() {
            None => failure,
            // Gone, it cannot be put back, nor need it be.
            Some(left) if error.kind() == ErrorKind::NotFound => Self { left: left.to_owned(), ..failure },
            Some(left) => Self { left: left.to_owned(), status: LEFT, ..failure },
        }
    }
}

/// A command line that the grammar refuses.
impl From<&clap::Error> for Failure {
    fn from(error: &clap::Error) -> Self {
        Self::usage(refusal(error))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        // The message has their number at its end.
        let mut separator = ": ";
        for other in &self.others {
            write!(f, "{separator}{other}")?;
            separator = "; ";
        }
        Ok(())
    }
}
