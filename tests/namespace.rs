//! Namespaces: made, pinned, opened, entered, compared and destroyed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::HashSet;
use std::fs::{self, File};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixListener;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use common::traced::{Worker, worked};
use common::{World, in_netns, inside, ip, ip_json_in, named, patience, refused, veth};
use netgraft::{ErrorKind, Link, Namespace};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use nix::sys::stat::{Mode, umask};
use nix::unistd::chdir;

const WEB: &str = "/run/netns/web";

/// The calling thread's network namespace, as the kernel names it.
fn here() -> PathBuf {
    fs::read_link("/proc/thread-self/ns/net").unwrap()
}

/// How many mounts are stacked at a path.
fn mounts(path: &str) -> usize {
    let all = fs::read_to_string("/proc/thread-self/mountinfo").unwrap();
    all.lines().filter(|line| line.split(' ').nth(4) == Some(path)).count()
}

fn mode(path: &str) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Runs something that must not hang.
#[track_caller]
fn promptly<T: Send>(what: &str, f: impl FnOnce() -> T + Send) -> T {
    let begin = Instant::now();
    let result = f();
    let took = begin.elapsed();
    assert!(took < patience(Duration::from_secs(2)), "{what} took {took:?}");
    result
}

/// A process that lives in a namespace until it is dropped.
struct Resident(Child);

impl Resident {
    fn of(namespace: &Namespace) -> Self {
        Self(inside(namespace, || Command::new("sleep").arg("1000").spawn().unwrap()))
    }
}

