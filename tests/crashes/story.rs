//! One operation in a world that is made anew before each try.

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use netgraft::Namespace;
use serde_json::Value;

use super::common::random::{Random, sampled};
use super::common::traced::{Call, Met, Outcome, Worker, calls, met};
use super::common::{World, differences, inside, journal_files, settled};

pub(crate) const JOURNAL: &str = "/run/journal";
pub(crate) const PIN: &str = "/run/netns/web";
/// How many calls of each operation are tried by default.
const SAMPLE: usize = 3;
/// How often an operation is tried until it is disturbed at the very call that is meant: what else goes on in the kernel
/// has calls made anew, and other indexes chosen.
const TRIES: usize = 25;
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
const HARMLESS: [&str; 16] = [
    "mmap",
    "munmap",
    "mprotect",
    "madvise",
    "brk",
    "futex",
    "rt_sigprocmask",
    "sigaltstack",
    "restart_syscall",
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
                First::Ruined(what, call) => self.ruin_at_last(what, call, &firsts[..done]),
            }
        }
    }

    /// Kills a process in front of the last system call of a name.
    fn ruin_at_last(&self, what: &str, name: &str, firsts: &[First]) {
        for _ in 0..TRIES {
            let number = self.ruinous.get().unwrap_or_else(|| {
                Worker::traced(what, None).finish();
                let (_, number) = calls().into_iter().rfind(|(other, _)| other == name).unwrap();
                self.begin(firsts);
                number
            });
            let is_it = ruin(what, &(name.to_owned(), number)).1 == Met::Exactly;
            self.ruinous.set(is_it.then_some(number));
            if is_it {
                return;
            }
            self.begin(firsts);
        }
        panic!("{what} is not killed in front of its last {name}");
    }

    /// Pins the namespace again that a destroy has unpinned.
    fn pin(&self) {
        if !Path::new(PIN).exists() {
            let file = inside(&self.world.web, || fs::File::open("/proc/thread-self/ns/net").unwrap());
            let number = std::os::fd::AsRawFd::as_raw_fd(&file);
            Namespace::adopt(PIN, format!("/proc/self/fd/{number}")).unwrap();
        }
    }

    fn make_anew(&self) {
        self.pin();
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

    /// What an operation leads to, the calls it makes, and how many entries the journal has then. It is not the first
    /// one of its world: indexes of links differ less from then on.
    fn rehearse(&self, what: &str) -> (State, Vec<Call>, Outcome, usize) {
        self.reset();
        Worker::untraced(what).finish();
        self.reset();
        let outcome = Worker::traced(what, None).finish();
        let calls = calls();
        (self.state(), calls, outcome, entries().len())
    }

    /// Has an operation disturbed at some of its calls. `disturb` makes everything anew, does it once, and says where it
    /// was; the words tell how much was tried.
    fn at_each(&mut self, calls: Vec<Call>, some: usize, mut disturb: impl FnMut(&Self, &Call) -> Met) -> String {
        let all = calls.len();
        let (mut exactly, mut tries, mut never) = (0, 0, 0);
        for call in sampled(&mut self.random, calls, some) {
            let mut is_met = || {
                tries += 1;
                disturb(self, &call) == Met::Exactly
            };
            if (0..TRIES).any(|_| is_met()) {
                exactly += 1;
            } else {
                println!("{call:?} was the rehearsal's alone");
                never += 1;
            }
        }
        // More would be a harness that tries something else than it says.
        assert!(exactly > 0 && never <= 1 + all / 50, "{never} of {all} calls were not met");
        format!("{exactly} of {all} calls ({tries} tries, {never} never met)")
    }

    /// Each call fails: the operation succeeds with full state, or fails and everything is as before it.
    pub(crate) fn each_call_fails(&mut self, what: &str) {
        let (after, calls, rehearsal, entries_after) = self.rehearse(what);
        let calls = calls.into_iter().filter(|(call, _)| error(call).is_some()).collect();
        let (mut succeeded, mut refused, mut stuck) = (0, 0, 0);
        let tried = self.at_each(calls, SAMPLE, |story, call| {
            let before = story.reset();
            let entries_before = entries().len();
            let (outcome, met) = fail(what, call);
            let try_ = format!("{what}, {call:?} {met:?}: {outcome:?}");
            println!("{try_}");
            assert!(rehearsal.succeeded || !outcome.succeeded, "{try_}");
            if outcome.succeeded {
                succeeded += 1;
                let differences = differ(&blurred(&after), &blurred(&story.state()));
                assert!(differences.is_empty(), "{try_}: {differences:#?}");
            } else if let Some(left) = &outcome.left {
                // Only where something failed anyway, and the call was one of putting things back.
                assert!(!rehearsal.succeeded, "{try_}");
                assert!(outcome.message.ends_with(left), "{try_}");
                stuck += 1;
                let restored = Worker::untraced("restore").finish();
                story.assert_is(&before, &format!("{try_}, then {restored:?}"));
            } else {
                refused += 1;
                story.assert_is(&before, &try_);
            }
            // What could not be removed from the journal can be now.
            let restored = Worker::untraced("restore").finish();
            assert!(restored.message.contains("failed: []"), "{try_}, then {restored:?}");
            let wanted = if outcome.succeeded { entries_after } else { entries_before };
            assert_journal_has(wanted, &format!("{try_}, then {restored:?}"));
            met
        });
        println!(
            "COUNT {what}: {tried} failed: {succeeded} successes, {refused} errors with everything as before, {stuck} that a \
             restore put right"
        );
    }

    /// Each call of a restore fails: if not itself, the next one comes to where it would have come.
    pub(crate) fn each_call_of_a_restore_fails(&mut self) {
        let (after, calls, _, entries_after) = self.rehearse("restore");
        let calls = calls.into_iter().filter(|(call, _)| error(call).is_some()).collect();
        let tried = self.at_each(calls, SAMPLE, |story, call| {
            story.reset();
            let (outcome, met) = fail("restore", call);
            let restored = Worker::untraced("restore").finish();
            let try_ = format!("restore, {call:?} {met:?}: {outcome:?}, then {restored:?}");
            println!("{try_}");
            assert!(restored.message.contains("failed: []"), "{try_}");
            let differences = differ(&blurred(&after), &blurred(&story.state()));
            assert!(differences.is_empty(), "{try_}: {differences:#?}");
            assert_journal_has(entries_after, &try_);
            met
        });
        println!("COUNT restore of {:?}: {tried} failed, and the next one came to the end", self.first);
    }

    /// Each call of removing all interfaces fails, or the process is killed in front of it: what is still there after a
    /// restore can be removed by another one, and then all is as if nothing had gone wrong.
    pub(crate) fn each_call_of_removing_all_fails_or_kills(&mut self) {
        self.each_call_fails_or_kills("remove all", |_| {
            let restored = Worker::untraced("restore").finish();
            let again = Worker::untraced("remove all").finish();
            assert!(restored.message.contains("failed: []") && again.succeeded, "{restored:?}, then {again:?}");
            assert_journal_has(0, "after the second removal");
        });
    }

    /// Each call of a destroy fails, or the process is killed in front of it: another one comes to the end, where home has
    /// its links as if nothing had gone wrong.
    pub(crate) fn each_call_of_a_destroy_fails_or_kills(&mut self) {
        self.each_call_fails_or_kills("destroy", |failing| {
            let again = Worker::untraced("destroy, if it is there").finish();
            assert!(again.succeeded && !Path::new(PIN).exists(), "{again:?}");
            // An entry that could not be removed is dropped by the next restore of all.
            if failing != Some("unlink") {
                assert_journal_has(0, "after the second destroy");
            }
        });
    }

    /// Each call of an operation that succeeds fails, or the process is killed in front of it. `again` carries the operation
    /// out once more, told the call that failed, and then all is as if nothing had gone wrong.
    fn each_call_fails_or_kills(&mut self, what: &str, again: impl Fn(Option<&str>)) {
        let (after, calls, rehearsal, _) = self.rehearse(what);
        assert!(rehearsal.succeeded, "{rehearsal:?}");
        let calls: Vec<Call> = calls.into_iter().filter(|(call, _)| !HARMLESS.contains(&&**call)).collect();
        for fails in [true, false] {
            let calls = calls.iter().filter(|(call, _)| !fails || error(call).is_some()).cloned().collect();
            let tried = self.at_each(calls, SAMPLE, |story, call| {
                story.reset();
                let (outcome, met) = if fails {
                    let (outcome, met) = fail(what, call);
                    (Some(outcome), met)
                } else {
                    ruin(what, call)
                };
                let try_ = format!("{what}, {call:?} {met:?}: {outcome:?} with {:?}", entries());
                println!("{try_}");
                again(fails.then_some(&*call.0));
                let differences = differ(&blurred(&after), &blurred(&story.state()));
                assert!(differences.is_empty(), "{try_}: {differences:#?}");
                met
            });
            println!("COUNT {what}: {tried} {}, and the rest went well", if fails { "failed" } else { "killed" });
        }
    }

    /// The process is killed in front of each call, and a restore by another one brings everything to where it was, or
    /// to where it was going.
    pub(crate) fn killed_at_each_call(&mut self, what: &str) {
        let (after, calls, _, entries_after) = self.rehearse(what);
        let calls = calls.into_iter().filter(|(call, _)| !HARMLESS.contains(&&**call)).collect();
        let (mut undone, mut complete) = (0, 0);
        let tried = self.at_each(calls, SAMPLE, |story, call| {
            let before = story.reset();
            let entries_before = entries().len();
            let (survived, met) = ruin(what, call);
            let journal = entries();
            let restored = Worker::untraced("restore").finish();
            let try_ = format!("{what}, killed at {call:?} {met:?}: {survived:?}, then {restored:?} of {journal:?}");
            println!("{try_}");
            assert!(restored.succeeded && restored.message.contains("failed: []"), "{try_}");
            let now = story.state();
            let (from, to) = (differ(&before, &now), differ(&blurred(&after), &blurred(&now)));
            // A restore has nothing to go back to.
            if from.is_empty() && what != "restore" {
                undone += 1;
                assert_journal_has(entries_before, &try_);
            } else {
                assert!(to.is_empty(), "{try_}:\n neither as before: {from:#?}\n nor complete: {to:#?}");
                complete += 1;
                assert_journal_has(entries_after, &try_);
            }
            met
        });
        println!("COUNT {what}: killed at {tried}: {undone} as before, {complete} complete");
    }

    fn assert_is(&self, wanted: &State, try_: &str) {
        let differences = differ(wanted, &self.state());
        assert!(differences.is_empty(), "{try_}: {differences:#?}");
    }
}

