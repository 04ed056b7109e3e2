//! The command against the real kernel.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::expect_used, reason = "tests")]

mod command;
mod common;

use std::ffi::OsString;
use std::fs::{self, File};
use std::os::unix::ffi::OsStringExt;
use std::process::Command;
use std::time::{Duration, Instant};

use command::{batch, netgraft, objects, output, text};
use common::{in_netns, inside, ip, ip_in, ip_json, ip_json_in, read_sysctl};
use nix::mount::{MsFlags, mount};
use serde_json::{Value, json};

/// A bridge in the current namespace, and one interface in `web` with its other end there.
const SETUP: &str = "
create web
add current br0 --create bridge --ipv4 10.0.0.1/24 --announce 0
add web oc0 --create veth,peer=oc0-host,bridge=br0 --name eth0 --mac 02:42:0a:00:00:02 --mtu 1400 \
 --ipv4 10.0.0.2/24 --ipv6 fd00:1::2/64 --route 172.20.0.0/16 --announce 0
";

fn pin(name: &str) -> File {
    File::open(format!("/run/netns/{name}")).unwrap()
}

fn without_times(mut object: Value) -> Value {
    object["elapsed_us"].take().as_u64().expect("microseconds");
    object.as_object_mut().unwrap().remove("elapsed_us");
    object
}

#[test]
fn an_interface_is_added_and_removed() {
    in_netns(|| {
        let rest = "list web\nremove web oc0\nlist web\nremove web oc0\ndestroy web";
        let (status, objects, _) = batch("--keep-going", format!("{SETUP}{rest}"));
        let objects: Vec<Value> = objects.into_iter().map(without_times).collect();
        let eth0 = &objects[2]["result"];
        let index = eth0["index"].as_u64().unwrap();
        assert_eq!(
            *eth0,
            json!({
                "source": "oc0", "name": "eth0", "index": index, "mac": "02:42:0a:00:00:02", "up": true,
                "ipv4": ["10.0.0.2/24"], "ipv6": ["fd00:1::2/64"], "routes": ["172.20.0.0/16"],
                "link_local": eth0["link_local"],
            })
        );
        assert_eq!(
            objects[0],
            json!({"line": 2, "command": "create", "ok": true, "result": {"namespace": "/run/netns/web"}})
        );
        assert_eq!(objects[3]["result"]["interfaces"][0]["name"], "eth0");
        assert_eq!(objects[4], json!({"line": 6, "command": "remove", "ok": true, "result": null}));
        assert_eq!(objects[5], json!({"line": 7, "command": "list", "ok": true, "result": {"interfaces": []}}));
        assert_eq!((&objects[6]["ok"], &objects[6]["error"]["kind"]), (&json!(false), &json!("not-found")));
        assert_eq!(objects[7], json!({"line": 9, "command": "destroy", "ok": true, "result": null}));
        assert_eq!(status, Some(1));
        assert!(!fs::exists("/run/netns/web").unwrap());
    });
}

#[test]
fn a_link_s_addresses_go_along_and_come_back() {
    in_netns(|| {
        ip("link add oc0 type veth peer oc1");
        ip("addr add 192.0.2.7/24 dev oc0 label oc0:a");
        ip("addr add fd00:7::1/64 dev oc0 nodad");
        ip("addr add 192.0.2.8/24 dev oc0 valid_lft 1000 preferred_lft 1000");
        assert!(output("create web").status.success());
        let added = output("--json add web oc0 --name eth%d --keep-addresses --announce 0");
        let eth0 = &objects(&added)[0]["result"];
        assert_eq!((&eth0["name"], &eth0["ipv4"]), (&json!("eth0"), &json!(["192.0.2.7/24"])), "{eth0}");
        assert_eq!(eth0["ipv6"], json!(["fd00:7::1/64"]));
        assert_eq!(ip_json_in(&pin("web"), "addr show dev eth0")[0]["addr_info"][0]["label"], "eth0:a");
        let text = text(&output("list web").stdout);
        assert!(text.contains("192.0.2.7/24"), "{text}");
        assert!(output("remove web oc0").status.success());
        let back = ip_json("addr show dev oc0")[0]["addr_info"].take();
        assert_eq!((&back[0]["local"], &back[0]["label"]), (&json!("192.0.2.7"), &json!("oc0:a")), "{back}");
        assert!(back.to_string().contains("fd00:7::1") && !back.to_string().contains("192.0.2.8"), "{back}");
    });
}

