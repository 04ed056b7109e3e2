//! All or nothing: whatever fails of an add that makes a link, nothing is left.

use netgraft::{
    Bridge, ErrorKind, Interface, InterfaceConfig, Ipvlan, Link, Macvlan, MacvlanMode, Namespace, Result, VethPeer,
    Vxlan,
};

use crate::common::{
    World, assert_as_before, bridge, forbid_sysctls, in_netns, inside, ip, ip_in, named, parse, prefixed, refused,
    settled, veth, write_sysctl,
};
use crate::kernel_makes;

/// A namespace that links are added to in vain, and a host with a bridge `br0` and a veth `plain`.
fn prepared(prepare: &str) -> World {
    let world = World::new();
    bridge("br0");
    veth("plain", "plain-peer");
    for words in prepare.split(';').filter(|words| !words.is_empty()) {
        ip_in(&world.web, words);
    }
    world
}

/// Adds what must fail, twice, and looks for what it left.
fn leaves_nothing(prepare: &str, kind: ErrorKind, says: &[&str], add: impl Fn(&World) -> Result<Interface>) {
    leaves_nothing_in(&prepared(prepare), kind, says, add);
}

fn leaves_nothing_in(world: &World, kind: ErrorKind, says: &[&str], add: impl Fn(&World) -> Result<Interface>) {
    let (host, web) = (settled(&world.host), settled(&world.web));
    for _ in 0..2 {
        let message = refused(add(world), kind);
        for word in says {
            assert!(message.contains(word), "no {word}: {message}");
        }
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
        assert!(world.web.interfaces().unwrap().is_empty());
    }
}

/// Takes away what `leaves_nothing` made.
fn clear() {
    Namespace::open("/run/netns/web").unwrap().destroy().unwrap();
    ["br0", "br0-hold", "plain"].iter().for_each(|name| drop(ip(&format!("link del {name}"))));
}

/// A link of each kind that this kernel makes, called `inner`.
fn kinds(world: &World) -> Vec<(&'static str, Link)> {
    let host = &world.host;
    let peer = VethPeer::new(host, "vhost").bridge("br0");
    let macvlan = |on, mode| Link::macvlan("inner", Macvlan::on(host, on).mode(mode)).unwrap();
    let vxlan = |id| Vxlan::new(host, id);
    let kinds = [
        ("veth", Link::veth_named("inner", peer).unwrap()),
        ("bridge", Link::bridge_with("inner", Bridge::new().stp(true)).unwrap()),
        ("dummy", Link::dummy("inner").unwrap()),
        ("macvlan", macvlan("plain", MacvlanMode::Bridge)),
        ("macvlan", macvlan("br0", MacvlanMode::Passthru)),
        ("ipvlan", Link::ipvlan("inner", Ipvlan::on(host, "plain")).unwrap()),
        ("vxlan", Link::vxlan("inner", vxlan(1)).unwrap()),
        ("vxlan", Link::vxlan("inner", vxlan(2).parent("plain")).unwrap()),
    ];
    kinds.into_iter().filter(|(kind, _)| kernel_makes(kind)).collect()
}

/// None of the kinds may be left when `config` fails.
fn config_leaves_nothing(prepare: &str, kind: ErrorKind, says: &[&str], config: impl Fn() -> InterfaceConfig) {
    kinds_leave_nothing(&[], prepare, kind, says, config);
}

/// None of the kinds but for some.
fn kinds_leave_nothing(
    but: &[&str],
    prepare: &str,
    kind: ErrorKind,
    says: &[&str],
    config: impl Fn() -> InterfaceConfig,
) {
    kinds_leave_nothing_in(&prepared(prepare), but, kind, says, config);
}

fn kinds_leave_nothing_in(
    world: &World,
    but: &[&str],
    kind: ErrorKind,
    says: &[&str],
    config: impl Fn() -> InterfaceConfig,
) {
    let kinds: Vec<_> = kinds(world).into_iter().filter(|(kind, _)| !but.contains(kind)).collect();
    assert!(kinds.len() >= 4);
    for (what, link) in kinds {
        println!("{what}");
        leaves_nothing_in(world, kind, says, |world| world.web.add_interface(link.clone(), config()));
    }
}

