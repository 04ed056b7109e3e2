//! The fewest messages that do it: the floor that everything is measured against.
//!
//! They are built beforehand and put together in as few datagrams as there can be. Nothing is looked up, checked,
//! waited for or kept for an undo.

use super::Way;
use crate::common::message::{
    ACK, CREATE, IFLA_ADDRESS, IFLA_GROUP, IFLA_MASTER, IFLA_NET_NS_FD, IFLA_NEW_IFINDEX, RTM_DELLINK, RTM_NEWLINK,
    RTM_SETLINK, attribute, ifinfomsg, ifinfomsg_down, ifname, ipv4_address, ipv6_address, link_route, message, number,
    veth,
};
use crate::common::raw::Raw;
use crate::common::world::{BRIDGE, GROUP, How, Job, OWN_MAC, Place, Wanted, World, datagrams};

/// A datagram, and the socket that it is sent by.
type Sent<'w> = (&'w Raw, Vec<u8>);

pub(crate) struct Minimal<'w> {
    add: Vec<Sent<'w>>,
    remove: Vec<Sent<'w>>,
}

impl<'w> Minimal<'w> {
    pub(crate) fn new(world: &'w World, job: &Job) -> Self {
        let home = &world.home;
        let (mut first, mut then, mut back) = (Vec::new(), Vec::new(), Vec::new());
        for (place, list) in job.places() {
            let away = &world.away[place];
            let mut configured = Vec::new();
            let mut returned = Vec::new();
            for wanted in list {
                match job.how {
                    How::Move => {
                        first.push(move_to(wanted, away));
                        configured.extend(addresses(wanted));
                        configured.push(link_route(0, wanted.index(), wanted.destination()));
                        returned.push(move_back(wanted, home));
                    }
                    How::Create => {
                        first.push(create(wanted, away));
                        configured.extend(addresses(wanted));
                        configured.push(message(RTM_NEWLINK, 0, &[ifinfomsg(wanted.index(), true)]));
                    }
                }
            }
            then.extend(datagrams(configured).into_iter().map(|datagram| (away.raw(), datagram)));
            back.extend(datagrams(returned).into_iter().map(|datagram| (away.raw(), datagram)));
        }
        if job.how == How::Create {
            back = datagrams(deletion(&job.wanted)).into_iter().map(|datagram| (home.raw(), datagram)).collect();
        }
        let add = datagrams(first).into_iter().map(|datagram| (home.raw(), datagram)).chain(then);
        Self { add: add.collect(), remove: back }
    }
}

impl Way for Minimal<'_> {
    fn add(&mut self) {
        self.add.iter().for_each(|(raw, datagram)| raw.talk(datagram));
    }

    fn remove(&mut self) {
        self.remove.iter().for_each(|(raw, datagram)| raw.talk(datagram));
    }
}

fn addresses(wanted: Wanted) -> [Vec<u8>; 2] {
    [ipv4_address(0, wanted.index(), wanted.ipv4()), ipv6_address(0, wanted.index(), wanted.ipv6())]
}

/// Everything that a move can carry: the name, the MAC, and up.
pub(crate) fn move_to(wanted: Wanted, away: &Place) -> Vec<u8> {
    let parts = [
        ifinfomsg(wanted.index(), true),
        number(IFLA_NET_NS_FD, away.fd()),
        number(IFLA_NEW_IFINDEX, wanted.index()),
        ifname(&wanted.name()),
        attribute(IFLA_ADDRESS, &wanted.mac()),
    ];
    message(RTM_NEWLINK, 0, &parts)
}

fn move_back(wanted: Wanted, home: &Place) -> Vec<u8> {
    let parts = [
        ifinfomsg_down(wanted.index()),
        number(IFLA_NET_NS_FD, home.fd()),
        number(IFLA_NEW_IFINDEX, wanted.index()),
        ifname(&wanted.source()),
        attribute(IFLA_ADDRESS, &OWN_MAC),
    ];
    message(RTM_NEWLINK, 0, &parts)
}

/// A pair: one end at home, up and a port of the bridge, the other one away under its name.
pub(crate) fn create(wanted: Wanted, away: &Place) -> Vec<u8> {
    let there = [
        ifinfomsg(wanted.index(), false),
        ifname(&wanted.name()),
        attribute(IFLA_ADDRESS, &wanted.mac()),
        number(IFLA_NET_NS_FD, away.fd()),
    ];
    let parts =
        [ifinfomsg(wanted.peer_index(), true), ifname(&wanted.peer()), number(IFLA_MASTER, BRIDGE), veth(&there)];
    message(RTM_NEWLINK, CREATE, &parts)
}

/// One by itself; many as a group, which the kernel takes no longer for.
fn deletion(all: &[Wanted]) -> Vec<Vec<u8>> {
    let peer = |wanted: &Wanted| ifinfomsg(wanted.peer_index(), false);
    if let [one] = all {
        return vec![message(RTM_DELLINK, ACK, &[peer(one)])];
    }
    let group = || number(IFLA_GROUP, GROUP);
    let marked = all.iter().map(|wanted| message(RTM_SETLINK, 0, &[peer(wanted), group()]));
    marked.chain([message(RTM_DELLINK, 0, &[ifinfomsg(0, false), group()])]).collect()
}
