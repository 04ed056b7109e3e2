//! What the journal is for when nobody is killed: several processes, entries that are none, namespaces that are gone.
//! `tests/crashes.rs` has the killing.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::Command;

use common::traced::{Marked, Worker, calls, worked};
use common::{
    World, assert_as_before, in_netns, ip, ip_in, journal_files, logged, named, parse, prefixed, settled, until, veth,
};
use netgraft::{ErrorKind, InterfaceConfig, Link, Namespace, Restored, Result};
use nix::mount::{MntFlags, MsFlags, mount, umount, umount2};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::signal::{Signal, kill};

const JOURNAL: &str = "/run/journal";

/// A handle as another process would have it, with the journal kept.
fn reopened() -> Namespace {
    let web = Namespace::open("/run/netns/web").unwrap();
    web.keep_journal(JOURNAL).unwrap();
    web
}

fn files() -> Vec<PathBuf> {
    journal_files(JOURNAL)
}

fn sources(restored: &Restored) -> Vec<String> {
    restored.interfaces.iter().map(|interface| interface.source_name().to_string()).collect()
}

#[track_caller]
fn assert_clean(restored: &Restored) {
    let clean = restored.undone.is_empty()
        && restored.finished.is_empty()
        && restored.gone.is_empty()
        && restored.dropped.is_empty()
        && restored.left_alone.is_empty()
        && restored.failed.is_empty();
    assert!(clean && restored.busy == 0, "{restored:?}");
}

#[test]
fn what_is_there_is_on_the_list_and_announced_again() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.keep_journal(JOURNAL).unwrap();
        let config = named("eth0").address(parse("10.0.0.2/24")).announce(netgraft::Announce::times(2).unwrap());
        world.add("veth1", config).unwrap();
        netgraft::announce::flush();
        let again = reopened();
        let sent = || again.interface("veth1").unwrap().statistics().unwrap().tx_packets;
        let before = sent();
        let restored = again.restore().unwrap();
        assert_clean(&restored);
        assert_eq!(sources(&restored), ["veth1"]);
        netgraft::announce::flush();
        assert_eq!(sent() - before, 2);
        restored.interfaces[0].remove().unwrap();
        assert!(files().is_empty());
        ip("link show veth1");
        assert_eq!(world.web.restore().unwrap().gone, [parse("veth1")]);
        assert!(world.web.interfaces().unwrap().is_empty());
    });
}

#[test]
fn bridges_come_first() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.keep_journal(JOURNAL).unwrap();
        world.web.add_interface(Link::bridge("zbridge").unwrap(), named("br0")).unwrap();
        world.add("veth1", named("eth0").master(parse("zbridge"))).unwrap();
        let restored = reopened().restore().unwrap();
        assert_eq!(sources(&restored), ["zbridge", "veth1"]);
    });
}

#[test]
fn a_link_that_is_gone_is_named_and_dropped() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.keep_journal(JOURNAL).unwrap();
        world.add("veth1", named("eth0")).unwrap();
        ip_in(&world.web, "link del eth0");
        // Both for a handle that has it on its list and for one that never had.
        let restored = world.web.restore().unwrap();
        assert_eq!(restored.gone, [parse("veth1")]);
        assert!(world.web.interfaces().unwrap().is_empty() && files().is_empty());
        assert_clean(&reopened().restore().unwrap());
    });
}

#[test]
fn torn_and_foreign_entries_are_reported() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.keep_journal(JOURNAL).unwrap();
        world.add("veth1", named("eth0")).unwrap();
        let file = files().remove(0);
        let text = fs::read(&file).unwrap();
        let id = world.web.id().to_string().replace(':', "-");
        let here = |name: &str| PathBuf::from(format!("{JOURNAL}/{name}"));
        let torn = here(&format!("{id}/torn.entry"));
        fs::write(&torn, &text[..text.len() / 2]).unwrap();
        // A whole one under another's name is not acted on either.
        let misnamed = here(&format!("{id}/veth7.entry"));
        fs::write(&misnamed, &text).unwrap();
        let foreign = [here("notes.entry"), here("cookie-424242.x.entry"), here("folder.entry"), here("notes.txt")];
        fs::write(&foreign[0], "milk").unwrap();
        fs::write(&foreign[1], &text[..9]).unwrap();
        fs::create_dir(&foreign[2]).unwrap();
        fs::write(&foreign[3], "eggs").unwrap();
        let restored = reopened().restore().unwrap();
        assert_eq!(sources(&restored), ["veth1"]);
        let dropped = restored.dropped.join("\n");
        assert!(dropped.contains("torn") && dropped.contains("veth7") && restored.dropped.len() == 2, "{restored:?}");
        assert_eq!(restored.left_alone.len(), 3, "{restored:?}");
        assert!(!torn.exists() && !misnamed.exists());
        assert!(foreign.iter().all(|file| file.exists()));
    });
}

