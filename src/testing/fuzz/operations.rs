//! Whole operations, in which peers answer with whatever is in the input. They end, with success or an error, and what was
//! done is undone when they fail.

use std::fs;
use std::net::IpAddr;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::error::{ErrorKind, Result};
use crate::interface::{Interface, Restored};
use crate::journal::{Journal, seal};
use crate::namespace::Namespace;
use crate::record::identity::Identity;
use crate::record::interface::{InterfaceRecord, Requested};
use crate::record::origin::Origin;
use crate::routing::{Gateway, Neighbour};
use crate::testing::fake_netns::{FakeNetns, reset};
use crate::testing::fuzz::folder::Folder;
use crate::testing::fuzz::requests::is_undone;
use crate::testing::fuzz::scene::{SOURCE, Scene};
use crate::testing::fuzz::script::{script, split};
use crate::testing::fuzz::values::is_presentable;
use crate::testing::scripted_peer::Script;
use crate::types::{Family, IfName, MacAddr, Prefix, Route};
use crate::wait;
use crate::wait::{DadWait, ForwardingWait};
use crate::wire::captures::VETH;
use crate::wire::link::LinkInfo;

/// How long is waited for what does not come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Two namespaces on a stage, and a folder.
pub(super) struct World {
    script: Script,
    pub(super) host: Namespace,
    pub(super) web: Namespace,
    pub(super) folder: Folder,
}

impl World {
    pub(super) fn new(script: Script, settings: bool) -> Self {
        let folder = Folder::new();
        let settings = settings.then(|| folder.settings());
        let stage =
            |name, cookie| FakeNetns::new(name, cookie, &script, settings.as_deref()).open().expect("a stage is set");
        let (host, web) = (stage("host", 2), stage("web", 1));
        Self { script, host, web, folder }
    }

    /// How many entries there are in its journal.
    pub(super) fn entries(&self) -> usize {
        let journal = Journal::open(&self.folder.journal()).expect("there is a journal");
        journal.files_of(self.web.id()).expect("it can be read").len()
    }
}

impl Drop for World {
    fn drop(&mut self) {
        reset();
    }
}

pub(super) fn check<T>(result: Result<T>) {
    if let Err(error) = result {
        is_presentable(&error);
    }
}

/// An interface from its add to its removal.
pub(crate) fn interface(input: &[u8]) {
    let (byte, rest) = split(input);
    let scene = Scene::new(byte);
    let world = World::new(script(rest), scene.has_settings());
    if scene.has_journal() {
        world.web.keep_journal(world.folder.journal()).expect("a journal is kept");
    }
    let added = scene.add(&world.host, &world.web);
    let lines = world.script.take_lines();
    let entries = |expected: usize| assert!(!scene.has_journal() || world.entries() == expected);
    let interface = match added {
        Ok(interface) => interface,
        Err(error) => {
            is_presentable(&error);
            assert_eq!(world.web.interface(SOURCE).unwrap_err().kind(), ErrorKind::NotFound);
            entries(usize::from(error.left().is_some()));
            if error.left().is_none() {
                is_undone(&lines, scene.is_in_place());
            }
            return;
        }
    };
    entries(1);
    let removed = live(&interface);
    let listed = world.web.interface(SOURCE).is_ok();
    assert!(!(listed && removed.is_ok()));
    entries(usize::from(listed));
    check(removed);
    if !listed {
        assert_eq!(interface.remove().unwrap_err().kind(), ErrorKind::NotFound);
    }
}

/// What an interface sees of the world before it is removed.
pub(crate) fn live(interface: &Interface) -> Result<()> {
    check(interface.state());
    check(interface.statistics());
    interface.remove()
}

/// A restore from one entry of a journal: behind the scene's byte its length, in two bytes, and what it says.
pub(crate) fn restore(input: &[u8]) {
    let (byte, rest) = split(input);
    let Some((length, rest)) = rest.split_first_chunk() else { return };
    let (entry, rest) = rest.split_at_checked(u16::from_ne_bytes(*length).into()).unwrap_or((rest, &[]));
    let world = World::new(script(rest), Scene::new(byte).has_settings());
    let file = world.folder.journal().join(format!("cookie-1.{SOURCE}.entry"));
    fs::create_dir(world.folder.journal()).expect("a folder can be made");
    fs::write(&file, seal(&String::from_utf8_lossy(entry))).expect("a file can be made");
    let Some(restored) = restore_in(&world.web, &world.folder.journal()) else { return };
    let stays = restored.interfaces.len() + restored.failed.len() + restored.left_alone.len();
    let goes = restored.undone.len() + restored.finished.len() + restored.gone.len() + restored.dropped.len();
    assert!(stays + goes > 0 && restored.busy == 0, "{restored:?}");
    assert_eq!(file.exists(), stays > 0, "{restored:?}");
}

