//! Gateways, routes and rules.

use serde_json::json;

use crate::common::{in_netns, ip, ip_in, ping_in};
use crate::{ok, refused, web, world};

fn routes(words: &str) -> Vec<String> {
    ip_in(&web(), words).lines().map(|line| line.trim_end().to_owned()).collect()
}

#[test]
fn a_gateway_comes_and_goes_with_the_interface() {
    in_netns(|| {
        world();
        ip("addr add 192.0.2.1/32 dev lo");
        ip("addr add 2001:db8::1/128 dev lo");
        ok("add web veth1 --name eth0 --ipv4 10.0.0.2/24 --ipv6 fd00::2/64 --gateway 10.0.0.1 --gateway fd00::1 \
            --metric 100 --announce 0");
        assert_eq!(routes("route show default"), ["default via 10.0.0.1 dev eth0 proto 110 metric 100"]);
        assert_eq!(routes("-6 route show default"), ["default via fd00::1 dev eth0 proto 110 metric 100 pref medium"]);
        ping_in(&web(), "192.0.2.1");
        ping_in(&web(), "2001:db8::1");
        assert_eq!(ok("gateway web get"), json!({"ipv4": "10.0.0.1", "ipv6": "fd00::1"}));
        ok("remove web veth1");
        assert_eq!(routes("route show table all proto 110"), [""; 0]);
    });
}

/// As clouds hand them out: an address alone, and a gateway outside of it.
#[test]
fn a_gateway_beyond_the_subnet_is_on_the_link() {
    in_netns(|| {
        world();
        ok("add web veth1 --name eth0 --ipv4 10.0.0.2/32 --ipv6 fd00::2/128 --gateway 10.0.0.1 --gateway fe80::1 \
            --announce 0");
        assert_eq!(routes("route show default"), ["default via 10.0.0.1 dev eth0 proto 110 onlink"]);
        let ipv6 = routes("-6 route show default").remove(0);
        assert!(ipv6.starts_with("default via fe80::1 dev eth0 proto 110 metric 1024"), "{ipv6}");
        ping_in(&web(), "10.0.0.1");
    });
}

#[test]
fn several_default_routes_differ_in_metric() {
    in_netns(|| {
        let web = world();
        crate::common::veth("veth2", "veth2-host");
        ip("link set veth2-host up");
        ok("add web veth1 --name eth0 --ipv4 10.0.0.2/24 --gateway 10.0.0.1 --metric 100 --announce 0");
        refused(
            "add web veth2 --name eth1 --ipv4 10.1.0.2/24 --gateway 10.1.0.1 --metric 100 --announce 0",
            "exists",
            &["veth2", "10.1.0.1", "10.0.0.1", "metric 100"],
        );
        ok("add web veth2 --name eth1 --ipv4 10.1.0.2/24 --gateway 10.1.0.1 --metric 50 --announce 0");
        assert_eq!(ok("gateway web get")["ipv4"], "10.1.0.1");
        ip_in(&web, "link set eth1 down");
        assert_eq!(ok("gateway web get")["ipv4"], "10.0.0.1");
    });
}

#[test]
fn gateways_that_cannot_be_are_refused_first() {
    in_netns(|| {
        world();
        let add = "add web veth1 --name eth0 --announce 0";
        refused(&format!("{add} --ipv4 10.0.0.2/24 --gateway fd00::1"), "invalid-argument", &["fd00::1", "IPv6"]);
        refused(&format!("{add} --ipv4 10.0.0.2/24 --gateway 0.0.0.0"), "invalid-argument", &["0.0.0.0"]);
        refused(&format!("{add} --ipv4 10.0.0.2/24 --gateway 10.0.0.2"), "invalid-argument", &["10.0.0.2"]);
        refused(&format!("{add} --ipv4 10.0.0.2/24 --metric 5"), "usage", &["--gateway"]);
        refused(&format!("{add} --ipv4 10.0.0.2/24 --gateway 10.0.0.1 --gateway 10.0.0.9"), "usage", &["--gateway"]);
        refused(&format!("{add} --ipv4 10.0.0.2/24 --gateway 10.0.0.1 --down"), "invalid-argument", &["down"]);
    });
}