#[test]
fn fields_come_in_the_documented_order() {
    in_netns(|| {
        let script = format!("{SETUP}stats web oc0");
        fs::write("/run/script", script).unwrap();
        let output = output("--json batch /run/script");
        let lines: Vec<String> = text(&output.stdout).lines().map(str::to_owned).collect();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let in_order = |line: &str, keys: &[&str]| {
            let places: Vec<_> = keys.iter().map(|key| line.find(&format!("\"{key}\":")).expect(key)).collect();
            assert!(places.is_sorted(), "{keys:?} in {line}");
        };
        in_order(
            &lines[2],
            &[
                "line",
                "command",
                "ok",
                "elapsed_us",
                "result",
                "source",
                "name",
                "index",
                "mac",
                "up",
                "ipv4",
                "ipv6",
                "routes",
            ],
        );
        in_order(
            &lines[3],
            &[
                "rx_bytes",
                "rx_packets",
                "rx_errors",
                "rx_dropped",
                "tx_bytes",
                "tx_packets",
                "tx_errors",
                "tx_dropped",
                "multicast",
            ],
        );
    });
}

#[test]
fn a_failed_add_says_why() {
    in_netns(|| {
        ip("link add veth1 type veth peer peer1");
        let (status, objects, said) = batch("", "create web\nadd web veth1 --name eth0 --mtu 70000\nlist web");
        assert_eq!((status, objects.len()), (Some(1), 2));
        let message = "add veth1 to /run/netns/web: mtu 70000: veth1 takes 65535 at most";
        let error = json!({
            "kind": "invalid-argument", "message": message, "errno": null, "kernel": null, "left": "as before",
        });
        let expected = json!({"line": 2, "command": "add", "ok": false, "error": error});
        assert_eq!(without_times(objects[1].clone()), expected);
        assert_eq!(said, format!("netgraft: line 2: {message}\n"));
        ip("link show veth1");
    });
}

