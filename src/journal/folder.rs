//! Opens a journal's folder: created if missing, refused if somebody else could write entries.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, Metadata, Permissions};
use std::io;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::journal::file::NEW;
use crate::sys;
use crate::text::printable_path;

/// The file whose byte ranges are the locks on links.
const LOCKS: &str = "locks";
/// Suffix of files in folders without such a file: all files lay side by side before.
const FLAT: [(&str, &str); 2] = [(".entry", ".entry"), (".list", ".batch")];

/// A folder that passed the checks.
#[derive(Debug)]
pub(super) struct Opened {
    /// The file of locks; `None` without a journal.
    pub(super) locks: Option<File>,
    /// Whether the file system keeps data across a shutdown.
    pub(super) lasting: bool,
}

/// Opens a folder for writing entries.
pub(super) fn open_to_write(folder: &Path) -> Result<Opened> {
    create(folder)?;
    check_owners(folder)?;
    let path = folder.join(LOCKS);
    let (locks, is_new) = match open_locks(&path, false) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => (open_locks(&path, true)?, true),
        locks => (locks?, false),
    };
    if !sys::file::renames_without_replacing(locks.as_fd())? {
        probe_rename(folder)?;
    }
    if is_new {
        move_into_folders(folder)?;
    }
    Ok(Opened { lasting: !sys::file::is_volatile(locks.as_fd())?, locks: Some(locks) })
}

/// Opens a folder for reading entries, whether it exists or not.
pub(super) fn open_to_read(folder: &Path) -> Result<Opened> {
    if !is_there(folder)? {
        return Ok(Opened { locks: None, lasting: false });
    }
    check_owners(folder)?;
    let locks = match File::options()
        .read(true)
        .custom_flags(libc::O_NOFOLLOW)
        .open(folder.join(LOCKS))
        .and_then(sys::above_streams)
    {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return match flat_files(folder)?.is_empty() {
                true => Ok(Opened { locks: None, lasting: false }),
                false => Err(Error::new(
                    ErrorKind::NotSupported,
                    "an older version wrote it: opening it takes write access once",
                )),
            };
        }
        locks => locks?,
    };
    Ok(Opened { lasting: !sys::file::is_volatile(locks.as_fd())?, locks: Some(locks) })
}

fn is_there(folder: &Path) -> io::Result<bool> {
    match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        found => found.map(|_| true),
    }
}

/// Creates the folder (mode 0700) and its missing parents (0755), below parents that nobody else can change.
fn create(folder: &Path) -> Result<()> {
    let missing: Vec<&Path> = folder.ancestors().take_while(|path| fs::symlink_metadata(path).is_err()).collect();
    let Some(existing) = missing.last().and_then(|path| path.parent()) else { return Ok(()) };
    check_parents(existing)?;
    for path in missing.iter().rev() {
        let mode = if *path == folder { 0o700 } else { 0o755 };
        let doing = || format!("create the folder {}", printable_path(path));
        match DirBuilder::new().mode(mode).create(path) {
            // Whatever the umask is.
            Ok(()) => {
                File::open(path).and_then(|made| made.set_permissions(Permissions::from_mode(mode))).doing(doing)?
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).doing(doing),
        }
    }
    Ok(())
}

/// Refuses a folder that belongs to others too, or that others could replace.
fn check_owners(folder: &Path) -> Result<()> {
    let found = fs::metadata(folder)?;
    let refused = |why: String| Err(Error::new(ErrorKind::Permission, why));
    if !found.is_dir() {
        return Err(Error::from_errno(libc::ENOTDIR).with_kind(ErrorKind::Exists));
    }
    if found.uid() != sys::user::effective() {
        return refused(format!("the folder belongs to user {}, not to the caller", found.uid()));
    }
    if found.mode() & 0o077 != 0 {
        return refused(format!("the folder has the mode {:04o}, it has to be 0700", found.mode() & 0o7777));
    }
    let real = fs::canonicalize(folder)?;
    real.parent().map_or(Ok(()), check_parents)
}

/// Refuses parents whose owner is not trusted, or in which others can rename somebody else's files.
fn check_parents(lowest: &Path) -> Result<()> {
    let real = fs::canonicalize(lowest)?;
    for parent in real.ancestors() {
        let found = fs::metadata(parent)?;
        let refused = |why: String| {
            let message = format!("the folder {} above it {why}", printable_path(parent));
            Err(Error::new(ErrorKind::Permission, message))
        };
        if !is_trusted(&found) {
            return refused(format!("belongs to user {}", found.uid()));
        }
        let is_sticky = found.mode() & libc::S_ISVTX != 0;
        if found.mode() & 0o022 != 0 && !is_sticky {
            return refused(format!("can be written by others (mode {:04o})", found.mode() & 0o7777));
        }
    }
    Ok(())
}

fn is_trusted(found: &Metadata) -> bool {
    found.uid() == 0 || found.uid() == sys::user::effective() || found.uid() == sys::user::overflow()
}

fn open_locks(path: &Path, create: bool) -> io::Result<File> {
    let mut options = File::options();
    options.read(true).write(true).create(create).mode(0o600).custom_flags(libc::O_NOFOLLOW);
    options.open(path).and_then(sys::above_streams)
}

/// Fails if the file system cannot rename a file without replacing another one.
fn probe_rename(folder: &Path) -> Result<()> {
    let (path, renamed) = (folder.join(format!("probe{NEW}")), folder.join(format!("probed{NEW}")));
    File::create(&path)?;
    let probed = sys::file::rename_new(&path, &renamed);
    for file in [path, renamed] {
        let _ = fs::remove_file(file);
    }
    match probed {
        // Another process tries at the same time, or was killed while it tried.
        Err(error) if matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotFound) => Ok(()),
        Err(error) => {
            let why = "the file system cannot rename a file without replacing another one (RENAME_NOREPLACE)";
            Err(Error::from(error).with_kind(ErrorKind::NotSupported).context(why))
        }
        Ok(()) => Ok(()),
    }
}

/// Moves the files of earlier versions, which lay side by side, into a folder for each namespace.
fn move_into_folders(folder: &Path) -> Result<()> {
    for (from, to) in flat_files(folder)? {
        let below = to.parent().unwrap_or(folder);
        match DirBuilder::new().mode(0o700).create(below) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                return Err(error).doing(|| printable_path(below));
            }
            _ => {}
        }
        fs::rename(&from, &to).doing(|| format!("move {} to {}", printable_path(&from), printable_path(&to)))?;
    }
    Ok(())
}

/// Returns the files of earlier versions, each with its folder.
fn flat_files(folder: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut found = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        let name = path.file_name().map(OsStr::as_bytes).unwrap_or_default();
        let moved = FLAT.iter().find_map(|(before, now)| {
            let rest = name.strip_suffix(before.as_bytes())?;
            let (namespace, rest) = std::str::from_utf8(rest).ok()?.split_once('.')?;
            Some(folder.join(namespace).join(format!("{rest}{now}")))
        });
        found.extend(moved.map(|moved| (path, moved)));
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Or no journal could be opened any more where a process was killed in the midst.
    #[test]
    fn what_another_probe_has_left_is_no_obstacle() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(format!("probed{NEW}")), "").unwrap();
        probe_rename(folder.path()).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        probe_rename(folder.path()).unwrap();
    }
}
