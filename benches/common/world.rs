//! Where benches take place: a namespace that links come from, with a bridge, and those that they go to.

use std::fs::File;
use std::ops::Range;
use std::os::fd::{AsRawFd, OwnedFd};
use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use netgraft::{Announce, InterfaceConfig, Link, Namespace};

use super::external::Inside;
use super::message::{
    ACK, CREATE, DUMP, IFLA_ADDRESS, IFLA_GROUP, IPV4, IPV6, MAIN, RTA_DST, RTA_OIF, RTM_DELLINK, RTM_GETLINK,
    RTM_NEWLINK, RTM_NEWROUTE, RTM_SETLINK, attribute, ifinfomsg, ifinfomsg_down, ifname, kind, message, number, veth,
};
use super::raw::Raw;

/// The bridge's index, so that prebuilt messages stay right.
pub(crate) const BRIDGE: u32 = 99_999;
/// Those of the interfaces and their other ends, from here on.
const FIRST: u32 = 100_000;
/// What carries the routes of a crowd.
const CARRIER: u32 = 99_998;
/// How many requests go into one datagram: the kernel takes some 200 KiB.
pub(crate) const BATCH: usize = 200;

/// How many interfaces of a crowd are made at once.
const TOGETHER: usize = 1000;

/// A pinned network namespace.
pub(crate) struct Place {
    /// As `ip` knows it.
    pub(crate) name: String,
    pub(crate) file: File,
    namespace: OnceLock<Namespace>,
    raw: OnceLock<Raw>,
}

impl Place {
    pub(crate) fn new(name: String) -> Self {
        let namespace = Namespace::create(path(&name)).unwrap();
        let place = Self::open(name);
        place.namespace.get_or_init(|| namespace);
        place
    }

    /// One that somebody else has pinned.
    pub(crate) fn open(name: String) -> Self {
        let file = File::open(path(&name)).unwrap();
        Self { name, file, namespace: OnceLock::new(), raw: OnceLock::new() }
    }

    /// The same, with a socket in it that is open already.
    pub(crate) fn with_socket(name: String, raw: Raw) -> Self {
        let place = Self::open(name);
        place.raw.get_or_init(|| raw);
        place
    }

    pub(crate) fn namespace(&self) -> &Namespace {
        self.namespace.get_or_init(|| Namespace::open(path(&self.name)).unwrap())
    }

    pub(crate) fn raw(&self) -> &Raw {
        self.raw.get_or_init(|| Raw::inside(&self.file))
    }

    /// What requests refer to it by.
    pub(crate) fn fd(&self) -> u32 {
        self.file.as_raw_fd() as u32
    }

    /// Fills it with links, which come in pairs.
    pub(crate) fn crowd(&self, links: u32) {
        let pair = message(RTM_NEWLINK, ACK | CREATE, &[ifinfomsg(0, false), kind(b"veth", &[])]);
        (0..links / 2).for_each(|_| self.raw().talk(&pair));
    }

    /// Fills it with interfaces: bridges without ports.
    pub(crate) fn crowd_of_interfaces(&self, numbers: Range<u32>) {
        let interface = |number: u32| {
            let name = format!("c{number}");
            let config = InterfaceConfig::named(name.parse().unwrap()).announce(Announce::none());
            (Link::bridge(name).unwrap(), config)
        };
        let interfaces: Vec<_> = numbers.map(interface).collect();
        for list in interfaces.chunks(TOGETHER) {
            self.namespace().add_interfaces(list.to_vec()).unwrap();
        }
    }

    /// Gives it routes of each family, that many, on a link of their own.
    pub(crate) fn grow_routes(&self, routes: u32) {
        if routes > 0 {
            let carrier = [ifinfomsg(CARRIER, true), ifname("carrier"), kind(b"bridge", &[])];
            self.raw().talk(&message(RTM_NEWLINK, ACK | CREATE, &carrier));
        }
        for family in [IPV4, IPV6] {
            let requests: Vec<Vec<u8>> = (0..routes).map(|number| crowd_route(family, number)).collect();
            talk_in_batches(self.raw(), requests);
        }
    }

    pub(crate) fn count_links(&self) -> usize {
        self.raw().dump(&message(RTM_GETLINK, DUMP, &[ifinfomsg(0, false)]))
    }
}

impl Inside for Place {
    fn file(&self) -> OwnedFd {
        self.file.try_clone().unwrap().into()
    }
}

