//! An entry as text, as docs/journal.md has it.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::time::Duration;

use crate::error::{ErrorKind, Result};
use crate::journal::entry::{BatchSlot, Entry, Stage};
use crate::journal::lines::{Reader, Writer, escape, field, hex, invalid, unescape, unhex};
use crate::netns::NamespaceId;
use crate::netns::NamespaceRef;
use crate::record::identity::Identity;
use crate::record::interface::Requested;
use crate::record::origin::{Beside, Origin};
use crate::record::snapshot::{Bridge, Snapshot};
use crate::types::{IfIndex, IfName, Prefix, Setting};
use crate::wire::link::LinkInfo;

/// The first line: the format and its version. An entry is of the oldest that can say what it says, so that older
/// programs can read as many as possible.
const FORMAT: &str = "netgraft-journal";
const VERSION: &str = "1";
/// With `list`, `next-hop`, `port-of`, `beside`, `keep-addresses`, or the name of a `bridge`.
const VERSION_2: &str = "2";

impl Entry {
    /// The oldest version that can say it.
    fn version(&self) -> &'static str {
        let is_origin_new = match &self.origin {
            Origin::Moved { snapshot, .. } | Origin::InPlace { snapshot } => {
                !snapshot.next_hops.is_empty() || snapshot.master_name.is_some()
            }
            Origin::Created { beside, .. } => beside.is_some(),
        };
        let names_bridges = self.bridges.iter().any(|(_, bridge)| bridge.name.is_some());
        let is_new = self.place.is_some() || is_origin_new || self.changes.keep_addresses || names_bridges;
        if is_new { VERSION_2 } else { VERSION }
    }

    /// The entry as text.
    pub(crate) fn to_text(&self) -> String {
        let mut text = Writer::default();
        text.line(FORMAT, self.version());
        text.line("stage", self.stage.as_str());
        if let Some(boot) = &self.boot {
            text.line("boot", escape(boot.as_bytes()));
        }
        text.line("namespace", self.namespace.to_text());
        text.line("source", escape(self.source.as_bytes()));
        if let Some(place) = self.place {
            text.line("list", format_args!("{:016x} {}", place.list, place.position));
        }
        text.line("index", self.index);
        text.line("name", escape(&self.name));
        if let Some(identity) = &self.identity {
            text.line("is", identity_text(identity));
        }
        match &self.origin {
            Origin::Created { kind, beside } => {
                text.line("created", escape(kind));
                if let Some(Beside { netns, index, name }) = beside {
                    let name = name.as_ref().map_or_else(|| "-".to_owned(), |name| escape(name));
                    text.line("beside", format_args!("{} {index} {name}", netns.to_text()));
                }
            }
            Origin::InPlace { snapshot } => {
                text.line("in-place", "");
                write_snapshot(&mut text, snapshot);
            }
            Origin::Moved { home, index, snapshot } => {
                text.line("moved", format_args!("{} {index}", home.to_text()));
                write_snapshot(&mut text, snapshot);
            }
        }
        let changes = &self.changes;
        for (name, changed) in [
            ("mac", changes.mac),
            ("mtu", changes.mtu),
            ("txqueuelen", changes.tx_queue_len),
            ("alias", changes.alias),
            ("master", changes.master),
        ] {
            if changed {
                text.line("set", name);
            }
        }
        if changes.keep_addresses {
            text.line("keep-addresses", "");
        }
        changes.addresses.iter().for_each(|address| text.line("add-address", address));
        changes.routes.iter().for_each(|route| text.line("add-route", route));
        text.line("announce", format_args!("{} {}", self.announce_count, self.announce_interval.as_millis()));
        for (namespace, bridge) in &self.bridges {
            let mac = bridge.mac.map_or_else(|| "-".to_owned(), |mac| mac.to_string());
            let name = bridge.name.map(|name| format!(" {}", escape(name.as_bytes()))).unwrap_or_default();
            text.line("bridge", format_args!("{} {} {mac} {}{name}", namespace.to_text(), bridge.index, bridge.mtu));
        }
        text.finish()
    }

    /// Reads an entry, strictly.
    ///
    /// # Errors
    /// [`ErrorKind::NotSupported`] when it is whole, but of a version that is not known here.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut lines = Reader::new(text)?;
        let version = lines.required(FORMAT)?;
        if ![VERSION, VERSION_2].contains(&version) {
            let problem = format!("it is of version {}, which this program does not know", version.escape_debug());
            return Err(invalid(&problem).with_kind(ErrorKind::NotSupported));
        }
        let stage = field("stage", Stage::parse(lines.required("stage")?))?;
        let boot = |word| String::from_utf8(unescape(word)?).ok();
        let boot = lines.optional("boot").map(|word| field("boot", boot(word))).transpose()?;
        let namespace = lines.required("namespace")?.split_once(' ');
        let namespace = field("namespace", namespace.and_then(|(id, path)| NamespaceRef::parse(id, path)))?;
        let source = field("source", name(lines.required("source")?))?;
        let place = lines.optional("list").map(|text| field("list", place(text))).transpose()?;
        let index = field("index", index(lines.required("index")?))?;
        let name = field("name", unescape(lines.required("name")?))?;
        let identity = lines.optional("is").map(|facts| field("is", identity(&name, facts))).transpose()?;
        if stage == Stage::Present && identity.is_none() {
            return Err(invalid("\"is\" is missing"));
        }
        let origin = if let Some(kind) = lines.optional("created") {
            let beside = lines.optional("beside").map(|text| field("beside", beside(text))).transpose()?;
            Origin::Created { kind: field("created", unescape(kind))?, beside }
        } else if let Some(nothing) = lines.optional("in-place") {
            field("in-place", nothing.is_empty().then_some(()))?;
            Origin::InPlace { snapshot: Box::new(read_snapshot(&mut lines)?) }
        } else {
            let moved = lines.required("moved")?;
            let words: Vec<&str> = moved.split(' ').collect();
            let [id, path, at] = words[..] else { return Err(invalid("the value of \"moved\" is malformed")) };
            let home = field("moved", NamespaceRef::parse(id, path))?;
            let index = field("moved", self::index(at))?;
            Origin::Moved { home, index, snapshot: Box::new(read_snapshot(&mut lines)?) }
        };
        let changes = Requested {
            mac: lines.flag("set mac"),
            mtu: lines.flag("set mtu"),
            tx_queue_len: lines.flag("set txqueuelen"),
            alias: lines.flag("set alias"),
            master: lines.flag("set master"),
            ..Requested::default()
        };
        let changes = Requested {
            keep_addresses: lines.flag("keep-addresses "),
            addresses: lines.many("add-address", prefix)?,
            routes: lines.many("add-route", prefix)?,
            ..changes
        };
        let (announce_count, announce_interval) = field("announce", announce(lines.required("announce")?))?;
        let bridges = lines.many("bridge", bridge)?;
        lines.finish()?;
        let entry = Self {
            stage,
            boot,
            namespace,
            source,
            place,
            index,
            name,
            identity,
            origin,
            changes,
            announce_count,
            announce_interval,
            bridges,
        };
        if version == entry.version() { Ok(entry) } else { Err(invalid("its version is not the oldest possible")) }
    }
}

