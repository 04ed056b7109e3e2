//! CHECK: whether everything is as the result of the ADD says.

use std::fmt::Display;
use std::net::IpAddr;

use crate::bridge;
use crate::config::Config;
use crate::error::{Error, Result, code, invalid};
use crate::forwarding::{self, FAMILIES};
use crate::gateway;
use crate::link::{IFF_PROMISC, Kernel, Link};
use crate::masquerade;
use crate::place::open;
use crate::plugin::Plugin;
use crate::ptp;
use crate::result::{CniResult, Interface, Ip, Route};
use crate::veth;

/// Compares an attachment with what prevResult says, and the host with the configuration.
pub(crate) fn check(plugin: Plugin, config: &Config<'_>) -> Result<()> {
    let told = config.previous()?.ok_or_else(|| invalid("CHECK needs prevResult"))?;
    let ifname = &config.call.ifname;
    let interface = told
        .interfaces
        .iter()
        .find(|interface| interface.name == *ifname && interface.sandbox == config.call.netns)
        .ok_or_else(|| invalid(format!("prevResult has no interface {ifname} in the namespace of CNI_NETNS")))?;
    let pod = open(config.call.netns.as_deref().unwrap_or_default())?;
    let mut pod = Kernel::inside(&pod)?;
    let inside = pod.link(ifname)?.ok_or_else(|| differs(format!("{ifname} is gone")))?;
    check_link(&inside, interface, kind(plugin))?;
    let down = config.keys.flag("disableContainerInterface")?;
    if !inside.is_up() && !down {
        return Err(differs(format!("{ifname} is down")));
    }
    check_addresses(&mut pod, &inside, told)?;
    check_routes(&mut pod, &inside, told, plugin == Plugin::Ptp)?;
    match plugin {
        Plugin::Bridge => check_bridge(config, told, &inside),
        Plugin::Ptp => check_ptp(config, told, &inside),
        Plugin::Macvlan | Plugin::Ipvlan | Plugin::Vlan | Plugin::HostDevice => Ok(()),
    }
}

fn kind(plugin: Plugin) -> Option<&'static str> {
    match plugin {
        Plugin::Bridge | Plugin::Ptp => Some("veth"),
        Plugin::Macvlan => Some("macvlan"),
        Plugin::Ipvlan => Some("ipvlan"),
        Plugin::Vlan => Some("vlan"),
        Plugin::HostDevice => None,
    }
}

/// Compares a link with what the result tells of it. Its MTU is left out: a plugin behind may have set another.
fn check_link(link: &Link, told: &Interface, kind: Option<&str>) -> Result<()> {
    if let Some(kind) = kind.filter(|kind| link.kind != *kind) {
        return Err(differs(format!("{} is no {kind}", link.name)));
    }
    match told.mac {
        Some(mac) if link.mac != Some(mac) => Err(differs(format!(
            "{} has the MAC {}, not {mac}",
            link.name,
            link.mac.map(|mac| mac.to_string()).unwrap_or_default()
        ))),
        _ => Ok(()),
    }
}

fn check_addresses(pod: &mut Kernel, link: &Link, told: &CniResult) -> Result<()> {
    let present = pod.addresses(link)?;
    let position =
        told.interfaces.iter().position(|interface| interface.name == link.name && interface.sandbox.is_some());
    let of_link = |ip: &&Ip| ip.interface.is_none() || ip.interface == position;
    match told.ips.iter().filter(of_link).find(|ip| !present.contains(&ip.address)) {
        Some(missing) => Err(differs(format!("{} lacks the address {}", link.name, missing.address))),
        None => Ok(()),
    }
}

fn check_routes(pod: &mut Kernel, link: &Link, told: &CniResult, through_gateway: bool) -> Result<()> {
    let mut wanted: Vec<(Route, Option<IpAddr>)> =
        told.routes.iter().map(|route| (route.clone(), told.gateway_of(route))).collect();
    if through_gateway {
        let subnets = told.ips.iter().flat_map(ptp::routes_inside);
        wanted.extend(subnets.map(|route| (route.clone(), route.gateway)));
    }
    let present = pod.routes()?;
    let is_there = |(route, gateway): &&(Route, Option<IpAddr>)| {
        present.iter().any(|found| found.link == link.index && found.is(route, *gateway))
    };
    match wanted.iter().find(|route| !is_there(route)) {
        Some((route, Some(gateway))) => {
            Err(differs(format!("{} lacks the route to {} via {gateway}", link.name, route.destination)))
        }
        Some((route, None)) => Err(differs(format!("{} lacks the route to {}", link.name, route.destination))),
        None => Ok(()),
    }
}