pub(crate) fn path(name: &str) -> PathBuf {
    PathBuf::from("/run/netns").join(name)
}

/// Where links come from and where they go.
pub(crate) struct World {
    pub(crate) home: Place,
    pub(crate) away: Vec<Place>,
}

impl World {
    /// With that many namespaces for links to go to.
    pub(crate) fn new(away: usize) -> Self {
        static WORLDS: AtomicUsize = AtomicUsize::new(0);
        let world = WORLDS.fetch_add(1, Ordering::Relaxed);
        let home = Place::new(format!("home{world}"));
        let bridge = [ifinfomsg(BRIDGE, true), ifname("br0"), kind(b"bridge", &[])];
        home.raw().talk(&message(RTM_NEWLINK, ACK | CREATE, &bridge));
        let away = (0..away).map(|number| Place::new(format!("away{world}-{number}"))).collect();
        Self { home, away }
    }

    /// Takes the bridge down: it floods nothing then.
    pub(crate) fn silence(&self) {
        self.home.raw().talk(&message(RTM_SETLINK, ACK, &[ifinfomsg_down(BRIDGE)]));
    }

    /// Makes the pairs at home of which one end is to be moved; the other one is up.
    pub(crate) fn make_pairs(&self, all: &[Wanted]) {
        let link = |flags, parts: &[Vec<u8>]| message(RTM_NEWLINK, flags, parts);
        let requests = all.iter().flat_map(|wanted| {
            let peer = [ifinfomsg(wanted.peer_index(), false), ifname(&wanted.peer())];
            let mac = attribute(IFLA_ADDRESS, &OWN_MAC);
            let pair = [ifinfomsg(wanted.index(), false), ifname(&wanted.source()), mac, veth(&peer)];
            [link(CREATE, &pair), link(0, &[ifinfomsg(wanted.peer_index(), true)])]
        });
        talk_in_batches(self.home.raw(), requests.collect());
    }

    pub(crate) fn delete_pairs(&self, all: &[Wanted]) {
        let requests = all.iter().map(|wanted| message(RTM_DELLINK, 0, &[ifinfomsg(wanted.index(), false)]));
        talk_in_batches(self.home.raw(), requests.collect());
    }

    /// Deletes the other ends of what was made, and so that as well, whatever indexes they have.
    pub(crate) fn delete_peers(&self, all: &[Wanted]) {
        let group = || number(IFLA_GROUP, GROUP);
        let by_name = |wanted: &Wanted| [ifinfomsg(0, false), ifname(&wanted.peer()), group()];
        let marked = all.iter().map(|wanted| message(RTM_SETLINK, 0, &by_name(wanted)));
        let deletion = message(RTM_DELLINK, 0, &[ifinfomsg(0, false), group()]);
        talk_in_batches(self.home.raw(), marked.chain([deletion]).collect());
    }
}

/// What many links are put into so that they are deleted together.
pub(crate) const GROUP: u32 = 4711;

/// The MAC that a link has before it is moved.
pub(crate) const OWN_MAC: [u8; 6] = [2, 0x42, 0x0a, 0xff, 0xff, 3];

pub(crate) fn mac_text(mac: &[u8; 6]) -> String {
    mac.map(|byte| format!("{byte:02x}")).join(":")
}

/// An interface that is wanted: one end of a pair of veths. All that it is called follows from its number.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    pub(crate) number: u32,
    /// Which of the namespaces it goes to.
    pub(crate) place: usize,
    /// The kernel is to find the number in its name.
    pub(crate) by_prefix: bool,
}

impl Wanted {
    pub(crate) fn new(number: u32, place: usize) -> Self {
        Self { number, place, by_prefix: false }
    }

    pub(crate) fn index(self) -> u32 {
        FIRST + 2 * self.number
    }

    pub(crate) fn peer_index(self) -> u32 {
        self.index() + 1
    }

    /// What it is called where it comes from.
    pub(crate) fn source(self) -> String {
        format!("v{}", self.number)
    }

    pub(crate) fn peer(self) -> String {
        format!("p{}", self.number)
    }

    /// What it is to be called; or the pattern for it.
    pub(crate) fn name(self) -> String {
        if self.by_prefix { "eth%d".to_owned() } else { format!("eth{}", self.number) }
    }

