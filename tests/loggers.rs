//! Loggers that call the library back: each call returns, with an error where it would have to wait for its caller.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use common::{World, in_netns, ip, ip_batch, named, on_log, parse};
use netgraft::{Announce, Namespace};

/// The handle that the logger uses.
static WEB: Mutex<Option<Namespace>> = Mutex::new(None);

fn web() -> Option<Namespace> {
    WEB.lock().unwrap().clone()
}

thread_local! {
    /// What a logger calls logs, too.
    static INSIDE: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// Has a function called for each line, but not for those that it logs itself.
fn for_each_line(act: impl Fn(&str) + Send + Sync + 'static) {
    on_log(move |line| {
        if !INSIDE.replace(true) {
            act(line);
            INSIDE.set(false);
        }
    });
}

#[test]
fn whatever_is_read_in_the_midst_of_anything() {
    in_netns(|| {
        let world = World::with_veth();
        *WEB.lock().unwrap() = Some(world.web.clone());
        static CALLS: AtomicU32 = AtomicU32::new(0);
        for_each_line(|_| {
            let Some(web) = web() else { return };
            web.links().unwrap();
            CALLS.fetch_add(1, Ordering::Relaxed);
        });
        let config =
            named("eth0").address(parse("10.0.0.2/24")).address(parse("fd00::2/64")).announce(Announce::default());
        world.add("veth1", config).unwrap().remove().unwrap();
        assert!(CALLS.load(Ordering::Relaxed) > 5);
    });
}

/// The remark that a dump was interrupted comes when the conversation is over.
#[test]
fn an_interrupted_dump() {
    in_netns(|| {
        let world = World::new();
        *WEB.lock().unwrap() = Some(world.host.clone());
        static INTERRUPTED: AtomicU32 = AtomicU32::new(0);
        for_each_line(|line| {
            if line.contains("dump") {
                web().unwrap().links().unwrap();
                INTERRUPTED.fetch_add(1, Ordering::Relaxed);
            }
        });
        ip_batch(&(0..300).map(|i| format!("link add d{i} type bridge\n")).collect::<String>());
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !done.load(Ordering::Relaxed) {
                    ip("link add x type bridge");
                    ip("link del x");
                }
            });
            for _ in 0..2000 {
                world.host.links().unwrap();
                if INTERRUPTED.load(Ordering::Relaxed) > 3 {
                    break;
                }
            }
            done.store(true, Ordering::Relaxed);
        });
        assert!(INTERRUPTED.load(Ordering::Relaxed) > 0, "no dump was interrupted");
    });
}

/// A namespace cannot be destroyed by what it waits for.
#[test]
fn destroy_in_the_midst_of_an_add() {
    in_netns(|| {
        let world = World::with_veth();
        *WEB.lock().unwrap() = Some(world.web.clone());
        static REFUSALS: Mutex<Vec<String>> = Mutex::new(Vec::new());
        for_each_line(|line| {
            if line.contains("set eth0 up") {
                let refusal = web().unwrap().destroy().unwrap_err();
                REFUSALS.lock().unwrap().push(refusal.to_string());
            }
        });
        world.add("veth1", named("eth0")).unwrap();
        let refusals = std::mem::take(&mut *REFUSALS.lock().unwrap());
        assert_eq!(refusals.len(), 1, "{refusals:?}");
        assert!(refusals[0].contains("this thread"), "{refusals:?}");
        assert_eq!(world.names(), ["eth0"]);
        world.web.interface("veth1").unwrap().remove().unwrap();
        *WEB.lock().unwrap() = None;
        world.web.destroy().unwrap();
    });
}

/// An interface cannot be removed by its own removal, nor added by its own add.
#[test]
fn the_same_interface_again() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.keep_journal("/run/journal").unwrap();
        *WEB.lock().unwrap() = Some(world.web.clone());
        static REFUSED: AtomicU32 = AtomicU32::new(0);
        for_each_line(|_| {
            let Some(web) = web() else { return };
            if let Ok(interface) = web.interface("veth1") {
                assert!(interface.remove().is_err());
                REFUSED.fetch_add(1, Ordering::Relaxed);
            }
            let _ = web.restore();
        });
        let interface = world.add("veth1", named("eth0")).unwrap();
        assert_eq!(world.names(), ["eth0"]);
        interface.remove().unwrap();
        assert!(world.names().is_empty());
        common::ip("link show veth1");
    });
}
