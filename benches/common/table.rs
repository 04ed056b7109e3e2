//! Tables: printed when a bench is done, and put into the documents when that is asked for.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Duration;

use tabled::builder::Builder;
use tabled::settings::{Alignment, Style, object::Columns};

use super::{iproute2, peers};

/// What a table is put into, where it has a place there: all of it, or what matters most.
const DOCUMENTS: [(&str, bool); 2] = [("docs/performance.md", false), ("README.md", true)];

/// Rows of cells, and whether a budget was missed.
pub(crate) struct Table {
    header: Vec<String>,
    /// Whether a row is of those that matter most, and its cells.
    rows: Vec<(bool, Vec<String>)>,
    judges_times: bool,
    missed: bool,
}

impl Table {
    /// Few rounds prove nothing: their times are then shown and not judged.
    pub(crate) fn new<'a>(header: impl IntoIterator<Item = &'a str>, judges_times: bool) -> Self {
        let header = header.into_iter().map(str::to_owned).collect();
        Self { header, rows: Vec::new(), judges_times, missed: false }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        self.rows.push((false, cells.into_iter().collect()));
    }

    /// Has the newest row among those that matter most.
    pub(crate) fn stress(&mut self) {
        self.rows.last_mut().unwrap().0 = true;
    }

    /// Whether a budget was kept, if times are judged.
    pub(crate) fn judge_time(&mut self, kept: bool) -> &'static str {
        if self.judges_times { self.judge(kept) } else { "" }
    }

    pub(crate) fn judge(&mut self, kept: bool) -> &'static str {
        self.missed |= !kept;
        if kept { "ok" } else { "MISSED" }
    }

    /// Prints it, and with `NETGRAFT_WRITE=1` puts it into the documents at `<!-- cargo bench: NAME -->`.
    pub(crate) fn finish(self, name: &str) -> ExitCode {
        println!("\n{}", self.text(false));
        if writes() && self.judges_times {
            DOCUMENTS.iter().for_each(|(document, short)| publish(document, name, &self.text(*short)));
        }
        if self.missed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
    }

    fn text(&self, short: bool) -> String {
        let mut table = Builder::default();
        table.push_record(&self.header);
        let rows = self.rows.iter().filter(|(stressed, _)| *stressed || !short);
        rows.for_each(|(_, cells)| table.push_record(cells));
        let mut table = table.build();
        table.with(Style::markdown()).modify(Columns::new(1..), Alignment::right());
        format!("{table}\n\n{}\n", machine())
    }
}

/// Whether the documents are to be written anew.
pub(crate) fn writes() -> bool {
    std::env::var_os("NETGRAFT_WRITE").is_some()
}

fn publish(document: &str, name: &str, table: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(document);
    let text = fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- cargo bench: {name} -->\n"), "<!-- end -->");
    let Some((before, rest)) = text.split_once(&begin) else { return };
    let (_, after) = rest.split_once(end).unwrap();
    fs::write(&path, format!("{before}{begin}\n{table}\n{end}{after}")).unwrap();
}

/// Where and beside what it was measured.
fn machine() -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let count = std::thread::available_parallelism().map_or(0, usize::from);
    let kernel = Command::new("uname").arg("-r").output().unwrap();
    let kernel = String::from_utf8_lossy(&kernel.stdout).trim().to_owned();
    format!(
        "{count} × {}, Linux {kernel}, {}, {}",
        model.trim_start_matches([' ', '\t', ':']),
        iproute2::version(),
        peers::said()
    )
}

/// A time as people say it.
pub(crate) fn said(seconds: f64) -> String {
    match seconds {
        0.0..0.002 => format!("{:.0} µs", seconds * 1e6),
        0.002..0.1 => format!("{:.1} ms", seconds * 1e3),
        0.1..1.0 => format!("{:.0} ms", seconds * 1e3),
        _ => format!("{seconds:.2} s"),
    }
}

pub(crate) fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut sorted: Vec<f64> = numbers.collect();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}

pub(crate) fn median_time(times: impl Iterator<Item = Duration>) -> f64 {
    median(times.map(|time| time.as_secs_f64()))
}
