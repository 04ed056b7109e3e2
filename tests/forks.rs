//! Processes that fork while an operation is under way, and children that live on without exec(2).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use common::{World, in_netns, named, on_log, patience};
use netgraft::Namespace;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::{ForkResult, Pid, fork};

const JOURNAL: &str = "/run/journal";

/// A child that sleeps, with a copy of everything that its parent had open. Killed at the end.
struct Child(Pid);

impl Child {
    #[allow(unsafe_code, reason = "fork(2)")]
    fn sleeping() -> Self {
        // SAFETY: the child calls sleep(3) and _exit(2) alone, which are safe there.
        match unsafe { fork() }.unwrap() {
            ForkResult::Parent { child } => Self(child),
            ForkResult::Child => loop {
                nix::unistd::pause();
            },
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        let _ = kill(self.0, Signal::SIGKILL);
        let _ = waitpid(self.0, None);
    }
}

/// The child has a copy of each descriptor that the add had open in its midst.
#[test]
fn locks_end_with_the_operation() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.keep_journal(JOURNAL).unwrap();
        static CHILD: Mutex<Option<Child>> = Mutex::new(None);
        on_log(|line| {
            if line.contains("set eth0 up") {
                CHILD.lock().unwrap().get_or_insert_with(Child::sleeping);
            }
        });
        world.add("veth1", named("eth0")).unwrap();
        assert!(CHILD.lock().unwrap().is_some(), "no child was forked in the midst of the add");
        // As another process would.
        let again = Namespace::open("/run/netns/web").unwrap();
        again.keep_journal(JOURNAL).unwrap();
        let begin = Instant::now();
        again.interface("veth1").unwrap().remove().unwrap();
        assert!(begin.elapsed() < patience(Duration::from_secs(1)));
        world.web.destroy().unwrap();
        drop(CHILD.lock().unwrap().take());
    });
}

/// Whatever the parent's other threads were doing, to drop what was inherited does not wait.
#[test]
#[allow(unsafe_code, reason = "fork(2)")]
fn a_child_drops_what_it_inherits() {
    in_netns(|| {
        let world = World::with_veth();
        let config = named("eth0").address(common::parse("10.0.0.2/24"));
        let config = config.announce(netgraft::Announce::times(3).unwrap().every(Duration::from_millis(100)).unwrap());
        let interface = world.add("veth1", config.clone()).unwrap();
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    interface.announce(config_announce()).unwrap();
                }
            });
            for _ in 0..200 {
                // SAFETY: what the child calls takes no lock that a thread of its parent may have held.
                match unsafe { fork() }.unwrap() {
                    ForkResult::Child => {
                        drop((world.web.clone(), interface.clone()));
                        // The last copies.
                        // SAFETY: the child ends without dropping `world` itself.
                        let World { host, web } = unsafe { std::ptr::read(&raw const world) };
                        drop((host, web));
                        // SAFETY: the call only ends the child.
                        unsafe { nix::libc::_exit(0) };
                    }
                    ForkResult::Parent { child } => {
                        let deadline = Instant::now() + patience(Duration::from_secs(5));
                        while waitpid(child, Some(WaitPidFlag::WNOHANG)).unwrap() == WaitStatus::StillAlive {
                            assert!(Instant::now() < deadline, "the child hangs");
                            std::thread::sleep(Duration::from_millis(1));
                        }
                    }
                }
            }
            done.store(true, Ordering::Relaxed);
        });
    });
}

fn config_announce() -> netgraft::Announce {
    netgraft::Announce::times(2).unwrap().every(Duration::from_millis(100)).unwrap()
}
