//! Finds interfaces again by the caller's descriptions: the configurations once passed to their add.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::config::interface::{InterfaceConfig, Naming};
use crate::interface::config::link::{Link, LinkSource};
use crate::interface::restore;
use crate::interface::restore::Restored;
use crate::interface::restore::matching::{Candidate, Description, Match, match_links};
use crate::interface::rollback::snapshot;
use crate::interface::{Interface, add};
use crate::journal::Entry;
use crate::journal::guard::JournalGuard;
use crate::namespace::Namespace;
use crate::ops;
use crate::record::identity::Identity;
use crate::record::interface::{InterfaceRecord, Requested};
use crate::record::origin::Origin;
use crate::record::snapshot::Snapshot;
use crate::types::{IfIndex, IfName, random};
use crate::wire::address::{AddressInfo, relabelled};
use crate::wire::link;
use crate::wire::link::LinkInfo;
use crate::wire::route::{PROTOCOL, RouteInfo};

/// Restores from the journal, if there is one, and then the described interfaces that are not on the list.
pub(crate) fn restore_from(ns: &Namespace, descriptions: Vec<(Link, InterfaceConfig)>) -> Result<Restored> {
    let _pass = ns.netns.enter()?;
    let mut restored = match ns.registry.journal() {
        Some(_) => restore::restore(ns)?,
        None => Restored::default(),
    };
    let mut missing = Vec::new();
    for (link, config) in descriptions {
        let source = link.source;
        let again = missing.iter().any(|(other, _): &(Link, InterfaceConfig)| other.source == source);
        let checked = if again { Err(described_twice(source)) } else { add::validate(&link, &config) };
        match (checked, ns.interface(source.as_bytes())) {
            (Err(error), _) => restored.failed.push(context(ns, source, error)),
            (Ok(()), Err(_)) => missing.push((link, config)),
            // The links of journalled interfaces were found and announced just now.
            (Ok(()), Ok(_)) if restored.interfaces.iter().any(|other| other.source_name() == source) => {}
            (Ok(()), Ok(interface)) => match interface.announce(config.announce) {
                Ok(()) => restored.interfaces.push(interface),
                Err(error) => restored.failed.push(context(ns, source, error)),
            },
        }
    }
    if !missing.is_empty() {
        find(ns, masters_first(missing), &mut restored)?;
    }
    Ok(restored)
}

/// Puts the interfaces on the list whose links are found.
fn find(ns: &Namespace, missing: Vec<(Link, InterfaceConfig)>, restored: &mut Restored) -> Result<()> {
    let listed: Vec<(IfName, IfIndex)> =
        ns.interfaces()?.iter().map(|interface| (interface.source_name(), interface.index())).collect();
    let descriptions: Vec<Description> = missing.iter().map(|(link, config)| describe(ns, link, config)).collect();
    let candidates = candidates(ns)?;
    let found = match_links(&descriptions, &candidates, listed);
    for (((wanted, config), description), found) in missing.iter().zip(&descriptions).zip(found) {
        let index = match found {
            Match::One(index) => index,
            other => {
                let error = context(ns, wanted.source, unmatched(description, &other));
                restored.unmatched.push((wanted.source, error));
                continue;
            }
        };
        let link = candidates.iter().map(|candidate| &candidate.link).find(|link| link.index == index);
        match link.map(|link| enlist(ns, wanted, config, link)) {
            Some(Ok(interface)) => restored.interfaces.push(interface),
            Some(Err(error)) => restored.failed.push(context(ns, wanted.source, error)),
            None => {}
        }
    }
    Ok(())
}

/// Orders ports behind the masters that they name.
fn masters_first(mut pending: Vec<(Link, InterfaceConfig)>) -> Vec<(Link, InterfaceConfig)> {
    let mut ordered = Vec::new();
    loop {
        let sources: Vec<IfName> = pending.iter().map(|(link, _)| link.source).collect();
        let (now, later): (Vec<_>, Vec<_>) =
            pending.into_iter().partition(|(_, config)| config.master.is_none_or(|master| !sources.contains(&master)));
        // The rest name one another in a circle.
        let done = now.is_empty() || later.is_empty();
        ordered.extend(now);
        if done {
            ordered.extend(later);
            return ordered;
        }
        pending = later;
    }
}

fn describe(ns: &Namespace, link: &Link, config: &InterfaceConfig) -> Description {
    Description {
        source: link.source,
        naming: config.naming(ns),
        kind: link.origin.kind(),
        mac: config.mac,
        addresses: config.addresses.iter().map(|address| address.prefix().address()).collect(),
        master: config.master,
    }
}

/// Returns all links of the namespace, with their addresses.
fn candidates(ns: &Namespace) -> Result<Vec<Candidate>> {
    let links = ops::link::all(&ns.netns)?;
    let mut addresses: HashMap<IfIndex, Vec<IpAddr>> = HashMap::new();
    for (address, _) in ops::address::all(&ns.netns, None)? {
        addresses.entry(address.index).or_default().push(address.prefix.address());
    }
    let candidate = |link: LinkInfo| Candidate { addresses: addresses.remove(&link.index).unwrap_or_default(), link };
    Ok(links.into_iter().map(candidate).collect())
}

