//! Candidates for the indexes of links that are created or moved.

use crate::netns::NetNs;
use crate::types::{IfIndex, random};

/// Number of indexes that an add tries.
pub(crate) const ATTEMPTS: u32 = 32;

/// Returns an index to try: the next one of this process first, as the kernel would choose in a new namespace. Where that
/// is taken, one of so many that the second attempt finds a free one, however many links there are.
pub(crate) fn candidate(netns: &NetNs, attempt: u32) -> IfIndex {
    let near = if attempt == 1 { netns.next_index() } else { None };
    near.unwrap_or_else(random_index)
}

/// Chooses among a million. Skips 0 and the index of `lo`.
fn random_index() -> IfIndex {
    IfIndex::new(2 + random() as u32 % (1 << 20)).unwrap_or_else(random_index)
}
