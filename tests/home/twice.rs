//! Two at once, and one that comes late.

use std::thread;

use netgraft::{Announce, ErrorKind, InterfaceConfig, Link, Namespace};

use super::{done, ip_of, nic, sources, web};
use crate::common::{assert_as_before, in_netns, named, settled, whole};

const JOURNAL: &str = "/run/netgraft";

fn handle() -> Namespace {
    let web = Namespace::open("/run/netns/web").unwrap();
    web.keep_journal(JOURNAL).unwrap();
    web
}

/// What others added since is theirs.
#[test]
fn a_stale_handle_undoes_nobody_elses_add() {
    in_netns(|| {
        web();
        nic();
        let host = Namespace::current().unwrap();
        let stale = handle();
        let config = || named("eth0").mtu(1300);
        let eth0 = stale.add_interface(Link::existing(&host, "nic").unwrap(), config()).unwrap();
        done("remove web nic");
        crate::common::ip("link set nic alias changed");
        done("add web nic --name eth1 --mtu 1200 --announce 0");
        assert_eq!(eth0.remove().unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(sources(), ["nic"]);
        assert!(ip_of("web", "link show eth1").contains("mtu 1200"));
        done("remove web nic");
        assert!(crate::common::ip("link show nic").contains("alias changed"));
    });
}

/// A removal that fails leaves what an add by another handle can rely on.
#[test]
fn handles_that_share_a_journal_take_turns() {
    in_netns(|| {
        web();
        nic();
        let host = Namespace::current().unwrap();
        let config = || InterfaceConfig::keep_name().announce(Announce::none()).mtu(1300);
        let (one, other) = (handle(), handle());
        for _ in 0..10 {
            let added = one.add_interface(Link::existing(&host, "nic").unwrap(), config()).unwrap();
            assert_eq!(other.add_interface(Link::existing(&host, "nic").unwrap(), config()).unwrap_err().left(), None);
            added.remove().unwrap();
        }
    });
}

/// Each finds the link whole, at home or inside: whoever is second is refused, and says that nothing has changed.
#[test]
fn processes_that_add_and_remove_one_link() {
    in_netns(|| {
        web();
        nic();
        let home = std::fs::File::open("/proc/thread-self/ns/net").unwrap();
        let before = settled(&home);
        let rounds = if whole() { 500 } else { 25 };
        let work = |name: &str| {
            for _ in 0..rounds {
                let add = crate::command::output(&format!(
                    "--json add web nic --name {name} --mac 02:00:00:00:00:0a --mtu 1300 --announce 0"
                ));
                let remove = crate::command::output("--json remove web nic");
                for output in [add, remove] {
                    let said = crate::command::text(&output.stderr);
                    assert_ne!(output.status.code(), Some(3), "{said}");
                }
            }
        };
        thread::scope(|scope| {
            scope.spawn(|| work("eth1"));
            scope.spawn(|| work("eth2"));
        });
        crate::command::output("remove web nic --if-exists");
        assert_as_before(&before, &home);
    });
}

/// The same by threads of one process, whose handles share no list, into one namespace and into two.
#[test]
fn threads_that_add_and_remove_one_link() {
    in_netns(|| {
        web();
        done("create db");
        nic();
        crate::common::ip("addr add 10.1.0.1/24 dev nic");
        let home = std::fs::File::open("/proc/thread-self/ns/net").unwrap();
        let before = settled(&home);
        let host = Namespace::current().unwrap();
        let work = |namespace: &str, name: &str| {
            let target = Namespace::open(format!("/run/netns/{namespace}")).unwrap();
            target.keep_journal(JOURNAL).unwrap();
            let mut refusals = 0;
            let mut left = if whole() { 500 } else { 25 };
            while left > 0 {
                let config = named(name).mac("02:00:00:00:00:0a".parse().unwrap()).mtu(1300).announce(Announce::none());
                match target.add_interface(Link::existing(&host, "nic").unwrap(), config) {
                    Ok(added) => {
                        added.remove().unwrap();
                        left -= 1;
                    }
                    Err(error) => {
                        let is_away = matches!(error.kind(), ErrorKind::NotFound | ErrorKind::Busy | ErrorKind::Exists);
                        assert!(is_away && error.left().is_none(), "{error}");
                        refusals += 1;
                        thread::sleep(std::time::Duration::from_millis(1));
                    }
                }
            }
            refusals
        };
        for namespaces in [["web", "web"], ["web", "db"]] {
            let counts = thread::scope(|scope| {
                let one = scope.spawn(|| work(namespaces[0], "eth1"));
                let other = scope.spawn(|| work(namespaces[1], "eth2"));
                [one.join().unwrap(), other.join().unwrap()]
            });
            println!("{namespaces:?}: {counts:?} adds were refused");
            assert_as_before(&before, &home);
        }
    });
}

/// A namespace is destroyed, or replaced, while another process adds to it and removes: whatever comes of each, home is
/// whole in the end.
#[test]
fn destroy_during_an_add_of_another_process() {
    in_netns(|| {
        web();
        nic();
        crate::common::bridge("lan");
        crate::common::ip("addr add 10.1.0.1/24 dev nic");
        let home = std::fs::File::open("/proc/thread-self/ns/net").unwrap();
        let before = settled(&home);
        let rounds = if whole() { 500 } else { 30 };
        let over = std::sync::atomic::AtomicBool::new(false);
        let (ended, added) = thread::scope(|scope| {
            let adding = scope.spawn(|| {
                let mut added = 0;
                while !over.load(std::sync::atomic::Ordering::Relaxed) {
                    for add in ["nic --name eth1 --mac 02:00:00:00:00:0a", "c0 --create veth,peer=va,bridge=lan"] {
                        let add = crate::command::output(&format!("--json add web {add} --announce 0"));
                        let said = crate::command::text(&add.stderr);
                        assert_ne!(add.status.code(), Some(3), "{said}");
                        added += usize::from(add.status.success());
                    }
                }
                added
            });
            let mut ended = 0;
            for round in 0..rounds {
                let end = if round % 2 == 0 { "destroy web" } else { "create web --replace" };
                let output = crate::command::output(&format!("--json {end}"));
                assert_ne!(output.status.code(), Some(3), "{end}: {}", crate::command::text(&output.stderr));
                ended += usize::from(output.status.success());
                if round % 2 == 0 {
                    // Where the name is free, for the next adds.
                    crate::command::output("create web");
                }
            }
            over.store(true, std::sync::atomic::Ordering::Relaxed);
            (ended, adding.join().unwrap())
        });
        println!("{added} adds, {ended} of {rounds} ends");
        assert!(added > 0 && ended > 0, "{added} {ended}");
        crate::command::output("destroy web --if-exists");
        assert_as_before(&before, &home);
        let left = std::fs::read_dir(JOURNAL)
            .unwrap()
            .filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().ends_with(".entry"));
        assert_eq!(left.count(), 0);
    });
}
