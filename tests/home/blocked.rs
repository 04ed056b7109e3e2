//! Nothing inside blocks the way home.

use super::{done, ip_of, nic, sources, web};
use crate::common::{assert_as_before, in_netns, ip, settled, veth};

fn home() -> std::fs::File {
    std::fs::File::open("/proc/thread-self/ns/net").unwrap()
}

#[test]
fn names_that_are_taken_at_home_or_by_itself() {
    in_netns(|| {
        web();
        nic();
        veth("other", "other-far");
        let before = settled(&home());
        for inside in [
            &["link property add dev eth0 altname other"][..],
            &["link property add dev eth0 altname nic"],
            &["link property add dev eth0 altname lo-of-home altname other-far"],
            &["link add nic type bridge"],
            &["link add lan type bridge", "link property add dev lan altname nic"],
            &["link set eth0 name far"],
            &["link set eth0 name far", "link add nic type bridge"],
        ] {
            done("add web nic --name eth0 --announce 0");
            for words in inside {
                ip_of("web", words);
            }
            done("remove web nic");
            println!("after {inside:?}");
            assert_as_before(&before, &home());
            assert!(sources().is_empty());
            for bridge in ["nic", "lan"] {
                if ip_of("web", "-o link").contains(&format!(" {bridge}:")) {
                    ip_of("web", &format!("link del {bridge}"));
                }
            }
        }
    });
}

/// The index that the link had is somebody's now.
#[test]
fn an_index_that_is_taken_at_home() {
    in_netns(|| {
        web();
        nic();
        let index = crate::common::ip_json("link show nic")[0]["ifindex"].clone();
        done("add web nic --name eth0 --announce 0");
        ip(&format!("link add other index {index} type bridge"));
        done("remove web nic");
        assert_ne!(crate::common::ip_json("link show nic")[0]["ifindex"], index);
    });
}
