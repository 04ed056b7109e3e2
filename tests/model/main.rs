//! Random operations over four namespaces and the links' home, against a plain model: after each, kernel, lists and
//! journal have what the model says, and what was opened, mounted and started is gone at the end.
//!
//! The seed is printed; `NETGRAFT_TEST_SEED=N` does the same again. `NETGRAFT_TEST_OPERATIONS=N` sets how many
//! operations there are (300 by default, 10,000 with `NETGRAFT_TEST_WHOLE=1`).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::too_many_lines, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod plain;
mod seen;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::time::Duration;

use common::random::Random;
use common::traced::{Marked, Worker, worked};
use common::{in_netns, journal_files, parse, patience, veth, whole};
use netgraft::{
    Announce, Family, Gateway, InterfaceConfig, Link, NamePrefix, Namespace, Neighbour, Prefix, Restored, Result,
    Route, VethPeer,
};
use plain::{Model, NAMESPACES, NEIGHBOUR, NEXT_HOP, Number, ON_LINK, OWN, Operation, STATIC, movable, peer};
use seen::seen;

const JOURNAL: &str = "/run/journal";
/// How many interfaces there are at most.
const CROWD: usize = 12;

fn path(namespace: usize) -> String {
    format!("/run/netns/n{namespace}")
}

fn link(host: &Namespace, source: &str) -> Link {
    match peer(source) {
        Some(peer) => Link::veth_named(source, VethPeer::new(host, peer)).unwrap(),
        None if source.starts_with('b') => Link::bridge(source).unwrap(),
        None => Link::existing(host, source).unwrap(),
    }
}

fn config(number: Number) -> InterfaceConfig {
    let once = if number.0 % 7 == 0 { Announce::times(1).unwrap() } else { Announce::none() };
    let mut config = InterfaceConfig::prefix(NamePrefix::new("eth").unwrap())
        .address(parse(&format!("{}/24", number.host(false, OWN))))
        .mtu(1400)
        .announce(once);
    if number.has_ipv6() {
        config = config.address(parse(&format!("{}/64", number.host(true, OWN))));
    }
    if number.has_route() {
        config = config.route(parse(&number.destination(false, ON_LINK)));
    }
    if number.has_default() {
        config = config.route(parse("0.0.0.0/0"));
    }
    if number.has_default() && number.has_ipv6() {
        config = config.route(parse("::/0"));
    }
    config
}

fn family(ipv6: bool) -> Family {
    if ipv6 { Family::Ipv6 } else { Family::Ipv4 }
}

fn address(number: Number, ipv6: bool, host: u8) -> std::net::IpAddr {
    parse(&number.host(ipv6, host))
}

fn route(ipv6: bool, to: Number, via: Number) -> Route {
    let to: Prefix = parse(&to.destination(ipv6, STATIC));
    Route::new(to, address(via, ipv6, NEXT_HOP)).unwrap()
}

fn neighbour(source: &str, number: Number) -> Neighbour {
    Neighbour::new(address(number, false, NEIGHBOUR)).link(parse(source))
}

/// Does an operation for real.
fn perform(host: &Namespace, namespace: &Namespace, operation: &Operation) -> Result<()> {
    match operation {
        Operation::Add { source, number } => namespace.add_interface(link(host, source), config(*number)).map(drop),
        Operation::Remove { source } => namespace.interface(source)?.remove(),
        Operation::SetGateway { ipv6, number, host, replace } => {
            let gateway = Gateway::new(address(*number, *ipv6, *host));
            namespace.set_gateway(if *replace { gateway.replace() } else { gateway })
        }
        Operation::UnsetGateway { ipv6 } => namespace.remove_gateway(family(*ipv6)),
        Operation::SetDefault { ipv6, source } => namespace.set_default_route(source, family(*ipv6)),
        Operation::UnsetDefault { ipv6 } => namespace.remove_default_route(family(*ipv6)),
        Operation::AddRoute { ipv6, to, via } => namespace.add_route(route(*ipv6, *to, *via)),
        Operation::RemoveRoute { ipv6, to, via } => namespace.remove_route(route(*ipv6, *to, *via)),
        Operation::AddNeighbour { source, number, mac } => {
            namespace.add_neighbour(neighbour(source, *number), parse(&format!("02:00:00:00:00:{mac:02x}")))
        }
        Operation::DeleteNeighbour { source, number } => namespace.remove_neighbour(neighbour(source, *number), None),
    }
}

