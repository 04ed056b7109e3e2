//! Ipvlans, which not every kernel has.

use netgraft::{ErrorKind, Ipvlan, IpvlanMode, Link};

use crate::common::{World, assert_as_before, in_netns, ip, named, parse, ping, refused, settled};
use crate::{assert_lacking, kernel_makes, shown};

#[test]
fn made_in_each_mode_or_found_lacking() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set veth1 addrgenmode none up");
        let has = kernel_makes("ipvlan");
        let (host, web) = (settled(&world.host), settled(&world.web));
        for mode in [IpvlanMode::L2, IpvlanMode::L3, IpvlanMode::L3s] {
            let link = Link::ipvlan("iv", Ipvlan::on(&world.host, "veth1").mode(mode)).unwrap();
            let config = named("eth0").address(parse("10.0.0.2/24")).clash_check(false);
            let result = world.web.add_interface(link, config);
            if has {
                let link = shown(&world.web, "eth0");
                let (info, parent) = (&link["linkinfo"], shown(&world.host, "veth1"));
                assert_eq!(
                    (&info["info_kind"], &info["info_data"]["mode"]),
                    (&"ipvlan".into(), &mode.to_string().into())
                );
                assert_eq!(link["address"], parent["address"]);
                if mode == IpvlanMode::L2 {
                    ping("10.0.0.2");
                }
                result.unwrap().remove().unwrap();
            } else {
                assert_lacking("ipvlan", result);
            }
            assert_as_before(&host, &world.host);
            assert_as_before(&web, &world.web);
        }
    });
}

/// The kernel would take the MAC and use the parent's.
#[test]
fn a_mac_cannot_be_given() {
    in_netns(|| {
        let world = World::with_veth();
        let web = settled(&world.web);
        let link = Link::ipvlan("iv", Ipvlan::on(&world.host, "veth1")).unwrap();
        let config = named("eth0").mac(parse("02:00:00:00:00:0b"));
        let message = refused(world.web.add_interface(link, config), ErrorKind::InvalidArgument);
        assert!(message.contains("MAC of its parent"), "{message}");
        assert_as_before(&web, &world.web);
    });
}
