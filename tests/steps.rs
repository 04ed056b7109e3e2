//! Between any two steps: system calls that fail, links that are deleted, names that are taken.
//!
//! The operation runs in a process of its own under strace(1), which makes one system call fail or stops the process
//! behind it; one test goes through all the calls of an operation.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::process::Command;

use common::random::{Random, sampled};
use common::traced::{Marked, Outcome, Worker, calls, worked};
use common::{World, assert_as_before, bridge, in_netns, ip, journal_files, named, parse, rich, settled, veth};
use netgraft::{Announce, InterfaceConfig, Link, Namespace, Result, VethPeer};
use nix::sys::signal::{Signal, kill};
use serde_json::Value;

/// The system calls that are made to fail, each with an error that it can have.
const ERRORS: [(&str, &str); 5] =
    [("sendto", "ENOBUFS"), ("recvfrom", "ENOMEM"), ("openat", "EMFILE"), ("read", "EIO"), ("write", "EIO")];

/// Those that a signal can interrupt.
const INTERRUPTIBLE: [&str; 6] = ["sendto", "recvfrom", "openat", "read", "write", "poll"];

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

/// What the worker does, by name.
fn operate(what: &str, marked: &Marked) -> Result<String> {
    let (host, web) = (Namespace::current()?, Namespace::open("/run/netns/web")?);
    let add = |link: Link, config: InterfaceConfig| marked.during(|| web.add_interface(link, config));
    let added = match what {
        "move" => add(Link::existing(&host, "rich1")?, everything()),
        "move to fail" => {
            add(Link::existing(&host, "veth1")?, everything().sysctl(parse("net.ipv4.conf.IFNAME.forwarding=nonsense")))
        }
        "move a simple link" => add(Link::existing(&host, "veth1")?, everything()),
        "announce" => add(Link::existing(&host, "veth1")?, everything().announce(Announce::times(1)?)),
        "configure" => add(Link::in_place("rich4")?, everything()),
        "make" => add(Link::veth_named("inner", VethPeer::new(&host, "vhost").bridge("br0"))?, everything()),
        "make to fail" => add(
            Link::veth_named("inner", VethPeer::new(&host, "vhost").bridge("br0"))?,
            everything().sysctl(parse("net.ipv4.conf.IFNAME.forwarding=nonsense")),
        ),
        "remove, if need be twice" => {
            web.keep_journal("/run/journal")?;
            let added = web.add_interface(Link::existing(&host, "veth1")?, everything())?;
            if marked.during(|| added.remove()).is_ok() {
                return Ok("at once".to_owned());
            }
            let index = added.index();
            added.state()?;
            let known = Namespace::open("/run/netns/web")?;
            known.keep_journal("/run/journal")?;
            assert_eq!(known.interface("veth1")?.index(), index);
            added.remove()?;
            return Ok(format!("the second time, from {index}"));
        }
        "remove" => {
            let added = web.add_interface(Link::existing(&host, "veth1")?, everything())?;
            let removed = marked.during(|| added.remove());
            if removed.is_err() {
                let kept = usize::from(added.state().is_ok());
                assert_eq!(
                    web.interfaces().unwrap().len(),
                    kept,
                    "what is still there can be removed again: {removed:?}"
                );
            }
            removed.map(|()| added)
        }
        _ => unreachable!("{what}"),
    };
    added.map(|interface| interface.to_string())
}

/// Lets each system call of an operation fail, one in each run. `reset` makes the world before each run that follows a
/// successful one, and `unharmed` compares it after a failure.
fn each_call_fails(what: &str, reset: impl Fn(), unharmed: impl Fn()) {
    reset();
    let outcome = Worker::traced(what, None).finish();
    assert!(outcome.succeeded, "{outcome:?}");
    let calls = calls();
    reset();
    let mut failed = 0;
    for (call, number) in calls {
        let Some((_, error)) = ERRORS.iter().find(|(name, _)| *name == call) else { continue };
        let outcome = Worker::traced(what, Some(&format!("inject={call}:error={error}:when={number}"))).finish();
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
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let make = |world: &World| rich(&world.host, 1);
        Anew { world: World::new(), make, delete: "rich1 eth0 br1 br1-hold" }.each_call_fails("move");
    });
}

#[test]
fn each_call_of_an_add_in_place_fails() {
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let make = |world: &World| rich(&world.web, 4);
        Anew { world: World::new(), make, delete: "rich4 eth0 br4 br4-hold" }.each_call_fails("configure");
    });
}

#[test]
fn each_call_of_a_making_fails() {
    if worked(operate) {
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
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let anew = Anew { world: World::new(), make: |_| simple(), delete: "veth1 eth0" };
        anew.reset();
        assert!(Worker::untraced("move a simple link").finish().succeeded);
        let (host, web) = (settled(&anew.world.host), settled(&anew.world.web));
        let unharmed = || {
            assert_as_before(&host, &anew.world.host);
            assert_as_before(&web, &anew.world.web);
            anew.reset();
        };
        each_call_fails("remove", || drop(anew.reset()), unharmed);
    });
}

