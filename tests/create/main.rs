//! Links of each kind, made directly in their namespace under their final name; and nothing left of those that fail.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod bridge;
#[path = "../common/mod.rs"]
mod common;
mod dummy;
mod ipvlan;
mod macvlan;
mod undo;
mod veth;
mod vxlan;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::Duration;

use common::{assert_lacking, in_netns, ip, ip_json_in, kernel_makes, refused};
use netgraft::{ErrorKind, Ipvlan, Link, Macvlan, Namespace, Netkit, VethPeer, Vlan, Vxlan};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

#[track_caller]
fn shown(namespace: &Namespace, name: &str) -> Value {
    ip_json_in(namespace, &format!("addr show dev {name}"))[0].take()
}

/// What `ip monitor link` prints in the host while something is done.
fn watched(what: impl FnOnce()) -> String {
    let mut monitor = Command::new("ip").args(["monitor", "link"]).stdout(Stdio::piped()).spawn().unwrap();
    let seen = Mutex::new(String::new());
    std::thread::scope(|scope| {
        let lines = BufReader::new(monitor.stdout.take().unwrap()).lines();
        scope.spawn(|| lines.for_each(|line| seen.lock().unwrap().push_str(&(line.unwrap() + "\n"))));
        // Links of our own say that it has begun and that it has seen everything.
        let wait_for = |name: &str| {
            while !seen.lock().unwrap().contains(name) {
                ip(&format!("link add {name} type veth peer {name}x"));
                ip(&format!("link del {name}"));
                std::thread::sleep(Duration::from_millis(10));
            }
        };
        wait_for("begin");
        what();
        wait_for("end");
        kill(Pid::from_raw(monitor.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
    });
    monitor.wait().unwrap();
    seen.into_inner().unwrap()
}

#[test]
fn names_that_cannot_be_are_refused_when_given() {
    for bad in ["", ".", "..", "a/b", "a b", "eth%d", "sixteen-bytes-xx", "a:b", "tab\there", "nul\0"] {
        refused(Link::bridge(bad), ErrorKind::InvalidName);
        refused(Link::in_place(bad), ErrorKind::InvalidName);
        refused(Link::dummy(bad), ErrorKind::InvalidName);
    }
    in_netns(|| {
        let host = Namespace::current().unwrap();
        refused(Link::existing(&host, "a/b"), ErrorKind::InvalidName);
        let wrong_options = [
            (Link::veth(VethPeer::new(&host, "a/b")), "the other end: "),
            (Link::veth_named("v", VethPeer::new(&host, "a/b")), "the other end: "),
            (Link::veth(VethPeer::new(&host, "ab").bridge("a/b")), "the bridge of the other end: "),
            (Link::netkit(Netkit::new(VethPeer::new(&host, "a/b"))), "the other end: "),
            (Link::macvlan("v", Macvlan::on(&host, "a/b")), "the parent: "),
            (Link::ipvlan("v", Ipvlan::on(&host, "a/b")), "the parent: "),
            (Link::vlan("v", Vlan::on(&host, "a/b", 7)), "the parent: "),
            (Link::vxlan("v", Vxlan::new(&host, 1).parent("a/b")), "the parent: "),
        ];
        for (link, option) in wrong_options {
            let error = refused(link, ErrorKind::InvalidName);
            assert!(error.starts_with(option), "{error}");
        }
        refused(Link::veth(VethPeer::new(&host, "web%d")), ErrorKind::InvalidName);
    });
}
