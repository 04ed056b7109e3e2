//! Between any two steps: system calls that fail, links that are deleted, names that are taken.
//!
//! The operation runs in a process of its own under strace(1), which makes one system call fail or stops the process
//! behind it; one test goes through all the calls of an operation.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs;
use std::ops::Range;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use common::{World, assert_as_before, bridge, in_netns, ip, named, parse, patience, rich, settled, veth};
use netgraft::{Interface, InterfaceConfig, Link, Namespace, Result, Veth};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// Set, to what it is to do, in the process under strace.
const WORKER: &str = "NETGRAFT_TEST_WORKER";
/// Paths that the worker looks for just before and behind the operation, which shows in a trace.
const BEGIN: &str = "/begin";
const END: &str = "/end";
const TRACE: &str = "/run/trace";
/// The system calls that an operation consists of, closing files aside.
const CALLS: [&str; 5] = ["sendto", "recvfrom", "openat", "read", "write"];

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
}

/// What the worker does between the marks, by name.
fn operate(what: &str) -> Result<Interface> {
    let (host, web) = (Namespace::current()?, Namespace::open("/run/netns/web")?);
    // strace counts for each thread by itself: what it counts here must be more than any other thread has.
    for _ in 0..100 {
        fs::read("/dev/null").unwrap();
        fs::write("/dev/null", "x").unwrap();
    }
    let mark = |path: &str| assert!(fs::metadata(path).is_err());
    let marked = |link: Link, config: InterfaceConfig| {
        mark(BEGIN);
        let added = web.add_interface(link, config);
        mark(END);
        added
    };
    match what {
        "move" => marked(Link::existing(&host, "rich1")?, everything()),
        "move to fail" => {
            marked(Link::existing(&host, "veth1")?, everything().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1")))
        }
        "move a simple link" => marked(Link::existing(&host, "veth1")?, everything()),
        "configure" => marked(Link::in_place("rich4")?, everything()),
        "make" => marked(Link::veth("inner", Veth::peer(&host, "vhost")?.bridge("br0")?)?, everything()),
        "remove" => {
            let added = web.add_interface(Link::existing(&host, "veth1")?, everything())?;
            mark(BEGIN);
            let removed = added.remove();
            mark(END);
            if removed.is_err() {
                let kept = usize::from(added.state().is_ok());
                assert_eq!(web.interfaces().len(), kept, "what is still there can be removed again");
            }
            removed.map(|()| added)
        }
        _ => unreachable!("{what}"),
    }
}

/// What came of an operation, as the worker prints it.
#[derive(Debug, PartialEq)]
struct Outcome {
    succeeded: bool,
    left: Option<String>,
    message: String,
}

/// Does what the worker does and prints what came of it. True in the worker.
fn worked() -> bool {
    let Ok(what) = std::env::var(WORKER) else { return false };
    match operate(&what) {
        Ok(interface) => println!("\n=done\t{interface}"),
        Err(error) => println!("\n=failed\t{}\t{error}", error.left().unwrap_or_default()),
    }
    true
}

/// The worker under strace, with an expression for what to inject if anything.
fn start(what: &str, inject: Option<String>) -> Child {
    let thread = std::thread::current();
    // The tests inside run on one thread that has the test's name.
    let test = thread.name().unwrap();
    let traced = format!("trace={},statx", CALLS.join(","));
    let mut strace = Command::new("strace");
    strace.args(["-f", "-qq", "-o", TRACE, "-e", &traced]);
    match inject {
        Some(inject) if inject.contains("error=") => drop(strace.args(["--seccomp-bpf", "-e", &inject])),
        // Stopping does not go together with that faster way to trace.
        Some(inject) => drop(strace.args(["-e", &inject])),
        None => {}
    }
    strace.arg(std::env::current_exe().unwrap()).args([test, "--exact", "--nocapture"]);
    strace.env(WORKER, what).env("RUST_BACKTRACE", "0").stdout(Stdio::piped()).spawn().unwrap()
}

fn finish(strace: Child) -> Outcome {
    let output = strace.wait_with_output().unwrap();
    let stdout = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{}: {stdout}", output.status);
    let line = stdout.lines().find_map(|line| line.strip_prefix('=')).unwrap_or_else(|| panic!("no outcome: {stdout}"));
    let parts: Vec<&str> = line.split('\t').collect();
    match parts[..] {
        ["done", message] => Outcome { succeeded: true, left: None, message: message.to_owned() },
        ["failed", left, message] => {
            let left = (!left.is_empty()).then(|| left.to_owned());
            Outcome { succeeded: false, left, message: message.to_owned() }
        }
        _ => panic!("{line}"),
    }
}

/// The numbers that the calls of one kind have within an operation, in a trace of it.
fn numbers(trace: &str, call: &str) -> Range<usize> {
    let thread = |line: &str| line.split_whitespace().next().unwrap().to_owned();
    let own = thread(trace.lines().find(|line| line.contains(BEGIN)).unwrap());
    let lines: Vec<&str> = trace.lines().filter(|line| thread(line) == own).collect();
    let position = |mark| lines.iter().position(|line| line.contains(mark)).unwrap();
    let calls = |lines: &[&str]| lines.iter().filter(|line| line.contains(&format!(" {call}("))).count();
    let begin = calls(&lines[..position(BEGIN)]) + 1;
    begin..begin + calls(&lines[position(BEGIN)..position(END)])
}

/// Lets each system call of an operation fail, one in each run. `reset` makes the world before each run that follows a
/// successful one, and `unharmed` compares it after a failure.
fn each_call_fails(what: &str, reset: impl Fn(), unharmed: impl Fn()) {
    reset();
    let outcome = finish(start(what, None));
    assert!(outcome.succeeded, "{outcome:?}");
    let trace = fs::read_to_string(TRACE).unwrap();
    reset();
    let mut failed = 0;
    for (call, error) in CALLS.iter().zip(["ENOBUFS", "ENOMEM", "EMFILE", "EIO", "EIO"]) {
        for number in numbers(&trace, call) {
            let outcome = finish(start(what, Some(format!("inject={call}:error={error}:when={number}"))));
            println!("{call} {number}: {outcome:?}");
            assert_eq!(outcome.left, None, "{call} {number}");
            if outcome.succeeded {
                // Tried again, or not needed.
                reset();
            } else {
                unharmed();
                failed += 1;
            }
        }
    }
    assert!(failed > 10, "{failed}");
}

/// A world whose links are made anew for each run: what was there, and as what it shows.
struct Anew {
    world: World,
    make: fn(&World),
    delete: &'static str,
}

impl Anew {
    fn reset(&self) -> (Value, Value) {
        for link in self.delete.split(' ') {
            // Wherever it is by now, if it is anywhere.
            for namespace in [&self.world.host, &self.world.web] {
                common::inside(namespace, || Command::new("ip").args(["link", "del", link]).output().unwrap());
            }
        }
        (self.make)(&self.world);
        (settled(&self.world.host), settled(&self.world.web))
    }

    fn each_call_fails(&self, what: &str) {
        let before = std::cell::RefCell::default();
        let unharmed = || {
            let before: std::cell::Ref<'_, (Value, Value)> = before.borrow();
            assert_as_before(&before.0, &self.world.host);
            assert_as_before(&before.1, &self.world.web);
        };
        each_call_fails(what, || drop(before.replace(self.reset())), unharmed);
    }
}

#[test]
fn each_call_of_a_move_fails() {
    if worked() {
        return;
    }
    in_netns(|| {
        let make = |world: &World| rich(&world.host, 1);
        Anew { world: World::new(), make, delete: "rich1 eth0 br1 br1-hold" }.each_call_fails("move");
    });
}

#[test]
fn each_call_of_an_add_in_place_fails() {
    if worked() {
        return;
    }
    in_netns(|| {
        let make = |world: &World| rich(&world.web, 4);
        Anew { world: World::new(), make, delete: "rich4 eth0 br4 br4-hold" }.each_call_fails("configure");
    });
}

#[test]
fn each_call_of_a_making_fails() {
    if worked() {
        return;
    }
    in_netns(|| {
        let make = |_: &World| bridge("br0");
        Anew { world: World::new(), make, delete: "eth0 br0 br0-hold" }.each_call_fails("make");
    });
}

/// A veth pair of always the same indexes.
fn simple() {
    ip(
        "link add veth1 index 1001 address 02:00:00:00:00:01 type veth peer name peer1 index 1002 address 02:00:00:00:00:02",
    );
    ip("link set peer1 addrgenmode none up");
    ip("link set veth1 mtu 1450 alias simple up");
}

#[test]
fn each_call_of_a_removal_fails() {
    if worked() {
        return;
    }
    in_netns(|| {
        let anew = Anew { world: World::new(), make: |_| simple(), delete: "veth1 eth0" };
        anew.reset();
        assert!(finish(start("move a simple link", None)).succeeded);
        let (host, web) = (settled(&anew.world.host), settled(&anew.world.web));
        let unharmed = || {
            assert_as_before(&host, &anew.world.host);
            assert_as_before(&web, &anew.world.web);
            anew.reset();
        };
        each_call_fails("remove", || drop(anew.reset()), unharmed);
    });
}

/// Waits until the process under strace has been stopped, and finds it.
fn stopped(strace: &mut Child) -> Pid {
    let deadline = Instant::now() + patience(Duration::from_secs(20));
    while !fs::read_to_string(TRACE).unwrap_or_default().contains("stopped by SIGSTOP") {
        assert!(strace.try_wait().unwrap().is_none() && Instant::now() < deadline, "it was not stopped");
        std::thread::sleep(Duration::from_millis(5));
    }
    let children = fs::read_to_string(format!("/proc/{0}/task/{0}/children", strace.id())).unwrap();
    let binary = std::env::current_exe().unwrap();
    let is_worker = |pid: &&str| fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == binary);
    Pid::from_raw(children.split_whitespace().find(is_worker).unwrap().parse().unwrap())
}

