//! The command over several invocations, by its journal.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

mod command;
mod common;

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use command::{batch, netgraft, objects, output, text};
use common::{
    assert_as_before, bridge, had_carrier, in_netns, inside, ip, ip_in, ip_json, ip_json_in, journal_files, patience,
    settled, until, veth,
};
use serde_json::{Value, json};

const FOLDER: &str = "/run/netgraft";
/// A veth end with everything on it, moved into a namespace.
const ADD: &str = "add web veth1 --name eth0 --mac 02:42:0a:00:00:02 --mtu 1400 --alias moved --ipv4 10.0.0.2/24 \
                   --ipv6 fd00:1::2/64 --route 172.20.0.0/16 --route 0.0.0.0/0 --announce 0";

fn pin(name: &str) -> File {
    File::open(format!("/run/netns/{name}")).unwrap()
}

/// What a command does that has to succeed, without complaint, by itself.
#[track_caller]
fn done(line: &str) -> Value {
    let output = output(&format!("--json {line}"));
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{line}: {output:?}");
    objects(&output).remove(0)["result"].take()
}

/// Status, kind and message of a command that has to fail.
#[track_caller]
fn failed(line: &str) -> (Option<i32>, String, String) {
    let output = output(&format!("--json {line}"));
    let error = objects(&output).remove(0)["error"].take();
    let word = |key: &str| error[key].as_str().unwrap_or_else(|| panic!("{line}: {output:?}")).to_owned();
    (output.status.code(), word("kind"), word("message"))
}

fn sources(list: &Value) -> Vec<&str> {
    let interfaces = list["interfaces"].as_array().unwrap();
    interfaces.iter().map(|interface| interface["source"].as_str().unwrap()).collect()
}

fn entries() -> Vec<String> {
    let files = journal_files(FOLDER).into_iter();
    files.map(|path| path.strip_prefix(FOLDER).unwrap().to_str().unwrap().to_owned()).collect()
}

/// A namespace, and two veth pairs outside it.
fn setup() {
    done("create web");
    veth("veth1", "peer1");
    veth("veth2", "peer2");
    for number in 1..=2 {
        let (link, peer) = (format!("veth{number}"), format!("peer{number}"));
        ip(&format!("link set {peer} addrgenmode none"));
        ip(&format!("link set {peer} up"));
        had_carrier(&link, &peer);
        ip(&format!("link set {link} mtu 1450 alias home"));
    }
}

#[test]
fn later_invocations_find_it() {
    in_netns(|| {
        setup();
        assert!(entries().is_empty(), "a namespace needs no journal");
        let before = settled(&File::open("/proc/thread-self/ns/net").unwrap());
        let added = done(ADD);
        assert_eq!(added["routes"], json!(["172.20.0.0/16", "0.0.0.0/0"]));
        done("add web veth2 --prefix eth --announce 0");
        done("add web br0 --create bridge --announce 0");
        done("add web oc3 --create veth,peer=far --name eth3 --master br0 --announce 0");
        let list = done("list web");
        assert_eq!(sources(&list), ["veth1", "veth2", "br0", "oc3"], "oldest first");
        assert_eq!(list["interfaces"][0], added);
        assert_eq!(done("stats web veth1")["rx_errors"], 0);
        let tree = done("show web");
        let links = tree["namespaces"][0]["links"].as_array().unwrap();
        assert!(links.iter().any(|link| link["source"] == "veth1" && link["name"] == "eth0"), "{tree}");
        assert!(text(&output("show").stdout).contains(", from veth1"));
        done("announce web veth1 --count 1");
        assert_eq!(failed("add web veth1 --create bridge").1, "exists");
        for source in ["oc3", "br0", "veth2", "veth1"] {
            assert_eq!(done(&format!("remove web {source}")), Value::Null);
        }
        assert_eq!(failed("remove web veth1").1, "not-found");
        assert_eq!((sources(&done("list web")), entries()), (vec![], vec![]));
        assert_as_before(&before, &File::open("/proc/thread-self/ns/net").unwrap());
    });
}

