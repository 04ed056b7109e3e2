use std::hash::{BuildHasher, Hasher, RandomState};

/// Returns a random number. Not for secrets.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
