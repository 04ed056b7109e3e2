//! Kinds of links that not every kernel makes, with their options; see also tests/create.

use serde_json::{Value, json};

use crate::command::{objects, output};
use crate::common::{World, assert_as_before, in_netns, ip, ip_in, kernel_makes, ping_in, settled};
use crate::{bridges_filter_vlans, host, ok, refused, shown, web, world};

/// What a link's kind tells of it.
fn data(name: &str) -> Value {
    shown(&web(), name)["linkinfo"]["info_data"].take()
}

/// Adds a link of a kind, or finds that the kernel lacks it. Removed again, nothing is left.
fn made(kind: &str, words: &str, look: impl Fn(&Value)) {
    let line = format!("add web made --create {words} --name eth0 --announce 0");
    let (here, inside) = (settled(&host()), settled(&web()));
    if !kernel_makes(kind) {
        return refused(&line, "not-supported", &[kind, "CONFIG_"]);
    }
    ok(&line);
    assert_eq!(shown(&web(), "eth0")["linkinfo"]["info_kind"], kind);
    look(&data("eth0"));
    assert_eq!(ok("check web made"), json!({"differences": []}), "{words}");
    ok("remove web made");
    assert_as_before(&here, &host());
    assert_as_before(&inside, &web());
}

#[test]
fn vlans() {
    in_netns(|| {
        let web = world();
        ip("link set veth1 up");
        made("vlan", "vlan,parent=veth1,id=7", |data| {
            assert_eq!((&data["id"], &data["protocol"]), (&json!(7), &json!("802.1Q")));
        });
        made("vlan", "vlan,parent=veth1,id=4094,protocol=802.1ad", |data| {
            assert_eq!((&data["id"], &data["protocol"]), (&json!(4094), &json!("802.1ad")));
        });
        for id in ["0", "4095", "x"] {
            refused(&format!("add web v --create vlan,parent=veth1,id={id}"), "usage", &[id]);
        }
        refused("add web v --create vlan,parent=nobody,id=7", "not-found", &["the parent nobody", "nobody"]);
        if kernel_makes("vlan") {
            ip("link add link veth1-host name far type vlan id 7");
            ip("addr add 10.7.0.1/24 dev far");
            ip("link set far up");
            ok("add web v7 --create vlan,parent=veth1,id=7 --name eth0 --ipv4 10.7.0.2/24 --announce 0");
            ping_in(&web, "10.7.0.1");
            refused("add web v8 --create vlan,parent=veth1,id=7 --name eth1 --announce 0", "exists", &["7", "veth1"]);
            refused("add web v8 --create vlan,parent=veth1,id=8 --mtu 9000 --announce 0", "kernel", &["9000"]);
        }
    });
}

#[test]
fn a_parent_may_be_inside() {
    in_netns(|| {
        let web = world();
        ok("add web veth1 --name eth0 --announce 0");
        if kernel_makes("vlan") {
            ok("add web v7 --create vlan,parent=eth0,parent-netns=web,id=7 --name eth0.7 --announce 0");
            assert_eq!(shown(&web, "eth0.7")["link"], "eth0");
        }
        ok("add web mv --create macvlan,parent=eth0,parent-netns=web --name mv0 --announce 0");
        assert_eq!(shown(&web, "mv0")["link"], "eth0");
    });
}

#[test]
fn macvtaps_and_modes_of_macvlans() {
    in_netns(|| {
        world();
        for mode in ["bridge", "private", "vepa", "passthru", "source"] {
            made("macvlan", &format!("macvlan,parent=veth1,mode={mode}"), |data| assert_eq!(data["mode"], mode));
            made("macvtap", &format!("macvtap,parent=veth1,mode={mode}"), |data| assert_eq!(data["mode"], mode));
        }
    });
}

#[test]
fn ipvlans_keep_others_out() {
    in_netns(|| {
        world();
        for isolation in ["bridge", "private", "vepa"] {
            made("ipvlan", &format!("ipvlan,parent=veth1,mode=l2,isolation={isolation}"), |data| {
                assert_eq!((&data["mode"], &data["mode_flag"]), (&json!("l2"), &json!(isolation)));
            });
        }
    });
}

