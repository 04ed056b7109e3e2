//! A line of a batch: the command's own grammar, which no library has.
#![no_main]

#[allow(dead_code, unused_imports, reason = "what is done with what was read is the command's business")]
#[path = "../../src/bin/netgraft/args/mod.rs"]
mod args;
#[allow(dead_code)]
#[path = "../../src/bin/netgraft/escape.rs"]
mod escape;
#[allow(dead_code)]
#[path = "../../src/bin/netgraft/values/mod.rs"]
mod values;

libfuzzer_sys::fuzz_target!(|input: &[u8]| args::line::check(input));
