//! Namespaces in which the peers of a script stand in for the kernel: what is done in them touches nothing.

use std::cell::RefCell;
use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::journal::NamespaceRef;
use super::settings::Settings;
use super::{Namespace, NamespaceId, NetNs, Opened};
use crate::netlink::scripted::{Script, Scripted};

/// What plays in one namespace.
#[derive(Clone, Debug)]
pub(crate) struct Stage(Arc<Props>);

#[derive(Debug)]
struct Props {
    name: &'static str,
    cookie: u64,
    script: Script,
    /// What is there instead of /proc/sys/net, if anything.
    settings: Option<PathBuf>,
}

impl Stage {
    /// In a namespace that is called by a name and a number.
    pub(crate) fn new(name: &'static str, cookie: u64, script: &Script, settings: Option<&Path>) -> Self {
        Self(Arc::new(Props { name, cookie, script: script.clone(), settings: settings.map(Path::to_owned) }))
    }

    pub(super) fn name(&self) -> &'static str {
        self.0.name
    }

    pub(crate) fn id(&self) -> NamespaceId {
        NamespaceId::from_cookie(self.0.cookie)
    }

    /// Whom the namespace's requests go to.
    pub(super) fn peer(&self) -> Scripted {
        self.0.script.peer(self.0.name)
    }

    /// Who sends its notifications.
    pub(super) fn listener(&self) -> Scripted {
        self.0.script.peer("notifications")
    }

    pub(super) fn settings(&self) -> io::Result<Settings> {
        let Some(root) = &self.0.settings else { return Ok(Settings::of([])) };
        let mut folders = Vec::new();
        for entry in fs::read_dir(root)? {
            let entry = entry?;
            folders.push((entry.file_name().to_string_lossy().into_owned(), OwnedFd::from(File::open(entry.path())?)));
        }
        Ok(Settings::of(folders))
    }

    /// The namespace. It is found again by its identity, on this thread, until the stages are struck.
    pub(crate) fn open(&self) -> io::Result<Namespace> {
        STAGES.with_borrow_mut(|stages| stages.push(self.clone()));
        Ok(Namespace::new(NetNs::staged(self.clone())?, Opened::Other))
    }
}

thread_local!(static STAGES: RefCell<Vec<Stage>> = const { RefCell::new(Vec::new()) });

/// Forgets all stages of this thread.
pub(crate) fn strike() {
    STAGES.take();
}

/// A namespace, if it is on one of this thread's stages; none at all when there are no stages.
pub(super) fn find(reference: &NamespaceRef) -> Option<io::Result<Option<NetNs>>> {
    STAGES.with_borrow(|stages| {
        let stage = stages.iter().find(|stage| stage.id() == reference.id);
        (!stages.is_empty()).then(|| stage.cloned().map(NetNs::staged).transpose())
    })
}
