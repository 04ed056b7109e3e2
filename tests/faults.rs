//! All or nothing: each step of an add fails, and both namespaces are as they were.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::BTreeMap;

use common::{
    World, assert_as_before, in_netns, inside, ip, ip_in, named, operstate, parse, refuses_alternative_names, rich,
    rich_but_down, rich_without_ipv6, said_since, settled, until, veth, write_sysctl,
};
use netgraft::{ErrorKind, InterfaceConfig, Link, Namespace};
use serde_json::Value;

/// A world full of links to add: in the host `rich1` (up), `rich2` (down), `rich3` (up, without IPv6) and `rich5`
/// (up, for host mode); in `web` `rich4` (up, for configuring in place).
struct RichWorld {
    world: World,
    host: Value,
    web: Value,
}

/// A link, and where an add would put it.
type Source = (&'static str, fn(&World) -> (&Namespace, Link));

const MOVED_UP: Source = ("rich1", |world| (&world.web, world.link("rich1")));
const MOVED_DOWN: Source = ("rich2", |world| (&world.web, world.link("rich2")));
const MOVED_WITHOUT_IPV6: Source = ("rich3", |world| (&world.web, world.link("rich3")));
const IN_PLACE: Source = ("rich4", |world| (&world.web, Link::in_place("rich4").unwrap()));
const HOST_MODE: Source = ("rich5", |world| (&world.host, Link::in_place("rich5").unwrap()));
const ALL: [Source; 5] = [MOVED_UP, MOVED_DOWN, MOVED_WITHOUT_IPV6, IN_PLACE, HOST_MODE];

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
        .link_local(parse("fe80::99/64"))
        .sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=2"))
        .sysctl(parse("net.ipv6.conf.IFNAME.accept_ra=0"))
        .route(parse("198.18.0.0/16"))
        .route(parse("fd00:99:1::/48"))
}

impl RichWorld {
    /// `prepare` is what `ip` does in `web` to make the step fail.
    fn new(prepare: &[&str]) -> Self {
        let world = World::new();
        rich(&world.host, 1);
        rich_but_down(&world.host, 2);
        rich_without_ipv6(&world.host, 3);
        rich(&world.web, 4);
        rich(&world.host, 5);
        prepare.iter().for_each(|words| drop(ip_in(&world.web, words)));
        let (host, web) = (settled(&world.host), settled(&world.web));
        Self { world, host, web }
    }

    /// Adds each of the links in vain and compares; the error is of this kind and says this.
    fn refuses(&self, sources: &[Source], kind: ErrorKind, says: &[&str], config: impl Fn() -> InterfaceConfig) {
        for (name, source) in sources {
            let (target, link) = source(&self.world);
            let error = match target.add_interface(link, config()) {
                Err(error) => error,
                Ok(interface) => panic!("{name}: was added: {interface:?}"),
            };
            let message = error.to_string();
            assert_eq!(error.left(), None, "{name}: {message}");
            self.assert_as_before(&message);
            assert_eq!(error.kind(), kind, "{name}: {message}");
            for word in says.iter().chain([name, &target.to_string().as_str()]) {
                assert!(message.contains(word), "{name}: no {word} in: {message}");
            }
        }
    }

    fn assert_as_before(&self, after: &str) {
        println!("after: {after}");
        assert_as_before(&self.host, &self.world.host);
        assert_as_before(&self.web, &self.world.web);
        assert!(self.world.web.interfaces().unwrap().is_empty() && self.world.host.interfaces().unwrap().is_empty());
    }
}

/// Nothing that the tests below find in order is so for want of something to put back.
#[test]
fn without_a_fault_the_same_adds_succeed() {
    in_netns(|| {
        let rich = RichWorld::new(&[]);
        for (name, source) in ALL {
            let (target, link) = source(&rich.world);
            let interface = target.add_interface(link, everything()).unwrap();
            assert!(!common::differences(&rich.web, &common::snapshot(&rich.world.web)).is_empty() || name == "rich5");
            assert_eq!(interface.state().unwrap().mtu, 1400, "{name}");
            interface.remove().unwrap();
        }
    });
}

