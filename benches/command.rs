//! The command end to end: a process makes an interface on a bridge, another one removes it, beside `ip` and beside CNI's
//! bridge plugin doing the same.
//!
//! `cargo bench --bench command` in benches/, as root or where user namespaces are allowed; `-- --quick` for few rounds.
//! It builds the command, or takes the one that `NETGRAFT_COMMAND` names, and fails when a budget is missed.

mod common;

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;
use std::{env, fs};

use common::beside::Beside;
use common::ways::Who;
use common::world::{How, Job, World, path};
use common::{inside, peers, prepare, timed};
use serde_json::{Value, json};

const MILLISECOND: Duration = Duration::from_millis(1);
/// How many system calls an add may make, most of which are the start and the end of the process.
const CALLS: usize = 250;

/// What is stood beside each other.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Plain,
    Announced,
    Ip(Who),
    Cni,
}

fn main() -> ExitCode {
    let command = command();
    prepare();
    let quick = env::args().any(|argument| argument == "--quick");
    let scene = Scene { world: World::new(1), command };
    let mut ends = vec![End::Plain, End::Announced, End::Ip(Who::Batch), End::Ip(Who::Commands)];
    ends.extend(peers::cni().is_ok().then_some(End::Cni));
    let rounds = if quick { 3 } else { 51 };
    // The first finds cold caches.
    let times: Vec<Vec<Times>> = (0..=rounds).map(|_| ends.iter().map(|end| scene.once(*end)).collect()).collect();

    let mut table = Beside::new(!quick);
    let pairs = |end: End, of: Part| {
        let at = ends.iter().position(|other| *other == end);
        at.map(|at| times[1..].iter().map(move |round| (of(&round[at]), of(&round[0]))))
    };
    let peers = [(End::Ip(Who::Batch), 1.0), (End::Ip(Who::Commands), 1.0), (End::Cni, 1.0)];
    for (what, of) in [("add", (|times| times.add) as Part), ("remove", |times| times.remove)] {
        for (peer, budget) in peers {
            if let Some(pairs) = pairs(peer, of) {
                table.times(what, peer.title(), pairs, budget);
            }
        }
    }
    let announced = pairs(End::Announced, |times| times.add).into_iter().flatten();
    table.extra("add, announced", "add", announced.map(|(announced, plain)| (plain, announced)), MILLISECOND);
    beside_interfaces(&mut table, &scene, if quick { &[10, 100] } else { &[10, 1000, 10_000] }, rounds);
    table.finish("command")
}

/// What the namespace's other interfaces, all of which are in the journal, add to the time and the system calls of the
/// command.
fn beside_interfaces(table: &mut Beside, scene: &Scene, crowds: &[u32], rounds: usize) {
    let away = &scene.world.away[0];
    away.namespace().keep_journal("/run/netgraft").unwrap();
    let mut there = 0;
    let mut few = Vec::new();
    for crowd in crowds {
        away.crowd_of_interfaces(there..*crowd);
        there = *crowd;
        let times: Vec<Times> =
            (0..=rounds).map(|_| inside(&scene.world.home, || scene.netgraft("0"))).skip(1).collect();
        let calls = inside(&scene.world.home, || scene.system_calls());
        table.count(&format!("system calls of an add, all of the process's, beside {crowd} interfaces"), calls, CALLS);
        if few.is_empty() {
            few = times;
            continue;
        }
        let parts: [(&str, Part); 3] =
            [("add", |times| times.add), ("stats of one", |times| times.stats), ("remove", |times| times.remove)];
        for (what, of) in parts {
            let pairs = few.iter().zip(&times).map(|(few, many)| (of(few), of(many)));
            table.times(
                &format!("{what}, beside {crowd} interfaces"),
                &format!("{} interfaces", crowds[0]),
                pairs,
                1.15,
            );
        }
    }
}

impl End {
    fn title(self) -> &'static str {
        match self {
            Self::Plain => "add",
            Self::Announced => "announced",
            Self::Ip(who) => who.title(),
            Self::Cni => "CNI's bridge plugin",
        }
    }
}

