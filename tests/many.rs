//! Many at once: lists that are added together, all or nothing, and everything removed together.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use common::traced::{Marked, Worker, calls, worked};
use common::{
    World, assert_as_before, bridge, differences, in_netns, inside, ip, ip_in, ip_json_in, journal_files, logged,
    named, parse, patience, prefixed, read_sysctl, refused, rich, settled, veth, write_sysctl,
};
use netgraft::{Announce, ErrorKind, InterfaceConfig, Link, Macvlan, Namespace, Prefix, VethPeer, Wait};
use nix::sys::resource::{Resource, setrlimit};

type List = Vec<(Link, InterfaceConfig)>;

/// How many ports a bridge gets. What IPv6 sends of its own accord on each link goes to all ports of its bridge; with a
/// thousand of them, an emulated processor does little else for minutes from Linux 6.5 on, where softirqs go first.
const PORTS: usize = 100;

/// The bridges in the host that so many veths need.
fn bridges(count: usize) -> usize {
    let bridges = count.div_ceil(PORTS);
    (0..bridges).for_each(|number| bridge(&format!("br{number}")));
    bridges
}

/// New veths, `veth0` and so on, with their other ends `peer0` and so on in the host, as ports of `br0` and so on there.
fn veths(world: &World, count: usize) -> List {
    let one = |number: usize| {
        let bridge = format!("br{}", number / PORTS);
        let peer = VethPeer::new(&world.host, format!("peer{number}")).bridge(bridge);
        let [high, low] = [number / 250, number % 250 + 1];
        let config = prefixed("eth").address(parse(&format!("10.{high}.{low}.2/24")));
        (
            Link::veth_named(format!("veth{number}"), peer).unwrap(),
            config.address(parse(&format!("fd00:{number:x}::2/64"))),
        )
    };
    (0..count).map(one).collect()
}

fn names(count: usize) -> Vec<String> {
    (0..count).map(|number| format!("eth{number}")).collect()
}

