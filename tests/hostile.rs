//! Hostile neighbours: a process beside adds and removes renames, deletes, moves and downs links at random. Nothing
//! panics or hangs, what is said to have succeeded has, and everything of ours can be removed afterwards.
//!
//! For 5 seconds by default, for 60 with `NETGRAFT_TEST_WHOLE=1`. What happens depends on time, so the seed that is
//! printed gives the same operations, not the same story.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::too_many_lines, reason = "tests")]

mod common;

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::random::Random;
use common::{in_netns, inside, ip, ip_json_in, journal_files, parse, prefixed, whole};
use netgraft::{Error, ErrorKind, InterfaceConfig, Link, Namespace, VethPeer, Wait};
use serde_json::Value;

const JOURNAL: &str = "/run/journal";
/// More than any one add or remove has to take.
const PATIENCE: Duration = Duration::from_secs(20);
/// What only ours have.
const MTU: u32 = 1400;
/// How many commands a neighbour gives at once.
const MEDDLINGS: usize = 20;

fn config(number: usize) -> InterfaceConfig {
    let address = format!("10.{}.{}.2/24", 1 + number / 250 % 250, number % 250);
    prefixed("eth")
        .address(parse(&address))
        .mtu(MTU)
        .clash_check(false)
        .sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=2"))
        .wait(Wait::up(Duration::from_millis(200)))
}

