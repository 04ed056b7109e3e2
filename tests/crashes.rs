//! Nothing is lost: with a journal kept, every system call of an operation fails in turn, and the process is killed in
//! front of every one.
//!
//! By default a sample of the calls is tried, with a seed that is printed: `NETGRAFT_TEST_SEED=N` has the same sample
//! again, `NETGRAFT_TEST_WHOLE=1` has all of them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs;
use std::process::Command;

use common::random::{Random, sampled};
use common::traced::{Call, Marked, Outcome, Worker, calls, worked};
use common::{World, bridge, differences, in_netns, inside, named, parse, rich, settled};
use netgraft::{Announce, InterfaceConfig, Link, Namespace, Result, Veth};
use serde_json::Value;

const JOURNAL: &str = "/run/journal";
/// How many calls of each operation are tried by default.
const SAMPLE: usize = 3;
/// The system calls that change something or wait, each with an error that it can have. Opening is to fail for want of
/// descriptors; what cannot fail, or not so that a program could tell, is not among them.
const ERRORS: [(&str, &str); 17] = [
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

/// Every option, and each of them possible.
fn everything() -> InterfaceConfig {
    named("eth0")
        .mac(parse("02:00:00:00:09:09"))
        .mtu(1400)
        .tx_queue_len(9)
        .alias("new")
        .unwrap()
        .address(parse("10.99.0.2/24"))
        .address(parse("fd00:99::2/64"))
        .link_local(parse("169.254.9.9/16"))
        .sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=2"))
        .route(parse("198.18.0.0/16"))
        .announce(Announce::times(1).unwrap())
}

fn impossible() -> InterfaceConfig {
    everything().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"))
}

/// What the worker does, by name.
fn operate(what: &str, marked: &Marked) -> Result<String> {
    let (host, web) = (Namespace::current()?, Namespace::open("/run/netns/web")?);
    web.keep_journal(JOURNAL)?;
    let add = |link: Link, config: InterfaceConfig| {
        marked.during(|| web.add_interface(link, config)).map(|interface| interface.to_string())
    };
    match what {
        "move" => add(Link::existing(&host, "rich1")?, everything()),
        "fail to move" => add(Link::existing(&host, "rich1")?, impossible()),
        "configure" => add(Link::in_place("rich4")?, everything()),
        "fail to configure" => add(Link::in_place("rich4")?, impossible()),
        "make" => add(Link::veth("inner", Veth::peer(&host, "vhost")?.bridge("br0")?)?, everything()),
        "fail to make" => add(Link::veth("inner", Veth::peer(&host, "vhost")?.bridge("br0")?)?, impossible()),
        "remove" => marked.during(|| web.interfaces()[0].remove()).map(|()| "removed".to_owned()),
        "restore" => marked.during(|| web.restore()).map(|restored| format!("{restored:?}")),
        _ => unreachable!("{what}"),
    }
}

/// What can be seen of both namespaces.
type State = (Value, Value);

/// A world that is made anew before each try.
struct Story {
    world: World,
    /// Makes the link.
    make: fn(&World),
    /// The links that it, or an operation, makes.
    made: &'static [&'static str],
    /// What is done before the operation.
    first: Option<&'static str>,
    random: Random,
}

