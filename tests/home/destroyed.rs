//! Destroying a namespace takes the interfaces out first.

use std::process::Stdio;

use serde_json::{Value, json};

use super::{done, failed, ip_of, nic, rich_nic, web};
use crate::command::{batch, objects, output};
use crate::common::{assert_as_before, bridge, in_netns, ip, ip_json, kernel_makes, settled, whole};

fn home() -> std::fs::File {
    std::fs::File::open("/proc/thread-self/ns/net").unwrap()
}

#[test]
fn what_was_moved_goes_home_and_what_was_created_goes() {
    in_netns(|| {
        web();
        rich_nic();
        ip("tuntap add dev tap0 mode tap");
        let before = settled(&home());
        for end in ["destroy web", "create web --replace", "destroy web --force"] {
            output("create web");
            done("add web nic --name eth0 --mac 02:00:00:00:09:09 --announce 0");
            done("add web tap0 --name eth1 --announce 0");
            done("add web br --create bridge --announce 0");
            done("add web c0 --create veth,peer=host0,bridge=lan --announce 0");
            assert_eq!(done(end), "");
            println!("after {end}");
            assert_as_before(&before, &home());
            assert!(
                std::fs::read_dir("/run/netgraft")
                    .unwrap()
                    .all(|file| { !file.unwrap().file_name().to_string_lossy().ends_with(".entry") })
            );
        }
    });
}

/// Checked for all before the first is moved.
#[test]
fn only_a_condition_at_home_refuses() {
    in_netns(|| {
        web();
        nic();
        ip("tuntap add dev tap0 mode tap");
        done("add web nic --name eth0 --announce 0");
        done("add web tap0 --name eth1 --announce 0");
        ip("link add nic type bridge");
        let error = failed("destroy web", 1);
        assert_eq!((&error["kind"], &error["left"]), (&json!("name-taken"), &json!("as before")), "{error}");
        let links = ip_of("web", "-o link");
        assert!(links.contains("eth0") && links.contains("eth1"), "{links}");
        let said = done("destroy web --force");
        assert!(said.contains("nic"), "{said}");
        assert!(!std::path::Path::new("/run/netns/web").exists());
        assert_eq!(ip_json("link show tap0")[0]["ifname"], "tap0");
    });
}

/// The namespace goes, and a restore knows of the link.
#[test]
fn what_the_inside_hides_does_not_stop_it() {
    in_netns(|| {
        web();
        nic();
        done("add web nic --name eth0 --announce 0");
        let mut hideout = crate::common::inside(&super::pin("web"), || {
            let mut child = std::process::Command::new("unshare")
                .args(["-n", "sh", "-c", "echo; exec sleep 20"])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut [0]).unwrap();
            child
        });
        ip_of("web", &format!("link set eth0 netns {}", hideout.id()));
        let error = failed("destroy web", 3);
        assert!(error["left"].as_str().unwrap().contains("nic"), "{error}");
        assert!(!std::path::Path::new("/run/netns/web").exists());
        hideout.kill().unwrap();
        hideout.wait().unwrap();
    });
}

#[test]
fn a_home_that_is_gone_is_no_refusal() {
    in_netns(|| {
        web();
        done("create old");
        ip_of("old", "link add nic type veth peer name far");
        done("add web nic --from old --name eth0 --announce 0");
        ip("netns del old");
        let said = done("destroy web");
        assert!(said.contains("nic"), "{said}");
        assert!(!std::path::Path::new("/run/netns/web").exists());
    });
}

/// While somebody holds the namespace open, the links are out all the same.
#[test]
fn a_namespace_that_lives_on() {
    in_netns(|| {
        let held = web();
        nic();
        done("add web nic --name eth0 --announce 0");
        done("destroy web");
        assert_eq!(ip_json("link show nic")[0]["ifname"], "nic");
        drop(held);
    });
}

/// Names, MACs and numbers are free when destroy returns.
#[test]
fn again_and_again_with_the_same_values() {
    in_netns(|| {
        bridge("lan");
        nic();
        let mut adds = vec![
            "c0 --create veth,peer=va,bridge=lan --mac 02:00:00:00:00:01",
            "nic --name eth1",
            "vx --create vxlan,id=7,remote=192.0.2.9",
        ];
        for (kind, add) in [
            ("macvlan", "mv --create macvlan,parent=far --mac 02:00:00:00:00:02"),
            ("ipvlan", "iv --create ipvlan,parent=lan-held"),
        ] {
            if kernel_makes(kind) {
                adds.push(add);
            }
        }
        let rounds = if whole() { 1000 } else { 40 };
        for end in ["destroy NAME", "create NAME --replace"] {
            let name = if end.starts_with("destroy") { "one" } else { "two" };
            let mut script = String::new();
            for _ in 0..rounds {
                if end.starts_with("destroy") || script.is_empty() {
                    script += &format!("create {name}\n");
                }
                for add in &adds {
                    script += &format!("add {name} {add} --announce 0\n");
                }
                script += &end.replace("NAME", name);
                script += "\n";
            }
            let (status, objects, said) = batch("", script);
            let bad: Vec<&Value> = objects.iter().filter(|object| object["ok"] == false).collect();
            assert_eq!((status, bad.len()), (Some(0), 0), "{end}: {said} {bad:?}");
            let _ = output(&format!("destroy {name}"));
        }
    });
}

/// The same with a process for each command.
#[test]
fn again_and_again_in_processes_of_their_own() {
    in_netns(|| {
        bridge("lan");
        for _ in 0..if whole() { 200 } else { 20 } {
            done("create web");
            done("add web c0 --create veth,peer=va,bridge=lan --announce 0");
            done("destroy web");
        }
    });
}

/// An entry of an add that was interrupted is undone on the way.
#[test]
fn destroy_leaves_nothing_in_the_journal() {
    in_netns(|| {
        web();
        nic();
        done("add web nic --name eth0 --announce 0");
        done("destroy web");
        let restored = objects(&output("--json restore current"))[0]["result"].take();
        assert_eq!(restored["dropped"], json!([]), "{restored}");
        done("create web");
        done("add web nic --name eth0 --announce 0");
    });
}
