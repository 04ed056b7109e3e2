//! Values that are wrong: one clear line that names the option, nothing raw to the terminal, exit status 2.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod command;
mod common;

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

use command::{netgraft, output, text};
use common::in_netns;

/// What is said about a wrong command line: the first line.
#[track_caller]
fn refused(words: &[&[u8]]) -> String {
    let words: Vec<OsString> = words.iter().map(|word| OsString::from_vec(word.to_vec())).collect();
    let output = netgraft(&words).output().unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
    assert!(said.len() < 1000, "{} bytes: {}", said.len(), &said[..200]);
    assert!(!said.chars().any(|c| c.is_control() && c != '\n'), "{said:?}");
    assert!(said.lines().count() <= 2, "{said}");
    said.lines().next().unwrap().to_owned()
}

#[test]
fn a_wrong_value_is_told_with_its_option() {
    in_netns(wrong_values);
}

fn wrong_values() {
    for (option, value, says) in [
        ("--announce", "-1", "-1"),
        ("--announce", "4", "at most 3"),
        ("--announce", "x", "x"),
        ("--announce-interval", "3s", "3s"),
        ("--mtu", "-100", "is not a number"),
        ("--mtu", "1500B", "is not a number"),
        ("--mtu", "", "\"\""),
        ("--txqlen", "99999999999", "is not a number"),
        ("--name", "", "\"\""),
        ("--name", "a/b", "'/'"),
        ("--prefix", "", "\"\""),
        ("--mac", "02:00", "02:00"),
        ("--mac", "", "\"\""),
        ("--ipv4", "10.0.0.1/33", "10.0.0.1/33"),
        ("--ipv4", "fd00::1", "IPv4"),
        ("--ipv6", "\u{1b}[2J", "u{1b}"),
        ("--wait", "5", "5"),
        ("--wait-for", "sideways", "sideways"),
        ("--sysctl", "net.ipv4.conf.all.rp_filter=1", "of the namespace"),
        ("--sysctl", "x", "KEY=VALUE"),
        ("--set-ipv6", "maybe", "maybe"),
        ("--create", "veht", "veht"),
        ("--create", "veth,peer=", "peer"),
        ("--master", "", "\"\""),
        ("--from", "", "\"\""),
    ] {
        for words in [vec![option.to_owned(), value.to_owned()], vec![format!("{option}={value}")]] {
            let mut line: Vec<&[u8]> = vec![b"add", b"current", b"lo"];
            line.extend(words.iter().map(|word| word.as_bytes()));
            let said = refused(&line);
            assert!(said.contains(option) && said.contains(says), "{words:?}: {said}");
        }
    }
    let said = refused(&[b"add", b"current", b""]);
    assert!(said.contains("\"\"") && said.contains("LINK"), "{said}");
}

/// What no terminal may get: it moves the cursor, or is not seen.
#[test]
fn no_message_has_a_name_as_raw_bytes() {
    in_netns(|| {
        assert!(output("create web").status.success());
        let odd = "p\u{1b}[3m\u{202e}";
        for words in [
            &["add", "web", odd][..],
            &["-vv", "add", "web", odd],
            &["add", "web", "--", &format!("dev:{odd}")],
            &["remove", "web", odd],
            &["stats", "web", odd],
            &["add", "web", "z", "--create", &format!("veth,peer={odd}x,bridge={odd}")],
            &["add", odd, "lo"],
        ] {
            let output = netgraft(words).output().unwrap();
            assert!(!output.status.success());
            let said = [text(&output.stdout), text(&output.stderr)].concat();
            assert!(!said.contains(['\u{1b}', '\u{202e}']) && said.contains(r"\u{1b}[3m"), "{words:?}: {said:?}");
        }
    });
}

#[test]
fn no_value_is_too_long_or_too_odd() {
    in_netns(odd_values);
}

fn odd_values() {
    let long = "x".repeat(100_000);
    for option in ["--mtu", "--name", "--mac", "--ipv4", "--sysctl", "--create", "--wait", "--alias", "--set-ipv6"] {
        let said = refused(&[b"add", b"current", b"lo", option.as_bytes(), long.as_bytes()]);
        assert!(said.contains(option), "{option}: {said}");
    }
    for odd in [&b"\x1b]0; title\x07"[..], b"\xff\xfe\n\r", b"a\nb", "\u{9b}31m\u{202e}".as_bytes()] {
        for option in ["--mtu", "--mac", "--ipv4", "--sysctl", "--create", "--wait"] {
            refused(&[b"add", b"current", b"lo", option.as_bytes(), odd]);
        }
        refused(&[b"add", odd]);
        refused(&[odd]);
        refused(&[b"--", odd]);
    }
    refused(&[b"add", b"current", b"lo", b"--mtu"]);
    refused(&[b"add", b"current", b"lo", b"--mtu", b"1", b"--mtu", b"2"]);
    refused(&[b"nonsense"]);
}
