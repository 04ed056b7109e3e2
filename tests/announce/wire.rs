//! What is sent and when.

use std::time::{Duration, SystemTime};

use netgraft::{Announce, InterfaceConfig, Link, MacAddr, Macvlan, Namespace, VethPeer, announce};

use crate::capture::{Announced, Capture, Frame};
use crate::common::{
    World, in_netns, inside, ip, ip_in, ip_json_in, logged, named, parse, patience, ping_in, prefixed, veth,
    write_sysctl,
};
use crate::{INTERVAL, MAC, V4, V6, announcing, index};

/// How far apart two announcements may be from what was asked for.
const TOLERANCE: Duration = Duration::from_millis(20);

/// Fails unless each of the addresses was announced this often, with this MAC, and nothing else was. Tells
/// by how much the time between two missed the interval at worst.
#[track_caller]
fn assert_announced(frames: &[Frame], addresses: &[&str], mac: &str, times: usize, interval: Duration) -> Duration {
    let mac: MacAddr = parse(mac);
    let mut worst = Duration::ZERO;
    for address in addresses {
        let wanted = Announced { address: parse(address), mac };
        let at: Vec<SystemTime> =
            frames.iter().filter(|frame| frame.announced() == Some(wanted)).map(|frame| frame.at).collect();
        assert_eq!(at.len(), times, "{address}");
        let apart = at.windows(2).map(|pair| pair[1].duration_since(pair[0]).unwrap());
        worst = apart.map(|apart| apart.abs_diff(interval)).fold(worst, Duration::max);
    }
    assert_eq!(frames.len(), addresses.len() * times, "nothing else is announced");
    worst
}

#[test]
fn as_often_as_asked_for_at_the_interval() {
    in_netns(|| {
        let world = World::with_veth();
        let addresses = ["10.0.0.2", "10.0.0.3", "192.0.2.9", "fd00:1::2", "fd00:1::3"];
        for (times, millis) in [(1, 100), (2, 100), (3, 100), (2, 2000), (3, 1000)] {
            let interval = Duration::from_millis(millis);
            let mut config = named("eth0").mac(parse(MAC));
            for address in addresses {
                let length = if address.contains(':') { 64 } else { 24 };
                config = config.address(parse(&format!("{address}/{length}")));
            }
            config = config.clash_check(false).announce(Announce::times(times).unwrap().every(interval).unwrap());
            let attempt = || {
                let capture = Capture::start(&world.host);
                let eth0 = world.add("veth1", config.clone()).unwrap();
                let returned = SystemTime::now();
                announce::flush();
                assert_eq!(announce::next_deadline(), None);
                let frames = capture.announcements(index("peer1"));
                let before = frames.iter().filter(|frame| frame.at <= returned).count();
                assert!(before >= addresses.len(), "the first before the add returned");
                eth0.remove().unwrap();
                assert_announced(&frames, &addresses, MAC, times.into(), interval)
            };
            // A busy machine may take the thread's time away once, not every time.
            let off = [(); 3].into_iter().map(|()| attempt()).find(|off| *off <= patience(TOLERANCE));
            assert!(off.is_some(), "{times} times {interval:?} apart: never within {TOLERANCE:?}");
        }
    });
}

#[test]
fn three_times_a_second_apart_unless_told_otherwise() {
    in_netns(|| {
        let world = World::with_veth();
        let config = InterfaceConfig::keep_name().mac(parse(MAC)).address(parse("10.0.0.2/24"));
        let capture = Capture::start(&world.host);
        world.add("veth1", config.clash_check(false)).unwrap();
        announce::flush();
        let frames = capture.announcements(index("peer1"));
        let off = assert_announced(&frames, &["10.0.0.2"], MAC, 3, Duration::from_secs(1));
        assert!(off < Duration::from_millis(500), "{off:?}");
    });
}

/// The link's own MAC is announced when none was given, and what it has after all when the kernel settings
/// took its IPv6 address.
#[test]
fn what_the_link_has_is_announced() {
    in_netns(|| {
        let world = World::with_veth();
        let capture = Capture::start(&world.host);
        let config = named("eth0").address(parse(V4)).address(parse(V6)).clash_check(false);
        let config = config.sysctl(parse("net.ipv6.conf.x.disable_ipv6=1")).announce(announcing(2));
        let eth0 = world.add("veth1", config).unwrap();
        announce::flush();
        let mac = eth0.state().unwrap().mac.unwrap().to_string();
        assert_announced(&capture.announcements(index("peer1")), &["10.0.0.2"], &mac, 2, INTERVAL);
    });
}

