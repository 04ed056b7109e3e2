//! The plugin macvlan.

use netgraft::{Link as LibraryLink, MacAddr, Macvlan, MacvlanMode};

use crate::config::Config;
use crate::error::Result;
use crate::parent::{self, Parent};
use crate::place::{Attach, Place};
use crate::result::CniResult;
use crate::undo::Undo;

#[derive(Debug)]
pub(crate) struct MacvlanOptions {
    pub(crate) parent: Parent,
    mode: MacvlanMode,
    mac: Option<MacAddr>,
}

impl MacvlanOptions {
    pub(crate) fn read(config: &Config<'_>) -> Result<Self> {
        let keys = &config.keys;
        let mac = keys.parse("mac")?;
        Ok(Self {
            parent: Parent::read(config)?,
            mode: keys.parse("mode")?.unwrap_or_default(),
            mac: config.mac.or(mac),
        })
    }
}

impl Attach for MacvlanOptions {
    fn foresee(&self, place: &Place<'_, '_>) -> Result<()> {
        self.parent.find(place).map(drop)
    }

    fn attach(&self, place: &Place<'_, '_>, given: CniResult, undo: &mut Undo) -> Result<CniResult> {
        let parent = self.parent.find(place)?;
        let macvlan = Macvlan::on(self.parent.namespace(place), &parent.name).mode(self.mode);
        let link = LibraryLink::macvlan(&place.attachment.ifname, macvlan)?;
        parent::add(place, link, self.mac, self.parent.mtu, given, undo)
    }
}
