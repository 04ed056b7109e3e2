//! What most tests begin with: a host, a namespace to add to, and links between them.

use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use netgraft::{Announce, ErrorKind, IfName, Interface, InterfaceConfig, Link, NamePrefix, Namespace};

use super::external::{inside, ip, ip_json, ip_json_in, write_sysctl};
use super::patience;

/// The namespace that the test runs in, and one named `web` to add interfaces to.
pub(crate) struct World {
    pub(crate) host: Namespace,
    pub(crate) web: Namespace,
}

impl World {
    /// The two namespaces, with only `lo`. New links there use their IPv6 addresses without detecting duplicates
    /// first, which would take a second or two.
    pub(crate) fn new() -> Self {
        let world = Self { host: Namespace::current().unwrap(), web: Namespace::create("/run/netns/web").unwrap() };
        for namespace in [&world.host, &world.web] {
            inside(namespace, || write_sysctl("ipv6/conf/default/accept_dad", "0"));
        }
        world
    }

    /// A world with a veth pair in the host: `veth1`, the link to add, and `peer1`, up with 10.0.0.1 and fd00:1::1.
    pub(crate) fn with_veth() -> Self {
        let world = Self::new();
        veth("veth1", "peer1");
        // Or it would come by an address of its own when `veth1` comes up.
        ip("link set peer1 addrgenmode none");
        ip("addr add 10.0.0.1/24 dev peer1");
        ip("addr add fd00:1::1/64 dev peer1 nodad");
        ip("link set peer1 up");
        had_carrier("veth1", "peer1");
        world
    }

    /// The link of this name, where it is: the host.
    pub(crate) fn link(&self, name: &str) -> Link {
        Link::existing(&self.host, name).unwrap()
    }

    pub(crate) fn add(&self, name: &str, config: InterfaceConfig) -> netgraft::Result<Interface> {
        self.web.add_interface(self.link(name), config)
    }

    /// Names of the links in `web` but `lo`, as `ip` has them, in the order of their indexes.
    pub(crate) fn names(&self) -> Vec<String> {
        let links = ip_json_in(&self.web, "link");
        let names = links.as_array().unwrap().iter().map(|link| link["ifname"].as_str().unwrap().to_owned());
        names.filter(|name| name != "lo").collect()
    }
}

pub(crate) fn veth(name: &str, peer: &str) {
    ip(&format!("link add {name} type veth peer {peer}"));
}

/// A bridge that is up and has a port, `NAME-hold`, that is up: what it is like does not depend on other ports.
pub(crate) fn bridge(name: &str) {
    ip(&format!("link add {name} type bridge"));
    veth(&format!("{name}-hold"), &format!("{name}-held"));
    for words in ["NAME up", "NAME-hold master NAME", "NAME-hold up", "NAME-held up"] {
        ip(&format!("link set {}", words.replace("NAME", name)));
    }
}

/// Lets a veth that is up have carrier for a moment, which shows for ever after.
pub(crate) fn had_carrier(name: &str, peer: &str) {
    ip(&format!("link set {name} up"));
    until(|| operstate(peer) == "UP");
    ip(&format!("link set {name} down"));
}

/// What the kernel says of a link's carrier, which takes a moment to get there.
pub(crate) fn operstate(name: &str) -> String {
    ip_json(&format!("link show {name}"))[0]["operstate"].as_str().unwrap().to_owned()
}

/// Waits for something that happens by itself.
#[track_caller]
pub(crate) fn until(happened: impl Fn() -> bool) {
    let deadline = Instant::now() + patience(Duration::from_secs(5));
    while !happened() {
        assert!(Instant::now() < deadline, "it does not happen");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// A value from its text, which has to be a good one.
#[track_caller]
pub(crate) fn parse<T: FromStr<Err: Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// Exactly this name, and no announcement: most tests are about something else.
#[track_caller]
pub(crate) fn named(name: &str) -> InterfaceConfig {
    InterfaceConfig::named(parse::<IfName>(name)).announce(Announce::none())
}

/// The lowest free number behind this prefix, and no announcement.
#[track_caller]
pub(crate) fn prefixed(prefix: &str) -> InterfaceConfig {
    InterfaceConfig::prefix(NamePrefix::new(prefix).unwrap()).announce(Announce::none())
}

/// Fails unless the call was refused in this way, and returns the message.
#[track_caller]
pub(crate) fn refused<T: Debug>(result: netgraft::Result<T>, kind: ErrorKind) -> String {
    let error = result.expect_err("has to be refused");
    assert_eq!(error.kind(), kind, "{error}");
    assert_eq!(error.left(), None, "{error}");
    let message = error.to_string();
    assert!(!message.contains('\n'), "more than a line: {message:?}");
    message
}

/// Fails unless the removal failed because the link is gone for certain, and returns the message.
#[track_caller]
pub(crate) fn gone(result: netgraft::Result<()>) -> String {
    let error = result.expect_err("has to be refused");
    assert_eq!((error.kind(), error.left()), (ErrorKind::NotFound, Some("its link no longer exists")), "{error}");
    error.to_string()
}

/// The files of a journal but for the one that links are locked by: entries, batches, and what is about to become an entry.
pub(crate) fn journal_files(folder: impl AsRef<Path>) -> Vec<PathBuf> {
    let below = |folder: &Path| fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().path()).collect();
    let top: Vec<PathBuf> = below(folder.as_ref());
    let (folders, files): (Vec<_>, Vec<_>) = top.into_iter().partition(|path| path.is_dir());
    let inside = folders.iter().flat_map(|folder| below(folder));
    let mut all: Vec<PathBuf> = files.into_iter().filter(|path| !path.ends_with("locks")).chain(inside).collect();
    all.sort();
    all
}

/// What the library has logged since the last call, lines as `WARN text`.
pub(crate) fn logged() -> Vec<String> {
    std::mem::take(&mut LOG.lines.lock().unwrap())
}

/// Keeps what is logged. Every test has a process, so a log, of its own.
pub(crate) fn keep_log() {
    log::set_logger(&LOG).unwrap();
    log::set_max_level(log::LevelFilter::Debug);
}

/// Has a function called with each line, too.
pub(crate) fn on_log(function: impl Fn(&str) + Send + Sync + 'static) {
    assert!(LOG.function.set(Box::new(function)).is_ok(), "there is a function already");
}

type LineFunction = Box<dyn Fn(&str) + Send + Sync>;

struct Log {
    lines: Mutex<Vec<String>>,
    function: OnceLock<LineFunction>,
}

static LOG: Log = Log { lines: Mutex::new(Vec::new()), function: OnceLock::new() };

impl log::Log for Log {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let line = format!("{} {}", record.level(), record.args());
        self.lines.lock().unwrap().push(line.clone());
        if let Some(function) = self.function.get() {
            function(&line);
        }
    }

    fn flush(&self) {}
}
