//! A pair of veths, one end in the container: what the plugins bridge and ptp make.

use std::path::Path;

use netgraft::{Announce, IfName, InterfaceConfig, Link as LibraryLink, MacAddr, Prefix, VethPeer};

use crate::attachment::Attachment;
use crate::config::Config;
use crate::error::{Error, Result, code};
use crate::link::{IFF_UP, Kernel, Link};
use crate::masquerade;
use crate::place::{Place, open};
use crate::undo::Undo;

/// How the stock plugins call the ends in the host.
const STOCK_PREFIX: &str = "veth";
const STOCK_DIGITS: usize = 8;

/// What a pair is to be.
#[derive(Debug, Default)]
pub(crate) struct Pair<'a> {
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: Option<u32>,
    pub(crate) bridge: Option<&'a str>,
    pub(crate) addresses: Vec<Prefix>,
    pub(crate) dad: bool,
}

/// Refuses an attachment whose pair is there already, before addresses are asked for it a second time.
pub(crate) fn refuse_present(place: &Place<'_, '_>) -> Result<()> {
    let found = place.host_kernel().link(&place.attachment.host_name()?.to_string())?;
    match found {
        Some(link) => Err(Error::new(code::FAILED, format!("{} ({:?}) is there already", link.name, link.alias))),
        None => Ok(()),
    }
}

/// Creates a pair, configured and announced. Returns its ends, the host's first.
pub(crate) fn create(place: &Place<'_, '_>, pair: &Pair<'_>, undo: &mut Undo) -> Result<(Link, Link)> {
    let (attachment, host_name) = (&place.attachment, place.attachment.host_name()?);
    let mut peer = VethPeer::new(&place.host, host_name).up();
    if let Some(bridge) = pair.bridge {
        peer = peer.bridge(bridge);
    }
    let mut config = InterfaceConfig::named(IfName::new(&attachment.ifname)?);
    config = config.clash_check(false).dad(pair.dad).announce(Announce::none());
    if let Some(mac) = pair.mac {
        config = config.mac(mac);
    }
    if let Some(mtu) = pair.mtu {
        (config, peer) = (config.mtu(mtu), peer.mtu(mtu));
    }
    config = with_ipv6(config)?;
    config = pair.addresses.iter().fold(config, |config, address| config.address((*address).into()));
    let interface = place.pod.add_interface(LibraryLink::veth_named(&attachment.ifname, peer)?, config)?;
    undo.push(move || interface.remove().map_err(|error| error.to_string()));
    let end = place.host_kernel().link(&host_name.to_string())?.ok_or_else(|| gone(&host_name.to_string()))?;
    place.host_kernel().set_alias(&end, &attachment.alias())?;
    let inside = place.pod_kernel().link(&attachment.ifname)?.ok_or_else(|| gone(&attachment.ifname))?;
    Ok((end, inside))
}

/// Leaves IPv6 enabled on a link that gets no IPv6 address, as the stock plugins do.
pub(crate) fn with_ipv6(config: InterfaceConfig) -> Result<InterfaceConfig> {
    match Path::new("/proc/sys/net/ipv6").exists() {
        true => Ok(config.sysctl("net.ipv6.conf.IFNAME.disable_ipv6=0".parse()?)),
        false => Ok(config),
    }
}

pub(crate) fn gone(name: &str) -> Error {
    Error::new(code::FAILED, format!("{name} is gone"))
}

/// Deletes the pair of an attachment by its end in the host, wherever the other end is and whatever it is called there.
/// The kernel takes its time for that; nobody reaches the container any more when `is_down` is called.
pub(crate) fn delete(config: &Config<'_>, is_down: impl FnOnce()) -> Result<()> {
    let mut host = Kernel::host()?;
    let end = find(&mut host, config)?;
    let ended = masquerade::remove(&config.call.attachment());
    let Some(end) = end else { return ended };
    if host.set_flags(&end, IFF_UP, false).is_ok() {
        is_down();
    }
    host.delete(&end).and(ended)
}

/// The end in the host of this attachment's pair: of ours, by name and alias; of one that a stock plugin made, by what
/// its result says, or by the container's end.
pub(crate) fn find(host: &mut Kernel, config: &Config<'_>) -> Result<Option<Link>> {
    let attachment = config.call.attachment();
    if let Some(link) = host.link(&attachment.host_name()?.to_string())?.filter(|link| is_ours(link, &attachment)) {
        return Ok(Some(link));
    }
    if let Some(link) = told_by_stock(host, config)? {
        return Ok(Some(link));
    }
    if let Some(link) = made_by_stock(host, config)? {
        return Ok(Some(link));
    }
    // Somebody may have renamed it.
    Ok(host.links()?.into_iter().find(|link| is_ours(link, &attachment)))
}

/// Whether a link is the host's end of an attachment's pair. One without alias was left by an ADD that was killed.
fn is_ours(link: &Link, attachment: &Attachment) -> bool {
    let killed = link.alias.is_empty() && attachment.host_name().is_ok_and(|name| name.to_string() == link.name);
    link.kind == "veth" && (link.alias == attachment.alias() || killed)
}

/// The end in the host that the result of a stock plugin names: it has to have the MAC of the result still.
fn told_by_stock(host: &mut Kernel, config: &Config<'_>) -> Result<Option<Link>> {
    let Some(previous) = config.previous()? else { return Ok(None) };
    for told in previous.interfaces.iter().filter(|interface| interface.sandbox.is_none()) {
        let found = host.link(&told.name)?.filter(|link| is_of_stock(link) && link.mac == told.mac);
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

/// The other end of the container's interface, if that looks like what a stock plugin makes.
fn made_by_stock(host: &mut Kernel, config: &Config<'_>) -> Result<Option<Link>> {
    let Some(pod) = config.call.netns.as_deref().and_then(|netns| open(netns).ok()) else { return Ok(None) };
    let Some(inside) = Kernel::inside(&pod)?.link(&config.call.ifname)?.filter(|link| link.kind == "veth") else {
        return Ok(None);
    };
    let bridge = host.link(config.bridge()?)?.map(|bridge| bridge.index);
    let is_end = |link: &Link| {
        is_of_stock(link)
            && (Some(link.index), link.peer) == (inside.peer, Some(inside.index))
            && (link.master.is_none() || link.master == bridge)
    };
    Ok(host.links()?.into_iter().find(is_end))
}

/// Whether a link in the host looks like what the stock plugins make: these set no alias.
fn is_of_stock(link: &Link) -> bool {
    let digits = link.name.strip_prefix(STOCK_PREFIX).unwrap_or_default();
    link.kind == "veth"
        && link.alias.is_empty()
        && digits.len() == STOCK_DIGITS
        && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}
