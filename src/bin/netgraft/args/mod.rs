//! The grammar of the process's command line and of the lines of a batch, which share most commands.

mod help;
pub(crate) mod line;
mod refusal;
mod routing;
pub(crate) mod tip;

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};
use netgraft::{Address, LinkSelector, MacAddr, Prefix};

pub(crate) use refusal::Refusal;
pub(crate) use routing::{
    AliasAction, AliasArgs, DefaultAction, DefaultArgs, GatewayAction, GatewayArgs, NeighAction, NeighArgs, NeighPlace,
    RouteAction, RouteArgs, RouteWords, RuleAction, RuleArgs, RuleWords,
};

pub(crate) use tip::with_tip;

use crate::values::{self, Create, Netns};

/// Put network interfaces into network namespaces and take them out again, all or nothing
#[derive(Debug, Parser)]
#[command(version, after_help = help::WHOLE)]
pub(crate) struct CommandLine {
    /// Print more on standard error; -vv prints every step
    #[arg(short, global = true, display_order = 101, action = ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Print each result as one line of JSON
    #[arg(long, global = true, display_order = 102)]
    pub(crate) json: bool,
    /// Folder of the journal [default: /run/netgraft, or netgraft in XDG_RUNTIME_DIR]
    #[arg(long, global = true, display_order = 103, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// Keep no journal: nothing undoes a killed command, and later commands do not know its interfaces
    #[arg(long, global = true, display_order = 104, conflicts_with = "state_dir")]
    no_journal: bool,
    #[command(subcommand)]
    pub(crate) command: TopCommand,
}

impl CommandLine {
    /// Returns the choice of the journal's folder.
    pub(crate) fn state_dir(&self) -> StateDir {
        match (&self.state_dir, self.no_journal) {
            (_, true) => StateDir::None,
            (Some(folder), false) => StateDir::Given(folder.clone()),
            (None, false) => StateDir::Default,
        }
    }
}

/// The journal's folder, or no journal.
#[derive(Clone, Debug)]
pub(crate) enum StateDir {
    /// By `--no-journal`.
    None,
    Given(PathBuf),
    /// The default folder that the caller can use.
    Default,
}

/// A command on the process's command line.
#[derive(Debug, Subcommand)]
pub(crate) enum TopCommand {
    #[command(flatten)]
    Command(Command),
    #[command(visible_alias = "exec", after_help = help::RUN)]
    Run(RunArgs),
    #[command(after_help = help::BATCH)]
    Batch(BatchArgs),
    #[command(after_help = "Examples:\n  netgraft monitor\n  netgraft --json monitor web")]
    Monitor(MonitorArgs),
    /// Show in ten seconds what netgraft does, in namespaces of its own
    #[command(after_help = "Example:\n  netgraft demo")]
    Demo,
    #[command(after_help = help::OCI_HOOK)]
    OciHook(OciHookArgs),
    #[command(hide = true)]
    AnnounceRest(RestArgs),
}

/// One line of a batch.
#[derive(Debug, Parser)]
#[command(name = "batch line", no_binary_name = true, disable_help_flag = true, disable_help_subcommand = true)]
pub(crate) struct Line {
    #[command(subcommand)]
    pub(crate) command: LineCommand,
}

/// A command on a line of a batch.
#[derive(Debug, Subcommand)]
pub(crate) enum LineCommand {
    #[command(flatten)]
    Command(Command),
    #[command(visible_alias = "exec")]
    Run(RunArgs),
    /// Wait
    Sleep {
        /// How long to wait
        #[arg(value_parser = word(values::duration))]
        duration: Duration,
    },
}

