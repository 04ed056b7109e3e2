//! What becomes of the announcements that are still to come.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Command;
use std::time::{Duration, Instant};

use netgraft::{InterfaceConfig, Link, Namespace, VethPeer, announce};
use nix::sys::wait::{WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork};

use crate::capture::{Capture, Frame};
use crate::common::{World, in_netns, inside, ip, ip_in, ip_json_in, logged, named, parse, patience, veth};
use crate::process::{assert_settles, fastest, fds, threads};
use crate::{INTERVAL, MAC, V4, V6, announcing, index};

fn config() -> InterfaceConfig {
    named("eth0").mac(parse(MAC)).address(parse(V4)).address(parse(V6)).clash_check(false).announce(announcing(3))
}

#[track_caller]
fn tc(words: &str) {
    assert!(Command::new("tc").args(words.split(' ')).status().unwrap().success(), "tc {words}");
}

/// From here on, announcements are sent when the test says so, whatever time it is.
fn stop_the_clock() {
    announce::set_own_loop(true);
}

/// Sends the next that is pending.
#[track_caller]
fn one_more() {
    announce::send_due(announce::next_deadline().expect("something is pending"));
}

/// Sends all that is pending.
fn the_rest() {
    while announce::next_deadline().is_some() {
        one_more();
    }
}

/// Whether the kernel has taken note that eth0 has a carrier.
fn operational(world: &World) -> bool {
    ip_json_in(&world.web, "link show dev eth0")[0]["operstate"] == "UP"
}

/// How often each of the two addresses was announced.
#[track_caller]
fn times(frames: &[Frame]) -> usize {
    let ipv4 = frames.iter().filter(|frame| frame.announced().unwrap().address.is_ipv4()).count();
    assert_eq!(frames.len(), 2 * ipv4, "as often by ARP as by NA");
    ipv4
}

#[test]
fn a_changed_mac_ends_them() {
    in_netns(|| {
        stop_the_clock();
        let world = World::with_veth();
        let capture = Capture::start(&world.host);
        world.add("veth1", config()).unwrap();
        one_more();
        ip_in(&world.web, "link set eth0 address 02:42:0a:00:00:77");
        logged();
        one_more();
        assert_eq!(announce::next_deadline(), None);
        assert_eq!(times(&capture.announcements(index("peer1"))), 2);
        let warned =
            format!("WARN eth0 in /run/netns/web not announced: its MAC has changed from {MAC} to 02:42:0a:00:00:77");
        assert!(logged().contains(&warned));
    });
}

#[test]
fn a_lost_carrier_costs_those_in_between() {
    in_netns(|| {
        stop_the_clock();
        let world = World::with_veth();
        let capture = Capture::start(&world.host);
        let carrier = |up| {
            ip(&format!("link set peer1 {}", if up { "up" } else { "down" }));
            assert_settles("operational", || operational(&world), up);
        };
        world.add("veth1", config()).unwrap();
        carrier(false);
        one_more();
        carrier(true);
        the_rest();
        assert_eq!(times(&capture.announcements(index("peer1"))), 2);
        // Not even the first can be sent.
        let eth0 = world.web.interface("veth1").unwrap();
        carrier(false);
        let capture = Capture::start(&world.host);
        eth0.announce(announcing(3)).unwrap();
        carrier(true);
        the_rest();
        assert_eq!(times(&capture.announcements(index("peer1"))), 2);
    });
}

#[test]
fn a_link_that_is_down_for_a_while_is_announced_later() {
    in_netns(|| {
        stop_the_clock();
        let world = World::with_veth();
        let capture = Capture::start(&world.host);
        world.add("veth1", config()).unwrap();
        ip_in(&world.web, "link set eth0 down");
        logged();
        one_more();
        assert!(logged().contains(&"INFO eth0 in /run/netns/web not announced: it is not up".to_owned()));
        ip_in(&world.web, "link set eth0 up");
        the_rest();
        assert_eq!(times(&capture.announcements(index("peer1"))), 2);
    });
}

#[test]
fn a_failed_send_is_logged_and_the_next_tried() {
    in_netns(|| {
        stop_the_clock();
        let world = World::with_veth();
        world.add("veth1", named("eth0")).unwrap().remove().unwrap();
        // A queue that holds nothing: the kernel refuses with ENOBUFS.
        ip("link set veth1 netns web");
        inside(&world.web, || tc("qdisc add dev veth1 root pfifo limit 0"));
        let capture = Capture::start(&world.host);
        logged();
        world.web.add_interface(Link::in_place("veth1").unwrap(), config()).expect("a failed send fails no add");
        let refused = |what: &str| {
            format!("WARN eth0 in /run/netns/web not announced: {what}: No buffer space available (os error 105)")
        };
        let log = logged();
        assert!(log.contains(&refused("10.0.0.2")) && log.contains(&refused("fd00:1::2")), "{log:?}");
        inside(&world.web, || tc("qdisc del dev eth0 root"));
        the_rest();
        assert_eq!(times(&capture.announcements(index("peer1"))), 2);
    });
}

#[test]
fn a_macvlan_waits_for_no_parent() {
    in_netns(|| {
        stop_the_clock();
        let world = World::new();
        veth("parent", "outside");
        ip("link set outside up");
        ip("link add link parent name mv0 type macvlan mode bridge");
        ip("link set mv0 netns web");
        let add = || world.web.add_interface(Link::in_place("mv0").unwrap(), config()).unwrap();
        let took = fastest(|| {
            let begin = Instant::now();
            let interface = add();
            let took = begin.elapsed();
            interface.remove().unwrap();
            took
        });
        assert!(took < patience(Duration::from_millis(100)), "{took:?}");
        let capture = Capture::start(&world.host);
        add();
        ip("link set parent up");
        assert_settles("operational", || operational(&world), true);
        the_rest();
        // The first went nowhere.
        assert_eq!(times(&capture.announcements(index("outside"))), 2);
    });
}

