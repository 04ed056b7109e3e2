//! Neighbours, forwarding entries, extra addresses and settings: what they do to traffic, and what is refused.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::net::IpAddr;
use std::process::Command;

use common::{
    in_netns, inside, ip, ip_in, ip_json_in, logged, named, parse, ping, ping_in, read_sysctl, refused, veth,
};
use netgraft::{ErrorKind, IfName, Interface, InterfaceConfig, Link, MacAddr, Namespace, Neighbour};
use serde_json::Value;

const HOST: &str = "02:00:00:00:00:01";
const WEB: &str = "02:00:00:00:00:02";

/// A namespace with `eth0`, 10.0.0.2 and fd00::2; the other end, `veth1-host` with 10.0.0.1 and fd00::1, is in the host.
fn web() -> (Namespace, Interface) {
    let web = Namespace::create("/run/netns/web").unwrap();
    let config = named("eth0").mac(parse(WEB)).address(parse("10.0.0.2/24")).address(parse("fd00::2/64"));
    let eth0 = another(&web, "veth1", config);
    ip(&format!("link set veth1-host address {HOST}"));
    ip("addr add 10.0.0.1/24 dev veth1-host");
    ip("addr add fd00::1/64 dev veth1-host nodad");
    (web, eth0)
}

fn another(web: &Namespace, name: &str, config: InterfaceConfig) -> Interface {
    let peer = format!("{name}-host");
    veth(name, &peer);
    ip(&format!("link set {peer} up"));
    web.add_interface(Link::existing(&Namespace::current().unwrap(), name).unwrap(), config).unwrap()
}

fn neighbour(address: &str) -> Neighbour {
    Neighbour::new(parse::<IpAddr>(address))
}

fn mac(text: &str) -> MacAddr {
    parse(text)
}

/// The neighbour entry for an address, as `ip` has it.
fn entry(namespace: &Namespace, address: &str) -> Option<Value> {
    let all = ip_json_in(namespace, "neigh show");
    all.as_array().unwrap().iter().find(|entry| entry["dst"] == address).cloned()
}

/// The forwarding entries for a MAC, as `bridge` has them.
fn forwarding(namespace: &Namespace, mac: &str) -> Vec<Value> {
    let output = inside(namespace, || Command::new("bridge").args(["-d", "-j", "fdb", "show"]).output().unwrap());
    assert!(output.status.success(), "{output:?}");
    let all: Value = serde_json::from_slice(&output.stdout).unwrap();
    all.as_array().unwrap().iter().filter(|entry| entry["mac"] == mac).cloned().collect()
}

fn no_answer(namespace: &Namespace, address: &str) -> bool {
    let ping = ["-n", "-c", "1", "-W", "1", address];
    inside(namespace, || !Command::new("ping").args(ping).output().unwrap().status.success())
}

#[test]
fn traffic_finds_permanent_neighbours() {
    in_netns(|| {
        let (web, _eth0) = web();
        // Nobody asks, so nobody answers, and the kernel makes up entries of its own.
        ip("link set veth1-host arp off");
        ip_in(&web, "link set eth0 arp off");
        assert!(no_answer(&web, "10.0.0.1") && no_answer(&web, "fd00::1"));
        let host = Namespace::current().unwrap();
        host.add_interface(Link::in_place("veth1-host").unwrap(), named("veth1-host")).unwrap();
        ip("addr replace fd00::1/64 dev veth1-host nodad");
        ip("link set veth1-host arp off");
        for address in ["10.0.0.1", "fd00::1"] {
            web.add_neighbour(neighbour(address), mac(HOST)).unwrap();
            assert_eq!(entry(&web, address).unwrap()["state"], serde_json::json!(["PERMANENT"]));
        }
        for address in ["10.0.0.2", "fd00::2"] {
            host.add_neighbour(neighbour(address), mac(WEB)).unwrap();
        }
        ping_in(&web, "10.0.0.1");
        ping_in(&web, "fd00::1");
        ping("10.0.0.2");

        web.remove_neighbour(neighbour("10.0.0.1"), Some(mac(HOST))).unwrap();
        web.remove_neighbour(neighbour("fd00::1"), None).unwrap();
        assert!(no_answer(&web, "10.0.0.1") && no_answer(&web, "fd00::1"));
    });
}

