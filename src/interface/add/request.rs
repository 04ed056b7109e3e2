//! One interface of a list that is added together.

use std::fmt;

use crate::error::Error;
use crate::interface::config::InterfaceConfig;
use crate::interface::config::link::Link;
use crate::namespace::Namespace;

/// One request of an add: the link, its target, and its place in the list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AddRequest<'a> {
    pub(crate) ns: &'a Namespace,
    pub(crate) link: &'a Link,
    pub(crate) config: &'a InterfaceConfig,
    number: usize,
    of: usize,
}

impl<'a> AddRequest<'a> {
    /// Returns the requests of a list, in its order.
    pub(crate) fn all(ns: &'a Namespace, list: &'a [(Link, InterfaceConfig)]) -> Vec<Self> {
        let of = list.len();
        list.iter().enumerate().map(|(number, (link, config))| Self { ns, link, config, number, of }).collect()
    }

    /// Returns whether kernel settings may have to be written. A created link with IPv6 addresses needs no write.
    pub(super) fn may_write_settings(&self) -> bool {
        let has_ipv6 = self.config.all_addresses().any(|address| address.is_ipv6());
        self.link.origin.created().is_none() || !has_ipv6 || !self.config.sysctls.is_empty()
    }

    /// Adds to a failure which request it is about.
    pub(crate) fn with_context(&self, error: Error) -> Error {
        error.context(self.to_string())
    }
}

/// Prints what is being done, as errors begin.
impl fmt::Display for AddRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "add {}", self.link.source)?;
        if self.of > 1 {
            write!(f, " ({} of {})", self.number + 1, self.of)?;
        }
        write!(f, " to {}", self.ns)
    }
}
