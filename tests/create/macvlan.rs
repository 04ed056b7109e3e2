//! Macvlans: directly in their namespace, through the one of their parent.

use std::process::Command;
use std::sync::Barrier;
use std::thread;

use netgraft::{ErrorKind, Link, Macvlan, MacvlanMode, Namespace};

use crate::common::{
    World, assert_as_before, gone, in_netns, ip, ip_in, ip_json, ip_json_in, named, parse, ping, ping_in, prefixed,
    refused, settled,
};
use crate::{shown, watched};

const MODES: [MacvlanMode; 4] = [MacvlanMode::Bridge, MacvlanMode::Private, MacvlanMode::Vepa, MacvlanMode::Passthru];

/// The parent `veth1` in the host, up, with `peer1` at its other end.
fn with_parent() -> World {
    let world = World::with_veth();
    ip("link set veth1 addrgenmode none up");
    world
}

fn on_veth1(namespace: &Namespace, mode: MacvlanMode) -> Link {
    Link::macvlan("mv", Macvlan::on(namespace, "veth1").mode(mode)).unwrap()
}

#[test]
fn made_in_each_mode_on_a_parent_in_the_host() {
    in_netns(|| {
        let world = with_parent();
        let before = settled(&world.host);
        for mode in MODES {
            let config = prefixed("eth").mac(parse("02:00:00:00:00:0b")).mtu(1400).clash_check(false);
            let config = config.address(parse("10.0.0.2/24")).address(parse("fd00:1::2/64"));
            let mut made = None;
            let events = watched(|| made = Some(world.web.add_interface(on_veth1(&world.host, mode), config).unwrap()));
            assert!(!events.contains("eth0") && !events.contains("mv"), "never in the host: {events}");

            let eth0 = made.unwrap();
            assert_eq!((eth0.name(), eth0.source_name()), (parse("eth0"), parse("mv")));
            let link = shown(&world.web, "eth0");
            let info = &link["linkinfo"];
            assert_eq!((&info["info_kind"], &info["info_data"]["mode"]), (&"macvlan".into(), &mode.to_string().into()));
            assert_eq!((&link["address"], &link["mtu"]), (&"02:00:00:00:00:0b".into(), &1400.into()));
            ping("10.0.0.2");
            ping("fd00:1::2");
            ping_in(&world.web, "10.0.0.1");
            let state = eth0.state().unwrap();
            let parent = shown(&world.host, "veth1");
            assert_eq!(state.peer.map(|index| u64::from(index.get())), parent["ifindex"].as_u64(), "its parent");
            // The parent of the one that takes it over has that one's MAC, until it is gone.
            assert_eq!(parent["address"] == link["address"], mode == MacvlanMode::Passthru);

            eth0.remove().unwrap();
            assert!(world.names().is_empty(), "what we made, we delete");
            assert_as_before(&before, &world.host);
        }
    });
}

#[test]
fn a_mac_that_is_not_given_is_made_up() {
    in_netns(|| {
        let world = with_parent();
        let parent = shown(&world.host, "veth1")["address"].take();
        for mode in MODES {
            let link = world.web.add_interface(on_veth1(&world.host, mode), named("eth0")).unwrap();
            let mac = link.state().unwrap().mac.unwrap().to_string();
            assert_eq!(parent == mac, mode == MacvlanMode::Passthru, "{mode}: {mac}");
            link.remove().unwrap();
        }
    });
}

#[test]
fn a_parent_may_be_anywhere() {
    in_netns(|| {
        let world = World::new();
        let third = Namespace::create_anonymous().unwrap();
        for namespace in [&third, &world.web] {
            ip_in(namespace, "link add veth1 type veth peer peer1");
            ip_in(namespace, "link set veth1 up");
            ip_in(namespace, "link set peer1 up");
        }
        ip_in(&third, "addr add 10.0.0.1/24 dev peer1");
        for (namespace, name, address) in [(&third, "eth0", "10.0.0.2/24"), (&world.web, "eth1", "10.1.0.2/24")] {
            let link = Link::macvlan(name, Macvlan::on(namespace, "veth1")).unwrap();
            world.web.add_interface(link, named(name).address(parse(address))).unwrap();
        }
        ping_in(&third, "10.0.0.2");
        assert_eq!(shown(&world.web, "eth1")["link"], "veth1");
        assert_eq!(ip_json("link").as_array().unwrap().len(), 1, "the host has only lo");
    });
}