/// Restores by a journal.
pub(crate) fn restore_in(web: &Namespace, journal: &Path) -> Option<Restored> {
    check(web.keep_journal(journal));
    let restored = web.restore();
    if let Ok(restored) = &restored {
        restored.failed.iter().for_each(is_presentable);
    }
    restored.inspect_err(is_presentable).ok()
}

/// Waiting for a link, for duplicate detection, for a bridge port.
pub(crate) fn wait(input: &[u8]) {
    let (byte, rest) = split(input);
    let world = World::new(script(rest), false);
    let start = Instant::now();
    wait_in(byte, &world.web);
    assert!(start.elapsed() < PATIENCE, "nothing is waited for on a stage");
}

pub(crate) fn wait_in(byte: u8, web: &Namespace) {
    let netns = &web.netns;
    let deadline = Instant::now() + PATIENCE;
    let link = LinkInfo::parse(VETH).expect("it is a link");
    match byte % 4 {
        0 => check_all(wait::for_links(netns, &[(link.index, deadline)], &[], |_, link| link.is_running())),
        1 => {
            let addresses = vec!["fd00:1::2/64".parse().unwrap()];
            check_all(wait::for_duplicate_detection(netns, &[DadWait { index: link.index, addresses, deadline }], &[]));
        }
        2 => check_all(wait::for_forwarding(netns, &[ForwardingWait { link: &link, sends: false }], deadline)),
        _ => {
            let link = LinkInfo { peer_netns: None, ..link };
            check_all(wait::for_forwarding(netns, &[ForwardingWait { link: &link, sends: true }], deadline));
        }
    }
}

fn check_all<T>(outcome: Result<Vec<Result<T>>>) {
    check(outcome.map(|outcomes| outcomes.into_iter().for_each(check)));
}

/// Gateways, routes, neighbours, extra addresses, and looking at all that.
pub(crate) fn routing(input: &[u8]) {
    let (byte, rest) = split(input);
    let world = World::new(script(rest), true);
    enlist(&world.web);
    route_in(byte, &world.web);
}

pub(crate) fn route_in(byte: u8, web: &Namespace) {
    let ipv4 = byte & 0x80 == 0;
    let (to, hop): (Prefix, IpAddr) = if ipv4 {
        ("192.0.2.0/24".parse().unwrap(), [10, 0, 0, 1].into())
    } else {
        ("2001:db8::/32".parse().unwrap(), "fd00:1::1".parse().unwrap())
    };
    let family = Family::of(hop);
    let (mac, source) = (MacAddr::new([2, 0x42, 10, 0, 0, 9]), IfName::new(SOURCE).unwrap());
    let neighbour = || Neighbour::new(hop).link(source);
    match byte & 0x7f {
        0 => check(web.set_gateway(Gateway::new(hop))),
        1 => check(web.set_gateway(Gateway::new(hop).replace())),
        2 => check(web.set_gateway(Gateway::new(hop).onlink().link(source))),
        3 => check(web.remove_gateway(family)),
        4 => check(web.gateways()),
        5 => check(web.set_default_route(SOURCE, family)),
        6 => check(web.remove_default_route(family)),
        7 => check(Route::new(to, hop).and_then(|route| web.add_route(route))),
        8 => check(Route::new(to, hop).and_then(|route| web.remove_route(route))),
        9 => check(web.routes()),
        10 => check(web.add_neighbour(neighbour(), mac)),
        11 => check(web.add_neighbour(neighbour().bridge(), mac)),
        12 => check(web.remove_neighbour(neighbour(), None)),
        13 => check(web.remove_neighbour(neighbour().bridge(), Some(mac))),
        14 => check(web.add_extra_address(SOURCE, to)),
        15 => check(web.remove_extra_address(SOURCE, to)),
        16 => check(web.has_ipv6_on_loopback()),
        17 => check(web.disable_arp_for_vip(SOURCE)),
        _ => check(web.links()),
    }
}

/// Puts the veth on a namespace's list, as if it had been added.
pub(super) fn enlist(web: &Namespace) {
    let link = LinkInfo::parse(VETH).expect("it is a link");
    let routes = vec![Prefix::everything(Family::Ipv4), Prefix::everything(Family::Ipv6)];
    let present = InterfaceRecord {
        serial: 0,
        index: link.index,
        name: link.name,
        identity: Identity::of(&link),
        origin: Origin::Created { kind: b"veth".to_vec(), beside: None },
        changes: Requested { routes, ..Requested::default() },
    };
    let reservation = web.registry.reserve(IfName::new(SOURCE).unwrap()).expect("nothing is on the list");
    let _ = reservation.commit(present);
}