impl Stage {
    fn as_str(self) -> &'static str {
        match self {
            Self::Adding => "adding",
            Self::Undoing => "undoing",
            Self::Present => "present",
            Self::Removing => "removing",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::Adding, Self::Undoing, Self::Present, Self::Removing].into_iter().find(|stage| stage.as_str() == text)
    }
}

impl NamespaceRef {
    /// The identity, and the path or `-`.
    fn to_text(&self) -> String {
        let path = self.path.as_deref().map_or_else(|| "-".to_owned(), |path| escape(path.as_os_str().as_bytes()));
        format!("{} {path}", self.id)
    }

    fn parse(id: &str, path: &str) -> Option<Self> {
        let path = match path {
            "-" => None,
            path => Some(PathBuf::from(OsString::from_vec(unescape(path)?))),
        };
        // A path that is spelt "-" would be taken for none; paths here are absolute.
        Some(Self { id: NamespaceId::parse(id)?, path })
    }
}

/// Kind, hardware type, the other end's index and the MAC.
fn identity_text(identity: &Identity) -> String {
    let kind = escape(identity.kind.as_deref().unwrap_or_default());
    let peer = identity.peer.map_or_else(|| "-".to_owned(), |peer| peer.to_string());
    let mac = identity.mac.map_or_else(|| "-".to_owned(), |mac| mac.to_string());
    format!("{kind} {} {peer} {mac}", identity.hardware)
}

