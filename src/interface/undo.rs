//! Putting a link back as it was.
//!
//! One description, the snapshot, and one way: look at what is, and change what differs. It does not
//! matter how far the add had come.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use super::rename::rename;
use crate::error::{Error, ErrorKind, Result};
use crate::namespace::NetNs;
use crate::namespace::record::{Bridge, Changes, Identity, Snapshot};
use crate::ops;
use crate::types::{Family, IfIndex, MacAddr, Prefix, Setting};
use crate::wire::address::{self, AddressInfo};
use crate::wire::link::{self, LinkInfo};
use crate::wire::neighbour;
use crate::wire::next_hop;
use crate::wire::request::Request;
use crate::wire::route::{self, PROTOCOL, RouteInfo};

/// What is where, when not everything could be put back.
#[derive(Debug)]
pub(super) enum Left {
    /// Somebody else deleted the link.
    Gone(String),
    /// Putting it back failed.
    Failed(String),
}

impl Left {
    /// What came of putting two things back.
    pub(super) fn join(
        one: std::result::Result<(), Self>,
        other: std::result::Result<(), Self>,
    ) -> std::result::Result<(), Self> {
        match (one, other) {
            (Ok(()), result) | (result, Ok(())) => result,
            (Err(Self::Gone(one)), Err(Self::Gone(other))) => Err(Self::Gone(format!("{one}; {other}"))),
            (Err(one), Err(other)) => Err(Self::Failed(format!("{}; {}", one.into_text(), other.into_text()))),
        }
    }

    /// What is where.
    fn into_text(self) -> String {
        let (Self::Gone(what) | Self::Failed(what)) = self;
        what
    }

    /// Adds it to the error that made putting things back necessary.
    pub(super) fn add_to(self, error: Error) -> Error {
        match self {
            Self::Gone(what) => error.with_left(what),
            Self::Failed(what) => error.with_kind(ErrorKind::UndoFailed).with_left(what),
        }
    }

    /// As an error of a step, for which other things are going to be put back.
    pub(super) fn into_error(self) -> Error {
        Error::new(ErrorKind::Kernel, self.into_text())
    }
}

/// An error, and what came of putting things back.
pub(super) fn combine(error: Error, undone: std::result::Result<(), Left>) -> Error {
    match undone {
        Ok(()) => error,
        Err(left) => left.add_to(error),
    }
}

/// What could not be put back, collected so that one failure does not keep the rest from being tried.
#[derive(Debug, Default)]
struct Problems(Vec<String>);

impl Problems {
    fn note(&mut self, doing: impl fmt::Display, result: Result<()>) {
        if let Err(error) = result {
            self.0.push(format!("{doing}: {error}"));
        }
    }

    fn into_result(self, place: impl fmt::Display) -> std::result::Result<(), Left> {
        if self.0.is_empty() { Ok(()) } else { Err(Left::Failed(format!("{place}, {}", self.0.join(", ")))) }
    }
}

/// Brings a link back to the namespace that a snapshot was taken in, from where it may have been moved
/// to, and makes it there what it was. `mac` is another one that it may have been given there, and `note` is told
/// each index at home before it is tried.
pub(super) fn bring_home(
    home: &NetNs,
    snapshot: &Snapshot,
    away: &NetNs,
    index: IfIndex,
    mac: Option<MacAddr>,
    mut note: impl FnMut(IfIndex),
) -> std::result::Result<(), Left> {
    let was = &snapshot.link;
    let identity = Identity::of(was);
    let is_it =
        |link: &LinkInfo| identity.fits(link) || (identity.resembles(link) && (link.mac == was.mac || link.mac == mac));
    let lookup = |netns: &NetNs, index| {
        ops::link::find(netns, index).map_err(|error| Left::Failed(format!("{} is not found: {error}", was.name)))
    };
    // Home first: as long as it is there, what has its index over there is another link.
    if lookup(home, was.index)?.is_some_and(|link| identity.fits(&link)) {
        return Ok(());
    }
    // Before Linux 5.13 a move that failed may have given it another index, and left it its name.
    let same = |link: &LinkInfo| is_it(link) && link.mac.is_some() && (link.mac == was.mac || link.mac == mac);
    let strayed = || ops::link::find_by_name(away, &was.name).ok().flatten().filter(same);
    let Some(found) = lookup(away, index)?.filter(is_it).or_else(strayed) else {
        return Err(gone(was));
    };
    log::debug!("move {} back from {away} to {home} as {}", found.name, was.name);
    let mut index = was.index;
    let moved = ops::link::relocate(away, found.index, home, was.name.as_bytes(), index, |attempt| {
        index = attempt;
        note(attempt);
        Ok(())
    });
    if let Err(error) = moved {
        let find = |netns: &NetNs, index| ops::link::find(netns, index).ok().flatten().filter(is_it);
        let place = match (find(home, index), find(away, found.index)) {
            (Some(link), _) => format!("in {home} as {} ({index})", link.name),
            (None, Some(link)) => format!("in {away} as {} ({})", link.name, link.index),
            (None, None) if error.kind() == ErrorKind::NotFound => return Err(gone(was)),
            (None, None) => format!("neither in {home} nor in {away}"),
        };
        return Err(Left::Failed(format!("{} is {place}: {error}", was.name)));
    }
    match arrived(home, index, was) {
        Ok(index) => rebuild(home, index, snapshot, true),
        // Somebody has deleted it just now.
        Err(error) if error.kind() == ErrorKind::NotFound => Err(gone(was)),
        Err(error) => Err(Left::Failed(format!("{} is not found in {home} after its move: {error}", was.name))),
    }
}