/// An entry with other lines, and the last line that fits them.
fn changed(text: &str, changes: &[(&str, &str)]) -> String {
    let mut text = text[..text.rfind("end ").unwrap()].to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{text}");
        text = text.replace(from, to);
    }
    let mix = |sum: u64, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    format!("{text}end {:016x}\n", text.bytes().fold(0xcbf2_9ce4_8422_2325, mix))
}

#[test]
fn an_entry_of_a_newer_version_is_left_to_newer_programs() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.keep_journal(JOURNAL).unwrap();
        world.add("veth1", named("eth0")).unwrap();
        let file = files().remove(0);
        let text = changed(&fs::read_to_string(&file).unwrap(), &[("netgraft-journal 3\n", "netgraft-journal 99\n")]);
        fs::write(&file, &text).unwrap();
        let restored = reopened().restore().unwrap();
        let [only] = &restored.left_alone[..] else { panic!("{restored:?}") };
        assert!(only.ends_with("it is of version 99, which this program does not know"), "{only}");
        assert!(restored.dropped.is_empty() && restored.failed.is_empty(), "{restored:?}");
        assert_eq!(fs::read_to_string(&file).unwrap(), text);
    });
}

/// What was interrupted before its link was made leaves the index to the next one, which may be another process's.
#[test]
fn the_link_that_took_an_interrupted_ones_index_stays() {
    in_netns(|| {
        let world = World::new();
        world.web.keep_journal(JOURNAL).unwrap();
        let early = reopened();
        world.web.add_interface(Link::bridge("taker").unwrap(), prefixed("br")).unwrap();
        let text = fs::read_to_string(files().remove(0)).unwrap();
        let is = text.lines().find(|line| line.starts_with("is ")).unwrap();
        let adding = [
            ("stage present", "stage adding"),
            ("source taker", "source first"),
            ("name br0", "name br%25d"),
            (&format!("{is}\n"), ""),
        ];
        let id = world.web.id().to_string().replace(':', "-");
        let interrupted = PathBuf::from(format!("{JOURNAL}/{id}/first.entry"));
        fs::write(&interrupted, changed(&text, &adding)).unwrap();
        let older = fs::metadata(files().into_iter().find(|file| *file != interrupted).unwrap()).unwrap();
        let before = older.modified().unwrap() - std::time::Duration::from_secs(1);
        fs::File::options().write(true).open(&interrupted).unwrap().set_modified(before).unwrap();
        assert_eq!(early.interfaces().unwrap().len(), 1, "the journal is read when it is asked");
        let restored = early.restore().unwrap();
        assert_eq!(restored.undone, [parse("first")], "{restored:?}");
        assert_eq!(sources(&restored), ["taker"], "{restored:?}");
        assert_eq!(world.names(), ["br0"]);
        assert!(!interrupted.exists());
    });
}

/// Tells whether the files of all processes can be looked at.
fn sees_all_processes() -> bool {
    let sees_all = || {
        fs::read_dir("/proc").unwrap().flatten().all(|process| {
            let may_not = |path: &str| {
                let seen = fs::metadata(process.path().join(path));
                seen.is_err_and(|error| error.kind() == std::io::ErrorKind::PermissionDenied)
            };
            !may_not("ns/net") && !may_not("fd/.")
        })
    };
    // A process that is ending refuses everybody, for a moment.
    (0..40).any(|_| {
        sees_all() || {
            std::thread::sleep(std::time::Duration::from_millis(25));
            false
        }
    })
}

