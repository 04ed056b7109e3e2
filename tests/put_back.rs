//! What putting back has to heed: routes that look like others' routes, and objects of every kind.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{
    World, assert_as_before, in_netns, inside, ip, named, parse, read_sysctl, rich, said_since, settled, write_sysctl,
};
use netgraft::{ErrorKind, InterfaceConfig, Link};

/// Refused behind everything that changes a link.
fn in_vain(config: InterfaceConfig) -> InterfaceConfig {
    config.sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"))
}

/// Adds a link in vain that is full of things to put back, `rich1` beside `rich2`, once moved and once in place; `prepare`
/// is what `ip` does there before.
fn put_back(prepare: &[&str]) {
    let world = World::new();
    rich(&world.host, 1);
    rich(&world.host, 2);
    prepare.iter().for_each(|words| drop(ip(words)));
    let (host, web) = (settled(&world.host), settled(&world.web));
    for (target, link) in [(&world.web, world.link("rich1")), (&world.host, Link::in_place("rich1").unwrap())] {
        for config in [named("eth0"), named("eth0").mtu(1400)] {
            let error = target.add_interface(link.clone(), in_vain(config)).unwrap_err();
            println!("after: {error}");
            assert_eq!((error.kind(), error.left()), (ErrorKind::Sysctl, None), "{error}");
            assert_as_before(&host, &world.host);
            assert_as_before(&web, &world.web);
        }
    }
}

/// The kernel tells IPv6 routes by destination and metric, whatever their links.
#[test]
fn routes_that_others_have_too() {
    in_netns(|| {
        put_back(&[
            "route add fd00:50::/48 dev rich2",
            "route append fd00:50::/48 dev rich1 mtu 1450",
            "route add fd00:51::/48 dev rich2 src fd00:2:1::1",
            "route append fd00:51::/48 dev rich1 src fd00:1:1::1",
            "route add fd00:52::/48 via fd00:2:1::9 mtu 1420",
            "route append fd00:52::/48 dev rich1 mtu 1450",
            "route add fd00:53::/48 dev rich1 mtu 1450",
            "route append fd00:53::/48 via fd00:2:1::9",
            "route add fd00:54::/48 dev rich1 src fd00:1:1::1 table 101",
            "route append fd00:54::/48 dev rich2 table 101",
        ]);
    });
}

#[test]
fn routes_over_several_links() {
    in_netns(|| {
        put_back(&[
            "route add fd00:50::/48 nexthop via fd00:1:1::9 weight 3 nexthop via fd00:2:1::9 weight 2",
            "route add fd00:51::/48 nexthop via fd00:2:1::9 nexthop via fd00:1:1::9 nexthop via fd00:1:1::8",
            "route add fd00:52::/48 mtu 1450 nexthop via fd00:2:1::9 nexthop via fd00:1:1::9",
            "route add fd00:53::/48 mtu 1450 nexthop via fd00:1:1::9 nexthop via fd00:2:1::9",
            "route append fd00:53::/48 dev rich2",
        ]);
    });
}

#[test]
fn next_hop_objects_of_every_kind() {
    in_netns(|| {
        let resilient = said_since((5, 13), " type resilient buckets 32 idle_timer 60 unbalanced_timer 300");
        put_back(&[
            "nexthop add id 6 via 10.1.0.9 dev rich1 encap ip id 5 dst 10.9.9.9",
            "nexthop add id 7 via fd00:1:1::9 dev rich1 encap seg6 mode encap segs fd00:5::1",
            "nexthop add id 8 via fd00:1:1::8 dev rich1 onlink",
            "nexthop add id 9 dev rich1",
            "nexthop add id 10 via 10.1.0.9 dev rich1",
            "nexthop add id 11 via 10.2.0.9 dev rich2",
            &format!("nexthop add id 20 group 10,3/11,7{resilient}"),
            "nexthop add id 21 group 7/8",
            "nexthop add id 22 group 10",
            "route add 172.40.0.0/16 nhid 6",
            "route add 172.41.0.0/16 nhid 20",
            "route add 172.42.0.0/16 nhid 22",
            "route add fd00:60::/48 nhid 7 mtu 1450",
            "route add fd00:61::/48 nhid 21",
            "route add fd00:62::/48 nhid 8",
        ]);
    });
}

