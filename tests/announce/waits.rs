//! What an add waits for before it announces, and for how long.

use std::time::{Duration, Instant};

use netgraft::{Announce, ErrorKind, InterfaceConfig, Link, Namespace, VethPeer, Wait};

use crate::capture::Capture;
use crate::common::{
    World, assert_as_before, in_netns, inside, ip, ip_in, logged, named, parse, patience, ping_in, refused, settled,
    veth, write_sysctl,
};
use crate::process::{ATTEMPTS, fastest};
use crate::{MAC, V4, V6, announcing, index};

fn bridge(namespace: &Namespace) {
    ip_in(namespace, "link add br0 type bridge");
    ip_in(namespace, "link set br0 up");
}

fn config() -> InterfaceConfig {
    named("eth0").mac(parse(MAC)).address(parse(V4)).address(parse(V6)).announce(announcing(1))
}

/// Adds a link, removes it, and tells how long the add took.
fn timed(world: &World, link: &Link, config: &InterfaceConfig) -> Duration {
    let begin = Instant::now();
    let interface = world.web.add_interface(link.clone(), config.clone()).unwrap();
    let took = begin.elapsed();
    interface.remove().unwrap();
    took
}

/// A new veth whose other end is a port of the bridge of a namespace.
fn bridged(namespace: &Namespace) -> Link {
    Link::veth_named("v", VethPeer::new(namespace, "port").bridge("br0")).unwrap()
}

#[track_caller]
fn assert_at_once(world: &World, link: &Link, config: &InterfaceConfig) {
    let took = fastest(|| timed(world, link, config));
    assert!(took < patience(Duration::from_millis(50)), "{took:?}");
}

#[test]
fn nothing_is_waited_for_where_nothing_is_announced_or_bridged() {
    in_netns(|| {
        let world = World::new();
        bridge(&world.host);
        // The port forwards at once.
        assert_at_once(&world, &bridged(&world.host), &config());
        // The other end is no port.
        let unbridged = Link::veth_named("v", VethPeer::new(&world.host, "port")).unwrap();
        assert_at_once(&world, &unbridged, &config());
        ip("link set br0 down");
        // Nothing to announce, one way and the other.
        assert_at_once(&world, &bridged(&world.host), &config().announce(Announce::none()));
        assert_at_once(&world, &bridged(&world.host), &named("eth0").announce(announcing(1)));
    });
}

#[test]
fn a_port_that_cannot_forward_is_waited_for_once_and_not_for_long() {
    in_netns(|| {
        let world = World::new();
        bridge(&world.host);
        veth("veth1", "peer1");
        ip("link set peer1 master br0");
        let link = world.link("veth1");
        // What announcing adds to what the same add takes otherwise.
        let extra = || {
            let [announced, plain] = [config().announce(announcing(3)), config().announce(Announce::none())]
                .map(|config| fastest(|| timed(&world, &link, &config)));
            announced.saturating_sub(plain)
        };
        for state in ["link set peer1 down", "link set br0 down"] {
            ip("link set br0 up");
            ip("link set peer1 up");
            ip(state);
            logged();
            let extra = extra();
            assert!(extra >= Duration::from_millis(150), "{state}: {extra:?}");
            assert!(extra < patience(Duration::from_millis(250)), "{state}: {extra:?}");
            let waited = logged().iter().filter(|line| line.contains("does not forward yet")).count();
            assert_eq!(waited, ATTEMPTS, "once each");
        }
        // Nothing would be sent, so nothing is waited for.
        ip("link set veth1 arp off");
        let extra = extra();
        assert!(extra < patience(Duration::from_millis(50)), "{extra:?}");
        assert!(logged().iter().any(|line| line.contains("it does no ARP")));
    });
}

#[test]
fn a_spanning_tree_is_not_waited_for() {
    in_netns(|| {
        let world = World::new();
        let third = Namespace::create_anonymous().unwrap();
        for namespace in [&world.host, &third] {
            bridge(namespace);
            ip_in(namespace, "link set br0 type bridge stp_state 1 forward_delay 3000");
            logged();
            assert_at_once(&world, &bridged(namespace), &config());
            assert!(logged().iter().any(|line| line.contains("spanning tree")));
        }
    });
}

