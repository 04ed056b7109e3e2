//! Compares one interface with the kernel's answers.

use crate::check::Present;
use crate::check::difference::{Aspect, Difference};
use crate::error::{ErrorKind, Result};
use crate::netns::NetNs;
use crate::ops;
use crate::record::interface::{InterfaceRecord, Requested};
use crate::text::printable;
use crate::types::{Address, IfIndex, Route, RouteTarget};
use crate::wire::address::{self, Detection};
use crate::wire::link::LinkInfo;
use crate::wire::route::{RouteInfo, to_route};
use crate::wire::rule;

/// Returns the differences, in the order in which an add sets the attributes.
pub(super) fn compare(
    netns: &NetNs,
    interface: &InterfaceRecord,
    link: &LinkInfo,
    present: &Present,
    master: Option<IfIndex>,
) -> Result<Vec<Difference>> {
    let requested = &interface.changes;
    let mut all = attributes(interface, link);
    all.extend(compare_master(netns, requested, link, master));
    all.extend(requested.addresses.iter().filter_map(|address| compare_address(address, link, present)));
    let has_routes = link.is_up();
    all.extend(on_link_routes(requested, link, present).filter(|_| has_routes));
    all.extend(routes(requested, link, present).filter(|_| has_routes));
    all.extend(rules(requested, present));
    all.extend(sysctls(netns, requested, link)?);
    Ok(all)
}

