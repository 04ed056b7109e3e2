//! What is kept open during one process, so that a batch's lines find what earlier ones made.

use std::path::Path;
use std::time::{Duration, Instant};

use netgraft::{Namespace, Result};

use crate::values::Netns;

#[derive(Debug, Default)]
pub(crate) struct Session {
    /// Oldest first; of several handles on one namespace the oldest is used.
    namespaces: Vec<(Netns, Namespace)>,
    took: Duration,
}

impl Session {
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
        self.took = start.elapsed();
        result
    }

    /// How long the last call of the library took; asked once for each command.
    pub(crate) fn took(&mut self) -> Duration {
        std::mem::take(&mut self.took)
    }
}
