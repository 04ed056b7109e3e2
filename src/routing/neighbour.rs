use std::fmt;
use std::net::IpAddr;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::{Namespace, lookup};
use crate::netns::NetNs;
use crate::ops;
use crate::ops::neighbour::Lookup;
use crate::routing::{next_hop, resolve_interface};
use crate::types::{IfName, MacAddr};
use crate::wire::link::LinkInfo;
use crate::wire::neighbour::{NeighbourEntry, NeighbourInfo, Table};

/// Which neighbour an entry is for, and where the entry is kept.
///
/// ```
/// use netgraft::{IfName, Neighbour};
///
/// let host = Neighbour::new([10, 0, 0, 9]);
/// let other_end = Neighbour::new([192, 0, 2, 7]).link(IfName::new("vxlan0")?).bridge();
/// # let _ = (host, other_end);
/// # Ok::<(), netgraft::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Neighbour {
    address: IpAddr,
    link: Option<IfName>,
    bridge: bool,
}

impl Neighbour {
    /// Describes the host with this address.
    pub fn new(address: impl Into<IpAddr>) -> Self {
        Self { address: address.into(), link: None, bridge: false }
    }

    /// Sets the interface that the host is on, by source name.
    ///
    /// Unset: the namespace's only one or, where there are several, the link of the direct route to the host.
    pub fn link(mut self, source: IfName) -> Self {
        self.link = Some(source);
        self
    }

    /// Makes this an entry of the link's forwarding database instead, found by its MAC.
    ///
    /// On a VXLAN link the address is that of the tunnel's other end.
    #[doc(alias = "AF_BRIDGE")]
    #[doc(alias = "NTF_SELF")]
    pub fn bridge(mut self) -> Self {
        self.bridge = true;
        self
    }
}

/// See [`Namespace::add_neighbour`].
pub(crate) fn add_neighbour(ns: &Namespace, neighbour: Neighbour, mac: MacAddr) -> Result<()> {
    let entry = LinkEntry::find(ns, &neighbour, Some(mac))
        .doing(|| format!("add the neighbour {} in {ns}", Named(neighbour.address, Some(mac), neighbour.link)))?;
    entry.add(&ns.netns).doing(|| format!("add the neighbour {entry} in {ns}"))
}

/// See [`Namespace::remove_neighbour`].
pub(crate) fn remove_neighbour(ns: &Namespace, neighbour: Neighbour, mac: Option<MacAddr>) -> Result<()> {
    let entry = LinkEntry::find(ns, &neighbour, mac)
        .doing(|| format!("delete the neighbour {} in {ns}", Named(neighbour.address, mac, neighbour.link)))?;
    entry.delete(&ns.netns).doing(|| format!("delete the neighbour {entry} in {ns}"))
}

/// An entry on a link that was found.
struct LinkEntry {
    entry: NeighbourEntry,
    link: LinkInfo,
}

impl LinkEntry {
    fn find(ns: &Namespace, neighbour: &Neighbour, mac: Option<MacAddr>) -> Result<Self> {
        let Neighbour { address, link: source, bridge } = *neighbour;
        if bridge && mac.is_none() {
            return Err(Error::new(ErrorKind::InvalidArgument, "a forwarding entry is found by its MAC alone"));
        }
        let is_clear = bridge || source.is_some() || lookup::all(ns)?.len() == 1;
        let link = match is_clear {
            true => resolve_interface(ns, source)?,
            false => ops::link::get(&ns.netns, next_hop::link_to(&ns.netns, address, None)?)?,
        };
        let table = if bridge { Table::Own } else { Table::Neighbours };
        Ok(Self { entry: NeighbourEntry { table, link: link.index, address, mac }, link })
    }

    fn add(&self, netns: &NetNs) -> Result<()> {
        let is_it = |found: &NeighbourInfo| {
            let address = found.address.is_none_or(|address| address == self.entry.address);
            found.is_permanent() && found.mac == self.entry.mac && address
        };
        let added = || self.is_there(netns, is_it);
        let outcome = ops::verify_uncertain(netns.change(&self.entry.add()), added);
        let Err(refusal) = outcome else { return Ok(()) };
        if refusal.errno() != Some(libc::EEXIST) {
            return Err(refusal);
        }
        let message = match ops::neighbour::find(netns, &self.entry)? {
            Lookup::Entry(found) if !found.is_permanent() => {
                return ops::verify_uncertain(netns.change(&self.entry.replace()), added);
            }
            Lookup::Entry(NeighbourInfo { mac: Some(mac), .. }) if Some(mac) != self.entry.mac => {
                format!("it is there already as {mac}")
            }
            Lookup::Entry(NeighbourInfo { address: Some(other), mac: Some(mac), .. })
                if other != self.entry.address =>
            {
                format!("{mac} is there already, by way of {other}")
            }
            Lookup::Entry(_) | Lookup::Nothing | Lookup::Unknown => "it is there already".to_owned(),
        };
        Err(refusal.with_kind(ErrorKind::NeighbourExists).context(message))
    }

    /// Whether an entry is there, and such a one.
    fn is_there(&self, netns: &NetNs, such: impl Fn(&NeighbourInfo) -> bool) -> Result<bool> {
        match ops::neighbour::find(netns, &self.entry)? {
            Lookup::Entry(found) => Ok(such(&found)),
            Lookup::Nothing => Ok(false),
            Lookup::Unknown => Err(Error::new(ErrorKind::NotSupported, "the kernel cannot say")),
        }
    }

    fn delete(&self, netns: &NetNs) -> Result<()> {
        let there = match ops::neighbour::find(netns, &self.entry)? {
            Lookup::Entry(found) => found.is_permanent() && self.entry.mac.is_none_or(|mac| found.mac == Some(mac)),
            Lookup::Nothing => false,
            Lookup::Unknown => true,
        };
        let missing = || Error::new(ErrorKind::NeighbourMissing, "there is no such permanent entry");
        let gone = || self.is_there(netns, |_| true).map(|there| !there);
        let delete = || ops::verify_uncertain(netns.change(&self.entry.delete()), gone);
        let result = if there { delete() } else { Err(missing()) };
        if self.entry.table == Table::Own && self.link.port.is_some() {
            self.forget_learned(netns);
        }
        result.map_err(|error| match error.errno() {
            Some(libc::ENOENT) => error.with_kind(ErrorKind::NeighbourMissing).context("there is no such entry"),
            _ => error,
        })
    }

    /// Takes away what the bridge above the link has learned. It would be forgotten anyway, some time later.
    fn forget_learned(&self, netns: &NetNs) {
        let learned = NeighbourEntry { table: Table::Bridge, ..self.entry };
        if matches!(ops::neighbour::find(netns, &learned), Ok(Lookup::Entry(found)) if found.is_permanent()) {
            return;
        }
        match netns.change(&learned.delete()) {
            Err(error) if error.errno() != Some(libc::ENOENT) => {
                log::warn!("what the bridge of {} has learned of {self} stays: {error}", self.link.name);
            }
            _ => {}
        }
    }
}

impl fmt::Display for LinkEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Named(self.entry.address, self.entry.mac, Some(self.link.name)).fmt(f)
    }
}

/// As errors name an entry: address, MAC and link, as far as they are known.
struct Named(IpAddr, Option<MacAddr>, Option<IfName>);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(address, mac, link) = self;
        address.fmt(f)?;
        mac.iter().try_for_each(|mac| write!(f, " ({mac})"))?;
        link.iter().try_for_each(|link| write!(f, " on {link}"))
    }
}