#[test]
fn entries_of_namespaces_that_are_gone_are_dropped() {
    in_netns(|| {
        let world = World::with_veth();
        let kept = |namespace: Namespace, source: &str| {
            namespace.keep_journal(JOURNAL).unwrap();
            namespace.add_interface(Link::bridge(source).unwrap(), named(source)).unwrap();
            namespace
        };
        let db = kept(Namespace::create("/run/netns/db").unwrap(), "d0");
        // Held by nothing but a descriptor.
        let nameless = kept(Namespace::create_anonymous().unwrap(), "d1");
        // Held by a process, whose path is none that lasts.
        let mut unshared = Command::new("unshare").args(["-n", "sleep", "300"]).spawn().unwrap();
        until(|| Namespace::from_pid(unshared.id()).is_ok_and(|netns| netns.id() != world.host.id()));
        drop(kept(Namespace::from_pid(unshared.id()).unwrap(), "d2"));
        world.web.keep_journal(JOURNAL).unwrap();
        assert_clean(&world.web.restore().unwrap());
        assert_eq!(files().len(), 3);
        // No longer pinned, but open.
        ip("netns del db");
        assert_clean(&world.web.restore().unwrap());
        drop(db);
        // Another one at the same path.
        let db = Namespace::create("/run/netns/db").unwrap();
        db.keep_journal(JOURNAL).unwrap();
        assert!(db.interfaces().unwrap().is_empty());
        let dropped = || {
            let restored = world.web.restore().unwrap();
            let clean = restored.gone.is_empty() && restored.failed.is_empty() && restored.left_alone.is_empty();
            assert!(clean && restored.interfaces.is_empty(), "{restored:?}");
            restored.dropped
        };
        // They are gone for certain only where all processes can be looked at.
        let certain = sees_all_processes();
        // What ends just now, of whatever else is going on, hides them for the moment.
        let dropped = |wanted: usize, certain: bool| {
            let all = RefCell::new(dropped());
            until(|| {
                let missing = certain && all.borrow().len() < wanted;
                missing.then(|| all.borrow_mut().extend(dropped()));
                !missing
            });
            all.into_inner()
        };
        let first = dropped(1, certain);
        // The kernel itself can tell, from Linux 6.18 on.
        let certain = certain || !first.is_empty();
        match &first[..] {
            [only] => assert!(
                only.starts_with("d0: its namespace /run/netns/db (") && only.ends_with(") no longer exists"),
                "{only}"
            ),
            [] if !certain => {}
            other => panic!("{other:?}"),
        }
        drop(nameless);
        unshared.kill().unwrap();
        unshared.wait().unwrap();
        let dropped = dropped(2, certain);
        assert_eq!(dropped.len(), if certain { 2 } else { 0 }, "{dropped:?}");
        assert_eq!(files().len(), if certain { 0 } else { 3 });
    });
}

/// As after a clean-up of the folder: the interfaces are there, and can be removed.
#[test]
fn what_the_journal_has_lost_is_removed_all_the_same() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.keep_journal(JOURNAL).unwrap();
        let (host, web) = (settled(&world.host), settled(&world.web));
        let moved = world.web.add_interface(world.link("veth1"), named("eth0")).unwrap();
        let made = world.web.add_interface(Link::bridge("br0").unwrap(), named("br0")).unwrap();
        files().iter().for_each(|file| fs::remove_file(file).unwrap());
        for interface in [&made, &moved] {
            interface.remove().unwrap();
            assert_eq!(interface.remove().unwrap_err().kind(), ErrorKind::NotFound);
        }
        assert!(logged().iter().any(|line| line.contains("br0 has no entry in the journal any more")));
        assert_as_before(&host, &world.host);
        assert_as_before(&web, &world.web);
    });
}

/// What is mounted over a pin, or over its folder, hides the namespace from everybody, and ends it for nobody.
#[test]
fn a_namespace_whose_pin_cannot_be_seen_is_not_gone() {
    in_netns(|| {
        let world = World::new();
        let db = Namespace::create("/run/netns/db").unwrap();
        db.keep_journal(JOURNAL).unwrap();
        db.add_interface(Link::bridge("d0").unwrap(), named("d0")).unwrap();
        drop(db);
        world.web.keep_journal(JOURNAL).unwrap();
        fs::write("/run/other", "").unwrap();
        let (none, no_flags) = (None::<&str>, MsFlags::empty());
        for cover in ["/run/netns/db", "/run/netns"] {
            match cover {
                "/run/netns" => mount(none, cover, Some("tmpfs"), no_flags, none).unwrap(),
                pin => mount(Some("/run/other"), pin, none, MsFlags::MS_BIND, none).unwrap(),
            }
            assert_clean(&world.web.restore().unwrap());
            assert_eq!(files().len(), 1, "{cover}");
            umount(cover).unwrap();
        }
        let db = Namespace::open("/run/netns/db").unwrap();
        db.keep_journal(JOURNAL).unwrap();
        assert_eq!(sources(&db.restore().unwrap()), ["d0"]);
    });
}

