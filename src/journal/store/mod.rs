//! The folder of a journal: a folder for each namespace, with a file for each interface.
//!
//! An operation reaches its entry by the name of the file alone, and reads no other entry.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::journal::entry::{Entry, Stage};
use crate::journal::file::{MAX_SIZE, NEW, folder_name, index_of, is_current, namespace_of, open_current, write_new};
use crate::journal::folder::{self, Opened};
use crate::journal::lines::{escape, invalid, unescape};
use crate::journal::progress::{Progress, progress};
use crate::netns::NamespaceId;
use crate::netns::lock::{LinkLocks, Lockable, is_locked};
use crate::netns::retry::PATIENCE;
use crate::sys;
use crate::text::printable_path;
use crate::types::{IfName, sorted};

/// Suffix of the files of entries.
const ENTRY: &str = ".entry";
/// How often to read an entry again because another operation wrote it meanwhile.
const ATTEMPTS: u32 = 100;

/// A journal's folder.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    /// Whether the file system keeps data across a shutdown.
    lasting: bool,
    /// The kernel's boot id, if entries can be from an earlier boot.
    boot: Option<String>,
    /// The file whose byte ranges are the locks on links.
    locks: Option<Arc<File>>,
    /// Why nothing can be written, if the journal was opened for reading.
    read_only: Option<String>,
}

/// An entry that this operation works on, with the locks on its link.
#[derive(Debug)]
pub(crate) struct LockedEntry {
    path: PathBuf,
    lasting: bool,
    locks: LinkLocks,
}

/// Result of locking an entry.
#[derive(Debug)]
pub(crate) enum LockResult {
    /// Nobody else is working on the interface.
    Free(Box<Entry>, LockedEntry),
    /// Another operation is working on it.
    Busy,
    /// From an earlier boot; its link no longer exists.
    Outdated(Box<Entry>, LockedEntry),
    /// An entry that cannot be read, and its file, unless others may be able to read it.
    Bad { problem: Error, slot: Option<LockedEntry> },
}

/// An entry at this moment: another operation may be working on it.
#[derive(Debug)]
pub(crate) struct EntryView {
    pub(crate) entry: Entry,
    /// Whether an operation is working on the entry.
    pub(crate) busy: bool,
    /// Whether the entry is from an earlier boot.
    pub(crate) outdated: bool,
}

