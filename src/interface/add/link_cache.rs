//! Finds the links that the adds of a list refer to: each is asked for once.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::Hash;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::interface::add::plan::Plan;
use crate::namespace::{Namespace, lookup};
use crate::netns::{NamespaceId, NetNs};
use crate::ops;
use crate::record::origin::Origin;
use crate::types::IfName;
use crate::wire::link::LinkInfo;

use crate::interface::add::link_ref::{LinkRef, RefTarget};

/// Results of these questions: each link is asked for once, however many requests refer to it.
#[derive(Debug, Default)]
pub(crate) struct LinkCache {
    /// By source name.
    masters: HashMap<IfName, LinkInfo>,
    /// `None` without such a link.
    named: HashMap<(NamespaceId, IfName), Option<LinkInfo>>,
}

impl LinkCache {
    /// Returns the master with a source name, or else with that name, and its present state, if it exists: an earlier request
    /// comes first.
    pub(crate) fn master(
        &mut self,
        ns: &Namespace,
        earlier: &[Plan<'_>],
        source: IfName,
    ) -> Result<(LinkRef, Option<LinkInfo>)> {
        if let Some(number) = earlier.iter().position(|plan| plan.request.link.source == source) {
            // A master that exists already is unchanged.
            let found = earlier.get(number).and_then(|plan| match &plan.origin {
                Origin::InPlace { snapshot } => Some(snapshot.link.clone()),
                Origin::Moved { .. } | Origin::Created { .. } => None,
            });
            return Ok((LinkRef { name: source, target: RefTarget::AddRequest(number) }, found));
        }
        let found = known_or(&mut self.masters, source, || {
            let unknown =
                || Error::new(ErrorKind::NotFound, "no interface has this source name, and no link has this name");
            let found = match lookup::by_source(ns, &source)? {
                Some((_, present)) => ops::link::get_verified(&ns.netns, present.index, &present.identity),
                None => ops::link::find_by_name(&ns.netns, &source).and_then(|link| link.ok_or_else(unknown)),
            };
            found.doing(|| format!("find the master {source}"))
        })?;
        Ok((LinkRef::there(source, &found), Some(found)))
    }

    /// Returns the link with a name and its present state, if it exists; otherwise the earlier request for that name.
    pub(crate) fn named(
        &mut self,
        ns: &Namespace,
        earlier: &[Plan<'_>],
        netns: &NetNs,
        name: IfName,
        role: &str,
    ) -> Result<(LinkRef, Option<LinkInfo>)> {
        let key = (netns.id(), name);
        let found = match known_or(&mut self.named, key, || ops::link::find_by_name(netns, &name))? {
            Some(found) => found,
            None => {
                let is_here = netns.id() == ns.id();
                let request = earlier.iter().position(|plan| is_here && plan.name() == name.as_bytes());
                if let Some(number) = request {
                    return Ok((LinkRef { name, target: RefTarget::AddRequest(number) }, None));
                }
                ops::link::by_name_as(netns, &name, role)?
            }
        };
        Ok((LinkRef::there(name, &found), Some(found)))
    }
}

/// Returns the known result, or asks.
fn known_or<K: Hash + Eq, V: Clone>(known: &mut HashMap<K, V>, key: K, find: impl FnOnce() -> Result<V>) -> Result<V> {
    match known.entry(key) {
        Entry::Occupied(entry) => Ok(entry.get().clone()),
        Entry::Vacant(entry) => Ok(entry.insert(find()?).clone()),
    }
}
