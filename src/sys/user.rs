//! Who the caller is.

use std::fs;
use std::os::unix::fs::MetadataExt;

/// `PROC_USER_INIT_INO` of linux/proc_ns.h: the inode number of the initial user namespace.
const INITIAL_USER_NAMESPACE: u64 = 0xefff_fffd;
/// `CAP_SYS_ADMIN` of linux/capability.h.
const CAP_SYS_ADMIN: u32 = 21;

/// The effective user (geteuid(2)).
pub(crate) fn effective() -> u32 {
    // SAFETY: geteuid takes nothing and cannot fail.
    unsafe { libc::geteuid() }
}

/// The user that files of users without a number here are shown to belong to.
pub(crate) fn overflow() -> u32 {
    let told = fs::read_to_string("/proc/sys/kernel/overflowuid").ok();
    told.and_then(|told| told.trim_end().parse().ok()).unwrap_or(65534)
}

/// Tells whether the caller has `CAP_SYS_ADMIN` over every namespace. False also where that is not known.
pub(crate) fn is_admin_of_all() -> bool {
    let initial = fs::metadata("/proc/self/ns/user").is_ok_and(|found| found.ino() == INITIAL_USER_NAMESPACE);
    initial && effective_capabilities().is_some_and(|capabilities| capabilities >> CAP_SYS_ADMIN & 1 == 1)
}

fn effective_capabilities() -> Option<u64> {
    let status = fs::read_to_string("/proc/thread-self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"))?;
    u64::from_str_radix(line.trim(), 16).ok()
}
