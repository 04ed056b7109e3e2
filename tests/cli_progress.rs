//! What long work is at: on a terminal one sees it while it lasts, and nowhere else.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod command;
mod common;

use std::fs;
use std::process::Command;

use command::{batch, text};
use common::{in_netns, veth};

/// What clears a line (console_codes(4)).
const CLEAR: &str = "\x1b[2K";

/// What a terminal gets to see of a command.
#[track_caller]
fn on_a_terminal(line: &str) -> String {
    let line = format!("{} {line}", env!("CARGO_BIN_EXE_netgraft"));
    let output = Command::new("script").args(["-qec", &line, "/dev/null"]).env("TERM", "xterm").output().unwrap();
    assert!(output.status.success(), "{line}: {output:?}");
    text(&output.stdout)
}

/// Fails unless a terminal shows these words for as long as a command works, and nobody else sees them.
#[track_caller]
fn shows(line: &str, words: &[&str]) {
    let seen = on_a_terminal(line);
    let (during, after) = seen.rsplit_once(CLEAR).unwrap_or_else(|| panic!("{line}: nothing cleared: {seen:?}"));
    for word in words {
        assert!(during.contains(word), "{line}: {word:?} in {during:?}");
        assert!(!after.contains(word), "{line}: {word:?} in {after:?}");
    }
    let seen = on_a_terminal(&format!("{line} 2>/run/said"));
    assert!(!words.iter().any(|word| seen.contains(word)) && !seen.contains(CLEAR), "{line}: {seen:?}");
    assert_eq!(fs::read_to_string("/run/said").unwrap(), "", "{line}");
}

#[test]
fn a_batch_shows_its_line_and_how_far_it_is() {
    in_netns(|| {
        fs::write("/run/script", "sleep 300ms\nsleep 301ms\n").unwrap();
        shows("batch /run/script", &["0/2 sleep 300ms", "1/2 sleep 301ms"]);
    });
}

#[test]
fn a_restore_shows_what_it_does() {
    in_netns(|| {
        let script = "create web\nadd web br0 --create bridge --announce 0";
        assert_eq!(batch("", script).0, Some(0));
        shows("restore web", &["restore /run/netns/web"]);
    });
}

#[test]
fn a_removal_of_all_shows_what_it_does() {
    in_netns(|| {
        veth("veth1", "peer1");
        let script = "create web\nadd web veth1 --announce 0\nadd web br0 --create bridge --announce 0";
        assert_eq!(batch("", script).0, Some(0));
        shows("remove web --all", &["remove all from /run/netns/web"]);
    });
}
