//! Prints the library's log on standard error.

use std::io::{self, IsTerminal, Write};

use log::{Level, LevelFilter, Log, Metadata, Record};

use crate::escape::escape;
use crate::progress;

/// Prints messages of this level or above. The newest of the others is shown as the present step.
struct Stderr(LevelFilter);

impl Log for Stderr {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let text = escape(&record.args().to_string());
        if record.level() > self.0 {
            return progress::tell(text);
        }
        let level = record.level().as_str().to_ascii_lowercase();
        // Standard error has no buffer: written whole, the line is one system call, and no other process writes into it.
        let line = format!("netgraft: {level}: {text}\n");
        // There is nowhere to say that standard error is broken.
        let _ = progress::above(|| io::stderr().write_all(line.as_bytes()));
    }

    fn flush(&self) {}
}

static LOGGERS: [Stderr; 3] = [Stderr(LevelFilter::Warn), Stderr(LevelFilter::Info), Stderr(LevelFilter::Debug)];

/// Prints warnings always, skipped steps with `-v`, and every step with `-vv`.
pub(crate) fn start(verbose: u8) {
    let [warnings, skipped, steps] = &LOGGERS;
    let logger = match verbose {
        0 => warnings,
        1 => skipped,
        _ => steps,
    };
    if log::set_logger(logger).is_ok() {
        log::set_max_level(if io::stderr().is_terminal() { Level::Debug.to_level_filter() } else { logger.0 });
    }
}
