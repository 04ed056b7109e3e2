use crate::types::{IfIndex, IfName, MacAddr};
use crate::wire::link::LinkInfo;
use crate::wire::link::kinds::LinkTrait;

/// What tells a link from another one that got its index after it was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    pub(crate) kind: Option<Vec<u8>>,
    pub(crate) hardware: u16,
    /// The other end of a pair. Other links may share what is below them.
    pub(crate) peer: Option<IfIndex>,
    pub(crate) name: IfName,
    /// The link's own, as a port of a bond, too. None of an ipvlan, which shares its parent's.
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

    /// Whether a link may be this one as far as what never changes goes.
    pub(crate) fn same_kind(&self, link: &LinkInfo) -> bool {
        self.kind == link.kind && self.hardware == link.hardware
    }

    /// Whether a link is this one whatever its index: it has the same other end, and the same MAC, unless that was changed.
    /// One of the two has to be known.
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

    /// Whether the link at its index is this one: kind and hardware type agree, and one of MAC, other end and name. Of what has
    /// an other end, the name is not enough: whoever makes the next one can get the same index and choose the same name.
    pub(crate) fn matches(&self, link: &LinkInfo) -> bool {
        let same_mac = self.mac.is_some() && self.mac == link.own_mac();
        let same_peer = self.peer == Some(link.other_end());
        let has_other_end = self.mac.is_some() && self.peer.is_some();
        self.same_kind(link) && (same_mac || same_peer || (self.name == link.name && !has_other_end))
    }
}