/// How long the processes took, from their start to their end.
struct Times {
    add: Duration,
    /// Where it was asked for.
    stats: Duration,
    remove: Duration,
}

type Part = fn(&Times) -> Duration;

struct Scene {
    world: World,
    command: PathBuf,
}

impl Scene {
    fn once(&self, end: End) -> Times {
        let links = self.world.home.count_links();
        let times = inside(&self.world.home, || match end {
            End::Plain => self.netgraft("0"),
            End::Announced => self.netgraft("3"),
            End::Ip(who) => {
                let mut way = who.way(&self.world, &Job::one(How::Create));
                Times { add: way.timed_add(), stats: Duration::ZERO, remove: way.timed_remove() }
            }
            End::Cni => Times { add: self.cni("ADD"), stats: Duration::ZERO, remove: self.cni("DEL") },
        });
        assert_eq!(self.world.home.count_links(), links, "{}", end.title());
        times
    }

    fn netgraft(&self, announcements: &str) -> Times {
        let add = run(&mut self.add(Command::new(&self.command), announcements), "");
        let of_it = |what: &str| {
            let mut command = Command::new(&self.command);
            run(command.args([what, &self.world.away[0].name, "v0"]), "")
        };
        Times { add, stats: of_it("stats"), remove: of_it("remove") }
    }

    /// How many system calls an add makes, the start and the end of the process included.
    fn system_calls(&self) -> usize {
        let trace = "/run/trace";
        let mut strace = Command::new("strace");
        strace.args(["-f", "-qq", "-o", trace]).arg(&self.command);
        run(&mut self.add(strace, "0"), "");
        let mut remove = Command::new(&self.command);
        run(remove.args(["remove", &self.world.away[0].name, "v0"]), "");
        let lines = fs::read_to_string(trace).unwrap();
        lines.lines().filter(|line| line.contains('(') && !line.contains("resumed>")).count()
    }

    fn add(&self, mut add: Command, announcements: &str) -> Command {
        add.args(["add", &self.world.away[0].name, "v0", "--create", "veth,peer=p0,bridge=br0"]);
        add.args(["--name", "eth0", "--mac", "02:42:0a:00:00:00", "--ipv4", "10.0.0.2/24", "--ipv6", "fd00:0:0::2/64"]);
        add.args(["--announce", announcements, "--background"]);
        add
    }

    /// What a runtime does. The plugin starts another one, which gives it the addresses.
    fn cni(&self, what: &str) -> Duration {
        let plugins = peers::cni().unwrap();
        let network = json!({
            "cniVersion": "1.0.0",
            "name": "bench",
            "type": "bridge",
            "bridge": "br0",
            "ipam": {"type": "static", "addresses": [{"address": "10.0.0.2/24"}, {"address": "fd00:0:0::2/64"}]},
        });
        let mut plugin = Command::new(plugins.join("bridge"));
        plugin.env("CNI_COMMAND", what).env("CNI_CONTAINERID", "one").env("CNI_IFNAME", "eth0");
        plugin.env("CNI_NETNS", path(&self.world.away[0].name)).env("CNI_PATH", plugins);
        run(&mut plugin, &network.to_string())
    }
}

/// How long a process takes that has to succeed.
fn run(command: &mut Command, input: &str) -> Duration {
    let (took, status) = timed(|| {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        process.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        process.wait().unwrap()
    });
    assert!(status.success(), "{command:?}");
    took
}

/// Where the command is, which is built if it is not named.
fn command() -> PathBuf {
    if let Some(named) = env::var_os("NETGRAFT_COMMAND") {
        return named.into();
    }
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--release", "--features", "cli", "--bin", "netgraft", "--message-format", "json"]);
    let output = build.args(["--manifest-path", manifest]).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "{build:?}");
    let messages = String::from_utf8(output.stdout).unwrap();
    let executable = |line: &str| Some(serde_json::from_str::<Value>(line).ok()?.get("executable")?.as_str()?.into());
    messages.lines().find_map(executable).unwrap()
}
