//! What the plugins macvlan, ipvlan and vlan have in common: one link in the container on a parent.

use std::cell::RefMut;

use netgraft::{Announce, IfName, InterfaceConfig, Link as LibraryLink, MacAddr, Namespace};

use crate::config::Config;
use crate::error::{Error, Result, code, invalid};
use crate::link::{Kernel, Link};
use crate::place::{Place, open};
use crate::result::{CniResult, Interface};
use crate::undo::Undo;
use crate::veth::{gone, with_ipv6};

/// Keys that the three plugins share.
#[derive(Debug)]
pub(crate) struct Parent {
    name: Option<String>,
    in_container: bool,
    pub(crate) mtu: Option<u32>,
}

impl Parent {
    pub(crate) fn read(config: &Config<'_>) -> Result<Self> {
        let keys = &config.keys;
        Ok(Self {
            name: keys.text("master")?.map(str::to_owned),
            in_container: keys.flag("linkInContainer")?,
            mtu: keys.number("mtu")?.filter(|mtu| *mtu > 0),
        })
    }

    /// The namespace of the parent.
    pub(crate) fn namespace<'a>(&self, place: &'a Place<'_, '_>) -> &'a Namespace {
        if self.in_container { &place.pod } else { &place.host }
    }

    pub(crate) fn kernel<'a>(&self, place: &'a Place<'_, '_>) -> RefMut<'a, Kernel> {
        if self.in_container { place.pod_kernel() } else { place.host_kernel() }
    }

    /// The parent: the one of the configuration, else the interface of the plugin before, else the link of the default
    /// route.
    pub(crate) fn find(&self, place: &Place<'_, '_>) -> Result<Link> {
        let mut kernel = self.kernel(place);
        let name = match (&self.name, place.config.previous()?.map(|previous| &previous.interfaces[..])) {
            (Some(name), _) => name.clone(),
            (None, Some([interface])) if !interface.name.is_empty() => interface.name.clone(),
            (None, Some(_)) => return Err(invalid("master is missing, and prevResult has not exactly one interface")),
            (None, None) => kernel.default_link()?.ok_or_else(|| {
                invalid("master is missing, and there is no default route whose link could be the parent")
            })?,
        };
        let parent = kernel
            .link(&name)?
            .ok_or_else(|| Error::new(code::FAILED, format!("there is no link {name} in {}", self.namespace(place))))?;
        match self.mtu.filter(|mtu| *mtu > parent.mtu) {
            Some(mtu) => Err(invalid(format!("mtu {mtu} is more than that of {name}, {}", parent.mtu))),
            None => Ok(parent),
        }
    }

    /// Whether the parent is there, as far as that can be told without a container.
    pub(crate) fn probe(&self) -> Result<()> {
        match self.name.as_deref().filter(|_| !self.in_container) {
            Some(name) if Kernel::host()?.link(name)?.is_none() => {
                Err(Error::new(code::NOT_AVAILABLE, format!("there is no link {name}")))
            }
            _ => Ok(()),
        }
    }
}

/// Adds the one link of an attachment, with addresses and routes, and tells of it.
pub(crate) fn add(
    place: &Place<'_, '_>,
    link: LibraryLink,
    mac: Option<MacAddr>,
    mtu: Option<u32>,
    given: CniResult,
    undo: &mut Undo,
) -> Result<CniResult> {
    let ifname = &place.attachment.ifname;
    let mut config = InterfaceConfig::named(IfName::new(ifname)?).alias(place.attachment.alias())?;
    config = config.clash_check(false).announce(Announce::times(1)?);
    if let Some(mac) = mac {
        config = config.mac(mac);
    }
    if let Some(mtu) = mtu {
        config = config.mtu(mtu);
    }
    config = with_ipv6(config)?;
    config = given.ips.iter().fold(config, |config, ip| config.address(ip.address.into()));
    let interface = place.pod.add_interface(link, config)?;
    undo.push(move || interface.remove().map_err(|error| error.to_string()));
    finish(place, given)
}

/// Adds the routes of an interface that is there, and tells of it.
pub(crate) fn finish(place: &Place<'_, '_>, mut given: CniResult) -> Result<CniResult> {
    let ifname = &place.attachment.ifname;
    let mut pod = place.pod_kernel();
    let inside = pod.link(ifname)?.ok_or_else(|| gone(ifname))?;
    for route in &given.routes {
        pod.add_route(&inside, route, given.gateway_of(route))?;
    }
    given.ips.iter_mut().for_each(|ip| ip.interface = Some(0));
    let interfaces = vec![Interface::of(&inside, place.config.call.netns.clone())];
    Ok(CniResult { interfaces, dns: place.config.dns(given.dns), ..given })
}

/// Deletes the link of an attachment, whatever it is called by now. Without its namespace it is gone.
pub(crate) fn delete(config: &Config<'_>, kind: &str) -> Result<()> {
    let Some(pod) = config.call.netns.as_deref().and_then(|netns| open(netns).ok()) else { return Ok(()) };
    let mut pod = Kernel::inside(&pod)?;
    match find(&mut pod, config, kind)? {
        Some(link) => pod.delete(&link),
        None => Ok(()),
    }
}

/// The link of an attachment: by its alias, or, of one that a stock plugin made, by name and MAC.
pub(crate) fn find(pod: &mut Kernel, config: &Config<'_>, kind: &str) -> Result<Option<Link>> {
    let alias = config.call.attachment().alias();
    let mut links = pod.links()?;
    links.retain(|link| link.kind == kind);
    if let Some(link) = links.iter().find(|link| link.alias == alias) {
        return Ok(Some(link.clone()));
    }
    let told = config.previous()?.and_then(|previous| previous.in_container(&config.call.ifname));
    let mac = told.and_then(|interface| interface.mac);
    let is_it = |link: &Link| {
        link.name == config.call.ifname && link.alias.is_empty() && mac.is_none_or(|mac| link.mac == Some(mac))
    };
    Ok(links.into_iter().find(is_it))
}
