use crate::types::{IfIndex, IfName, MacAddr, Prefix, Setting};
use crate::wire::address::AddressInfo;
use crate::wire::link::LinkInfo;

/// A link before an add: what a failed add or a removal restores.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Snapshot {
    pub(crate) link: LinkInfo,
    /// Body of the message that describes the link, for the journal.
    pub(crate) body: Vec<u8>,
    /// The master's name, if there was a master.
    pub(crate) master_name: Option<IfName>,
    /// Bodies of the messages that describe addresses, routes and permanent neighbours.
    pub(crate) addresses: Vec<Vec<u8>>,
    pub(crate) routes: Vec<Vec<u8>>,
    pub(crate) neighbours: Vec<Vec<u8>>,
    /// Bodies of the next-hop objects of these routes, and of the groups of next hops.
    pub(crate) next_hops: Vec<Vec<u8>>,
    /// Kernel settings that the add will change, with their values.
    pub(crate) settings: Vec<(Setting, Vec<u8>)>,
}

impl Snapshot {
    /// Bodies of the addresses that move with the link if asked: global and permanent ones.
    pub(crate) fn kept_addresses(&self) -> impl Iterator<Item = &Vec<u8>> {
        let is_kept = |body: &&Vec<u8>| AddressInfo::parse(body).is_some_and(|info| info.is_global_and_permanent());
        self.addresses.iter().filter(is_kept)
    }

    /// Returns the addresses that the link had.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = Prefix> + '_ {
        self.addresses.iter().filter_map(|body| Some(AddressInfo::parse(body)?.prefix))
    }
}

/// A bridge that the link will be a port of: the kernel changes the MAC of a bridge as ports come and go.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BridgeSnapshot {
    pub(crate) index: IfIndex,
    /// `None` in entries of older programs.
    pub(crate) name: Option<IfName>,
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: u32,
}

/// A setting of a namespace itself, below net.*, that an add asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NetnsSetting {
    pub(crate) setting: Setting,
    /// The value before the add; `None` if the setting could not be read.
    pub(crate) before: Option<Vec<u8>>,
    pub(crate) asked: Vec<u8>,
}