impl Story {
    fn new(make: fn(&World), made: &'static [&'static str], first: Option<&'static str>) -> Self {
        Self { world: World::new(), make, made, first, random: Random::from_environment() }
    }

    fn state(&self) -> State {
        (settled(&self.world.host), settled(&self.world.web))
    }

    fn reset(&self) -> State {
        for namespace in [&self.world.host, &self.world.web] {
            inside(namespace, || {
                for link in self.made {
                    Command::new("ip").args(["link", "del", link]).output().unwrap();
                }
            });
        }
        let _ = fs::remove_dir_all(JOURNAL);
        (self.make)(&self.world);
        if let Some(first) = self.first {
            assert!(Worker::untraced(first).finish().succeeded);
        }
        self.state()
    }

    /// What an operation leads to, and the calls it makes.
    fn rehearse(&self, what: &str) -> (State, Vec<Call>, Outcome) {
        self.reset();
        let outcome = Worker::traced(what, None).finish();
        let calls = calls();
        (self.state(), calls, outcome)
    }

    /// Each call fails: the operation succeeds with full state, or fails and everything is as before it.
    fn each_call_fails(&mut self, what: &str) {
        let (after, calls, rehearsal) = self.rehearse(what);
        let error = |call: &str| ERRORS.iter().find(|(name, _)| *name == call).map(|(_, error)| *error);
        let calls: Vec<Call> = calls.into_iter().filter(|(call, _)| error(call).is_some()).collect();
        let all = calls.len();
        let mut before = self.reset();
        let (mut succeeded, mut refused, mut stuck) = (0, 0, 0);
        for (call, number) in sampled(&mut self.random, calls, SAMPLE) {
            let inject = format!("inject={call}:error={}:when={number}", error(&call).unwrap());
            let outcome = Worker::traced(what, Some(&inject)).finish();
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
            let present = outcome.succeeded != self.first.is_some();
            self.assert_journal_has(present.into(), &format!("{try_}, then {restored:?}"));
            before = self.reset();
        }
        println!(
            "COUNT {what}: of {all} calls {} failed: {succeeded} successes, {refused} errors with everything as before, \
             {stuck} that a restore put right",
            succeeded + refused + stuck
        );
        assert!(succeeded + refused + stuck > 0);
    }

    /// The process is killed in front of each call, and a restore by another one brings everything to where it was, or
    /// to where it was going.
    fn killed_at_each_call(&mut self, what: &str) {
        let (after, calls, _) = self.rehearse(what);
        let calls: Vec<Call> = calls.into_iter().filter(|(call, _)| !HARMLESS.contains(&&**call)).collect();
        let all = calls.len();
        let mut before = self.reset();
        let (mut undone, mut complete) = (0, 0);
        for (call, number) in sampled(&mut self.random, calls, SAMPLE) {
            let outcome =
                Worker::traced(what, Some(&format!("inject={call}:signal=SIGKILL:when={number}"))).finish_or_die();
            let mut try_ = format!("{what}, killed at {call} {number}");
            if let Some(outcome) = outcome {
                panic!("{try_}: it lives: {outcome:?}");
            }
            let journal = entries();
            let restored = Worker::untraced("restore").finish();
            try_ = format!("{try_}, then {restored:?} of {journal:?}");
            println!("{try_}");
            assert!(restored.succeeded && restored.message.contains("failed: []"), "{try_}");
            let now = self.state();
            if differ(&before, &now).is_empty() {
                undone += 1;
                self.assert_journal_has(self.first.is_some().into(), &try_);
            } else {
                let (from, to) = (differ(&before, &now), differ(&blurred(&after), &blurred(&now)));
                assert!(to.is_empty(), "{try_}:\n neither as before: {from:#?}\n nor complete: {to:#?}");
                complete += 1;
                self.assert_journal_has(self.first.is_none().into(), &try_);
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
            if random_mac && !text.starts_with("02:00:") || text.starts_with("fe80::") && text.contains("ff:fe") {
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

fn moved() -> Story {
    Story::new(|world| rich(&world.host, 1), &["rich1", "eth0", "br1", "br1-hold"], None)
}

fn in_place() -> Story {
    Story::new(|world| rich(&world.web, 4), &["rich4", "eth0", "br4", "br4-hold"], None)
}

fn created() -> Story {
    Story::new(|_| bridge("br0"), &["eth0", "br0", "br0-hold"], None)
}

macro_rules! stories {
    ($($name:ident: $story:expr, $how:ident, $what:expr;)*) => {$(
        #[test]
        fn $name() {
            if worked(operate) {
                return;
            }
            in_netns(|| $story.$how($what));
        }
    )*};
}

stories! {
    each_call_of_a_move_fails: moved(), each_call_fails, "move";
    each_call_of_a_making_fails: created(), each_call_fails, "make";
    each_call_of_an_add_in_place_fails: in_place(), each_call_fails, "configure";
    each_call_of_a_failing_move_fails: moved(), each_call_fails, "fail to move";
    each_call_of_a_failing_making_fails: created(), each_call_fails, "fail to make";
    each_call_of_a_failing_add_in_place_fails: in_place(), each_call_fails, "fail to configure";
    each_call_of_a_removal_fails: Story { first: Some("move"), ..moved() }, each_call_fails, "remove";
    each_call_of_a_removal_of_what_was_made_fails: Story { first: Some("make"), ..created() }, each_call_fails, "remove";
    killed_at_each_call_of_a_move: moved(), killed_at_each_call, "move";
    killed_at_each_call_of_a_making: created(), killed_at_each_call, "make";
    killed_at_each_call_of_an_add_in_place: in_place(), killed_at_each_call, "configure";
    killed_at_each_call_of_a_failing_move: moved(), killed_at_each_call, "fail to move";
    killed_at_each_call_of_a_failing_making: created(), killed_at_each_call, "fail to make";
    killed_at_each_call_of_a_failing_add_in_place: in_place(), killed_at_each_call, "fail to configure";
    killed_at_each_call_of_a_removal: Story { first: Some("move"), ..moved() }, killed_at_each_call, "remove";
    killed_at_each_call_of_a_removal_in_place: Story { first: Some("configure"), ..in_place() }, killed_at_each_call, "remove";
    killed_at_each_call_of_a_removal_of_what_was_made: Story { first: Some("make"), ..created() }, killed_at_each_call, "remove";
}
