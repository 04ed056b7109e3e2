//! What `add` and `list` print of an interface.

use std::fmt;

use netgraft::{Interface, Prefix};
use serde::Serialize;

/// An interface as the kernel has it now. Attributes that cannot be read are unset: the link may be gone already.
#[derive(Debug, Serialize)]
pub(crate) struct InterfaceReport {
    /// Set if several namespaces are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: Option<String>,
    source: String,
    name: String,
    index: u32,
    mac: Option<String>,
    up: Option<bool>,
    ipv4: Vec<String>,
    ipv6: Vec<String>,
    routes: Vec<String>,
    link_local: Vec<String>,
}

impl From<&Interface> for InterfaceReport {
    fn from(interface: &Interface) -> Self {
        let state = interface.state().inspect_err(|error| log::warn!("{error}")).ok();
        let (addresses, routes, link_local) = match &state {
            Some(state) => (&*state.addresses, &*state.routes, &*state.link_local),
            None => (&[][..], &[][..], &[][..]),
        };
        let kept = interface.default_routes();
        Self {
            namespace: None,
            source: interface.source_name().to_string(),
            name: state.as_ref().map_or_else(|| interface.name(), |state| state.name).to_string(),
            index: interface.index().get(),
            mac: state.as_ref().and_then(|state| state.mac).map(|mac| mac.to_string()),
            up: state.as_ref().map(|state| state.up),
            ipv4: texts(addresses.iter().filter(|address| address.is_ipv4())),
            ipv6: texts(addresses.iter().filter(|address| address.is_ipv6())),
            routes: texts(routes.iter().chain(kept.iter().filter(|route| !routes.contains(route)))),
            link_local: texts(link_local),
        }
    }
}

impl InterfaceReport {
    /// Creates a report with the namespace.
    pub(crate) fn with_namespace(interface: &Interface) -> Self {
        Self { namespace: Some(interface.namespace().to_string()), ..Self::from(interface) }
    }
}

impl fmt::Display for InterfaceReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.namespace.iter().try_for_each(|namespace| write!(f, "{namespace}: "))?;
        write!(f, "{} ({})", self.name, self.index)?;
        if self.source != self.name {
            write!(f, " from {}", self.source)?;
        }
        match self.up {
            Some(true) => f.write_str(", up")?,
            Some(false) => f.write_str(", down")?,
            None => f.write_str(", gone")?,
        }
        for word in self.mac.iter().chain(&self.ipv4).chain(&self.ipv6).chain(&self.link_local) {
            write!(f, ", {word}")?;
        }
        self.routes.iter().try_for_each(|route| write!(f, ", route {route}"))
    }
}

impl InterfaceReport {
    /// Returns the cells of a table's row.
    fn row(&self) -> Vec<String> {
        let state = match self.up {
            Some(true) => "up",
            Some(false) => "down",
            None => "gone",
        };
        let addresses: Vec<&str> =
            self.ipv4.iter().chain(&self.ipv6).chain(&self.link_local).map(String::as_str).collect();
        let cells = [
            self.source.clone(),
            self.name.clone(),
            self.index.to_string(),
            state.to_owned(),
            self.mac.clone().unwrap_or_default(),
            addresses.join(" "),
            self.routes.join(" "),
        ];
        self.namespace.iter().cloned().chain(cells).collect()
    }
}

/// Writes a row for each interface below headings; nothing without interfaces.
pub(crate) fn write_table(f: &mut fmt::Formatter<'_>, interfaces: &[InterfaceReport]) -> fmt::Result {
    let Some(first) = interfaces.first() else { return Ok(()) };
    let headings = ["NAMESPACE", "SOURCE", "NAME", "INDEX", "STATE", "MAC", "ADDRESSES", "ROUTES"];
    let headings = headings.into_iter().skip(usize::from(first.namespace.is_none())).map(str::to_owned).collect();
    let rows: Vec<Vec<String>> = [headings].into_iter().chain(interfaces.iter().map(InterfaceReport::row)).collect();
    let mut widths = vec![0; rows.iter().map(Vec::len).max().unwrap_or(0)];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in &rows {
        let padded = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        writeln!(f, "{}", padded.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}

pub(crate) fn texts<'a>(prefixes: impl IntoIterator<Item = &'a Prefix>) -> Vec<String> {
    prefixes.into_iter().map(Prefix::to_string).collect()
}
