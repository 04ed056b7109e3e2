//! Pairs of virtual Ethernet links.

use netgraft::{ErrorKind, Link, Namespace, VethPeer};
use serde_json::Value;

use crate::common::{
    World, assert_as_before, in_netns, ip, ip_in, ip_json, named, parse, ping, ping_in, prefixed, refused, settled,
};
use crate::{shown, watched};

#[test]
fn a_veth_s_peer_is_in_the_host_on_its_bridge() {
    in_netns(|| {
        let world = World::new();
        ip("link add br0 type bridge");
        ip("addr add 10.0.0.1/24 dev br0");
        ip("addr add fd00:1::1/64 dev br0 nodad");
        ip("link set br0 up");
        let peer = VethPeer::new(&world.host, "vhost").bridge("br0");
        let config = prefixed("eth")
            .mac(parse("02:00:00:00:00:0c"))
            .address(parse("10.0.0.2/24"))
            .address(parse("fd00:1::2/64"))
            .route(parse("172.20.0.0/16"));
        let link = Link::veth_named("inner", peer).unwrap();
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
        let link = Link::veth_named("inner", VethPeer::new(&world.host, "vhost")).unwrap();
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
        let peer = VethPeer::new(&third, "far").bridge("br0");
        world.web.add_interface(Link::veth_named("inner", peer).unwrap(), named("eth0")).unwrap();
        assert_eq!(shown(&third, "far")["master"], "br0");
        assert_eq!(ip_json("link").as_array().unwrap().len(), 1, "the host has only lo");

        let both = Link::veth_named("one", VethPeer::new(&world.web, "two")).unwrap();
        world.web.add_interface(both, named("eth1")).unwrap();
        assert!(world.names().contains(&"two".into()), "both ends in one");
    });
}

#[test]
fn in_the_current_namespace_the_name_is_the_source_name() {
    in_netns(|| {
        let host = Namespace::current().unwrap();
        let far = Namespace::create_anonymous().unwrap();
        let link = Link::veth_named("inner", VethPeer::new(&far, "far")).unwrap();
        let inner = host.add_interface(link, prefixed("eth")).unwrap();
        assert_eq!(inner.name(), parse("inner"));
        inner.remove().unwrap();
        assert_eq!(ip_json("link").as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_peer_with_everything_set() {
    in_netns(|| {
        let world = World::new();
        let peer = VethPeer::new(&world.host, "vhost").mac(parse("02:00:00:00:00:0e")).mtu(1400).up();
        world.web.add_interface(Link::veth_named("inner", peer).unwrap(), named("eth0")).unwrap();
        let peer = shown(&world.host, "vhost");
        assert_eq!((&peer["address"], &peer["mtu"]), (&"02:00:00:00:00:0e".into(), &1400.into()));
        assert!(peer["flags"].as_array().unwrap().contains(&"UP".into()), "{peer}");
        assert_eq!(shown(&world.web, "eth0")["mtu"], 1500, "each end has its own");
    });
}

#[test]
fn a_peer_that_cannot_be_leaves_nothing() {
    in_netns(|| {
        let world = World::new();
        let (host, web) = (settled(&world.host), settled(&world.web));
        let peer = || VethPeer::new(&world.host, "vhost");
        let mac = "03:00:00:00:00:01";
        let message = refused(Link::veth_named("inner", peer().mac(parse(mac))), ErrorKind::InvalidArgument);
        assert!(message.starts_with(&format!("the other end: MAC {mac}: ")), "{message}");
        let link = Link::veth_named("inner", peer().mac(parse("02:00:00:00:00:01")).mtu(70_000)).unwrap();
        let message = refused(world.web.add_interface(link, named("eth0")), ErrorKind::Kernel);
        assert!(message.contains("70000") && message.contains("vhost"), "{message}");
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}
