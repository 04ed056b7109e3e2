//! The files of a journal's folder: made, opened and locked.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::error::{Error, Result};
use crate::netns::NamespaceId;
use crate::sys;

/// What the names of files end with that are to become entries.
pub(crate) const NEW: &str = ".new";
/// More than any entry has in bytes: a link with a million routes.
pub(crate) const MAX_SIZE: usize = if cfg!(test) { 1 << 20 } else { 256 << 20 };
/// How many are made, under further names, before there is said to be no room for one.
const NEW_ATTEMPTS: u32 = 1000;

/// Writes an entry under a name of its own, locked, and has it renamed.
pub(crate) fn write_new(
    folder: &Path,
    text: &str,
    lasting: bool,
    rename: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<File> {
    if text.len() > MAX_SIZE {
        return Err(io::Error::from_raw_os_error(libc::EFBIG));
    }
    // Before the rename, behind which nothing but the disk may keep this from succeeding.
    let open_folder = lasting.then(|| File::open(folder)).transpose()?;
    let (path, mut file) = new_file(folder)?;
    let write = || {
        file.write_all(text.as_bytes())?;
        if lasting {
            file.sync_data()?;
        }
        rename(&path)?;
        open_folder.map_or(Ok(()), |folder| folder.sync_all())
    };
    let written = write();
    if written.is_err() {
        // Not there any more when the failure came behind the rename.
        let _ = fs::remove_file(&path);
    }
    written.map(|()| file)
}

/// Makes a file that is to become an entry, locked.
pub(crate) fn new_file(folder: &Path) -> io::Result<(PathBuf, File)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    for _ in 0..NEW_ATTEMPTS {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{}-{number}{NEW}", std::process::id()));
        // The name may be a dead process's with the same number, or of another PID namespace's.
        if let Some(file) = make_locked(&path)? {
            return Ok((path, file));
        }
    }
    Err(io::Error::from_raw_os_error(libc::EEXIST))
}

/// Makes a file, locked. None where there is one already, or somebody swept it before it was locked: another name will do.
pub(crate) fn make_locked(path: &Path) -> io::Result<Option<File>> {
    let file = match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        file => file?,
    };
    let is_ours = lock(&file, path).inspect_err(|_| drop(fs::remove_file(path)))?;
    Ok(is_ours.then_some(file))
}

/// Removes a file that a process has locked for as long as it needs it, when that is dead.
pub(crate) fn sweep(path: &Path) {
    if let Ok(Some(file)) = open_current(path) {
        if matches!(lock(&file, path), Ok(true)) {
            let _ = fs::remove_file(path);
        }
    }
}

/// Opens a file of the folder; none when it has gone.
///
/// # Errors
/// Without an errno when what is there is no file.
pub(crate) fn open_current(path: &Path) -> Result<Option<File>> {
    let flags = libc::O_NONBLOCK | libc::O_NOFOLLOW;
    let file = match File::options().read(true).custom_flags(flags).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // What open(2) says to a symbolic link, and to a socket.
        Err(error) if matches!(error.raw_os_error(), Some(libc::ELOOP | libc::ENXIO)) => return Err(no_file()),
        file => file?,
    };
    if file.metadata()?.is_file() { Ok(Some(file)) } else { Err(no_file()) }
}

fn no_file() -> Error {
    crate::journal::lines::invalid("it is no regular file")
}

/// Locks an open file for as long as it is open. False when another process has, or when it has been replaced or removed
/// since it was opened.
pub(crate) fn lock(file: &File, path: &Path) -> io::Result<bool> {
    if !sys::file::try_lock(file.as_fd())? {
        return Ok(false);
    }
    let open = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (open.dev(), open.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// What the names of a namespace's files begin with, in front of a dot.
pub(crate) fn file_prefix(namespace: NamespaceId) -> String {
    namespace.to_string().replace(':', "-")
}

/// The namespace that a file's name begins with.
pub(crate) fn namespace_of(path: &Path) -> Option<NamespaceId> {
    let (namespace, _) = path.file_name()?.to_str()?.split_once('.')?;
    NamespaceId::parse(&namespace.replace('-', ":"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::entry::tests::entry;

    /// Once the entry has its name, whoever wrote it has to know of it.
    #[test]
    fn nothing_is_opened_behind_the_rename() {
        let folder = tempfile::tempdir().unwrap();
        let (here, elsewhere) = (folder.path().join("here"), folder.path().join("elsewhere"));
        fs::create_dir(&here).unwrap();
        let renamed = |new: &Path| fs::rename(new, here.join("entry")).and_then(|()| fs::rename(&here, &elsewhere));
        write_new(&here, &entry().to_text(), true, renamed).unwrap();
        assert!(elsewhere.join("entry").exists());
    }
}