#[test]
fn a_folder_that_cannot_be_is_an_error_and_a_later_one_is_kept() {
    in_netns(|| {
        let world = World::with_veth();
        fs::write("/run/file", "").unwrap();
        let error = world.web.keep_journal("/run/file/folder").unwrap_err();
        assert!(error.to_string().contains("/run/file/folder"), "{error}");
        assert_eq!(error.kind(), ErrorKind::Journal);
        let added = world.add("veth1", named("eth0")).unwrap();
        assert_eq!(world.web.restore().unwrap_err().kind(), ErrorKind::Journal);
        assert_eq!(world.web.interfaces().unwrap().len(), 1);
        added.remove().unwrap();
        // A later one is kept.
        world.web.keep_journal(JOURNAL).unwrap();
        world.add("veth1", named("eth0")).unwrap();
        assert_eq!(files().len(), 1);
    });
}

#[test]
fn an_entry_that_cannot_be_read_now_is_kept() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.keep_journal(JOURNAL).unwrap();
        world.add("veth1", named("eth0")).unwrap();
        let web = reopened();
        let path = files().remove(0);
        let id = web.id().to_string().replace(':', "-");
        std::os::unix::fs::symlink(&path, format!("{JOURNAL}/{id}/link.entry")).unwrap();
        // No descriptors left to read it with.
        let (soft, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        let open = fs::read_dir("/proc/self/fd").unwrap().count() as u64;
        let restored = (0..8).map(|more| {
            setrlimit(Resource::RLIMIT_NOFILE, open - 1 + more, hard).unwrap();
            let restored = web.restore();
            setrlimit(Resource::RLIMIT_NOFILE, soft, hard).unwrap();
            restored
        });
        for restored in restored {
            let dropped = restored.as_ref().map_or(0, |restored| restored.dropped.len() + restored.gone.len());
            assert_eq!((dropped, files().len()), (0, 2), "{restored:?}");
        }
        let restored = web.restore().unwrap();
        assert_eq!(sources(&restored), ["veth1"]);
        assert!(restored.left_alone[0].contains("it is no regular file"), "{restored:?}");
    });
}

#[test]
fn homes_are_found_by_path_as_the_current_one_or_not_at_all() {
    in_netns(|| {
        let world = World::new();
        let home = Namespace::create("/run/netns/home").unwrap();
        world.web.keep_journal(JOURNAL).unwrap();
        veth("v1", "p1");
        for n in 2..5 {
            veth(&format!("v{n}"), &format!("p{n}"));
            ip(&format!("link set v{n} netns home"));
        }
        world.add("v1", named("e1")).unwrap();
        for n in 2..5 {
            world.web.add_interface(Link::existing(&home, format!("v{n}")).unwrap(), named(&format!("e{n}"))).unwrap();
        }
        // As the current one, and at its path.
        reopened().interface("v1").unwrap().remove().unwrap();
        ip("link show v1");
        reopened().interface("v2").unwrap().remove().unwrap();
        ip_in(&home, "link show v2");
        // At another path.
        let elsewhere = Namespace::adopt("/run/netns/elsewhere", "/run/netns/home").unwrap();
        home.destroy().unwrap();
        reopened().interface("v3").unwrap().remove().unwrap();
        ip_in(&elsewhere, "link show v3");
        // Nowhere: it is on the list, stays, and says why.
        elsewhere.destroy().unwrap();
        let home_of_the_last = world.web.interface("v4").unwrap();
        drop((home, elsewhere, home_of_the_last));
        drop(world);
        // The kernel lets go of a namespace some time after its last user.
        std::thread::sleep(std::time::Duration::from_millis(300));
        let again = reopened();
        let restored = again.restore().unwrap();
        assert_eq!(sources(&restored), ["v4"], "{restored:?}");
        let error = again.interface("v4").unwrap().remove().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Namespace, "{error}");
        assert!(error.to_string().contains("/run/netns/home"), "{error}");
        ip_in(&again, "link show e4");
        assert_eq!(again.interfaces().unwrap().len(), 1);
    });
}

