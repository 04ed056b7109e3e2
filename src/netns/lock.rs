//! Locks on links: two operations on one link are carried out one after the other.
//!
//! A lock is a range of numbers: the namespace in front, the link's index behind. Threads of this process share a table
//! of ranges. Processes with the same journal share byte ranges of a file (fcntl(2), `F_OFD_SETLK`).
//!
//! An operation waits only for the links that it begins with, and takes them in the order of the numbers. It takes later ones,
//! such as the index reserved for a link, without waiting: so no two operations wait for each other.

use std::fs::File;
use std::ops::Range;
use std::os::fd::AsFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Instant;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::netns::NamespaceId;
use crate::netns::retry::{PATIENCE, PAUSE};
use crate::sys::file::{is_range_locked, try_lock_range, unlock_range};
use crate::types::{IfIndex, sorted};

/// The object of a lock: one link, or every link of a namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lockable(Range<u64>);

impl Lockable {
    /// Names the link with an index, whether it exists or not.
    pub(crate) fn link(namespace: NamespaceId, index: IfIndex) -> Self {
        let number = namespace.lock_number() + u64::from(index.get());
        Self(number..number + 1)
    }

    /// Names all links of a namespace.
    pub(crate) fn namespace(namespace: NamespaceId) -> Self {
        let first = namespace.lock_number();
        Self(first..first + (1 << 32))
    }
}

/// Locks that an operation holds. Dropping them unlocks, also when the process has forked meanwhile.
#[derive(Debug)]
pub(crate) struct LinkLocks {
    held: Vec<Range<u64>>,
    /// The file that keeps other processes out, if there is a journal.
    file: Option<Arc<File>>,
    process: u32,
}

impl LinkLocks {
    /// Creates an empty set of locks.
    pub(crate) fn new(file: Option<Arc<File>>) -> Self {
        Self { held: Vec::new(), file, process: std::process::id() }
    }

    /// Locks links. Waits for other operations on them, but not for long.
    ///
    /// # Errors
    /// [`ErrorKind::Busy`] when another operation does not end in time, or when this thread holds one of the locks itself: a logger
    /// has called the library back.
    pub(crate) fn wait(file: Option<Arc<File>>, links: impl IntoIterator<Item = Lockable>) -> Result<Self> {
        Self::wait_until(Instant::now() + PATIENCE, file, links)
    }

    /// Locks links as [`wait`](Self::wait) does, until a deadline.
    pub(crate) fn wait_until(
        deadline: Instant,
        file: Option<Arc<File>>,
        links: impl IntoIterator<Item = Lockable>,
    ) -> Result<Self> {
        let mut locks = Self::new(file);
        for range in merged(links) {
            TABLE.take(&range, deadline)?;
            locks.held.push(range.clone());
            while !locks.lock_file(&range)? {
                if Instant::now() >= deadline {
                    return Err(busy("another process is working on it"));
                }
                thread::sleep(PAUSE);
            }
        }
        Ok(locks)
    }

    /// Locks one more link without waiting. Returns false if another operation has it.
    pub(crate) fn try_add(&mut self, link: &Lockable) -> Result<bool> {
        let range = &link.0;
        if self.held.iter().any(|held| held.start <= range.start && range.end <= held.end) {
            return Ok(true);
        }
        if TABLE.take(range, Instant::now()).is_err() {
            return Ok(false);
        }
        self.held.push(range.clone());
        let is_ours = self.lock_file(range)?;
        if !is_ours {
            self.held.pop();
            TABLE.give_back(std::slice::from_ref(range));
        }
        Ok(is_ours)
    }

    /// Locks more links without waiting. Returns those that other operations have.
    pub(crate) fn try_add_all(&mut self, links: &[Lockable]) -> Result<Vec<Lockable>> {
        let mut refused = Vec::new();
        for range in merged(links.iter().cloned()) {
            let parts = links.iter().filter(|link| range.start <= link.0.start && link.0.end <= range.end);
            if !self.try_add(&Lockable(range.clone()))? {
                for link in parts {
                    if !self.try_add(link)? {
                        refused.push(link.clone());
                    }
                }
            }
        }
        Ok(refused)
    }

    fn lock_file(&self, range: &Range<u64>) -> Result<bool> {
        let Some(file) = &self.file else { return Ok(true) };
        try_lock_range(file.as_fd(), range).doing(|| "lock a link")
    }
}

impl Drop for LinkLocks {
    fn drop(&mut self) {
        // A child process has a copy of the guard, but the locks are its parent's.
        if self.process != std::process::id() {
            return;
        }
        for range in &self.held {
            // The lock ends with the file at the latest.
            let _ = self.file.as_ref().map(|file| unlock_range(file.as_fd(), range));
        }
        TABLE.give_back(&self.held);
    }
}

/// Tells whether an operation holds a lock on a link.
pub(crate) fn is_locked(file: Option<&File>, link: &Lockable) -> Result<bool> {
    if TABLE.lock().conflict(&link.0).is_some() {
        return Ok(true);
    }
    let Some(file) = file else { return Ok(false) };
    is_range_locked(file.as_fd(), &link.0).doing(|| "look at the lock of a link")
}

