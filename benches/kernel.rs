//! What the kernel takes for each request by itself, and for the same requests in another order: why the library sends what
//! it sends (docs/performance.md).
//!
//! `cargo bench --bench kernel` in benches/, as root or where user namespaces are allowed; `-- --quick` for few rounds.

mod common;

use std::fs;
use std::process::ExitCode;
use std::time::Duration;

use common::message::{
    ACK, CREATE, IFLA_ADDRESS, IFLA_NET_NS_FD, IFLA_NEW_IFINDEX, IPV6, RTM_DELLINK, RTM_GETLINK, RTM_NEWLINK,
    RTM_SETLINK, attribute, ifinfomsg, ifname, ipv4_address, ipv6_address, message, number, veth,
};
use common::raw::Raw;
use common::table::{Table, median_time, said};
use common::ways::minimal::{create, move_to};
use common::world::{Place, Wanted, World, datagrams, talk_in_batches};
use common::{inside, prepare, timed};
use nix::sched::{CloneFlags, unshare};
use socket2::{Domain, Protocol, Socket, Type};

/// How many are deleted together.
const MANY: u32 = 100;
/// Namespaces, all of which have had their settings opened.
const CROWD: usize = 1000;

/// linux/if_link.h and if.h: an IPv6 setting of a link, which has it form no link-local address.
const IFLA_AF_SPEC: u16 = 26;
const IFLA_INET6_ADDR_GEN_MODE: u16 = 8;
const IN6_ADDR_GEN_MODE_NONE: u8 = 1;

/// A step, which tells how long the part of it took that counts.
type Step<'s> = (&'static str, &'s dyn Fn() -> Duration);

fn main() -> ExitCode {
    prepare();
    let quick = std::env::args().any(|argument| argument == "--quick");
    let scene = &Scene { world: World::new(1), one: Wanted::new(0, 0) };
    let steps: &[Step<'_>] = &[
        ("a question about a link, answered", &|| scene.moved(false, |scene| scene.ask_away())),
        ("a pair created, both ends at home", &|| scene.pair()),
        ("a pair created, one end away", &|| scene.apart()),
        ("… and the other one up, a port of a bridge", &|| scene.made(|_| ()).0),
        ("a link moved", &|| scene.move_alone()),
        ("a link moved, renamed, given a MAC and brought up, one request", &|| scene.move_with_all()),
        ("a link renamed", &|| scene.moved(false, |scene| scene.set(&[ifname("eth0")]))),
        ("a MAC set", &|| scene.moved(false, |scene| scene.set(&[attribute(IFLA_ADDRESS, &scene.one.mac())]))),
        ("a link brought up", &|| scene.moved(false, |scene| scene.up())),
        ("… that forms no link-local address", &|| scene.up_without_link_local()),
        ("an IPv4 address, the link down", &|| scene.moved(false, |scene| scene.ipv4())),
        ("an IPv4 address, the link up", &|| scene.moved(true, |scene| scene.ipv4())),
        ("an IPv6 address, the link down", &|| scene.moved(false, |scene| scene.ipv6())),
        ("an IPv6 address, the link up", &|| scene.moved(true, |scene| scene.ipv6())),
        ("created: addresses, then up", &|| scene.made(|scene| scene.configure(true)).1),
        ("created: up, then addresses", &|| scene.made(|scene| scene.configure(false)).1),
        ("created: the same one by one", &|| scene.made(|scene| scene.configure_one_by_one()).1),
        ("disable_ipv6 read, on a thread inside", &|| scene.made(|scene| scene.read_setting()).1),
        ("disable_ipv6 written, on a thread inside", &|| scene.made(|scene| scene.write_setting()).1),
        ("a thread, setns and a socket", &|| timed(|| Raw::inside(&scene.world.away[0])).0),
        ("a packet socket opened and bound", &|| packet_socket().0),
        ("a packet socket closed", &|| packet_socket().1),
        ("a pair deleted", &|| scene.delete(1)),
        ("100 pairs deleted together", &|| scene.delete(MANY)),
        ("a namespace made", &namespace),
    ];
    let rounds = if quick { 5 } else { 51 };
    // The first finds cold caches.
    let times: Vec<Vec<Duration>> = (0..=rounds).map(|_| steps.iter().map(|(_, step)| step()).collect()).collect();
    let mut table = Table::new(["what the kernel is asked for", "median"], !quick);
    for (number, (what, _)) in steps.iter().enumerate() {
        let median = median_time(times[1..].iter().map(|round| round[number]));
        table.row([(*what).to_owned(), said(median)]);
    }
    let few = median_time((0..=rounds).map(|_| settings_opened(&scene.world.away[0])).skip(1));
    let crowd = World::new(CROWD);
    let many = median_time(crowd.away.iter().map(settings_opened));
    table.row(["sys/net/ipv6 opened, inside".to_owned(), said(few)]);
    table.row([format!("… among {CROWD} namespaces more"), said(many)]);
    table.finish("kernel")
}

struct Scene {
    world: World,
    one: Wanted,
}

impl Scene {
    fn pair(&self) -> Duration {
        let (took, ()) = timed(|| self.world.make_pairs(&[self.one]));
        self.world.delete_pairs(&[self.one]);
        took
    }

    fn apart(&self) -> Duration {
        let away = number(IFLA_NET_NS_FD, self.world.away[0].fd());
        let end = [ifinfomsg(self.one.index(), false), ifname(&self.one.name()), away];
        let pair = [ifinfomsg(self.one.peer_index(), false), ifname(&self.one.peer()), veth(&end)];
        let request = message(RTM_NEWLINK, ACK | CREATE, &pair);
        let (took, ()) = timed(|| self.world.home.raw().talk(&request));
        self.world.delete_peers(&[self.one]);
        took
    }

