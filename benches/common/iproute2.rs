//! Running `ip`.

use std::io::Write;
use std::process::{Command, Stdio};

/// One process for all lines, in a namespace by name or here.
pub(crate) fn batch(namespace: Option<&str>, lines: &str) {
    let mut ip = ip(namespace).args(["-batch", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    ip.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    assert!(ip.wait().unwrap().success(), "{lines}");
}

/// One process for each line.
pub(crate) fn commands(namespace: Option<&str>, lines: &str) {
    for line in lines.lines() {
        assert!(ip(namespace).args(line.split(' ')).status().unwrap().success(), "{line}");
    }
}

/// What is beside netgraft, by its own words.
pub(crate) fn version() -> String {
    let output = ip(None).arg("-V").output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    said.split(' ')
        .find(|word| word.starts_with("iproute2-"))
        .map_or("iproute2", |word| word.trim_end_matches(','))
        .to_owned()
}

fn ip(namespace: Option<&str>) -> Command {
    let mut ip = Command::new("ip");
    ip.args(namespace.iter().flat_map(|name| ["-n", name]));
    ip
}
