//! No changeling: the inside swaps the link that was put there for another of the same kind, index and MAC.

use std::io::Read;
use std::process::{Child, Command, Stdio};

use serde_json::json;

use super::{done, failed};
use crate::command::{objects, output};
use crate::common::{bridge, in_netns, ip, ip_json, kernel_makes, veth};

/// An unprivileged user's container: a process in user and network namespaces of its own.
struct Container(Child);

impl Container {
    fn start() -> Self {
        let mut child = Command::new("unshare")
            .args(["--user", "--map-root-user", "--net", "sh", "-c", "ip link set lo up; echo; exec sleep 20"])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdout.as_mut().unwrap().read_exact(&mut [0]).unwrap();
        Self(child)
    }

    fn name(&self) -> String {
        format!("pid:{}", self.0.id())
    }

    /// Runs a script as the container's root.
    #[track_caller]
    fn run(&self, script: &str) -> String {
        let output = Command::new("nsenter")
            .args(["--preserve-credentials", "--user", "--net", "-t", &self.0.id().to_string(), "sh", "-ec", script])
            .output()
            .unwrap();
        assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    /// Hides the link and makes another one of its index and MAC in its place.
    fn swap(&self, name: &str, new: &str) {
        let script = format!(
            "set -- $(ip -o link show {name} | sed 's/^\\([0-9]*\\):.*ether \\([0-9a-f:]*\\) .*/\\1 \\2/')
             unshare --net sleep 20 > /dev/null 2>&1 &
             hideout=$!
             while [ \"$(readlink /proc/$hideout/ns/net)\" = \"$(readlink /proc/$$/ns/net)\" ]; do sleep 0.01; done
             ip link set {name} netns $hideout
             ip link add {name} index $1 address $2 {new}"
        );
        self.run(&script);
    }

    fn sources(&self) -> usize {
        let list = objects(&output(&format!("--json list {}", self.name())));
        list[0]["result"]["interfaces"].as_array().unwrap().len()
    }
}

impl Drop for Container {
    fn drop(&mut self) {
        let _ = Command::new("pkill").args(["-P", &self.0.id().to_string()]).status();
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_moved_veth() {
    in_netns(|| {
        let container = Container::start();
        veth("nic", "far");
        done(&format!("add {} nic --name eth0 --announce 0", container.name()));
        container.swap("eth0", "type veth peer name trap index 900");
        let error = failed(&format!("remove {} nic", container.name()), 1);
        assert_eq!((&error["kind"], &error["left"]), (&json!("unverified"), &json!("as before")), "{error}");
        assert!(!ip("-o link").contains("nic@"), "nothing came home");
        assert_eq!(container.sources(), 1);
    });
}

/// The same index and MAC, and the index of the other end, too.
#[test]
fn a_moved_veth_and_a_twin_with_the_same_other_index() {
    in_netns(|| {
        let container = Container::start();
        veth("nic", "far");
        let far = ip_json("link show far")[0]["ifindex"].clone();
        done(&format!("add {} nic --name eth0 --announce 0", container.name()));
        container.swap("eth0", &format!("type veth peer name trap index {far}"));
        let error = failed(&format!("remove {} nic", container.name()), 1);
        assert_eq!(error["kind"], "unverified", "{error}");
        assert!(!ip("-o link").contains("nic@"), "nothing came home");
    });
}

#[test]
fn a_moved_vxlan() {
    in_netns(|| {
        let container = Container::start();
        ip("link add nic type vxlan id 7 remote 192.0.2.9 dstport 4789");
        done(&format!("add {} nic --name eth0 --announce 0", container.name()));
        container.swap("eth0", "type vxlan id 7 remote 192.0.2.9 dstport 4789");
        let error = failed(&format!("remove {} nic", container.name()), 1);
        assert_eq!(error["kind"], "unverified", "{error}");
        assert!(!ip("-o link").contains("nic:"), "nothing came home");
    });
}

/// In the user namespace of home nobody is deceived.
#[test]
fn links_without_a_witness_come_home_from_where_nobody_deceives() {
    in_netns(|| {
        done("create web");
        ip("tuntap add dev tap0 mode tap");
        ip("tuntap add dev tun0 mode tun");
        let mut names = vec!["tap0", "tun0"];
        if kernel_makes("dummy") {
            ip("link add dummy7 type dummy");
            names.push("dummy7");
        }
        for name in names {
            ip(&format!("link set {name} up"));
            let before = ip_json(&format!("link show {name}"));
            done(&format!("add web {name} --name eth0 --announce 0"));
            done(&format!("remove web {name}"));
            assert_eq!(ip_json(&format!("link show {name}"))[0]["address"], before[0]["address"]);
        }
        done("add web lan --create bridge --announce 0");
        done("remove web lan");
    });
}
/// Nothing of the sandbox reaches the bridge.
#[test]
fn a_created_veth() {
    in_netns(|| {
        let container = Container::start();
        bridge("lan");
        done(&format!("add {} c0 --create veth,peer=host0,bridge=lan --announce 0", container.name()));
        container.swap("c0", "type veth peer name trap index 900");
        output(&format!("remove {} c0", container.name()));
        assert!(!ip("-o link").contains("host0"), "the end at home is gone, and the pair with it");
    });
}

#[test]
fn a_created_macvlan_and_twins_on_its_parent() {
    in_netns(|| {
        if !kernel_makes("macvlan") {
            return;
        }
        let filter = |mac: &str| {
            let all = Command::new("bridge").args(["fdb", "show", "dev", "nic"]).output().unwrap();
            String::from_utf8(all.stdout).unwrap().contains(mac)
        };
        for name in ["c0", "twin"] {
            let container = Container::start();
            veth("nic", "far");
            ip("link set nic up");
            ip("link set far up");
            let add =
                format!("add {} c0 --create macvlan,parent=nic --mac 02:00:00:00:00:07 --announce 0", container.name());
            done(&add);
            if name == "twin" {
                // On the one that was made, the kernel makes another on its parent.
                container.run("ip link add link c0 name twin type macvlan mode bridge; ip link set twin up");
            } else {
                container.swap("c0", "type veth peer name trap index 900");
            }
            let removed = output(&format!("remove {} c0", container.name()));
            let reaches = filter("02:00:00:00:00:07") || ip("-d link show nic").contains("promiscuity 1");
            assert!(!reaches || removed.status.code() == Some(1), "removed, and it still reaches the network");
            drop(container);
            output("forget gone c0");
            ip("link del nic");
        }
    });
}

/// The inside moves what it made on the parent into a child namespace: the way to the network is cut off there, too.
#[test]
fn a_twin_in_a_namespace_below() {
    in_netns(|| {
        if !kernel_makes("macvlan") {
            return;
        }
        let container = Container::start();
        veth("nic", "far");
        ip("link set nic up");
        ip("link set far up");
        let add = |name: &str| {
            let name = format!("add {} {name} --create macvlan,parent=nic --announce 0", container.name());
            done(&name);
        };
        add("c0");
        add("c1");
        container.run(
            "unshare --net sleep 20 > /dev/null 2>&1 &
             hideout=$!
             while [ \"$(readlink /proc/$hideout/ns/net)\" = \"$(readlink /proc/$$/ns/net)\" ]; do sleep 0.01; done
             ip link add link c0 name twin netns $hideout address 02:00:00:00:00:66 type macvlan mode bridge
             nsenter --net -t $hideout ip link set twin up",
        );
        let filter = || {
            let all = Command::new("bridge").args(["fdb", "show", "dev", "nic"]).output().unwrap();
            String::from_utf8(all.stdout).unwrap()
        };
        assert!(filter().contains("02:00:00:00:00:66"), "{}", filter());
        let said = done(&format!("remove {} c0", container.name()));
        assert!(said.contains("twin"), "{said}");
        assert!(!filter().contains("02:00:00:00:00:66"), "{}", filter());
        assert_eq!(container.sources(), 1, "the other interface stays");
        container.run("ip link show c1");
    });
}

/// Nothing beyond forging tells a tap from another one.
#[test]
fn a_link_without_a_witness_is_refused() {
    in_netns(|| {
        let container = Container::start();
        ip("tuntap add dev tap0 mode tap");
        ip("link set tap0 up");
        let add = format!("add {} tap0 --announce 0", container.name());
        let error = failed(&add, 1);
        assert_eq!(error["kind"], "unverified", "{error}");
        assert!(error["message"].as_str().unwrap().contains("user namespace"), "{error}");
        done(&format!("{add} --allow-unverified"));
        ip("link set lo up");
        let said = done(&format!("remove {} tap0", container.name()));
        assert!(said.contains("tap0"), "{said}");
        let flags = ip_json("link show tap0")[0]["flags"].clone();
        assert!(!flags.as_array().unwrap().contains(&json!("UP")), "{flags}");
    });
}
