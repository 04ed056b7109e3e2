//! The examples of the README and of the guide for the shell do what they say, as they are written.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::path::{Path, PathBuf};
use std::process::Command;

use common::{in_netns, ip, veth};

const README: &str = include_str!("../README.md");
const SHELL: &str = include_str!("../docs/guide/shell.md");
/// What the README says of Rust, as a program that can be run.
const PROGRAM: &str = include_str!("../examples/readme.rs");

/// The README behind a heading.
fn behind(heading: &str) -> &'static str {
    README.split_once(&format!("\n## {heading}\n")).unwrap().1
}

/// The first block of code in a language.
fn block(text: &'static str, language: &str) -> &'static str {
    let (_, code) = text.split_once(&format!("\n```{language}\n")).unwrap();
    code.split_once("```\n").unwrap().0
}

/// The link that an example moves, with what a move loses.
fn card(name: &str) -> String {
    veth(name, "cable");
    ip(&format!("addr add 192.0.2.1/24 dev {name}"));
    ip(&format!("link show {name}"))
}

/// What a script prints that has to go well, with the command among the programs.
fn printed(script: &str) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_netgraft")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh").args(["-euc", script]).env("PATH", path).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// The example as it was built beside this test.
fn program() -> PathBuf {
    let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/readme");
    assert!(program.exists(), "{} is not there: cargo build --examples", program.display());
    program
}

#[test]
fn the_rust_example() {
    assert!(PROGRAM.ends_with(block(behind("From Rust"), "rust,no_run")), "examples/readme.rs is another one");
    in_netns(|| {
        let before = card("veth1a2b");
        let output = Command::new(program()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("eth0 has sent "), "{output:?}");
        assert_eq!(ip("link show veth1a2b"), before);
    });
}

#[test]
fn the_rust_example_leaves_nothing_when_its_add_fails() {
    in_netns(|| {
        // The kernel moves no bridge.
        ip("link add veth1a2b type bridge");
        let before = ip("link show veth1a2b");
        let output = Command::new(program()).output().unwrap();
        assert!(!output.status.success() && !std::fs::exists("/run/netns/web").unwrap(), "{output:?}");
        assert_eq!(ip("link show veth1a2b"), before);
    });
}

#[test]
fn the_error_that_is_shown() {
    in_netns(|| {
        card("veth1a2b");
        let script = "netgraft create web >/dev/null; netgraft add web veth1a2b --mtu 70000 2>&1 || true";
        assert_eq!(printed(script), format!("netgraft: {}", block(behind("From Rust"), "text")));
    });
}

#[test]
fn the_shell_example() {
    in_netns(|| {
        let before = card("veth1a2b");
        let printed = printed(block(behind("From a shell"), "sh"));
        assert!(printed.contains("veth1a2b") && printed.contains("10.1.0.1/24"), "{printed}");
        assert_eq!(ip("link show veth1a2b"), before);
    });
}

#[test]
fn the_guide_for_the_shell() {
    in_netns(|| {
        let before = card("eth1");
        let printed = printed(block(SHELL, "sh"));
        assert!(printed.contains("gateway 10.0.0.1") && printed.contains("eth1@"), "{printed}");
        assert_eq!(ip("link show eth1"), before);
        assert!(!std::fs::exists("/run/netns/web").unwrap());
    });
}
