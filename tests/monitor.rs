//! What a monitor tells of the links of a namespace, and waiting for links.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::os::fd::AsFd;
use std::thread;
use std::time::{Duration, Instant};

use common::{in_netns, ip, veth};
use netgraft::{
    ErrorKind, IfName, InterfaceConfig, Link, LinkChange, LinkCondition, LinkEvent, LinkSelector, Monitor, Namespace,
};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

const LIMIT: Duration = Duration::from_secs(20);

/// The next event about a link of this name, as `NAME CHANGE`.
fn next(monitor: &mut Monitor) -> String {
    shown(&monitor.next(LIMIT).unwrap().expect("an event"))
}

fn shown(event: &LinkEvent) -> String {
    let detail = match event.change {
        LinkChange::Renamed { from } => format!(" from {from}"),
        LinkChange::AddressAdded(address) | LinkChange::AddressLost(address) => format!(" {address}"),
        _ => String::new(),
    };
    format!("{} {}{detail}", event.link.name, event.change.as_str())
}

/// Waits for an event, and returns what came before it.
#[track_caller]
fn until(monitor: &mut Monitor, wanted: &str) -> Vec<String> {
    let mut before = Vec::new();
    let end = Instant::now() + LIMIT;
    while Instant::now() < end {
        let Some(event) = monitor.next(LIMIT).unwrap() else { break };
        if shown(&event) == wanted {
            return before;
        }
        before.push(shown(&event));
    }
    panic!("no {wanted:?} after {before:?}");
}

fn selector(text: &str) -> LinkSelector {
    text.parse().unwrap()
}

#[test]
fn a_monitor_tells_what_is_there_and_what_happens_to_it() {
    in_netns(|| {
        let current = Namespace::current().unwrap();
        let mut monitor = current.monitor().unwrap();
        let first = monitor.next(Duration::ZERO).unwrap().unwrap();
        assert_eq!((shown(&first).as_str(), first.link.up), ("lo appeared", true));
        while monitor.next(Duration::ZERO).unwrap().is_some() {}

        veth("one", "two");
        until(&mut monitor, "one appeared");
        ip("link set two up");
        ip("link set one up");
        until(&mut monitor, "one carrier-on");
        ip("addr add 10.0.0.1/24 dev one");
        until(&mut monitor, "one address-added 10.0.0.1/24");
        ip("addr del 10.0.0.1/24 dev one");
        until(&mut monitor, "one address-lost 10.0.0.1/24");
        ip("link set two down");
        until(&mut monitor, "one carrier-off");
        ip("link set one mtu 1400");
        until(&mut monitor, "one changed");
        ip("link set one down");
        ip("link set one name eins");
        until(&mut monitor, "eins renamed from one");
        ip("link del eins");
        until(&mut monitor, "eins gone");
    });
}

#[test]
fn the_descriptor_can_be_read_when_something_happens_and_not_before() {
    in_netns(|| {
        let current = Namespace::current().unwrap();
        let mut monitor = current.monitor().unwrap();
        while monitor.next(Duration::ZERO).unwrap().is_some() {}
        let readable = |monitor: &Monitor, timeout: PollTimeout| {
            let mut entry = [PollFd::new(monitor.as_fd(), PollFlags::POLLIN)];
            poll(&mut entry, timeout).unwrap() == 1
        };
        assert!(!readable(&monitor, PollTimeout::from(50u8)));
        ip("link set lo mtu 1500");
        assert!(readable(&monitor, PollTimeout::from(10_000u16)));
        assert_eq!(next(&mut monitor), "lo changed");
    });
}

#[test]
fn a_link_that_is_moved_on_is_told_apart_from_one_that_is_deleted() {
    in_netns(|| {
        let (current, web) = (Namespace::current().unwrap(), Namespace::create("/run/netns/web").unwrap());
        veth("one", "two");
        let mut here = current.monitor().unwrap();
        let mut inside = web.monitor().unwrap();
        let interface = web
            .add_interface(
                Link::existing(&current, "one").unwrap(),
                InterfaceConfig::named(IfName::new("eth0").unwrap()),
            )
            .unwrap();
        until(&mut here, "one moved");
        // The kernel moves the link first, and renames it then.
        until(&mut inside, "one appeared");
        until(&mut inside, "eth0 renamed from one");
        // Whose interface the link is, is told once the add is done.
        ip("-n web link set eth0 mtu 1400");
        let changed = loop {
            let event = inside.next(LIMIT).unwrap().expect("an event");
            if event.link.mtu == 1400 {
                break event;
            }
        };
        assert_eq!(changed.source, Some(IfName::new("one").unwrap()));
        interface.remove().unwrap();
        until(&mut inside, "one moved");
        until(&mut here, "one appeared");
    });
}

