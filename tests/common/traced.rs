//! An operation in a process of its own under strace(1), which makes one system call fail, or stops or kills the
//! process in front of it.
//!
//! A test does `if worked(operate) { return; }` first: the worker is the same test, executed once more. What it does
//! outside [`Marked::during`] is not counted.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use netgraft::Result;
use nix::sys::signal::Signal;
use nix::unistd::{AccessFlags, Pid, access};

use super::patience;

/// Set, to what it is to do, in the worker.
const WORKER: &str = "NETGRAFT_TEST_WORKER";
/// Paths that the worker looks for just before and behind the operation, which shows in a trace.
const BEGIN: &str = "/begin";
const END: &str = "/end";
const TRACE: &str = "/run/trace";
const READY: &str = "=ready";

/// The file that a worker waits for.
fn go(pid: u32) -> String {
    format!("/run/go-{pid}")
}

/// What came of an operation, as the worker prints it.
#[derive(Debug, PartialEq)]
pub(crate) struct Outcome {
    pub(crate) succeeded: bool,
    pub(crate) left: Option<String>,
    pub(crate) message: String,
}

/// Calls the part of the worker that is traced.
#[derive(Debug)]
pub(crate) struct Marked(());

impl Marked {
    /// What is to be traced. Waits for the tracer first.
    pub(crate) fn during<T>(&self, operation: impl FnOnce() -> T) -> T {
        println!("\n{READY}");
        let go = go(std::process::id());
        // By calls that no operation makes: how many of them are traced depends on time.
        while access(&*go, AccessFlags::F_OK).is_err() {
            std::thread::park_timeout(Duration::from_millis(1));
        }
        let mark = |path: &str| assert!(fs::metadata(path).is_err());
        mark(BEGIN);
        let result = operation();
        mark(END);
        result
    }
}

/// Does what the worker does, told by name, and prints what came of it. True in the worker.
pub(crate) fn worked(operate: impl FnOnce(&str, &Marked) -> Result<String>) -> bool {
    let Ok(what) = std::env::var(WORKER) else { return false };
    match operate(&what, &Marked(())) {
        Ok(message) => println!("\n=done\t{message}"),
        Err(error) => println!("\n=failed\t{}\t{error}", error.left().unwrap_or_default()),
    }
    // What the harness still had to do would be counted.
    std::process::exit(0)
}

/// A worker that is running.
pub(crate) struct Worker {
    process: Child,
    stdout: BufReader<ChildStdout>,
    strace: Option<Child>,
}

impl Worker {
    /// A worker that is at the beginning of its operation.
    fn ready(what: &str) -> Self {
        let thread = std::thread::current();
        // The tests inside run on one thread that has the test's name.
        let test = thread.name().unwrap();
        // By what it is, not where: it may be in a folder that is not to be seen.
        let mut command = Command::new("/proc/self/exe");
        command.args([test, "--exact", "--nocapture"]).env(WORKER, what).env("RUST_BACKTRACE", "0");
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        while line.trim_end() != READY {
            line.clear();
            assert!(stdout.read_line(&mut line).unwrap() > 0, "{what}: the worker is not ready");
        }
        Self { process, stdout, strace: None }
    }

    /// Starts an operation without strace.
    pub(crate) fn untraced(what: &str) -> Self {
        let worker = Self::ready(what);
        worker.go();
        worker
    }

    fn go(&self) {
        fs::write(go(self.process.id()), "").unwrap();
    }

    /// Starts an operation under strace, with an expression for what to inject if anything. Calls are counted in each
    /// thread by itself, beginning with the operation.
    pub(crate) fn traced(what: &str, inject: Option<&str>) -> Self {
        let mut problem = String::new();
        // Nothing has been done before the worker is told to go: when strace does not stay with it, another may.
        for _ in 0..5 {
            let mut worker = Self::ready(what);
            match trace(worker.process.id(), inject) {
                Ok(strace) => {
                    worker.strace = Some(strace);
                    worker.go();
                    return worker;
                }
                Err(why) => problem = why,
            }
            let _ = worker.process.kill();
            worker.process.wait().unwrap();
        }
        panic!("{what}: {problem}");
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.process.id().try_into().unwrap())
    }

    /// Waits until the process has been stopped. False when it has ended without.
    pub(crate) fn is_stopped(&mut self) -> bool {
        let deadline = Instant::now() + patience(Duration::from_secs(20));
        while !fs::read_to_string(TRACE).unwrap_or_default().contains("stopped by SIGSTOP") {
            if self.process.try_wait().unwrap().is_some() {
                return false;
            }
            assert!(Instant::now() < deadline, "it was not stopped");
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }

    fn end(mut self) -> (ExitStatus, String) {
        let mut printed = String::new();
        self.stdout.read_to_string(&mut printed).unwrap();
        let status = self.process.wait().unwrap();
        fs::remove_file(go(self.process.id())).unwrap();
        if let Some(mut strace) = self.strace {
            strace.wait().unwrap();
        }
        (status, printed)
    }

    /// Waits for the end of the operation.
    pub(crate) fn finish(self) -> Outcome {
        let (status, printed) = self.end();
        assert!(status.success(), "{status}: {printed}");
        outcome(&printed)
    }

    /// The same for one that is to be killed: none when it was.
    pub(crate) fn finish_or_die(self) -> Option<Outcome> {
        self.finish_unless(Signal::SIGKILL)
    }

    /// The same for one that may abort itself: none when it has.
    pub(crate) fn finish_or_abort(self) -> Option<Outcome> {
        self.finish_unless(Signal::SIGABRT)
    }

    fn finish_unless(self, signal: Signal) -> Option<Outcome> {
        let (status, printed) = self.end();
        if status.signal() == Some(signal as i32) {
            return None;
        }
        assert!(status.success(), "{status}: {printed}");
        Some(outcome(&printed))
    }
}

