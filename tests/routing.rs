//! Gateways, default routes by interface and static routes: what they do to traffic, and what is refused.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};

use common::{
    assert_as_before, in_netns, inside, ip, ip_in, ip_json_in, named, parse, ping_in, refused, settled, veth,
    write_sysctl,
};
use netgraft::{ErrorKind, Family, Gateway, IfName, Interface, InterfaceConfig, Link, Namespace, Route, VethPeer};
use serde_json::Value;

/// `left` and `right` behind one bridge in networks of their own, and `router` between the two:
/// 10.1.0.0/24 and fd00:1::/64 at the left, 10.2.0.0/24 and fd00:2::/64 at the right; 2 is the host, 1 the router.
struct Network {
    left: Namespace,
    right: Namespace,
    router: Namespace,
}

impl Network {
    fn new() -> Self {
        let host = Namespace::current().unwrap();
        ip("link add br0 type bridge");
        ip("link set br0 up");
        let namespace = |name: &str| Namespace::create(format!("/run/netns/{name}")).unwrap();
        let network = Self { left: namespace("left"), right: namespace("right"), router: namespace("router") };
        let attach = |namespace: &Namespace, name: &str, net: u8, host_part: u8| {
            let peer = VethPeer::new(&host, format!("{name}-host")).bridge("br0");
            let config = named(name)
                .address(parse(&format!("10.{net}.0.{host_part}/24")))
                .address(parse(&format!("fd00:{net}::{host_part}/64")));
            let everything = config.route(parse("0.0.0.0/0")).route(parse("::/0"));
            namespace.add_interface(Link::veth_named(name, peer).unwrap(), everything).unwrap();
        };
        attach(&network.left, "l0", 1, 2);
        attach(&network.right, "r0", 2, 2);
        attach(&network.router, "to-left", 1, 1);
        attach(&network.router, "to-right", 2, 1);
        inside(&network.router, || {
            write_sysctl("ipv4/conf/all/forwarding", "1");
            write_sysctl("ipv6/conf/all/forwarding", "1");
        });
        network
    }

    fn assert_connected(&self) {
        ping_in(&self.left, "10.2.0.2");
        ping_in(&self.left, "fd00:2::2");
        ping_in(&self.right, "10.1.0.2");
        ping_in(&self.right, "fd00:1::2");
    }
}

/// A namespace with `eth0` in 10.0.0.0/24 and fd00::/64, where it is 2; the other end is in the host.
fn web(config: InterfaceConfig) -> (Namespace, Interface) {
    let web = Namespace::create("/run/netns/web").unwrap();
    let eth0 = another(&web, "veth1", config.address(parse("10.0.0.2/24")).address(parse("fd00::2/64")));
    (web, eth0)
}

fn another(web: &Namespace, name: &str, config: InterfaceConfig) -> Interface {
    let peer = format!("{name}-host");
    veth(name, &peer);
    ip(&format!("link set {peer} up"));
    web.add_interface(Link::existing(&Namespace::current().unwrap(), name).unwrap(), config).unwrap()
}

fn gateway(address: &str) -> Gateway {
    Gateway::new(parse::<IpAddr>(address))
}

fn route(destination: &str, next_hop: &str) -> Route {
    Route::new(parse(destination), parse::<IpAddr>(next_hop)).unwrap()
}

fn gateways(namespace: &Namespace) -> [Option<String>; 2] {
    let gateways = namespace.gateways().unwrap();
    [gateways.ipv4.map(|gateway| gateway.to_string()), gateways.ipv6.map(|gateway| gateway.to_string())]
}

fn some(ipv4: &str, ipv6: &str) -> [Option<String>; 2] {
    [ipv4, ipv6].map(|text| Some(text.to_owned()).filter(|text| !text.is_empty()))
}

/// The default routes as `ip` has them.
fn default_routes(namespace: &Namespace, family: &str) -> Vec<Value> {
    let routes = ip_json_in(namespace, &format!("{family} route show default"));
    routes.as_array().unwrap().clone()
}