fn attributes(interface: &InterfaceRecord, link: &LinkInfo) -> Vec<Difference> {
    let requested = &interface.changes;
    let differs = |aspect, wanted: Option<String>, found: Option<String>| {
        let wanted = wanted.filter(|wanted| found.as_ref() != Some(wanted))?;
        Some(Difference::new(aspect, wanted, Some(found.unwrap_or_else(|| "none".to_owned()))))
    };
    let switch = |on: bool| Some(if on { "on".to_owned() } else { "off".to_owned() });
    let flag = |asked: bool| if asked { switch(true) } else { None };
    let alias = |alias: &[u8]| printable(alias);
    let up = |up: bool| Some(if up { "up".to_owned() } else { "down".to_owned() });
    [
        differs(Aspect::Name, Some(interface.name.to_string()), Some(link.name.to_string())),
        differs(Aspect::Mac, requested.mac.map(|mac| mac.to_string()), link.mac.map(|mac| mac.to_string())),
        differs(Aspect::Mtu, requested.mtu.map(|mtu| mtu.to_string()), Some(link.mtu.to_string())),
        differs(
            Aspect::TxQueueLen,
            requested.tx_queue_len.map(|length| length.to_string()),
            Some(link.tx_queue_len.to_string()),
        ),
        differs(
            Aspect::Alias,
            requested.alias.as_deref().map(alias),
            Some(link.alias.as_deref().map(alias).unwrap_or_default()),
        ),
        differs(Aspect::Up, if requested.down { None } else { up(true) }, up(link.is_up())),
        differs(Aspect::Promiscuous, flag(requested.promiscuous), switch(link.has_flag(libc::IFF_PROMISC))),
        differs(Aspect::AllMulticast, flag(requested.all_multicast), switch(link.has_flag(libc::IFF_ALLMULTI))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn compare_master(
    netns: &NetNs,
    requested: &Requested,
    link: &LinkInfo,
    master: Option<IfIndex>,
) -> Option<Difference> {
    let wanted = requested.master.filter(|_| link.master.is_none() || link.master != master)?;
    let name =
        |index| ops::link::get(netns, index).map_or_else(|_| format!("link {index}"), |link| link.name.to_string());
    Some(Difference::new(Aspect::Master, wanted.to_string(), Some(link.master.map_or("none".to_owned(), name))))
}

fn compare_address(wanted: &Address, link: &LinkInfo, present: &Present) -> Option<Difference> {
    let missing = || Some(Difference::new(Aspect::Address, wanted.to_string(), None));
    // A sysctl of the same add, or an MTU, may have turned IPv6 off: the add left these addresses out.
    let has_ipv6 = link.inet6.as_ref().is_some_and(|inet6| !inet6.disabled);
    if wanted.prefix().is_ipv6() && !has_ipv6 {
        return missing();
    }
    let mut found = present.addresses.iter().filter(|(found, _)| found.index == link.index);
    let Some((found, body)) = found.find(|(found, _)| found.prefix == wanted.prefix()) else { return missing() };
    let same_label = wanted.get_label().is_none_or(|label| address::label(body) == Some(label));
    let same_peer = wanted.get_peer().is_none_or(|peer| address::peer(body) == Some(peer));
    if !same_label || !same_peer {
        return missing();
    }
    (found.detection() == Detection::Duplicate).then(|| {
        let found = "in use by another host".to_owned();
        Difference::new(Aspect::Announcing, wanted.to_string(), Some(found))
    })
}

fn on_link_routes<'a>(
    requested: &'a Requested,
    link: &'a LinkInfo,
    present: &'a Present,
) -> impl Iterator<Item = Difference> + 'a {
    let is_there =
        move |wanted: &crate::types::Prefix| {
            present.routes.iter().filter_map(|body| RouteInfo::parse(body)).any(|found| {
                found.link == Some(link.index) && found.is_as_added_on_link() && found.destination == *wanted
            })
        };
    let wanted = requested.routes.iter().filter(|route| !route.is_default());
    wanted.filter(move |route| !is_there(route)).map(|route| Difference::new(Aspect::Route, route.to_string(), None))
}

fn routes<'a>(
    requested: &'a Requested,
    link: &'a LinkInfo,
    present: &'a Present,
) -> impl Iterator<Item = Difference> + 'a {
    let is_it = |wanted: &Route, body: &[u8]| {
        let found = to_route(body).is_some_and(|found| {
            wanted.place() == found.place() && wanted.target == found.target && wanted.next_hops == found.next_hops
        });
        // Routes to nowhere, and routes over several links, are on no single link.
        let by = RouteInfo::parse(body).and_then(|found| found.link);
        found && (wanted.target != RouteTarget::NextHops || by.is_none_or(|by| by == link.index))
    };
    let is_there = move |wanted: &Route| present.routes.iter().any(|body| is_it(wanted, body));
    let missing = requested.vias.iter().filter(move |wanted| !is_there(wanted));
    missing.map(|wanted| Difference::new(Aspect::Route, wanted.to_string(), None))
}

fn rules<'a>(requested: &'a Requested, present: &'a Present) -> impl Iterator<Item = Difference> + 'a {
    let is_there = |wanted: &crate::types::Rule| {
        let mut families = wanted.families();
        families.all(|of| present.rules.iter().any(|(family, found)| *family == of && rule::is(wanted, found)))
    };
    let missing = requested.rules.iter().filter(move |wanted| !is_there(wanted));
    missing.map(|wanted| Difference::new(Aspect::Rule, wanted.to_string(), None))
}

fn sysctls(netns: &NetNs, requested: &Requested, link: &LinkInfo) -> Result<Vec<Difference>> {
    let mut differing = Vec::new();
    for sysctl in &requested.sysctls {
        let setting = sysctl.of(&link.name);
        let found = match ops::setting::read(netns, &setting) {
            Ok(value) => printable(&value),
            Err(error) if error.kind() == ErrorKind::NotFound || error.errno() == Some(libc::EIO) => "none".to_owned(),
            Err(error) => return Err(error.context(format!("read the sysctl {setting}"))),
        };
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        if words(&found) != words(sysctl.value()) {
            let found = format!("{setting}={found}");
            differing.push(Difference::new(Aspect::Sysctl, sysctl.to_string(), Some(found)));
        }
    }
    Ok(differing)
}