/// A command of both.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Create a namespace, pinned at a path, with lo up
    #[command(after_help = "Examples:\n  netgraft create web\n  netgraft create /run/pods/web --replace")]
    Create {
        #[arg(value_name = "NETNS", value_parser = word(values::pin), help = help::PIN)]
        path: PathBuf,
        /// Replace an existing pin or plain file
        #[arg(long)]
        replace: bool,
    },
    /// Pin an existing namespace at another path
    #[command(after_help = "Example:\n  netgraft adopt web /proc/4711/ns/net")]
    Adopt {
        #[arg(value_name = "NETNS", value_parser = word(values::pin), help = help::PIN)]
        path: PathBuf,
        /// The namespace's file
        file: PathBuf,
    },
    /// Take the interfaces out of a namespace, then delete the namespace and everything in it
    #[command(after_help = "Example:\n  netgraft destroy web")]
    Destroy {
        #[arg(value_name = "NETNS", value_parser = word(values::pin), help = help::PIN)]
        path: PathBuf,
        /// Go on if an interface cannot come home, and say what is lost
        #[arg(long)]
        force: bool,
        /// Succeed if there is no such namespace
        #[arg(long)]
        if_exists: bool,
    },
    #[command(after_help = help::ADD)]
    Add(Box<AddArgs>),
    /// Take interfaces out: moved links go home as they were, created links are deleted
    #[command(after_help = "Examples:\n  netgraft remove web veth1a2b\n  netgraft remove web --all")]
    Remove(RemoveArgs),
    /// List the interfaces
    #[command(after_help = "Examples:\n  netgraft list web\n  netgraft list")]
    List {
        #[arg(value_parser = word(values::netns), help = help::ANY_NETNS)]
        netns: Option<Netns>,
    },
    #[command(after_help = "Examples:\n  netgraft show web\n  netgraft show --dot | dot -Tsvg -o network.svg")]
    Show(ShowArgs),
    /// Print an interface's counters
    #[command(after_help = "Example:\n  netgraft stats web veth1a2b")]
    Stats(InterfaceArgs),
    #[command(after_help = help::ANNOUNCE)]
    Announce(AnnounceArgs),
    #[command(after_help = "Example:\n  netgraft gateway web set 10.0.0.1")]
    Gateway(GatewayArgs),
    #[command(after_help = "Example:\n  netgraft default web set veth1a2b 4")]
    Default(DefaultArgs),
    #[command(after_help = "Example:\n  netgraft route web add 192.168.0.0/16 10.0.0.9")]
    Route(RouteArgs),
    #[command(after_help = "Example:\n  netgraft rule web add --from 10.0.0.0/24 --table 100")]
    Rule(RuleArgs),
    #[command(after_help = "Example:\n  netgraft neigh web add 10.0.0.9 02:42:0a:00:00:09 --link veth1a2b")]
    Neigh(NeighArgs),
    #[command(after_help = "Example:\n  netgraft alias web add lo 192.0.2.10/32")]
    Alias(AliasArgs),
    /// Stop an interface from answering and sending ARP for a virtual IP
    #[command(after_help = "Example:\n  netgraft vip web veth1a2b")]
    Vip(InterfaceArgs),
    /// Make the load balancer (IPVS) of a namespace give up connections to servers that are gone
    ///
    /// Sets net.ipv4.vs.conn_reuse_mode=0, expire_nodest_conn=1 and expire_quiescent_template=1. A setting that the kernel
    /// lacks, because IPVS is not loaded, is a warning.
    #[command(after_help = "Example:\n  netgraft ipvs web")]
    Ipvs {
        #[arg(value_parser = word(values::netns), help = help::NETNS)]
        netns: Netns,
    },
    #[command(after_help = "Examples:\n  netgraft check web\n  netgraft check web veth1a2b")]
    Check(CheckArgs),
    /// Undo or finish what was interrupted, then list and announce the interfaces, after a restart or a crash
    #[command(after_help = "Examples:\n  netgraft restore web\n  netgraft restore")]
    Restore {
        #[arg(value_parser = word(values::netns), help = help::ANY_NETNS)]
        netns: Option<Netns>,
    },
    #[command(after_help = help::WAIT)]
    Wait(WaitArgs),
    /// Drop an interface's entry from the journal, and leave its link as it is
    #[command(after_help = "Example:\n  netgraft forget web veth1a2b")]
    Forget(InterfaceArgs),
}

/// An interface, found by its source name.
#[derive(Debug, Args)]
pub(crate) struct InterfaceArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    #[arg(value_parser = word(values::name), help = help::SOURCE)]
    pub(crate) source: OsString,
}

/// Print what happens to links, a line each: first the links that are there
#[derive(Debug, Args)]
pub(crate) struct MonitorArgs {
    /// Path, name, pid:N, or current [default: current]
    #[arg(value_parser = word(values::netns))]
    pub(crate) netns: Option<Netns>,
}

