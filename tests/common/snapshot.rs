//! Everything that one can see of a namespace, for comparing before and after.

use std::fs;
use std::path::Path;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::{Map, Value, json};

use super::external::{Inside, inside, ip_json};
use super::kernel::moves_to_an_index;
use super::patience;

/// Lists that make up a snapshot.
const LISTS: [&str; 8] = [
    "link",
    "addr",
    "-4 route show table all",
    "-6 route show table all",
    "neigh show nud permanent",
    "-4 neigh show proxy",
    "-6 neigh show proxy",
    "nexthop",
];
/// Per-interface settings that are compared; below `ipv4/conf` and `ipv6/conf`.
const SETTINGS: [&str; 10] = [
    "forwarding",
    "rp_filter",
    "proxy_arp",
    "arp_ignore",
    "arp_announce",
    "disable_ipv6",
    "accept_ra",
    "accept_dad",
    "addr_gen_mode",
    "use_tempaddr",
];
/// Keys of `ip -d -j` that count or run down by themselves.
const RUNNING: [&str; 10] = [
    "stats",
    "stats64",
    "hello_timer",
    "tcn_timer",
    "topology_change_timer",
    "gc_timer",
    "message_age_timer",
    "forward_delay_timer",
    "hold_timer",
    "cache",
];
/// Keys that run down too, but from a value that has to be put back.
const LIFETIMES: [&str; 3] = ["valid_life_time", "preferred_life_time", "expires"];
/// By how many seconds lifetimes may differ, beside what has passed between two snapshots: what a busy machine takes for the
/// longest operation, and less than any two of those given differ by.
const TOLERANCE: u64 = 120;
/// When a snapshot was taken: seconds, counted from anywhere.
const TAKEN: &str = "taken";
/// What `ip` prints for a lifetime without end.
const FOREVER: u64 = u32::MAX as u64;
/// How long the kernel may take to settle: address detection, carrier, link events.
const SETTLE: Duration = Duration::from_secs(5);
/// How long it may take before a test begins, or before what it led to is looked at: many tests at once make it long.
const STANDSTILL: Duration = Duration::from_secs(30);
/// How many differences are printed.
const SHOWN: usize = 40;
const POLL: Duration = Duration::from_millis(20);

/// Links, addresses, routes, permanent neighbours and settings of a namespace, as they are now.
pub(crate) fn snapshot(namespace: &impl Inside) -> Value {
    inside(namespace, || {
        let mut all = Map::new();
        all.insert(TAKEN.to_owned(), json!(uptime()));
        for list in LISTS {
            let mut value = ip_json(list);
            strip(&mut value);
            if !moves_to_an_index() {
                forget_indexes(value.as_array_mut().unwrap());
            }
            if list.contains("route") {
                // Equal routes through different links stand in the order in which they were made.
                value.as_array_mut().unwrap().sort_by_cached_key(Value::to_string);
            }
            all.insert(list.to_owned(), value);
        }
        all.insert("ipv4".into(), settings("/proc/sys/net/ipv4/conf"));
        all.insert("ipv6".into(), settings("/proc/sys/net/ipv6/conf"));
        Value::Object(all)
    })
}

/// Since this process took its first snapshot.
fn uptime() -> u64 {
    static FIRST: OnceLock<Instant> = OnceLock::new();
    FIRST.get_or_init(Instant::now).elapsed().as_secs()
}

/// A snapshot once nothing changes by itself any more: to be taken before what is tested.
pub(crate) fn settled(namespace: &impl Inside) -> Value {
    let deadline = Instant::now() + patience(STANDSTILL);
    let mut last = snapshot(namespace);
    loop {
        std::thread::sleep(POLL);
        let now = snapshot(namespace);
        let mut moving = differences(&last, &now);
        moving.extend(in_transit(&now));
        if moving.is_empty() {
            return now;
        }
        assert!(Instant::now() < deadline, "the namespace does not settle: {moving:#?}");
        last = now;
    }
}

/// Fails, saying what differs, unless the namespace comes to be as it was.
pub(crate) fn assert_as_before(before: &Value, namespace: &impl Inside) {
    let begin = Instant::now();
    loop {
        let now = snapshot(namespace);
        let mut differences = differences(before, &now);
        if differences.is_empty() {
            return;
        }
        differences.truncate(SHOWN);
        let limit = if in_transit(&now).is_empty() { SETTLE } else { STANDSTILL };
        assert!(begin.elapsed() < patience(limit), "not as before:\n  {}", differences.join("\n  "));
        std::thread::sleep(POLL);
    }
}