#[test]
fn traffic_takes_the_gateway() {
    in_netns(|| {
        let network = Network::new();
        for (namespace, net) in [(&network.left, 1), (&network.right, 2)] {
            namespace.set_gateway(gateway(&format!("10.{net}.0.1"))).unwrap();
            namespace.set_gateway(gateway(&format!("fd00:{net}::1"))).unwrap();
        }
        assert_eq!(gateways(&network.left), some("10.1.0.1", "fd00:1::1"));
        network.assert_connected();
    });
}

#[test]
fn traffic_takes_static_routes() {
    in_netns(|| {
        let network = Network::new();
        let routes = |net: u8, other: u8| {
            [
                route(&format!("10.{other}.0.0/24"), &format!("10.{net}.0.1")),
                route(&format!("fd00:{other}::/64"), &format!("fd00:{net}::1")),
            ]
        };
        for (namespace, net, other) in [(&network.left, 1, 2), (&network.right, 2, 1)] {
            for route in routes(net, other) {
                namespace.add_route(route).unwrap();
            }
            assert_eq!(namespace.routes().unwrap(), routes(net, other));
        }
        network.assert_connected();
        for route in routes(1, 2) {
            network.left.remove_route(route).unwrap();
        }
        assert_eq!(network.left.routes().unwrap(), []);
        assert!(!ip_in(&network.left, "route").contains("10.2.0.0"));
        assert!(!ip_in(&network.left, "-6 route").contains("fd00:2::"));
    });
}

#[test]
fn traffic_takes_the_default_route_by_interface() {
    in_netns(|| {
        let network = Network::new();
        // Everybody is on one bridge: no router is needed.
        network.router.destroy().unwrap();
        for (namespace, source) in [(&network.left, "l0"), (&network.right, "r0")] {
            for family in [Family::Ipv4, Family::Ipv6] {
                namespace.set_default_route(source, family).unwrap();
            }
            assert_eq!(gateways(namespace), some("", ""), "there is no gateway in it");
        }
        network.assert_connected();
        assert_eq!(default_routes(&network.left, "-4")[0]["scope"], "link");
        for family in [Family::Ipv4, Family::Ipv6] {
            network.left.remove_default_route(family).unwrap();
            network.left.remove_default_route(family).unwrap();
        }
        assert!(default_routes(&network.left, "-4").is_empty());
        assert!(default_routes(&network.left, "-6").is_empty());
    });
}

#[test]
fn one_gateway_at_a_time() {
    in_netns(|| {
        let (web, _eth0) = web(named("eth0"));
        web.set_gateway(gateway("10.0.0.1")).unwrap();
        web.set_gateway(gateway("fd00::1")).unwrap();
        for (family, protocol) in [("-4", "110"), ("-6", "110")] {
            let routes = default_routes(&web, family);
            assert_eq!((routes.len(), &routes[0]["protocol"]), (1, &protocol.into()));
        }

        let message = refused(web.set_gateway(gateway("10.0.0.9")), ErrorKind::Exists);
        assert_eq!(
            message,
            "set the gateway 10.0.0.9 in /run/netns/web: the gateway 10.0.0.1 is set already: File exists (os error 17)"
        );
        refused(web.set_gateway(gateway("10.0.0.1")), ErrorKind::Exists);
        let message = refused(web.set_gateway(gateway("fd00::9")), ErrorKind::Exists);
        assert!(message.contains("fd00::1 is set already"), "{message}");
        assert_eq!(gateways(&web), some("10.0.0.1", "fd00::1"));

        web.set_gateway(gateway("10.0.0.9").replace()).unwrap();
        web.set_gateway(gateway("fd00::9").replace()).unwrap();
        web.set_gateway(gateway("fd00::9").replace()).unwrap();
        assert_eq!(gateways(&web), some("10.0.0.9", "fd00::9"));
        assert_eq!((default_routes(&web, "-4").len(), default_routes(&web, "-6").len()), (1, 1));

        for family in [Family::Ipv4, Family::Ipv6] {
            web.remove_gateway(family).unwrap();
            web.remove_gateway(family).unwrap();
        }
        assert_eq!(gateways(&web), some("", ""));
        web.set_gateway(gateway("10.0.0.1").replace()).unwrap();
        assert_eq!(gateways(&web), some("10.0.0.1", ""), "there need not be one to replace");
    });
}

