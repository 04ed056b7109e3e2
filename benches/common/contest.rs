//! All ways beside each other: in each round each of them does each job once, in turn, so that whatever else the machine
//! does meets them all.

use std::process::ExitCode;
use std::time::Duration;

use super::table::{Table, median, said};
use super::ways::{Times, Who, once};
use super::world::{Job, World};

/// How many links are removed by those who do it one by one.
const PATIENCE: usize = 100;

/// What a budget is a multiple of.
#[derive(Clone, Copy)]
pub(crate) enum To {
    Way(Who),
    /// The fastest of the ways that people use.
    Peers,
    /// What the library takes for an earlier row.
    Row(&'static str),
}

/// The fewest messages that do the same.
pub(crate) const RAW: To = To::Way(Who::Minimal);

/// How many times as long as something the library may take.
type Budget = (f64, To);

/// A job, done in a world of its own.
pub(crate) struct Row<'w> {
    what: String,
    world: &'w World,
    job: Job,
    budgets: Vec<Budget>,
    /// Its removal has a row as well.
    removed: Option<(String, Vec<Budget>)>,
    stressed: bool,
}

impl<'w> Row<'w> {
    pub(crate) fn new(what: impl Into<String>, world: &'w World, job: Job) -> Self {
        Self { what: what.into(), world, job, budgets: Vec::new(), removed: None, stressed: false }
    }

    pub(crate) fn within(mut self, budgets: &[Budget]) -> Self {
        self.budgets = budgets.to_vec();
        self
    }

    pub(crate) fn and_removed(mut self, what: impl Into<String>, budgets: &[Budget]) -> Self {
        self.removed = Some((what.into(), budgets.to_vec()));
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
    /// The library's times, row by row.
    own: Vec<(String, Vec<Duration>)>,
}

impl Contest {
    pub(crate) fn new(judges_times: bool) -> Self {
        let header = [""].into_iter().chain(Who::ALL.map(Who::title)).chain(["budget", "kept"]);
        Self { table: Table::new(header, judges_times), own: Vec::new() }
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
            let column = |who: Who, of: fn(Times) -> Option<Duration>| -> Option<Vec<Duration>> {
                times.iter().map(|round| round[number][who as usize].and_then(of)).collect()
            };
            self.measured(&row.what, &row.budgets, |who| column(who, |times| Some(times.add)));
            if row.stressed {
                self.table.stress();
            }
            if let Some((what, budgets)) = &row.removed {
                self.measured(what, budgets, |who| column(who, |times| times.remove));
            }
        }
    }

    /// Adds a row: each way's times, where it has any.
    pub(crate) fn measured(&mut self, what: &str, budgets: &[Budget], times: impl Fn(Who) -> Option<Vec<Duration>>) {
        let own = times(Who::Library).unwrap_or_default();
        let mut cells = vec![what.to_owned(), said(median_of(&own))];
        let ratios = Who::ALL.map(|who| times(who).map(|others| ratio(&own, &others)));
        for who in Who::ALL.into_iter().skip(1) {
            let (others, ratio) = (times(who), ratios[who as usize]);
            let cell = others.zip(ratio).map(|(others, ratio)| format!("{} (×{ratio:.2})", said(median_of(&others))));
            cells.push(cell.unwrap_or("–".to_owned()));
        }
        let (mut wanted, mut kept) = (Vec::new(), Vec::new());
        for (budget, to) in budgets {
            let (to, ratio) = match to {
                To::Way(who) => (who.title().to_owned(), ratios[*who as usize]),
                To::Peers => (
                    "every peer".to_owned(),
                    Who::PEERS.iter().filter_map(|who| ratios[*who as usize]).reduce(f64::max),
                ),
                To::Row(other) => {
                    let times = self.own.iter().find(|(what, _)| what == other).map(|(_, times)| ratio(&own, times));
                    (format!("“{other}”"), times)
                }
            };
            let ratio = ratio.expect("something to compare with");
            wanted.push(format!("≤ {budget} × {to}"));
            kept.push(format!("{ratio:.3} {}", self.table.judge_time(ratio <= *budget)));
        }
        cells.extend([wanted.join(", "), kept.join(", ")]);
        self.table.row(cells);
        self.own.push((what.to_owned(), own));
    }

    pub(crate) fn finish(self, name: &str) -> ExitCode {
        self.table.finish(name)
    }
}

/// The median of the rounds' ratios.
fn ratio(own: &[Duration], others: &[Duration]) -> f64 {
    median(own.iter().zip(others).map(|(own, other)| own.as_secs_f64() / other.as_secs_f64()))
}

fn median_of(times: &[Duration]) -> f64 {
    median(times.iter().map(Duration::as_secs_f64))
}
