//! `add`.

use netgraft::{
    Announce, IfName, InterfaceConfig, Ipv6, Ipvlan, Link, Macvlan, NamePrefix, Sysctl, VethPeer, Vxlan, Wait,
};

use super::announce;
use crate::args::{AddArgs, SetIpv6, WaitFor};
use crate::failure::Failure;
use crate::report::Report;
use crate::session::Session;
use crate::values::Create;

pub(crate) fn add(args: &AddArgs, session: &mut Session) -> Result<Report, Failure> {
    let config = config(args).map_err(Failure::or_usage)?;
    let numbers = announce::numbers(args.announce, args.announce_interval)?;
    let link = link(args, session).map_err(Failure::or_usage)?;
    let namespace = session.journalled(&args.netns)?;
    let own = if args.background { Announce::none() } else { numbers };
    let added = session.timed(|| namespace.add_interface(link, config.announce(own)));
    let interface = added?;
    if args.background && !announce::hand_over(&args.netns, &interface, numbers, session) {
        interface.announce(numbers).unwrap_or_else(|error| log::warn!("{error}"));
    }
    Ok(Report::Interface((&interface).into()))
}

fn link(args: &AddArgs, session: &mut Session) -> Result<Link, Failure> {
    let name = args.link.as_encoded_bytes();
    Ok(match &args.create {
        None if args.in_place => Link::in_place(name)?,
        None => Link::existing(&session.namespace(&args.from)?, name)?,
        Some(Create::Bridge) => Link::bridge(name)?,
        Some(Create::Dummy) => Link::dummy(name)?,
        Some(Create::Veth { peer, peer_netns, bridge, mtu, mac, up }) => {
            let home = session.namespace(peer_netns.as_ref().unwrap_or(&args.from))?;
            let mut end = VethPeer::new(&home, peer.as_encoded_bytes())?;
            if let Some(bridge) = bridge {
                end = end.bridge(bridge.as_encoded_bytes())?;
            }
            end = mtu.map_or(end.clone(), |mtu| end.clone().mtu(mtu));
            end = mac.map_or(end.clone(), |mac| end.clone().mac(mac));
            end = if *up { end.up() } else { end };
            Link::veth(name, end)?
        }
        Some(Create::Macvlan { parent, mode }) => {
            Link::macvlan(name, Macvlan::on(&session.namespace(&args.from)?, parent.as_encoded_bytes())?.mode(*mode))?
        }
        Some(Create::Ipvlan { parent, mode }) => {
            Link::ipvlan(name, Ipvlan::on(&session.namespace(&args.from)?, parent.as_encoded_bytes())?.mode(*mode))?
        }
        Some(Create::Vxlan { id, parent, remote, port }) => {
            let mut tunnel = Vxlan::new(&session.namespace(&args.from)?, *id)?;
            if let Some(parent) = parent {
                tunnel = tunnel.parent(parent.as_encoded_bytes())?;
            }
            if let Some(remote) = remote {
                tunnel = tunnel.remote(*remote)?;
            }
            if let Some(port) = port {
                tunnel = tunnel.port(*port)?;
            }
            Link::vxlan(name, tunnel)?
        }
    })
}

fn config(args: &AddArgs) -> Result<InterfaceConfig, Failure> {
    let mut config = match (&args.name, &args.prefix) {
        (Some(name), _) => InterfaceConfig::name_or_pattern(name.as_encoded_bytes())?,
        (None, Some(prefix)) => InterfaceConfig::prefix(NamePrefix::new(prefix.as_encoded_bytes())?),
        (None, None) => InterfaceConfig::keep_name(),
    };
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
    config = args.ipv4.iter().chain(&args.ipv6).fold(config, |config, address| config.address(*address));
    config = args.link_local.iter().fold(config, |config, address| config.link_local(*address));
    config = args.route.iter().fold(config, |config, route| config.route(*route));
    for sysctl in &args.sysctl {
        config = config.sysctl(sysctl.parse::<Sysctl>()?);
    }
    if let Some(master) = &args.master {
        config = config.master(IfName::new(master.as_encoded_bytes())?);
    }
    let wait = match args.wait_for {
        WaitFor::Up => Wait::up(args.wait),
        WaitFor::Running => Wait::running(args.wait),
    };
    if let Some(ipv6) = args.set_ipv6 {
        config = config.ipv6(match ipv6 {
            SetIpv6::On => Ipv6::On,
            SetIpv6::Off => Ipv6::Off,
            SetIpv6::Keep => Ipv6::Keep,
        });
    }
    let config = config
        .dad(args.dad)
        .keep_addresses(args.keep_addresses)
        .clash_check(!args.no_clash_check)
        .allow_stacked(args.allow_stacked);
    let config = config.allow_unverified(args.allow_unverified);
    Ok(config.wait(wait))
}