#[test]
fn an_empty_gateway_is_none() {
    in_netns(|| {
        let (web, _eth0) = web(named("eth0"));
        web.set_gateway(gateway("0.0.0.0")).unwrap();
        web.set_gateway(gateway("::")).unwrap();
        assert_eq!(gateways(&web), some("", ""));
        web.set_gateway(gateway("10.0.0.1")).unwrap();
        web.set_gateway(gateway("0.0.0.0").replace()).unwrap();
        assert_eq!(gateways(&web), some("10.0.0.1", ""));
    });
}

#[test]
fn a_gateway_is_reached_directly() {
    in_netns(|| {
        let (web, _eth0) = web(named("eth0"));
        // The kernel learns a little later that fd00::2 is an address of its own.
        settled(&web);
        let message = refused(web.set_gateway(gateway("192.0.2.1")), ErrorKind::Unreachable);
        assert_eq!(
            message,
            "set the gateway 192.0.2.1 in /run/netns/web: no direct route leads to 192.0.2.1: \
             Network is unreachable (os error 101)"
        );
        let nowhere = ["10.0.0.2", "10.0.0.255", "127.0.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1"];
        let nowhere_ipv6 = ["fd00::2", "::1", "ff02::1", "2001:db8::1"];
        for address in nowhere.iter().chain(&nowhere_ipv6) {
            let message = refused(web.set_gateway(gateway(address)), ErrorKind::Unreachable);
            assert!(message.contains(&format!("no direct route leads to {address}")), "{message}");
        }
        // By way of a gateway is not directly.
        web.set_gateway(gateway("10.0.0.1")).unwrap();
        web.set_gateway(gateway("fd00::1")).unwrap();
        for address in nowhere.iter().chain(&nowhere_ipv6) {
            refused(web.set_gateway(gateway(address).replace()), ErrorKind::Unreachable);
        }
        // Prohibited and the like, too.
        ip_in(&web, "route add prohibit 192.0.2.0/25");
        ip_in(&web, "route add blackhole 192.0.2.128/25");
        refused(web.set_gateway(gateway("192.0.2.1").replace()), ErrorKind::Unreachable);
        refused(web.set_gateway(gateway("192.0.2.129").replace()), ErrorKind::Unreachable);
        assert_eq!(gateways(&web), some("10.0.0.1", "fd00::1"));
    });
}

#[test]
fn a_gateway_that_no_route_leads_to() {
    in_netns(|| {
        let (web, eth0) = web(named("eth0"));
        web.set_gateway(gateway("192.0.2.1").onlink()).unwrap();
        web.set_gateway(gateway("2001:db8::1").onlink().link(eth0.source_name())).unwrap();
        assert_eq!(gateways(&web), some("192.0.2.1", "2001:db8::1"));
        assert_eq!(default_routes(&web, "-4")[0]["flags"], serde_json::json!(["onlink"]));
        for family in [Family::Ipv4, Family::Ipv6] {
            web.remove_gateway(family).unwrap();
        }
        assert_eq!(gateways(&web), some("", ""));

        let unknown: IfName = parse("nope");
        let message = refused(web.set_gateway(gateway("192.0.2.1").onlink().link(unknown)), ErrorKind::NotFound);
        assert!(message.contains("no interface with source name nope"), "{message}");
        let eth1 = another(&web, "veth2", named("eth1").address(parse("10.9.0.2/24")).address(parse("fd00:9::2/64")));
        let message = refused(web.set_gateway(gateway("192.0.2.1").onlink()), ErrorKind::InvalidArgument);
        assert!(message.contains("there are several interfaces: the one that is meant has to be named"), "{message}");
        web.set_gateway(gateway("192.0.2.1").onlink().link(eth1.source_name())).unwrap();
        assert_eq!(default_routes(&web, "-4")[0]["dev"], "eth1");

        // Named without onlink: only where the direct route is.
        let message =
            refused(web.set_gateway(gateway("10.0.0.1").link(eth1.source_name()).replace()), ErrorKind::Unreachable);
        assert!(message.contains("no direct route leads to 10.0.0.1 by eth1"), "{message}");
        web.set_gateway(gateway("10.0.0.1").link(eth0.source_name()).replace()).unwrap();
        assert_eq!(default_routes(&web, "-4")[0]["dev"], "eth0");
        // Of two links that lead there, the one that is named.
        for prefix in ["10.0.0.3/24", "fd00::3/64"] {
            ip_in(&web, &format!("address add {prefix} dev eth1"));
        }
        for address in ["10.0.0.1", "fd00::1"] {
            for link in [&eth1, &eth0, &eth1] {
                web.set_gateway(gateway(address).link(link.source_name()).replace()).unwrap();
                let family = if address.contains(':') { "-6" } else { "-4" };
                let routes = default_routes(&web, family);
                let dev = serde_json::json!(link.name().to_string());
                assert_eq!((&routes[0]["dev"], routes.len()), (&dev, 1));
            }
        }
        let empty = Namespace::create_anonymous().unwrap();
        refused(empty.set_gateway(gateway("192.0.2.1").onlink()), ErrorKind::NotFound);
        assert_eq!(gateways(&empty), some("", ""));
    });
}

