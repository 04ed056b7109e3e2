//! Finds the differences between interfaces and their requests.

mod compare;
mod difference;

pub use difference::{Aspect, Difference};

use std::sync::Arc;

use crate::error::Result;
use crate::netns::NetNs;
use crate::ops;
use crate::record::identity::Identity;
use crate::record::interface::InterfaceRecord;
use crate::types::{Family, IfIndex, Rule};
use crate::wire::address::AddressInfo;
use crate::wire::link::LinkInfo;

/// The answers of the kernel that interfaces are compared with, read once for all of them.
struct Present {
    addresses: Vec<(AddressInfo, Vec<u8>)>,
    /// Bodies of the routes that this library added.
    routes: Vec<Vec<u8>>,
    rules: Vec<(Family, Rule)>,
}

impl Present {
    /// Reads no more than what the interfaces are compared with.
    fn read(netns: &NetNs, interfaces: &[Arc<InterfaceRecord>]) -> Result<Self> {
        let (mut routes, mut rules) = (Vec::new(), Vec::new());
        let requested = || interfaces.iter().map(|interface| &interface.changes);
        for family in Family::ALL {
            let has_routes = requested().any(|requested| {
                requested.routes.iter().any(|route| route.family() == family && !route.is_default())
                    || requested.vias.iter().any(|route| route.destination.family() == family)
            });
            if has_routes {
                routes.extend(ops::route::owned_bodies(netns, family)?);
            }
            if requested().flat_map(|requested| &requested.rules).any(|rule| rule.families().any(|of| of == family)) {
                rules.extend(ops::rule::owned(netns, family)?.into_iter().map(|rule| (family, rule)));
            }
        }
        let has_addresses = requested().any(|requested| !requested.addresses.is_empty());
        let addresses = if has_addresses { ops::address::all(netns, None)? } else { Vec::new() };
        Ok(Self { addresses, routes, rules })
    }
}

/// Compares interfaces of a namespace, and tells of each what differs. `master` tells the index of a master that was asked for.
pub(crate) fn differences(
    netns: &NetNs,
    interfaces: &[Arc<InterfaceRecord>],
    master: impl Fn(&InterfaceRecord) -> Option<IfIndex>,
) -> Result<Vec<Vec<Difference>>> {
    let identities: Vec<(IfIndex, Identity)> =
        interfaces.iter().map(|interface| (interface.index, interface.identity.clone())).collect();
    let links = ops::link::read(netns, &identities.iter().map(|(index, _)| *index).collect::<Vec<_>>())?;
    let present = Present::read(netns, interfaces)?;
    let mut all = Vec::with_capacity(interfaces.len());
    for (interface, link) in interfaces.iter().zip(links) {
        let link: Option<LinkInfo> = ops::link::optional(link)?;
        all.push(match link.filter(|link| interface.identity.matches(link)) {
            Some(link) => compare::compare(netns, interface, &link, &present, master(interface))?,
            None => vec![Difference::gone(interface)],
        });
    }
    Ok(all)
}
