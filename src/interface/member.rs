//! One interface of a list that is added together.

use std::fmt;

use super::config::InterfaceConfig;
use super::link::Link;
use crate::error::Error;
use crate::namespace::Namespace;

/// What is to be added, where, and its place in the list.
#[derive(Clone, Copy, Debug)]
pub(super) struct Member<'a> {
    pub(super) ns: &'a Namespace,
    pub(super) link: &'a Link,
    pub(super) config: &'a InterfaceConfig,
    number: usize,
    of: usize,
}

impl<'a> Member<'a> {
    /// The members of a list, in its order.
    pub(super) fn all(ns: &'a Namespace, list: &'a [(Link, InterfaceConfig)]) -> Vec<Self> {
        let of = list.len();
        list.iter().enumerate().map(|(number, (link, config))| Self { ns, link, config, number, of }).collect()
    }

    /// Says of a failure which member it is about.
    pub(super) fn blame(&self, error: Error) -> Error {
        error.context(self.to_string())
    }
}

/// What is being done, as errors begin.
impl fmt::Display for Member<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "add {}", self.link.source)?;
        if self.of > 1 {
            write!(f, " ({} of {})", self.number + 1, self.of)?;
        }
        write!(f, " to {}", self.ns)
    }
}
