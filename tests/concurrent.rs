//! Many at once: threads and processes that add to one namespace under one prefix.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::fs::File;
use std::process::{Command, Stdio};
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use common::{World, in_netns, ip, parse, patience, prefixed, settled, veth};
use netgraft::{ErrorKind, Interface, Link, Namespace, VethPeer, Wait};
use nix::fcntl::{FcntlArg, fcntl};

/// `eth0` to `ethN`, without gap or double.
fn assert_numbered(world: &World, count: usize) {
    let mut names = world.names();
    names.sort_by_key(|name| name[3..].parse::<usize>().unwrap());
    let expected: Vec<String> = (0..count).map(|i| format!("eth{i}")).collect();
    assert_eq!(names, expected);
}

#[test]
fn sixteen_threads_add_with_one_prefix() {
    const THREADS: usize = 16;
    in_netns(|| {
        let world = World::new();
        (0..THREADS).for_each(|i| veth(&format!("veth{i}"), &format!("peer{i}")));
        let host = settled(&world.host);
        for _ in 0..3 {
            let barrier = Barrier::new(THREADS);
            let mut names: Vec<String> = thread::scope(|scope| {
                let add = |i: usize| {
                    let (world, barrier) = (&world, &barrier);
                    move || {
                        let address = format!("10.0.{i}.2/24");
                        barrier.wait();
                        let interface =
                            world.add(&format!("veth{i}"), prefixed("eth").address(parse(&address))).unwrap();
                        assert_eq!(interface.state().unwrap().name, interface.name());
                        interface.name().to_string()
                    }
                };
                let threads: Vec<_> = (0..THREADS).map(|i| scope.spawn(add(i))).collect();
                threads.into_iter().map(|thread| thread.join().unwrap()).collect()
            });
            assert_numbered(&world, THREADS);
            let mut there = world.names();
            names.sort();
            there.sort();
            assert_eq!(names, there, "every add was told its own name");
            assert_eq!(world.web.interfaces().unwrap().len(), THREADS);

            thread::scope(|scope| {
                for interface in world.web.interfaces().unwrap() {
                    scope.spawn(move || interface.remove().unwrap());
                }
            });
            assert!(world.names().is_empty());
            common::assert_as_before(&host, &world.host);
        }
    });
}

/// Moved, made, and made with a peer in the host, all under one prefix and by handles of their own.
#[test]
fn threads_with_handles_of_their_own_add_links_of_all_sorts() {
    const THREADS: usize = 12;
    in_netns(|| {
        let world = World::new();
        ip("link add br0 type bridge");
        (0..THREADS).for_each(|i| veth(&format!("eth{i}"), &format!("peer{i}")));
        let barrier = Barrier::new(THREADS);
        thread::scope(|scope| {
            for i in 0..THREADS {
                let barrier = &barrier;
                scope.spawn(move || {
                    let (host, web) = (Namespace::current().unwrap(), Namespace::open("/run/netns/web").unwrap());
                    let link = match i % 3 {
                        0 => Link::existing(&host, format!("eth{i}")),
                        1 => Link::bridge(format!("bridge{i}")),
                        _ => {
                            let peer = VethPeer::new(&host, format!("other{i}")).bridge("br0");
                            Link::veth_named(format!("made{i}"), peer)
                        }
                    };
                    barrier.wait();
                    web.add_interface(link.unwrap(), prefixed("eth")).unwrap();
                });
            }
        });
        assert_numbered(&world, THREADS);
    });
}

/// Set, to its number, in a process that adds for the test below.
const WORKER: &str = "NETGRAFT_TEST_WORKER";

