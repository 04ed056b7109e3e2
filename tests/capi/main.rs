//! The C API, from C: the header as other compilers read it, and a program that calls every function.
#![cfg(feature = "capi")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod build;
#[path = "../common/mod.rs"]
mod common;
mod header;
mod suite;
