//! Candidates for the indexes of links that are created or moved.

use crate::netns::NetNs;
use crate::types::{IfIndex, random};

/// How many indexes are tried before an add gives up.
pub(crate) const ATTEMPTS: u32 = 32;

/// An index to try: near the lowest at first, as the kernel would choose, anywhere where that is multi_part.
pub(crate) fn candidate(netns: &NetNs, attempt: u32) -> IfIndex {
    let near = if attempt <= 4 { netns.next_index() } else { None };
    near.unwrap_or_else(|| random_index(attempt))
}

/// One of the lowest 512 at first, then of twice as many, and so on: short numbers where there are some free.
fn random_index(attempt: u32) -> IfIndex {
    let range = 1u32 << (attempt + 4).clamp(9, 24);
    // Neither 0 nor `lo`.
    IfIndex::new(2 + random() as u32 % range).unwrap_or_else(|| random_index(attempt))
}
