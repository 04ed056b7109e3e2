//! Restoring from what the caller remembers of its interfaces, with and without a journal.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{
    World, assert_as_before, bridge, in_netns, inside, ip, ip_in, ip_json, ip_json_in, journal_files, named, parse,
    prefixed, settled, veth,
};
use netgraft::{
    Announce, ErrorKind, Family, Gateway, InterfaceConfig, Link, NamePrefix, Namespace, Restored, VethPeer,
};

const JOURNAL: &str = "/run/journal";

/// A handle as another process would have it, without a journal.
fn reopened() -> Namespace {
    Namespace::open("/run/netns/web").unwrap()
}

/// What was found, as `source name`.
fn found(restored: &Restored) -> Vec<String> {
    restored.interfaces.iter().map(|interface| format!("{} {}", interface.source_name(), interface.name())).collect()
}

#[track_caller]
fn assert_all_found(restored: &Restored) {
    assert!(restored.unmatched.is_empty() && restored.failed.is_empty(), "{restored:?}");
}

/// Everything that the tests here are about, in a world with `veth1`.
fn descriptions(host: &Namespace) -> Vec<(Link, InterfaceConfig)> {
    let port = Link::veth_named("port", VethPeer::new(host, "far")).unwrap();
    vec![
        // In front of its master.
        (port, prefixed("veth").master(parse("bridge"))),
        (
            Link::existing(host, "veth1").unwrap(),
            prefixed("eth")
                .mac(parse("02:00:00:00:00:11"))
                .mtu(1400)
                .address(parse("10.0.0.2/24"))
                .address(parse("fd00:1::2/64"))
                .route(parse("172.20.0.0/16"))
                .route(parse("0.0.0.0/0")),
        ),
        (Link::existing(host, "six").unwrap(), named("eth6").address(parse("fd00:6::2/64"))),
        (Link::bridge("named").unwrap(), named("d0")),
        (Link::bridge("bridge").unwrap(), named("br0").address(parse("10.9.0.1/24"))),
    ]
}

/// Adds them, as a process that has ended since.
fn add_all(world: &World) {
    veth("six", "six-peer");
    let mut all = descriptions(&world.host);
    let port = all.remove(0);
    for (link, config) in all.into_iter().chain([port]) {
        world.web.add_interface(link, config).unwrap();
    }
}

#[test]
fn found_by_address_or_name_masters_first() {
    in_netns(|| {
        let world = World::with_veth();
        add_all(&world);
        // Its IPv4 address has gone: the other one tells.
        ip_in(&world.web, "addr del 10.0.0.2/24 dev eth0");
        ip_in(&world.web, "link set eth0 down");
        ip_in(&world.web, "link set eth0 name renamed up");
        ip_in(&world.web, "addr add fd00:1::2/64 dev renamed nodad");
        let web = reopened();
        let before = settled(&web);
        let restored = web.restore_from(descriptions(&world.host)).unwrap();
        assert_all_found(&restored);
        let order = ["veth1 renamed", "six eth6", "named d0", "bridge br0", "port veth0"];
        assert_eq!(found(&restored), order);
        assert_as_before(&before, &web);
        let listed: Vec<String> = web.interfaces().unwrap().iter().map(|i| i.source_name().to_string()).collect();
        assert_eq!(listed, ["veth1", "six", "named", "bridge", "port"]);
        // Twice is no different: they are on the list.
        let again = web.restore_from(descriptions(&world.host)).unwrap();
        assert_all_found(&again);
        assert_eq!((again.interfaces.len(), web.interfaces().unwrap().len()), (5, 5));
    });
}

