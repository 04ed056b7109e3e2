//! What the namespace of somebody else still holds that is just ending.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{done, failed, ip_of, nic, web};
use crate::common::{emulated, in_netns, ip, kernel_makes, patience, whole};

/// Names of other ends, numbers and MACs are waited for.
#[test]
fn an_add_waits_for_it() {
    in_netns(|| {
        web();
        nic();
        let mut kinds = vec![
            ("c0", "veth peer va", "c0 --create veth,peer=va"),
            ("vx", "vxlan id 7 remote 192.0.2.9 dstport 4789", "vx --create vxlan,id=7,port=4789,remote=192.0.2.9"),
        ];
        if kernel_makes("macvlan") {
            let mac = "mv --create macvlan,parent=far --mac 02:00:00:00:00:02";
            kinds.push(("mv", "macvlan mode bridge", mac));
        }
        for _ in 0..if whole() { 200 } else { 15 } {
            for (name, kind, add) in &kinds {
                ip("netns add other");
                match kind.split_once(" peer ") {
                    Some((kind, peer)) => ip(&format!("link add {peer} type {kind} peer name {name} netns other")),
                    None if *name == "mv" => {
                        ip(&format!("link add {name} netns other link far address 02:00:00:00:00:02 type {kind}"))
                    }
                    None => ip(&format!("link add {name} netns other type {kind}")),
                };
                ip_of("other", &format!("link set {name} up"));
                ip("netns del other");
                done(&format!("add web {add} --announce 0"));
                done(&format!("remove web {name}"));
            }
        }
    });
}

/// A holder at hand refuses at once, by its name where it has one; any other within a moment.
#[test]
fn a_living_holder_is_not_waited_for() {
    in_netns(|| {
        web();
        nic();
        ip("netns add other");
        ip("link add va type veth peer name c0 netns other");
        ip_of("web", "link add dev0 type veth peer name dev1");
        ip("link add vx type vxlan id 7 remote 192.0.2.9 dstport 4789");
        ip("link add vz netns other type vxlan id 8 remote 192.0.2.9 dstport 4789");
        for (add, kind, most) in [
            ("dev0 --create dummy-or-bridge", "name-taken", 90),
            ("v9 --create vxlan,id=7,port=4789,remote=192.0.2.9", "exists", 90),
            ("c1 --create veth,peer=va", "name-taken", 400),
            ("v9 --create vxlan,id=8,port=4789,remote=192.0.2.9", "exists", 1500),
        ] {
            let begin = Instant::now();
            let error = failed(&format!("add web {} --announce 0", add.replace("dummy-or-", "")), 1);
            assert_eq!((&error["kind"], &error["left"]), (&json!(kind), &json!("as before")), "{error}");
            let took = begin.elapsed();
            assert!(emulated() || took < patience(Duration::from_millis(most)), "{add}: {took:?}");
        }
    });
}
