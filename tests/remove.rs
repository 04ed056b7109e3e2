//! Interfaces taken out again: links go home or are deleted, and what cannot be removed stays as it is.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{
    World, assert_as_before, bridge, differences, gone, in_netns, inside, ip, ip_in, ip_json, journal_files, named,
    parse, ping, prefixed, read_sysctl, refused, refuses_alternative_names, rich, rich_but_down, settled, snapshot,
    veth, write_sysctl,
};
use netgraft::{Announce, ErrorKind, Family, Gateway, InterfaceConfig, Link, Namespace, Neighbour, VethPeer};
use serde_json::Value;

/// Much, and nothing that would clash with what is there.
fn much() -> InterfaceConfig {
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

/// Keys of a link that come back with it.
fn own(name: &str) -> Vec<Value> {
    let link = ip_json(&format!("link show {name}"))[0].take();
    let up = link["flags"].as_array().unwrap().contains(&"UP".into());
    let keys = ["ifindex", "ifname", "address", "mtu", "txqlen", "ifalias", "altnames", "group"];
    keys.iter().map(|key| link[key].clone()).chain([up.into()]).collect()
}

#[test]
fn a_moved_link_goes_home_as_it_was() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 1);
        rich_but_down(&world.host, 2);
        let web = settled(&world.web);
        for name in ["rich1", "rich2"] {
            let before = own(name);
            let eth0 = world.add(name, much()).unwrap();
            assert_eq!(world.names(), ["eth0"]);
            eth0.remove().unwrap();
            assert_eq!(own(name), before);
            assert_as_before(&web, &world.web);
            assert!(world.web.interfaces().unwrap().is_empty());
            assert_eq!(world.web.interface(name).unwrap_err().kind(), ErrorKind::NotFound);
        }
    });
}

/// What the add put on the link stays behind.
#[test]
fn nothing_of_the_add_comes_home() {
    in_netns(|| {
        let world = World::new();
        veth("veth1", "peer1");
        let before = settled(&world.host);
        for link in ["link set veth1 down", "link set veth1 up"] {
            ip(link);
            let before = if link.ends_with("up") { settled(&world.host) } else { before.clone() };
            world.add("veth1", much()).unwrap().remove().unwrap();
            assert_as_before(&before, &world.host);
        }
    });
}

#[test]
fn added_and_removed_again_and_again() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set veth1 up");
        let (host, web) = (settled(&world.host), settled(&world.web));
        for _ in 0..20 {
            let interface = world.add("veth1", prefixed("eth").address(parse("10.0.0.2/24"))).unwrap();
            assert_eq!(interface.name(), parse("eth0"));
            interface.remove().unwrap();
        }
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

#[test]
fn removing_twice_is_an_error() {
    in_netns(|| {
        let world = World::with_veth();
        let eth0 = world.add("veth1", named("eth0")).unwrap();
        let clone = eth0.clone();
        eth0.remove().unwrap();
        let host = settled(&world.host);
        for handle in [&eth0, &clone] {
            assert!(refused(handle.remove(), ErrorKind::NotFound).contains("veth1"));
            refused(handle.state(), ErrorKind::NotFound);
            refused(handle.statistics(), ErrorKind::NotFound);
        }
        assert_as_before(&host, &world.host);
        // A later interface of the same names is another one.
        let later = world.add("veth1", named("eth0")).unwrap();
        refused(eth0.remove(), ErrorKind::NotFound);
        later.remove().unwrap();
    });
}

#[test]
fn of_many_that_remove_at_once_one_does() {
    in_netns(|| {
        let world = World::with_veth();
        let host = settled(&world.host);
        for _ in 0..5 {
            let eth0 = world.add("veth1", named("eth0")).unwrap();
            let done = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| eth0.remove().is_ok())).collect();
                threads.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum::<usize>()
            });
            assert_eq!(done, 1);
            assert_as_before(&host, &world.host);
        }
    });
}

#[test]
fn a_link_deleted_by_hand_is_an_error_and_leaves_no_debris() {
    in_netns(|| {
        let world = World::with_veth();
        for delete in ["link del peer1", "web"] {
            let eth0 = world.add("veth1", named("eth0").address(parse("10.0.0.2/24"))).unwrap();
            match delete {
                "web" => ip_in(&world.web, "link del eth0"),
                words => ip(words),
            };
            let message = refused(eth0.state(), ErrorKind::NotFound);
            assert!(message.contains("veth1") || message.contains("eth0"), "{message}");
            let message = gone(eth0.remove());
            assert!(message.contains("veth1") && message.contains("/run/netns/web"), "{message}");
            refused(eth0.remove(), ErrorKind::NotFound);
            veth("veth1", "peer1");
            world.add("veth1", named("eth0").address(parse("10.0.0.2/24"))).unwrap().remove().unwrap();
        }
    });
}

