//! Descriptors, threads or memory have run out: clear errors, and everything as it was before.
//!
//! Each try is a process of its own, which lowers a limit of its own (setrlimit(2)) either before it opens anything or
//! once everything is open that the operation is asked for with.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::too_many_lines, reason = "tests")]

mod common;

use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::random::{Random, sampled};
use common::traced::{Marked, Worker, worked};
use common::{
    World, assert_as_before, bridge, in_netns, in_netns_as_a_user, inside, ip_in, keep_log, logged, named, parse,
    read_sysctl, rich, settled, until,
};
use netgraft::{Announce, Error, ErrorKind, InterfaceConfig, Link, Namespace, Result, VethPeer, announce};
use nix::dir::Dir;
use nix::fcntl::OFlag;
use nix::sys::resource::{Resource, getrlimit, rlim_t, setrlimit};
use nix::sys::stat::Mode;
use serde_json::Value;

const JOURNAL: &str = "/run/journal";
/// More descriptors than any operation takes.
const MANY: usize = 64;
/// How many amounts of memory are tried by default.
const SAMPLE: usize = 12;

/// Every option, and each of them possible.
fn everything() -> InterfaceConfig {
    named("eth0")
        .mac(parse("02:00:00:00:09:09"))
        .mtu(1400)
        .alias("new")
        .unwrap()
        .address(parse("10.99.0.2/24"))
        .address(parse("fd00:99::2/64"))
        .sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=2"))
        .route(parse("198.18.0.0/16"))
        .announce(Announce::times(2).unwrap())
}

/// What a process is short of, until this is dropped.
struct Shortage {
    resource: Resource,
    before: rlim_t,
    _ballast: Vec<Vec<u8>>,
}

impl Shortage {
    /// `room` is what there is of it: in all, or beyond what the process has by now.
    fn begin(of: &str, room: usize) -> Self {
        let (resource, limit) = match of {
            "descriptors" => (Resource::RLIMIT_NOFILE, room),
            "further-descriptors" => (Resource::RLIMIT_NOFILE, limit_leaving(room)),
            "threads" => (Resource::RLIMIT_NPROC, room),
            "space" => (Resource::RLIMIT_AS, address_space() + room),
            "memory" => (Resource::RLIMIT_AS, 0),
            _ => unreachable!("{of}"),
        };
        let mut ballast = Vec::with_capacity(if of == "memory" { 1 << 20 } else { 0 });
        let (before, hard) = getrlimit(resource).unwrap();
        setrlimit(resource, limit as rlim_t, hard).unwrap();
        if of == "memory" {
            fill(&mut ballast, room);
        }
        Self { resource, before, _ballast: ballast }
    }
}

impl Drop for Shortage {
    fn drop(&mut self) {
        let (_, hard) = getrlimit(self.resource).unwrap();
        setrlimit(self.resource, self.before, hard).unwrap();
    }
}

/// The numbers of the descriptors that are open.
fn descriptors() -> Vec<i32> {
    let folder = Dir::open("/proc/self/fd", OFlag::O_DIRECTORY, Mode::empty()).unwrap();
    let own = folder.as_raw_fd();
    let numbers = folder.into_iter().filter_map(|entry| entry.unwrap().file_name().to_str().ok()?.parse().ok());
    numbers.filter(|number| *number != own).collect()
}

/// The limit that leaves so many numbers for further descriptors.
fn limit_leaving(room: usize) -> usize {
    let open = descriptors();
    (0..).filter(|number| !open.contains(number)).nth(room).unwrap() as usize
}

/// How large the process's address space is, in bytes.
fn address_space() -> usize {
    let statm = fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').next().unwrap().parse::<usize>().unwrap() * 4096
}

/// Takes all the memory that the allocator still has, but for some bytes.
fn fill(ballast: &mut Vec<Vec<u8>>, room: usize) {
    for size in [4096, 512, 64, 16] {
        let mut block = Vec::new();
        while ballast.len() < ballast.capacity() && block.try_reserve_exact(size).is_ok() {
            ballast.push(std::mem::take(&mut block));
        }
    }
    // Side by side, since they were got one after the other.
    let mut free = 0;
    ballast.retain(|block| {
        let kept = free >= room;
        free += if kept { 0 } else { block.capacity() };
        kept
    });
}

