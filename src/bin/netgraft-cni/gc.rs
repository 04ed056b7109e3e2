//! GC: deletes what belongs to attachments that are no more.

use crate::attachment::Attachment;
use crate::call::Call;
use crate::config::{Config, valid_attachments};
use crate::error::{Error, Result};
use crate::host_device;
use crate::link::Kernel;
use crate::masquerade;
use crate::plugin::Plugin;

/// Cleans up a network. Whatever fails, the rest is done all the same.
pub(crate) fn collect(plugin: Plugin, call: &Call) -> Result<()> {
    let valid = valid_attachments(call)?;
    let is_stale = |attachment: &Attachment| {
        let is_it =
            |(container, ifname): &(String, String)| (container, ifname) == (&attachment.container, &attachment.ifname);
        attachment.network == call.network && !valid.iter().any(is_it)
    };
    let mut errors: Vec<Error> = Vec::new();
    match plugin {
        Plugin::Bridge | Plugin::Ptp => {
            errors.extend(delete_pairs(is_stale).err());
            let valid = valid.iter().map(|(container, ifname)| Attachment {
                network: call.network.clone(),
                container: container.clone(),
                ifname: ifname.clone(),
            });
            errors.extend(masquerade::collect(&call.network, &valid.collect::<Vec<_>>()).err());
        }
        Plugin::HostDevice => errors.extend(host_device::collect(&call.network, is_stale).err()),
        // The kernel deletes these with their namespaces.
        Plugin::Macvlan | Plugin::Ipvlan | Plugin::Vlan => {}
    }
    let config = Config::read(call)?;
    errors.extend(config.ipam.as_ref().and_then(|ipam| ipam.pass_on("GC").err()));
    let mut errors = errors.into_iter();
    match errors.next() {
        Some(first) => Err(errors.fold(first, Error::and)),
        None => Ok(()),
    }
}

fn delete_pairs(is_stale: impl Fn(&Attachment) -> bool) -> Result<()> {
    let mut host = Kernel::host()?;
    let links = host.links()?;
    let stale = links.iter().filter(|link| link.kind == "veth");
    let stale: Vec<_> =
        stale.filter(|link| Attachment::from_alias(&link.alias).is_some_and(|one| is_stale(&one))).collect();
    stale.into_iter().try_for_each(|link| host.delete(link))
}
