//! The CNI plugins against cases, each of them a script that calls a plugin as a runtime does and looks at the kernel.
//!
//! `tests/cni/run` runs them by hand, and with `-S` against the plugins of Debian's containernetworking-plugins.
#![cfg(feature = "cni")]
#![allow(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

#[allow(dead_code, clippy::panic, reason = "a helper of all tests")]
#[path = "../common/tools.rs"]
mod tools;

/// Runs the cases whose numbers begin with one of these digits.
fn run(digits: &str) {
    if tools::emulated() {
        return;
    }
    tools::ensure();
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cni");
    let mut cases: Vec<String> = fs::read_dir(here.join("cases"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap().replace(".sh", ""))
        .filter(|case| digits.contains(&case[..1]))
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    let plugins = tempfile::tempdir().unwrap();
    for name in ["bridge", "ptp", "macvlan", "ipvlan", "vlan", "host-device"] {
        symlink(env!("CARGO_BIN_EXE_netgraft-cni"), plugins.path().join(format!("netgraft-{name}"))).unwrap();
    }
    let mut command = Command::new(here.join("run"));
    let command = command.arg("-d").arg(plugins.path()).args(["-p", "netgraft-"]).args(&cases);
    let output = command.env("PATH", tools::path()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    println!("{said}");
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn protocol() {
    run("0");
}

#[test]
fn bridge() {
    run("123");
}

#[test]
fn bridge_beside_others() {
    run("4");
}

#[test]
fn ptp() {
    run("5");
}

#[test]
fn host_device() {
    run("6");
}

#[test]
fn links_on_parents() {
    run("7");
}

#[test]
fn chains_and_cleaning_up() {
    run("89");
}
