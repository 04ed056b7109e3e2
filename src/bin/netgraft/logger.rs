//! What the library logs, on standard error.

use std::io::{self, Write};

use log::{LevelFilter, Log, Metadata, Record};

struct Stderr;

impl Log for Stderr {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &Record<'_>) {
        let level = record.level().as_str().to_ascii_lowercase();
        // There is nowhere to say that standard error is broken.
        let _ = writeln!(io::stderr(), "netgraft: {level}: {}", record.args());
    }

    fn flush(&self) {}
}

/// Warnings always; steps that were skipped with `-v`; every step with `-vv`.
pub(crate) fn start(verbose: u8) {
    let level = match verbose {
        0 => LevelFilter::Warn,
        1 => LevelFilter::Info,
        _ => LevelFilter::Debug,
    };
    if log::set_logger(&Stderr).is_ok() {
        log::set_max_level(level);
    }
}
