//! Starts the command and reads what it prints.
#![allow(dead_code, clippy::unwrap_used, reason = "helpers of tests; every test file uses some of them")]

use std::ffi::OsStr;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

pub(crate) fn netgraft(words: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netgraft"));
    command.args(words).stdin(Stdio::null());
    command
}

/// What the command does with the words of a line.
#[track_caller]
pub(crate) fn output(line: &str) -> Output {
    netgraft(line.split_whitespace()).output().unwrap()
}

/// What `netgraft --json batch` does with a script: exit status, objects, and what it says.
#[track_caller]
pub(crate) fn batch(options: &str, script: impl AsRef<[u8]>) -> (Option<i32>, Vec<Value>, String) {
    let mut child = netgraft(["--json", "batch"].into_iter().chain(options.split_whitespace()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut stdin, script) = (child.stdin.take().unwrap(), script.as_ref());
    // Written while the answers are read: both pipes may fill.
    let output = std::thread::scope(|scope| {
        scope.spawn(move || stdin.write_all(script).unwrap());
        child.wait_with_output().unwrap()
    });
    (output.status.code(), objects(&output), text(&output.stderr))
}

/// One object for each line of the output.
#[track_caller]
pub(crate) fn objects(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[track_caller]
pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}
