//! The folder that a journal is kept in.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File};
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt};
use std::path::{Path, PathBuf};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::journal::entry::{Entry, Stage};
use crate::journal::file::{MAX_SIZE, NEW, file_prefix, lock, namespace_of, new_file, open_current, sweep, write_new};
use crate::journal::lines::escape;
use crate::journal::progress::{Progress, progress};
use crate::netns::NamespaceId;
use crate::netns::retry::retry_while_busy;
use crate::sys;
use crate::text::printable_path;
use crate::types::{IfName, sorted};

/// What the names of entries end with.
const ENTRY: &str = ".entry";

/// A folder of entries, one file for each interface.
///
/// An entry's file is locked (flock(2)) while its process is working on the interface. What is not
/// locked and not finished was interrupted.
#[derive(Debug)]
pub(crate) struct Journal {
    folder: PathBuf,
    /// Whether the file system keeps data when the machine goes down.
    lasting: bool,
    /// What tells this run of the kernel from others, where entries can be of another one.
    boot: Option<String>,
}

/// An entry's file, locked.
#[derive(Debug)]
pub(crate) struct LockedEntry {
    path: PathBuf,
    lasting: bool,
    /// Keeps the lock, unless it is that of a list.
    _file: Option<File>,
}

/// A file of the folder.
#[derive(Debug)]
pub(crate) enum LockResult {
    /// Nobody is working on it.
    Free(Box<Entry>, LockedEntry),
    /// Its process is working on it.
    Busy,
    /// Of before the machine was started: what it speaks of is no more.
    Outdated(Box<Entry>, LockedEntry),
    /// Not one that can be read, and its file where that can be locked and need not be kept for others who can read it.
    Bad { problem: Error, slot: Option<LockedEntry> },
}

/// An entry as it is at the moment: its process may be working on it.
#[derive(Debug)]
pub(crate) struct EntryView {
    pub(crate) entry: Entry,
    /// Whether a process is working on it.
    pub(crate) busy: bool,
    /// Whether it is of before the machine was started.
    pub(crate) outdated: bool,
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
            let lasting = !sys::file::is_volatile(file.as_fd())?;
            let boot = if lasting { boot_id()? } else { None };
            Ok::<_, Error>(Self { folder, lasting, boot })
        };
        open().doing(|| format!("open the journal {}", printable_path(folder)))
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, namespace: NamespaceId, source: &IfName) -> PathBuf {
        self.folder.join(format!("{}.{}{ENTRY}", file_prefix(namespace), escape(source.as_bytes())))
    }

    /// What an entry that is made now has to say of the run of the kernel.
    pub(crate) fn boot(&self) -> Option<String> {
        self.boot.clone()
    }

    /// Writes a first entry for an interface.
    ///
    /// # Errors
    /// [`ErrorKind::Exists`] when it has one.
    pub(crate) fn begin(&self, entry: &Entry) -> Result<LockedEntry> {
        let path = self.path(entry.namespace.id, &entry.source);
        let write = || write_new(&self.folder, &entry.to_text(), self.lasting, |new| sys::file::rename_new(new, &path));
        let written = match write() {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => match self.lock(&path) {
                Some(LockResult::Outdated(_, slot)) => slot.remove().and_then(|()| Ok(write()?)),
                found => Err(occupied(&entry.source, found.as_ref())),
            },
            written => written.map_err(Error::from),
        };
        let file = written.doing(|| format!("write {}", printable_path(&path)))?;
        Ok(LockedEntry { path, lasting: self.lasting, _file: own_lock(entry, file) })
    }

    /// The entry of an interface; none when there is none. Waits for another process that is working on it,
    /// but not for long.
    pub(crate) fn find(&self, namespace: NamespaceId, source: &IfName) -> Result<Option<LockResult>> {
        let path = self.path(namespace, source);
        Ok(retry_while_busy(|| self.lock(&path), |found| matches!(found, Some(LockResult::Busy))))
    }

    /// The files of all entries, oldest first. What a dead process did not get to rename is swept.
    pub(crate) fn files(&self) -> Result<Vec<PathBuf>> {
        self.list(&|_| true)
    }

    /// The files of one namespace's entries, oldest first.
    pub(crate) fn files_of(&self, namespace: NamespaceId) -> Result<Vec<PathBuf>> {
        self.list(&|path| namespace_of(path) == Some(namespace))
    }

    fn list(&self, is_wanted: &dyn Fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
        let read = || {
            let mut found = Vec::new();
            for file in fs::read_dir(&self.folder)? {
                let path = file?.path();
                let name = path.file_name().map(OsStr::as_bytes).unwrap_or_default();
                if name.ends_with(NEW.as_bytes()) {
                    sweep(&path);
                } else if name.ends_with(ENTRY.as_bytes()) && is_wanted(&path) {
                    let age = fs::symlink_metadata(&path).map_or((0, 0, 0), |m| (m.mtime(), m.mtime_nsec(), m.ino()));
                    found.push((age, path));
                }
            }
            Ok::<_, io::Error>(sorted(found).into_iter().map(|(_, path)| path).collect())
        };
        read().doing(|| format!("read the journal {}", printable_path(&self.folder)))
    }

    /// Reads an entry, locked by nobody; none when it has gone.
    pub(crate) fn peek(&self, path: &Path) -> Result<Option<EntryView>> {
        let look = || {
            let Some(file) = open_current(path)? else { return Ok(None) };
            let mut entry = self.parse(&file, path)?;
            // What was replaced or removed since it was opened is locked by nobody.
            let progress = self.look_at_list(&mut entry)?;
            let busy = progress == Progress::Busy || (entry.stage != Stage::Present && !lock(&file, path)?);
            let outdated = self.is_outdated(&entry);
            Ok::<_, Error>(Some(EntryView { entry, busy, outdated }))
        };
        look().doing(|| printable_path(path))
    }

    /// Reads an entry that is to be worked on; none when it has gone.
    pub(crate) fn lock(&self, path: &Path) -> Option<LockResult> {
        let bad = |problem: Error, slot| {
            let problem = problem.context(printable_path(path));
            Some(LockResult::Bad { problem, slot })
        };
        let file = match open_current(path) {
            Ok(file) => file?,
            Err(error) => return bad(error, None),
        };
        match lock(&file, path) {
            Ok(true) => {}
            Ok(false) => return Some(LockResult::Busy),
            Err(error) => return bad(error.into(), None),
        }
        let entry = self.parse(&file, path);
        let slot = LockedEntry { path: path.to_owned(), lasting: self.lasting, _file: Some(file) };
        let mut entry = match entry {
            Ok(entry) if self.is_outdated(&entry) => return Some(LockResult::Outdated(Box::new(entry), slot)),
            Ok(entry) => entry,
            Err(problem) if problem.kind() == ErrorKind::NotSupported => return bad(problem, None),
            Err(problem) => return bad(problem, Some(slot)),
        };
        match self.look_at_list(&mut entry) {
            Ok(Progress::Busy) => Some(LockResult::Busy),
            Ok(Progress::Complete | Progress::Interrupted) => Some(LockResult::Free(Box::new(entry), slot)),
            Err(problem) => bad(problem, Some(slot)),
        }
    }

    /// Has an entry say what holds for it: as long as its list is not complete, nothing that is added by it is present.
    fn look_at_list(&self, entry: &mut Entry) -> Result<Progress> {
        let Some(place) = entry.place else { return Ok(Progress::Complete) };
        let progress = progress(&self.folder, entry.namespace.id, place)?;
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
        let text = std::str::from_utf8(&text).map_err(|_| crate::journal::lines::invalid("it is not text"))?;
        let entry = Entry::parse(text)?;
        if self.path(entry.namespace.id, &entry.source) == path {
            Ok(entry)
        } else {
            Err(crate::journal::lines::invalid("it has another entry's name"))
        }
    }
}