/// What the worker does: it is short of something, has room for so much, from the first call on or only in the
/// operation, which can be the first of its kind ("cold").
fn operate(what: &str, marked: &Marked) -> Result<String> {
    let words: Vec<&str> = what.split(' ').collect();
    let [of, room, moment, operation] = words[..] else { unreachable!("{what}") };
    let shortage = || (of != "nothing").then(|| Shortage::begin(of, room.parse().unwrap()));
    keep_log();
    let had = descriptors();
    let result = marked.during(|| match moment {
        "all" => {
            let _shortage = shortage();
            act(operation, false, || None)
        }
        "cold" => act(operation, false, shortage),
        _ => act(operation, true, shortage),
    });
    assert_eq!(descriptors(), had, "descriptors are left open");
    let warnings: Vec<String> = logged().into_iter().filter(|line| line.starts_with("WARN")).collect();
    result.map(|()| format!("done {}", warnings.join(" "))).inspect_err(|error| assert_tells_of_shortage(of, error))
}

fn assert_tells_of_shortage(of: &str, error: &Error) {
    let errnos: &[i32] = match of {
        "descriptors" | "further-descriptors" => &[libc::EMFILE],
        "threads" => &[libc::EAGAIN],
        // That of a thread without a stack.
        _ => &[libc::EAGAIN, libc::ENOMEM],
    };
    assert!(error.errno().is_some_and(|errno| errnos.contains(&errno)), "{error:?}");
    assert!(matches!(error.kind(), ErrorKind::Kernel | ErrorKind::Sysctl), "{error:?}");
    assert!(!error.to_string().contains('\n'), "{error}");
}

fn act(operation: &str, warm: bool, shortage: impl FnOnce() -> Option<Shortage>) -> Result<()> {
    let (host, web) = (Namespace::current()?, Namespace::open("/run/netns/web")?);
    web.keep_journal(JOURNAL)?;
    if warm {
        // As an earlier add has, one that is refused opens what it may have to write later.
        for ns in [&host, &web] {
            ns.add_interface(Link::in_place("lo")?, everything()).unwrap_err();
        }
    }
    let add = |link: Link, shortage: Option<Shortage>| {
        let added = web.add_interface(link, everything()).map(drop);
        drop(shortage);
        added
    };
    match operation {
        "move" => add(Link::existing(&host, "rich1")?, shortage()),
        "configure" => add(Link::in_place("rich4")?, shortage()),
        "make" => add(Link::veth_named("inner", VethPeer::new(&host, "vhost").bridge("br0"))?, shortage()),
        "remove" => {
            let interface = &web.interfaces()?[0];
            let shortage = shortage();
            let removed = interface.remove();
            drop(shortage);
            // Listing asks the journal, which needs descriptors of its own.
            let (limit, most) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
            setrlimit(Resource::RLIMIT_NOFILE, most, most).unwrap();
            let listed = web.interfaces().unwrap().len();
            setrlimit(Resource::RLIMIT_NOFILE, limit, most).unwrap();
            assert_eq!(listed, usize::from(removed.is_err()));
            removed
        }
        "restore" => {
            let shortage = shortage();
            let restored = web.restore();
            drop(shortage);
            let mut restored = restored?;
            assert!(restored.dropped.is_empty() && restored.left_alone.is_empty() && restored.gone.is_empty());
            restored.failed.pop().map_or(Ok(()), Err)
        }
        "create" => {
            let shortage = shortage();
            let created = Namespace::create("/run/netns/folder/new").map(drop);
            drop(shortage);
            created
        }
        "destroy" => {
            let old = Namespace::open("/run/netns/old")?;
            let shortage = shortage();
            let destroyed = old.destroy();
            drop(shortage);
            let is_over = old.try_clone_fd().is_err_and(|error| error.kind() == ErrorKind::Namespace);
            assert_eq!(is_over, destroyed.is_ok());
            destroyed
        }
        "replace" => {
            let _shortage = shortage();
            Namespace::create_replacing("/run/netns/old").map(drop)
        }
        "adopt" => {
            let shortage = shortage();
            let adopted = Namespace::adopt("/run/netns/folder/new", "/run/netns/old").map(drop);
            drop(shortage);
            adopted
        }
        "anonymous" => {
            let _shortage = shortage();
            Namespace::create_anonymous().map(drop)
        }
        "own" => {
            let _shortage = shortage();
            Namespace::from_pid(std::process::id()).map(drop)
        }
        "announce" => {
            let interface = web.add_interface(Link::existing(&host, "rich1")?, everything())?;
            announce::flush();
            // The thread that has sent the last would take what is next, too, before it ends.
            until(|| !threads().any(|name| name == "netgraft\n"));
            let shortage = shortage();
            let announced = interface.announce(Announce::times(2)?);
            drop(shortage);
            interface.remove()?;
            announced
        }
        "run" => {
            let _shortage = shortage();
            web.run(|| ())
        }
        _ => unreachable!("{operation}"),
    }
}

