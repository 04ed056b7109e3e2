//! What a user reads when something fails: one line that names link, namespace, value and the kernel's own words.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use common::{World, in_netns, ip, ip_in, ip_json, named, parse, prefixed, said_since, veth};
use netgraft::{ErrorKind, IfIndex, InterfaceConfig, Link, Macvlan, Namespace, Result, VethPeer};

/// A failure: its name, what is tried, the kind a program sees, and the line a person sees.
type Failure = (&'static str, fn(&World) -> Result<()>, ErrorKind, &'static str);

const FAILURES: &[Failure] = &[
    (
        "no such link",
        |world| add(world, "veth9", named("eth0")),
        ErrorKind::NotFound,
        "add veth9 to /run/netns/web: find link veth9 in the current namespace: No such device (os error 19)",
    ),
    (
        "name taken",
        |world| add(world, "veth1", named("taken")),
        ErrorKind::NameTaken,
        "add veth1 to /run/netns/web: the name taken is taken by link 2: File exists (os error 17)",
    ),
    (
        "MTU too big",
        |world| add(world, "veth1", named("eth0").mtu(70000)),
        ErrorKind::InvalidArgument,
        "add veth1 to /run/netns/web: mtu 70000: veth1 takes 65535 at most",
    ),
    (
        "MTU too big for a link that is made",
        |world| world.web.add_interface(Link::bridge("br")?, prefixed("lan").mtu(70000)).map(drop),
        ErrorKind::InvalidArgument,
        "add br to /run/netns/web: mtu 70000: a bridge takes 65535 at most",
    ),
    (
        "MAC of a group",
        |world| add(world, "veth1", named("eth0").mac(parse("01:00:5e:00:00:01"))),
        ErrorKind::InvalidArgument,
        "add veth1 to /run/netns/web: MAC 01:00:5e:00:00:01: a multicast address cannot be a link's own",
    ),
    (
        "address clash",
        |world| add(world, "veth1", named("eth0").address(parse("10.8.1.2/24"))),
        ErrorKind::AddressClash,
        "add veth1 to /run/netns/web: address 10.8.1.2/24 clashes with the route to 10.8.0.0/16 (allowed with clash_check(false), --no-clash-check)",
    ),
    (
        "address of a group",
        |world| add(world, "veth1", named("eth0").address(parse("ff02::5/64"))),
        ErrorKind::Kernel,
        r#"add veth1 to /run/netns/web: add the address ff02::5/64 to eth0: Cannot assign requested address (os error 99): ipv6: Cannot assign multicast address without "IFA_F_MCAUTOJOIN" flag"#,
    ),
    (
        "setting of two lines",
        |world| add(world, "veth1", named("eth0").sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=one\ntwo"))),
        ErrorKind::Sysctl,
        r"add veth1 to /run/netns/web: sysctl net.ipv4.conf.IFNAME.rp_filter=one\ntwo: write: Invalid argument (os error 22)",
    ),
    (
        "unknown setting",
        |world| add(world, "veth1", named("eth0").sysctl(parse("net.ipv4.conf.IFNAME.rp_filtre=1"))),
        ErrorKind::Sysctl,
        "add veth1 to /run/netns/web: sysctl net.ipv4.conf.IFNAME.rp_filtre=1: read: No such file or directory (os error 2)",
    ),
    (
        "setting with a bad value",
        |world| add(world, "veth1", named("eth0").sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=strict"))),
        ErrorKind::Sysctl,
        "add veth1 to /run/netns/web: sysctl net.ipv4.conf.IFNAME.rp_filter=strict: write: Invalid argument (os error 22)",
    ),
    (
        "unknown master",
        |world| add(world, "veth1", named("eth0").master(parse("br0"))),
        ErrorKind::NotFound,
        "add veth1 to /run/netns/web: find the master br0: no interface has this source name, and no link has this name",
    ),
    (
        "route that exists",
        |world| add(world, "veth1", named("eth0").route(parse("10.8.0.0/16"))),
        ErrorKind::Exists,
        "add veth1 to /run/netns/web: add the route to 10.8.0.0/16 on eth0: File exists (os error 17)",
    ),
    (
        "route without IPv6",
        |world| add(world, "veth1", named("eth0").route(parse("fd00:9::/48"))),
        ErrorKind::Kernel,
        "add veth1 to /run/netns/web: add the route to fd00:9::/48 on eth0: Permission denied (os error 13): IPv6 is disabled on nexthop device",
    ),
    (
        "link that cannot be moved",
        |world| add(world, "br9", named("eth0")),
        ErrorKind::InvalidArgument,
        "add br9 to /run/netns/web: the kernel does not move it out of the current namespace: Invalid argument (os error 22)",
    ),
    (
        "peer's name taken",
        |world| {
            let peer = VethPeer::new(&world.host, "veth1");
            world.web.add_interface(Link::veth_named("inner", peer)?, prefixed("eth")).map(drop)
        },
        ErrorKind::NameTaken,
        "add inner to /run/netns/web: create a veth: the name veth1 of its other end is taken in the current namespace: File exists (os error 17)",
    ),
    (
        "peer's bridge missing",
        |world| {
            let peer = VethPeer::new(&world.host, "vhost").bridge("br7");
            world.web.add_interface(Link::veth_named("inner", peer)?, prefixed("eth")).map(drop)
        },
        ErrorKind::NotFound,
        "add inner to /run/netns/web: find the other end's bridge br7 in the current namespace: No such device (os error 19)",
    ),
    (
        "peer's MAC of a group",
        |_| Link::veth(VethPeer::new(&Namespace::current()?, "vhost").mac(parse("33:33:00:00:00:01"))).map(drop),
        ErrorKind::InvalidArgument,
        "the other end: MAC 33:33:00:00:00:01: a multicast address cannot be a link's own",
    ),
    (
        "parent missing",
        |world| {
            let link = Link::macvlan("inner", Macvlan::on(&world.host, "veth9"))?;
            world.web.add_interface(link, prefixed("eth")).map(drop)
        },
        ErrorKind::NotFound,
        "add inner to /run/netns/web: find the parent veth9 in the current namespace: No such device (os error 19)",
    ),
    (
        "other end's name taken among several",
        |world| {
            let config = || prefixed("eth");
            let inner = Link::veth_named("inner", VethPeer::new(&world.host, "veth1"))?;
            world.web.add_interfaces([(Link::existing(&world.host, "veth2")?, config()), (inner, config())]).map(drop)
        },
        ErrorKind::NameTaken,
        "add inner (2 of 2) to /run/netns/web: the name veth1 is taken in the current namespace by link INDEX1: File exists (os error 17)",
    ),
    (
        "no link with a MAC",
        |world| Link::find(&world.host, &parse("mac:02:00:00:00:00:99")).map(drop),
        ErrorKind::NotFound,
        "find link mac:02:00:00:00:00:99 in the current namespace: there is none",
    ),
    (
        "malformed index",
        |_| "eth0".parse::<IfIndex>().map(drop),
        ErrorKind::InvalidArgument,
        r#""eth0" is not the index of a link (1 to 2147483647)"#,
    ),
    (
        "old name taken at home",
        |world| {
            let eth1 = world.add("veth2", named("eth1"))?;
            veth("veth2", "peer4");
            eth1.remove()
        },
        ErrorKind::NameTaken,
        "remove veth2 from /run/netns/web: the name veth2 is taken in the current namespace by link INDEX",
    ),
    (
        "removed twice",
        |world| {
            let eth2 = world.add("veth3", named("eth2"))?;
            eth2.remove()?;
            eth2.remove()
        },
        ErrorKind::NotFound,
        "remove veth3 from /run/netns/web: it was removed before",
    ),
    (
        "no such namespace",
        |_| Namespace::open("/run/netns/none").map(drop),
        ErrorKind::NotFound,
        "open /run/netns/none: No such file or directory (os error 2)",
    ),
    (
        "no namespace at all",
        |_| Namespace::open("/dev/null").map(drop),
        ErrorKind::Namespace,
        "open /dev/null: not a network namespace but another file",
    ),
    (
        "another kind of namespace",
        |_| Namespace::open("/proc/self/ns/uts").map(drop),
        ErrorKind::Namespace,
        "open /proc/self/ns/uts: not a network namespace but another kind of namespace",
    ),
    (
        "namespace exists",
        |_| Namespace::create("/run/netns/web").map(drop),
        ErrorKind::Exists,
        "create the namespace /run/netns/web: a namespace is pinned there already",
    ),
];

/// Words of the kernel's that it has not always had.
const WORDS: [((u32, u32), &str); 2] = [
    ((6, 6), r#": ipv6: Cannot assign multicast address without "IFA_F_MCAUTOJOIN" flag"#),
    ((6, 12), ": The interface netns is immutable"),
];

fn add(world: &World, name: &str, config: InterfaceConfig) -> Result<()> {
    world.add(name, config).map(drop)
}

/// The index of a link, while there is one, as `ip` has it.
fn index_of(name: &str) -> String {
    let links = ip_json("link");
    let link = links.as_array().unwrap().iter().find(|link| link["ifname"] == name);
    link.map_or(String::new(), |link| link["ifindex"].to_string())
}

#[test]
fn typical_failures_in_full() {
    in_netns(|| {
        let world = World::with_veth();
        for i in 2..=3 {
            veth(&format!("veth{i}"), &format!("peer{i}"));
        }
        ip("link add br9 type bridge");
        for words in ["link add taken type bridge", "link set taken up", "route add 10.8.0.0/16 dev taken"] {
            ip_in(&world.web, words);
        }
        let mut wrong = Vec::new();
        for (name, fail, kind, line) in FAILURES {
            let error = fail(&world).expect_err(name);
            let line = line.replace("INDEX1", &index_of("veth1")).replace("INDEX", &index_of("veth2"));
            let line = WORDS.iter().fold(line, |line, (since, words)| line.replace(words, said_since(*since, words)));
            if (error.kind(), error.to_string()) != (*kind, line.clone()) {
                wrong.push(format!("{name}: {} {error}\n  expected: {kind} {line}", error.kind()));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    });
}