/// `NAMESPACE OPERATION…`, by a process that is going to be killed.
fn operate(what: &str, marked: &Marked) -> Result<String> {
    let words: Vec<&str> = what.split(' ').collect();
    let (host, namespace) = (Namespace::current()?, opened(words[0].parse().unwrap()));
    let operation = Operation::parse(&words[1..]);
    marked.during(|| perform(&host, &namespace, &operation)).map(|()| String::new())
}

/// A handle as a program that was started anew has it.
fn opened(namespace: usize) -> Namespace {
    let opened = Namespace::open(path(namespace)).unwrap();
    opened.keep_journal(JOURNAL).unwrap();
    opened
}

fn created(namespace: usize) -> Namespace {
    let created = Namespace::create(path(namespace)).unwrap();
    created.keep_journal(JOURNAL).unwrap();
    created
}

struct World {
    namespaces: Vec<Namespace>,
    host: Namespace,
    model: Model,
    random: Random,
    /// How many numbers, and links that are made, there were.
    numbers: usize,
    made: usize,
    /// How often each operation was done, by its first word and how it ended.
    counts: BTreeMap<String, usize>,
}

impl World {
    fn new() -> Self {
        for pair in movable().chunks(2) {
            veth(&pair[0], &pair[1]);
        }
        Self {
            namespaces: (0..NAMESPACES).map(created).collect(),
            host: Namespace::current().unwrap(),
            model: Model::default(),
            random: Random::from_environment(),
            numbers: 0,
            made: 0,
            counts: BTreeMap::new(),
        }
    }

    /// One operation, told in words.
    fn step(&mut self) -> String {
        let namespace = self.random.below(NAMESPACES);
        match self.random.below(40) {
            0 => self.restore(namespace),
            1 => self.restore_from_descriptions(namespace),
            2 => self.renew(namespace),
            3..=6 => self.killed(namespace),
            _ => self.perform(namespace),
        }
    }

    fn counted(&mut self, what: &str) {
        *self.counts.entry(what.to_owned()).or_default() += 1;
    }

    /// A source to add: one that is at home, or now and then one that is not, or a new one.
    fn new_source(&mut self) -> String {
        let made = match self.random.below(8) {
            0 => "b",
            1 | 2 => "m",
            _ => return self.random.pick(&movable()).clone(),
        };
        self.made += 1;
        format!("{made}{}", self.made)
    }

    /// One that is there, as a rule.
    fn source(&mut self, namespace: usize) -> String {
        let sources: Vec<String> = self.model.namespaces[namespace].interfaces.keys().cloned().collect();
        if sources.is_empty() || self.random.below(10) == 0 {
            "v0".to_owned()
        } else {
            self.random.pick(&sources).clone()
        }
    }

    /// The number of an interface that is there, as a rule.
    fn number(&mut self, namespace: usize) -> Number {
        let numbers: Vec<Number> =
            self.model.namespaces[namespace].interfaces.values().map(|(number, _)| *number).collect();
        if numbers.is_empty() || self.random.below(10) == 0 {
            Number(self.numbers)
        } else {
            *self.random.pick(&numbers)
        }
    }

    fn new_number(&mut self, namespace: usize) -> Number {
        if self.random.below(10) == 0 {
            return self.number(namespace);
        }
        self.numbers += 1;
        Number(self.numbers)
    }

    fn operation(&mut self, namespace: usize) -> Operation {
        let ipv6 = self.random.below(2) == 0;
        // Few, so that they meet.
        let to = Number(1 + self.random.below(4));
        let mac = self.random.below(250) as u8;
        match self.random.below(24) {
            0..=5 if self.model.count() < CROWD => {
                Operation::Add { source: self.new_source(), number: self.new_number(namespace) }
            }
            0..=8 => Operation::Remove { source: self.source(namespace) },
            9..=11 => {
                let (host, replace) = (20 + self.random.below(3) as u8, self.random.below(2) == 0);
                Operation::SetGateway { ipv6, number: self.number(namespace), host, replace }
            }
            12 => Operation::UnsetGateway { ipv6 },
            13 => Operation::SetDefault { ipv6, source: self.source(namespace) },
            14 => Operation::UnsetDefault { ipv6 },
            15..=17 => Operation::AddRoute { ipv6, to, via: self.number(namespace) },
            18 | 19 => Operation::RemoveRoute { ipv6, to, via: self.number(namespace) },
            20 | 21 => Operation::AddNeighbour { source: self.source(namespace), number: self.number(namespace), mac },
            _ => {
                // One that is there, as a rule.
                let there = self.model.namespaces[namespace].neighbours();
                let (source, number) = if there.is_empty() || self.random.below(4) == 0 {
                    (self.source(namespace), self.number(namespace))
                } else {
                    self.random.pick(&there).clone()
                };
                Operation::DeleteNeighbour { source, number }
            }
        }
    }

