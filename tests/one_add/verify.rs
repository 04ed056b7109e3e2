//! A test of the result, by the caller: if the test fails, everything is as before.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use netgraft::{ErrorKind, IfName, InterfaceConfig, Link, Namespace};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::command::{netgraft, objects, text};
use crate::common::{assert_as_before, in_netns, settled};
use crate::{host, ok, web, world};

type Test = dyn Fn(IfName) -> Result<(), String> + Send + Sync;

/// What `add` does with a link that is moved, and a command that tests the result.
fn add(command: &str, more: &[&str]) -> std::process::Output {
    let words = ["--json", "add", "web", "veth1", "--ipv4", "10.0.0.2/24", "--name", "eth0", "--verify", command];
    netgraft(words.iter().chain(more)).output().unwrap()
}

#[test]
fn a_command_that_succeeds_leaves_the_interface() {
    in_netns(|| {
        world();
        let output =
            add("cat; ip -o link show eth0 | grep -q UP && ping -c 1 -W 5 10.0.0.1", &["--wait-for", "running"]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        // What the test prints is no result.
        assert_eq!(objects(&output).len(), 1);
        assert!(text(&output.stderr).contains("1 received"), "{}", text(&output.stderr));
        assert_eq!(ok("list web")["interfaces"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_command_that_fails_undoes_the_add() {
    in_netns(|| {
        world();
        let (here, inside) = (settled(&host()), settled(&web()));
        for (command, more, says) in [
            ("exit 7", [].as_slice(), "exit 7: exit status: 7"),
            ("kill -9 $$", &[], "signal: 9"),
            ("sleep 60", &["--wait", "300ms"], "not done within 300ms"),
            ("netgraft-is-no-such-command", &[], "127"),
        ] {
            let begun = Instant::now();
            let output = add(command, more);
            let object = objects(&output).remove(0);
            let error = &object["error"];
            assert_eq!((error["kind"].as_str(), error["left"].as_str()), (Some("verify-failed"), Some("as before")));
            assert!(error["message"].as_str().unwrap().contains(says), "{command}: {error}");
            assert_eq!(output.status.code(), Some(1));
            assert!(begun.elapsed() < Duration::from_secs(20), "{command}: {:?}", begun.elapsed());
            assert_as_before(&here, &host());
            assert_as_before(&inside, &web());
        }
        assert_eq!(ok("list web")["interfaces"].as_array().unwrap().len(), 0);
    });
}

#[test]
fn a_signal_ends_the_command_and_undoes_the_add() {
    in_netns(|| {
        world();
        let (here, inside) = (settled(&host()), settled(&web()));
        let words = ["add", "web", "veth1", "--ipv4", "10.0.0.2/24", "--verify", "touch /run/begun; sleep 60"];
        let child = netgraft(words).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let deadline = Instant::now() + Duration::from_secs(30);
        while fs::metadata("/run/begun").is_err() {
            assert!(Instant::now() < deadline, "the test does not begin");
            std::thread::sleep(Duration::from_millis(5));
        }
        kill(Pid::from_raw(child.id() as i32), Signal::SIGTERM).unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.signal(), Some(libc::SIGTERM));
        assert_as_before(&here, &host());
        assert_as_before(&inside, &web());
    });
}

#[test]
fn a_closure_sees_the_whole_list_up_and_decides_for_all() {
    in_netns(|| {
        let web = Namespace::create("/run/netns/web").unwrap();
        let seen = Arc::new(AtomicBool::new(false));
        let config =
            |name: &str| InterfaceConfig::named(IfName::new(name).unwrap()).address("10.0.0.2/24".parse().unwrap());
        let (inside, looked) = (web.clone(), Arc::clone(&seen));
        let test = move |name: IfName| {
            let count =
                inside.run(|| fs::read_to_string("/proc/thread-self/net/dev")).unwrap().unwrap().lines().count();
            // Two lines of headings, lo, and both bridges.
            looked.store(name.as_bytes() == b"one" && count == 5, Ordering::SeqCst);
            Err("not good enough".to_owned())
        };
        let one = (Link::bridge("one").unwrap(), config("one").verify(test));
        let two = (Link::bridge("two").unwrap(), InterfaceConfig::keep_name());
        let before = settled(&crate::web());
        let error = web.add_interfaces([one, two]).unwrap_err();
        assert!(seen.load(Ordering::SeqCst));
        assert_eq!((error.kind(), error.left()), (ErrorKind::VerifyFailed, None), "{error}");
        assert_eq!(error.to_string(), "add one (1 of 2) to /run/netns/web: verify one: not good enough");
        assert_as_before(&before, &crate::web());
    });
}

#[test]
fn a_closure_that_panics_or_destroys_undoes_the_add() {
    in_netns(|| {
        let web = Namespace::create("/run/netns/web").unwrap();
        let before = settled(&crate::web());
        let destroyed = web.clone();
        let tests: [Box<Test>; 2] = [
            Box::new(|_| panic!("the test itself is wrong")),
            Box::new(move |_| destroyed.destroy().map_err(|error| error.to_string())),
        ];
        for test in tests {
            let config = InterfaceConfig::keep_name().verify(test);
            let error = web.add_interface(Link::bridge("one").unwrap(), config).unwrap_err();
            assert_eq!((error.kind(), error.left()), (ErrorKind::VerifyFailed, None), "{error}");
            assert_as_before(&before, &crate::web());
        }
    });
}
