//! Refusals say the reason that can be known.

use crate::command::{netgraft, text};
use crate::common::{in_netns, ip, ip_in};
use crate::{ok, refused, world};

#[test]
fn a_next_hop_of_the_namespaces_own() {
    in_netns(|| {
        let web = world();
        for options in ["--ipv4 10.0.0.2/24 --gateway 10.0.0.2", "--ipv6 fd00::2/64 --gateway fd00::2"] {
            refused(
                &format!("add web veth1 {options}"),
                "invalid-argument",
                &["is an address of the interface itself"],
            );
        }
        ok("add web veth1 --ipv4 10.0.0.2/24 --ipv6 fd00::2/64 --announce 0");
        for line in [
            "gateway web set 10.0.0.2",
            "gateway web set fd00::2",
            "gateway web set 10.0.0.2 --onlink --link veth1",
            "gateway web set fd00::2 --onlink --link veth1",
            "route web add 192.168.0.0/16 10.0.0.2",
            "route web add fd07::/64 fd00::2",
        ] {
            refused(line, "unreachable", &["is an address of the namespace itself"]);
        }
        assert_eq!(ip_in(&web, "route show proto 110"), "");
    });
}

#[test]
fn a_route_that_never_was() {
    in_netns(|| {
        world();
        ok("add web veth1 --ipv4 10.0.0.2/24 --announce 0");
        for line in [
            "route web del 192.168.0.0/16 10.0.0.9",
            "route web del 192.168.0.0/16 192.0.2.1",
            "route web del fd07::/64",
        ] {
            refused(line, "not-found", &["there is none"]);
        }
    });
}

#[test]
fn the_other_end_of_a_tunnel_that_has_the_entry() {
    in_netns(|| {
        world();
        ok("add web vx0 --create vxlan,id=7,local=10.0.0.1 --announce 0");
        ok("neigh web add 192.0.2.7 02:00:00:00:00:07 --link vx0 --bridge");
        let again = "neigh web add 192.0.2.7 02:00:00:00:00:07 --link vx0 --bridge";
        refused(again, "neighbour-exists", &["it is there already"]);
        let other = "neigh web add 192.0.2.8 02:00:00:00:00:07 --link vx0 --bridge";
        refused(other, "neighbour-exists", &["02:00:00:00:00:07 is there already, by way of 192.0.2.7"]);
    });
}

#[test]
fn who_may_do_it() {
    in_netns(|| {
        world();
        ip("link set veth1 up");
        let mut add = std::process::Command::new("setpriv");
        add.args(["--bounding-set=-net_admin", env!("CARGO_BIN_EXE_netgraft"), "add", "web", "veth1"]);
        let said = text(&add.output().unwrap().stderr);
        assert!(said.contains("it takes root, or a user namespace"), "{said}");
    });
}

#[test]
fn numbers_that_cannot_be() {
    for words in
        ["--metric -1 --gateway 10.0.0.1", "--probe -1", "--probe 300", "--mtu -100", "--announce -1", "--txqlen 1k"]
    {
        let output = netgraft(["add", "web", "x"].into_iter().chain(words.split(' '))).output().unwrap();
        let (said, option) = (text(&output.stderr), words.split(' ').next().unwrap());
        assert_eq!(output.status.code(), Some(2), "{words}: {said}");
        assert!(said.contains(option) && said.lines().count() == 1, "{words}: {said}");
    }
}

/// What keeps a macvlan or an ipvlan from its parent lasts.
#[test]
fn what_is_on_the_parent() {
    in_netns(|| {
        world();
        let has_ipvlan = ip_try("link add ipv0 link veth1 type ipvlan");
        if has_ipvlan {
            let add = "add web lan0 --create macvlan,parent=veth1 --announce 0";
            refused(add, "kernel", &["ipv0 (ipvlan) is on veth1 already", "exclude one another"]);
            ip("link del ipv0");
        }
        if ip_try("link add mac0 link veth1 type macvlan mode passthru") {
            let second = "add web lan0 --create macvlan,parent=veth1 --announce 0";
            refused(second, "kernel", &["mac0 (macvlan) is on veth1 already", "passthru macvlan is alone"]);
            let beside = "add web lan0 --create ipvlan,parent=veth1 --announce 0";
            if has_ipvlan {
                refused(beside, "kernel", &["mac0 (macvlan) is on veth1 already"]);
            }
        }
    });
}

/// Whether this kernel can.
fn ip_try(words: &str) -> bool {
    std::process::Command::new("ip").args(words.split(' ')).output().unwrap().status.success()
}
