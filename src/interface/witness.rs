//! Proves that a link is still the one that was added: the inside may have swapped the link for another of the same kind, index
//! and MAC.

use crate::error::{Error, ErrorKind, Result};
use crate::netns::NetNs;
use crate::ops;
use crate::types::{IfIndex, IfName, MacAddr};
use crate::wire::link::kinds::LinkTrait;
use crate::wire::link::{LinkInfo, ParentDevice};

/// A fact about a link that the inside cannot forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Witness {
    /// The other end of a pair, by its index at home, where the kernel tells which link is connected.
    OtherEnd(IfIndex),
    /// The hardware: permanent MAC and parent device.
    Hardware,
    /// Home is the namespace of the lower link, or of the tunnel's socket.
    ///
    /// The inside cannot create a link on top of either.
    LinkNetns,
    /// No witness: the inside can create a link that looks the same.
    None,
}

/// The place of a link that was put into a namespace.
#[derive(Debug)]
pub(crate) enum Sighting {
    /// There, with proof.
    Proved(Box<LinkInfo>),
    /// There is a link that looks the same, in a namespace whose owner could have swapped the link.
    Alike(Box<LinkInfo>),
    /// Certainly deleted.
    Gone,
    /// Missing, or another link is in its place, without proof of a deletion.
    Unknown(String),
}

impl Witness {
    /// Returns the witness of a link as it was at home.
    pub(crate) fn of(was: &LinkInfo) -> Self {
        if was.is_pair() && was.peer_netns.is_none() {
            Self::OtherEnd(was.other_end())
        } else if was.is_physical() {
            Self::Hardware
        } else if was.is(LinkTrait::KeepsLinkNetns) {
            Self::LinkNetns
        } else {
            Self::None
        }
    }
}

/// Looks for a link that was moved from home, at its last known index.
pub(crate) fn look(
    home: &NetNs,
    was: &LinkInfo,
    netns: &NetNs,
    index: IfIndex,
    fits: impl Fn(&LinkInfo) -> bool,
) -> Result<Sighting> {
    let at_index = ops::link::find(netns, index)?;
    let proved =
        |link: Option<LinkInfo>| Ok(link.map_or_else(|| missing(netns), |link| Sighting::Proved(Box::new(link))));
    match Witness::of(was) {
        Witness::OtherEnd(end) => match other_end(home, end, was, netns)? {
            OtherEnd::Leads(index) => match at_index.filter(|link| link.index == index) {
                Some(link) => proved(Some(link)),
                None => proved(ops::link::find(netns, index)?),
            },
            OtherEnd::LeadsElsewhere(name) => {
                Ok(Sighting::Unknown(format!("its other end {name} in {home} leads to another namespace")))
            }
            // Deleted together with the link, or moved away by somebody.
            OtherEnd::Missing => match at_index.filter(&fits) {
                Some(link) => alike(home, netns, link),
                None => Ok(Sighting::Gone),
            },
        },
        Witness::Hardware => {
            let is_it = |link: &LinkInfo| hardware(link) == hardware(was);
            match at_index.filter(is_it) {
                Some(link) => proved(Some(link)),
                None => proved(ops::link::all(netns)?.into_iter().find(is_it)),
            }
        }
        Witness::LinkNetns => {
            let number = ops::nsid::number(netns, home)?;
            let leads_home = |link: &LinkInfo| number.is_some() && link.peer_netns == number && link.peer == was.peer;
            proved(at_index.filter(|link| link.kind == was.kind && leads_home(link)))
        }
        Witness::None => match at_index.filter(&fits) {
            Some(link) => alike(home, netns, link),
            None if have_one_owner(home, netns) => Ok(Sighting::Gone),
            None => Ok(missing(netns)),
        },
    }
}

fn missing(netns: &NetNs) -> Sighting {
    Sighting::Unknown(format!("it is not in {netns}, or another link is in its place: it may be hidden"))
}

/// A link that looks the same. An owner who owns home's namespace too has no reason to swap links.
fn alike(home: &NetNs, netns: &NetNs, link: LinkInfo) -> Result<Sighting> {
    let link = Box::new(link);
    Ok(if have_one_owner(home, netns) { Sighting::Proved(link) } else { Sighting::Alike(link) })
}

/// Returns whether two namespaces belong to one user namespace; false if that cannot be read.
pub(crate) fn have_one_owner(one: &NetNs, other: &NetNs) -> bool {
    one.id() == other.id() || matches!((one.owner(), other.owner()), (Some(one), Some(other)) if one == other)
}

/// Returns the facts that nobody can change about a physical link.
pub(crate) fn hardware(link: &LinkInfo) -> (Option<MacAddr>, Option<&ParentDevice>) {
    (link.permanent_mac, link.parent_device.as_ref())
}

/// The place that the other end of a pair leads to.
enum OtherEnd {
    /// A link of the namespace in question.
    Leads(IfIndex),
    /// Another link, and its name.
    LeadsElsewhere(IfName),
    Missing,
}

fn other_end(home: &NetNs, end: IfIndex, was: &LinkInfo, netns: &NetNs) -> Result<OtherEnd> {
    // The kernel gives the namespace a number when it describes the link.
    let Some(end) = ops::link::find(home, end)?.filter(|end| end.kind == was.kind) else {
        return Ok(OtherEnd::Missing);
    };
    let is_there = match end.peer_netns {
        None => home.id() == netns.id(),
        number => ops::nsid::number(home, netns)? == number,
    };
    Ok(if is_there { OtherEnd::Leads(end.other_end()) } else { OtherEnd::LeadsElsewhere(end.name) })
}

/// Refuses a move after which nothing would tell the link from a forged one, into a namespace whose owner could swap links.
pub(crate) fn refuse_unverifiable(home: &NetNs, was: &LinkInfo, netns: &NetNs) -> Result<()> {
    if Witness::of(was) != Witness::None || have_one_owner(home, netns) {
        return Ok(());
    }
    let why = "belongs to another user namespace, where it could be swapped for another link unnoticed";
    Err(Error::new(ErrorKind::Unverified, format!("{netns} {why}")))
}

/// Fails unless the link that came home is the link of the snapshot.
pub(crate) fn verify_arrival(home: &NetNs, index: IfIndex, was: &LinkInfo) -> Result<()> {
    let link = ops::link::get(home, index)?;
    let verified = match Witness::of(was) {
        Witness::OtherEnd(end) => match other_end(home, end, was, home)? {
            OtherEnd::Leads(at) => at == index,
            OtherEnd::LeadsElsewhere(_) => false,
            OtherEnd::Missing => true,
        },
        Witness::Hardware => hardware(&link) == hardware(was),
        Witness::LinkNetns => link.peer_netns.is_none() && link.peer == was.peer,
        Witness::None => true,
    };
    match verified && link.kind == was.kind {
        true => Ok(()),
        false => Err(Error::new(ErrorKind::Unverified, format!("what came home as {} is another link", link.name))),
    }
}
