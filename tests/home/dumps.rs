//! Everything that can be dumped at home is the same before an add and after the removal, to the byte.

use std::process::Command;
use std::time::{Duration, Instant};

use super::{done, nic, web};
use crate::common::{bridge, in_netns, ip, kernel_makes, patience, settled};

const DUMPS: [&str; 18] = [
    "ip -d link",
    "ip addr",
    "ip -4 route show table all",
    "ip -6 route show table all",
    "ip rule",
    "ip -6 rule",
    "ip nexthop",
    "ip neigh show nud permanent",
    "ip -4 neigh show proxy",
    "ip -6 neigh show proxy",
    "ip maddr",
    "bridge -d link",
    "bridge fdb",
    "bridge -d vlan",
    "bridge mdb",
    "tc qdisc",
    "tc filter show dev lan",
    "cat /proc/net/dev_mcast",
];

/// All dumps, line by line. Lines that stand in the order of their making are sorted, timers are left out.
fn dumps() -> Vec<String> {
    let mut all = Vec::new();
    for line in DUMPS {
        let mut words = line.split(' ');
        let output = Command::new(words.next().unwrap()).args(words).output().unwrap();
        // This kernel has no VLANs of bridges.
        let is_lacking = String::from_utf8_lossy(&output.stderr).contains("not supported");
        assert!(output.status.success() || is_lacking, "{line}: {output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        let mut lines: Vec<String> = text.lines().map(|text| format!("{line}: {}", without_timers(text))).collect();
        lines.sort();
        all.append(&mut lines);
    }
    all
}

fn without_timers(line: &str) -> String {
    let mut is_timer = false;
    let kept = line.split_whitespace().filter(|word| {
        let skip = std::mem::replace(&mut is_timer, word.ends_with("_timer"));
        !skip
    });
    kept.collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn assert_same(before: &[String], what: &str) {
    let begin = Instant::now();
    loop {
        let now = dumps();
        let gone = before.iter().filter(|line| !now.contains(line)).map(|line| format!("- {line}"));
        let new = now.iter().filter(|line| !before.contains(line)).map(|line| format!("+ {line}"));
        let differences: Vec<String> = gone.chain(new).collect();
        if differences.is_empty() && now.len() == before.len() {
            return;
        }
        assert!(begin.elapsed() < patience(Duration::from_secs(5)), "{what}:\n{}", differences.join("\n"));
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Adds and removes, with everything that an interface can have.
fn there_and_back(add: &str, source: &str) {
    let before = dumps();
    done(&format!(
        "add web {add} --ipv4 10.9.0.2/24 --ipv6 fd00:9::2/64 --route 10.10.0.0/16 --gateway 10.9.0.1 --announce 1"
    ));
    done(&format!("remove web {source}"));
    assert_same(&before, add);
}

/// A bridge that filters VLANs, where the kernel has such.
fn filters_vlans() -> bool {
    let set = Command::new("ip").args(["link", "set", "lan", "type", "bridge", "vlan_filtering", "1"]).output();
    set.unwrap().status.success()
}

fn world() {
    web();
    nic();
    bridge("lan");
    // What its other end says by itself is not what is looked for.
    ip("link set lan-hold type bridge_slave learning off");
    ip("link set lan address 02:00:00:00:00:aa");
    settled(&std::fs::File::open("/proc/thread-self/ns/net").unwrap());
}

#[test]
fn of_created_links_nothing_is_left() {
    in_netns(|| {
        world();
        let vlans = if filters_vlans() { ",vlan=7,vlan=8" } else { "" };
        for (kind, add) in [
            ("veth", "x0 --create veth,peer=x1,up"),
            ("veth", "x0 --create veth,peer=x1,bridge=lan,hairpin=on,isolated=on,learning=offVLANS"),
            ("netkit", "x0 --create netkit,peer=x1,mode=l2"),
            ("bridge", "x0 --create bridge"),
            ("dummy", "x0 --create dummy"),
            ("macvlan", "x0 --create macvlan,parent=nic --mac 02:00:00:00:00:07"),
            ("macvlan", "x0 --create macvlan,parent=nic,mode=passthru"),
            ("macvtap", "x0 --create macvtap,parent=nic"),
            ("ipvlan", "x0 --create ipvlan,parent=nic"),
            ("vlan", "x0 --create vlan,parent=nic,id=5"),
            ("vxlan", "x0 --create vxlan,id=7,parent=nic,group=239.1.1.1"),
            ("vrf", "x0 --create vrf,table=77"),
        ] {
            if matches!(kind, "veth" | "bridge" | "vxlan") || kernel_makes(kind) {
                println!("{add}");
                there_and_back(&add.replace("VLANS", vlans), "x0");
            }
        }
    });
}

#[test]
fn moved_links_are_as_before() {
    in_netns(|| {
        world();
        for (kind, words) in [
            ("veth", "x0 type veth peer x1"),
            ("veth", "x0 master lan type veth peer x1"),
            ("dummy", "x0 type dummy"),
            ("macvlan", "x0 link nic address 02:00:00:00:00:07 type macvlan mode bridge"),
            ("macvtap", "x0 link nic type macvtap"),
            ("ipvlan", "x0 link nic type ipvlan"),
            ("vlan", "x0 link nic type vlan id 5"),
            ("vxlan", "x0 type vxlan id 7 group 239.1.1.1 dev nic dstport 4789"),
        ] {
            if !matches!(kind, "veth" | "vxlan") && !kernel_makes(kind) {
                continue;
            }
            println!("{words}");
            ip(&format!("link add {words}"));
            ip("link set x0 alias mine");
            ip("addr add 10.3.0.1/24 dev x0");
            ip("link set x0 up");
            if words.contains("x1") {
                ip("link set x1 up");
            }
            settled(&std::fs::File::open("/proc/thread-self/ns/net").unwrap());
            there_and_back("x0 --name eth0 --mtu 1400", "x0");
            ip("link del x0");
        }
        ip("tuntap add dev x0 mode tap");
        there_and_back("x0 --name eth0 --mac 02:00:00:00:00:08", "x0");
    });
}