/// Puts an interface on the list and into the journal, and announces it.
fn enlist(ns: &Namespace, wanted: &Link, config: &InterfaceConfig, link: &LinkInfo) -> Result<Interface> {
    let reservation = ns.registry.reserve(wanted.source)?;
    let origin = origin(ns, wanted, config, link)?;
    let present = InterfaceRecord {
        serial: if ns.registry.journal().is_some() { random() } else { 0 },
        index: link.index,
        name: link.name,
        identity: Identity::of(link),
        // The attributes before the add are unknown: a removal has nothing to restore.
        changes: Requested { mac: None, mtu: None, tx_queue_len: None, alias: None, ..config.changes(&origin) },
        origin,
    };
    let entry = || Entry::present(ns.netns.reference(), wanted.source, &present, config.announce.parts());
    drop(JournalGuard::begin(ns.registry.journal(), entry)?);
    let (record, present) = reservation.commit(present);
    let interface = Interface::new(ns.clone(), record, present);
    interface.announce_on(link.clone(), config.announce);
    Ok(interface)
}

/// Returns where a removal takes the link, and what it restores there.
///
/// The state before the add is unknown. It is taken to be the present state, except for the name and the requests of the add.
fn origin(ns: &Namespace, wanted: &Link, config: &InterfaceConfig, link: &LinkInfo) -> Result<Origin> {
    let before = |moved: bool| {
        let now = snapshot::take(&ns.netns, &link.name, [])?;
        if now.link.index != link.index {
            return Err(Error::new(ErrorKind::NotFound, format!("its link {} is gone", link.name)));
        }
        let body = link::body_before(&now.body, &wanted.source, !moved && now.link.is_up());
        let link = LinkInfo::parse(&body);
        let link = link.ok_or_else(|| Error::new(ErrorKind::Kernel, "what the kernel says of it is unusable"))?;
        // A move would have lost them, except for the addresses that move with the link.
        let kept = |bodies: Vec<Vec<u8>>, survives: bool, is_ours: &dyn Fn(&[u8]) -> bool| {
            bodies.into_iter().filter(|body| survives && !is_ours(body)).collect::<Vec<_>>()
        };
        let addresses = kept(now.addresses, !moved || config.keep_addresses, &|body| is_address_of(config, body));
        Ok::<_, Error>(Box::new(Snapshot {
            master_name: None,
            addresses: addresses.iter().map(|body| relabelled(body, &now.link.name, &link.name)).collect(),
            link,
            body,
            routes: kept(now.routes, !moved, &|body| is_route_of(config, body)),
            neighbours: kept(now.neighbours, !moved, &|_| false),
            next_hops: kept(now.next_hops, !moved, &|_| false),
            settings: Vec::new(),
        }))
    };
    Ok(match &wanted.origin {
        LinkSource::Existing(home) if home.id() != ns.id() => {
            let snapshot = before(true)?;
            Origin::Moved { home: Arc::clone(home), index: snapshot.link.index, snapshot }
        }
        LinkSource::Existing(_) | LinkSource::InPlace => Origin::InPlace { snapshot: before(false)? },
        LinkSource::Created(kind) => Origin::Created { kind: kind.name().as_bytes().to_vec(), beside: None },
    })
}

fn is_address_of(config: &InterfaceConfig, body: &[u8]) -> bool {
    AddressInfo::parse(body).is_some_and(|found| config.all_addresses().any(|address| address == found.prefix))
}

fn is_route_of(config: &InterfaceConfig, body: &[u8]) -> bool {
    let owned = |route: &RouteInfo| route.protocol == PROTOCOL && route.is_as_added_on_link();
    RouteInfo::parse(body).filter(owned).is_some_and(|route| config.routes.contains(&route.destination.network()))
}

fn unmatched(description: &Description, found: &Match) -> Error {
    let mut facts: Vec<String> = description.addresses.iter().map(ToString::to_string).collect();
    match description.naming {
        Naming::Exact(name) => facts.push(format!("the name {name}")),
        Naming::Keep => facts.push(format!("the name {}", description.source)),
        Naming::Prefix(prefix) if facts.is_empty() => facts.push(format!("a name with the prefix {prefix}")),
        Naming::Prefix(_) => {}
    }
    let facts = facts.join(" or ");
    match found {
        Match::Several(names) => {
            let names = names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            Error::new(ErrorKind::InvalidArgument, format!("several links have {facts}: {names}"))
        }
        _ => Error::new(ErrorKind::NotFound, format!("no link has {facts}")),
    }
}

fn described_twice(source: IfName) -> Error {
    Error::new(ErrorKind::Exists, format!("{source} is from_config twice"))
}

fn context(ns: &Namespace, source: IfName, error: Error) -> Error {
    error.context(format!("restore {source} in {ns}"))
}
