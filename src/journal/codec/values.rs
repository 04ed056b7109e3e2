//! Values of several words: written on one line of an entry, and read back.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::time::Duration;

use crate::journal::codec::{VERSION, Version};
use crate::journal::entry::BatchSlot;
use crate::journal::lines::{escape, unescape};
use crate::netns::{NamespaceId, NamespaceRef};
use crate::record::identity::Identity;
use crate::record::origin::Beside;
use crate::record::snapshot::{BridgeSnapshot, NetnsSetting};
use crate::types::{IfIndex, IfName, Prefix, Setting};

impl NamespaceRef {
    /// Returns as text the identity, the path or `-`, and the inode number or `-`.
    pub(super) fn to_text(&self) -> String {
        let path = self.path.as_deref().map_or_else(|| "-".to_owned(), |path| escape(path.as_os_str().as_bytes()));
        let inode = self.inode.map_or_else(|| "-".to_owned(), |inode| inode.to_string());
        format!("{} {path} {inode}", self.id)
    }
}

/// Reads a namespace, and returns the words after it.
pub(super) fn reference(version: Version, text: &str) -> Option<(NamespaceRef, Vec<&str>)> {
    let mut words = text.split(' ');
    let id = words.next()?.parse::<NamespaceId>().ok()?;
    // A path "-" would read as no path; paths here are absolute.
    let path = unless_dash(words.next()?, |path| Some(PathBuf::from(OsString::from_vec(unescape(path)?))))?;
    let inode = if version == VERSION { unless_dash(words.next()?, |inode| inode.parse().ok())? } else { None };
    Some((NamespaceRef { id, path, inode }, words.collect()))
}

/// Returns as text kind, hardware type, the index of the other end, and the MAC.
pub(super) fn identity_text(identity: &Identity) -> String {
    let kind = escape(identity.kind.as_deref().unwrap_or_default());
    let peer = identity.peer.map_or_else(|| "-".to_owned(), |peer| peer.to_string());
    let mac = identity.mac.map_or_else(|| "-".to_owned(), |mac| mac.to_string());
    format!("{kind} {} {peer} {mac}", identity.hardware)
}

pub(super) fn identity(name: &[u8], facts: &str) -> Option<Identity> {
    let words: Vec<&str> = facts.split(' ').collect();
    let [kind, hardware, peer, mac] = words[..] else { return None };
    Some(Identity {
        kind: Some(unescape(kind)?).filter(|kind| !kind.is_empty()),
        hardware: hardware.parse().ok()?,
        peer: unless_dash(peer, index)?,
        name: IfName::from_kernel(name)?,
        mac: unless_dash(mac, |mac| mac.parse().ok())?,
    })
}

/// Reads a value; `-` stands for none.
pub(super) fn unless_dash<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if text == "-" { Some(None) } else { parse(text).map(Some) }
}

/// Reads a setting of the link itself, so that no entry makes a restore write elsewhere.
pub(super) fn setting(text: &str, link: &IfName) -> Option<(Setting, Vec<u8>)> {
    let words: Vec<&str> = text.split(' ').collect();
    let [group, file, value] = words[..] else { return None };
    let setting = plain_setting(group, file)?;
    let parts: Vec<&[u8]> = setting.file.split(|byte| *byte == b'/').collect();
    let [b"conf" | b"neigh", of, _] = parts[..] else { return None };
    (of == link.as_bytes() && !is_for_all(of)).then_some((setting, unescape(value)?))
}

pub(super) fn beside(version: Version, text: &str) -> Option<Beside<NamespaceRef>> {
    let (netns, words) = reference(version, text)?;
    let [index, name] = words[..] else { return None };
    Some(Beside { netns, index: self::index(index)?, name: unless_dash(name, unescape)? })
}

/// Reads a setting of the namespace itself: below net.*, and not of a single link.
pub(super) fn netns_setting(text: &str) -> Option<NetnsSetting> {
    let words: Vec<&str> = text.split(' ').collect();
    let [group, file, before, asked] = words[..] else { return None };
    let setting = plain_setting(group, file)?;
    let mut parts = setting.file.split(|byte| *byte == b'/');
    let is_of_links = matches!(parts.next()?, b"conf" | b"neigh");
    if is_of_links && !parts.next().is_some_and(is_for_all) {
        return None;
    }
    Some(NetnsSetting { setting, before: unless_dash(before, unescape)?, asked: unescape(asked)? })
}

pub(super) fn is_for_all(name: &[u8]) -> bool {
    matches!(name, b"all" | b"default")
}

/// Reads the group and the file of a setting, which cannot lead out of the folder of settings.
pub(super) fn plain_setting(group: &str, file: &str) -> Option<Setting> {
    let group = String::from_utf8(unescape(group)?).ok()?;
    let file = unescape(file)?;
    let plain = |part: &[u8]| !part.is_empty() && !part.contains(&0) && part != b"." && part != b"..";
    let sound = plain(group.as_bytes()) && !group.contains('/') && file.split(|byte| *byte == b'/').all(plain);
    sound.then_some(Setting { group, file })
}

pub(super) fn bridge(version: Version, text: &str) -> Option<(NamespaceRef, BridgeSnapshot)> {
    let (namespace, words) = reference(version, text)?;
    let [at, mac, mtu, ref rest @ ..] = words[..] else { return None };
    let name = match rest {
        [] => None,
        [called] => Some(name(called)?),
        _ => return None,
    };
    let mac = unless_dash(mac, |mac| mac.parse().ok())?;
    Some((namespace, BridgeSnapshot { index: index(at)?, name, mac, mtu: mtu.parse().ok()? }))
}

pub(super) fn announce(text: &str) -> Option<(u8, Duration)> {
    let (count, millis) = text.split_once(' ')?;
    let (count, millis) = (count.parse().ok()?, millis.parse().ok()?);
    (count <= 3 && (100..=2000).contains(&millis)).then(|| (count, Duration::from_millis(millis)))
}

pub(super) fn place(text: &str) -> Option<BatchSlot> {
    let (batch, position) = text.split_once(' ')?;
    Some(BatchSlot { batch: number(batch)?, position: position.parse().ok()? })
}

/// Reads 16 hexadecimal digits.
pub(super) fn number(text: &str) -> Option<u64> {
    let digits = text.len() == 16 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    u64::from_str_radix(text, 16).ok().filter(|_| digits)
}

pub(super) fn name(text: &str) -> Option<IfName> {
    IfName::from_kernel(&unescape(text)?)
}

pub(super) fn index(text: &str) -> Option<IfIndex> {
    text.parse().ok()
}

pub(super) fn prefix(text: &str) -> Option<Prefix> {
    text.parse().ok()
}
