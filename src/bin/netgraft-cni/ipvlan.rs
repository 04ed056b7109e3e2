//! The plugin ipvlan.

use netgraft::{Ipvlan, IpvlanMode, Link as LibraryLink};

use crate::config::Config;
use crate::error::{Result, invalid};
use crate::parent::{self, Parent};
use crate::place::{Attach, Place};
use crate::result::CniResult;
use crate::undo::Undo;

#[derive(Debug)]
pub(crate) struct IpvlanOptions {
    pub(crate) parent: Parent,
    mode: IpvlanMode,
}

impl IpvlanOptions {
    pub(crate) fn read(config: &Config<'_>) -> Result<Self> {
        config.refuse("mac")?;
        if config.mac.is_some() && config.keys.is_strict() {
            return Err(invalid("an ipvlan has the MAC of its parent and cannot be given another"));
        }
        Ok(Self { parent: Parent::read(config)?, mode: config.keys.parse("mode")?.unwrap_or_default() })
    }
}

impl Attach for IpvlanOptions {
    fn foresee(&self, place: &Place<'_, '_>) -> Result<()> {
        self.parent.find(place).map(drop)
    }

    fn attach(&self, place: &Place<'_, '_>, mut given: CniResult, undo: &mut Undo) -> Result<CniResult> {
        if let (None, Some(previous)) = (&place.config.ipam, place.config.previous()?) {
            // Chained without an IPAM plugin: the addresses of the plugin before.
            given = CniResult { interfaces: Vec::new(), ..previous.clone() };
        }
        let parent = self.parent.find(place)?;
        let ipvlan = Ipvlan::on(self.parent.namespace(place), &parent.name).mode(self.mode);
        let link = LibraryLink::ipvlan(&place.attachment.ifname, ipvlan)?;
        parent::add(place, link, None, self.parent.mtu, given, undo)
    }
}
