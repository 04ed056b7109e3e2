//! Links of kinds that not every kernel has: moved, back again, announced or rightly not. Where the kernel lacks a kind,
//! `ip` says so as well; tests/kernels boots some that have them all.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "announce/capture.rs"]
mod capture;
mod common;

use std::collections::BTreeSet;

use capture::Capture;
use common::{
    World, assert_as_before, in_netns, ip, ip_in, ip_json, ip_json_in, kernel_makes, logged, named, parse, refused,
    settled, veth, write_sysctl,
};
use netgraft::{Announce, ErrorKind, InterfaceConfig, Link, announce};

/// A world with `veth1`, up, and a kind of links, if the kernel makes any.
fn with_kind(kind: &str, test: impl FnOnce(&World)) {
    in_netns(|| {
        if kernel_makes(kind) {
            let world = World::with_veth();
            ip("link set veth1 addrgenmode none");
            ip("link set veth1 up");
            test(&world);
        } else {
            println!("this kernel makes no links of kind {kind}");
        }
    });
}

/// Two addresses that are announced once.
fn config() -> InterfaceConfig {
    let config = named("eth0").address(parse("10.0.0.2/24")).address(parse("fd00:1::2/64")).clash_check(false);
    config.announce(Announce::times(1).unwrap())
}

/// Moves a link and says which addresses are announced on `seen`, with its own MAC, then takes it back. A move that
/// fails and one that is taken back both leave everything as before.
fn moved(world: &World, link: &str, seen: &str) -> BTreeSet<String> {
    let (host, web) = (settled(&world.host), settled(&world.web));
    let impossible = config().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
    refused(world.add(link, impossible), ErrorKind::Sysctl);
    assert_as_before(&host, &world.host);
    assert_as_before(&web, &world.web);

    let capture = Capture::start(&world.host);
    let index = ip_json(&format!("link show dev {seen}"))[0]["ifindex"].as_u64().unwrap();
    let eth0 = world.add(link, config()).unwrap();
    announce::flush();
    let state = eth0.state().unwrap();
    assert!(state.up);
    let frames = capture.announcements(index.try_into().unwrap());
    let announced = frames.iter().map(|frame| frame.announced().unwrap());
    let announced = announced.inspect(|found| assert_eq!(Some(found.mac), state.mac)).map(|found| found.address);
    let announced = announced.map(|address| address.to_string()).collect();
    let shown = ip_json_in(&world.web, "addr show dev eth0 scope global");
    let addresses = shown[0]["addr_info"].as_array().unwrap().iter().filter(|address| address.get("local").is_some());
    assert_eq!(addresses.count(), 2, "{shown}");
    eth0.remove().unwrap();
    assert_as_before(&web, &world.web);
    announced
}

fn both() -> BTreeSet<String> {
    ["10.0.0.2", "fd00:1::2"].map(str::to_owned).into()
}

/// It does no ARP.
#[test]
fn a_dummy_is_moved_and_not_announced() {
    with_kind("dummy", |world| {
        ip("link add dum type dummy");
        ip("link set dum mtu 1400 addrgenmode none");
        ip("link set dum up");
        let before = settled(&world.host);
        assert_eq!(moved(world, "dum", "peer1"), BTreeSet::new());
        assert_as_before(&before, &world.host);
    });
}

#[test]
fn a_vlan_is_moved_and_announced_within_it() {
    with_kind("vlan", |world| {
        for (name, on) in [("vlan7", "veth1"), ("far7", "peer1")] {
            ip(&format!("link add link {on} name {name} type vlan id 7"));
            ip(&format!("link set {name} addrgenmode none"));
            ip(&format!("link set {name} up"));
        }
        let before = settled(&world.host);
        assert_eq!(moved(world, "vlan7", "far7"), both());
        assert_as_before(&before, &world.host);
    });
}

/// In the modes that route they do no ARP; bridging, they have their parent's MAC.
#[test]
fn ipvlans_are_moved_and_announced_where_they_bridge() {
    with_kind("ipvlan", |world| {
        for (mode, announced) in [("l2", both()), ("l3", BTreeSet::new()), ("l3s", BTreeSet::new())] {
            ip(&format!("link add link veth1 name iv type ipvlan mode {mode}"));
            ip("link set iv addrgenmode none");
            if mode != "l2" {
                // What the kernel gives a link that does no ARP when it comes into a namespace.
                write_sysctl("ipv6/conf/iv/accept_dad", "-1");
            }
            ip("link set iv up");
            let before = settled(&world.host);
            assert_eq!(moved(world, "iv", "peer1"), announced, "{mode}");
            assert_as_before(&before, &world.host);
            ip("link del iv");
        }
    });
}

/// A port of a bond gets there as an ordinary link, and is a port again when it has to go back.
#[test]
fn a_port_of_a_bond_is_moved_and_announced() {
    with_kind("bond", |world| {
        ip("link add bond0 type bond mode active-backup");
        ip("link set bond0 addrgenmode none");
        for (port, far) in [("veth1", "peer1"), ("veth2", "peer2")] {
            if port == "veth2" {
                veth(port, far);
                ip(&format!("link set {far} up"));
            }
            ip(&format!("link set {port} down"));
            ip(&format!("link set {port} master bond0"));
        }
        ip("link set bond0 up");
        let shown = |port: &str| {
            let link = ip_json(&format!("-d link show dev {port}"))[0].clone();
            let own = link["linkinfo"]["info_slave_data"]["perm_hwaddr"].clone();
            (link["master"].clone(), link["address"].clone(), own, link["mtu"].clone(), link["flags"].clone())
        };
        for (port, far) in [("veth1", "peer1"), ("veth2", "peer2")] {
            let before = shown(port);
            assert_eq!(moved(world, port, far), both(), "{port}");
            assert_eq!(shown(port), before);
        }
    });
}

/// The kernel does not move it, and says so.
#[track_caller]
fn assert_stays(world: &World, link: &str) {
    let (host, web) = (settled(&world.host), settled(&world.web));
    let error = world.add(link, config()).unwrap_err();
    assert_eq!((error.errno(), error.left()), (Some(22), None), "{error}");
    assert_as_before(&host, &world.host);
    assert_as_before(&web, &world.web);
}

#[test]
fn a_bond_stays_where_it_is() {
    with_kind("bond", |world| {
        ip("link add bond0 type bond");
        assert_stays(world, "bond0");
    });
}

/// It does no ARP.
#[test]
fn a_vrf_stays_where_it_is_and_is_not_announced() {
    with_kind("vrf", |world| {
        ip("link add vrf7 type vrf table 7");
        assert_stays(world, "vrf7");
        ip_in(&world.web, "link add vrf8 type vrf table 8");
        let before = settled(&world.web);
        logged();
        let eth0 = world.web.add_interface(Link::in_place("vrf8").unwrap(), config()).unwrap();
        assert!(logged().iter().any(|line| line.contains("not announced: it does no ARP")));
        eth0.remove().unwrap();
        assert_as_before(&before, &world.web);
    });
}

/// What hangs on it stays a member where the move fails.
#[test]
fn a_member_of_a_vrf_is_moved_and_announced() {
    with_kind("vrf", |world| {
        ip("link add vrf7 type vrf table 7");
        ip("link set vrf7 up");
        ip("link set veth1 master vrf7");
        assert_eq!(moved(world, "veth1", "peer1"), both());
    });
}