/// The index of a link that was moved home, under its name. Kernels before 5.13 do not heed the one that was asked for.
pub(super) fn arrived(home: &NetNs, index: IfIndex, was: &LinkInfo) -> Result<IfIndex> {
    match ops::link::find(home, index)?.filter(|link| link.name == was.name) {
        Some(link) => Ok(link.index),
        None => Ok(ops::link::by_name(home, &was.name)?.index),
    }
}

fn gone(link: &LinkInfo) -> Left {
    Left::Gone(format!("{} no longer exists", link.name))
}

/// Makes a link that is in its namespace under its name what a snapshot says. When `exact`, addresses that
/// the snapshot lacks are taken away.
pub(super) fn rebuild(
    netns: &NetNs,
    index: IfIndex,
    snapshot: &Snapshot,
    exact: bool,
) -> std::result::Result<(), Left> {
    let was = &snapshot.link;
    let place = format!("{} is in {netns}", was.name);
    let mut problems = Problems::default();
    let is = match ops::link::get(netns, index) {
        Ok(is) => {
            // An earlier try may have left addresses, which do not get all of their routes when the link comes up.
            if exact && was.is_up() && !is.is_up() {
                problems.note("addresses", delete_extra_addresses(netns, index, &[]));
            }
            for (doing, request) in differences(&is, was) {
                log::debug!("put {doing} of {} in {netns} back", was.name);
                problems.note(doing, ops::link::change(netns, &request));
            }
            Some(is)
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(gone(was));
        }
        Err(error) => {
            problems.note("read it", Err(error));
            None
        }
    };
    write_settings(netns, &snapshot.settings, &mut problems);
    if let Some(is) = &is {
        let mut lost = Problems::default();
        write_ipv6_settings(netns, is, was, &mut lost);
        if exact {
            problems.0.append(&mut lost.0);
        } else {
            // It is home, if not with these.
            lost.0.iter().for_each(|problem| log::warn!("{place}, {problem}"));
        }
    }
    if let (Some(master), true) = (was.master, exact) {
        problems.note("master", ops::link::change(netns, &link::set_master(index, Some(master))));
        if let Some(port) = &was.port {
            // Those of some masters, such as VRFs, can only be read.
            let set = ops::link::change(netns, &link::set_port(index, port));
            let fixed = set.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotSupported);
            problems.note("port settings", if fixed { Ok(()) } else { set });
        }
    }
    if is.is_none_or(|is| is.is_up() != was.is_up()) {
        problems.note("admin state", ops::link::change(netns, &link::set_up(index, was.is_up())));
    }
    replay_all(netns, index, snapshot, &mut problems);
    if exact {
        problems.note("addresses", delete_extra_addresses(netns, index, &snapshot.addresses));
    }
    let result = problems.into_result(place);
    // Deleted by somebody meanwhile, which makes everything else fail.
    if result.is_err() && matches!(ops::link::find(netns, index), Ok(None)) { Err(gone(was)) } else { result }
}

