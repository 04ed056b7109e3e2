//! The commands about gateways, routes, neighbours and extra addresses.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

mod command;
mod common;

use std::fs::File;

use command::{batch, objects, output, text};
use common::{in_netns, inside, ip, ip_in, read_sysctl, veth};
use serde_json::{Value, json};

/// `eth0` in `web`, 10.0.0.2 and fd00::2, with the other end up in the current namespace.
fn web() -> File {
    veth("veth1", "veth1-host");
    ip("link set veth1-host up");
    ok("create web");
    let addresses = "--ipv4 10.0.0.2/24 --ipv6 fd00::2/64 --route 0.0.0.0/0";
    ok(&format!("add web veth1 --name eth0 {addresses} --announce 0"));
    File::open("/run/netns/web").unwrap()
}

/// The result of a command line that has to go well.
#[track_caller]
fn ok(line: &str) -> Value {
    let output = output(&format!("--json {line}"));
    assert!(output.status.success(), "{line}: {}", text(&output.stderr));
    objects(&output).remove(0)["result"].take()
}

/// Exit status, kind and message of a command line that has to fail.
#[track_caller]
fn fails(line: &str) -> (i32, String, String) {
    let output = output(&format!("--json {line}"));
    let object = &objects(&output)[0];
    assert_eq!(object["ok"], false, "{line}");
    assert_eq!(object["error"]["left"], "as before", "{line}");
    let word = |key: &str| object["error"][key].as_str().unwrap().to_owned();
    (output.status.code().unwrap(), word("kind"), word("message"))
}

/// Fails with this kind, as everything that was asked of the kernel, and names these words.
#[track_caller]
fn refused(line: &str, kind: &str, words: &[&str]) {
    let (status, found, message) = fails(line);
    assert_eq!((status, &*found), (if kind == "usage" { 2 } else { 1 }, kind), "{line}: {message}");
    for word in words {
        assert!(message.contains(word), "{line}: {word:?} in {message:?}");
    }
}

#[test]
fn gateways() {
    in_netns(|| {
        let _web = web();
        assert_eq!(ok("gateway web get"), json!({"ipv4": null, "ipv6": null}));
        assert_eq!(text(&output("gateway web get").stdout), "");
        assert_eq!(ok("gateway web set 10.0.0.1"), Value::Null);
        ok("gateway web set fd00::1");
        assert_eq!(ok("gateway web get"), json!({"ipv4": "10.0.0.1", "ipv6": "fd00::1"}));
        assert_eq!(text(&output("gateway web get").stdout), "10.0.0.1\nfd00::1\n");
        refused("gateway web set 10.0.0.9", "exists", &["10.0.0.9", "10.0.0.1", "/run/netns/web"]);
        ok("gateway web set 10.0.0.9 --replace");
        refused("gateway web set 192.0.2.1 --replace", "unreachable", &["192.0.2.1"]);
        assert_eq!(ok("gateway web get"), json!({"ipv4": "10.0.0.9", "ipv6": "fd00::1"}));
        for _ in 0..2 {
            ok("gateway web unset 4");
            ok("gateway web unset 6");
        }
        ok("gateway web set 0.0.0.0");
        assert_eq!(ok("gateway web get"), json!({"ipv4": null, "ipv6": null}));

        ok("gateway web set 192.0.2.1 --onlink");
        ok("gateway web set 2001:db8::1 --onlink --link veth1");
        assert_eq!(ok("gateway web get"), json!({"ipv4": "192.0.2.1", "ipv6": "2001:db8::1"}));
        ok("gateway web unset 4");
        refused("gateway web set 192.0.2.1 --onlink --link nope", "not-found", &["nope"]);
        refused("gateway web set 192.0.2.1 --link veth1", "usage", &["--onlink"]);
        refused("gateway web set 10.0.0", "usage", &["10.0.0"]);
        refused("gateway web unset 5", "usage", &["5"]);
        refused("gateway nope get", "not-found", &["/run/netns/nope"]);
    });
}

#[test]
fn default_routes_by_interface() {
    in_netns(|| {
        let web = web();
        assert_eq!(ok("default web set veth1 4"), Value::Null);
        assert!(ip_in(&web, "route").starts_with("default dev eth0 proto 110 scope link"));
        refused("default web set veth1 4", "exists", &["eth0"]);
        refused("default web set veth1 6", "not-found", &["eth0", "IPv6"]);
        refused("default web set nope 4", "not-found", &["nope"]);
        ok("default web unset 4");
        ok("default web unset 4");
        assert!(!ip_in(&web, "route").contains("default"));
    });
}

