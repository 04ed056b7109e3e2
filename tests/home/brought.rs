//! Nothing of what the inside did comes along.

use super::{done, ip_of, nic, rich_nic, web};
use crate::common::{assert_as_before, in_netns, ip, ip_json, kernel_makes, settled};

fn home() -> std::fs::File {
    std::fs::File::open("/proc/thread-self/ns/net").unwrap()
}

/// What `ip` can set on a link, one at a time and all together.
const DONE_INSIDE: [&str; 15] = [
    "link set eth0 arp off",
    "link set eth0 promisc on",
    "link set eth0 allmulticast on",
    "link set eth0 multicast off",
    "link set eth0 group 77",
    "link set eth0 mode dormant",
    "link set eth0 gso_max_size 8000 gso_max_segs 7",
    "link set eth0 gro_max_size 9000",
    "link set eth0 mtu 1300",
    "link set eth0 txqueuelen 3",
    "link set eth0 alias inside",
    "link set eth0 address 02:00:00:00:66:66",
    "link property add dev eth0 altname another altname a-much-longer-name-than-fifteen-bytes",
    "link set eth0 addrgenmode random",
    "link set eth0 name eth7",
];

#[test]
fn whatever_was_set_inside_stays_there() {
    in_netns(|| {
        web();
        nic();
        let before = settled(&home());
        for words in DONE_INSIDE {
            done("add web nic --name eth0 --announce 0");
            ip_of("web", words);
            done("remove web nic");
            println!("after {words}");
            assert_as_before(&before, &home());
        }
    });
}

#[test]
fn all_of_it_at_once() {
    in_netns(|| {
        web();
        rich_nic();
        let before = settled(&home());
        done("add web nic --name eth0 --announce 0");
        for words in DONE_INSIDE {
            ip_of("web", words);
        }
        ip_of("web", "addr add 10.66.0.1/24 dev eth7");
        ip_of("web", "link add lan type bridge");
        ip_of("web", "link set eth7 master lan");
        done("remove web nic");
        assert_as_before(&before, &home());
    });
}

#[test]
fn hundreds_of_alternative_names() {
    in_netns(|| {
        web();
        nic();
        let before = settled(&home());
        done("add web nic --name eth0 --announce 0");
        for hundred in 0..3 {
            let names: Vec<String> =
                (0..100).map(|n| format!("altname a-name-that-takes-much-room-{hundred}-{n}")).collect();
            ip_of("web", &format!("link property add dev eth0 {}", names.join(" ")));
        }
        done("remove web nic");
        assert_as_before(&before, &home());
    });
}

/// A link on top would go on reaching the network of home.
#[test]
fn what_is_stacked_on_it_inside_is_deleted() {
    in_netns(|| {
        web();
        nic();
        let before = settled(&home());
        for (kind, words) in [
            ("vxlan", "link add up0 type vxlan id 7 dev eth0 remote 192.0.2.9 dstport 4789"),
            ("macvlan", "link add link eth0 name up0 type macvlan mode bridge"),
            ("vlan", "link add link eth0 name up0 type vlan id 7"),
            ("ipvlan", "link add link eth0 name up0 type ipvlan mode l2"),
        ] {
            if !kernel_makes(kind) {
                continue;
            }
            done("add web nic --name eth0 --announce 0");
            ip_of("web", words);
            ip_of("web", "link set up0 up");
            done("remove web nic");
            assert!(!ip_of("web", "-o link").contains("up0"), "{kind}");
            assert_as_before(&before, &home());
            assert!(!ip("-d link show nic").contains("promiscuity 1"), "{kind}");
        }
    });
}

/// Queueing disciplines belong to where they were made.
#[test]
fn queueing_disciplines_stay_inside() {
    in_netns(|| {
        web();
        nic();
        let before = ip_json("link show nic")[0]["qdisc"].clone();
        done("add web nic --name eth0 --announce 0");
        crate::common::inside(&super::pin("web"), || {
            let tc = std::process::Command::new("tc").args("qdisc add dev eth0 root pfifo limit 9".split(' ')).status();
            // Not every kernel has them.
            tc.is_ok_and(|status| status.success())
        });
        done("remove web nic");
        assert_eq!(ip_json("link show nic")[0]["qdisc"], before);
    });
}
