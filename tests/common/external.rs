//! The truth from outside: `ip`, `ping` and /proc/sys, never the library under test.

use std::ffi::OsStr;
use std::fs::File;
use std::io::Write;
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};

use netgraft::Namespace;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, setns};
use serde_json::Value;

/// What has a network namespace's file.
pub(crate) trait Inside: Sync {
    fn file(&self) -> OwnedFd;
}

impl Inside for File {
    fn file(&self) -> OwnedFd {
        self.try_clone().unwrap().into()
    }
}

impl Inside for Namespace {
    fn file(&self) -> OwnedFd {
        self.try_clone_fd().unwrap()
    }
}

/// Runs a closure on a thread inside a network namespace; processes it starts are inside, too.
pub(crate) fn inside<T: Send>(namespace: &impl Inside, f: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            setns(namespace.file(), CloneFlags::CLONE_NEWNET).unwrap();
            f()
        });
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// `ip` with these words, in the calling thread's namespace.
#[track_caller]
pub(crate) fn ip(words: &str) -> String {
    ip_os(words.split_whitespace())
}

/// `ip -batch` with these lines: many commands in one process.
#[track_caller]
pub(crate) fn ip_batch(lines: &str) {
    let mut ip = Command::new("ip").args(["-batch", "-"]).stdin(Stdio::piped()).spawn().unwrap();
    ip.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    assert!(ip.wait().unwrap().success());
}

/// `ip` inside a namespace.
pub(crate) fn ip_in(namespace: &impl Inside, words: &str) -> String {
    inside(namespace, || ip(words))
}

/// `ip -d -j` with these words.
#[track_caller]
pub(crate) fn ip_json(words: &str) -> Value {
    let text = ip(&format!("-d -j {words}"));
    // `ip` prints nothing at all for an empty list.
    if text.trim().is_empty() { Value::Array(Vec::new()) } else { serde_json::from_str(&text).unwrap() }
}

/// `ip -d -j` inside a namespace.
pub(crate) fn ip_json_in(namespace: &impl Inside, words: &str) -> Value {
    inside(namespace, || ip_json(words))
}

/// `ip` with arguments that need not be UTF-8.
#[track_caller]
pub(crate) fn ip_os(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> String {
    run(Command::new("ip").args(arguments))
}

/// Three answers to `ping`, patiently: the first packets may fall into neighbour discovery.
#[track_caller]
pub(crate) fn ping(address: &str) {
    run(Command::new("ping").args(["-n", "-i", "0.2", "-c", "3", "-w", "10", address]));
}

/// `ping` from inside a namespace.
pub(crate) fn ping_in(namespace: &impl Inside, address: &str) {
    inside(namespace, || ping(address));
}

/// A file below /proc/sys/net, as the calling thread's namespace has it: `ipv4/conf/eth0/rp_filter`.
#[track_caller]
pub(crate) fn read_sysctl(key: &str) -> String {
    let path = format!("/proc/sys/net/{key}");
    match std::fs::read_to_string(&path) {
        Ok(text) => text.trim_end().to_owned(),
        Err(error) => panic!("{path}: {error}"),
    }
}

/// Writes a file below /proc/sys/net.
#[track_caller]
pub(crate) fn write_sysctl(key: &str, value: &str) {
    let path = format!("/proc/sys/net/{key}");
    std::fs::write(&path, value).unwrap_or_else(|error| panic!("{path}: {error}"));
}

/// Makes /proc/sys read-only, as container runtimes do. What has it open already can still write.
pub(crate) fn forbid_sysctls() {
    let (none, sys) = (None::<&str>, "/proc/sys");
    mount(Some(sys), sys, none, MsFlags::MS_BIND, none).unwrap();
    // Kept as they are: a mount of another owner may not lose them.
    let locked = MsFlags::MS_NOSUID | MsFlags::MS_NODEV | MsFlags::MS_NOEXEC;
    mount(none, sys, none, MsFlags::MS_BIND | MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY | locked, none).unwrap();
    assert!(std::fs::write("/proc/sys/net/ipv4/conf/lo/rp_filter", "1").is_err());
}

/// What a program printed; it has to succeed.
#[track_caller]
fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{stdout}{stderr}", output.status);
    stdout
}
