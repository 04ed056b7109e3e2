//! Addresses that go along with a link that is moved, and come back with it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{
    World, assert_as_before, differences, in_netns, inside, ip, ip_in, ip_json, ip_json_in, journal_files, named,
    parse, ping, prefixed, read_sysctl, refused, rich, settled, until, veth, write_sysctl,
};
use netgraft::{ErrorKind, Interface, InterfaceConfig, Link, Namespace};
use serde_json::Value;

const JOURNAL: &str = "/run/journal";

/// What `ip` says of a link's addresses but for those that the kernel makes by itself.
fn addresses(namespace: &Namespace, link: &str) -> Vec<Value> {
    let shown = ip_json_in(namespace, &format!("addr show dev {link}"))[0]["addr_info"].take();
    shown.as_array().unwrap().iter().filter(|a| !a["local"].as_str().unwrap().starts_with("fe80:")).cloned().collect()
}

/// Those of them that go along, as they are on a link of another name.
fn kept(addresses: &[Value], from: &str, to: &str) -> Vec<Value> {
    let lasting = |address: &&Value| address["scope"] == "global" && address["dynamic"] != true;
    let renamed = |address: &Value| {
        let mut address = address.clone();
        if let Some(label) = address["label"].as_str() {
            address["label"] = label.replacen(from, to, 1).into();
        } else {
            address.as_object_mut().unwrap().remove("label");
        }
        address
    };
    addresses.iter().filter(lasting).map(renamed).collect()
}

/// Fails unless the link is at home with all addresses that it had there without a lifetime. They are in use as soon as
/// the kernel has looked for others with them.
#[track_caller]
fn assert_back(world: &World, link: &str, had: &[Value]) {
    let is_usable = |address: &Value| address["tentative"] != true;
    until(|| addresses(&world.host, link).iter().all(is_usable));
    let lasting: Vec<Value> = had.iter().filter(|address| address["dynamic"] != true).cloned().collect();
    assert_same(&addresses(&world.host, link), &lasting);
}

#[track_caller]
fn assert_same(is: &[Value], was: &[Value]) {
    let differences = differences(&was.into(), &is.into());
    assert!(differences.is_empty(), "{differences:#?}");
}

fn keeping(config: InterfaceConfig) -> InterfaceConfig {
    config.keep_addresses(true).clash_check(false)
}

/// The rich link with these addresses.
fn rich_world() -> (World, Vec<Value>) {
    let world = World::new();
    rich(&world.host, 1);
    settled(&world.host);
    let had = addresses(&world.host, "rich1");
    (world, had)
}

#[test]
fn whatever_is_global_and_permanent_goes_along_and_comes_back() {
    in_netns(|| {
        let (world, had) = rich_world();
        let before = ip_json("link show dev rich1")[0].take();
        let eth0 = world.add("rich1", keeping(named("eth0"))).unwrap();
        let has = addresses(&world.web, "eth0");
        assert_same(&has, &kept(&had, "rich1", "eth0"));
        assert_eq!(has.len(), 10, "of {}", had.len());
        // The rich link has each of these on some address.
        let shown = serde_json::to_string(&has).unwrap();
        for fact in [
            r#""label":"eth0:web""#,
            r#""broadcast":"10.1.0.255""#,
            r#""secondary":true"#,
            r#""metric":77"#,
            r#""metric":99"#,
            r#""noprefixroute":true"#,
            r#""nodad":true"#,
            r#""deprecated":true"#,
            r#""preferred_life_time":0"#,
            r#""address":"10.1.1.2""#,
            r#""address":"fd00:1:6::2""#,
        ] {
            assert!(shown.contains(fact), "no {fact}: {shown}");
        }
        let link = ip_json_in(&world.web, "link show dev eth0")[0].take();
        for key in ["address", "mtu", "txqlen", "ifalias", "altnames", "group"] {
            assert!(!before[key].is_null() && link[key] == before[key], "{key}: {} to {}", before[key], link[key]);
        }
        let state = eth0.state().unwrap();
        assert!(state.up && state.addresses.contains(&parse("10.1.4.1/24")), "{state:?}");
        // The routes of their subnets, with their metrics.
        let routes = format!("{}{}", ip_in(&world.web, "-4 route"), ip_in(&world.web, "-6 route"));
        assert!(routes.contains("10.1.4.0/24 dev eth0 proto kernel scope link src 10.1.4.1 metric 77"), "{routes}");
        assert!(routes.contains("fd00:1:4::/64 dev eth0 proto kernel metric 99"), "{routes}");
        assert!(!routes.contains("10.1.3.0/24") && !routes.contains("fd00:1:3::/64"), "{routes}");

        eth0.remove().unwrap();
        assert_back(&world, "rich1", &had);
        assert!(ip_json("link show dev rich1")[0]["flags"].as_array().unwrap().contains(&"UP".into()));
    });
}