#[test]
fn a_created_link_deleted_by_hand_is_an_error() {
    in_netns(|| {
        let world = World::new();
        for _ in 0..2 {
            let bridge = world.web.add_interface(Link::bridge("br").unwrap(), named("lan")).unwrap();
            ip_in(&world.web, "link del lan");
            gone(bridge.remove());
        }
        assert!(world.names().is_empty());
    });
}

/// An index is used again: what has it now is not ours.
#[test]
fn another_link_with_its_index_is_left_alone() {
    in_netns(|| {
        let world = World::with_veth();
        let eth0 = world.add("veth1", named("eth0")).unwrap();
        let bridge = world.web.add_interface(Link::bridge("br").unwrap(), named("lan")).unwrap();
        for (interface, name, is_certain) in [(eth0, "eth0", true), (bridge, "lan", false)] {
            ip_in(&world.web, &format!("link del {name}"));
            ip_in(&world.web, &format!("link add innocent index {} type bridge", interface.index()));
            let web = settled(&world.web);
            if is_certain {
                gone(interface.remove());
            } else {
                refused(interface.remove(), ErrorKind::Unverified);
            }
            assert_as_before(&web, &world.web);
            ip_in(&world.web, "link del innocent");
        }
    });
}

/// Whoever makes another link of its kind under its name is likely to get its index, too.
#[test]
fn another_veth_with_its_name_and_index_is_left_alone() {
    in_netns(|| {
        let world = World::with_veth();
        let moved = world.add("veth1", named("eth0")).unwrap();
        let peer = VethPeer::new(&world.host, "far");
        let made = world.web.add_interface(Link::veth_named("veth2", peer).unwrap(), named("eth1")).unwrap();
        for (interface, name, is_certain) in [(moved, "eth0", true), (made, "eth1", false)] {
            ip_in(&world.web, &format!("link del {name}"));
            let index = interface.index();
            ip_in(&world.web, &format!("link add {name} index {index} type veth peer name mine index 777"));
            let (host, web) = (settled(&world.host), settled(&world.web));
            if is_certain {
                gone(interface.remove());
            } else {
                refused(interface.remove(), ErrorKind::Unverified);
            }
            assert_as_before(&web, &world.web);
            assert_as_before(&host, &world.host);
            ip_in(&world.web, &format!("link del {name}"));
        }
    });
}

#[test]
fn an_old_name_taken_at_home_can_be_waited_for() {
    in_netns(|| {
        let world = World::with_veth();
        let eth0 = world.add("veth1", much().address(parse("10.0.0.2/24"))).unwrap();
        for (take, free) in [
            ("link add veth1 type veth peer peer9", "link del veth1"),
            ("link property add dev peer1 altname veth1", "link property del dev peer1 altname veth1"),
        ] {
            ip(take);
            let (host, web) = (settled(&world.host), settled(&world.web));
            for _ in 0..2 {
                let message = refused(eth0.remove(), ErrorKind::NameTaken);
                for word in ["veth1", "the current namespace", "/run/netns/web"] {
                    assert!(message.contains(word), "no {word}: {message}");
                }
                assert_as_before(&host, &world.host);
                assert_as_before(&web, &world.web);
                assert_eq!(world.web.interface("veth1").unwrap().name(), parse("eth0"), "still registered");
                assert!(eth0.state().unwrap().up);
            }
            ping("10.0.0.2");
            ip(free);
        }
        eth0.remove().unwrap();
        assert!(ip("link show veth1").contains("veth1") && world.names().is_empty());
    });
}

/// An alternative name that is taken at home stays away.
#[test]
fn an_alternative_name_taken_at_home_is_no_obstacle() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link property add dev veth1 altname other");
        let eth0 = world.add("veth1", much()).unwrap();
        // Without that, a kernel keeps the names of a link that has left: nobody can take them.
        if refuses_alternative_names() {
            ip("link property add dev peer1 altname other");
        }
        eth0.remove().unwrap();
        assert_eq!(ip_json("link show veth1")[0]["altnames"].is_null(), refuses_alternative_names());
        assert!(world.names().is_empty());
    });
}

#[test]
fn an_old_index_taken_at_home_is_no_obstacle() {
    in_netns(|| {
        let world = World::with_veth();
        let before = own("veth1");
        let eth0 = world.add("veth1", much()).unwrap();
        ip(&format!("link add other index {} type bridge", before[0]));
        eth0.remove().unwrap();
        assert_eq!(own("veth1")[1..], before[1..]);
        assert_ne!(own("veth1")[0], before[0]);
    });
}