    /// Makes an interface and does something to it: how long each took.
    fn made(&self, act: impl FnOnce(&Self)) -> (Duration, Duration) {
        let requests = datagrams(vec![create(self.one, &self.world.away[0])]);
        let (making, ()) = timed(|| self.world.home.raw().talk(&requests[0]));
        let (acting, ()) = timed(|| act(self));
        self.world.delete_peers(&[self.one]);
        (making, acting)
    }

    /// Moves a link and does something to it, which is what counts.
    fn moved(&self, up: bool, act: impl FnOnce(&Self)) -> Duration {
        self.world.make_pairs(&[self.one]);
        self.move_away();
        if up {
            self.up();
        }
        let (took, ()) = timed(|| act(self));
        self.world.delete_peers(&[self.one]);
        took
    }

    fn move_alone(&self) -> Duration {
        self.world.make_pairs(&[self.one]);
        let (took, ()) = timed(|| self.move_away());
        self.world.delete_peers(&[self.one]);
        took
    }

    fn move_with_all(&self) -> Duration {
        self.world.make_pairs(&[self.one]);
        let requests = datagrams(vec![move_to(self.one, &self.world.away[0])]);
        let (took, ()) = timed(|| self.world.home.raw().talk(&requests[0]));
        self.world.delete_peers(&[self.one]);
        took
    }

    fn move_away(&self) {
        let index = self.one.index();
        let away = number(IFLA_NET_NS_FD, self.world.away[0].fd());
        let parts = [ifinfomsg(index, false), away, number(IFLA_NEW_IFINDEX, index)];
        self.world.home.raw().talk(&message(RTM_SETLINK, ACK, &parts));
    }

    fn away(&self) -> &Raw {
        self.world.away[0].raw()
    }

    fn ask_away(&self) {
        self.away().ask(&message(RTM_GETLINK, ACK, &[ifinfomsg(self.one.index(), false)])).unwrap();
    }

    fn set(&self, attributes: &[Vec<u8>]) {
        let parts = [&[ifinfomsg(self.one.index(), false)], attributes].concat();
        self.away().talk(&message(RTM_SETLINK, ACK, &parts));
    }

    fn up(&self) {
        self.away().talk(&message(RTM_NEWLINK, ACK, &[ifinfomsg(self.one.index(), true)]));
    }

    fn up_without_link_local(&self) -> Duration {
        self.world.make_pairs(&[self.one]);
        self.move_away();
        let mode = attribute(IFLA_INET6_ADDR_GEN_MODE, &[IN6_ADDR_GEN_MODE_NONE]);
        self.set(&[attribute(IFLA_AF_SPEC, &attribute(IPV6.into(), &mode))]);
        let (took, ()) = timed(|| self.up());
        self.world.delete_peers(&[self.one]);
        took
    }

    fn ipv4(&self) {
        self.away().talk(&ipv4_address(ACK, self.one.index(), self.one.ipv4()));
    }

    fn ipv6(&self) {
        self.away().talk(&ipv6_address(ACK, self.one.index(), self.one.ipv6()));
    }

    /// Addresses and up in one datagram.
    fn configure(&self, addresses_first: bool) {
        let index = self.one.index();
        let mut requests = vec![
            ipv4_address(0, index, self.one.ipv4()),
            ipv6_address(0, index, self.one.ipv6()),
            message(RTM_NEWLINK, 0, &[ifinfomsg(index, true)]),
        ];
        if !addresses_first {
            requests.rotate_right(1);
        }
        talk_in_batches(self.away(), requests);
    }

    fn configure_one_by_one(&self) {
        self.ipv4();
        self.ipv6();
        self.up();
    }

    fn read_setting(&self) {
        inside(&self.world.away[0], || fs::read_to_string(self.setting()).unwrap());
    }

    fn write_setting(&self) {
        inside(&self.world.away[0], || fs::write(self.setting(), "1").unwrap());
    }

    fn setting(&self) -> String {
        format!("/proc/sys/net/ipv6/conf/{}/disable_ipv6", self.one.name())
    }

    fn delete(&self, count: u32) -> Duration {
        let all: Vec<Wanted> = (0..count).map(|number| Wanted::new(number, 0)).collect();
        self.world.make_pairs(&all);
        if let [one] = all[..] {
            let request = message(RTM_DELLINK, ACK, &[ifinfomsg(one.index(), false)]);
            return timed(|| self.world.home.raw().talk(&request)).0;
        }
        timed(|| self.world.delete_peers(&all)).0
    }
}

/// How long it takes to open a packet socket, which takes part in IPv6 from then on, and to close it.
fn packet_socket() -> (Duration, Duration) {
    let (opening, socket) = timed(|| {
        // Binds by itself to the protocol that it is opened for.
        Socket::new(Domain::PACKET, Type::DGRAM, Some(Protocol::from(i32::from(0x86dd_u16.to_be())))).unwrap()
    });
    (opening, timed(|| drop(socket)).0)
}

/// How long it takes to open the folder of a namespace's IPv6 settings.
fn settings_opened(place: &Place) -> Duration {
    inside(place, || timed(|| fs::File::open("/proc/sys/net/ipv6").unwrap()).0)
}

/// How long a thread takes to make a namespace for itself.
fn namespace() -> Duration {
    std::thread::scope(|scope| scope.spawn(|| timed(|| unshare(CloneFlags::CLONE_NEWNET).unwrap()).0).join().unwrap())
}
