//! The tests' own tools: a test that could not fail would prove nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fs::File;

use common::{assert_as_before, differences, in_netns, ip, settled, snapshot};

#[test]
fn namespaces_are_our_own() {
    in_netns(|| {
        assert_eq!(common::ip_json("link").as_array().unwrap().len(), 1, "only lo");
        assert_eq!(std::fs::read_dir("/run").unwrap().count(), 0);
        ip("link add v0 type veth peer v1");
        common::ping("127.0.0.1");
    });
}

#[test]
#[should_panic(expected = "exit status")]
fn a_failure_inside_is_a_failure() {
    in_netns(|| panic!("inside"));
}

#[test]
fn a_change_is_seen() {
    in_netns(|| {
        ip("link add v0 type veth peer v1");
        ip("link set v0 up");
        ip("addr add 10.0.0.1/24 dev v0 valid_lft 1000 preferred_lft 1000");
        let here = File::open("/proc/thread-self/ns/net").unwrap();
        let before = settled(&here);
        assert_as_before(&before, &here);
        for (change, back) in [
            ("link set v0 mtu 1400", "link set v0 mtu 1500"),
            ("link property add dev v0 altname other", "link property del dev v0 altname other"),
            ("addr add 10.0.1.1/24 dev v0", "addr del 10.0.1.1/24 dev v0"),
            ("route add 10.9.0.0/16 dev v0 table 7", "route del 10.9.0.0/16 dev v0 table 7"),
            ("neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0", "neigh del 10.0.0.9 dev v0"),
            ("addr change 10.0.0.1/24 dev v0", "addr change 10.0.0.1/24 dev v0 valid_lft 1000 preferred_lft 1000"),
        ] {
            ip(change);
            assert!(!differences(&before, &snapshot(&here)).is_empty(), "{change}");
            ip(back);
            assert_as_before(&before, &here);
        }
        let proxy = "/ipv4/v0/proxy_arp";
        common::write_sysctl("ipv4/conf/v0/proxy_arp", "1");
        assert_eq!(differences(&before, &snapshot(&here)), [format!("{proxy}: was \"0\", is \"1\"")]);
    });
}
