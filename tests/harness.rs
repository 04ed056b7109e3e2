//! The tests' own tools: a test that could not fail would prove nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

mod common;

use std::fs::{self, File};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::{Command, Output};

use common::{assert_as_before, differences, in_netns, ip, settled, snapshot, tools};

#[test]
fn namespaces_are_our_own() {
    in_netns(|| {
        assert_eq!(common::ip_json("link").as_array().unwrap().len(), 1, "only lo");
        assert_eq!(std::fs::read_dir("/run").unwrap().count(), 0);
        ip("link add v0 type veth peer v1");
        common::ping("127.0.0.1");
    });
}

#[test]
#[should_panic(expected = "exit status")]
fn a_failure_inside_is_a_failure() {
    in_netns(|| panic!("inside"));
}

#[test]
fn a_change_is_seen() {
    in_netns(|| {
        ip("link add v0 type veth peer v1");
        ip("link set v0 up");
        ip("addr add 10.0.0.1/24 dev v0 valid_lft 1000 preferred_lft 1000");
        let here = File::open("/proc/thread-self/ns/net").unwrap();
        let before = settled(&here);
        assert_as_before(&before, &here);
        for (change, back) in [
            ("link set v0 mtu 1400", "link set v0 mtu 1500"),
            ("link property add dev v0 altname other", "link property del dev v0 altname other"),
            ("addr add 10.0.1.1/24 dev v0", "addr del 10.0.1.1/24 dev v0"),
            ("route add 10.9.0.0/16 dev v0 table 7", "route del 10.9.0.0/16 dev v0 table 7"),
            ("neigh add 10.0.0.9 lladdr 02:00:00:00:00:09 dev v0", "neigh del 10.0.0.9 dev v0"),
            ("addr change 10.0.0.1/24 dev v0", "addr change 10.0.0.1/24 dev v0 valid_lft 1000 preferred_lft 1000"),
        ] {
            ip(change);
            assert!(!differences(&before, &snapshot(&here)).is_empty(), "{change}");
            ip(back);
            assert_as_before(&before, &here);
        }
        let proxy = "/ipv4/v0/proxy_arp";
        common::write_sysctl("ipv4/conf/v0/proxy_arp", "1");
        assert_eq!(differences(&before, &snapshot(&here)), [format!("{proxy}: was \"0\", is \"1\"")]);
    });
}

/// What is said and done about missing programs where nothing is found but in /run/bin.
fn tools() -> Output {
    Command::new("/bin/sh").args(["-c", tools::SCRIPT]).env("PATH", "/run/bin").output().unwrap()
}

fn script(name: &str, text: &str) {
    let path = format!("/run/bin/{name}");
    fs::write(&path, format!("#!/bin/sh\n{text}")).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn missing_programs_are_installed_or_asked_for() {
    if common::emulated() {
        return println!("where another kernel is booted, nothing is installed");
    }
    in_netns(|| {
        fs::create_dir("/run/bin").unwrap();
        for program in ["sort", "paste", "flock", "cp", "cat"] {
            let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).output().unwrap();
            symlink(String::from_utf8(found.stdout).unwrap().trim(), format!("/run/bin/{program}")).unwrap();
        }
        let others = "cc c++ make nm pkg-config valgrind ip tc bridge strace pgrep setpriv setsid nsenter unshare jq \
                      nft iptables mandoc zsh fish";
        others.split(' ').for_each(|program| script(program, ""));

        script("id", "echo 1000");
        let asked = tools();
        assert_eq!(asked.status.code(), Some(1));
        assert_eq!(
            String::from_utf8(asked.stderr).unwrap(),
            "programs that the tests run are missing; as root: apt-get install iputils-ping\n"
        );
        script("id", "echo 0");
        assert_eq!(tools().status.code(), Some(1), "root, but no apt-get");

        script("apt-get", "echo \"$@\" >>/run/done");
        assert_eq!(tools().status.code(), Some(1), "it did not help");
        fs::remove_file("/run/done").unwrap();
        script("apt-get", "echo \"$@\" >>/run/done; cp /run/bin/ip /run/bin/ping");
        assert!(tools().status.success());
        let install = "-qq update\n-qq install -y --no-install-recommends iputils-ping\n";
        assert_eq!(fs::read_to_string("/run/done").unwrap(), install);
        let nothing = tools();
        assert!(nothing.status.success() && nothing.stderr.is_empty());
        assert_eq!(fs::read_to_string("/run/done").unwrap(), install, "not again");
    });
}
