//! What all tests against the real kernel share: each runs in a process and namespaces of its own.
#![allow(
    dead_code,
    unused_imports,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests; every test file uses some of them"
)]

mod external;
mod kernel;
pub(crate) mod random;
mod rich;
mod snapshot;
pub(crate) mod tools;
pub(crate) mod traced;
mod world;

use std::ffi::CStr;
use std::io::{self, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Output};
use std::time::Duration;

use nix::fcntl::{OFlag, open};
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::{Signal, killpg};
use nix::sys::stat::Mode;
use nix::unistd::{getegid, geteuid, getpgrp, write};

pub(crate) use external::{
    forbid_sysctls, inside, ip, ip_batch, ip_in, ip_json, ip_json_in, ip_os, ping, ping_in, read_sysctl, write_sysctl,
};
pub(crate) use kernel::{assert_lacking, kernel_makes, refuses_alternative_names, said_since};
pub(crate) use rich::{rich, rich_but_down, rich_without_ipv6};
pub(crate) use snapshot::{assert_as_before, differences, settled, snapshot};
pub(crate) use tools::emulated;
pub(crate) use world::{
    World, bridge, gone, had_carrier, journal_files, keep_log, logged, named, on_log, operstate, parse, prefixed,
    refused, until, veth,
};

/// Set in the process that runs the test proper.
const MARKER: &str = "NETGRAFT_TEST_INSIDE";
/// How long a test may take before it counts as hung.
const LIMIT: Duration = Duration::from_secs(300);

/// Runs a test in a network and a mount namespace of its own, as root there: `lo` is up and `/run` empty.
///
/// The test's binary is executed once more for that test alone, because a process with threads cannot
/// enter a user namespace. Fails where the namespaces cannot be had; `NETGRAFT_SKIP_NETNS=1` makes that
/// a skip, but never under CI.
pub(crate) fn in_netns(test: impl FnOnce()) {
    if std::env::var_os(MARKER).is_some() {
        watch();
        world::keep_log();
        ip("link set lo up");
        return test();
    }
    tools::ensure();
    let name = name();
    match in_own_namespaces(&mut once_more(&name)) {
        Ok(output) => assert_passed(&name, &output),
        Err(error) if may_skip() => eprintln!("{name}: skipped, no namespaces of its own: {error}"),
        Err(error) => panic!("{name}: no namespaces of its own: {error}"),
    }
}

/// The same, but outside of its namespaces the test is no more than any user (65534): limits of resources bind it.
pub(crate) fn in_netns_as_a_user(test: impl FnOnce()) {
    if std::env::var_os(MARKER).is_some() || !geteuid().is_root() {
        return in_netns(test);
    }
    let name = name();
    assert_passed(&name, &once_more(&name).uid(65534).gid(65534).output().unwrap());
}

/// The test's name, which is its thread's.
fn name() -> String {
    let thread = std::thread::current();
    let name = thread.name().filter(|name| *name != "main").expect("a test runs in a thread of its name");
    name.to_owned()
}

/// The test's binary for that test alone.
fn once_more(name: &str) -> Command {
    // By what it is, not where: it may be in a folder that is not to be seen.
    let mut command = Command::new("/proc/self/exe");
    command.args([name, "--exact", "--include-ignored", "--nocapture", "--test-threads=1"]);
    command
}

fn assert_passed(name: &str, output: &Output) {
    let stdout = String::from_utf8_lossy(&output.stdout);
    print!("{stdout}");
    // Past the harness, which shows nothing of a test that succeeds.
    for line in stdout.lines().filter(|line| line.starts_with("COUNT ")) {
        let _ = writeln!(io::stderr(), "{line}");
    }
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{name}: {}", output.status);
    // A filter that matches nothing ends well, too.
    assert!(stdout.contains("1 passed"), "{name} did not run inside");
}

/// Whether this is the process that runs the test proper, in namespaces of its own.
pub(crate) fn is_inside() -> bool {
    std::env::var_os(MARKER).is_some()
}

/// Whether a test is to do all that it can, and not a sample of it.
pub(crate) fn whole() -> bool {
    std::env::var_os("NETGRAFT_TEST_WHOLE").is_some_and(|value| value == "1")
}

/// Time limits are for a machine like the developer's; an emulated one is given more.
pub(crate) fn patience(time: Duration) -> Duration {
    if emulated() { time * 10 } else { time }
}

fn may_skip() -> bool {
    std::env::var_os("CI").is_none() && std::env::var_os("NETGRAFT_SKIP_NETNS").is_some_and(|value| value == "1")
}

/// Ends a hung test, with all the processes it started.
fn watch() {
    let limit = if whole() { LIMIT * 30 } else { LIMIT };
    std::thread::spawn(move || {
        std::thread::sleep(patience(limit));
        eprintln!("killed: the test hung");
        killpg(getpgrp(), Signal::SIGKILL).unwrap();
    });
}

#[allow(unsafe_code, reason = "what happens between fork and exec has no safe interface")]
fn in_own_namespaces(command: &mut Command) -> io::Result<Output> {
    let (uid, gid) = (geteuid(), getegid());
    let maps = (!uid.is_root()).then(|| [format!("0 {uid} 1"), format!("0 {gid} 1")]);
    command.env(MARKER, "1").env("PATH", tools::path()).process_group(0);
    // SAFETY: the closure runs in a forked child of a process with threads, so it may only make
    // async-signal-safe calls: it makes bare system calls on constant and prepared strings.
    unsafe {
        command.pre_exec(move || Ok(enter(maps.as_ref())?));
    }
    command.output()
}

fn enter(maps: Option<&[String; 2]>) -> nix::Result<()> {
    let namespaces = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS;
    match maps {
        None => unshare(namespaces)?,
        Some([uid, gid]) => {
            unshare(namespaces | CloneFlags::CLONE_NEWUSER)?;
            put(c"/proc/self/setgroups", "deny")?;
            put(c"/proc/self/uid_map", uid)?;
            put(c"/proc/self/gid_map", gid)?;
        }
    }
    let none = None::<&CStr>;
    mount(none, c"/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none)?;
    mount(Some(c"run"), c"/run", Some(c"tmpfs"), MsFlags::empty(), none)
}

fn put(path: &CStr, text: &str) -> nix::Result<()> {
    write(open(path, OFlag::O_WRONLY, Mode::empty())?, text.as_bytes()).map(drop)
}