/// A link that is there stays in the journal, whatever else is not to be found.
#[test]
fn a_home_that_cannot_be_looked_for_is_not_a_link_that_is_gone() {
    in_netns(|| {
        let web = Namespace::create("/run/netns/web").unwrap();
        let home = Namespace::create("/run/netns/home").unwrap();
        ip_in(&home, "link add veth1 type veth peer peer1");
        web.keep_journal(JOURNAL).unwrap();
        web.add_interface(Link::existing(&home, "veth1").unwrap(), named("eth0")).unwrap();
        let file = files().remove(0);
        // Nor does the kernel find a namespace without its number.
        let inode = fs::metadata("/run/netns/home").unwrap().ino();
        let unknown =
            [("stage present\n", "stage removing\n"), (&*format!("netns%2fhome {inode} "), "netns%2fhome - ")];
        fs::write(&file, changed(&fs::read_to_string(&file).unwrap(), &unknown)).unwrap();
        // It is still there, but for who cannot see what this process has open.
        umount2("/run/netns/home", MntFlags::MNT_DETACH).unwrap();
        let none = None::<&str>;
        let known = reopened();
        mount(none, "/proc", Some("tmpfs"), MsFlags::empty(), none).unwrap();
        let restored = known.restore();
        umount2("/proc", MntFlags::MNT_DETACH).unwrap();
        let restored = restored.unwrap();
        assert!(restored.gone.is_empty() && restored.failed.len() == 1, "{restored:?}");
        assert_eq!(files(), [file]);
        ip_in(&web, "link show eth0");
        assert_eq!(known.restore().unwrap().finished, [parse("veth1")]);
        ip_in(&home, "link show veth1");
        assert!(files().is_empty());
    });
}

/// What the worker does.
fn operate(what: &str, marked: &Marked) -> Result<String> {
    let (host, web) = (Namespace::current()?, Namespace::open("/run/netns/web")?);
    web.keep_journal(JOURNAL)?;
    match what {
        "add" => {
            let added = marked.during(|| web.add_interface(Link::existing(&host, "veth1")?, named("eth0")));
            added.map(|interface| interface.name().to_string())
        }
        "churn" => marked.during(|| {
            for n in 0..CHURN {
                let link = Link::bridge(format!("d{}-{n}", std::process::id()))?;
                web.add_interface(link, prefixed("eth"))?;
            }
            for interface in
                web.interfaces().unwrap().into_iter().filter(|i| i.source_name().to_string().starts_with(&own()))
            {
                interface.remove()?;
            }
            Ok(String::new())
        }),
        "move" => marked.during(|| web.add_interface(Link::existing(&host, "veth1")?, given())).map(|_| String::new()),
        "fail to move" => {
            let impossible = given().sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=nonsense"));
            marked.during(|| web.add_interface(Link::existing(&host, "veth1")?, impossible)).map(|_| String::new())
        }
        "remove" => marked.during(|| web.interfaces().unwrap()[0].remove()).map(|()| String::new()),
        "restore" => marked.during(|| web.restore()).map(|restored| format!("{restored:?}")),
        many => marked.during(|| {
            let bridge = |n| Ok((Link::bridge(format!("d{n}"))?, prefixed("br")));
            let list: Result<Vec<_>> = (0..many.parse().unwrap()).map(bridge).collect();
            web.add_interfaces(list?).map(|_| String::new())
        }),
    }
}

fn given() -> InterfaceConfig {
    named("eth0").mac(parse("02:00:00:00:09:09")).address(parse("10.99.0.2/24"))
}

/// Kills an operation in front of the last system call of a name, of which it makes as many as it did before.
fn ruin(what: &str, name: &str, again: impl Fn()) {
    Worker::traced(what, None).finish();
    let (_, number) = calls().into_iter().rfind(|(call, _)| call == name).unwrap();
    again();
    let killed = Worker::traced(what, Some(&format!("inject={name}:signal=SIGKILL:when={number}")));
    assert_eq!(killed.finish_or_die(), None, "{what}");
}

