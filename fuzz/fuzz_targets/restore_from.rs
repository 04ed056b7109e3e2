#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| netgraft_fuzz::run("restore_from", input));