impl LockedEntry {
    /// Writes the entry anew.
    pub(crate) fn update(&mut self, entry: &Entry) -> Result<()> {
        let folder = self.path.parent().unwrap_or_else(|| Path::new("/"));
        let file = write_new(folder, &entry.to_text(), self.lasting, |new| fs::rename(new, &self.path));
        let file = file.doing(|| format!("write {}", printable_path(&self.path)))?;
        self._file = own_lock(entry, file);
        Ok(())
    }

    /// Removes the entry.
    pub(crate) fn remove(self) -> Result<()> {
        fs::remove_file(&self.path).doing(|| format!("remove {}", printable_path(&self.path)))
    }
}

/// Why an interface cannot have an entry.
fn occupied(source: &IfName, found: Option<&LockResult>) -> Error {
    let message = match found {
        Some(LockResult::Busy) => format!("another process is working on the interface {source}"),
        Some(LockResult::Bad { problem, .. }) => {
            format!("the journal has an entry of the interface {source} that cannot be read: {problem}")
        }
        Some(LockResult::Free(entry, _)) if entry.stage != Stage::Present => {
            format!("an operation on the interface {source} was interrupted: it takes a restore")
        }
        _ => format!("an interface with source name {source} is there already"),
    };
    Error::new(ErrorKind::Exists, message)
}

/// What tells this run of the kernel from others, if that can be known.
fn boot_id() -> Result<Option<String>> {
    match sys::procfs::boot_id().map_err(Error::from) {
        Err(error) if error.is_shortage() => Err(error),
        id => Ok(id.ok()),
    }
}

/// An entry's file, to keep it locked: those of a list are not, as there can be more of them than descriptors.
fn own_lock(entry: &Entry, file: File) -> Option<File> {
    entry.place.is_none().then_some(file)
}

#[cfg(test)]
mod tests {
    use std::thread;
    use std::time::Duration;

    use super::*;
    use crate::journal::entry::tests::entry;
    use crate::record::origin::Origin;

