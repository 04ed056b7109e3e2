//! Fake namespaces: a scripted peer answers for the kernel, so that nothing real is touched.

use std::fs::{self, File};
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::namespace::Namespace;
use crate::netlink::Transport;
use crate::netns::stand_in::{self, StandIn};
use crate::netns::sysctl_dirs::SysctlDirs;
use crate::netns::{NamespaceId, NetNs};
use crate::testing::scripted_peer::Script;

pub(crate) use crate::netns::stand_in::reset;

/// A namespace whose kernel is a script.
#[derive(Clone, Debug)]
pub(crate) struct FakeNetns {
    name: &'static str,
    cookie: u64,
    script: Script,
    /// Takes the place of /proc/sys/net, if there is one.
    sysctl_root: Option<PathBuf>,
}

impl FakeNetns {
    /// Creates a fake with a label and a cookie.
    pub(crate) fn new(name: &'static str, cookie: u64, script: &Script, sysctl_root: Option<&Path>) -> Self {
        Self { name, cookie, script: script.clone(), sysctl_root: sysctl_root.map(Path::to_owned) }
    }

    /// Opens the namespace. This thread finds it again by its identity until the next [`reset`].
    pub(crate) fn open(&self) -> io::Result<Namespace> {
        let stand_in: Arc<dyn StandIn> = Arc::new(self.clone());
        stand_in::register(Arc::clone(&stand_in));
        Ok(Namespace::fake(NetNs::fake(stand_in)?))
    }
}

impl StandIn for FakeNetns {
    fn name(&self) -> &'static str {
        self.name
    }

    fn id(&self) -> NamespaceId {
        NamespaceId::from_cookie(self.cookie)
    }

    fn peer(&self) -> Box<dyn Transport> {
        Box::new(self.script.peer(self.name))
    }

    fn listener(&self) -> Box<dyn Transport> {
        Box::new(self.script.peer("notifications"))
    }

    fn sysctl_dirs(&self) -> io::Result<SysctlDirs> {
        let Some(root) = &self.sysctl_root else { return Ok(SysctlDirs::of([])) };
        let mut folders = Vec::new();
        for entry in fs::read_dir(root)? {
            let entry = entry?;
            folders.push((entry.file_name().to_string_lossy().into_owned(), OwnedFd::from(File::open(entry.path())?)));
        }
        Ok(SysctlDirs::of(folders))
    }
}