/// The requests that make a link's own attributes what they were.
fn differences(is: &LinkInfo, was: &LinkInfo) -> Vec<(&'static str, Request)> {
    let mut requests = Vec::new();
    let mut set = |doing, attribute| requests.push((doing, link::set(is.index, &[attribute])));
    if let Some(mac) = was.mac.filter(|mac| is.mac != Some(*mac)) {
        set("MAC", link::mac_attribute(mac));
    }
    if is.mtu != was.mtu {
        set("mtu", link::mtu_attribute(was.mtu));
    }
    if is.tx_queue_len != was.tx_queue_len {
        set("txqueuelen", link::tx_queue_len_attribute(was.tx_queue_len));
    }
    if is.alias != was.alias {
        set("alias", link::alias_attribute(was.alias.as_deref().unwrap_or_default()));
    }
    let inet: Vec<(u16, u32)> = (1u16..)
        .zip(was.inet.iter().zip(&is.inet))
        .filter(|(_, (was, is))| was != is)
        .map(|(number, (was, _))| (number, *was))
        .collect();
    if !inet.is_empty() {
        set("IPv4 settings", link::inet_attribute(&inet));
    }
    requests
}

/// Makes a link's IPv6 settings what they were: a move leaves it with those that new links have.
fn write_ipv6_settings(netns: &NetNs, is: &LinkInfo, was: &LinkInfo, problems: &mut Problems) {
    let Some(had) = &was.inet6 else { return };
    // An MTU that was too small for IPv6 is another by now.
    let again = is.inet6.is_none().then(|| ops::link::get(netns, is.index).ok()).flatten();
    let has = again.as_ref().unwrap_or(is).inet6.as_ref();
    let differs = has.is_some_and(|has| (had.addr_gen_mode, had.token) != (has.addr_gen_mode, has.token));
    let generate = || match differs {
        true => ops::link::change(netns, &link::set(is.index, &[link::inet6_attribute(had)])),
        false => Ok(()),
    };
    // A token is refused while router advertisements are, which may be before the files are written or behind that.
    let generated = generate();
    for (file, value) in had.files_unlike(has) {
        let setting = Setting::ipv6(&was.name, file);
        let written = write_setting(netns, &setting, value.as_bytes());
        // This kernel does not have all.
        let missing = written.as_ref().is_err_and(|error| error.errno() == Some(libc::ENOENT));
        problems.note(&setting, if missing { Ok(()) } else { written });
    }
    problems.note("IPv6 address generation", generated.or_else(|_| generate()));
}

fn write_settings(netns: &NetNs, settings: &[(Setting, Vec<u8>)], problems: &mut Problems) {
    for (setting, value) in settings {
        problems.note(setting, write_setting(netns, setting, value));
    }
}

fn write_setting(netns: &NetNs, setting: &Setting, value: &[u8]) -> Result<()> {
    match ops::setting::write(netns, setting, value) {
        // Where there is no /proc to be had, none can be.
        Err(error) if error.kind() == ErrorKind::NotSupported => Ok(()),
        written => written.map(|_| ()),
    }
}

/// Sends the bodies back that describe a link's addresses, routes and neighbours.
fn replay_all(netns: &NetNs, index: IfIndex, snapshot: &Snapshot, problems: &mut Problems) {
    problems.note("addresses", replay_addresses(netns, index, &snapshot.addresses));
    let next_hops = snapshot.next_hops.iter().map(|body| next_hop::replay(body, index)).collect();
    problems.note("next-hop objects", replay(netns, next_hops));
    let routes = snapshot.routes.iter().map(|body| route::replay(body, snapshot.link.index, index)).collect();
    problems.note("routes", replay(netns, routes));
    let neighbours = snapshot.neighbours.iter().map(|body| neighbour::replay(body, index)).collect();
    problems.note("neighbours", replay(netns, neighbours));
}