#[test]
fn a_neighbour_twice_and_never() {
    in_netns(|| {
        let (web, eth0) = web();
        for (address, mac_there) in [("10.0.0.9", "02:00:00:00:00:09"), ("fd00::9", "02:00:00:00:00:0a")] {
            let missing =
                refused(web.remove_neighbour(neighbour(address), Some(mac(HOST))), ErrorKind::NeighbourMissing);
            assert_eq!(
                missing,
                format!(
                    "delete the neighbour {address} ({HOST}) on eth0 in /run/netns/web: there is no such permanent entry"
                )
            );
            web.add_neighbour(neighbour(address), mac(mac_there)).unwrap();
            let twice = refused(web.add_neighbour(neighbour(address), mac(mac_there)), ErrorKind::NeighbourExists);
            assert_eq!(
                twice,
                format!(
                    "add the neighbour {address} ({mac_there}) on eth0 in /run/netns/web: it is there already: \
                     File exists (os error 17)"
                )
            );
            let other = refused(web.add_neighbour(neighbour(address), mac(HOST)), ErrorKind::NeighbourExists);
            assert!(other.contains(HOST) && other.contains(&format!("it is there already as {mac_there}")), "{other}");
            refused(web.remove_neighbour(neighbour(address), Some(mac(HOST))), ErrorKind::NeighbourMissing);
            assert_eq!(entry(&web, address).unwrap()["lladdr"], mac_there);

            let named = neighbour(address).link(eth0.source_name());
            web.remove_neighbour(named, Some(mac(mac_there))).unwrap();
            assert_eq!(entry(&web, address), None);
            let missing = refused(web.remove_neighbour(named, None), ErrorKind::NeighbourMissing);
            assert!(missing.contains(&format!("delete the neighbour {address} on eth0")), "{missing}");
        }
    });
}

#[test]
fn what_the_kernel_learned_gives_way() {
    in_netns(|| {
        let (web, _eth0) = web();
        ping_in(&web, "10.0.0.1");
        assert!(no_answer(&web, "10.0.0.99"));
        for address in ["10.0.0.1", "10.0.0.99"] {
            assert_ne!(entry(&web, address).unwrap()["state"], serde_json::json!(["PERMANENT"]));
            refused(web.remove_neighbour(neighbour(address), None), ErrorKind::NeighbourMissing);
            web.add_neighbour(neighbour(address), mac("02:00:00:00:00:77")).unwrap();
            let there = entry(&web, address).unwrap();
            assert_eq!((&there["lladdr"], &there["state"][0]), (&"02:00:00:00:00:77".into(), &"PERMANENT".into()));
        }
    });
}

