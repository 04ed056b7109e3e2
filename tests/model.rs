//! Random operations over four namespaces, against a plain model: after each, the kernel has what the model says.
//!
//! The seed is printed; `NETGRAFT_TEST_SEED=N` does the same again. `NETGRAFT_TEST_OPERATIONS=N` sets how many
//! operations there are (300 by default, 10,000 with `NETGRAFT_TEST_WHOLE=1`).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use common::random::Random;
use common::traced::{Marked, Worker, worked};
use common::{in_netns, inside, ip_json, parse, prefixed, veth, whole};
use netgraft::{ErrorKind, InterfaceConfig, Link, Namespace, Result, Veth};
use serde_json::Value;

const JOURNAL: &str = "/run/journal";
const NAMESPACES: [&str; 3] = ["a", "b", "c"];
/// Veth pairs, each of whose ends can be moved.
const PAIRS: usize = 4;

/// Where a link is, as the model has it: in the host, or in a namespace with what it got there.
#[derive(Clone, Debug, PartialEq)]
struct Added {
    namespace: usize,
    name: String,
    address: String,
    created: bool,
    /// Of a created veth: what its other end in the host is called.
    peer: Option<String>,
}

/// By source name. Links at home are those of `all_links` that are not here.
type Model = BTreeMap<String, Added>;

struct World {
    namespaces: Vec<Namespace>,
    host: Namespace,
    model: Model,
    random: Random,
    made: usize,
}

fn path(namespace: usize) -> String {
    format!("/run/netns/{}", NAMESPACES[namespace])
}

fn movable() -> Vec<String> {
    (0..PAIRS).flat_map(|n| [format!("v{n}"), format!("w{n}")]).collect()
}

fn config(address: &str) -> InterfaceConfig {
    prefixed("eth").address(parse(address)).mtu(1400).clash_check(false)
}

fn link(host: &Namespace, source: &str) -> Link {
    match source.as_bytes()[0] {
        b'b' => Link::bridge(source).unwrap(),
        b'm' => Link::veth(source, Veth::peer(host, format!("p{source}")).unwrap()).unwrap(),
        _ => Link::existing(host, source).unwrap(),
    }
}

/// `add NAMESPACE SOURCE ADDRESS` or `remove NAMESPACE SOURCE`, by a process that is going to be killed.
fn operate(what: &str, marked: &Marked) -> Result<String> {
    let words: Vec<&str> = what.split(' ').collect();
    let (host, namespace) = (Namespace::current()?, Namespace::open(path(words[1].parse().unwrap()))?);
    namespace.keep_journal(JOURNAL)?;
    match words[0] {
        "add" => {
            let link = link(&host, words[2]);
            marked.during(|| namespace.add_interface(link, config(words[3]))).map(|added| added.name().to_string())
        }
        "remove" => {
            let interface = namespace.interface(words[2])?;
            marked.during(|| interface.remove()).map(|()| String::new())
        }
        _ => unreachable!("{what}"),
    }
}

impl World {
    fn new() -> Self {
        let namespaces: Vec<Namespace> = (0..NAMESPACES.len()).map(|n| Namespace::create(path(n)).unwrap()).collect();
        for n in 0..PAIRS {
            veth(&format!("v{n}"), &format!("w{n}"));
        }
        let world = Self {
            namespaces,
            host: Namespace::current().unwrap(),
            model: Model::new(),
            random: Random::from_environment(),
            made: 0,
        };
        world.namespaces.iter().for_each(|namespace| namespace.keep_journal(JOURNAL).unwrap());
        world
    }

    /// The lowest free number behind `eth`, as the kernel will choose it.
    fn free_name(&self, namespace: usize) -> String {
        let taken: BTreeSet<&str> =
            self.model.values().filter(|added| added.namespace == namespace).map(|added| &*added.name).collect();
        (0..).map(|n| format!("eth{n}")).find(|name| !taken.contains(&**name)).unwrap()
    }

