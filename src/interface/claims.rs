//! Which links the interfaces of the journal have: read once, for many questions.

use std::collections::HashMap;

use super::whereabouts::tells_of;
use crate::error::Result;
use crate::namespace::Namespace;
use crate::namespace::journal::{Entry, Glimpse, Journal};
use crate::ops;
use crate::types::{IfIndex, IfName};
use crate::wire::link::LinkInfo;

/// What the journal tells of the links of a namespace, once that was asked.
#[derive(Debug, Default)]
pub(super) struct Claims(Option<Read>);

#[derive(Debug)]
struct Read {
    /// The links that were there before the journal was read.
    links: HashMap<IfIndex, LinkInfo>,
    entries: HashMap<IfIndex, Vec<Entry>>,
}

impl Claims {
    /// Whether another interface has the link, be it another process's: one that was interrupted before it was made leaves
    /// its index to the next one.
    pub(super) fn is_of_another(&mut self, ns: &Namespace, entry: &Entry, link: &LinkInfo) -> Result<bool> {
        let is_other = |source: IfName| source != entry.source;
        if ns.interfaces().iter().any(|other| is_other(other.source_name()) && other.index() == link.index) {
            return Ok(true);
        }
        let Some(journal) = ns.registry.journal() else { return Ok(false) };
        let read = match self.0.take().filter(|read| read.knows(link)) {
            Some(read) => read,
            None => Read::all(ns, journal)?,
        };
        let read = self.0.insert(read);
        let mut others = read.entries.get(&link.index).into_iter().flatten();
        Ok(others.any(|other| is_other(other.source) && tells_of(other, link)))
    }

    /// An entry is not there any more.
    pub(super) fn forget(&mut self, entry: &Entry) {
        if let Some(entries) = self.0.as_mut().and_then(|read| read.entries.get_mut(&entry.index)) {
            entries.retain(|other| other.source != entry.source);
        }
    }
}

impl Read {
    fn all(ns: &Namespace, journal: &Journal) -> Result<Self> {
        // In this order: who makes a link has told the journal before.
        let links = ops::link::all(&ns.netns)?.into_iter().map(|link| (link.index, link)).collect();
        let mut entries: HashMap<IfIndex, Vec<Entry>> = HashMap::new();
        for file in journal.files_of(ns.id())? {
            match journal.look(&file) {
                Ok(Some(Glimpse { entry, outdated: false, .. })) => entries.entry(entry.index).or_default().push(entry),
                // Not read, for whatever reason: it may tell of the link.
                Err(problem) if problem.errno().is_some() => return Err(problem),
                _ => {}
            }
        }
        Ok(Self { links, entries })
    }

    /// Whether a link was there before the journal was read: its MAC is by chance.
    fn knows(&self, link: &LinkInfo) -> bool {
        let is_it =
            |was: &LinkInfo| link.mac.is_some() && (was.mac, &was.kind, was.name) == (link.mac, &link.kind, link.name);
        self.links.get(&link.index).is_some_and(is_it)
    }
}
