//! What an operation costs does not grow with what else the journal knows: the same system calls beside few and many.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod command;
mod common;

use std::fs;
use std::process::Command;

use common::{in_netns, ip, until};

fn done(line: &str) {
    let output = command::output(line);
    assert!(output.status.success(), "{line}: {output:?}");
}

/// Counts the system calls of one command.
///
/// Leaves out what is a matter of chance: calls of threads, memory, time and waiting, and what the kernel begins again because
/// somebody else changes links.
fn calls(line: &str) -> usize {
    let mut words = vec!["-f", "-o", "/run/trace", "-e", "trace=desc,file,network"];
    words.push(env!("CARGO_BIN_EXE_netgraft"));
    words.extend(line.split(' '));
    let output = Command::new("strace").args(words).output().unwrap();
    assert!(output.status.success(), "{line}: {output:?}");
    let text = fs::read_to_string("/run/trace").unwrap();
    let left_out = [" resumed>", "+++", "mmap(", "poll(", "ERESTARTNOINTR"];
    let counted = |line: &&str| !left_out.iter().any(|part| line.contains(part));
    text.lines().filter(counted).count()
}

/// A bridge with a MAC of its own: without one, ports with random ones change that, and each change is a warning.
fn bridge() {
    ip("link add br0 address 02:00:00:00:00:01 type bridge");
}

/// What an add, a look, and a removal of one interface cost.
fn costs(netns: &str) -> [usize; 4] {
    [
        calls(&format!("add {netns} one --create veth,peer=one-host,bridge=br0 --ipv4 10.250.0.2/24 --announce 0")),
        calls(&format!("stats {netns} one")),
        calls(&format!("announce {netns} one --count 1")),
        calls(&format!("remove {netns} one")),
    ]
}

fn add_many(netns: &str, from: usize, to: usize) {
    let line = |n: usize| {
        format!(
            "add {netns} v{n} --create veth,peer=p{n},bridge=br0 --ipv4 10.{}.{}.2/24 --announce 0\n",
            n / 250,
            n % 250
        )
    };
    fs::write("/run/lines", (from..to).map(line).collect::<String>()).unwrap();
    done("batch /run/lines");
}

#[test]
fn beside_others_of_the_namespace() {
    in_netns(|| {
        bridge();
        done("create web");
        add_many("web", 0, 10);
        let few = costs("web");
        add_many("web", 10, 150);
        assert_eq!(few, costs("web"), "beside 10 and 150");
        println!("COUNT {few:?} system calls");
    });
}

#[test]
fn beside_other_namespaces_and_ended_ones() {
    in_netns(|| {
        bridge();
        done("create web");
        add_many("web", 0, 1);
        let few = costs("web");
        let list = calls("list web");
        for n in 0..20 {
            done(&format!("create n{n}"));
            add_many(&format!("n{n}"), 100 + n, 101 + n);
        }
        (0..10).for_each(|n| drop(ip(&format!("netns del n{n}"))));
        // The kernel deletes their links later, and each is an event for whoever waits for a link.
        until(|| (100..110).all(|n| !ip("-br link").contains(&format!("p{n}@"))));
        assert_eq!((few, list), (costs("web"), calls("list web")));
    });
}