#[test]
fn a_link_local_gateway() {
    in_netns(|| {
        let (web, eth0) = web(named("eth0"));
        web.set_gateway(gateway("fe80::1")).unwrap();
        assert_eq!(gateways(&web), some("", "fe80::1"));
        let eth1 = another(&web, "veth2", named("eth1").address(parse("fd00:9::2/64")));
        let message = refused(web.set_gateway(gateway("fe80::1").replace()), ErrorKind::InvalidArgument);
        assert!(message.contains("fe80::1 can be on any of 2 links"), "{message}");
        web.set_gateway(gateway("fe80::2").link(eth1.source_name()).replace()).unwrap();
        assert_eq!(default_routes(&web, "-6")[0]["dev"], "eth1");
        web.set_gateway(gateway("fe80::1").link(eth0.source_name()).replace()).unwrap();
        assert_eq!(default_routes(&web, "-6")[0]["dev"], "eth0");
        assert_eq!(default_routes(&web, "-6").len(), 1);
        let no_ipv6 = another(&web, "veth3", named("eth2").address(parse("10.9.0.2/24")));
        refused(web.set_gateway(gateway("fe80::1").link(no_ipv6.source_name()).replace()), ErrorKind::Unreachable);
    });
}

#[test]
fn a_refused_replacement_leaves_the_old_gateway() {
    in_netns(|| {
        let (web, _eth0) = web(named("eth0"));
        let eth1 = another(&web, "veth2", named("eth1").address(parse("10.9.0.2/24")));
        web.set_gateway(gateway("10.0.0.1")).unwrap();
        web.set_gateway(gateway("fd00::1")).unwrap();
        ip_in(&web, "link set eth1 down");
        for address in ["192.0.2.1", "2001:db8::1"] {
            let off_link = gateway(address).onlink().link(eth1.source_name()).replace();
            let message = refused(web.set_gateway(off_link), ErrorKind::Kernel);
            assert!(
                message.starts_with(&format!("set the gateway {address} in /run/netns/web: Network is down")),
                "{message}"
            );
        }
        assert_eq!(gateways(&web), some("10.0.0.1", "fd00::1"));
    });
}

