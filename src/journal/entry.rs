//! An entry of the journal: one interface.

use std::sync::Arc;
use std::time::Duration;

use crate::error::{Error, ErrorKind, Result};
use crate::netns::lock::Lockable;
use crate::netns::{NamespaceRef, NetNs};
use crate::record::identity::Identity;
use crate::record::interface::{InterfaceRecord, Requested};
use crate::record::origin::Origin;
use crate::record::snapshot::BridgeSnapshot;
use crate::types::{IfIndex, IfName};

/// An entry of the journal.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) stage: Stage,
    /// The kernel's boot id, if the file could outlive the boot: identities begin anew then.
    pub(crate) boot: Option<String>,
    pub(crate) namespace: NamespaceRef,
    pub(crate) source: IfName,
    /// The unique number of the add; 0 in entries of earlier versions.
    pub(crate) serial: u64,
    /// The slot in the batch that wrote the entry, if one did.
    pub(crate) place: Option<BatchSlot>,
    /// The link's index in the namespace, chosen before the link gets there.
    pub(crate) index: IfIndex,
    /// The name in the namespace, or the pattern for it.
    pub(crate) name: Vec<u8>,
    /// The identity of the link there, once the link has its name.
    pub(crate) identity: Option<Identity>,
    pub(crate) origin: Origin<NamespaceRef>,
    pub(crate) changes: Requested,
    pub(crate) announce_count: u8,
    pub(crate) announce_interval: Duration,
    /// Bridges that got a port, as they were before.
    pub(crate) bridges: Vec<(NamespaceRef, BridgeSnapshot)>,
}

/// The slot of an entry in the batch that wrote it last. While the batch has a file, the operation is in progress or was
/// interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BatchSlot {
    pub(crate) batch: u64,
    pub(crate) position: u32,
}

/// The stage of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Adding,
    /// A failed add is being undone: the link is on its way home, or there already.
    Undoing,
    Present,
    Removing,
}

impl Entry {
    /// Describes an interface as if its add had just succeeded.
    pub(crate) fn present(
        namespace: NamespaceRef,
        source: IfName,
        record: &InterfaceRecord,
        announce: (u8, Duration),
    ) -> Self {
        Self {
            stage: Stage::Present,
            boot: None,
            namespace,
            source,
            serial: record.serial,
            place: None,
            index: record.index,
            name: record.name.as_bytes().to_vec(),
            identity: Some(record.identity.clone()),
            origin: record.origin.reference(),
            changes: record.changes.clone(),
            announce_count: announce.0,
            announce_interval: announce.1,
            bridges: Vec::new(),
        }
    }

    /// Returns the record of the interface, as if this process had added it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] before the link is configured.
    pub(crate) fn record(&self, home: impl FnOnce(&NamespaceRef) -> Arc<NetNs>) -> Result<InterfaceRecord> {
        let unknown = || Error::new(ErrorKind::NotFound, "what its link was like is not told");
        let identity = self.identity.clone().ok_or_else(unknown)?;
        Ok(InterfaceRecord {
            serial: self.serial,
            index: self.index,
            name: identity.name,
            identity,
            origin: self.origin.map_home(home),
            changes: self.changes.clone(),
        })
    }

    /// Returns the lock on the link in its namespace. It tells an interrupted operation from one in progress.
    pub(crate) fn link(&self) -> Lockable {
        Lockable::link(self.namespace.id, self.index)
    }

    /// Returns the locks of an operation on the interface: on the link, wherever the link is.
    pub(crate) fn links(&self) -> Vec<Lockable> {
        let home = match &self.origin {
            Origin::Moved { home, index, .. } => Some(Lockable::link(home.id, *index)),
            Origin::InPlace { .. } | Origin::Created { .. } => None,
        };
        home.into_iter().chain([self.link()]).collect()
    }

    /// Notes that the link is about to move home, and the index reserved for it there.
    pub(crate) fn goes_home(&mut self, stage: Stage, at: IfIndex) {
        self.stage = stage;
        if let Origin::Moved { index, .. } = &mut self.origin {
            *index = at;
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::netns::NamespaceId;
    use crate::record::snapshot::{NetnsSetting, Snapshot};
    use crate::types::MacAddr;
    use crate::types::Setting;
    use crate::wire::captures::VETH;
    use crate::wire::link::LinkInfo;

    pub(crate) fn entry() -> Entry {
        let body = VETH.to_vec();
        let link = LinkInfo::parse(&body).unwrap();
        let setting = Setting::disable_ipv6(&link.name);
        let snapshot = Snapshot {
            link,
            body,
            master_name: IfName::from_kernel(b"br%0"),
            addresses: vec![vec![2, 24], vec![10, 64]],
            routes: vec![vec![1]],
            neighbours: vec![vec![2, 3]],
            next_hops: vec![vec![0, 1], vec![2]],
            settings: vec![(setting, b"0 1".to_vec())],
        };
        let namespace = |cookie, path: Option<&str>| NamespaceRef {
            id: NamespaceId::from_cookie(cookie),
            path: path.map(PathBuf::from),
            inode: path.map(|_| 4_026_532_177),
        };
        Entry {
            stage: Stage::Adding,
            boot: Some("7d5e1a0c-boot".to_owned()),
            namespace: namespace(12, Some("/run/netns/a b%")),
            source: IfName::new(b"v\xff0").unwrap(),
            serial: 0x0123_4567_89ab_cdef,
            place: None,
            index: IfIndex::new(7).unwrap(),
            name: b"eth%d".to_vec(),
            identity: None,
            origin: Origin::Moved {
                home: namespace(3, None),
                index: IfIndex::new(3).unwrap(),
                snapshot: Box::new(snapshot),
            },
            changes: Requested {
                mac: Some(MacAddr::BROADCAST),
                master: Some(IfName::new("br0").unwrap()),
                sysctls: vec!["net.ipv4.conf.IFNAME.rp_filter=2 %".parse().unwrap()],
                vias: vec!["192.0.2.0/24 via 10.0.0.1 metric 5 onlink".parse().unwrap()],
                rules: vec!["from 10.0.0.0/24 table 100".parse().unwrap()],
                addresses: vec!["10.0.0.2/24".parse().unwrap()],
                routes: vec!["fd00::/64".parse().unwrap(), "0.0.0.0/0".parse().unwrap()],
                netns_settings: vec![NetnsSetting {
                    setting: Setting { group: "ipv4".into(), file: b"ip_forward".to_vec() },
                    before: Some(b"0".to_vec()),
                    asked: b"1".to_vec(),
                }],
                ..Requested::default()
            },
            announce_count: 3,
            announce_interval: Duration::from_millis(1500),
            bridges: vec![(
                namespace(3, None),
                BridgeSnapshot {
                    index: IfIndex::new(2).unwrap(),
                    name: IfName::from_kernel(b"br%0"),
                    mac: Some(MacAddr::BROADCAST),
                    mtu: 1500,
                },
            )],
        }
    }
}
