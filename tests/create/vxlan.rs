//! Ends of VXLAN tunnels.

use std::net::IpAddr;

use netgraft::{ErrorKind, Link, Namespace, Vxlan};

use crate::common::{
    World, assert_as_before, gone, in_netns, ip, ip_in, named, parse, ping_in, prefixed, refused, settled,
};
use crate::{shown, watched};

/// A host and a namespace `far`, with a veth between them: `near` with 192.0.2.1 and fd00:2::1, `far` with …2.
fn with_far() -> (World, Namespace) {
    let (world, far) = (World::new(), Namespace::create("/run/netns/far").unwrap());
    ip("link add near type veth peer name far netns far");
    for (namespace, link, end) in [(&world.host, "near", 1), (&far, "far", 2)] {
        ip_in(namespace, &format!("link set {link} up"));
        ip_in(namespace, &format!("addr add 192.0.2.{end}/24 dev {link}"));
        ip_in(namespace, &format!("addr add fd00:2::{end}/64 dev {link} nodad"));
    }
    (world, far)
}

fn address(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[test]
fn tunnels_lead_from_the_namespace_they_go_through() {
    in_netns(|| {
        let (world, far) = with_far();
        let host = settled(&world.host);
        let tunnel = |id| Vxlan::new(&world.host, id).port(4789);
        for (tunnel, theirs) in [
            (tunnel(42).remote(address("192.0.2.2")), "id 42 remote 192.0.2.1 dstport 4789"),
            (
                tunnel(43).local(address("fd00:2::1")).remote(address("fd00:2::2")),
                "id 43 remote fd00:2::1 dstport 4789",
            ),
            (tunnel(0).parent("near").group(address("239.1.1.1")), "id 0 group 239.1.1.1 dev far dstport 4789"),
            (
                tunnel(0xff_ffff).parent("near").group(address("ff05::7")),
                "id 16777215 group ff05::7 dev far dstport 4789",
            ),
        ] {
            ip_in(&far, &format!("link add vx type vxlan {theirs}"));
            ip_in(&far, "addr add 10.7.0.2/24 dev vx");
            ip_in(&far, "link set vx up");
            let config = named("eth0").mac(parse("02:00:00:00:00:0b")).address(parse("10.7.0.1/24"));
            let link = Link::vxlan("tunnel", tunnel).unwrap();
            let mut made = None;
            let events = watched(|| made = Some(world.web.add_interface(link, config).unwrap()));
            assert!(!events.contains("eth0") && !events.contains("tunnel"), "never in the host: {events}");
            let eth0 = made.unwrap();
            assert_eq!(shown(&world.web, "eth0")["address"], "02:00:00:00:00:0b");
            assert_eq!(eth0.state().unwrap().peer, None);
            ping_in(&world.web, "10.7.0.2");
            eth0.remove().unwrap();
            ip_in(&far, "link del vx");
            assert!(world.names().is_empty());
            assert_as_before(&host, &world.host);
        }
    });
}

#[test]
fn every_setting_arrives() {
    in_netns(|| {
        let (world, _far) = with_far();
        let tunnel = Vxlan::new(&world.host, 42).parent("near").learning(false);
        let tunnel = tunnel.local(address("192.0.2.1")).remote(address("192.0.2.2")).port(4790);
        world.web.add_interface(Link::vxlan("tunnel", tunnel).unwrap(), prefixed("vx").mtu(1300)).unwrap();
        let link = shown(&world.web, "vx0");
        let data = &link["linkinfo"]["info_data"];
        assert_eq!((&data["id"], &data["port"], &data["learning"]), (&42.into(), &4790.into(), &false.into()));
        assert_eq!((&data["local"], &data["remote"]), (&"192.0.2.1".into(), &"192.0.2.2".into()));
        assert_eq!(link["mtu"], 1300);

        let plain = Link::vxlan("plain", Vxlan::new(&world.host, 43)).unwrap();
        world.web.add_interface(plain, prefixed("vx")).unwrap();
        let data = shown(&world.web, "vx1")["linkinfo"]["info_data"].take();
        assert_eq!((&data["port"], &data["learning"]), (&8472.into(), &true.into()), "as the kernel has it");
    });
}

#[test]
fn a_number_that_is_taken_is_told_from_a_name() {
    in_netns(|| {
        let (world, _far) = with_far();
        let link = |source: &str, id| Link::vxlan(source, Vxlan::new(&world.host, id)).unwrap();
        world.web.add_interface(link("one", 42), named("vx")).unwrap();
        let (host, web) = (settled(&world.host), settled(&world.web));
        for config in [named("other"), prefixed("vx")] {
            let message = refused(world.web.add_interface(link("two", 42), config), ErrorKind::Exists);
            assert!(message.contains("the id 42 is taken in the current namespace"), "{message}");
        }
        let message = refused(world.web.add_interface(link("two", 43), named("vx")), ErrorKind::NameTaken);
        assert!(message.contains("the name vx"), "{message}");
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
        // Elsewhere, and at another port, it is another tunnel.
        let inside = Link::vxlan("inside", Vxlan::new(&world.web, 42)).unwrap();
        world.web.add_interface(inside, prefixed("vx")).unwrap();
        let beside = Link::vxlan("beside", Vxlan::new(&world.host, 42).port(4789)).unwrap();
        world.web.add_interface(beside, prefixed("vx")).unwrap();
    });
}

#[test]
fn a_parent_that_is_deleted_takes_it_along() {
    in_netns(|| {
        let (world, _far) = with_far();
        let tunnel = Vxlan::new(&world.host, 42).parent("near");
        let eth0 = world.web.add_interface(Link::vxlan("tunnel", tunnel).unwrap(), named("eth0")).unwrap();
        ip("link del near");
        assert!(world.names().is_empty());
        gone(eth0.remove());
        assert!(world.web.interfaces().unwrap().is_empty());
    });
}

#[test]
fn tunnels_that_cannot_be() {
    in_netns(|| {
        let host = Namespace::current().unwrap();
        let kind = ErrorKind::InvalidArgument;
        assert!(refused(Link::vxlan("v", Vxlan::new(&host, 1 << 24)), kind).contains("16777216"));
        let tunnel = || Vxlan::new(&host, 1);
        refused(Link::vxlan("v", tunnel().port(0)), kind);
        for no_end in ["0.0.0.0", "::", "239.0.0.1", "ff02::1"] {
            refused(Link::vxlan("v", tunnel().remote(address(no_end))), kind);
            refused(Link::vxlan("v", tunnel().local(address(no_end))), kind);
        }
        refused(Link::vxlan("v", tunnel().group(address("10.0.0.1"))), kind);
        refused(Link::vxlan("v", tunnel().remote(address("10.0.0.1")).group(address("239.0.0.1"))), kind);
        refused(Link::vxlan("v", tunnel().group(address("239.0.0.1")).remote(address("10.0.0.1"))), kind);
        refused(Link::vxlan("v", tunnel().local(address("10.0.0.1")).remote(address("fd00::1"))), kind);
        refused(Link::vxlan("v", tunnel().remote(address("10.0.0.1")).local(address("fd00::1"))), kind);
        let without_parent = tunnel().group(address("239.0.0.1"));
        assert!(refused(Link::vxlan("v", without_parent), kind).contains("needs a parent"));
    });
}