    /// A source to add: one that is at home, or now and then one that is not, or a new one.
    fn source(&mut self) -> String {
        match self.random.below(8) {
            0 => {
                self.made += 1;
                format!("b{}", self.made)
            }
            1 | 2 => {
                self.made += 1;
                format!("m{}", self.made)
            }
            _ => self.random.pick(&movable()).clone(),
        }
    }

    fn added(&mut self, source: &str, namespace: usize, name: String, address: String) {
        let created = !source.starts_with(['v', 'w']);
        let peer = source.starts_with('m').then(|| format!("p{source}"));
        self.model.insert(source.to_owned(), Added { namespace, name, address, created, peer });
    }

    fn address(&mut self) -> String {
        format!("10.{}.{}.{}/24", self.random.below(250), self.random.below(250), 1 + self.random.below(250))
    }

    /// One operation, told in words.
    fn step(&mut self) -> String {
        let namespace = self.random.below(NAMESPACES.len());
        let crowded = self.model.len() > 9;
        match self.random.below(20) {
            0..=7 if !crowded => self.add(namespace),
            0..=15 => self.remove(),
            16 | 17 => {
                // As a program that was started anew.
                let fresh = Namespace::open(path(namespace)).unwrap();
                fresh.keep_journal(JOURNAL).unwrap();
                let restored = fresh.restore().unwrap();
                let sources = restored.interfaces.iter().map(|interface| interface.source_name().to_string());
                let there = self.model.iter().filter(|(_, added)| added.namespace == namespace);
                assert_eq!(sources.collect::<BTreeSet<_>>(), there.map(|(source, _)| source.clone()).collect());
                self.namespaces[namespace] = fresh;
                format!("restore {namespace}")
            }
            _ => self.killed(namespace),
        }
    }

    fn add(&mut self, namespace: usize) -> String {
        let (source, address, name) = (self.source(), self.address(), self.free_name(namespace));
        let result = self.namespaces[namespace].add_interface(link(&self.host, &source), config(&address));
        let what = format!("add {source} to {namespace} with {address}");
        match (result, self.model.get(&source)) {
            (Ok(added), None) => {
                assert_eq!(added.name().to_string(), name, "{what}");
                self.added(&source, namespace, name, address);
                what
            }
            (Err(error), Some(there)) => {
                let kind = if there.namespace == namespace { ErrorKind::Exists } else { ErrorKind::NotFound };
                assert_eq!(error.kind(), kind, "{what}: {error}");
                format!("{what}: refused")
            }
            (result, there) => panic!("{what}: {result:?}, it is {there:?}"),
        }
    }

    fn remove(&mut self) -> String {
        let Some(source) = self.some_source() else { return "nothing to remove".to_owned() };
        let namespace = self.model[&source].namespace;
        let interface = self.namespaces[namespace].interface(&source).unwrap();
        interface.remove().unwrap_or_else(|error| panic!("{error}: {:?}", self.model));
        assert_eq!(interface.remove().unwrap_err().kind(), ErrorKind::NotFound);
        self.model.remove(&source);
        format!("remove {source} from {namespace}")
    }

    fn some_source(&mut self) -> Option<String> {
        let sources: Vec<String> = self.model.keys().cloned().collect();
        (!sources.is_empty()).then(|| self.random.pick(&sources).clone())
    }