    fn perform(&mut self, namespace: usize) -> String {
        let operation = self.operation(namespace);
        let what = format!("{namespace} {operation}");
        let mut model = self.model.clone();
        let wanted = model.apply(namespace, &operation);
        let done = perform(&self.host, &self.namespaces[namespace], &operation);
        match (&wanted, &done) {
            (Ok(()), Ok(())) => self.model = model,
            (Err(kind), Err(error)) if *kind == error.kind() && error.left().is_none() => {}
            _ => panic!("{what}: {done:?}, wanted {wanted:?} of {:#?}", self.model),
        }
        let first = what.split(' ').nth(1).unwrap();
        self.counted(&if wanted.is_ok() { first.to_owned() } else { format!("{first} refused") });
        format!("{what}: {wanted:?}")
    }

    fn restored(&mut self, namespace: usize, restored: &Restored) -> BTreeSet<String> {
        let clean = restored.failed.is_empty() && restored.busy == 0;
        assert!(clean && restored.dropped.is_empty() && restored.left_alone.is_empty(), "{namespace}: {restored:?}");
        restored.interfaces.iter().map(|interface| interface.source_name().to_string()).collect()
    }

    fn restore(&mut self, namespace: usize) -> String {
        let fresh = opened(namespace);
        let restored = fresh.restore().unwrap();
        let sources = self.restored(namespace, &restored);
        assert_eq!(sources, self.model.namespaces[namespace].interfaces.keys().cloned().collect(), "{restored:?}");
        self.namespaces[namespace] = fresh;
        self.counted("restore");
        format!("restore {namespace}")
    }

    /// Without the journal, and in any order.
    fn restore_from_descriptions(&mut self, namespace: usize) -> String {
        let fresh = Namespace::open(path(namespace)).unwrap();
        let there = &self.model.namespaces[namespace].interfaces;
        let mut descriptions: Vec<(Link, InterfaceConfig)> =
            there.iter().map(|(source, (number, _))| (link(&self.host, source), config(*number))).collect();
        if !descriptions.is_empty() {
            let first = self.random.below(descriptions.len());
            descriptions.rotate_left(first);
        }
        let restored = fresh.restore_from(descriptions).unwrap();
        let sources = self.restored(namespace, &restored);
        assert_eq!(sources, self.model.namespaces[namespace].interfaces.keys().cloned().collect(), "{restored:?}");
        for (source, (_, name)) in &self.model.namespaces[namespace].interfaces {
            assert_eq!(fresh.interface(source).unwrap().name().to_string(), *name);
        }
        self.counted("restore from descriptions");
        format!("restore {namespace} from descriptions")
    }

    /// Destroys a namespace that has no interfaces, and makes another one in its place.
    fn renew(&mut self, namespace: usize) -> String {
        if !self.model.namespaces[namespace].interfaces.is_empty() {
            return "not empty".to_owned();
        }
        self.namespaces[namespace].destroy().unwrap();
        self.namespaces[namespace] = created(namespace);
        self.counted("renew");
        format!("renew {namespace}")
    }

    /// A process that is killed somewhere in between, and a restore. Whether it got there is the kernel's to say.
    fn killed(&mut self, namespace: usize) -> String {
        let operation = self.operation(namespace);
        let words = format!("{namespace} {operation}");
        let mut model = self.model.clone();
        let wanted = model.apply(namespace, &operation);
        // What there are few of are few calls to choose from.
        let moves = matches!(operation, Operation::Add { .. } | Operation::Remove { .. });
        let calls: &[(&str, usize)] = match moves {
            true => &[("sendto", 10), ("recvfrom", 20), ("renameat2", 1), ("rename", 2), ("unlink", 1), ("write", 3)],
            false => &[("sendto", 3), ("recvfrom", 5)],
        };
        let (call, most) = *self.random.pick(calls);
        let number = 1 + self.random.below(most);
        let inject = format!("inject={call}:signal=SIGKILL:when={number}");
        let survived = Worker::traced(&words, Some(&inject)).finish_or_die();
        let restored = self.namespaces[namespace].restore().unwrap();
        self.restored(namespace, &restored);
        let what = format!("{words}, killed at {call} {number}: {restored:?}");
        if let Some(outcome) = &survived {
            assert_eq!(outcome.succeeded, wanted.is_ok(), "{what}: {outcome:?}, wanted {wanted:?}");
        }
        let done = wanted.is_ok() && self.kernel_has(&model);
        if done {
            self.model = model;
        }
        let how = match (survived.is_some(), done) {
            (true, _) => "survived",
            (false, true) => "killed, done",
            (false, false) => "killed, not done",
        };
        self.counted(&format!("{} {how}", words.split(' ').nth(1).unwrap()));
        what
    }

