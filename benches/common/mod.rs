//! What benches share: worlds, ways that stand beside each other, and tables of medians, ratios and budgets.
#![allow(dead_code, unused_imports, reason = "helpers of benches: each uses some of them")]

pub(crate) mod beside;
pub(crate) mod contest;
#[path = "../../tests/common/external.rs"]
pub(crate) mod external;
pub(crate) mod iproute2;
pub(crate) mod memory;
pub(crate) mod message;
pub(crate) mod peers;
pub(crate) mod plot;
pub(crate) mod raw;
pub(crate) mod same;
pub(crate) mod table;
#[path = "../../tests/common/tools.rs"]
pub(crate) mod tools;
pub(crate) mod ways;
pub(crate) mod world;

use std::time::{Duration, Instant};

pub(crate) use external::{inside, ip, ip_in, ip_json};
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getegid, geteuid};

/// Installs what is missing, then secludes the process.
pub(crate) fn prepare() {
    tools::ensure();
    peers::ensure();
    seclude();
}

/// Gives the process a network namespace and an empty `/run` of its own, as root there. Only possible
/// before it has threads.
pub(crate) fn seclude() {
    let (uid, gid) = (geteuid(), getegid());
    let namespaces = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS;
    if uid.is_root() {
        unshare(namespaces).expect("namespaces");
    } else {
        unshare(namespaces | CloneFlags::CLONE_NEWUSER).expect("namespaces of a user");
        for (file, text) in
            [("setgroups", "deny"), ("uid_map", &format!("0 {uid} 1")), ("gid_map", &format!("0 {gid} 1"))]
        {
            std::fs::write(format!("/proc/self/{file}"), text).expect("to be root in the user namespace");
        }
    }
    let none = None::<&str>;
    mount(none, "/", none, MsFlags::MS_REC | MsFlags::MS_PRIVATE, none).expect("mounts of its own");
    mount(Some("run"), "/run", Some("tmpfs"), MsFlags::empty(), none).expect("a /run of its own");
}

/// How long a call takes.
pub(crate) fn timed<T>(call: impl FnOnce() -> T) -> (Duration, T) {
    let start = Instant::now();
    let result = call();
    (start.elapsed(), result)
}

/// Runs the contestants in turn, A B C A B C …, so that whatever else the machine does meets them all.
pub(crate) fn interleave<T, const N: usize>(rounds: usize, mut contestants: [&mut dyn FnMut() -> T; N]) -> Vec<[T; N]> {
    let mut round = || contestants.each_mut().map(|contestant| contestant());
    // The first finds cold caches.
    round();
    (0..rounds).map(|_| round()).collect()
}

/// Stands in a trace of system calls where what is counted begins and ends: nothing else calls getppid(2).
pub(crate) fn mark() {
    let _ = std::os::unix::process::parent_id();
}
