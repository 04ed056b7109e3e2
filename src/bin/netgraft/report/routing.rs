//! What `gateway get` and `route list` print.

use std::fmt;

use netgraft::{Gateways, Route};
use serde::Serialize;

/// The gateways in use.
#[derive(Debug, Serialize)]
pub(crate) struct GatewaysReport {
    ipv4: Option<String>,
    ipv6: Option<String>,
}

impl From<Gateways> for GatewaysReport {
    fn from(from: Gateways) -> Self {
        Self { ipv4: from.ipv4.map(|address| address.to_string()), ipv6: from.ipv6.map(|address| address.to_string()) }
    }
}

impl GatewaysReport {
    pub(crate) fn each(&self) -> impl Iterator<Item = &String> {
        self.ipv4.iter().chain(&self.ipv6)
    }
}

impl fmt::Display for GatewaysReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.each().try_for_each(|gateway| writeln!(f, "{gateway}"))
    }
}

/// A route by way of a next hop.
#[derive(Debug, Serialize)]
pub(crate) struct RouteReport {
    to: String,
    via: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    metric: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip)]
    text: String,
}

impl From<&Route> for RouteReport {
    fn from(route: &Route) -> Self {
        Self {
            to: route.destination().to_string(),
            via: route.next_hop().to_string(),
            metric: route.metric(),
            table: Some(route.table()).filter(|table| *table != Route::MAIN_TABLE),
            source: route.source().map(|source| source.to_string()),
            text: route.to_string(),
        }
    }
}

impl fmt::Display for RouteReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
