//! Reads a link before it is changed.

use std::collections::HashSet;
use std::net::IpAddr;

use crate::error::{Context, ErrorKind, Result};
use crate::interface::rollback::attributes::differences;
use crate::netns::NetNs;
use crate::ops;
use crate::record::snapshot::Snapshot;
use crate::types::{Family, IfIndex, IfName, Setting};
use crate::wire::link;
use crate::wire::link::LinkInfo;
use crate::wire::neighbour;
use crate::wire::neighbour::{NeighbourInfo, RTM_NEWNEIGH};
use crate::wire::request::Request;
use crate::wire::route;
use crate::wire::route::RouteInfo;

/// Reads what a move or an undone add would lose.
///
/// `wanted` are the kernel settings that the add will change.
pub(crate) fn take(netns: &NetNs, name: &IfName, wanted: impl IntoIterator<Item = Setting>) -> Result<Snapshot> {
    let (link, body) = netns
        .with_connection(|connection| {
            connection.get(&link::get_by_name(name), |body| Some((LinkInfo::parse(body)?, body.to_vec())))
        })
        .doing(|| format!("find link {name} in {netns}"))?;
    let (addresses, bodies): (Vec<_>, Vec<_>) = ops::address::all(netns, Some(link.index))?.into_iter().unzip();
    let sources: Vec<IpAddr> = addresses.iter().map(|address| address.prefix.address()).collect();
    let (mut routes, mut neighbours) = (Vec::new(), Vec::new());
    // The kernel forgot the neighbours when the link was set down. Neighbours created since are not kept: reading them would
    // cost each add of a link that is down one more question.
    if link.is_up() {
        routes = self::routes(netns, link.index, &sources)?;
        neighbours = permanent_neighbours(netns, link.index, &neighbour::dump_link(link.index))?;
        // A link that does not forward answers for nobody else.
        if link.forwards() {
            neighbours.extend(permanent_neighbours(netns, link.index, &neighbour::dump_proxies(link.index))?);
        }
    } else if sources.iter().any(IpAddr::is_ipv4) {
        // The kernel still has these addresses, and with them routes of other links.
        routes = ops::route::depending_on(netns, Family::Ipv4, link.index, &sources)?;
        // As one next hop of several it is dead, and cannot be added like this.
        routes.retain(|body| !route::is_shared_by(body, link.index));
    }
    let over_objects = routes.iter().any(|body| route::is_over_object(body));
    let next_hops = if over_objects { ops::next_hop::lost_with(netns, link.index)? } else { Vec::new() };
    netns.open_settings().doing(|| format!("open the kernel settings of {netns}"))?;
    let settings = settings(netns, &link, wanted)?;
    let master_name = link.master.map(|master| ops::link::get(netns, master)).transpose()?.map(|master| master.name);
    Ok(Snapshot { link, body, master_name, addresses: bodies, routes, neighbours, next_hops, settings })
}

/// Returns whether a link matches its snapshot, as far as an add in place could have changed the link. Others may have added to
/// it.
pub(crate) fn is_unchanged(netns: &NetNs, was: &Snapshot) -> bool {
    let settings = was.settings.iter().map(|(setting, _)| setting.clone());
    let Ok(is) = take(netns, &was.link.name, settings) else { return false };
    let same_link = is.link.index == was.link.index
        && is.link.name == was.link.name
        && is.link.master == was.link.master
        && is.link.is_up() == was.link.is_up()
        && is.settings == was.settings
        && differences(&is.link, &was.link).is_empty();
    let addresses = |of: &Snapshot| of.prefixes().filter(|address| !address.is_link_local()).collect::<HashSet<_>>();
    let routes = |of: &Snapshot| of.routes.iter().filter_map(|body| RouteInfo::parse(body)).collect::<HashSet<_>>();
    same_link && addresses(&is) == addresses(was) && routes(was).is_subset(&routes(&is))
}

fn routes(netns: &NetNs, index: IfIndex, sources: &[IpAddr]) -> Result<Vec<Vec<u8>>> {
    let mut routes = Vec::new();
    for family in Family::ALL {
        routes.extend(ops::route::depending_on(netns, family, index, sources)?);
    }
    Ok(routes)
}

fn permanent_neighbours(netns: &NetNs, index: IfIndex, request: &Request) -> Result<Vec<Vec<u8>>> {
    netns.with_connection(|connection| {
        connection.dump(request, Vec::new, |found, message| {
            let entry = NeighbourInfo::parse(message.payload).filter(|_| message.kind == RTM_NEWNEIGH);
            if entry.is_some_and(|entry| entry.link == index && entry.is_permanent()) {
                found.push(message.payload.to_vec());
            }
        })
    })
}

/// Returns the values of the settings that will be written, if there are any.
fn settings(
    netns: &NetNs,
    link: &LinkInfo,
    wanted: impl IntoIterator<Item = Setting>,
) -> Result<Vec<(Setting, Vec<u8>)>> {
    let mut settings = Vec::new();
    if link.name.stands_for_all_links() {
        return Ok(settings);
    }
    if let Some(inet6) = &link.inet6 {
        let value = if inet6.disabled { b"1".to_vec() } else { b"0".to_vec() };
        settings.push((Setting::disable_ipv6(&link.name), value));
        if inet6.has_secret() {
            let secret = Setting::stable_secret(&link.name);
            match ops::setting::read(netns, &secret) {
                Ok(value) => settings.push((secret, value)),
                Err(error) if error.is_shortage() => return Err(error.context(format!("sysctl {secret}"))),
                Err(error) => log::debug!("{secret} is not known: {error}"),
            }
        }
    }
    for setting in wanted {
        // The link was found by an alternative name; its files bear its name.
        let setting = setting.of_interface(&link.name);
        if settings.iter().any(|(other, _)| *other == setting) {
            continue;
        }
        match ops::setting::read(netns, &setting) {
            Ok(value) => settings.push((setting, value)),
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotSupported) => {}
            Err(error) if ops::setting::is_unreadable(&error) => {
                log::warn!("the value of {setting} before is not known, and cannot be put back: {error}");
            }
            Err(error) => return Err(error.with_kind(ErrorKind::Sysctl).context(format!("sysctl {setting}"))),
        }
    }
    Ok(settings)
}