impl Journal {
    /// Opens a journal for writing. Creates its folder (mode 0700) if it is missing.
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        let open = |folder: PathBuf| Self::of(folder::open_to_write(&folder)?, folder, None);
        opened(folder, std::path::absolute(folder).map_err(Error::from).and_then(open))
    }

    /// Opens a journal for reading; a missing folder has no entries. If the folder can be written, the journal can be, too.
    pub(crate) fn open_to_read(folder: &Path) -> Result<Self> {
        let open = |folder: PathBuf| {
            if fs::symlink_metadata(&folder).is_err_and(|error| error.kind() == io::ErrorKind::NotFound) {
                let missing = Opened { locks: None, lasting: false };
                return Self::of(missing, folder, Some("the journal was opened to be read".to_owned()));
            }
            match folder::open_to_write(&folder) {
                Ok(opened) => Self::of(opened, folder, None),
                Err(refusal) => Self::of(folder::open_to_read(&folder)?, folder, Some(refusal.to_string())),
            }
        };
        opened(folder, std::path::absolute(folder).map_err(Error::from).and_then(open))
    }

    fn of(opened: Opened, folder: PathBuf, read_only: Option<String>) -> Result<Self> {
        let Opened { locks, lasting } = opened;
        let boot = if lasting { boot_id()? } else { None };
        Ok(Self { folder, lasting, boot, locks: locks.map(Arc::new), read_only })
    }

    /// Returns the file whose locks on links keep other processes out.
    pub(crate) fn lock_file(&self) -> Option<Arc<File>> {
        // Locking takes write access, and nobody works on a journal that can only be read.
        self.locks.clone().filter(|_| self.read_only.is_none())
    }

    /// Returns the folder of a namespace's entries.
    pub(super) fn folder_of(&self, namespace: NamespaceId) -> PathBuf {
        self.folder.join(folder_name(namespace))
    }

    fn path(&self, namespace: NamespaceId, source: &IfName) -> PathBuf {
        self.folder_of(namespace).join(format!("{}{ENTRY}", escape(source.as_bytes())))
    }

    /// Returns the kernel's boot id, if entries must have it.
    pub(crate) fn boot(&self) -> Option<String> {
        self.boot.clone()
    }

    /// Refuses to write to a journal that can only be read.
    pub(super) fn check_writable(&self) -> Result<()> {
        match &self.read_only {
            None => Ok(()),
            Some(why) => Err(Error::new(ErrorKind::Journal, format!("the journal is only read: {why}"))),
        }
    }

    /// Writes the first entry of an interface, whose links the caller has locked.
    ///
    /// # Errors
    /// [`ErrorKind::Exists`] if there is an entry.
    pub(crate) fn begin(&self, entry: &Entry) -> Result<LockedEntry> {
        self.check_writable()?;
        let mut locks = LinkLocks::new(self.lock_file());
        // Also false if the operation itself has locked the link.
        locks.try_add(&entry.link())?;
        let path = self.path(entry.namespace.id, &entry.source);
        let write = || {
            let folder = self.folder_of(entry.namespace.id);
            write_new(&folder, entry.index, &entry.to_text(), self.lasting, |new| sys::file::rename_new(new, &path))
        };
        let written = match write() {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match self.peek(&path) {
                Ok(Some(EntryView { outdated: true, .. })) => {
                    fs::remove_file(&path).map_err(Error::from).and_then(|()| Ok(write()?))
                }
                found => Err(occupied(&entry.source, found)),
            },
            written => written.map_err(Error::from),
        };
        written.map_err(|error| match error.kind() {
            // Another entry is in the way: the name of the file says nothing more.
            ErrorKind::Exists => error,
            _ => unusable(error).context(format!("write {}", printable_path(&path))),
        })?;
        Ok(LockedEntry { path, lasting: self.lasting, locks })
    }

    /// Returns the entry of an interface at this moment; `None` without one.
    pub(crate) fn view(&self, namespace: NamespaceId, source: &IfName) -> Result<Option<EntryView>> {
        self.peek(&self.path(namespace, source))
    }

    /// Locks the entry of an interface; `None` without one. Waits for another operation, but not for long.
    pub(crate) fn wait_for(&self, namespace: NamespaceId, source: &IfName) -> Option<LockResult> {
        self.lock_until(&self.path(namespace, source), Instant::now() + PATIENCE)
    }

    /// Locks the entry of a file without waiting; `None` if it is gone.
    pub(crate) fn lock(&self, path: &Path) -> Option<LockResult> {
        self.lock_until(path, Instant::now())
    }

    /// Returns the namespaces that have entries, sorted by identity. `stranger` gets files that are no folder of a namespace.
    pub(crate) fn namespaces(&self, mut stranger: impl FnMut(PathBuf)) -> Result<Vec<NamespaceId>> {
        let mut found = Vec::new();
        for path in self.read_folder(&self.folder)? {
            match namespace_of(&path) {
                Some(namespace) => found.push(namespace),
                None if path.extension().is_some_and(|end| end == "entry") => stranger(path),
                None => {}
            }
        }
        Ok(sorted(found))
    }

    /// Returns the files of a namespace's entries, oldest first. Sweeps files that a dead process did not get to rename.
    pub(crate) fn files_of(&self, namespace: NamespaceId) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for path in self.read_folder(&self.folder_of(namespace))? {
            let name = path.file_name().map(OsStr::as_bytes).unwrap_or_default();
            if name.ends_with(NEW.as_bytes()) {
                self.sweep(namespace, &path);
            } else if name.ends_with(ENTRY.as_bytes()) {
                let age = fs::symlink_metadata(&path).map_or((0, 0, 0), |m| (m.mtime(), m.mtime_nsec(), m.ino()));
                found.push((age, path));
            }
        }
        Ok(sorted(found).into_iter().map(|(_, path)| path).collect())
    }

    /// Removes a file that a dead process did not get to rename.
    fn sweep(&self, namespace: NamespaceId, path: &Path) {
        let is_busy = |index| is_locked(self.locks.as_deref(), &Lockable::link(namespace, index)).unwrap_or(true);
        if index_of(path).is_some_and(|index| !is_busy(index)) {
            let _ = fs::remove_file(path);
        }
    }

    /// Returns the contents of a folder of the journal; nothing if it is missing.
    pub(super) fn read_folder(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        let read = || fs::read_dir(folder)?.map(|file| Ok(file?.path())).collect::<io::Result<_>>();
        match read() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            found => found.doing(|| format!("read the journal {}", printable_path(folder))),
        }
    }

    /// Reads an entry without locking it; `None` if it is gone.
    pub(crate) fn peek(&self, path: &Path) -> Result<Option<EntryView>> {
        let peek = || {
            let Some(file) = open_current(path)? else { return Ok(None) };
            let mut entry = self.parse(&file, path)?;
            let progress = self.progress_of(&mut entry)?;
            let mut busy = progress == Progress::Busy;
            if !busy && entry.stage != Stage::Present {
                busy = is_locked(self.locks.as_deref(), &entry.link())?;
            }
            let outdated = self.is_outdated(&entry);
            Ok::<_, Error>(Some(EntryView { entry, busy, outdated }))
        };
        peek().doing(|| printable_path(path))
    }

    fn lock_until(&self, path: &Path, deadline: Instant) -> Option<LockResult> {
        let bad = |problem: Error, slot| {
            let problem = problem.context(printable_path(path));
            Some(LockResult::Bad { problem, slot })
        };
        // The writer of an entry holds the locks. An entry that was read before the locks were had does not count.
        for _ in 0..ATTEMPTS {
            let file = match open_current(path) {
                Ok(file) => file?,
                Err(problem) => return bad(problem, None),
            };
            if let Err(problem) = self.check_writable() {
                return bad(problem, None);
            }
            let mut entry = match self.parse(&file, path) {
                Ok(entry) => entry,
                Err(problem) if problem.kind() == ErrorKind::NotSupported || problem.errno().is_some() => {
                    return bad(problem, None);
                }
                Err(problem) => return bad(problem, Some(self.slot(path, LinkLocks::new(self.lock_file())))),
            };
            let locks = match LinkLocks::wait_until(deadline, self.lock_file(), entry.links()) {
                Ok(locks) => locks,
                Err(error) if error.errno() == Some(libc::EBUSY) => return Some(LockResult::Busy),
                Err(error) => return bad(error, None),
            };
            match is_current(&file, path) {
                Ok(true) => {}
                Ok(false) => continue,
                Err(error) => return bad(error.into(), None),
            }
            let slot = self.slot(path, locks);
            if self.is_outdated(&entry) {
                return Some(LockResult::Outdated(Box::new(entry), slot));
            }
            return match self.progress_of(&mut entry) {
                Ok(Progress::Busy) if Instant::now() < deadline => {
                    drop(slot);
                    std::thread::sleep(crate::netns::retry::PAUSE);
                    continue;
                }
                Ok(Progress::Busy) => Some(LockResult::Busy),
                Ok(Progress::Complete | Progress::Interrupted) => Some(LockResult::Free(Box::new(entry), slot)),
                Err(problem) => bad(problem, Some(slot)),
            };
        }
        Some(LockResult::Busy)
    }

    fn slot(&self, path: &Path, locks: LinkLocks) -> LockedEntry {
        LockedEntry { path: path.to_owned(), lasting: self.lasting, locks }
    }

    /// Makes an entry say what is true: until its batch is complete, nothing that the batch adds is present.
    fn progress_of(&self, entry: &mut Entry) -> Result<Progress> {
        let Some(place) = entry.place else { return Ok(Progress::Complete) };
        let progress = progress(&self.folder_of(entry.namespace.id), place)?;
        if progress != Progress::Complete && entry.stage == Stage::Present {
            entry.stage = Stage::Adding;
        }
        Ok(progress)
    }

    fn is_outdated(&self, entry: &Entry) -> bool {
        entry.boot.is_some() && self.boot.is_some() && entry.boot != self.boot
    }

    fn parse(&self, file: &File, path: &Path) -> Result<Entry> {
        let mut text = Vec::new();
        file.take(MAX_SIZE as u64).read_to_end(&mut text)?;
        let text = std::str::from_utf8(&text).map_err(|_| invalid("it is not text"))?;
        let entry = Entry::parse(text)?;
        if self.path(entry.namespace.id, &entry.source) == path {
            Ok(entry)
        } else {
            Err(invalid("it has another entry's name"))
        }
    }
}