/// What the kernel is about to change: addresses that are being detected or have no route yet, carrier that has not got
/// through.
fn in_transit(snapshot: &Value) -> Vec<String> {
    let links = snapshot["link"].as_array().unwrap();
    let master = |port: &Value| links.iter().find(|link| link["ifname"] == port["master"]);
    let no_carrier = |link: &Value| has_flag(link, "UP") && has_flag(link, "NO-CARRIER");
    let has_running_port =
        |link: &Value| links.iter().any(|port| port["master"] == link["ifname"] && has_flag(port, "LOWER_UP"));
    let mut found = Vec::new();
    for link in links.iter().filter(|link| has_flag(link, "UP")) {
        let veth = link["linkinfo"]["info_kind"] == "veth";
        let on_its_way = match has_flag(link, "LOWER_UP") {
            true => {
                (veth || has_running_port(link)) && link["operstate"] != "UP" || master(link).is_some_and(no_carrier)
            }
            false => link["operstate"] == "UNKNOWN",
        };
        if on_its_way {
            found.push(format!("{} and its master {}: {}", link["ifname"], link["master"], link["operstate"]));
        }
    }
    let routes = snapshot["-6 route show table all"].as_array().unwrap();
    for link in snapshot["addr"].as_array().unwrap() {
        let addresses = link["addr_info"].as_array().into_iter().flatten();
        // Without duplicate detection an address counts as there before the kernel has got to its route.
        let has_route = |address: &Value| {
            let is_of = |route: &&Value| route["dst"] == address["local"] && route["dev"] == link["ifname"];
            routes.iter().filter(is_of).any(|route| route["type"] == "local")
        };
        let usable = |address: &&Value| address["family"] == "inet6" && address["dadfailed"] != true;
        let without =
            addresses.clone().filter(usable).filter(|address| has_flag(link, "LOWER_UP") && !has_route(address));
        found.extend(without.map(|address| format!("{} on {} has no route", address["local"], link["ifname"])));
        let tentative = addresses.filter(|address| address["tentative"] == true);
        found.extend(
            tentative
                .map(|address| format!("{} on {}, {}, is tentative", address["local"], link["ifname"], link["flags"])),
        );
    }
    found
}

fn has_flag(link: &Value, flag: &str) -> bool {
    link["flags"].as_array().is_some_and(|flags| flags.contains(&flag.into()))
}

/// Where a link can lose its index, that does not count, nor the order in which it has links stand.
fn forget_indexes(list: &mut [Value]) {
    for entry in &mut *list {
        entry.as_object_mut().unwrap().remove("ifindex");
    }
    list.sort_by_cached_key(|entry| entry["ifname"].to_string());
}

fn strip(value: &mut Value) {
    // What a link that is down has, depends on whether it was ever up.
    let is_down = value.get("qdisc").is_some() && !has_flag(value, "UP");
    match value {
        Value::Object(map) => {
            map.retain(|key, _| !(RUNNING.contains(&key.as_str()) || is_down && key == "qdisc"));
            map.values_mut().for_each(strip);
        }
        Value::Array(list) => list.iter_mut().for_each(strip),
        _ => {}
    }
}

/// `{"eth0/rp_filter": "0", …}`
fn settings(folder: &str) -> Value {
    let mut all = Map::new();
    for link in fs::read_dir(folder).into_iter().flatten() {
        let link = link.unwrap().file_name();
        for setting in SETTINGS {
            if let Ok(text) = fs::read_to_string(Path::new(folder).join(&link).join(setting)) {
                all.insert(format!("{}/{setting}", link.to_string_lossy()), json!(text.trim_end()));
            }
        }
    }
    Value::Object(all)
}

/// One line for each place where the two differ.
pub(crate) fn differences(before: &Value, after: &Value) -> Vec<String> {
    let mut found = Vec::new();
    let taken = |snapshot: &Value| snapshot.get(TAKEN).and_then(Value::as_u64).unwrap_or_default();
    compare("", before, after, taken(after).saturating_sub(taken(before)), &mut found);
    found
}

fn compare(place: &str, before: &Value, after: &Value, passed: u64, found: &mut Vec<String>) {
    match (before, after) {
        (Value::Object(a), Value::Object(b)) => {
            for (key, was) in a.iter().filter(|(key, _)| *key != TAKEN) {
                compare(&format!("{place}/{key}"), was, b.get(key).unwrap_or(&Value::Null), passed, found);
            }
            for (key, is) in b.iter().filter(|(key, _)| !a.contains_key(*key)) {
                found.push(format!("{place}/{key}: new: {is}"));
            }
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            for (i, (was, is)) in a.iter().zip(b).enumerate() {
                compare(&format!("{place}[{}]", label(was).unwrap_or_else(|| i.to_string())), was, is, passed, found);
            }
        }
        (Value::Array(a), Value::Array(b)) => {
            let same = |was: &Value, is: &Value| {
                let mut found = Vec::new();
                compare(place, was, is, passed, &mut found);
                found.is_empty()
            };
            let gone = a
                .iter()
                .filter(|was| !b.iter().any(|is| same(was, is)))
                .map(|was| format!("{place}: gone or changed: {was}"));
            let new = b
                .iter()
                .filter(|is| !a.iter().any(|was| same(was, is)))
                .map(|is| format!("{place}: new or changed: {is}"));
            found.push(format!("{place}: {} entries, now {}", a.len(), b.len()));
            found.extend(gone.chain(new));
        }
        (was, is) if was == is || (is_lifetime(place) && near(was, is, passed)) => {}
        (was, is) => found.push(format!("{place}: was {was}, is {is}")),
    }
}

/// What one calls an entry of a list.
fn label(entry: &Value) -> Option<String> {
    ["ifname", "local", "dst"].iter().find_map(|key| entry.get(key)).map(|name| name.as_str().unwrap_or("?").to_owned())
}

fn is_lifetime(place: &str) -> bool {
    LIFETIMES.contains(&place.rsplit('/').next().unwrap_or_default())
}

fn near(was: &Value, is: &Value, passed: u64) -> bool {
    match (was.as_u64(), is.as_u64()) {
        (Some(was), Some(is)) => {
            let room = was.saturating_sub(passed + TOLERANCE)..=was.saturating_add(TOLERANCE);
            was != FOREVER && is != FOREVER && room.contains(&is)
        }
        _ => false,
    }
}
