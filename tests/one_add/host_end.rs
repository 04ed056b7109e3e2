//! The end of a veth that stays with the host: its own attributes, and its port.

use std::process::Command;

use serde_json::{Value, json};

use crate::common::{in_netns, ip, ip_json};
use crate::{bridges_filter_vlans, host, ok, refused, shown, world};

fn flags(link: &Value) -> Vec<&str> {
    link["flags"].as_array().unwrap().iter().map(|flag| flag.as_str().unwrap()).collect()
}

/// The VLANs of a port, each with its flags.
fn vlans(port: &str) -> Vec<(u64, Vec<String>)> {
    let output = Command::new("bridge").args(["-j", "vlan", "show", "dev", port]).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let vlans = told[0]["vlans"].as_array().cloned().unwrap_or_default();
    let flags = |vlan: &Value| {
        vlan["flags"].as_array().into_iter().flatten().map(|flag| flag.as_str().unwrap().to_owned()).collect()
    };
    vlans.iter().map(|vlan| (vlan["vlan"].as_u64().unwrap(), flags(vlan))).collect()
}

#[test]
fn it_has_attributes_of_its_own() {
    in_netns(|| {
        world();
        ok("add web v0 --create veth,peer=v0-host,mtu=1400,mac=02:00:00:00:00:0e,up --name eth0 --announce 0");
        let peer = shown(&host(), "v0-host");
        assert_eq!((&peer["mtu"], &peer["address"]), (&json!(1400), &json!("02:00:00:00:00:0e")));
        assert!(flags(&peer).contains(&"UP"), "{peer}");
        ok("add web v1 --create veth,peer=v1-host --name eth1 --announce 0");
        assert!(!flags(&shown(&host(), "v1-host")).contains(&"UP"));
    });
}

#[test]
fn it_can_be_named_by_the_kernel() {
    in_netns(|| {
        world();
        ip("link add br0 type bridge");
        ip("link set br0 up");
        for n in 0..3 {
            ok(&format!("add web v{n} --create veth,peer=port%d,bridge=br0 --name eth{n} --announce 0"));
            assert_eq!(shown(&host(), &format!("port{n}"))["master"], "br0");
        }
        ok("remove web v1");
        ok("add web v9 --create veth,peer=port%d --name eth9 --announce 0");
        assert_eq!(shown(&host(), "port1")["master"], Value::Null);
        refused("add web v8 --create veth,peer=a%s --name eth8", "invalid-name", &["a%s"]);
    });
}

#[test]
fn its_port_is_set_as_asked() {
    in_netns(|| {
        world();
        let filters = bridges_filter_vlans();
        ip(&format!("link add br0 type bridge{}", if filters { " vlan_filtering 1" } else { "" }));
        ip("link set br0 up");
        let vlans_of = if filters { ",vlan=10,vlan=20,vlan=30" } else { "" };
        let port = "veth,peer=v0-host,bridge=br0,hairpin=on,isolated=on,learning=off";
        ok(&format!("add web v0 --create {port}{vlans_of} --name eth0 --announce 0"));
        let port = ip_json("link show v0-host")[0]["linkinfo"]["info_slave_data"].take();
        assert_eq!(
            (&port["hairpin"], &port["isolated"], &port["learning"]),
            (&json!(true), &json!(true), &json!(false))
        );
        let own = vec!["PVID".to_owned(), "Egress Untagged".to_owned()];
        if filters {
            assert_eq!(vlans("v0-host"), [(10, own), (20, vec![]), (30, vec![])]);
        } else {
            let add = "add web v2 --create veth,peer=v2-host,bridge=br0,vlan=10 --name eth2 --announce 0";
            refused(add, "not-supported", &["VLANs", "v2-host"]);
        }
        ok("add web v1 --create veth,peer=v1-host,bridge=br0 --name eth1 --announce 0");
        let port = ip_json("link show v1-host")[0]["linkinfo"]["info_slave_data"].take();
        assert_eq!(
            (&port["hairpin"], &port["isolated"], &port["learning"]),
            (&json!(false), &json!(false), &json!(true))
        );
        if filters {
            assert_eq!(vlans("v1-host")[0].0, 1);
        }
    });
}

#[test]
fn a_port_that_cannot_be_is_refused() {
    in_netns(|| {
        world();
        ip("link add br0 type bridge");
        let add = |peer: &str| format!("add web v0 --create veth,peer=v0-host{peer} --name eth0 --announce 0");
        refused(&add(",hairpin=on"), "usage", &["hairpin", "bridge="]);
        refused(&add(",vlan=3"), "usage", &["vlan", "bridge="]);
        refused(&add(",bridge=br0,vlan=4095"), "usage", &["4095"]);
        refused(&add(",bridge=br0,vlan=0"), "usage", &["\"0\""]);
        refused(&add(",bridge=br0,vlan=3,vlan=3"), "usage", &["3"]);
        refused(&add(",bridge=br0,hairpin=maybe"), "usage", &["maybe"]);
    });
}
