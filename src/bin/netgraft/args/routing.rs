//! The commands for gateways, routes, rules, neighbours and extra addresses.

use std::ffi::OsString;
use std::net::IpAddr;

use clap::{Args, Subcommand, ValueEnum};
use netgraft::{Family, MacAddr, Prefix};

use super::{help, word};
use crate::values::{self, Netns};

/// Set, unset or print the gateways
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct GatewayArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    #[command(subcommand)]
    pub(crate) action: GatewayAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum GatewayAction {
    /// Set the default gateway
    #[command(after_help = help::GATEWAY_SET)]
    Set {
        /// Address of the gateway
        #[arg(value_parser = word(values::parsed::<IpAddr>))]
        address: IpAddr,
        /// Reach the gateway directly, whatever the routes say
        #[arg(long)]
        onlink: bool,
        /// Source name of the interface that leads to the gateway [default: the only interface]
        #[arg(long, value_name = "SOURCE", requires = "onlink", value_parser = word(values::name))]
        link: Option<OsString>,
        /// Metric: of several gateways, the lowest metric wins [default: the kernel's]
        #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
        metric: Option<u32>,
        /// Replace a gateway that is set
        #[arg(long)]
        replace: bool,
    },
    /// Remove the gateway
    #[command(after_help = "Example:\n  netgraft gateway web unset 4")]
    Unset {
        #[arg(value_name = "4|6", hide_possible_values = true, help = help::FAMILY)]
        family: FamilyArg,
    },
    /// Print the gateways in use
    #[command(after_help = "Example:\n  netgraft gateway web get")]
    Get,
}

/// Set or unset the default route through an interface
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct DefaultArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    #[command(subcommand)]
    pub(crate) action: DefaultAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum DefaultAction {
    /// Install the default route that the interface was added with
    #[command(after_help = help::DEFAULT_SET)]
    Set {
        #[arg(value_parser = word(values::name), help = help::SOURCE)]
        source: OsString,
        #[arg(value_name = "4|6", hide_possible_values = true, help = help::FAMILY)]
        family: FamilyArg,
    },
    /// Remove the default route
    #[command(after_help = "Example:\n  netgraft default web unset 4")]
    Unset {
        #[arg(value_name = "4|6", hide_possible_values = true, help = help::FAMILY)]
        family: FamilyArg,
    },
}

/// Add, delete or list static routes
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct RouteArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    #[command(subcommand)]
    pub(crate) action: RouteAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RouteAction {
    /// Add a route, on the links that lead to the next hops
    #[command(after_help = help::ROUTE_ADD)]
    Add {
        #[command(flatten)]
        route: RouteWords,
        /// Preferred source address
        #[arg(long, value_name = "ADDRESS", value_parser = word(values::parsed::<IpAddr>))]
        source: Option<IpAddr>,
        /// MTU of the route in bytes
        #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
        mtu: Option<u32>,
        /// Replace a route to the same destination with the same metric
        #[arg(long)]
        replace: bool,
        /// Drop the packets silently
        #[arg(long, conflicts_with_all = ["next_hops", "unreachable"])]
        blackhole: bool,
        /// Drop the packets and tell the sender
        #[arg(long, conflicts_with = "next_hops")]
        unreachable: bool,
    },
    /// Delete a route that was added
    #[command(after_help = "Example:\n  netgraft route web del 192.168.0.0/16 10.0.0.9")]
    Del {
        #[command(flatten)]
        route: RouteWords,
    },
    /// List the routes that were added
    #[command(after_help = "Example:\n  netgraft route web list")]
    List,
}

/// The facts that identify a route.
#[derive(Debug, Args)]
pub(crate) struct RouteWords {
    /// Destination: address/length; an address alone means the full length
    #[arg(value_name = "PREFIX", value_parser = word(values::parsed::<Prefix>))]
    pub(crate) destination: Prefix,
    /// Next hops; the kernel spreads flows over several
    #[arg(value_name = "ADDRESS", value_parser = word(values::parsed::<IpAddr>))]
    pub(crate) next_hops: Vec<IpAddr>,
    /// Metric: of several routes to one destination, the lowest metric wins [default: the kernel's]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
    pub(crate) metric: Option<u32>,
    /// Number of the routing table [default: the main table]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
    pub(crate) table: Option<u32>,
}

