//! What announcing costs an add, and how soon and how regularly announcements are on the wire.
//!
//! `cargo bench --bench announce` in benches/, as root or where user namespaces are allowed; `-- --quick` for few rounds.
//! It fails when a budget is missed.

#[path = "../tests/announce/capture.rs"]
mod capture;
mod common;

use std::os::fd::AsRawFd;
use std::process::ExitCode;
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use capture::Capture;
use common::beside::{Beside, Of};
use common::{inside, interleave, ip_in, ip_json, prepare, timed};
use netgraft::{Announce, InterfaceConfig, Link, Namespace, VethPeer, announce};
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, setsockopt, socket, sockopt,
};
use nix::sys::time::TimeVal;

const MILLISECOND: Duration = Duration::from_millis(1);
const INTERVAL: Duration = Duration::from_millis(100);
/// By how much two announcements may miss the interval.
const TOLERANCE: Duration = Duration::from_millis(20);

fn main() -> ExitCode {
    prepare();
    let quick = std::env::args().any(|argument| argument == "--quick");
    let world = World::new();
    let mut table = Beside::new(!quick);

    let (unannounced, announced) = (Announce::none(), Announce::times(1).unwrap());
    let rounds = if quick { 15 } else { 151 };
    let adds = interleave(rounds, [&mut || world.add(unannounced), &mut || world.add(announced)]);
    let pairs = adds.into_iter().map(|[other, own]| (other, own));
    table.extra("add, announced once", "not announced", pairs, MILLISECOND);

    let rounds = if quick { 3 } else { 31 };
    let third = Namespace::create_anonymous().unwrap();
    bridge(&third);
    for (home, place) in [(&world.home, "beside"), (&third, "elsewhere")] {
        let late: Vec<Duration> = (0..rounds).map(|_| world.behind_the_report(home)).collect();
        table.within(&format!("first, behind its port's report, {place}"), &late, Of::Median, MILLISECOND);
    }

    let off: Vec<Duration> = (0..rounds).flat_map(|_| world.off_the_interval()).collect();
    table.within("repeats, off the interval", &off, Of::Worst, TOLERANCE);
    table.finish("announce")
}

/// A namespace with a bridge, and one for interfaces whose other ends are ports of it.
struct World {
    home: Namespace,
    web: Namespace,
}

impl World {
    fn new() -> Self {
        let [home, web] = [(), ()].map(|()| Namespace::create_anonymous().unwrap());
        bridge(&home);
        Self { home, web }
    }

    /// How long an add by creation on the bridge takes.
    fn add(&self, announce: Announce) -> Duration {
        let (took, interface) = timed(|| self.web.add_interface(bridged(&self.home), config(announce)).unwrap());
        interface.remove().unwrap();
        took
    }

    /// How much later than the kernel's report that its port forwards the first announcement is on the bridge, when the
    /// port comes up in the midst of the add.
    fn behind_the_report(&self, home: &Namespace) -> Duration {
        ip_in(home, "link add port master br0 type veth peer v");
        let (port, br0) = inside(home, || (index("port"), index("br0")));
        let since = forwarding_since(home, port);
        let capture = Capture::start(home);
        let interface = thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(100));
                ip_in(home, "link set port up");
            });
            let link = Link::existing(home, "v").unwrap();
            self.web.add_interface(link, config(Announce::times(1).unwrap())).unwrap()
        });
        let frames = capture.announcements(br0);
        assert_eq!(frames.len(), 2, "one by ARP and one by NA");
        interface.remove().unwrap();
        ip_in(home, "link del port");
        let since = since.join().unwrap().unwrap();
        frames[0].at.duration_since(since).unwrap_or_default()
    }

    /// By how much the times between the announcements of one interface miss the interval.
    fn off_the_interval(&self) -> Vec<Duration> {
        let br0 = inside(&self.home, || index("br0"));
        let capture = Capture::start(&self.home);
        let three_times = config(Announce::times(3).unwrap().every(INTERVAL).unwrap());
        let interface = self.web.add_interface(bridged(&self.home), three_times).unwrap();
        announce::flush();
        let frames = capture.announcements(br0);
        interface.remove().unwrap();
        let of_family = |ipv4| frames.iter().filter(move |frame| frame.announced().unwrap().address.is_ipv4() == ipv4);
        [true, false]
            .into_iter()
            .flat_map(|ipv4| {
                let at: Vec<SystemTime> = of_family(ipv4).map(|frame| frame.at).collect();
                assert_eq!(at.len(), 3);
                at.windows(2)
                    .map(|pair| pair[1].duration_since(pair[0]).unwrap().abs_diff(INTERVAL))
                    .collect::<Vec<_>>()
            })
            .collect()
    }
}

fn bridge(namespace: &Namespace) {
    ip_in(namespace, "link add br0 type bridge");
    ip_in(namespace, "link set br0 up");
}

fn bridged(home: &Namespace) -> Link {
    Link::veth_named("v", VethPeer::new(home, "port").bridge("br0")).unwrap()
}

fn config(announce: Announce) -> InterfaceConfig {
    InterfaceConfig::named("eth0".parse().unwrap())
        .mac("02:42:0a:00:00:02".parse().unwrap())
        .address("10.0.0.2/24".parse().unwrap())
        .address("fd00:1::2/64".parse().unwrap())
        .announce(announce)
}

fn index(link: &str) -> u32 {
    ip_json(&format!("link show dev {link}"))[0]["ifindex"].as_u64().unwrap() as u32
}

/// Notes when the bridge port of a namespace is first reported as forwarding, with a carrier.
fn forwarding_since(namespace: &Namespace, port: u32) -> JoinHandle<Option<SystemTime>> {
    let monitor = inside(namespace, || {
        let family = AddressFamily::Netlink;
        let monitor = socket(family, SockType::Raw, SockFlag::SOCK_CLOEXEC, SockProtocol::NetlinkRoute).unwrap();
        // RTMGRP_LINK
        bind(monitor.as_raw_fd(), &NetlinkAddr::new(0, 1)).unwrap();
        monitor
    });
    setsockopt(&monitor, sockopt::ReceiveTimeout, &TimeVal::new(0, 300_000)).unwrap();
    thread::spawn(move || {
        let mut buffer = [0; 16384];
        while let Ok(length) = recv(monitor.as_raw_fd(), &mut buffer, MsgFlags::empty()) {
            let now = SystemTime::now();
            let message = &buffer[..length];
            // Family AF_BRIDGE, the port's index, IFF_LOWER_UP.
            let about_port = message[16] == 7 && message[20..24] == port.to_ne_bytes() && message[26] & 1 != 0;
            // IFLA_PROTINFO, nested, holding IFLA_BRPORT_STATE = 3 at its head.
            let forwarding = message.windows(9).any(|w| w[2..4] == [12, 0x80] && w[4..9] == [5, 0, 1, 0, 3]);
            if about_port && forwarding {
                return Some(now);
            }
        }
        None
    })
}
