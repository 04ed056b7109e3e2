//! Ctrl-C, TERM and HUP: the command takes an add back before it ends. And an add without the right to change anything.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::command::{netgraft, objects, text};
use crate::common::{assert_as_before, in_netns, ip, ip_in, settled};
use crate::{host, web, world};

/// Starts a command line, sends a signal while the add waits, and tells how the command ended.
fn interrupted(line: &str, signal: Signal, is_waiting: impl Fn() -> bool) -> Output {
    let command = netgraft(line.split_whitespace()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let deadline = Instant::now() + Duration::from_secs(5);
    while !is_waiting() {
        assert!(Instant::now() < deadline, "{line} does not get there");
        std::thread::sleep(Duration::from_millis(5));
    }
    let sent = Instant::now();
    kill(Pid::from_raw(command.id() as i32), signal).unwrap();
    let output = command.wait_with_output().unwrap();
    assert!(sent.elapsed() < Duration::from_secs(3), "{line}: it waits on");
    output
}

fn has_no_entry() -> bool {
    !Path::new("/run/netgraft").exists()
        || text(&Command::new("find").args(["/run/netgraft", "-name", "*.entry"]).output().unwrap().stdout).is_empty()
}

#[test]
fn a_signal_during_a_wait_takes_the_add_back() {
    in_netns(|| {
        world();
        ip("link set veth1-host down");
        ip("addr add 10.7.0.2/24 dev veth1");
        let (before, inside) = (settled(&host()), settled(&web()));
        let add = "--json add web veth1 --name eth0 --ipv4 10.0.0.2/24 --announce 0 --wait 60s";
        for (signal, options) in [
            (Signal::SIGINT, "--wait-for running"),
            (Signal::SIGTERM, "--wait-for running"),
            (Signal::SIGHUP, "--wait-for running"),
            (Signal::SIGINT, "--probe 3"),
        ] {
            let line = format!("{add} {options}");
            let is_waiting = || ip_in(&web(), "link show up").contains("eth0");
            let ended = interrupted(&line, signal, is_waiting);
            assert_eq!(ended.status.signal(), Some(signal as i32), "{line}: {ended:?}");
            let error = objects(&ended)[0]["error"].clone();
            assert_eq!((&error["kind"], &error["left"]), (&"cancelled".into(), &"as before".into()), "{error}");
            assert_as_before(&before, &host());
            assert_as_before(&inside, &web());
            assert!(has_no_entry());
        }
    });
}

/// nohup(1) has the program ignore HUP.
#[test]
fn an_ignored_signal_stays_ignored() {
    in_netns(|| {
        world();
        ip("link set veth1-host down");
        let line = format!(
            "trap '' HUP; exec {} add web veth1 --name eth0 --announce 0 --wait-for running --wait 600ms",
            env!("CARGO_BIN_EXE_netgraft")
        );
        let command = Command::new("sh").args(["-c", &line]).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(Duration::from_millis(300));
        kill(Pid::from_raw(command.id() as i32), Signal::SIGHUP).unwrap();
        assert!(command.wait_with_output().unwrap().status.success());
        assert!(ip_in(&web(), "link show eth0").contains("eth0"));
    });
}

/// Lines of a batch that are done stay done; the one under way is taken back.
#[test]
fn a_batch_ends_with_the_line_under_way_undone() {
    in_netns(|| {
        world();
        ip("link set veth1-host down");
        std::fs::write(
            "/run/lines",
            "add web p0 --create veth,peer=p0-host --announce 0\nadd web veth1 --name eth0 --wait-for running --wait 60s\n\
             add web p1 --create veth,peer=p1-host --announce 0\n",
        )
        .unwrap();
        let is_waiting = || ip_in(&web(), "link").contains("eth0");
        let ended = interrupted("--json batch /run/lines", Signal::SIGTERM, is_waiting);
        assert_eq!(ended.status.signal(), Some(Signal::SIGTERM as i32));
        let links = ip_in(&web(), "link");
        assert!(links.contains("p0") && !links.contains("eth0") && !links.contains("p1"), "{links}");
        assert!(ip("link show veth1").contains("veth1"));
    });
}

/// Whatever is asked for: nothing was changed, so nothing is left, and nothing is in the journal.
#[test]
fn without_the_right_to_change_anything_all_is_as_before() {
    in_netns(|| {
        world();
        ip("link set veth1 up");
        ip("addr add 10.1.0.1/24 dev veth1");
        settled(&host());
        for options in [
            "--ipv4 10.3.0.2/24",
            "--ipv4 10.3.0.2/24 --mtu 1400",
            "--mac 02:00:00:00:00:01",
            "--name x0",
            "--ipv6 fd07::1/64",
            "--sysctl net.ipv4.conf.IFNAME.rp_filter=2",
            "--route 10.9.0.0/16",
            "--promisc",
            "--gateway 10.1.0.9",
            "--set-ipv6 off",
            "--txqlen 77",
            "--alias x",
        ] {
            let before = settled(&host());
            let command = env!("CARGO_BIN_EXE_netgraft");
            let mut add = Command::new("setpriv");
            add.args(["--bounding-set=-net_admin", command, "--json", "add", "current", "veth1"]);
            let output = add.args(options.split(' ')).output().unwrap();
            let error = objects(&output)[0]["error"].clone();
            // Root may write the files below /proc/sys/net without CAP_NET_ADMIN: some adds go well.
            if output.status.success() {
                assert!(options.contains("sysctl") || options.contains("ipv6"), "{options}");
                netgraft(["remove", "current", "veth1"]).status().unwrap();
                continue;
            }
            assert_eq!(
                (&error["kind"], &error["left"]),
                (&"permission".into(), &"as before".into()),
                "{options}: {error}"
            );
            assert_eq!(output.status.code(), Some(1), "{options}");
            assert!(has_no_entry(), "{options}");
            assert_as_before(&before, &host());
        }
    });
}
