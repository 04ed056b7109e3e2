//! Reading a link as it is, before it is changed.

use netlink_packet_route::AddressFamily;

use crate::error::{Context, Result};
use crate::namespace::NetNs;
use crate::namespace::record::Snapshot;
use crate::ops;
use crate::types::{IfIndex, IfName, Setting, Sysctl};
use crate::wire::link::{self, LinkInfo};
use crate::wire::neighbour;

/// Takes down what a move or an undone add would lose.
pub(super) fn take(netns: &NetNs, name: &IfName, sysctls: &[Sysctl]) -> Result<Snapshot> {
    let (link, body) = netns
        .talk(|connection| {
            connection.get(&link::get_by_name(name), |body| Some((LinkInfo::parse(body)?, body.to_vec())))
        })
        .doing(|| format!("find link {name} in {netns}"))?;
    let addresses = ops::address::all(netns, Some(link.index))?.into_iter().map(|(_, body)| body).collect();
    // A link that is down has neither routes nor neighbours.
    let (routes, neighbours) = if link.is_up() {
        (routes(netns, link.index)?, permanent_neighbours(netns, link.index)?)
    } else {
        (Vec::new(), Vec::new())
    };
    let settings = settings(netns, &link, sysctls);
    Ok(Snapshot { link, body, addresses, routes, neighbours, settings })
}

fn routes(netns: &NetNs, index: IfIndex) -> Result<Vec<Vec<u8>>> {
    let mut routes = Vec::new();
    for family in [AddressFamily::Inet, AddressFamily::Inet6] {
        routes.extend(ops::route::of_link(netns, family, index)?.into_iter().map(|(_, body)| body));
    }
    Ok(routes)
}

fn permanent_neighbours(netns: &NetNs, index: IfIndex) -> Result<Vec<Vec<u8>>> {
    netns.talk(|connection| {
        connection.dump(&neighbour::dump_link(index), Vec::new, |found, message| {
            if message.kind == neighbour::RTM_NEWNEIGH && neighbour::is_permanent(message.payload, index) {
                found.push(message.payload.to_vec());
            }
        })
    })
}

/// The values of the settings that will be written; what cannot be read now cannot be put back.
fn settings(netns: &NetNs, link: &LinkInfo, sysctls: &[Sysctl]) -> Vec<(Setting, Vec<u8>)> {
    let mut settings = Vec::new();
    if let Some(inet6) = &link.inet6 {
        let value = if inet6.disabled { b"1".to_vec() } else { b"0".to_vec() };
        settings.push((Setting::disable_ipv6(&link.name), value));
    }
    for setting in sysctls.iter().map(|sysctl| sysctl.of(&link.name)) {
        if settings.iter().all(|(other, _)| *other != setting) {
            settings.extend(ops::setting::read(netns, &setting).ok().map(|value| (setting, value)));
        }
    }
    settings
}