#[test]
fn netkits() {
    in_netns(|| {
        let web = world();
        made("netkit", "netkit,peer=nk-host", |data| assert_eq!(data["mode"], "l2"));
        made("netkit", "netkit,peer=nk-host,mode=l3", |data| assert_eq!(data["mode"], "l3"));
        made("netkit", "netkit,peer=nk-host,mode=l2,policy=drop,peer-policy=pass,mtu=1400,up", |data| {
            assert_eq!((&data["mode"], &data["policy"]), (&json!("l2"), &json!("blackhole")));
            let peer = shown(&host(), "nk-host");
            assert_eq!(peer["mtu"], 1400);
            assert!(peer["flags"].to_string().contains("\"UP\""), "{peer}");
        });
        if kernel_makes("netkit") {
            ip("link add br0 type bridge");
            ip("link set br0 up");
            ip("addr add 10.4.0.1/24 dev br0");
            ok("add web nk --create netkit,peer=nk%d,mode=l2,bridge=br0 --name eth0 --ipv4 10.4.0.2/24 --announce 0");
            assert_eq!(shown(&host(), "nk0")["master"], "br0");
            ping_in(&web, "10.4.0.1");
            ok("remove web nk");
            assert!(!ip("link").contains("nk0"));
        }
        refused("add web nk --create netkit,peer=nk-host,policy=maybe", "usage", &["maybe"]);
    });
}

#[test]
fn vrfs() {
    in_netns(|| {
        let web = world();
        made("vrf", "vrf,table=1001", |data| assert_eq!(data["table"], 1001));
        refused("add web red --create vrf", "usage", &["table=N"]);
        refused("add web red --create vrf,table=0", "usage", &["0"]);
        if kernel_makes("vrf") {
            ok("add web red --create vrf,table=1001 --announce 0");
            ok("add web veth1 --name eth0 --master red --ipv4 10.0.0.2/24 --gateway 10.0.0.1 --announce 0");
            assert_eq!(shown(&web, "eth0")["master"], "red");
            assert!(ip_in(&web, "route show table 1001").contains("default via 10.0.0.1 dev eth0"));
            ok("remove web veth1");
            ok("remove web red");
        }
    });
}

#[test]
fn bridges_with_options() {
    in_netns(|| {
        world();
        let filtering = u64::from(bridges_filter_vlans());
        if filtering == 0 {
            let add = "add web br --create bridge,vlan_filtering=1 --announce 0";
            refused(add, "not-supported", &["CONFIG_BRIDGE_VLAN_FILTERING"]);
        }
        let words = "bridge,stp=on,forward-delay=2s,ageing=60s,mcast_snooping=0";
        let more = if filtering == 1 { ",vlan_filtering=1" } else { "" };
        made("bridge", &format!("{words}{more}"), |data| {
            for (key, value) in [("stp_state", 1), ("forward_delay", 200), ("ageing_time", 6000), ("mcast_snooping", 0)]
            {
                assert_eq!(data[key], value, "{key}");
            }
            assert_eq!(data["vlan_filtering"].as_u64().unwrap_or(0), filtering);
        });
        refused("add web br --create bridge,stp=maybe", "usage", &["maybe"]);
        refused("add web br --create bridge,forward-delay=31s", "invalid-argument", &["31s"]);
    });
}

#[test]
fn tunnels_with_options() {
    in_netns(|| {
        world();
        let words = "vxlan,id=42,parent=veth1,group=239.1.1.1,local=10.0.0.9,port=4789,learning=off,proxy=on,l2miss=on,l3miss=on";
        made("vxlan", words, |data| {
            for (key, value) in [("learning", false), ("proxy", true), ("l2miss", true), ("l3miss", true)] {
                assert_eq!(data[key], value, "{key}");
            }
            assert_eq!((&data["group"], &data["local"]), (&json!("239.1.1.1"), &json!("10.0.0.9")));
        });
        refused("add web vx --create vxlan,id=1,remote=192.0.2.1,group=239.1.1.1", "usage", &["group"]);
    });
}

/// Each that the kernel refuses half-way leaves nothing, and the error names the kind.
#[test]
fn what_fails_leaves_nothing() {
    in_netns(|| {
        let _world = World::with_veth();
        for words in ["vrf,table=7", "netkit,peer=nkh", "vlan,parent=veth1,id=3", "macvtap,parent=veth1"] {
            let kind = words.split(',').next().unwrap();
            if kernel_makes(kind) {
                let line =
                    format!("--json add web x --create {words} --name eth0 --route 10.9.0.0/16 --route 10.9.0.0/16");
                let (here, inside) = (settled(&host()), settled(&web()));
                let refused = output(&line);
                assert_eq!(objects(&refused)[0]["error"]["kind"], "exists", "{words}");
                assert_as_before(&here, &host());
                assert_as_before(&inside, &web());
            }
        }
    });
}
