//! STATUS: whether an ADD could be carried out now.

use netgraft::{Announce, InterfaceConfig, Ipvlan, Link as LibraryLink, Macvlan, Namespace, VethPeer};

use crate::config::Config;
use crate::error::{Error, Result, code};
use crate::link::Kernel;
use crate::masquerade;
use crate::parent::Parent;
use crate::plugin::Plugin;

/// Tries what an ADD takes, in a namespace that ends with this.
pub(crate) fn probe(plugin: Plugin, config: &Config<'_>) -> Result<()> {
    try_kind(plugin).map_err(|error| error.with_code(code::NOT_AVAILABLE))?;
    if let Some(ipam) = &config.ipam {
        ipam.find().map_err(|error| error.with_code(code::NOT_AVAILABLE))?;
    }
    match plugin {
        Plugin::Macvlan | Plugin::Ipvlan | Plugin::Vlan => Parent::read(config)?.probe(),
        Plugin::Bridge | Plugin::Ptp if config.keys.flag("ipMasq")? => {
            masquerade::probe().map_err(|error| error.with_code(code::NOT_AVAILABLE))
        }
        Plugin::Bridge | Plugin::Ptp | Plugin::HostDevice => Ok(()),
    }
}

/// Makes a link of each kind that the plugin makes.
fn try_kind(plugin: Plugin) -> Result<()> {
    let pod =
        Namespace::create_anonymous().map_err(|error| Error::from(error).context("the plugin lacks privileges"))?;
    let add = |link: LibraryLink| -> Result<()> {
        let config = InterfaceConfig::keep_name().announce(Announce::none());
        pod.add_interface(link, config)?;
        Ok(())
    };
    if plugin != Plugin::HostDevice {
        add(LibraryLink::veth_named("probe0", VethPeer::new(&pod, "probe1"))?)?;
    }
    match plugin {
        Plugin::Bridge => add(LibraryLink::bridge("probe2")?),
        Plugin::Macvlan => add(LibraryLink::macvlan("probe2", Macvlan::on(&pod, "probe0"))?),
        Plugin::Ipvlan => add(LibraryLink::ipvlan("probe2", Ipvlan::on(&pod, "probe0"))?),
        Plugin::Vlan => {
            let mut kernel = Kernel::inside(&pod)?;
            let Some(parent) = kernel.link("probe0")? else { return Ok(()) };
            kernel.create_vlan(&pod, "probe2", &parent, 2, "")
        }
        Plugin::Ptp | Plugin::HostDevice => Ok(()),
    }
}
