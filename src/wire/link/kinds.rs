//! The kinds of links, by the kernel's names, and what the kernel does with each: one row for a kind.
//!
//! A kind that is not in the table has none of the traits. What only the creation of a link needs is in `interface/config`.

/// What a kind of link may have or do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LinkTrait {
    /// Links come in pairs.
    Pair,
    /// The link is on another one of its namespace (`uppers` finds it).
    Stacked,
    /// The lower link or the socket stays at home with its namespace, which nobody inside can imitate.
    KeepsLinkNetns,
    /// The kernel deletes the link when the link below leaves the namespace.
    DeletedByMove,
    /// The MTU cannot be larger than the one of the link below.
    MtuOfLower,
    /// The MAC is the one of the link below.
    MacOfLower,
    /// The link below lets its MAC through a filter.
    FilteredByLower,
    /// Links of these kinds exclude one another on a link below.
    Exclusive,
    /// `IFLA_LINK` is the link's own index: the link below is among the attributes of the kind.
    LowerInData,
}

use LinkTrait::{
    DeletedByMove, Exclusive, FilteredByLower, KeepsLinkNetns, LowerInData, MacOfLower, MtuOfLower, Pair, Stacked,
};

/// The kernel's name of bridges, and of their ports.
pub(crate) const BRIDGE: &[u8] = b"bridge";

#[rustfmt::skip]
const KINDS: [(&[u8], &[LinkTrait]); 15] = [
    (b"veth",    &[Pair]),
    (b"netkit",  &[Pair]),
    (b"macvlan", &[Stacked, KeepsLinkNetns, MtuOfLower, FilteredByLower, Exclusive]),
    (b"macvtap", &[Stacked, KeepsLinkNetns, MtuOfLower, FilteredByLower, Exclusive]),
    (b"vlan",    &[Stacked, KeepsLinkNetns, MtuOfLower]),
    (b"ipvlan",  &[Stacked, KeepsLinkNetns, MacOfLower, Exclusive]),
    (b"ipvtap",  &[Stacked, KeepsLinkNetns]),
    (b"vxlan",   &[Stacked, KeepsLinkNetns, DeletedByMove, LowerInData]),
    (b"macsec",  &[Stacked, DeletedByMove]),
    (b"geneve",  &[Stacked, KeepsLinkNetns]),
    (b"gre",     &[KeepsLinkNetns]),
    (b"gretap",  &[KeepsLinkNetns]),
    (b"sit",     &[KeepsLinkNetns]),
    (b"ipip",    &[KeepsLinkNetns]),
    (b"vti",     &[KeepsLinkNetns]),
];

impl LinkTrait {
    /// Tells whether a kind has the trait.
    pub(crate) fn is_of(self, kind: &[u8]) -> bool {
        KINDS.iter().any(|(name, traits)| *name == kind && traits.contains(&self))
    }

    /// Returns the kinds that have the trait.
    pub(crate) fn kinds(self) -> impl Iterator<Item = &'static [u8]> {
        KINDS.iter().filter(move |(_, traits)| traits.contains(&self)).map(|(name, _)| *name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_one_row() {
        for (number, (kind, _)) in KINDS.iter().enumerate() {
            assert!(KINDS.iter().take(number).all(|(other, _)| other != kind), "{}", kind.escape_ascii());
        }
        assert_eq!(LinkTrait::Pair.kinds().collect::<Vec<_>>(), [&b"veth"[..], b"netkit"]);
        assert!(!LinkTrait::Pair.is_of(b"tun"));
    }
}