#[test]
fn which_link_a_neighbour_is_on() {
    in_netns(|| {
        let (web, eth0) = web();
        let eth1 = another(&web, "veth2", named("eth1").address(parse("10.9.0.2/24")));
        web.add_neighbour(neighbour("10.9.0.9"), mac(HOST)).unwrap();
        assert_eq!(entry(&web, "10.9.0.9").unwrap()["dev"], "eth1", "where the route to it leads");
        web.add_neighbour(neighbour("10.9.0.8").link(eth0.source_name()), mac(HOST)).unwrap();
        assert_eq!(entry(&web, "10.9.0.8").unwrap()["dev"], "eth0", "where it was said to be");
        refused(web.remove_neighbour(neighbour("10.9.0.8"), None), ErrorKind::NeighbourMissing);

        let nowhere = refused(web.add_neighbour(neighbour("192.0.2.1"), mac(HOST)), ErrorKind::Unreachable);
        assert!(nowhere.starts_with(&format!("add the neighbour 192.0.2.1 ({HOST}) in /run/netns/web: ")), "{nowhere}");
        let unknown: IfName = parse("nope");
        let message = refused(web.add_neighbour(neighbour("10.9.0.9").link(unknown), mac(HOST)), ErrorKind::NotFound);
        assert!(message.contains("10.9.0.9 (02:00:00:00:00:01) on nope in /run/netns/web"), "{message}");
        refused(web.add_neighbour(neighbour("10.9.0.9").bridge(), mac(HOST)), ErrorKind::InvalidArgument);
        refused(web.remove_neighbour(neighbour("10.9.0.9").link(unknown), None), ErrorKind::NotFound);

        ip_in(&web, "link del eth1");
        refused(web.add_neighbour(neighbour("10.9.0.9").link(eth1.source_name()), mac(HOST)), ErrorKind::NotFound);
        refused(web.remove_neighbour(neighbour("10.9.0.9").link(eth1.source_name()), None), ErrorKind::NotFound);
    });
}

/// Two namespaces with a VXLAN tunnel between them that learns nothing and asks nobody.
#[test]
fn traffic_finds_forwarding_entries() {
    in_netns(|| {
        let host = Namespace::current().unwrap();
        ip("link add br0 type bridge");
        ip("link set br0 up");
        let side = |n: u8| {
            let namespace = Namespace::create(format!("/run/netns/side{n}")).unwrap();
            veth(&format!("under{n}"), &format!("port{n}"));
            ip(&format!("link set port{n} master br0 up"));
            let under = named("eth0").address(parse(&format!("10.0.0.{n}/24")));
            namespace.add_interface(Link::existing(&host, format!("under{n}")).unwrap(), under).unwrap();
            ip_in(
                &namespace,
                &format!("link add vx0 type vxlan id 7 dstport 4789 nolearning local 10.0.0.{n} dev eth0"),
            );
            ip_in(&namespace, "link set vx0 arp off");
            let over = named("vx0")
                .mac(parse(&format!("02:00:00:00:00:0{n}")))
                .address(parse(&format!("10.7.0.{n}/24")))
                .address(parse(&format!("fd07::{n}/64")));
            namespace.add_interface(Link::in_place("vx0").unwrap(), over).unwrap();
            namespace
        };
        let (left, right) = (side(1), side(2));
        let vx0: IfName = parse("vx0");
        for (namespace, other) in [(&left, 2), (&right, 1)] {
            let mac = mac(&format!("02:00:00:00:00:0{other}"));
            for address in [format!("10.7.0.{other}"), format!("fd07::{other}")] {
                namespace.add_neighbour(neighbour(&address).link(vx0), mac).unwrap();
            }
        }
        assert!(no_answer(&left, "10.7.0.2"), "no host is known behind the tunnel");
        let entry = |n| neighbour(&format!("10.0.0.{n}")).link(vx0).bridge();
        left.add_neighbour(entry(2), mac(WEB)).unwrap();
        right.add_neighbour(entry(1), mac(HOST)).unwrap();
        ping_in(&left, "10.7.0.2");
        ping_in(&left, "fd07::2");
        let [found] = &forwarding(&left, WEB)[..] else { panic!("{:?}", forwarding(&left, WEB)) };
        assert_eq!((&found["dst"], &found["state"]), (&"10.0.0.2".into(), &"permanent".into()));

        let twice = refused(left.add_neighbour(entry(2), mac(WEB)), ErrorKind::NeighbourExists);
        assert!(
            twice.contains(&format!("10.0.0.2 ({WEB}) on vx0 in /run/netns/side1: it is there already")),
            "{twice}"
        );
        let without = refused(left.remove_neighbour(entry(2), None), ErrorKind::InvalidArgument);
        assert!(without.contains("found by its MAC"), "{without}");
        left.remove_neighbour(entry(2), Some(mac(WEB))).unwrap();
        assert!(forwarding(&left, WEB).is_empty());
        let missing = refused(left.remove_neighbour(entry(2), Some(mac(WEB))), ErrorKind::NeighbourMissing);
        assert!(missing.contains(&format!("10.0.0.2 ({WEB}) on vx0")), "{missing}");
        assert!(no_answer(&left, "10.7.0.2"));
    });
}

