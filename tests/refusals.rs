//! What can be seen beforehand is refused before the first change: the link's peer never loses its carrier.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs::{self, File};
use std::process::{Child, Command};

use common::{World, in_netns, ip, ip_batch, ip_in, named, parse, prefixed, refused, until};
use netgraft::{ErrorKind, InterfaceConfig};

/// The link events of the host while something is done.
fn link_events(act: impl FnOnce()) -> Vec<String> {
    const LOG: &str = "/run/events";
    let mut monitor =
        Monitor(Command::new("ip").args(["-o", "monitor", "link"]).stdout(File::create(LOG).unwrap()).spawn().unwrap());
    let lines = || fs::read_to_string(LOG).unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
    // A link that comes and goes shows how far the monitor has read.
    let mark = |name: &str| {
        ip(&format!("link add {name} type bridge"));
        ip(&format!("link del {name}"));
        lines().iter().any(|line| line.starts_with("Deleted") && line.contains(name))
    };
    until(|| mark("begin"));
    act();
    until(|| mark("end"));
    monitor.0.kill().unwrap();
    lines().into_iter().filter(|line| ![": begin", ": end"].iter().any(|mark| line.contains(mark))).collect()
}

struct Monitor(Child);

impl Drop for Monitor {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Fails unless `veth1` is refused with this configuration, without an event; returns the message.
#[track_caller]
fn refused_early(world: &World, config: InterfaceConfig, kind: ErrorKind) -> String {
    let mut message = String::new();
    let events = link_events(|| message = refused(world.add("veth1", config), kind));
    assert!(events.is_empty(), "{message}\n{events:#?}");
    message
}

#[test]
fn foreseeable_refusals_come_before_the_first_change() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set veth1 up");
        ip("link property add dev veth1 altname wan");
        ip("link property add dev veth1 altname a-name-of-more-than-fifteen-bytes");
        ip_in(&world.web, "link add br0 type bridge");
        ip_in(&world.web, "link property add dev br0 altname other");
        until(|| ["veth1", "peer1"].iter().all(|name| common::operstate(name) == "UP"));
        let early = |config, kind| refused_early(&world, config, kind);

        let message = early(named("br0"), ErrorKind::NameTaken);
        assert!(message.contains("br0"), "{message}");
        let message = early(named("other"), ErrorKind::NameTaken);
        assert!(message.contains("other") && message.contains("br0"), "{message}");
        let message = early(named("x").mtu(70_000), ErrorKind::InvalidArgument);
        assert!(message.contains("70000") && message.contains("65535"), "{message}");
        let message = early(named("x").mtu(10), ErrorKind::InvalidArgument);
        assert!(message.contains("mtu 10") && message.contains("68"), "{message}");
        let message = early(named("x").sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1")), ErrorKind::Sysctl);
        assert!(message.contains("nonsense"), "{message}");
        let message = early(named("x").sysctl(parse("net.ipv4.neigh.IFNAME.nonsense=1")), ErrorKind::Sysctl);
        assert!(message.contains("nonsense"), "{message}");
        let message = early(named("x").mtu(1000).address(parse("fd00::2/64")), ErrorKind::InvalidArgument);
        assert!(message.contains("1280") && message.contains("1000"), "{message}");

        ip_in(&world.web, "link property add dev br0 altname wan");
        let message = early(named("x"), ErrorKind::NameTaken);
        assert!(message.contains("wan") && message.contains("br0"), "{message}");
        ip_in(&world.web, "link property del dev br0 altname wan");
        ip_in(&world.web, "link property add dev br0 altname a-name-of-more-than-fifteen-bytes");
        let message = early(named("x"), ErrorKind::NameTaken);
        assert!(message.contains("a-name-of-more-than-fifteen-bytes"), "{message}");
        ip_in(&world.web, "link property del dev br0 altname a-name-of-more-than-fifteen-bytes");

        let all: Vec<String> = (0..100).map(|number| format!("link add thirteen_byte{number} type bridge")).collect();
        common::inside(&world.web, || ip_batch(&all.join("\n")));
        let message = early(prefixed("thirteen_byte"), ErrorKind::NameTaken);
        assert!(message.contains("thirteen_byte") && message.contains("no free number"), "{message}");
        ip_in(&world.web, "addr add 10.9.0.1/24 dev br0");
        ip_in(&world.web, "link set br0 up");
        let message = early(named("x").address(parse("10.9.0.2/24")), ErrorKind::AddressClash);
        assert!(message.contains("no-clash-check") || message.contains("clash_check"), "{message}");
        world.add("veth1", named("x").mtu(1400)).unwrap();
    });
}

/// A link whose MTU is too small already, and one that no namespace can be left of.
#[test]
fn what_the_link_itself_says_is_heeded() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set veth1 up mtu 1000");
        until(|| ["veth1", "peer1"].iter().all(|name| common::operstate(name) == "UP"));
        refused_early(&world, named("x").address(parse("fd00::2/64")), ErrorKind::InvalidArgument);
        let message = refused(world.add("lo", named("x")), ErrorKind::InvalidArgument);
        assert!(message.contains("lo"), "{message}");
        ip("link add br0 type bridge");
        let _ = refused(world.add("br0", named("x")), ErrorKind::InvalidArgument);
    });
}

/// The alternative name gives way, and is back afterwards.
#[test]
fn a_link_may_be_called_by_its_own_alternative_name() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link property add dev veth1 altname wan");
        let added = world.add("veth1", named("wan")).unwrap();
        assert_eq!(world.names(), ["wan"]);
        added.remove().unwrap();
        let link = &common::ip_json("link show veth1")[0];
        assert_eq!(link["altnames"], serde_json::json!(["wan"]), "{link}");
        let message = refused(
            world.add("veth1", named("wan").sysctl(parse("net.ipv4.conf.IFNAME.forwarding=x"))),
            ErrorKind::Sysctl,
        );
        assert!(message.contains("forwarding"), "{message}");
        let link = &common::ip_json("link show veth1")[0];
        assert_eq!(link["altnames"], serde_json::json!(["wan"]), "{link}");
    });
}
