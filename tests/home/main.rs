//! Coming home: a removal undoes the add, whatever happened inside meanwhile.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod blocked;
mod brought;
mod changeling;
#[path = "../command/mod.rs"]
mod command;
#[path = "../common/mod.rs"]
mod common;
mod destroyed;
mod dumps;
mod ending;
mod gone;
mod order;
mod taken;
mod twice;
mod undone;

use std::fs::File;

use command::{objects, output, text};
use common::{inside, ip, read_sysctl, veth, write_sysctl};
use serde_json::Value;

/// Runs the command, which has to succeed, and returns what it says on standard error.
#[track_caller]
fn done(line: &str) -> String {
    let output = output(line);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{line}: {said}");
    said
}

/// Runs the command, which has to fail with this exit status, and returns its error object.
#[track_caller]
fn failed(line: &str, status: i32) -> Value {
    let output = output(&format!("--json {line}"));
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{line}: {said}");
    objects(&output)[0]["error"].take()
}

/// The namespace that is pinned under this name.
fn pin(name: &str) -> File {
    File::open(format!("/run/netns/{name}")).unwrap()
}

/// Runs `ip` in the namespace of this name.
#[track_caller]
fn ip_of(name: &str, words: &str) -> String {
    inside(&pin(name), || ip(words))
}

/// The sources that the journal lists in the namespace `web`.
fn sources() -> Vec<String> {
    let list = objects(&output("--json list web"))[0]["result"]["interfaces"].take();
    list.as_array().unwrap().iter().map(|interface| interface["source"].as_str().unwrap().to_owned()).collect()
}

/// Creates the namespace `web`. New links use IPv6 addresses at once, here and there.
fn web() -> File {
    done("create web");
    for namespace in [File::open("/proc/thread-self/ns/net").unwrap(), pin("web")] {
        inside(&namespace, || write_sysctl("ipv6/conf/default/accept_dad", "0"));
    }
    pin("web")
}

/// Creates the link `nic` with its other end `far`, both up.
fn nic() {
    veth("nic", "far");
    ip("link set far addrgenmode none");
    ip("link set far up");
    ip("link set nic up");
    common::until(|| common::operstate("nic") == "UP");
}

/// The link `nic` with everything permanent that a link can have at home.
fn rich_nic() {
    nic();
    common::bridge("lan");
    // Or its MAC would be that of its lowest port.
    ip("link set lan address 02:00:00:00:00:aa");
    for words in [
        "set nic alias uplink",
        "set nic mtu 1480",
        "set nic txqueuelen 77",
        "set nic group 5",
        "set nic allmulticast on",
        "set nic addrgenmode none",
        "property add dev nic altname uplink-of-the-host altname wan",
        "set nic master lan",
        "set nic type bridge_slave cost 7 priority 3 hairpin on isolated on",
    ] {
        ip(&format!("link {words}"));
    }
    write_sysctl("ipv4/conf/nic/rp_filter", "2");
    write_sysctl("ipv6/conf/nic/accept_ra", "0");
    for address in ["10.1.0.1/24 brd +", "10.1.0.2/24", "10.1.1.1 peer 10.1.1.2/32", "fd00:1::1/64", "fe80::1:1/64"] {
        ip(&format!("addr add {address} dev nic"));
    }
    for route in [
        "default via 10.1.0.254 metric 50",
        "172.16.0.0/16 via 10.1.0.9",
        "172.17.0.0/16 dev nic table 101 proto static",
        "fd00:a::/48 via fd00:1::9",
        "fd00:b::/48 dev nic table 101",
    ] {
        ip(&format!("route add {route}"));
    }
    ip("neigh add 10.1.0.9 lladdr 02:00:00:00:00:99 nud permanent dev nic");
    ip("neigh add fd00:1::9 lladdr 02:00:00:00:00:99 nud permanent dev nic");
    assert_eq!(read_sysctl("ipv4/conf/nic/rp_filter"), "2");
}
