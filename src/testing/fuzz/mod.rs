//! What the fuzz targets run, and `cargo test` with what they have found: an input in, promises held.
//!
//! Nothing of it is in a normal build. A target panics when a promise is broken; otherwise what it does with an input
//! is of no interest. fuzz/README.md tells how to run them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a broken promise is a panic"
)]

#[cfg(feature = "capi")]
mod capi;
#[cfg(fuzzing)]
pub mod capture;
mod folder;
mod frames;
mod journal;
mod messages;
mod mountinfo;
mod operations;
mod reference_parser;
#[cfg(test)]
mod replay;
mod requests;
mod scene;
mod script;
mod several;
mod values;

/// A way into the library for arbitrary bytes.
#[derive(Clone, Copy, Debug)]
pub struct FuzzTarget {
    /// What the fuzz target and the folder of its inputs, below fuzz/corpus, are called.
    pub name: &'static str,
    run: fn(&[u8]),
}

/// All of them.
pub const TARGETS: &[FuzzTarget] = &[
    FuzzTarget { name: "framing", run: messages::framing },
    FuzzTarget { name: "acks", run: messages::acks },
    FuzzTarget { name: "link", run: messages::link },
    FuzzTarget { name: "bridge_port", run: messages::bridge_port },
    FuzzTarget { name: "address", run: messages::address },
    FuzzTarget { name: "route", run: messages::route },
    FuzzTarget { name: "neighbour", run: messages::neighbour },
    FuzzTarget { name: "next_hop", run: messages::next_hop },
    FuzzTarget { name: "arp", run: frames::arp },
    FuzzTarget { name: "neighbour_advertisement", run: frames::neighbour_advertisement },
    FuzzTarget { name: "names", run: values::names },
    FuzzTarget { name: "prefix", run: values::prefix },
    FuzzTarget { name: "mac", run: values::mac },
    FuzzTarget { name: "sysctl", run: values::sysctl },
    FuzzTarget { name: "journal", run: journal::entry },
    FuzzTarget { name: "interface", run: operations::interface },
    FuzzTarget { name: "restore", run: operations::restore },
    FuzzTarget { name: "adds", run: several::adds },
    FuzzTarget { name: "restore_from", run: several::restore_from },
    FuzzTarget { name: "entries", run: several::entries },
    FuzzTarget { name: "show", run: several::show },
    FuzzTarget { name: "mountinfo", run: mountinfo::lines },
    FuzzTarget { name: "wait", run: operations::wait },
    FuzzTarget { name: "routing", run: operations::routing },
    #[cfg(feature = "capi")]
    FuzzTarget { name: "capi", run: capi::calls },
];

/// Bytes that a target may have allocated at any one time, for each byte of input, and beside those.
const ALLOWANCE: (u64, u64) = (64, 64 * 1024);

/// Runs a target. `measure` calls what it is given, and tells how many bytes that had allocated at its peak.
pub fn run(name: &str, input: &[u8], measure: impl FnOnce(&mut dyn FnMut()) -> u64) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("there is no such target");
    let peak = measure(&mut || (target.run)(input));
    let allowed = ALLOWANCE.0 * input.len() as u64 + ALLOWANCE.1;
    assert!(peak <= allowed, "{peak} bytes allocated for {} of input", input.len());
}
