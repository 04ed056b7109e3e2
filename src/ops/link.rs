//! Finds, creates, moves and changes links.

use std::os::fd::AsFd;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::netns::NetNs;
use crate::ops::index;
use crate::record::identity::Identity;
use crate::text::printable_name;
use crate::types::{IfIndex, IfName};
use crate::wire::link;
use crate::wire::link::kinds::LinkTrait;
use crate::wire::link::{LinkInfo, NewLink, RTM_NEWLINK};
use crate::wire::request::Request;

/// Reads the link with an index.
pub(crate) fn get(netns: &NetNs, index: IfIndex) -> Result<LinkInfo> {
    netns
        .with_connection(|connection| connection.get(&link::get(index), |body| parse_one(body, index)))
        .doing(|| format!("read link {index} in {netns}"))
}

/// Parses a message, if it is about the link that was asked for.
fn parse_one(body: &[u8], index: IfIndex) -> Option<LinkInfo> {
    LinkInfo::parse(body).filter(|link| link.index == index)
}

/// Reads the links with these indexes.
pub(crate) fn read(netns: &NetNs, indexes: &[IfIndex]) -> Result<Vec<Result<LinkInfo>>> {
    let places: Vec<(IfIndex, Option<i32>)> = indexes.iter().map(|index| (*index, None)).collect();
    read_in(netns, &places)
}

/// Reads links by index, each in this namespace or in one that this namespace has an id for.
pub(crate) fn read_in(netns: &NetNs, places: &[(IfIndex, Option<i32>)]) -> Result<Vec<Result<LinkInfo>>> {
    let requests: Vec<Request> = places.iter().map(|(index, target)| link::get_in(*index, *target)).collect();
    let missing = || Err(Error::new(ErrorKind::Kernel, "the kernel's answer lacks what it has to hold"));
    let mut links: Vec<Result<LinkInfo>> = places.iter().map(|_| missing()).collect();
    let refusals = netns.batch(&requests, |number, message| {
        let (Some(link), Some((index, _))) = (links.get_mut(number), places.get(number)) else { return };
        if let Some(read) = parse_one(message.payload, *index) {
            *link = Ok(read);
        }
    })?;
    for (number, error) in refusals {
        if let Some(link) = links.get_mut(number) {
            *link = Err(error);
        }
    }
    let links = links.into_iter().zip(places);
    Ok(links.map(|(link, (index, target))| link.doing(|| reading(netns, *index, *target))).collect())
}

/// Reads the link with an index, in a namespace that this one has an id for.
pub(crate) fn get_in<T>(
    netns: &NetNs,
    index: IfIndex,
    target: Option<i32>,
    parse: impl FnMut(&[u8]) -> Option<T>,
) -> Result<T> {
    netns
        .with_connection(|connection| connection.get(&link::get_in(index, target), parse))
        .doing(|| reading(netns, index, target))
}

fn reading(netns: &NetNs, index: IfIndex, target: Option<i32>) -> String {
    match target {
        Some(number) => format!("read link {index} in the namespace that {netns} numbers {number}"),
        None => format!("read link {index} in {netns}"),
    }
}

/// Reads the link with an index, and verifies its identity.
pub(crate) fn get_verified(netns: &NetNs, index: IfIndex, identity: &Identity) -> Result<LinkInfo> {
    get(netns, index).and_then(|link| fitting(netns, link, identity))
}

/// Reads several links, and verifies their identities.
pub(crate) fn get_all_verified(netns: &NetNs, links: &[(IfIndex, Identity)]) -> Result<Vec<Result<LinkInfo>>> {
    let indexes: Vec<IfIndex> = links.iter().map(|(index, _)| *index).collect();
    let read = read(netns, &indexes)?.into_iter().zip(links);
    Ok(read.map(|(link, (_, identity))| link.and_then(|link| fitting(netns, link, identity))).collect())
}

fn fitting(netns: &NetNs, link: LinkInfo, identity: &Identity) -> Result<LinkInfo> {
    if identity.matches(&link) {
        return Ok(link);
    }
    let message = format!("its link is gone from {netns}: {} is {} now", link.index, link.name);
    Err(Error::new(ErrorKind::NotFound, message))
}

/// Looks for a link by index.
pub(crate) fn find(netns: &NetNs, index: IfIndex) -> Result<Option<LinkInfo>> {
    optional(get(netns, index))
}

/// Reads the link with a name.
pub(crate) fn by_name(netns: &NetNs, name: &IfName) -> Result<LinkInfo> {
    by_name_as(netns, name, "link")
}

/// Reads the link with a name. The error says what the link is wanted for.
pub(crate) fn by_name_as(netns: &NetNs, name: &IfName, role: &str) -> Result<LinkInfo> {
    netns
        .with_connection(|connection| connection.get(&link::get_by_name(name), LinkInfo::parse))
        .doing(|| format!("find {role} {name} in {netns}"))
}

/// Looks for a link by name.
pub(crate) fn find_by_name(netns: &NetNs, name: &IfName) -> Result<Option<LinkInfo>> {
    optional(by_name(netns, name))
}

