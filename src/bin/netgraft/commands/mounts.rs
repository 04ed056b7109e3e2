//! The files of a program started inside a namespace: its /sys, and its own files in /etc, as with `ip netns exec`.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::Path;

use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};

use crate::values::PINS;

/// The folder of folders with namespaces' own files for /etc.
const ETC_NETNS: &str = "/etc/netns";
/// Another path of the folder of named namespaces.
const VAR_PINS: &str = "/var/run/netns";
const NONE: Option<&str> = None;

/// Gives the calling thread, which is inside, mounts of its own. Without the right to that, the thread keeps its mounts, and
/// the log says so.
pub(super) fn isolate(name: Option<&OsStr>) {
    let isolated = leave_mounts().and_then(|()| mount_sys()).and_then(|()| name.map_or(Ok(()), bind_files));
    if let Err((doing, error)) = isolated {
        log::warn!("the program sees files that are not its namespace's ({doing}: {error})");
    }
}

type Outcome = Result<(), (String, io::Error)>;

fn leave_mounts() -> Outcome {
    unshare(CloneFlags::CLONE_NEWNS).map_err(at("unshare"))?;
    // Later mounts outside are visible here, but not the other way round.
    mount(NONE, "/", NONE, MsFlags::MS_SLAVE | MsFlags::MS_REC, NONE).map_err(at("mount /"))
}

/// Mounts a /sys of the namespace: /sys/class/net has the links of the namespace that it was mounted in.
fn mount_sys() -> Outcome {
    let flags = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    let mount = |flags| mount(Some("sysfs"), "/sys", Some("sysfs"), flags, NONE);
    // In a user namespace it may not be more writable than the existing one.
    mount(flags).or_else(|_| mount(flags | MsFlags::MS_RDONLY)).map_err(at("mount /sys"))
}

/// Puts each file of the namespace's folder in place of the file of that name in /etc.
fn bind_files(name: &OsStr) -> Outcome {
    let folder = Path::new(ETC_NETNS).join(name);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(|error| (folder.display().to_string(), error))?,
    };
    for entry in entries.flatten() {
        let (from, to) = (entry.path(), Path::new("/etc").join(entry.file_name()));
        mount(Some(&from), &to, NONE, MsFlags::MS_BIND, NONE).map_err(at(&format!("bind {}", to.display())))?;
    }
    Ok(())
}

fn at(doing: &str) -> impl FnOnce(Errno) -> (String, io::Error) {
    let doing = doing.to_owned();
    move |errno| (doing, errno.into())
}

/// Returns the name by which `ip netns` knows a namespace that is pinned at a path.
pub(super) fn name(path: &Path) -> Option<&OsStr> {
    let is_known = path.parent().is_some_and(|folder| folder == Path::new(PINS) || folder == Path::new(VAR_PINS));
    path.file_name().filter(|_| is_known)
}