#[test]
fn renamed_inside_by_hand_it_still_goes_home() {
    in_netns(|| {
        let world = World::with_veth();
        let before = own("veth1");
        let eth0 = world.add("veth1", much()).unwrap();
        ip_in(&world.web, "link set eth0 down");
        ip_in(&world.web, "link set eth0 name other");
        assert_eq!(eth0.state().unwrap().name, parse("other"));
        eth0.remove().unwrap();
        assert_eq!(own("veth1"), before);
    });
}

#[test]
fn a_home_that_is_gone_is_an_error() {
    in_netns(|| {
        let world = World::new();
        let home = Namespace::create("/run/netns/home").unwrap();
        ip_in(&home, "link add veth1 type veth peer peer1");
        let link = Link::existing(&home, "veth1").unwrap();
        let eth0 = world.web.add_interface(link, named("eth0")).unwrap();
        home.destroy().unwrap();
        let message = eth0.remove().unwrap_err().to_string();
        assert!(message.contains("/run/netns/home"), "{message}");
    });
}

#[test]
fn in_place_everything_is_undone_and_the_link_stays() {
    in_netns(|| {
        let world = World::new();
        rich(&world.web, 1);
        rich_but_down(&world.web, 2);
        rich(&world.host, 3);
        let (host, web) = (settled(&world.host), settled(&world.web));
        for name in ["rich1", "rich2"] {
            let eth0 = world.web.add_interface(Link::in_place(name).unwrap(), much()).unwrap();
            assert_eq!(eth0.name(), parse("eth0"));
            assert!(!differences(&web, &snapshot(&world.web)).is_empty());
            eth0.remove().unwrap();
            assert_as_before(&web, &world.web);
            refused(eth0.remove(), ErrorKind::NotFound);
        }
        let hosted = world.host.add_interface(Link::in_place("rich3").unwrap(), much()).unwrap();
        assert_eq!(hosted.name(), parse("eth0"));
        hosted.remove().unwrap();
        assert_as_before(&host, &world.host);
    });
}

/// IPv6 went off for want of an address, and with it went the addresses that were there.
#[test]
fn in_place_ipv6_comes_back() {
    in_netns(|| {
        let world = World::new();
        rich(&world.web, 1);
        let web = settled(&world.web);
        let config = named("eth0").sysctl(parse("net.ipv6.conf.IFNAME.disable_ipv6=1"));
        let eth0 = world.web.add_interface(Link::in_place("rich1").unwrap(), config).unwrap();
        assert_eq!(inside(&world.web, || read_sysctl("ipv6/conf/eth0/disable_ipv6")), "1");
        eth0.remove().unwrap();
        assert_as_before(&web, &world.web);
    });
}

/// Settings that cannot be written back, since /proc/sys has become read-only: the interface stays what it is, and can be
/// removed when that has changed.
#[test]
fn settings_that_cannot_come_back_keep_the_interface() {
    in_netns(|| {
        let world = World::new();
        veth("moved", "far");
        ip_in(&world.web, "link add inner type veth peer other");
        write_sysctl("ipv6/conf/moved/hop_limit", "42");
        world.web.keep_journal("/run/journal").unwrap();
        let config = |name: &str, address: &str| {
            named(name).address(parse(address)).sysctl(parse("net.ipv6.conf.IFNAME.hop_limit=9"))
        };
        world.add("moved", config("eth0", "fd00:99::2/64")).unwrap();
        world.web.add_interface(Link::in_place("inner").unwrap(), config("eth1", "fd00:98::2/64")).unwrap();
        let (host, web) = (settled(&world.host), settled(&world.web));
        let path = world.web.path().unwrap().to_owned();
        let entries = || journal_files("/run/journal").len();
        drop(world);
        common::forbid_sysctls();
        // A handle that has nothing open from before.
        let known = || {
            let web = Namespace::open(&path).unwrap();
            web.keep_journal("/run/journal").unwrap();
            web
        };
        let known_before = known();
        for source in ["moved", "inner"] {
            let message = refused(known_before.interface(source).unwrap().remove(), ErrorKind::Sysctl);
            for word in [source, "hop_limit", "Read-only file system"] {
                assert!(message.contains(word), "no {word}: {message}");
            }
            assert_as_before(&web, &known_before);
            assert_as_before(&host, &Namespace::current().unwrap());
            assert_eq!((known_before.interfaces().unwrap().len(), entries()), (2, 2));
        }
        drop(known_before);
        nix::mount::umount("/proc/sys").unwrap();
        let web = known();
        web.remove_all().unwrap();
        assert_eq!((read_sysctl("ipv6/conf/moved/hop_limit"), entries()), ("42".to_owned(), 0));
        assert_eq!(inside(&web, || read_sysctl("ipv6/conf/inner/hop_limit")), "64");
    });
}