/// Adds that many, looks at each, and removes them.
fn add_and_remove(count: usize) {
    in_netns(|| {
        let world = World::new();
        let bridges = bridges(count);
        let (host, web) = (settled(&world.host), settled(&world.web));
        let begin = Instant::now();
        let interfaces = world.web.add_interfaces(veths(&world, count)).unwrap();
        println!("{count} added in {:?}", begin.elapsed());
        let told: Vec<String> = interfaces.iter().map(|interface| interface.name().to_string()).collect();
        assert_eq!(told, names(count));
        let sources: Vec<String> = interfaces.iter().map(|interface| interface.source_name().to_string()).collect();
        assert_eq!(sources, (0..count).map(|number| format!("veth{number}")).collect::<Vec<_>>());
        assert_eq!(world.web.interfaces().unwrap().len(), count);
        let links = world.web.links().unwrap();
        for (number, interface) in interfaces.iter().enumerate() {
            let link = links.iter().find(|link| link.index == interface.index()).unwrap();
            assert_eq!((link.name, link.up), (interface.name(), true));
            let [high, low] = [number / 250, number % 250 + 1];
            let wanted: [Prefix; 2] =
                [parse(&format!("10.{high}.{low}.2/24")), parse(&format!("fd00:{number:x}::2/64"))];
            assert_eq!(link.addresses, wanted, "{interface}");
        }
        let ports = world.host.links().unwrap().into_iter().filter(|link| link.master.is_some() && link.up);
        // One more holds each bridge up.
        assert_eq!(ports.count(), count + bridges);
        let begin = Instant::now();
        world.web.remove_all().unwrap();
        println!("{count} removed in {:?}", begin.elapsed());
        assert!(world.web.interfaces().unwrap().is_empty());
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

#[test]
fn none() {
    in_netns(|| {
        let world = World::new();
        assert!(world.web.add_interfaces([]).unwrap().is_empty());
        world.web.remove_all().unwrap();
    });
}

#[test]
fn one() {
    add_and_remove(1);
}

#[test]
fn ten() {
    add_and_remove(10);
}

#[test]
fn a_hundred() {
    add_and_remove(100);
}

#[test]
fn a_thousand() {
    add_and_remove(1000);
}

/// One of each sort, all under one prefix, and some that depend on others of the list.
fn mixed(world: &World) -> List {
    let veth = |name: &str, peer: &str| Link::veth_named(name, VethPeer::new(&world.host, peer)).unwrap();
    let inner = VethPeer::new(&world.web, "inner").bridge("lan");
    vec![
        (Link::bridge("lan").unwrap(), named("lan").address(parse("10.50.0.1/24"))),
        (world.link("moved"), prefixed("eth").address(parse("10.51.0.2/24")).route(parse("10.60.0.0/16"))),
        (veth("made", "made-peer"), prefixed("eth").master(parse("lan")).mac(parse("02:00:00:00:00:07"))),
        (Link::in_place("here").unwrap(), prefixed("eth").mtu(1400).address(parse("fd00:52::2/64"))),
        (Link::veth_named("outer", inner).unwrap(), prefixed("eth").address(parse("10.53.0.2/24"))),
        (
            Link::macvlan("mac", Macvlan::on(&world.web, "lan")).unwrap(),
            prefixed("eth").sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=2")),
        ),
        (world.link("moved2"), prefixed("eth").master(parse("lan"))),
        (veth("last", "last-peer"), prefixed("eth")),
    ]
}

fn mixed_world() -> World {
    let world = World::new();
    veth("moved", "far");
    veth("moved2", "far2");
    ip("link set far addrgenmode none up");
    common::had_carrier("moved", "far");
    inside(&world.web, || veth("here", "there"));
    world
}

#[test]
fn of_all_sorts() {
    in_netns(|| {
        let world = mixed_world();
        let (host, web) = (settled(&world.host), settled(&world.web));
        let interfaces = world.web.add_interfaces(mixed(&world)).unwrap();
        let told: Vec<String> = interfaces.iter().map(|interface| interface.name().to_string()).collect();
        assert_eq!(told, ["lan", "eth0", "eth1", "eth2", "eth3", "eth4", "eth5", "eth6"]);
        let lan = interfaces[0].index();
        let state = |number: usize| interfaces[number].state().unwrap();
        assert_eq!([2, 6].map(|number| state(number).master), [Some(lan); 2]);
        assert_eq!(state(1).routes, [parse("10.60.0.0/16")]);
        assert_eq!(state(2).mac, Some(parse("02:00:00:00:00:07")));
        assert_eq!(state(3).mtu, 1400);
        let links = ip_json_in(&world.web, "link show inner");
        assert_eq!((&links[0]["master"], &links[0]["operstate"]), (&"lan".into(), &"UP".into()));
        assert_eq!(ip_json_in(&world.web, "link show eth4")[0]["link"], "lan");
        assert_eq!(inside(&world.web, || read_sysctl("ipv4/conf/eth4/rp_filter")), "2");
        world.web.remove_all().unwrap();
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

/// The same list one by one leads to the same.
#[test]
fn together_as_one_by_one() {
    in_netns(|| {
        let world = mixed_world();
        let look = || {
            let mut states = [settled(&world.host), settled(&world.web)];
            states.iter_mut().for_each(blur);
            states
        };
        for (link, config) in mixed(&world) {
            world.web.add_interface(link, config).unwrap();
        }
        let one_by_one = look();
        world.web.remove_all().unwrap();
        world.web.add_interfaces(mixed(&world)).unwrap();
        let together = look();
        for (one_by_one, together) in one_by_one.iter().zip(&together) {
            assert_eq!(differences(one_by_one, together), [""; 0]);
        }
    });
}

/// Takes away what is different each time, indexes, MACs that the kernel makes up and what is made of those; and what
/// comes of the order in which a bridge got its ports. An older kernel takes a veth whose other end has the same index for
/// a link with nothing below.
fn blur(value: &mut serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            map.retain(|key, _| {
                !["ifindex", "link_index", "address", "permaddr", "no", "id", "designated_port", "tso_max_size"]
                    .contains(&&**key)
                    && !key.ends_with("_id")
                    && !key.ends_with("timer")
            });
            map.values_mut().for_each(blur);
            if let Some(state) = map.get_mut("operstate").filter(|state| **state == "LOWERLAYERDOWN") {
                *state = "DOWN".into();
            }
        }
        serde_json::Value::Array(list) => {
            list.retain(|entry| !entry.to_string().contains("fe80::"));
            list.iter_mut().for_each(blur);
            list.sort_by_cached_key(ToString::to_string);
        }
        _ => {}
    }
}

/// Every way in which a member can fail, each with what the error says.
fn failures(world: &World) -> Vec<(Link, InterfaceConfig, ErrorKind, &'static str)> {
    let nonsense = || named("bad0").sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
    let made = |peer: &str| Link::veth_named("bad", VethPeer::new(&world.host, peer)).unwrap();
    vec![
        (world.link("rich1"), nonsense(), ErrorKind::Sysctl, "nonsense"),
        (Link::in_place("rich4").unwrap(), nonsense(), ErrorKind::Sysctl, "nonsense"),
        (made("bad-peer"), nonsense(), ErrorKind::Sysctl, "nonsense"),
        (made("far1"), named("bad0"), ErrorKind::NameTaken, "far1"),
        (Link::bridge("bad").unwrap(), named("lo"), ErrorKind::NameTaken, "lo"),
        (made("bad-peer"), named("bad0").mtu(70_000), ErrorKind::InvalidArgument, "70000"),
        (made("bad-peer"), named("bad0").address(parse("10.4.0.77/24")), ErrorKind::AddressClash, "10.4.0.0/24"),
        (made("bad-peer"), named("bad0").route(parse("172.4.0.0/16")), ErrorKind::Exists, "172.4.0.0/16"),
        (made("bad-peer"), named("bad0").master(parse("nobody")), ErrorKind::NotFound, "nobody"),
        (world.link("nowhere"), named("bad0"), ErrorKind::NotFound, "nowhere"),
    ]
}

/// A member fails at each place of the list.
#[test]
fn each_member_at_each_place_fails() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 1);
        rich(&world.host, 2);
        rich(&world.web, 4);
        rich(&world.web, 6);
        bridge("br0");
        // A route that one of the failures takes for its own, on another link.
        ip_in(&world.web, "route replace 172.4.0.0/16 dev rich6");
        let good = || -> List {
            let mut list = veths(&world, 2);
            list.insert(0, (Link::bridge("lan").unwrap(), named("lan")));
            list.insert(2, (world.link("rich2"), prefixed("eth").address(parse("10.70.0.2/24")).master(parse("lan"))));
            list.push((Link::in_place("rich6").unwrap(), prefixed("eth").mtu(1400)));
            list
        };
        let count = failures(&world).len();
        for which in 0..count {
            // Every way at one place each, and one at all places.
            let places: Vec<usize> =
                if which == 0 { (0..=good().len()).collect() } else { vec![which % (good().len() + 1)] };
            for place in places {
                let (link, config, kind, says) = failures(&world).remove(which);
                let source = link.source_name();
                let mut list = good();
                list.insert(place, (link, config));
                let (host, web) = (settled(&world.host), settled(&world.web));
                let message = refused(world.web.add_interfaces(list), kind);
                println!("{message}");
                let who = format!("add {source} ({} of {}) to /run/netns/web: ", place + 1, good().len() + 1);
                assert!(message.starts_with(&who) && message.contains(says), "{who}…{says}: {message}");
                assert_as_before(&host, &world.host);
                assert_as_before(&web, &world.web);
                assert!(world.web.interfaces().unwrap().is_empty());
            }
        }
        world.web.add_interfaces(good()).unwrap();
    });
}

