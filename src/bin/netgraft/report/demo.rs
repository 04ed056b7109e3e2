//! Records what the demo did, when, and how long each step took.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::style::{FAINT, NAME, VALUE, WRONG, painted};

/// Where a step happens.
pub(crate) const HOST: &str = "host";
pub(crate) const SANDBOX: &str = "sandbox";
pub(crate) const WIRE: &str = "on wire";
pub(crate) const REFUSED: &str = "refused";

#[derive(Debug, Serialize)]
pub(crate) struct DemoLog {
    #[serde(skip)]
    begin: SystemTime,
    steps: Vec<Step>,
}

#[derive(Debug, Serialize)]
struct Step {
    at_us: u64,
    took_us: Option<u64>,
    place: &'static str,
    text: String,
}

impl DemoLog {
    pub(crate) fn begin() -> Self {
        Self { begin: SystemTime::now(), steps: Vec::new() }
    }

    /// Runs a step and notes it.
    pub(crate) fn run<T, E>(
        &mut self,
        place: &'static str,
        call: impl FnOnce() -> Result<T, E>,
        text: impl FnOnce(&T) -> String,
    ) -> Result<T, E> {
        let start = SystemTime::now();
        let done = call()?;
        self.note_since(start, place, text(&done));
        Ok(done)
    }

    /// Notes a step that began at `start` and has ended now.
    pub(crate) fn note_since(&mut self, start: SystemTime, place: &'static str, text: String) {
        let took = start.elapsed().unwrap_or_default();
        self.steps.push(Step { at_us: self.since_begin(start), took_us: Some(microseconds(took)), place, text });
    }

    /// Notes a moment.
    pub(crate) fn note(&mut self, at: SystemTime, place: &'static str, text: String) {
        self.steps.push(Step { at_us: self.since_begin(at), took_us: None, place, text });
    }

    /// Puts the steps in the order in which they happened.
    pub(crate) fn end(mut self) -> Self {
        self.steps.sort_by_key(|step| step.at_us);
        self
    }

    fn since_begin(&self, at: SystemTime) -> u64 {
        microseconds(at.duration_since(self.begin).unwrap_or_default())
    }
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

impl fmt::Display for DemoLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "In namespaces of its own, which end with it:\n\n      when      took  where")?;
        for step in &self.steps {
            let took = step.took_us.map(shown).unwrap_or_default();
            let style = match step.place {
                WIRE => VALUE,
                REFUSED => WRONG,
                _ => NAME,
            };
            let times = format!("{:>10}{took:>10}", shown(step.at_us));
            writeln!(f, "{}  {:<8} {}", painted(FAINT, times), painted(style, step.place), step.text)?;
        }
        Ok(())
    }
}

fn shown(microseconds: u64) -> String {
    match microseconds {
        0..1000 => format!("{microseconds} µs"),
        _ => format!("{}.{} ms", microseconds / 1000, microseconds % 1000 / 100),
    }
}