#[test]
fn what_is_found_works_and_can_be_removed() {
    in_netns(|| {
        let world = World::with_veth();
        add_all(&world);
        let web = reopened();
        assert_all_found(&web.restore_from(descriptions(&world.host)).unwrap());
        let eth0 = web.interface("veth1").unwrap();
        assert_eq!(eth0.statistics().unwrap().rx_errors, 0);
        assert_eq!(eth0.state().unwrap().routes, [parse("172.20.0.0/16")]);
        assert_eq!(eth0.default_routes(), [parse("0.0.0.0/0")]);
        web.set_gateway(Gateway::new([10, 0, 0, 1])).unwrap();
        web.remove_gateway(Family::Ipv4).unwrap();
        web.set_default_route("veth1", Family::Ipv4).unwrap();
        // A new one with it for its master.
        let late = Link::veth_named("late", VethPeer::new(&web, "late-peer")).unwrap();
        web.add_interface(late, named("late").master(parse("bridge"))).unwrap();
        for source in ["late", "port", "bridge", "named", "six", "veth1"] {
            let interface = web.interface(source).unwrap();
            interface.remove().unwrap();
            assert_eq!(interface.remove().unwrap_err().kind(), ErrorKind::NotFound);
        }
        assert!(world.names().is_empty(), "{:?}", world.names());
        // Home under its name, down, without addresses; what else the add had set stays.
        let link = &ip_json("addr show veth1")[0];
        assert_eq!((&link["address"], &link["mtu"]), (&"02:00:00:00:00:11".into(), &1400.into()));
        assert!(!link["flags"].to_string().contains("\"UP\""), "{link}");
        assert_eq!(link["addr_info"].as_array().unwrap().len(), 0, "{link}");
        ip("link show six");
        assert!(!ip("link").contains("far"));
    });
}

#[test]
fn in_place_the_addresses_and_routes_described_go() {
    in_netns(|| {
        let world = World::new();
        ip_in(&world.web, "link add own type veth peer other");
        ip_in(&world.web, "link set other addrgenmode none up");
        ip_in(&world.web, "link set own up");
        ip_in(&world.web, "addr add 10.1.0.1/24 dev own");
        ip_in(&world.web, "route add 172.16.0.0/16 dev own");
        ip_in(&world.web, "addr add 10.1.1.1/24 dev own label own:1");
        inside(&world.web, || bridge("br0"));
        world.web.add_interface(Link::in_place("br0").unwrap(), InterfaceConfig::keep_name()).unwrap();
        let before = settled(&world.web);
        let config = || {
            named("eth0")
                .address(parse("10.2.0.1/24"))
                .address(parse("fd00:2::1/64"))
                .route(parse("172.17.0.0/16"))
                .master(parse("br0"))
        };
        world.web.add_interface(Link::in_place("own").unwrap(), config()).unwrap();
        let web = reopened();
        let all = [
            (Link::in_place("own").unwrap(), config()),
            (Link::in_place("br0").unwrap(), InterfaceConfig::keep_name()),
        ];
        assert_all_found(&web.restore_from(all).unwrap());
        web.interface("own").unwrap().remove().unwrap();
        assert_as_before(&before, &web);
        web.interface("br0").unwrap().remove().unwrap();
        ip_in(&web, "link show br0");
    });
}

#[test]
fn host_mode_goes_by_the_source_name() {
    in_netns(|| {
        let host = Namespace::current().unwrap();
        veth("veth1", "peer1");
        host.add_interface(Link::in_place("veth1").unwrap(), named("eth0").address(parse("10.0.0.2/24"))).unwrap();
        host.add_interface(Link::bridge("br0").unwrap(), prefixed("eth")).unwrap();
        let again = Namespace::current().unwrap();
        let all = [(Link::in_place("veth1").unwrap(), named("eth0")), (Link::bridge("br0").unwrap(), prefixed("eth"))];
        let restored = again.restore_from(all).unwrap();
        assert_all_found(&restored);
        assert_eq!(found(&restored), ["veth1 eth0", "br0 br0"]);
    });
}

