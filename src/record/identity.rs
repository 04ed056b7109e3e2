use crate::types::{IfIndex, IfName, MacAddr};
use crate::wire::link::LinkInfo;
use crate::wire::link::kinds::LinkTrait;

/// Fingerprint of a link: detects another link that got the index after a deletion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) kind: Option<Vec<u8>>,
    pub(crate) hardware: u16,
    /// The other end of a pair. For other kinds, several links may share the link below.
    pub(crate) peer: Option<IfIndex>,
    pub(crate) name: IfName,
    /// The link's own MAC, also while the link is a port of a bond. `None` for an ipvlan, which shares its parent's MAC.
    pub(crate) mac: Option<MacAddr>,
}

impl Identity {
    pub(crate) fn of(link: &LinkInfo) -> Self {
        Self {
            kind: link.kind.clone(),
            hardware: link.hardware,
            peer: link.is_pair().then(|| link.other_end()),
            name: link.name,
            mac: link.own_mac().filter(|_| !link.is(LinkTrait::MacOfLower)),
        }
    }

    /// Returns whether the facts that never change are the same.
    pub(crate) fn same_kind(&self, link: &LinkInfo) -> bool {
        self.kind == link.kind && self.hardware == link.hardware
    }

    /// Returns whether a link is this one, whatever its index: the same other end, and the same MAC unless somebody changed the
    /// MAC. One of the two has to be known.
    pub(crate) fn matches_moved(&self, link: &LinkInfo, mac_changed: bool) -> bool {
        let same_peer = self.peer.map(|peer| peer == link.other_end());
        let same_mac = self.mac.map(|mac| link.own_mac() == Some(mac));
        let is_it = match (same_peer, same_mac) {
            (Some(same_peer), Some(same_mac)) => same_peer && (same_mac || mac_changed),
            (None, Some(same)) | (Some(same), None) => same,
            (None, None) => false,
        };
        self.same_kind(link) && is_it
    }

    /// Returns whether the link at the recorded index is this link: kind and hardware type agree, and one of MAC, other end and
    /// name. For links with another end the name is not enough: whoever creates the next link can get the same index and choose
    /// the same name.
    pub(crate) fn matches(&self, link: &LinkInfo) -> bool {
        let same_mac = self.mac.is_some() && self.mac == link.own_mac();
        let same_peer = self.peer == Some(link.other_end());
        let has_other_end = self.mac.is_some() && self.peer.is_some();
        self.same_kind(link) && (same_mac || same_peer || (self.name == link.name && !has_other_end))
    }
}