#[test]
fn what_is_not_ethernet_has_nothing_to_announce() {
    in_netns(|| {
        let world = World::new();
        // Making one takes a right to the device that a user may lack; the loopback serves everybody.
        let tun = File::options().read(true).write(true).open("/dev/net/tun").is_ok();
        if tun {
            ip_in(&world.web, "tuntap add mode tun name tun0");
        }
        for link in ["lo"].into_iter().chain(tun.then_some("tun0")) {
            logged();
            let config = named(link).address(parse("192.0.2.1/32")).address(parse("2001:db8::1/128"));
            let interface =
                world.web.add_interface(Link::in_place(link).unwrap(), config.announce(announcing(3))).unwrap();
            let why = format!("INFO {link} in /run/netns/web not announced: it is not Ethernet-like");
            assert!(logged().contains(&why));
            assert_eq!(announce::next_deadline(), None);
            interface.remove().unwrap();
        }
    });
}

#[test]
fn a_link_deleted_by_hand_ends_them() {
    in_netns(|| {
        stop_the_clock();
        let world = World::with_veth();
        world.add("veth1", config()).unwrap();
        ip_in(&world.web, "link del eth0");
        logged();
        one_more();
        assert_eq!(announce::next_deadline(), None);
        assert!(logged().iter().all(|line| !line.starts_with("WARN")), "nobody has to know");
    });
}

#[test]
fn a_removed_interface_is_announced_no_more() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set veth1 netns web");
        let capture = Capture::start(&world.host);
        let eth0 = world.web.add_interface(Link::in_place("veth1").unwrap(), config()).unwrap();
        eth0.remove().unwrap();
        assert_eq!(announce::next_deadline(), None);
        std::thread::sleep(INTERVAL * 3);
        assert_eq!(times(&capture.announcements(index("peer1"))), 1);
    });
}

/// Nothing that is pending keeps a namespace alive, or a thread, or a descriptor.
#[test]
fn the_end_of_a_namespace_ends_them() {
    in_netns(|| {
        let host = Namespace::current().unwrap();
        let (fds, threads) = (fds(), threads());
        for destroy in [true, false] {
            let web = Namespace::create_anonymous().unwrap();
            let link = Link::veth_named("v", VethPeer::new(&host, "port")).unwrap();
            let eth0 = web.add_interface(link, config()).unwrap();
            assert_settles("threads", self::threads, threads + 1);
            if destroy {
                web.destroy().unwrap();
                assert_eq!(self::fds(), fds, "closed although the handle is still there");
            }
            drop((web, eth0));
            assert_eq!(announce::next_deadline(), None);
            assert_eq!(self::fds(), fds);
            assert_settles("threads", self::threads, threads);
            // The kernel deletes the veth with the namespace.
            assert_settles("links", || ip("-o link").lines().count(), 1);
        }
    });
}

/// A process that is forked in the midst of them has neither what is pending nor the thread, and can announce all the same.
#[test]
fn a_forked_process_announces_for_itself() {
    in_netns(|| {
        let world = World::with_veth();
        let capture = Capture::start(&world.host);
        let eth0 = world.add("veth1", config()).unwrap();
        let child = forked(|| {
            assert_eq!(announce::next_deadline(), None);
            announce::flush();
            eth0.announce(announcing(2)).unwrap();
            announce::flush();
            eth0.announce(announcing(1)).unwrap();
            assert_eq!(announce::next_deadline(), None);
        });
        assert!(announce::next_deadline().is_some());
        announce::flush();
        assert_eq!(waitpid(child, None).unwrap(), WaitStatus::Exited(child, 0));
        assert_eq!(times(&capture.announcements(index("peer1"))), 3 + 2 + 1);
    });
}

#[allow(unsafe_code, reason = "a process that does not exec has no safe interface")]
fn forked(child: impl FnOnce()) -> Pid {
    // SAFETY: no other thread holds anything that the child needs: the capture's receives, the ticker's sleeps.
    match unsafe { fork() }.unwrap() {
        ForkResult::Parent { child } => child,
        ForkResult::Child => {
            let ended = catch_unwind(AssertUnwindSafe(child));
            // Neither what the harness would still do, nor what is registered to be done at exit.
            // SAFETY: _exit has no conditions.
            unsafe { nix::libc::_exit(ended.is_err().into()) }
        }
    }
}

#[test]
fn a_program_s_own_loop_needs_no_thread() {
    in_netns(|| {
        announce::set_own_loop(true);
        let world = World::with_veth();
        let threads = threads();
        let capture = Capture::start(&world.host);
        let begin = Instant::now();
        world.add("veth1", config()).unwrap();
        // The capture's.
        assert_settles("threads", self::threads, threads + 1);
        let first = announce::next_deadline().unwrap();
        assert!(first > begin && first < Instant::now() + INTERVAL);
        announce::send_due(first - Duration::from_nanos(1));
        assert_eq!(announce::next_deadline(), Some(first));
        announce::send_due(first);
        assert_eq!(announce::next_deadline(), Some(first + INTERVAL));
        announce::send_due(first + INTERVAL);
        assert_eq!(announce::next_deadline(), None);
        assert_eq!(times(&capture.announcements(index("peer1"))), 3);
        // What is pending is handed over.
        let eth0 = world.web.interface("veth1").unwrap();
        eth0.announce(announcing(3)).unwrap();
        announce::set_own_loop(false);
        assert_settles("threads", self::threads, threads + 1);
        announce::flush();
        assert_settles("threads", self::threads, threads);
    });
}
