//! Entries as text, as docs/journal.md describes.

mod values;

use crate::error::{ErrorKind, Result};
use crate::journal::codec::values::{
    announce, beside, bridge, identity, identity_text, index, name, netns_setting, number, place, prefix, reference,
    setting,
};
use crate::journal::entry::{Entry, Stage};
use crate::journal::lines::{Reader, Writer, escape, field, hex, invalid, unescape, unhex};
use crate::netns::NamespaceRef;
use crate::record::interface::Requested;
use crate::record::origin::{Beside, Origin};
use crate::record::snapshot::{NetnsSetting, Snapshot};
use crate::wire::link::LinkInfo;

/// The first line: the format and its version.
const FORMAT: &str = "netgraft-journal";
/// The version that is written. Earlier ones are read.
const VERSION: Version = Version(3);

/// A version of the format. 2 has `list`, `next-hop`, `keep-addresses` and the name of a `bridge`; 3 has `serial`,
/// `netns-setting` and the inode numbers of namespaces, calls a list a batch, and keeps what was asked for with its values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32);

impl Version {
    fn parse(text: &str) -> Result<Self> {
        match text {
            "1" => Ok(Self(1)),
            "2" => Ok(Self(2)),
            "3" => Ok(VERSION),
            _ => {
                let problem = format!("it is of version {}, which this program does not know", text.escape_debug());
                Err(invalid(&problem).with_kind(ErrorKind::NotSupported))
            }
        }
    }
}

impl Entry {
    /// Returns the entry as text.
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
        write_origin(&mut text, &self.origin);
        write_requested(&mut text, &self.changes);
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
    /// [`ErrorKind::NotSupported`] for a whole entry of an unknown version.
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let mut lines = Reader::new(text)?;
        let version = Version::parse(lines.required(FORMAT)?)?;
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
        let origin = read_origin(&mut lines, version)?;
        let changes = read_requested(&mut lines, version)?;
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

fn write_origin(text: &mut Writer, origin: &Origin<NamespaceRef>) {
    match origin {
        Origin::Created { kind, beside } => {
            text.line("created", escape(kind));
            if let Some(Beside { netns, index, name }) = beside {
                let name = name.as_ref().map_or_else(|| "-".to_owned(), |name| escape(name));
                text.line("beside", format_args!("{} {index} {name}", netns.to_text()));
            }
        }
        Origin::InPlace { snapshot } => {
            text.line("in-place", "");
            write_snapshot(text, snapshot);
        }
        Origin::Moved { home, index, snapshot } => {
            text.line("moved", format_args!("{} {index}", home.to_text()));
            write_snapshot(text, snapshot);
        }
    }
}

fn read_origin(lines: &mut Reader<'_>, version: Version) -> Result<Origin<NamespaceRef>> {
    if let Some(kind) = lines.optional("created") {
        let beside = lines.optional("beside").map(|text| field("beside", beside(version, text))).transpose()?;
        return Ok(Origin::Created { kind: field("created", unescape(kind))?, beside });
    }
    if let Some(nothing) = lines.optional("in-place") {
        field("in-place", nothing.is_empty().then_some(()))?;
        return Ok(Origin::InPlace { snapshot: Box::new(read_snapshot(lines)?) });
    }
    let (home, at) = field("moved", reference(version, lines.required("moved")?))?;
    let index = field("moved", if let [at] = at[..] { index(at) } else { None })?;
    Ok(Origin::Moved { home, index, snapshot: Box::new(read_snapshot(lines)?) })
}

/// Writes the requests of the add.
fn write_requested(text: &mut Writer, requested: &Requested) {
    write_attributes(text, requested);
    if requested.keep_addresses {
        text.line("keep-addresses", "");
    }
    requested.addresses.iter().for_each(|address| text.line("add-address", address));
    requested.routes.iter().for_each(|route| text.line("add-route", route));
    requested.vias.iter().for_each(|route| text.line("add-via", route));
    requested.rules.iter().for_each(|rule| text.line("add-rule", rule));
    for NetnsSetting { setting, before, asked } in &requested.netns_settings {
        let (group, file) = (escape(setting.group.as_bytes()), escape(&setting.file));
        let before = before.as_deref().map_or_else(|| "-".to_owned(), escape);
        text.line("netns-setting", format_args!("{group} {file} {before} {}", escape(asked)));
    }
}

fn read_requested(lines: &mut Reader<'_>, version: Version) -> Result<Requested> {
    let attributes = read_attributes(lines)?;
    Ok(Requested {
        keep_addresses: lines.flag("keep-addresses "),
        addresses: lines.many("add-address", |text| text.parse().ok())?,
        routes: lines.many("add-route", prefix)?,
        vias: lines.many("add-via", |text| text.parse().ok())?,
        rules: lines.many("add-rule", |text| text.parse().ok())?,
        netns_settings: match version {
            VERSION => lines.many("netns-setting", netns_setting)?,
            _ => Vec::new(),
        },
        ..attributes
    })
}

/// Writes the requests for the link itself.
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
    // Older programs wrote which attributes were set, without their values.
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

#[cfg(test)]
mod tests;