#[test]
fn the_state_dir_is_where_it_is_said_to_be() {
    in_netns(|| {
        setup();
        done("--state-dir /run/a/b add web veth1 --announce 0");
        assert!(entries().is_empty());
        assert_eq!(sources(&done("--state-dir /run/a/b list web")), ["veth1"]);
        assert!(sources(&done("list web")).is_empty());
        let relative = netgraft(["--state-dir", "b", "list", "web"]).current_dir("/run/a").output().unwrap();
        assert!(text(&relative.stdout).contains("from veth1") || text(&relative.stdout).contains("veth1"));
        done("--state-dir /run/a/b remove web veth1");
    });
}

#[test]
fn in_place_and_at_home() {
    in_netns(|| {
        setup();
        let here = File::open("/proc/thread-self/ns/net").unwrap();
        let before = settled(&here);
        done("add current veth1 --in-place --ipv4 10.5.0.1/24 --mac 02:00:00:00:00:07 --announce 0");
        done("add current br9 --create bridge --announce 0");
        let other = done(&format!("list pid:{}", std::process::id()));
        assert_eq!(sources(&other), ["veth1", "br9"], "the same namespace");
        done("remove current veth1");
        done("remove current br9");
        assert_as_before(&before, &here);
    });
}

#[test]
fn without_a_folder_to_write() {
    in_netns(|| {
        setup();
        fs::write("/run/file", "").unwrap();
        let bad = |line: &str| output(&format!("--state-dir /run/file/x {line}"));
        // Needs none.
        for line in ["create second", "run web -- true"] {
            let output = bad(line);
            assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(0), ""), "{line}");
        }
        let lines =
            ["list web", "add web veth1 --announce 0", "remove web veth1", "remove web --all", "stats web veth1"];
        for line in lines.into_iter().chain(["announce web veth1", "restore web", "destroy second"]) {
            let output = bad(&format!("--json {line}"));
            let error = &objects(&output)[0]["error"];
            assert_eq!((output.status.code(), &error["kind"]), (Some(1), &json!("journal")), "{line}");
            assert!(
                error["message"].as_str().unwrap().contains("open the journal /run/file/x: "),
                "{line}: {output:?}"
            );
            assert_eq!(error["left"], "as before");
        }
        ip("link show veth1");
        // The way out.
        fs::write("/run/script", "add web veth2 --announce 0\nstats web veth2\nremove web --all").unwrap();
        done("--no-journal batch /run/script");
        assert!(entries().is_empty() && !Path::new(FOLDER).exists());
    });
}

#[test]
fn one_line_whatever_the_path() {
    in_netns(|| {
        let output = netgraft(["create", "/run/a\nb/c\u{7}d"]).output().unwrap();
        assert!(output.status.success());
        assert_eq!(text(&output.stdout), "/run/a\\nb/c\\u{7}d\n");
        let output = netgraft(["list", "/run/a\nb/nothing"]).output().unwrap();
        assert_eq!(text(&output.stderr).lines().count(), 1, "{output:?}");
    });
}

/// A restore from which no process is hidden: there is no other one.
fn restore_seeing_all() -> Value {
    let words = ["--pid", "--fork", "--mount-proc", env!("CARGO_BIN_EXE_netgraft"), "--json", "restore", "web"];
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        let output = Command::new("unshare").args(words).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let restored = objects(&output).remove(0)["result"].take();
        // The kernel lets go of a namespace some time after its last user.
        if restored["dropped"] != json!([]) || Instant::now() > deadline {
            return restored;
        }
    }
}