    fn journal() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("made/for it")).unwrap();
        // Whatever file system this is.
        (folder, Journal { boot: None, ..journal })
    }

    #[test]
    fn an_entry_from_its_beginning_to_its_end() {
        let (_folder, journal) = journal();
        let mut entry = entry();
        let mut slot = journal.begin(&entry).unwrap();
        assert_eq!(journal.begin(&entry).unwrap_err().kind(), ErrorKind::Exists);
        let files = journal.files_of(entry.namespace.id).unwrap();
        let [file] = &files[..] else { panic!("{files:?}") };
        assert!(journal.peek(file).unwrap().unwrap().busy);
        entry.name = b"eth0".to_vec();
        slot.update(&entry).unwrap();
        assert!(matches!(journal.lock(file), Some(LockResult::Busy)));
        drop(slot);
        let Some(LockResult::Free(found, slot)) = journal.find(entry.namespace.id, &entry.source).unwrap() else {
            panic!()
        };
        assert_eq!(*found, entry);
        slot.remove().unwrap();
        assert!(journal.lock(file).is_none() && journal.peek(file).unwrap().is_none());
        assert_eq!(fs::read_dir(&journal.folder).unwrap().count(), 0, "nothing is left");
    }

    /// What is too large to be read again is not written.
    #[test]
    fn an_entry_has_a_largest_size() {
        let (_folder, journal) = journal();
        let sized = |bytes: usize| {
            let mut entry = entry();
            let Origin::Moved { snapshot, .. } = &mut entry.origin else { panic!() };
            snapshot.routes = vec![vec![1; bytes / 2]];
            entry
        };
        let room = MAX_SIZE - sized(0).to_text().len();
        assert_eq!(journal.begin(&sized(room + 2)).unwrap_err().errno(), Some(libc::EFBIG));
        assert_eq!(fs::read_dir(&journal.folder).unwrap().count(), 0, "nothing is left");
        let largest = sized(room);
        let mut slot = journal.begin(&largest).unwrap();
        assert_eq!(slot.update(&sized(room + 2)).unwrap_err().errno(), Some(libc::EFBIG));
        drop(slot);
        let found = journal.find(largest.namespace.id, &largest.source).unwrap();
        assert!(matches!(found, Some(LockResult::Free(entry, _)) if *entry == largest));
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
        let files = journal.files().unwrap();
        for file in &files {
            assert!(journal.peek(file).is_err());
            assert!(matches!(journal.lock(file), Some(LockResult::Bad { slot: Some(_), .. })), "{file:?}");
        }
        assert_eq!(files.len(), 2);
        assert_eq!(journal.files_of(entry.namespace.id).unwrap(), [path]);
        assert!(!journal.folder.join("0-0.new").exists(), "what a dead process was writing is swept");
    }

    #[test]
    fn entries_of_before_a_reboot_are_outdated() {
        let (_folder, mut journal) = journal();
        let old = Entry { boot: Some("before".to_owned()), ..entry() };
        journal.boot = Some("now".to_owned());
        drop(journal.begin(&old).unwrap());
        let path = journal.path(old.namespace.id, &old.source);
        assert!(journal.peek(&path).unwrap().unwrap().outdated);
        assert!(matches!(journal.lock(&path), Some(LockResult::Outdated(..))));
        let new = Entry { boot: journal.boot(), ..entry() };
        drop(journal.begin(&new).unwrap());
        assert_eq!(journal.begin(&new).unwrap_err().kind(), ErrorKind::Exists);
        // Where nothing can outlive it, or it is not known, nothing is.
        journal.boot = None;
        assert!(matches!(journal.lock(&path), Some(LockResult::Free(found, _)) if *found == new));
    }

    #[test]
    fn what_is_no_file_of_ours_is_told() {
        let (_folder, journal) = journal();
        fs::create_dir(journal.folder.join("cookie-1.a.entry")).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", journal.folder.join("cookie-1.b.entry")).unwrap();
        for file in journal.files_of(NamespaceId::from_cookie(1)).unwrap() {
            assert!(matches!(journal.lock(&file), Some(LockResult::Bad { .. })), "{file:?}");
        }
    }

    #[test]
    fn a_process_that_is_done_soon_is_waited_for() {
        let (_folder, journal) = journal();
        let entry = entry();
        let slot = journal.begin(&entry).unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(50));
                slot.remove().unwrap();
            });
            assert!(journal.find(entry.namespace.id, &entry.source).unwrap().is_none());
        });
    }

    #[test]
    fn new_entries_are_not_swept() {
        let (_folder, journal) = journal();
        thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for _ in 0..300 {
                    journal.begin(&entry()).and_then(LockedEntry::remove).unwrap();
                }
            });
            while !writer.is_finished() {
                journal.files().unwrap();
            }
            writer.join().unwrap();
        });
    }

    #[test]
    fn a_folder_that_cannot_be_is_an_error() {
        assert!(Journal::open(Path::new("/proc/none")).is_err());
    }
}
