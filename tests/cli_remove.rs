//! `remove --all`: what is removed, and what is told of what cannot be.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod command;
mod common;

use std::fs::File;

use command::{batch, objects, output, text};
use common::{in_netns, ip, ip_json_in, veth};
use serde_json::{Value, json};

/// Two links of the current namespace's and one that was made, in `web`.
fn setup() {
    veth("veth1", "peer1");
    veth("veth2", "peer2");
    let script = "
create web
add web veth1 --prefix eth --announce 0
add web br0 --create bridge --announce 0
add web veth2 --prefix eth --announce 0
";
    assert_eq!(batch("", script).0, Some(0));
}

fn sources() -> Vec<Value> {
    let list = objects(&output("--json list web"))[0]["result"]["interfaces"].take();
    list.as_array().unwrap().iter().map(|interface| interface["source"].clone()).collect()
}

#[test]
fn all_go_where_they_came_from() {
    in_netns(|| {
        setup();
        let removed = output("--json remove web --all");
        let object = &objects(&removed)[0];
        assert_eq!((removed.status.code(), text(&removed.stderr).as_str()), (Some(0), ""));
        assert_eq!((&object["command"], &object["ok"]), (&json!("remove"), &json!(true)));
        assert_eq!(object.get("result"), Some(&Value::Null));
        assert!(sources().is_empty());
        ip("link show veth1");
        ip("link show veth2");
        assert_eq!(ip_json_in(&File::open("/run/netns/web").unwrap(), "link").as_array().unwrap().len(), 1, "only lo");
        assert!(output("remove web --all").status.success(), "none is left, which is what was asked for");
    });
}

#[test]
fn each_that_cannot_be_removed_is_told() {
    in_netns(|| {
        setup();
        ip("link add veth1 type bridge");
        ip("link add veth2 type bridge");
        let refused = output("--json remove web --all");
        let object = &objects(&refused)[0];
        let (error, other) = (&object["error"], &object["error"]["others"][0]);
        assert_eq!((refused.status.code(), error["others"].as_array().unwrap().len()), (Some(1), 1), "{error}");
        let said = text(&refused.stderr);
        assert_eq!(said.lines().count(), 1, "{said}");
        for (error, source) in [(error, "veth1"), (other, "veth2")] {
            assert_eq!((&error["kind"], &error["left"]), (&json!("name-taken"), &json!("as before")));
            let doing = format!("remove {source} from /run/netns/web: ");
            assert!(error["message"].as_str().unwrap().starts_with(&doing), "{error}");
            assert!(said.contains(&doing), "{said}");
        }
        assert_eq!(sources(), ["veth1", "veth2"], "the bridge was removed all the same");
        let (_, _, said) = batch("", "remove web --all");
        assert!(said.contains("line 1: remove veth1 from") && said.contains(": remove veth2 from"), "{said}");
        ip("link del veth1");
        ip("link del veth2");
        assert!(output("remove web --all").status.success());
    });
}