/// What a list refuses for its addresses is what is refused one by one.
#[test]
fn addresses_clash_as_one_by_one() {
    in_netns(|| {
        let world = World::new();
        let plain = || InterfaceConfig::keep_name().announce(Announce::none());
        let of = |addresses: &[&str], routes: &[&str]| {
            let config = addresses.iter().fold(plain(), |config, address| config.address(parse(address)));
            routes.iter().fold(config, |config, route| config.route(parse(route)))
        };
        let configs = [
            of(&["10.0.0.2/24"], &[]),
            of(&["10.0.0.3/24"], &[]),
            of(&["10.0.0.3/32"], &[]),
            of(&["10.0.0.3/31"], &[]),
            of(&["10.0.0.0/8"], &[]),
            of(&["10.0.1.2/24"], &["10.0.0.0/26"]),
            of(&["10.9.0.1/32"], &["0.0.0.0/0"]),
            of(&["169.254.0.2/16"], &[]),
            of(&["168.0.0.1/7"], &[]),
            plain().link_local(parse("169.254.0.2/16")),
            of(&["fd00::2/64"], &[]),
            of(&["fd00::3/64"], &[]),
            of(&["fd00::3/128"], &[]),
            of(&["fd00:1::1/64"], &["fd00::/48"]),
            of(&["10.0.0.4/24"], &[]).clash_check(false),
        ];
        let link = |name: &str| Link::bridge(name).unwrap();
        let mut clashes = 0;
        for first in &configs {
            for second in &configs {
                world.web.add_interface(link("one"), first.clone()).unwrap();
                let one_by_one = world.web.add_interface(link("two"), second.clone()).map(drop);
                world.web.remove_all().unwrap();
                let list = [(link("one"), first.clone()), (link("two"), second.clone())];
                let together = world.web.add_interfaces(list).map(drop);
                world.web.remove_all().unwrap();
                let told = [&one_by_one, &together].map(|told| told.as_ref().map_err(netgraft::Error::kind).copied());
                assert_eq!(told[0], told[1], "{one_by_one:?} {together:?}\n{first:?}\n{second:?}");
                if let Err(error) = together {
                    assert_eq!(error.kind(), ErrorKind::AddressClash);
                    assert!(error.to_string().starts_with("add two (2 of 2) to /run/netns/web: address "), "{error}");
                    clashes += 1;
                }
            }
        }
        println!("COUNT {} pairs, {clashes} clashes", configs.len() * configs.len());
        assert!(clashes > 20);
    });
}

