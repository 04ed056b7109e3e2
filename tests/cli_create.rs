//! The command's `--create` against the real kernel: each kind, in the words of its grammar.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod command;
mod common;

use std::fs::File;

use command::batch;
use common::{World, in_netns, ip, ip_json_in};
use serde_json::{Value, json};

/// The kind of the link, and what only its kind has.
fn kind_of(name: &str) -> (Value, Value) {
    let web = File::open("/run/netns/web").unwrap();
    let info = ip_json_in(&web, &format!("link show dev {name}"))[0]["linkinfo"].take();
    (info["info_kind"].clone(), info["info_data"].clone())
}

#[test]
fn each_kind_with_all_its_keys() {
    in_netns(|| {
        let _world = World::with_veth();
        ip("link set veth1 up");
        let script = "
add web one --create macvlan,parent=veth1,mode=private --prefix eth --ipv4 10.1.0.2/24 --announce 0
add web two --create macvlan,parent=veth1 --prefix eth --announce 0
add web vx --create vxlan,id=42,parent=veth1,remote=192.0.2.2,port=4789 --announce 0
add web br --create bridge --announce 0
add web far --create macvlan,parent=eth1,mode=vepa --from web --announce 0
list web
";
        let (status, objects, said) = batch("", script);
        assert_eq!(status, Some(0), "{objects:?} {said}");
        assert_eq!(objects[0]["result"]["ipv4"], json!(["10.1.0.2/24"]));
        assert_eq!(objects[5]["result"]["interfaces"].as_array().unwrap().len(), 5);
        for (name, kind, key, value) in [
            ("eth0", "macvlan", "mode", json!("private")),
            ("eth1", "macvlan", "mode", json!("bridge")),
            ("vx", "vxlan", "id", json!(42)),
            ("vx", "vxlan", "link", json!("veth1")),
            ("vx", "vxlan", "remote", json!("192.0.2.2")),
            ("vx", "vxlan", "port", json!(4789)),
            ("br", "bridge", "stp_state", json!(0)),
            ("far", "macvlan", "mode", json!("vepa")),
        ] {
            let (is, data) = kind_of(name);
            // The name of a link elsewhere is not known inside; its number is.
            let found =
                if key == "link" { data[key].is_string() || data["link_index"].is_u64() } else { data[key] == value };
            assert!(is == kind && found, "{name}: {is} {data}");
        }
    });
}

/// What this kernel does not make, it is said to lack.
#[test]
fn kinds_that_are_not_everywhere() {
    in_netns(|| {
        let _world = World::with_veth();
        for (words, option) in [("dummy", "CONFIG_DUMMY"), ("ipvlan,parent=veth1,mode=l3", "CONFIG_IPVLAN")] {
            let (status, objects, _) = batch("", format!("add web a --create {words} --announce 0"));
            let error = &objects[0]["error"];
            if error.is_null() {
                let kind = words.split(',').next().unwrap();
                assert_eq!((status, kind_of("a").0), (Some(0), json!(kind)));
                let (status, ..) = batch("", "remove web a");
                assert_eq!(status, Some(0));
            } else {
                assert_eq!(
                    (status, &error["kind"], &error["left"]),
                    (Some(1), &json!("not-supported"), &json!("as before"))
                );
                assert!(error["message"].as_str().unwrap().contains(option), "{error}");
            }
        }
    });
}

#[test]
fn what_cannot_be_is_said() {
    in_netns(|| {
        let _world = World::with_veth();
        for (words, kind, says) in [
            ("macvlan,parent=nobody", "not-found", "nobody"),
            ("vxlan,id=16777216", "usage", "24 bits"),
            ("vxlan,id=1,remote=239.0.0.1", "usage", "239.0.0.1"),
            ("vxlan,id=1,port=0", "usage", "port"),
            ("macvlan,parent=a/b", "invalid-name", "a/b"),
            ("ipvlan,parent=veth1 --mac 02:00:00:00:00:01", "invalid-argument", "MAC of its parent"),
        ] {
            let (status, objects, _) = batch("", format!("add web a --create {words}"));
            let error = &objects[0]["error"];
            let expected = if kind == "usage" { 2 } else { 1 };
            assert_eq!((status, &error["kind"]), (Some(expected), &json!(kind)), "{words}: {error}");
            assert!(error["message"].as_str().unwrap().contains(says), "{words}: {error}");
        }
    });
}
