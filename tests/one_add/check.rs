//! What differs from what was asked for.

use serde_json::{Value, json};

use crate::command::{objects, output, text};
use crate::common::{in_netns, inside, ip_in, write_sysctl};
use crate::{ok, world};

/// The aspects that differ.
fn differing(line: &str) -> Vec<String> {
    let output = output(&format!("--json {line}"));
    let object = objects(&output).remove(0);
    assert!(object["ok"] == true, "{object}");
    let differences = object["result"]["differences"].as_array().unwrap().clone();
    assert_eq!(output.status.code(), Some(i32::from(!differences.is_empty())), "{object}");
    differences.iter().map(|difference: &Value| difference["what"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn what_somebody_changed_is_told() {
    in_netns(|| {
        let web = world();
        ok("add web veth1 --name eth0 --mac 02:00:00:00:00:02 --mtu 1400 --ipv4 10.0.0.2/24 --ipv6 fd00::2/64 \
            --route 10.5.0.0/16 --gateway 10.0.0.1 --sysctl net.ipv4.conf.IFNAME.rp_filter=2 --promisc --announce 0");
        assert_eq!(differing("check web veth1"), [""; 0]);
        assert_eq!(differing("check web"), [""; 0]);
        for (words, what) in [
            ("link set eth0 mtu 1300", "mtu"),
            ("link set eth0 address 02:00:00:00:00:03", "mac"),
            ("link set eth0 promisc off", "promisc"),
            ("route del 10.5.0.0/16", "route"),
            ("addr del 10.0.0.2/24 dev eth0", "address"),
        ] {
            ip_in(&web, words);
            let told = differing("check web veth1");
            assert!(told.contains(&what.to_owned()), "{words}: {told:?}");
        }
        inside(&web, || write_sysctl("ipv4/conf/eth0/rp_filter", "0"));
        assert!(differing("check web veth1").contains(&"sysctl".to_owned()));
        ip_in(&web, "link set eth0 down");
        let said = text(&output("check web").stdout);
        assert!(said.contains("eth0") && said.contains("up") && said.lines().count() >= 6, "{said}");
        ip_in(&web, "link set eth0 name lan0");
        assert!(differing("check web veth1").contains(&"name".to_owned()));
        ip_in(&web, "link del lan0");
        assert_eq!(differing("check web veth1"), ["link"]);
        assert_eq!(ok("list web")["interfaces"].as_array().map(Vec::len), Some(1), "a check changes nothing");
        let nobody = output("--json check web nobody");
        assert_eq!(objects(&nobody)[0]["error"]["kind"], json!("not-found"));
    });
}