    pub(crate) fn mac(self) -> [u8; 6] {
        let [_, _, high, low] = self.number.to_be_bytes();
        [2, 0x42, 0x0a, 0, high, low]
    }

    /// Of 24 bits.
    pub(crate) fn ipv4(self) -> [u8; 4] {
        let [_, _, high, low] = self.number.to_be_bytes();
        [10, high, low, 2]
    }

    /// Of 64 bits.
    pub(crate) fn ipv6(self) -> [u8; 16] {
        let [_, _, high, low] = self.number.to_be_bytes();
        [0xfd, 0, high, low, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]
    }

    /// Of 16 bits; what is moved has a route.
    pub(crate) fn destination(self) -> [u8; 4] {
        let [_, _, _, low] = self.number.to_be_bytes();
        [172, low, 0, 0]
    }
}

/// What is to be done, all together.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) how: How,
    pub(crate) wanted: Vec<Wanted>,
    pub(crate) announced: bool,
    /// The library does not look whether an address clashes with a route; nobody else does.
    pub(crate) unchecked: bool,
    /// In the namespaces `lo` is still down, as `ip netns add` leaves it.
    pub(crate) lo_down: bool,
}

impl Job {
    /// One interface.
    pub(crate) fn one(how: How) -> Self {
        Self { how, wanted: vec![Wanted::new(0, 0)], announced: false, unchecked: false, lo_down: false }
    }

    /// Made, one by one in the namespaces in turn.
    pub(crate) fn many(count: u32, places: usize) -> Self {
        let wanted = (0..count).map(|number| Wanted::new(number, number as usize % places));
        Self { how: How::Create, wanted: wanted.collect(), announced: false, unchecked: false, lo_down: false }
    }

    pub(crate) fn by_prefix(mut self) -> Self {
        self.wanted.iter_mut().for_each(|wanted| wanted.by_prefix = true);
        self
    }

    pub(crate) fn unchecked(mut self) -> Self {
        self.unchecked = true;
        self
    }

    pub(crate) fn announced(mut self) -> Self {
        self.announced = true;
        self
    }

    /// What goes to each namespace, of those that anything goes to.
    pub(crate) fn places(&self) -> Vec<(usize, Vec<Wanted>)> {
        let mut places: Vec<(usize, Vec<Wanted>)> = Vec::new();
        for wanted in &self.wanted {
            match places.iter_mut().find(|(place, _)| *place == wanted.place) {
                Some((_, list)) => list.push(*wanted),
                None => places.push((wanted.place, vec![*wanted])),
            }
        }
        places
    }
}

/// How an interface comes to be where it is wanted.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum How {
    /// A link is there already and is moved; it gets addresses, a MAC and a route.
    Move,
    /// It is made in place; its other end stays at home, as a port of the bridge. It gets addresses and a MAC.
    Create,
}

/// Sends requests, several in a datagram.
pub(crate) fn talk_in_batches(raw: &Raw, requests: Vec<Vec<u8>>) {
    datagrams(requests).iter().for_each(|datagram| raw.talk(datagram));
}

/// Puts requests together, of which the last in each datagram asks for its acknowledgement.
pub(crate) fn datagrams(mut requests: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    let with_ack = |batch: &mut [Vec<u8>]| {
        // The low byte of nlmsg_flags, where bytes are in the usual order.
        let flags = batch.last_mut().map(|last| u16::from_ne_bytes([last[6], last[7]]) | ACK);
        if let (Some(last), Some(flags)) = (batch.last_mut(), flags) {
            last[6..8].copy_from_slice(&flags.to_ne_bytes());
        }
        batch.concat()
    };
    requests.chunks_mut(BATCH).map(with_ack).collect()
}

/// A request to make one of the many: 20.0.0.0/24 and up, 2001:db8::/56 and up.
fn crowd_route(family: u8, count: u32) -> Vec<u8> {
    let [_, a, b, c] = count.to_be_bytes();
    let (length, destination) = match family {
        IPV4 => (24, vec![20 + a, b, c, 0]),
        _ => (56, vec![0x20, 1, 0x0d, 0xb8, a, b, c, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    };
    // Of the protocol "boot", of link scope, unicast.
    let rtmsg = vec![family, length, 0, 0, MAIN, 3, 253, 1, 0, 0, 0, 0];
    message(RTM_NEWROUTE, CREATE, &[rtmsg, attribute(RTA_DST, &destination), number(RTA_OIF, CARRIER)])
}
