//! `add`.

use log::Level;
use netgraft::{
    Bridge, ErrorKind, IfName, InterfaceConfig, Ipv6, Ipvlan, Link, LinkSelector, Macvlan, MacvlanMode, NamePrefix,
    Namespace, Netkit, NetnsSysctl, Probe, Sysctl, VethPeer, Vlan, Vxlan, Wait,
};

use super::{announce, verify};
use crate::args::{AddArgs, SetIpv6, WaitFor};
use crate::escape::escape;
use crate::failure::Failure;
use crate::interrupt::Held;
use crate::report::Report;
use crate::report::plan::StepReport;
use crate::session::Session;
use crate::values::Netns;
use crate::values::create::{self, Create};

pub(crate) fn add(args: &AddArgs, session: &mut Session) -> Result<Report, Failure> {
    let config = config(args).map_err(Failure::or_usage)?;
    let numbers = announce::numbers(args.announce, args.announce_interval)?;
    let link = link(args, session).map_err(Failure::or_usage)?;
    if args.dry_run {
        let namespace = session.seen(&args.netns)?;
        let steps = session.timed(|| namespace.plan_interfaces([(link, config.announce(numbers))]))?;
        return Ok(Report::Plan { plan: steps.iter().map(StepReport::from).collect() });
    }
    let namespace = session.journalled(&args.netns)?;
    // A batch sends by itself: it lasts, and would need a child for each of its adds.
    let in_child = args.background || !args.foreground && !session.is_batch();
    let own = if in_child { numbers.by_caller() } else { numbers };
    let cancel = session.hold_signals().and_then(Held::descriptor);
    let cancel = cancel.map_err(|error| Failure::io("hold signals back", &error))?;
    let config = match &args.verify {
        Some(command) => verify::by_command(config, &namespace, command, args.wait, &cancel)?,
        None => config,
    };
    let added = session.timed(|| namespace.add_interface(link, config.announce(own).cancel_on(cancel)));
    let interface = added?;
    if session.is_signalled() {
        // The signal came too late to undo the add.
        interface.remove()?;
        return Err(Failure::new(
            ErrorKind::Cancelled,
            format!("add {} to {namespace}: cancelled", escape(&args.link.to_string_lossy())),
        ));
    }
    let level = if args.background { Level::Warn } else { Level::Debug };
    if in_child && !announce::hand_over(&args.netns, &interface, numbers, session, level) {
        interface.announce(numbers).unwrap_or_else(|error| log::warn!("{error}"));
    }
    Ok(Report::Interface((&interface).into()))
}

fn link(args: &AddArgs, session: &mut Session) -> Result<Link, Failure> {
    let name = args.link.as_encoded_bytes();
    Ok(match &args.create {
        None => existing(args, session)?,
        Some(create) => created(name, create, &mut Places { from: &args.from, session }).map_err(|error| {
            Failure::from(error).about(format_args!("add {}", escape(&args.link.to_string_lossy())))
        })?,
    })
}

/// Returns the link of the words, which may name or describe it.
fn existing(args: &AddArgs, session: &mut Session) -> Result<Link, Failure> {
    let (name, place) = (args.link.as_encoded_bytes(), if args.in_place { &args.netns } else { &args.from });
    let namespace = session.namespace(place)?;
    // Names of links need not be UTF-8; other selectors are.
    let selector = match args.link.to_str().map(str::parse::<LinkSelector>) {
        Some(Err(error)) if error.kind() == ErrorKind::InvalidArgument => {
            return Err(Failure::usage(error.to_string()));
        }
        Some(selector) => selector?,
        None if args.in_place => return Ok(Link::in_place(name)?),
        None => return Ok(Link::existing(&namespace, name)?),
    };
    let found = session.timed(|| match args.in_place {
        true => Link::find_in_place(&namespace, &selector),
        false => Link::find(&namespace, &selector),
    });
    let target = session.namespace(&args.netns)?;
    found.map_err(|error| Failure::from(error).about(format_args!("add {selector} to {target}")))
}

