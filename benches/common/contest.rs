//! All ways beside each other: in each round each of them does each job once, in turn, so that whatever else the machine
//! does meets them all.

use std::process::ExitCode;
use std::time::Duration;

use super::table::{Table, median, median_time, said};
use super::ways::{Times, Who, once};
use super::world::{Job, World};

/// How many links are removed by those who do it one by one.
const PATIENCE: usize = 100;

/// What a ratio is to.
#[derive(Clone, Copy)]
pub(crate) enum To {
    /// The fewest messages that do the same.
    Minimal,
    /// What the library takes for another row of the same contest.
    Row(usize),
}

/// A job, done in a world of its own.
pub(crate) struct Row<'w> {
    what: String,
    world: &'w World,
    job: Job,
    budgets: Vec<(f64, To)>,
    /// Its removal has a row as well.
    removed: Option<String>,
    stressed: bool,
}

impl<'w> Row<'w> {
    pub(crate) fn new(what: impl Into<String>, world: &'w World, job: Job) -> Self {
        Self { what: what.into(), world, job, budgets: Vec::new(), removed: None, stressed: false }
    }

    pub(crate) fn at_most(mut self, ratio: f64, to: To) -> Self {
        self.budgets.push((ratio, to));
        self
    }

    pub(crate) fn and_removed(mut self, what: impl Into<String>) -> Self {
        self.removed = Some(what.into());
        self
    }

    /// It is among those that matter most.
    pub(crate) fn stressed(mut self) -> Self {
        self.stressed = true;
        self
    }

    /// Those who delete links one by one need some twenty seconds for a thousand.
    fn removes(&self, who: Who) -> bool {
        let patient = self.job.wanted.len() <= PATIENCE || matches!(who, Who::Library | Who::Minimal);
        self.removed.is_some() && patient
    }
}

/// Of each row, what each way took, if it can do it.
type Round = Vec<Vec<Option<Times>>>;

/// A table of all ways: the library's time; those of the others, and how long the library takes if they take one.
pub(crate) struct Contest {
    table: Table,
}

impl Contest {
    pub(crate) fn new(judges_times: bool) -> Self {
        let header = [""].into_iter().chain(Who::ALL.map(Who::title)).chain(["budget", "kept"]);
        Self { table: Table::new(header, judges_times) }
    }

    /// Does all jobs that many times.
    pub(crate) fn run(&mut self, rounds: usize, rows: &[Row<'_>]) {
        let round = || -> Round {
            let row = |row: &Row<'_>| {
                let able =
                    |who: Who| who.can(&row.job).then(|| once(row.world, &row.job, who, row.removes(who), || ()));
                Who::ALL.map(able).to_vec()
            };
            rows.iter().map(row).collect()
        };
        rows.iter().for_each(|row| eprintln!("{} …", row.what));
        // The first finds cold caches, which matters where there are not many interfaces in it.
        if rows.iter().all(|row| row.job.wanted.len() < PATIENCE) {
            round();
        }
        let times: Vec<Round> = (0..rounds).map(|_| round()).collect();
        for (number, row) in rows.iter().enumerate() {
            let cell = |who: usize, of: fn(Times) -> Option<Duration>| -> Option<Vec<Duration>> {
                times.iter().map(|round| round[number][who].and_then(of)).collect()
            };
            let budgets = row.budgets.iter().map(|(budget, to)| {
                let other = |round: &Round| match to {
                    To::Minimal => round[number][1],
                    To::Row(other) => round[*other][0],
                };
                let ratio = |round: &Round| Some(seconds(round[number][0]?.add) / seconds(other(round)?.add));
                (*budget, median(times.iter().filter_map(ratio)), *to)
            });
            let budgets: Vec<(f64, f64, To)> = budgets.collect();
            self.add(&row.what, |who| cell(who, |times| Some(times.add)), &budgets, rows);
            if row.stressed {
                self.table.stress();
            }
            if let Some(removed) = &row.removed {
                self.add(removed, |who| cell(who, |times| times.remove), &[], rows);
            }
        }
    }

    /// Adds a row of what was measured otherwise: each way's times, where it has any.
    pub(crate) fn measured(&mut self, what: &str, times: impl Fn(usize) -> Option<Vec<Duration>>) {
        self.add(what, times, &[], &[]);
    }

    pub(crate) fn finish(self, name: &str) -> ExitCode {
        self.table.finish(name)
    }

    fn add(
        &mut self,
        what: &str,
        times: impl Fn(usize) -> Option<Vec<Duration>>,
        budgets: &[(f64, f64, To)],
        rows: &[Row<'_>],
    ) {
        let own = times(0).unwrap_or_default();
        let mut cells = vec![what.to_owned(), said(median_time(own.iter().copied()))];
        for who in 1..Who::ALL.len() {
            let cell = times(who).map_or("–".to_owned(), |others| {
                let ratio = median(own.iter().zip(&others).map(|(own, other)| seconds(*own) / seconds(*other)));
                format!("{} (×{ratio:.2})", said(median_time(others.into_iter())))
            });
            cells.push(cell);
        }
        let (mut wanted, mut kept) = (Vec::new(), Vec::new());
        for (budget, ratio, to) in budgets {
            let to = match to {
                To::Minimal => "raw".to_owned(),
                To::Row(number) => format!("“{}”", rows[*number].what),
            };
            wanted.push(format!("≤ {budget} × {to}"));
            kept.push(format!("{ratio:.3} {}", self.table.judge_time(ratio <= budget)));
        }
        cells.extend([wanted.join(", "), kept.join(", ")]);
        self.table.row(cells);
    }
}

fn seconds(time: Duration) -> f64 {
    time.as_secs_f64()
}
