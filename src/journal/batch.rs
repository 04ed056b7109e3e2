//! Operations on several interfaces at once, which complete as one.

use std::cmp::Reverse;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::mem;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::error::{Context, Result};
use crate::journal::entry::BatchSlot;
use crate::journal::file::create_folder;
use crate::journal::progress::{BATCH, LOCKED, Progress, batch_path, progress};
use crate::journal::store::{EntryView, Journal};
use crate::netns::NamespaceId;
use crate::sys::above_streams;
use crate::sys::file::{try_lock_range, unlock_range};
use crate::text::printable_path;
use crate::types::{random, sorted};

/// The file of an operation on several interfaces, locked while the operation goes on. While the file exists, the operation is
/// in progress or was interrupted.
#[derive(Debug)]
pub(crate) struct Batch {
    path: PathBuf,
    number: u64,
    file: File,
    process: u32,
}

impl Batch {
    /// Returns the slot of the interface at a position.
    pub(crate) fn slot(&self, position: usize) -> BatchSlot {
        BatchSlot { batch: self.number, position: u32::try_from(position).unwrap_or(u32::MAX) }
    }

    /// Completes the operation, for all of its interfaces at once.
    pub(crate) fn finish(&self) -> Result<()> {
        fs::remove_file(&self.path).doing(|| format!("remove {}", printable_path(&self.path)))?;
        // The last entry may have been removed before.
        let _ = self.path.parent().map(fs::remove_dir);
        Ok(())
    }
}

/// Unlocks the file, also when the process has forked meanwhile.
impl Drop for Batch {
    fn drop(&mut self) {
        if self.process == std::process::id() {
            let _ = unlock_range(self.file.as_fd(), &LOCKED);
        }
    }
}

impl Journal {
    /// Begins an operation on several interfaces of a namespace.
    pub(crate) fn begin_batch(&self, namespace: NamespaceId) -> Result<Batch> {
        self.check_writable()?;
        let folder = self.folder_of(namespace);
        loop {
            // The name is never used again: complete entries name their batch for ever.
            let number = random();
            let path = batch_path(&folder, number);
            let file = match OpenOptions::new()
                .read(true)
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&path)
                .and_then(above_streams)
            {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    create_folder(&folder, false).doing(|| format!("create the folder {}", printable_path(&folder)))?;
                    continue;
                }
                file => file.doing(|| format!("write {}", printable_path(&path)))?,
            };
            let batch = Batch { path, number, file, process: std::process::id() };
            // Somebody may have swept the file before it was locked.
            if try_lock_range(batch.file.as_fd(), &LOCKED)? && batch.path.exists() {
                return Ok(batch);
            }
        }
    }

    /// Sorts the files of entries: entries of an interrupted batch first, its last one in front, because the last change is
    /// undone first.
    pub(crate) fn rollback_order(&self, namespace: NamespaceId, files: &mut [PathBuf]) -> Result<()> {
        if self.batches(namespace)?.is_empty() {
            return Ok(());
        }
        let folder = self.folder_of(namespace);
        let slot = |file: &PathBuf| {
            let slot = self.peek(file).ok()??.entry.place?;
            let is_complete = matches!(progress(&folder, slot), Ok(Progress::Complete));
            (!is_complete).then_some(Reverse((slot.batch, slot.position)))
        };
        let keyed = files.iter_mut().enumerate().map(|(number, file)| {
            let slot = slot(file);
            (slot.is_none(), slot, number, mem::take(file))
        });
        let keyed = sorted(keyed);
        files.iter_mut().zip(keyed).for_each(|(file, (.., next))| *file = next);
        Ok(())
    }

    /// Removes the files of a namespace's batches that nobody works on and no entry names.
    pub(crate) fn sweep_batches(&self, namespace: NamespaceId) -> Result<()> {
        let (batches, folder) = (self.batches(namespace)?, self.folder_of(namespace));
        if batches.is_empty() {
            let _ = fs::remove_dir(folder);
            return Ok(());
        }
        let mut needed = Vec::new();
        for file in self.files_of(namespace)? {
            match self.peek(&file) {
                Ok(Some(EntryView { entry, .. })) => {
                    needed.extend(entry.place.map(|slot| batch_path(&folder, slot.batch)));
                }
                Ok(None) => {}
                // Its batch is unknown.
                Err(_) => return Ok(()),
            }
        }
        for batch in batches.iter().filter(|batch| !needed.contains(batch)) {
            sweep(batch)?;
        }
        let _ = fs::remove_dir(folder);
        Ok(())
    }

    fn batches(&self, namespace: NamespaceId) -> Result<Vec<PathBuf>> {
        let mut files = self.read_folder(&self.folder_of(namespace))?;
        files.retain(|path| path.as_os_str().as_bytes().ends_with(BATCH.as_bytes()));
        Ok(files)
    }
}

