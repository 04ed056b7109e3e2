//! The C API: what include/netgraft.h, which is made from these files, declares and describes.
//!
//! No logic of its own: each function hands its arguments on. Nothing panics into C (`boundary`), and what is unsafe
//! is in what the parameters' types promise (`argument`).
#![allow(unsafe_code, unreachable_pub, non_camel_case_types, clippy::doc_markdown)]

#[cfg(panic = "abort")]
compile_error!("the C API turns panics into errors: it has to be built with panic = \"unwind\"");

pub(crate) mod argument;
pub(crate) mod boundary;
pub(crate) mod infallible;
pub(crate) mod structure;
pub(crate) mod text;

// In the order in which the header has them, which the blank lines keep.
pub(crate) mod error;

pub(crate) mod namespace;

pub(crate) mod link;

pub(crate) mod link_options;

pub(crate) mod config;

pub(crate) mod interface;

pub(crate) mod state;

pub(crate) mod monitor;

pub(crate) mod gateway;

pub(crate) mod port_options;

pub(crate) mod route;

pub(crate) mod neighbour;

pub(crate) mod address;

pub(crate) mod journal;

pub(crate) mod announce;

pub(crate) mod log;

pub(crate) mod version;
