//! The program that calls every function, good, bad, NULL and hostile, by itself and watched.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::build::{VALGRIND, compile, root, run, sources};
use crate::common::in_netns;

fn suite(name: &str, arguments: &[&str]) -> PathBuf {
    compile(name, &sources("tests/capi"), arguments)
}

#[test]
fn every_function_is_called() {
    // Bound when it is first called, of which the dynamic linker tells.
    let suite = suite("suite", &["-Wl,-z,lazy"]);
    in_netns(|| {
        run(Command::new(suite).env("LD_DEBUG", "bindings").env("LD_DEBUG_OUTPUT", "/run/bindings")).unwrap();
        let mut called = BTreeSet::new();
        for file in fs::read_dir("/run").unwrap().map(|entry| entry.unwrap()) {
            if file.file_name().to_string_lossy().starts_with("bindings.") {
                let told = fs::read(file.path()).unwrap();
                let told = String::from_utf8_lossy(&told);
                let names = told.lines().filter_map(|line| line.split_once("symbol `")?.1.split('\'').next());
                called.extend(names.filter(|name| name.starts_with("netgraft_")).map(str::to_owned));
            }
        }
        let list = fs::read_to_string(root().join("include/netgraft.symbols")).unwrap();
        assert_eq!(called, list.lines().map(str::to_owned).collect());
    });
}

#[test]
fn nothing_leaks_under_address_sanitizer() {
    let suite = suite("suite-asan", &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]);
    in_netns(|| {
        run(Command::new(suite).env("ASAN_OPTIONS", "detect_leaks=1:detect_stack_use_after_return=1")).unwrap();
    });
}

#[test]
fn nothing_leaks_under_valgrind() {
    let suite = suite("suite-valgrind", &[]);
    in_netns(|| {
        run(Command::new("valgrind").args(VALGRIND).arg(suite)).unwrap();
    });
}
