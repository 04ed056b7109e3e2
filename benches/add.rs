//! Adding and removing an interface, beside the fewest messages that do the same sent raw.
//!
//! `cargo bench --bench add`, as root or where user namespaces are allowed; `-- --quick` for few rounds.
//! What both lead to is compared before anything is measured. It fails when a budget is missed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a bench that goes wrong has to end")]

mod common;

use std::os::fd::{AsRawFd, OwnedFd};
use std::process::{Command, ExitCode};
use std::thread::sleep;
use std::time::{Duration, Instant};

use common::raw::{ACK, CREATE, Raw, attribute, ifinfomsg, message};
use common::{Table, interleave, mark, seclude, system_calls, timed, tools};
use netgraft::{Announce, InterfaceConfig, Link, MacAddr, NamePrefix, Namespace, Veth};
use serde_json::Value;

/// How many links a crowded namespace has.
const CROWD: u32 = 1000;

/// Indexes that are asked for, so that the prebuilt messages stay right.
const LINK: u32 = 100_000;
const PEER: u32 = 100_001;
const BRIDGE: u32 = 100_002;
const MAC: [u8; 6] = [2, 0x42, 0x0a, 0, 0, 2];
const OWN_MAC: [u8; 6] = [2, 0x42, 0x0a, 0, 0, 3];

/// How long nothing may change for it to count as settled: the kernel tells of some changes once a second. And
/// how long that may take.
const STABLE: Duration = Duration::from_millis(1500);
const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);