#[test]
fn link_local_addresses_are_announced_too() {
    in_netns(|| {
        let world = World::with_veth();
        // Or the kernel would still look for others with it.
        write_sysctl("ipv6/conf/all/accept_dad", "0");
        let capture = Capture::start(&world.host);
        let config = named("eth0").mac(parse(MAC)).link_local(parse("169.254.7.7/16")).announce(announcing(2));
        world.add("veth1", config).unwrap();
        announce::flush();
        assert_announced(&capture.announcements(index("peer1")), &["169.254.7.7"], MAC, 2, INTERVAL);
    });
}

#[test]
fn addresses_that_go_along_are_announced() {
    in_netns(|| {
        let world = World::with_veth();
        for address in ["10.0.0.2/24", "fd00:1::2/64 nodad", "10.0.0.3/24 valid_lft 1000 preferred_lft 1000"] {
            ip(&format!("addr add {address} dev veth1"));
        }
        let capture = Capture::start(&world.host);
        let config = named("eth0").mac(parse(MAC)).keep_addresses(true).address(parse("10.0.0.4/24"));
        world.add("veth1", config.clash_check(false).announce(announcing(3))).unwrap();
        announce::flush();
        let frames = capture.announcements(index("peer1"));
        assert_announced(&frames, &["10.0.0.2", "10.0.0.4", "fd00:1::2"], MAC, 3, INTERVAL);
    });
}

/// As the neighbours of its parent see it.
#[test]
fn a_macvlan_is_announced_through_its_parent() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set veth1 addrgenmode none up");
        let capture = Capture::start(&world.host);
        let link = Link::macvlan("mv", Macvlan::on(&world.host, "veth1")).unwrap();
        let config = named("eth0").mac(parse(MAC)).address(parse(V4)).address(parse(V6)).clash_check(false);
        world.web.add_interface(link, config.announce(announcing(3))).unwrap();
        announce::flush();
        assert_announced(&capture.announcements(index("peer1")), &["10.0.0.2", "fd00:1::2"], MAC, 3, INTERVAL);
    });
}

#[test]
fn once_more_when_asked_for() {
    in_netns(|| {
        let world = World::with_veth();
        let eth0 = world.add("veth1", named("eth0").mac(parse(MAC)).address(parse(V4)).clash_check(false)).unwrap();
        let capture = Capture::start(&world.host);
        eth0.announce(announcing(3)).unwrap();
        // What is pending is replaced.
        eth0.announce(announcing(2)).unwrap();
        announce::flush();
        let frames = capture.announcements(index("peer1"));
        assert_announced(&frames[1..], &["10.0.0.2"], MAC, 2, INTERVAL);
        assert_eq!(frames.len(), 3);
        eth0.remove().unwrap();
        let message = eth0.announce(announcing(1)).unwrap_err().to_string();
        assert_eq!(message, "announce veth1 from /run/netns/web: it was removed before");
    });
}

/// What other ways of sending stumble over: a loopback without IPv6, and no route to ff02::1.
#[test]
fn no_loopback_and_no_route_are_needed() {
    in_netns(|| {
        let world = World::with_veth();
        ip_in(&world.web, "link set lo down");
        inside(&world.web, || write_sysctl("ipv6/conf/lo/disable_ipv6", "1"));
        let capture = Capture::start(&world.host);
        let config = named("eth0").mac(parse(MAC)).address(parse(V6)).clash_check(false).announce(announcing(3));
        world.add("veth1", config).unwrap();
        ip_in(&world.web, "-6 route flush table local");
        ip_in(&world.web, "-6 route flush table main");
        announce::flush();
        assert_announced(&capture.announcements(index("peer1")), &["fd00:1::2"], MAC, 3, INTERVAL);
    });
}