#[test]
fn nothing_goes_along_unasked() {
    in_netns(|| {
        let (world, had) = rich_world();
        let eth0 = world.add("rich1", named("eth0")).unwrap();
        assert!(addresses(&world.web, "eth0").is_empty());
        eth0.remove().unwrap();
        assert_back(&world, "rich1", &had);
    });
}

#[test]
fn labels_follow_the_name_that_is_chosen_in_the_end() {
    in_netns(|| {
        let world = World::new();
        veth("v0", "v1");
        ip("addr add 10.0.0.1/24 dev v0 label v0:abcdefghijkl");
        ip("addr add 10.0.0.2/24 dev v0");
        ip("addr add 10.0.1.1/24 dev v0 label other");
        ip("link set v0 up");
        let had = addresses(&world.host, "v0");
        let label = |address: &Value| address["label"].as_str().unwrap().to_owned();
        let labels = |namespace, link| addresses(namespace, link).iter().map(label).collect::<Vec<_>>();
        let config = keeping(InterfaceConfig::name_or_pattern("uplink%d").unwrap());
        let uplink = world.add("v0", config).unwrap();
        assert_eq!(uplink.name(), parse("uplink0"));
        // Fifteen bytes are all there is room for: the kernel's own way to rename one.
        assert_eq!(labels(&world.web, "uplink0"), ["up:abcdefghijkl", "other", "uplink0"]);
        uplink.remove().unwrap();
        assert_same(&addresses(&world.host, "v0"), &had);
    });
}

/// As the specification of OCI runtimes has it for the names of network devices.
#[test]
fn names_and_patterns() {
    in_netns(|| {
        let world = World::with_veth();
        veth("veth2", "peer2");
        let named = |name: &str| InterfaceConfig::name_or_pattern(name).unwrap().clash_check(false);
        assert_eq!(world.add("veth1", named("eth0")).unwrap().name(), parse("eth0"));
        refused(world.add("veth2", named("eth0")), ErrorKind::NameTaken);
        assert_eq!(world.add("veth2", named("eth%d")).unwrap().name(), parse("eth1"));
    });
    for bad in ["", "%d", "e%dh", "eth%", "eth%d%d", "fourteen-bytes%d"] {
        refused(InterfaceConfig::name_or_pattern(bad), ErrorKind::InvalidName);
    }
}

#[test]
fn what_is_asked_for_besides_stands_behind() {
    in_netns(|| {
        let world = World::with_veth();
        ip("addr add 10.7.0.1/24 dev veth1");
        ip("addr add fd00:7::1/64 dev veth1 nodad preferred_lft 0 valid_lft forever");
        let config = keeping(named("eth0")).address(parse("10.7.0.2/24")).address(parse("fd00:7::2/64"));
        // What goes along is there already.
        let config = config.address(parse("10.7.0.1/24")).address(parse("fd00:7::1/64"));
        let eth0 = world.add("veth1", config).unwrap();
        let has = addresses(&world.web, "eth0");
        let locals: Vec<&str> = has.iter().map(|address| address["local"].as_str().unwrap()).collect();
        assert_eq!(locals, ["10.7.0.1", "10.7.0.2", "fd00:7::2", "fd00:7::1"]);
        assert_eq!((&has[1]["secondary"], &has[3]["deprecated"]), (&true.into(), &true.into()));
        eth0.remove().unwrap();
        assert_eq!(addresses(&world.host, "veth1").len(), 2, "what was asked for besides does not come back");
    });
}