fn outcome(printed: &str) -> Outcome {
    let line = printed.lines().find_map(|line| line.strip_prefix('='));
    let parts: Vec<&str> = line.unwrap_or_else(|| panic!("no outcome: {printed}")).split('\t').collect();
    match parts[..] {
        ["done", message] => Outcome { succeeded: true, left: None, message: message.to_owned() },
        ["failed", left, message] => {
            let left = (!left.is_empty()).then(|| left.to_owned());
            Outcome { succeeded: false, left, message: message.to_owned() }
        }
        _ => panic!("{printed}"),
    }
}

/// Has strace get hold of a process.
fn trace(pid: u32, inject: Option<&str>) -> Result<Child, String> {
    // The last one's.
    let _ = fs::remove_file(TRACE);
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qqq", "-o", TRACE, "-p", &pid.to_string()]);
    strace.args(inject.into_iter().flat_map(|inject| ["-e", inject]));
    let mut strace = strace.stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + patience(Duration::from_secs(20));
    while !is_traced(pid) {
        if strace.try_wait().unwrap().is_some() {
            return Err(format!("{:?}", strace.wait_with_output()));
        }
        assert!(Instant::now() < deadline, "strace does not get hold of the worker");
        std::thread::sleep(Duration::from_millis(2));
    }
    Ok(strace)
}

/// Whether all threads of a worker have a tracer, and it has begun to see what the one that waits calls.
fn is_traced(pid: u32) -> bool {
    let status = |task: &Path| fs::read_to_string(task.join("status")).unwrap_or_default();
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).unwrap();
    tasks.flatten().all(|task| !status(&task.path()).contains("TracerPid:\t0\n"))
        && fs::read_to_string(TRACE).is_ok_and(|trace| trace.contains(&go(pid)))
}

/// A system call by name, and its number among those of its name in its thread.
pub(crate) type Call = (String, usize);

/// A line of a trace.
struct Traced<'a> {
    thread: &'a str,
    name: &'a str,
    arguments: &'a str,
    /// The kernel has it made once more, as it does with a setting that is written while another process holds the lock
    /// of all links. What is injected counts each time.
    anew: bool,
}

fn traced(trace: &str) -> Vec<Traced<'_>> {
    let mut calls: Vec<Traced<'_>> = Vec::new();
    for line in trace.lines() {
        let Some((thread, rest)) = line.split_once(' ') else { continue };
        let rest = rest.trim_start();
        let anew = rest.contains(" = ? ERESTART");
        if rest.starts_with("<... ") {
            if let Some(call) = calls.iter_mut().rfind(|call| call.thread == thread) {
                call.anew |= anew;
            }
            continue;
        }
        let Some((name, arguments)) = rest.split_once('(') else { continue };
        if !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            calls.push(Traced { thread, name, arguments, anew });
        }
    }
    calls
}

/// The system calls of an operation that was traced just now and not disturbed, whichever thread makes them, in order.
pub(crate) fn calls() -> Vec<Call> {
    let trace = fs::read_to_string(TRACE).unwrap();
    let mut counts = std::collections::BTreeMap::<(&str, &str), usize>::new();
    let (mut began, mut seen, mut calls) = (false, BTreeSet::new(), Vec::new());
    for Traced { thread, name, arguments, anew } in traced(&trace) {
        if anew {
            continue;
        }
        let count = counts.entry((thread, name)).or_default();
        *count += 1;
        let call = (name.to_owned(), *count);
        if arguments.contains(&format!("\"{END}\"")) {
            return calls;
        }
        if began && seen.insert(call.clone()) {
            calls.push(call);
        }
        began |= arguments.contains(&format!("\"{BEGIN}\""));
    }
    panic!("the operation did not end: {trace}");
}

/// Where an operation was disturbed that was to be at a certain call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Met {
    Exactly,
    /// At an earlier call of that name: one of them was made anew.
    Early,
    /// It did not make as many this time.
    Never,
}

/// Where an operation was disturbed that was traced just now.
pub(crate) fn met((name, number): &Call) -> Met {
    let trace = fs::read_to_string(TRACE).unwrap();
    let mut threads = std::collections::BTreeMap::<&str, Vec<bool>>::new();
    for call in traced(&trace).into_iter().filter(|call| call.name == name) {
        threads.entry(call.thread).or_default().push(call.anew);
    }
    let met = threads.values().filter_map(|calls| calls.get(..*number)).map(|calls| calls.contains(&true));
    met.fold(Met::Never, |met, early| if early && met != Met::Exactly { Met::Early } else { Met::Exactly })
}
