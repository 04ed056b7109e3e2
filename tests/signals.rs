//! No handler of the program runs on a thread that is inside a namespace, but for the closures that it runs there itself.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use common::{World, in_netns, named};
use netgraft::{Announce, Namespace};
use nix::libc;
use nix::sys::signal::{SaFlags, SigAction, SigHandler, SigSet, Signal, sigaction};

static HANDLED: AtomicU32 = AtomicU32::new(0);

extern "C" fn count(_: libc::c_int) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

#[allow(unsafe_code, reason = "sigaction(2)")]
fn handle(signal: Signal) {
    let action = SigAction::new(SigHandler::Handler(count), SaFlags::SA_RESTART, SigSet::empty());
    // SAFETY: the handler adds to an atomic number, and that is all.
    unsafe { sigaction(signal, &action) }.unwrap();
}

/// Sends a signal to each thread of the library's that is there at the moment, and tells how many those were.
#[allow(unsafe_code, reason = "tgkill(2)")]
fn signal_all(signal: Signal) -> u32 {
    let mut sent = 0;
    for thread in fs::read_dir("/proc/self/task").unwrap() {
        let path = thread.unwrap().path();
        let is_ours = fs::read_to_string(path.join("comm")).is_ok_and(|name| name.trim_end() == "netgraft");
        if is_ours {
            let id: libc::pid_t = path.file_name().unwrap().to_str().unwrap().parse().unwrap();
            // SAFETY: tgkill takes no pointers.
            let result = unsafe { libc::syscall(libc::SYS_tgkill, std::process::id(), id, signal as libc::c_int) };
            sent += u32::from(result == 0);
        }
    }
    sent
}

#[test]
fn no_handler_runs_inside() {
    in_netns(|| {
        handle(Signal::SIGUSR1);
        let world = World::with_veth();
        let (done, sent) = (AtomicBool::new(false), AtomicU32::new(0));
        thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    sent.fetch_add(signal_all(Signal::SIGUSR1), Ordering::Relaxed);
                }
            });
            for _ in 0..200 {
                drop(Namespace::open("/run/netns/web").unwrap());
                drop(Namespace::create_anonymous().unwrap());
                let config = named("eth0").address(common::parse("10.0.0.2/24")).announce(Announce::default());
                world.add("veth1", config).unwrap().remove().unwrap();
            }
            done.store(true, Ordering::Relaxed);
        });
        assert!(sent.load(Ordering::Relaxed) > 0, "no thread was met");
        assert_eq!(HANDLED.load(Ordering::Relaxed), 0, "of {sent:?}");
    });
}

/// The program's closures see the mask of their caller.
#[test]
fn a_closure_has_its_callers_mask() {
    in_netns(|| {
        let world = World::new();
        let mut mask = SigSet::empty();
        mask.add(Signal::SIGUSR2);
        mask.thread_set_mask().unwrap();
        let inside = world.web.run(|| SigSet::thread_get_mask().unwrap()).unwrap();
        assert!(inside.contains(Signal::SIGUSR2));
        assert!(!inside.contains(Signal::SIGUSR1) && !inside.contains(Signal::SIGTERM));
    });
}
