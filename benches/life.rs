//! The whole life of many sandboxes: a pinned namespace, one bridged interface in it, and both gone again.
//!
//! `cargo bench --bench life` in benches/, as root or where user namespaces are allowed; `-- --quick` for few.

mod common;

use std::fs::{self, File};
use std::process::ExitCode;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use ::nlink::netlink::namespace;
use ::rtnetlink::{LinkUnspec, NetworkNamespace};
use common::contest::{Contest, RAW, To};
use common::iproute2::batch;
use common::message::{ACK, RTM_GETLINK, RTM_NEWLINK, ifinfomsg, ifname, message};
use common::raw::Raw;
use common::ways::{Who, nlink, rtnetlink};
use common::world::{Job, Place, World, path};
use common::{prepare, timed};
use nix::mount::{MntFlags, MsFlags, mount, umount2};
use nix::sched::{CloneFlags, unshare};
use tokio::runtime::Builder;

/// A bridge has 1023 ports at most.
const SANDBOXES: u32 = 1000;
/// How often it is looked whether the kernel is done.
const POLL: Duration = Duration::from_millis(1);

fn main() -> ExitCode {
    prepare();
    let quick = std::env::args().any(|argument| argument == "--quick");
    let (count, rounds) = if quick { (50, 1) } else { (SANDBOXES, 3) };
    let mut world = World::new(0);
    let mut round =
        || Who::ALL.map(|who| (!matches!(who, Who::Commands | Who::Pyroute2)).then(|| live(&mut world, who, count)));
    let lives: Vec<_> = (0..rounds).map(|_| round()).collect();

    let mut contest = Contest::new(!quick);
    let mut row = |what: &str, budgets: &[(f64, To)], of: fn(&Life) -> Duration| {
        contest.measured(what, budgets, |who| lives.iter().map(|round| round[who as usize].as_ref().map(of)).collect());
    };
    let behind_nobody = (1.0, To::Peers);
    row(&format!("{count} namespaces made"), &[(1.15, RAW), (1.0, To::Way(Who::Batch))], |life| life.made);
    row("one bridged veth added to each", &[(1.3, RAW), behind_nobody], |life| life.added);
    row("all destroyed", &[], |life| life.destroyed);
    row("all destroyed, until the kernel has let go", &[behind_nobody], |life| life.destroyed + life.gone);
    row("the three together", &[], |life| life.made + life.added + life.destroyed);
    row("the three, until the kernel has let go", &[(1.25, RAW), behind_nobody], |life| {
        life.made + life.added + life.destroyed + life.gone
    });
    contest.finish("life")
}

/// How long each part of it took.
struct Life {
    made: Duration,
    added: Duration,
    destroyed: Duration,
    /// The kernel takes namespaces down in the background.
    gone: Duration,
}

fn live(world: &mut World, who: Who, count: u32) -> Life {
    let links = world.home.count_links();
    let names: Vec<String> = (0..count).map(|number| format!("sandbox{number}")).collect();
    let (made, away) = timed(|| make(who, &names));
    world.away = away;
    let job = Job { lo_down: who == Who::Batch, ..Job::many(count, count as usize) };
    let (added, ()) = {
        let mut way = who.way(world, &job);
        timed(|| way.add())
    };
    assert_eq!(world.home.count_links(), links + count as usize);
    let away = std::mem::take(&mut world.away);
    let (destroyed, ()) = timed(|| destroy(who, away));
    let begin = Instant::now();
    while world.home.count_links() > links {
        sleep(POLL);
    }
    Life { made, added, destroyed, gone: begin.elapsed() }
}

/// Makes namespaces, pinned, with `lo` up, but by `ip`, which is told to bring it up when it is in there anyway.
fn make(who: Who, names: &[String]) -> Vec<Place> {
    let each = |make: &dyn Fn(String) -> Place| names.iter().map(|name| make(name.clone())).collect();
    match who {
        Who::Library => each(&Place::new),
        Who::Minimal => each(&pin),
        Who::Batch | Who::Commands => {
            batch(None, &names.iter().map(|name| format!("netns add {name}\n")).collect::<String>());
            each(&Place::open)
        }
        Who::Rtnetlink => {
            let runtime = Builder::new_current_thread().enable_io().build().unwrap();
            each(&|name| {
                runtime.block_on(NetworkNamespace::add(&name)).unwrap();
                let place = Place::open(name);
                let handle = rtnetlink::connect(&runtime, &place);
                runtime.block_on(async {
                    let lo = LinkUnspec::new_with_index(rtnetlink::index(&handle, "lo").await);
                    handle.link().set(lo.up().build()).execute().await.unwrap();
                });
                place
            })
        }
        Who::Nlink => {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            each(&|name| {
                namespace::create(&name).unwrap();
                let place = Place::open(name);
                let connection = nlink::connect(&runtime, &place);
                runtime.block_on(connection.set_link_up("lo")).unwrap();
                place
            })
        }
        Who::Libnetwork => each(&pin_as_libnetwork),
        // A thousand of its connections take some twenty seconds.
        Who::Pyroute2 => unreachable!(),
    }
}

/// By the fewest calls: `lo` has the index 1.
fn pin(name: String) -> Place {
    let raw = unshared(&name, || {
        let raw = Raw::here(0);
        raw.talk(&message(RTM_NEWLINK, ACK, &[ifinfomsg(1, true)]));
        raw
    });
    Place::with_socket(name, raw)
}

/// As `libnetwork/osl/namespace_linux.go` of moby/moby 28 has it: it looks for a file that is there, pins on a thread that
/// ends, opens the file, then a socket on another thread, and asks for `lo` by its name. That it turns IPv6 off for all
/// new links, and on again for each that has an address, is left out, to its advantage.
fn pin_as_libnetwork(name: String) -> Place {
    assert!(fs::metadata(path(&name)).is_err());
    unshared(&name, || ());
    let place = Place::open(name);
    place.raw().ask(&message(RTM_GETLINK, ACK, &[ifinfomsg(0, false), ifname("lo")])).unwrap();
    place.raw().ask(&message(RTM_NEWLINK, ACK, &[ifinfomsg(1, true)])).unwrap();
    place
}

/// Does something on a thread in a new namespace, which gets pinned.
fn unshared<T: Send>(name: &str, act: impl FnOnce() -> T + Send) -> T {
    let pin = || {
        unshare(CloneFlags::CLONE_NEWNET).unwrap();
        File::create(path(name)).unwrap();
        let none = None::<&str>;
        mount(Some("/proc/thread-self/ns/net"), &path(name), none, MsFlags::MS_BIND, none).unwrap();
        act()
    };
    scope(|scope| scope.spawn(pin).join().unwrap())
}

fn destroy(who: Who, places: Vec<Place>) {
    match who {
        Who::Library => places.into_iter().for_each(|place| place.namespace().destroy().unwrap()),
        Who::Minimal | Who::Libnetwork => places.into_iter().for_each(|place| {
            umount2(&path(&place.name), MntFlags::MNT_DETACH).unwrap();
            fs::remove_file(path(&place.name)).unwrap();
        }),
        Who::Batch | Who::Commands => {
            batch(None, &places.iter().map(|place| format!("netns delete {}\n", place.name)).collect::<String>());
        }
        Who::Rtnetlink => {
            let runtime = Builder::new_current_thread().build().unwrap();
            for place in places {
                runtime.block_on(NetworkNamespace::del(&place.name)).unwrap();
            }
        }
        Who::Nlink => places.iter().for_each(|place| namespace::delete(&place.name).unwrap()),
        Who::Pyroute2 => unreachable!(),
    }
}
