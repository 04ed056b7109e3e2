//! What each system call of an add, and of the making of a namespace, is in the kernel for, and what the library takes in
//! front of it.
//!
//! `cargo bench --bench calls` in benches/, as root, with perf (linux-perf); docs/performance.md says what the calls are for.

mod common;

use std::collections::HashMap;
use std::env;
use std::process::{Command, ExitCode};

use common::table::{Table, median};
use common::ways::Who;
use common::world::{How, Job, Wanted, World, path};
use common::{mark, prepare, seclude};
use netgraft::Namespace;

/// How often each is done. The first find cold caches.
const TIMES: u32 = 40;
const COLD: usize = 4;
/// Where perf puts what it records.
const RECORD: &str = "/run/perf.data";

/// What is looked at, by the words that the traced process gets.
const OPERATIONS: [(&str, &[&str]); 5] = [
    ("an interface created, bridged", &["created"]),
    ("the same, with a journal", &["created", "journal"]),
    ("a link moved", &["moved"]),
    ("a namespace made", &["namespace"]),
    ("a namespace made among 1000", &["namespace", "crowd"]),
];

/// A call and its times: the library's in front of it, and the kernel's. In microseconds.
type Call = (String, f64, f64);

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip_while(|word| word != "--traced").collect();
    if !words.is_empty() {
        seclude();
        operate(&words);
        return ExitCode::SUCCESS;
    }
    prepare();
    for (what, words) in OPERATIONS {
        let runs = record(words);
        // What other threads do may be in the midst of some.
        let names = |run: &Vec<Call>| run.iter().map(|(name, ..)| name.clone()).collect::<Vec<_>>();
        let mut shapes: HashMap<Vec<String>, usize> = HashMap::new();
        runs.iter().for_each(|run| *shapes.entry(names(run)).or_default() += 1);
        let (shape, count) = shapes.into_iter().max_by_key(|(_, count)| *count).unwrap();
        let runs: Vec<_> = runs.into_iter().filter(|run| names(run) == shape).collect();
        println!("\n{what}: {} calls, the same {count} times", shape.len() - 1);
        let mut table = Table::new(["call", "library before it, µs", "kernel, µs"], false);
        let of = |number: usize, of: fn(&Call) -> f64| median(runs.iter().map(|run| of(&run[number])));
        for (number, name) in shape.iter().enumerate() {
            let (before, inside) = (of(number, |call| call.1), of(number, |call| call.2));
            table.row([name.clone(), format!("{before:.0}"), format!("{inside:.0}")]);
        }
        let together = median(runs.iter().map(|run| run.iter().map(|call| call.1).sum::<f64>()));
        table.row(["all of the library's".to_owned(), format!("{together:.0}"), String::new()]);
        table.finish("calls");
    }
    ExitCode::SUCCESS
}

/// Does the operation several times, each time between two marks.
fn operate(words: &[String]) {
    let has = |word: &str| words.iter().any(|other| other == word);
    if has("namespace") {
        let _crowd = World::new(if has("crowd") { 1000 } else { 0 });
        for number in 0..TIMES {
            let path = path(&format!("new{number}"));
            mark();
            let namespace = Namespace::create(&path).unwrap();
            mark();
            // Not destroyed, which would have the kernel busy at the next.
            std::mem::forget(namespace);
        }
        return;
    }
    let world = World::new(1);
    if has("journal") {
        world.away[0].namespace().keep_journal("/run/netgraft").unwrap();
    }
    let how = if has("moved") { How::Move } else { How::Create };
    for number in 0..TIMES {
        let job = Job { wanted: vec![Wanted::new(number, 0)], ..Job::one(how) };
        if how == How::Move {
            world.make_pairs(&job.wanted);
        }
        Who::Library.way(&world, &job).add();
    }
}

/// The calls between the marks of a process that is recorded.
fn record(words: &[&str]) -> Vec<Vec<Call>> {
    let events = "raw_syscalls:sys_enter,raw_syscalls:sys_exit";
    let program = env::current_exe().unwrap();
    let mut perf = Command::new("perf");
    perf.args(["record", "-q", "-m", "4096", "-o", RECORD, "-e", events]).arg(program).arg("--traced").args(words);
    assert!(perf.status().expect("perf").success());
    let script = Command::new("perf").args(["script", "-i", RECORD, "-F", "tid,time,event,trace"]).output().unwrap();
    let events = String::from_utf8_lossy(&script.stdout).into_owned();
    between_marks(events.lines().filter_map(Event::parse))
}

struct Event {
    thread: u32,
    micros: f64,
    enters: bool,
    number: i64,
}

impl Event {
    /// `4711 12.345678: raw_syscalls:sys_enter: NR 44 (…`.
    fn parse(line: &str) -> Option<Self> {
        let mut words = line.split_whitespace();
        let thread = words.next()?.parse().ok()?;
        let seconds: f64 = words.next()?.trim_end_matches(':').parse().ok()?;
        let enters = words.next()? == "raw_syscalls:sys_enter:";
        let number = words.nth(1)?.parse().ok()?;
        Some(Self { thread, micros: seconds * 1e6, enters, number })
    }
}

fn between_marks(events: impl Iterator<Item = Event>) -> Vec<Vec<Call>> {
    let (mut runs, mut run, mut marks, mut last) = (Vec::new(), Vec::new(), 0, 0.0);
    // When each thread entered the kernel, and how long nobody had been there by then.
    let mut entered: HashMap<u32, (f64, f64)> = HashMap::new();
    for event in events {
        if event.number == libc::SYS_getppid {
            marks += u32::from(event.enters);
            if event.enters && marks % 2 == 0 {
                run.push(("the end".to_owned(), event.micros - last, 0.0));
                runs.push(std::mem::take(&mut run));
            }
            last = event.micros;
        } else if marks % 2 == 1 {
            if event.enters {
                entered.insert(event.thread, (event.micros, event.micros - last));
            } else if let Some((since, before)) = entered.remove(&event.thread) {
                run.push((name(event.number), before, event.micros - since));
                last = event.micros;
            }
        }
    }
    runs.split_off(COLD.min(runs.len()))
}

/// What a system call is called, of those that there are.
fn name(number: i64) -> String {
    let known = [
        (libc::SYS_sendto, "sendto"),
        (libc::SYS_recvfrom, "recvfrom"),
        (libc::SYS_fcntl, "fcntl"),
        (libc::SYS_close, "close"),
        (libc::SYS_openat, "openat"),
        (libc::SYS_flock, "flock"),
        (libc::SYS_statx, "statx"),
        (libc::SYS_write, "write"),
        (libc::SYS_rename, "rename"),
        (libc::SYS_renameat2, "renameat2"),
        (libc::SYS_unshare, "unshare"),
        (libc::SYS_setns, "setns"),
        (libc::SYS_clone3, "clone3"),
        (libc::SYS_futex, "futex, until the thread has ended"),
        (libc::SYS_socket, "socket"),
        (libc::SYS_setsockopt, "setsockopt"),
        (libc::SYS_ioctl, "ioctl"),
        (libc::SYS_open_tree, "open_tree"),
        (libc::SYS_move_mount, "move_mount"),
    ];
    known
        .iter()
        .find(|(other, _)| *other == number)
        .map_or_else(|| format!("call {number}"), |(_, name)| (*name).into())
}
