//! The files in a journal's folder: created, opened and swept.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use crate::error::Result;
use crate::journal::lines::invalid;
use crate::netns::NamespaceId;
use crate::sys::above_streams;
use crate::types::IfIndex;

/// Suffix of files that will become entries.
pub(crate) const NEW: &str = ".new";
/// More bytes than any entry has: a link with a million routes.
pub(crate) const MAX_SIZE: usize = if cfg!(test) { 1 << 20 } else { 256 << 20 };
/// How often to create a folder again that others have just removed.
const ATTEMPTS: u32 = 1000;

/// Writes an entry to a file beside its own, and has that file renamed. Creates the folder if it is missing.
///
/// The file beside is named after the index of the link: only the process that has locked the link writes it.
pub(crate) fn write_new(
    folder: &Path,
    index: IfIndex,
    text: &str,
    lasting: bool,
    rename: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<()> {
    if text.len() > MAX_SIZE {
        return Err(io::Error::from_raw_os_error(libc::EFBIG));
    }
    let path = folder.join(format!("{index}{NEW}"));
    let mut file = create(folder, &path, lasting)?;
    let write = || {
        // Opened before the rename: after it, nothing but the disk may make the write fail.
        let open_folder = lasting.then(|| File::open(folder).and_then(above_streams)).transpose()?;
        file.write_all(text.as_bytes())?;
        if lasting {
            file.sync_data()?;
        }
        rename(&path)?;
        open_folder.map_or(Ok(()), |folder| folder.sync_all())
    };
    write().inspect_err(|_| {
        // The file is gone if the failure came after the rename.
        let _ = fs::remove_file(&path);
    })
}

/// Creates a file in a folder that may be missing, or is just being removed because it was empty.
fn create(folder: &Path, path: &Path, lasting: bool) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600).custom_flags(libc::O_NOFOLLOW);
    for _ in 0..ATTEMPTS {
        match options.open(path).and_then(above_streams) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => create_folder(folder, lasting)?,
            made => return made,
        }
    }
    Err(io::Error::from_raw_os_error(libc::ENOENT))
}

/// Creates the folder of a namespace.
pub(crate) fn create_folder(folder: &Path, lasting: bool) -> io::Result<()> {
    match fs::DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
        Ok(()) => match folder.parent().filter(|_| lasting) {
            Some(parent) => File::open(parent)?.sync_all(),
            None => Ok(()),
        },
    }
}

/// Returns the index of the link whose entry a file was to become.
pub(crate) fn index_of(path: &Path) -> Option<IfIndex> {
    let name = path.file_name()?.to_str()?.strip_suffix(NEW)?;
    name.parse().ok()
}

/// Opens a file of the folder; `None` if it is gone.
///
/// # Errors
/// Without an errno if the path is no file.
pub(crate) fn open_current(path: &Path) -> Result<Option<File>> {
    let no_file = || invalid("it is no regular file");
    let flags = libc::O_NONBLOCK | libc::O_NOFOLLOW;
    let file = match File::options().read(true).custom_flags(flags).open(path).and_then(above_streams) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        // The errors of open(2) for a symbolic link, and for a socket.
        Err(error) if matches!(error.raw_os_error(), Some(libc::ELOOP | libc::ENXIO)) => return Err(no_file()),
        file => file?,
    };
    if file.metadata()?.is_file() { Ok(Some(file)) } else { Err(no_file()) }
}

/// Returns whether an open file is still the one at its path.
pub(crate) fn is_current(file: &File, path: &Path) -> io::Result<bool> {
    let open = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(there) => Ok((there.dev(), there.ino()) == (open.dev(), open.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Returns the name of a namespace's folder.
pub(crate) fn folder_name(namespace: NamespaceId) -> String {
    namespace.to_string().replace(':', "-")
}

/// Returns the namespace of a folder's name.
pub(crate) fn namespace_of(folder: &Path) -> Option<NamespaceId> {
    folder.file_name()?.to_str()?.replace('-', ":").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Once the entry has its name, whoever wrote it has to know of it.
    #[test]
    fn nothing_is_opened_behind_the_rename() {
        let folder = tempfile::tempdir().unwrap();
        let (here, elsewhere) = (folder.path().join("here"), folder.path().join("elsewhere"));
        fs::create_dir(&here).unwrap();
        let renamed = |new: &Path| fs::rename(new, here.join("entry")).and_then(|()| fs::rename(&here, &elsewhere));
        write_new(&here, IfIndex::LOOPBACK, "text", true, renamed).unwrap();
        assert!(elsewhere.join("entry").exists());
    }
}