/// Does things to links, whatever comes of it, and returns how many. `ip` is the neighbour: it has never heard of us.
fn meddle(random: &mut Random, namespace: &Namespace, other: &str) -> usize {
    let links = inside(namespace, || {
        let output = Command::new("ip").args(["-j", "link"]).output().unwrap();
        serde_json::from_slice::<Value>(&output.stdout).unwrap_or_default()
    });
    let name = |link: &Value| link["ifname"].as_str().unwrap().to_owned();
    let mut names: Vec<String> = links.as_array().into_iter().flatten().map(name).filter(|name| name != "lo").collect();
    // Those that ours are going to have.
    names.extend((0..3).map(|number| format!("eth{number}")));
    let command = |random: &mut Random| {
        let link = random.pick(&names).clone();
        match random.below(8) {
            0 | 1 => format!("link set {link} down"),
            2 | 3 => format!("link set {link} name x{}", random.below(1000)),
            4 => format!("link del {link}"),
            5 => format!("link set {link} netns {other}"),
            6 => format!("addr flush dev {link}"),
            // So that a name is taken.
            _ => format!("link add {link} type bridge"),
        }
    };
    let commands: Vec<String> = (0..MEDDLINGS).map(|_| command(random)).collect();
    inside(namespace, || {
        let mut ip = Command::new("ip");
        ip.args(["-force", "-batch", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut ip = ip.spawn().unwrap();
        ip.stdin.take().unwrap().write_all(commands.join("\n").as_bytes()).unwrap();
        ip.wait().unwrap();
    });
    commands.len()
}

/// What an error may be here: one of those that links bring about which come, go and change.
fn check(doing: &str, error: &Error) {
    let text = error.to_string();
    assert!(!text.contains('\n') && text.contains(doing), "{text}");
    let wrong = [ErrorKind::InvalidArgument, ErrorKind::InvalidName, ErrorKind::Permission, ErrorKind::AddressClash];
    assert!(!wrong.contains(&error.kind()), "{:?}: {text}", error.kind());
    assert_eq!(
        error.kind() == ErrorKind::UndoFailed,
        error.left().is_some() && !text.contains("no longer exists"),
        "{text}"
    );
}

#[test]
fn adds_and_removes_among_hostile_neighbours() {
    in_netns(|| {
        let web = Namespace::create("/run/netns/web").unwrap();
        let host = Namespace::adopt("/run/netns/host", "/proc/self/ns/net").unwrap();
        web.keep_journal(JOURNAL).unwrap();
        let seed = Random::from_environment().next();
        let end = Instant::now() + Duration::from_secs(if whole() { 60 } else { 5 });
        let (done, slowest) = (AtomicBool::new(false), std::sync::Mutex::new(Duration::ZERO));
        let [added, refused, removed, stuck, meddled] = [const { AtomicUsize::new(0) }; 5];
        thread::scope(|scope| {
            for (number, (place, other)) in [(&web, "host"), (&host, "web")].into_iter().enumerate() {
                let (done, meddled) = (&done, &meddled);
                let mut random = Random::new(seed ^ number as u64);
                scope.spawn(move || {
                    while !done.load(Ordering::Relaxed) {
                        meddled.fetch_add(meddle(&mut random, place, other), Ordering::Relaxed);
                    }
                });
            }
            let workers: Vec<_> = (0..2)
                .map(|worker| {
                    let (web, host, slowest) = (&web, &host, &slowest);
                    let (added, refused, removed, stuck) = (&added, &refused, &removed, &stuck);
                    let timed = move |start: Instant| {
                        let mut slowest = slowest.lock().unwrap();
                        *slowest = start.elapsed().max(*slowest);
                    };
                    scope.spawn(move || {
                        let mut random = Random::new(seed ^ 77 ^ worker as u64);
                        for number in (worker..).step_by(2).take_while(|_| Instant::now() < end) {
                            let source = format!("s{number}");
                            let link = match random.below(3) {
                                0 => Link::bridge(&source).unwrap(),
                                1 => Link::veth_named(&source, VethPeer::new(host, format!("p{number}"))).unwrap(),
                                _ => {
                                    let words = format!("link add {source} type veth peer p{number}");
                                    inside(host, || Command::new("ip").args(words.split(' ')).status().unwrap());
                                    Link::existing(host, &source).unwrap()
                                }
                            };
                            let start = Instant::now();
                            let interface = match web.add_interface(link, config(number)) {
                                Ok(interface) => interface,
                                Err(error) => {
                                    check(&source, &error);
                                    refused.fetch_add(1, Ordering::Relaxed);
                                    timed(start);
                                    continue;
                                }
                            };
                            timed(start);
                            added.fetch_add(1, Ordering::Relaxed);
                            // The other worker's next link may get this one's index and name, but not its MAC.
                            let mac = interface.state().ok().and_then(|state| state.mac).map(|mac| mac.to_string());
                            let start = Instant::now();
                            match interface.remove() {
                                Ok(()) => {
                                    removed.fetch_add(1, Ordering::Relaxed);
                                    let listed = ip_json_in(web, "link");
                                    let index = u64::from(interface.index().get());
                                    // A neighbour may have sent it back from home, as what it was there.
                                    let mine = |link: &Value| {
                                        link["ifindex"] == index
                                            && link["mtu"] == MTU
                                            && mac.as_deref().is_some_and(|mac| link["address"] == mac)
                                    };
                                    assert!(!listed.as_array().unwrap().iter().any(mine), "{source} is still there");
                                }
                                Err(error) => {
                                    check(&source, &error);
                                    stuck.fetch_add(1, Ordering::Relaxed);
                                }
                            }
                            timed(start);
                        }
                    })
                })
                .collect();
            let results: Vec<_> = workers.into_iter().map(|worker| worker.join()).collect();
            done.store(true, Ordering::Relaxed);
            results.into_iter().for_each(|result| result.unwrap());
        });
        // Peace. Whatever stands in the way of going home is taken away.
        let left = web.interfaces().unwrap().len();
        for interface in web.interfaces().unwrap() {
            let source = interface.source_name();
            inside(&host, || {
                Command::new("ip").args(["link", "del", &source.to_string()]).stderr(Stdio::null()).status().unwrap()
            });
            if let Err(error) = interface.remove() {
                assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
            }
        }
        assert!(web.interfaces().unwrap().is_empty());
        let restored = web.restore().unwrap();
        assert!(restored.failed.is_empty() && restored.busy == 0, "{restored:?}");
        let entries = journal_files(JOURNAL);
        assert!(entries.is_empty(), "{entries:?}");
        // The namespace is as good as ever.
        ip("link add clean type veth peer clean-peer");
        web.add_interface(Link::existing(&host, "clean").unwrap(), config(9999)).unwrap().remove().unwrap();
        let slowest = *slowest.lock().unwrap();
        println!(
            "COUNT {} added, {} adds refused; {} removed, {} not, {left} of them left to the end; {} meddlings; the slowest call took {slowest:?}",
            added.into_inner(),
            refused.into_inner(),
            removed.into_inner(),
            stuck.into_inner(),
            meddled.into_inner()
        );
        assert!(slowest < PATIENCE, "{slowest:?}");
    });
}
