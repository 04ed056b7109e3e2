//! Pins beside `ip netns`, below a folder that others write, and after a process was killed.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod command;
mod common;

use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt, chown, symlink};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use command::{netgraft, output, text};
use common::{in_netns, is_inside, patience};
use nix::mount::{MsFlags, mount};
use nix::unistd::geteuid;

const NETNS: &str = "/run/netns";

/// Runs a line of `netgraft` or `ip`, which has to succeed.
#[track_caller]
fn done(line: &str) {
    let (program, words) = line.split_once(' ').unwrap();
    let output = match program {
        "netgraft" => output(words),
        _ => Command::new(program).args(words.split(' ')).output().unwrap(),
    };
    assert!(output.status.success(), "{line}: {} {}", output.status, text(&output.stderr));
}

fn names() -> Vec<String> {
    // None where the process was killed before it made the folder.
    let entries = fs::read_dir(NETNS).into_iter().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

/// What each propagation of /run has to allow, in every order.
fn all_orders(propagation: MsFlags) {
    let none = None::<&str>;
    mount(Some("run"), "/run", Some("tmpfs"), MsFlags::empty(), none).unwrap();
    mount(none, "/run", none, propagation, none).unwrap();
    let makes = ["netgraft create", "ip netns add"];
    let takes = ["netgraft destroy", "ip netns del"];
    for first in makes {
        for second in makes {
            for (take_first, take_second) in takes.iter().flat_map(|one| takes.map(|other| (*one, other))) {
                for order in [["a", "b"], ["b", "a"]] {
                    done(&format!("{first} a"));
                    done(&format!("{second} b"));
                    assert_eq!(names(), ["a", "b"]);
                    let listed = Command::new("ip").args(["netns", "list"]).output().unwrap();
                    assert_eq!(text(&listed.stdout).lines().count(), 2);
                    done(&format!("{take_first} {}", order[0]));
                    done(&format!("{take_second} {}", order[1]));
                    assert_eq!(names(), [""; 0]);
                }
            }
        }
    }
}

#[test]
fn netgraft_and_ip_netns_in_any_order_on_a_private_run() {
    in_netns(|| all_orders(MsFlags::MS_PRIVATE));
}

#[test]
fn netgraft_and_ip_netns_in_any_order_on_a_shared_run() {
    in_netns(|| all_orders(MsFlags::MS_SHARED));
}

#[test]
fn netgraft_and_ip_netns_in_any_order_on_a_slave_run() {
    in_netns(|| {
        let none = None::<&str>;
        mount(Some("run"), "/run", Some("tmpfs"), MsFlags::empty(), none).unwrap();
        mount(none, "/run", none, MsFlags::MS_SHARED, none).unwrap();
        nix::sched::unshare(nix::sched::CloneFlags::CLONE_NEWNS).unwrap();
        mount(none, "/run", none, MsFlags::MS_SLAVE, none).unwrap();
        all_orders(MsFlags::MS_SLAVE);
    });
}

#[test]
fn what_a_killed_process_leaves_is_nothing_to_the_next() {
    in_netns(|| {
        for round in 0..60u64 {
            for words in ["create web", "destroy web"] {
                let mut child = netgraft(words.split(' ')).stderr(std::process::Stdio::null()).spawn().unwrap();
                std::thread::sleep(Duration::from_micros(100 * (round % 30) + 500));
                let _ = child.kill();
                let _ = child.wait();
            }
            match round % 2 {
                0 => done("netgraft destroy web --if-exists"),
                _ => done("netgraft create web --replace"),
            }
            let _ = output("destroy web");
            assert_eq!(names(), [""; 0]);
        }
        // As both leave it.
        File::create("/run/netns/web").unwrap();
        done("netgraft create web");
        done("netgraft destroy web");
        File::create("/run/netns/web").unwrap();
        done("netgraft destroy web");
        assert_eq!(names(), [""; 0]);
    });
}

#[test]
fn nobody_blocks_a_pin_by_locking_the_folder() {
    in_netns(|| {
        done("netgraft create web");
        let folder = File::open(NETNS).unwrap();
        folder.lock().unwrap();
        let begin = std::time::Instant::now();
        done("netgraft create other");
        done("netgraft destroy other");
        done("netgraft destroy web");
        assert!(begin.elapsed() < patience(Duration::from_secs(1)), "{:?}", begin.elapsed());
    });
}

/// Root in the folder of a user who swaps it with a link to a folder of root's.
#[test]
fn a_folder_that_is_swapped_leads_nowhere_else() {
    if !geteuid().is_root() {
        return eprintln!("skipped: takes a second user");
    }
    in_netns(|| {
        const USER: u32 = 1234;
        for folder in ["/run/home", "/run/home/real", "/run/root"] {
            fs::create_dir(folder).unwrap();
        }
        for folder in ["/run/home", "/run/home/real"] {
            chown(folder, Some(USER), Some(USER)).unwrap();
        }
        symlink("/run/root", "/run/home/link").unwrap();
        std::os::unix::fs::lchown("/run/home/link", Some(USER), Some(USER)).unwrap();
        fs::rename("/run/home/real", "/run/home/pins").unwrap();
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                // RENAME_EXCHANGE, as fast as it goes.
                while !stop.load(Ordering::Relaxed) {
                    let here = nix::fcntl::AT_FDCWD;
                    let swap = nix::fcntl::RenameFlags::RENAME_EXCHANGE;
                    let _ = nix::fcntl::renameat2(here, "/run/home/pins", here, "/run/home/link", swap);
                }
            });
            for round in 0..100 {
                File::create("/run/root/web").unwrap();
                let namespace = netgraft::Namespace::create("/run/home/pins/web");
                if let Ok(namespace) = &namespace {
                    let _ = namespace.destroy();
                }
                let root = fs::metadata("/run/root/web").unwrap();
                assert!(root.is_file() && root.uid() == 0, "round {round}");
                let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap();
                assert!(!mounts.contains(" /run/root/"), "round {round}: {mounts}");
                fs::remove_file("/run/root/web").unwrap();
                for left in ["/run/home/pins/web", "/run/home/link/web"] {
                    let _ = nix::mount::umount2(left, nix::mount::MntFlags::MNT_DETACH);
                    let _ = fs::remove_file(left);
                }
            }
            stop.store(true, Ordering::Relaxed);
        });
        assert!(is_inside() && Path::new("/run/root").exists());
    });
}