#[test]
fn what_is_not_found_is_told_and_loses_nothing_else() {
    in_netns(|| {
        let world = World::with_veth();
        add_all(&world);
        for n in 0..2 {
            ip_in(&world.web, &format!("link add x{n} type veth peer y{n}"));
        }
        let web = reopened();
        let mut all = descriptions(&world.host);
        let prefix = |text: &str| InterfaceConfig::prefix(NamePrefix::new(text).unwrap());
        all.push((Link::in_place("one-of-two").unwrap(), prefix("x")));
        all.push((Link::bridge("gone").unwrap(), named("nowhere").address(parse("10.7.0.1/24"))));
        // It is no bridge.
        all.push((Link::bridge("other-kind").unwrap(), named("x0")));
        // In a circle, and neither is there.
        all.push((Link::bridge("a").unwrap(), named("a").master(parse("b"))));
        all.push((Link::bridge("b").unwrap(), named("b").master(parse("a"))));
        // Not a description that could ever have been added.
        all.push((Link::bridge("named").unwrap(), named("d0")));
        let restored = web.restore_from(all).unwrap();
        assert_eq!(restored.interfaces.len(), 5, "{restored:?}");
        let unmatched: Vec<String> =
            restored.unmatched.iter().map(|(source, why)| format!("{source} {:?} {why}", why.kind())).collect();
        let there = "restore one-of-two in /run/netns/web: several links have a name with the prefix x: x0, x1";
        assert!(unmatched.contains(&format!("one-of-two InvalidArgument {there}")), "{unmatched:?}");
        let nowhere = "restore gone in /run/netns/web: no link has 10.7.0.1 or the name nowhere";
        assert!(unmatched.contains(&format!("gone NotFound {nowhere}")), "{unmatched:?}");
        assert_eq!(unmatched.len(), 5, "{unmatched:?}");
        let failed: Vec<ErrorKind> = restored.failed.iter().map(netgraft::Error::kind).collect();
        assert_eq!(failed, [ErrorKind::Exists], "{restored:?}");
    });
}

#[test]
fn announced_again_with_the_numbers_given() {
    in_netns(|| {
        let world = World::with_veth();
        let config = |count| named("eth0").address(parse("10.0.0.2/24")).announce(Announce::times(count).unwrap());
        world.add("veth1", config(0)).unwrap();
        let web = reopened();
        let sent = || ip_json_in(&world.web, "-s link show eth0")[0]["stats64"]["tx"]["packets"].as_u64().unwrap();
        inside(&world.web, || common::write_sysctl("ipv6/conf/eth0/disable_ipv6", "1"));
        let before = sent();
        assert_all_found(&web.restore_from([(world.link("veth1"), config(2))]).unwrap());
        netgraft::announce::flush();
        assert_eq!(sent() - before, 2);
        // On the list already, it is announced anew.
        assert_all_found(&web.restore_from([(world.link("veth1"), config(1))]).unwrap());
        assert_eq!(sent() - before, 3);
    });
}

#[test]
fn the_journal_takes_precedence_and_is_told() {
    in_netns(|| {
        let world = World::with_veth();
        let host = settled(&world.host);
        veth("veth2", "peer2");
        // One that the journal knows, with what its link was like, and one that it does not.
        let known = || named("eth0").address(parse("10.0.0.2/24")).mtu(1400);
        let unknown = || named("eth2").address(parse("10.2.0.2/24")).mtu(1400);
        world.add("veth2", unknown()).unwrap();
        let kept = reopened();
        kept.keep_journal(JOURNAL).unwrap();
        kept.add_interface(world.link("veth1"), known()).unwrap();
        let web = reopened();
        web.keep_journal(JOURNAL).unwrap();
        let all = || [(world.link("veth1"), known()), (world.link("veth2"), unknown())];
        let restored = web.restore_from(all()).unwrap();
        assert_all_found(&restored);
        assert_eq!(found(&restored), ["veth1 eth0", "veth2 eth2"]);
        assert_eq!(journal_files(JOURNAL).len(), 2);
        // From now on the journal is enough.
        let next = reopened();
        next.keep_journal(JOURNAL).unwrap();
        assert_eq!(found(&next.restore().unwrap()), ["veth1 eth0", "veth2 eth2"]);
        next.interface("veth2").unwrap().remove().unwrap();
        next.interface("veth1").unwrap().remove().unwrap();
        assert_eq!(ip_json("link show veth2")[0]["mtu"], 1400, "not known to have been anything else");
        ip("link del veth2");
        assert_as_before(&host, &world.host);
        assert_eq!(journal_files(JOURNAL).len(), 0);
        // A handle that still has them on its list finds out.
        let restored = web.restore_from(all()).unwrap();
        assert_eq!(
            (restored.gone.len(), restored.unmatched.len(), web.interfaces().unwrap().len()),
            (2, 2, 0),
            "{restored:?}"
        );
    });
}
