use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use super::entry::Entry;
use super::text::word;
use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::NamespaceId;
use crate::sys;
use crate::types::{IfName, printable_path};

/// What the names of entries and of files that are to become entries end with.
const ENTRY: &str = ".entry";
const NEW: &str = ".new";
/// More than any entry has: a link with thousands of addresses and routes.
const MAX_SIZE: u64 = 16 << 20;

/// A folder of entries, one file for each interface.
///
/// An entry's file is locked (flock(2)) while its process is working on the interface. What is not
/// locked and not finished was interrupted.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    /// Whether the file system keeps data when the machine goes down.
    lasting: bool,
}

/// An entry's file, locked.
#[derive(Debug)]
pub(crate) struct Slot {
    path: PathBuf,
    lasting: bool,
    /// Keeps the lock.
    _file: File,
}

/// A file of the folder.
#[derive(Debug)]
pub(crate) enum Found {
    /// Nobody is working on it.
    Free(Box<Entry>, Slot),
    /// Its process is working on it.
    Busy,
    /// Not one that can be read, and the namespace that its name speaks of.
    Bad { problem: Error, slot: Slot, namespace: Option<NamespaceId> },
}

impl Journal {
    /// Opens a folder, and makes it (mode 0700) when it is missing.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let open = || {
            let folder = std::path::absolute(folder)?;
            DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
            let file = File::open(&folder)?;
            // Whether entries can be made there is better known now.
            let (path, probe) = new_file(&folder)?;
            fs::remove_file(path)?;
            drop(probe);
            Ok::<_, io::Error>(Self { lasting: !sys::file::is_volatile(file.as_fd())?, folder })
        };
        open().doing(|| format!("open the journal {}", printable_path(folder)))
    }

    fn path(&self, namespace: NamespaceId, source: &IfName) -> PathBuf {
        let namespace = namespace.to_string().replace(':', "-");
        self.folder.join(format!("{namespace}.{}{ENTRY}", word(source.as_bytes())))
    }

    /// Writes a first entry for an interface.
    ///
    /// # Errors
    /// [`ErrorKind::Exists`] when it has one.
    pub(crate) fn begin(&self, entry: &Entry) -> Result<Slot> {
        let path = self.path(entry.namespace.id, &entry.source);
        let file = write_new(&self.folder, entry, self.lasting, |new| sys::file::rename_new(new, &path));
        match file {
            Ok(file) => Ok(Slot { path, lasting: self.lasting, _file: file }),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                let message = format!("an interface with source name {} is there already", entry.source);
                Err(Error::new(ErrorKind::Exists, message).context(format!("write {}", printable_path(&path))))
            }
            Err(error) => Err(error).doing(|| format!("write {}", printable_path(&path))),
        }
    }

    /// The entry of an interface; none when there is none.
    pub(crate) fn find(&self, namespace: NamespaceId, source: &IfName) -> Result<Option<Found>> {
        self.read(self.path(namespace, source))
    }

    /// All entries, in no order; files that are none, and what a dead process did not get to rename, are not among them.
    pub(crate) fn all(&self) -> Result<Vec<Found>> {
        let read = || {
            let mut found = Vec::new();
            for file in fs::read_dir(&self.folder)? {
                let path = file?.path();
                let name = path.file_name().map(OsStr::as_bytes).unwrap_or_default();
                if name.ends_with(ENTRY.as_bytes()) {
                    found.extend(self.read(path)?);
                } else if name.ends_with(NEW.as_bytes()) {
                    sweep(&path);
                }
            }
            Ok::<_, Error>(found)
        };
        read().doing(|| format!("read the journal {}", printable_path(&self.folder)))
    }

    fn read(&self, path: PathBuf) -> Result<Option<Found>> {
        let read = || {
            let Some(mut file) = open_current(&path)? else { return Ok(None) };
            if !sys::file::try_lock(file.as_fd())? {
                return Ok(Some(Found::Busy));
            }
            // Replaced or removed between opening and locking.
            if !is_current(&file, &path)? {
                return Ok(Some(Found::Busy));
            }
            let mut text = Vec::new();
            Read::by_ref(&mut file).take(MAX_SIZE).read_to_end(&mut text)?;
            let slot = Slot { path: path.clone(), lasting: self.lasting, _file: file };
            let entry = std::str::from_utf8(&text)
                .map_err(|_| super::text::invalid("it is not text"))
                .and_then(Entry::parse)
                .and_then(|entry| self.belongs(entry, &path))
                .doing(|| printable_path(&path));
            Ok(Some(match entry {
                Ok(entry) => Found::Free(Box::new(entry), slot),
                Err(problem) => Found::Bad { problem, slot, namespace: namespace_of(&path) },
            }))
        };
        read().map_err(|error: io::Error| Error::from(error).context(format!("read {}", printable_path(&path))))
    }

    /// Refuses an entry under another's name.
    fn belongs(&self, entry: Entry, path: &Path) -> Result<Entry> {
        if self.path(entry.namespace.id, &entry.source) == path {
            Ok(entry)
        } else {
            Err(super::text::invalid("it has another entry's name"))
        }
    }
}

