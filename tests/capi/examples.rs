//! The examples, built as their first lines say, and what README shows.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use netgraft::Namespace;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::build::{VALGRIND, compile, root, run};
use crate::capture::Capture;
use crate::common::{in_netns, ip_json, veth};

/// An example, watched by AddressSanitizer.
fn watched(name: &str) -> PathBuf {
    compile(&format!("{name}-asan"), &[source(name)], &["-std=c99", "-Wpedantic", "-fsanitize=address"])
}

fn source(name: &str) -> PathBuf {
    root().join(format!("examples/c/{name}.c"))
}

/// valgrind(1), for a program.
fn valgrind(program: &Path) -> Command {
    let mut valgrind = Command::new("valgrind");
    valgrind.args(VALGRIND).arg(program);
    valgrind
}

/// Names of the links of the current namespace.
fn links() -> Vec<String> {
    ip_json("link").as_array().unwrap().iter().map(|link| link["ifname"].as_str().unwrap().to_owned()).collect()
}

/// Whether all that the init made is gone.
fn assert_clean() {
    assert_eq!(links(), ["lo"]);
    assert!(!Path::new("/run/netns/init").exists());
}

#[test]
fn a_binding_by_ctypes() {
    let library = crate::build::installed().join("lib");
    in_netns(|| {
        let binding = root().join("examples/python/netgraft.py");
        let printed = run(Command::new("python3").arg(binding).env("LD_LIBRARY_PATH", library)).unwrap();
        let (told, refused) = printed.split_once('\n').unwrap();
        assert!(told.starts_with("lan0 has sent "), "{printed}");
        assert!(refused.starts_with("refused with 22: ") && refused.contains("10.0.0.1/99"), "{printed}");
    });
}

#[test]
fn hello() {
    let (watched, plain) = (watched("hello"), compile("hello", &[source("hello")], &[]));
    let one = compile("hello-static", &[source("hello")], &["-static"]);
    in_netns(|| {
        for mut hello in [Command::new(watched), valgrind(&plain), Command::new(one)] {
            let printed = run(&mut hello).unwrap();
            assert!(printed.starts_with("hello from lan in anonymous namespace "), "{printed}");
        }
    });
}

#[test]
fn hello_to_who_may_not() {
    let hello = watched("hello");
    in_netns(|| {
        let nobody = ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"];
        let output = Command::new("setpriv").args(nobody).arg(hello).output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1));
        assert_eq!(
            said,
            "hello: create an anonymous namespace: it takes root, or a user namespace: Operation not permitted (os error 1)\n"
        );
    });
}

#[test]
fn init_runs_a_program_inside_and_announces_meanwhile() {
    let init = watched("init");
    in_netns(|| {
        let capture = Capture::start(&Namespace::current().unwrap());
        // As PID 1, to which the program leaves a process.
        let script = "sleep 9 & ip -br address; readlink /proc/1/exe; sleep 1; exit 7";
        let mut command = Command::new("unshare");
        let output = command.args(["--pid", "--fork", "--mount-proc"]).arg(&init).args(["sh", "-c", script]).output();
        let output = output.unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(7), "{printed}{}", String::from_utf8_lossy(&output.stderr));
        assert!(printed.contains("10.88.0.2/24 fd88::2/64"), "{printed}");
        assert!(printed.contains(init.to_str().unwrap()), "{printed}");
        let announced = capture.stop().into_iter().filter_map(|frame| frame.announced());
        let mut announced: Vec<String> = announced.map(|announced| announced.address.to_string()).collect();
        announced.sort();
        assert_eq!(announced, [["10.88.0.2"; 3], ["fd88::2"; 3]].concat());
        assert_clean();
    });
}

#[test]
fn init_cleans_up_when_it_is_told_to_end() {
    let (watched, plain) = (watched("init"), compile("init", &[source("init")], &[]));
    in_netns(|| {
        for mut command in [Command::new(&watched), valgrind(&plain)] {
            let mut init =
                command.args(["sh", "-c", "echo ready; exec sleep 60"]).stdout(Stdio::piped()).spawn().unwrap();
            let mut ready = String::new();
            BufReader::new(init.stdout.take().unwrap()).read_line(&mut ready).unwrap();
            assert_eq!(ready, "ready\n");
            assert!(links().contains(&"veth-init".to_owned()));
            kill(Pid::from_raw(init.id() as i32), Signal::SIGTERM).unwrap();
            assert_eq!(init.wait().unwrap().code(), Some(128 + Signal::SIGTERM as i32));
            assert_clean();
        }
    });
}

#[test]
fn init_cleans_up_when_there_is_no_such_program() {
    let init = watched("init");
    in_netns(|| {
        let output = Command::new(init).arg("/no/such/program").output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(
            (output.status.code(), said.as_str()),
            (Some(1), "init: /no/such/program: No such file or directory\n")
        );
        assert_clean();
    });
}

/// What a text shows of C, block by block.
fn shown(text: &str) -> Vec<String> {
    let text = fs::read_to_string(root().join(text)).unwrap();
    text.split("```c\n").skip(1).map(|behind| behind.split_once("```").unwrap().0.to_owned()).collect()
}

/// A file of C.
fn file(name: &str, code: &str) -> PathBuf {
    let source = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("capi/{name}.c"));
    // Who may not write there finds what somebody else has.
    if !fs::read_to_string(&source).is_ok_and(|there| there == code) {
        fs::write(&source, code).unwrap();
    }
    source
}

#[test]
fn what_the_readme_shows() {
    let source = file("readme", &shown("README.md")[0]);
    let program = compile("readme", &[source], &["-std=c99", "-Wpedantic", "-fsanitize=address"]);
    in_netns(|| {
        veth("veth1a2b", "peer");
        assert_eq!(run(&mut Command::new(program)).unwrap(), "eth0 has sent 0 bytes\n");
        assert_eq!(links().len(), 3);
    });
}

#[test]
fn what_the_guide_shows() {
    let mut shown = shown("docs/guide/c.md");
    let program = [file("guide", &shown.pop().unwrap())];
    let watched = compile("guide-asan", &program, &["-std=c99", "-Wpedantic", "-fsanitize=address"]);
    let plain = compile("guide", &program, &["-std=c99"]);
    // Its parts, each a function or two.
    assert!(shown.len() >= 4, "{shown:?}");
    let headers = ["netgraft.h", "poll.h", "stdio.h", "sys/socket.h"].map(|header| format!("#include <{header}>\n"));
    let parts = format!("#define _GNU_SOURCE\n{}{}", headers.concat(), shown.concat());
    compile("guide-parts", &[file("guide-parts", &parts)], &["-std=c99", "-Wpedantic", "-shared", "-fPIC"]);
    in_netns(|| {
        for mut command in [Command::new(watched), valgrind(&plain)] {
            assert_eq!(run(&mut command).unwrap(), "lan and eth0\n");
            assert_clean();
            assert!(!Path::new("/run/netns/web").exists());
        }
    });
}
