//! What the link had at home before the add is there again after the removal.

use super::{done, nic, pin, rich_nic, sources, web};
use crate::common::{assert_as_before, in_netns, inside, ip, ip_json, settled, write_sysctl};

const HOME: &str = "/proc/thread-self/ns/net";

fn home() -> std::fs::File {
    std::fs::File::open(HOME).unwrap()
}

/// All options that change a link inside.
const MUCH: &str = "--name eth0 --mac 02:00:00:00:09:09 --mtu 1400 --txqlen 9 --alias new --ipv4 10.99.0.2/24 \
    --ipv6 fd00:99::2/64 --route 198.18.0.0/16 --sysctl net.ipv4.conf.IFNAME.rp_filter=1 --announce 0";

#[test]
fn everything_permanent_comes_home() {
    in_netns(|| {
        web();
        rich_nic();
        let (home, web) = (home(), pin("web"));
        let (before, empty) = (settled(&home), settled(&web));
        for options in ["--name eth0 --announce 0", MUCH, "--keep-addresses --name eth0 --announce 0"] {
            done(&format!("add web nic {options}"));
            assert_eq!(done("remove web nic"), "", "{options}: nothing is left out");
            assert_as_before(&before, &home);
            assert_as_before(&empty, &web);
            assert!(sources().is_empty());
        }
    });
}

#[test]
fn a_link_that_was_down_is_down_again_with_its_addresses() {
    in_netns(|| {
        web();
        nic();
        ip("link set nic down");
        ip("addr add 10.1.0.1/24 dev nic");
        ip("addr add fd00:1::1/64 dev nic");
        let before = settled(&home());
        done(&format!("add web nic {MUCH}"));
        done("remove web nic");
        assert_as_before(&before, &home());
    });
}

/// A lifetime has run down, and a daemon has learned better since.
#[test]
fn lifetimes_and_routes_of_daemons_stay_away() {
    in_netns(|| {
        web();
        nic();
        for address in [
            "10.1.0.1/24",
            "10.2.0.1/24 valid_lft 3000 preferred_lft 2000",
            "fd00:2::1/64 valid_lft 3000 preferred_lft 2000",
        ] {
            ip(&format!("addr add {address} dev nic"));
        }
        for route in [
            "172.16.0.0/16 via 10.1.0.9 proto dhcp",
            "172.17.0.0/16 via 10.1.0.9 proto bird",
            "172.18.0.0/16 via 10.1.0.9 proto zebra",
            "172.19.0.0/16 via 10.1.0.9 proto static",
            "fd00:a::/48 via fe80::9 dev nic proto ra",
            "fd00:b::/48 via fe80::9 dev nic expires 3000",
        ] {
            ip(&format!("route add {route}"));
        }
        done("add web nic --name eth0 --announce 0");
        let said = done("remove web nic");
        for left_out in [
            "10.2.0.1/24",
            "fd00:2::1/64",
            "172.16.0.0/16",
            "172.17.0.0/16",
            "172.18.0.0/16",
            "fd00:a::/48",
            "fd00:b::/48",
        ] {
            assert!(said.contains(left_out), "no word of {left_out}: {said}");
        }
        let addresses = ip("-o addr show dev nic");
        assert!(addresses.contains("10.1.0.1/24") && !addresses.contains("10.2.0.1"), "{addresses}");
        let routes = ip("route show dev nic") + &ip("-6 route show dev nic");
        assert!(routes.contains("172.19.0.0/16") && !routes.contains("172.16.0.0"), "{routes}");
        assert!(!routes.contains("fd00:a::") && !routes.contains("fd00:b::"), "{routes}");
    });
}

#[test]
fn a_bare_return() {
    in_netns(|| {
        web();
        rich_nic();
        done("add web nic --name eth0 --announce 0");
        assert_eq!(done("remove web nic --no-addresses"), "");
        assert_eq!(ip("-o addr show dev nic").trim(), "", "no address");
        let routes = ip("-4 route show table all dev nic") + &ip("-6 route show table all dev nic");
        assert!(routes.lines().all(|route| route.contains("proto kernel")), "{routes}");
        assert_eq!(ip("neigh show nud permanent dev nic").trim(), "", "no neighbour");
        let link = ip_json("link show nic")[0].take();
        assert_eq!((&link["mtu"], &link["ifalias"]), (&1480.into(), &"uplink".into()), "{link}");
    });
}

/// IPv6 addresses come back by duplicate detection, as after any absence.
#[test]
fn ipv6_addresses_are_detected_anew() {
    in_netns(|| {
        web();
        nic();
        write_sysctl("ipv6/conf/nic/accept_dad", "1");
        ip("addr add fd00:1::1/64 dev nic nodad");
        ip("addr add fd00:1::2/64 dev nic");
        let usable = || !ip("-6 addr show dev nic").contains("tentative");
        crate::common::until(usable);
        done("add web nic --name eth0 --announce 0");
        inside(&home(), || done("remove web nic"));
        let addresses = ip("-6 addr show dev nic");
        let one = addresses.lines().find(|line| line.contains("fd00:1::2/64")).unwrap();
        assert!(one.contains("tentative"), "{addresses}");
        crate::common::until(usable);
    });
}
