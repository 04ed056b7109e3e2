//! Operations on several interfaces at once, which are locked, and completed, as one.

use std::cmp::Reverse;
use std::fs::{self, File};
use std::os::unix::ffi::OsStrExt;
use std::path::PathBuf;
use std::{io, mem};

use crate::error::{Context, Result};
use crate::journal::entry::BatchSlot;
use crate::journal::file::{make_locked, namespace_of, sweep};
use crate::journal::progress::{LIST, Progress, list_path, progress};
use crate::journal::store::{EntryView, Journal};
use crate::netns::NamespaceId;
use crate::text::printable_path;
use crate::types::{random, sorted};

/// The file of an operation on several interfaces, which is locked instead of their entries'.
#[derive(Debug)]
pub(crate) struct Batch {
    path: PathBuf,
    number: u64,
    /// Keeps the lock.
    _file: File,
}

impl Batch {
    /// The place of the interface at a position.
    pub(crate) fn place(&self, position: usize) -> BatchSlot {
        BatchSlot { list: self.number, position: u32::try_from(position).unwrap_or(u32::MAX) }
    }

    /// Completes the operation, for all of its interfaces at once.
    pub(crate) fn finish(&self) -> Result<()> {
        fs::remove_file(&self.path).doing(|| format!("remove {}", printable_path(&self.path)))
    }
}

impl Journal {
    /// Begins an operation on several interfaces of a namespace.
    pub(crate) fn begin_list(&self, namespace: NamespaceId) -> Result<Batch> {
        loop {
            // Never used again: what is complete names its list for ever.
            let number = random();
            let path = list_path(self.folder(), namespace, number);
            if let Some(file) = make_locked(&path).doing(|| format!("write {}", printable_path(&path)))? {
                return Ok(Batch { path, number, _file: file });
            }
        }
    }

    /// Puts those of some entries' files first that an operation on several was interrupted with, the last in front:
    /// what was done last is undone first.
    pub(crate) fn rollback_order(&self, files: &mut [PathBuf]) -> Result<()> {
        if self.lists()?.is_empty() {
            return Ok(());
        }
        let place = |file: &PathBuf| {
            let entry = self.peek(file).ok()??.entry;
            let place = entry.place?;
            let is_complete = matches!(progress(self.folder(), entry.namespace.id, place), Ok(Progress::Complete));
            (!is_complete).then_some(Reverse((place.list, place.position)))
        };
        let keyed = files.iter_mut().enumerate().map(|(number, file)| {
            let place = place(file);
            (place.is_none(), place, number, mem::take(file))
        });
        let keyed = sorted(keyed);
        files.iter_mut().zip(keyed).for_each(|(file, (.., next))| *file = next);
        Ok(())
    }

    /// Removes the files of operations that nobody is busy with and no entry has a place in.
    pub(crate) fn sweep_lists(&self) -> Result<()> {
        let lists = self.lists()?;
        if lists.is_empty() {
            return Ok(());
        }
        let (mut needed, mut unknown) = (Vec::new(), Vec::new());
        for file in self.files()? {
            match self.peek(&file) {
                Ok(Some(EntryView { entry, .. })) => {
                    needed.extend(entry.place.map(|place| list_path(self.folder(), entry.namespace.id, place.list)));
                }
                Ok(None) => {}
                Err(_) => unknown.push(namespace_of(&file)),
            }
        }
        for list in lists {
            if !needed.contains(&list) && !unknown.contains(&namespace_of(&list)) {
                sweep(&list);
            }
        }
        Ok(())
    }

    fn lists(&self) -> Result<Vec<PathBuf>> {
        let is_list = |path: &PathBuf| path.file_name().is_some_and(|name| name.as_bytes().ends_with(LIST.as_bytes()));
        let read = || fs::read_dir(self.folder())?.map(|file| Ok(file?.path())).collect::<io::Result<Vec<_>>>();
        let files = read().doing(|| format!("read the journal {}", printable_path(self.folder())))?;
        Ok(files.into_iter().filter(is_list).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::entry::tests::entry;

    use crate::journal::store::{LockResult, LockedEntry};
    use crate::journal::{Entry, Stage};
    use crate::record::identity::Identity;
    use crate::types::IfName;
    use crate::wire::captures::VETH;
    use crate::wire::link::LinkInfo;

    fn journal() -> (tempfile::TempDir, Journal) {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::open(folder.path()).unwrap();
        (folder, journal)
    }

    /// Entries of a list, named `a`, `b` and so on.
    fn write(journal: &Journal, list: &Batch, names: &str) -> Vec<(Entry, LockedEntry)> {
        let entry = |(position, name): (usize, char)| {
            let source = IfName::new(name.to_string()).unwrap();
            let entry = Entry { source, place: Some(list.place(position)), boot: journal.boot(), ..entry() };
            let slot = journal.begin(&entry).unwrap();
            (entry, slot)
        };
        names.chars().enumerate().map(entry).collect()
    }

    fn present(mut written: Vec<(Entry, LockedEntry)>) {
        for (entry, slot) in &mut written {
            let link = LinkInfo::parse(VETH).unwrap();
            let identity = Identity::of(&link);
            entry.name = identity.name.as_bytes().to_vec();
            (entry.stage, entry.identity) = (Stage::Present, Some(identity));
            slot.update(entry).unwrap();
        }
    }

    fn stages(journal: &Journal) -> Vec<(String, Stage, bool)> {
        let mut files = journal.files().unwrap();
        files.sort();
        let glimpse = |file: &PathBuf| {
            let EntryView { entry, busy, .. } = journal.peek(file).unwrap().unwrap();
            (entry.source.to_string(), entry.stage, busy)
        };
        files.iter().map(glimpse).collect()
    }

    #[test]
    fn what_is_added_together_is_present_together() {
        let (_folder, journal) = journal();
        let id = entry().namespace.id;
        let list = journal.begin_list(id).unwrap();
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
        assert!(journal.find(id, &IfName::new("a").unwrap()).unwrap().is_some());
    }

    #[test]
    fn an_interrupted_one_is_taken_last_first() {
        let (_folder, journal) = journal();
        let id = entry().namespace.id;
        let list = journal.begin_list(id).unwrap();
        present(write(&journal, &list, "abc"));
        drop(list);
        let complete = journal.begin_list(id).unwrap();
        present(write(&journal, &complete, "de"));
        complete.finish().unwrap();
        let mut files = journal.files_of(id).unwrap();
        files.sort();
        journal.rollback_order(&mut files).unwrap();
        let mut names = String::new();
        for file in &files {
            let Some(LockResult::Free(entry, slot)) = journal.lock(file) else { panic!("{file:?}") };
            names += &entry.source.to_string();
            let interrupted = "abc".contains(&entry.source.to_string());
            assert_eq!(entry.stage, if interrupted { Stage::Adding } else { Stage::Present });
            journal.sweep_lists().unwrap();
            assert_eq!(journal.lists().unwrap().len(), usize::from(interrupted));
            slot.remove().unwrap();
        }
        assert_eq!(names, "cbade");
        journal.sweep_lists().unwrap();
        assert!(journal.lists().unwrap().is_empty());
    }

    #[test]
    fn what_is_busy_is_not_swept() {
        let (_folder, journal) = journal();
        let list = journal.begin_list(entry().namespace.id).unwrap();
        journal.sweep_lists().unwrap();
        assert_eq!(journal.lists().unwrap().len(), 1);
        list.finish().unwrap();
    }
}
