//! Bridges.

use std::time::{Duration, Instant};

use netgraft::{Bridge, ErrorKind, Link, VethPeer};

use crate::common::{
    World, assert_as_before, in_netns, ip, named, parse, patience, ping, ping_in, prefixed, refused, settled,
};
use crate::{shown, watched};

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
fn a_port_and_its_bridge_are_made_one_after_the_other() {
    in_netns(|| {
        let world = World::new();
        let bridge = Link::bridge("br").unwrap();
        world.web.add_interface(bridge, named("lan").address(parse("10.0.0.2/24"))).unwrap();
        let link = Link::veth_named("port", VethPeer::new(&world.host, "vhost")).unwrap();
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

/// The wait of a bridge without ports: admin-up is what it gets.
#[test]
fn an_empty_bridge_does_not_hold_up_the_add() {
    in_netns(|| {
        let world = World::new();
        let begin = Instant::now();
        let bridge = world.web.add_interface(Link::bridge("br").unwrap(), named("br")).unwrap();
        assert!(bridge.state().unwrap().up);
        assert!(begin.elapsed() < patience(Duration::from_secs(1)), "{:?}", begin.elapsed());
    });
}

#[test]
fn settings_of_its_own() {
    in_netns(|| {
        let world = World::new();
        let settings = Bridge::new().stp(true).forward_delay(Duration::from_secs(3));
        let settings = settings.ageing(Duration::from_millis(12_340));
        let link = Link::bridge_with("br", settings).unwrap();
        world.web.add_interface(link, named("lan")).unwrap();
        let data = shown(&world.web, "lan")["linkinfo"]["info_data"].take();
        let numbers = ["stp_state", "forward_delay", "ageing_time"].map(|key| data[key].as_u64().unwrap());
        assert_eq!(numbers, [1, 300, 1234], "{data}");
        world.web.interface("br").unwrap().remove().unwrap();

        let hub = Bridge::new().ageing(Duration::ZERO).forward_delay(Duration::ZERO);
        world.web.add_interface(Link::bridge_with("br", hub).unwrap(), named("lan")).unwrap();
        let data = shown(&world.web, "lan")["linkinfo"]["info_data"].take();
        assert_eq!((&data["ageing_time"], &data["forward_delay"]), (&0.into(), &0.into()), "{data}");
    });
}

/// Kernels without it have another call in its place, which refuses.
#[test]
fn vlans_are_filtered_or_that_is_found_lacking() {
    in_netns(|| {
        let world = World::new();
        let before = settled(&world.web);
        let link = Link::bridge_with("br", Bridge::new().vlan_filtering(true)).unwrap();
        match world.web.add_interface(link, named("lan")) {
            Ok(bridge) => {
                assert_eq!(shown(&world.web, "lan")["linkinfo"]["info_data"]["vlan_filtering"], 1);
                bridge.remove().unwrap();
            }
            refusal => {
                let message = refused(refusal, ErrorKind::NotSupported);
                assert!(message.contains("CONFIG_BRIDGE_VLAN_FILTERING"), "{message}");
                // The kernel itself says so to others, too.
                let output = std::process::Command::new("ip")
                    .args("link add probe type bridge vlan_filtering 1".split(' '))
                    .output()
                    .unwrap();
                assert!(!output.status.success());
            }
        }
        assert_as_before(&before, &world.web);
    });
}

#[test]
fn a_spanning_tree_takes_its_time() {
    let short = Bridge::new().stp(true).forward_delay(Duration::from_secs(1));
    assert!(refused(Link::bridge_with("br", short), ErrorKind::InvalidArgument).contains("1s"));
}