impl Slot {
    /// Writes the entry anew.
    pub(crate) fn update(&mut self, entry: &Entry) -> Result<()> {
        let folder = self.path.parent().unwrap_or_else(|| Path::new("/"));
        let file = write_new(folder, entry, self.lasting, |new| fs::rename(new, &self.path));
        self._file = file.doing(|| format!("write {}", printable_path(&self.path)))?;
        Ok(())
    }

    /// Removes the entry.
    pub(crate) fn remove(self) -> Result<()> {
        fs::remove_file(&self.path).doing(|| format!("remove {}", printable_path(&self.path)))
    }
}

/// Writes an entry under a name of its own, locked, and has it renamed.
fn write_new(
    folder: &Path,
    entry: &Entry,
    lasting: bool,
    rename: impl FnOnce(&Path) -> io::Result<()>,
) -> io::Result<File> {
    let (path, mut file) = new_file(folder)?;
    let write = || {
        sys::file::try_lock(file.as_fd())?;
        file.write_all(entry.to_text().as_bytes())?;
        if lasting {
            file.sync_data()?;
        }
        rename(&path)?;
        if lasting {
            File::open(folder)?.sync_all()?;
        }
        Ok(())
    };
    let written = write();
    if written.is_err() {
        // Not there any more when the failure came behind the rename.
        let _ = fs::remove_file(&path);
    }
    written.map(|()| file)
}

fn new_file(folder: &Path) -> io::Result<(PathBuf, File)> {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = folder.join(format!("{}-{number}{NEW}", std::process::id()));
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            // Of a dead process with the same number, or of another PID namespace's.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            file => return Ok((path, file?)),
        }
    }
}

/// Removes a file that was to become an entry, when its process is dead.
fn sweep(path: &Path) {
    if let Ok(Some(file)) = open_current(path) {
        if matches!(sys::file::try_lock(file.as_fd()), Ok(true)) && matches!(is_current(&file, path), Ok(true)) {
            let _ = fs::remove_file(path);
        }
    }
}

fn open_current(path: &Path) -> io::Result<Option<File>> {
    let flags = libc::O_NONBLOCK | libc::O_NOFOLLOW;
    match File::options().read(true).custom_flags(flags).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        file => file.map(Some),
    }
}

fn is_current(file: &File, path: &Path) -> io::Result<bool> {
    let (open, there) = (file.metadata()?, fs::symlink_metadata(path));
    Ok(there.is_ok_and(|there| (there.dev(), there.ino()) == (open.dev(), open.ino())))
}

/// The namespace that an entry's file name begins with.
fn namespace_of(path: &Path) -> Option<NamespaceId> {
    let (namespace, _) = path.file_name()?.to_str()?.split_once('.')?;
    NamespaceId::parse(&namespace.replace('-', ":"))
}

#[cfg(test)]
mod tests {
    use super::super::entry::tests::entry;
    use super::*;

    fn journal() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("made/for it")).unwrap();
        (folder, journal)
    }

    #[test]
    fn an_entry_from_its_beginning_to_its_end() {
        let (_folder, journal) = journal();
        let mut entry = entry();
        let mut slot = journal.begin(&entry).unwrap();
        assert_eq!(journal.begin(&entry).unwrap_err().kind(), ErrorKind::Exists);
        assert!(matches!(journal.all().unwrap()[..], [Found::Busy]));
        entry.name = b"eth0".to_vec();
        slot.update(&entry).unwrap();
        assert!(matches!(journal.find(entry.namespace.id, &entry.source).unwrap(), Some(Found::Busy)));
        drop(slot);
        let Some(Found::Free(found, slot)) = journal.find(entry.namespace.id, &entry.source).unwrap() else { panic!() };
        assert_eq!(*found, entry);
        slot.remove().unwrap();
        assert!(journal.all().unwrap().is_empty());
        assert_eq!(fs::read_dir(&journal.folder).unwrap().count(), 0, "nothing is left");
    }

    #[test]
    fn torn_and_misplaced_entries_are_told() {
        let (_folder, journal) = journal();
        let entry = entry();
        drop(journal.begin(&entry).unwrap());
        let path = journal.path(entry.namespace.id, &entry.source);
        fs::copy(&path, journal.folder.join("cookie-99.other.entry")).unwrap();
        fs::write(&path, &entry.to_text()[..100]).unwrap();
        fs::write(journal.folder.join("0-0.new"), "half").unwrap();
        let mut namespaces = Vec::new();
        for found in journal.all().unwrap() {
            let Found::Bad { namespace, .. } = found else { panic!("{found:?}") };
            namespaces.push(namespace.unwrap());
        }
        namespaces.sort_by_key(ToString::to_string);
        assert_eq!(namespaces, [NamespaceId::from_cookie(12), NamespaceId::from_cookie(99)]);
        assert!(!journal.folder.join("0-0.new").exists(), "what a dead process was writing is swept");
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error() {
        assert!(Journal::open(Path::new("/proc/none")).is_err());
    }
}
