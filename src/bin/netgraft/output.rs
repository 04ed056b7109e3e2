//! Output for people and programs: results on standard output, failures on standard error.

use std::fmt::Display;
use std::io::{self, Write};
use std::time::Duration;

use serde::Serialize;

use crate::escape::escape;
use crate::failure::{DONE, FAILED, Failure};
use crate::progress;
use crate::report::Report;
use crate::report::error::ErrorReport;

/// Prints the outcomes of commands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    json: bool,
}

/// The object of one command.
#[derive(Serialize)]
struct Object<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    command: Option<&'a str>,
    ok: bool,
    elapsed_us: u128,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<&'a Report>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<&'a ErrorReport>,
}

impl Output {
    pub(crate) fn new(json: bool) -> Self {
        Self { json }
    }

    /// Prints one of many results of a command that goes on.
    ///
    /// # Errors
    /// The result cannot be written: nobody wants more of them.
    pub(crate) fn one_of_many(self, result: &(impl Serialize + Display)) -> io::Result<()> {
        let line = if self.json { serde_json::to_string(result)? } else { result.to_string() };
        write(&format!("{line}\n"))
    }

    /// Prints the outcome of a command, and returns its exit status.
    ///
    /// `line` is its place in a batch. `command` is `None` if not even the name could be read.
    pub(crate) fn finished(
        self,
        line: Option<u64>,
        command: Option<&str>,
        outcome: &Result<Report, Failure>,
        took: Duration,
    ) -> u8 {
        match (outcome, line) {
            (Err(failure), None) => complain(failure),
            (Err(failure), Some(line)) => complain(format_args!("line {line}: {failure}")),
            (Ok(_), _) => {}
        }
        let is_written = match outcome.as_ref().map_or_else(Failure::report, Some) {
            _ if self.json => print_object(line, command, outcome, took),
            Some(report) => print(report),
            None => true,
        };
        let is_failed = |report: &Report| report.has_differences() || !is_written && report.is_all_that_was_asked_for();
        outcome.as_ref().map_or_else(Failure::status, |report| if is_failed(report) { FAILED } else { DONE })
    }
}

/// Prints the outcome of a command for a program. Returns whether it was written.
pub(crate) fn print_object(
    line: Option<u64>,
    command: Option<&str>,
    outcome: &Result<Report, Failure>,
    took: Duration,
) -> bool {
    let object = Object {
        line,
        command,
        ok: outcome.is_ok(),
        elapsed_us: took.as_micros(),
        result: outcome.as_ref().map_or_else(Failure::report, Some),
        error: outcome.as_ref().err().map(Failure::error),
    };
    match serde_json::to_string(&object) {
        Ok(json) => print(format_args!("{json}\n")),
        Err(error) => {
            complain(format_args!("the result cannot be written as JSON: {error}"));
            false
        }
    }
}

/// Prints to standard output at once, in colours on a terminal. Reports a failure, and returns whether the text was written.
pub(crate) fn print(text: impl Display) -> bool {
    let written = write(&text.to_string());
    if let Err(error) = &written {
        complain(format_args!("the result cannot be written: {error}"));
    }
    written.is_ok()
}

/// Writes a text in one piece: several processes may share the other end.
fn write(text: &str) -> io::Result<()> {
    progress::above(|| {
        let mut stdout = anstream::stdout().lock();
        stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush())
    })
}

/// Prints an error on standard error.
pub(crate) fn complain(what: impl Display) {
    // Wherever the words come from, none of them moves the cursor.
    let line = escape(&what.to_string());
    // If standard error is broken too, there is nowhere left to report.
    let _ = progress::above(|| writeln!(io::stderr(), "netgraft: {line}"));
}