    /// A process that is killed somewhere in between, and a restore. Whether it got there is the kernel's to say.
    fn killed(&mut self, namespace: usize) -> String {
        let adds = self.random.below(2) == 0;
        let (source, namespace) = if adds {
            let source = self.source();
            if self.model.contains_key(&source) {
                return "nothing to add".to_owned();
            }
            (source, namespace)
        } else {
            let Some(source) = self.some_source() else { return "nothing to remove".to_owned() };
            let namespace = self.model[&source].namespace;
            (source, namespace)
        };
        let (address, name) = (self.address(), self.free_name(namespace));
        let words =
            if adds { format!("add {namespace} {source} {address}") } else { format!("remove {namespace} {source}") };
        let call = *self.random.pick(&["sendto", "recvfrom", "renameat2", "rename", "unlink", "openat", "write"]);
        let number = 1 + self.random.below(if call.starts_with("re") && call != "recvfrom" { 2 } else { 14 });
        let survived =
            Worker::traced(&words, Some(&format!("inject={call}:signal=SIGKILL:when={number}"))).finish_or_die();
        let restored = self.namespaces[namespace].restore().unwrap();
        assert!(restored.failed.is_empty() && restored.busy == 0, "{words}: {restored:?}");
        let there = inside(&self.namespaces[namespace], || ip_json("addr"));
        // It has a number that no other has, so the address tells.
        let alias = |link: &Value| link["addr_info"].to_string().contains(address.split('/').next().unwrap());
        match (adds, there.as_array().unwrap().iter().any(alias)) {
            (true, true) => self.added(&source, namespace, name, address),
            (false, _) if self.namespaces[namespace].interface(&source).is_err() => drop(self.model.remove(&source)),
            _ => {}
        }
        assert!(survived.is_none_or(|outcome| outcome.succeeded), "{words}");
        format!("{words}, killed at {call} {number}: {restored:?}")
    }

    /// Fails unless kernel, lists and journal are as the model says.
    fn check(&self, steps: &[String]) {
        let told = || format!("{:#?}\n{:#?}", &steps[steps.len().saturating_sub(8)..], self.model);
        let mut at_home: BTreeSet<String> =
            movable().into_iter().filter(|link| !self.model.contains_key(link)).collect();
        at_home.extend(self.model.values().filter_map(|added| added.peer.clone()));
        assert_eq!(shown(&ip_json("addr")), at_home.into_iter().map(|name| (name, None)).collect(), "home: {}", told());
        for (number, namespace) in self.namespaces.iter().enumerate() {
            let wanted = self.model.values().filter(|added| added.namespace == number);
            let wanted = wanted.map(|added| (added.name.clone(), Some(added.address.clone()))).collect();
            assert_eq!(inside(namespace, || shown(&ip_json("addr"))), wanted, "{}: {}", path(number), told());
        }
        let entries = fs::read_dir(JOURNAL).unwrap().count();
        assert_eq!(entries, self.model.len(), "journal: {}", told());
    }
}

/// Names and IPv4 addresses of links but `lo`.
fn shown(links: &Value) -> BTreeSet<(String, Option<String>)> {
    let show = |link: &Value| {
        let name = link["ifname"].as_str().unwrap().to_owned();
        let addresses = link["addr_info"].as_array().unwrap();
        let ipv4 = addresses.iter().find(|address| address["family"] == "inet");
        (name, ipv4.map(|address| format!("{}/{}", address["local"].as_str().unwrap(), address["prefixlen"])))
    };
    links.as_array().unwrap().iter().map(show).filter(|(name, _)| name != "lo").collect()
}

/// Descriptors, threads and mounts of this process.
fn resources() -> [usize; 3] {
    let count = |folder| fs::read_dir(folder).unwrap().count();
    [count("/proc/self/fd"), count("/proc/self/task"), fs::read_to_string("/proc/self/mounts").unwrap().lines().count()]
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
        let mut world = World::new();
        let before = resources();
        let mut steps = Vec::new();
        for number in 0..operations() {
            let step = world.step();
            steps.push(format!("{number}: {step}"));
            world.check(&steps);
        }
        while !world.model.is_empty() {
            steps.push(world.remove());
            world.check(&steps);
        }
        assert_eq!(resources(), before, "descriptors, threads, mounts");
        let kills = steps.iter().filter(|step| step.contains("killed")).count();
        println!("COUNT {} operations, {kills} of them killed", steps.len());
    });
}
