//! A kernel without IPv6, as `ipv6.disable=1` makes one: tests/kernels boots it.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::path::Path;

use common::{in_netns, ip, ip_json, ip_json_in, logged, named, parse, ping, refused, veth};
use netgraft::{ErrorKind, Gateway, InterfaceConfig, Link, Namespace};
use serde_json::Value;

/// A namespace to add to, and `veth1` for it, whose other end has 10.0.0.1.
fn world() -> (Namespace, Namespace) {
    assert!(!Path::new("/proc/sys/net/ipv6").exists(), "this kernel has IPv6");
    veth("veth1", "peer1");
    ip("addr add 10.0.0.1/24 dev peer1");
    ip("link set peer1 up");
    (Namespace::current().unwrap(), Namespace::create("/run/netns/web").unwrap())
}

fn config() -> InterfaceConfig {
    named("eth0").address(parse("10.0.0.2/24")).route(parse("172.20.0.0/16")).clash_check(false)
}

fn seen() -> [Value; 2] {
    ["addr show dev veth1", "route show table all"].map(ip_json)
}

#[test]
#[ignore = "takes a kernel without IPv6: tests/kernels/run without-ipv6"]
fn what_needs_no_ipv6_is_as_ever_and_silent() {
    in_netns(|| {
        let (host, web) = world();
        let before = seen();
        logged();
        let eth0 = web.add_interface(Link::existing(&host, "veth1").unwrap(), config()).unwrap();
        ping("10.0.0.2");
        web.set_gateway(Gateway::new(parse::<std::net::IpAddr>("10.0.0.1"))).unwrap();
        assert_eq!(ip_json_in(&web, "route show default")[0]["gateway"], "10.0.0.1");
        assert!(!web.has_ipv6_on_loopback().unwrap());
        eth0.remove().unwrap();
        assert_eq!(seen(), before);
        let warnings: Vec<String> = logged().into_iter().filter(|line| line.starts_with("WARN")).collect();
        assert_eq!(warnings, [""; 0]);
        web.destroy().unwrap();
    });
}

#[test]
#[ignore = "takes a kernel without IPv6: tests/kernels/run without-ipv6"]
fn an_ipv6_address_is_refused() {
    in_netns(|| {
        let (host, web) = world();
        let before = seen();
        for wanted in [config().address(parse("fd00:1::2/64")), config().link_local(parse("fe80::2/64"))] {
            let link = Link::existing(&host, "veth1").unwrap();
            let message = refused(web.add_interface(link, wanted), ErrorKind::NotSupported);
            assert!(message.contains("the kernel has no IPv6"), "{message}");
            assert_eq!(seen(), before);
        }
    });
}

#[test]
#[ignore = "takes a kernel without IPv6: tests/kernels/run without-ipv6"]
fn what_fails_is_undone() {
    in_netns(|| {
        let (host, web) = world();
        let before = seen();
        for bad in ["net.ipv6.conf.IFNAME.accept_ra=0", "net.ipv4.conf.IFNAME.nonsense=1"] {
            let link = Link::existing(&host, "veth1").unwrap();
            let message = refused(web.add_interface(link, config().sysctl(parse(bad))), ErrorKind::Sysctl);
            assert!(message.contains(bad), "{message}");
            assert_eq!(seen(), before);
        }
    });
}