#[test]
fn four_processes_add_with_one_prefix() {
    const PROCESSES: usize = 4;
    const EACH: usize = 5;
    in_netns(|| {
        if let Ok(worker) = std::env::var(WORKER) {
            let (host, web) = (Namespace::current().unwrap(), Namespace::open("/run/netns/web").unwrap());
            // All wait for the same end of file.
            std::io::read_to_string(std::io::stdin()).unwrap();
            for i in 0..EACH {
                let link = Link::existing(&host, format!("veth{worker}x{i}")).unwrap();
                web.add_interface(link, prefixed("eth")).unwrap();
            }
            return;
        }
        let world = World::new();
        for (worker, i) in (0..PROCESSES).flat_map(|worker| (0..EACH).map(move |i| (worker, i))) {
            veth(&format!("veth{worker}x{i}"), &format!("peer{worker}x{i}"));
        }
        let (reader, writer) = nix::unistd::pipe2(nix::fcntl::OFlag::O_CLOEXEC).unwrap();
        let workers: Vec<_> = (0..PROCESSES)
            .map(|worker| {
                Command::new(std::env::current_exe().unwrap())
                    .args(["four_processes_add_with_one_prefix", "--exact", "--nocapture"])
                    .env(WORKER, worker.to_string())
                    .stdin(reader.try_clone().unwrap())
                    .stdout(Stdio::null())
                    .spawn()
                    .unwrap()
            })
            .collect();
        thread::sleep(Duration::from_millis(200));
        drop(writer);
        for mut worker in workers {
            assert!(worker.wait().unwrap().success());
        }
        assert_numbered(&world, PROCESSES * EACH);
    });
}

/// How long asking for the list took at worst while something was going on.
fn slowest_look(web: &Namespace, during: impl FnOnce() + Send) -> Duration {
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            during();
            done.store(true, Ordering::Release);
        });
        let mut slowest = Duration::ZERO;
        while !done.load(Ordering::Acquire) {
            let begin = Instant::now();
            let _ = web.interfaces().unwrap();
            let _ = web.interface("veth1");
            slowest = slowest.max(begin.elapsed());
            thread::yield_now();
        }
        slowest
    })
}

#[test]
fn the_list_can_be_read_while_an_add_waits() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set peer1 down");
        let wait = Duration::from_secs(1);
        let slowest = slowest_look(&world.web, || {
            world.add("veth1", prefixed("eth").wait(Wait::running(wait))).unwrap();
        });
        assert!(slowest < wait / 2, "{slowest:?}");
    });
}

/// The kernel takes some 15 ms to move a link. Whoever asks meanwhile does not wait for that.
#[test]
fn the_list_can_be_read_while_the_kernel_moves_a_link() {
    in_netns(|| {
        let world = World::with_veth();
        // The best of several: a look can be late for reasons of its own.
        let slowest = (0..10).map(|_| {
            let mut took = Duration::ZERO;
            let slowest = slowest_look(&world.web, || {
                let begin = Instant::now();
                let interface: Interface = world.add("veth1", prefixed("eth")).unwrap();
                took = begin.elapsed();
                interface.remove().unwrap();
            });
            (slowest.as_secs_f64() / took.as_secs_f64(), slowest, took)
        });
        let best = slowest.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap();
        assert!(best.0 < 0.3, "a look took {:?} beside an add of {:?}", best.1, best.2);
    });
}

/// Two that want the same name: one gets it, and the other's link stays where it is.
/// Nothing is destroyed while a destroy waits for another process's lock, and nobody is told so.
#[test]
fn a_namespace_is_not_destroyed_while_its_destroy_waits() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.keep_journal("/run/journal").unwrap();
        // All links of all namespaces, as another process would lock some of them.
        let locks = File::options().write(true).open("/run/journal/locks").unwrap();
        let set = |kind: libc::c_int| {
            let range = libc::flock { l_type: kind as _, l_whence: 0, l_start: 0, l_len: 0, l_pid: 0 };
            fcntl(&locks, FcntlArg::F_OFD_SETLK(&range)).unwrap();
        };
        set(libc::F_WRLCK);
        let (done, mut answers) = (AtomicBool::new(false), Vec::new());
        let refused = thread::scope(|scope| {
            let destroyed = scope.spawn(|| {
                let destroyed = world.web.destroy();
                done.store(true, Ordering::SeqCst);
                destroyed
            });
            while !done.load(Ordering::SeqCst) {
                answers.push(world.web.links().map(drop));
                answers.push(world.web.interfaces().map(drop));
                answers.push(world.web.restore().map(drop));
                thread::sleep(Duration::from_millis(5));
            }
            destroyed.join().unwrap()
        });
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Busy);
        assert!(answers.len() > 100 && answers.iter().any(Result::is_ok));
        for error in answers.into_iter().filter_map(Result::err) {
            assert_eq!(error.kind(), ErrorKind::Busy, "{error}");
        }
        set(libc::F_UNLCK);
        world.web.restore().unwrap();
        world.add("veth1", common::named("eth0")).unwrap();
        world.web.destroy().unwrap();
        assert_eq!(world.web.links().unwrap_err().kind(), ErrorKind::Namespace);
    });
}

