//! Entries from their first write to their removal.

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

/// A second handle on the same journal, as another process has one.
fn again(journal: &Journal) -> Journal {
    Journal { boot: None, ..Journal::open(&journal.folder).unwrap() }
}

/// An entry of a namespace that no other test uses: locks are the whole process's.
fn of_namespace(number: u64) -> Entry {
    let mut entry = entry();
    entry.namespace.id = NamespaceId::from_cookie(number);
    let Origin::Moved { home, .. } = &mut entry.origin else { panic!() };
    home.id = NamespaceId::from_cookie(number + 500);
    entry
}

fn is_free(found: Option<LockResult>) -> (Entry, LockedEntry) {
    match found {
        Some(LockResult::Free(entry, slot)) => (*entry, slot),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_entry_from_its_beginning_to_its_end() {
    let (_folder, journal) = journal();
    let mut entry = of_namespace(7001);
    let namespace = entry.namespace.id;
    let locks = LinkLocks::wait(journal.lock_file(), entry.links()).unwrap();
    let mut slot = journal.begin(&entry).unwrap();
    assert_eq!(journal.begin(&entry).unwrap_err().kind(), ErrorKind::Exists);
    let files = journal.files_of(namespace).unwrap();
    let [file] = &files[..] else { panic!("{files:?}") };
    thread::scope(|scope| {
        scope.spawn(|| {
            assert!(again(&journal).peek(file).unwrap().unwrap().busy);
            assert!(matches!(again(&journal).lock(file), Some(LockResult::Busy)));
        });
    });
    let before = entry.clone();
    entry.name = b"eth0".to_vec();
    slot.update(&before, &entry).unwrap();
    drop((slot, locks));
    assert!(!journal.peek(file).unwrap().unwrap().busy);
    let (found, slot) = is_free(journal.wait_for(namespace, &entry.source));
    assert_eq!(found, entry);
    slot.remove().unwrap();
    assert!(journal.lock(file).is_none() && journal.peek(file).unwrap().is_none());
    let left: Vec<PathBuf> = journal.read_folder(&journal.folder).unwrap();
    assert_eq!(left, [journal.folder.join("locks")], "nothing else is left");
}

/// What is too large to be read again is not written.
#[test]
fn an_entry_has_a_largest_size() {
    let (_folder, journal) = journal();
    let sized = |bytes: usize| {
        let mut entry = of_namespace(7002);
        let Origin::Moved { snapshot, .. } = &mut entry.origin else { panic!() };
        snapshot.routes = vec![vec![1; bytes / 2]];
        entry
    };
    let room = MAX_SIZE - sized(0).to_text().len();
    assert_eq!(journal.begin(&sized(room + 2)).unwrap_err().errno(), Some(libc::EFBIG));
    let largest = sized(room);
    let mut slot = journal.begin(&largest).unwrap();
    assert_eq!(slot.update(&largest, &sized(room + 2)).unwrap_err().errno(), Some(libc::EFBIG));
    drop(slot);
    assert_eq!(is_free(journal.wait_for(largest.namespace.id, &largest.source)).0, largest);
}

#[test]
fn torn_and_misplaced_entries_are_told() {
    let (_folder, journal) = journal();
    let entry = of_namespace(7003);
    drop(journal.begin(&entry).unwrap());
    let path = journal.path(entry.namespace.id, &entry.source);
    fs::copy(&path, path.with_file_name("other.entry")).unwrap();
    fs::write(&path, &entry.to_text()[..100]).unwrap();
    let files = journal.files_of(entry.namespace.id).unwrap();
    assert_eq!(files.len(), 2);
    for file in &files {
        assert!(journal.peek(file).is_err());
        assert!(matches!(journal.lock(file), Some(LockResult::Bad { slot: Some(_), .. })), "{file:?}");
    }
}

#[test]
fn entries_of_before_a_reboot_are_outdated() {
    let (_folder, mut journal) = journal();
    let old = Entry { boot: Some("before".to_owned()), ..of_namespace(7004) };
    journal.boot = Some("now".to_owned());
    drop(journal.begin(&old).unwrap());
    let path = journal.path(old.namespace.id, &old.source);
    assert!(journal.peek(&path).unwrap().unwrap().outdated);
    assert!(matches!(journal.lock(&path), Some(LockResult::Outdated(..))));
    let new = Entry { boot: journal.boot(), ..of_namespace(7004) };
    drop(journal.begin(&new).unwrap());
    assert_eq!(journal.begin(&new).unwrap_err().kind(), ErrorKind::Exists);
    // Where nothing can outlive it, or it is not known, nothing is.
    journal.boot = None;
    assert_eq!(is_free(journal.lock(&path)).0, new);
}

#[test]
fn what_is_no_file_of_ours_is_told() {
    let (_folder, journal) = journal();
    let namespace = NamespaceId::from_cookie(7005);
    let folder = journal.folder_of(namespace);
    fs::create_dir_all(folder.join("a.entry")).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder.join("b.entry")).unwrap();
    for file in journal.files_of(namespace).unwrap() {
        assert!(matches!(journal.lock(&file), Some(LockResult::Bad { slot: None, .. })), "{file:?}");
    }
}

#[test]
fn an_operation_that_is_done_soon_is_waited_for() {
    let (_folder, journal) = journal();
    let entry = of_namespace(7006);
    thread::scope(|scope| {
        let (begun, started) = std::sync::mpsc::channel();
        let (journal, entry) = (&journal, &entry);
        scope.spawn(move || {
            let _locks = LinkLocks::wait(journal.lock_file(), entry.links()).unwrap();
            let slot = journal.begin(entry).unwrap();
            begun.send(()).unwrap();
            thread::sleep(Duration::from_millis(50));
            slot.remove().unwrap();
        });
        started.recv().unwrap();
        assert!(journal.wait_for(entry.namespace.id, &entry.source).is_none());
    });
}

/// Files of earlier versions lay side by side.
#[test]
fn entries_of_earlier_versions_get_their_folders() {
    let (_folder, journal) = journal();
    let entry = of_namespace(7007);
    drop(journal.begin(&entry).unwrap());
    let path = journal.path(entry.namespace.id, &entry.source);
    let flat = journal.folder.join(format!("cookie-7007.{}", path.file_name().unwrap().to_str().unwrap()));
    fs::rename(&path, &flat).unwrap();
    fs::remove_file(journal.folder.join("locks")).unwrap();
    let journal = again(&journal);
    assert!(!flat.exists());
    assert_eq!(is_free(journal.wait_for(entry.namespace.id, &entry.source)).0, entry);
}

#[test]
fn a_journal_that_is_not_there_is_read_as_empty() {
    let folder = tempfile::tempdir().unwrap();
    let none = Journal::open_to_read(&folder.path().join("none")).unwrap();
    let entry = of_namespace(7008);
    assert!(none.view(entry.namespace.id, &entry.source).unwrap().is_none());
    assert!(none.files_of(entry.namespace.id).unwrap().is_empty());
    assert_eq!(none.begin(&entry).unwrap_err().kind(), ErrorKind::Journal);
    assert!(!folder.path().join("none").exists());
}

#[test]
fn a_folder_that_cannot_be_is_an_error() {
    assert_eq!(Journal::open(Path::new("/proc/none")).unwrap_err().kind(), ErrorKind::Journal);
}
