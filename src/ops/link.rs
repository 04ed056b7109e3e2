//! Links: finding, making, moving and changing them.

use std::hash::{BuildHasher, Hasher, RandomState};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::NetNs;
use crate::namespace::record::Identity;
use crate::types::{IfIndex, IfName};
use crate::wire::link::{self, Kind, LinkInfo, NewLink, Peer, RTM_NEWLINK};
use crate::wire::request::Request;

/// How many indexes are tried before an add gives up.
const INDEX_ATTEMPTS: u32 = 32;

/// The link with an index.
pub(crate) fn get(netns: &NetNs, index: IfIndex) -> Result<LinkInfo> {
    netns
        .talk(|connection| connection.get(&link::get(index), LinkInfo::parse))
        .doing(|| format!("read link {index} in {netns}"))
}

/// The link with an index in the namespace that this one knows by a number.
pub(crate) fn get_in<T>(
    netns: &NetNs,
    index: IfIndex,
    target: Option<i32>,
    parse: impl FnMut(&[u8]) -> Option<T>,
) -> Result<T> {
    netns.talk(|connection| connection.get(&link::get_in(index, target), parse)).doing(|| match target {
        Some(number) => format!("read link {index} in the namespace that {netns} numbers {number}"),
        None => format!("read link {index} in {netns}"),
    })
}

/// The link with an index, if it still is the one that is meant.
pub(crate) fn identified(netns: &NetNs, index: IfIndex, identity: &Identity) -> Result<LinkInfo> {
    let link = get(netns, index)?;
    if identity.fits(&link) {
        return Ok(link);
    }
    let message = format!("its link is gone from {netns}: {index} is {} now", link.name);
    Err(Error::new(ErrorKind::NotFound, message))
}

/// The link with an index, if there is one.
pub(crate) fn find(netns: &NetNs, index: IfIndex) -> Result<Option<LinkInfo>> {
    optional(get(netns, index))
}

/// The link with a name.
pub(crate) fn by_name(netns: &NetNs, name: &IfName) -> Result<LinkInfo> {
    netns
        .talk(|connection| connection.get(&link::get_by_name(name), LinkInfo::parse))
        .doing(|| format!("find link {name} in {netns}"))
}

/// The link with a name, if there is one.
pub(crate) fn find_by_name(netns: &NetNs, name: &IfName) -> Result<Option<LinkInfo>> {
    optional(by_name(netns, name))
}

fn optional(link: Result<LinkInfo>) -> Result<Option<LinkInfo>> {
    match link {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        link => link.map(Some),
    }
}

/// All links of a namespace, in the kernel's order.
pub(crate) fn all(netns: &NetNs) -> Result<Vec<LinkInfo>> {
    netns
        .talk(|connection| {
            connection.dump(&link::dump(), Vec::new, |links, message| {
                if message.kind == RTM_NEWLINK {
                    links.extend(LinkInfo::parse(message.payload));
                }
            })
        })
        .doing(|| format!("read the links in {netns}"))
}

/// Changes something about links.
pub(crate) fn change(netns: &NetNs, request: &Request) -> Result<()> {
    netns.talk(|connection| connection.change(request))
}

/// Moves a link into another namespace, under a name or a pattern that the kernel completes there, and with
/// the wanted index unless that is taken there. `attempt` is told each index before it is tried.
///
/// When it fails, the link can have been moved all the same, and then has the last index and its old name.
pub(crate) fn relocate(
    from: &NetNs,
    index: IfIndex,
    to: &NetNs,
    name: &[u8],
    wanted: IfIndex,
    mut attempt: impl FnMut(IfIndex) -> Result<()>,
) -> Result<()> {
    let mut there = wanted;
    let mut attempts = 1;
    loop {
        attempt(there)?;
        let moved = to.with_file(|file| change(from, &link::move_to(index, file, name, there)));
        let taken = matches!(&moved, Err(error) if error.errno() == Some(libc::EBUSY));
        if !taken || attempts == INDEX_ATTEMPTS {
            return moved.map_err(name_taken);
        }
        there = candidate(to, attempts);
        attempts += 1;
    }
}

/// Makes a link with the wanted index, which has to be free, or another one, and tells what it is like. `attempt`
/// is told each index before it is tried.
///
/// The request goes `through` another namespace where the link's parent is there: only then the kernel makes it
/// in its own at once.
///
/// # Errors
/// When it is [not known](Error::is_uncertain) whether it was made, it has the last index if it was.
pub(crate) fn create(
    netns: &NetNs,
    through: Option<&NetNs>,
    new: &NewLink<'_>,
    wanted: IfIndex,
    mut attempt: impl FnMut(IfIndex) -> Result<()>,
) -> Result<LinkInfo> {
    let mut index = wanted;
    let mut attempts = 1;
    loop {
        attempt(index)?;
        let error = match create_and_read(netns, through, new, index, attempts) {
            Err(error) => error,
            made => return made,
        };
        let again = attempts < INDEX_ATTEMPTS && is_about_index(&error, netns, through, index, attempts);
        if error.is_uncertain() || !again {
            return Err(name_taken(error));
        }
        index = free_index(netns, through)?;
        attempts += 1;
    }
}