/// Gives a link addresses back, in use at once, and then exactly as they were.
fn replay_addresses(netns: &NetNs, index: IfIndex, bodies: &[Vec<u8>]) -> Result<()> {
    replay(netns, address::in_order(bodies).map(|body| address::transplant(body, index)).collect())?;
    let was: Vec<(AddressInfo, Request)> =
        bodies.iter().filter_map(|body| Some((AddressInfo::parse(body)?, address::finish(body, index)?))).collect();
    if was.is_empty() {
        return Ok(());
    }
    let is = ops::address::all(netns, Some(index))?;
    let differs = |was: &AddressInfo| {
        is.iter().any(|(is, _)| is.prefix == was.prefix && is.goes_undetected() && !was.goes_undetected())
    };
    replay(netns, was.into_iter().filter(|(was, _)| differs(was)).map(|(_, request)| request).collect())
}

/// Sends requests until none of those that are refused gets any further: a route may need another one first.
/// What is there already is as it should be.
fn replay(netns: &NetNs, mut requests: Vec<Request>) -> Result<()> {
    loop {
        let mut refused = Vec::new();
        let mut first = None;
        for (number, error) in netns.batch(&requests, |_, _| {})? {
            if error.errno() != Some(libc::EEXIST) {
                refused.extend(requests.get(number).cloned());
                first.get_or_insert(error);
            }
        }
        match first {
            None => return Ok(()),
            Some(error) if refused.len() == requests.len() => return Err(error),
            Some(_) => requests = refused,
        }
    }
}

fn delete_extra_addresses(netns: &NetNs, index: IfIndex, bodies: &[Vec<u8>]) -> Result<()> {
    let wanted: Vec<AddressInfo> = bodies.iter().filter_map(|body| AddressInfo::parse(body)).collect();
    for (found, body) in ops::address::all(netns, Some(index))? {
        if wanted.iter().all(|wanted| wanted.prefix != found.prefix) {
            // A secondary one goes with its primary.
            absent_is_fine(ops::link::change(netns, &address::delete_exactly(&body)))?;
        }
    }
    Ok(())
}

/// Takes back what an add changed on a link that was in its namespace before, and nothing else. What that
/// costs the link of its other addresses and routes is put back as `kept` has them.
pub(super) fn in_place(
    netns: &NetNs,
    snapshot: &Snapshot,
    changes: &Changes,
    kept: &Snapshot,
) -> std::result::Result<(), Left> {
    let was = &snapshot.link;
    let index = was.index;
    let is = match ops::link::find(netns, index) {
        Ok(Some(is)) if Identity::of(was).resembles(&is) => is,
        Ok(_) => return Err(gone(was)),
        Err(error) => return Err(Left::Failed(format!("{} is not found: {error}", was.name))),
    };
    let mut problems = Problems::default();
    if is.name != was.name {
        if let Err(error) = rename(netns, index, &[was.name.as_bytes()]) {
            return Err(Left::Failed(format!("{} is in {netns} as {}: {error}", was.name, is.name)));
        }
    }
    // Even where the name is right: an undo that was interrupted gave it back.
    problems.note("labels", relabel(netns, index, &snapshot.addresses));
    let own = Own::of(snapshot, changes);
    for route in &own.routes {
        problems.note(route, absent_is_fine(ops::link::change(netns, &route::delete_on_link(index, *route))));
    }
    for address in &own.addresses {
        problems.note(address, absent_is_fine(ops::link::change(netns, &address::delete(index, *address))));
    }
    if changes.master && is.master != was.master {
        problems.note("master", ops::link::change(netns, &link::set_master(index, was.master)));
    }
    // What the add was not asked to change is none of its business.
    let was = LinkInfo {
        mac: if changes.mac { was.mac } else { is.mac },
        mtu: if changes.mtu { was.mtu } else { is.mtu },
        tx_queue_len: if changes.tx_queue_len { was.tx_queue_len } else { is.tx_queue_len },
        alias: if changes.alias { was.alias.clone() } else { is.alias.clone() },
        inet: is.inet.clone(),
        inet6: is.inet6.clone(),
        ..was.clone()
    };
    let undone = problems.into_result(format!("{} is in {netns}", was.name));
    let addresses = kept.addresses.iter().filter(|body| !own.has_address(body)).cloned().collect();
    let routes = kept.routes.iter().filter(|body| !own.has_route(body)).cloned().collect();
    let (neighbours, next_hops) = (kept.neighbours.clone(), kept.next_hops.clone());
    let goal = Snapshot { link: was, addresses, routes, neighbours, next_hops, ..snapshot.clone() };
    Left::join(undone, rebuild(netns, index, &goal, false))
}

