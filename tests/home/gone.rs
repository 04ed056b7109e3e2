//! Hidden is not gone: an entry is dropped only when its link is gone for certain, or by `forget`.

use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use super::{done, failed, ip_of, nic, pin, sources, web};
use crate::command::{objects, output};
use crate::common::{in_netns, inside, ip, ip_json, ip_json_in, veth};

/// A process in a network namespace of its own below that of the calling thread, to hide a link in.
struct Hideout(Child);

impl Hideout {
    fn below(name: &str) -> Self {
        inside(&pin(name), || {
            let mut child = Command::new("unshare")
                .args(["-n", "sh", "-c", "echo; exec sleep 20"])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut one = [0];
            std::io::Read::read_exact(child.stdout.as_mut().unwrap(), &mut one).unwrap();
            Self(child)
        })
    }

    fn file(&self) -> std::fs::File {
        std::fs::File::open(format!("/proc/{}/ns/net", self.0.id())).unwrap()
    }
}

impl Drop for Hideout {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn a_link_that_is_hidden_for_a_moment_keeps_its_entry() {
    in_netns(|| {
        web();
        nic();
        done("add web nic --name eth0 --announce 0");
        let hideout = Hideout::below("web");
        let index = ip_json_in(&pin("web"), "link show eth0")[0]["ifindex"].clone();
        ip_of("web", &format!("link set eth0 netns {}", hideout.0.id()));
        for command in ["remove web nic", "remove web nic --if-exists"] {
            let error = failed(command, 1);
            assert_eq!((&error["kind"], &error["left"]), (&json!("unverified"), &json!("as before")), "{error}");
            assert_eq!(sources(), ["nic"]);
        }
        // A restore says so, and keeps the entry, too.
        let restored = output("--json restore web");
        assert_eq!(restored.status.code(), Some(3), "{restored:?}");
        assert_eq!(sources(), ["nic"]);
        // The inside gives it back, with the index that it had.
        let back = format!("link set eth0 netns {}", std::process::id());
        inside(&hideout.file(), || inside_web(&back, &index));
        assert_eq!(done("remove web nic"), "");
        assert_eq!(ip_json("link show nic")[0]["ifname"], "nic");
    });
}

fn inside_web(_: &str, index: &Value) {
    // By the pin, which `ip` takes for a name.
    ip(&format!("link set eth0 netns web index {index}"));
}

/// A veth's other end at home says that the link is gone.
#[test]
fn a_link_that_is_gone_for_certain() {
    in_netns(|| {
        web();
        for options in ["", " --if-exists"] {
            nic();
            done("add web nic --name eth0 --announce 0");
            ip_of("web", "link del eth0");
            if options.is_empty() {
                let error = failed("remove web nic", 1);
                assert_eq!(error["kind"], "not-found");
                assert!(error["left"].as_str().unwrap().contains("no longer exists"), "{error}");
            } else {
                done("remove web nic --if-exists");
            }
            assert!(sources().is_empty());
        }
        failed("remove web nic", 1);
        done("remove web nic --if-exists");
        done("remove nowhere nic --if-exists");
        failed("remove nowhere nic", 1);
    });
}

#[test]
fn several_sources_at_once() {
    in_netns(|| {
        web();
        for name in ["nic1", "nic2", "nic3"] {
            veth(name, &format!("{name}-far"));
            done(&format!("add web {name} --prefix eth --announce 0"));
        }
        done("remove web nic1 nic3");
        assert_eq!(sources(), ["nic2"]);
        let error = failed("remove web nic1 nic2", 1);
        assert_eq!(error["kind"], "not-found");
        assert!(sources().is_empty(), "the other one was removed all the same");
    });
}

/// The link stays as it is, whatever that is.
#[test]
fn an_entry_is_forgotten() {
    in_netns(|| {
        web();
        nic();
        done("add web nic --name eth0 --mtu 1300 --announce 0");
        done("forget web nic");
        assert!(sources().is_empty());
        assert_eq!(ip_json_in(&pin("web"), "link show eth0")[0]["mtu"], 1300);
        assert_eq!(failed("forget web nic", 1)["kind"], "not-found");
    });
}

#[test]
fn all_that_the_journal_knows() {
    in_netns(|| {
        web();
        done("create db");
        for (name, namespace) in [("nic1", "web"), ("nic2", "db")] {
            veth(name, &format!("{name}-far"));
            done(&format!("add {namespace} {name} --name eth0 --announce 0"));
        }
        let list = objects(&output("--json list"))[0]["result"]["interfaces"].take();
        let of = |n: usize| (list[n]["source"].clone(), list[n]["namespace"].clone());
        assert_eq!(list.as_array().unwrap().len(), 2, "{list}");
        assert_eq!(of(0), (json!("nic2"), json!("/run/netns/db")));
        assert_eq!(of(1), (json!("nic1"), json!("/run/netns/web")));
        let restored = objects(&output("--json restore"))[0]["result"].take();
        assert_eq!(restored["interfaces"].as_array().unwrap().len(), 2, "{restored}");
    });
}

/// An address that came with a multicast group cannot be put back while the group is there.
#[test]
fn autojoin_addresses_go_and_come() {
    in_netns(|| {
        web();
        nic();
        ip("addr add 239.1.2.3/32 dev nic autojoin");
        let before = ip("-4 -o addr show dev nic");
        failed("add web nic --name eth0 --sysctl net.ipv4.conf.IFNAME.nonsense=1", 1);
        assert_eq!(ip("-4 -o addr show dev nic"), before);
        done("add web nic --name eth0 --announce 0");
        done("remove web nic");
        assert_eq!(ip("-4 -o addr show dev nic"), before);
    });
}