/// A replacement is one request: there is no moment without a gateway.
#[test]
fn there_is_a_gateway_all_the_while() {
    in_netns(|| {
        let (web, _eth0) = &web(named("eth0"));
        let two = [("10.0.0.1", "fd00::1"), ("10.0.0.9", "fd00::9")];
        let set = |(ipv4, ipv6)| {
            web.set_gateway(gateway(ipv4).replace()).unwrap();
            web.set_gateway(gateway(ipv6).replace()).unwrap();
        };
        set(two[0]);
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                (0..500).for_each(|i| set(two[i % 2]));
                done.store(true, Ordering::Relaxed);
            });
            let other = Namespace::from_fd(web.try_clone_fd().unwrap()).unwrap();
            let mut seen = [0; 2];
            while !done.load(Ordering::Relaxed) {
                let [Some(ipv4), Some(ipv6)] = gateways(&other) else { panic!("there is none") };
                seen[usize::from(ipv4 == two[1].0)] += 1;
                assert!(two.iter().any(|two| two.0 == ipv4) && two.iter().any(|two| two.1 == ipv6), "{ipv4} {ipv6}");
            }
            println!("seen: {seen:?}");
        });
    });
}

#[test]
fn a_gateway_goes_with_its_link() {
    in_netns(|| {
        let (web, eth0) = web(named("eth0"));
        web.set_gateway(gateway("10.0.0.1")).unwrap();
        web.set_gateway(gateway("fd00::1")).unwrap();
        eth0.remove().unwrap();
        assert_eq!(gateways(&web), some("", ""));
        for family in [Family::Ipv4, Family::Ipv6] {
            web.remove_gateway(family).unwrap();
        }
        refused(web.set_gateway(gateway("10.0.0.1")), ErrorKind::Unreachable);

        another(&web, "veth2", named("eth0").address(parse("10.0.0.2/24")).address(parse("fd00::2/64")));
        web.set_gateway(gateway("10.0.0.1")).unwrap();
        web.set_gateway(gateway("fd00::1")).unwrap();
        ip_in(&web, "link del eth0");
        for family in [Family::Ipv4, Family::Ipv6] {
            web.remove_gateway(family).unwrap();
        }
        assert_eq!(gateways(&web), some("", ""));
    });
}

#[test]
fn a_gateway_that_others_set() {
    in_netns(|| {
        let (web, _eth0) = web(named("eth0"));
        ip_in(&web, "route add default via 10.0.0.7");
        ip_in(&web, "-6 route add default via fd00::7");
        assert_eq!(gateways(&web), some("10.0.0.7", "fd00::7"), "what is, not what was asked for");
        for (address, there) in [("10.0.0.1", "10.0.0.7"), ("fd00::1", "fd00::7")] {
            let message = refused(web.set_gateway(gateway(address)), ErrorKind::Exists);
            assert!(message.contains(&format!("the gateway {there} is set already")), "{message}");
        }
        for family in [Family::Ipv4, Family::Ipv6] {
            web.remove_gateway(family).unwrap();
        }
        assert_eq!(gateways(&web), some("10.0.0.7", "fd00::7"), "it is not ours");
        web.set_gateway(gateway("10.0.0.1").replace()).unwrap();
        web.set_gateway(gateway("fd00::1").replace()).unwrap();
        assert_eq!(gateways(&web), some("10.0.0.1", "fd00::1"));
        ip_in(&web, "route replace default nexthop via 10.0.0.8 nexthop via 10.0.0.9");
        ip_in(&web, "route add default via 10.0.0.5 metric 5");
        assert_eq!(gateways(&web), some("10.0.0.8", "fd00::1"), "the first hop, by the lowest metric");
        ip_in(&web, "route replace blackhole default");
        let message = refused(web.set_gateway(gateway("10.0.0.1")), ErrorKind::Exists);
        assert!(message.contains("an IPv4 default route is there already"), "{message}");
    });
}

#[test]
fn default_route_by_interface_and_gateway_exclude_each_other() {
    in_netns(|| {
        let (web, eth0) = web(named("eth0").route(parse("0.0.0.0/0")).route(parse("::/0")));
        assert!(eth0.state().unwrap().routes.is_empty(), "kept, not installed");
        let families = [(Family::Ipv4, "10.0.0.1"), (Family::Ipv6, "fd00::1")];
        for (family, address) in families {
            web.set_default_route("veth1", family).unwrap();
            let again = refused(web.set_default_route("veth1", family), ErrorKind::Exists);
            assert!(again.contains("the default route by eth0 is set already"), "{again}");
            let message = refused(web.set_gateway(gateway(address)), ErrorKind::Exists);
            assert!(message.contains("the default route by eth0 is set already"), "{message}");
            web.remove_gateway(family).unwrap();
        }
        assert_eq!(eth0.state().unwrap().routes, [parse("0.0.0.0/0"), parse("::/0")]);
        for (family, address) in families {
            web.set_gateway(gateway(address).replace()).unwrap();
            let message = refused(web.set_default_route("veth1", family), ErrorKind::Exists);
            assert!(message.contains(&format!("the gateway {address} is set already")), "{message}");
            web.remove_default_route(family).unwrap();
        }
        assert_eq!(gateways(&web), some("10.0.0.1", "fd00::1"));
        assert!(eth0.state().unwrap().routes.is_empty());
    });
}

