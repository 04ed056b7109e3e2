//! What is kept open during one process, so that a batch's lines find what earlier ones made.

use std::ffi::OsStr;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use netgraft::{Error, ErrorKind, Interface, Namespace, Result};

use crate::failure::Failure;
use crate::values::Netns;

#[derive(Debug)]
pub(crate) struct Session {
    state_dir: PathBuf,
    /// Why no journal can be kept there, once that is known.
    no_journal: Option<String>,
    /// Oldest first; of several handles on one namespace the oldest is used.
    namespaces: Vec<(Netns, Namespace)>,
    elapsed: Duration,
}

impl Session {
    pub(crate) fn new(state_dir: &Path) -> Self {
        Self { state_dir: state_dir.to_owned(), no_journal: None, namespaces: Vec::new(), elapsed: Duration::ZERO }
    }

    pub(crate) fn state_dir(&self) -> &Path {
        &self.state_dir
    }

    /// Where the journal is kept, or why it is not.
    pub(crate) fn journal_folder(&self) -> Result<&Path, &str> {
        self.no_journal.as_deref().map_or(Ok(&self.state_dir), Err)
    }

    /// Has a journal kept of a namespace, and earlier processes' interfaces found there. Where that cannot
    /// be, what is added now is known to this process alone.
    pub(crate) fn keep_journal(&mut self, namespace: &Namespace) {
        if self.no_journal.is_some() {
            return;
        }
        if let Err(error) = namespace.keep_journal(&self.state_dir) {
            self.no_journal = Some(error.to_string());
        }
    }

    /// The same, but nothing is made for it.
    pub(crate) fn keep_journal_that_is_there(&mut self, namespace: &Namespace) {
        if self.state_dir.is_dir() {
            self.keep_journal(namespace);
        }
    }

    /// The namespace that a word means, with its journal.
    pub(crate) fn journalled(&mut self, word: &Netns) -> Result<Namespace> {
        let namespace = self.namespace(word)?;
        self.keep_journal(&namespace);
        Ok(namespace)
    }

    /// The namespaces that the journal knows of.
    pub(crate) fn journalled_namespaces(&mut self) -> Result<Vec<Namespace>> {
        let state_dir = self.state_dir.clone();
        if !state_dir.is_dir() {
            return Ok(Vec::new());
        }
        let found = self.timed(|| Namespace::all_in_journal(&state_dir))?;
        let namespaces: Vec<Namespace> = found.into_iter().map(|namespace| self.known_as(namespace)).collect();
        namespaces.iter().for_each(|namespace| self.keep_journal(namespace));
        Ok(namespaces)
    }

    /// The interface with a source name.
    pub(crate) fn interface(&mut self, word: &Netns, source: &OsStr) -> Result<Interface, Failure> {
        let namespace = self.journalled(word)?;
        let found = self.timed(|| namespace.interface(source.as_encoded_bytes()));
        found.map_err(|error| self.explain(error))
    }

    /// Why something cannot be done that goes by the journal, if none can be kept.
    pub(crate) fn lacks_journal(&self, doing: impl Display) -> Option<Failure> {
        let why = self.no_journal.as_deref()?;
        Some(Failure::new(ErrorKind::NotFound, format!("{doing}: no journal: {why}")))
    }

    /// Says of a source name that is not found that there was nowhere to look for it, if so.
    pub(crate) fn explain(&self, error: Error) -> Failure {
        match &self.no_journal {
            Some(why) if error.kind() == ErrorKind::NotFound => Failure::from(error).because(why),
            _ => error.into(),
        }
    }

    /// The namespace that a word means, kept for later commands.
    pub(crate) fn namespace(&mut self, word: &Netns) -> Result<Namespace> {
        let namespace = self.look_at(word)?;
        if self.find(|known, _| known == word).is_none() {
            self.namespaces.push((word.clone(), namespace.clone()));
        }
        Ok(namespace)
    }

    /// The namespace that a word means. However it is called, it is one handle: interfaces are
    /// registered with the handle that they were added through.
    pub(crate) fn look_at(&mut self, word: &Netns) -> Result<Namespace> {
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

    /// The pin at a path itself, even when its namespace is known by another name.
    pub(crate) fn pin(&mut self, path: &Path) -> Result<Namespace> {
        match self.find(|_, known| known.path() == Some(path)) {
            Some(pin) => Ok(pin),
            None => self.timed(|| Namespace::open(path)),
        }
    }

    /// Takes a namespace that has just been pinned at a path.
    pub(crate) fn keep(&mut self, path: &Path, namespace: Namespace) {
        self.forget(path);
        let namespace = self.known_as(namespace);
        self.namespaces.push((Netns::Path(path.to_owned()), namespace));
    }

    /// Forgets a pin that is no more, and every word that led to it.
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

    /// Makes one call of the library and notes how long it took.
    pub(crate) fn timed<T>(&mut self, call: impl FnOnce() -> T) -> T {
        let start = Instant::now();
        let result = call();
        self.elapsed = start.elapsed();
        result
    }

    /// Takes how long the last call of the library took; asked once for each command.
    pub(crate) fn take_elapsed(&mut self) -> Duration {
        std::mem::take(&mut self.elapsed)
    }
}
