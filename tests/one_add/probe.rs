//! Probing for an IPv4 address before it is used (RFC 5227).

use std::time::Instant;

use crate::common::{in_netns, ip, ip_in, ip_json};
use crate::{ok, refused, world};

const ADD: &str = "add web veth1 --name eth0 --announce 0 --probe 2 --probe-interval 100ms";

#[test]
fn an_address_that_is_in_use_is_refused() {
    in_netns(|| {
        world();
        let mac = ip_json("link show veth1-host")[0]["address"].as_str().unwrap().to_owned();
        refused(&format!("{ADD} --ipv4 10.0.0.1/24"), "duplicate-address", &["10.0.0.1", &mac]);
        refused(&format!("{ADD} --ipv4 10.0.0.2/24 --ipv4 10.0.0.1/24"), "duplicate-address", &["10.0.0.1", &mac]);
    });
}

#[test]
fn a_free_one_is_used_after_the_probes() {
    in_netns(|| {
        let web = world();
        let begin = Instant::now();
        ok(&format!("{ADD} --ipv4 10.0.0.2/24 --gateway 10.0.0.1 --route 10.5.0.0/16"));
        assert!(begin.elapsed().as_millis() >= 300, "two probes 100 ms apart, and 200 ms behind them");
        assert!(ip_in(&web, "addr show eth0").contains("10.0.0.2/24"));
        assert_eq!(ip_in(&web, "route show proto 110").lines().count(), 2);
    });
}

/// Two that probe for one address at once: both hear the other's probe.
#[test]
fn a_probe_of_another_host_is_a_conflict() {
    in_netns(|| {
        world();
        ip("addr del 10.0.0.1/24 dev veth1-host");
        ok("create other");
        ip("link add br0 type bridge");
        ip("link set br0 up");
        let add = |netns: &str, n: u8| {
            let line = format!(
                "add {netns} p{n} --create veth,peer=p{n}-host,bridge=br0 --name eth0 --ipv4 10.3.0.2/24 \
                 --probe 3 --probe-interval 300ms --announce 0"
            );
            std::thread::spawn(move || crate::command::output(&line).status.code())
        };
        let both = [add("web", 1), add("other", 2)];
        let statuses = both.map(|thread| thread.join().unwrap());
        assert!(statuses.contains(&Some(1)), "{statuses:?}");
    });
}

#[test]
fn a_link_without_carrier_cannot_be_probed() {
    in_netns(|| {
        world();
        ip("link set veth1-host down");
        refused(&format!("{ADD} --ipv4 10.0.0.2/24 --wait 200ms"), "timeout", &["carrier"]);
    });
}