#[test]
fn no_default_route_to_install() {
    in_netns(|| {
        let (web, eth0) = web(named("eth0").route(parse("172.20.0.0/16")).route(parse("::/0")));
        let message = refused(web.set_default_route("nope", Family::Ipv4), ErrorKind::NotFound);
        assert_eq!(message, "set the IPv4 default route by nope in /run/netns/web: no interface with source name nope");
        let message = refused(web.set_default_route("veth1", Family::Ipv4), ErrorKind::NotFound);
        assert!(message.ends_with("eth0 was given no default route of that family"), "{message}");
        web.remove_default_route(Family::Ipv4).unwrap();
        web.set_default_route("veth1", Family::Ipv6).unwrap();
        ip_in(&web, "link del eth0");
        web.remove_default_route(Family::Ipv6).unwrap();
        refused(web.set_default_route("veth1", Family::Ipv6), ErrorKind::NotFound);
        drop(eth0);
    });
}

#[test]
fn an_interface_in_place_takes_its_default_route_with_it() {
    in_netns(|| {
        let web = Namespace::create("/run/netns/web").unwrap();
        ip_in(&web, "link add eth0 type veth peer eth1");
        ip_in(&web, "link set eth0 up");
        let config = named("eth0").address(parse("10.0.0.2/24")).route(parse("0.0.0.0/0"));
        let eth0 = web.add_interface(Link::in_place("eth0").unwrap(), config).unwrap();
        web.set_default_route("eth0", Family::Ipv4).unwrap();
        eth0.remove().unwrap();
        assert!(default_routes(&web, "-4").is_empty());
    });
}

/// Another table's, or another metric's, is not the one that an add makes.
#[test]
fn an_interface_in_place_takes_its_routes_with_it_past_others_to_the_same_destinations() {
    in_netns(|| {
        let web = Namespace::create("/run/netns/web").unwrap();
        ip_in(&web, "link add eth0 type veth peer eth1");
        ip_in(&web, "link set eth1 up");
        ip_in(&web, "link set eth0 up");
        ip_in(&web, "address add 10.9.0.2/24 dev eth0");
        let others = ["default via 10.9.0.1 metric 100", "10.60.0.0/16 via 10.9.0.1 table 101"];
        for other in others {
            ip_in(&web, &format!("route add {other}"));
        }
        let before = settled(&web);
        let config = named("eth0").route(parse("0.0.0.0/0")).route(parse("10.60.0.0/16"));
        let eth0 = web.add_interface(Link::in_place("eth0").unwrap(), config).unwrap();
        web.set_default_route("eth0", Family::Ipv4).unwrap();
        assert_eq!(default_routes(&web, "-4").len(), 2);
        // The one by the link alone has the lower metric.
        assert_eq!(gateways(&web), some("", ""));
        eth0.remove().unwrap();
        assert_as_before(&before, &web);
        assert_eq!(gateways(&web), some("10.9.0.1", ""));
    });
}

