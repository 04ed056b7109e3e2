use std::hash::{BuildHasher, Hasher, RandomState};

/// A number to choose something by that others hardly choose as well. Nothing that is secret hangs on it.
pub(crate) fn random() -> u64 {
    RandomState::new().build_hasher().finish()
}