    fn kernel_has(&self, model: &Model) -> bool {
        let has = |(namespace, space): (&Namespace, &plain::Space)| seen(namespace) == space.shown();
        self.namespaces.iter().zip(&model.namespaces).all(has) && seen(&self.host) == model.at_home()
    }

    /// Fails unless kernel, lists and journal are as the model says.
    fn check(&self, steps: &[String]) {
        let told = || format!("{:#?}\n{:#?}", &steps[steps.len().saturating_sub(8)..], self.model);
        assert_eq!(seen(&self.host), self.model.at_home(), "home: {}", told());
        for (number, (namespace, space)) in self.namespaces.iter().zip(&self.model.namespaces).enumerate() {
            assert_eq!(seen(namespace), space.shown(), "{number}: {}", told());
            let listed = namespace
                .interfaces()
                .unwrap()
                .into_iter()
                .map(|i| (i.source_name().to_string(), i.name().to_string()));
            let wanted = space.interfaces.iter().map(|(source, (_, name))| (source.clone(), name.clone()));
            assert_eq!(listed.collect::<BTreeMap<_, _>>(), wanted.collect(), "{number}: {}", told());
        }
        // Half-written ones would count, too.
        let entries = journal_files(JOURNAL).len();
        assert_eq!(entries, self.model.count(), "journal: {}", told());
    }
}

/// Descriptors, threads and mounts of this process.
fn resources() -> [usize; 3] {
    let count = |folder| fs::read_dir(folder).unwrap().count();
    [count("/proc/self/fd"), count("/proc/self/task"), fs::read_to_string("/proc/self/mounts").unwrap().lines().count()]
}

/// What the descriptors of this process lead to.
fn descriptors() -> Vec<std::path::PathBuf> {
    fs::read_dir("/proc/self/fd").unwrap().filter_map(|fd| fs::read_link(fd.unwrap().path()).ok()).collect()
}

/// The kernel lists one that has ended for a moment longer.
fn a_thread_ends() {
    std::thread::sleep(patience(Duration::from_millis(100)));
}

fn operations() -> usize {
    let given = std::env::var("NETGRAFT_TEST_OPERATIONS").ok().map(|number| number.parse().unwrap());
    given.unwrap_or(if whole() { 10_000 } else { 300 })
}

#[test]
fn the_kernel_is_as_the_model_says() {
    if worked(operate) {
        return;
    }
    in_netns(|| {
        // The first pin makes the folder of pins a mount of itself, which stays.
        created(0).destroy().unwrap();
        a_thread_ends();
        let before = resources();
        let mut world = World::new();
        a_thread_ends();
        let after_making = resources();
        let mut steps = Vec::new();
        for number in 0..operations() {
            let step = world.step();
            steps.push(format!("{number}: {step}"));
            world.check(&steps);
            // A namespace keeps its folders of settings, the socket that it announced with and, from a restore on, the
            // links' home with folders of its own.
            let fds = after_making[0]..=after_making[0] + NAMESPACES * 7;
            let right = |now: [usize; 3]| fds.contains(&now[0]) && now[1..] == after_making[1..];
            if !right(resources()) {
                a_thread_ends();
            }
            let now = resources();
            assert!(right(now), "{now:?}, {after_making:?} at first: {:?}\n{:#?}", steps.last(), descriptors());
        }
        for namespace in &world.namespaces {
            namespace.interfaces().unwrap().into_iter().for_each(|interface| interface.remove().unwrap());
            namespace.destroy().unwrap();
        }
        assert_eq!(seen(&world.host), Model::default().at_home());
        assert_eq!(journal_files(JOURNAL).len(), 0, "journal");
        assert_eq!(fs::read_dir("/run/netns").unwrap().count(), 0, "pins");
        let counts = world.counts.clone();
        drop(world);
        a_thread_ends();
        assert_eq!(resources(), before, "descriptors, threads, mounts");
        let kills: usize = counts.iter().filter(|(what, _)| what.contains("killed")).map(|(_, count)| count).sum();
        println!("COUNT model: {} operations, {kills} of them killed: {counts:?}", steps.len());
    });
}
