//! What the text of entries is, and what is refused.

use super::*;
use crate::journal::codec::values::{netns_setting, place, setting};
use crate::journal::entry::BatchSlot;
use crate::journal::entry::tests::entry;
use crate::record::identity::Identity;
use crate::record::snapshot::BridgeSnapshot;
use crate::types::{IfIndex, IfName};

#[test]
fn reads_what_it_writes() {
    let moved = entry();
    let Origin::Moved { snapshot, .. } = moved.origin.clone() else { panic!() };
    let beside = Beside { netns: moved.namespace.clone(), index: IfIndex::LOOPBACK, name: Some(b"host 0%d".to_vec()) };
    let origins = [
        Origin::InPlace { snapshot: snapshot.clone() },
        Origin::Created { kind: b"veth".to_vec(), beside: Some(beside) },
    ];
    let identity = Identity { name: IfName::new("eth0").unwrap(), ..Identity::of(&snapshot.link) };
    let unknown = Identity { kind: None, peer: None, mac: None, ..identity.clone() };
    let others = origins.into_iter().zip([identity, unknown]).map(|(origin, identity)| Entry {
        origin,
        stage: Stage::Removing,
        boot: None,
        name: b"eth0".to_vec(),
        identity: Some(identity),
        bridges: vec![],
        place: Some(BatchSlot { batch: 0xabc, position: 3 }),
        ..entry()
    });
    let keeping = Entry { changes: Requested { keep_addresses: true, ..moved.changes.clone() }, ..moved.clone() };
    let nameless =
        moved.bridges.iter().cloned().map(|(netns, bridge)| (netns, BridgeSnapshot { name: None, ..bridge }));
    let nameless = Entry { bridges: nameless.collect(), ..moved.clone() };
    for entry in others.chain([moved, keeping, nameless]) {
        assert_eq!(Entry::parse(&entry.to_text()).unwrap(), entry);
    }
}

#[test]
fn refuses_what_is_cut_swapped_or_added() {
    let text = entry().to_text();
    for end in (0..text.len()).step_by(7) {
        assert!(Entry::parse(&text[..end]).is_err());
    }
    let resealed = |lines: Vec<&str>| {
        let mut writer = Writer::default();
        for line in lines {
            let (key, value) = line.split_once(' ').unwrap();
            writer.line(key, value);
        }
        writer.finish()
    };
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("end ")).collect();
    assert!(Entry::parse(&resealed(lines.clone())).is_ok());
    for number in 0..lines.len() {
        let mut missing = lines.clone();
        let line = missing.remove(number);
        // Lists may be shorter, and the run of the kernel goes without saying below /run.
        let of_a_list = [
            "boot",
            "port-of",
            "address",
            "route",
            "neighbour",
            "next-hop",
            "setting",
            "port-of",
            "set-mac",
            "set-master",
            "set-sysctl",
            "add-via",
            "add-rule",
            "add-address",
            "add-route",
            "netns-setting",
            "bridge",
        ];
        if !of_a_list.contains(&line.split(' ').next().unwrap()) {
            assert!(Entry::parse(&resealed(missing)).is_err(), "without {line}");
        }
        let mut twice = lines.clone();
        twice.insert(number, "unknown x");
        assert!(Entry::parse(&resealed(twice)).is_err());
    }
}

/// What a program wrote that did not know the newest version.
fn as_version_2(entry: &Entry) -> String {
    let mut older = Writer::default();
    for line in entry.to_text().lines() {
        let (key, value) = line.split_once(' ').unwrap();
        let words: Vec<&str> = value.split(' ').collect();
        match (key, &words[..]) {
            ("end" | "serial" | "netns-setting", _) => {}
            (FORMAT, _) => older.line(FORMAT, 2),
            ("batch", _) => older.line("list", value),
            ("namespace" | "moved" | "beside" | "bridge", [id, path, _, rest @ ..]) => {
                older.line(key, [&[*id, *path], rest].concat().join(" "));
            }
            _ => older.line(key, value),
        }
    }
    older.finish()
}

#[test]
fn earlier_versions_are_read() {
    let mut newest = Entry { place: Some(BatchSlot { batch: 1, position: 0 }), ..entry() };
    let read = Entry::parse(&as_version_2(&newest)).unwrap();
    (newest.serial, newest.namespace.inode, newest.changes.netns_settings) = (0, None, Vec::new());
    newest.bridges.iter_mut().for_each(|(netns, _)| netns.inode = None);
    assert_eq!(read, newest);
    assert_eq!(Entry::parse(&as_version_2(&newest).replace("\nlist", "\nbatch")).map(drop).unwrap_err().errno(), None);
}

#[test]
fn later_versions_are_told_from_what_is_torn() {
    let text = entry().to_text();
    for (other, is_known) in [("4", false), ("", false), ("2", true)] {
        let lines = text.lines().filter(|line| !line.starts_with("end ")).skip(1);
        let mut resealed = Writer::default();
        resealed.line(FORMAT, other);
        lines.for_each(|line| resealed.line(line.split_once(' ').unwrap().0, line.split_once(' ').unwrap().1));
        let error = Entry::parse(&resealed.finish()).unwrap_err();
        assert_eq!(error.kind() == ErrorKind::NotSupported, !is_known, "{other}: {error}");
    }
}

#[test]
fn there_is_one_way_to_write_a_place() {
    assert_eq!(place("0000000000000abc 3"), Some(BatchSlot { batch: 0xabc, position: 3 }));
    for bad in ["abc 3", "0000000000000ABC 3", "+000000000000abc 3", "0000000000000abc", "0000000000000abc -1"] {
        assert_eq!(place(bad), None, "{bad}");
    }
}

#[test]
fn a_setting_is_one_of_the_link_itself() {
    let link = IfName::new("eth0").unwrap();
    for bad in [
        "ipv6 conf%2f..%2fx 1",
        "ipv6 conf%2feth0 1",
        "..%2f.. conf%2feth0%2fc 1",
        ".. conf%2feth0%2fc 1",
        "ipv6 conf%2f%2fc 1",
        "ipv4 conf%2fall%2fforwarding 1",
        "ipv4 conf%2feth1%2fforwarding 1",
        "netfilter nf_log%2feth0%2fx 1",
    ] {
        assert_eq!(setting(bad, &link), None, "{bad}");
    }
    assert!(setting("ipv6 conf%2feth0%2fdisable_ipv6 1", &link).is_some());
    for name in ["all", "default"] {
        assert_eq!(setting(&format!("ipv4 conf%2f{name}%2fforwarding 1"), &IfName::new(name).unwrap()), None);
    }
}

#[test]
fn a_setting_of_a_namespace_is_of_no_single_link() {
    for bad in ["ipv4 conf%2feth0%2fforwarding 0 1", "ipv4 ..%2fx 0 1", "ipv4 ip_forward 0", "ipv4 neigh%2feth0 0 1"] {
        assert_eq!(netns_setting(bad), None, "{bad}");
    }
    for good in ["ipv4 ip_forward 0 1", "ipv4 conf%2fall%2fforwarding - 1", "core somaxconn 128 4096"] {
        assert!(netns_setting(good).is_some(), "{good}");
    }
}
