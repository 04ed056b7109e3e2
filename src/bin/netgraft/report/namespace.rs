//! What `create` and `adopt` print.

use std::fmt;

use netgraft::Namespace;
use serde::Serialize;

#[derive(Debug, Serialize)]
pub(crate) struct NamespaceReport {
    namespace: String,
}

impl From<&Namespace> for NamespaceReport {
    fn from(namespace: &Namespace) -> Self {
        Self { namespace: namespace.to_string() }
    }
}

impl fmt::Display for NamespaceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.namespace)
    }
}