/// Wait for a link
#[derive(Debug, Args)]
pub(crate) struct WaitArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    /// Name, alternative name, mac:ADDRESS, or dev:DEVICE such as dev:0000:00:03.0
    #[arg(value_parser = word(values::parsed::<LinkSelector>))]
    pub(crate) link: LinkSelector,
    /// What to wait for: the link is there, can carry traffic, or is gone
    #[arg(long = "for", value_name = "appear|running|gone", hide_possible_values = true, default_value = "appear")]
    pub(crate) condition: ConditionArg,
    /// The longest wait
    #[arg(long, value_name = "DURATION", allow_negative_numbers = true, value_parser = word(values::duration), default_value = "5s")]
    pub(crate) wait: Duration,
}

/// What a link is waited for, as a word.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ConditionArg {
    Appear,
    Running,
    Gone,
}

/// Compare interfaces with what was asked for; the exit status is 1 if something differs
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    /// The interface to check [default: all]
    #[arg(value_parser = word(values::name))]
    pub(crate) source: Option<OsString>,
}

/// The interfaces to remove.
#[derive(Debug, Args)]
pub(crate) struct RemoveArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    #[arg(value_name = "SOURCE", value_parser = word(values::name), help = help::SOURCE, required_unless_present = "all", conflicts_with = "all")]
    pub(crate) sources: Vec<OsString>,
    /// Remove all interfaces, in reverse order; if one removal fails, go on with the others
    #[arg(long)]
    pub(crate) all: bool,
    /// Succeed if the interface, its link or its namespace is gone
    #[arg(long)]
    pub(crate) if_exists: bool,
    /// Bring the link home without its addresses, and without their routes and neighbours
    #[arg(long, conflicts_with = "all")]
    pub(crate) no_addresses: bool,
}

/// Show namespaces, their links, addresses, routes, peers and bridges as a tree
#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    /// Path, name, pid:N, or current [default: the current namespace, and all under /run/netns]
    #[arg(value_parser = word(values::netns))]
    pub(crate) netns: Option<Netns>,
    /// Print a graph for Graphviz; with --json, still the tree
    #[arg(long)]
    pub(crate) dot: bool,
}

/// Announce an interface's addresses to its neighbours again
#[derive(Debug, Args)]
pub(crate) struct AnnounceArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    #[arg(value_parser = word(values::name), help = help::SOURCE)]
    pub(crate) source: OsString,
    /// How often to announce, 0 to 3 times [default: 3]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::announcements))]
    pub(crate) count: Option<u8>,
    /// The time between announcements, 100ms to 2s [default: 1s]
    #[arg(long, value_name = "DURATION", value_parser = word(values::announce_interval))]
    pub(crate) interval: Option<Duration>,
    /// Return after the first announcement; a child process sends the rest
    #[arg(long)]
    pub(crate) background: bool,
}

/// Give a container of an OCI runtime its interfaces
///
/// A hook: in createRuntime it adds the interfaces, in poststop it takes them out. It reads the state of the container from
/// standard input.
#[derive(Debug, Args)]
pub(crate) struct OciHookArgs {
    /// Add the interfaces in this file, instead of the annotation io.netgraft.interfaces
    #[arg(long, value_name = "FILE")]
    pub(crate) interfaces: Option<PathBuf>,
    /// File that lists what an annotation may use
    #[arg(long, value_name = "FILE", default_value = "/etc/netgraft/oci.json")]
    pub(crate) allow: PathBuf,
    /// Move the devices of linux.netDevices too, for a runtime that ignores them
    #[arg(long)]
    pub(crate) net_devices: bool,
}

/// The remaining announcements of an interface, for the child process that sends them.
#[derive(Debug, Args)]
pub(crate) struct RestArgs {
    #[arg(value_parser = word(values::netns))]
    pub(crate) netns: Netns,
    pub(crate) source: OsString,
    pub(crate) index: u32,
    #[arg(value_parser = word(values::parsed::<MacAddr>))]
    pub(crate) mac: MacAddr,
    #[arg(value_parser = word(values::announcements))]
    pub(crate) count: u8,
    #[arg(value_parser = word(values::announce_interval))]
    pub(crate) interval: Duration,
}

