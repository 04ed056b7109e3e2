//! Addresses with more than a length; links that stay down, and that receive everything.

use serde_json::json;

use crate::common::{in_netns, ip, ip_in};
use crate::{ok, refused, shown, world};

#[test]
fn other_ends_and_labels() {
    in_netns(|| {
        let web = world();
        ok("add web veth1 --name eth0 --ipv4 10.9.0.2/32,peer=10.9.0.1 --ipv4 10.0.0.2/24,label=eth0:web \
            --ipv6 fd09::2/128,peer=fd09::1 --announce 0");
        let addresses = ip_in(&web, "addr show eth0");
        assert!(addresses.contains("inet 10.9.0.2 peer 10.9.0.1/32"), "{addresses}");
        assert!(addresses.contains("inet 10.0.0.2/24 brd 10.0.0.255 scope global eth0:web"), "{addresses}");
        assert!(addresses.contains("inet6 fd09::2 peer fd09::1/128"), "{addresses}");
        assert!(ip_in(&web, "route get 10.9.0.1").contains("dev eth0"));
        assert_eq!(ok("check web veth1"), json!({"differences": []}));
        ok("remove web veth1");
        refused("add web veth1 --ipv4 10.9.0.2/32,peer=fd00::1", "usage", &["fd00::1"]);
        refused("add web veth1 --ipv4 10.9.0.2/32,label=0123456789abcdef", "usage", &["0123456789abcdef"]);
        refused("add web veth1 --ipv6 fd00::2/64,label=a", "usage", &["label"]);
        refused("add web veth1 --ipv4 10.9.0.2/32,colour=red", "usage", &["colour"]);
    });
}

#[test]
fn in_place_they_go_again() {
    in_netns(|| {
        let web = world();
        ip("link set veth1 netns web");
        ip_in(&web, "link set veth1 up");
        let before = ip_in(&web, "addr show veth1");
        ok("add web veth1 --in-place --ipv4 10.9.0.2/32,peer=10.9.0.1,label=veth1:x --promisc --allmulti --announce 0");
        ok("remove web veth1");
        assert_eq!(ip_in(&web, "addr show veth1"), before);
    });
}

#[test]
fn a_link_is_left_down() {
    in_netns(|| {
        let web = world();
        let added = ok("add web veth1 --name eth0 --ipv4 10.0.0.2/24 --down");
        assert_eq!(added["up"], false);
        assert!(ip_in(&web, "link show eth0").contains("state DOWN"));
        assert_eq!(ok("check web veth1"), json!({"differences": []}));
        ok("remove web veth1");
        refused(
            "add web veth1 --name eth0 --ipv4 10.0.0.2/24 --route 10.5.0.0/16 --down",
            "invalid-argument",
            &["down"],
        );
        refused(
            "add web veth1 --name eth0 --ipv4 10.0.0.2/24 --down --wait-for running",
            "invalid-argument",
            &["down"],
        );
    });
}

#[test]
fn a_link_receives_everything() {
    in_netns(|| {
        let web = world();
        ok("add web veth1 --name eth0 --promisc --allmulti --announce 0");
        let flags = shown(&web, "eth0")["flags"].to_string();
        assert!(flags.contains("PROMISC") && flags.contains("ALLMULTI"), "{flags}");
        ok("remove web veth1");
    });
}