#[test]
fn name_taken() {
    in_netns(|| {
        let rich = RichWorld::new(&["link add eth0 type bridge"]);
        let moved = [MOVED_UP, MOVED_DOWN, MOVED_WITHOUT_IPV6, IN_PLACE];
        rich.refuses(&moved, ErrorKind::NameTaken, &["eth0"], everything);
    });
}

#[test]
fn name_taken_by_an_alternative_name() {
    in_netns(|| {
        let rich = RichWorld::new(&["link property add dev lo altname eth0"]);
        let moved = [MOVED_UP, MOVED_DOWN, MOVED_WITHOUT_IPV6, IN_PLACE];
        rich.refuses(&moved, ErrorKind::NameTaken, &["eth0"], everything);
    });
}

#[test]
fn name_and_old_name_taken() {
    in_netns(|| {
        let rich = RichWorld::new(&[
            "link add eth0 type bridge",
            "link add rich1 type bridge",
            "link add rich2 type bridge",
            "link add rich3 type bridge",
        ]);
        rich.refuses(&[MOVED_UP, MOVED_DOWN, MOVED_WITHOUT_IPV6], ErrorKind::NameTaken, &["eth0"], everything);
    });
}

#[test]
fn kept_name_taken() {
    in_netns(|| {
        let rich = RichWorld::new(&["link add rich1 type bridge", "link add rich2 type bridge"]);
        rich.refuses(&[MOVED_UP, MOVED_DOWN], ErrorKind::NameTaken, &[], InterfaceConfig::keep_name);
    });
}

/// An alternative name goes along, and may be another link's name there.
#[test]
fn alternative_name_taken() {
    in_netns(|| {
        let rich = RichWorld::new(&[
            "link property add dev lo altname another-name-of-rich1",
            "link property add dev lo altname another-name-of-rich2",
        ]);
        if refuses_alternative_names() {
            rich.refuses(&[MOVED_UP, MOVED_DOWN], ErrorKind::NameTaken, &[], everything);
        } else {
            rich.world.add("rich1", everything()).unwrap().remove().unwrap();
        }
    });
}

/// Only the new name counts.
#[test]
fn an_old_name_that_is_taken_inside_is_no_obstacle() {
    in_netns(|| {
        let world = World::with_veth();
        ip_in(&world.web, "link add veth1 type bridge");
        for config in [named("eth0"), common::prefixed("eth"), common::prefixed("veth")] {
            let interface = world.add("veth1", config).unwrap();
            interface.remove().unwrap();
        }
    });
}

/// An index that is taken inside is no obstacle either, and the link has its own again at home.
#[test]
fn index_taken() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 1);
        let index = common::ip_json("link show rich1")[0]["ifindex"].clone();
        ip_in(&world.web, &format!("link add other index {index} type bridge"));
        let (host, web) = (settled(&world.host), settled(&world.web));
        let config = everything().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
        assert_eq!(world.add("rich1", config).unwrap_err().kind(), ErrorKind::Sysctl);
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
        let eth0 = world.add("rich1", everything()).unwrap();
        assert_ne!(u64::from(eth0.index().get()), index.as_u64().unwrap());
    });
}

#[test]
fn mac_refused() {
    in_netns(|| {
        let (rich, mac) = (RichWorld::new(&[]), "03:00:00:00:00:01");
        rich.refuses(&ALL, ErrorKind::InvalidArgument, &[mac, "multicast"], || everything().mac(parse(mac)));
    });
}

#[test]
fn mtu_too_big() {
    in_netns(|| {
        let says = ["mtu 70000", "takes", "at most"];
        RichWorld::new(&[]).refuses(&ALL, ErrorKind::InvalidArgument, &says, || everything().mtu(70000));
    });
}

#[test]
fn mtu_too_small() {
    in_netns(|| {
        let says = ["mtu 10", "takes", "at least"];
        RichWorld::new(&[]).refuses(&ALL, ErrorKind::InvalidArgument, &says, || everything().mtu(10));
    });
}

#[test]
fn ipv4_address_twice() {
    in_netns(|| {
        let config = || everything().address(parse("10.99.0.2/24"));
        RichWorld::new(&[]).refuses(&ALL, ErrorKind::Exists, &["10.99.0.2/24"], config);
    });
}

