//! The examples do what they say, each in namespaces of its own.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::process::Command;

use common::{in_netns, ip, ip_json, veth};
use netgraft::Namespace;

/// Runs an example, and returns what it printed.
fn example(name: &str, arguments: &[&str]) -> String {
    // A test is in `deps`, beside `examples`, which `cargo test` builds before it runs anything.
    let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples").join(name);
    assert!(program.exists(), "{} is not there: cargo build --examples", program.display());
    let output = Command::new(program).args(arguments).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name}: {printed}{}", String::from_utf8_lossy(&output.stderr));
    printed
}

/// Names of the links of the current namespace.
fn links() -> Vec<String> {
    ip_json("link").as_array().unwrap().iter().map(|link| link["ifname"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn move_nic() {
    in_netns(|| {
        let _web = Namespace::create("/run/netns/web").unwrap();
        veth("card0", "cable");
        let printed = example("move_nic", &["card0", "/run/netns/web", "10.0.0.2/24"]);
        assert!(printed.contains("card0 is eth0 in /run/netns/web: [10.0.0.2/24]"), "{printed}");
        assert!(links().contains(&"card0".to_owned()), "{:?}", links());
    });
}

#[test]
fn sandbox() {
    in_netns(|| {
        let printed = example("sandbox", &["ip", "route"]);
        assert!(printed.contains("default via 10.88.0.1 dev eth0"), "{printed}");
        assert_eq!(links(), ["lo"]);
    });
}

#[test]
fn event_loop() {
    in_netns(|| {
        let printed = example("event_loop", &[]);
        assert_eq!(printed.matches("time to announce").count(), 2, "{printed}");
        assert!(printed.contains("threads: 1\n"), "{printed}");
    });
}

#[test]
fn restore() {
    in_netns(|| {
        ip("link set lo up");
        let printed = example("restore", &[]);
        assert!(printed.contains("found example0 as eth0\n"), "{printed}");
        assert_eq!(links(), ["lo"], "{printed}");
    });
}

#[test]
fn many() {
    in_netns(|| {
        let printed = example("many", &["30"]);
        assert!(printed.starts_with("30 interfaces, the last is eth29, in "), "{printed}");
        assert_eq!(links(), ["lo"], "{printed}");
    });
}
