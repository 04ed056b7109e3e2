//! One operation in a world that is made anew before each try.

use std::cell::Cell;
use std::fs;
use std::process::Command;

use serde_json::Value;

use super::common::random::{Random, sampled};
use super::common::traced::{Call, Outcome, Worker, calls};
use super::common::{World, differences, inside, settled};

pub(crate) const JOURNAL: &str = "/run/journal";
/// How many calls of each operation are tried by default.
const SAMPLE: usize = 3;
/// The system calls that change something or wait, each with an error that it can have. Opening is to fail for want of
/// descriptors; what cannot fail, or not so that a program could tell, is not among them.
const ERRORS: [(&str, &str); 23] = [
    ("sendto", "ENOBUFS"),
    ("sendmsg", "ENOBUFS"),
    ("recvfrom", "ENOMEM"),
    ("setns", "EPERM"),
    ("socket", "EMFILE"),
    ("bind", "ENOMEM"),
    ("setsockopt", "ENOBUFS"),
    ("openat", "EMFILE"),
    ("read", "EIO"),
    ("write", "ENOSPC"),
    ("poll", "ENOMEM"),
    ("ioctl", "ENOMEM"),
    ("rename", "ENOSPC"),
    ("renameat2", "ENOSPC"),
    ("unlink", "EROFS"),
    ("flock", "ENOLCK"),
    ("clone3", "EAGAIN"),
    ("fcntl", "EMFILE"),
    ("statx", "ENOMEM"),
    ("fstatfs", "ENOMEM"),
    ("getdents64", "ENOMEM"),
    ("getsockname", "ENOBUFS"),
    ("lseek", "EIO"),
];
/// Calls that change nothing but the process itself.
const HARMLESS: [&str; 15] = [
    "mmap",
    "munmap",
    "mprotect",
    "madvise",
    "brk",
    "futex",
    "rt_sigprocmask",
    "sigaltstack",
    "rseq",
    "set_robust_list",
    "sched_yield",
    "sched_getaffinity",
    "gettid",
    "prctl",
    "exit",
];

/// What can be seen of both namespaces.
type State = (Value, Value);

/// What is done before the operation.
#[derive(Clone, Copy, Debug)]
pub(crate) enum First {
    /// Another one, to its end.
    Done(&'static str),
    /// Another one that is killed in front of the last system call of this name.
    Ruined(&'static str, &'static str),
}

/// A world that is made anew before each try.
pub(crate) struct Story {
    pub(crate) world: World,
    /// Makes the link.
    pub(crate) make: fn(&World),
    /// The links that it, or an operation, makes.
    pub(crate) made: &'static [&'static str],
    pub(crate) first: &'static [First],
    /// The number of the call that ruins it, once it is known.
    ruinous: Cell<Option<usize>>,
    random: Random,
}