/// Before Linux 5.13 a moved link gets another index where its own is taken, and a process that dies at that moment has not
/// told of it.
#[test]
fn a_link_with_another_index_than_the_journal_tells_is_found() {
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let world = World::with_veth();
        let before = common::ip_json("link show veth1")[0].clone();
        let done = |what: &str| assert!(Worker::untraced(what).finish().succeeded, "{what}");
        let own = std::process::id().to_string();
        let tries = [("add", "adding", false), ("fail to move", "undoing", true), ("remove", "removing", true)];
        for (what, stage, is_home) in tries {
            if what == "remove" {
                done("move");
            }
            let again = || match what {
                "add" => done("remove"),
                "remove" => done("move"),
                _ => {}
            };
            ruin(what, "sendto", again);
            assert!(fs::read_to_string(files().remove(0)).unwrap().contains(&format!("\nstage {stage}\n")), "{what}");
            let (here, there, name) = match is_home {
                true => ((&world.host, own.as_str()), (&world.web, "web"), "veth1"),
                false => ((&world.web, "web"), (&world.host, own.as_str()), "eth0"),
            };
            common::inside(here.0, || {
                let link = common::ip_json(&format!("link show {name}"))[0].clone();
                ip(&format!("link set {name} netns {}", there.1));
                // Its other end gets the same index as that of the link, which it can where that is somewhere else.
                let kind = match is_home {
                    true => "bridge".to_owned(),
                    false => format!("veth peer name loot index {}", link["link_index"]),
                };
                ip(&format!("link add thief index {} type {kind}", link["ifindex"]));
            });
            common::ip_in(there.0, &format!("link set {name} netns {}", here.1));
            let restored = reopened().restore().unwrap();
            let told = if stage == "removing" { &restored.finished } else { &restored.undone };
            assert_eq!(told, &[parse("veth1")], "{what}: {restored:?}");
            common::ip_in(here.0, "link del thief");
            assert!(world.names().is_empty() && files().is_empty(), "{what}: {:?} {:?}", world.names(), files());
            let is = &common::ip_json("link show veth1")[0];
            for fact in ["address", "mtu", "flags"] {
                assert_eq!(is[fact], before[fact], "{what}");
            }
        }
    });
}

/// How long it takes for each entry does not depend on how many there are.
#[test]
fn a_restore_of_many_reads_each_entry_as_often_as_one_of_few() {
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let world = World::new();
        let files_opened = |many: usize| {
            let what = many.to_string();
            ruin(&what, "unlink", || {
                world.web.keep_journal(JOURNAL).unwrap();
                reopened().remove_all().unwrap();
            });
            assert_eq!(files().len(), many + 1);
            let restored = Worker::traced("restore", None).finish();
            assert!(files().is_empty() && world.names().is_empty(), "{restored:?}");
            calls().iter().filter(|(call, _)| call == "openat").count()
        };
        let (few, many) = (files_opened(10), files_opened(40));
        println!("{few} of 10, {many} of 40");
        assert!(many <= 4 * few, "{few}, {many}");
    });
}

const CHURN: usize = 20;

fn own() -> String {
    format!("d{}-", std::process::id())
}

#[test]
fn a_restore_leaves_a_busy_entry_alone() {
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let world = World::with_veth();
        // In front of a request behind the first entry: with the link moved.
        let mut worker = Worker::traced("add", Some("inject=sendto:signal=SIGSTOP:when=9"));
        assert!(worker.is_stopped());
        let web = reopened();
        let restored = web.restore().unwrap();
        assert_eq!((restored.busy, restored.undone.len(), restored.gone.len()), (1, 0, 0), "{restored:?}");
        kill(worker.pid(), Signal::SIGCONT).unwrap();
        assert!(worker.finish().succeeded);
        assert_eq!(sources(&web.restore().unwrap()), ["veth1"]);
        assert_eq!(world.names(), ["eth0"]);
    });
}

#[test]
fn processes_share_a_namespace_and_a_journal() {
    if worked(operate) {
        return;
    }
    in_netns(|| {
        let world = World::new();
        let workers: Vec<Worker> = (0..3).map(|_| Worker::untraced("churn")).collect();
        // Restores and new readers beside them take nothing away from anybody.
        for _ in 0..20 {
            let restored = reopened().restore().unwrap();
            assert!(restored.failed.is_empty() && restored.dropped.is_empty(), "{restored:?}");
            assert!(restored.undone.is_empty() && restored.finished.is_empty(), "{restored:?}");
        }
        for worker in workers {
            let outcome = worker.finish();
            assert!(outcome.succeeded, "{outcome:?}");
        }
        assert!(files().is_empty(), "{:?}", files());
        assert!(world.names().is_empty(), "{:?}", world.names());
    });
}

#[test]
fn of_two_adds_of_one_source_name_one_is_refused() {
    in_netns(|| {
        let world = World::new();
        world.web.keep_journal(JOURNAL).unwrap();
        let other = reopened();
        world.web.add_interface(Link::bridge("d0").unwrap(), named("one")).unwrap();
        // Not on its list, but in the journal.
        common::refused(other.add_interface(Link::bridge("d0").unwrap(), named("other")), ErrorKind::Exists);
        assert_eq!(world.names(), ["one"]);
        assert_eq!(files().len(), 1);
    });
}