#[test]
fn a_restore_tells_what_it_finds() {
    in_netns(|| {
        setup();
        assert_eq!(
            done("restore web"),
            json!({"interfaces": [], "undone": [], "finished": [], "gone": [], "busy": 0, "dropped": [],
                   "left_alone": [], "failed": []})
        );
        let added = done(&ADD.replace("--announce 0", "--announce 2 --announce-interval 100ms"));
        done("add web oc0 --create veth,peer=oc0-host --announce 0");
        ip("link del oc0-host");
        let torn = entries().into_iter().find(|name| name.contains("oc0")).unwrap();
        fs::write(format!("{FOLDER}/{}", torn.replace("oc0", "oc1")), "netgraft-journal 1\nstage pre").unwrap();
        fs::write(format!("{FOLDER}/cookie-99.far.entry"), "").unwrap();
        let start = Instant::now();
        let output = output("--json restore web");
        let restored = objects(&output).remove(0)["result"].take();
        assert!(start.elapsed() >= Duration::from_millis(100), "it is announced as it was");
        assert_eq!((output.status.code(), &restored["interfaces"]), (Some(0), &json!([added])));
        assert_eq!(restored["gone"], json!(["oc0"]));
        assert!(restored["dropped"][0].as_str().unwrap().contains("oc1.entry: not a journal entry: it is torn"));
        assert!(restored["left_alone"][0].as_str().unwrap().contains("cookie-99.far.entry"));
        assert_eq!(entries().len(), 2, "{:?}", entries());
        fs::remove_file(format!("{FOLDER}/cookie-99.far.entry")).unwrap();

        // A namespace that has gone otherwise takes its interfaces along.
        done("create second");
        done("add second oc2 --create bridge --announce 0");
        ip("netns del second");
        let restored = restore_seeing_all();
        let dropped = restored["dropped"][0].as_str().unwrap_or_default();
        assert!(dropped.contains("oc2: its namespace /run/netns/second"), "{restored}");
        let people = command::output("restore web");
        assert!(text(&people.stdout).starts_with("eth0 ("), "{people:?}");
        assert_eq!(entries().len(), 1);
    });
}

#[test]
fn a_namespace_that_was_only_a_processs_is_gone_with_it() {
    in_netns(|| {
        done("create web");
        let mut process = Command::new("unshare").args(["--net", "sleep", "1000"]).spawn().unwrap();
        let pid = process.id();
        let own = fs::read_link("/proc/self/ns/net").unwrap();
        until(|| fs::read_link(format!("/proc/{pid}/ns/net")).is_ok_and(|netns| netns != own));
        done(&format!("add pid:{pid} br0 --create bridge --announce 0"));
        process.kill().unwrap();
        process.wait().unwrap();
        let restored = restore_seeing_all();
        let dropped = restored["dropped"][0].as_str().unwrap_or_default();
        assert!(dropped.starts_with("br0: its namespace "), "{restored}");
        assert!(entries().is_empty());
    });
}

/// Pinned in another mount namespace alone, it is not gone; nor is it for certain where nobody is in that one to see it.
#[test]
fn a_namespace_that_another_mount_namespace_has_pinned_is_not_gone() {
    in_netns(|| {
        done("create web");
        done("create second");
        done("add second oc2 --create bridge --announce 0");
        // Where all processes are seen. The file stays: with it, the pins would go wherever they are.
        let script = r#"
            set -e
            unshare --mount sleep 1000 &
            while [ "$(readlink /proc/$!/ns/mnt)" = "$(readlink /proc/$$/ns/mnt)" ]; do sleep 0.02; done
            umount /run/netns/second
            "$0" --json restore web
            exec 9</proc/$!/ns/mnt
            kill $!
            wait $! || true
            "$0" --json restore web
            exec 9<&-
            "$0" --json restore web
        "#;
        let words = ["--pid", "--fork", "--mount-proc", "sh", "-c", script, env!("CARGO_BIN_EXE_netgraft")];
        let output = Command::new("unshare").args(words).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        let dropped: Vec<usize> =
            objects(&output).iter().map(|restored| restored["result"]["dropped"].as_array().unwrap().len()).collect();
        // This test's own mount namespace has the pin as well, which the kernel knows from Linux 6.18 on.
        assert!(matches!(dropped[..], [0, 0, 0 | 1]), "{output:?}");
    });
}

