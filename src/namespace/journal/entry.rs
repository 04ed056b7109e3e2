//! What the journal says of one interface.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use super::list::Place;
use crate::namespace::NamespaceId;
use crate::namespace::identity::Identity;
use crate::namespace::record::{Bridge, Changes, Home, Snapshot};
use crate::types::{IfIndex, IfName, printable_path};

/// What the journal says of one interface.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) stage: Stage,
    /// The run of the kernel that it is about, where its file could outlive that: identities begin anew then.
    pub(crate) boot: Option<String>,
    pub(crate) namespace: NamespaceRef,
    pub(crate) source: IfName,
    /// Its place in the operation on several interfaces that wrote it, if it was one.
    pub(crate) place: Option<Place>,
    /// The link's index in the namespace, chosen before it gets there.
    pub(crate) index: IfIndex,
    /// The name that it has there, or the pattern that its name is made of.
    pub(crate) name: Vec<u8>,
    /// What the link is like there, once it has that name.
    pub(crate) identity: Option<Identity>,
    pub(crate) origin: Origin,
    pub(crate) changes: Changes,
    pub(crate) announce_count: u8,
    pub(crate) announce_interval: Duration,
    /// Bridges that got a port, and what they were like before.
    pub(crate) bridges: Vec<(NamespaceRef, Bridge)>,
}

/// How far an operation had come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    Adding,
    /// An add that failed is taken back: the link is on its way home, or has got there.
    Undoing,
    Present,
    Removing,
}

/// Where the link came from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Origin {
    /// `index` is the one that it is to have, or has, at home when it gets back there.
    Moved {
        home: NamespaceRef,
        index: IfIndex,
        snapshot: Box<Snapshot>,
    },
    InPlace {
        snapshot: Box<Snapshot>,
    },
    Created {
        kind: Vec<u8>,
    },
}

/// A namespace, and where it may be found again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct NamespaceRef {
    pub(crate) id: NamespaceId,
    /// None when it was the process's own, or on no path.
    pub(crate) path: Option<PathBuf>,
}

impl Entry {
    /// Notes that the link is about to be moved home, and the index that it is to have there.
    pub(crate) fn goes_home(&mut self, stage: Stage, at: IfIndex) {
        self.stage = stage;
        if let Origin::Moved { index, .. } = &mut self.origin {
            *index = at;
        }
    }
}

impl Origin {
    /// What an entry says of where a link goes when it is removed. `kind` is that of one that is made.
    pub(crate) fn of(home: &Home, kind: &[u8]) -> Self {
        match home {
            Home::Moved { netns, snapshot } => {
                Self::Moved { home: netns.reference(), index: snapshot.link.index, snapshot: snapshot.clone() }
            }
            Home::InPlace { snapshot } => Self::InPlace { snapshot: snapshot.clone() },
            Home::Created => Self::Created { kind: kind.to_vec() },
        }
    }
}

/// The path, or else the identity.
impl fmt::Display for NamespaceRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.path {
            Some(path) => write!(f, "{} ({})", printable_path(path), self.id),
            None => self.id.fmt(f),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::types::{MacAddr, Setting};
    use crate::wire::link::LinkInfo;

    pub(in super::super) fn entry() -> Entry {
        let body = include_bytes!("../../wire/captures/link-veth-port.bin").to_vec();
        let snapshot = Snapshot {
            link: LinkInfo::parse(&body).unwrap(),
            body,
            addresses: vec![vec![2, 24], vec![10, 64]],
            routes: vec![vec![1]],
            neighbours: vec![vec![2, 3]],
            next_hops: vec![vec![0, 1], vec![2]],
            settings: vec![(
                Setting { group: "ipv6".into(), file: b"conf/v\xff 0/disable_ipv6".to_vec() },
                b"0 1".to_vec(),
            )],
        };
        let namespace = |cookie, path: Option<&str>| NamespaceRef {
            id: NamespaceId::from_cookie(cookie),
            path: path.map(PathBuf::from),
        };
        Entry {
            stage: Stage::Adding,
            boot: Some("7d5e1a0c-boot".to_owned()),
            namespace: namespace(12, Some("/run/netns/a b%")),
            source: IfName::new(b"v\xff0").unwrap(),
            place: None,
            index: IfIndex::new(7).unwrap(),
            name: b"eth%d".to_vec(),
            identity: None,
            origin: Origin::Moved {
                home: namespace(3, None),
                index: IfIndex::new(3).unwrap(),
                snapshot: Box::new(snapshot),
            },
            changes: Changes {
                mac: true,
                master: true,
                addresses: vec!["10.0.0.2/24".parse().unwrap()],
                routes: vec!["fd00::/64".parse().unwrap(), "0.0.0.0/0".parse().unwrap()],
                ..Changes::default()
            },
            announce_count: 3,
            announce_interval: Duration::from_millis(1500),
            bridges: vec![(
                namespace(3, None),
                Bridge {
                    index: IfIndex::new(2).unwrap(),
                    name: IfName::from_kernel(b"br%0"),
                    mac: Some(MacAddr::BROADCAST),
                    mtu: 1500,
                },
            )],
        }
    }
}
