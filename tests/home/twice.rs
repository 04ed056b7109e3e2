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
