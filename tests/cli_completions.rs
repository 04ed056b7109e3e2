//! The completions in the real shells: what a user sees who types a line and presses Tab.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests")]

mod command;
mod common;

use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use command::{batch, text};
use common::in_netns;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/completions");
const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];
/// How long a shell may take.
const LIMIT: Duration = Duration::from_secs(30);

/// Lines, and what each shell offers behind them.
const LINES: [(&str, &[&str]); 10] = [
    ("netgraft res", &["restore"]),
    ("netgraft remove ", &["current", "web"]),
    ("netgraft remove web ", &["outer0"]),
    ("netgraft --state-dir /run/netgraft stats web ", &["outer0"]),
    ("netgraft add web bridge", &["bridge7"]),
    ("netgraft add web x --create mac", &["macvlan", "macvtap"]),
    ("netgraft add web x --create veth,peer=y,bri", &["bridge7"]),
    ("netgraft add web x --master ", &["outer0"]),
    ("netgraft gateway web ", &["get", "set", "unset"]),
    ("netgraft alias web add ", &["inner0", "lo"]),
];

#[test]
fn each_shell_offers_namespaces_sources_links_and_kinds() {
    if common::emulated() {
        return println!("another kernel makes no difference to the shells, which are missing there");
    }
    in_netns(|| {
        let script = "create web\nadd current bridge7 --create bridge\n\
                      add web outer0 --create veth,peer=peer0 --name inner0";
        assert_eq!(batch("", script).0, Some(0));
        for shell in SHELLS {
            for (line, offered) in LINES {
                offers(shell, line, offered);
            }
        }
    });
}

#[test]
fn no_shell_runs_what_a_name_says() {
    if common::emulated() {
        return println!("another kernel makes no difference to the shells, which are missing there");
    }
    in_netns(|| {
        let script = "create web\nadd web '$(touch${IFS}a)' --create bridge";
        assert_eq!(batch("", script).0, Some(0));
        for shell in SHELLS {
            offers(shell, "netgraft remove web ", &["(touch"]);
            offers(shell, "netgraft alias web add ", &["(touch"]);
            assert!(!Path::new("a").exists(), "{shell} ran the name of a link");
        }
    });
}

/// Fails unless a shell offers these words behind a line.
#[track_caller]
fn offers(shell: &str, line: &str, offered: &[&str]) {
    let seen = if shell == "fish" { completed_by_fish(line) } else { Terminal::new(shell).completed(line, offered) };
    for word in offered {
        assert!(seen.contains(word), "{shell}: {line}: {word} in {seen:?}");
    }
}

/// Asks fish, which answers without a terminal.
fn completed_by_fish(line: &str) -> String {
    let script = format!("source {FOLDER}/netgraft.fish; complete -C $argv");
    let output = command_of("fish", &["--no-config", "-c", &script, line]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    text(&output.stdout)
}

/// A program that finds the command under test by its name.
fn command_of(program: &str, arguments: &[&str]) -> Command {
    let folder = Path::new(env!("CARGO_BIN_EXE_netgraft")).parent().unwrap().display().to_string();
    let path = std::env::var("PATH").unwrap();
    let mut command = Command::new(program);
    command.args(arguments).env("PATH", format!("{folder}:{path}")).env("TERM", "dumb");
    command
}

/// A shell on a terminal.
struct Terminal {
    shell: Child,
    shown: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    fn new(shell: &str) -> Self {
        let (start, setup) = match shell {
            "bash" => (
                "bash --norc --noprofile -i",
                format!("source {FOLDER}/netgraft.bash; bind 'set show-all-if-ambiguous on'"),
            ),
            _ => ("zsh -f -i", format!("fpath=({FOLDER} $fpath); autoload -U compinit; compinit -u -D")),
        };
        let mut child = command_of("script", &["-qec", start, "/dev/null"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut output = child.stdout.take().unwrap();
        let (show, shown) = mpsc::channel();
        thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = output.read(&mut buffer) {
                if show.send(buffer.iter().take(length).copied().collect()).is_err() {
                    return;
                }
            }
        });
        let mut terminal = Self { shell: child, shown, seen: String::new() };
        // The sum is not among the words that are typed.
        terminal.type_in(&format!("{setup}; PS1=$'\\n> '; echo set up $((40 + 2))\n"));
        terminal.wait_for(&["set up 42", "\n> "]);
        terminal.seen.clear();
        terminal
    }

    /// Returns what the terminal shows behind a line, as soon as all of these words are there.
    fn completed(&mut self, line: &str, offered: &[&str]) -> String {
        // A second Tab lists the candidates where there are several.
        self.type_in(&format!("{line}\t\t"));
        self.wait_for(offered);
        self.seen.clone()
    }

    fn type_in(&mut self, text: &str) {
        let mut input = self.shell.stdin.as_ref().unwrap();
        input.write_all(text.as_bytes()).unwrap();
    }

    fn wait_for(&mut self, words: &[&str]) {
        let end = Instant::now() + LIMIT;
        while !words.iter().all(|word| self.seen.contains(word)) {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(bytes) = self.shown.recv_timeout(left) else { return };
            self.seen += &text(&bytes);
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.shell.kill().unwrap();
        self.shell.wait().unwrap();
    }
}
