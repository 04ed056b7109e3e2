//! Announcements: what is read is what would be written, and what is written is read.

use std::net::Ipv6Addr;

use crate::testing::fuzz::values::take;
use crate::wire::arp::ArpAnnouncement;
use crate::wire::ndp::NeighbourAdvertisement;

pub(crate) fn arp(input: &[u8]) {
    let written = |announcement: &ArpAnnouncement| {
        let mut packet = [0xa5; ArpAnnouncement::LEN];
        announcement.emit(&mut packet);
        packet
    };
    if let Some(read) = ArpAnnouncement::parse(input) {
        assert!(input.starts_with(&written(&read)));
    }
    let announcement = ArpAnnouncement { mac: take::<6>(input, 0).into(), ip: take::<4>(input, 6).into() };
    assert_eq!(ArpAnnouncement::parse(&written(&announcement)), Some(announcement));
}

pub(crate) fn neighbour_advertisement(input: &[u8]) {
    let written = |announcement: &NeighbourAdvertisement| {
        let mut packet = [0xa5; NeighbourAdvertisement::LEN];
        announcement.emit(&mut packet);
        packet
    };
    if let Some(read) = NeighbourAdvertisement::parse(input) {
        assert!(input.starts_with(&written(&read)));
    }
    let ip = Ipv6Addr::from(take::<16>(input, 6));
    let announcement = NeighbourAdvertisement { mac: take::<6>(input, 0).into(), ip };
    assert_eq!(NeighbourAdvertisement::parse(&written(&announcement)), Some(announcement));
}
