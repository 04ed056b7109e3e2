//! Links that members of a list refer to: masters, bridges, parents.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use super::plan::Plan;
use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::record::Home;
use crate::namespace::{Namespace, NamespaceId, NetNs};
use crate::ops;
use crate::types::{IfIndex, IfName};
use crate::wire::link::LinkInfo;

/// Another link that an add depends on: a master, a bridge, a parent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Other {
    /// What it is called in errors.
    pub(super) name: IfName,
    whence: Whence,
}

#[derive(Clone, Copy, Debug)]
enum Whence {
    There(IfIndex),
    /// It is added by the same call, as the member of this number.
    Member(usize),
}

impl Other {
    fn there(name: IfName, link: &LinkInfo) -> Self {
        Self { name, whence: Whence::There(link.index) }
    }

    /// Whether it is added by the same call.
    pub(super) fn is_member(&self) -> bool {
        matches!(self.whence, Whence::Member(_))
    }

    /// Its index. `placed` are the members that are in their namespace already.
    pub(super) fn index(&self, placed: &[LinkInfo]) -> Result<IfIndex> {
        let index = match self.whence {
            Whence::There(index) => Some(index),
            Whence::Member(number) => placed.get(number).map(|link| link.index),
        };
        index.ok_or_else(|| Error::new(ErrorKind::NotFound, format!("{} is not there yet", self.name)))
    }
}

/// What was found of them: each is asked for once, however many refer to it.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By source name.
    masters: HashMap<IfName, LinkInfo>,
    /// None where there is none.
    named: HashMap<(NamespaceId, IfName), Option<LinkInfo>>,
}

impl Known {
    /// The master with a source name, and what it is now, if it is there: a member in front comes first.
    pub(super) fn master(
        &mut self,
        ns: &Namespace,
        earlier: &[Plan<'_>],
        source: IfName,
    ) -> Result<(Other, Option<LinkInfo>)> {
        if let Some(number) = earlier.iter().position(|plan| plan.member.link.source == source) {
            // What is there already is as it was.
            let found = earlier.get(number).and_then(|plan| match &plan.home {
                Home::InPlace { snapshot } => Some(snapshot.link.clone()),
                Home::Moved { .. } | Home::Created => None,
            });
            return Ok((Other { name: source, whence: Whence::Member(number) }, found));
        }
        let found = known_or(&mut self.masters, source, || {
            let unknown = || {
                let message = format!("no interface with source name {source} to be its master");
                Error::new(ErrorKind::NotFound, message)
            };
            let (_, present) = ns.registry.by_source(source.as_bytes()).ok_or_else(unknown)?;
            let found = ops::link::identified(&ns.netns, present.index, &present.identity);
            found.doing(|| format!("find the master {source}"))
        })?;
        Ok((Other::there(source, &found), Some(found)))
    }

    /// The link with a name, and what it is now, if it is there: otherwise a member in front that is to have the name.
    pub(super) fn named(
        &mut self,
        ns: &Namespace,
        earlier: &[Plan<'_>],
        netns: &NetNs,
        name: IfName,
    ) -> Result<(Other, Option<LinkInfo>)> {
        let key = (netns.id(), name);
        let found = match known_or(&mut self.named, key, || ops::link::find_by_name(netns, &name))? {
            Some(found) => found,
            None => {
                let is_here = netns.id() == ns.id();
                let member = earlier.iter().position(|plan| is_here && plan.name() == name.as_bytes());
                if let Some(number) = member {
                    return Ok((Other { name, whence: Whence::Member(number) }, None));
                }
                ops::link::by_name(netns, &name)?
            }
        };
        Ok((Other::there(name, &found), Some(found)))
    }
}

/// What is known, or else is found.
fn known_or<K: Hash + Eq, V: Clone>(known: &mut HashMap<K, V>, key: K, find: impl FnOnce() -> Result<V>) -> Result<V> {
    match known.entry(key) {
        Entry::Occupied(entry) => Ok(entry.get().clone()),
        Entry::Vacant(entry) => Ok(entry.insert(find()?).clone()),
    }
}