/// A port that comes up while the add waits for it: the first gets past the bridge, and the add returns long before it
/// would have given up.
#[test]
fn the_first_follows_the_port_s_report() {
    in_netns(|| {
        let world = World::new();
        let third = Namespace::create_anonymous().unwrap();
        for namespace in [&world.host, &third] {
            bridge(namespace);
            let mut rounds = 0;
            while rounds < 5 {
                inside(namespace, || veth("port", "v"));
                ip_in(namespace, "link set port master br0");
                let br0 = inside(namespace, || index("br0"));
                let capture = Capture::start(namespace);
                logged();
                let (interface, begin) = (Link::existing(namespace, "v").unwrap(), Instant::now());
                let (interface, up) = std::thread::scope(|scope| {
                    let up = scope.spawn(|| {
                        std::thread::sleep(Duration::from_millis(50));
                        ip_in(namespace, "link set port up");
                        begin.elapsed()
                    });
                    (world.web.add_interface(interface, config()).unwrap(), up.join().unwrap())
                });
                let (log, frames) = (logged(), capture.announcements(br0));
                // A busy machine may be too late with it: that says nothing.
                if up < Duration::from_millis(150) {
                    assert_eq!(frames.len(), 2, "{log:?}");
                    assert!(!log.iter().any(|line| line.contains("does not forward yet")), "{log:?}");
                    rounds += 1;
                }
                interface.remove().unwrap();
                ip_in(namespace, "link del port");
            }
        }
    });
}

#[test]
fn a_link_that_does_not_come_up_is_added_and_not_announced() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set peer1 down");
        let capture = Capture::start(&world.host);
        let begin = Instant::now();
        let timeout = Duration::from_millis(300);
        let eth0 = world.add("veth1", config().clash_check(false).wait(Wait::running(timeout))).unwrap();
        let took = begin.elapsed();
        assert!(took >= timeout && took < timeout + patience(Duration::from_secs(2)), "{took:?}");
        let state = eth0.state().unwrap();
        assert_eq!((state.up, state.running), (true, false), "the caller can see it");
        assert!(
            logged()
                .iter()
                .any(|line| line == "WARN eth0 in /run/netns/web did not come up within 300ms: not announced")
        );
        assert_eq!(netgraft::announce::next_deadline(), None);
        ip("link set peer1 up");
        assert!(capture.announcements(index("peer1")).is_empty());
    });
}

#[test]
fn a_link_that_comes_up_is_waited_for_and_no_longer() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set peer1 down");
        let capture = Capture::start(&world.host);
        let begin = Instant::now();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(150));
                ip("link set peer1 up");
            });
            let config = config().clash_check(false).wait(Wait::running(Duration::from_secs(30)));
            world.add("veth1", config).unwrap();
        });
        let took = begin.elapsed();
        assert!(took >= Duration::from_millis(150) && took < patience(Duration::from_secs(5)), "{took:?}");
        assert_eq!(capture.announcements(index("peer1")).len(), 2);
    });
}

/// A world whose kernel looks for duplicates, which others have it leave.
fn detecting() -> World {
    let world = World::with_veth();
    inside(&world.web, || write_sysctl("ipv6/conf/default/accept_dad", "1"));
    world
}

#[test]
fn duplicate_detection_is_waited_for() {
    in_netns(|| {
        let world = detecting();
        let capture = Capture::start(&world.host);
        let begin = Instant::now();
        let eth0 = world.add("veth1", config().clash_check(false).dad(true)).unwrap();
        let took = begin.elapsed();
        // A random delay of up to a second, then one second of silence.
        assert!(took > Duration::from_millis(900), "{took:?}");
        assert!(took < patience(Duration::from_millis(4500)), "not until the timeout: {took:?}");
        assert!(!ip_in(&world.web, "-6 addr show dev eth0 scope global").contains("tentative"));
        assert_eq!(capture.announcements(index("peer1")).len(), 2);
        ping_in(&world.web, "fd00:1::1");
        eth0.remove().unwrap();
        // Not done in time: added, and announced without it.
        let capture = Capture::start(&world.host);
        let short = config().clash_check(false).dad(true).wait(Wait::up(Duration::from_millis(200)));
        let begin = Instant::now();
        world.add("veth1", short).unwrap();
        assert!(begin.elapsed() < patience(Duration::from_millis(900)), "less than it takes");
        let frames = capture.announcements(index("peer1"));
        assert_eq!(frames.len(), 1);
        assert!(frames[0].announced().unwrap().address.is_ipv4());
    });
}

#[test]
fn a_duplicate_address_is_an_error_and_undone() {
    in_netns(|| {
        let world = detecting();
        ip("addr add fd00:1::2/64 dev peer1 nodad");
        ip("link set veth1 up");
        let (host, web) = (settled(&world.host), settled(&world.web));
        let capture = Capture::start(&world.host);
        let other = config().address(parse("fd00:1::3/64")).clash_check(false).dad(true);
        let message = refused(world.add("veth1", other), ErrorKind::DuplicateAddress);
        assert!(message.starts_with("add veth1 to /run/netns/web: "), "{message}");
        assert!(message.contains("fd00:1::2/64"), "{message}");
        assert!(capture.announcements(index("peer1")).is_empty());
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
        assert!(world.web.interfaces().unwrap().is_empty());
    });
}
