//! Many interfaces at once, and many that end while they are announced.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Mutex;
use std::time::{Duration, Instant, SystemTime};

use netgraft::{Announce, InterfaceConfig, Link, MacAddr, Namespace, Prefix, VethPeer, announce};

use crate::capture::Capture;
use crate::common::{World, emulated, in_netns, inside, ip, ip_batch, named, parse, patience, veth};
use crate::process::{assert_settles, fds, held, threads};
use crate::{announcing, index};

fn address(number: u32) -> Ipv4Addr {
    Ipv4Addr::from(u32::from(Ipv4Addr::new(10, 0, 0, 0)) + number)
}

#[test]
fn a_thousand_three_times_each() {
    const COUNT: u32 = 1000;
    // Long enough for the repeats of the last to be still to come when it has been added.
    let interval = patience(Duration::from_millis(500)).min(Duration::from_secs(2));
    in_netns(|| {
        let world = World::new();
        let lines = |line: fn(u32) -> String| (0..COUNT).map(line).collect::<String>();
        ip_batch(&lines(|i| {
            format!("link add p{i} type veth peer v{i} netns web\nlink set p{i} addrgenmode none up\n")
        }));
        // Nothing but announcements, or a small capture buffer runs over.
        inside(&world.web, || ip_batch(&lines(|i| format!("link set v{i} addrgenmode none\n"))));
        let capture = Capture::start(&world.host);
        opens_what_stays_open(&world);
        let before = held();
        let announce = Announce::times(3).unwrap().every(interval).unwrap();
        for i in 0..COUNT {
            let [_, _, high, low] = i.to_be_bytes();
            let config = InterfaceConfig::keep_name()
                .mac(MacAddr::new([2, 0, 0, 0, high, low]))
                .address(Prefix::host(address(i)).into())
                .address(parse(&format!("fd00:1::{i:x}/128")))
                .clash_check(false)
                .announce(announce);
            world.web.add_interface(Link::in_place(format!("v{i}")).unwrap(), config).unwrap();
        }
        assert_settles("threads and sockets", || (threads(), fds()), (before.0 + 1, before.1 + 1));
        announce::flush();
        assert_settles("threads", threads, before.0);
        let mut seen: HashMap<IpAddr, Vec<SystemTime>> = HashMap::new();
        for frame in capture.stop() {
            if let Some(announced) = frame.announced() {
                seen.entry(announced.address).or_default().push(frame.at);
            }
        }
        assert_eq!(seen.len(), 2 * COUNT as usize);
        let mut latest = Duration::ZERO;
        for (address, times) in seen {
            assert_eq!(times.len(), 3, "{address}");
            for (at, due) in times[1..].iter().zip([interval, interval * 2]) {
                latest = latest.max(at.duration_since(times[0]).unwrap().saturating_sub(due));
            }
        }
        println!("latest: {latest:?}");
        assert!(latest < patience(interval), "late by {latest:?}");
    });
}

/// Adds and removes an interface: handles open the folders of kernel settings when an add first needs them.
fn opens_what_stays_open(world: &World) {
    let peer = VethPeer::new(&world.host, "first-peer");
    let config = named("first").address(parse("10.255.0.1/32")).announce(Announce::none());
    world.web.add_interface(Link::veth_named("first", peer).unwrap(), config).unwrap().remove().unwrap();
}

/// All that is added together is announced, once each before the add returns, past the bridges at the other ends.
#[test]
fn what_is_added_together() {
    // The bridge is waited for once, for all of them, and not for longer than for one: they are to come up in that time.
    let count: u32 = if emulated() { 5 } else { 50 };
    in_netns(|| {
        let world = World::new();
        ip("link add br0 type bridge");
        ip("link set br0 addrgenmode none up");
        let (br0, capture) = (index("br0"), Capture::start(&world.host));
        let list = (0..count).map(|i| {
            let peer = VethPeer::new(&world.host, format!("p{i}")).bridge("br0");
            let config = named(&format!("eth{i}")).address(Prefix::host(address(i)).into()).announce(announcing(2));
            (Link::veth_named(format!("v{i}"), peer).unwrap(), config.address(parse(&format!("fd00:1::{i:x}/128"))))
        });
        opens_what_stays_open(&world);
        let before = held();
        world.web.add_interfaces(list).unwrap();
        assert_settles("threads and sockets", || (threads(), fds()), (before.0 + 1, before.1 + 1));
        announce::flush();
        let mut seen: HashMap<IpAddr, usize> = HashMap::new();
        for frame in capture.stop() {
            // The bridge hands them on.
            if let Some(announced) = frame.announced().filter(|_| frame.link == br0) {
                *seen.entry(announced.address).or_default() += 1;
            }
        }
        assert_eq!(seen.len(), 2 * count as usize);
        assert!(seen.values().all(|times| *times == 2), "{seen:?}");
    });
}

/// How a round ends what it has begun.
#[derive(Clone, Copy, Debug)]
enum End {
    Remove,
    Destroy,
    Drop,
    /// Removal and destruction, at once.
    Both,
}