#[test]
fn what_cannot_be_a_list() {
    in_netns(|| {
        let world = World::new();
        veth("veth1", "peer1");
        ip("link property add dev veth1 altname other");
        bridge("br0");
        let (host, web) = (settled(&world.host), settled(&world.web));
        let lan = || (Link::bridge("lan").unwrap(), named("lan"));
        let port = || {
            (Link::veth_named("port", VethPeer::new(&world.host, "far")).unwrap(), prefixed("eth").master(parse("lan")))
        };
        let twice = |name: &str| (world.link(name), prefixed("eth"));
        for (list, kind, says) in [
            (vec![port(), lan()], ErrorKind::NotFound, "find the master lan: "),
            (vec![lan(), lan()], ErrorKind::Exists, "source name lan"),
            (vec![twice("veth1"), twice("other")], ErrorKind::InvalidArgument, "the same link as veth1"),
            (vec![lan(), (Link::bridge("lan2").unwrap(), named("lan"))], ErrorKind::NameTaken, "lan"),
        ] {
            let message = refused(world.web.add_interfaces(list), kind);
            assert!(
                message.contains("(2 of 2)") == (kind != ErrorKind::NotFound) && message.contains(says),
                "{message}"
            );
            assert_as_before(&host, &world.host);
            assert_as_before(&web, &world.web);
        }
    });
}

