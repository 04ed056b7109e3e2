//! Which routes an address clashes with, and which default routes stand beside a gateway.

use std::net::SocketAddrV6;

use nix::libc;
use serde_json::Value;
use socket2::{Domain, Protocol, Socket, Type};

use crate::common::{in_netns, ip, ip_in, until};
use crate::{ok, refused, world};

#[test]
fn an_address_in_a_subnet_of_the_link_itself_is_no_clash() {
    in_netns(|| {
        world();
        ip("link set veth1 up");
        ip("addr add 192.0.2.5/24 dev veth1");
        ip("addr add fd07::5/64 dev veth1 nodad");
        ok("add current veth1 --in-place --ipv4 192.0.2.6/24 --ipv4 192.0.2.7/32 --ipv6 fd07::6/64 --announce 0");
        let addresses = ip("addr show veth1");
        for address in ["192.0.2.5/24", "192.0.2.6/24", "192.0.2.7/32", "fd07::5/64", "fd07::6/64"] {
            assert!(addresses.contains(address), "{address}: {addresses}");
        }
        ok("remove current veth1");
        let addresses = ip("addr show veth1");
        assert!(addresses.contains("192.0.2.5/24") && !addresses.contains("192.0.2.6"), "{addresses}");
        // Another link's subnet is one.
        let line = "add current veth1 --in-place --ipv4 10.0.0.6/24 --announce 0";
        refused(line, "address-clash", &["10.0.0.0/24", "--no-clash-check"]);
        ok(&format!("{line} --no-clash-check"));
    });
}

/// A VPN gets in front of the default route by its halves.
#[test]
fn the_halves_of_a_default_route_are_no_clash() {
    in_netns(|| {
        let web = world();
        ip_in(&web, "link add tunnel type veth peer name tunnel-far");
        ip_in(&web, "link set tunnel up");
        ip_in(&web, "addr add fd0f::1/64 dev tunnel nodad");
        for half in ["0.0.0.0/1", "128.0.0.0/1", "::/1", "8000::/1", "2000::/3"] {
            ip_in(&web, &format!("route add {half} dev tunnel"));
        }
        ok("add web veth1 --ipv4 10.0.0.2/24 --ipv4 192.0.2.2/24 --ipv6 fd00::2/64 --ipv6 2001:db8::2/64 --announce 0");
        ok("remove web veth1");
        ip_in(&web, "route add 192.0.0.0/8 dev tunnel");
        refused(
            "add web veth1 --ipv4 192.0.2.2/24 --announce 0",
            "address-clash",
            &["192.0.0.0/8", "--no-clash-check"],
        );
    });
}

/// Sends a router advertisement from a link with a link-local address (RFC 4861 §4.2).
fn advertise_router(link: &str) {
    let index = nix::net::if_::if_nametoindex(link).unwrap();
    let socket = Socket::new(Domain::IPV6, Type::from(libc::SOCK_RAW), Some(Protocol::ICMPV6)).unwrap();
    socket.set_multicast_if_v6(index).unwrap();
    socket.set_multicast_hops_v6(255).unwrap();
    // Type, code, checksum, hop limit, flags, router lifetime of 1800 s, reachable time, retransmission timer.
    let advertisement = [134, 0, 0, 0, 64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0];
    let all_nodes = SocketAddrV6::new("ff02::1".parse().unwrap(), 0, 0, index);
    socket.send_to(&advertisement, &all_nodes.into()).unwrap();
}

#[test]
fn a_gateway_stands_beside_what_a_router_advertised() {
    in_netns(|| {
        let web = world();
        ip("addr add fe80::9/64 dev veth1-host nodad");
        let defaults = || ip_in(&web, "-6 route show default");
        let is_advertised = || {
            advertise_router("veth1-host");
            defaults().contains("via fe80::9 dev veth1 proto ra")
        };
        ok("add web veth1 --ipv6 fd00::2/64 --announce 0");
        until(is_advertised);
        assert_eq!(ok("gateway web get")["ipv6"], Value::Null, "none is set");
        ok("gateway web set fd00::1");
        assert_eq!(ok("gateway web get")["ipv6"], "fd00::1");
        assert!(defaults().contains("fe80::9") && defaults().contains("fd00::1"), "{}", defaults());
        refused("gateway web set fd00::7", "exists", &["fd00::1"]);
        ok("gateway web unset 6");
        assert!(defaults().contains("fe80::9") && !defaults().contains("fd00::1"), "{}", defaults());
        // The same with a gateway that comes with an interface.
        ip("link add veth2 type veth peer name veth2-host");
        ip("link set veth2-host up");
        ok("add web veth2 --ipv6 fd02::2/64 --gateway fd02::1 --announce 0");
        assert!(defaults().contains("fe80::9") && defaults().contains("fd02::1"), "{}", defaults());
    });
}