#[test]
fn a_clash_is_found_before_anything_is_touched() {
    in_netns(|| {
        let (world, _) = rich_world();
        ip_in(&world.web, "link add used type bridge");
        ip_in(&world.web, "link set used up");
        let (host, web) = (settled(&world.host), settled(&world.web));
        for (route, address) in [("10.1.4.0/25", "10.1.4.1/24"), ("fd00:1::/32", "fd00:1:")] {
            ip_in(&world.web, &format!("route add {route} dev used"));
            let message = refused(world.add("rich1", named("eth0").keep_addresses(true)), ErrorKind::AddressClash);
            assert!(message.contains(address) && message.contains(route), "{message}");
            ip_in(&world.web, &format!("route del {route} dev used"));
            assert_as_before(&host, &world.host);
            assert_as_before(&web, &world.web);
        }
        world.add("rich1", named("eth0")).unwrap();
    });
}

#[test]
fn a_failure_behind_it_puts_everything_back() {
    in_netns(|| {
        let (world, _) = rich_world();
        let (host, web) = (settled(&world.host), settled(&world.web));
        for config in [
            keeping(named("eth0")).sysctl(parse("net.ipv4.conf.x.nonsense=1")),
            keeping(named("eth0")).address(parse("ff02::1/64")),
            keeping(named("eth0")).mtu(70_000),
            keeping(named("lo")),
        ] {
            world.add("rich1", config).unwrap_err();
            assert_as_before(&host, &world.host);
            assert_as_before(&web, &world.web);
        }
    });
}

#[test]
fn ipv6_is_on_if_and_only_if_an_ipv6_address_goes_along() {
    in_netns(|| {
        let world = World::with_veth();
        for (address, default, disabled) in
            [("fd00:7::1/64", "1", "0"), ("10.7.0.1/24", "0", "1"), ("fd00:7::1/64", "0", "0")]
        {
            inside(&world.web, || write_sysctl("ipv6/conf/default/disable_ipv6", default));
            ip("addr flush dev veth1");
            ip(&format!("addr add {address} dev veth1"));
            let eth0 = world.add("veth1", keeping(named("eth0"))).unwrap();
            assert_eq!(inside(&world.web, || read_sysctl("ipv6/conf/eth0/disable_ipv6")), disabled, "{address}");
            assert_eq!(eth0.state().unwrap().addresses, [parse(address)]);
            eth0.remove().unwrap();
            assert_eq!(read_sysctl("ipv6/conf/veth1/disable_ipv6"), "0");
        }
    });
}

/// An address that has passed duplicate detection is in use at once and has the flags that it had; where detection is
/// asked for, it is gone through again.
#[test]
fn detection_is_not_repeated_unless_asked_for() {
    in_netns(|| {
        let world = World::with_veth();
        inside(&world.web, || write_sysctl("ipv6/conf/default/accept_dad", "1"));
        for link in ["default", "veth1"] {
            write_sysctl(&format!("ipv6/conf/{link}/accept_dad"), "1");
        }
        ip("addr add fd00:1::2/64 dev veth1");
        ip("link set veth1 up");
        until(|| !addresses(&world.host, "veth1").iter().any(|address| address["tentative"] == true));
        let had = addresses(&world.host, "veth1");
        assert_eq!(had[0]["nodad"], Value::Null);

        let eth0 = world.add("veth1", keeping(named("eth0"))).unwrap();
        assert_same(&addresses(&world.web, "eth0"), &had);
        ping("fd00:1::2");
        eth0.remove().unwrap();
        // At home others may have taken them meanwhile.
        assert!(addresses(&world.host, "veth1").iter().any(|address| address["tentative"] == true));
        assert_back(&world, "veth1", &had);
        world.add("veth1", keeping(named("eth0")).mtu(70_000)).unwrap_err();
        assert_same(&addresses(&world.host, "veth1"), &had);

        let detected = std::time::Instant::now();
        let eth0 = world.add("veth1", keeping(named("eth0")).dad(true)).unwrap();
        assert!(detected.elapsed().as_millis() > 500, "{:?}", detected.elapsed());
        assert_same(&addresses(&world.web, "eth0"), &had);
        eth0.remove().unwrap();
    });
}