#[test]
fn ipv6_address_of_a_group() {
    in_netns(|| {
        let config = || everything().address(parse("ff02::5/64"));
        let says = ["ff02::5/64", said_since((6, 6), "multicast")];
        RichWorld::new(&[]).refuses(&ALL, ErrorKind::Kernel, &says, config);
    });
}

/// The kernel takes them and does nothing.
#[test]
fn addresses_that_are_none() {
    in_netns(|| {
        let rich = RichWorld::new(&[]);
        for none in ["0.0.0.0/8", "0.0.0.0/0"] {
            rich.refuses(&[MOVED_UP], ErrorKind::InvalidArgument, &[none], || everything().address(parse(none)));
        }
    });
}

#[test]
fn address_clash() {
    in_netns(|| {
        let rich = RichWorld::new(&["route add 10.99.0.0/28 dev rich4", "-6 route add fd00:99::/32 dev rich4"]);
        let inside = [MOVED_UP, MOVED_DOWN, MOVED_WITHOUT_IPV6, IN_PLACE];
        rich.refuses(&inside, ErrorKind::AddressClash, &["10.99.0.2/24", "10.99.0.0/28"], everything);
        let six = || named("eth0").address(parse("fd00:99::2/64"));
        rich.refuses(&inside, ErrorKind::AddressClash, &["fd00:99::2/64", "fd00:99::/32"], six);
    });
}

#[test]
fn master_missing() {
    in_netns(|| {
        let config = || everything().master(parse("nobody"));
        RichWorld::new(&[]).refuses(&ALL, ErrorKind::NotFound, &["nobody"], config);
    });
}

#[test]
fn master_is_no_bridge() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 1);
        rich_but_down(&world.host, 2);
        veth("veth1", "peer1");
        world.add("veth1", named("plain")).unwrap();
        let (host, web) = (settled(&world.host), settled(&world.web));
        for name in ["rich1", "rich2"] {
            let error = world.add(name, everything().master(parse("veth1"))).unwrap_err();
            assert_eq!((error.kind(), error.left()), (ErrorKind::NotSupported, None), "{error}");
            assert!(error.to_string().contains("veth1") && error.to_string().contains(name), "{error}");
            assert_as_before(&host, &world.host);
            assert_as_before(&web, &world.web);
        }
    });
}

/// The bridge that would be the master does not show that a port came and went.
#[test]
fn master_is_as_before() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 1);
        rich_but_down(&world.host, 2);
        world.web.add_interface(Link::bridge("br").unwrap(), named("lan")).unwrap();
        veth("veth1", "peer1");
        ip("link set peer1 up");
        world.add("veth1", named("port").master(parse("br"))).unwrap();
        // A bridge that has seen a port come and go shows it.
        for (words, state) in [("link set peer1 down", "DOWN"), ("link set peer1 up", "UP")] {
            ip(words);
            inside(&world.web, || until(|| operstate("lan") == state));
        }
        let (host, web) = (settled(&world.host), settled(&world.web));
        for name in ["rich1", "rich2"] {
            // Below any MAC that the kernel chooses, so that the bridge would take it over.
            let config = everything().mac(parse("00:00:00:00:00:01")).master(parse("br"));
            let config = config.sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
            let error = world.add(name, config).unwrap_err();
            assert_eq!((error.kind(), error.left()), (ErrorKind::Sysctl, None), "{error}");
            assert_as_before(&host, &world.host);
            assert_as_before(&web, &world.web);
        }
    });
}

#[test]
fn link_local_address_twice() {
    in_netns(|| {
        let config = || everything().link_local(parse("169.254.9.9/16"));
        RichWorld::new(&[]).refuses(&ALL, ErrorKind::Exists, &["169.254.9.9/16"], config);
    });
}

#[test]
fn sysctls_that_cannot_be() {
    in_netns(|| {
        let rich = RichWorld::new(&[]);
        for (sysctl, says) in [
            ("net.ipv4.conf.IFNAME.nonsense=1", "No such file"),
            ("net.nonsense.conf.IFNAME.rp_filter=1", "No such file"),
            ("net.ipv4.conf.IFNAME.rp_filter=many", "Invalid argument"),
            ("net.ipv4.conf.IFNAME.mc_forwarding=1", "Permission denied"),
            ("net.ipv6.conf.IFNAME.stable_secret=x", "Input/output error"),
        ] {
            let key = sysctl.rsplit_once('.').unwrap().1.split('=').next().unwrap();
            rich.refuses(&ALL, ErrorKind::Sysctl, &[key, says], || everything().sysctl(parse(sysctl)));
        }
    });
}

