//! The output of successful commands, as text and as JSON.

pub(crate) mod check;
pub(crate) mod demo;
pub(crate) mod error;
pub(crate) mod interface;
pub(crate) mod link;
pub(crate) mod namespace;
pub(crate) mod plan;
pub(crate) mod restored;
pub(crate) mod routing;
pub(crate) mod show;
pub(crate) mod statistics;

use std::fmt;

use serde::Serialize;

use check::DifferenceReport;
use demo::DemoLog;
use interface::{InterfaceReport, write_table};
use link::LinkReport;
use namespace::NamespaceReport;
use plan::StepReport;
use restored::RestoredReport;
use routing::{GatewaysReport, RouteReport, RuleReport};
use show::{Graph, Tree};
use statistics::StatisticsReport;

#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Report {
    /// Done, without a result.
    Nothing,
    Namespace(NamespaceReport),
    Interface(InterfaceReport),
    Link(LinkReport),
    Restored(RestoredReport),
    Interfaces {
        interfaces: Vec<InterfaceReport>,
    },
    Statistics(StatisticsReport),
    Gateways(GatewaysReport),
    Routes {
        routes: Vec<RouteReport>,
    },
    Differences {
        differences: Vec<DifferenceReport>,
    },
    Rules {
        rules: Vec<RuleReport>,
    },
    Plan {
        plan: Vec<StepReport>,
    },
    Tree(Tree),
    Graph(Graph),
    Exit {
        status: u8,
    },
    DemoLog(DemoLog),
}

impl Report {
    /// Returns whether the command had nothing to do but to print this.
    pub(crate) fn is_all_that_was_asked_for(&self) -> bool {
        match self {
            Self::Interfaces { .. } | Self::Statistics(_) | Self::Gateways(_) | Self::Routes { .. } => true,
            Self::Differences { .. } | Self::Rules { .. } | Self::Plan { .. } | Self::Tree(_) | Self::Graph(_) => true,
            Self::Nothing | Self::Namespace(_) | Self::Interface(_) | Self::Link(_) | Self::Restored(_) => false,
            Self::Exit { .. } | Self::DemoLog(_) => false,
        }
    }

    /// Returns whether something differs from its request.
    pub(crate) fn has_differences(&self) -> bool {
        matches!(self, Self::Differences { differences } if !differences.is_empty())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nothing | Self::Exit { .. } => Ok(()),
            Self::Namespace(namespace) => writeln!(f, "{}", namespace),
            Self::Interface(interface) => writeln!(f, "{interface}"),
            Self::Link(link) => writeln!(f, "{link}"),
            Self::Restored(restored) => restored.fmt(f),
            Self::Interfaces { interfaces } => write_table(f, interfaces),
            Self::Statistics(statistics) => statistics.fmt(f),
            Self::Gateways(gateways) => gateways.fmt(f),
            Self::Routes { routes } => routes.iter().try_for_each(|route| writeln!(f, "{route}")),
            Self::Differences { differences } => {
                differences.iter().try_for_each(|difference| writeln!(f, "{difference}"))
            }
            Self::Rules { rules } => rules.iter().try_for_each(|rule| writeln!(f, "{rule}")),
            Self::Plan { plan } => plan.iter().try_for_each(|step| writeln!(f, "{step}")),
            Self::Tree(tree) => tree.fmt(f),
            Self::Graph(graph) => graph.fmt(f),
            Self::DemoLog(log) => log.fmt(f),
        }
    }
}
