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
use crate::record::snapshot::{BridgeSnapshot, NetnsSetting, Snapshot};
use crate::types::{IfIndex, IfName, Prefix, Setting};
use crate::wire::link::LinkInfo;

/// The first line: the format and its version.
const FORMAT: &str = "netgraft-journal";
/// The version that is written. Earlier ones are read.
const VERSION: Version = Version(3);

/// A version of the format. 2 has `list`, `next-hop`, `keep-addresses` and the name of a `bridge`; 3 has `serial`,
/// `netns-setting` and the inode numbers of namespaces, calls a list a batch, and keeps what was asked for with its values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32);

impl Entry {
    /// The entry as text.
    pub(crate) fn to_text(&self) -> String {
        let mut text = Writer::default();
        text.line(FORMAT, VERSION.0);
        text.line("stage", self.stage.as_str());
        if let Some(boot) = &self.boot {
            text.line("boot", escape(boot.as_bytes()));
        }
        text.line("namespace", self.namespace.to_text());
        text.line("source", escape(self.source.as_bytes()));
        text.line("serial", format_args!("{:016x}", self.serial));
        if let Some(place) = self.place {
            text.line("batch", format_args!("{:016x} {}", place.batch, place.position));
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
        write_attributes(&mut text, changes);
        if changes.keep_addresses {
            text.line("keep-addresses", "");
        }
        changes.addresses.iter().for_each(|address| text.line("add-address", address));
        changes.routes.iter().for_each(|route| text.line("add-route", route));
        changes.vias.iter().for_each(|route| text.line("add-via", route));
        changes.rules.iter().for_each(|rule| text.line("add-rule", rule));
        for NetnsSetting { setting, before, asked } in &changes.netns_settings {
            let (group, file) = (escape(setting.group.as_bytes()), escape(&setting.file));
            let before = before.as_deref().map_or_else(|| "-".to_owned(), escape);
            text.line("netns-setting", format_args!("{group} {file} {before} {}", escape(asked)));
        }
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
        let told = lines.required(FORMAT)?;
        let version = match told {
            "1" => Version(1),
            "2" => Version(2),
            "3" => VERSION,
            _ => {
                let problem = format!("it is of version {}, which this program does not know", told.escape_debug());
                return Err(invalid(&problem).with_kind(ErrorKind::NotSupported));
            }
        };
        let stage = field("stage", Stage::parse(lines.required("stage")?))?;
        let boot = |word| String::from_utf8(unescape(word)?).ok();
        let boot = lines.optional("boot").map(|word| field("boot", boot(word))).transpose()?;
        let namespace = reference(version, lines.required("namespace")?).filter(|(_, rest)| rest.is_empty());
        let (namespace, _) = field("namespace", namespace)?;
        let source = field("source", name(lines.required("source")?))?;
        let serial = match version {
            VERSION => field("serial", number(lines.required("serial")?))?,
            _ => 0,
        };
        let batch = if version == VERSION { "batch" } else { "list" };
        let place = lines.optional(batch).map(|text| field(batch, place(text))).transpose()?;
        let index = field("index", index(lines.required("index")?))?;
        let name = field("name", unescape(lines.required("name")?))?;
        let identity = lines.optional("is").map(|facts| field("is", identity(&name, facts))).transpose()?;
        if stage == Stage::Present && identity.is_none() {
            return Err(invalid("\"is\" is missing"));
        }
        let origin = if let Some(kind) = lines.optional("created") {
            let beside = lines.optional("beside").map(|text| field("beside", beside(version, text))).transpose()?;
            Origin::Created { kind: field("created", unescape(kind))?, beside }
        } else if let Some(nothing) = lines.optional("in-place") {
            field("in-place", nothing.is_empty().then_some(()))?;
            Origin::InPlace { snapshot: Box::new(read_snapshot(&mut lines)?) }
        } else {
            let moved = lines.required("moved")?;
            let (home, at) = field("moved", reference(version, moved))?;
            let index = field("moved", if let [at] = at[..] { self::index(at) } else { None })?;
            Origin::Moved { home, index, snapshot: Box::new(read_snapshot(&mut lines)?) }
        };
        let changes = read_attributes(&mut lines)?;
        let changes = Requested {
            keep_addresses: lines.flag("keep-addresses "),
            addresses: lines.many("add-address", |text| text.parse().ok())?,
            routes: lines.many("add-route", prefix)?,
            vias: lines.many("add-via", |text| text.parse().ok())?,
            rules: lines.many("add-rule", |text| text.parse().ok())?,
            netns_settings: match version {
                VERSION => lines.many("netns-setting", netns_setting)?,
                _ => Vec::new(),
            },
            ..changes
        };
        let (announce_count, announce_interval) = field("announce", announce(lines.required("announce")?))?;
        let bridges = lines.many("bridge", |text| bridge(version, text))?;
        lines.finish()?;
        Ok(Self {
            stage,
            boot,
            namespace,
            source,
            serial,
            place,
            index,
            name,
            identity,
            origin,
            changes,
            announce_count,
            announce_interval,
            bridges,
        })
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
    /// The identity, the path or `-`, and the inode number or `-`.
    fn to_text(&self) -> String {
        let path = self.path.as_deref().map_or_else(|| "-".to_owned(), |path| escape(path.as_os_str().as_bytes()));
        let inode = self.inode.map_or_else(|| "-".to_owned(), |inode| inode.to_string());
        format!("{} {path} {inode}", self.id)
    }
}

/// Reads a namespace, and returns the words behind it.
fn reference(version: Version, text: &str) -> Option<(NamespaceRef, Vec<&str>)> {
    let mut words = text.split(' ');
    let id = NamespaceId::parse(words.next()?)?;
    // A path that is spelt "-" would be taken for none; paths here are absolute.
    let path = unless_dash(words.next()?, |path| Some(PathBuf::from(OsString::from_vec(unescape(path)?))))?;
    let inode = if version == VERSION { unless_dash(words.next()?, |inode| inode.parse().ok())? } else { None };
    Some((NamespaceRef { id, path, inode }, words.collect()))
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

/// What the add was asked to set on the link itself.
fn write_attributes(text: &mut Writer, requested: &Requested) {
    let mut set = |key: &str, value: Option<String>| value.into_iter().for_each(|value| text.line(key, value));
    set("set-mac", requested.mac.map(|mac| mac.to_string()));
    set("set-mtu", requested.mtu.map(|mtu| mtu.to_string()));
    set("set-txqueuelen", requested.tx_queue_len.map(|length| length.to_string()));
    set("set-alias", requested.alias.as_deref().map(escape));
    set("set-master", requested.master.map(|master| escape(master.as_bytes())));
    for (key, on) in
        [("down", requested.down), ("promisc", requested.promiscuous), ("allmulti", requested.all_multicast)]
    {
        set(key, on.then(String::new));
    }
    requested.sysctls.iter().for_each(|sysctl| set("set-sysctl", Some(escape(sysctl.to_string().as_bytes()))));
}

fn read_attributes(lines: &mut Reader<'_>) -> Result<Requested> {
    // Older programs wrote what was set, not to which value.
    for older in ["set mac", "set mtu", "set txqueuelen", "set alias", "set master"] {
        lines.flag(older);
    }
    let mut set = |key| lines.optional(key);
    let (mac, mtu, length) = (set("set-mac"), set("set-mtu"), set("set-txqueuelen"));
    let (alias, master) = (set("set-alias"), set("set-master"));
    Ok(Requested {
        mac: mac.map(|text| field("set-mac", text.parse().ok())).transpose()?,
        mtu: mtu.map(|text| field("set-mtu", text.parse().ok())).transpose()?,
        tx_queue_len: length.map(|text| field("set-txqueuelen", text.parse().ok())).transpose()?,
        alias: alias.map(|text| field("set-alias", unescape(text))).transpose()?,
        master: master.map(|text| field("set-master", name(text))).transpose()?,
        down: lines.flag("down "),
        promiscuous: lines.flag("promisc "),
        all_multicast: lines.flag("allmulti "),
        sysctls: lines.many("set-sysctl", |text| String::from_utf8(unescape(text)?).ok()?.parse().ok())?,
        ..Requested::default()
    })
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
    let link = field("link", LinkInfo::parse(&body))?;
    let bytes = |text: &str| unhex(text.as_bytes());
    Ok(Snapshot {
        body,
        master_name: lines.optional("port-of").map(|text| field("port-of", name(text))).transpose()?,
        addresses: lines.many("address", bytes)?,
        routes: lines.many("route", bytes)?,
        neighbours: lines.many("neighbour", bytes)?,
        next_hops: lines.many("next-hop", bytes)?,
        settings: lines.many("setting", |text| setting(text, &link.name))?,
        link,
    })
}

/// Reads a setting of the link itself: no entry makes a restore write elsewhere.
fn setting(text: &str, link: &IfName) -> Option<(Setting, Vec<u8>)> {
    let words: Vec<&str> = text.split(' ').collect();
    let [group, file, value] = words[..] else { return None };
    let setting = plain_setting(group, file)?;
    let parts: Vec<&[u8]> = setting.file.split(|byte| *byte == b'/').collect();
    let [b"conf" | b"neigh", of, _] = parts[..] else { return None };
    (of == link.as_bytes() && !is_for_all(of)).then_some((setting, unescape(value)?))
}

fn beside(version: Version, text: &str) -> Option<Beside<NamespaceRef>> {
    let (netns, words) = reference(version, text)?;
    let [index, name] = words[..] else { return None };
    Some(Beside { netns, index: self::index(index)?, name: unless_dash(name, unescape)? })
}

/// Reads a setting of the namespace itself: below net.*, and of no single link.
fn netns_setting(text: &str) -> Option<NetnsSetting> {
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

fn is_for_all(name: &[u8]) -> bool {
    matches!(name, b"all" | b"default")
}

/// Reads the group and the file of a setting, which lead nowhere but below them.
fn plain_setting(group: &str, file: &str) -> Option<Setting> {
    let group = String::from_utf8(unescape(group)?).ok()?;
    let file = unescape(file)?;
    let plain = |part: &[u8]| !part.is_empty() && !part.contains(&0) && part != b"." && part != b"..";
    let sound = plain(group.as_bytes()) && !group.contains('/') && file.split(|byte| *byte == b'/').all(plain);
    sound.then_some(Setting { group, file })
}

fn bridge(version: Version, text: &str) -> Option<(NamespaceRef, BridgeSnapshot)> {
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

fn announce(text: &str) -> Option<(u8, Duration)> {
    let (count, millis) = text.split_once(' ')?;
    let (count, millis) = (count.parse().ok()?, millis.parse().ok()?);
    (count <= 3 && (100..=2000).contains(&millis)).then(|| (count, Duration::from_millis(millis)))
}

fn place(text: &str) -> Option<BatchSlot> {
    let (batch, position) = text.split_once(' ')?;
    Some(BatchSlot { batch: number(batch)?, position: position.parse().ok()? })
}

/// Reads 16 hexadecimal digits.
fn number(text: &str) -> Option<u64> {
    let digits = text.len() == 16 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'));
    u64::from_str_radix(text, 16).ok().filter(|_| digits)
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
            place: Some(BatchSlot { batch: 0xabc, position: 3 }),
            ..entry()
        });
        let keeping = Entry { changes: Requested { keep_addresses: true, ..moved.changes.clone() }, ..moved.clone() };
        let nameless =
            moved.bridges.iter().cloned().map(|(netns, bridge)| (netns, BridgeSnapshot { name: None, ..bridge }));
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
                "port-of",
                "set-mac",
                "set-master",
                "set-sysctl",
                "add-via",
                "add-rule",
                "add-address",
                "add-route",
                "netns-setting",
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

    /// What a program wrote that did not know the newest version.
    fn as_version_2(entry: &Entry) -> String {
        let mut older = Writer::default();
        for line in entry.to_text().lines() {
            let (key, value) = line.split_once(' ').unwrap();
            let words: Vec<&str> = value.split(' ').collect();
            match (key, &words[..]) {
                ("end" | "serial" | "netns-setting", _) => {}
                (FORMAT, _) => older.line(FORMAT, 2),
                ("batch", _) => older.line("list", value),
                ("namespace" | "moved" | "beside" | "bridge", [id, path, _, rest @ ..]) => {
                    older.line(key, [&[*id, *path], rest].concat().join(" "));
                }
                _ => older.line(key, value),
            }
        }
        older.finish()
    }

    #[test]
    fn earlier_versions_are_read() {
        let mut newest = Entry { place: Some(BatchSlot { batch: 1, position: 0 }), ..entry() };
        let read = Entry::parse(&as_version_2(&newest)).unwrap();
        (newest.serial, newest.namespace.inode, newest.changes.netns_settings) = (0, None, Vec::new());
        newest.bridges.iter_mut().for_each(|(netns, _)| netns.inode = None);
        assert_eq!(read, newest);
        assert_eq!(
            Entry::parse(&as_version_2(&newest).replace("\nlist", "\nbatch")).map(drop).unwrap_err().errno(),
            None
        );
    }

    #[test]
    fn later_versions_are_told_from_what_is_torn() {
        let text = entry().to_text();
        for (other, is_known) in [("4", false), ("", false), ("2", true)] {
            let lines = text.lines().filter(|line| !line.starts_with("end ")).skip(1);
            let mut resealed = Writer::default();
            resealed.line(FORMAT, other);
            lines.for_each(|line| resealed.line(line.split_once(' ').unwrap().0, line.split_once(' ').unwrap().1));
            let error = Entry::parse(&resealed.finish()).unwrap_err();
            assert_eq!(error.kind() == ErrorKind::NotSupported, !is_known, "{other}: {error}");
        }
    }

    #[test]
    fn there_is_one_way_to_write_a_place() {
        assert_eq!(place("0000000000000abc 3"), Some(BatchSlot { batch: 0xabc, position: 3 }));
        for bad in ["abc 3", "0000000000000ABC 3", "+000000000000abc 3", "0000000000000abc", "0000000000000abc -1"] {
            assert_eq!(place(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_setting_is_one_of_the_link_itself() {
        let link = IfName::new("eth0").unwrap();
        for bad in [
            "ipv6 conf%2f..%2fx 1",
            "ipv6 conf%2feth0 1",
            "..%2f.. conf%2feth0%2fc 1",
            ".. conf%2feth0%2fc 1",
            "ipv6 conf%2f%2fc 1",
            "ipv4 conf%2fall%2fforwarding 1",
            "ipv4 conf%2feth1%2fforwarding 1",
            "netfilter nf_log%2feth0%2fx 1",
        ] {
            assert_eq!(setting(bad, &link), None, "{bad}");
        }
        assert!(setting("ipv6 conf%2feth0%2fdisable_ipv6 1", &link).is_some());
        for name in ["all", "default"] {
            assert_eq!(setting(&format!("ipv4 conf%2f{name}%2fforwarding 1"), &IfName::new(name).unwrap()), None);
        }
    }

    #[test]
    fn a_setting_of_a_namespace_is_of_no_single_link() {
        for bad in
            ["ipv4 conf%2feth0%2fforwarding 0 1", "ipv4 ..%2fx 0 1", "ipv4 ip_forward 0", "ipv4 neigh%2feth0 0 1"]
        {
            assert_eq!(netns_setting(bad), None, "{bad}");
        }
        for good in ["ipv4 ip_forward 0 1", "ipv4 conf%2fall%2fforwarding - 1", "core somaxconn 128 4096"] {
            assert!(netns_setting(good).is_some(), "{good}");
        }
    }
}
