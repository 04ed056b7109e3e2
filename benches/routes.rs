//! What has to look at a namespace's routes, with a hundred thousand of them, beside the kernel's bare dump of them.
//!
//! `cargo bench --bench routes` in benches/, as root or where user namespaces are allowed; `-- --quick` for few rounds.
//! It fails when a budget is missed.

mod common;

use std::net::IpAddr;
use std::process::ExitCode;
use std::time::Duration;

use common::beside::Beside;
use common::memory::{forget_peak, peak, resident};
use common::message::{
    CREATE, DUMP, IPV4, IPV6, MAIN, RTA_DST, RTA_GATEWAY, RTA_TABLE, RTM_GETROUTE, RTM_NEWROUTE, attribute, message,
};
use common::raw::Raw;
use common::world::talk_in_batches;
use common::{interleave, ip, prepare, timed};
use netgraft::{Announce, ErrorKind, Family, Gateway, InterfaceConfig, Link, Namespace, Route};

/// How many routes of each family there are.
const ROUTES: u32 = 100_000;

const RATIO: f64 = 1.5;
const MEMORY: usize = 8 << 20;

/// Neither the kernel's nor the library's.
const BOOT: u8 = 3;

fn main() -> ExitCode {
    prepare();
    let quick = std::env::args().any(|argument| argument == "--quick");
    let crowd = Crowd::new();
    crowd.grow(Family::Ipv4);
    crowd.grow(Family::Ipv6);

    let before = resident();
    forget_peak();
    let allocated = allocation_counter::measure(|| crowd.everything()).bytes_max as usize;
    // A heap that had room to spare does not make the process grow.
    let needed = peak().saturating_sub(before).max(allocated);

    let rounds = if quick { 3 } else { 31 };
    let mut table = Beside::new(!quick);
    for (family, name) in [(Family::Ipv4, "IPv4"), (Family::Ipv6, "IPv6")] {
        let dump = || crowd.dump(family);
        let dump_and_add = || crowd.dump(family) + crowd.add(family, false);
        let mut row = |what: &str, beside: &str, other: &dyn Fn() -> Duration, own: &dyn Fn() -> Duration| {
            let pairs =
                interleave(rounds, [&mut || other(), &mut || own()]).into_iter().map(|[other, own]| (other, own));
            table.times(&format!("{name}: {what}"), beside, pairs, RATIO);
        };
        row("add", "dump and add", &dump_and_add, &|| crowd.add(family, true));
        row("add refused for a clash", "bare dump", &dump, &|| crowd.clash(family));
        row("gateway set and unset", "bare dump", &dump, &|| crowd.gateway(family));
        row("second gateway refused", "bare dump", &dump, &|| crowd.second_gateway(family));
        row("route added and removed", "bare dump", &dump, &|| crowd.route(family));
        row("route added twice refused", "bare dump", &dump, &|| crowd.route_twice(family));
    }
    let both = || crowd.dump(Family::Ipv4) + crowd.dump(Family::Ipv6);
    let contests: [(&str, &dyn Fn() -> Duration); 2] =
        [("gateways read", &|| crowd.gateways()), ("routes listed", &|| crowd.routes())];
    for (what, own) in contests {
        let pairs = interleave(rounds, [&mut || both(), &mut || own()]).into_iter().map(|[dumps, own]| (dumps, own));
        table.times(what, "bare dumps", pairs, RATIO);
    }
    table.count("bytes that all of it needs at most", needed, MEMORY);
    table.finish("routes")
}

/// A namespace with an interface and very many routes by way of one of its neighbours.
struct Crowd {
    web: Namespace,
    raw: Raw,
}

impl Crowd {
    fn new() -> Self {
        ip("link add veth1 type veth peer veth1-host");
        ip("link set veth1-host up");
        let web = Namespace::create("/run/netns/web").unwrap();
        let veth1 = Link::existing(&Namespace::current().unwrap(), "veth1").unwrap();
        let eth0 = quiet().address(parse("10.0.0.2/24")).address(parse("fd00::2/64"));
        web.add_interface(veth1, eth0).unwrap();
        let raw = Raw::inside(&web);
        Self { web, raw }
    }

    fn grow(&self, family: Family) {
        talk_in_batches(&self.raw, (0..ROUTES).map(|number| crowd_route(family, number)).collect());
    }

    /// The kernel's own answer, received and thrown away.
    fn dump(&self, family: Family) -> Duration {
        let table = attribute(RTA_TABLE, &u32::from(MAIN).to_ne_bytes());
        let request = message(RTM_GETROUTE, DUMP, &[rtmsg(family, 0, 0), table]);
        let (took, messages) = timed(|| self.raw.dump(&request));
        assert!(messages > ROUTES as usize, "{messages}");
        took
    }