/// Below 1280 bytes the kernel takes IPv6 off a link, with its settings, addresses, routes and neighbours.
#[test]
fn ipv6_that_a_small_mtu_takes_in_place() {
    in_netns(|| {
        let world = World::new();
        rich(&world.web, 1);
        inside(&world.web, || {
            // A bridge goes down to the MTU of its ports.
            ip("link set rich1 nomaster");
            ip("neigh add fd00:1:1::77 lladdr 02:00:00:00:00:77 dev rich1");
            for setting in ["forwarding", "accept_ra", "accept_dad", "hop_limit", "autoconf"] {
                write_sysctl(&format!("ipv6/conf/rich1/{setting}"), "1");
            }
        });
        let hop_limit = || inside(&world.web, || read_sysctl("ipv6/conf/rich1/hop_limit"));
        let web = settled(&world.web);
        let link = Link::in_place("rich1").unwrap();
        for config in [named("eth0").mtu(1000), named("eth0").mtu(1000).address(parse("10.99.0.2/24"))] {
            let error = world.web.add_interface(link.clone(), in_vain(config.clone())).unwrap_err();
            assert_eq!((error.kind(), error.left()), (ErrorKind::Sysctl, None), "{error}");
            assert_as_before(&web, &world.web);
            assert_eq!(hop_limit(), "1");
            world.web.add_interface(link.clone(), config).unwrap().remove().unwrap();
            assert_as_before(&web, &world.web);
            assert_eq!(hop_limit(), "1");
        }
    });
}

/// What the kernel refuses to add then, it refuses to take away in other words.
#[test]
fn addresses_that_a_small_mtu_keeps_off() {
    in_netns(|| {
        let world = World::new();
        inside(&world.web, || {
            ip("link add v0 type veth peer v1");
            // It has an address there that is not made again as it was.
            write_sysctl("ipv6/conf/lo/disable_ipv6", "1");
        });
        let web = settled(&world.web);
        let early = named("eth0").mtu(1000).address(parse("fd00:99::2/64"));
        common::refused(world.web.add_interface(Link::in_place("v0").unwrap(), early), ErrorKind::InvalidArgument);
        // Only a loopback can have one that is too small for IPv4.
        for (link, mtu, refusal) in [("v0", 1000, libc::EINVAL), ("lo", 60, libc::ENOBUFS)] {
            let config = named("eth0").mtu(mtu).address(parse("10.99.0.2/24"));
            let config = config.sysctl(parse("net.ipv4.conf.IFNAME.forwarding=x"));
            let error = world.web.add_interface(Link::in_place(link).unwrap(), config).unwrap_err();
            assert_eq!((error.errno(), error.left()), (Some(refusal), None), "{error}");
            assert_as_before(&web, &world.web);
        }
    });
}

/// The kernel answers for the IPv4 addresses of a link that is down, too, and lets others' routes have them as sources.
#[test]
fn routes_from_an_address_of_a_link_that_is_down() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 2);
        ip("link add v0 type veth peer v1");
        ip("address add 10.50.0.1/24 dev v0");
        ip("route add 172.50.0.0/16 dev rich2 src 10.50.0.1");
        ip("route add 172.51.0.0/16 via 10.2.0.9 src 10.50.0.1 metric 7 table 101");
        ip("route add local 172.52.0.1 dev v0 table 101");
        let (host, web) = (settled(&world.host), settled(&world.web));
        for (target, link) in [(&world.web, world.link("v0")), (&world.host, Link::in_place("v0").unwrap())] {
            let error = target.add_interface(link, in_vain(named("eth0"))).unwrap_err();
            assert_eq!((error.kind(), error.left()), (ErrorKind::Sysctl, None), "{error}");
            assert_as_before(&host, &world.host);
            assert_as_before(&web, &world.web);
        }
    });
}

/// The kernel forgets the secret that addresses are made from with a move, or with an MTU that is too small for IPv6.
#[test]
fn the_secret_that_addresses_are_made_from() {
    in_netns(|| {
        let world = World::new();
        for (name, mode) in [("v0", "stable_secret"), ("v2", "random"), ("v4", "none")] {
            ip(&format!("link add {name} type veth peer {name}p"));
            write_sysctl(&format!("ipv6/conf/{name}/stable_secret"), "fd00:1234::1");
            ip(&format!("link set {name} addrgenmode {mode}"));
            // Without carrier no address is made, which could not get its mark back.
            ip(&format!("link set {name} up"));
        }
        let secrets = || ["v0", "v2"].map(|name| read_sysctl(&format!("ipv6/conf/{name}/stable_secret")));
        let (host, web, had) = (settled(&world.host), settled(&world.web), secrets());
        for name in ["v0", "v2", "v4"] {
            let in_place = Link::in_place(name).unwrap();
            for (target, link, mtu) in [(&world.web, world.link(name), 1400), (&world.host, in_place, 1000)] {
                let error = target.add_interface(link, in_vain(named("eth0").mtu(mtu))).unwrap_err();
                assert_eq!((error.kind(), error.left()), (ErrorKind::Sysctl, None), "{error}");
                assert_as_before(&host, &world.host);
                assert_as_before(&web, &world.web);
                assert_eq!(secrets(), had);
            }
            world.add(name, named("eth0")).unwrap().remove().unwrap();
            assert_as_before(&host, &world.host);
            assert_eq!(secrets(), had);
        }
    });
}
