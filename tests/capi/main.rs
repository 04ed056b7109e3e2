//! The C API, from C: the header as other compilers read it, and a program that calls every function.
#![cfg(feature = "capi")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod build;
#[allow(dead_code, reason = "a helper of other tests")]
#[path = "../announce/capture.rs"]
mod capture;
#[path = "../common/mod.rs"]
mod common;
mod examples;
mod header;
mod suite;