    /// An add to the namespace, with its clash check, or without.
    fn add(&self, family: Family, checked: bool) -> Duration {
        let address = match family {
            Family::Ipv4 => "10.9.0.1/24",
            Family::Ipv6 => "fd09::1/64",
        };
        let config = quiet().address(parse(address)).clash_check(checked);
        let (took, bridge) = timed(|| self.web.add_interface(Link::bridge("br0").unwrap(), config).unwrap());
        bridge.remove().unwrap();
        took
    }

    fn clash(&self, family: Family) -> Duration {
        let address = match family {
            Family::Ipv4 => "20.0.7.1/32",
            Family::Ipv6 => "2001:db8:0:700::1/128",
        };
        let config = quiet().address(parse(address));
        let (took, refusal) = timed(|| self.web.add_interface(Link::bridge("br0").unwrap(), config));
        assert_eq!(refusal.unwrap_err().kind(), ErrorKind::AddressClash);
        took
    }

    fn gateway(&self, family: Family) -> Duration {
        let (took, ()) = timed(|| {
            self.web.set_gateway(Gateway::new(neighbour(family))).unwrap();
            self.web.remove_gateway(family).unwrap();
        });
        took
    }

    fn second_gateway(&self, family: Family) -> Duration {
        self.web.set_gateway(Gateway::new(neighbour(family))).unwrap();
        let (took, refusal) = timed(|| self.web.set_gateway(Gateway::new(neighbour(family))));
        assert!(refusal.unwrap_err().to_string().contains("is set already"));
        self.web.remove_gateway(family).unwrap();
        took
    }

    fn gateways(&self) -> Duration {
        let (took, gateways) = timed(|| self.web.gateways().unwrap());
        assert_eq!((gateways.ipv4, gateways.ipv6), (None, None));
        took
    }

    fn route(&self, family: Family) -> Duration {
        let (took, ()) = timed(|| {
            self.web.add_route(own_route(family)).unwrap();
            self.web.remove_route(own_route(family)).unwrap();
        });
        took
    }

    fn routes(&self) -> Duration {
        let (took, routes) = timed(|| self.web.routes().unwrap());
        assert_eq!(routes, []);
        took
    }

    fn route_twice(&self, family: Family) -> Duration {
        let route = own_route(family);
        self.web.add_route(route.clone()).unwrap();
        let (took, refusal) = timed(|| self.web.add_route(route.clone()));
        assert!(refusal.unwrap_err().to_string().contains("it is there already"));
        self.web.remove_route(route).unwrap();
        took
    }

    /// Each of them once.
    fn everything(&self) {
        for family in [Family::Ipv4, Family::Ipv6] {
            self.add(family, true);
            self.clash(family);
            self.gateway(family);
            self.second_gateway(family);
            self.route(family);
            self.route_twice(family);
        }
        self.gateways();
        self.routes();
        self.web.links().unwrap();
    }
}

fn quiet() -> InterfaceConfig {
    InterfaceConfig::keep_name().announce(Announce::none())
}

fn neighbour(family: Family) -> IpAddr {
    match family {
        Family::Ipv4 => parse("10.0.0.1"),
        Family::Ipv6 => parse("fd00::1"),
    }
}

fn own_route(family: Family) -> Route {
    let destination = match family {
        Family::Ipv4 => "192.168.0.0/16",
        Family::Ipv6 => "2001:db9::/32",
    };
    Route::new(parse(destination), neighbour(family)).unwrap()
}

/// A request to make one of the many: 20.0.0.0/24 and up, 2001:db8::/56 and up.
fn crowd_route(family: Family, number: u32) -> Vec<u8> {
    let [_, a, b, c] = number.to_be_bytes();
    let (length, destination) = match family {
        Family::Ipv4 => (24, vec![20 + a, b, c, 0]),
        Family::Ipv6 => (56, vec![0x20, 1, 0x0d, 0xb8, a, b, c, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    };
    let gateway = match neighbour(family) {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    };
    let parts = [rtmsg(family, length, BOOT), attribute(RTA_DST, &destination), attribute(RTA_GATEWAY, &gateway)];
    message(RTM_NEWROUTE, CREATE, &parts)
}

/// `struct rtmsg`.
fn rtmsg(family: Family, length: u8, protocol: u8) -> Vec<u8> {
    let number = match family {
        Family::Ipv4 => IPV4,
        Family::Ipv6 => IPV6,
    };
    // Of a dump nothing but the family is said here.
    let (table, kind) = if protocol == 0 { (0, 0) } else { (MAIN, libc::RTN_UNICAST) };
    vec![number, length, 0, 0, table, protocol, 0, kind, 0, 0, 0, 0]
}

fn parse<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}