impl LockedEntry {
    /// Writes the entry anew. Locks links that the entry did not name before.
    ///
    /// # Errors
    /// `EBUSY` if another operation works on one of those.
    pub(crate) fn update(&mut self, before: &Entry, entry: &Entry) -> Result<()> {
        for link in entry.links().iter().filter(|link| !before.links().contains(link)) {
            if !self.locks.try_add(link)? {
                return Err(Error::from_errno(libc::EBUSY).context("another operation works on a link with that index"));
            }
        }
        let folder = self.path.parent().unwrap_or_else(|| Path::new("/"));
        let written = write_new(folder, entry.index, &entry.to_text(), self.lasting, |new| fs::rename(new, &self.path));
        written.map_err(|error| unusable(error.into()).context(format!("write {}", printable_path(&self.path))))
    }

    /// Removes the entry, and the namespace's folder with the last one.
    pub(crate) fn remove(self) -> Result<()> {
        fs::remove_file(&self.path).doing(|| format!("remove {}", printable_path(&self.path)))?;
        let _ = self.path.parent().map(fs::remove_dir);
        Ok(())
    }
}

/// Returns the source name of the interface whose entry is in a file.
pub(crate) fn source_of(file: &Path) -> Option<IfName> {
    let name = file.file_name()?.to_str()?.strip_suffix(ENTRY)?;
    IfName::from_kernel(&unescape(name)?)
}

