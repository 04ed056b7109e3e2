use std::os::fd::{AsFd, OwnedFd};
use std::sync::{Arc, Mutex, PoisonError};

use crate::error::{Error, ErrorKind, Result};
use crate::sys::file::open_at;
use crate::sys::procfs;

/// The folders of a namespace's kernel settings, `/proc/sys/net/<group>`.
///
/// Which namespace `/proc/sys/net` shows depends on the thread that walks through it. A folder below, once opened inside, shows
/// that namespace to every thread, and does not keep it alive. Each folder is opened when it is first needed: among a thousand
/// namespaces the kernel takes long to find it.
#[derive(Debug, Default)]
pub(crate) struct SysctlDirs(Mutex<Vec<(String, Arc<OwnedFd>)>>);

impl SysctlDirs {
    /// The groups that have settings of interfaces.
    pub(crate) const OF_INTERFACES: [&str; 2] = ["ipv4", "ipv6"];

    /// Given folders, for tests.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn of(folders: impl IntoIterator<Item = (String, OwnedFd)>) -> Self {
        Self(Mutex::new(folders.into_iter().map(|(group, folder)| (group, Arc::new(folder))).collect()))
    }

    /// Opens one folder in the calling thread's namespace.
    ///
    /// # Errors
    /// [`ErrorKind::NotSupported`] without any procfs.
    pub(crate) fn open_group(group: &str) -> Result<OwnedFd> {
        let proc = procfs::root().map_err(|error| match Error::from(error) {
            error if error.is_shortage() => error.context("open /proc"),
            error => error.with_kind(ErrorKind::NotSupported).context("no /proc is mounted and none can be made"),
        })?;
        let path = format!("sys/net/{group}");
        Ok(open_at(proc.as_fd(), path.as_bytes(), libc::O_PATH | libc::O_DIRECTORY)?)
    }

    pub(crate) fn get(&self, group: &str) -> Option<Arc<OwnedFd>> {
        find(&self.0.lock().unwrap_or_else(PoisonError::into_inner), group)
    }

    pub(crate) fn insert(&self, group: &str, folder: OwnedFd) -> Arc<OwnedFd> {
        let mut folders = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        find(&folders, group).unwrap_or_else(|| {
            let folder = Arc::new(folder);
            folders.push((group.to_owned(), Arc::clone(&folder)));
            folder
        })
    }
}

fn find(folders: &[(String, Arc<OwnedFd>)], group: &str) -> Option<Arc<OwnedFd>> {
    folders.iter().find(|(name, _)| name == group).map(|(_, folder)| Arc::clone(folder))
}