/// Removes the file of a batch that no process works on.
fn sweep(path: &Path) -> Result<()> {
    let file = match File::options()
        .read(true)
        .write(true)
        .custom_flags(libc::O_NOFOLLOW)
        .open(path)
        .and_then(above_streams)
    {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        file => file?,
    };
    // Whoever creates such a file checks that it still exists once it is locked.
    if try_lock_range(file.as_fd(), &LOCKED)? {
        fs::remove_file(path)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, MutexGuard, PoisonError};

    use super::*;
    use crate::journal::entry::tests::entry;

    use crate::journal::store::{LockResult, LockedEntry};
    use crate::journal::{Entry, Stage};
    use crate::record::identity::Identity;
    use crate::types::IfName;
    use crate::wire::captures::VETH;
    use crate::wire::link::LinkInfo;

    /// Locks are the whole process's, and these tests use one namespace.
    static ALONE: Mutex<()> = Mutex::new(());

    fn journal() -> (MutexGuard<'static, ()>, tempfile::TempDir, Journal) {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(&folder.path().join("journal")).unwrap();
        (alone, folder, journal)
    }

    /// Entries of a list, named `a`, `b` and so on.
    fn write(journal: &Journal, list: &Batch, names: &str) -> Vec<(Entry, LockedEntry)> {
        let entry = |(position, name): (usize, char)| {
            let source = IfName::new(name.to_string()).unwrap();
            let entry = Entry { source, place: Some(list.slot(position)), boot: journal.boot(), ..entry() };
            let slot = journal.begin(&entry).unwrap();
            (entry, slot)
        };
        names.chars().enumerate().map(entry).collect()
    }

    fn present(mut written: Vec<(Entry, LockedEntry)>) {
        for (entry, slot) in &mut written {
            let before = entry.clone();
            let link = LinkInfo::parse(VETH).unwrap();
            let identity = Identity::of(&link);
            entry.name = identity.name.as_bytes().to_vec();
            (entry.stage, entry.identity) = (Stage::Present, Some(identity));
            slot.update(&before, entry).unwrap();
        }
    }

    fn stages(journal: &Journal) -> Vec<(String, Stage, bool)> {
        let mut files = journal.files_of(NamespaceId::from_cookie(12)).unwrap();
        files.sort();
        let glimpse = |file: &PathBuf| {
            let EntryView { entry, busy, .. } = journal.peek(file).unwrap().unwrap();
            (entry.source.to_string(), entry.stage, busy)
        };
        files.iter().map(glimpse).collect()
    }

    #[test]
    fn what_is_added_together_is_present_together() {
        let (_alone, _folder, journal) = journal();
        let id = entry().namespace.id;
        let list = journal.begin_batch(id).unwrap();
        let written = write(&journal, &list, "ab");
        let still = |busy| vec![("a".to_owned(), Stage::Adding, busy), ("b".to_owned(), Stage::Adding, busy)];
        assert_eq!(stages(&journal), still(true));
        present(written);
        assert_eq!(stages(&journal), still(true));
        for file in journal.files_of(id).unwrap() {
            assert!(matches!(journal.lock(&file), Some(LockResult::Busy)));
        }
        list.finish().unwrap();
        drop(list);
        let done = |name: &str| (name.to_owned(), Stage::Present, false);
        assert_eq!(stages(&journal), [done("a"), done("b")]);
        // As many descriptors as for one.
        assert!(journal.wait_for(id, &IfName::new("a").unwrap()).is_some());
    }

    #[test]
    fn an_interrupted_one_is_taken_last_first() {
        let (_alone, _folder, journal) = journal();
        let id = entry().namespace.id;
        let list = journal.begin_batch(id).unwrap();
        present(write(&journal, &list, "abc"));
        drop(list);
        let complete = journal.begin_batch(id).unwrap();
        present(write(&journal, &complete, "de"));
        complete.finish().unwrap();
        let mut files = journal.files_of(id).unwrap();
        files.sort();
        journal.rollback_order(id, &mut files).unwrap();
        let mut names = String::new();
        for file in &files {
            let Some(LockResult::Free(entry, slot)) = journal.lock(file) else { panic!("{file:?}") };
            names += &entry.source.to_string();
            let interrupted = "abc".contains(&entry.source.to_string());
            assert_eq!(entry.stage, if interrupted { Stage::Adding } else { Stage::Present });
            journal.sweep_batches(id).unwrap();
            assert_eq!(journal.batches(id).unwrap().len(), usize::from(interrupted));
            slot.remove().unwrap();
        }
        assert_eq!(names, "cbade");
        journal.sweep_batches(id).unwrap();
        assert!(journal.batches(id).unwrap().is_empty());
    }

    #[test]
    fn what_is_busy_is_not_swept() {
        let (_alone, _folder, journal) = journal();
        let id = entry().namespace.id;
        let list = journal.begin_batch(id).unwrap();
        journal.sweep_batches(id).unwrap();
        assert_eq!(journal.batches(id).unwrap().len(), 1);
        list.finish().unwrap();
    }
}