fn opened(folder: &Path, opened: Result<Journal>) -> Result<Journal> {
    opened.map_err(|error| unusable(error).context(format!("open the journal {}", printable_path(folder))))
}

/// The error of a journal that cannot be used.
fn unusable(error: Error) -> Error {
    let is_told = error.kind() == ErrorKind::Exists || error.is_shortage();
    if is_told { error } else { error.with_kind(ErrorKind::Journal) }
}

/// Says why an interface cannot have an entry.
fn occupied(source: &IfName, found: Result<Option<EntryView>>) -> Error {
    let message = match found {
        Ok(Some(EntryView { busy: true, .. })) => format!("another process is working on the interface {source}"),
        Err(problem) => format!("the journal has an entry of the interface {source} that cannot be read: {problem}"),
        Ok(Some(EntryView { entry, .. })) if entry.stage != Stage::Present => {
            format!("an operation on the interface {source} was interrupted: it takes a restore")
        }
        Ok(_) => format!("an interface with source name {source} is there already"),
    };
    Error::new(ErrorKind::Exists, message)
}

/// Returns the kernel's boot id, if it can be read.
fn boot_id() -> Result<Option<String>> {
    match sys::procfs::boot_id().map_err(Error::from) {
        Err(error) if error.is_shortage() => Err(error),
        id => Ok(id.ok()),
    }
}

#[cfg(test)]
mod tests;
