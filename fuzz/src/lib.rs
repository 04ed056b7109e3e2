//! What all targets share.

/// Runs a target of the library's on an input.
pub fn run(target: &str, input: &[u8]) {
    netgraft::testing::fuzz::run(target, input, |call| allocation_counter::measure(call).bytes_max);
}
