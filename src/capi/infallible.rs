//! The boundary for functions that cannot fail.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs a function that cannot fail. `otherwise` is what it returns if it panics all the same; most are so short that the
/// compiler sees that they do not, and has nothing to do here.
pub(crate) fn infallible<T>(otherwise: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(otherwise)
}