/// Sorts ranges, and joins those that touch: a list of new links mostly has one.
fn merged(links: impl IntoIterator<Item = Lockable>) -> Vec<Range<u64>> {
    let mut ranges: Vec<Range<u64>> = Vec::new();
    for (start, end) in sorted(links.into_iter().map(|Lockable(range)| (range.start, range.end))) {
        match ranges.last_mut() {
            Some(last) if start <= last.end => last.end = last.end.max(end),
            _ => ranges.push(start..end),
        }
    }
    ranges
}

/// The ranges that threads of this process have locked.
struct LockTable {
    state: Mutex<LockState>,
    changed: Condvar,
}

static TABLE: LockTable =
    LockTable { state: Mutex::new(LockState { process: 0, held: Vec::new() }), changed: Condvar::new() };

struct LockState {
    /// The process of these threads: a child of fork(2) begins with none.
    process: u32,
    held: Vec<(Range<u64>, ThreadId)>,
}

impl LockState {
    /// Returns who holds a part of a range.
    fn conflict(&self, range: &Range<u64>) -> Option<ThreadId> {
        let overlaps = |held: &Range<u64>| held.start < range.end && range.start < held.end;
        self.held.iter().find(|(held, _)| overlaps(held)).map(|(_, thread)| *thread)
    }
}

impl LockTable {
    fn lock(&self) -> MutexGuard<'_, LockState> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let process = std::process::id();
        if state.process != process {
            *state = LockState { process, held: Vec::new() };
        }
        state
    }

    fn take(&self, range: &Range<u64>, deadline: Instant) -> Result<()> {
        let mut state = self.lock();
        let me = thread::current().id();
        while let Some(holder) = state.conflict(range) {
            if holder == me {
                return Err(busy("this thread is working on it, and has called a logger that calls back"));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(busy("another thread is working on it"));
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.held.push((range.clone(), me));
        Ok(())
    }

    fn give_back(&self, ranges: &[Range<u64>]) {
        if !ranges.is_empty() {
            self.lock().held.retain(|(held, _)| !ranges.contains(held));
            self.changed.notify_all();
        }
    }
}

fn busy(why: &str) -> Error {
    Error::from_errno(libc::EBUSY).with_kind(ErrorKind::Busy).context(why.to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;

    fn link(namespace: u64, index: u32) -> Lockable {
        Lockable::link(NamespaceId::from_cookie(namespace), IfIndex::new(index).unwrap())
    }

    fn lock_file() -> (tempfile::NamedTempFile, Arc<File>) {
        let file = tempfile::NamedTempFile::new().unwrap();
        let opened = File::options().write(true).open(file.path()).unwrap();
        (file, Arc::new(opened))
    }

    #[test]
    fn neighbours_are_one_range() {
        let (a, b, c) = (link(9001, 5), link(9001, 6), link(9001, 8));
        assert_eq!(merged([c.clone(), b.clone(), a.clone(), b]), [a.0.start..a.0.start + 2, c.0]);
        assert_eq!(merged([Lockable::namespace(NamespaceId::from_cookie(9001)), a]).len(), 1);
    }

    #[test]
    fn threads_take_turns() {
        static INSIDE: AtomicU32 = AtomicU32::new(0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..100 {
                        let _locks = LinkLocks::wait(None, [link(9002, 2), link(9003, 2)]).unwrap();
                        assert_eq!(INSIDE.fetch_add(1, Ordering::SeqCst), 0);
                        thread::yield_now();
                        INSIDE.fetch_sub(1, Ordering::SeqCst);
                    }
                });
            }
        });
    }

    #[test]
    fn a_thread_does_not_wait_for_itself() {
        let _locks = LinkLocks::wait(None, [link(9004, 2)]).unwrap();
        let begin = Instant::now();
        let error = LinkLocks::wait(None, [Lockable::namespace(NamespaceId::from_cookie(9004))]).unwrap_err();
        assert_eq!(error.errno(), Some(libc::EBUSY));
        assert!(begin.elapsed() < Duration::from_secs(1));
    }

    /// Two descriptions of one file stand for two processes, but for the table of this process.
    #[test]
    fn processes_take_turns_by_the_file() {
        let (file, ours) = lock_file();
        let theirs = File::options().write(true).open(file.path()).unwrap();
        let range = link(9005, 2).0;
        assert!(try_lock_range(theirs.as_fd(), &range).unwrap());
        let mut locks = LinkLocks::wait(Some(Arc::clone(&ours)), [link(9005, 1), link(9005, 3)]).unwrap();
        assert!(is_locked(Some(&ours), &link(9005, 2)).unwrap());
        assert!(!locks.try_add(&link(9005, 2)).unwrap());
        unlock_range(theirs.as_fd(), &range).unwrap();
        assert!(locks.try_add(&link(9005, 2)).unwrap());
        assert!(is_range_locked(theirs.as_fd(), &range).unwrap());
        drop(locks);
        assert!(!is_range_locked(theirs.as_fd(), &(0..u64::from(u32::MAX))).unwrap());
        assert!(!is_locked(Some(&ours), &link(9005, 2)).unwrap());
    }

    /// A copy of the descriptor, as a forked child has one, does not keep the lock.
    #[test]
    fn unlocks_although_the_file_stays_open() {
        let (file, ours) = lock_file();
        let _childs = ours.try_clone().unwrap();
        let locks = LinkLocks::wait(Some(ours), [link(9006, 2)]).unwrap();
        drop(locks);
        let other = File::options().write(true).open(file.path()).unwrap();
        assert!(!is_range_locked(other.as_fd(), &link(9006, 2).0).unwrap());
    }
}