#[test]
fn of_two_that_want_one_name_one_gets_it() {
    in_netns(|| {
        let world = World::new();
        for name in ["veth1", "veth2"] {
            veth(name, &format!("{name}p"));
        }
        let host = settled(&world.host);
        for _ in 0..10 {
            let barrier = Barrier::new(2);
            let results = thread::scope(|scope| {
                let add = |name: &'static str| {
                    let (world, barrier) = (&world, &barrier);
                    move || {
                        barrier.wait();
                        world.add(name, common::named("eth0"))
                    }
                };
                let threads = [scope.spawn(add("veth1")), scope.spawn(add("veth2"))];
                threads.map(|thread| thread.join().unwrap())
            });
            let (added, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
            assert_eq!((added.len(), refused.len()), (1, 1));
            common::refused(refused.into_iter().next().unwrap(), netgraft::ErrorKind::NameTaken);
            assert_eq!(world.names(), ["eth0"]);
            added.into_iter().next().unwrap().unwrap().remove().unwrap();
            common::assert_as_before(&host, &world.host);
        }
    });
}

/// One link for many that want it: one gets it, and the others are told that it is gone or being added.
#[test]
fn of_many_that_add_one_link_one_gets_it() {
    in_netns(|| {
        let world = World::with_veth();
        let host = settled(&world.host);
        for own_handles in [false, true, false, true] {
            let barrier = Barrier::new(4);
            let added: Vec<Interface> = thread::scope(|scope| {
                let add = || {
                    let web = if own_handles { Namespace::open("/run/netns/web").unwrap() } else { world.web.clone() };
                    let link = world.link("veth1");
                    barrier.wait();
                    web.add_interface(link, prefixed("eth"))
                };
                let threads: Vec<_> = (0..4).map(|_| scope.spawn(add)).collect();
                let results = threads.into_iter().map(|thread| thread.join().unwrap());
                let refused = |error: &netgraft::Error| {
                    println!("{error}");
                    assert_eq!(error.left(), None, "{error}");
                };
                results.filter_map(|result| result.inspect_err(refused).ok()).collect()
            });
            assert_eq!(added.len(), 1);
            assert_eq!(world.names(), ["eth0"]);
            added[0].remove().unwrap();
            common::assert_as_before(&host, &world.host);
        }
    });
}

#[test]
fn adds_and_removals_and_queries_mix() {
    in_netns(|| {
        let world = World::new();
        (0..6).for_each(|i| veth(&format!("veth{i}"), &format!("peer{i}")));
        let host = settled(&world.host);
        let end = Instant::now() + patience(Duration::from_secs(2));
        thread::scope(|scope| {
            for i in 0..6 {
                let world = &world;
                scope.spawn(move || {
                    while Instant::now() < end {
                        let interface = world.add(&format!("veth{i}"), prefixed("eth")).unwrap();
                        assert_eq!(interface.state().unwrap().index, interface.index());
                        interface.statistics().unwrap();
                        interface.remove().unwrap();
                    }
                });
            }
            while Instant::now() < end {
                for interface in world.web.interfaces().unwrap() {
                    // It may be gone by now, but is never another one.
                    if let Ok(state) = interface.state() {
                        assert_eq!(state.index, interface.index());
                    }
                }
                world.web.links().unwrap();
            }
        });
        assert!(world.names().is_empty() && world.web.interfaces().unwrap().is_empty());
        common::assert_as_before(&host, &world.host);
    });
}
