//! The output of `check`.

use std::fmt;

use netgraft::{Difference, Interface};
use serde::Serialize;

/// One difference between an interface and its request.
#[derive(Debug, Serialize)]
pub(crate) struct DifferenceReport {
    namespace: String,
    source: String,
    what: &'static str,
    wanted: String,
    found: Option<String>,
    #[serde(skip)]
    text: String,
}

impl DifferenceReport {
    pub(crate) fn new(interface: &Interface, difference: &Difference) -> Self {
        let (source, name) = (interface.source_name(), interface.name());
        let namespace = interface.namespace().to_string();
        Self {
            text: format!("{name} in {namespace}: {difference}"),
            namespace,
            source: source.to_string(),
            what: difference.aspect.as_str(),
            wanted: difference.wanted.clone(),
            found: difference.found.clone(),
        }
    }
}

impl fmt::Display for DifferenceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
