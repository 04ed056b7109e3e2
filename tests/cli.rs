//! The command where no namespace is needed: help, wrong command lines, output that cannot be written.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, reason = "tests")]

mod command;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::ffi::OsStringExt;
use std::process::{Command, Stdio};

use command::{batch, netgraft, objects, output, text};
use serde_json::{Value, json};

fn words(line: &str) -> std::str::SplitWhitespace<'_> {
    line.split_whitespace()
}

#[test]
fn every_command_has_help_with_an_example() {
    let seen = look_at_help("");
    assert!(seen > 30, "{seen}");
}

/// Looks at the help of a command and of those that it lists, and counts them.
fn look_at_help(words: &str) -> usize {
    let output = output(&format!("{words} --help"));
    assert_eq!(output.status.code(), Some(0), "{words}");
    let help = text(&output.stdout);
    assert!(help.contains(&format!("\n  netgraft {words}")), "{words}: {help}");
    // Of the usage, what stands in front of a command that is listed here.
    let (_, usage) = help.split_once("Usage: netgraft").unwrap();
    let usage = usage.lines().next().unwrap().replace("<NETNS>", "web");
    let front = usage.split_whitespace().filter(|word| !["[OPTIONS]", "<COMMAND>"].contains(word));
    let front: Vec<&str> = front.collect();
    let (_, list) = help.split_once("\nCommands:\n").unwrap_or_default();
    let names = list.lines().map_while(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    1 + names.map(|name| look_at_help(&[&front[..], &[name]].concat().join(" "))).sum::<usize>()
}

#[test]
fn wrong_command_lines_name_the_word() {
    for (line, word) in [
        ("", "Usage"),
        ("frobnicate web", "'frobnicate'"),
        ("--frobnicate list web", "'--frobnicate'"),
        ("list web --frobnicate", "'--frobnicate'"),
        ("forget", "<NETNS>"),
        ("list web more", "'more'"),
        ("list pid:none", "'pid:none'"),
        ("create pid:1", "'pid:1'"),
        ("create current", "'current'"),
        ("destroy current", "'current'"),
        ("adopt pid:1 /proc/self/ns/net", "'pid:1'"),
        ("sleep 1s", "'sleep'"),
        ("remove web", "<SOURCE>"),
        ("remove web a --all", "--all"),
        ("run web true", "'true'"),
        ("run web --", "<COMMAND>"),
        ("add web", "<LINK>"),
        ("add web a --in-place --from current", "'--in-place'"),
        ("add web a --in-place --create bridge", "'--in-place'"),
        ("add web a --name x --prefix y", "'--name <NAME>'"),
        ("add web a --mac 02:42", "'02:42'"),
        ("add web a --mtu many", "'many'"),
        ("add web a --ipv4 fd00::1/64", "'fd00::1/64'"),
        ("add web a --ipv6 10.0.0.1/24", "'10.0.0.1/24'"),
        ("add web a --route 10.0.0.1/33", "'10.0.0.1/33'"),
        ("add web a --announce 4", "4"),
        ("add web a --announce-interval 99ms", "99"),
        ("add web a --announce-interval 1", "'1'"),
        ("add web a --wait forever", "'forever'"),
        ("add web a --wait-for carrier", "'carrier'"),
        ("add web a --create vethe", "'vethe'"),
        ("add web a --create veth,bridge=b", "peer=NAME"),
    ] {
        let output = output(line);
        assert_eq!(output.status.code(), Some(2), "{line}: {output:?}");
        assert!(text(&output.stderr).contains(word), "{line}: {output:?}");
        assert!(output.stdout.is_empty(), "{line}: {output:?}");
    }
}

#[test]
fn a_wrong_command_line_is_an_object_too() {
    for (line, command, message) in [
        ("--json", Value::Null, "subcommand"),
        ("--json frobnicate web", Value::Null, "unrecognized subcommand 'frobnicate'"),
        ("--json --state-dir add forget", "forget".into(), "<NETNS>"),
        ("add web --mtu x a --json", "add".into(), "invalid value 'x'"),
        ("--json add web a --announce 4", "add".into(), "4"),
    ] {
        let output = output(line);
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert!(text(&output.stderr).contains(message), "{line}: {output:?}");
        let objects = objects(&output);
        let [object] = &objects[..] else { panic!("{line}: {objects:?}") };
        let said = object["error"]["message"].as_str().unwrap();
        assert!(said.contains(message) && !said.contains('\n'), "{line}: {said:?}");
        let error = json!({"kind": "usage", "message": said, "errno": null, "kernel": null, "left": "as before"});
        assert_eq!(*object, json!({"command": command, "ok": false, "elapsed_us": 0, "error": error}), "{line}");
    }
}

#[test]
fn fields_come_in_the_documented_order() {
    let output = output("--json list pid:none");
    assert!(
        text(&output.stdout)
            .starts_with(r#"{"command":"list","ok":false,"elapsed_us":0,"error":{"kind":"usage","message":""#)
    );
    assert!(text(&output.stdout).ends_with("\",\"errno\":null,\"kernel\":null,\"left\":\"as before\"}}\n"));
}

#[test]
fn json_behind_the_programs_words_is_not_ours() {
    let output = output("run pid:none -- program --json");
    assert_eq!(output.status.code(), Some(2));
    assert!(output.stdout.is_empty(), "{output:?}");
}

#[test]
fn words_need_not_be_utf8() {
    let word = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
    let bad_name = [word(b"add"), word(b"current"), word(b"a"), word(b"--name"), word(b"b\xff/"), word(b"--json")];
    let refused = netgraft(&bad_name).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    let error = &objects(&refused)[0]["error"];
    assert_eq!(error["kind"], "usage");
    assert!(error["message"].as_str().unwrap().contains(r"b\xff/"), "{error}");

    let no_address = [word(b"add"), word(b"current"), word(b"a"), word(b"--ipv4"), word(b"\xff"), word(b"--json")];
    let refused = netgraft(&no_address).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(objects(&refused)[0]["error"]["message"].as_str().unwrap().contains(r"\xFF"));
}

#[test]
fn output_that_cannot_be_written_fails_a_command_that_only_prints() {
    for (line, status) in [
        ("--help", 0),
        ("--json forget", 2),
        ("--json batch /dev/null", 0),
        ("--no-journal show current", 1),
        ("--no-journal --json gateway current get", 1),
    ] {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let output = netgraft(words(line)).stdout(full).stderr(Stdio::piped()).spawn().unwrap().wait_with_output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(status), "{line}");
        let said = text(&output.stderr);
        assert_eq!(said.contains("cannot be written: No space left on device"), !line.contains("batch"), "{said}");
    }
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = netgraft(words("--help")).stdout(writer).stderr(Stdio::piped()).spawn().unwrap().wait_with_output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(text(&output.stderr).contains("Broken pipe"), "{output:?}");
}

#[test]
fn both_streams_broken_is_no_crash() {
    let full = || OpenOptions::new().write(true).open("/dev/full").unwrap();
    let status = netgraft(words("--json forget")).stdout(full()).stderr(full()).status().unwrap();
    assert_eq!(status.code(), Some(2));
}

#[test]
fn a_batch_line_that_cannot_be_read_is_a_failed_command() {
    let (status, objects, said) = batch(
        "--keep-going",
        b"# nothing\n\n frobnicate x # y\nsleep 1ms\nsleep 'a\nbatch\ndemo\nsleep \xff\nadd web a --help\nsleep 2ms",
    );
    assert_eq!(status, Some(2));
    let seen: Vec<_> =
        objects.iter().map(|o| (o["line"].as_u64().unwrap(), &o["command"], o["ok"].as_bool().unwrap())).collect();
    let [sleep, add] = [json!("sleep"), json!("add")];
    assert_eq!(
        seen,
        [
            (3, &Value::Null, false),
            (4, &sleep, true),
            (5, &Value::Null, false),
            (6, &Value::Null, false),
            (7, &Value::Null, false),
            (8, &sleep, false),
            (9, &add, false),
            (10, &sleep, true),
        ]
    );
    for (object, word) in [(0, "frobnicate"), (2, "'a"), (3, "batch"), (4, "demo"), (5, r"\xFF"), (6, "--help")] {
        let error = &objects[object]["error"];
        assert_eq!(error["kind"], "usage");
        assert!(error["message"].as_str().unwrap().contains(word), "{error}");
    }
    assert_eq!(objects[1]["result"], Value::Null);
    assert!(said.contains("line 3: unrecognized subcommand 'frobnicate'"), "{said}");
}

/// It is not kept, or an endless one would take all memory.
#[test]
fn a_batch_line_that_is_too_long_is_passed_over() {
    let long = vec![b'x'; 5 << 20];
    let (status, objects, said) = batch("--keep-going", [b"sleep 1ms\n", long.as_slice(), b"\nsleep 2ms"].concat());
    assert_eq!(status, Some(2));
    assert_eq!(objects.len(), 3);
    assert_eq!((&objects[1]["line"], &objects[1]["error"]["kind"]), (&json!(2), &json!("usage")));
    assert_eq!((&objects[2]["line"], &objects[2]["ok"]), (&json!(3), &json!(true)));
    assert!(said.contains("line 2: longer than 4194304 bytes"), "{said}");
}

#[test]
fn a_batch_stops_at_the_first_failure() {
    let (status, objects, _) = batch("", b"sleep 1ms\nfrobnicate\nsleep 1ms\n");
    assert_eq!(status, Some(2));
    assert_eq!(objects.len(), 2);
}

#[test]
fn a_batch_reads_a_file_or_says_why_not() {
    let path = std::env::temp_dir().join(format!("netgraft-batch-{}", std::process::id()));
    File::create(&path).unwrap().write_all(b"sleep 1ms").unwrap();
    let done = netgraft([OsStr::new("--json"), OsStr::new("batch"), path.as_os_str()]).output().unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!((done.status.code(), objects(&done).len()), (Some(0), 1));

    let missing = output("--json batch /nonexistent");
    assert_eq!(missing.status.code(), Some(1));
    let object = &objects(&missing)[0];
    assert_eq!(
        (&object["command"], &object["error"]["kind"], &object["error"]["errno"]),
        (&json!("batch"), &json!("not-found"), &json!(2))
    );
}

/// A reader of results waits for none: each comes when its command has ended.
#[test]
fn results_come_as_each_finishes() {
    let mut child = netgraft(words("--json batch")).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut script = child.stdin.take().unwrap();
    let mut results = BufReader::new(child.stdout.take().unwrap()).lines();
    for line in 1..=3 {
        script.write_all(b"sleep 1ms\n").unwrap();
        let object: Value = serde_json::from_str(&results.next().unwrap().unwrap()).unwrap();
        assert_eq!(object["line"], line);
    }
    drop(script);
    assert!(child.wait().unwrap().success());
    assert!(results.next().is_none());
}

#[test]
fn closed_standard_descriptors_and_no_dev() {
    let run = |words: &str, closed: &str| {
        let program = env!("CARGO_BIN_EXE_netgraft");
        let script = format!(
            "mount -t tmpfs none /dev && mount -t tmpfs none /run && mkdir -m 700 /run/netgraft
            exec {program} {words} {closed}"
        );
        let options = ["--map-root-user", "--net", "--mount", "sh", "-c", &script];
        Command::new("unshare").args(options).output().unwrap()
    };
    for (words, status) in [("list current", 0), ("remove current missing", 1)] {
        let open = run(words, "");
        assert_eq!(open.status.code(), Some(status), "{open:?}");
        for closed in ["<&-", ">&-", "2>&-", "<&- >&-", "<&- 2>&-", ">&- 2>&-", "<&- >&- 2>&-"] {
            let output = run(words, closed);
            assert_eq!(output.status.code(), Some(status), "{words} {closed}: {output:?}");
            let is_closed = |word| closed.split(' ').any(|other| other == word);
            assert!(is_closed("2>&-") || output.stderr == open.stderr, "{words} {closed}: {output:?}");
            assert!(is_closed(">&-") || output.stdout == open.stdout, "{words} {closed}: {output:?}");
        }
    }
}
