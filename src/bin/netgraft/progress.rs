//! Progress of long work: one line on standard error if that is a terminal, which disappears when the work is done.

use std::io::{self, IsTerminal};
use std::sync::OnceLock;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// How often to draw the line while nothing happens, as a sign of life.
const TICK: Duration = Duration::from_millis(100);

/// There is one terminal, and so one line, however deep in the work the report comes from.
static LINE: OnceLock<ProgressBar> = OnceLock::new();

/// Shows the line until the value is dropped. `steps` is their number, if known.
///
/// Work within other work that is shown has no line of its own.
pub(crate) fn begin(steps: Option<u64>) -> Working {
    if LINE.get().is_some() || !io::stderr().is_terminal() {
        return Working(None);
    }
    let template =
        if steps.is_some() { "{bar:24.green} {pos}/{len} {wide_msg}" } else { "{spinner:.green} {wide_msg}" };
    let line = LINE.get_or_init(|| steps.map_or_else(ProgressBar::no_length, ProgressBar::new));
    if let Ok(style) = ProgressStyle::with_template(template) {
        line.set_style(style);
    }
    line.enable_steady_tick(TICK);
    Working(Some(line))
}

/// Shows work whose number of steps is unknown.
pub(crate) fn begin_with(doing: impl Into<String>) -> Working {
    let working = begin(None);
    tell(doing);
    working
}

/// Reports the present step. Shows nothing unless some work has begun.
pub(crate) fn tell(doing: impl Into<String>) {
    if let Some(line) = LINE.get() {
        line.set_message(doing.into());
    }
}

/// Prints something permanently, above the line.
pub(crate) fn above<T>(print: impl FnOnce() -> T) -> T {
    match LINE.get() {
        Some(line) => line.suspend(print),
        None => print(),
    }
}

/// Work that is shown.
#[derive(Debug)]
#[must_use]
pub(crate) struct Working(Option<&'static ProgressBar>);

impl Working {
    /// Counts one step.
    pub(crate) fn advance(&self) {
        if let Some(line) = self.0 {
            line.inc(1);
        }
    }
}

impl Drop for Working {
    fn drop(&mut self) {
        if let Some(line) = self.0 {
            line.finish_and_clear();
        }
    }
}