impl Story {
    pub(crate) fn new(make: fn(&World), made: &'static [&'static str]) -> Self {
        Self {
            world: World::new(),
            make,
            made,
            first: &[],
            ruinous: Cell::new(None),
            random: Random::from_environment(),
        }
    }

    /// The same, continued.
    pub(crate) fn after(self, first: &'static [First]) -> Self {
        Self { first, ..self }
    }

    fn state(&self) -> State {
        (settled(&self.world.host), settled(&self.world.web))
    }

    fn reset(&self) -> State {
        self.begin(self.first);
        self.state()
    }

    /// Makes everything anew and does what comes first.
    fn begin(&self, firsts: &[First]) {
        self.make_anew();
        for (done, first) in firsts.iter().enumerate() {
            match *first {
                First::Done(what) => assert!(Worker::untraced(what).finish().succeeded, "{what}"),
                First::Ruined(what, call) => {
                    let number = self.ruinous.get().unwrap_or_else(|| {
                        Worker::traced(what, None).finish();
                        let (_, number) = calls().into_iter().rfind(|(other, _)| other == call).unwrap();
                        self.begin(&firsts[..done]);
                        number
                    });
                    self.ruinous.set(Some(number));
                    ruin(what, call, number);
                }
            }
        }
    }

    fn make_anew(&self) {
        let made = self.made;
        for namespace in [&self.world.host, &self.world.web] {
            inside(namespace, || {
                for link in made {
                    Command::new("ip").args(["link", "del", link]).output().unwrap();
                }
            });
        }
        let _ = fs::remove_dir_all(JOURNAL);
        (self.make)(&self.world);
    }

    /// What an operation leads to, the calls it makes, and how many entries the journal has then.
    fn rehearse(&self, what: &str) -> (State, Vec<Call>, Outcome, usize) {
        self.reset();
        let outcome = Worker::traced(what, None).finish();
        let calls = calls();
        (self.state(), calls, outcome, entries().len())
    }

    /// Each call fails: the operation succeeds with full state, or fails and everything is as before it.
    pub(crate) fn each_call_fails(&mut self, what: &str) {
        let (after, calls, rehearsal, entries_after) = self.rehearse(what);
        let calls: Vec<Call> = calls.into_iter().filter(|(call, _)| error(call).is_some()).collect();
        let all = calls.len();
        let mut before = self.reset();
        let entries_before = entries().len();
        let (mut succeeded, mut refused, mut stuck) = (0, 0, 0);
        for (call, number) in sampled(&mut self.random, calls, SAMPLE) {
            let outcome = Worker::traced(what, Some(&fault(&call, number))).finish();
            let try_ = format!("{what}, {call} {number}: {outcome:?}");
            println!("{try_}");
            assert!(rehearsal.succeeded || !outcome.succeeded, "{try_}");
            if outcome.succeeded {
                succeeded += 1;
                let differences = differ(&blurred(&after), &blurred(&self.state()));
                assert!(differences.is_empty(), "{try_}: {differences:#?}");
            } else if let Some(left) = &outcome.left {
                // Only where something failed anyway, and the call was one of putting things back.
                assert!(!rehearsal.succeeded, "{try_}");
                assert!(outcome.message.ends_with(left), "{try_}");
                stuck += 1;
                let restored = Worker::untraced("restore").finish();
                self.assert_is(&before, &format!("{try_}, then {restored:?}"));
            } else {
                refused += 1;
                self.assert_is(&before, &try_);
            }
            // What could not be removed from the journal can be now.
            let restored = Worker::untraced("restore").finish();
            assert!(restored.message.contains("failed: []"), "{try_}, then {restored:?}");
            let wanted = if outcome.succeeded { entries_after } else { entries_before };
            self.assert_journal_has(wanted, &format!("{try_}, then {restored:?}"));
            before = self.reset();
        }
        println!(
            "COUNT {what}: of {all} calls {} failed: {succeeded} successes, {refused} errors with everything as before, \
             {stuck} that a restore put right",
            succeeded + refused + stuck
        );
        assert!(succeeded + refused + stuck > 0);
    }

    /// Each call of a restore fails: if not itself, the next one comes to where it would have come.
    pub(crate) fn each_call_of_a_restore_fails(&mut self) {
        let (after, calls, _, entries_after) = self.rehearse("restore");
        let calls: Vec<Call> = calls.into_iter().filter(|(call, _)| error(call).is_some()).collect();
        let (all, mut tried) = (calls.len(), 0);
        for (call, number) in sampled(&mut self.random, calls, SAMPLE) {
            self.reset();
            let outcome = Worker::traced("restore", Some(&fault(&call, number))).finish();
            let restored = Worker::untraced("restore").finish();
            let try_ = format!("restore, {call} {number}: {outcome:?}, then {restored:?}");
            println!("{try_}");
            assert!(restored.message.contains("failed: []"), "{try_}");
            let differences = differ(&blurred(&after), &blurred(&self.state()));
            assert!(differences.is_empty(), "{try_}: {differences:#?}");
            self.assert_journal_has(entries_after, &try_);
            tried += 1;
        }
        println!("COUNT restore of {:?}: of {all} calls {tried} failed, and the next one came to the end", self.first);
        assert!(tried > 0);
    }

    /// Each call of removing all interfaces fails, or the process is killed in front of it: what is still there after a
    /// restore can be removed by another one, and then all is as if nothing had gone wrong.
    pub(crate) fn each_call_of_removing_all_fails_or_kills(&mut self) {
        let what = "remove all";
        let (after, calls, _, _) = self.rehearse(what);
        let calls: Vec<Call> = calls.into_iter().filter(|(call, _)| !HARMLESS.contains(&&**call)).collect();
        let (all, mut tried) = (calls.len(), 0);
        for (call, number) in sampled(&mut self.random, calls, 2 * SAMPLE) {
            self.reset();
            let try_ = if error(&call).is_some() && tried % 2 == 0 {
                format!("{call} {number}: {:?}", Worker::traced(what, Some(&fault(&call, number))).finish())
            } else {
                ruin(what, &call, number);
                format!("killed at {call} {number}")
            };
            let journal = entries();
            let restored = Worker::untraced("restore").finish();
            let again = Worker::untraced(what).finish();
            let try_ = format!("{what}, {try_}, then {restored:?} of {journal:?}, then {again:?}");
            println!("{try_}");
            assert!(restored.message.contains("failed: []") && again.succeeded, "{try_}");
            let differences = differ(&blurred(&after), &blurred(&self.state()));
            assert!(differences.is_empty(), "{try_}: {differences:#?}");
            self.assert_journal_has(0, &try_);
            tried += 1;
        }
        println!("COUNT {what}: {tried} of {all} calls failed or killed, and the rest could be removed");
        assert!(tried > 0);
    }

    /// The process is killed in front of each call, and a restore by another one brings everything to where it was, or
    /// to where it was going.
    pub(crate) fn killed_at_each_call(&mut self, what: &str) {
        let (after, calls, _, entries_after) = self.rehearse(what);
        let calls: Vec<Call> = calls.into_iter().filter(|(call, _)| !HARMLESS.contains(&&**call)).collect();
        let all = calls.len();
        let mut before = self.reset();
        let entries_before = entries().len();
        let (mut undone, mut complete) = (0, 0);
        for (call, number) in sampled(&mut self.random, calls, SAMPLE) {
            ruin(what, &call, number);
            let mut try_ = format!("{what}, killed at {call} {number}");
            let journal = entries();
            let restored = Worker::untraced("restore").finish();
            try_ = format!("{try_}, then {restored:?} of {journal:?}");
            println!("{try_}");
            assert!(restored.succeeded && restored.message.contains("failed: []"), "{try_}");
            let now = self.state();
            let (from, to) = (differ(&before, &now), differ(&blurred(&after), &blurred(&now)));
            // A restore has nothing to go back to.
            if from.is_empty() && what != "restore" {
                undone += 1;
                self.assert_journal_has(entries_before, &try_);
            } else {
                assert!(to.is_empty(), "{try_}:\n neither as before: {from:#?}\n nor complete: {to:#?}");
                complete += 1;
                self.assert_journal_has(entries_after, &try_);
            }
            before = self.reset();
        }
        println!(
            "COUNT {what}: killed at {} of {all} calls: {undone} as before, {complete} complete",
            undone + complete
        );
        assert!(undone + complete > 0);
    }

    fn assert_is(&self, wanted: &State, try_: &str) {
        let differences = differ(wanted, &self.state());
        assert!(differences.is_empty(), "{try_}: {differences:#?}");
    }

    fn assert_journal_has(&self, count: usize, try_: &str) {
        let entries = entries();
        assert_eq!(entries.len(), count, "{try_}: {entries:?}");
    }
}

