//! A table of one thing beside another: medians, ratios and budgets.

use std::process::ExitCode;
use std::time::Duration;

use super::table::{Table, median, said};

/// Which of some times is held to a budget.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    Median,
    Worst,
}

pub(crate) struct Beside(Table);

impl Beside {
    /// Few rounds prove nothing: their times are then shown and not judged.
    pub(crate) fn new(judges_times: bool) -> Self {
        Self(Table::new(["", "beside", "its median", "median", "ratio", "budget", "kept"], judges_times))
    }

    /// Adds times: `pairs` of what is stood beside, and its own. The ratio is the median of the pairs' ratios, and held to
    /// a budget, if there is one.
    pub(crate) fn times(
        &mut self,
        what: &str,
        beside: &str,
        pairs: impl Iterator<Item = (Duration, Duration)>,
        budget: impl Into<Option<f64>>,
    ) {
        let pairs: Vec<(f64, f64)> = pairs.map(|(a, b)| (a.as_secs_f64(), b.as_secs_f64())).collect();
        let (ratio, budget) = (median(pairs.iter().map(|(other, own)| own / other)), budget.into());
        let verdict = budget.map_or("", |budget| self.0.judge_time(ratio <= budget));
        let budget = budget.map_or(String::new(), |budget| format!("≤ {budget}"));
        let ratio = format!("{ratio:.3}");
        self.line([what, beside, &other(&pairs), &own(&pairs), &ratio, &budget, verdict]);
    }

    /// Adds times of which what counts is by how much they are longer: the median of the pairs' differences.
    pub(crate) fn extra(
        &mut self,
        what: &str,
        beside: &str,
        pairs: impl Iterator<Item = (Duration, Duration)>,
        budget: Duration,
    ) {
        let pairs: Vec<(f64, f64)> = pairs.map(|(a, b)| (a.as_secs_f64(), b.as_secs_f64())).collect();
        let extra = median(pairs.iter().map(|(other, own)| own - other));
        let verdict = self.0.judge_time(extra <= budget.as_secs_f64());
        let (extra, budget) = (format!("+{}", micros(extra)), format!("≤ +{}", micros(budget.as_secs_f64())));
        self.line([what, beside, &other(&pairs), &own(&pairs), &extra, &budget, verdict]);
    }

    /// Adds times by themselves: their median, and the worst of them, of which `of` says which counts.
    pub(crate) fn within(&mut self, what: &str, times: &[Duration], of: Of, budget: Duration) {
        let own = median(times.iter().map(Duration::as_secs_f64));
        let worst = times.iter().map(Duration::as_secs_f64).fold(0.0, f64::max);
        let counts = match of {
            Of::Median => own,
            Of::Worst => worst,
        };
        let verdict = self.0.judge_time(counts <= budget.as_secs_f64());
        let budget = format!("≤ {}", said(budget.as_secs_f64()));
        self.line([what, &format!("worst {}", said(worst)), "", &said(own), "", &budget, verdict]);
    }

    /// Adds a number.
    pub(crate) fn count(&mut self, what: &str, number: usize, budget: usize) {
        let verdict = self.0.judge(number <= budget);
        self.line([what, "", "", &number.to_string(), "", &format!("≤ {budget}"), verdict]);
    }

    /// Adds numbers that are held to nothing: its own, and that of what is stood beside, if that is known.
    pub(crate) fn numbers(&mut self, what: &str, beside: &str, other: Option<usize>, own: usize) {
        let ratio = other.map_or(String::new(), |other| format!("{:.3}", own as f64 / other as f64));
        let other = other.map_or(String::new(), |other| other.to_string());
        self.line([what, beside, &other, &own.to_string(), &ratio, "", ""]);
    }

    pub(crate) fn finish(self, name: &str) -> ExitCode {
        self.0.finish(name)
    }

    fn line(&mut self, cells: [&str; 7]) {
        self.0.row(cells.map(str::to_owned));
    }
}

fn other(pairs: &[(f64, f64)]) -> String {
    said(median(pairs.iter().map(|(other, _)| *other)))
}

fn own(pairs: &[(f64, f64)]) -> String {
    said(median(pairs.iter().map(|(_, own)| *own)))
}

/// A difference, which may be below nothing.
fn micros(seconds: f64) -> String {
    format!("{:.0} µs", seconds * 1e6)
}