#[test]
fn what_the_bridge_learned_goes_too() {
    in_netns(|| {
        let (web, _eth0) = web();
        ip_in(&web, "link add br0 type bridge");
        ip_in(&web, "link set br0 up");
        ip_in(&web, "addr flush dev eth0");
        ip_in(&web, "link set eth0 master br0");
        ip_in(&web, "addr add 10.0.0.2/24 dev br0");
        ping("10.0.0.2");
        let learned = |mac: &str| forwarding(&web, mac).iter().filter(|entry| entry["master"] == "br0").count();
        assert_eq!(learned(HOST), 1);

        let entry = neighbour("10.0.0.1").link(parse("veth1")).bridge();
        web.add_neighbour(entry, mac(HOST)).unwrap();
        let own = |entry: &&Value| entry["flags"].as_array().unwrap().contains(&"self".into());
        assert_eq!(forwarding(&web, HOST).iter().filter(own).count(), 1);
        refused(web.add_neighbour(entry, mac(HOST)), ErrorKind::NeighbourExists);
        web.remove_neighbour(entry, Some(mac(HOST))).unwrap();
        assert!(forwarding(&web, HOST).is_empty(), "{:?}", forwarding(&web, HOST));
        refused(web.remove_neighbour(entry, Some(mac(HOST))), ErrorKind::NeighbourMissing);

        // Not what an administrator has told the bridge, once or, on older kernels, for each VLAN.
        let fixed = "02:00:00:00:00:55";
        let add = ["fdb", "add", fixed, "dev", "eth0", "master", "static"];
        inside(&web, || assert!(Command::new("bridge").args(add).status().unwrap().success()));
        let told = learned(fixed);
        assert!(told > 0);
        web.add_neighbour(entry, mac(fixed)).unwrap();
        web.remove_neighbour(entry, Some(mac(fixed))).unwrap();
        assert_eq!(learned(fixed), told);
    });
}

#[test]
fn extra_addresses_on_any_link() {
    in_netns(|| {
        let (web, _eth0) = web();
        for (link, address) in
            [("lo", "192.0.2.10/32"), ("lo", "2001:db8::10/128"), ("eth0", "10.0.0.77/24"), ("eth0", "fd00::77/64")]
        {
            web.add_extra_address(link, parse(address)).unwrap();
            let twice = refused(web.add_extra_address(link, parse(address)), ErrorKind::Exists);
            let doing =
                format!("add the alias address {address} to {link} in /run/netns/web: File exists (os error 17)");
            assert!(twice.starts_with(&doing), "{twice}");
        }
        ping("10.0.0.77");
        ping("fd00::77");
        ip("route add 192.0.2.10/32 via 10.0.0.2");
        ping("192.0.2.10");
        for (link, address) in [("lo", "192.0.2.10/32"), ("lo", "2001:db8::10/128"), ("eth0", "10.0.0.77/24")] {
            web.remove_extra_address(link, parse(address)).unwrap();
            let missing = refused(web.remove_extra_address(link, parse(address)), ErrorKind::NotFound);
            let doing = format!("remove the alias address {address} from {link} in /run/netns/web: ");
            assert!(missing.starts_with(&doing), "{missing}");
        }
        let message = refused(web.add_extra_address("nope", parse("192.0.2.10/32")), ErrorKind::NotFound);
        assert!(message.contains("192.0.2.10/32 to nope in /run/netns/web"), "{message}");
        refused(web.remove_extra_address("nope", parse("192.0.2.10/32")), ErrorKind::NotFound);
        for none in ["0.0.0.0/0", "0.0.0.0/32", "::/64"] {
            refused(web.add_extra_address("eth0", parse(none)), ErrorKind::InvalidArgument);
        }
        refused(web.add_extra_address("a/b", parse("192.0.2.10/32")), ErrorKind::InvalidName);
        refused(web.remove_extra_address("", parse("192.0.2.10/32")), ErrorKind::InvalidName);
    });
}