/// Only what the add made is undone: what others did since is theirs.
#[test]
fn in_place_what_others_did_stays() {
    in_netns(|| {
        let world = World::new();
        ip_in(&world.web, "link add inner type veth peer far");
        let config = named("eth0").address(parse("10.99.0.2/24"));
        let eth0 = world.web.add_interface(Link::in_place("inner").unwrap(), config).unwrap();
        ip_in(&world.web, "addr add 10.98.0.1/24 dev eth0");
        ip_in(&world.web, "link set eth0 mtu 1333");
        eth0.remove().unwrap();
        let inner = common::ip_json_in(&world.web, "addr show inner")[0].take();
        assert_eq!(inner["mtu"], 1333);
        let addresses: Vec<_> = inner["addr_info"].as_array().unwrap().iter().map(|a| a["local"].clone()).collect();
        assert!(addresses.contains(&"10.98.0.1".into()) && !addresses.contains(&"10.99.0.2".into()), "{addresses:?}");
    });
}

/// What is added to a link that is down has no routes yet, and the kernel does not make all of them as it comes up.
#[test]
fn in_place_addresses_from_when_it_was_down_get_their_routes() {
    in_netns(|| {
        let world = World::new();
        rich(&world.web, 1);
        let eth0 = world.web.add_interface(Link::in_place("rich1").unwrap(), named("eth0")).unwrap();
        ip_in(&world.web, "link set eth0 down");
        ip_in(&world.web, "address add fd00:1:2::1/64 valid_lft 3000 preferred_lft 2000 dev eth0");
        ip_in(&world.web, "address add fd00:1:6::1 peer fd00:1:6::2/128 dev eth0");
        eth0.remove().unwrap();
        // The kernel makes the one to the other end once it has taken note of the carrier.
        for destination in ["fd00:1:2::/64", "fd00:1:6::2"] {
            let is_there =
                || ip_in(&world.web, "-6 route show dev rich1").contains(&format!("{destination} proto kernel"));
            common::until(is_there);
        }
    });
}

/// What was made since by way of what the add had brought is no obstacle, and what the add brought goes.
#[test]
fn in_place_routes_by_way_of_its_addresses_are_no_obstacle() {
    in_netns(|| {
        let world = World::new();
        for (name, up, ipv6) in [("one", "down", "0"), ("two", "up", "0"), ("three", "up", "1"), ("four", "down", "1")]
        {
            ip_in(&world.web, &format!("link add {name} type veth peer far-{name}"));
            inside(&world.web, || write_sysctl(&format!("ipv6/conf/{name}/disable_ipv6"), ipv6));
            ip_in(&world.web, &format!("link set {name} {up}"));
            ip_in(&world.web, &format!("link set far-{name} up"));
            let config = named(name).address(parse("10.99.0.2/24")).address(parse("fd00:99::2/64"));
            // Its host bits count for nothing.
            let config = config.route(parse("10.97.0.1/16"));
            let interface = world.web.add_interface(Link::in_place(name).unwrap(), config).unwrap();
            assert_eq!(interface.state().unwrap().routes, [parse("10.97.0.0/16")]);
            for gateway in ["10.99.0.1", "fd00:99::1"] {
                world.web.set_gateway(Gateway::new(parse::<std::net::IpAddr>(gateway))).unwrap();
            }
            world.web.add_extra_address(name, parse("fd00:98::2/64")).unwrap();
            world.web.add_neighbour(Neighbour::new([10, 99, 0, 9]), parse("02:42:0a:00:00:09")).unwrap();
            interface.remove().unwrap();
            let link = common::ip_json_in(&world.web, &format!("addr show {name}"))[0].take();
            let addresses: Vec<_> =
                link["addr_info"].as_array().unwrap().iter().map(|address| address["local"].clone()).collect();
            assert!(!addresses.contains(&"10.99.0.2".into()) && !addresses.contains(&"fd00:99::2".into()), "{link}");
            assert_eq!(addresses.contains(&"fd00:98::2".into()), ipv6 == "0", "{link}");
            assert!(!ip_in(&world.web, "route").contains("10.97.0.0/16"));
            for family in [Family::Ipv4, Family::Ipv6] {
                world.web.remove_gateway(family).unwrap();
            }
        }
    });
}