fn assert_journal_has(count: usize, try_: &str) {
    let entries = entries();
    assert_eq!(entries.len(), count, "{try_}: {entries:?}");
}

/// The error that a call can have.
fn error(call: &str) -> Option<&'static str> {
    ERRORS.iter().find(|(name, _)| *name == call).map(|(_, error)| *error)
}

/// Makes a call of an operation fail.
fn fail(what: &str, call: &Call) -> (Outcome, Met) {
    let (name, number) = call;
    let fault = format!("inject={name}:error={}:when={number}", error(name).unwrap());
    let outcome = Worker::traced(what, Some(&fault)).finish();
    (outcome, met(call))
}

/// Kills a process in front of a call of its operation. Where it does not make that, what came of it.
fn ruin(what: &str, call: &Call) -> (Option<Outcome>, Met) {
    let (name, number) = call;
    let survived = Worker::traced(what, Some(&format!("inject={name}:signal=SIGKILL:when={number}"))).finish_or_die();
    let met = met(call);
    assert_eq!(survived.is_some(), met == Met::Never, "{what}, killed at {call:?}: {survived:?}");
    (survived, met)
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
    let shown = |file: PathBuf| {
        let text = fs::read_to_string(&file).unwrap_or_default();
        let stage = text.lines().find_map(|line| line.strip_prefix("stage ")).unwrap_or("?");
        format!("{} {stage}", file.file_name().unwrap().to_string_lossy())
    };
    journal_files(JOURNAL).into_iter().map(shown).collect()
}