#[test]
fn in_place_a_gateway_goes_and_others_stay() {
    in_netns(|| {
        let web = world();
        ip("link set veth1 netns web");
        ip_in(&web, "link set veth1 up");
        ip_in(&web, "addr add 10.0.0.7/24 dev veth1");
        ip_in(&web, "route add default via 10.0.0.1 dev veth1 metric 900");
        let before = routes("route show table all");
        ok("add web veth1 --in-place --ipv4 10.9.0.2/24 --gateway 10.9.0.1 --metric 5 --announce 0");
        assert_eq!(routes("route show default").len(), 2);
        ok("remove web veth1");
        assert_eq!(routes("route show table all"), before);
    });
}

#[test]
fn routes_with_attributes() {
    in_netns(|| {
        world();
        ok("add web veth1 --name eth0 --ipv4 10.0.0.2/24 --ipv6 fd00::2/64 --announce 0");
        ok("route web add 192.168.0.0/16 10.0.0.1 --mtu 1300 --metric 7");
        assert_eq!(
            routes("route show 192.168.0.0/16"),
            ["192.168.0.0/16 via 10.0.0.1 dev eth0 proto 110 metric 7 mtu 1300"]
        );
        ok("route web add 192.168.0.0/16 10.0.0.9 --metric 7 --replace");
        assert_eq!(routes("route show 192.168.0.0/16"), ["192.168.0.0/16 via 10.0.0.9 dev eth0 proto 110 metric 7"]);
        ok("route web add 198.51.100.0/24 --blackhole");
        ok("route web add fd66::/32 --unreachable");
        assert_eq!(routes("route show type blackhole"), ["blackhole 198.51.100.0/24 proto 110"]);
        assert!(routes("-6 route show type unreachable")[0].starts_with("unreachable fd66::/32 dev lo proto 110"));
        ok("route web add 203.0.113.0/24 10.0.0.8 10.0.0.9");
        assert_eq!(
            routes("route show 203.0.113.0/24"),
            [
                "203.0.113.0/24 proto 110",
                "\tnexthop via 10.0.0.8 dev eth0 weight 1",
                "\tnexthop via 10.0.0.9 dev eth0 weight 1"
            ]
        );
        ok("route web add fd77::/32 fd00::8 fd00::9");
        assert_eq!(routes("-6 route show fd77::/32").len(), 3);
        for del in ["198.51.100.0/24", "fd66::/32", "203.0.113.0/24", "fd77::/32", "192.168.0.0/16 10.0.0.9 --metric 7"]
        {
            ok(&format!("route web del {del}"));
        }
        assert_eq!(ok("route web list"), json!({"routes": []}));
    });
}

#[test]
fn a_second_next_hop_makes_a_multipath_route() {
    in_netns(|| {
        world();
        ok("add web veth1 --name eth0 --ipv4 10.0.0.2/24 --announce 0");
        ok("route web add 203.0.113.0/24 10.0.0.8");
        ok("route web add 203.0.113.0/24 10.0.0.9");
        assert_eq!(routes("route show 203.0.113.0/24").len(), 3);
        refused("route web add 203.0.113.0/24 10.0.0.9", "exists", &["203.0.113.0/24", "10.0.0.9"]);
    });
}

#[test]
fn rules() {
    in_netns(|| {
        world();
        let before = routes("rule");
        ok("rule web add --from 10.0.0.0/24 --table 100");
        ok("rule web add --to fd00::/64 --table 101 --priority 50");
        ok("rule web add --iif eth0 --fwmark 7 --table 100");
        assert!(routes("-6 rule").contains(&"50:\tfrom all to fd00::/64 lookup 101 proto 110".to_owned()));
        assert!(routes("rule").iter().any(|rule| rule.contains("from 10.0.0.0/24 lookup 100")));
        let rules = ok("rule web list")["rules"].take();
        assert_eq!(rules.as_array().unwrap().len(), 4, "the one without an address is of both families: {rules}");
        refused("rule web add --from 10.0.0.0/24 --table 100", "exists", &["10.0.0.0/24"]);
        refused("rule web add --from 10.0.0.0/24 --to fd00::/64 --table 1", "invalid-argument", &["fd00::/64"]);
        refused("rule web del --from 10.9.0.0/24 --table 100", "not-found", &["10.9.0.0/24"]);
        ok("rule web del --from 10.0.0.0/24 --table 100");
        ok("rule web del --to fd00::/64 --table 101 --priority 50");
        ok("rule web del --iif eth0 --fwmark 7 --table 100");
        assert_eq!(routes("rule"), before);
    });
}
