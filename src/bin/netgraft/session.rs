//! State of one process, so that the lines of a batch find what earlier ones created.

use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use netgraft::{ErrorKind, Interface, Namespace};

use crate::args::StateDir;
use crate::failure::Failure;
use crate::interrupt::Held;
use crate::values::Netns;

#[derive(Debug)]
pub(crate) struct Session {
    state_dir: StateDir,
    /// Oldest first; of several handles on one namespace the oldest is used.
    namespaces: Vec<(Netns, Namespace)>,
    elapsed: Duration,
    /// Held during an add, and until its outcome is printed.
    held: Option<Held>,
    is_batch: bool,
}

impl Session {
    pub(crate) fn new(state_dir: StateDir) -> Self {
        Self { state_dir, namespaces: Vec::new(), elapsed: Duration::ZERO, held: None, is_batch: false }
    }

    /// Expects many commands.
    pub(crate) fn begin_batch(&mut self) {
        self.is_batch = true;
    }

    pub(crate) fn is_batch(&self) -> bool {
        self.is_batch
    }

    pub(crate) fn state_dir(&self) -> &StateDir {
        &self.state_dir
    }

    /// Returns the namespace of a word, with its journal, for writing.
    pub(crate) fn journalled(&mut self, word: &Netns) -> Result<Namespace, Failure> {
        let namespace = self.namespace(word)?;
        if let Some(folder) = self.state_dir.folder()? {
            namespace.keep_journal(folder)?;
        }
        Ok(namespace)
    }

    /// Returns the namespaces in the journal.
    pub(crate) fn journalled_namespaces(&mut self) -> Result<Vec<Namespace>, Failure> {
        let Some(folder) = self.state_dir.folder()? else { return Ok(Vec::new()) };
        let found = self.timed(|| Namespace::all_in_journal(&folder))?;
        let mut namespaces: Vec<Namespace> = found.into_iter().map(|namespace| self.known_as(namespace)).collect();
        // The journal's order is one of random numbers.
        namespaces.sort_by_cached_key(Namespace::to_string);
        namespaces.iter().try_for_each(|namespace| self.read_journal(namespace))?;
        Ok(namespaces)
    }

    /// Returns the namespace of a word, with the journal for reading: without interfaces if there is no journal yet.
    pub(crate) fn seen(&mut self, word: &Netns) -> Result<Namespace, Failure> {
        let namespace = self.namespace(word)?;
        self.read_journal(&namespace)?;
        Ok(namespace)
    }

    /// Gives a namespace that will end its journal, writable if possible, with the locks that others wait for.
    pub(crate) fn lock_journal(&self, namespace: &Namespace) -> Result<(), Failure> {
        match self.state_dir.folder()?.map(|folder| namespace.keep_journal(folder)) {
            Some(Err(_)) => self.read_journal(namespace),
            _ => Ok(()),
        }
    }

    /// Gives a namespace its journal for reading.
    pub(crate) fn read_journal(&self, namespace: &Namespace) -> Result<(), Failure> {
        if let Some(folder) = self.state_dir.folder()? {
            namespace.read_journal(folder)?;
        }
        Ok(())
    }

    /// Returns the interface with a source name; where none has it, the one with this present name.
    pub(crate) fn interface(&mut self, word: &Netns, source: &OsStr) -> Result<Interface, Failure> {
        let (namespace, word) = (self.seen(word)?, source.as_encoded_bytes());
        Ok(self.timed(|| match namespace.interface(word) {
            Err(error) if error.kind() == ErrorKind::NotFound => namespace.interface_by_name(word).map_err(|_| error),
            found => found,
        })?)
    }

    /// Returns the namespace of a word, and keeps it for later commands.
    pub(crate) fn namespace(&mut self, word: &Netns) -> netgraft::Result<Namespace> {
        let namespace = self.look_at(word)?;
        if self.find(|known, _| known == word).is_none() {
            self.namespaces.push((word.clone(), namespace.clone()));
        }
        Ok(namespace)
    }

    /// Returns the namespace of a word. Each namespace has one handle, whatever its name: interfaces belong to the handle that
    /// they were added through.
    pub(crate) fn look_at(&mut self, word: &Netns) -> netgraft::Result<Namespace> {
        if let Some(known) = self.find(|known, _| known == word) {
            return Ok(known);
        }
        let opened = self.timed(|| match word {
            Netns::Current => Namespace::current(),
            Netns::Pid(pid) => Namespace::from_pid(*pid),
            Netns::Path(path) => Namespace::open(path),
        })?;
        // Under another name the current namespace would not leave links their names.
        Ok(if *word == Netns::Current { opened } else { self.known_as(opened) })
    }

    /// Returns the pin at a path itself, even if the namespace is known by another name.
    pub(crate) fn pin(&mut self, path: &Path) -> netgraft::Result<Namespace> {
        match self.find(|_, known| known.path() == Some(path)) {
            Some(pin) => Ok(pin),
            None => self.timed(|| Namespace::open(path)),
        }
    }

    /// Keeps a namespace that has just been pinned at a path.
    pub(crate) fn keep(&mut self, path: &Path, namespace: Namespace) {
        self.forget(path);
        let namespace = self.known_as(namespace);
        self.namespaces.push((Netns::Path(path.to_owned()), namespace));
    }

    /// Forgets a pin that no longer exists, and every word that led to it.
    pub(crate) fn forget(&mut self, path: &Path) {
        let word = Netns::Path(path.to_owned());
        self.namespaces.retain(|(known, namespace)| *known != word && namespace.path() != Some(path));
    }

    fn known_as(&self, opened: Namespace) -> Namespace {
        self.find(|_, known| known.id() == opened.id()).unwrap_or(opened)
    }

    fn find(&self, wanted: impl Fn(&Netns, &Namespace) -> bool) -> Option<Namespace> {
        let found = self.namespaces.iter().find(|(word, namespace)| wanted(word, namespace));
        found.map(|(_, namespace)| namespace.clone())
    }

    /// Holds back the signals that ask the command to end, until the outcome is printed.
    pub(crate) fn hold_signals(&mut self) -> io::Result<&Held> {
        // An earlier add holds them already: letting go in between would end the process in the midst of this add.
        let held = match self.held.take() {
            Some(held) => held,
            None => Held::new()?,
        };
        Ok(self.held.insert(held))
    }

    /// Lets the signals through: a pending one ends the process.
    pub(crate) fn release_signals(&mut self) {
        self.held = None;
    }

    /// Returns whether a signal is pending.
    pub(crate) fn is_signalled(&self) -> bool {
        self.held.as_ref().is_some_and(Held::is_signalled)
    }

    /// Makes one call of the library, and measures its time.
    pub(crate) fn timed<T>(&mut self, call: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = call();
        self.elapsed = start.elapsed();
        result
    }

    /// Takes the time of the last call of the library; called once for each command.
    pub(crate) fn take_elapsed(&mut self) -> Duration {
        std::mem::take(&mut self.elapsed)
    }
}

#[cfg(test)]
mod tests {
    use nix::sys::signal::{SigSet, Signal};

    use super::*;

    #[test]
    fn signals_stay_held_from_one_add_to_the_next() {
        let mut session = Session::new(StateDir::None);
        session.hold_signals().unwrap();
        session.hold_signals().unwrap();
        assert!(SigSet::thread_get_mask().unwrap().contains(Signal::SIGTERM));
        session.release_signals();
        assert!(!SigSet::thread_get_mask().unwrap().contains(Signal::SIGTERM));
    }
}
