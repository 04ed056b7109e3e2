//! Settings of the namespace itself: asked for with an interface, and given back with it.

use crate::command::{objects, output};
use crate::common::{in_netns, inside, ip, write_sysctl};
use crate::{ok, refused, web, world};

const FORWARD: &str = "--netns-sysctl net.ipv4.ip_forward=1 --announce 0";

/// The value of a setting in `web`.
fn setting(key: &str) -> String {
    let path = format!("/proc/sys/net/{key}");
    inside(&web(), || std::fs::read_to_string(path).unwrap()).trim().to_owned()
}

#[test]
fn two_interfaces_that_both_want_it() {
    in_netns(|| {
        world();
        ip("link add veth2 type veth peer name veth2-host");
        for (first, second) in [("veth1", "veth2"), ("veth2", "veth1")] {
            assert_eq!(setting("ipv4/ip_forward"), "0");
            ok(&format!("add web veth1 {FORWARD}"));
            assert_eq!(setting("ipv4/ip_forward"), "1");
            ok(&format!("add web veth2 {FORWARD}"));
            ok(&format!("remove web {first}"));
            assert_eq!(setting("ipv4/ip_forward"), "1", "{second} wants it still");
            ok(&format!("remove web {second}"));
        }
        assert_eq!(setting("ipv4/ip_forward"), "0");
        assert_eq!(
            std::fs::read_to_string("/proc/sys/net/ipv4/ip_forward").unwrap().trim(),
            "0",
            "home's is not touched"
        );
    });
}

#[test]
fn what_somebody_else_has_set_stays() {
    in_netns(|| {
        world();
        ok("add web veth1 --netns-sysctl net/ipv4/conf/all/rp_filter=2 --announce 0");
        inside(&web(), || write_sysctl("ipv4/conf/all/rp_filter", "1"));
        ok("remove web veth1");
        assert_eq!(setting("ipv4/conf/all/rp_filter"), "1");
        // Another value of another interface: that interface's stays.
        ip("link add veth2 type veth peer name veth2-host");
        ok("add web veth1 --netns-sysctl net.ipv4.conf.all.rp_filter=0 --announce 0");
        ok("add web veth2 --netns-sysctl net.ipv4.conf.all.rp_filter=2 --announce 0");
        ok("remove web veth1");
        assert_eq!(setting("ipv4/conf/all/rp_filter"), "2");
        ok("remove web veth2");
        assert_eq!(setting("ipv4/conf/all/rp_filter"), "1");
    });
}

#[test]
fn a_failed_add_gives_it_back() {
    in_netns(|| {
        world();
        ip("link set veth1-host down");
        let failing = "--ipv4 10.0.0.2/24 --probe 1 --wait 100ms";
        refused(&format!("add web veth1 {FORWARD} {failing}"), "timeout", &[]);
        assert_eq!(setting("ipv4/ip_forward"), "0");
        // Beside another interface that has asked for the setting.
        ip("link add veth2 type veth peer name veth2-host");
        ok(&format!("add web veth2 {FORWARD}"));
        refused(&format!("add web veth1 {FORWARD} {failing}"), "timeout", &[]);
        assert_eq!(setting("ipv4/ip_forward"), "1");
        ok("remove web veth2");
        assert_eq!(setting("ipv4/ip_forward"), "0");
    });
}

#[test]
fn what_cannot_be_set_is_refused_early() {
    in_netns(|| {
        world();
        refused("add web veth1 --netns-sysctl net.ipv4.nothing=1", "sysctl", &["net.ipv4.nothing"]);
        let twice = "add web veth1 --netns-sysctl net.ipv4.ip_forward=1 --netns-sysctl net/ipv4/ip_forward=0";
        refused(twice, "invalid-argument", &["twice"]);
        for (options, word) in [
            ("--sysctl net.ipv4.conf.all.rp_filter=1", "--netns-sysctl"),
            ("--netns-sysctl net.ipv4.conf.eth0.rp_filter=1", "--sysctl"),
        ] {
            let output = output(&format!("--json add web veth1 {options}"));
            assert_eq!(output.status.code(), Some(2));
            let object = objects(&output).remove(0);
            assert!(object["error"]["message"].as_str().unwrap().contains(word), "{object}");
        }
    });
}