/// Where parents and peers are.
struct Places<'a> {
    from: &'a Netns,
    session: &'a mut Session,
}

impl Places<'_> {
    fn namespace(&mut self, said: Option<&Netns>) -> netgraft::Result<Namespace> {
        self.session.namespace(said.unwrap_or(self.from))
    }

    fn peer(&mut self, words: &create::Peer) -> netgraft::Result<VethPeer> {
        let mut peer = VethPeer::new(&self.namespace(words.netns.as_ref())?, words.name.as_encoded_bytes());
        if let Some(mtu) = words.mtu {
            peer = peer.mtu(mtu);
        }
        if let Some(mac) = words.mac {
            peer = peer.mac(mac);
        }
        if words.up {
            peer = peer.up();
        }
        if let Some(bridge) = &words.bridge {
            peer = peer.bridge(bridge.as_encoded_bytes());
        }
        if let Some(on) = words.hairpin {
            peer = peer.hairpin(on);
        }
        if let Some(on) = words.isolated {
            peer = peer.isolated(on);
        }
        if let Some(on) = words.learning {
            peer = peer.learning(on);
        }
        Ok(words.vlans.iter().fold(peer, |peer, id| peer.vlan(*id)))
    }

    fn macvlan(&mut self, words: &create::Parent, mode: MacvlanMode) -> netgraft::Result<Macvlan> {
        Ok(Macvlan::on(&self.namespace(words.netns.as_ref())?, words.name.as_encoded_bytes()).mode(mode))
    }

    fn vxlan(&mut self, words: &create::Vxlan) -> netgraft::Result<Vxlan> {
        let mut tunnel = Vxlan::new(&self.namespace(words.netns.as_ref())?, words.id);
        if let Some(parent) = &words.parent {
            tunnel = tunnel.parent(parent.as_encoded_bytes());
        }
        if let Some(remote) = words.remote {
            tunnel = tunnel.remote(remote);
        }
        if let Some(group) = words.group {
            tunnel = tunnel.group(group);
        }
        if let Some(local) = words.local {
            tunnel = tunnel.local(local);
        }
        if let Some(port) = words.port {
            tunnel = tunnel.port(port);
        }
        let tunnel = tunnel.learning(words.learning.unwrap_or(true)).proxy(words.proxy.unwrap_or(false));
        Ok(tunnel.l2_miss(words.l2miss.unwrap_or(false)).l3_miss(words.l3miss.unwrap_or(false)))
    }
}

fn created(name: &[u8], create: &Create, places: &mut Places<'_>) -> netgraft::Result<Link> {
    match create {
        Create::Bridge(words) => Link::bridge_with(name, bridge(words)?),
        Create::Dummy => Link::dummy(name),
        Create::Veth(words) => Link::veth_named(name, places.peer(words)?),
        Create::Netkit { peer, mode, policy, peer_policy } => {
            let netkit = Netkit::new(places.peer(peer)?).mode(*mode).policy(*policy).peer_policy(*peer_policy);
            Link::netkit_named(name, netkit)
        }
        Create::Macvlan { parent, mode } => Link::macvlan(name, places.macvlan(parent, *mode)?),
        Create::Macvtap { parent, mode } => Link::macvtap(name, places.macvlan(parent, *mode)?),
        Create::Ipvlan { parent, mode, isolation } => {
            let ipvlan = Ipvlan::on(&places.namespace(parent.netns.as_ref())?, parent.name.as_encoded_bytes());
            Link::ipvlan(name, ipvlan.mode(*mode).isolation(*isolation))
        }
        Create::Vlan { parent, id, protocol } => {
            let vlan = Vlan::on(&places.namespace(parent.netns.as_ref())?, parent.name.as_encoded_bytes(), *id);
            Link::vlan(name, vlan.protocol(*protocol))
        }
        Create::Vxlan(words) => Link::vxlan(name, places.vxlan(words)?),
        Create::Vrf { table } => Link::vrf(name, *table),
    }
}

