//! The commands `monitor` and `wait`.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, clippy::indexing_slicing, reason = "tests")]

mod command;
mod common;

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use command::{batch, netgraft, objects, output, text};
use common::{in_netns, ip, veth};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

/// The command while it watches, and its lines.
struct Watching {
    command: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Watching {
    fn new(words: &[&str]) -> Self {
        let mut command = netgraft(words).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(command.stdout.take().unwrap()).lines();
        Self { command, lines }
    }

    /// Reads lines until one that is wanted.
    #[track_caller]
    fn until(&mut self, is_wanted: impl Fn(&str) -> bool) -> String {
        self.lines.by_ref().map(Result::unwrap).find(|line| is_wanted(line)).expect("the line")
    }
}

#[test]
fn monitor_prints_a_line_for_each_event_until_a_signal_ends_the_command() {
    in_netns(|| {
        assert_eq!(batch("", "create web\nadd web br0 --create bridge --name lan0 --ipv4 10.0.0.1/24").0, Some(0));
        let mut text = Watching::new(&["monitor", "web"]);
        let mut json = Watching::new(&["--json", "monitor", "web"]);
        assert!(text.until(|line| line.contains("lan0")).starts_with("appeared: lan0 (2)"));
        let object = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        let first = object(&json.until(|line| line.contains("lan0")));
        assert_eq!((first["event"].as_str(), first["source"].as_str()), (Some("appeared"), Some("br0")));
        assert_eq!((first["namespace"].as_str(), &first["ipv4"][0]), (Some("/run/netns/web"), &"10.0.0.1/24".into()));
        ip("-n web addr del 10.0.0.1/24 dev lan0");
        let lost = object(&json.until(|line| line.contains("address-lost")));
        assert_eq!((lost["address"].as_str(), lost["name"].as_str()), (Some("10.0.0.1/24"), Some("lan0")));
        assert!(text.until(|line| line.starts_with("address-lost")).contains("interface br0, 10.0.0.1/24"));
        for watching in [&mut text, &mut json] {
            kill(Pid::from_raw(watching.command.id() as i32), Signal::SIGTERM).unwrap();
            assert_eq!(watching.command.wait().unwrap().signal(), Some(libc::SIGTERM));
        }
    });
}

#[test]
fn monitor_ends_when_nobody_reads_its_lines() {
    in_netns(|| {
        let mut watching = Watching::new(&["monitor"]);
        watching.until(|line| line.contains("lo"));
        drop(watching.lines);
        let begun = Instant::now();
        // The kernel may take several changes for one.
        while watching.command.try_wait().unwrap().is_none() {
            assert!(begun.elapsed() < Duration::from_secs(20));
            ip("link add x type bridge");
            ip("link del x");
        }
        assert_eq!(watching.command.wait().unwrap().code(), Some(1));
    });
}

#[test]
fn wait_returns_the_link_or_fails_in_time() {
    in_netns(|| {
        let waiting = netgraft(["--json", "wait", "current", "veth1", "--for", "running", "--wait", "20s"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        veth("veth1", "veth2");
        ip("link property add dev veth1 altname the-uplink-of-the-house");
        ip("link set veth1 up");
        ip("link set veth2 up");
        let output_of_wait = waiting.wait_with_output().unwrap();
        assert!(output_of_wait.status.success());
        let link = objects(&output_of_wait).remove(0)["result"].take();
        assert_eq!((link["name"].as_str(), link["running"].as_bool()), (Some("veth1"), Some(true)));
        let mac = link["mac"].as_str().unwrap();
        for line in ["wait current the-uplink-of-the-house", &format!("wait current mac:{mac} --wait 0s")] {
            assert!(output(line).status.success(), "{line}");
        }
        for (line, status, kind) in [
            ("wait current nope --wait 50ms", 1, "timeout"),
            ("wait current veth1 --for gone --wait 50ms", 1, "timeout"),
            ("wait nope veth1", 1, "not-found"),
            ("wait current veth1 --for ever", 2, "usage"),
            ("wait current a/b", 2, "usage"),
            ("wait current mac:02 --wait 1s", 2, "usage"),
        ] {
            let output = output(&format!("--json {line}"));
            let error = objects(&output).remove(0)["error"].take();
            assert_eq!((output.status.code(), error["kind"].as_str()), (Some(status), Some(kind)), "{line}: {error}");
        }
        let gone = output("wait current nope --for gone");
        assert!(gone.status.success() && text(&gone.stdout).is_empty());
    });
}