#[test]
fn a_duplicate_does_not_come_into_use_by_it() {
    in_netns(|| {
        let world = World::with_veth();
        inside(&world.web, || write_sysctl("ipv6/conf/default/accept_dad", "1"));
        write_sysctl("ipv6/conf/veth1/accept_dad", "1");
        ip("addr add fd00:1::1/64 dev veth1");
        ip("link set veth1 up");
        until(|| addresses(&world.host, "veth1").iter().any(|address| address["dadfailed"] == true));
        world.add("veth1", keeping(named("eth0"))).unwrap();
        until(|| addresses(&world.web, "eth0").iter().any(|address| address["dadfailed"] == true));
    });
}

/// A removal that fails leaves the addresses where they are.
#[test]
fn a_removal_that_fails_changes_nothing() {
    in_netns(|| {
        let (world, had) = rich_world();
        let eth0 = world.add("rich1", keeping(named("eth0"))).unwrap();
        veth("rich1", "other");
        let (host, web) = (settled(&world.host), settled(&world.web));
        refused(eth0.remove(), ErrorKind::NameTaken);
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
        ip("link del rich1");
        eth0.remove().unwrap();
        assert_back(&world, "rich1", &had);
    });
}

#[test]
fn the_journal_knows_what_comes_back() {
    in_netns(|| {
        let (world, had) = rich_world();
        world.web.keep_journal(JOURNAL).unwrap();
        world.add("rich1", keeping(named("eth0"))).unwrap();
        let text = std::fs::read_to_string(journal_files(JOURNAL).remove(0)).unwrap();
        assert!(text.starts_with("netgraft-journal 3\n") && text.contains("\nkeep-addresses \n"), "{text}");

        let other = Namespace::open("/run/netns/web").unwrap();
        other.keep_journal(JOURNAL).unwrap();
        let restored = other.restore().unwrap();
        assert_eq!(restored.interfaces.len(), 1, "{restored:?}");
        other.interface("rich1").unwrap().remove().unwrap();
        assert_back(&world, "rich1", &had);
    });
}

/// What is not known is taken from the link: what it has besides what was asked for came along.
#[test]
fn a_description_knows_what_comes_back() {
    in_netns(|| {
        let (world, had) = rich_world();
        let config = || keeping(named("eth0")).address(parse("10.99.0.1/24"));
        world.add("rich1", config()).unwrap();
        let other = Namespace::open("/run/netns/web").unwrap();
        let restored = other.restore_from(vec![(world.link("rich1"), config())]).unwrap();
        let eth0: &Interface = &restored.interfaces[0];
        eth0.remove().unwrap();
        until(|| !addresses(&world.host, "rich1").iter().any(|address| address["tentative"] == true));
        assert_same(&addresses(&world.host, "rich1"), &kept(&had, "rich1", "rich1"));
    });
}

#[test]
fn what_is_not_moved_keeps_its_addresses_anyway() {
    in_netns(|| {
        let world = World::new();
        rich(&world.web, 4);
        settled(&world.web);
        let had = addresses(&world.web, "rich4");
        let link = Link::in_place("rich4").unwrap();
        let eth0 = world.web.add_interface(link, keeping(named("rich4")).address(parse("10.99.0.1/24"))).unwrap();
        assert_eq!(addresses(&world.web, "rich4").len(), had.len() + 1);
        eth0.remove().unwrap();
        assert_same(&addresses(&world.web, "rich4"), &had);
        let made = world.web.add_interface(Link::bridge("br").unwrap(), keeping(prefixed("br"))).unwrap();
        made.remove().unwrap();
    });
}
