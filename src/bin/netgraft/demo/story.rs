//! What happened when, and how long it took.

use std::fmt;
use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::style::{FAINT, NAME, VALUE, WRONG, painted};

/// Where a step of the story happens.
pub(super) const HOST: &str = "host";
pub(super) const SANDBOX: &str = "sandbox";
pub(super) const WIRE: &str = "on wire";
pub(super) const REFUSED: &str = "refused";

#[derive(Debug, Serialize)]
pub(crate) struct Story {
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

impl Story {
    pub(super) fn begin() -> Self {
        Self { begin: SystemTime::now(), steps: Vec::new() }
    }

    /// Does something and tells of it.
    pub(super) fn act<T, E>(
        &mut self,
        place: &'static str,
        call: impl FnOnce() -> Result<T, E>,
        text: impl FnOnce(&T) -> String,
    ) -> Result<T, E> {
        let start = SystemTime::now();
        let done = call()?;
        self.took(start, place, text(&done));
        Ok(done)
    }

    /// Tells of something that began then and has ended now.
    pub(super) fn took(&mut self, start: SystemTime, place: &'static str, text: String) {
        let took = start.elapsed().unwrap_or_default();
        self.steps.push(Step { at_us: self.since_begin(start), took_us: Some(microseconds(took)), place, text });
    }

    /// Tells of a moment.
    pub(super) fn tell(&mut self, at: SystemTime, place: &'static str, text: String) {
        self.steps.push(Step { at_us: self.since_begin(at), took_us: None, place, text });
    }

    /// Puts the steps in the order in which they happened.
    pub(super) fn end(mut self) -> Self {
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

impl fmt::Display for Story {
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
