//! Which link is meant: by its name, an alternative name, a MAC.

use crate::common::{in_netns, ip, ip_in, veth};
use crate::{ok, refused, shown, world};

#[test]
fn by_an_alternative_name_of_any_length() {
    in_netns(|| {
        let web = world();
        let long = "a-name-that-is-longer-than-fifteen-bytes";
        ip(&format!("link property add dev veth1 altname {long}"));
        let added = ok(&format!("add web {long} --name eth0 --announce 0"));
        assert_eq!(added["source"], "veth1");
        assert_eq!(shown(&web, "eth0")["ifname"], "eth0");
        ok("remove web veth1");
        ip("link property add dev veth1 altname short");
        assert_eq!(ok("add web short --name eth0 --announce 0")["source"], "veth1");
    });
}

#[test]
fn by_its_mac() {
    in_netns(|| {
        world();
        ip("link set veth1 address 02:00:00:00:07:07");
        assert_eq!(ok("add web mac:02:00:00:00:07:07 --name eth0 --announce 0")["source"], "veth1");
        ok("remove web veth1");
        veth("veth2", "veth2-host");
        ip("link set veth2 address 02:00:00:00:07:07");
        refused("add web mac:02:00:00:00:07:07", "invalid-argument", &["veth1", "veth2", "02:00:00:00:07:07"]);
        refused("add web mac:02:00:00:00:07:08", "not-found", &["02:00:00:00:07:08"]);
        refused("add web mac:02:00", "usage", &["mac:02:00"]);
        refused("add web dev:0000:00:1f.7", "not-found", &["0000:00:1f.7"]);
        refused("add web no-such-link-of-a-long-name", "not-found", &["no-such-link-of-a-long-name"]);
    });
}

#[test]
fn a_master_that_is_simply_there() {
    in_netns(|| {
        let web = world();
        ip_in(&web, "link add br7 type bridge");
        ip_in(&web, "link set br7 up");
        ok("add web veth1 --name eth0 --master br7 --announce 0");
        assert_eq!(shown(&web, "eth0")["master"], "br7");
        ok("remove web veth1");
        refused("add web veth1 --name eth0 --master nobody", "not-found", &["nobody"]);
    });
}
