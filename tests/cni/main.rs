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

/// Without /dev, and whatever a runtime has closed, a plugin answers where it can, and nowhere else.
#[test]
fn closed_standard_descriptors_and_no_dev() {
    let run = |closed: &str| {
        let program = env!("CARGO_BIN_EXE_netgraft-cni");
        let script = format!("mount -t tmpfs none /dev && exec env CNI_COMMAND=VERSION {program} {closed}");
        Command::new("unshare").args(["--map-root-user", "--net", "--mount", "sh", "-c", &script]).output().unwrap()
    };
    let open = run("");
    assert!(open.status.code().is_some(), "{open:?}");
    for closed in ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"] {
        let output = run(closed);
        assert_eq!(output.status.code(), open.status.code(), "{closed}: {output:?}");
        assert!(closed.split(' ').any(|word| word == ">&-") || output.stdout == open.stdout, "{closed}: {output:?}");
    }
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
