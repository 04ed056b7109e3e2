//! Finding a namespace again that only its identity is known of.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use super::NetNs;
use super::journal::NamespaceRef;
use super::pin::open_pin;
use crate::error::{Error, ErrorKind, Result};
use crate::types::printable_path;

/// The namespace: at its path, the current one, or wherever else it is to be found.
///
/// # Errors
/// [`ErrorKind::Namespace`] when it is nowhere to be found.
pub(crate) fn find(reference: &NamespaceRef) -> Result<NetNs> {
    let at = |path: &Path| open_as(path, reference);
    reference
        .path
        .as_deref()
        .and_then(at)
        .or_else(|| NetNs::current().ok().filter(|current| current.id() == reference.id))
        .or_else(|| candidates()?.iter().find_map(|path| at(path)))
        .ok_or_else(|| Error::new(ErrorKind::Namespace, format!("the namespace {reference} is not found")))
}

/// Whether a namespace is gone for certain: without /proc that is never certain.
pub(crate) fn is_gone(reference: &NamespaceRef) -> bool {
    candidates().is_some() && find(reference).is_err()
}

fn open_as(path: &Path, reference: &NamespaceRef) -> Option<NetNs> {
    let netns = NetNs::from_file(open_pin(path).ok()??, printable_path(path)).ok()?;
    (netns.id() == reference.id).then(|| netns.at(path))
}

/// A path for each namespace that a process is in or that is mounted; none when there is no /proc.
fn candidates() -> Option<Vec<PathBuf>> {
    let of_process = |entry: fs::DirEntry| Some(entry.path().join("ns/net")).filter(|path| path.exists());
    let processes = fs::read_dir("/proc").ok()?.filter_map(|entry| of_process(entry.ok()?));
    let mounts = fs::read_to_string("/proc/self/mountinfo").ok()?;
    let mounted = mounts.lines().filter_map(pin_of).map(PathBuf::from);
    let mut seen = BTreeSet::new();
    let first = |path: &PathBuf| fs::metadata(path).is_ok_and(|file| seen.insert((file.dev(), file.ino())));
    Some(mounted.chain(processes).filter(first).collect())
}

/// Where a line of mountinfo (proc_pid_mountinfo(5)) has a network namespace pinned.
fn pin_of(line: &str) -> Option<&str> {
    let mut fields = line.split(' ').skip(3);
    fields.next().filter(|root| root.starts_with("net:["))?;
    fields.next()
}