/// The error that a call can have.
fn error(call: &str) -> Option<&'static str> {
    ERRORS.iter().find(|(name, _)| *name == call).map(|(_, error)| *error)
}

/// What makes a call fail.
fn fault(call: &str, number: usize) -> String {
    format!("inject={call}:error={}:when={number}", error(call).unwrap())
}

/// Kills a process in front of a call of its operation.
fn ruin(what: &str, call: &str, number: usize) {
    let outcome = Worker::traced(what, Some(&format!("inject={call}:signal=SIGKILL:when={number}"))).finish_or_die();
    if let Some(outcome) = outcome {
        panic!("{what}, killed at {call} {number}: it lives: {outcome:?}");
    }
}

fn differ(wanted: &State, now: &State) -> Vec<String> {
    let mut found = differences(&wanted.0, &now.0);
    found.extend(differences(&wanted.1, &now.1));
    found
}

/// A state without what differs each time that the links are made: indexes, random MACs and addresses made of them.
fn blurred((host, web): &State) -> State {
    let (mut host, mut web) = (host.clone(), web.clone());
    blur(&mut host);
    blur(&mut web);
    (host, web)
}

fn blur(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !["ifindex", "link_index", "link_netnsid", "bridge_id", "root_id"].contains(&&**key));
            map.values_mut().for_each(blur);
        }
        Value::Array(list) => {
            list.iter_mut().for_each(blur);
            list.sort_by_cached_key(Value::to_string);
        }
        Value::String(text) => {
            let random_mac = text.len() == 17 && text.bytes().filter(|byte| *byte == b':').count() == 5;
            // Those given here begin with four bytes that hardly any other does.
            if random_mac && !text.starts_with("02:00:00:00:") || text.starts_with("fe80::") && text.contains("ff:fe") {
                *text = "random".to_owned();
            }
        }
        _ => {}
    }
}

/// Names and stages.
fn entries() -> Vec<String> {
    let files = fs::read_dir(JOURNAL).into_iter().flatten().map(|file| file.unwrap());
    let shown = |file: fs::DirEntry| {
        let text = fs::read_to_string(file.path()).unwrap_or_default();
        let stage = text.lines().find_map(|line| line.strip_prefix("stage ")).unwrap_or("?");
        format!("{} {stage}", file.file_name().to_string_lossy())
    };
    files.map(shown).collect()
}