/// Stops an operation behind each request that it sends, does something, and lets it go on.
fn behind_each_request(what: &str, reset: impl Fn(), interfere: impl Fn(), check: impl Fn(&Outcome)) {
    for number in 1.. {
        reset();
        let mut worker = Worker::traced(what, Some(&format!("inject=sendto:signal=SIGSTOP:when={number}")));
        if !worker.is_stopped() {
            // How many there are differs: a dump that changes interrupt is asked for again.
            let outcome = worker.finish();
            assert!(number > 5, "{what} has no request {number}: {outcome:?}");
            break;
        }
        interfere();
        kill(worker.pid(), Signal::SIGCONT).unwrap();
        let outcome = worker.finish();
        println!("behind request {number}: {outcome:?}");
        check(&outcome);
    }
}

/// The link is gone, and everything else is as if it had never been.
#[test]
fn a_link_is_deleted_underneath() {
    if worked(operate) {
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

/// The same for one that is being made: its other end is deleted as soon as it is there.
#[test]
fn a_link_is_deleted_while_it_is_being_made() {
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let anew = Anew { world: World::new(), make: |_| bridge("br0"), delete: "eth0 br0 br0-hold" };
        let deleted = std::cell::Cell::new(0);
        let before = std::cell::RefCell::default();
        let delete = || {
            let there = Command::new("ip").args(["link", "del", "vhost"]).output().unwrap().status.success();
            deleted.set(deleted.get() + usize::from(there));
        };
        let check = |outcome: &Outcome| {
            assert!(outcome.message.contains("inner"), "{outcome:?}");
            assert!(outcome.left.is_none(), "{outcome:?}");
            if !outcome.succeeded || deleted.get() > 0 {
                let before: std::cell::Ref<'_, (Value, Value)> = before.borrow();
                assert_as_before(&before.0, &anew.world.host);
                assert_as_before(&before.1, &anew.world.web);
            }
        };
        behind_each_request("make", || drop(before.replace(anew.reset())), delete, check);
        assert!(deleted.get() > 2, "{}", deleted.get());
    });
}

/// A call that a signal interrupts is made again: some of them, all with `NETGRAFT_TEST_WHOLE=1`.
#[test]
fn each_call_is_interrupted() {
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let mut random = Random::from_environment();
        let anew = Anew { world: World::new(), make: |_| simple(), delete: "veth1 eth0" };
        for what in ["move a simple link", "announce", "remove"] {
            anew.reset();
            assert!(Worker::traced(what, None).finish().succeeded);
            let calls: Vec<_> = calls().into_iter().filter(|(call, _)| INTERRUPTIBLE.contains(&&**call)).collect();
            assert!(calls.len() > 10, "{calls:?}");
            for (call, number) in sampled(&mut random, calls, 12) {
                anew.reset();
                let outcome = Worker::traced(what, Some(&format!("inject={call}:error=EINTR:when={number}"))).finish();
                assert!(outcome.succeeded, "{what}: {call} {number}: {outcome:?}");
            }
        }
    });
}

/// While a link that was made is taken back, it is deleted, and another one gets its index: that one stays.
#[test]
fn another_link_gets_the_index_of_one_that_is_taken_back() {
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let anew = Anew { world: World::new(), make: |_| bridge("br0"), delete: "eth0 br0 br0-hold other" };
        let replaced = std::cell::Cell::new(0);
        let replace = || {
            let links = common::ip_json_in(&anew.world.web, "link");
            let made = links.as_array().unwrap().iter().find(|link| link["ifname"] == "eth0");
            if let Some(made) = made {
                common::inside(&anew.world.web, || {
                    ip("link del eth0");
                    ip(&format!("link add other index {} type bridge", made["ifindex"]));
                });
                replaced.set(replaced.get() + 1);
            }
        };
        let stayed = std::cell::Cell::new(0);
        let check = |outcome: &Outcome| {
            assert!(!outcome.succeeded && outcome.left.is_none(), "{outcome:?}");
            stayed.set(stayed.get() + usize::from(anew.world.names().contains(&"other".to_owned())));
        };
        behind_each_request("make to fail", || drop(anew.reset()), replace, check);
        // The kernel deletes what has an index: between the last look and that, nobody can be sure.
        assert!(stayed.get() > 2 && replaced.get() - stayed.get() <= 1, "{} of {}", stayed.get(), replaced.get());
    });
}

/// A removal fails when the link is home already, and meanwhile another one has got its index: it is on the list by the one
/// that it has now, and can be removed.
#[test]
fn a_removal_that_fails_gives_the_link_another_index() {
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let anew = Anew { world: World::new(), make: |_| simple(), delete: "veth1 eth0 strayed thief" };
        let stray = || {
            if ip("link").contains("veth1@") {
                // Before Linux 6.2 one that is up is not renamed.
                ip("link set veth1 down");
                ip("link set veth1 name strayed");
                common::ip_in(&anew.world.web, "link add thief index 1001 type bridge");
            }
        };
        let again = std::cell::Cell::new(0);
        let check = |outcome: &Outcome| {
            assert!(outcome.succeeded && !outcome.message.ends_with(" 1001"), "{outcome:?}");
            again.set(again.get() + usize::from(outcome.message != "at once"));
            assert_eq!(journal_files("/run/journal").len(), 0, "{outcome:?}");
        };
        behind_each_request("remove, if need be twice", || drop(anew.reset()), stray, check);
        assert!(again.get() > 0);
    });
}

/// The way back is blocked: the link is somewhere, and the error says where.
#[test]
fn the_old_name_is_taken_at_home_meanwhile() {
    if worked(operate) {
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