#[test]
fn a_static_route_twice() {
    in_netns(|| {
        let (web, _eth0) = web(named("eth0"));
        for (destination, next_hop, other) in
            [("192.168.0.0/16", "10.0.0.9", "10.0.0.8"), ("fd09::/32", "fd00::9", "fd00::8")]
        {
            web.add_route(route(destination, next_hop)).unwrap();
            let message = refused(web.add_route(route(destination, next_hop)), ErrorKind::Exists);
            assert_eq!(
                message,
                format!(
                    "add the route {destination} via {next_hop} in /run/netns/web: it is there already: \
                     File exists (os error 17)"
                )
            );
            web.add_route(route(destination, other)).unwrap();
            let message = refused(web.add_route(route(destination, other)), ErrorKind::Exists);
            assert!(message.contains("it is there already"), "{message}");
            web.add_route(route(destination, other).metric(7)).unwrap();
        }
        ip_in(&web, "route add 192.168.0.0/24 dev eth0");
        let message = refused(web.add_route(route("192.168.0.0/24", "10.0.0.9")), ErrorKind::Exists);
        assert!(message.contains("another one is there already"), "{message}");
        assert_eq!(web.routes().unwrap().len(), 4);
    });
}

#[test]
fn a_next_hop_is_reached_directly() {
    in_netns(|| {
        let (web, _eth0) = web(named("eth0"));
        web.set_gateway(gateway("10.0.0.1")).unwrap();
        for (destination, next_hop) in
            [("192.168.0.0/16", "192.0.2.1"), ("192.168.0.0/16", "10.0.0.2"), ("fd09::/32", "2001:db8::1")]
        {
            let message = refused(web.add_route(route(destination, next_hop)), ErrorKind::Unreachable);
            assert!(
                message.starts_with(&format!(
                    "add the route {destination} via {next_hop} in /run/netns/web: no direct route leads to {next_hop}"
                )),
                "{message}"
            );
        }
        assert_eq!(web.routes().unwrap(), []);
        for (destination, next_hop) in [("192.168.0.0/16", "fd00::1"), ("fd09::/32", "10.0.0.1")] {
            let message =
                refused(Route::new(parse(destination), parse::<IpAddr>(next_hop)), ErrorKind::InvalidArgument);
            assert!(message.contains(destination) && message.contains(next_hop), "{message}");
        }
    });
}

#[test]
fn metrics_tables_and_sources() {
    in_netns(|| {
        let (web, _eth0) = web(named("eth0").address(parse("10.0.0.3/24")));
        let plain = route("192.168.0.0/16", "10.0.0.9");
        let source = parse::<IpAddr>("10.0.0.3");
        let routes = [
            plain.clone(),
            plain.clone().metric(50),
            plain.clone().metric(60).source(source).unwrap(),
            plain.clone().table(100),
            plain.clone().table(1000).metric(5),
            route("fd09::/32", "fd00::9"),
            route("fd09::/32", "fd00::9").metric(50),
            route("fd09::/32", "fd00::9").table(100_000),
            // What is the kernel's own is no other one than when it is not said.
            route("fd08::/32", "fd00::9").metric(1024),
            route("0.0.0.0/0", "10.0.0.9").metric(9),
            route("0.0.0.0/0", "10.0.0.9").table(9),
        ];
        for route in routes.clone() {
            web.add_route(route.clone()).unwrap();
            refused(web.add_route(route), ErrorKind::Exists);
        }
        let mut found = web.routes().unwrap();
        assert_eq!(found.len(), routes.len());
        found.retain(|route| !routes.contains(route));
        assert_eq!(found, []);
        assert!(
            ip_in(&web, "route show table 1000").contains("192.168.0.0/16 via 10.0.0.9 dev eth0 proto 110 metric 5")
        );
        assert!(ip_in(&web, "route").contains("192.168.0.0/16 via 10.0.0.9 dev eth0 proto 110 src 10.0.0.3 metric 60"));
        assert_eq!(gateways(&web), some("10.0.0.9", ""), "it has a default route");
        web.remove_gateway(Family::Ipv4).unwrap();
        assert_eq!(web.routes().unwrap().len(), routes.len(), "which is no gateway that was set");

        let missing = plain.clone().metric(51);
        let message = refused(web.remove_route(missing), ErrorKind::NotFound);
        assert_eq!(
            message,
            "remove the route 192.168.0.0/16 via 10.0.0.9 metric 51 in /run/netns/web: there is none that this \
             library made"
        );
        for (gone, route) in (1..).zip(routes.clone()) {
            web.remove_route(route.clone()).unwrap();
            refused(web.remove_route(route), ErrorKind::NotFound);
            assert_eq!(web.routes().unwrap().len(), routes.len() - gone, "exactly that one");
        }
        let stranger = plain.clone().source(parse::<IpAddr>("10.0.0.77")).unwrap();
        let message = refused(web.add_route(stranger), ErrorKind::Kernel);
        assert!(message.contains("src 10.0.0.77"), "{message}");
        refused(plain.clone().source(parse::<IpAddr>("fd00::1")), ErrorKind::InvalidArgument);
    });
}