/// The end in the host of the pair, which has to be the other end of the container's.
fn host_end(host: &mut Kernel, config: &Config<'_>, told: &CniResult, inside: &Link) -> Result<Link> {
    let end = veth::find(host, config)?.ok_or_else(|| differs("the end of the pair in the host is gone"))?;
    if (Some(end.index), end.peer) != (inside.peer, Some(inside.index)) {
        return Err(differs(format!("{} is not the other end of {}", end.name, inside.name)));
    }
    if let Some(told) = told.interfaces.iter().find(|told| told.sandbox.is_none() && told.name == end.name) {
        check_link(&end, told, Some("veth"))?;
    }
    if !end.is_up() {
        return Err(differs(format!("{} is down", end.name)));
    }
    Ok(end)
}

fn check_bridge(config: &Config<'_>, told: &CniResult, inside: &Link) -> Result<()> {
    let options = bridge::BridgeOptions::read(config)?;
    let mut host = Kernel::host()?;
    let name = &options.bridge;
    let bridge = host.link(name)?.filter(|link| link.kind == "bridge");
    let bridge = bridge.ok_or_else(|| differs(format!("there is no bridge {name}")))?;
    let end = host_end(&mut host, config, told, inside)?;
    if end.master != Some(bridge.index) {
        return Err(differs(format!("{} is not a port of {name}", end.name)));
    }
    if !bridge.is_up() {
        return Err(differs(format!("{name} is down")));
    }
    if options.promiscuous && bridge.flags & IFF_PROMISC == 0 {
        return Err(differs(format!("{name} is not promiscuous")));
    }
    if let Some(mtu) = options.mtu.filter(|mtu| end.mtu != *mtu) {
        return Err(differs(format!("{} has the MTU {}, not {mtu}", end.name, end.mtu)));
    }
    options.port.check(&mut host, &end)?;
    if options.is_gateway {
        let name = options.gateway_name();
        let link = host.link(&name)?.ok_or_else(|| differs(format!("{name} is gone")))?;
        let present = host.addresses(&link)?;
        if let Some(missing) = gateway::addresses(&told.ips).iter().find(|address| !present.contains(address)) {
            return Err(differs(format!("{name} lacks the address {missing} of the gateway")));
        }
        check_forwarding(&told.ips)?;
    }
    check_masquerade(options.masquerade, config, &told.ips, &end)
}

fn check_ptp(config: &Config<'_>, told: &CniResult, inside: &Link) -> Result<()> {
    let options = ptp::PtpOptions::read(config)?;
    let mut host = Kernel::host()?;
    let end = host_end(&mut host, config, told, inside)?;
    let (present, routes) = (host.addresses(&end)?, host.routes()?);
    for ip in &told.ips {
        if !ip.gateway.is_none_or(|gateway| present.iter().any(|address| address.address() == gateway)) {
            return Err(differs(format!("{} lacks the address of the gateway of {}", end.name, ip.address)));
        }
        let route = ptp::route_to(ip);
        if !routes.iter().any(|found| found.link == end.index && found.is(&route, None)) {
            return Err(differs(format!("the host lacks the route to {} on {}", route.destination, end.name)));
        }
    }
    check_forwarding(&told.ips)?;
    check_masquerade(options.masquerade, config, &told.ips, &end)
}

fn check_forwarding(ips: &[Ip]) -> Result<()> {
    let off = FAMILIES
        .into_iter()
        .find(|family| !forwarding::is_enabled(*family) && ips.iter().any(|ip| ip.address.family() == *family));
    off.map_or(Ok(()), |family| Err(differs(format!("the host does not forward {family}"))))
}

/// A pair that a stock plugin made is masqueraded by the rules of that.
fn check_masquerade(masquerade: bool, config: &Config<'_>, ips: &[Ip], end: &Link) -> Result<()> {
    let attachment = config.call.attachment();
    if !masquerade || end.alias != attachment.alias() {
        return Ok(());
    }
    masquerade::check(&attachment, ips)
}

fn differs(message: impl Display) -> Error {
    Error::new(code::FAILED, message.to_string())
}