fn bridge(words: &create::Bridge) -> netgraft::Result<Bridge> {
    let mut bridge = Bridge::new();
    if let Some(on) = words.stp {
        bridge = bridge.stp(on);
    }
    if let Some(delay) = words.forward_delay {
        bridge = bridge.forward_delay(delay);
    }
    if let Some(time) = words.ageing {
        bridge = bridge.ageing(time);
    }
    if let Some(on) = words.vlan_filtering {
        bridge = bridge.vlan_filtering(on);
    }
    if let Some(on) = words.multicast_snooping {
        bridge = bridge.multicast_snooping(on);
    }
    Ok(bridge)
}

fn config(args: &AddArgs) -> Result<InterfaceConfig, Failure> {
    let config = match (&args.name, &args.prefix) {
        (Some(name), _) => InterfaceConfig::name_or_pattern(name.as_encoded_bytes())?,
        (None, Some(prefix)) => InterfaceConfig::prefix(NamePrefix::new(prefix.as_encoded_bytes())?),
        (None, None) => InterfaceConfig::keep_name(),
    };
    let config = with_addresses(with_attributes(config, args)?, args)?;
    let mut config = with_settings(config, args)?;
    if let Some(count) = args.probe.filter(|count| *count > 0) {
        let probe = Probe::times(count)?;
        config = config.probe(args.probe_interval.map_or(Ok(probe), |interval| probe.every(interval))?);
    }
    let wait = match args.wait_for {
        WaitFor::Up => Wait::up(args.wait),
        WaitFor::Running => Wait::running(args.wait),
    };
    let config = config.keep_addresses(args.keep_addresses).clash_check(!args.no_clash_check).dad(args.dad);
    let config = config.allow_stacked(args.allow_stacked).allow_unverified(args.allow_unverified);
    Ok(config.wait(wait))
}

fn with_attributes(mut config: InterfaceConfig, args: &AddArgs) -> Result<InterfaceConfig, Failure> {
    if let Some(mac) = args.mac {
        config = config.mac(mac);
    }
    if let Some(mtu) = args.mtu {
        config = config.mtu(mtu);
    }
    if let Some(length) = args.txqlen {
        config = config.tx_queue_len(length);
    }
    if let Some(alias) = &args.alias {
        config = config.alias(alias.as_encoded_bytes())?;
    }
    if let Some(master) = &args.master {
        config = config.master(IfName::new(master.as_encoded_bytes())?);
    }
    if args.promisc {
        config = config.promiscuous();
    }
    if args.allmulti {
        config = config.all_multicast();
    }
    if args.down {
        config = config.down();
    }
    Ok(config)
}

fn with_addresses(config: InterfaceConfig, args: &AddArgs) -> Result<InterfaceConfig, Failure> {
    let config = args.ipv4.iter().chain(&args.ipv6).fold(config, |config, address| config.address(address.clone()));
    let config = args.link_local.iter().fold(config, |config, address| config.link_local(*address));
    let mut config = args.route.iter().fold(config, |config, route| config.route(*route));
    for (number, gateway) in args.gateway.iter().enumerate() {
        if args.gateway.iter().take(number).any(|other| other.is_ipv4() == gateway.is_ipv4()) {
            return Err(Failure::usage(format!("--gateway {gateway}: one of each family is possible")));
        }
        config = config.gateway(*gateway);
    }
    if let Some(metric) = args.metric {
        config = config.metric(metric);
    }
    Ok(config)
}

fn with_settings(mut config: InterfaceConfig, args: &AddArgs) -> Result<InterfaceConfig, Failure> {
    for sysctl in &args.sysctl {
        config = config.sysctl(sysctl.parse::<Sysctl>()?);
    }
    for sysctl in &args.netns_sysctl {
        config = config.netns_sysctl(sysctl.parse::<NetnsSysctl>()?);
    }
    if let Some(ipv6) = args.set_ipv6 {
        config = config.ipv6(match ipv6 {
            SetIpv6::On => Ipv6::On,
            SetIpv6::Off => Ipv6::Off,
            SetIpv6::Keep => Ipv6::Keep,
        });
    }
    Ok(config)
}