/// One that had a path, too, can be known to a process that must not be looked at.
#[test]
fn a_namespace_that_a_hidden_process_may_have_is_not_gone() {
    in_netns(|| {
        done("create web");
        done("create second");
        done("add second oc2 --create bridge --announce 0");
        let mut process = Command::new("ip").args("netns exec second sleep 1000".split(' ')).spawn().unwrap();
        let pid = process.id();
        let own = fs::read_link("/proc/self/ns/net").unwrap();
        until(|| fs::read_link(format!("/proc/{pid}/ns/net")).is_ok_and(|netns| netns != own));
        ip("netns del second");
        // `ip` has left a mount namespace of its own, in which it is not pinned either.
        let output = Command::new("setpriv")
            .args([
                "--bounding-set",
                "-sys_ptrace",
                "--inh-caps",
                "-sys_ptrace",
                env!("CARGO_BIN_EXE_netgraft"),
                "--json",
            ])
            .args(["restore", "web"])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        assert_eq!(objects(&output).remove(0)["result"]["dropped"], json!([]));
        assert_eq!(entries().len(), 1);
        process.kill().unwrap();
        process.wait().unwrap();
    });
}

/// Which calls a command makes to have its entry last, in their order.
fn synced(folder: &str, line: &str) -> Vec<String> {
    let status = Command::new("strace")
        .args(["-qq", "-f", "-o", "/run/trace", "-e", "trace=fdatasync,fsync,rename,renameat2"])
        .args([env!("CARGO_BIN_EXE_netgraft"), "--state-dir", folder])
        .args(line.split_whitespace())
        .status()
        .unwrap();
    assert!(status.success(), "{line}");
    let trace = fs::read_to_string("/run/trace").unwrap();
    let name = |line: &str| Some(line.split_once(' ')?.1.trim_start().split_once('(')?.0.to_owned());
    trace.lines().filter_map(name).collect()
}

#[test]
fn entries_last_where_files_do() {
    in_netns(|| {
        setup();
        assert_eq!(synced("/run/state", "add web veth1 --announce 0"), ["renameat2", "rename"]);
        done("--state-dir /run/state remove web veth1");
        // The tests are to be run where not everything is in memory.
        let folder = tempfile::tempdir_in("/var/tmp").unwrap();
        let folder = folder.path().join("state");
        let state = folder.to_str().unwrap();
        let lasting = ["fsync", "fdatasync", "renameat2", "fsync", "fdatasync", "rename", "fsync"];
        assert_eq!(synced(state, "add web veth1 --announce 0"), lasting);
        // As after a reboot that gave a namespace the same identity.
        let entry = journal_files(&folder).remove(0);
        let text = fs::read_to_string(&entry).unwrap();
        let boot = text.lines().find(|line| line.starts_with("boot ")).unwrap().to_owned();
        let (before, _) = text.split_once("end ").unwrap();
        fs::write(&entry, sealed(&before.replace(&boot, "boot another"))).unwrap();
        let there = |line: &str| done(&format!("--state-dir {state} {line}"));
        assert!(sources(&there("list web")).is_empty());
        let restored = there("restore web");
        let dropped = restored["dropped"][0].as_str().unwrap();
        assert!(
            dropped.starts_with("veth1: ") && dropped.ends_with(" is of before the machine was started"),
            "{dropped}"
        );
        assert_eq!(restored["interfaces"], json!([]));
        ip_in(&pin("web"), "link show veth1");
    });
}

/// A journal entry with its last line.
fn sealed(text: &str) -> String {
    let mix = |sum: u64, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{text}end {:016x}\n", text.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
}

