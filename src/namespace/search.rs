//! Finding a namespace again that only its identity is known of.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;
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

/// Whether a namespace that was pinned is gone. One that was on no path can be open in a process without
/// being found, and without /proc nothing is certain.
pub(crate) fn is_gone(reference: &NamespaceRef) -> bool {
    reference.path.is_some() && is_nowhere(reference)
}

/// Whether no process is in a namespace and it is pinned nowhere.
pub(super) fn is_nowhere(reference: &NamespaceRef) -> bool {
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
    let mounts = fs::read("/proc/self/mountinfo").ok()?;
    let mounted = mounts.split(|byte| *byte == b'\n').filter_map(pin_of);
    let mut seen = BTreeSet::new();
    let first = |path: &PathBuf| fs::metadata(path).is_ok_and(|file| seen.insert((file.dev(), file.ino())));
    Some(mounted.chain(processes).filter(first).collect())
}

/// Where a line of mountinfo (proc_pid_mountinfo(5)) has a network namespace pinned.
fn pin_of(line: &[u8]) -> Option<PathBuf> {
    let mut fields = line.split(|byte| *byte == b' ').skip(3);
    fields.next().filter(|root| root.starts_with(b"net:["))?;
    Some(PathBuf::from(OsString::from_vec(unescape(fields.next()?))))
}

/// Undoes the kernel's way of writing white space and backslashes: a backslash and three octal digits.
fn unescape(field: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = field;
    while let Some((byte, behind)) = rest.split_first() {
        let escaped = match rest {
            [b'\\', digits @ ..] => digits.split_at_checked(3).and_then(|(digits, behind)| {
                let value = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()?;
                Some((value, behind))
            }),
            _ => None,
        };
        let (byte, behind) = escaped.unwrap_or((*byte, behind));
        bytes.push(byte);
        rest = behind;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_found_whatever_its_path() {
        let line = |path: &str| format!("36 35 0:4 net:[4026532177] {path} rw shared:2 - nsfs nsfs rw").into_bytes();
        assert_eq!(pin_of(&line("/run/netns/a\\040b\\134\\")), Some(PathBuf::from("/run/netns/a b\\\\")));
        assert_eq!(pin_of(b"36 35 0:4 / /run rw - tmpfs tmpfs rw"), None);
        assert_eq!(pin_of(b""), None);
    }
}
