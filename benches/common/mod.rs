//! What benches share: measuring side by side, and one table of medians, ratios and budgets.
#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of benches: every one uses some of them, and one that goes wrong has to end"
)]

#[path = "../../tests/common/external.rs"]
mod external;
pub(crate) mod raw;
#[path = "../../tests/common/tools.rs"]
pub(crate) mod tools;

use std::process::Command;
use std::time::{Duration, Instant};

pub(crate) use external::{inside, ip, ip_in, ip_json};
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getegid, geteuid};

/// Gives the process a network namespace and an empty `/run` of its own, as root there. Only possible
/// before it has threads.
pub(crate) fn seclude() {
    let (uid, gid) = (geteuid(), getegid());
    let namespaces = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS;
    if uid.is_root() {
        unshare(namespaces).expect("namespaces");
    } else {
        unshare(namespaces | CloneFlags::CLONE_NEWUSER).expect("namespaces of a user");
        for (file, text) in
            [("setgroups", "deny"), ("uid_map", &format!("0 {uid} 1")), ("gid_map", &format!("0 {gid} 1"))]
        {
            std::fs::write(format!("/proc/self/{file}"), text).expect("to be root in the user namespace");
        }
    }
    let none = None::<&str>;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none).expect("mounts of its own");
    mount(Some("run"), "/run", Some("tmpfs"), MsFlags::empty(), none).expect("a /run of its own");
}

/// How long a call takes.
pub(crate) fn timed<T>(call: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = call();
    (start.elapsed(), result)
}

/// Runs the contestants in turn, A B C A B C …, so that whatever else the machine does meets them all.
pub(crate) fn interleave<T, const N: usize>(rounds: usize, mut contestants: [&mut dyn FnMut() -> T; N]) -> Vec<[T; N]> {
    let mut round = || contestants.each_mut().map(|contestant| contestant());
    // The first finds cold caches.
    round();
    (0..rounds).map(|_| round()).collect()
}

/// Stands in a trace of system calls where what is counted begins and ends: nothing else calls getppid(2).
pub(crate) fn mark() {
    let _ = std::os::unix::process::parent_id();
}

/// How many system calls this program makes between two marks when it is run with these arguments.
pub(crate) fn system_calls(arguments: &[&str]) -> usize {
    let program = std::env::current_exe().unwrap();
    let trace = Command::new("strace").arg("-fqq").arg(program).args(arguments).output().expect("strace");
    let lines = String::from_utf8_lossy(&trace.stderr).into_owned();
    assert!(trace.status.success(), "{lines}");
    let mut parts = lines.split("getppid()");
    let between = parts.nth(1).expect("a mark");
    assert!(parts.next().is_some(), "only one mark");
    // The rest of the mark's own line comes first; a call that another thread's interrupts takes two lines.
    between.lines().skip(1).filter(|line| line.contains('(') && !line.contains("resumed>")).count()
}

/// Which of some times is held to a budget.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    Median,
    Worst,
}

/// Rows of one thing beside another, printed as they are added.
pub(crate) struct Table {
    judges_times: bool,
    missed: bool,
}

impl Table {
    /// Begins with the columns' names. Few rounds prove nothing: their times are then shown and not judged.
    pub(crate) fn new(judges_times: bool) -> Self {
        line(["", "beside", "its median", "median", "ratio", "budget", ""]);
        Self { judges_times, missed: false }
    }

    /// Adds times: `pairs` of what is stood beside, and its own. The ratio is the median of the pairs' ratios.
    pub(crate) fn times(
        &mut self,
        what: &str,
        beside: &str,
        pairs: impl Iterator<Item = (Duration, Duration)>,
        budget: Option<f64>,
    ) {
        let pairs: Vec<(f64, f64)> = pairs.map(|(a, b)| (a.as_secs_f64(), b.as_secs_f64())).collect();
        let ratio = median(pairs.iter().map(|(other, own)| own / other));
        let other = median(pairs.iter().map(|(other, _)| *other));
        let own = median(pairs.iter().map(|(_, own)| *own));
        let verdict = budget.filter(|_| self.judges_times).map_or("", |budget| self.judge(ratio <= budget));
        let budget = budget.map_or(String::new(), |budget| format!("≤ {budget}"));
        line([what, beside, &micros(other), &micros(own), &format!("{ratio:.3}"), &budget, verdict]);
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
        let other = median(pairs.iter().map(|(other, _)| *other));
        let own = median(pairs.iter().map(|(_, own)| *own));
        let verdict = if self.judges_times { self.judge(extra <= budget.as_secs_f64()) } else { "" };
        let budget = format!("≤ +{}", micros(budget.as_secs_f64()));
        line([what, beside, &micros(other), &micros(own), &format!("+{}", micros(extra)), &budget, verdict]);
    }

    /// Adds times by themselves: their median, and the worst of them, of which `of` says which counts.
    pub(crate) fn within(&mut self, what: &str, times: &[Duration], of: Of, budget: Duration) {
        let own = median(times.iter().map(Duration::as_secs_f64));
        let worst = times.iter().map(Duration::as_secs_f64).fold(0.0, f64::max);
        let counts = match of {
            Of::Median => own,
            Of::Worst => worst,
        };
        let verdict = if self.judges_times { self.judge(counts <= budget.as_secs_f64()) } else { "" };
        let budget = format!("≤ {}", micros(budget.as_secs_f64()));
        line([what, &format!("worst {}", micros(worst)), "", &micros(own), "", &budget, verdict]);
    }

    /// Adds a number.
    pub(crate) fn count(&mut self, what: &str, number: usize, budget: usize) {
        let verdict = self.judge(number <= budget);
        line([what, "", "", &number.to_string(), "", &format!("≤ {budget}"), verdict]);
    }

    /// Whether a budget was missed.
    pub(crate) fn missed(&self) -> bool {
        self.missed
    }

    fn judge(&mut self, kept: bool) -> &'static str {
        self.missed |= !kept;
        if kept { "ok" } else { "MISSED" }
    }
}

fn line([what, beside, other, own, ratio, budget, verdict]: [&str; 7]) {
    println!("{what:<42} {beside:<15} {other:>10} {own:>10} {ratio:>8} {budget:>10} {verdict}");
}

fn micros(seconds: f64) -> String {
    format!("{:.0} µs", seconds * 1e6)
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
