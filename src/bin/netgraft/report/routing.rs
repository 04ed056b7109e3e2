//! What `gateway get`, `route list` and `rule list` print.

use std::fmt;

use netgraft::{Gateways, Route, Rule};
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

/// A route over next hops, or to nowhere.
#[derive(Debug, Serialize)]
pub(crate) struct RouteReport {
    to: String,
    /// The first next hop.
    via: Option<String>,
    /// All next hops, if there are several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    next_hops: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mtu: Option<u32>,
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
            via: route.next_hops().first().map(|next_hop| next_hop.to_string()),
            next_hops: route
                .next_hops()
                .iter()
                .filter(|_| route.next_hops().len() > 1)
                .map(ToString::to_string)
                .collect(),
            kind: match (route.is_blackhole(), route.is_unreachable()) {
                (true, _) => Some("blackhole"),
                (_, true) => Some("unreachable"),
                _ => None,
            },
            mtu: route.get_mtu(),
            metric: route.get_metric(),
            table: Some(route.get_table()).filter(|table| *table != Route::MAIN_TABLE),
            source: route.get_source().map(|source| source.to_string()),
            text: route.to_string(),
        }
    }
}

impl fmt::Display for RouteReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A policy rule.
#[derive(Debug, Serialize)]
pub(crate) struct RuleReport {
    rule: String,
}

impl From<&Rule> for RuleReport {
    fn from(rule: &Rule) -> Self {
        Self { rule: rule.to_string() }
    }
}

impl fmt::Display for RuleReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rule)
    }
}