/// What a sysctl did before the next one failed is undone, too.
#[test]
fn sysctl_that_turns_ipv6_off_before_another_fails() {
    in_netns(|| {
        let config = || {
            everything()
                .sysctl(parse("net.ipv6.conf.IFNAME.disable_ipv6=1"))
                .sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"))
        };
        RichWorld::new(&[]).refuses(&ALL, ErrorKind::Sysctl, &["nonsense"], config);
    });
}

#[test]
fn ipv6_cannot_be_disabled() {
    in_netns(|| {
        let rich = RichWorld::new(&[]);
        common::forbid_sysctls();
        let host = Namespace::current().unwrap();
        let web = Namespace::open("/run/netns/web").unwrap();
        let world = World { host, web };
        let rich = RichWorld { world, ..rich };
        let config = || named("eth0").mtu(1400).address(parse("10.99.0.2/24"));
        rich.refuses(&[MOVED_UP, MOVED_DOWN], ErrorKind::Sysctl, &["IPv6", "Read-only"], config);
    });
}

/// The last step of all.
#[test]
fn route_taken() {
    in_netns(|| {
        let rich = RichWorld::new(&["route add 198.18.0.0/16 dev rich4"]);
        ip("route add 198.18.0.0/16 dev far5");
        let rich = RichWorld { host: settled(&rich.world.host), ..rich };
        rich.refuses(&ALL, ErrorKind::Exists, &["198.18.0.0/16", "File exists"], everything);
    });
}

#[test]
fn ipv6_off_in_the_namespace() {
    in_netns(|| {
        let rich = RichWorld::new(&[]);
        inside(&rich.world.web, || {
            write_sysctl("ipv6/conf/all/disable_ipv6", "1");
            write_sysctl("ipv6/conf/default/disable_ipv6", "1");
        });
        let rich = RichWorld { web: settled(&rich.world.web), ..rich };
        let config = || everything().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
        rich.refuses(&ALL, ErrorKind::Sysctl, &["nonsense"], config);
    });
}

#[test]
fn route_without_ipv6() {
    in_netns(|| {
        let config = || named("eth0").mtu(1400).address(parse("10.99.0.2/24")).route(parse("fd00:99:1::/48"));
        let moved = [MOVED_UP, MOVED_DOWN, MOVED_WITHOUT_IPV6];
        RichWorld::new(&[]).refuses(&moved, ErrorKind::Kernel, &["fd00:99:1::/48", "IPv6 is disabled"], config);
    });
}

