//! The order in which Docker's libnetwork does it, sent raw: the same requests, each by itself and acknowledged, with the
//! look-ups and dumps between them. No code of it is here, only the order, as `libnetwork/osl/interface_linux.go` and
//! `libnetwork/drivers/bridge/bridge_linux.go` of moby/moby 28 have it:
//!
//! | step | requests |
//! |---|---|
//! | a moved link | `RTM_GETLINK` by name at home · `RTM_SETLINK` into the namespace |
//! | a made pair (the bridge's driver) | `RTM_GETLINK` twice, for names that are free · a socket in the namespace · `RTM_NEWLINK`, one end there under a name for the time being · `RTM_GETLINK` of both ends · of the one at home and the bridge again · `RTM_SETLINK` with the master · up |
//! | into its place | `RTM_GETLINK` by name · down · the name · the MAC |
//! | IPv4 address | a dump of the IPv4 routes of all tables · `RTM_NEWADDR` |
//! | IPv6 address | a thread in the namespace that reads `disable_ipv6` · a dump of the IPv6 routes · `RTM_NEWADDR` |
//! | up | `RTM_NEWLINK` · `RTM_NEWROUTE` for each route |
//! | is it up | a thread in the namespace, a socket that is told of links · a dump of all links, until it is there and up |
//! | does the bridge's port forward | `RTM_GETLINK` of the other end and of the bridge · `stp_state` from /sys · the port's `state` from /sys, every 10 ms |
//! | announcing | `RTM_GETROUTE` for ff02::1 · a thread in the namespace that opens a socket for ARP and one for NA · `RTM_GETLINK` for the MAC · both are sent |
//! | a removal | `RTM_GETLINK` by name · down · its name · `RTM_SETLINK` back home · there, if it was made, `RTM_GETLINK` and `RTM_DELLINK` |
//!
//! What is left out, to its advantage: its own work in Go, firewall rules, its records on disk, the namespace's file that
//! it opens by path each time, and the ARP message itself (the socket for it is opened). What it sets besides (queue
//! length) is left out so that both lead to the same.

use std::fs;
use std::net::{Ipv6Addr, SocketAddrV6};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread::sleep;
use std::time::Duration;

use nix::mount::{MsFlags, mount};
use socket2::{Domain, Protocol, Socket, Type};

use super::Way;
use crate::common::inside;
use crate::common::message::{
    ACK, CREATE, DUMP, IFLA_ADDRESS, IFLA_MASTER, IFLA_NET_NS_FD, IFLA_NEW_IFINDEX, IPV4, IPV6, RTA_DST, RTA_IIF,
    RTM_DELLINK, RTM_GETLINK, RTM_GETROUTE, RTM_NEWLINK, RTM_SETLINK, attribute, ifinfomsg, ifinfomsg_down, ifname,
    ipv4_address, ipv6_address, link_route, message, number, veth,
};
use crate::common::raw::Raw;
use crate::common::world::{BRIDGE, How, Job, OWN_MAC, Place, Wanted, World};

/// As it polls a port's state.
const POLL: Duration = Duration::from_millis(10);
const ALL_NODES: Ipv6Addr = Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 1);
const RTMGRP_LINK: u32 = 1;
const IFF_UP: u8 = 1;

pub(crate) struct Libnetwork<'w> {
    home: &'w Place,
    /// Where /sys/class/net of the namespace at home is, which is the host's own where it runs.
    sysfs: PathBuf,
    job: Job,
    world: &'w World,
    /// What it keeps open to announce again.
    announcing: Vec<Socket>,
}

impl<'w> Libnetwork<'w> {
    pub(crate) fn new(world: &'w World, job: &Job) -> Self {
        let sysfs = class_net(&world.home);
        Self { home: &world.home, sysfs, job: job.clone(), world, announcing: Vec::new() }
    }

    fn add_one(&mut self, wanted: Wanted) {
        let (home, away) = (self.home.raw(), &self.world.away[wanted.place]);
        match self.job.how {
            How::Move => {
                by_name(home, &wanted.source());
                let parts = [ifinfomsg(wanted.index(), false), number(IFLA_NET_NS_FD, away.fd())];
                acked(home, RTM_SETLINK, &[&parts[..], &[number(IFLA_NEW_IFINDEX, wanted.index())]].concat());
            }
            How::Create => make_pair(home, away, wanted),
        }
        let index = wanted.index();
        let raw = away.raw();
        by_name(raw, &wanted.source());
        acked(raw, RTM_NEWLINK, &[ifinfomsg_down(index)]);
        acked(raw, RTM_SETLINK, &[ifinfomsg(index, false), ifname(&wanted.name())]);
        acked(raw, RTM_SETLINK, &[ifinfomsg(index, false), attribute(IFLA_ADDRESS, &wanted.mac())]);
        dump_routes(raw, IPV4);
        raw.ask(&ipv4_address(ACK, index, wanted.ipv4())).unwrap();
        inside(away, || fs::read_to_string(format!("/proc/sys/net/ipv6/conf/{}/disable_ipv6", wanted.name())).unwrap());
        dump_routes(raw, IPV6);
        raw.ask(&ipv6_address(ACK, index, wanted.ipv6())).unwrap();
        acked(raw, RTM_NEWLINK, &[ifinfomsg(index, true)]);
        if self.job.how == How::Move {
            raw.ask(&link_route(ACK, index, wanted.destination())).unwrap();
        }
        wait_for_up(away, index);
        let master = self.job.how == How::Create;
        wait_for_port(home, wanted, master, &self.sysfs);
        if self.job.announced {
            self.announce(away, wanted);
        }
    }

