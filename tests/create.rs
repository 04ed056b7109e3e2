//! Links made in place: bridges and veth pairs, directly in the target under their final name.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use common::{
    World, assert_as_before, bridge, in_netns, ip, ip_in, ip_json, ip_json_in, named, parse, ping, ping_in, prefixed,
    refused, settled, veth,
};
use netgraft::{ErrorKind, Interface, InterfaceConfig, Link, Namespace, Result, Veth};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

#[track_caller]
fn shown(namespace: &Namespace, name: &str) -> Value {
    ip_json_in(namespace, &format!("addr show dev {name}"))[0].take()
}

/// What `ip monitor link` prints in the host while something is done.
fn watched(what: impl FnOnce()) -> String {
    let mut monitor = Command::new("ip").args(["monitor", "link"]).stdout(Stdio::piped()).spawn().unwrap();
    let seen = Mutex::new(String::new());
    std::thread::scope(|scope| {
        let lines = BufReader::new(monitor.stdout.take().unwrap()).lines();
        scope.spawn(|| lines.for_each(|line| seen.lock().unwrap().push_str(&(line.unwrap() + "\n"))));
        // Links of our own say that it has begun and that it has seen everything.
        let wait_for = |name: &str| {
            while !seen.lock().unwrap().contains(name) {
                ip(&format!("link add {name} type veth peer {name}x"));
                ip(&format!("link del {name}"));
                std::thread::sleep(Duration::from_millis(10));
            }
        };
        wait_for("begin");
        what();
        wait_for("end");
        kill(Pid::from_raw(monitor.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    });
    monitor.wait().unwrap();
    seen.into_inner().unwrap()
}

#[test]
fn a_bridge_is_made_where_it_belongs() {
    in_netns(|| {
        let world = World::new();
        let config = prefixed("lan").mac(parse("02:00:00:00:00:0b")).mtu(1400).address(parse("10.5.0.1/24"));
        let mut bridge = None;
        let events = watched(|| bridge = Some(world.web.add_interface(Link::bridge("br").unwrap(), config).unwrap()));
        assert!(!events.contains("lan0") && !events.contains(": br:"), "never in the host: {events}");

        let bridge = bridge.unwrap();
        assert_eq!((bridge.name(), bridge.source_name()), (parse("lan0"), parse("br")));
        let link = shown(&world.web, "lan0");
        assert_eq!(link["linkinfo"]["info_kind"], "bridge");
        assert_eq!((&link["address"], &link["mtu"]), (&"02:00:00:00:00:0b".into(), &1400.into()));
        assert_eq!(link["addr_info"][0]["local"], "10.5.0.1");
        assert!(link["flags"].as_array().unwrap().contains(&"UP".into()));
        assert_eq!(bridge.state().unwrap().kind.as_deref(), Some("bridge"));
        ping_in(&world.web, "10.5.0.1");
        bridge.remove().unwrap();
        assert!(world.names().is_empty(), "what we made, we delete");
    });
}

#[test]
fn a_veth_s_peer_is_in_the_host_on_its_bridge() {
    in_netns(|| {
        let world = World::new();
        ip("link add br0 type bridge");
        ip("addr add 10.0.0.1/24 dev br0");
        ip("addr add fd00:1::1/64 dev br0 nodad");
        ip("link set br0 up");
        let peer = Veth::peer(&world.host, "vhost").unwrap().bridge("br0").unwrap();
        let config = prefixed("eth")
            .mac(parse("02:00:00:00:00:0c"))
            .address(parse("10.0.0.2/24"))
            .address(parse("fd00:1::2/64"))
            .route(parse("172.20.0.0/16"));
        let link = Link::veth("inner", peer).unwrap();
        let mut eth0 = None;
        let events = watched(|| eth0 = Some(world.web.add_interface(link, config).unwrap()));
        assert!(!events.contains("eth0@") && !events.contains("inner"), "never in the host: {events}");

        let eth0 = eth0.unwrap();
        assert_eq!((eth0.name(), eth0.source_name()), (parse("eth0"), parse("inner")));
        let port = shown(&world.host, "vhost");
        assert_eq!(port["master"], "br0");
        assert!(port["flags"].as_array().unwrap().contains(&"UP".into()), "{port}");
        ping("10.0.0.2");
        ping("fd00:1::2");
        ping_in(&world.web, "10.0.0.1");
        let state = eth0.state().unwrap();
        assert_eq!(state.peer.map(|index| u64::from(index.get())), port["ifindex"].as_u64());

        eth0.remove().unwrap();
        assert!(world.names().is_empty());
        assert!(!ip("link").contains("vhost"), "the peer goes with it");
    });
}

#[test]
fn a_peer_without_a_bridge_is_left_alone() {
    in_netns(|| {
        let world = World::new();
        let link = Link::veth("inner", Veth::peer(&world.host, "vhost").unwrap()).unwrap();
        let eth0 = world.web.add_interface(link, named("eth0").address(parse("10.0.0.2/24"))).unwrap();
        let peer = shown(&world.host, "vhost");
        assert_eq!((&peer["operstate"], &peer["master"]), (&"DOWN".into(), &Value::Null));
        let state = eth0.state().unwrap();
        assert_eq!((state.up, state.running), (true, false));
        ip("addr add 10.0.0.1/24 dev vhost");
        ip("link set vhost up");
        ping("10.0.0.2");
    });
}

#[test]
fn a_peer_may_be_anywhere() {
    in_netns(|| {
        let world = World::new();
        let third = Namespace::create_anonymous().unwrap();
        ip_in(&third, "link add br0 type bridge");
        ip_in(&third, "link set br0 up");
        let peer = Veth::peer(&third, "far").unwrap().bridge("br0").unwrap();
        world.web.add_interface(Link::veth("inner", peer).unwrap(), named("eth0")).unwrap();
        assert_eq!(shown(&third, "far")["master"], "br0");
        assert_eq!(ip_json("link").as_array().unwrap().len(), 1, "the host has only lo");

        let both = Link::veth("one", Veth::peer(&world.web, "two").unwrap()).unwrap();
        world.web.add_interface(both, named("eth1")).unwrap();
        assert!(world.names().contains(&"two".into()), "both ends in one");
    });
}

#[test]
fn a_port_and_its_bridge_are_made_one_after_the_other() {
    in_netns(|| {
        let world = World::new();
        let bridge = Link::bridge("br").unwrap();
        world.web.add_interface(bridge, named("lan").address(parse("10.0.0.2/24"))).unwrap();
        let link = Link::veth("port", Veth::peer(&world.host, "vhost").unwrap()).unwrap();
        world.web.add_interface(link, prefixed("p").master(parse("br"))).unwrap();
        assert_eq!(shown(&world.web, "p0")["master"], "lan");
        ip("addr add 10.0.0.1/24 dev vhost");
        ip("link set vhost up");
        ping("10.0.0.2");
        // The bridge goes first; the port stays, as it would by hand.
        world.web.interface("br").unwrap().remove().unwrap();
        assert_eq!(world.names(), ["p0"]);
        world.web.interface("port").unwrap().remove().unwrap();
    });
}

#[test]
fn in_the_current_namespace_the_name_is_the_source_name() {
    in_netns(|| {
        let host = Namespace::current().unwrap();
        let far = Namespace::create_anonymous().unwrap();
        let link = Link::veth("inner", Veth::peer(&far, "far").unwrap()).unwrap();
        let inner = host.add_interface(link, prefixed("eth")).unwrap();
        assert_eq!(inner.name(), parse("inner"));
        inner.remove().unwrap();
        assert_eq!(ip_json("link").as_array().unwrap().len(), 1);
    });
}

/// Not every kernel has the driver; one that has not, says so and leaves nothing.
#[test]
fn a_dummy_where_the_kernel_has_them() {
    in_netns(|| {
        let world = World::new();
        let has = Command::new("ip").args("link add probe type dummy".split(' ')).output().unwrap().status.success();
        let before = settled(&world.web);
        let result = world.web.add_interface(Link::dummy("d").unwrap(), named("dum0").address(parse("10.0.0.2/32")));
        if has {
            result.unwrap().remove().unwrap();
        } else {
            assert!(refused(result, ErrorKind::NotSupported).contains("dummy"));
        }
        assert_as_before(&before, &world.web);
    });
}

/// Adds a link of each kind that must fail, and looks for what it left.
fn leaves_nothing(prepare: &str, kind: ErrorKind, says: &[&str], add: impl Fn(&World) -> Result<Interface>) {
    let world = World::new();
    bridge("br0");
    veth("plain", "plain-peer");
    for words in prepare.split(';').filter(|words| !words.is_empty()) {
        ip_in(&world.web, words);
    }
    let (host, web) = (settled(&world.host), settled(&world.web));
    for _ in 0..2 {
        let message = refused(add(&world), kind);
        for word in says {
            assert!(message.contains(word), "no {word}: {message}");
        }
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
        assert!(world.web.interfaces().is_empty());
    }
}

/// Takes away what `leaves_nothing` made.
fn clear() {
    Namespace::open("/run/netns/web").unwrap().destroy().unwrap();
    ["br0", "br0-hold", "plain"].iter().for_each(|name| drop(ip(&format!("link del {name}"))));
}

/// A veth whose peer is on the host's bridge, and a bridge: neither may be left when `config` fails.
fn config_leaves_nothing(prepare: &str, kind: ErrorKind, says: &[&str], config: impl Fn() -> InterfaceConfig) {
    leaves_nothing(prepare, kind, says, |world| {
        let peer = Veth::peer(&world.host, "vhost")?.bridge("br0")?;
        world.web.add_interface(Link::veth("inner", peer)?, config())
    });
    clear();
    leaves_nothing(prepare, kind, says, |world| world.web.add_interface(Link::bridge("inner")?, config()));
}

#[test]
fn a_taken_name_leaves_nothing() {
    in_netns(|| {
        let taken = "link add eth0 type bridge";
        config_leaves_nothing(taken, ErrorKind::NameTaken, &["inner", "eth0", "/run/netns/web"], || named("eth0"));
    });
}

#[test]
fn a_name_taken_by_an_alternative_name_leaves_nothing() {
    in_netns(|| {
        let taken = "link property add dev lo altname eth0";
        config_leaves_nothing(taken, ErrorKind::NameTaken, &["inner", "eth0"], || named("eth0"));
    });
}

#[test]
fn a_bad_mtu_leaves_nothing() {
    in_netns(|| {
        config_leaves_nothing("", ErrorKind::Kernel, &["inner", "70000", "mtu"], || prefixed("eth").mtu(70000))
    });
}

#[test]
fn a_bad_mac_leaves_nothing() {
    in_netns(|| {
        let mac = "03:00:00:00:00:01";
        config_leaves_nothing("", ErrorKind::Kernel, &["inner", mac], || prefixed("eth").mac(parse(mac)));
    });
}

#[test]
fn a_bad_address_leaves_nothing() {
    in_netns(|| {
        let config = || prefixed("eth").address(parse("10.0.0.2/24")).address(parse("ff02::5/64"));
        config_leaves_nothing("", ErrorKind::Kernel, &["inner", "ff02::5"], config);
    });
}

#[test]
fn a_clash_leaves_nothing() {
    in_netns(|| {
        let taken = "link add used type bridge;link set used up;route add 10.0.0.0/8 dev used";
        let config = || prefixed("eth").address(parse("10.0.0.2/24"));
        config_leaves_nothing(taken, ErrorKind::AddressClash, &["10.0.0.2", "10.0.0.0/8"], config);
    });
}

#[test]
fn a_missing_master_leaves_nothing() {
    in_netns(|| {
        config_leaves_nothing("", ErrorKind::NotFound, &["inner", "nobody"], || prefixed("e").master(parse("nobody")));
    });
}

#[test]
fn an_unknown_sysctl_leaves_nothing() {
    in_netns(|| {
        let config = || prefixed("eth").sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
        config_leaves_nothing("", ErrorKind::Sysctl, &["inner", "nonsense"], config);
    });
}

#[test]
fn a_route_that_cannot_be_leaves_nothing() {
    in_netns(|| {
        // IPv6 is off on a link without an IPv6 address.
        let config = || prefixed("eth").address(parse("10.0.0.2/24")).route(parse("fd00:9::/48"));
        leaves_nothing("", ErrorKind::Kernel, &["fd00:9::/48"], |world| {
            world.web.add_interface(Link::bridge("inner")?, config())
        });
    });
}

#[test]
fn a_route_that_exists_leaves_nothing() {
    in_netns(|| {
        let taken = "link add used type bridge;link set used up;route add 172.20.0.0/16 dev used";
        let config = || prefixed("eth").route(parse("172.20.0.0/16"));
        config_leaves_nothing(taken, ErrorKind::Exists, &["inner", "172.20.0.0/16"], config);
    });
}

#[test]
fn a_taken_peer_name_leaves_nothing() {
    in_netns(|| {
        leaves_nothing("", ErrorKind::NameTaken, &["plain"], |world| {
            let peer = Veth::peer(&world.host, "plain")?.bridge("br0")?;
            world.web.add_interface(Link::veth("inner", peer)?, prefixed("eth"))
        });
    });
}

#[test]
fn a_missing_bridge_leaves_nothing() {
    in_netns(|| {
        leaves_nothing("", ErrorKind::NotFound, &["nobridge"], |world| {
            let peer = Veth::peer(&world.host, "vhost")?.bridge("nobridge")?;
            world.web.add_interface(Link::veth("inner", peer)?, prefixed("eth"))
        });
    });
}

#[test]
fn a_bridge_that_is_none_leaves_nothing() {
    in_netns(|| {
        for other in ["plain", "lo"] {
            leaves_nothing("", ErrorKind::NotSupported, &[other], |world| {
                let peer = Veth::peer(&world.host, "vhost")?.bridge(other)?;
                world.web.add_interface(Link::veth("inner", peer)?, prefixed("eth"))
            });
            clear();
        }
    });
}

#[test]
fn names_that_cannot_be_are_refused_when_given() {
    for bad in ["", ".", "..", "a/b", "a b", "eth%d", "sixteen-bytes-xx", "a:b", "tab\there", "nul\0"] {
        refused(Link::bridge(bad), ErrorKind::InvalidName);
        refused(Link::in_place(bad), ErrorKind::InvalidName);
        refused(Link::dummy(bad), ErrorKind::InvalidName);
    }
    in_netns(|| {
        let host = Namespace::current().unwrap();
        refused(Link::existing(&host, "a/b"), ErrorKind::InvalidName);
        refused(Veth::peer(&host, "a/b"), ErrorKind::InvalidName);
        refused(Veth::peer(&host, "ab").unwrap().bridge("a/b"), ErrorKind::InvalidName);
    });
}

/// The wait of a bridge without ports: admin-up is what it gets.
#[test]
fn an_empty_bridge_does_not_hold_up_the_add() {
    in_netns(|| {
        let world = World::new();
        let begin = std::time::Instant::now();
        let bridge = world.web.add_interface(Link::bridge("br").unwrap(), named("br")).unwrap();
        assert!(bridge.state().unwrap().up);
        assert!(begin.elapsed() < common::patience(Duration::from_secs(1)), "{:?}", begin.elapsed());
    });
}
