//! What does not depend on the machine: instructions, allocations, system calls and memory of an add.
//!
//! `cargo bench --bench counts` in benches/, as root or where user namespaces are allowed. It fails when a budget is missed.

mod common;

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, ExitCode, Stdio};

use common::beside::Beside;
use common::memory::{forget_peak, peak, resident};
use common::ways::{Way, Who};
use common::world::{How, Job, Wanted, World};
use common::{prepare, seclude};

/// How many adds instructions are counted of.
const ADDS: usize = 10;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let how = if has("moved") { How::Move } else { How::Create };
    if has("--traced") {
        seclude();
        let crowd = arguments.iter().find_map(|argument| argument.parse().ok());
        add_between_marks(how, crowd.unwrap_or(0), has("journal"));
        return ExitCode::SUCCESS;
    }
    if has("--counted") {
        seclude();
        let who = if has("raw") { Who::Minimal } else { Who::Library };
        add_several(how, who, if has("none") { 0 } else { ADDS });
        return ExitCode::SUCCESS;
    }
    prepare();
    let mut table = Beside::new(true);
    for what in ["moved", "created"] {
        let [raw, own] = ["raw", "library"].map(|who| instructions(what, who));
        table.numbers(&format!("{what}: instructions"), "raw messages", Some(raw), own);
    }
    for (how, what) in [(How::Move, "moved"), (How::Create, "created")] {
        let (allocations, bytes) = allocations(how);
        table.numbers(&format!("{what}: allocations"), "", None, allocations);
        table.numbers(&format!("{what}: bytes allocated at a time, at most"), "", None, bytes);
    }
    for what in ["moved", "created"] {
        let most = if what == "moved" { 80 } else { 45 };
        table.count(&format!("{what}: system calls, no journal"), system_calls(what, 10, false), 30);
        for crowd in [10, 1000] {
            let calls = system_calls(what, crowd, true);
            table.count(&format!("{what}: system calls, journal, beside {crowd} interfaces"), calls, most);
        }
    }
    table.numbers("1000 made at once: memory they need, in bytes", "", None, memory());
    table.finish("counts")
}

/// Adds an interface between two marks, to a namespace that has others, once it is told to.
fn add_between_marks(how: How, crowd: u32, journal: bool) {
    let world = World::new(1);
    let namespace = world.away[0].namespace();
    if journal {
        namespace.keep_journal("/run/netgraft").unwrap();
    }
    world.away[0].crowd_of_interfaces(0..crowd);
    let job = Job::one(how).by_prefix();
    let mut way = ready(&world, &job, Who::Library);
    println!("ready");
    std::io::stdin().read_line(&mut String::new()).unwrap();
    way.add();
}

/// How many system calls an add makes beside other interfaces. What makes these is not traced, which would take minutes.
fn system_calls(what: &str, crowd: u32, journal: bool) -> usize {
    let mut program = Command::new(std::env::current_exe().unwrap());
    program.args(["--traced", what, &crowd.to_string()]).args(journal.then_some("journal"));
    let mut program = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let line = |of: &mut dyn Read| BufReader::new(of).lines().next().unwrap().unwrap();
    assert_eq!(line(program.stdout.as_mut().unwrap()), "ready");
    let mut strace = Command::new("strace");
    strace.args(["-f", "-p", &program.id().to_string()]);
    let mut strace = strace.stderr(Stdio::piped()).spawn().unwrap();
    let mut trace = BufReader::new(strace.stderr.take().unwrap());
    let mut lines = String::new();
    // strace says so once it is attached.
    trace.read_line(&mut lines).unwrap();
    writeln!(program.stdin.take().unwrap()).unwrap();
    trace.read_to_string(&mut lines).unwrap();
    assert!(strace.wait().unwrap().success() && program.wait().unwrap().success(), "{lines}");
    // The marks: nothing else calls getppid(2).
    let mut parts = lines.split("getppid()");
    let between = parts.nth(1).unwrap();
    assert!(parts.next().is_some(), "only one mark");
    // The rest of the mark's own line comes first; a call that another thread's interrupts takes two lines.
    between.lines().skip(1).filter(|line| line.contains('(') && !line.contains("resumed>")).count()
}

/// Makes ready for several adds and does so many of them, one after the other.
fn add_several(how: How, who: Who, adds: usize) {
    let world = World::new(1);
    let jobs: Vec<Job> =
        (0..ADDS as u32).map(|number| Job { wanted: vec![Wanted::new(number, 0)], ..Job::one(how) }).collect();
    let mut ways: Vec<_> = jobs.iter().map(|job| ready(&world, job, who)).collect();
    ways.iter_mut().take(adds).for_each(|way| way.add());
}

/// How many instructions an add takes in the process: those of several, without those of none.
fn instructions(how: &str, who: &str) -> usize {
    let [none, several] = ["none", "several"].map(|adds| {
        let program = std::env::current_exe().unwrap();
        let mut valgrind = Command::new("valgrind");
        valgrind.args(["--tool=callgrind", "--callgrind-out-file=/dev/null"]).arg(program);
        let output = valgrind.args(["--counted", how, who, adds]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{said}");
        let (_, collected) = said.split_once("Collected : ").unwrap();
        collected.lines().next().unwrap().trim().parse::<usize>().unwrap()
    });
    several.saturating_sub(none) / ADDS
}

/// How often an add allocates memory, and how much it has at a time.
fn allocations(how: How) -> (usize, usize) {
    let world = World::new(1);
    let mut way = ready(&world, &Job::one(how), Who::Library);
    let counted = allocation_counter::measure(|| way.add());
    (counted.count_total as usize, counted.bytes_max as usize)
}

/// By how much the process grows while a thousand interfaces are made.
fn memory() -> usize {
    let world = World::new(1);
    let mut way = ready(&world, &Job::many(1000, 1), Who::Library);
    let before = resident();
    forget_peak();
    way.add();
    peak().saturating_sub(before)
}

/// A way to do a job whose links are there.
fn ready<'w>(world: &'w World, job: &Job, who: Who) -> Box<dyn Way + 'w> {
    if job.how == How::Move {
        world.make_pairs(&job.wanted);
    }
    who.way(world, job)
}
