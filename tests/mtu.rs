//! The MTU and MAC of what is created: a veth's two ends, its port of a bridge, and the bridge itself.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{World, in_netns, ip, ip_in, ip_json, ip_json_in, logged, named, parse};
use netgraft::{Announce, InterfaceConfig, Link, Namespace, VethPeer};
use serde_json::Value;

fn link_in(ns: &Namespace, name: &str) -> Value {
    ip_json_in(ns, &format!("-d link show {name}"))[0].clone()
}

fn link(name: &str) -> Value {
    ip_json(&format!("-d link show {name}"))[0].clone()
}

/// Adds a veth whose peer `p` joins `br0`; returns the MTU inside and of the port.
fn mtus(world: &World, peer: impl FnOnce(VethPeer) -> VethPeer, config: InterfaceConfig) -> (Value, Value) {
    let end = peer(VethPeer::new(&world.host, "p").bridge("br0"));
    let added =
        world.web.add_interface(Link::veth_named("v0", end).unwrap(), config.announce(Announce::none())).unwrap();
    let found = (link_in(&world.web, "v0")["mtu"].clone(), link("p")["mtu"].clone());
    added.remove().unwrap();
    found
}

fn warnings() -> Vec<String> {
    logged().into_iter().filter(|line| line.starts_with("WARN")).collect()
}

#[test]
fn both_ends_of_a_veth_have_the_mtu_and_a_port_none_below_its_bridge() {
    in_netns(|| {
        let world = World::new();
        common::bridge("br0");
        let keep = InterfaceConfig::keep_name;
        assert_eq!(mtus(&world, |peer| peer, keep()), (1500.into(), 1500.into()));
        assert_eq!(mtus(&world, |peer| peer, keep().mtu(9000)), (9000.into(), 9000.into()));
        assert_eq!(mtus(&world, |peer| peer, keep().mtu(1400)), (1400.into(), 1500.into()));
        assert_eq!(mtus(&world, |peer| peer.mtu(1450), keep()), (1500.into(), 1450.into()));
        ip("link set br0-hold mtu 9000");
        ip("link set br0 mtu 9000");
        let mac = link("br0")["address"].clone();
        logged();
        assert_eq!(mtus(&world, |peer| peer, keep()), (9000.into(), 9000.into()));
        assert_eq!((&link("br0")["mtu"], &link("br0")["address"]), (&9000.into(), &mac));
        assert_eq!(warnings(), [""; 0]);
        let added = world.web.add_interface(
            Link::veth_named("v0", VethPeer::new(&world.host, "p")).unwrap(),
            keep().mtu(1300).announce(Announce::none()),
        );
        assert_eq!((&link("p")["mtu"], &link_in(&world.web, "v0")["mtu"]), (&1300.into(), &1300.into()));
        assert!(link("p")["address"].as_str().unwrap().starts_with("fe:"));
        added.unwrap().remove().unwrap();
    });
}

/// A bridge of somebody else is not configured; where a port changes it all the same, that is said.
#[test]
fn a_bridge_that_a_port_changes_is_warned_about() {
    in_netns(|| {
        let world = World::new();
        ip("link add br0 type bridge");
        let end = VethPeer::new(&world.host, "p").mtu(1400).bridge("br0");
        logged();
        world.web.add_interface(Link::veth_named("v0", end).unwrap(), InterfaceConfig::keep_name()).unwrap();
        let warnings = warnings();
        let about = |what: &str| warnings.iter().any(|line| line.contains("br0") && line.contains(what));
        assert!(about("mtu") && about("MAC"), "{warnings:#?}");
    });
}

#[test]
fn a_created_bridge_keeps_its_mac_and_mtu() {
    in_netns(|| {
        let world = World::new();
        let config = || InterfaceConfig::keep_name().announce(Announce::none());
        let pinned = world.web.add_interface(Link::bridge("br0").unwrap(), config()).unwrap();
        let mac: netgraft::MacAddr = parse("02:00:00:00:00:77");
        world.web.add_interface(Link::bridge("br1").unwrap(), config().mac(mac).mtu(1300)).unwrap();
        let before = [link_in(&world.web, "br0"), link_in(&world.web, "br1")];
        assert_eq!(pinned.state().unwrap().mac.unwrap().to_string(), before[0]["address"].as_str().unwrap());
        for (number, bridge) in ["br0", "br1"].into_iter().enumerate() {
            ip_in(
                &world.web,
                &format!("link add low{number} address 00:00:00:00:00:01 mtu 1200 type veth peer lowp{number}"),
            );
            ip_in(&world.web, &format!("link set low{number} master {bridge}"));
            let now = link_in(&world.web, bridge);
            assert_eq!((&now["address"], &now["mtu"]), (&before[number]["address"], &before[number]["mtu"]));
            ip_in(&world.web, &format!("link del low{number}"));
            let now = link_in(&world.web, bridge);
            assert_eq!((&now["address"], &now["mtu"]), (&before[number]["address"], &before[number]["mtu"]));
        }
        let _ = named("x");
    });
}