/// Lists of several threads, with handles of their own, under one prefix.
#[test]
fn threads_add_lists_with_one_prefix() {
    const THREADS: usize = 8;
    const EACH: usize = 12;
    in_netns(|| {
        let world = World::new();
        (0..THREADS).for_each(|thread| veth(&format!("moved{thread}"), &format!("far{thread}")));
        let host = settled(&world.host);
        for _ in 0..3 {
            let barrier = Barrier::new(THREADS);
            let add = |thread: usize| {
                let web = Namespace::open("/run/netns/web").unwrap();
                let made = |number: usize| {
                    let peer = VethPeer::new(&world.host, format!("p{thread}-{number}"));
                    (Link::veth_named(format!("v{thread}-{number}"), peer).unwrap(), prefixed("eth"))
                };
                let mut list: List = (1..EACH).map(made).collect();
                list.insert(EACH / 2, (world.link(&format!("moved{thread}")), prefixed("eth")));
                barrier.wait();
                let interfaces = web.add_interfaces(list).unwrap();
                let number =
                    |interface: &netgraft::Interface| interface.name().to_string()[3..].parse::<usize>().unwrap();
                let numbers: Vec<usize> = interfaces.iter().map(number).collect();
                (web, numbers)
            };
            let mut all: Vec<(Namespace, Vec<usize>)> = thread::scope(|scope| {
                let add = &add;
                let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || add(thread))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            let mut numbers: Vec<usize> = all.iter().flat_map(|(_, numbers)| numbers.clone()).collect();
            numbers.sort_unstable();
            assert_eq!(numbers, (0..THREADS * EACH).collect::<Vec<_>>(), "without gap or double");
            thread::scope(|scope| {
                all.drain(..).for_each(|(web, _)| drop(scope.spawn(move || web.remove_all().unwrap())))
            });
            assert!(world.names().is_empty());
            assert_as_before(&host, &world.host);
        }
    });
}

/// A link that somebody deletes while it is waited for, or while another one is: none is added then.
#[test]
fn a_link_that_goes_while_it_is_waited_for() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 1);
        veth("veth1", "peer1");
        world.web.keep_journal("/run/journal").unwrap();
        let journal = || journal_files("/run/journal").len();
        let (host, web) = (settled(&world.host), settled(&world.web));
        let waiting = || named("eth0").wait(Wait::running(Duration::from_secs(60)));
        let detecting = || named("eth0").address(parse("fd00:9::2/64")).dad(true);
        let quick = || named("eth0").address(parse("10.9.0.2/24"));
        // Which one is deleted is the first of them, and what is asked of it; the second is up at once.
        let made = |up: bool| {
            let peer = VethPeer::new(&world.host, "peer2");
            Link::veth_named("veth2", if up { peer.up() } else { peer }).unwrap()
        };
        for (link, config, other) in [
            (made(false), waiting(), named("eth1")),
            (made(true), detecting(), named("eth1")),
            (made(true), quick(), named("eth1").address(parse("fd00:9::2/64")).dad(true)),
        ] {
            inside(&world.web, || write_sysctl("ipv6/conf/default/accept_dad", "1"));
            let begin = Instant::now();
            let result = thread::scope(|scope| {
                scope.spawn(|| {
                    common::until(|| world.names().contains(&"eth1".to_owned()) && is_up(&world.web, "eth1"));
                    ip_in(&world.web, "link del eth0");
                });
                world.web.add_interfaces([(link, config), (world.link("rich1"), other)])
            });
            inside(&world.web, || write_sysctl("ipv6/conf/default/accept_dad", "0"));
            let error = result.unwrap_err();
            assert_eq!((error.kind(), error.left()), (ErrorKind::NotFound, None), "{error}");
            assert!(error.to_string().starts_with("add veth2 (1 of 2) to /run/netns/web: "), "{error}");
            assert!(begin.elapsed() < patience(Duration::from_secs(20)), "{:?}", begin.elapsed());
            assert_as_before(&host, &world.host);
            assert_as_before(&web, &world.web);
            assert_eq!((world.web.interfaces().unwrap().len(), journal()), (0, 0));
        }
        // One that was moved is gone for good, which is said.
        let config = named("eth0").wait(Wait::running(Duration::from_secs(60)));
        let error = thread::scope(|scope| {
            scope.spawn(|| {
                common::until(|| world.names().contains(&"eth0".to_owned()) && is_up(&world.web, "eth0"));
                ip_in(&world.web, "link del eth0");
            });
            world.add("veth1", config).unwrap_err()
        });
        assert_eq!((error.kind(), error.left()), (ErrorKind::NotFound, Some("veth1 no longer exists")), "{error}");
        assert_eq!((world.web.interfaces().unwrap().len(), journal()), (0, 0));
    });
}

fn is_up(namespace: &Namespace, name: &str) -> bool {
    let link = &ip_json_in(namespace, &format!("link show {name}"))[0];
    link["flags"].as_array().unwrap().contains(&"UP".into())
}

/// What the worker does: it adds as many bridged veths as it is told, and the bridge with them or before.
fn operate(what: &str, marked: &Marked) -> netgraft::Result<String> {
    let world = World { host: Namespace::current()?, web: Namespace::open("/run/netns/web")? };
    let (count, bridge) = what.split_once(' ').unwrap();
    let in_web = |number: usize| {
        let peer = VethPeer::new(&world.web, format!("peer{number}")).bridge("lan");
        Ok((Link::veth_named(format!("veth{number}"), peer)?, prefixed("eth").master(parse("br"))))
    };
    let mut list = (0..count.parse().unwrap()).map(in_web).collect::<netgraft::Result<List>>()?;
    let lan = (Link::bridge("br")?, named("lan"));
    match bridge {
        "before" => drop(world.web.add_interface(lan.0, lan.1)?),
        _ => list.insert(0, lan),
    }
    marked.during(|| world.web.add_interfaces(list)).map(|interfaces| interfaces.len().to_string())
}