/// Returns the link with an alternative name, or with that name, if there is one.
pub(crate) fn find_by_alternative_name(netns: &NetNs, name: &[u8]) -> Result<Option<LinkInfo>> {
    let found =
        netns.with_connection(|connection| connection.get(&link::get_by_alternative_name(name), LinkInfo::parse));
    match found {
        // The kernel's answer to a name that is too long for a name, before Linux 5.5.
        Err(error) if matches!(error.errno(), Some(libc::EINVAL | libc::ERANGE)) => Ok(None),
        found => optional(found.doing(|| format!("find link {} in {netns}", printable_name(name)))),
    }
}

/// Returns the links that have these names, or alternative names; `None` for a name without a link.
pub(crate) fn find_by_names(netns: &NetNs, names: &[&[u8]]) -> Result<Vec<Option<LinkInfo>>> {
    let by_name = |name: &&[u8]| match IfName::from_kernel(name) {
        Some(name) => link::get_by_name(&name),
        None => link::get_by_alternative_name(name),
    };
    let requests: Vec<Request> = names.iter().map(by_name).collect();
    let mut found: Vec<Option<LinkInfo>> = names.iter().map(|_| None).collect();
    let refusals = netns.batch(&requests, |number, message| {
        if let Some(found) = found.get_mut(number) {
            *found = LinkInfo::parse(message.payload);
        }
    })?;
    match refusals.into_iter().find(|(_, error)| error.kind() != ErrorKind::NotFound) {
        Some((_, error)) => Err(error.context(format!("look for names in {netns}"))),
        None => Ok(found),
    }
}

/// Turns "not found" into `None`.
pub(crate) fn optional(link: Result<LinkInfo>) -> Result<Option<LinkInfo>> {
    match link {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        link => link.map(Some),
    }
}

/// Reads all links of a namespace, in the kernel's order.
pub(crate) fn all(netns: &NetNs) -> Result<Vec<LinkInfo>> {
    netns
        .with_connection(|connection| {
            connection.dump(&link::dump(), Vec::new, |links, message| {
                if message.kind == RTM_NEWLINK {
                    links.extend(LinkInfo::parse(message.payload));
                }
            })
        })
        .doing(|| format!("read the links in {netns}"))
}

/// Returns the links of a kind.
pub(crate) fn all_of_kind(netns: &NetNs, kind: &[u8]) -> Result<Vec<LinkInfo>> {
    let links = netns.with_connection(|connection| {
        connection.dump(&link::dump_kind(kind), Vec::new, |links, message| {
            if message.kind == RTM_NEWLINK {
                links.extend(LinkInfo::parse(message.payload).filter(|link| link.kind.as_deref() == Some(kind)));
            }
        })
    });
    links.doing(|| format!("read the links in {netns}"))
}

/// Returns whether a link of a kind has data (`IFLA_INFO_DATA`) that matches.
pub(crate) fn any_of_kind(netns: &NetNs, kind: &[u8], mut is_it: impl FnMut(&[u8]) -> bool) -> Result<bool> {
    let found = netns.with_connection(|connection| {
        connection.dump(
            &link::dump_kind(kind),
            || false,
            |found, message| {
                let data = Some(message.payload).filter(|_| message.kind == RTM_NEWLINK).and_then(|payload| {
                    LinkInfo::parse(payload).filter(|link| link.kind.as_deref() == Some(kind))?;
                    link::kind_data(payload)
                });
                *found |= data.is_some_and(&mut is_it);
            },
        )
    });
    found.doing(|| format!("read the links in {netns}"))
}

/// Returns the links that are stacked on a link in its own namespace, those on top first.
///
/// The requests are by kind, so that the kernel leaves all others out, however many there are.
pub(crate) fn uppers(netns: &NetNs, lower: IfIndex) -> Result<Vec<LinkInfo>> {
    let mut stacked: Vec<(LinkInfo, IfIndex)> = Vec::new();
    for kind in LinkTrait::Stacked.kinds() {
        let mut all = false;
        netns.with_connection(|connection| {
            connection.dump(
                &link::dump_kind(kind),
                || (),
                |(), message| {
                    let Some(upper) = LinkInfo::parse(message.payload).filter(|_| message.kind == RTM_NEWLINK) else {
                        return;
                    };
                    // The kernel does not know the kind, and tells of all links.
                    all |= upper.kind.as_deref() != Some(kind);
                    if let Some(on) = link::lower(message.payload).filter(|_| upper.is(LinkTrait::Stacked)) {
                        if stacked.iter().all(|(other, _)| other.index != upper.index) {
                            stacked.push((upper, on));
                        }
                    }
                },
            )
        })?;
        if all {
            break;
        }
    }
    let mut found: Vec<LinkInfo> = Vec::new();
    let mut below = vec![lower];
    while let Some(lower) = below.pop() {
        for (upper, _) in stacked.iter().filter(|(_, on)| *on == lower) {
            if found.iter().all(|other| other.index != upper.index) {
                below.push(upper.index);
                found.insert(0, upper.clone());
            }
        }
    }
    Ok(found)
}