/// The names of the process's threads.
fn threads() -> impl Iterator<Item = String> {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    // One that has just ended has none.
    tasks.filter_map(|task| fs::read_to_string(task.unwrap().path().join("comm")).ok())
}

/// A world, and what an operation is to be about in it.
struct Story {
    world: World,
    /// Makes the links that it is about.
    make: fn(&World),
    /// The links that this makes, or an operation.
    made: &'static [&'static str],
}

impl Story {
    fn new(make: fn(&World), made: &'static [&'static str]) -> Self {
        Self { world: World::new(), make, made }
    }

    fn moved() -> Self {
        Self::new(|world| rich(&world.host, 1), &["rich1", "eth0", "br1", "br1-hold"])
    }

    fn in_place() -> Self {
        Self::new(|world| rich(&world.web, 4), &["rich4", "eth0", "br4", "br4-hold"])
    }

    fn created() -> Self {
        Self::new(|_| bridge("br0"), &["eth0", "br0", "br0-hold"])
    }

    /// The beginning: what was there of it is made anew.
    fn begin(&self) -> Seen<'_> {
        for namespace in [&self.world.host, &self.world.web] {
            inside(namespace, || {
                for link in self.made {
                    Command::new("ip").args(["link", "del", link]).output().unwrap();
                }
            });
        }
        (self.make)(&self.world);
        Seen::of(&self.world)
    }

    fn assert_complete(&self) {
        let (addresses, routes) = (ip_in(&self.world.web, "addr show dev eth0 up"), ip_in(&self.world.web, "route"));
        assert!(addresses.contains("10.99.0.2/24") && addresses.contains("fd00:99::2/64"), "{addresses}");
        assert!(routes.contains("198.18.0.0/16 dev eth0"), "{routes}");
        assert_eq!(inside(&self.world.web, || read_sysctl("ipv4/conf/eth0/rp_filter")), "2");
        assert_eq!(entries().len(), 1);
    }

    /// One descriptor more for each try of an add, of a restore of what it has added and of its removal.
    fn few_descriptors(&self, add: &str, first: First) {
        self.begin().until_enough(first, add);
        self.assert_complete();
        Seen::of(&self.world).until_enough(first, "restore");
        self.assert_complete();
        Seen::of(&self.world).until_enough(first, "remove");
        assert!(entries().is_empty());
    }

    /// The same for restoring what was interrupted.
    fn few_descriptors_after_an_interruption(&self, add: &str, first: First) {
        let before = self.begin();
        // All is there but for the entry's last word.
        let killed = Worker::traced(&format!("nothing 0 all {add}"), Some("inject=rename:signal=SIGKILL:when=1"));
        assert_eq!(killed.finish_or_die(), None);
        Seen::of(&self.world).until_enough(first, "restore");
        before.assert_again();
    }

    /// Memory runs out: then there is an error, or the process is aborted and a restore puts right what it had begun.
    fn little_memory(&self, add: &str, (of, most, moment): (&str, usize, &str)) {
        let mut before = self.begin();
        let rooms = (0..most).step_by(most / 256).collect();
        let (mut aborted, mut refused, mut succeeded) = (0, 0, 0);
        for room in sampled(&mut Random::from_environment(), rooms, SAMPLE) {
            for operation in [add, "remove"] {
                let present = operation == "remove";
                if present && entries().is_empty() {
                    plentifully(add);
                }
                let what = format!("{of} {room} {moment} {operation}");
                let outcome = Worker::untraced(&what).finish_or_abort();
                println!("{what}: {outcome:?}");
                match outcome {
                    Some(outcome) if outcome.succeeded => succeeded += 1,
                    Some(outcome) => {
                        assert_eq!(outcome.left, None, "{what}");
                        assert_eq!(entries().is_empty(), !present, "{what}");
                        refused += 1;
                    }
                    None => {
                        plentifully("restore");
                        aborted += 1;
                    }
                }
                if !entries().is_empty() {
                    self.assert_complete();
                } else if !present {
                    before.assert_again();
                }
            }
            if !entries().is_empty() {
                plentifully("remove");
            }
            before = self.begin();
        }
        println!("COUNT {add}, little {of}: {aborted} aborted, {refused} refused, {succeeded} successes");
        assert!(aborted + refused > 0 && succeeded > 0);
    }
}

