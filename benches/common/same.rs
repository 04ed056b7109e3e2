//! What the ways lead to, as `ip` shows it: it has to be the same before anything is measured.

use std::process::Command;
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::inside;
use super::ways::{Who, once};
use super::world::{How, Job, World};

/// How long nothing may change for it to count as settled: the kernel tells of some changes once a second. And
/// how long that may take.
const STABLE: Duration = Duration::from_millis(1500);
const PATIENCE: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);

/// Fails unless all ways lead to the same, each in a world of its own.
pub(crate) fn assert_same(how: How) {
    let outcome = |who| {
        let world = World::new(1);
        let mut settled = Value::Null;
        once(&world, &Job::one(how), who, true, || settled = self::settled(&world));
        serde_json::to_string_pretty(&settled).unwrap()
    };
    let outcomes = scope(|scope| {
        let threads = Who::ALL.map(|who| scope.spawn(move || outcome(who)));
        threads.map(|thread| thread.join().unwrap())
    });
    for (who, other) in Who::ALL.iter().zip(&outcomes) {
        for (expected, found) in outcomes[0].lines().zip(other.lines()) {
            assert_eq!(expected, found, "{} leads to something else", who.title());
        }
        assert_eq!(&outcomes[0], other, "{} leads to something else", who.title());
    }
}

/// What `ip` shows of both namespaces once it does not change any more: the kernel takes its time over carriers and
/// link-local addresses.
fn settled(world: &World) -> Value {
    let shown = || -> Value { [&world.home, &world.away[0]].map(|place| inside(place, shown)).to_vec().into() };
    let deadline = Instant::now() + PATIENCE;
    let (mut last, mut since) = (shown(), Instant::now());
    while since.elapsed() < STABLE || last.to_string().contains("\"tentative\"") {
        assert!(Instant::now() < deadline, "it does not settle: {last}");
        sleep(POLL);
        let now = shown();
        if now != last {
            (last, since) = (now, Instant::now());
        }
    }
    last
}

/// What `ip` shows of the calling thread's namespace.
fn shown() -> Value {
    let lists = ["addr", "route show table all", "-6 route show table all"];
    let mut lists = lists.map(|words| {
        let output = Command::new("ip").args(["-d", "-j"]).args(words.split(' ')).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    });
    lists.iter_mut().for_each(strip);
    lists.to_vec().into()
}

/// Takes away what is of one link only: its index, where it was not asked for, and a random MAC and what
/// is made of that; and the bridge's timers.
fn strip(value: &mut Value) {
    match value {
        Value::Object(map) => {
            let random = map.get("ifname").is_some_and(|name| name == "p0" || name == "br0");
            map.retain(|key, _| {
                let own = [
                    "ifindex",
                    "link_index",
                    "bridge_id",
                    "root_id",
                    "designated_root",
                    "designated_bridge",
                    "permaddr",
                ];
                let of_mac = random && key == "address";
                !own.contains(&key.as_str()) && !of_mac && !key.ends_with("timer")
            });
            map.values_mut().for_each(strip);
        }
        Value::Array(list) => {
            list.iter_mut().for_each(strip);
            // Routes stand in the order of their destinations.
            list.sort_by_cached_key(Value::to_string);
        }
        Value::String(text) if text.starts_with("fe80::") => text.truncate(6),
        _ => {}
    }
}
