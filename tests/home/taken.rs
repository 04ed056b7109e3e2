//! What others took at home meanwhile is theirs.

use super::{done, failed, nic, sources, web};
use crate::common::{in_netns, ip, ip_json, veth};

#[test]
fn an_address_that_another_link_has_stays_there() {
    in_netns(|| {
        web();
        nic();
        veth("other", "other-far");
        ip("link set other up");
        ip("addr add 10.1.0.1/24 dev nic");
        ip("addr add 10.2.0.1/24 dev nic");
        ip("addr add fd00:1::1/64 dev nic");
        done("add web nic --name eth0 --announce 0");
        ip("addr add 10.1.0.1/32 dev other");
        ip("addr add fd00:1::1/128 dev other nodad");
        let other = ip("-o addr show dev other");
        let said = done("remove web nic");
        assert!(said.contains("10.1.0.1/24") && said.contains("fd00:1::1/64") && said.contains("other"), "{said}");
        let addresses = ip("-o addr show dev nic");
        assert!(!addresses.contains("10.1.0.1") && addresses.contains("10.2.0.1/24"), "{addresses}");
        assert_eq!(ip("-o addr show dev other"), other);
    });
}

#[test]
fn a_route_of_the_same_table_destination_and_tos_stays() {
    in_netns(|| {
        web();
        nic();
        veth("other", "other-far");
        ip("link set other up");
        ip("link set other-far up");
        ip("addr add 192.0.2.1/24 dev other");
        ip("addr add 10.1.0.1/24 dev nic");
        for route in [
            "default via 10.1.0.254",
            "172.16.0.0/16 via 10.1.0.9",
            "172.17.0.0/16 via 10.1.0.9 table 101",
            "172.18.0.0/16 tos 0x10 via 10.1.0.9",
        ] {
            ip(&format!("route add {route}"));
        }
        done("add web nic --name eth0 --announce 0");
        for route in ["default via 192.0.2.9 metric 100", "172.17.0.0/16 via 192.0.2.9", "172.18.0.0/16 via 192.0.2.9"]
        {
            ip(&format!("route add {route}"));
        }
        let said = done("remove web nic");
        assert!(said.contains("0.0.0.0/0"), "{said}");
        let routes = ip("-4 route show table all dev nic");
        assert!(!routes.contains("default"), "{routes}");
        for back in ["172.16.0.0/16", "172.17.0.0/16", "172.18.0.0/16"] {
            assert!(routes.contains(back), "no {back}: {routes}");
            assert!(!said.contains(back), "{said}");
        }
        assert_eq!(ip("route show default").trim(), "default via 192.0.2.9 dev other metric 100");
    });
}

/// A bridge of the same index that somebody created since is another one.
#[test]
fn a_master_that_is_gone_is_a_warning() {
    in_netns(|| {
        web();
        nic();
        ip("link add lan type bridge");
        let index = ip_json("link show lan")[0]["ifindex"].clone();
        ip("link set nic master lan");
        for (again, said) in [(None, "lan"), (Some("other"), "lan")] {
            if again.is_some() {
                ip(&format!("link add lan index {index} type bridge"));
                ip("link set nic master lan");
            }
            done("add web nic --name eth0 --announce 0");
            ip("link del lan");
            if let Some(name) = again {
                ip(&format!("link add {name} index {index} type bridge"));
            }
            let warned = done("remove web nic");
            assert!(warned.contains(said), "{warned}");
            assert_eq!(ip_json("link show nic")[0]["master"], serde_json::Value::Null);
        }
    });
}

/// A name is no more than a name, but nobody would find the link without.
#[test]
fn a_name_that_is_taken_keeps_the_interface() {
    in_netns(|| {
        web();
        nic();
        ip("link property add dev nic altname wan");
        done("add web nic --name eth0 --announce 0");
        ip("link add nic type bridge");
        let error = failed("remove web nic", 1);
        assert_eq!((&error["kind"], &error["left"]), (&"name-taken".into(), &"as before".into()));
        assert_eq!(sources(), ["nic"]);
        ip("link del nic");
        // An alternative name that is taken stays away.
        ip("link property add dev far altname wan");
        let said = done("remove web nic");
        assert!(said.contains("wan"), "{said}");
        assert_eq!(ip_json("link show wan")[0]["ifname"], "far");
        assert_eq!(ip_json("link show nic")[0]["altnames"], serde_json::Value::Null);
    });
}