fn identity(name: &[u8], facts: &str) -> Option<Identity> {
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

/// A value, or none where `-` stands.
fn unless_dash<T>(text: &str, parse: impl FnOnce(&str) -> Option<T>) -> Option<Option<T>> {
    if text == "-" { Some(None) } else { parse(text).map(Some) }
}

fn write_snapshot(text: &mut Writer, snapshot: &Snapshot) {
    text.line("link", hex(&snapshot.body));
    if let Some(master) = &snapshot.master_name {
        text.line("port-of", escape(master.as_bytes()));
    }
    snapshot.addresses.iter().for_each(|body| text.line("address", hex(body)));
    snapshot.routes.iter().for_each(|body| text.line("route", hex(body)));
    snapshot.neighbours.iter().for_each(|body| text.line("neighbour", hex(body)));
    snapshot.next_hops.iter().for_each(|body| text.line("next-hop", hex(body)));
    for (setting, value) in &snapshot.settings {
        let (group, file) = (escape(setting.group.as_bytes()), escape(&setting.file));
        text.line("setting", format_args!("{group} {file} {}", escape(value)));
    }
}

fn read_snapshot(lines: &mut Reader<'_>) -> Result<Snapshot> {
    let body = field("link", unhex(lines.required("link")?.as_bytes()))?;
    let bytes = |text: &str| unhex(text.as_bytes());
    Ok(Snapshot {
        link: field("link", LinkInfo::parse(&body))?,
        body,
        master_name: lines.optional("port-of").map(|text| field("port-of", name(text))).transpose()?,
        addresses: lines.many("address", bytes)?,
        routes: lines.many("route", bytes)?,
        neighbours: lines.many("neighbour", bytes)?,
        next_hops: lines.many("next-hop", bytes)?,
        settings: lines.many("setting", setting)?,
    })
}

fn setting(text: &str) -> Option<(Setting, Vec<u8>)> {
    let words: Vec<&str> = text.split(' ').collect();
    let [group, file, value] = words[..] else { return None };
    let group = String::from_utf8(unescape(group)?).ok()?;
    let file = unescape(file)?;
    // Only ever a file of an interface: a journal cannot make a restore write elsewhere.
    let plain = |part: &[u8]| !part.is_empty() && !part.contains(&0) && part != b"." && part != b"..";
    let parts: Vec<&[u8]> = file.split(|byte| *byte == b'/').collect();
    let sound =
        plain(group.as_bytes()) && !group.contains('/') && parts.len() == 3 && parts.iter().all(|part| plain(part));
    sound.then_some((Setting { group, file }, unescape(value)?))
}

fn beside(text: &str) -> Option<Beside<NamespaceRef>> {
    let words: Vec<&str> = text.split(' ').collect();
    let [id, path, index, name] = words[..] else { return None };
    let name = if name == "-" { None } else { Some(unescape(name)?) };
    Some(Beside { netns: NamespaceRef::parse(id, path)?, index: self::index(index)?, name })
}

fn bridge(text: &str) -> Option<(NamespaceRef, Bridge)> {
    let words: Vec<&str> = text.split(' ').collect();
    let [id, path, at, mac, mtu, ref rest @ ..] = words[..] else { return None };
    let name = match rest {
        [] => None,
        [called] => Some(name(called)?),
        _ => return None,
    };
    let mac = unless_dash(mac, |mac| mac.parse().ok())?;
    Some((NamespaceRef::parse(id, path)?, Bridge { index: index(at)?, name, mac, mtu: mtu.parse().ok()? }))
}

fn announce(text: &str) -> Option<(u8, Duration)> {
    let (count, millis) = text.split_once(' ')?;
    let (count, millis) = (count.parse().ok()?, millis.parse().ok()?);
    (count <= 3 && (100..=2000).contains(&millis)).then(|| (count, Duration::from_millis(millis)))
}

fn place(text: &str) -> Option<BatchSlot> {
    let (list, position) = text.split_once(' ')?;
    let digits = list.len() == 16 && list.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    let list = u64::from_str_radix(list, 16).ok().filter(|_| digits)?;
    Some(BatchSlot { list, position: position.parse().ok()? })
}

fn name(text: &str) -> Option<IfName> {
    IfName::from_kernel(&unescape(text)?)
}

fn index(text: &str) -> Option<IfIndex> {
    text.parse().ok().and_then(IfIndex::new)
}

fn prefix(text: &str) -> Option<Prefix> {
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::entry::tests::entry;

    #[test]
    fn reads_what_it_writes() {
        let moved = entry();
        let Origin::Moved { snapshot, .. } = moved.origin.clone() else { panic!() };
        let beside =
            Beside { netns: moved.namespace.clone(), index: IfIndex::LOOPBACK, name: Some(b"host 0%d".to_vec()) };
        let origins = [
            Origin::InPlace { snapshot: snapshot.clone() },
            Origin::Created { kind: b"veth".to_vec(), beside: Some(beside) },
        ];
        let identity = Identity { name: IfName::new("eth0").unwrap(), ..Identity::of(&snapshot.link) };
        let unknown = Identity { kind: None, peer: None, mac: None, ..identity.clone() };
        let others = origins.into_iter().zip([identity, unknown]).map(|(origin, identity)| Entry {
            origin,
            stage: Stage::Removing,
            boot: None,
            name: b"eth0".to_vec(),
            identity: Some(identity),
            bridges: vec![],
            place: Some(BatchSlot { list: 0xabc, position: 3 }),
            ..entry()
        });
        let keeping = Entry { changes: Requested { keep_addresses: true, ..moved.changes.clone() }, ..moved.clone() };
        let nameless = moved.bridges.iter().cloned().map(|(netns, bridge)| (netns, Bridge { name: None, ..bridge }));
        let nameless = Entry { bridges: nameless.collect(), ..moved.clone() };
        for entry in others.chain([moved, keeping, nameless]) {
            assert_eq!(Entry::parse(&entry.to_text()).unwrap(), entry);
        }
    }

    #[test]
    fn refuses_what_is_cut_swapped_or_added() {
        let text = entry().to_text();
        for end in (0..text.len()).step_by(7) {
            assert!(Entry::parse(&text[..end]).is_err());
        }
        let resealed = |lines: Vec<&str>| {
            let mut writer = Writer::default();
            for line in lines {
                let (key, value) = line.split_once(' ').unwrap();
                writer.line(key, value);
            }
            writer.finish()
        };
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("end ")).collect();
        assert!(Entry::parse(&resealed(lines.clone())).is_ok());
        for number in 0..lines.len() {
            let mut missing = lines.clone();
            let line = missing.remove(number);
            // Lists may be shorter, and the run of the kernel goes without saying below /run.
            let of_a_list = [
                "boot",
                "port-of",
                "address",
                "route",
                "neighbour",
                "next-hop",
                "setting",
                "set",
                "add-address",
                "add-route",
                "bridge",
            ];
            if !of_a_list.contains(&line.split(' ').next().unwrap()) {
                assert!(Entry::parse(&resealed(missing)).is_err(), "without {line}");
            }
            let mut twice = lines.clone();
            twice.insert(number, "unknown x");
            assert!(Entry::parse(&resealed(twice)).is_err());
        }
    }

    /// A program that knows version 1 alone can read all but what it could not do anything about, and tells the rest from
    /// what is torn.
    #[test]
    fn an_entry_is_of_the_oldest_version_that_can_say_it() {
        let (namespace, named) = entry().bridges.remove(0);
        let nameless = vec![(namespace, Bridge { name: None, ..named })];
        let created =
            Entry { origin: Origin::Created { kind: b"veth".to_vec(), beside: None }, bridges: nameless, ..entry() };
        let with_bridge = Entry { bridges: entry().bridges, ..created.clone() };
        let keeping = Entry { changes: Requested { keep_addresses: true, ..entry().changes }, ..created.clone() };
        let listed = Entry { place: Some(BatchSlot { list: 1, position: 0 }), ..created.clone() };
        let beside = Beside { netns: created.namespace.clone(), index: IfIndex::LOOPBACK, name: None };
        let with_beside =
            Entry { origin: Origin::Created { kind: b"veth".to_vec(), beside: Some(beside) }, ..created.clone() };
        let with_next_hops = entry();
        for (entry, version) in [
            (created, "1"),
            (keeping, "2"),
            (listed, "2"),
            (with_next_hops, "2"),
            (with_bridge, "2"),
            (with_beside, "2"),
        ] {
            let text = entry.to_text();
            assert!(text.starts_with(&format!("netgraft-journal {version}\n")), "{text}");
            for other in ["1", "2", "3", ""].iter().filter(|other| **other != version) {
                let lines = text.lines().filter(|line| !line.starts_with("end ")).skip(1);
                let mut resealed = Writer::default();
                resealed.line(FORMAT, other);
                lines.for_each(|line| resealed.line(line.split_once(' ').unwrap().0, line.split_once(' ').unwrap().1));
                let error = Entry::parse(&resealed.finish()).unwrap_err();
                let is_known = ["1", "2"].contains(other);
                assert_eq!(error.kind() == ErrorKind::NotSupported, !is_known, "{version} as {other}: {error}");
            }
        }
    }

    #[test]
    fn there_is_one_way_to_write_a_place() {
        assert_eq!(place("0000000000000abc 3"), Some(BatchSlot { list: 0xabc, position: 3 }));
        for bad in ["abc 3", "0000000000000ABC 3", "+000000000000abc 3", "0000000000000abc", "0000000000000abc -1"] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_setting_cannot_lead_elsewhere() {
        for bad in
            ["ipv6 conf%2f..%2fx 1", "ipv6 conf%2feth0 1", "..%2f.. a%2fb%2fc 1", ".. a%2fb%2fc 1", "ipv6 a%2f%2fc 1"]
        {
            assert_eq!(setting(bad), None, "{bad}");
        }
        assert!(setting("ipv6 conf%2feth0%2fdisable_ipv6 1").is_some());
    }
}