    fn announce(&mut self, away: &Place, wanted: Wanted) {
        let rtmsg = vec![IPV6, 128, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let route = [rtmsg, attribute(RTA_DST, &ALL_NODES.octets()), number(RTA_IIF, wanted.index())];
        // It is refused with EMSGSIZE, and goes on.
        let _ = away.raw().ask(&message(RTM_GETROUTE, ACK, &route));
        let (arp, na) = inside(away, || {
            let arp = Socket::new(Domain::PACKET, Type::DGRAM, Some(Protocol::from(0x0608))).unwrap();
            let na = Socket::new(Domain::IPV6, Type::RAW, Some(Protocol::ICMPV6)).unwrap();
            na.set_multicast_hops_v6(255).unwrap();
            (arp, na)
        });
        by_index(away.raw(), wanted.index());
        let target = [2, 1].into_iter().chain(wanted.mac());
        let header = [136, 0, 0, 0, 0x20, 0, 0, 0].into_iter().chain(wanted.ipv6());
        let advertisement: Vec<u8> = header.chain(target).collect();
        let everybody = SocketAddrV6::new(ALL_NODES, 0, 0, wanted.index());
        na.send_to(&advertisement, &everybody.into()).unwrap();
        self.announcing.extend([arp, na]);
    }

    fn remove_one(&self, wanted: Wanted) {
        let (home, away) = (self.home.raw(), self.world.away[wanted.place].raw());
        let index = wanted.index();
        by_name(away, &wanted.name());
        acked(away, RTM_NEWLINK, &[ifinfomsg_down(index)]);
        acked(away, RTM_SETLINK, &[ifinfomsg(index, false), ifname(&wanted.source())]);
        let back = [ifinfomsg(index, false), number(IFLA_NET_NS_FD, self.home.fd()), number(IFLA_NEW_IFINDEX, index)];
        acked(away, RTM_SETLINK, &back);
        match self.job.how {
            // Not its own step, but what was there before is to be there again.
            How::Move => acked(home, RTM_SETLINK, &[ifinfomsg(index, false), attribute(IFLA_ADDRESS, &OWN_MAC)]),
            How::Create => {
                by_name(home, &wanted.source());
                acked(home, RTM_DELLINK, &[ifinfomsg(index, false)]);
            }
        }
    }
}

impl Way for Libnetwork<'_> {
    fn add(&mut self) {
        for wanted in self.job.wanted.clone() {
            self.add_one(wanted);
        }
    }

    fn remove(&mut self) {
        self.job.wanted.iter().for_each(|wanted| self.remove_one(*wanted));
    }
}

/// What the bridge's driver does before the other part has its turn.
fn make_pair(home: &Raw, away: &Place, wanted: Wanted) {
    for name in [wanted.peer(), wanted.source()] {
        home.ask(&message(RTM_GETLINK, ACK, &[ifinfomsg(0, false), ifname(&name)])).unwrap_err();
    }
    let there = Raw::inside(away);
    let end = [ifinfomsg(wanted.index(), false), ifname(&wanted.source()), number(IFLA_NET_NS_FD, away.fd())];
    let pair = [ifinfomsg(wanted.peer_index(), false), ifname(&wanted.peer()), veth(&end)];
    home.ask(&message(RTM_NEWLINK, ACK | CREATE, &pair)).unwrap();
    by_name(home, &wanted.peer());
    by_name(&there, &wanted.source());
    by_name(home, &wanted.peer());
    by_name(home, "br0");
    acked(home, RTM_SETLINK, &[ifinfomsg(wanted.peer_index(), false), number(IFLA_MASTER, BRIDGE)]);
    acked(home, RTM_NEWLINK, &[ifinfomsg(wanted.peer_index(), true)]);
}

fn wait_for_up(away: &Place, index: u32) {
    let socket = inside(away, || Raw::here(RTMGRP_LINK));
    let request = message(RTM_GETLINK, DUMP, &[ifinfomsg(0, false)]);
    // struct ifinfomsg behind the header: the index, then the flags.
    socket.dump_until(&request, |link| link[20..24] == index.to_ne_bytes() && link[24] & IFF_UP != 0);
}

fn wait_for_port(home: &Raw, wanted: Wanted, has_bridge: bool, sysfs: &Path) {
    by_index(home, wanted.peer_index());
    if !has_bridge {
        return;
    }
    by_index(home, BRIDGE);
    let bridge = sysfs.join("br0");
    fs::read(bridge.join("bridge/stp_state")).unwrap();
    let state = bridge.join("brif").join(wanted.peer()).join("state");
    while fs::read(&state).unwrap().first() != Some(&b'3') {
        sleep(POLL);
    }
}

fn by_name(raw: &Raw, name: &str) {
    raw.ask(&message(RTM_GETLINK, ACK, &[ifinfomsg(0, false), ifname(name)])).unwrap();
}

fn by_index(raw: &Raw, index: u32) {
    raw.ask(&message(RTM_GETLINK, ACK, &[ifinfomsg(index, false)])).unwrap();
}

fn acked(raw: &Raw, kind: u16, parts: &[Vec<u8>]) {
    raw.ask(&message(kind, ACK, parts)).unwrap();
}

fn dump_routes(raw: &Raw, family: u8) {
    raw.dump(&message(RTM_GETROUTE, DUMP, &[vec![family, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]]));
}

/// Mounts the /sys of a namespace, once.
fn class_net(place: &Place) -> PathBuf {
    static MOUNTING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = MOUNTING.lock();
    let folder = Path::new("/run/sysfs").join(&place.name);
    if !folder.exists() {
        fs::create_dir_all(&folder).unwrap();
        let none = None::<&str>;
        inside(place, || mount(Some("sysfs"), &folder, Some("sysfs"), MsFlags::empty(), none).unwrap());
    }
    folder.join("class/net")
}