/// What a link in place has to keep when an add on it is taken back later: what it has now and, of IPv6, what the
/// add took from it by turning that off, or changed by another MTU. Link-local addresses that the kernel has made since
/// are not kept.
pub(super) fn kept_since(before: &Snapshot, now: &Snapshot, changes: &Changes) -> Snapshot {
    let disabled = |snapshot: &Snapshot| snapshot.link.inet6.as_ref().is_some_and(|inet6| inet6.disabled);
    let ipv6_from = if disabled(now) && !disabled(before) { before } else { now };
    let is_ipv6 = |body: &&Vec<u8>| body.first().copied().map(i32::from) == Some(libc::AF_INET6);
    let is_automatic = |body: &&Vec<u8>| AddressInfo::parse(body).is_some_and(|address| address.prefix.is_link_local());
    let ipv6 = |snapshot: fn(&Snapshot) -> &Vec<Vec<u8>>| snapshot(ipv6_from).iter().filter(is_ipv6);
    let ipv4 = |snapshot: fn(&Snapshot) -> &Vec<Vec<u8>>| snapshot(now).iter().filter(|body| !is_ipv6(body));
    let automatic = before.addresses.iter().filter(is_ipv6).filter(is_automatic);
    let addresses = ipv4(|s| &s.addresses).chain(ipv6(|s| &s.addresses).filter(|body| !is_automatic(body)));
    let ipv6_routes = ipv6(|s| &s.routes).map(|body| route_before(before, body, changes));
    Snapshot {
        addresses: addresses.chain(automatic).cloned().collect(),
        routes: ipv4(|s| &s.routes).chain(ipv6_routes).cloned().collect(),
        ..now.clone()
    }
}

/// A route as it was before an add whose MTU has changed the route's own, or as it is.
pub(super) fn route_before<'a>(before: &'a Snapshot, is: &'a Vec<u8>, changes: &Changes) -> &'a Vec<u8> {
    let route = RouteInfo::parse(is).filter(|_| changes.mtu && route::has_mtu(is));
    before.routes.iter().find(|was| route.is_some() && RouteInfo::parse(was) == route).unwrap_or(is)
}

/// Of what an add asked for, what was not there before it.
struct Own {
    addresses: Vec<Prefix>,
    routes: Vec<Prefix>,
}

impl Own {
    fn of(before: &Snapshot, changes: &Changes) -> Self {
        let addresses: Vec<_> = before.addresses.iter().filter_map(|body| AddressInfo::parse(body)).collect();
        let routes: Vec<_> = before.routes.iter().filter_map(|body| RouteInfo::parse(body)).collect();
        let new_address = |address: &&Prefix| addresses.iter().all(|had| had.prefix != **address);
        let new_route = |route: &&Prefix| routes.iter().all(|had| had.destination != **route);
        Self {
            addresses: changes.addresses.iter().filter(new_address).copied().collect(),
            routes: changes.routes.iter().filter(new_route).copied().collect(),
        }
    }

    fn has_address(&self, body: &[u8]) -> bool {
        AddressInfo::parse(body).is_some_and(|address| self.addresses.contains(&address.prefix))
    }

    fn has_route(&self, body: &[u8]) -> bool {
        let ours = |route: &RouteInfo| route.protocol == PROTOCOL && route.gateway.is_none();
        RouteInfo::parse(body).filter(ours).is_some_and(|route| self.routes.contains(&route.destination))
    }
}

/// Gives a link that is in its namespace its name and everything else back that a snapshot says.
pub(super) fn put_back(netns: &NetNs, snapshot: &Snapshot) -> std::result::Result<(), Left> {
    let was = &snapshot.link;
    let renamed = match ops::link::find(netns, was.index) {
        Ok(Some(is)) if is.name == was.name => Ok(()),
        _ => rename(netns, was.index, &[was.name.as_bytes()]),
    };
    renamed.map_err(|error| Left::Failed(format!("{} is in {netns} with index {}: {error}", was.name, was.index)))?;
    // Even where the name is right: it may have been another one in between.
    let mut problems = Problems::default();
    problems.note("labels", relabel(netns, was.index, &snapshot.addresses));
    let relabelled = problems.into_result(format!("{} is in {netns}", was.name));
    Left::join(rebuild(netns, was.index, snapshot, true), relabelled)
}