#[test]
fn an_extra_ipv6_address_enables_ipv6() {
    in_netns(|| {
        let web = Namespace::create("/run/netns/web").unwrap();
        let disabled = || inside(&web, || read_sysctl("ipv6/conf/eth0/disable_ipv6"));
        another(&web, "veth1", named("eth0").address(parse("10.0.0.2/24")));
        assert_eq!(disabled(), "1");
        refused(web.add_extra_address("eth0", parse("ff02::5/128")), ErrorKind::Kernel);
        assert_eq!(disabled(), "1", "as before");
        web.add_extra_address("eth0", parse("fd00::2/64")).unwrap();
        assert_eq!(disabled(), "0");
        ip("addr add fd00::1/64 dev veth1-host nodad");
        ping("fd00::2");
    });
}

#[test]
fn no_arp_for_a_virtual_ip() {
    in_netns(|| {
        let (web, eth0) = web();
        web.add_extra_address("lo", parse("10.0.0.100/32")).unwrap();
        ping("10.0.0.100");
        web.disable_arp_for_vip("veth1").unwrap();
        let setting = |name: &str| inside(&web, || read_sysctl(&format!("ipv4/conf/eth0/{name}")));
        assert_eq!((setting("arp_ignore"), setting("arp_announce")), ("1".into(), "2".into()));
        ip("neigh flush dev veth1-host");
        assert!(no_answer(&Namespace::current().unwrap(), "10.0.0.100"));
        ping("10.0.0.2");

        let message = refused(web.disable_arp_for_vip("nope"), ErrorKind::NotFound);
        assert!(message.contains("on nope in /run/netns/web: no interface with source name nope"), "{message}");
        ip_in(&web, "link del eth0");
        let message = refused(web.disable_arp_for_vip(eth0.source_name()), ErrorKind::NotFound);
        assert!(message.contains("on veth1 in /run/netns/web"), "{message}");
    });
}

#[test]
fn ipv6_on_loopback_is_remembered_and_refreshed() {
    in_netns(|| {
        let web = Namespace::create("/run/netns/web").unwrap();
        assert!(web.has_ipv6_on_loopback().unwrap());
        ip_in(&web, "-6 addr flush dev lo");
        assert!(web.has_ipv6_on_loopback().unwrap());
        assert!(!web.refresh_ipv6_on_loopback().unwrap());
        ip_in(&web, "addr add ::1/128 dev lo");
        assert!(!web.clone().has_ipv6_on_loopback().unwrap());
        assert!(web.refresh_ipv6_on_loopback().unwrap());
        assert!(web.has_ipv6_on_loopback().unwrap());
    });
}

#[test]
fn settings_of_a_load_balancer_that_is_not_there() {
    in_netns(|| {
        let web = Namespace::create("/run/netns/web").unwrap();
        let names = ["conn_reuse_mode", "expire_nodest_conn", "expire_quiescent_template"];
        let there = inside(&web, || std::path::Path::new("/proc/sys/net/ipv4/vs").exists());
        logged();
        web.tune_load_balancer().unwrap();
        if there {
            let values = names.map(|name| inside(&web, || read_sysctl(&format!("ipv4/vs/{name}"))));
            assert_eq!(values, ["0", "1", "1"]);
        } else {
            let lines = logged();
            for name in names {
                let line = format!("WARN net.ipv4.vs.{name} is not set in /run/netns/web: ");
                assert!(lines.iter().any(|logged| logged.starts_with(&line)), "{lines:?}");
            }
        }
    });
}