#[test]
fn a_taken_name_leaves_nothing() {
    in_netns(|| {
        let taken = "link add eth0 type bridge";
        config_leaves_nothing(taken, ErrorKind::NameTaken, &["inner", "eth0", "/run/netns/web"], || named("eth0"));
    });
}

#[test]
fn a_name_taken_by_an_alternative_name_leaves_nothing() {
    in_netns(|| {
        let taken = "link property add dev lo altname eth0";
        config_leaves_nothing(taken, ErrorKind::NameTaken, &["inner", "eth0"], || named("eth0"));
    });
}

#[test]
fn a_bad_mtu_leaves_nothing() {
    in_netns(|| {
        // A dummy carries packets of any size.
        let config = || prefixed("eth").mtu(70000);
        kinds_leave_nothing(&["dummy"], "", ErrorKind::InvalidArgument, &["inner", "70000", "mtu"], config);
    });
}

#[test]
fn a_bad_mac_leaves_nothing() {
    in_netns(|| {
        let mac = "03:00:00:00:00:01";
        let config = || prefixed("eth").mac(parse(mac));
        kinds_leave_nothing(&["ipvlan"], "", ErrorKind::InvalidArgument, &["inner", mac], config);
    });
}

#[test]
fn a_bad_address_leaves_nothing() {
    in_netns(|| {
        let config = || prefixed("eth").address(parse("10.0.0.2/24")).address(parse("ff02::5/64"));
        config_leaves_nothing("", ErrorKind::Kernel, &["inner", "ff02::5"], config);
    });
}

#[test]
fn an_address_twice_leaves_nothing() {
    in_netns(|| {
        let config = || prefixed("eth").address(parse("10.0.0.2/24")).address(parse("10.0.0.2/24"));
        config_leaves_nothing("", ErrorKind::Exists, &["inner", "10.0.0.2/24"], config);
        clear();
        let config = || prefixed("eth").link_local(parse("169.254.0.2/16")).link_local(parse("169.254.0.2/16"));
        config_leaves_nothing("", ErrorKind::Exists, &["inner", "169.254.0.2/16"], config);
    });
}

#[test]
fn a_duplicate_address_leaves_nothing() {
    in_netns(|| {
        let world = prepared("");
        ip("addr add fd00:1::2/64 dev br0 nodad");
        inside(&world.web, || write_sysctl("ipv6/conf/default/accept_dad", "1"));
        leaves_nothing_in(&world, ErrorKind::DuplicateAddress, &["inner", "fd00:1::2/64"], |world| {
            let peer = VethPeer::new(&world.host, "vhost").bridge("br0");
            let config = prefixed("eth").address(parse("fd00:1::2/64")).dad(true);
            world.web.add_interface(Link::veth_named("inner", peer)?, config)
        });
    });
}

#[test]
fn ipv6_that_cannot_be_disabled_leaves_nothing() {
    in_netns(|| {
        prepared("");
        forbid_sysctls();
        let world = World { host: Namespace::current().unwrap(), web: Namespace::open("/run/netns/web").unwrap() };
        let config = || prefixed("eth").mtu(1400).address(parse("10.0.0.2/24"));
        kinds_leave_nothing_in(&world, &[], ErrorKind::Sysctl, &["inner", "IPv6", "Read-only"], config);
    });
}

#[test]
fn a_master_that_is_none_leaves_nothing() {
    in_netns(|| {
        let world = prepared("link add other type veth peer another");
        world.web.add_interface(Link::in_place("other").unwrap(), named("other")).unwrap();
        let (host, web) = (settled(&world.host), settled(&world.web));
        for (what, link) in kinds(&world) {
            println!("{what}");
            let config = prefixed("eth").mtu(1400).master(parse("other"));
            let message = refused(world.web.add_interface(link, config), ErrorKind::NotSupported);
            assert!(message.contains("make eth0 a port of other"), "{message}");
            assert_as_before(&host, &world.host);
            assert_as_before(&web, &world.web);
        }
    });
}