/// Message types and attributes of linux/rtnetlink.h, if_link.h, if_addr.h and veth.h.
const RTM_NEWLINK: u16 = 16;
const RTM_DELLINK: u16 = 17;
const RTM_NEWADDR: u16 = 20;
const RTM_NEWROUTE: u16 = 24;
const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_MASTER: u16 = 10;
const IFLA_LINKINFO: u16 = 18;
const IFLA_NET_NS_FD: u16 = 28;
const IFLA_NEW_IFINDEX: u16 = 49;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const VETH_INFO_PEER: u16 = 1;
const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_BROADCAST: u16 = 4;
const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    if has("--syscalls") {
        seclude();
        add_between_marks(has("move"), has("journal"));
        return ExitCode::SUCCESS;
    }
    tools::ensure();
    seclude();
    let quick = has("--quick");

    assert_same("moved", |world, look| world.move_raw(look), |world, look| world.move_in(look));
    assert_same("made", |world, look| world.create_raw(look), |world, look| world.create(look));

    let worlds = [(0, 0), (0, CROWD), (CROWD, 0)].map(|(home, away)| World::new(home, away, "eth0"));
    let [alone, amid, beside] = &worlds;
    let numbered = &World::new(0, CROWD, "eth%d");

    let rounds = if quick { 15 } else { 151 };
    let moved = interleave(
        rounds,
        [
            &mut || alone.move_raw(|_| ()),
            &mut || alone.move_in(|_| ()),
            &mut || amid.move_in(|_| ()),
            &mut || beside.move_in(|_| ()),
            &mut || numbered.move_raw(|_| ()),
            &mut || numbered.move_in(|_| ()),
        ],
    );
    let made = interleave(
        rounds,
        [
            &mut || alone.create_raw(|_| ()),
            &mut || alone.create(|_| ()),
            &mut || amid.create(|_| ()),
            &mut || beside.create(|_| ()),
            &mut || numbered.create_raw(|_| ()),
            &mut || numbered.create(|_| ()),
        ],
    );

    let mut table = Table::new(!quick);
    for (what, rounds, budget) in [("add by move", &moved, 1.05), ("add by creation in place", &made, 1.5)] {
        let mut row = |what, beside, other: usize, own: usize, budget| {
            table.times(what, beside, rounds.iter().map(|round| (round[other].add, round[own].add)), budget);
        };
        row(what, "raw messages", 0, 1, Some(budget));
        row("  amid 1000 links", "amid none", 1, 2, Some(1.3));
        row("  with 1000 links at home", "with none", 1, 3, Some(1.3));
        row("  by prefix, amid 1000 links", "raw messages", 4, 5, Some(budget));
        let removals = rounds.iter().map(|[raw, own, ..]| (raw.remove, own.remove));
        table.times("  and its removal", "raw messages", removals, None);
    }
    for how in ["move", "create"] {
        for (journal, budget) in [("no journal", 30), ("journal", 40)] {
            let what = format!("system calls of an add: {how}, {journal}");
            table.count(&what, system_calls(&["--syscalls", how, journal]), budget);
        }
    }
    if table.missed() { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

/// How long it took to put an interface in and to take it out.
struct Times {
    add: Duration,
    remove: Duration,
}

/// Two namespaces: where links come from, with a bridge, and where they go.
struct World {
    home: Namespace,
    away: Namespace,
    raw_home: Raw,
    raw_away: Raw,
    floor: Floor,
    name: &'static str,
}

/// Prebuilt datagrams, one for each conversation.
struct Floor {
    make_pair: Vec<u8>,
    delete_link: Vec<u8>,
    delete_peer: Vec<u8>,
    move_in: Vec<u8>,
    configure: Vec<u8>,
    move_back: Vec<u8>,
    create: Vec<u8>,
    configure_created: Vec<u8>,
    /// What the messages refer to by number.
    _files: [OwnedFd; 2],
}

impl World {
    /// With that many links at home and away beside those that matter. `name` is what the interface will be
    /// called, or the pattern for it.
    fn new(home_crowd: u32, away_crowd: u32, name: &'static str) -> Self {
        let [home, away] = [(), ()].map(|()| Namespace::create_anonymous().unwrap());
        let (raw_home, raw_away) = (Raw::inside(&home), Raw::inside(&away));
        crowd(&raw_home, home_crowd);
        crowd(&raw_away, away_crowd);
        let bridge = [ifinfomsg(BRIDGE, true), ifname("br0"), kind(b"bridge", &[])];
        raw_home.talk(&message(RTM_NEWLINK, ACK | CREATE, &bridge));
        let floor = Floor::new(home.try_clone_fd().unwrap(), away.try_clone_fd().unwrap(), name);
        Self { home, away, raw_home, raw_away, floor, name }
    }

    /// Moves an end of a new pair in and back, by messages alone.
    fn move_raw(&self, look: impl FnOnce(&Self)) -> Times {
        self.raw_home.talk(&self.floor.make_pair);
        let (add, ()) = timed(|| {
            self.raw_home.talk(&self.floor.move_in);
            self.raw_away.talk(&self.floor.configure);
        });
        look(self);
        let (remove, ()) = timed(|| self.raw_away.talk(&self.floor.move_back));
        self.raw_home.talk(&self.floor.delete_link);
        Times { add, remove }
    }

    /// The same by the library.
    fn move_in(&self, look: impl FnOnce(&Self)) -> Times {
        self.raw_home.talk(&self.floor.make_pair);
        let link = Link::existing(&self.home, "v0").unwrap();
        let times = self.by_library(link, self.config().route("172.20.0.0/16".parse().unwrap()), look);
        self.raw_home.talk(&self.floor.delete_link);
        times
    }

    /// Makes a pair, one end away and the other a port of the bridge at home, by messages alone.
    fn create_raw(&self, look: impl FnOnce(&Self)) -> Times {
        let (add, ()) = timed(|| {
            self.raw_home.talk(&self.floor.create);
            self.raw_away.talk(&self.floor.configure_created);
        });
        look(self);
        let (remove, ()) = timed(|| self.raw_home.talk(&self.floor.delete_peer));
        Times { add, remove }
    }

    /// The same by the library.
    fn create(&self, look: impl FnOnce(&Self)) -> Times {
        let peer = Veth::peer(&self.home, "p0").unwrap().bridge("br0").unwrap();
        self.by_library(Link::veth("v0", peer).unwrap(), self.config(), look)
    }

    /// What the library is asked for; the prebuilt messages say the same.
    fn config(&self) -> InterfaceConfig {
        let config = match self.name.strip_suffix("%d") {
            Some(prefix) => InterfaceConfig::prefix(NamePrefix::new(prefix).unwrap()),
            None => InterfaceConfig::named(self.name.parse().unwrap()),
        };
        config
            .mac(MacAddr::new(MAC))
            .address("10.0.0.2/24".parse().unwrap())
            .address("fd00:1::2/64".parse().unwrap())
            .announce(Announce::none())
    }

    fn by_library(&self, link: Link, config: InterfaceConfig, look: impl FnOnce(&Self)) -> Times {
        mark();
        let (add, interface) = timed(|| self.away.add_interface(link, config).unwrap());
        mark();
        look(self);
        let (remove, ()) = timed(|| interface.remove().unwrap());
        Times { add, remove }
    }

    /// What `ip` shows of both namespaces.
    fn shown(&self) -> Value {
        [&self.home, &self.away].map(|namespace| namespace.run(shown).unwrap()).to_vec().into()
    }

    /// The same once it does not change any more: the kernel takes its time over carriers and link-local addresses.
    fn settled(&self) -> Value {
        let deadline = Instant::now() + PATIENCE;
        let (mut last, mut since) = (self.shown(), Instant::now());
        while since.elapsed() < STABLE || last.to_string().contains("\"tentative\"") {
            assert!(Instant::now() < deadline, "it does not settle: {last}");
            sleep(POLL);
            let now = self.shown();
            if now != last {
                (last, since) = (now, Instant::now());
            }
        }
        last
    }
}

impl Floor {
    fn new(home: OwnedFd, away: OwnedFd, name: &str) -> Self {
        let [to_home, to_away] = [&home, &away].map(|file| attribute(IFLA_NET_NS_FD, &file.as_raw_fd().to_ne_bytes()));
        let [own_mac, mac] = [OWN_MAC, MAC].map(|mac| attribute(IFLA_ADDRESS, &mac));
        let same_index = attribute(IFLA_NEW_IFINDEX, &LINK.to_ne_bytes());
        let bridge = attribute(IFLA_MASTER, &BRIDGE.to_ne_bytes());
        let link = |flags, parts: &[Vec<u8>]| message(RTM_NEWLINK, flags, parts);
        let delete = |index| message(RTM_DELLINK, ACK, &[ifinfomsg(index, false)]);
        let [link_down, link_up] = [false, true].map(|up| ifinfomsg(LINK, up));
        let [peer_down, peer_up] = [false, true].map(|up| ifinfomsg(PEER, up));
        let (v0, p0, name) = (ifname("v0"), ifname("p0"), ifname(name));

        let pair = [link_down.clone(), v0.clone(), own_mac.clone(), veth(&[peer_down, p0.clone()])];
        let there = [link_down.clone(), name.clone(), mac.clone(), to_away.clone()];
        // Main table, the library's protocol number, link scope.
        let rtmsg = vec![2, 16, 0, 0, 254, 110, 253, 1, 0, 0, 0, 0];
        let route = [rtmsg, attribute(RTA_DST, &[172, 20, 0, 0]), attribute(RTA_OIF, &LINK.to_ne_bytes())];
        Self {
            make_pair: [link(CREATE, &pair), link(ACK, std::slice::from_ref(&peer_up))].concat(),
            delete_link: delete(LINK),
            delete_peer: delete(PEER),
            move_in: link(ACK, &[link_up.clone(), to_away, same_index.clone(), name, mac]),
            configure: [addresses(), message(RTM_NEWROUTE, ACK | CREATE, &route)].concat(),
            move_back: link(ACK, &[link_down, to_home, same_index, v0, own_mac]),
            create: link(ACK | CREATE, &[peer_up, p0, bridge, veth(&there)]),
            configure_created: [addresses(), link(ACK, &[link_up])].concat(),
            _files: [home, away],
        }
    }
}

/// The IPv4 address with its broadcast address, and the IPv6 one.
fn addresses() -> Vec<u8> {
    // struct ifaddrmsg: family, length, IFA_F_NODAD or not, scope, index.
    let ifaddrmsg = |head: [u8; 4]| [head, LINK.to_ne_bytes()].concat();
    let ipv4 = [10, 0, 0, 2];
    let ipv4 = [
        ifaddrmsg([2, 24, 0, 0]),
        attribute(IFA_LOCAL, &ipv4),
        attribute(IFA_ADDRESS, &ipv4),
        attribute(IFA_BROADCAST, &[10, 0, 0, 255]),
    ];
    let ipv6 = [0xfd, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
    let ipv6 = [ifaddrmsg([10, 64, 2, 0]), attribute(IFA_LOCAL, &ipv6), attribute(IFA_ADDRESS, &ipv6)];
    [message(RTM_NEWADDR, CREATE, &ipv4), message(RTM_NEWADDR, CREATE, &ipv6)].concat()
}

fn ifname(name: &str) -> Vec<u8> {
    attribute(IFLA_IFNAME, format!("{name}\0").as_bytes())
}

fn kind(kind: &[u8], data: &[u8]) -> Vec<u8> {
    attribute(IFLA_LINKINFO, &[attribute(IFLA_INFO_KIND, kind), attribute(IFLA_INFO_DATA, data)].concat())
}

fn veth(peer: &[Vec<u8>]) -> Vec<u8> {
    kind(b"veth", &attribute(VETH_INFO_PEER, &peer.concat()))
}

/// Fills a namespace with links, which come in pairs.
fn crowd(raw: &Raw, links: u32) {
    let pair = message(RTM_NEWLINK, ACK | CREATE, &[ifinfomsg(0, false), kind(b"veth", &[])]);
    (0..links / 2).for_each(|_| raw.talk(&pair));
}

/// One way of putting an interface in, having it looked at and taking it out.
type Way = fn(&World, &mut dyn FnMut(&World)) -> Times;

/// Fails unless both ways lead to the same, each in a world of its own.
fn assert_same(what: &str, raw: Way, library: Way) {
    let [expected, found] = [raw, library].map(|way| {
        let mut settled = Value::Null;
        way(&World::new(0, 0, "eth0"), &mut |world| settled = world.settled());
        settled
    });
    let lines = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    for (expected, found) in lines(&expected).lines().zip(lines(&found).lines()) {
        assert_eq!(expected, found, "{what}: raw messages lead to something else");
    }
    assert_eq!(expected, found, "{what}: raw messages lead to something else");
}

/// What `ip` shows of the calling thread's namespace.
fn shown() -> Value {
    let lists = ["addr", "route show table all", "-6 route show table all"];
    let mut lists = lists.map(|words| {
        let output = Command::new("ip").args(["-d", "-j"]).args(words.split(' ')).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    });
    lists.iter_mut().for_each(strip);
    lists.to_vec().into()
}

/// Takes away what is of one link only: its index, where the library chose it, and a random MAC and what
/// is made of that; and the bridge's timers.
fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let random = map.get("ifname").is_some_and(|name| name == "p0" || name == "br0");
            map.retain(|key, _| {
                let own = ["ifindex", "link_index", "bridge_id", "root_id", "designated_root", "designated_bridge"];
                let of_mac = random && key == "address";
                !own.contains(&key.as_str()) && !of_mac && !key.ends_with("timer")
            });
            map.values_mut().for_each(strip);
        }
        Value::Array(list) => {
            list.iter_mut().for_each(strip);
            // Routes stand in the order of their destinations.
            list.sort_by_cached_key(Value::to_string);
        }
        Value::String(text) if text.starts_with("fe80::") => text.truncate(6),
        _ => {}
    }
}

/// Adds an interface between two marks, to a namespace that has another one.
fn add_between_marks(moved: bool, journal: bool) {
    let world = World::new(0, 0, "eth%d");
    if journal {
        world.away.keep_journal("/run/netgraft").unwrap();
    }
    let first = InterfaceConfig::named("first".parse().unwrap())
        .address("192.0.2.1/24".parse().unwrap())
        .address("fd00:2::1/64".parse().unwrap())
        .announce(Announce::none());
    world.away.add_interface(Link::bridge("first").unwrap(), first).unwrap();
    if moved {
        world.move_in(|_| ())
    } else {
        world.create(|_| ())
    };
}