#[test]
fn routes_that_others_made_are_left_alone() {
    in_netns(|| {
        let (web, _eth0) = web(named("eth0"));
        ip_in(&web, "route add 192.168.0.0/16 via 10.0.0.9");
        ip_in(&web, "-6 route add fd09::/32 via fd00::9");
        web.set_gateway(gateway("10.0.0.1")).unwrap();
        assert_eq!(web.routes().unwrap(), []);
        for route in [route("192.168.0.0/16", "10.0.0.9"), route("fd09::/32", "fd00::9")] {
            refused(web.remove_route(route.clone()), ErrorKind::NotFound);
            refused(web.add_route(route.clone()), ErrorKind::Exists);
        }
        assert!(ip_in(&web, "route").contains("192.168.0.0/16 via 10.0.0.9"));
    });
}

#[test]
fn a_static_route_goes_with_its_link() {
    in_netns(|| {
        let (web, eth0) = web(named("eth0"));
        let routes = [route("192.168.0.0/16", "10.0.0.9"), route("fd09::/32", "fd00::9")];
        for route in routes.clone() {
            web.add_route(route.clone()).unwrap();
        }
        eth0.remove().unwrap();
        assert_eq!(web.routes().unwrap(), []);
        for route in routes.clone() {
            refused(web.remove_route(route), ErrorKind::NotFound);
        }
        another(&web, "veth2", named("eth0").address(parse("10.0.0.2/24")).address(parse("fd00::2/64")));
        for route in routes.clone() {
            refused(web.remove_route(route.clone()), ErrorKind::NotFound);
            web.add_route(route.clone()).unwrap();
        }
        ip_in(&web, "link set eth0 down");
        for route in routes {
            refused(web.remove_route(route), ErrorKind::NotFound);
        }
    });
}

#[test]
fn two_at_once_set_one_gateway() {
    in_netns(|| {
        let (web, _eth0) = &web(named("eth0"));
        for _ in 0..50 {
            let results: Vec<_> = std::thread::scope(|scope| {
                let set = |n| scope.spawn(move || web.set_gateway(Gateway::new([10, 0, 0, n])));
                let threads: Vec<_> = (11..15).map(set).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            let (set, others): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
            assert_eq!(set.len(), 1);
            others.into_iter().for_each(|other| drop(refused(other, ErrorKind::Exists)));
            web.remove_gateway(Family::Ipv4).unwrap();
        }
    });
}

#[test]
fn nothing_is_set_in_a_namespace_that_was_destroyed() {
    in_netns(|| {
        let (web, _eth0) = web(named("eth0"));
        web.destroy().unwrap();
        refused(web.set_gateway(gateway("10.0.0.1")), ErrorKind::Namespace);
        refused(web.remove_gateway(Family::Ipv4), ErrorKind::Namespace);
        refused(web.gateways(), ErrorKind::Namespace);
        refused(web.set_default_route("veth1", Family::Ipv4), ErrorKind::Namespace);
        refused(web.remove_default_route(Family::Ipv4), ErrorKind::Namespace);
        refused(web.add_route(route("192.168.0.0/16", "10.0.0.9")), ErrorKind::Namespace);
        refused(web.remove_route(route("192.168.0.0/16", "10.0.0.9")), ErrorKind::Namespace);
        refused(web.routes(), ErrorKind::Namespace);
        refused(web.tune_load_balancer(), ErrorKind::Namespace);
    });
}