#[test]
fn a_clash_leaves_nothing() {
    in_netns(|| {
        let taken = "link add used type bridge;link set used up;route add 10.0.0.0/8 dev used";
        let config = || prefixed("eth").address(parse("10.0.0.2/24"));
        config_leaves_nothing(taken, ErrorKind::AddressClash, &["10.0.0.2", "10.0.0.0/8"], config);
    });
}

#[test]
fn a_missing_master_leaves_nothing() {
    in_netns(|| {
        config_leaves_nothing("", ErrorKind::NotFound, &["inner", "nobody"], || prefixed("e").master(parse("nobody")));
    });
}

#[test]
fn an_unknown_sysctl_leaves_nothing() {
    in_netns(|| {
        let config = || prefixed("eth").sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
        config_leaves_nothing("", ErrorKind::Sysctl, &["inner", "nonsense"], config);
    });
}

#[test]
fn a_route_that_cannot_be_leaves_nothing() {
    in_netns(|| {
        // IPv6 is off on a link without an IPv6 address.
        let config = || prefixed("eth").address(parse("10.0.0.2/24")).route(parse("fd00:9::/48"));
        config_leaves_nothing("", ErrorKind::Kernel, &["fd00:9::/48"], config);
    });
}

#[test]
fn a_route_that_exists_leaves_nothing() {
    in_netns(|| {
        let taken = "link add used type bridge;link set used up;route add 172.20.0.0/16 dev used";
        let config = || prefixed("eth").route(parse("172.20.0.0/16"));
        config_leaves_nothing(taken, ErrorKind::Exists, &["inner", "172.20.0.0/16"], config);
    });
}

#[test]
fn a_taken_peer_name_leaves_nothing() {
    in_netns(|| {
        leaves_nothing("", ErrorKind::NameTaken, &["plain"], |world| {
            let peer = VethPeer::new(&world.host, "plain").bridge("br0");
            world.web.add_interface(Link::veth_named("inner", peer)?, prefixed("eth"))
        });
    });
}

#[test]
fn a_missing_bridge_leaves_nothing() {
    in_netns(|| {
        leaves_nothing("", ErrorKind::NotFound, &["nobridge"], |world| {
            let peer = VethPeer::new(&world.host, "vhost").bridge("nobridge");
            world.web.add_interface(Link::veth_named("inner", peer)?, prefixed("eth"))
        });
    });
}

#[test]
fn a_bridge_that_is_none_leaves_nothing() {
    in_netns(|| {
        for other in ["plain", "lo"] {
            leaves_nothing("", ErrorKind::NotSupported, &[other], |world| {
                let peer = VethPeer::new(&world.host, "vhost").bridge(other);
                world.web.add_interface(Link::veth_named("inner", peer)?, prefixed("eth"))
            });
            clear();
        }
    });
}

#[test]
fn a_missing_parent_leaves_nothing() {
    in_netns(|| {
        let host = Namespace::current().unwrap();
        let macvlan = || Link::macvlan("inner", Macvlan::on(&host, "nobody"));
        let ipvlan = || Link::ipvlan("inner", Ipvlan::on(&host, "nobody"));
        let vxlan = || Link::vxlan("inner", Vxlan::new(&host, 1).parent("nobody"));
        let links: [&dyn Fn() -> Result<Link>; 3] = [&macvlan, &ipvlan, &vxlan];
        for link in links {
            leaves_nothing("", ErrorKind::NotFound, &["the parent nobody", "the current namespace"], |world| {
                world.web.add_interface(link()?, named("eth0"))
            });
            clear();
        }
    });
}

/// A link that is a port of a bridge serves nobody else.
#[test]
fn a_parent_that_is_busy_leaves_nothing() {
    in_netns(|| {
        let host = Namespace::current().unwrap();
        leaves_nothing("", ErrorKind::Kernel, &["inner", "br0-hold", "busy"], |world| {
            world.web.add_interface(Link::macvlan("inner", Macvlan::on(&host, "br0-hold"))?, named("eth0"))
        });
    });
}