/// A host on the bridge that has the address at its old MAC in its cache follows it to the new one with
/// nothing else said.
#[test]
fn neighbours_follow() {
    in_netns(|| {
        let world = World::new();
        let neighbour = Namespace::create_anonymous().unwrap();
        ip("link add br0 type bridge");
        ip("link set br0 up");
        for (port, end, namespace) in [("pn", "n0", &neighbour), ("pw", "w0", &world.web)] {
            veth(port, end);
            ip(&format!("link set {port} master br0"));
            ip(&format!("link set {port} up"));
            let link = Link::existing(&world.host, end).unwrap();
            let address = if end == "n0" { ("10.0.0.9/24", "fd00:1::9/64") } else { (V4, V6) };
            let config = named(end).address(parse(address.0)).address(parse(address.1));
            namespace.add_interface(link, config).unwrap();
        }
        // It learns the old MAC by talking, and believes in it for seconds to come.
        ping_in(&neighbour, "10.0.0.2");
        ping_in(&neighbour, "fd00:1::2");
        let known = |address: &str| ip_json_in(&neighbour, &format!("neigh show {address}"))[0].take();
        let old = world.web.interface("w0").unwrap().state().unwrap().mac.unwrap().to_string();
        assert_eq!((&known("10.0.0.2")["lladdr"], &known("fd00:1::2")["lladdr"]), (&old.clone().into(), &old.into()));
        world.web.interface("w0").unwrap().remove().unwrap();

        // The same addresses on another link, on another port; nothing but announcements may leave it.
        let capture = Capture::start(&world.host);
        let peer = VethPeer::new(&world.host, "pw2").bridge("br0");
        let config = prefixed("eth").mac(parse(MAC)).address(parse(V4)).address(parse(V6)).announce(announcing(1));
        let quiet = config.sysctl(parse("net.ipv6.conf.x.addr_gen_mode=1"));
        world.web.add_interface(Link::veth_named("w1", peer).unwrap(), quiet).unwrap();
        let deadline = SystemTime::now() + patience(Duration::from_millis(100));
        while [known("10.0.0.2"), known("fd00:1::2")].iter().any(|entry| entry["lladdr"] != MAC) {
            assert!(SystemTime::now() < deadline, "{:?} {:?}", known("10.0.0.2"), known("fd00:1::2"));
        }
        let port = index("pw2");
        let frames: Vec<Frame> = capture.stop().into_iter().filter(|frame| frame.link == port).collect();
        let others: Vec<&Frame> = frames
            .iter()
            .filter(|frame| frame.announced().is_none() && frame.bytes[6..12] == parse::<MacAddr>(MAC).octets())
            // Multicast listener reports: hop-by-hop options come first.
            .filter(|frame| frame.bytes[14 + 6] != 0)
            .collect();
        assert!(others.is_empty(), "{others:?}");
    });
}

/// The first is sent once the bridge passes it on, not before, and the add does not wait for longer.
#[test]
fn the_first_gets_past_the_bridge() {
    in_netns(|| {
        let world = World::new();
        let third = Namespace::create_anonymous().unwrap();
        for namespace in [&world.host, &third] {
            ip_in(namespace, "link add br0 type bridge");
            ip_in(namespace, "link set br0 up");
        }
        // The bridge itself hears what its port forwards.
        for (namespace, round) in
            [(&world.host, 0), (&third, 1), (&world.web, 2)].repeat(10).iter().zip(0..).map(|((n, _), r)| (*n, r))
        {
            if namespace.id() == world.web.id() && round < 3 {
                ip_in(namespace, "link add br0 type bridge");
                ip_in(namespace, "link set br0 up");
            }
            let bridge = inside(namespace, || index("br0"));
            let capture = Capture::start(namespace);
            let peer = VethPeer::new(namespace, "port").bridge("br0");
            let config = named("eth0").mac(parse(MAC)).address(parse(V4)).address(parse(V6)).announce(announcing(1));
            let eth0 = world.web.add_interface(Link::veth_named("v", peer).unwrap(), config).unwrap();
            let frames = capture.announcements(bridge);
            assert_eq!(frames.len(), 2, "round {round}: {:?}", logged());
            eth0.remove().unwrap();
        }
    });
}

/// The same for a link that is moved in while its other end is a port already.
#[test]
fn the_first_gets_past_the_bridge_after_a_move() {
    in_netns(|| {
        let world = World::new();
        ip("link add br0 type bridge");
        ip("link set br0 up");
        for round in 0..10 {
            veth("veth1", "peer1");
            ip("link set peer1 master br0");
            ip("link set peer1 up");
            let capture = Capture::start(&world.host);
            let config = named("eth0").mac(parse(MAC)).address(parse(V4)).address(parse(V6)).announce(announcing(1));
            world.add("veth1", config).unwrap();
            assert_eq!(capture.announcements(index("br0")).len(), 2, "round {round}");
            world.web.interface("veth1").unwrap().remove().unwrap();
            ip("link del veth1");
        }
    });
}
