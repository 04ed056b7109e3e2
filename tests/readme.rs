//! The README's examples do what they say, as they are written.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::path::Path;
use std::process::Command;

use common::{in_netns, ip, veth};

const README: &str = include_str!("../README.md");
/// What the README says of Rust, as a program that can be run.
const PROGRAM: &str = include_str!("../examples/readme.rs");

/// The first block of code in a language behind a heading.
fn block(heading: &str, language: &str) -> &'static str {
    let (_, behind) = README.split_once(&format!("\n## {heading}\n")).unwrap();
    let (_, code) = behind.split_once(&format!("\n```{language}\n")).unwrap();
    code.split_once("```\n").unwrap().0
}

/// The link that the examples move, with what a move loses.
fn card() -> String {
    veth("veth1a2b", "cable");
    ip("addr add 192.0.2.1/24 dev veth1a2b");
    ip("link show veth1a2b")
}

#[test]
fn the_rust_example() {
    assert!(PROGRAM.ends_with(block("From Rust", "rust,no_run")), "examples/readme.rs is another one");
    in_netns(|| {
        let before = card();
        let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("examples/readme");
        assert!(program.exists(), "{} is not there: cargo build --examples", program.display());
        let output = Command::new(program).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("eth0 has sent "), "{output:?}");
        assert_eq!(ip("link show veth1a2b"), before);
    });
}

#[test]
fn the_shell_example() {
    in_netns(|| {
        let before = card();
        let folder = Path::new(env!("CARGO_BIN_EXE_netgraft")).parent().unwrap();
        let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
        let output = Command::new("sh").args(["-euc", block("From a shell", "sh")]).env("PATH", path).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let printed = String::from_utf8_lossy(&output.stdout);
        assert!(printed.contains("veth1a2b") && printed.contains("10.1.0.1/24"), "{printed}");
        assert_eq!(ip("link show veth1a2b"), before);
    });
}