/// Stops an operation behind each request that it sends, does something, and lets it go on.
fn behind_each_request(what: &str, reset: impl Fn(), interfere: impl Fn(), check: impl Fn(&Outcome)) {
    reset();
    finish(start(what, None));
    let trace = fs::read_to_string(TRACE).unwrap();
    let requests = numbers(&trace, "sendto");
    assert!(requests.len() > 4, "{requests:?}");
    for number in requests {
        reset();
        fs::remove_file(TRACE).unwrap();
        let mut strace = start(what, Some(format!("inject=sendto:signal=SIGSTOP:when={number}")));
        let worker = stopped(&mut strace);
        interfere();
        kill(worker, Signal::SIGCONT).unwrap();
        let outcome = finish(strace);
        println!("behind request {number}: {outcome:?}");
        check(&outcome);
    }
}

/// The link is gone, and everything else is as if it had never been.
#[test]
fn a_link_is_deleted_underneath() {
    if worked() {
        return;
    }
    in_netns(|| {
        let anew = Anew { world: World::new(), make: |_| simple(), delete: "veth1 peer1" };
        let (host, web) = (settled(&anew.world.host), settled(&anew.world.web));
        let check = |outcome: &Outcome| {
            assert!(outcome.message.contains("veth1"), "{outcome:?}");
            // Unless it was done with the link by then, it says so.
            assert!(outcome.left.as_ref().is_none_or(|left| left.ends_with(" no longer exists")), "{outcome:?}");
            assert_as_before(&host, &anew.world.host);
            assert_as_before(&web, &anew.world.web);
        };
        for what in ["move a simple link", "move to fail", "remove"] {
            behind_each_request(what, || drop(anew.reset()), || drop(ip("link del peer1")), check);
        }
    });
}