/// However many members refer to a bridge, it is asked for once.
#[test]
fn as_many_questions_for_many_as_for_few() {
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let world = World::new();
        for bridge in ["before", "with them"] {
            let questions = [2, 10].map(|count| {
                assert!(Worker::traced(&format!("{count} {bridge}"), None).finish().succeeded);
                for name in world.names().iter().filter(|name| !name.starts_with("peer")) {
                    ip_in(&world.web, &format!("link del {name}"));
                }
                calls().iter().filter(|(call, _)| call == "sendto").count()
            });
            assert_eq!(questions[0], questions[1], "the bridge is there {bridge}");
        }
    });
}

/// All are waited for at once, each as long as it asks for.
#[test]
fn the_waits_are_one() {
    in_netns(|| {
        let world = World::new();
        let running = |number: usize, timeout: u64| {
            let peer = VethPeer::new(&world.host, format!("peer{number}"));
            let wait = Wait::running(Duration::from_millis(timeout));
            (Link::veth_named(format!("veth{number}"), peer).unwrap(), prefixed("eth").wait(wait))
        };
        let mut list: List = (0..10).map(|number| running(number, if number % 2 == 0 { 300 } else { 600 })).collect();
        list.extend(veths(&world, 0));
        drop(logged());
        let begin = Instant::now();
        let interfaces = world.web.add_interfaces(list).unwrap();
        let took = begin.elapsed();
        assert!(took >= Duration::from_millis(600) && took < patience(Duration::from_millis(1200)), "{took:?}");
        assert_eq!(interfaces.len(), 10);
        let log = logged();
        let late = |timeout: &str| {
            log.iter().filter(|line| line.contains(&format!("did not come up within {timeout}"))).count()
        };
        assert_eq!((late("300ms"), late("600ms")), (5, 5), "{log:#?}");
        world.web.remove_all().unwrap();
        // What comes up meanwhile is seen.
        thread::scope(|scope| {
            scope.spawn(|| {
                let there = || (0..10).all(|number| ip("link").contains(&format!("peer{number}@")));
                common::until(there);
                (0..10).rev().for_each(|number| drop(ip(&format!("link set peer{number} up"))));
            });
            let list: List = (0..10).map(|number| running(number, 20_000)).collect();
            drop(logged());
            let begin = Instant::now();
            let interfaces = world.web.add_interfaces(list).unwrap();
            assert!(begin.elapsed() < patience(Duration::from_secs(10)));
            assert!(interfaces.iter().all(|interface| interface.state().unwrap().running));
            assert_eq!(logged().iter().filter(|line| line.starts_with("WARN")).count(), 0);
        });
    });
}

/// Duplicate detection of several links goes on at once, and a duplicate undoes all.
#[test]
fn duplicates_are_looked_for_at_once() {
    in_netns(|| {
        let world = World::new();
        (0..4).for_each(|number| {
            veth(&format!("veth{number}"), &format!("peer{number}"));
            ip(&format!("link set peer{number} addrgenmode none up"));
        });
        let list = |taken: Option<usize>| -> List {
            let one = |number: usize| {
                let config = prefixed("eth").dad(true).address(parse(&format!("fd00:{number}::2/64")));
                (world.link(&format!("veth{number}")), config)
            };
            if let Some(number) = taken {
                ip(&format!("addr add fd00:{number}::2/64 dev peer{number} nodad"));
            }
            (0..4).map(one).collect()
        };
        let detect = || {
            inside(&world.web, || common::write_sysctl("ipv6/conf/default/accept_dad", "1"));
            inside(&world.web, || common::write_sysctl("ipv6/conf/all/accept_dad", "1"));
        };
        detect();
        let begin = Instant::now();
        let interfaces = world.web.add_interfaces(list(None)).unwrap();
        println!("detected in {:?}", begin.elapsed());
        assert!(begin.elapsed() < patience(Duration::from_secs(4)));
        assert!(interfaces.iter().all(|interface| interface.state().unwrap().addresses.len() == 1));
        // Those that asked for it; the kernel's own link-local ones take their time.
        assert_eq!(ip_in(&world.web, "-6 addr show scope global tentative"), "");
        world.web.remove_all().unwrap();
        let message = refused(world.web.add_interfaces(list(Some(2))), ErrorKind::DuplicateAddress);
        assert!(message.contains("veth2 (3 of 4)") && message.contains("fd00:2::2/64"), "{message}");
        assert!(world.names().is_empty() && world.web.interfaces().unwrap().is_empty());
    });
}

