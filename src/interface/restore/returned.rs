//! Physical links that the kernel returned to the initial namespace, because their namespace has ended.

use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::interface::add::attach::{INTERIM, is_interim};
use crate::interface::remove::goal::{self, Terms};
use crate::interface::restore::homes::Homes;
use crate::interface::rollback::{self, Extent, RollbackError};
use crate::interface::witness::hardware;
use crate::journal::Entry;
use crate::netns::NetNs;
use crate::ops;
use crate::record::origin::Origin;
use crate::record::snapshot::Snapshot;
use crate::types::IfName;
use crate::wire::link::LinkInfo;

/// The initial namespace of processes (`PROC_PID_INIT_INO`): in any other one, /proc/1 is some process.
const INITIAL_PID_NAMESPACE: &[u8] = b"pid:[4026531836]";
const INITIAL: &str = "/proc/1/ns/net";

/// Outcome for a link whose namespace has ended.
pub(super) enum Returned {
    /// No physical link: it ended with its namespace.
    Ended,
    /// The link is home, as it was.
    Home,
    /// Somebody uses the link again, or has changed it since.
    InUse(String),
}

/// Restores a link that the kernel has returned, but only what is still as the inside left it.
///
/// # Errors
/// [`ErrorKind::Unverified`] when the link is not found, or cannot be moved on to where it came from.
pub(super) fn bring_home(entry: &Entry, homes: &mut Homes) -> Result<Returned> {
    let Origin::Moved { home, snapshot, .. } = &entry.origin else { return Ok(Returned::Ended) };
    if !snapshot.link.is_physical() {
        return Ok(Returned::Ended);
    }
    let initial = initial_namespace()?;
    let is_it = |link: &LinkInfo| hardware(link) == hardware(&snapshot.link);
    let not_found = || Error::new(ErrorKind::Unverified, "its link is not in the initial namespace");
    let link = ops::link::all(&initial)?.into_iter().find(is_it).ok_or_else(not_found)?;
    if is_in_use(&initial, entry, &snapshot.link, &link)? {
        return Ok(Returned::InUse(format!("{} in the initial namespace is in use again", link.name)));
    }
    if home.id == initial.id() {
        return finish(&initial, entry, snapshot, &link);
    }
    let home = homes.open(home).doing(|| format!("move {} on from the initial namespace", link.name))?;
    let name = Some(snapshot.link.name.as_bytes());
    ops::link::relocate(&initial, link.index, &home, name, snapshot.link.index, |_| Ok(()))?;
    let index = rollback::arrived(&home, snapshot.link.index, &snapshot.link)?;
    finish(&home, entry, snapshot, &ops::link::get(&home, index)?)
}

/// Gives returned links that have each other's old names interim names.
pub(super) fn step_aside(entries: &[&Entry]) -> Result<()> {
    let returned: Vec<(&Entry, &Snapshot)> = entries
        .iter()
        .filter_map(|entry| Some((*entry, entry.origin.snapshot().filter(|snapshot| snapshot.link.is_physical())?)))
        .collect();
    if returned.len() < 2 {
        return Ok(());
    }
    let initial = initial_namespace()?;
    for link in ops::link::all(&initial)? {
        let is_it = |(_, snapshot): &&(&Entry, &Snapshot)| hardware(&link) == hardware(&snapshot.link);
        let Some((entry, own)) = returned.iter().find(is_it) else { continue };
        let is_wanted = returned.iter().any(|(_, other)| other.link.name == link.name && link.name != own.link.name);
        if is_wanted && has_kernels_name(entry, &link) && !is_in_use(&initial, entry, &own.link, &link)? {
            ops::link::rename(&initial, link.index, INTERIM)?;
        }
    }
    Ok(())
}

/// Returns whether a link has the name that the kernel, or an interrupted restore, gave it.
fn has_kernels_name(entry: &Entry, link: &LinkInfo) -> bool {
    link.name.completes(b"dev%d") || link.name.as_bytes() == entry.name || is_interim(&link.name)
}

/// Returns whether somebody has taken the link over since: the kernel does not change what the inside left.
fn is_in_use(initial: &NetNs, entry: &Entry, was: &LinkInfo, link: &LinkInfo) -> Result<bool> {
    let inside = entry.identity.as_ref().and_then(|identity| identity.mac);
    let is_changed = inside.is_some_and(|mac| link.mac != Some(mac) && link.mac != was.own_mac())
        || (entry.changes.mtu.is_none() && link.mtu != was.mtu);
    Ok(is_changed || link.is_up() || !ops::address::all(initial, Some(link.index))?.is_empty())
}

fn finish(netns: &NetNs, entry: &Entry, snapshot: &Snapshot, link: &LinkInfo) -> Result<Returned> {
    let name = rename(netns, entry, &snapshot.link, link)?;
    let mut goal = goal::of(netns, snapshot, Some(link.index), Terms::default())?;
    // The files of its settings bear its name.
    goal.link.name = name;
    goal.settings.iter_mut().for_each(|(setting, _)| *setting = setting.of_interface(&name));
    rollback::rebuild(netns, link.index, &goal, Extent::Removal).map_err(RollbackError::into_error)?;
    Ok(Returned::Home)
}

/// Gives the link its old name, unless somebody renamed the link or has that name. Returns the name that the link has then.
fn rename(netns: &NetNs, entry: &Entry, was: &LinkInfo, link: &LinkInfo) -> Result<IfName> {
    if link.name == was.name || !has_kernels_name(entry, link) {
        return Ok(link.name);
    }
    match ops::link::rename(netns, link.index, was.name.as_bytes()) {
        Ok(()) => Ok(was.name),
        Err(error) if error.kind() == ErrorKind::NameTaken => {
            log::warn!("{} in {netns} keeps its name: {} is taken", link.name, was.name);
            Ok(link.name)
        }
        Err(error) => Err(error.context(format!("rename {} in {netns} to {}", link.name, was.name))),
    }
}

/// Opens the namespace that the kernel returns physical links to.
fn initial_namespace() -> Result<NetNs> {
    let pid_namespace = fs::read_link("/proc/self/ns/pid").doing(|| "find the initial namespace")?;
    if pid_namespace.as_os_str().as_bytes() != INITIAL_PID_NAMESPACE {
        let why = "which namespace is the initial one cannot be told in a PID namespace of one's own";
        return Err(Error::new(ErrorKind::Unverified, why));
    }
    let file = File::open(INITIAL).and_then(crate::sys::above_streams).doing(|| "open the initial namespace")?;
    NetNs::from_file(file.into(), "the initial namespace".to_owned())
}
