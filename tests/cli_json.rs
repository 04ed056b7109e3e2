//! docs/json.md has the keys that the command prints, in their places and no others, and the kinds of errors.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod command;
mod common;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use command::{batch, netgraft, objects, output, text};
use common::{in_netns, veth};
use serde_json::{Deserializer, Value};

const DOCUMENT: &str = include_str!("../docs/json.md");
const ERROR: &str = include_str!("../src/error.rs");

/// Each command at least once, with all that can be in its result.
const SCRIPT: &str = "
create web
adopt second /run/netns/web
destroy second
add current br0 --create bridge --ipv4 10.0.0.1/24 --announce 0
add web oc0 --create veth,peer=oc0-host,bridge=br0 --name eth0 --ipv4 10.0.0.2/24 --route 0.0.0.0/0 --announce 0
add web new0 --create veth,peer=new0-host --dry-run
route web add 192.168.0.0/16 10.0.0.9 --metric 50 --source 10.0.0.2
route web add 192.168.0.0/16 10.0.0.9 --table 100
route web list
rule web add --from 10.0.0.0/24 --table 100
rule web list
rule web del --from 10.0.0.0/24 --table 100
gateway web set 10.0.0.1
gateway web get
neigh web add 10.0.0.9 02:00:00:00:00:09
alias web add lo 192.0.2.10
vip web oc0
wait web eth0
ipvs web
list web
list
show web
route web del 192.168.0.0/16 10.0.0.9 --table 100
stats web oc0
announce web oc0 --count 1
gateway web unset 4
default web set oc0 4
run web -- true
sleep 1ms
restore web
remove web oc0
add current br1 --create bridge --announce 0
forget current br1
add web veth1 --mtu 1400 --announce 0
run web -- ip link set veth1 mtu 1300
add web veth2 --announce 0
run current -- ip link add veth1 type bridge
run current -- ip link add veth2 type bridge
";

/// Keys, each with those that it is in. Errors have the same ones wherever they are.
fn keys(objects: &[Value]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for object in objects {
        collect(object["command"].as_str().unwrap_or_default(), "", object, &mut all);
    }
    all
}

fn collect(command: &str, place: &str, value: &Value, all: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(command, place, item, all)),
        Value::Object(members) => {
            for (key, value) in members {
                let inside = match key.as_str() {
                    "result" => format!("{command}: "),
                    "error" | "others" | "failed" => "error: ".to_owned(),
                    _ => format!("{place}{key}."),
                };
                all.insert(format!("{place}{key}"));
                collect(command, &inside, value, all);
            }
        }
        _ => {}
    }
}

/// What `monitor` prints first. It goes on until somebody ends it.
fn first_event() -> Value {
    let mut monitor = netgraft(["--json", "monitor"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(monitor.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    monitor.kill().unwrap();
    monitor.wait().unwrap();
    serde_json::from_str(&line).unwrap()
}

/// What the document shows.
fn shown() -> Vec<Value> {
    let blocks = DOCUMENT.split("```json\n").skip(1).map(|block| block.split("```").next().unwrap());
    blocks.flat_map(|block| Deserializer::from_str(block).into_iter().map(Result::unwrap)).collect()
}

#[test]
fn keys_are_those_of_the_document() {
    in_netns(|| {
        veth("veth1", "peer1");
        veth("veth2", "peer2");
        let (status, mut printed, said) = batch("", SCRIPT);
        assert_eq!(status, Some(0), "{said}");
        for line in [
            "--json check web",
            "--json remove web --all",
            "--json demo",
            "--json oci-hook",
            "--json batch /nonexistent",
        ] {
            printed.extend(objects(&output(line)));
        }
        printed.push(first_event());
        let help = text(&output("--help").stdout);
        let (_, list) = help.split_once("\nCommands:\n").unwrap();
        let commands = list.lines().map_while(|line| line.split_whitespace().next()).filter(|name| *name != "help");
        for command in commands {
            assert!(printed.iter().any(|object| object["command"] == command), "{command} is not tried");
        }
        let (printed, shown) = (keys(&printed), keys(&shown()));
        assert_eq!(printed.difference(&shown).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the document");
        assert_eq!(shown.difference(&printed).collect::<Vec<_>>(), Vec::<&String>::new(), "only in the document");
    });
}

#[test]
fn kinds_of_errors_are_those_of_the_document() {
    let (_, names) = ERROR.split_once("fn as_str").unwrap();
    let names = names.lines().take_while(|line| *line != "    }").filter_map(|line| line.split('"').nth(1));
    let (_, table) = DOCUMENT.split_once("| kind | at a shell |\n").unwrap();
    let rows = table.lines().take_while(|line| line.starts_with('|')).filter_map(|line| line.split('`').nth(1));
    // The command's own kind comes first: the library does not know it.
    let names: Vec<&str> = ["usage"].into_iter().chain(names).collect();
    assert!(names.len() > 10, "{names:?}");
    assert_eq!(rows.collect::<Vec<_>>(), names);
}
