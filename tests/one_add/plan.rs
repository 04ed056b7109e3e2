//! `add --dry-run`: the checks and the plan, and nothing else.

use std::path::Path;

use crate::command::{objects, output, text};
use crate::common::{assert_as_before, in_netns, inside, ip_in, settled, write_sysctl};
use crate::{host, ok, web, world};

/// The steps that a dry run prints.
fn planned(line: &str) -> Vec<String> {
    let plan = ok(&format!("{line} --dry-run"))["plan"].take();
    plan.as_array().unwrap().iter().map(|step| step["step"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_plan_tells_the_steps_and_changes_nothing() {
    in_netns(|| {
        let web = world();
        let line = "--state-dir /run/plan add web veth1 --name eth0 --mac 02:00:00:00:00:02 --mtu 1400 \
                    --ipv4 10.0.0.2/24 --ipv6 fd00::2/64 --gateway 10.0.0.1 \
                    --sysctl net.ipv4.conf.IFNAME.rp_filter=2 --promisc";
        inside(&web, || write_sysctl("ipv6/conf/default/disable_ipv6", "1"));
        let (before, inside_before) = (settled(&host()), settled(&web));
        let steps = planned(line);
        assert!(steps[0].starts_with("move veth1 from "), "{steps:?}");
        let order = [
            "enable IPv6 on eth0",
            "set eth0 MAC 02",
            "set eth0 mtu 1400",
            "set eth0 promiscuous",
            "add the address 10.0.0.2/24 to eth0",
            "add the address fd00::2/64",
            "rp_filter=2",
            "set eth0 up",
            "add the route 0.0.0.0/0 via 10.0.0.1",
            "wait 5s",
            "announce",
        ];
        let mut rest = steps.iter();
        for words in order {
            assert!(rest.any(|step| step.contains(words)), "no {words:?}, or out of order, in {steps:?}");
        }
        assert_as_before(&before, &host());
        assert_as_before(&inside_before, &web);
        assert!(!Path::new("/run/plan").exists(), "no journal is begun");
        let said = text(&output(&format!("{line} --dry-run")).stdout);
        assert!(said.lines().next().unwrap().contains("bring it home"), "{said}");
        ok(line);
        assert!(ip_in(&web, "addr show eth0").contains("fd00::2/64"));
    });
}

#[test]
fn a_created_pair_and_its_bridge() {
    in_netns(|| {
        world();
        let steps = planned("add web oc0 --create veth,peer=oc0-host,up --prefix eth --ipv4 10.3.0.2/24 --announce 0");
        assert!(steps[0].starts_with("create a veth") && steps[0].contains("prefix eth"), "{steps:?}");
        assert!(steps.iter().any(|step| step.starts_with("set oc0-host up in ")), "{steps:?}");
        assert!(!steps.iter().any(|step| step.contains("announce")), "{steps:?}");
    });
}

/// A dry run refuses what the add refuses before its first change, with the same words.
#[test]
fn the_same_refusals() {
    in_netns(|| {
        world();
        ip_in(&web(), "link add other type veth peer name taken");
        for (options, kind) in [
            ("--name taken", "name-taken"),
            ("--mtu 70000", "invalid-argument"),
            ("--mtu 1000 --ipv6 fd00::2/64", "invalid-argument"),
            ("--sysctl net.ipv4.conf.IFNAME.nothing=1", "sysctl"),
            ("--set-ipv6 off --ipv6 fd00::2/64", "invalid-argument"),
            ("--master nobody", "not-found"),
            ("--name eth0 --create veth,peer=veth1-host", "name-taken"),
        ] {
            let error = |more: &str| {
                let link = if options.contains("--create") { "new0" } else { "veth1" };
                let output = output(&format!("--json add web {link} {options} {more}"));
                assert_eq!(output.status.code(), Some(1), "{options}: {output:?}");
                objects(&output)[0]["error"].clone()
            };
            let (dry, real) = (error("--dry-run"), error(""));
            assert_eq!((&dry["kind"], &dry["left"]), (&kind.into(), &"as before".into()), "{dry}");
            assert_eq!(dry["kind"], real["kind"], "{options}: {dry} {real}");
        }
    });
}