#[test]
fn static_routes() {
    in_netns(|| {
        let web = web();
        ok("route web add 192.168.0.0/16 10.0.0.9");
        ok("route web add fd09::/32 fd00::9");
        ok("route web add 192.168.0.0/16 10.0.0.9 --metric 50 --source 10.0.0.2");
        ok("route web add 192.0.2.7 10.0.0.9 --table 100");
        let routes = json!([
            {"to": "192.168.0.0/16", "via": "10.0.0.9"},
            {"to": "192.168.0.0/16", "via": "10.0.0.9", "metric": 50, "source": "10.0.0.2"},
            {"to": "192.0.2.7/32", "via": "10.0.0.9", "table": 100},
            {"to": "fd09::/32", "via": "fd00::9"},
        ]);
        let mut found = ok("route web list")["routes"].take();
        // Tables come in an order of the kernel's.
        found.as_array_mut().unwrap().sort_by_key(|route| routes.as_array().unwrap().iter().position(|r| r == route));
        assert_eq!(found, routes);
        assert!(text(&output("route web list").stdout).contains("192.168.0.0/16 via 10.0.0.9\n"));
        assert!(text(&output("show web").stdout).contains("├─ route fd09::/32 via fd00::9\n"));

        refused("route web add 192.168.0.0/16 10.0.0.9", "exists", &["192.168.0.0/16", "10.0.0.9"]);
        refused("route web add 172.16.0.0/12 192.0.2.1", "unreachable", &["172.16.0.0/12", "192.0.2.1"]);
        refused("route web add 172.16.0.0/12 fd00::1", "usage", &["172.16.0.0/12", "fd00::1"]);
        refused("route web add 172.16.0.0/33 10.0.0.9", "usage", &["172.16.0.0/33"]);
        refused("route web del 172.16.0.0/12 10.0.0.9", "not-found", &["172.16.0.0/12", "10.0.0.9"]);
        ok("route web del 192.168.0.0/16 10.0.0.9");
        ok("route web del 192.168.0.0/16 10.0.0.9 --metric 50");
        ip_in(&web, "link del eth0");
        refused("route web del fd09::/32 fd00::9", "not-found", &["fd09::/32"]);
        assert_eq!(ok("route web list"), json!({"routes": []}));
    });
}

#[test]
fn neighbours() {
    in_netns(|| {
        let web = web();
        let mac = "02:00:00:00:00:09";
        ok(&format!("neigh web add 10.0.0.9 {mac}"));
        ok(&format!("neigh web add fd00::9 {mac} --link veth1"));
        assert!(ip_in(&web, "neigh").contains(&format!("10.0.0.9 dev eth0 lladdr {mac} PERMANENT")));
        refused(&format!("neigh web add 10.0.0.9 {mac}"), "neighbour-exists", &["10.0.0.9", mac, "eth0"]);
        let other = "02:00:00:00:00:08";
        refused(&format!("neigh web del 10.0.0.9 {other}"), "neighbour-missing", &["10.0.0.9", other, "eth0"]);
        ok(&format!("neigh web del 10.0.0.9 {mac}"));
        ok("neigh web del fd00::9");
        refused("neigh web del 10.0.0.9", "neighbour-missing", &["10.0.0.9", "eth0"]);
        refused(&format!("neigh web add 10.0.0.9 {mac} --link nope"), "not-found", &["nope"]);

        ok(&format!("neigh web add 10.0.0.9 {mac} --bridge"));
        refused(&format!("neigh web add 10.0.0.9 {mac} --bridge"), "neighbour-exists", &["10.0.0.9", mac, "eth0"]);
        refused("neigh web del 10.0.0.9 --bridge", "usage", &["<MAC>"]);
        ok(&format!("neigh web del 10.0.0.9 {mac} --bridge --link veth1"));
        refused(&format!("neigh web del 10.0.0.9 {mac} --bridge"), "neighbour-missing", &["10.0.0.9", mac, "eth0"]);
    });
}

#[test]
fn extra_addresses_and_virtual_ips() {
    in_netns(|| {
        let web = web();
        ok("alias web add lo 192.0.2.10");
        ok("alias web add eth0 fd00::77/64");
        assert!(ip_in(&web, "addr show lo").contains("192.0.2.10/32"));
        refused("alias web add lo 192.0.2.10/32", "exists", &["192.0.2.10/32", "lo"]);
        refused("alias web add veth1 192.0.2.10/32", "not-found", &["veth1"]);
        refused("alias web add a/b 192.0.2.10/32", "invalid-name", &["a/b"]);
        ok("alias web del lo 192.0.2.10");
        refused("alias web del lo 192.0.2.10", "not-found", &["192.0.2.10/32", "lo"]);

        ok("vip web veth1");
        assert_eq!(inside(&web, || read_sysctl("ipv4/conf/eth0/arp_ignore")), "1");
        assert_eq!(inside(&web, || read_sysctl("ipv4/conf/eth0/arp_announce")), "2");
        ok("vip web eth0");
        refused("vip web eth1", "not-found", &["eth1"]);
    });
}

#[test]
fn ipvs_sets_what_a_load_balancer_needs_or_warns() {
    in_netns(|| {
        let web = web();
        let output = output("ipvs web");
        assert!(output.status.success());
        for (name, value) in [("conn_reuse_mode", "0"), ("expire_nodest_conn", "1"), ("expire_quiescent_template", "1")]
        {
            let setting = format!("ipv4/vs/{name}");
            match inside(&web, || std::path::Path::new("/proc/sys/net").join(&setting).exists()) {
                true => assert_eq!(inside(&web, || read_sysctl(&setting)), value),
                false => assert!(text(&output.stderr).contains(name), "{}", text(&output.stderr)),
            }
        }
    });
}

#[test]
fn in_a_batch() {
    in_netns(|| {
        let _web = web();
        let script = "gateway web set 10.0.0.1\ngateway web\nroute web add 1.2.3.0/24 10.0.0.9\nroute web frobnicate\n\
                      neigh web help\ndefault web set veth1 4\ngateway web get";
        let (status, objects, _) = batch("--keep-going", script);
        assert_eq!(status, Some(2));
        let outcome = |object: &Value| match object["ok"].as_bool().unwrap() {
            true => "ok".to_owned(),
            false => object["error"]["kind"].as_str().unwrap().to_owned(),
        };
        let outcomes: Vec<String> = objects.iter().map(outcome).collect();
        assert_eq!(outcomes, ["ok", "usage", "ok", "usage", "usage", "exists", "ok"]);
        assert_eq!(objects[6]["command"], "gateway");
        assert_eq!(objects[6]["result"]["ipv4"], "10.0.0.1");
    });
}
