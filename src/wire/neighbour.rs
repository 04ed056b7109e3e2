//! Neighbours: `RTM_*NEIGH` (rtnetlink(7), linux/neighbour.h).

use std::net::IpAddr;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE};
use netlink_packet_route::AddressFamily;
use netlink_packet_route::neighbour::{NeighbourFlags, NeighbourHeader, NeighbourState};

use crate::types::{Family, IfIndex, MacAddr};
use crate::wire::address::family;
use crate::wire::attribute::{Attribute, address, array, bytes, find, ip, number, u32};
use crate::wire::request::Request;

pub(crate) const RTM_NEWNEIGH: u16 = 28;
const RTM_DELNEIGH: u16 = 29;
const RTM_GETNEIGH: u16 = 30;

/// Bytes of `struct ndmsg`.
const NDMSG: usize = 12;
/// `NUD_NOARP` and `NUD_PERMANENT` of linux/neighbour.h.
const NOARP: u16 = 0x40;
const PERMANENT: u16 = 0x80;
/// `NTF_PROXY`.
const PROXY: u8 = 0x08;

const NDA_DST: u16 = 1;
const NDA_LLADDR: u16 = 2;
const NDA_IFINDEX: u16 = 8;

/// The table of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Table {
    /// The link's IP neighbours; the address is the key.
    Neighbours,
    /// The link's own forwarding database; the MAC is the key (`NTF_SELF`).
    Own,
    /// The forwarding database of its bridge (`NTF_MASTER`).
    Bridge,
}

/// An entry to add, find or remove.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NeighbourEntry {
    pub(crate) table: Table,
    pub(crate) link: IfIndex,
    pub(crate) address: IpAddr,
    /// `None` if the address alone finds the entry.
    pub(crate) mac: Option<MacAddr>,
}

impl NeighbourEntry {
    /// Adds the entry, unless there is one.
    pub(crate) fn add(&self) -> Request {
        self.change(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL)
    }

    /// Adds the entry, or replaces an existing one.
    pub(crate) fn replace(&self) -> Request {
        self.change(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE)
    }

    /// Requests the removal of the entry.
    pub(crate) fn delete(&self) -> Request {
        self.change(RTM_DELNEIGH, 0)
    }

    /// Asks for the entry (Linux 5.0).
    pub(crate) fn get(&self) -> Request {
        let key = match self.table {
            Table::Neighbours => Some(self.destination()),
            Table::Own | Table::Bridge => self.link_layer(),
        };
        Request::get(RTM_GETNEIGH, &self.header(), key.as_slice())
    }

    fn change(&self, kind: u16, flags: u16) -> Request {
        let header = NeighbourHeader { state: NeighbourState::Permanent, ..self.header() };
        // A bridge knows no addresses.
        let destination = Some(self.destination()).filter(|_| self.table != Table::Bridge);
        let attributes: Vec<Attribute> = destination.into_iter().chain(self.link_layer()).collect();
        Request::change(kind, flags, &header, &attributes)
    }

    fn header(&self) -> NeighbourHeader {
        let (family, flags) = match self.table {
            Table::Neighbours => (family(Family::of(self.address)), NeighbourFlags::empty()),
            Table::Own => (AddressFamily::Bridge, NeighbourFlags::Own),
            Table::Bridge => (AddressFamily::Bridge, NeighbourFlags::Controller),
        };
        NeighbourHeader { family, ifindex: self.link.get(), flags, ..NeighbourHeader::default() }
    }

    fn destination(&self) -> Attribute {
        address(NDA_DST, self.address)
    }

    fn link_layer(&self) -> Option<Attribute> {
        self.mac.map(|mac| bytes(NDA_LLADDR, &mac.octets()))
    }
}

/// An entry as the kernel describes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NeighbourInfo {
    pub(crate) link: IfIndex,
    /// Returns whether the entry is in a forwarding database.
    forwarding: bool,
    state: u16,
    flags: u8,
    pub(crate) mac: Option<MacAddr>,
    /// Returns the address of the entry; in the forwarding database of a tunnel, that of the tunnel's other end.
    pub(crate) address: Option<IpAddr>,
}

impl NeighbourInfo {
    /// Reads an `RTM_NEWNEIGH` body. `None` without what makes an entry.
    pub(crate) fn parse(payload: &[u8]) -> Option<Self> {
        Some(Self {
            forwarding: i32::from(*payload.first()?) == libc::AF_BRIDGE,
            link: payload.get(4..).and_then(u32).and_then(IfIndex::new)?,
            state: payload.get(8..).and_then(array).map(u16::from_ne_bytes)?,
            flags: *payload.get(10)?,
            // Other lengths belong to other hardware.
            address: find(payload.get(NDMSG..)?, NDA_DST).and_then(ip),
            mac: find(payload.get(NDMSG..)?, NDA_LLADDR).filter(|mac| mac.len() == 6).and_then(array).map(MacAddr::new),
        })
    }

    /// Returns whether an administrator added the entry, to stay.
    pub(crate) fn is_permanent(&self) -> bool {
        // Among IP neighbours, the kernel creates the NOARP entries for itself.
        let made = if self.forwarding { PERMANENT | NOARP } else { PERMANENT };
        self.state & made != 0 || self.flags & PROXY != 0
    }
}

/// Requests the neighbours of a link, of both families. Kernels before 4.20 send those of all links.
pub(crate) fn dump_link(index: IfIndex) -> Request {
    Request::dump(RTM_GETNEIGH, &NeighbourHeader::default(), &[number(NDA_IFINDEX, index.get())])
}

/// Requests the forwarding database of a link, with its filter of unicast addresses.
pub(crate) fn dump_forwarding(index: IfIndex) -> Request {
    let header = NeighbourHeader { family: AddressFamily::Bridge, ifindex: index.get(), ..NeighbourHeader::default() };
    Request::dump(RTM_GETNEIGH, &header, &[])
}

/// Requests the addresses that a link answers for on behalf of others (`NTF_PROXY`), of both families.
pub(crate) fn dump_proxies(index: IfIndex) -> Request {
    let header = NeighbourHeader { flags: NeighbourFlags::Proxy, ..NeighbourHeader::default() };
    Request::dump(RTM_GETNEIGH, &header, &[number(NDA_IFINDEX, index.get())])
}

/// Turns a dumped body into a request to add the entry to a link, which may have another index now.
pub(crate) fn replay(body: &[u8], index: IfIndex) -> Request {
    let mut body = body.to_vec();
    if let Some(old) = body.get_mut(4..8) {
        old.copy_from_slice(&index.get().to_ne_bytes());
    }
    Request::replay(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, body)
}