/// What can be seen of a world, with its pins and its journal.
struct Seen<'a> {
    world: &'a World,
    host: Value,
    web: Value,
    files: Vec<String>,
}

impl<'a> Seen<'a> {
    fn of(world: &'a World) -> Self {
        Self { world, host: settled(&world.host), web: settled(&world.web), files: files() }
    }

    fn assert_again(&self) {
        assert_as_before(&self.host, &self.world.host);
        assert_as_before(&self.web, &self.world.web);
        assert_eq!(files(), self.files);
    }

    /// Tries an operation with one descriptor more each time until it succeeds. Nothing has changed before that.
    fn until_enough(&self, (of, from, moment): First, operation: &str) {
        for room in from..MANY {
            let what = format!("{of} {room} {moment} {operation}");
            let outcome = Worker::untraced(&what).finish();
            println!("{what}: {outcome:?}");
            if outcome.succeeded {
                return assert!(room > from, "{what}: nothing was short");
            }
            assert!(outcome.message.contains("Too many open files (os error 24)"), "{what}: {outcome:?}");
            assert_eq!(outcome.left, None, "{what}: {outcome:?}");
            self.assert_again();
        }
        panic!("{operation} takes more than {MANY} descriptors");
    }
}

/// Pins, each with the namespace that is mounted there, and journal entries.
fn files() -> Vec<String> {
    let shown = |path: PathBuf| format!("{} {}", path.display(), fs::symlink_metadata(&path).unwrap().ino());
    below(Path::new("/run/netns")).into_iter().map(shown).chain(entries()).collect()
}

/// But for what a killed process did not get to rename.
fn entries() -> Vec<String> {
    let paths = below(Path::new(JOURNAL)).into_iter().map(|path| path.display().to_string());
    paths.filter(|path| path.ends_with(".entry")).collect()
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let paths = fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().path());
    let mut all: Vec<_> = paths.flat_map(|path| std::iter::once(path.clone()).chain(below(&path))).collect();
    all.sort();
    all
}

/// Does something with plenty of everything.
fn plentifully(operation: &str) {
    let outcome = Worker::untraced(&format!("nothing 0 all {operation}")).finish();
    assert!(outcome.succeeded, "{operation}: {outcome:?}");
}

fn few_descriptors_for_namespaces(first: First) {
    let world = World::new();
    for operation in ["create", "adopt", "anonymous", "own", "run", "destroy", "replace"] {
        let _old = Namespace::create_replacing("/run/netns/old").unwrap();
        Seen::of(&world).until_enough(first, operation);
        if let Ok(new) = Namespace::open("/run/netns/folder/new") {
            new.destroy().unwrap();
            fs::remove_dir("/run/netns/folder").unwrap();
        }
    }
}