/// Whether the kernel looks for an index that is wanted where the link is made (Linux 6.15), and not where it is asked, as
/// `ip` finds out with that of `veth1`.
fn looks_where_it_makes(world: &World) -> bool {
    let taken = &shown(&world.host, "veth1")["ifindex"];
    let words = format!("link add link veth1 name probe index {taken} netns web type macvlan");
    let made = Command::new("ip").args(words.split(' ')).output().unwrap().status.success();
    if made {
        ip_in(&world.web, "link del probe");
    }
    made
}

/// Its number is free in its own namespace, whatever has it in that of its parent; and a second one gets the next name.
/// A kernel that looks for the number at the parent's gets one that is free there, too.
#[test]
fn its_numbers_are_those_of_its_own_namespace() {
    in_netns(|| {
        let world = with_parent();
        let highest = if looks_where_it_makes(&world) { 3 } else { 5 };
        for (name, source) in [("eth0", "one"), ("eth1", "two")] {
            let link = Link::macvlan(source, Macvlan::on(&world.host, "veth1")).unwrap();
            let link = world.web.add_interface(link, prefixed("eth")).unwrap();
            assert_eq!(link.name(), parse(name));
            assert!(link.index().get() <= highest, "{}: as low as can be", link.index());
        }
        assert_eq!(ip_json_in(&world.web, "link").as_array().unwrap().len(), 3);
    });
}

#[test]
fn threads_make_them_on_one_parent_at_once() {
    const THREADS: usize = 12;
    in_netns(|| {
        let world = with_parent();
        let (web, barrier) = (&world.web, Barrier::new(THREADS));
        thread::scope(|scope| {
            for i in 0..THREADS {
                let (host, barrier) = (&world.host, &barrier);
                scope.spawn(move || {
                    let link = Link::macvlan(format!("mv{i}"), Macvlan::on(host, "veth1")).unwrap();
                    barrier.wait();
                    web.add_interface(link, prefixed("eth")).unwrap();
                });
            }
        });
        let mut names = world.names();
        names.sort_by_key(|name| name[3..].parse::<usize>().unwrap());
        assert_eq!(names, (0..THREADS).map(|i| format!("eth{i}")).collect::<Vec<_>>());
    });
}

#[test]
fn of_those_that_take_over_their_parent_there_is_one() {
    in_netns(|| {
        let world = with_parent();
        for (first, second) in
            [(MacvlanMode::Passthru, MacvlanMode::Passthru), (MacvlanMode::Bridge, MacvlanMode::Passthru)]
        {
            let one = world.web.add_interface(on_veth1(&world.host, first), named("eth0")).unwrap();
            let (host, web) = (settled(&world.host), settled(&world.web));
            let link = Link::macvlan("other", Macvlan::on(&world.host, "veth1").mode(second)).unwrap();
            let message = refused(world.web.add_interface(link, named("eth1")), ErrorKind::Kernel);
            assert!(message.contains("mode passthru, on veth1 in the current namespace"), "{message}");
            assert_as_before(&host, &world.host);
            assert_as_before(&web, &world.web);
            one.remove().unwrap();
        }
    });
}

#[test]
fn a_parent_that_is_deleted_takes_it_along() {
    in_netns(|| {
        let world = with_parent();
        let eth0 = world.web.add_interface(on_veth1(&world.host, MacvlanMode::Bridge), named("eth0")).unwrap();
        ip("link del veth1");
        assert!(world.names().is_empty());
        refused(eth0.state(), ErrorKind::NotFound);
        gone(eth0.remove());
        assert!(world.web.interfaces().unwrap().is_empty(), "there is nothing left to remove");
        world.web.add_interface(Link::bridge("mv").unwrap(), named("eth0")).unwrap();
    });
}

/// Two on one parent are not taken for one another, although what is below them is the same.
#[test]
fn another_one_in_its_place_is_left_alone() {
    in_netns(|| {
        let world = with_parent();
        let eth0 = world.web.add_interface(on_veth1(&world.host, MacvlanMode::Bridge), named("eth0")).unwrap();
        ip_in(&world.web, "link del eth0");
        ip(&format!("link add link veth1 name other index {} netns web type macvlan", eth0.index()));
        // The link may be hidden: the parent cannot tell.
        refused(eth0.remove(), ErrorKind::Unverified);
        assert_eq!(world.names(), ["other"]);
    });
}