/// Whether a link was refused for its index. The kernel says `EBUSY` for one that somebody took just now, but also
/// for a parent that serves something else; and `EEXIST` where it looks for the index first, which older kernels
/// do in the namespace that they are asked through, but also for a name.
fn is_about_index(error: &Error, netns: &NetNs, through: Option<&NetNs>, index: IfIndex, attempts: u32) -> bool {
    let in_use = |netns: &NetNs| matches!(find(netns, index), Ok(Some(_)));
    match error.errno() {
        // Whoever took it may be gone already: the parent is believed the second time.
        Some(libc::EBUSY) => through.is_none() || attempts == 1 || in_use(netns),
        Some(libc::EEXIST) => in_use(netns) || through.is_some_and(in_use),
        _ => false,
    }
}

fn create_and_read(
    netns: &NetNs,
    through: Option<&NetNs>,
    new: &NewLink<'_>,
    index: IfIndex,
    attempts: u32,
) -> Result<LinkInfo> {
    let Some(through) = through else {
        // A veth's other end is made first and would be given the lowest free index: this very one.
        let beside = matches!(new.kind, Kind::Veth(Peer { beside: true, .. }));
        let other_end = beside.then(|| candidate(netns, attempts));
        return create_and_read_here(netns, index, link::create(new, None, index, other_end));
    };
    netns.with_file(|file| change(through, &link::create(new, Some(file), index, None)))?;
    get(netns, index).map_err(Error::uncertain)
}

/// Makes a link and reads it in one conversation.
fn create_and_read_here(netns: &NetNs, index: IfIndex, create: Request) -> Result<LinkInfo> {
    let mut read = None;
    let requests = [create, link::get(index)];
    let outcome =
        netns.talk(|connection| connection.batch(&requests, |_, message| read = LinkInfo::parse(message.payload)))?;
    match outcome.into_refusals().into_iter().next() {
        Some((0, refusal)) => Err(refusal),
        _ => read.map_or_else(|| get(netns, index).map_err(Error::uncertain), Ok),
    }
}

/// Deletes a link.
pub(crate) fn delete(netns: &NetNs, index: IfIndex) -> Result<()> {
    match change(netns, &link::delete(index)) {
        // The answer was lost, and the link may be gone.
        Err(error) if error.is_uncertain() => match find(netns, index) {
            Ok(None) => Ok(()),
            _ => Err(error),
        },
        deleted => deleted,
    }
}

/// An index that no link has at the moment, there or in the namespace that it is made `through`.
pub(crate) fn free_index(netns: &NetNs, through: Option<&NetNs>) -> Result<IfIndex> {
    for attempt in 1..=INDEX_ATTEMPTS {
        let index = candidate(netns, attempt);
        if find(netns, index)?.is_none() && through.map(|netns| find(netns, index)).transpose()?.flatten().is_none() {
            return Ok(index);
        }
    }
    Err(Error::new(ErrorKind::Kernel, format!("no free index was found in {netns}")))
}

/// Gives a link another name, or one that the kernel makes of a pattern.
pub(crate) fn rename(netns: &NetNs, index: IfIndex, name: &[u8]) -> Result<()> {
    change(netns, &link::set(index, &[link::ifname(name)])).map_err(name_taken)
}

/// Of an operation that gives a link a name.
fn name_taken(error: Error) -> Error {
    match error.errno() {
        Some(libc::EEXIST) => error.with_kind(ErrorKind::NameTaken),
        _ => error,
    }
}

/// An index to try: near the lowest at first, as the kernel would choose, anywhere where that is crowded.
fn candidate(netns: &NetNs, attempt: u32) -> IfIndex {
    let near = if attempt <= 4 { netns.next_index() } else { None };
    near.unwrap_or_else(|| random_index(attempt))
}

/// One of the lowest 512 at first, then of twice as many, and so on: short numbers where there are some free.
fn random_index(attempt: u32) -> IfIndex {
    let random = RandomState::new().build_hasher().finish() as u32;
    let range = 1u32 << (attempt + 4).clamp(9, 24);
    // Neither 0 nor `lo`.
    IfIndex::new(2 + random % range).unwrap_or_else(|| random_index(attempt))
}
