//! Candidates for the indexes of links that are created or moved.

use crate::netns::NetNs;
use crate::types::{IfIndex, random};

/// Number of indexes that an add tries.
pub(crate) const ATTEMPTS: u32 = 32;

/// Returns an index to try: a low one first, as the kernel would choose, then any.
pub(crate) fn candidate(netns: &NetNs, attempt: u32) -> IfIndex {
    let near = if attempt <= 4 { netns.next_index() } else { None };
    near.unwrap_or_else(|| random_index(attempt))
}

/// Chooses among the lowest 512, then among twice as many with each attempt.
fn random_index(attempt: u32) -> IfIndex {
    let range = 1u32 << (attempt + 4).clamp(9, 24);
    // Skips 0 and the index of `lo`.
    IfIndex::new(2 + random() as u32 % range).unwrap_or_else(|| random_index(attempt))
}