/// Add, delete or list policy rules
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct RuleArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    #[command(subcommand)]
    pub(crate) action: RuleAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RuleAction {
    /// Add a rule: matching packets use the routes of a table
    #[command(after_help = "Example:\n  netgraft rule web add --from 10.0.0.0/24 --table 100")]
    Add(RuleWords),
    /// Delete a rule that was added
    #[command(after_help = "Example:\n  netgraft rule web del --from 10.0.0.0/24 --table 100")]
    Del(RuleWords),
    /// List the rules that were added
    #[command(after_help = "Example:\n  netgraft rule web list")]
    List,
}

/// The facts that identify a rule.
#[derive(Debug, Args)]
pub(crate) struct RuleWords {
    /// Match packets from this network
    #[arg(long, value_name = "PREFIX", value_parser = word(values::parsed::<Prefix>))]
    pub(crate) from: Option<Prefix>,
    /// Match packets to this network
    #[arg(long, value_name = "PREFIX", value_parser = word(values::parsed::<Prefix>))]
    pub(crate) to: Option<Prefix>,
    /// Match packets that come in by the link with this name
    #[arg(long, value_name = "NAME", value_parser = word(values::name))]
    pub(crate) iif: Option<OsString>,
    /// Match packets with this firewall mark
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
    pub(crate) fwmark: Option<u32>,
    /// Priority: lower numbers come first [default: before the other rules]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
    pub(crate) priority: Option<u32>,
    /// Number of the routing table
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
    pub(crate) table: u32,
}

/// Add or delete permanent neighbours
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct NeighArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    #[command(subcommand)]
    pub(crate) action: NeighAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum NeighAction {
    /// Add a neighbour
    #[command(after_help = help::NEIGH_ADD)]
    Add {
        /// Address of the neighbour
        #[arg(value_parser = word(values::parsed::<IpAddr>))]
        address: IpAddr,
        /// Hardware address of the neighbour
        #[arg(value_parser = word(values::parsed::<MacAddr>))]
        mac: MacAddr,
        #[command(flatten)]
        place: NeighPlace,
    },
    /// Delete a neighbour
    #[command(after_help = help::NEIGH_DEL)]
    Del {
        /// Address of the neighbour
        #[arg(value_parser = word(values::parsed::<IpAddr>))]
        address: IpAddr,
        /// Delete the entry only if it has this MAC
        #[arg(value_parser = word(values::parsed::<MacAddr>))]
        mac: Option<MacAddr>,
        #[command(flatten)]
        place: NeighPlace,
    },
}

/// The place of a neighbour's entry.
#[derive(Debug, Args)]
pub(crate) struct NeighPlace {
    /// Source name of the interface [default: the only interface, or the link of the direct route]
    #[arg(long, value_name = "SOURCE", value_parser = word(values::name))]
    pub(crate) link: Option<OsString>,
    /// Use the link's forwarding database
    #[arg(long, requires = "mac")]
    pub(crate) bridge: bool,
}

/// Add or delete an extra address
#[derive(Debug, Args)]
#[command(disable_help_subcommand = true)]
pub(crate) struct AliasArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    #[command(subcommand)]
    pub(crate) action: AliasAction,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AliasAction {
    /// Add an address
    #[command(after_help = "Example:\n  netgraft alias web add lo 192.0.2.10/32")]
    Add(AliasWords),
    /// Delete an address
    #[command(after_help = "Example:\n  netgraft alias web del lo 192.0.2.10/32")]
    Del(AliasWords),
}

#[derive(Debug, Args)]
pub(crate) struct AliasWords {
    /// The link's present name
    #[arg(value_parser = word(values::name))]
    pub(crate) device: OsString,
    /// address/length; an address alone means the full length
    #[arg(value_name = "PREFIX", value_parser = word(values::parsed::<Prefix>))]
    pub(crate) address: Prefix,
}

/// IPv4 or IPv6, by its number.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum FamilyArg {
    #[value(name = "4")]
    Ipv4,
    #[value(name = "6")]
    Ipv6,
}

impl From<FamilyArg> for Family {
    fn from(word: FamilyArg) -> Self {
        match word {
            FamilyArg::Ipv4 => Self::Ipv4,
            FamilyArg::Ipv6 => Self::Ipv6,
        }
    }
}