#[test]
fn each_way_of_giving_a_link() {
    in_netns(|| {
        ip("link add veth1 type veth peer peer1");
        ip("netns add other");
        ip_in(&pin("other"), "link add veth2 type veth peer peer2");
        ip("netns add web");
        let web = pin("web");
        ip_in(&web, "link add inside type bridge");
        let script = "
            add web veth1 --prefix eth --txqlen 77 --alias 'the first' --announce 0
            add web veth2 --from other --prefix eth --link-local 169.254.7.7/16 --announce 0
            add web inside --in-place --sysctl net.ipv4.conf.IFNAME.rp_filter=2 --ipv6 fd00::9 --announce 0
            add web br0 --create bridge --wait 10ms --wait-for running --announce 0
            add web eth5 --create veth,peer=far,peer-netns=other --master br0 --announce 0
            add web made --create bridge --route 10.9.0.0/16 --no-clash-check --announce 1 --announce-interval 100ms
        ";
        let (status, objects, said) = batch("", script);
        assert_eq!(status, Some(0), "{said}");
        let names: Vec<_> = objects.iter().map(|object| object["result"]["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["eth0", "eth1", "inside", "br0", "eth5", "made"]);
        assert_eq!(objects[1]["result"]["link_local"][0], "169.254.7.7/16");
        assert_eq!(objects[2]["result"]["ipv6"], json!(["fd00::9/128"]));
        let eth0 = &ip_json_in(&web, "link show eth0")[0];
        assert_eq!((&eth0["txqlen"], &eth0["ifalias"]), (&json!(77), &json!("the first")));
        assert_eq!(ip_json_in(&web, "link show eth5")[0]["master"], "br0");
        assert_eq!(inside(&web, || read_sysctl("ipv4/conf/inside/rp_filter")), "2");
        ip_in(&pin("other"), "link show far");
    });
}

#[test]
fn names_need_not_be_utf8() {
    in_netns(|| {
        let word = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
        common::ip_os([word(b"link"), word(b"add"), word(b"ve\xff"), word(b"type"), word(b"veth")]);
        assert!(output("create web").status.success());
        let words = [b"--json", &b"add"[..], b"/run/netns/web", b"ve\xff", b"--name", b"\xfe0", b"--announce", b"0"];
        let output = netgraft(words.map(word)).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        let result = &objects(&output)[0]["result"];
        assert_eq!((&result["source"], &result["name"]), (&json!(r"ve\xff"), &json!(r"\xfe0")));
        let (status, objects, _) = batch("", b"create w\xff\nshow web");
        assert_eq!(status, Some(0), "{objects:?}");
        assert_eq!(objects[1]["result"]["namespaces"][0]["links"][1]["name"], r"\xfe0");
    });
}

/// What a program reads from a list names that link and no other, whatever its bytes.
#[test]
fn a_printed_name_can_be_handed_back() {
    in_netns(|| {
        let word = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
        let names: [&[u8]; 6] = [b"v\xff", br"v\xff", br"v\\xff", b"v\x1b[3m", "v\u{202e}x".as_bytes(), br"v\"];
        assert!(output("create web").status.success());
        for name in names {
            common::ip_os([word(b"link"), word(b"add"), word(name), word(b"type"), word(b"veth")]);
        }
        let links = objects(&output("--json show current"));
        let links = links[0]["result"]["namespaces"][0]["links"].as_array().unwrap();
        let shown: Vec<&str> = links.iter().map(|link| link["name"].as_str().unwrap()).collect();
        let shown = shown.into_iter().filter(|name| name.starts_with(r"v\")).collect::<Vec<_>>();
        assert_eq!(shown, [r"v\xff", r"v\\xff", r"v\\\\xff", r"v\u{1b}[3m", r"v\u{202e}x", r"v\\"]);
        for name in &shown {
            let added = netgraft(["add", "web", name, "--announce", "0"]).output().unwrap();
            assert!(added.status.success(), "{name}: {added:?}");
            assert!(!text(&added.stdout).contains(['\u{1b}', '\u{202e}']), "{added:?}");
        }
        let listed = objects(&output("--json list web"));
        let mut left = listed[0]["result"]["interfaces"].as_array().unwrap().clone();
        while let Some(interface) = left.pop() {
            let source = interface["source"].as_str().unwrap();
            assert!(netgraft(["remove", "web", source]).output().unwrap().status.success(), "{source}");
            assert_eq!(objects(&output("--json list web"))[0]["result"]["interfaces"], json!(left), "{source}");
        }
        let refused = netgraft(["remove", "web", r"v\q"]).output().unwrap();
        assert_eq!(refused.status.code(), Some(2), "{refused:?}");
    });
}

#[test]
fn a_namespace_over_several_invocations() {
    in_netns(|| {
        let status = |line: &str| output(line).status.code();
        assert_eq!(status("create web"), Some(0));
        assert_eq!(status("create web"), Some(1));
        assert_eq!(status("create web --replace"), Some(0));
        assert_eq!(status("create /run/elsewhere/web"), Some(0));
        assert_eq!(status("adopt second /run/netns/web"), Some(0));
        assert_eq!(status("destroy web"), Some(0));
        assert_eq!(status("destroy web"), Some(1));
        assert_eq!(status("list second"), Some(0));
        assert_eq!(status("list web"), Some(1));
        assert_eq!(status("list current"), Some(0));
        assert_eq!(status(&format!("list pid:{}", std::process::id())), Some(0));
    });
}

/// Interfaces are found again however their namespace is called.
#[test]
fn one_namespace_under_several_words() {
    in_netns(|| {
        let here = format!("pid:{}", std::process::id());
        let script = format!(
            "create web
            adopt second /run/netns/web
            add second one --create bridge --announce 0
            list /run/netns/../netns/web
            remove web one
            destroy second
            add web two --create bridge --announce 0
            remove web two
            add current three --create veth,peer=four --announce 0
            remove {here} three"
        );
        let (status, objects, said) = batch("", script);
        assert_eq!((status, objects.len()), (Some(0), 10), "{said}");
        assert_eq!(objects[3]["result"]["interfaces"][0]["source"], "one");
        assert_eq!(fs::read_dir("/run/netns").unwrap().count(), 1);
        // Both ends were made here, at the first try.
        assert!(objects[8]["result"]["index"].as_u64().unwrap() < 1000, "{}", objects[8]);
    });
}

#[test]
fn what_cannot_be_put_back_is_status_3() {
    in_netns(|| {
        assert!(output("create web").status.success());
        let (none, read_only) = (None::<&str>, MsFlags::MS_REMOUNT | MsFlags::MS_RDONLY);
        mount(none, "/run", none, read_only, none).unwrap();
        let refused = output("--json destroy web");
        assert_eq!(refused.status.code(), Some(3), "{refused:?}");
        assert_ne!(objects(&refused)[0]["error"]["left"], "as before");
    });
}

#[test]
fn run_becomes_the_program() {
    in_netns(|| {
        ip("netns add web");
        ip_in(&pin("web"), "link add inside type bridge");
        let inside = output("run web -- ip -br link show inside");
        assert!(text(&inside.stdout).starts_with("inside "), "{inside:?}");
        let status = |words: &[&str]| netgraft(["run", "web", "--"].iter().chain(words)).status().unwrap().code();
        assert_eq!(status(&["sh", "-c", "exit 9"]), Some(9));
        // No longer a process of ours: its own end by a signal is seen.
        assert_eq!(status(&["sh", "-c", "kill -KILL $$"]), None);
        assert_eq!(status(&["/nonexistent"]), Some(127));
        assert_eq!(status(&["/run"]), Some(127));
        assert_eq!(output("run nowhere -- true").status.code(), Some(1));
        let object = &objects(&output("--json run web -- /nonexistent"))[0];
        assert_eq!((&object["command"], &object["error"]["kind"]), (&json!("run"), &json!("not-found")));
    });
}

#[test]
fn run_in_a_batch_is_waited_for() {
    in_netns(|| {
        let script = "create web\nrun web -- sh -c 'exit 9'\nrun web -- /nonexistent\nrun web -- cat\nrun web -- true";
        let (status, objects, _) = batch("--keep-going", script);
        assert_eq!(status, Some(127));
        let done: Vec<_> = objects.iter().map(|object| object["ok"].as_bool().unwrap()).collect();
        assert_eq!(done, [true, false, false, true, true]);
        assert_eq!(objects[4]["result"], json!({"status": 0}));
        assert_eq!(batch("", script).0, Some(1), "the namespace is there already");
    });
}

/// What others have made of an interface since is what is told, not what was asked for.
#[test]
fn what_is_told_is_what_the_kernel_has() {
    in_netns(|| {
        let (status, _, said) =
            batch("", format!("{SETUP}gateway web set 10.0.0.1\nroute web add 10.8.0.0/16 10.0.0.9"));
        assert_eq!(status, Some(0), "{said}");
        for words in [
            "link set eth0 down",
            "link set eth0 name other",
            "link set other address 02:00:00:00:00:77 mtu 1300 alias changed up",
            "addr del 10.0.0.2/24 dev other",
            "addr add 10.0.7.7/24 dev other",
            "addr add fd00:7::7/64 dev other nodad",
            "route add 10.9.0.0/16 dev other proto 110 scope link",
            "route replace default via 10.0.7.1",
        ] {
            ip_in(&pin("web"), words);
        }
        let listed = objects(&output("--json list web"))[0]["result"]["interfaces"][0].take();
        let shown = objects(&output("--json show web"))[0]["result"]["namespaces"][0].take();
        let link = shown["links"].as_array().unwrap().iter().find(|link| link["source"] == "oc0").unwrap();
        for told in [&listed, link] {
            assert_eq!((&told["name"], &told["mac"]), (&json!("other"), &json!("02:00:00:00:00:77")), "{told}");
            assert_eq!((&told["up"], &told["ipv4"]), (&json!(true), &json!(["10.0.7.7/24"])), "{told}");
            // Set down, it has lost the IPv6 address and the route that it was given.
            assert_eq!((&told["ipv6"], &told["routes"]), (&json!(["fd00:7::7/64"]), &json!(["10.9.0.0/16"])), "{told}");
        }
        assert_eq!((&link["mtu"], &link["alias"]), (&json!(1300), &json!("changed")));
        assert_eq!((&shown["gateway"]["ipv4"], &shown["routes"]), (&json!("10.0.7.1"), &json!([])));
        assert_eq!(objects(&output("--json route web list"))[0]["result"], json!({"routes": []}));
    });
}

#[test]
fn show_tells_of_peers_and_their_bridges() {
    in_netns(|| {
        let (status, objects, said) = batch("", format!("{SETUP}show web"));
        assert_eq!(status, Some(0), "{said}");
        let links = &objects[3]["result"]["namespaces"][0]["links"];
        let eth0 = links.as_array().unwrap().iter().find(|link| link["name"] == "eth0").unwrap();
        assert_eq!((&eth0["source"], &eth0["kind"], &eth0["mtu"]), (&json!("oc0"), &json!("veth"), &json!(1400)));
        assert_eq!((&eth0["peer"]["name"], &eth0["peer"]["bridge"]), (&json!("oc0-host"), &json!("br0")));

        // By itself it has no interfaces to tell of, but all links.
        let all = output("show");
        let tree = text(&all.stdout);
        for line in ["/run/netns/web\n", "     10.0.0.2/24\n", "     route 172.20.0.0/16\n", "│    10.0.0.1/24\n"] {
            assert!(tree.contains(line), "{line:?} in {tree}");
        }
        assert!(tree.contains("peer oc0-host in ") && tree.contains(", port of br0\n"), "{tree}");
        assert!(tree.contains("peer eth0 in /run/netns/web\n"), "{tree}");
        assert!(!tree.contains('\x1b'), "colours are for terminals: {tree}");
        let mut terminal = Command::new("script");
        terminal.args(["-qec", concat!(env!("CARGO_BIN_EXE_netgraft"), " show"), "/dev/null"]);
        let colourful = text(&terminal.env("TERM", "xterm").env_remove("NO_COLOR").output().unwrap().stdout);
        assert!(colourful.contains("\x1b[1meth0\x1b[0m"), "{colourful}");
    });
}

#[test]
fn an_alias_stays_on_its_line() {
    in_netns(|| {
        let mut ip = Command::new("ip");
        assert!(ip.args(["link", "set", "lo", "alias", "one\ntwo\x1b[2J\u{2028}three"]).status().unwrap().success());
        let tree = text(&output("show current").stdout);
        assert!(tree.contains(", alias one\\ntwo\\u{1b}[2J\\u{2028}three\n"), "{tree}");
    });
}

/// Each link is a node in its namespace's box, each pair and each port an edge, told once.
#[test]
fn show_draws_a_graph() {
    in_netns(|| {
        assert_eq!(batch("", SETUP).0, Some(0));
        let graph = text(&output("show --dot").stdout);
        let host = "the current namespace";
        for part in [
            "graph netgraft {\n".to_owned(),
            "label=\"/run/netns/web\";\n".to_owned(),
            "    \"/run/netns/web eth0\" [label=\"eth0\\nveth\\n".to_owned(),
            format!("  \"{host} oc0-host\" -- \"{host} br0\" [style=bold];\n"),
            format!("  \"/run/netns/web eth0\" -- \"{host} oc0-host\";\n"),
        ] {
            assert!(graph.contains(&part), "{part} in {graph}");
        }
        assert_eq!(graph.matches(" -- ").count(), 2, "{graph}");
        let one = text(&output("show web --dot").stdout);
        assert!(one.contains(&format!("  \"/run/netns/web eth0\" -- \"{host} oc0-host\";\n")), "{one}");
        assert!(one.contains(&format!("  \"{host} oc0-host\" -- \"{host} br0\" [style=bold];\n")), "{one}");
        assert_eq!(one.matches(" -- ").count(), 2, "{one}");
        assert_eq!(
            objects(&output("--json show web --dot"))[0]["result"],
            objects(&output("--json show web"))[0]["result"]
        );
    });
}

#[test]
fn the_demo_shows_it_all_and_leaves_nothing() {
    in_netns(|| {
        let demo = output("demo");
        let story = text(&demo.stdout);
        assert_eq!(demo.status.code(), Some(0), "{demo:?}");
        assert_eq!(story.matches("ARP: 10.0.0.2 is at 02:42:0a:00:00:02").count(), 3, "{story}");
        assert_eq!(story.matches("NA: fd00:1::2 is at 02:42:0a:00:00:02").count(), 3, "{story}");
        assert!(story.contains("65535 at most"), "{story}");
        assert!(story.contains("uplink is as before"), "{story}");
        assert_eq!(ip_json("link").as_array().unwrap().len(), 1, "only lo");
        assert!(!fs::exists("/run/netns").unwrap());
    });
}

#[test]
fn the_demo_says_why_it_cannot_be_shown() {
    in_netns(|| {
        let limited = format!("echo 0 > /proc/sys/user/max_net_namespaces && {} demo", env!("CARGO_BIN_EXE_netgraft"));
        let demo = Command::new("unshare").args(["--user", "--map-root-user", "sh", "-c", &limited]).output().unwrap();
        assert_eq!(demo.status.code(), Some(1), "{demo:?}");
        let said = text(&demo.stderr);
        assert!(said.contains("namespaces of its own") && said.contains("as root"), "{said}");
        assert_eq!((said.lines().count(), demo.stdout.len()), (1, 0), "{demo:?}");
    });
}

#[test]
fn what_is_added_is_announced_to_the_end() {
    in_netns(|| {
        let setup = SETUP.replace("--announce 0", "--announce 2 --announce-interval 1s");
        let start = Instant::now();
        let (status, objects, _) = batch("", setup);
        assert!(start.elapsed() >= Duration::from_secs(1), "the batch ended before its announcements");
        assert_eq!(status, Some(0));
        assert!(objects[2]["elapsed_us"].as_u64().unwrap() < 900_000, "the add waited for its announcements");

        let start = Instant::now();
        let add =
            "add web one --create veth,peer=two,bridge=br0 --ipv4 10.7.0.1/24 --announce 2 --announce-interval 300ms";
        assert!(output(&format!("{add} --foreground")).status.success());
        assert!(start.elapsed() >= Duration::from_millis(300), "the command ended before its announcements");
    });
}
