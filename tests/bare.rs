//! As on a system that has only just begun: the command alone, static, in an empty root folder, with neither /proc
//! nor /sys.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::error::Error;
use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;

use common::{
    World, assert_as_before, bridge, in_netns, inside, ip, ip_json, ip_json_in, parse, ping, read_sysctl, settled,
};
use netgraft::{ErrorKind, InterfaceConfig, Link, NamePrefix, Namespace};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{chdir, pivot_root};
use serde_json::{Value, json};

/// The command as a static binary, built when it is not up to date. Where there is no cargo, `NETGRAFT_STATIC` tells
/// where it is; somebody who may not build here can test what was built before.
fn static_binary() -> PathBuf {
    if let Some(path) = std::env::var_os("NETGRAFT_STATIC") {
        return path.into();
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("static");
    let built = build(&folder).unwrap_or_else(|problem| {
        let targets = fs::read_dir(&folder).into_iter().flatten();
        let mut before =
            targets.map(|target| target.unwrap().path().join("debug/netgraft")).filter(|path| path.exists());
        before.next().unwrap_or_else(|| panic!("no static binary: {problem}"))
    });
    assert!(built.exists(), "{built:?}");
    built
}

fn build(folder: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let cargo = std::env::var_os("CARGO").unwrap_or("cargo".into());
    let version = String::from_utf8(Command::new(&cargo).arg("-vV").output()?.stdout)?;
    // Named, or the flags would go for what runs at build time, too.
    let target = version.lines().find_map(|line| line.strip_prefix("host: ")).ok_or("cargo does not tell its host")?;
    let status = Command::new(cargo)
        .args(["build", "--quiet", "--locked", "--bin", "netgraft", "--features", "cli", "--target", target])
        .arg("--target-dir")
        .arg(folder)
        .env("RUSTFLAGS", "-C target-feature=+crt-static")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()?;
    if status.success() { Ok(folder.join(target).join("debug/netgraft")) } else { Err(status.to_string().into()) }
}

/// `netgraft batch` in an empty root folder, asked line by line.
struct Bare {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
    /// Whether a procfs can be had there. Without privileges none can: none is visible that it could show.
    has_proc: bool,
}

impl Bare {
    fn start(binary: &Path) -> Self {
        let binary = fs::read(binary).unwrap();
        let (sender, receiver) = mpsc::channel();
        // The thread leaves the old root for good; the test goes on in it.
        thread::spawn(move || {
            unshare(CloneFlags::CLONE_NEWNS).unwrap();
            let none = None::<&str>;
            fs::create_dir("/run/root").unwrap();
            mount(none, "/run/root", Some("tmpfs"), MsFlags::empty(), none).unwrap();
            chdir("/run/root").unwrap();
            pivot_root(".", ".").unwrap();
            umount2(".", MntFlags::MNT_DETACH).unwrap();
            chdir("/").unwrap();
            fs::create_dir("probe").unwrap();
            let has_proc = mount(none, "probe", Some("proc"), MsFlags::empty(), none).is_ok();
            if has_proc {
                umount2("probe", MntFlags::empty()).unwrap();
            }
            fs::remove_dir("probe").unwrap();
            fs::write("netgraft", binary).unwrap();
            fs::set_permissions("netgraft", Permissions::from_mode(0o755)).unwrap();
            let child = Command::new("/netgraft")
                .args(["--json", "batch", "--keep-going"])
                .env_clear()
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn();
            sender.send((child.unwrap(), has_proc)).unwrap();
        });
        let (mut child, has_proc) = receiver.recv().unwrap();
        let (stdin, stdout) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, stdin, stdout, has_proc }
    }

    /// What comes of a line, before the next one is given.
    fn ask(&mut self, line: &str) -> Value {
        writeln!(self.stdin, "{line}").unwrap();
        let mut answer = String::new();
        self.stdout.read_line(&mut answer).unwrap();
        println!("{line}\n  {answer}");
        serde_json::from_str(&answer).unwrap()
    }

    #[track_caller]
    fn done(&mut self, line: &str) -> Value {
        let mut answer = self.ask(line);
        assert_eq!(answer["ok"], true, "{line}: {answer}");
        answer["result"].take()
    }

    #[track_caller]
    fn refused(&mut self, line: &str) -> Value {
        let mut answer = self.ask(line);
        assert_eq!(answer["ok"], false, "{line}: {answer}");
        assert_eq!(answer["error"]["left"], "as before", "{line}: {answer}");
        answer["error"].take()
    }

    /// A file as the command sees it.
    fn path(&self, path: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/root{path}", self.child.id()))
    }

    /// Lets it end, and tells its exit status and what it said.
    fn end(self) -> (Option<i32>, String) {
        let Self { child, stdin, stdout, .. } = self;
        drop((stdin, stdout));
        let output = child.wait_with_output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn the_command_needs_nothing_but_the_kernel() {
    // Out here, where it may take its time.
    let binary = static_binary();
    in_netns(|| {
        let world = World::with_veth();
        bridge("br0");
        let host = settled(&world.host);
        let mut bare = Bare::start(&binary);
        for mounted in ["/proc", "/sys", "/dev", "/etc"] {
            assert!(!bare.path(mounted).exists(), "{mounted}");
        }
        bare.done("create web");
        let web = File::open(bare.path("/run/netns/web")).unwrap();
        let lo = ip_json_in(&web, "link");
        assert!(lo[0]["flags"].as_array().unwrap().contains(&"UP".into()), "{lo}");

        let moved = bare.done("add web veth1 --prefix eth --ipv4 10.0.0.2/24 --route 172.20.0.0/16");
        assert_eq!((&moved["name"], &moved["ipv4"]), (&"eth0".into(), &json!(["10.0.0.2/24"])));
        ping("10.0.0.2");
        let disabled = inside(&web, || read_sysctl("ipv6/conf/eth0/disable_ipv6"));
        assert_eq!(disabled, if bare.has_proc { "1" } else { "0" });
        assert_eq!(bare.done("stats web veth1")["rx_errors"], 0);

        let add =
            "add web inner --create veth,peer=vhost,bridge=br0 --name eth1 --ipv4 10.1.0.2/24 --ipv6 fd00:2::2/64";
        let made = bare.done(add);
        assert_eq!((&made["name"], &made["ipv6"]), (&"eth1".into(), &json!(["fd00:2::2/64"])));
        assert_eq!(ip_json_in(&world.host, "link show vhost")[0]["master"], "br0");
        let listed = bare.done("list web");
        assert_eq!(listed["interfaces"].as_array().unwrap().len(), 2, "{listed}");
        bare.done("show web");
        assert_eq!(bare.refused("add web veth9 --prefix eth")["kind"], "not-found");

        bare.done("remove web inner");
        bare.done("remove web veth1");
        assert_as_before(&host, &world.host);
        assert_eq!(ip_json_in(&web, "link").as_array().unwrap().len(), 1);
        bare.done("destroy web");
        assert!(!bare.path("/run/netns/web").exists());
        for mounted in ["/proc", "/sys", "/dev", "/etc"] {
            assert!(!bare.path(mounted).exists(), "{mounted}");
        }
        let has_proc = bare.has_proc;
        let (status, said) = bare.end();
        assert_eq!(status, Some(1), "the highest of all lines: {said}");
        let warned = said.lines().any(|line| line.contains("IPv6 stays enabled on eth0"));
        assert_eq!(warned, !has_proc, "{said}");
    });
}

#[test]
fn settings_are_written_where_a_procfs_can_be_had() {
    // Out here, where it may take its time.
    let binary = static_binary();
    in_netns(|| {
        let world = World::with_veth();
        let host = settled(&world.host);
        let mut bare = Bare::start(&binary);
        bare.done("create web");
        let web = File::open(bare.path("/run/netns/web")).unwrap();
        let add = "add web veth1 --name eth0 --ipv4 10.0.0.2/24 --sysctl net.ipv4.conf.IFNAME.rp_filter=2";
        if bare.has_proc {
            bare.done(add);
            assert_eq!(inside(&web, || read_sysctl("ipv4/conf/eth0/rp_filter")), "2");
            bare.done("remove web veth1");
            assert_as_before(&host, &world.host);
        }
        let unknown = add.replace("rp_filter", "nonsense");
        for line in if bare.has_proc { vec![unknown.as_str()] } else { vec![unknown.as_str(), add] } {
            let error = bare.refused(line);
            assert_eq!(error["kind"], "sysctl", "{error}");
            assert_as_before(&host, &world.host);
        }
        bare.done("destroy web");
        assert_eq!(bare.end().0, Some(1));
    });
}

/// Not even `ip` and the harness find a /proc here: this is all there is on the system.
#[test]
#[ignore = "takes a system that has mounted neither /proc nor /sys: tests/kernels/run bare"]
fn the_library_on_a_system_without_proc_and_sys() {
    let nothing = |folder: &str| fs::read_dir(folder).unwrap().next().is_none();
    assert!(nothing("/proc") && nothing("/sys"));
    ip("link set lo up");
    ip("link add veth1 type veth peer peer1");
    ip("addr add 10.0.0.1/24 dev peer1");
    ip("link set peer1 addrgenmode none up");
    let links = || ip_json("addr show dev veth1").to_string();
    let before = links();

    let host = Namespace::current().unwrap();
    let web = Namespace::create("/run/netns/web").unwrap();
    web.keep_journal("/run/journal").unwrap();
    let config = || {
        let config = InterfaceConfig::prefix(NamePrefix::new("eth").unwrap());
        config.address(parse("10.0.0.2/24")).address(parse("fd00:1::2/64")).clash_check(false)
    };
    // Written in a procfs that is mounted nowhere.
    let written = config().sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=2"));
    let eth0 = web.add_interface(Link::existing(&host, "veth1").unwrap(), written).unwrap();
    let shown = ip_json_in(&web, "addr show dev eth0").to_string();
    assert!(shown.contains("10.0.0.2") && shown.contains("fd00:1::2"), "{shown}");
    ping("10.0.0.2");
    eth0.remove().unwrap();
    assert_eq!(links(), before);

    let unknown = config().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"));
    let error = web.add_interface(Link::existing(&host, "veth1").unwrap(), unknown).unwrap_err();
    assert_eq!((error.kind(), error.left()), (ErrorKind::Sysctl, None), "{error}");
    assert_eq!(links(), before);

    assert_eq!(Namespace::open("/run/netns/web").unwrap().id(), web.id());
    assert_eq!(Namespace::from_pid(std::process::id()).unwrap().id(), host.id());
    web.destroy().unwrap();
    assert!(!Path::new("/run/netns/web").exists());
    assert!(nothing("/proc") && nothing("/sys"));
}