impl Drop for Resident {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[test]
fn create_pins_a_new_namespace() {
    in_netns(|| {
        // What a careless process has must not make the files writable by others.
        umask(Mode::empty());
        let web = Namespace::create("/run/some/where/web").unwrap();
        assert_eq!((mode("/run/some"), mode("/run/some/where")), (0o755, 0o755));
        assert_eq!(mounts("/run/some/where/web"), 1);
        assert_eq!(web.path(), Some(Path::new("/run/some/where/web")));
        assert_eq!(web.to_string(), "/run/some/where/web");

        let there = inside(&File::open("/run/some/where/web").unwrap(), here);
        assert_ne!(there, here(), "a namespace of its own");
        assert_eq!(inside(&web, here), there, "the handle is for what is pinned");

        let lo = &ip_json_in(&web, "addr")[0];
        assert_eq!(lo["ifname"], "lo");
        assert!(lo["flags"].as_array().unwrap().contains(&"UP".into()), "{lo}");
        inside(&web, || common::ping("127.0.0.1"));
        inside(&web, || common::ping("::1"));

        web.destroy().unwrap();
        assert!(!Path::new("/run/some/where/web").exists());
    });
}

#[test]
fn the_pin_is_a_file_that_only_its_owner_writes() {
    in_netns(|| {
        umask(Mode::empty());
        let web = Namespace::create(WEB).unwrap();
        // Below the mount is the file itself.
        nix::mount::umount(WEB).unwrap();
        assert_eq!(mode(WEB), 0o644);
        assert!(fs::metadata(WEB).unwrap().is_file());
        drop(web);
    });
}

#[test]
fn create_refuses_what_exists() {
    in_netns(|| {
        let web = Namespace::create(WEB).unwrap();
        let message = refused(Namespace::create(WEB), ErrorKind::Exists);
        assert!(message.contains(WEB), "{message}");
        assert_eq!(mounts(WEB), 1);
        assert_eq!(Namespace::open(WEB).unwrap().id(), web.id(), "the old one is unharmed");

        fs::write("/run/netns/plain", "precious").unwrap();
        let message = refused(Namespace::create("/run/netns/plain"), ErrorKind::Exists);
        assert!(message.contains("/run/netns/plain"), "{message}");
        assert_eq!(fs::read("/run/netns/plain").unwrap(), b"precious");
        assert_eq!(mounts("/run/netns/plain"), 0);

        fs::create_dir("/run/netns/folder").unwrap();
        refused(Namespace::create("/run/netns/folder"), ErrorKind::Exists);
        assert!(fs::metadata("/run/netns/folder").unwrap().is_dir());

        std::os::unix::fs::symlink("/run/netns/nowhere", "/run/netns/dangling").unwrap();
        refused(Namespace::create("/run/netns/dangling"), ErrorKind::Exists);
        assert!(!Path::new("/run/netns/nowhere").exists());
    });
}

#[test]
fn replacement_works_again_and_again() {
    in_netns(|| {
        let first = Namespace::create(WEB).unwrap();
        let mut ids = HashSet::from([first.id()]);
        // All are kept: before Linux 5.14 the number of one that is gone may come again.
        let mut kept = vec![first.clone()];
        for _ in 0..3 {
            let last = Namespace::create_replacing(WEB).unwrap();
            assert!(ids.insert(last.id()), "a new one");
            kept.push(last.clone());
            assert_eq!(mounts(WEB), 1, "not stacked");
            assert_eq!(Namespace::open(WEB).unwrap().id(), last.id());
        }
        first.run(|| ()).unwrap();
        kept.pop().unwrap().destroy().unwrap();
        assert!(!Path::new(WEB).exists());
    });
}

#[test]
fn a_replaced_handle_cannot_take_the_new_pin_away() {
    in_netns(|| {
        let old = Namespace::create(WEB).unwrap();
        let new = Namespace::create_replacing(WEB).unwrap();
        old.destroy().unwrap_err();
        assert_eq!(Namespace::open(WEB).unwrap().id(), new.id());
    });
}

#[test]
fn replacement_takes_a_plain_file_or_nothing_but_no_folder() {
    in_netns(|| {
        Namespace::create_replacing("/run/netns/fresh").unwrap().run(|| ()).unwrap();
        fs::write("/run/netns/plain", "old").unwrap();
        let plain = Namespace::create_replacing("/run/netns/plain").unwrap();
        assert_eq!((mounts("/run/netns/plain"), plain.path()), (1, Some(Path::new("/run/netns/plain"))));

        fs::create_dir("/run/netns/folder").unwrap();
        fs::write("/run/netns/folder/file", "precious").unwrap();
        let message = Namespace::create_replacing("/run/netns/folder").unwrap_err().to_string();
        assert!(message.contains("/run/netns/folder"), "{message}");
        assert_eq!(fs::read("/run/netns/folder/file").unwrap(), b"precious");
    });
}

#[test]
fn a_failed_create_leaves_nothing() {
    in_netns(|| {
        fs::write("/run/file", "").unwrap();
        let long = format!("/run/a/b/{}", "x".repeat(256));
        for path in ["/run/file/web", long.as_str(), "/run/a/nul\0byte", "", "/run/a/.."] {
            let error = Namespace::create(path).unwrap_err();
            assert_eq!(error.left(), None, "{error}");
            Namespace::create_replacing(path).unwrap_err();
            let left: Vec<_> = fs::read_dir("/run").unwrap().map(|entry| entry.unwrap().file_name()).collect();
            assert_eq!(left, ["file"], "{path:?}");
        }
        assert!(fs::metadata("/run/file").unwrap().is_file());
    });
}

/// With ever fewer descriptors left, every step that opens something fails once.
#[test]
fn a_create_that_runs_out_of_descriptors_leaves_nothing() {
    in_netns(|| {
        let (_, hard) = getrlimit(Resource::RLIMIT_NOFILE).unwrap();
        let (mut failed, mut made) = (0, 0);
        for limit in 3..40 {
            setrlimit(Resource::RLIMIT_NOFILE, limit, hard).unwrap();
            let result = Namespace::create("/run/a/b/web");
            setrlimit(Resource::RLIMIT_NOFILE, hard, hard).unwrap();
            match result {
                Ok(web) => {
                    made += 1;
                    web.destroy().unwrap();
                    fs::remove_dir_all("/run/a").unwrap();
                }
                Err(error) => {
                    failed += 1;
                    assert_eq!(error.errno(), Some(24), "EMFILE: {error}");
                    assert_eq!(fs::read_dir("/run").unwrap().count(), 0, "{limit} descriptors: {error}");
                    assert_eq!(mounts("/run/a/b/web"), 0);
                }
            }
        }
        assert!(failed > 0 && made > 0, "{failed} failed, {made} made");
    });
}

#[test]
fn an_anonymous_namespace_dies_with_its_last_handle() {
    in_netns(|| {
        let namespace = Namespace::create_anonymous().unwrap();
        assert_eq!(namespace.path(), None);
        let lo = ip_json_in(&namespace, "link");
        assert!(lo[0]["flags"].as_array().unwrap().contains(&"UP".into()), "{lo}");
        veth("veth1", "peer1");
        let resident = Resident::of(&namespace);
        ip(&format!("link set veth1 netns {}", resident.0.id()));
        drop(resident);

        let clone = namespace.clone();
        drop(namespace);
        clone.run(|| ()).unwrap();
        let there = || common::ip_json("link").as_array().unwrap().iter().any(|link| link["ifname"] == "peer1");
        assert!(there(), "alive as long as a handle is");
        drop(clone);
        let deadline = Instant::now() + patience(Duration::from_secs(5));
        while there() {
            assert!(Instant::now() < deadline, "the namespace outlives its handles");
            thread::sleep(Duration::from_millis(20));
        }
    });
}

#[test]
fn opened_by_whatever_names_it() {
    in_netns(|| {
        let web = Namespace::create(WEB).unwrap();
        let resident = Resident::of(&web);
        let pid = resident.0.id();
        let pidfd = rustix::process::pidfd_open(
            rustix::process::Pid::from_raw(pid.try_into().unwrap()).unwrap(),
            rustix::process::PidfdFlags::empty(),
        );
        let file = File::open(WEB).unwrap();
        let handles = [
            Namespace::open(WEB).unwrap(),
            Namespace::from_fd(&file).unwrap(),
            Namespace::from_pid(pid).unwrap(),
            Namespace::from_pidfd(pidfd.unwrap()).unwrap(),
            Namespace::open(format!("/proc/{pid}/ns/net")).unwrap(),
            inside(&web, || Namespace::current().unwrap()),
        ];
        let there = inside(&web, here);
        drop(file);
        for handle in &handles {
            assert_eq!(handle.id(), web.id(), "{handle}");
            assert_eq!(handle.run(here).unwrap(), there, "{handle}");
            assert_eq!(inside(handle, here), there, "{handle}");
        }
        assert_ne!(Namespace::current().unwrap().id(), web.id());
        assert_eq!(Namespace::current().unwrap().id(), Namespace::from_pid(std::process::id()).unwrap().id());

        assert!(handles[0].to_string().contains(WEB));
        assert!(handles[2].to_string().contains(&pid.to_string()));
    });
}

/// A kernel before 5.14 has no cookies: the file's device and inode tell namespaces apart.
#[test]
fn told_apart_without_cookies() {
    if worked(|_, marked| {
        marked.during(|| {
            let (host, web) = (Namespace::current()?, Namespace::open(WEB)?);
            let again = Namespace::from_fd(web.try_clone_fd()?)?;
            let adopted = Namespace::adopt("/run/netns/again", WEB)?;
            assert!(web.id() == again.id() && web.id() == adopted.id() && web.id() != host.id());
            // In place, since it is there already.
            web.add_interface(Link::existing(&again, "lo")?, named("eth0"))?.remove()?;
            Ok(web.id().to_string())
        })
    }) {
        return;
    }
    in_netns(|| {
        let _web = Namespace::create(WEB).unwrap();
        let outcome = Worker::traced("", Some("inject=getsockopt:error=ENOPROTOOPT")).finish();
        let [device, inode] = [fs::metadata(WEB).unwrap().dev(), fs::metadata(WEB).unwrap().ino()];
        assert_eq!(outcome.message, format!("inode:{device}:{inode}"));
    });
}

/// A kernel before 5.2 mounts by path, one before 5.8 enters no pidfd, and one before 4.10 tells of no socket's namespace:
/// it all goes through /proc.
#[test]
fn pinned_and_opened_without_newer_calls() {
    if worked(|_, marked| {
        marked.during(|| {
            let new = Namespace::create("/run/netns/new")?;
            let adopted = Namespace::adopt("/run/netns/again", WEB)?;
            let own = Namespace::from_pid(std::process::id())?;
            assert_eq!(own.id(), Namespace::current()?.id());
            Ok(format!("{} {}", new.id(), adopted.id()))
        })
    }) {
        return;
    }
    in_netns(|| {
        let web = Namespace::create(WEB).unwrap();
        let outcome = Worker::traced("", Some("inject=open_tree,pidfd_open,ioctl:error=ENOSYS")).finish();
        let new = Namespace::open("/run/netns/new").unwrap();
        assert_eq!(outcome.message, format!("{} {}", new.id(), web.id()));
        let trace = fs::read_to_string("/run/trace").unwrap();
        let failed = |call: &str| trace.lines().any(|line| line.contains(call) && line.contains("(INJECTED)"));
        assert!(["open_tree(", "pidfd_open(", "SIOCGSKNS"].into_iter().all(failed), "{trace}");
    });
}

/// Who may not look at a process need not see it in /proc either. That it is missing would be said of who has ended.
#[test]
fn a_process_that_is_hidden_is_refused_and_not_missing() {
    if worked(|_, marked| {
        let mut gone = Command::new("true").spawn().unwrap();
        gone.wait().unwrap();
        let refusal = marked.during(|| Namespace::from_pid(gone.id())).unwrap_err();
        Ok(format!("{}: {refusal}", refusal.kind().as_str()))
    }) {
        return;
    }
    in_netns(|| {
        let outcome = Worker::traced("", Some("inject=pidfd_open:error=EPERM")).finish();
        assert!(outcome.message.starts_with("permission: "), "{}", outcome.message);
    });
}

#[test]
fn what_is_not_there_is_not_found() {
    in_netns(|| {
        let message = refused(Namespace::open("/run/netns/none"), ErrorKind::NotFound);
        assert!(message.contains("/run/netns/none"), "{message}");
        let mut gone = Command::new("true").spawn().unwrap();
        gone.wait().unwrap();
        let message = refused(Namespace::from_pid(gone.id()), ErrorKind::NotFound);
        assert!(message.contains(&gone.id().to_string()), "{message}");
        for pid in [0, u32::MAX] {
            Namespace::from_pid(pid).unwrap_err();
        }
    });
}

/// Files of every kind that are no network namespace.
fn impostors() -> Vec<PathBuf> {
    fs::write("/run/regular", "").unwrap();
    fs::create_dir("/run/folder").unwrap();
    nix::unistd::mkfifo("/run/fifo", Mode::S_IRWXU).unwrap();
    assert!(fs::metadata("/run/fifo").unwrap().file_type().is_fifo());
    UnixListener::bind("/run/socket").unwrap();
    std::os::unix::fs::symlink("/run/fifo", "/run/link").unwrap();
    let files = ["/run/regular", "/run/folder", "/run/fifo", "/run/socket", "/run/link", "/dev/null"];
    let others = ["mnt", "uts", "ipc", "pid", "user"].map(|kind| format!("/proc/self/ns/{kind}"));
    files.iter().map(PathBuf::from).chain(others.map(PathBuf::from)).collect()
}

#[test]
fn other_files_are_refused_and_never_hung_on() {
    in_netns(|| {
        for path in impostors() {
            let text = path.to_str().unwrap();
            let message = refused(promptly(text, || Namespace::open(&path)), ErrorKind::Namespace);
            assert!(message.contains(text), "{message}");

            let adopted = promptly(text, || Namespace::adopt("/run/new/pin", &path));
            let message = refused(adopted, ErrorKind::Namespace);
            assert!(message.contains(text), "{message}");
            assert!(!Path::new("/run/new").exists(), "nothing is left of adopting {text}");
        }
    });
}

#[test]
fn other_descriptors_are_refused() {
    in_netns(|| {
        let (reader, _writer) = nix::unistd::pipe2(nix::fcntl::OFlag::O_CLOEXEC).unwrap();
        refused(Namespace::from_fd(&reader), ErrorKind::Namespace);
        refused(Namespace::from_pidfd(&reader), ErrorKind::Namespace);
        for path in ["/dev/null", "/run", "/proc/self/ns/uts"] {
            let file = File::open(path).unwrap();
            refused(Namespace::from_fd(&file), ErrorKind::Namespace);
            refused(Namespace::from_pidfd(&file), ErrorKind::Namespace);
        }
    });
}

#[test]
fn adopt_pins_a_namespace_again() {
    in_netns(|| {
        let web = Namespace::create(WEB).unwrap();
        let again = Namespace::adopt("/run/other/again", WEB).unwrap();
        assert_eq!((again.id(), again.path()), (web.id(), Some(Path::new("/run/other/again"))));
        assert_eq!(mounts("/run/other/again"), 1);
        refused(Namespace::adopt("/run/other/again", WEB), ErrorKind::Exists);

        web.destroy().unwrap();
        assert_eq!(Namespace::open("/run/other/again").unwrap().id(), again.id(), "it lives on");
        assert_eq!(again.run(here).unwrap(), inside(&again, here));
        again.destroy().unwrap();
        assert!(!Path::new("/run/other/again").exists());
    });
}

#[test]
fn adopt_takes_a_process_s_namespace() {
    in_netns(|| {
        let anonymous = Namespace::create_anonymous().unwrap();
        let resident = Resident::of(&anonymous);
        let pinned = Namespace::adopt(WEB, format!("/proc/{}/ns/net", resident.0.id())).unwrap();
        let id = anonymous.id();
        drop((resident, anonymous, pinned));
        assert_eq!(Namespace::open(WEB).unwrap().id(), id, "the pin alone keeps it");
        refused(Namespace::adopt("/run/netns/b", "/run/netns/none"), ErrorKind::NotFound);
        assert!(!Path::new("/run/netns/b").exists());
    });
}

#[test]
fn run_is_inside_and_the_caller_stays_outside() {
    in_netns(|| {
        let (outside, web) = (here(), Namespace::create(WEB).unwrap());
        let mut borrowed = Vec::new();
        let text = String::from("borrowed");
        let length = web.run(|| {
            borrowed.push(here());
            text.len()
        });
        assert_eq!((length.unwrap(), borrowed), (text.len(), vec![inside(&web, here)]));
        assert_eq!(here(), outside);

        let other = Namespace::create_anonymous().unwrap();
        let (within, back) = web.run(|| (other.run(here).unwrap(), here())).unwrap();
        assert_eq!((within, back), (inside(&other, here), inside(&web, here)), "run within run");
    });
}

#[test]
fn a_panic_inside_reaches_the_caller_as_it_is() {
    in_netns(|| {
        let (outside, web) = (here(), Namespace::create(WEB).unwrap());
        let panic = catch_unwind(AssertUnwindSafe(|| web.run(|| std::panic::panic_any(42_u8)))).unwrap_err();
        assert_eq!(panic.downcast_ref::<u8>(), Some(&42));
        assert_eq!(here(), outside);
        assert_eq!(web.run(|| 7).unwrap(), 7, "the handle still works");
    });
}

#[test]
fn no_call_moves_the_calling_thread() {
    in_netns(|| {
        let outside = here();
        let World { host, web } = World::with_veth();
        let eth0 = web.add_interface(Link::existing(&host, "veth1").unwrap(), named("eth0")).unwrap();
        eth0.statistics().unwrap();
        web.links().unwrap();
        eth0.remove().unwrap();
        web.add_interface(Link::existing(&host, "none").unwrap(), named("eth0")).unwrap_err();
        Namespace::open(WEB).unwrap();
        Namespace::create_anonymous().unwrap();
        Namespace::open("/dev/null").unwrap_err();
        web.destroy().unwrap();
        assert_eq!(here(), outside);
    });
}

#[test]
fn a_path_that_is_not_absolute_is_remembered_wherever_the_process_goes() {
    in_netns(|| {
        chdir("/run").unwrap();
        let web = Namespace::create("netns/web").unwrap();
        assert_eq!(web.path(), Some(Path::new("netns/web")));
        chdir("/").unwrap();
        web.destroy().unwrap();
        assert_eq!((mounts(WEB), Path::new(WEB).exists()), (0, false));
    });
}

#[test]
fn destroying_twice_is_an_error() {
    in_netns(|| {
        let web = Namespace::create(WEB).unwrap();
        let clone = web.clone();
        let resident = Resident::of(&web);
        web.destroy().unwrap();
        assert_eq!((mounts(WEB), Path::new(WEB).exists()), (0, false));
        assert!(web.destroy().unwrap_err().to_string().contains(WEB));
        clone.destroy().unwrap_err();
        drop(resident);

        // What was made there since is not ours.
        let later = Namespace::create(WEB).unwrap();
        web.destroy().unwrap_err();
        assert_eq!(Namespace::open(WEB).unwrap().id(), later.id());
    });
}

#[test]
fn a_destroyed_namespace_answers_with_errors() {
    in_netns(|| {
        let World { host, web } = World::with_veth();
        let eth0 = web.add_interface(Link::existing(&host, "veth1").unwrap(), named("eth0")).unwrap();
        web.destroy().unwrap();
        veth("veth2", "peer2");
        web.add_interface(Link::existing(&host, "veth2").unwrap(), named("eth1")).unwrap_err();
        eth0.remove().unwrap_err();
        eth0.statistics().unwrap_err();
        assert!(common::ip("link show veth2").contains("veth2"), "not touched");
    });
}

#[test]
fn dropping_a_handle_destroys_nothing() {
    in_netns(|| {
        let web = Namespace::create(WEB).unwrap();
        let id = web.id();
        drop(web);
        let opened = Namespace::open(WEB).unwrap();
        assert_eq!(opened.id(), id);
        drop(opened);
        Namespace::open(WEB).unwrap().destroy().unwrap();
        assert!(!Path::new(WEB).exists());
    });
}

#[test]
fn a_link_that_is_there_already_is_added_in_place() {
    in_netns(|| {
        let World { host, web } = World::with_veth();
        let aliases = [
            Namespace::from_pid(std::process::id()).unwrap(),
            Namespace::adopt("/run/netns/host", "/proc/thread-self/ns/net").unwrap(),
        ];
        let before = common::settled(&host);
        for alias in aliases {
            for (from, to) in [(&host, &alias), (&alias, &host)] {
                let added = to.add_interface(Link::existing(from, "veth1").unwrap(), named("eth0")).unwrap();
                assert_eq!(added.state().unwrap().name, added.name());
                added.remove().unwrap();
            }
        }
        common::assert_as_before(&before, &host);
        drop(web);
    });
}

#[test]
fn any_thread_may_call_anything_at_once() {
    fn shared<T: Send + Sync>() {}
    shared::<(Namespace, Link, netgraft::Interface, netgraft::InterfaceConfig)>();
    in_netns(|| {
        let web = Namespace::create(WEB).unwrap();
        let (there, threads) = (inside(&web, here), 8);
        let barrier = Barrier::new(threads);
        thread::scope(|scope| {
            for i in 0..threads {
                let (web, barrier, there) = (&web, &barrier, &there);
                scope.spawn(move || {
                    barrier.wait();
                    for round in 0..10 {
                        assert_eq!(&web.run(here).unwrap(), there);
                        assert_eq!(Namespace::open(WEB).unwrap().id(), web.id());
                        assert_eq!(web.links().unwrap().len(), 1);
                        let own = Namespace::create(format!("/run/deep/{round}/{i}")).unwrap();
                        assert_ne!(own.id(), web.id());
                        own.destroy().unwrap();
                    }
                });
            }
        });
    });
}

#[test]
fn of_many_that_create_one_path_one_wins() {
    in_netns(|| {
        for _ in 0..10 {
            let barrier = Barrier::new(8);
            let results: Vec<_> = thread::scope(|scope| {
                let create = || {
                    barrier.wait();
                    Namespace::create(WEB)
                };
                let threads: Vec<_> = (0..8).map(|_| scope.spawn(create)).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            let (made, refusals): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
            assert_eq!(made.len(), 1, "{refusals:?}");
            refusals.into_iter().for_each(|refusal| drop(refused(refusal, ErrorKind::Exists)));
            let web = made.into_iter().next().unwrap().unwrap();
            assert_eq!((Namespace::open(WEB).unwrap().id(), mounts(WEB)), (web.id(), 1));
            web.destroy().unwrap();
        }
    });
}
