use crate::types::{IfIndex, IfName, MacAddr, Prefix, Setting};
use crate::wire::address::AddressInfo;
use crate::wire::link::LinkInfo;

/// A link as it was: what has to be put back when an add fails or an interface is removed.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Snapshot {
    pub(crate) link: LinkInfo,
    /// The body of the message that describes it, for the journal.
    pub(crate) body: Vec<u8>,
    /// What its master was called, if it had one.
    pub(crate) master_name: Option<IfName>,
    /// Bodies of the messages that describe its addresses, routes and permanent neighbours.
    pub(crate) addresses: Vec<Vec<u8>>,
    pub(crate) routes: Vec<Vec<u8>>,
    pub(crate) neighbours: Vec<Vec<u8>>,
    /// Those of the next-hop objects that its routes use, and of the groups that these are in.
    pub(crate) next_hops: Vec<Vec<u8>>,
    /// The kernel settings that the add is going to change, with their values.
    pub(crate) settings: Vec<(Setting, Vec<u8>)>,
}

impl Snapshot {
    /// Bodies of the addresses that go along with the link, where that is asked for: global and permanent ones.
    pub(crate) fn kept_addresses(&self) -> impl Iterator<Item = &Vec<u8>> {
        let is_kept = |body: &&Vec<u8>| AddressInfo::parse(body).is_some_and(|info| info.is_global_and_permanent());
        self.addresses.iter().filter(is_kept)
    }

    /// Returns the addresses that the link had.
    pub(crate) fn prefixes(&self) -> impl Iterator<Item = Prefix> + '_ {
        self.addresses.iter().filter_map(|body| Some(AddressInfo::parse(body)?.prefix))
    }
}

/// A bridge that a link is going to be a port of: the kernel changes its MAC as ports come and go.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BridgeSnapshot {
    pub(crate) index: IfIndex,
    /// None in an entry that an older program has written.
    pub(crate) name: Option<IfName>,
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: u32,
}

/// A setting of a namespace itself, below net.*, that an add asked for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct NetnsSetting {
    pub(crate) setting: Setting,
    /// The value before; `None` where it could not be read.
    pub(crate) before: Option<Vec<u8>>,
    pub(crate) asked: Vec<u8>,
}