/// A macvlan cannot come up while a sibling has its MAC.
#[test]
fn link_up_refused() {
    in_netns(|| {
        let world = World::new();
        veth("lower", "peer1");
        for words in [
            "link set lower up",
            "link set peer1 up",
            "link add twin link lower address 02:00:00:00:09:09 type macvlan mode bridge",
            "link set twin up",
            "link add mac1 link lower address 02:00:00:00:09:09 type macvlan mode bridge",
            "link set mac1 mtu 1480 txqueuelen 555 alias mine",
            "addr add 10.1.0.1/24 brd + label mac1:web dev mac1",
            "addr add fd00:1::1/64 dev mac1",
        ] {
            ip(words);
        }
        let (host, web) = (settled(&world.host), settled(&world.web));
        let error = world.add("mac1", everything()).unwrap_err();
        assert_eq!((error.kind(), error.left()), (ErrorKind::Kernel, None), "{error}");
        assert!(
            error
                .to_string()
                .contains("set eth0 up: twin in the current namespace has the same MAC: Address already in use"),
            "{error}"
        );
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

/// What cannot be put back is said, and the rest is put back.
#[test]
fn undo_refused() {
    in_netns(|| {
        let world = World::new();
        rich_without_ipv6(&world.host, 3);
        inside(&world.web, || write_sysctl("ipv6/conf/default/disable_ipv6", "1"));
        ip_in(&world.web, "link add used type bridge");
        ip_in(&world.web, "link set used up");
        ip_in(&world.web, "route add 198.18.0.0/16 dev used");
        let (mut host, web) = (settled(&world.host), settled(&world.web));
        // From now on IPv6 can neither be turned on nor off, and at home it is on by default.
        common::forbid_sysctls();
        let world = World { host: Namespace::current().unwrap(), web: Namespace::open("/run/netns/web").unwrap() };
        let error = world.add("rich3", named("eth0").mtu(1300).route(parse("198.18.0.0/16"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UndoFailed, "{error}");
        let (message, left) = (error.to_string(), error.left().unwrap().to_owned());
        assert!(message.contains("198.18.0.0/16 on eth0: File exists") && message.ends_with(&left), "{message}");
        for word in ["rich3", "the current namespace", "disable_ipv6", "Read-only"] {
            assert!(left.contains(word), "no {word}: {left}");
        }
        assert_as_before(&web, &world.web);
        host["ipv6"]["rich3/disable_ipv6"] = "0".into();
        // And so it has come by the address that a link has by itself.
        let of_ipv6 = |line: &&String| line.starts_with("/-6 route") || line.starts_with("/addr[rich3]/addr_info:");
        let differences = common::differences(&host, &common::snapshot(&world.host));
        assert_eq!(differences.iter().find(|line| !of_ipv6(line)), None, "{differences:#?}");
    });
}

/// Routes of other links go when an address goes that they name as their source.
#[test]
fn routes_of_other_links_with_its_address_as_source() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 1);
        ip("route add 172.30.0.0/16 dev far1 src 10.1.0.1");
        ip("route add 172.31.0.0/16 dev far1 src 10.1.0.1 table 101");
        ip("route add fd00:ff::/48 dev far1 src fd00:1:1::1");
        let (host, web) = (settled(&world.host), settled(&world.web));
        let config = everything().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
        assert_eq!(world.add("rich1", config).unwrap_err().kind(), ErrorKind::Sysctl);
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

#[test]
fn routes_over_several_links() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 1);
        rich(&world.host, 2);
        ip("route add 172.30.0.0/16 nexthop via 10.1.0.9 weight 2 nexthop via 10.2.0.9");
        ip("route add fd00:ff::/48 nexthop via fd00:1:1::9 nexthop via fd00:2:1::9");
        let (host, web) = (settled(&world.host), settled(&world.web));
        let config = everything().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
        assert_eq!(world.add("rich1", config).unwrap_err().kind(), ErrorKind::Sysctl);
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

/// Objects that routes share, and a group that loses one of them with the link.
#[test]
fn routes_over_next_hop_objects() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 1);
        rich(&world.host, 2);
        for words in [
            "nexthop add id 7 via 10.1.0.9 dev rich1",
            "nexthop add id 8 via 10.2.0.9 dev rich2",
            "nexthop add id 9 group 7,3/8",
            "nexthop add id 17 via fd00:1:1::9 dev rich1",
            "route add 172.40.0.0/16 nhid 7",
            "route add 172.41.0.0/16 nhid 9",
            "route add fd00:ff::/48 nhid 17",
        ] {
            ip(words);
        }
        let (host, web) = (settled(&world.host), settled(&world.web));
        let config = everything().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
        let error = world.add("rich1", config).unwrap_err();
        assert_eq!((error.kind(), error.left()), (ErrorKind::Sysctl, None), "{error}");
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

#[test]
fn permanent_neighbours_come_back() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 1);
        ip("neigh add 10.1.0.77 lladdr 02:00:00:00:00:77 dev rich1");
        ip("neigh add fd00:1:1::77 lladdr 02:00:00:00:00:77 dev rich1");
        // As a router has them, it answers for others.
        write_sysctl("ipv4/conf/rich1/forwarding", "1");
        ip("neigh add proxy 10.1.0.88 dev rich1");
        ip("neigh add proxy fd00:1:1::88 dev rich1");
        let (host, web) = (settled(&world.host), settled(&world.web));
        let config = everything().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
        assert_eq!(world.add("rich1", config).unwrap_err().kind(), ErrorKind::Sysctl);
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

/// What is set on a link by files: none of it is lost, whatever it is.
#[test]
fn every_setting_comes_back() {
    in_netns(|| {
        let world = World::new();
        rich(&world.host, 1);
        let files = |family: &str| -> BTreeMap<String, String> {
            let folder = format!("/proc/sys/net/{family}/conf/rich1");
            let names =
                std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
            names
                .filter_map(|name| Some((name.clone(), std::fs::read_to_string(format!("{folder}/{name}")).ok()?)))
                .collect()
        };
        // Each gets a value that is not its own, as far as it takes any; IPv6 stays on, and its MTU what fits.
        let mut changed = 0;
        for family in ["ipv4", "ipv6"] {
            let kept = ["disable_ipv6", "mtu", "stable_secret", "addr_gen_mode", "forwarding", "keep_addr_on_down"];
            for (name, value) in files(family).into_iter().filter(|(name, _)| !kept.contains(&&**name)) {
                let path = format!("/proc/sys/net/{family}/conf/rich1/{name}");
                let number: i64 = value.trim().parse().unwrap();
                let others = [number + 1, number - 1, 0];
                changed += usize::from(others.iter().any(|other| std::fs::write(&path, other.to_string()).is_ok()));
            }
        }
        assert!(changed > 70, "{changed}");
        // These the kernel does not tell of, so that they are not known.
        let untold = ["ra_honor_pio_life", "ra_honor_pio_pflag", "regen_min_advance"];
        let told = || {
            let (ipv4, mut ipv6) = (files("ipv4"), files("ipv6"));
            untold.iter().for_each(|name| drop(ipv6.remove(*name)));
            (ipv4, ipv6)
        };
        let (host, web, settings) = (settled(&world.host), settled(&world.web), told());
        let config = everything().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
        let error = world.add("rich1", config).unwrap_err();
        assert_eq!((error.kind(), error.left()), (ErrorKind::Sysctl, None), "{error}");
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
        assert_eq!(told(), settings);
        // And so they do by a removal.
        world.add("rich1", everything()).unwrap().remove().unwrap();
        assert_eq!(told(), settings);
    });
}

#[test]
fn link_missing() {
    in_netns(|| {
        let rich = RichWorld::new(&[]);
        for missing in [rich.world.link("nowhere"), Link::in_place("nowhere").unwrap()] {
            let error = rich.world.web.add_interface(missing, everything()).unwrap_err();
            assert_eq!((error.kind(), error.left()), (ErrorKind::NotFound, None), "{error}");
            assert!(error.to_string().contains("nowhere") && error.to_string().contains("/run/netns/web"), "{error}");
            rich.assert_as_before(&error.to_string());
        }
    });
}

/// `lo` and bridges belong to their namespace.
#[test]
fn link_that_cannot_be_moved() {
    in_netns(|| {
        let rich = RichWorld::new(&[]);
        for name in ["lo", "br1"] {
            let error = rich.world.add(name, named("eth0")).unwrap_err();
            assert_eq!(error.left(), None, "{error}");
            assert!(error.to_string().contains(name), "{error}");
            rich.assert_as_before(&error.to_string());
        }
    });
}

/// Once it is another, the kernel does not let it be set to none again.
#[test]
fn no_mac_to_be_given_back() {
    in_netns(|| {
        let rich = RichWorld::new(&[]);
        let web = &rich.world.web;
        for (config, kind) in [
            (named("lo").mac(parse("02:00:00:00:09:09")), ErrorKind::InvalidArgument),
            (named("lo").sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1")), ErrorKind::Sysctl),
        ] {
            let error = web.add_interface(Link::in_place("lo").unwrap(), config).unwrap_err();
            assert_eq!((error.kind(), error.left()), (kind, None), "{error}");
            rich.assert_as_before(&error.to_string());
        }
        web.add_interface(Link::in_place("lo").unwrap(), named("lo").mtu(1400)).unwrap().remove().unwrap();
        rich.assert_as_before("removed");
    });
}

/// One source name stands for one interface.
#[test]
fn source_name_taken() {
    in_netns(|| {
        let world = World::with_veth();
        world.add("veth1", named("eth0")).unwrap();
        rich(&world.host, 1);
        ip("link set rich1 down");
        ip("link set rich1 name veth1");
        let (host, web) = (settled(&world.host), settled(&world.web));
        let error = world.add("veth1", named("eth1")).unwrap_err();
        assert_eq!((error.kind(), error.left()), (ErrorKind::Exists, None), "{error}");
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
        assert_eq!(world.web.interfaces().unwrap().len(), 1);
    });
}