/// Put a link into a namespace and configure it
//
// Names and sysctls stay as written: the library refuses wrong ones by its own kind of error.
#[derive(Debug, Args)]
pub(crate) struct AddArgs {
    /// The target: path, name, pid:N, or current
    #[arg(value_parser = word(values::netns))]
    pub(crate) netns: Netns,
    /// The link's present name, an alternative name, mac:ADDRESS, or dev:DEVICE such as dev:0000:00:03.0. The link's present
    /// name becomes the interface's source name
    #[arg(value_parser = word(values::long_name))]
    pub(crate) link: OsString,

    /// The namespace where LINK is now
    #[arg(long, value_name = "NETNS", value_parser = word(values::netns), default_value = "current")]
    pub(crate) from: Netns,
    /// Configure LINK in place: it is already in NETNS
    #[arg(long, conflicts_with_all = ["from", "create"])]
    pub(crate) in_place: bool,
    /// Create LINK, of this kind
    #[arg(long, value_name = "KIND[,key=value…]", value_parser = word(values::create))]
    pub(crate) create: Option<Create>,

    /// Name inside; %d at the end becomes the lowest free number [default: LINK]
    #[arg(long, conflicts_with = "prefix", value_parser = word(values::name_or_pattern))]
    pub(crate) name: Option<OsString>,
    /// Name inside: TEXT and the lowest free number
    #[arg(long, value_name = "TEXT", value_parser = word(values::prefix))]
    pub(crate) prefix: Option<OsString>,

    /// Hardware address [default: LINK's own]
    #[arg(long, value_parser = word(values::parsed::<MacAddr>))]
    pub(crate) mac: Option<MacAddr>,
    /// MTU in bytes
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
    pub(crate) mtu: Option<u32>,
    /// Length of the transmit queue in packets
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::size))]
    pub(crate) txqlen: Option<u32>,
    /// Text that the kernel keeps with the link
    #[arg(long, value_name = "TEXT", value_parser = word(values::alias))]
    pub(crate) alias: Option<OsString>,

    /// Receive all packets, whatever their destination
    #[arg(long)]
    pub(crate) promisc: bool,
    /// Receive all multicast packets
    #[arg(long)]
    pub(crate) allmulti: bool,
    /// Leave the link down
    #[arg(long)]
    pub(crate) down: bool,

    /// IPv4 address; may be repeated
    #[arg(long, value_name = "PREFIX[,peer=ADDRESS][,label=TEXT]", value_parser = word(values::ipv4))]
    pub(crate) ipv4: Vec<Address>,
    /// IPv6 address; may be repeated
    #[arg(long, value_name = "PREFIX[,peer=ADDRESS]", value_parser = word(values::ipv6))]
    pub(crate) ipv6: Vec<Address>,
    /// Link-local address; may be repeated
    #[arg(long, value_name = "PREFIX", value_parser = word(values::parsed::<Prefix>))]
    pub(crate) link_local: Vec<Prefix>,
    /// On-link route; may be repeated
    #[arg(long, value_name = "PREFIX", value_parser = word(values::parsed::<Prefix>))]
    pub(crate) route: Vec<Prefix>,
    /// Gateway, one IPv4 and one IPv6: a default route that comes and goes with the interface
    #[arg(long, value_name = "ADDRESS", value_parser = word(values::parsed::<IpAddr>))]
    pub(crate) gateway: Vec<IpAddr>,
    /// Metric of the default route: the lowest metric wins [default: the kernel's]
    #[arg(long, value_name = "N", requires = "gateway", allow_negative_numbers = true, value_parser = word(values::size))]
    pub(crate) metric: Option<u32>,
    /// Setting net.X.Y.IFNAME.Z=VALUE of the interface; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = word(values::sysctl))]
    pub(crate) sysctl: Vec<String>,
    /// A setting net.X.Y=VALUE of NETNS itself, such as net.ipv4.ip_forward=1, repeatable
    #[arg(long, value_name = "KEY=VALUE", value_parser = word(values::netns_sysctl))]
    pub(crate) netns_sysctl: Vec<String>,

    /// Bridge or VRF to join, by the source name of its interface or by its own name
    #[arg(long, value_name = "SOURCE-OR-NAME", value_parser = word(values::long_name))]
    pub(crate) master: Option<OsString>,
    /// Let the kernel look for duplicates of the IPv6 addresses, and wait for the result
    #[arg(long)]
    pub(crate) dad: bool,
    /// Probe N times for each IPv4 address before it is used; 3 probes take 4 to 7 seconds
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::probes))]
    pub(crate) probe: Option<u8>,
    /// The shortest time between probes [default: 1s]
    #[arg(long, value_name = "DURATION", requires = "probe", value_parser = word(values::duration))]
    pub(crate) probe_interval: Option<Duration>,
    /// Keep the link's global permanent addresses
    #[arg(long)]
    pub(crate) keep_addresses: bool,
    /// IPv6 on the link [default: on with an IPv6 address; without one off, or unchanged in place]
    //
    // `on` without an address is for SLAAC. `keep` writes nothing, for a read-only /proc/sys.
    #[arg(long, value_name = "on|off|keep", hide_possible_values = true)]
    pub(crate) set_ipv6: Option<SetIpv6>,
    /// Accept that a move deletes VXLAN tunnels and MACsec links that are stacked on LINK
    #[arg(long)]
    pub(crate) allow_stacked: bool,
    /// Allow an address that clashes with an existing route
    #[arg(long)]
    pub(crate) no_clash_check: bool,
    /// Allow a link without a witness of its identity into a namespace of another user namespace
    #[arg(long)]
    pub(crate) allow_unverified: bool,

    /// How often to announce the addresses, 0 to 3 [default: 3]
    #[arg(long, value_name = "N", allow_negative_numbers = true, value_parser = word(values::announcements))]
    pub(crate) announce: Option<u8>,
    /// The time between announcements, 100ms to 2s [default: 1s]
    #[arg(long, value_name = "DURATION", value_parser = word(values::announce_interval))]
    pub(crate) announce_interval: Option<Duration>,
    /// The longest wait for the link
    #[arg(long, value_name = "DURATION", allow_negative_numbers = true, value_parser = word(values::duration), default_value = "5s")]
    pub(crate) wait: Duration,
    /// The state to wait for
    #[arg(long, value_name = "up|running", hide_possible_values = true, default_value = "up")]
    pub(crate) wait_for: WaitFor,
    /// Run COMMAND by sh -c in NETNS when the link is up, within --wait; if it fails, undo the add
    #[arg(long, value_name = "COMMAND", value_parser = word(values::not_empty))]
    pub(crate) verify: Option<OsString>,
    /// Check everything that can be checked, print the steps, and change nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Wait until all announcements are sent
    #[arg(long)]
    pub(crate) foreground: bool,
    /// Return after the first announcement; a child process sends the rest. The default, but for a batch
    #[arg(long, conflicts_with = "foreground")]
    pub(crate) background: bool,
}

