//! The descriptors that a process begins with: opens the standard ones that are missing, and closes the rest.
#![allow(unsafe_code, reason = "std ends the process before `main` where a standard descriptor cannot be opened")]

use std::fs;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
use std::process;

use nix::fcntl::{OFlag, open};
use nix::sys::resource::{Resource, getrlimit};
use nix::sys::stat::Mode;
use nix::unistd::{close, pipe};

/// The exit status of a failure.
const FAILED: i32 = 1;
/// The first descriptor that is no standard one.
const FIRST: RawFd = 3;

// SAFETY: the section holds pointers to functions that the C library calls once, before `main`; this function uses only
// system calls and what of std needs no start.
#[used]
#[unsafe(link_section = ".init_array")]
static BEFORE_MAIN: extern "C" fn() = open_missing;

/// Opens the standard descriptors that are closed, or a netlink socket would be standard output. The runtime of std does
/// the same, but aborts where there is no /dev/null.
extern "C" fn open_missing() {
    loop {
        match open_lowest() {
            Ok(file) if file.as_raw_fd() >= FIRST => return,
            // Stays open for as long as the process runs.
            Ok(file) => _ = file.into_raw_fd(),
            Err(errno) => {
                // Standard error may be the one that is missing.
                _ = writeln!(io::stderr(), "error: open a closed standard descriptor: {errno}");
                process::exit(FAILED);
            }
        }
    }
}

/// Opens /dev/null at the lowest free number. Without /dev, opens a pipe whose other end is closed: a read finds its end,
/// and std takes a write for done.
fn open_lowest() -> nix::Result<OwnedFd> {
    open("/dev/null", OFlag::O_RDWR, Mode::empty()).or_else(|_| pipe().map(|(reader, _)| reader))
}

/// Closes all descriptors that the process was started with beside the standard ones, such as a lock of the caller. Called
/// before the process opens any of its own.
pub(crate) fn close_inherited() {
    for descriptor in inherited() {
        // Not open: the descriptor that read the folder, or a guess without /proc.
        _ = close(descriptor);
    }
}

fn inherited() -> Vec<RawFd> {
    let number = |entry: fs::DirEntry| entry.file_name().to_str()?.parse().ok();
    match fs::read_dir("/proc/self/fd") {
        Ok(folder) => folder.flatten().filter_map(number).filter(|descriptor| *descriptor >= FIRST).collect(),
        // Without /proc, all possible numbers.
        Err(_) => {
            let most = getrlimit(Resource::RLIMIT_NOFILE).map_or(1024, |(soft, _)| soft);
            (FIRST..RawFd::try_from(most).unwrap_or(RawFd::MAX)).collect()
        }
    }
}
