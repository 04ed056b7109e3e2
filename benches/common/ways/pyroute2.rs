//! The Python library pyroute2, by a process that does the whole job and takes its time by its own clock: its start is not
//! counted.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use super::Way;
use crate::common::peers;
use crate::common::world::{How, Job, OWN_MAC, Wanted, World, mac_text};

pub(crate) struct Pyroute2 {
    process: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Pyroute2 {
    pub(crate) fn new(world: &World, job: &Job) -> Self {
        let mut python = Command::new(peers::python().unwrap());
        python.args(["-c", include_str!("pyroute2.py")]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = python.spawn().unwrap();
        let (input, output) = (process.stdin.take().unwrap(), BufReader::new(process.stdout.take().unwrap()));
        let mut way = Self { process, input, output };
        let wanted: Vec<Value> =
            job.wanted.iter().map(|wanted| described(*wanted, &world.away[wanted.place].name)).collect();
        let job = json!({
            "home": world.home.name, "move": job.how == How::Move, "own_mac": mac_text(&OWN_MAC), "wanted": wanted,
        });
        assert_eq!(way.answer(&job.to_string()), "ready");
        way
    }

    fn answer(&mut self, line: &str) -> String {
        writeln!(self.input, "{line}").unwrap();
        let mut answer = String::new();
        self.output.read_line(&mut answer).unwrap();
        answer.trim().to_owned()
    }

    fn seconds(&mut self, method: &str) -> Duration {
        Duration::from_secs_f64(self.answer(method).parse().unwrap())
    }
}

impl Way for Pyroute2 {
    fn add(&mut self) {
        self.timed_add();
    }

    fn remove(&mut self) {
        self.timed_remove();
    }

    fn timed_add(&mut self) -> Duration {
        self.seconds("add")
    }

    fn timed_remove(&mut self) -> Duration {
        self.seconds("remove")
    }
}

impl Drop for Pyroute2 {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn described(wanted: Wanted, place: &str) -> Value {
    let [a, b, c, _] = wanted.ipv4();
    json!({
        "place": place,
        "name": wanted.name(),
        "source": wanted.source(),
        "peer": wanted.peer(),
        "mac": mac_text(&wanted.mac()),
        "ipv4": Ipv4Addr::from(wanted.ipv4()),
        "broadcast": Ipv4Addr::new(a, b, c, 255),
        "ipv6": Ipv6Addr::from(wanted.ipv6()),
        "destination": Ipv4Addr::from(wanted.destination()),
    })
}