/// A link that is gone, and one whose old name is taken, keep none of the others.
#[test]
fn what_cannot_be_removed_is_told_and_stays() {
    in_netns(|| {
        let world = mixed_world();
        bridge("br0");
        let mut list = mixed(&world);
        list.extend(veths(&world, 3));
        let interfaces = world.web.add_interfaces(list).unwrap();
        ip("link add moved type bridge");
        ip_in(&world.web, &format!("link del {}", interfaces[9].name()));
        let error = world.web.remove_all().unwrap_err();
        let errors: Vec<&netgraft::Error> = [&error].into_iter().chain(error.others()).collect();
        let kinds: Vec<ErrorKind> = errors.iter().map(|error| error.kind()).collect();
        // The one whose link is gone comes first: it is not as before.
        assert_eq!(kinds, [ErrorKind::NotFound, ErrorKind::NameTaken]);
        assert!(error.to_string().starts_with("remove veth1 from /run/netns/web: "), "{error}");
        assert!(error.to_string().ends_with("; another one failed, too"), "{error}");
        assert_eq!(error.left(), Some("its link no longer exists"));
        let other = &error.others()[0];
        assert!(other.to_string().starts_with("remove moved from /run/netns/web: the name moved is taken"), "{other}");
        assert_eq!(other.left(), None);
        // It is what it was, and can be removed later; the one that is gone is off the list.
        let left = world.web.interfaces().unwrap();
        assert_eq!(left.iter().map(|interface| interface.source_name().to_string()).collect::<Vec<_>>(), ["moved"]);
        let state = left[0].state().unwrap();
        assert_eq!((state.name, state.up, state.addresses), (interfaces[1].name(), true, vec![parse("10.51.0.2/24")]));
        ip("link del moved");
        world.web.remove_all().unwrap();
        assert!(world.web.interfaces().unwrap().is_empty());
        assert!(refused(left[0].remove(), ErrorKind::NotFound).contains("removed before"));
    });
}

/// Links that others made stay, whatever their group; and so does the group of those that stay.
#[test]
fn others_are_none_of_its_business() {
    in_netns(|| {
        let world = World::new();
        bridge("br0");
        inside(&world.web, || {
            veth("theirs", "theirs-too");
            ip("link set theirs group 4711 up");
        });
        let web = settled(&world.web);
        let interfaces = world.web.add_interfaces(veths(&world, 5)).unwrap();
        // Whatever group it is in.
        ip_in(&world.web, &format!("link set {} group 4711", interfaces[1].name()));
        world.web.remove_all().unwrap();
        assert_as_before(&web, &world.web);
    });
}

#[test]
fn what_is_still_to_be_announced_is_not_any_more() {
    in_netns(|| {
        let world = World::new();
        bridge("br0");
        let announce = Announce::times(3).unwrap().every(Duration::from_secs(2)).unwrap();
        let list = veths(&world, 20).into_iter().map(|(link, config)| (link, config.announce(announce)));
        world.web.add_interfaces(list).unwrap();
        assert!(netgraft::announce::next_deadline().is_some());
        world.web.remove_all().unwrap();
        assert_eq!(netgraft::announce::next_deadline(), None);
        assert!(!logged().iter().any(|line| line.contains("not announced")));
    });
}

/// The journal keeps no more files open for many than for one.
#[test]
fn a_journal_of_many_takes_few_descriptors() {
    in_netns(|| {
        let world = World::new();
        bridges(300);
        world.web.keep_journal("/run/journal").unwrap();
        let list = veths(&world, 300);
        let (soft, hard) = nix::sys::resource::getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        setrlimit(Resource::RLIMIT_NOFILE, 64, hard).unwrap();
        world.web.add_interfaces(list).unwrap();
        let files = || journal_files("/run/journal").len();
        assert_eq!(files(), 300);
        world.web.remove_all().unwrap();
        assert_eq!(files(), 0);
        setrlimit(Resource::RLIMIT_NOFILE, soft, hard).unwrap();
    });
}
