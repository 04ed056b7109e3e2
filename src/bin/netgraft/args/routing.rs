//! The commands about what a namespace has beside interfaces.

use std::ffi::OsString;
use std::net::IpAddr;

use clap::{Args, Subcommand, ValueEnum};
use netgraft::{Family, MacAddr, Prefix};

use super::{help, word};
use crate::values::{self, Netns};

/// Set, unset or tell the gateways
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
    /// Send what no other route is for to this host
    #[command(after_help = help::GATEWAY_SET)]
    Set {
        /// That of the host
        #[arg(value_parser = word(values::parsed::<IpAddr>))]
        address: IpAddr,
        /// It is reached directly, whatever the routes say
        #[arg(long)]
        onlink: bool,
        /// By the interface with this source name; left out: by the only one
        #[arg(long, value_name = "SOURCE", requires = "onlink")]
        link: Option<OsString>,
        /// Of several gateways, the one with the lowest counts [default: the kernel's]
        #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
        metric: Option<u32>,
        /// Replace one that is set
        #[arg(long)]
        replace: bool,
    },
    /// Take away what was set
    #[command(after_help = "Example:\n  netgraft gateway web unset 4")]
    Unset {
        #[arg(value_name = "4|6", hide_possible_values = true, help = help::FAMILY)]
        family: FamilyArg,
    },
    /// Tell those that are in use
    #[command(after_help = "Example:\n  netgraft gateway web get")]
    Get,
}

/// Set or unset the default route by an interface
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
    /// Install the default route that the interface was given when it was added
    #[command(after_help = help::DEFAULT_SET)]
    Set {
        #[arg(help = help::SOURCE)]
        source: OsString,
        #[arg(value_name = "4|6", hide_possible_values = true, help = help::FAMILY)]
        family: FamilyArg,
    },
    /// Take it away
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
    /// Add one, on the links that lead to the next hops
    #[command(after_help = help::ROUTE_ADD)]
    Add {
        #[command(flatten)]
        route: RouteWords,
        /// Source address that it prefers
        #[arg(long, value_name = "ADDRESS", value_parser = word(values::parsed::<IpAddr>))]
        source: Option<IpAddr>,
        /// Its largest packet in bytes
        #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
        mtu: Option<u32>,
        /// Replace one to the same destination with the same metric
        #[arg(long)]
        replace: bool,
        /// Drop the packets silently
        #[arg(long, conflicts_with_all = ["next_hops", "unreachable"])]
        blackhole: bool,
        /// Drop the packets and tell the sender
        #[arg(long, conflicts_with = "next_hops")]
        unreachable: bool,
    },
    /// Delete one that was added
    #[command(after_help = "Example:\n  netgraft route web del 192.168.0.0/16 10.0.0.9")]
    Del {
        #[command(flatten)]
        route: RouteWords,
    },
    /// List those that were added
    #[command(after_help = "Example:\n  netgraft route web list")]
    List,
}

/// What tells a route from others.
#[derive(Debug, Args)]
pub(crate) struct RouteWords {
    /// Where it leads: address/length, or an address alone, of full length
    #[arg(value_name = "PREFIX", value_parser = word(values::parsed::<Prefix>))]
    pub(crate) destination: Prefix,
    /// The next hops: with several, flows are spread over them
    #[arg(value_name = "ADDRESS", value_parser = word(values::parsed::<IpAddr>))]
    pub(crate) next_hops: Vec<IpAddr>,
    /// Of several to one destination, the lowest counts [default: the kernel's]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
    pub(crate) metric: Option<u32>,
    /// Number of its table [default: the main one]
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
    /// Have the routes of some packets looked up in a table
    #[command(after_help = "Example:\n  netgraft rule web add --from 10.0.0.0/24 --table 100")]
    Add(RuleWords),
    /// Delete one that was added
    #[command(after_help = "Example:\n  netgraft rule web del --from 10.0.0.0/24 --table 100")]
    Del(RuleWords),
    /// List those that were added
    #[command(after_help = "Example:\n  netgraft rule web list")]
    List,
}

/// What tells a rule from others.
#[derive(Debug, Args)]
pub(crate) struct RuleWords {
    /// Packets from this network
    #[arg(long, value_name = "PREFIX", value_parser = word(values::parsed::<Prefix>))]
    pub(crate) from: Option<Prefix>,
    /// Packets to this network
    #[arg(long, value_name = "PREFIX", value_parser = word(values::parsed::<Prefix>))]
    pub(crate) to: Option<Prefix>,
    /// Packets that come in by the link with this name
    #[arg(long, value_name = "NAME")]
    pub(crate) iif: Option<OsString>,
    /// Packets with this firewall mark
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
    pub(crate) fwmark: Option<u32>,
    /// Its place: rules with lower numbers come first [default: in front of the others]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
    pub(crate) priority: Option<u32>,
    /// Number of the table
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
    /// Add one
    #[command(after_help = help::NEIGH_ADD)]
    Add {
        /// The neighbour's
        #[arg(value_parser = word(values::parsed::<IpAddr>))]
        address: IpAddr,
        /// Its hardware address
        #[arg(value_parser = word(values::parsed::<MacAddr>))]
        mac: MacAddr,
        #[command(flatten)]
        place: NeighPlace,
    },
    /// Delete one
    #[command(after_help = help::NEIGH_DEL)]
    Del {
        /// The neighbour's
        #[arg(value_parser = word(values::parsed::<IpAddr>))]
        address: IpAddr,
        /// Only if this is its MAC
        #[arg(value_parser = word(values::parsed::<MacAddr>))]
        mac: Option<MacAddr>,
        #[command(flatten)]
        place: NeighPlace,
    },
}

/// Where a neighbour's entry is.
#[derive(Debug, Args)]
pub(crate) struct NeighPlace {
    /// On the interface with this source name; left out: on the only one or, of several, on the link of the direct route
    #[arg(long, value_name = "SOURCE")]
    pub(crate) link: Option<OsString>,
    /// In the link's forwarding database
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
    /// Add one
    #[command(after_help = "Example:\n  netgraft alias web add lo 192.0.2.10/32")]
    Add(AliasWords),
    /// Delete one
    #[command(after_help = "Example:\n  netgraft alias web del lo 192.0.2.10/32")]
    Del(AliasWords),
}

#[derive(Debug, Args)]
pub(crate) struct AliasWords {
    /// The link's present name
    pub(crate) device: OsString,
    /// address/length, or an address alone, of full length
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