/// A destroy goes by the rule of a restore: it drops what is damaged, and names what it cannot read.
#[test]
fn a_destroy_keeps_the_entry_that_a_newer_program_wrote() {
    in_netns(|| {
        setup();
        done(ADD);
        let file = journal_files(FOLDER).remove(0);
        let entry = fs::read_to_string(&file).unwrap().replace("netgraft-journal 3\n", "netgraft-journal 99\n");
        let entry = sealed(&entry[..entry.rfind("end ").unwrap()]);
        fs::write(&file, &entry).unwrap();
        let torn = file.with_file_name("torn.entry");
        fs::write(&torn, &entry[..entry.len() / 2]).unwrap();
        let output = output("--json destroy web");
        let error = &objects(&output)[0]["error"];
        assert_eq!((output.status.code(), &error["kind"]), (Some(3), &json!("unverified")), "{output:?}");
        let left = error["left"].as_str().unwrap();
        assert!(left.starts_with("veth1: ") && left.contains("version 99"), "{left}");
        assert!(text(&output.stderr).contains("torn.entry") && !torn.exists(), "{output:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), entry);
        // Nor does a restore from elsewhere drop it, though its namespace is gone.
        let restored = done("restore current");
        let told = restored["left_alone"].as_array().unwrap();
        assert!(told.iter().any(|what| what.as_str().unwrap().contains("version 99")), "{restored}");
        assert!(file.exists());
    });
}

#[test]
fn a_destroyed_namespace_leaves_nothing_behind() {
    in_netns(|| {
        setup();
        done(ADD);
        done("adopt second /run/netns/web");
        done("destroy web");
        assert!(entries().is_empty(), "the interfaces are out, if it lives on or not");
        assert!(sources(&done("list second")).is_empty());
        done("destroy second");
    });
}

/// `netgraft` under strace, killed in front of a system call; false when it was done before.
fn killed(call: &str, number: usize, line: &str) -> bool {
    let status = Command::new("strace")
        .args(["-qq", "-o", "/run/trace", "-e", &format!("trace={call}")])
        .args(["-e", &format!("inject={call}:signal=KILL:when={number}")])
        .arg(env!("CARGO_BIN_EXE_netgraft"))
        .args(line.split_whitespace())
        .output()
        .unwrap()
        .status;
    !status.success()
}

/// Kills a command in front of each system call that changes something, and lets `check` look at each ruin.
fn each_ruin(line: &str, mut check: impl FnMut(&str)) {
    for call in ["sendto", "renameat2", "rename", "unlink"] {
        let mut number = 1;
        while killed(call, number, line) {
            check(&format!("{call} {number}"));
            number += 1;
        }
        check(&format!("{call} {number}, which it did not come to"));
    }
}

#[test]
fn an_add_that_was_killed_is_undone_or_done() {
    in_netns(|| {
        setup();
        let (host, web) = (File::open("/proc/thread-self/ns/net").unwrap(), pin("web"));
        let before = (settled(&host), settled(&web));
        let mut undone = 0;
        each_ruin(ADD, |when| {
            let restored = done("restore web");
            println!("{when}: {restored}");
            assert_eq!(restored["gone"], json!([]), "{when}");
            if sources(&restored) == ["veth1"] {
                assert_eq!(ip_json_in(&web, "link show eth0")[0]["address"], "02:42:0a:00:00:02", "{when}");
                done("remove web veth1");
                return;
            }
            undone += usize::from(restored["undone"] == json!(["veth1"]));
            assert_as_before(&before.0, &host);
            assert_as_before(&before.1, &web);
            assert!(entries().is_empty(), "{when}: {:?}", entries());
        });
        assert!(undone >= 3, "{undone}");
    });
}

#[test]
fn a_removal_that_was_killed_is_done() {
    in_netns(|| {
        setup();
        let (host, web) = (File::open("/proc/thread-self/ns/net").unwrap(), pin("web"));
        let before = (settled(&host), settled(&web));
        let mut finished = 0;
        done(ADD);
        each_ruin("remove web veth1", |when| {
            let restored = done("restore web");
            println!("{when}: {restored}");
            if sources(&restored) == ["veth1"] {
                // Killed before it began.
                done("remove web veth1");
            }
            finished += usize::from(restored["finished"] == json!(["veth1"]));
            assert_as_before(&before.0, &host);
            assert_as_before(&before.1, &web);
            assert!(entries().is_empty(), "{when}: {:?}", entries());
            done(ADD);
        });
        assert!(finished > 0);
    });
}

#[test]
fn a_creation_that_was_killed_is_undone_or_done() {
    in_netns(|| {
        setup();
        bridge("br0");
        let (host, web) = (File::open("/proc/thread-self/ns/net").unwrap(), pin("web"));
        let before = (settled(&host), settled(&web));
        let add = "add web oc0 --create veth,peer=oc0-host,bridge=br0 --prefix eth --ipv4 10.0.0.2/24 --announce 0";
        each_ruin(add, |when| {
            // The index that the killed one may have chosen is free for the next one.
            assert!(output("add web oc1 --create veth,peer=oc1-host --prefix eth --announce 0").status.success());
            let restored = done("restore web");
            println!("{when}: {restored}");
            ip_in(&web, &format!("link show {}", done("list web")["interfaces"][0]["name"].as_str().unwrap()));
            for source in sources(&restored) {
                done(&format!("remove web {source}"));
            }
            assert!(sources(&restored).contains(&"oc1"), "{when}: {restored}");
            assert_as_before(&before.0, &host);
            assert_as_before(&before.1, &web);
            assert!(entries().is_empty(), "{when}: {:?}", entries());
        });
    });
}

/// A bridge is given the MAC back that a port took from it; another bridge that has got its index is not.
#[test]
fn another_bridge_with_the_index_of_one_that_is_gone_keeps_what_it_has() {
    in_netns(|| {
        setup();
        ip("link add br0 address 02:00:00:00:00:b0 type bridge");
        let add = "add web oc0 --create veth,peer=oc0-host,bridge=br0 --prefix eth --announce 0";
        let mut number = 1;
        while killed("sendto", number, add) && !ip("link").contains("oc0-host@") {
            done("restore web");
            number += 1;
        }
        let index = ip_json("link show br0")[0]["ifindex"].as_u64().unwrap();
        ip("link del br0");
        ip(&format!("link add other index {index} mtu 1400 address 02:00:00:00:00:0e type bridge"));
        assert_eq!(done("restore web")["undone"], json!(["oc0"]));
        let other = &ip_json("link show other")[0];
        assert_eq!((&other["address"], &other["mtu"]), (&"02:00:00:00:00:0e".into(), &1400.into()));
    });
}

#[test]
fn what_cannot_be_put_back_is_status_3() {
    in_netns(|| {
        setup();
        let mut number = 1;
        // Killed once the link is away.
        while killed("sendto", number, ADD) && ip("link").contains("veth1@") {
            done("restore web");
            number += 1;
        }
        veth("veth1", "thief");
        let interrupted = output("list web");
        assert!(text(&interrupted.stderr).contains("an operation on veth1 in /run/netns/web was interrupted"));
        let output = output("--json restore web");
        let object = &objects(&output)[0];
        assert_eq!((output.status.code(), &object["ok"]), (Some(3), &json!(false)), "{output:?}");
        assert_eq!(object["error"]["kind"], "undo-failed");
        let left = object["error"]["left"].as_str().unwrap();
        assert!(left.contains("veth1 is in ") && left.contains(" as eth0 ("), "{left}");
        assert_eq!(object["result"]["failed"][0]["kind"], "undo-failed");
        // Once the name is free, it can.
        ip("link del veth1");
        assert_eq!(done("restore web")["undone"], json!(["veth1"]));
        assert_eq!(ip_json("link show veth1")[0]["ifalias"], "home");
    });
}

#[test]
fn commands_at_the_same_time_do_not_hinder_each_other() {
    in_netns(|| {
        done("create web");
        std::thread::scope(|scope| {
            for number in 0..4 {
                scope.spawn(move || {
                    for round in 0..5 {
                        let source = format!("oc{number}x{round}");
                        done(&format!(
                            "add web {source} --create veth,peer=h{number}x{round} --prefix eth --announce 0"
                        ));
                        done(&format!("stats web {source}"));
                        done(&format!("remove web {source}"));
                    }
                });
            }
        });
        assert!(entries().is_empty());
    });
}

/// ARP announcements that a link has sent, as its peer has received them: they are the only broadcasts.
fn received(peer: &str) -> u64 {
    ip_json(&format!("-s link show {peer}"))[0]["stats64"]["rx"]["packets"].as_u64().unwrap()
}

/// A pair without IPv6, so that nothing is sent but what is announced.
fn quiet() {
    done("create web");
    inside(&pin("web"), || fs::write("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1").unwrap());
    veth("veth1", "peer1");
    for end in ["veth1", "peer1"] {
        fs::write(format!("/proc/sys/net/ipv6/conf/{end}/disable_ipv6"), "1").unwrap();
    }
    ip("link set peer1 up");
}

#[track_caller]
fn becomes(wanted: u64) {
    let deadline = Instant::now() + patience(Duration::from_secs(5));
    while received("peer1") < wanted {
        assert!(Instant::now() < deadline, "{} of {wanted}", received("peer1"));
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn children() -> usize {
    let running = Command::new("pgrep").args(["-c", "-f", "announce-rest current veth1"]).output().unwrap();
    text(&running.stdout).trim().parse().unwrap()
}

#[test]
fn announcing_in_the_background() {
    in_netns(|| {
        quiet();
        // To start a program takes an emulated machine a second.
        let interval = patience(Duration::from_secs(1)).min(Duration::from_secs(2));
        let start = Instant::now();
        let seconds = interval.as_secs();
        let add = format!("add web veth1 --ipv4 10.0.0.2/24 --announce 3 --announce-interval {seconds}s");
        let added = netgraft(add.split_whitespace()).current_dir("/run/netns").output().unwrap();
        assert!(added.status.success() && text(&added.stderr).is_empty(), "{added:?}");
        assert!(start.elapsed() < interval * 9 / 10, "it returns after the first");
        assert_eq!(received("peer1"), 1);
        becomes(3);
        assert!(start.elapsed() >= interval * 2);
        std::thread::sleep(interval * 6 / 5);
        assert_eq!(received("peer1"), 3);

        let start = Instant::now();
        done("announce web veth1 --count 2 --interval 300ms");
        assert!(start.elapsed() >= Duration::from_millis(300), "it ends when they are sent");
        assert_eq!(received("peer1"), 5);
        done(&format!("announce web veth1 --count 3 --interval {seconds}s --background"));
        assert_eq!(received("peer1"), 6);
        becomes(8);

        // In a batch, it does not keep the batch.
        let start = Instant::now();
        let (status, _, said) = batch("", "announce web veth1 --count 2 --interval 2s --background");
        assert_eq!((status, said.as_str()), (Some(0), ""));
        assert!(start.elapsed() < Duration::from_millis(1500));
        let start = Instant::now();
        batch("", "announce web veth1 --count 2 --interval 500ms\nlist web");
        assert!(start.elapsed() >= Duration::from_millis(500));
    });
}

#[test]
fn the_background_ends_with_what_is_announced() {
    in_netns(|| {
        let session = |line: &str| {
            let script = format!("{} {line}", env!("CARGO_BIN_EXE_netgraft"));
            // A shell that ends with its session, and hangs up on whatever is left in it.
            let output = Command::new("setsid").args(["--wait", "sh", "-c", &script]).output().unwrap();
            assert!(output.status.success(), "{output:?}");
        };
        quiet();
        session("add web veth1 --ipv4 10.0.0.2/24 --announce 2 --announce-interval 500ms --background");
        becomes(2);
        // Longer than what is done in between takes.
        let interval = patience(Duration::from_millis(300)).min(Duration::from_secs(2));
        let all_would_be_sent = || std::thread::sleep(interval * 8 / 3);
        let announce = format!("announce web veth1 --count 3 --interval {}ms --background", interval.as_millis());
        session(&announce);
        ip_in(&pin("web"), "link set veth1 address 02:00:00:00:00:0a");
        all_would_be_sent();
        assert_eq!(received("peer1"), 3, "the MAC has changed");

        session(&announce);
        assert_eq!(received("peer1"), 4);
        done("remove web veth1");
        all_would_be_sent();
        assert_eq!(received("peer1"), 4, "it is removed");

        // In place the link stays.
        let numbers = format!("--announce 3 --announce-interval {}ms", interval.as_millis());
        done(&format!("add current veth1 --in-place --ipv4 10.0.0.2/24 {numbers} --background"));
        assert_eq!(received("peer1"), 5);
        done("remove current veth1");
        ip("link set veth1 up");
        all_would_be_sent();
        assert_eq!(received("peer1"), 5, "it is removed");
        assert_eq!(children(), 0);
    });
}

#[test]
fn the_background_keeps_no_lock_of_the_callers() {
    in_netns(|| {
        quiet();
        let add = "add web veth1 --ipv4 10.0.0.2/24 --announce 2 --announce-interval 2s --background";
        let script = format!("exec 9>/run/lock-of-caller; flock 9; {} {add}", env!("CARGO_BIN_EXE_netgraft"));
        assert!(Command::new("sh").args(["-c", &script]).status().unwrap().success());
        let lock = Command::new("flock").args(["--nonblock", "/run/lock-of-caller", "true"]).status().unwrap();
        assert!(lock.success(), "the lock is still held");
        assert_eq!(received("peer1"), 1);
        // By a child, which could have kept the lock.
        becomes(2);
    });
}

/// The add holds signals back, and a child inherits that.
#[test]
fn a_signal_ends_the_background() {
    in_netns(|| {
        quiet();
        done("add web veth1 --ipv4 10.0.0.2/24 --announce 3 --announce-interval 2s");
        assert_eq!(received("peer1"), 1);
        // Of this test's namespaces alone.
        let of_test = ["--ns", &std::process::id().to_string(), "--nslist", "net", "-f", "announce-rest .*web veth1"];
        let ended = Command::new("pkill").arg("-TERM").args(of_test).status().unwrap();
        assert!(ended.success(), "no child announces");
        let start = Instant::now();
        while Command::new("pgrep").args(of_test).output().unwrap().status.success() {
            assert!(start.elapsed() < patience(Duration::from_secs(1)), "the child goes on");
        }
        assert_eq!(received("peer1"), 1);
    });
}

#[test]
fn the_background_sends_no_more_than_the_foreground() {
    in_netns(|| {
        for numbers in ["2 1000000000s", "9 1s"] {
            let output = output(&format!("announce-rest current veth1 1 02:42:0a:00:00:02 {numbers}"));
            assert_eq!(output.status.code(), Some(2), "{output:?}");
        }
    });
}

#[test]
fn without_a_journal_the_background_is_waited_for() {
    in_netns(|| {
        quiet();
        let start = Instant::now();
        let output =
            output("--no-journal add web veth1 --ipv4 10.0.0.2/24 --announce 2 --announce-interval 300ms --background");
        assert!(output.status.success() && start.elapsed() >= Duration::from_millis(300), "{output:?}");
        assert!(text(&output.stderr).contains("is announced before this ends"), "{output:?}");
        assert_eq!(received("peer1"), 2);
    });
}