/// The choice of IPv6 on a link.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum SetIpv6 {
    On,
    Off,
    Keep,
}

/// The state of a link that an add waits for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum WaitFor {
    Up,
    Running,
}

/// Run a program inside a namespace
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    #[arg(value_parser = word(values::netns), help = help::NETNS)]
    pub(crate) netns: Netns,
    /// The program and its arguments
    #[arg(last = true, required = true)]
    pub(crate) command: Vec<OsString>,
}

/// Run one command per line, all in one process
#[derive(Debug, Args)]
pub(crate) struct BatchArgs {
    /// Go on after a failure
    #[arg(long)]
    pub(crate) keep_going: bool,
    /// File with the lines [default: standard input]
    pub(crate) file: Option<PathBuf>,
}

/// Parses words; returns the name of the command, and its parsed form.
pub(crate) fn parse<P: Parser>(words: &[OsString]) -> Result<(String, P), clap::Error> {
    let matches = P::command().try_get_matches_from(words)?;
    let name = matches.subcommand_name().unwrap_or_default().to_owned();
    Ok((name, P::from_arg_matches(&matches)?))
}

/// Returns the name of the command in words that [`parse`] refused.
pub(crate) fn command_meant<P: Parser>(words: &[OsString]) -> Option<String> {
    let matches = P::command().ignore_errors(true).try_get_matches_from(words).ok()?;
    matches.subcommand_name().map(str::to_owned)
}

/// Returns a parser for one word. The parser gets the raw bytes: paths and names need not be UTF-8.
fn word<T>(parse: fn(OsString) -> Result<T, String>) -> impl TypedValueParser<Value = T>
where
    T: Clone + Send + Sync + 'static,
{
    OsStringValueParser::new().try_map(parse)
}