/// Gives IPv4 addresses the labels back that the kernel rewrote as the link was renamed. That takes adding
/// them anew, and with them the routes that the kernel drops meanwhile.
fn relabel(netns: &NetNs, index: IfIndex, had: &[Vec<u8>]) -> Result<()> {
    let has = ops::address::all(netns, Some(index))?;
    let is_labelled = |body: &&Vec<u8>| address::label(body).is_some();
    let has: Vec<&Vec<u8>> = has.iter().map(|(_, body)| body).filter(is_labelled).collect();
    // Each with the label it had.
    let relabelled: Vec<&Vec<u8>> =
        has.iter().map(|now| had.iter().find(|was| address::differs_in_label(was, now)).unwrap_or(now)).collect();
    if relabelled == has {
        return Ok(());
    }
    let sources: Vec<IpAddr> = has.iter().filter_map(|body| Some(AddressInfo::parse(body)?.prefix.address())).collect();
    let routes = ops::route::hanging_on(netns, Family::Ipv4, index, &sources)?;
    for body in has.iter().rev() {
        absent_is_fine(ops::link::change(netns, &address::delete_exactly(body)))?;
    }
    replay(netns, relabelled.into_iter().map(|body| address::replay(body, index)).collect())?;
    replay(netns, routes.iter().map(|body| route::replay(body, index, index)).collect())
}

fn absent_is_fine(result: Result<()>) -> Result<()> {
    match result {
        Err(error)
            if matches!(
                error.errno(),
                Some(libc::EADDRNOTAVAIL | libc::ESRCH | libc::EAFNOSUPPORT | libc::EOPNOTSUPP)
            ) =>
        {
            Ok(())
        }
        result => result,
    }
}

/// Deletes a link that was made.
pub(super) fn delete(netns: &NetNs, index: IfIndex) -> std::result::Result<(), Left> {
    log::debug!("delete link {index} in {netns}");
    deleted(netns, index, ops::link::delete(netns, index))
}

/// Deletes links that were made, and tells what came of each.
pub(super) fn delete_all(netns: &NetNs, indexes: &[IfIndex]) -> Vec<std::result::Result<(), Left>> {
    log::debug!("delete {} links in {netns}", indexes.len());
    let Ok(links) = ops::link::read(netns, indexes) else {
        return indexes.iter().map(|index| delete(netns, *index)).collect();
    };
    let there: Vec<LinkInfo> = links.iter().filter_map(|link| link.as_ref().ok()).cloned().collect();
    let mut outcomes = ops::deletion::delete_all(netns, &there).into_iter();
    let outcome = |(link, index): (Result<LinkInfo>, &IfIndex)| {
        let outcome = link.and_then(|_| outcomes.next().unwrap_or(Ok(())));
        deleted(netns, *index, outcome)
    };
    links.into_iter().zip(indexes).map(outcome).collect()
}

/// Where a link is that could not be deleted. One that is gone is as good as deleted.
fn deleted(netns: &NetNs, index: IfIndex, outcome: Result<()>) -> std::result::Result<(), Left> {
    match outcome {
        Err(error) if error.errno() != Some(libc::ENODEV) => {
            Err(Left::Failed(format!("the link that was made is still in {netns} with index {index}: {error}")))
        }
        _ => Ok(()),
    }
}

/// Gives bridges back the MAC and MTU that the kernel changed when they got or lost a port. What is no bridge got the
/// index of one that is gone.
pub(super) fn bridges(bridges: &[(Arc<NetNs>, Bridge)]) -> std::result::Result<(), Left> {
    let mut problems = Problems::default();
    for (netns, was) in bridges {
        let Ok(Some(is)) = ops::link::find(netns, was.index) else { continue };
        if is.kind.as_deref() != Some(b"bridge") {
            continue;
        }
        if let Some(mac) = was.mac.filter(|mac| is.mac != Some(*mac)) {
            let request = link::set(was.index, &[link::mac_attribute(mac)]);
            problems.note(format_args!("MAC of {}", is.name), ops::link::change(netns, &request));
        }
        if is.mtu != was.mtu {
            let request = link::set(was.index, &[link::mtu_attribute(was.mtu)]);
            problems.note(format_args!("mtu of {}", is.name), ops::link::change(netns, &request));
        }
    }
    problems.into_result("everything is back but for")
}
