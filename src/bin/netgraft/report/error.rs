//! The error of a command: one line for people, an object in JSON.

use std::fmt;

use netgraft::{Error, ErrorKind};
use serde::Serialize;

const AS_BEFORE: &str = "as before";

#[derive(Debug, Serialize)]
pub(crate) struct ErrorReport {
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    pub(crate) errno: Option<i32>,
    // Boxed, since every result of a command has room for a failure.
    pub(crate) kernel: Option<Box<str>>,
    pub(crate) left: String,
    /// Further errors of the same command.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(crate) others: Box<[ErrorReport]>,
}

impl ErrorReport {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self {
            kind: kind.as_str(),
            message: message.into(),
            errno: None,
            kernel: None,
            left: AS_BEFORE.into(),
            others: Box::default(),
        }
    }
}

impl From<&Error> for ErrorReport {
    fn from(error: &Error) -> Self {
        Self {
            errno: error.errno(),
            kernel: error.ext_ack().map(Box::from),
            left: error.left().unwrap_or(AS_BEFORE).to_owned(),
            others: error.others().iter().map(Self::from).collect(),
            ..Self::new(error.kind(), error.to_string())
        }
    }
}

impl fmt::Display for ErrorReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        // The message ends with the number of the others.
        let mut separator = ": ";
        for other in &self.others {
            write!(f, "{separator}{other}")?;
            separator = "; ";
        }
        Ok(())
    }
}