#[test]
fn lost_notifications_leave_nothing_out_of_the_state() {
    in_netns(|| {
        let current = Namespace::current().unwrap();
        let mut monitor = current.monitor().unwrap();
        while monitor.next(Duration::ZERO).unwrap().is_some() {}
        ip("link add br0 type bridge");
        // More than the receive buffer takes.
        let script: String = (0..20_000).map(|number| format!("link set br0 mtu {}\n", 1300 + number % 2)).collect();
        common::ip_batch(&script);
        ip("link add br1 type bridge");
        ip("link set br0 mtu 1444");
        let mut last = None;
        let mut count = 0;
        while let Some(event) = monitor.next(Duration::from_millis(300)).unwrap() {
            count += 1;
            if event.link.name.as_bytes() == b"br0" {
                last = Some(event.link.mtu);
            }
        }
        assert_eq!(last, Some(1444));
        assert!(count < 20_000, "nothing was lost: the test tests nothing");
        ip("link del br1");
        assert_eq!(next(&mut monitor), "br1 gone");
    });
}

#[test]
fn a_link_is_waited_for_until_it_appears_runs_and_goes() {
    in_netns(|| {
        let current = Namespace::current().unwrap();
        let short = Duration::from_millis(50);
        for condition in [LinkCondition::Appear, LinkCondition::Running] {
            let error = current.wait_for_link(&selector("one"), condition, short).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Timeout);
            assert!(error.to_string().contains("link one"), "{error}");
        }
        assert_eq!(current.wait_for_link(&selector("one"), LinkCondition::Gone, short).unwrap(), None);
        thread::scope(|scope| {
            let waiting = scope
                .spawn(|| current.wait_for_link(&selector("one"), LinkCondition::Running, LIMIT).unwrap().unwrap());
            veth("one", "two");
            ip("link set two up");
            ip("link set one up");
            let link = waiting.join().unwrap();
            assert!(link.running && link.name.as_bytes() == b"one");
            let by_mac = LinkSelector::Mac(link.mac.unwrap());
            assert!(current.wait_for_link(&by_mac, LinkCondition::Appear, Duration::ZERO).unwrap().is_some());
            let gone = scope.spawn(move || {
                Namespace::current().unwrap().wait_for_link(&by_mac, LinkCondition::Gone, LIMIT).unwrap()
            });
            ip("link del one");
            assert_eq!(gone.join().unwrap(), None);
        });
    });
}

#[test]
fn a_link_is_added_when_it_appears_whoever_renames_it_meanwhile() {
    in_netns(|| {
        let (current, web) = (Namespace::current().unwrap(), Namespace::create("/run/netns/web").unwrap());
        let mac = selector("mac:02:00:00:00:00:77");
        for round in 0..20 {
            thread::scope(|scope| {
                let config = InterfaceConfig::named(IfName::new("eth0").unwrap()).allow_unverified(true);
                let adding = scope.spawn({
                    let (web, current, mac) = (&web, &current, &mac);
                    move || web.add_when_it_appears(current, mac, &config, LIMIT)
                });
                ip("link add early type veth peer name other");
                ip("link set early address 02:00:00:00:00:77");
                // As udev does, a moment later. It may be gone already.
                let _ = std::process::Command::new("ip").args(["link", "set", "early", "name", "late"]).output();
                let interface = adding.join().unwrap().unwrap_or_else(|error| panic!("round {round}: {error}"));
                assert!([&b"early"[..], b"late"].contains(&interface.source_name().as_bytes()));
                interface.remove().unwrap();
            });
            ip("link del other");
        }
        let error = web
            .add_when_it_appears(&current, &mac, &InterfaceConfig::keep_name(), Duration::from_millis(50))
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout);
    });
}