/// No thread can be started: what has to be done inside a namespace fails, and what is open already works.
fn no_threads() {
    let story = Story::moved();
    let without = |moment: &str, operation: &str| {
        let outcome = Worker::untraced(&format!("threads 0 {moment} {operation}")).finish();
        println!("{moment} {operation}: {outcome:?}");
        outcome
    };
    let before = story.begin();
    let inside = ["anonymous", "create", "own", "run"].map(|operation| ("operation", operation));
    for (moment, operation) in inside.into_iter().chain([("all", "move"), ("cold", "move")]) {
        let outcome = without(moment, operation);
        let says = "start a thread: Resource temporarily unavailable (os error 11)";
        assert!(!outcome.succeeded && outcome.left.is_none() && outcome.message.contains(says), "{outcome:?}");
        before.assert_again();
    }
    let added = without("operation", "move");
    assert!(added.succeeded && added.message.contains("eth0 in /run/netns/web not announced"), "{added:?}");
    story.assert_complete();
    assert!(without("operation", "restore").succeeded);
    story.assert_complete();
    assert!(without("operation", "remove").succeeded);
    let announced = without("operation", "announce");
    assert!(announced.message.contains("is announced again only with the next: no thread"), "{announced:?}");
}

/// What runs out, how much of it there is for the first try, and whether for all that the process does or for the
/// operation.
type First = (&'static str, usize, &'static str);

/// Standard input, output and error.
const PROCESS: First = ("descriptors", 3, "all");
/// None but those that are open.
const OPERATION: First = ("further-descriptors", 0, "operation");

/// What the allocator still has for the operation, at most.
const MEMORY: (&str, usize, &str) = ("memory", 512 << 10, "operation");
/// What the kernel still gives the process, at most: a thread's stack takes two megabytes.
const SPACE: (&str, usize, &str) = ("space", 8 << 20, "all");

macro_rules! tests {
    ($($name:ident: $within:ident, $body:expr;)*) => {$(
        #[test]
        fn $name() {
            if worked(operate) {
                return;
            }
            $within(|| $body);
        }
    )*};
}

tests! {
    few_descriptors_for_moving: in_netns, Story::moved().few_descriptors("move", PROCESS);
    few_descriptors_for_configuring: in_netns, Story::in_place().few_descriptors("configure", PROCESS);
    few_descriptors_for_making: in_netns, Story::created().few_descriptors("make", PROCESS);
    few_descriptors_for_namespaces_and_what_they_take: in_netns, few_descriptors_for_namespaces(PROCESS);
    no_further_descriptors_for_moving: in_netns, Story::moved().few_descriptors("move", OPERATION);
    no_further_descriptors_for_configuring: in_netns, Story::in_place().few_descriptors("configure", OPERATION);
    no_further_descriptors_for_making: in_netns, Story::created().few_descriptors("make", OPERATION);
    no_further_descriptors_for_namespaces: in_netns, few_descriptors_for_namespaces(OPERATION);
    few_descriptors_after_an_interrupted_move: in_netns,
        Story::moved().few_descriptors_after_an_interruption("move", PROCESS);
    no_further_descriptors_after_an_interrupted_move: in_netns,
        Story::moved().few_descriptors_after_an_interruption("move", OPERATION);
    few_descriptors_after_an_interrupted_making: in_netns,
        Story::created().few_descriptors_after_an_interruption("make", PROCESS);
    little_memory_for_moving: in_netns, Story::moved().little_memory("move", MEMORY);
    little_memory_for_configuring: in_netns, Story::in_place().little_memory("configure", MEMORY);
    little_memory_for_making: in_netns, Story::created().little_memory("make", MEMORY);
    little_address_space_for_moving: in_netns, Story::moved().little_memory("move", SPACE);
    little_address_space_for_making: in_netns, Story::created().little_memory("make", SPACE);
    no_threads_at_all: in_netns_as_a_user, no_threads();
}
