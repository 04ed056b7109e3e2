//! What one add, or one change, does in all: driven through the command, compared with what `ip` and `bridge` tell.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

mod addresses;
mod check;
mod clash;
#[path = "../command/mod.rs"]
mod command;
#[path = "../common/mod.rs"]
mod common;
mod exec;
mod finding;
mod gateway;
mod host_end;
mod kinds;
mod netns_sysctl;
mod plan;
mod probe;
mod reasons;
mod signals;
mod verify;

use std::fs::File;

use command::{objects, output, text};
use common::{assert_as_before, ip, ip_json_in, settled, veth};
use serde_json::Value;

/// The file of the namespace `web`.
fn web() -> File {
    File::open("/run/netns/web").unwrap()
}

/// A namespace `web`; and here `veth1`, whose other end `veth1-host` is up with 10.0.0.1/24 and fd00::1/64.
fn world() -> File {
    veth("veth1", "veth1-host");
    ip("link set veth1-host addrgenmode none");
    ip("link set veth1-host up");
    ip("addr add 10.0.0.1/24 dev veth1-host");
    ip("addr add fd00::1/64 dev veth1-host nodad");
    ok("create web");
    web()
}

/// Returns the result of a command line that has to succeed.
#[track_caller]
fn ok(line: &str) -> Value {
    let output = output(&format!("--json {line}"));
    assert!(output.status.success(), "{line}: {}", text(&output.stderr));
    objects(&output).remove(0)["result"].take()
}

/// Fails with this kind and these words, and leaves everything as it was.
#[track_caller]
fn refused(line: &str, kind: &str, words: &[&str]) {
    let (here, inside) = (settled(&host()), settled(&web()));
    let output = output(&format!("--json {line}"));
    let object = objects(&output).remove(0);
    let error = &object["error"];
    let found = error["kind"].as_str().unwrap();
    // What the library refuses is still called as what the grammar refuses.
    let is_known = found == kind || (kind, found) == ("invalid-argument", "usage");
    assert!(is_known, "{line}: {object}");
    assert_eq!(output.status.code(), Some(if found == "usage" { 2 } else { 1 }), "{line}: {object}");
    assert_eq!(error["left"], "as before", "{line}: {object}");
    for word in words {
        assert!(error["message"].as_str().unwrap().contains(word), "{line}: no {word:?} in {error}");
    }
    assert_as_before(&here, &host());
    assert_as_before(&inside, &web());
}

fn host() -> File {
    File::open("/proc/thread-self/ns/net").unwrap()
}

/// What `ip -d -j link show` tells of a link.
#[track_caller]
fn shown(namespace: &File, name: &str) -> Value {
    ip_json_in(namespace, &format!("addr show dev {name}"))[0].take()
}

/// Whether the bridges of this kernel keep VLANs apart (CONFIG_BRIDGE_VLAN_FILTERING).
fn bridges_filter_vlans() -> bool {
    let words = "link add probe type bridge vlan_filtering 1";
    let made = std::process::Command::new("ip").args(words.split(' ')).output().unwrap().status.success();
    if made {
        ip("link del probe");
    }
    assert!(made || std::env::var_os("NETGRAFT_REQUIRE_KINDS").is_none(), "this kernel's bridges have to filter VLANs");
    made
}