#[test]
fn in_place_an_old_name_that_is_taken_can_be_waited_for() {
    in_netns(|| {
        let world = World::new();
        ip_in(&world.web, "link add inner type veth peer far");
        let before = settled(&world.web);
        let eth0 = world.web.add_interface(Link::in_place("inner").unwrap(), much()).unwrap();
        ip_in(&world.web, "link add inner type bridge");
        let web = settled(&world.web);
        let message = refused(eth0.remove(), ErrorKind::NameTaken);
        assert!(message.contains("inner"), "{message}");
        assert_as_before(&web, &world.web);
        assert_eq!(world.web.interfaces().unwrap().len(), 1);
        ip_in(&world.web, "link del inner");
        eth0.remove().unwrap();
        assert_as_before(&before, &world.web);
    });
}

#[test]
fn made_links_are_deleted_with_their_other_ends() {
    in_netns(|| {
        let world = World::new();
        bridge("br0");
        let (host, web) = (settled(&world.host), settled(&world.web));
        let peer = VethPeer::new(&world.host, "vhost").bridge("br0");
        let eth0 = world.web.add_interface(Link::veth_named("inner", peer).unwrap(), much()).unwrap();
        let lan = world.web.add_interface(Link::bridge("br").unwrap(), prefixed("lan")).unwrap();
        let port = Link::veth_named("port", VethPeer::new(&world.host, "vport")).unwrap();
        let port = world.web.add_interface(port, prefixed("p").master(parse("br"))).unwrap();
        for interface in [&lan, &eth0, &port] {
            interface.remove().unwrap();
            refused(interface.remove(), ErrorKind::NotFound);
        }
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

#[test]
fn a_port_that_was_moved_in_leaves_its_master() {
    in_netns(|| {
        let world = World::with_veth();
        let bridge = world.web.add_interface(Link::bridge("br").unwrap(), named("lan")).unwrap();
        let before = own("veth1");
        let port = world.add("veth1", named("port").master(parse("br"))).unwrap();
        port.remove().unwrap();
        assert_eq!(own("veth1"), before);
        assert_eq!(ip_json("link show veth1")[0]["master"], Value::Null);
        bridge.remove().unwrap();
        assert!(world.names().is_empty());
    });
}

#[test]
fn a_number_is_free_again() {
    in_netns(|| {
        let world = World::new();
        for i in 0..3 {
            veth(&format!("veth{i}"), &format!("peer{i}"));
            world.add(&format!("veth{i}"), prefixed("eth")).unwrap();
        }
        world.web.interface("veth1").unwrap().remove().unwrap();
        veth("veth9", "peer9");
        assert_eq!(world.add("veth9", prefixed("eth")).unwrap().name(), parse("eth1"));
    });
}

/// Announcements under way do not outlive the interface, nor hold it up.
#[test]
fn removed_while_it_is_being_announced() {
    in_netns(|| {
        let world = World::with_veth();
        let config = named("eth0").address(parse("10.0.0.2/24")).announce(Announce::default());
        world.add("veth1", config).unwrap().remove().unwrap();
        assert!(world.names().is_empty());
    });
}

/// `disable_ipv6` was another one at home.
#[test]
fn ipv6_is_at_home_what_it_was() {
    in_netns(|| {
        let world = World::new();
        veth("veth1", "peer1");
        for value in ["0", "1"] {
            write_sysctl("ipv6/conf/veth1/disable_ipv6", value);
            for config in [named("eth0"), named("eth0").address(parse("fd00:1::2/64"))] {
                world.add("veth1", config).unwrap().remove().unwrap();
                assert_eq!(read_sysctl("ipv6/conf/veth1/disable_ipv6"), value);
            }
        }
    });
}

/// IPv6 leaves a link with a small MTU, and all of its settings with it; where new links take no router
/// advertisements, they take no token either.
#[test]
fn ipv6_settings_are_at_home_what_they_were() {
    in_netns(|| {
        let world = World::new();
        for (default, own) in [("0", "1"), ("1", "0")] {
            write_sysctl("ipv6/conf/default/accept_ra", default);
            veth("veth1", "peer1");
            write_sysctl("ipv6/conf/veth1/accept_ra", "1");
            ip("token set ::5 dev veth1");
            write_sysctl("ipv6/conf/veth1/accept_ra", own);
            for config in [named("eth0"), named("eth0").mtu(1000)] {
                world.add("veth1", config).unwrap().remove().unwrap();
                assert_eq!(read_sysctl("ipv6/conf/veth1/accept_ra"), own);
                assert_eq!(ip_json("token show dev veth1")[0]["token"], "::5");
            }
            ip("link del veth1");
        }
    });
}
