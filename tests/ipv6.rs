//! IPv6 on a link that is added: on, off, or as it is.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{World, in_netns, ip, ip_json, ip_json_in, named, parse, read_sysctl, refused, write_sysctl};
use netgraft::{ErrorKind, Ipv6, Link, Namespace};

fn disabled(ns: &Namespace, name: &str) -> String {
    common::inside(ns, || read_sysctl(&format!("ipv6/conf/{name}/disable_ipv6")))
}

#[test]
fn a_moved_link_has_ipv6_where_it_has_an_address_or_is_told() {
    in_netns(|| {
        let world = World::with_veth();
        for (config, expected) in [
            (named("x"), "1"),
            (named("x").address(parse("10.0.0.2/24")), "1"),
            (named("x").address(parse("fd00:9::2/64")), "0"),
            (named("x").address(parse("10.0.0.2/24")).ipv6(Ipv6::On), "0"),
            (named("x").ipv6(Ipv6::Off), "1"),
            (named("x").address(parse("10.0.0.2/24")).ipv6(Ipv6::Keep), "0"),
        ] {
            let shown = format!("{config:?}");
            let added = world.add("veth1", config).unwrap();
            assert_eq!(disabled(&world.web, "x"), expected, "{shown}");
            added.remove().unwrap();
            assert_eq!(disabled(&world.host, "veth1"), "0");
        }
        let both = named("x").address(parse("fd00:9::2/64"));
        let message = refused(world.add("veth1", both.clone().ipv6(Ipv6::Off)), ErrorKind::InvalidArgument);
        assert!(message.contains("fd00:9::2/64"), "{message}");
        common::inside(&world.web, || write_sysctl("ipv6/conf/default/disable_ipv6", "1"));
        let message = refused(world.add("veth1", both.clone().ipv6(Ipv6::Keep)), ErrorKind::InvalidArgument);
        assert!(message.contains("fd00:9::2/64") && message.contains("disable"), "{message}");
        world.add("veth1", both).unwrap();
    });
}

#[test]
fn ipv4_in_place_leaves_ipv6_alone() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set veth1 addrgenmode eui64");
        ip("link set veth1 up");
        common::until(|| {
            ip_json("-6 addr show dev veth1")[0]["addr_info"].as_array().is_some_and(|all| !all.is_empty())
        });
        let link = Link::in_place("veth1").unwrap();
        let added = world.host.add_interface(link.clone(), named("veth1").address(parse("10.7.0.2/24"))).unwrap();
        assert_eq!(disabled(&world.host, "veth1"), "0");
        assert!(!ip_json("-6 addr show dev veth1")[0]["addr_info"].as_array().unwrap().is_empty());
        added.remove().unwrap();
        write_sysctl("ipv6/conf/veth1/disable_ipv6", "1");
        let added = world.host.add_interface(link.clone(), named("veth1").address(parse("10.7.0.2/24"))).unwrap();
        assert_eq!(disabled(&world.host, "veth1"), "1");
        added.remove().unwrap();
        let added = world.host.add_interface(link, named("veth1").address(parse("fd00:9::2/64"))).unwrap();
        assert_eq!(disabled(&world.host, "veth1"), "0");
        added.remove().unwrap();
        assert_eq!(disabled(&world.host, "veth1"), "1");
    });
}

/// A read-only /proc/sys: what needs no write works, and the error names the way out.
#[test]
fn where_settings_cannot_be_written() {
    in_netns(|| {
        let world = World::with_veth();
        common::forbid_sysctls();
        let (host, web) = (Namespace::current().unwrap(), Namespace::open("/run/netns/web").unwrap());
        let add = |config| web.add_interface(Link::existing(&host, "veth1").unwrap(), config);
        let ipv4 = named("x").address(parse("10.0.0.2/24"));
        let error = add(ipv4.clone()).unwrap_err();
        assert!(error.to_string().contains("keep"), "{error}");
        assert_eq!(error.left(), None, "{error}");
        let added = add(ipv4.ipv6(Ipv6::Keep)).unwrap();
        assert_eq!(ip_json_in(&web, "-4 addr show dev x")[0]["addr_info"][0]["local"], "10.0.0.2");
        added.remove().unwrap();
        drop(world);
    });
}

/// What was asked for and cannot be had is an error, unless a setting of the same add turned IPv6 off.
#[test]
fn an_address_that_cannot_be_had_is_an_error() {
    in_netns(|| {
        let world = World::with_veth();
        let off = named("x").address(parse("fd00:9::2/64")).sysctl(parse("net.ipv6.conf.IFNAME.disable_ipv6=1"));
        world.add("veth1", off).unwrap().remove().unwrap();
        common::inside(&world.web, || write_sysctl("ipv6/conf/default/disable_ipv6", "1"));
        common::forbid_sysctls();
        let (host, web) = (Namespace::current().unwrap(), Namespace::open("/run/netns/web").unwrap());
        let link = Link::existing(&host, "veth1").unwrap();
        let error = web.add_interface(link, named("x").address(parse("fd00:9::2/64"))).unwrap_err();
        assert!(error.to_string().contains("fd00:9::2/64"), "{error}");
    });
}
