//! Finds the link of a selector.

use crate::error::{Context, Error, ErrorKind, Result};
use crate::netns::NetNs;
use crate::ops;
use crate::types::{IfName, LinkSelector};
use crate::wire::link;
use crate::wire::link::LinkInfo;

/// Finds the link of a selector.
pub(crate) fn find(netns: &NetNs, selector: &LinkSelector) -> Result<LinkInfo> {
    match selector {
        LinkSelector::Name(name) => {
            let request = match IfName::from_kernel(name.as_bytes()) {
                Some(name) => link::get_by_name(&name),
                None => link::get_by_alternative_name(name.as_bytes()),
            };
            let found = netns.with_connection(|connection| connection.get(&request, LinkInfo::parse));
            found.doing(|| format!("find link {selector} in {netns}"))
        }
        LinkSelector::Mac(mac) => {
            let all = ops::link::all(netns)?;
            let permanent: Vec<&LinkInfo> = all.iter().filter(|link| link.permanent_mac == Some(*mac)).collect();
            // Virtual links have no permanent MAC, and a copy of a physical link has that link's as its present MAC.
            let found = match permanent.is_empty() {
                true => all.iter().filter(|link| link.mac == Some(*mac)).collect(),
                false => permanent,
            };
            only(netns, selector, &found)
        }
        LinkSelector::Parent(device) => {
            let all = ops::link::all(netns)?;
            let is_it =
                |link: &&LinkInfo| link.parent_device.as_ref().is_some_and(|parent| parent.name == device.as_bytes());
            only(netns, selector, &all.iter().filter(is_it).collect::<Vec<_>>())
        }
    }
}

fn only(netns: &NetNs, selector: &LinkSelector, found: &[&LinkInfo]) -> Result<LinkInfo> {
    match found {
        [one] => Ok(LinkInfo::clone(one)),
        [] => Err(Error::new(ErrorKind::NotFound, format!("find link {selector} in {netns}: there is none"))),
        several => {
            let names: Vec<String> = several.iter().map(|link| link.name.to_string()).collect();
            let message = format!("find link {selector} in {netns}: there are several, {}", names.join(", "));
            Err(Error::new(ErrorKind::InvalidArgument, message))
        }
    }
}