/// Removals, destructions and drops from several threads, each at about the moment when something is sent:
/// nothing is sent once they have returned.
#[test]
fn nothing_is_sent_after_the_end() {
    const THREADS: u32 = 16;
    const ROUNDS: u32 = 64;
    in_netns(|| {
        let host = Namespace::current().unwrap();
        // They live on, so that what is sent too late would be seen.
        let namespaces: Vec<Namespace> = (0..THREADS).map(|_| Namespace::create_anonymous().unwrap()).collect();
        for (namespace, i) in namespaces.iter().zip(0..) {
            veth(&format!("p{i}"), &format!("v{i}"));
            let link = Link::existing(&host, format!("v{i}")).unwrap();
            namespace.add_interface(link, named("v")).unwrap();
            ip(&format!("link set p{i} addrgenmode none up"));
        }
        let capture = Capture::start(&host);
        let before = held();
        let ended: Mutex<HashMap<IpAddr, (End, SystemTime)>> = Mutex::default();
        std::thread::scope(|scope| {
            for (namespace, thread) in namespaces.iter().zip(0..) {
                let ended = &ended;
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let number = thread * ROUNDS + round;
                        let end = [End::Remove, End::Destroy, End::Drop, End::Both][(number % 4) as usize];
                        let handle = Namespace::from_fd(namespace.try_clone_fd().unwrap()).unwrap();
                        let config = named("v").address(Prefix::host(address(number)).into()).clash_check(false);
                        let config = config.announce(announcing(3));
                        let begin = Instant::now();
                        let link = Link::in_place("v").unwrap();
                        let interface = handle.add_interface(link, config).unwrap();
                        // Around the second, which is due an interval after some moment of the add.
                        let late = Duration::from_micros(u64::from(number * 7919 % 3000));
                        let due = begin + crate::INTERVAL + late;
                        std::thread::sleep(due.saturating_duration_since(Instant::now()));
                        match end {
                            End::Remove => interface.remove().unwrap(),
                            End::Destroy => handle.destroy().unwrap(),
                            End::Drop => drop((interface, handle)),
                            End::Both => std::thread::scope(|scope| {
                                // It may come too late.
                                scope.spawn(|| interface.remove());
                                scope.spawn(|| handle.destroy().unwrap());
                            }),
                        }
                        ended.lock().unwrap().insert(address(number).into(), (end, SystemTime::now()));
                    }
                });
            }
        });
        assert_eq!(announce::next_deadline(), None);
        assert_settles("threads", threads, before.0);
        assert_eq!(fds(), before.1);
        // What would have been sent: another two.
        std::thread::sleep(crate::INTERVAL * 2);
        let ended = ended.into_inner().unwrap();
        let (mut count, mut repeats) = (0, 0);
        for frame in capture.stop() {
            let Some(announced) = frame.announced() else { continue };
            let (end, at) = ended[&announced.address];
            assert!(frame.at <= at, "{end:?}: {announced:?} {:?} too late", frame.at.duration_since(at));
            count += 1;
            repeats += usize::from(at.duration_since(frame.at).unwrap() < crate::INTERVAL / 2);
        }
        let rounds = (THREADS * ROUNDS) as usize;
        println!("{rounds} rounds, {count} sent, {repeats} of them repeats");
        assert!(count >= rounds, "the first of each");
        assert!(repeats > 0 && repeats < rounds, "it has to be a race");
    });
}

/// The same with namespaces that come and go: nothing keeps one alive.
#[test]
fn namespaces_end_with_what_is_pending() {
    const THREADS: u32 = 4;
    const ROUNDS: u32 = 250;
    in_netns(|| {
        let host = Namespace::current().unwrap();
        let before = held();
        std::thread::scope(|scope| {
            for thread in 0..THREADS {
                let host = &host;
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        let namespace = Namespace::create_anonymous().unwrap();
                        let peer = VethPeer::new(host, format!("p{thread}x{round}"));
                        let config = named("eth0").address(parse("10.0.0.2/24")).announce(announcing(3));
                        let link = Link::veth_named("v", peer).unwrap();
                        let interface = namespace.add_interface(link, config).unwrap();
                        // A clone elsewhere may be the last.
                        let clone = namespace.clone();
                        scope.spawn(move || drop(clone));
                        match round % 4 {
                            0 => interface.remove().unwrap(),
                            1 => namespace.destroy().unwrap(),
                            2 => drop(interface),
                            _ => std::thread::scope(|scope| {
                                // It may come too late.
                                scope.spawn(|| interface.remove());
                                scope.spawn(|| namespace.destroy().unwrap());
                            }),
                        }
                    }
                });
            }
        });
        assert_eq!(announce::next_deadline(), None);
        assert_settles("threads", threads, before.0);
        assert_settles("descriptors", fds, before.1);
        // Each namespace takes its veth with it.
        assert_settles("links", || ip("-o link").lines().count(), 1);
    });
}
