//! The plugin vlan.

use netgraft::{Announce, InterfaceConfig, Link as LibraryLink};

use crate::config::Config;
use crate::error::{Result, invalid};
use crate::link::Kernel;
use crate::parent::{self, Parent};
use crate::place::{Attach, Place};
use crate::port::vlan_id;
use crate::result::CniResult;
use crate::undo::Undo;
use crate::veth::with_ipv6;

#[derive(Debug)]
pub(crate) struct VlanOptions {
    pub(crate) parent: Parent,
    id: u16,
}

impl VlanOptions {
    pub(crate) fn read(config: &Config<'_>) -> Result<Self> {
        let id = match config.keys.number("vlanId")? {
            Some(id) => vlan_id("vlanId", id)?,
            None => return Err(invalid("vlanId is missing")),
        };
        Ok(Self { parent: Parent::read(config)?, id })
    }
}

impl Attach for VlanOptions {
    fn foresee(&self, place: &Place<'_, '_>) -> Result<()> {
        self.parent.find(place).map(drop)
    }

    fn attach(&self, place: &Place<'_, '_>, given: CniResult, undo: &mut Undo) -> Result<CniResult> {
        let parent = self.parent.find(place)?;
        let ifname = &place.attachment.ifname;
        self.parent.kernel(place).create_vlan(&place.pod, ifname, &parent, self.id, &place.attachment.alias())?;
        let pod = place.pod.clone();
        let name = ifname.clone();
        undo.push(move || delete(&pod, &name).map_err(|error| error.to_string()));
        let mut config = InterfaceConfig::keep_name().clash_check(false).announce(Announce::times(1)?);
        if let Some(mac) = place.config.mac {
            config = config.mac(mac);
        }
        if let Some(mtu) = self.parent.mtu {
            config = config.mtu(mtu);
        }
        config = with_ipv6(config)?;
        config = given.ips.iter().fold(config, |config, ip| config.address(ip.address.into()));
        place.pod.add_interface(LibraryLink::in_place(ifname)?, config)?;
        parent::finish(place, given)
    }
}

fn delete(pod: &netgraft::Namespace, name: &str) -> Result<()> {
    let mut pod = Kernel::inside(pod)?;
    match pod.link(name)? {
        Some(link) => pod.delete(&link),
        None => Ok(()),
    }
}
