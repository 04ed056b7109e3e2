//! More of everything than fits into a buffer of any fixed size.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use common::{
    World, assert_as_before, in_netns, inside, ip, ip_batch, ip_json, ip_json_in, named, parse, prefixed, settled, veth,
};
use netgraft::{ErrorKind, InterfaceConfig, Link};
use serde_json::Value;

/// As many alternative names, each as long as can be, as the kernel takes: some 60 KiB of attributes, which go
/// into every message about the link, as 200 virtual functions would.
fn give_many_names(link: &str) {
    let names = (0..450).map(|i| format!("{link}-{i:03}-").chars().chain(std::iter::repeat('x')).take(127).collect());
    ip_batch(
        &names.fold(String::new(), |lines, name: String| {
            lines + &format!("link property add dev {link} altname {name}\n")
        }),
    );
}

fn fails() -> InterfaceConfig {
    named("eth0").address(parse("10.99.0.2/24")).sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"))
}

#[test]
fn a_link_that_fills_a_message_of_its_own() {
    in_netns(|| {
        let world = World::with_veth();
        give_many_names("veth1");
        let names = ip_json("link show veth1")[0]["altnames"].take();
        assert_eq!(names.as_array().unwrap().len(), 450);
        let (host, web) = (settled(&world.host), settled(&world.web));

        let eth0 = world.add("veth1", prefixed("eth").address(parse("10.0.0.2/24"))).unwrap();
        common::ping("10.0.0.2");
        assert_eq!(ip_json_in(&world.web, "link show eth0")[0]["altnames"], names);
        let state = eth0.state().unwrap();
        assert_eq!((state.name, state.addresses), (parse("eth0"), vec![parse("10.0.0.2/24")]));
        assert!(eth0.statistics().unwrap().tx_packets > 0);
        assert_eq!(world.web.links().unwrap().len(), 2);
        eth0.remove().unwrap();
        assert_as_before(&host, &world.host);

        assert_eq!(world.add("veth1", fails()).unwrap_err().kind(), ErrorKind::Sysctl);
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

/// The waits listen to events, and these are as large as answers.
#[test]
fn events_of_a_link_that_fills_a_message_of_its_own() {
    in_netns(|| {
        let world = World::with_veth();
        give_many_names("veth1");
        give_many_names("peer1");
        ip("link set peer1 down");
        let wait = common::patience(std::time::Duration::from_secs(20));
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(std::time::Duration::from_millis(200));
                ip("link set peer1 up");
            });
            let config = named("eth0").wait(netgraft::Wait::running(wait));
            assert!(world.add("veth1", config).unwrap().state().unwrap().running);
        });
    });
}

/// All of them in one list, which comes in many messages.
#[test]
fn many_links_that_fill_messages_of_their_own() {
    in_netns(|| {
        let world = World::new();
        for name in ["veth1", "veth2", "veth3"] {
            veth(name, &format!("far-{name}"));
            give_many_names(name);
        }
        let links = world.host.links().unwrap();
        let names: Vec<String> = links.iter().map(|link| link.name.to_string()).collect();
        let truth = ip_json("link");
        let truth: Vec<&str> = truth.as_array().unwrap().iter().map(|link| link["ifname"].as_str().unwrap()).collect();
        assert_eq!(names, truth);
    });
}

#[test]
fn many_links() {
    in_netns(|| {
        let world = World::new();
        inside(&world.web, || {
            ip_batch(&(0..400).fold(String::new(), |mut lines, i| {
                writeln!(lines, "link add v{i} type veth peer eth{i}").unwrap();
                lines
            }));
        });
        let names: BTreeSet<String> = world.web.links().unwrap().iter().map(|link| link.name.to_string()).collect();
        assert_eq!(names.len(), 801);
        veth("veth1", "peer1");
        let interface = world.add("veth1", prefixed("eth")).unwrap();
        assert_eq!(interface.name(), parse("eth400"));
        interface.remove().unwrap();
    });
}

/// Restored are all of them, and in their order.
#[test]
fn many_addresses_and_routes() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set veth1 up");
        let mut lines = String::new();
        for (i, j) in (0..4).flat_map(|i| (1..=100).map(move |j| (i, j))) {
            writeln!(lines, "addr add 10.1.{i}.{j}/24 dev veth1").unwrap();
            writeln!(lines, "addr add fd00:1:{i}::{j}/64 dev veth1 nodad").unwrap();
            writeln!(lines, "route add 172.{}.{j}.0/24 via 10.1.{i}.200", 16 + i).unwrap();
            writeln!(lines, "route add fd00:{i}:{j}::/48 via fd00:1:{i}::200 table 7").unwrap();
        }
        ip_batch(&lines);
        let (host, web) = (settled(&world.host), settled(&world.web));
        assert_eq!(world.add("veth1", fails()).unwrap_err().kind(), ErrorKind::Sysctl);
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

#[test]
fn many_addresses_and_routes_in_one_add() {
    in_netns(|| {
        let world = World::with_veth();
        let mut config = named("eth0");
        for i in 1..=250 {
            config = config.address(parse(&format!("10.1.0.{i}/24"))).address(parse(&format!("fd00:1::{i}/64")));
            config = config.route(parse(&format!("172.16.{i}.0/24"))).route(parse(&format!("fd00:{i}::/48")));
        }
        let eth0 = world.add("veth1", config.clone()).unwrap();
        let count = |list: &str| ip_json_in(&world.web, list).as_array().unwrap().len();
        assert_eq!(count("route show dev eth0 scope link"), 251);
        let given = |entry: &&Value| entry["scope"] == "global";
        let shown = ip_json_in(&world.web, "addr show eth0");
        assert_eq!(shown[0]["addr_info"].as_array().unwrap().iter().filter(given).count(), 500);
        assert_eq!(eth0.state().unwrap().addresses.len(), 500);
        eth0.remove().unwrap();

        // The last of all of them fails.
        let web = settled(&world.web);
        let error = world.add("veth1", config.route(parse("172.16.1.0/24"))).unwrap_err();
        assert_eq!((error.kind(), error.left()), (ErrorKind::Exists, None), "{error}");
        assert_as_before(&web, &world.web);
    });
}

/// A clash is found among many routes, wherever it stands.
#[test]
fn a_clash_among_many_routes() {
    in_netns(|| {
        let world = World::with_veth();
        inside(&world.web, || {
            ip("link add lan type bridge");
            ip("link set lan up");
            ip_batch(&(0..20_000).fold(String::new(), |mut lines, i| {
                writeln!(lines, "route add 10.{}.{}.0/24 dev lan", i / 200, i % 200).unwrap();
                lines
            }));
        });
        for clash in ["10.0.0.7/32", "10.50.100.1/24", "10.99.199.254/24"] {
            let error = world.add("veth1", named("eth0").address(parse(clash))).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::AddressClash, "{error}");
        }
        world.add("veth1", named("eth0").address(parse("10.100.0.1/24"))).unwrap();
    });
}

/// A bridge with many ports is the master of one more.
#[test]
fn many_ports() {
    in_netns(|| {
        let world = World::with_veth();
        let lan = world.web.add_interface(Link::bridge("br").unwrap(), named("lan")).unwrap();
        inside(&world.web, || {
            ip_batch(&(0..200).fold(String::new(), |mut lines, i| {
                writeln!(lines, "link add v{i} type veth peer p{i}").unwrap();
                writeln!(lines, "link set v{i} master lan").unwrap();
                lines
            }));
        });
        let port = world.add("veth1", named("port").master(parse("br"))).unwrap();
        assert_eq!(port.state().unwrap().master, Some(lan.index()));
    });
}