/// The way back is blocked: the link is somewhere, and the error says where.
#[test]
fn the_old_name_is_taken_at_home_meanwhile() {
    if worked() {
        return;
    }
    in_netns(|| {
        let anew = Anew { world: World::new(), make: |_| simple(), delete: "veth1 peer1 thief" };
        let take = || {
            let has_left = !ip("link").contains("veth1@");
            if has_left {
                veth("veth1", "thief");
            }
        };
        let blocked = std::cell::Cell::new(0);
        let check = |outcome: &Outcome| {
            assert!(!outcome.succeeded && outcome.message.contains("nonsense"), "{outcome:?}");
            let Some(left) = &outcome.left else {
                assert!(ip("link show veth1").contains("02:00:00:00:00:01"), "{outcome:?}");
                return;
            };
            blocked.set(blocked.get() + 1);
            // Found by its MAC, whichever of the two it has, or its peer.
            let find = |namespace: &Namespace| {
                let links = common::ip_json_in(namespace, "link");
                let ours = |link: &&Value| link["ifindex"] == 1001 || link["ifalias"] == "simple";
                links.as_array().unwrap().iter().find(ours).map(|link| link["ifname"].as_str().unwrap().to_owned())
            };
            let (place, name) = match (find(&anew.world.host), find(&anew.world.web)) {
                (Some(name), None) => ("the current namespace", name),
                (None, Some(name)) => ("/run/netns/web", name),
                found => panic!("{found:?}"),
            };
            assert!(left.contains(place) && left.contains(&name), "it is in {place} as {name}: {left}");
            assert!(outcome.message.ends_with(left), "{outcome:?}");
        };
        behind_each_request("move to fail", || drop(anew.reset()), take, check);
        assert!(blocked.get() > 0);
    });
}
