//! The C API: what include/netgraft.h, which is made from these files, declares and describes.
//!
//! No logic of its own: each function hands its arguments on. Nothing panics into C (`boundary`), and what is unsafe
//! is in what the parameters' types promise (`argument`).
#![allow(unsafe_code, unreachable_pub, non_camel_case_types, clippy::doc_markdown)]

#[cfg(panic = "abort")]
compile_error!("the C API turns panics into errors: it has to be built with panic = \"unwind\"");

mod argument;
mod boundary;
#[cfg(any(test, fuzzing))]
pub(crate) mod fuzzing;
mod structure;
mod text;

// In the order in which the header has them, which the blank lines keep.
mod error;

mod namespace;

mod link;

mod link_options;

mod config;

mod interface;

mod state;

mod gateway;

mod route;

mod neighbour;

mod address;

mod journal;

mod announce;

mod log;

mod version;