/// Moves a link into another namespace, under a name or a pattern or, without, under its own name, and with the wanted index
/// unless that is taken. `attempt` gets each index before the kernel does.
///
/// After a failure the link may have been moved all the same. It then has its old name and, since Linux 5.13, the last index.
pub(crate) fn relocate(
    from: &NetNs,
    index: IfIndex,
    to: &NetNs,
    name: Option<&[u8]>,
    wanted: IfIndex,
    mut attempt: impl FnMut(IfIndex) -> Result<()>,
) -> Result<()> {
    let mut there = wanted;
    let mut attempts = 1;
    loop {
        // Refused as well when another operation is giving the index to a link.
        let moved = attempt(there).and_then(|()| {
            to.with_file(|file| {
                from.change(&match name {
                    Some(name) => link::move_to(index, file, name, there),
                    None => link::move_as_it_is(index, file, there),
                })
            })
        });
        let taken = matches!(&moved, Err(error) if error.errno() == Some(libc::EBUSY));
        if !taken || attempts == index::ATTEMPTS {
            return moved.map_err(name_taken);
        }
        there = index::candidate(to, attempts);
        attempts += 1;
    }
}

/// A link to create, with an index that has to be free.
#[derive(Clone, Debug)]
pub(crate) struct Numbered<'a> {
    pub(crate) index: IfIndex,
    pub(crate) link: NewLink<'a>,
}

/// Creates links in order, and reads each. The kernel goes on after a refusal.
///
/// The requests go `through` the namespace of the parents, so that the kernel creates the links in their own at once.
///
/// # Errors
/// When the outcome is [uncertain](Error::is_uncertain), a link that was created has its index.
pub(crate) fn create(netns: &NetNs, through: Option<&NetNs>, links: &[Numbered<'_>]) -> Result<Vec<Result<LinkInfo>>> {
    let made = match through {
        Some(through) => create_through(netns, through, links)?,
        None => create_here(netns, links)?,
    };
    Ok(made.into_iter().map(|made| made.map_err(name_taken)).collect())
}

/// Creates and reads links in one conversation.
fn create_here(netns: &NetNs, links: &[Numbered<'_>]) -> Result<Vec<Result<LinkInfo>>> {
    let make = |new: &Numbered<'_>| link::create(&new.link, None, new.index);
    let requests: Vec<Request> = links.iter().flat_map(|new| [make(new), link::get(new.index)]).collect();
    let mut made: Vec<Option<Result<LinkInfo>>> = links.iter().map(|_| None).collect();
    let refusals = netns.batch(&requests, |number, message| {
        if let (Some(made), Some(new)) = (made.get_mut(number / 2), links.get(number / 2)) {
            *made = parse_one(message.payload, new.index).map(Ok);
        }
    })?;
    // Reads a link again that was created and could not be read.
    for (number, error) in refusals.into_iter().filter(|(number, _)| number % 2 == 0) {
        if let Some(made) = made.get_mut(number / 2) {
            *made = Some(Err(error));
        }
    }
    let read = |(new, made): (&Numbered<'_>, Option<_>)| {
        made.unwrap_or_else(|| get(netns, new.index).map_err(Error::uncertain))
    };
    Ok(links.iter().zip(made).map(read).collect())
}

fn create_through(netns: &NetNs, through: &NetNs, links: &[Numbered<'_>]) -> Result<Vec<Result<LinkInfo>>> {
    let file = netns.file()?;
    let make = |new: &Numbered<'_>| link::create(&new.link, Some(file.as_fd()), new.index);
    let requests: Vec<Request> = links.iter().map(make).collect();
    let refusals = through.batch(&requests, |_, _| {})?;
    let indexes: Vec<IfIndex> = links.iter().map(|new| new.index).collect();
    // Reads links again that could not be read.
    let read = read(netns, &indexes).unwrap_or_else(|_| indexes.iter().map(|index| get(netns, *index)).collect());
    let mut made: Vec<Result<LinkInfo>> = read.into_iter().map(|read| read.map_err(Error::uncertain)).collect();
    for (number, error) in refusals {
        if let Some(made) = made.get_mut(number) {
            *made = Err(error);
        }
    }
    Ok(made)
}

/// Deletes a link.
pub(crate) fn delete(netns: &NetNs, index: IfIndex) -> Result<()> {
    match netns.change(&link::delete(index)) {
        // The answer was lost; the link may be gone.
        Err(error) if error.is_uncertain() => match find(netns, index) {
            Ok(None) => Ok(()),
            _ => Err(error),
        },
        deleted => deleted,
    }
}

/// Renames a link, to a name or a pattern.
pub(crate) fn rename(netns: &NetNs, index: IfIndex, name: &[u8]) -> Result<()> {
    netns.change(&link::set(index, &[link::ifname(name)])).map_err(name_taken)
}

/// Turns `EEXIST` of an operation that names a link into "name taken".
fn name_taken(error: Error) -> Error {
    match error.errno() {
        Some(libc::EEXIST) => error.with_kind(ErrorKind::NameTaken),
        _ => error,
    }
}
