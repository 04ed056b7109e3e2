//! The folder of the journal.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use netgraft::ErrorKind;
use nix::unistd::{AccessFlags, access, geteuid};

use crate::args::StateDir;
use crate::failure::Failure;

/// The folder for root of the initial user namespace.
const SYSTEM: &str = "/run/netgraft";
/// `PROC_USER_INIT_INO` of linux/proc_ns.h: the inode number of the initial user namespace.
const INITIAL_USER_NAMESPACE: u64 = 0xefff_fffd;

impl StateDir {
    /// Returns the folder; `None` without a journal.
    pub(crate) fn folder(&self) -> Result<Option<PathBuf>, Failure> {
        Ok(match self {
            Self::None => None,
            Self::Given(folder) => Some(folder.clone()),
            Self::Default => Some(default()?),
        })
    }
}

/// Root of the initial user namespace always has the same folder. Others use it if they can write it, else one that disappears
/// when they log out.
fn default() -> Result<PathBuf, Failure> {
    let system = Path::new(SYSTEM);
    if is_system_root() || can_write(system) {
        return Ok(system.to_owned());
    }
    let own = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from).filter(|folder| is_own(folder));
    own.map(|folder| folder.join("netgraft")).ok_or_else(|| {
        let why = format!("{SYSTEM} cannot be written, and XDG_RUNTIME_DIR is no folder of the caller's");
        Failure::new(ErrorKind::Journal, format!("no place for the journal: {why} (see --state-dir and --no-journal)"))
    })
}

fn is_system_root() -> bool {
    // Without /proc, nobody has created another user namespace yet.
    geteuid().is_root()
        && fs::metadata("/proc/self/ns/user").map_or(true, |found| found.ino() == INITIAL_USER_NAMESPACE)
}

/// Returns whether a folder can be written, or created if it is missing.
fn can_write(folder: &Path) -> bool {
    let writable = |path: &Path| access(path, AccessFlags::W_OK | AccessFlags::X_OK).is_ok();
    if folder.exists() { writable(folder) && is_own(folder) } else { folder.parent().is_some_and(writable) }
}

fn is_own(folder: &Path) -> bool {
    fs::metadata(folder).is_ok_and(|found| found.is_dir() && found.uid() == geteuid().as_raw())
}
