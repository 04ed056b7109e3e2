//! Existing links, moved in or configured in place, with every option.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::{Duration, Instant};

use common::{
    World, in_netns, inside, ip, ip_in, ip_json, ip_json_in, ip_os, logged, named, parse, ping, ping_in, prefixed,
    read_sysctl, refused, settled, veth, write_sysctl,
};
use netgraft::{Announce, ErrorKind, IfName, Interface, InterfaceConfig, Link, NamePrefix, Namespace, Wait};
use nix::mount::{MsFlags, mount};
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;
use serde_json::Value;

/// A link as `ip -d -j addr` has it.
#[track_caller]
fn shown(namespace: &Namespace, name: &str) -> Value {
    ip_json_in(namespace, &format!("addr show dev {name}"))[0].take()
}

/// The addresses of a link, `10.0.0.2/24`, in the kernel's order.
#[track_caller]
fn addresses(namespace: &Namespace, name: &str) -> Vec<String> {
    let entry = |entry: &Value| format!("{}/{}", entry["local"].as_str().unwrap(), entry["prefixlen"]);
    shown(namespace, name)["addr_info"].as_array().unwrap().iter().map(entry).collect()
}

/// One address of a link, with its flags.
#[track_caller]
fn address(namespace: &Namespace, name: &str, local: &str) -> Value {
    let link = shown(namespace, name);
    let entry = link["addr_info"].as_array().unwrap().iter().find(|entry| entry["local"] == local);
    entry.unwrap_or_else(|| panic!("no {local}: {link:#}")).clone()
}

fn is_up(link: &Value) -> bool {
    link["flags"].as_array().unwrap().contains(&"UP".into())
}

/// Opens a world anew where /proc/sys is read-only.
fn without_sysctls(world: World) -> World {
    common::forbid_sysctls();
    World { host: Namespace::current().unwrap(), web: Namespace::open(world.web.path().unwrap()).unwrap() }
}

#[test]
fn a_veth_end_is_reachable_from_the_host() {
    in_netns(|| {
        let world = World::with_veth();
        let config = InterfaceConfig::prefix(NamePrefix::new("eth").unwrap())
            .mac(parse("02:42:0a:00:00:02"))
            .address(parse("10.0.0.2/24"))
            .address(parse("fd00:1::2/64"))
            .route(parse("172.20.0.0/16"))
            .sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=2"));
        let eth0 = world.add("veth1", config).unwrap();
        assert_eq!((eth0.name(), eth0.source_name()), (parse("eth0"), parse("veth1")));

        ping("10.0.0.2");
        ping("fd00:1::2");
        ping_in(&world.web, "10.0.0.1");
        ping_in(&world.web, "fd00:1::1");
        ip("addr add 172.20.9.9/32 dev peer1");
        ip("route replace 10.0.0.0/24 dev peer1");
        ping_in(&world.web, "172.20.9.9");

        let link = shown(&world.web, "eth0");
        assert_eq!(link["address"], "02:42:0a:00:00:02");
        assert!(is_up(&link));
        assert_eq!(inside(&world.web, || read_sysctl("ipv4/conf/eth0/rp_filter")), "2");
        assert!(!ip("link").contains("veth1@"), "it has left the host");

        let counted = eth0.statistics().unwrap();
        assert!(counted.rx_packets >= 12 && counted.tx_packets >= 12, "{counted:?}");
        let neighbours = ip_json("neigh show 10.0.0.2");
        assert_eq!(neighbours[0]["lladdr"], "02:42:0a:00:00:02");
    });
}

/// Made by others, with `lo` down: the kernel has not even made its routing tables yet.
#[test]
fn a_namespace_in_which_nothing_was_ever_up() {
    in_netns(|| {
        let World { host, .. } = World::with_veth();
        ip("netns add bare");
        let bare = Namespace::open("/run/netns/bare").unwrap();
        let config = named("eth0").address(parse("10.0.0.2/24")).address(parse("fd00:1::2/64"));
        let config = config.route(parse("172.20.0.0/16")).announce(Announce::default());
        let eth0 = bare.add_interface(Link::existing(&host, "veth1").unwrap(), config).unwrap();
        ping("10.0.0.2");
        ping("fd00:1::2");
        assert_eq!(eth0.state().unwrap().addresses.len(), 2);
        eth0.remove().unwrap();
        bare.destroy().unwrap();
    });
}

#[test]
fn the_interface_says_what_the_kernel_has() {
    in_netns(|| {
        let world = World::with_veth();
        let config = named("web0")
            .mac(parse("02:00:00:00:00:07"))
            .mtu(1400)
            .tx_queue_len(77)
            .alias("to the web")
            .unwrap()
            .address(parse("10.0.0.2/24"))
            .address(parse("fd00:1::2/64"))
            .link_local(parse("169.254.7.7/16"))
            .route(parse("172.20.0.0/16"))
            .wait(Wait::running(Duration::from_secs(5)));
        let web0 = world.add("veth1", config).unwrap();
        let (state, link) = (web0.state().unwrap(), shown(&world.web, "web0"));
        assert_eq!(u64::from(state.index.get()), link["ifindex"].as_u64().unwrap());
        assert_eq!((state.name, state.index), (web0.name(), web0.index()));
        assert_eq!(state.kind.as_deref(), Some("veth"));
        assert_eq!(state.mac, Some(parse("02:00:00:00:00:07")));
        assert_eq!((state.mtu, state.tx_queue_len, state.alias.as_deref()), (1400, 77, Some("to the web")));
        assert_eq!((state.up, state.running, state.master), (true, true, None));
        assert_eq!(state.addresses, [parse("10.0.0.2/24"), parse("fd00:1::2/64")]);
        assert!(state.link_local.contains(&parse("169.254.7.7/16")), "{:?}", state.link_local);
        assert_eq!(state.routes, [parse("172.20.0.0/16")]);
        let peer = ip_json("link show peer1")[0]["ifindex"].as_u64().unwrap();
        assert_eq!(state.peer.map(|index| u64::from(index.get())), Some(peer));
        assert!(state.peer_namespace.is_some());
        assert_eq!(web0.namespace().id(), world.web.id());
    });
}

/// Steps for those who look closely, and nothing as an error that is returned as one.
#[test]
fn the_log_tells_the_steps() {
    in_netns(|| {
        let world = World::with_veth();
        world.add("veth1", named("eth0").mtu(1400)).unwrap().remove().unwrap();
        world.add("veth1", named("eth0").mtu(70000)).unwrap_err();
        let log = logged();
        for step in ["move veth1 from the current namespace to /run/netns/web", "set eth0 mtu 1400", "back"] {
            assert!(log.iter().any(|line| line.starts_with("DEBUG") && line.contains(step)), "no {step}: {log:#?}");
        }
        assert!(log.iter().all(|line| line.starts_with("DEBUG")), "{log:#?}");
    });
}

/// From the outside in: what has to be there first comes first.
#[test]
fn the_steps_come_in_their_order() {
    in_netns(|| {
        let world = World::with_veth();
        world.web.add_interface(Link::bridge("br").unwrap(), named("lan")).unwrap();
        let config = named("eth0")
            .link_local(parse("169.254.7.7/16"))
            .route(parse("172.20.0.0/16"))
            .sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=2"))
            .sysctl(parse("net.ipv4.conf.IFNAME.arp_ignore=1"))
            .master(parse("br"))
            .address(parse("fd00:1::2/64"))
            .address(parse("10.0.0.2/24"))
            .mtu(1400)
            .mac(parse("02:00:00:00:00:07"));
        logged();
        world.add("veth1", config).unwrap();
        let log = logged();
        let place = |step: &&str| {
            let found = log.iter().position(|line| line.starts_with("DEBUG") && line.contains(step));
            found.unwrap_or_else(|| panic!("no {step}: {log:#?}"))
        };
        let steps = [
            "move veth1",
            "set eth0 MAC 02:00:00:00:00:07",
            "set eth0 mtu 1400",
            "add the address 10.0.0.2/24",
            "add the address fd00:1::2/64",
            "make eth0 a port of br",
            "add the address 169.254.7.7/16",
            "rp_filter=2",
            "arp_ignore=1",
            "set eth0 up",
            "add the route to 172.20.0.0/16",
        ];
        assert!(steps.iter().map(place).is_sorted(), "{log:#?}");
    });
}

#[test]
fn interfaces_are_listed_and_found() {
    in_netns(|| {
        let world = World::with_veth();
        veth("veth2", "peer2");
        assert!(world.web.interfaces().unwrap().is_empty());
        world.add("veth2", prefixed("eth")).unwrap();
        world.add("veth1", prefixed("eth")).unwrap();
        let listed: Vec<_> = world.web.interfaces().unwrap().iter().map(Interface::source_name).collect();
        assert_eq!(listed, [parse::<IfName>("veth2"), parse("veth1")], "oldest first");
        assert_eq!(world.web.interface("veth1").unwrap().name(), parse("eth1"));
        assert_eq!(world.web.interface_by_name("eth0").unwrap().source_name(), parse("veth2"));
        for unknown in ["eth0", "lo", "none", ""] {
            assert_eq!(world.web.interface(unknown).unwrap_err().kind(), ErrorKind::NotFound, "{unknown}");
        }
        assert!(refused(world.web.interface_by_name("veth1"), ErrorKind::NotFound).contains("veth1"));
        assert_eq!(world.web.clone().interfaces().unwrap().len(), 2, "a clone is the same handle");
        let links: Vec<_> = world.web.links().unwrap().iter().map(|link| link.name).collect();
        assert_eq!(links, [parse::<IfName>("lo"), parse("eth1"), parse("eth0")], "in the order of their indexes");
    });
}

#[test]
fn mac_mtu_queue_and_alias_are_as_given() {
    in_netns(|| {
        let world = World::with_veth();
        let mac = ip_json("link show veth1")[0]["address"].clone();
        ip("link set veth1 mtu 1450 txqueuelen 333 alias kept");
        world.add("veth1", named("eth0")).unwrap();
        let link = shown(&world.web, "eth0");
        assert_eq!(link["address"], mac, "its own");
        assert_eq!((&link["mtu"], &link["txqlen"], &link["ifalias"]), (&1450.into(), &333.into(), &"kept".into()));

        veth("veth2", "peer2");
        let alias = "ü".repeat(127);
        let config = named("eth1").mac(parse("02:00:00:00:00:02")).mtu(9000).tx_queue_len(7).alias(&alias).unwrap();
        world.add("veth2", config).unwrap();
        let link = shown(&world.web, "eth1");
        assert_eq!(link["address"], "02:00:00:00:00:02");
        assert_eq!((&link["mtu"], &link["txqlen"], &link["ifalias"]), (&9000.into(), &7.into(), &alias.into()));
        InterfaceConfig::keep_name().alias("a".repeat(256)).unwrap_err();
    });
}

#[test]
fn ipv4_addresses_have_their_subnet_s_broadcast() {
    in_netns(|| {
        let world = World::with_veth();
        let prefixes = ["10.0.0.2/24", "10.1.0.2/30", "10.2.0.2/31", "10.3.0.2/32", "10.4.0.2/15"];
        let config = prefixes.iter().fold(named("eth0"), |config, prefix| config.address(parse(prefix)));
        world.add("veth1", config).unwrap();
        let broadcast = |local| address(&world.web, "eth0", local)["broadcast"].clone();
        assert_eq!(broadcast("10.0.0.2"), "10.0.0.255");
        assert_eq!(broadcast("10.1.0.2"), "10.1.0.3");
        assert_eq!(broadcast("10.4.0.2"), "10.5.255.255");
        assert_eq!((broadcast("10.2.0.2"), broadcast("10.3.0.2")), (Value::Null, Value::Null));
        assert_eq!(addresses(&world.web, "eth0"), prefixes);
        assert_eq!(address(&world.web, "eth0", "10.0.0.2")["scope"], "global");
        ping("10.0.0.2");
    });
}

#[test]
fn ipv6_addresses_skip_address_detection_unless_asked() {
    in_netns(|| {
        let world = World::with_veth();
        world.add("veth1", named("eth0").address(parse("fd00:1::2/64"))).unwrap();
        let quick = address(&world.web, "eth0", "fd00:1::2");
        assert_eq!((&quick["nodad"], &quick["tentative"]), (&true.into(), &Value::Null), "{quick}");
        assert_eq!(quick["valid_life_time"], u32::MAX);

        veth("veth2", "peer2");
        ip("link set peer2 up");
        inside(&world.web, || write_sysctl("ipv6/conf/default/accept_dad", "1"));
        world.add("veth2", named("eth1").address(parse("fd00:2::2/64")).dad(true)).unwrap();
        let careful = address(&world.web, "eth1", "fd00:2::2");
        assert_eq!(careful["nodad"], Value::Null, "{careful}");
        settled(&world.web);
        assert_eq!(address(&world.web, "eth1", "fd00:2::2")["dadfailed"], Value::Null);
    });
}

#[test]
fn ipv6_is_on_if_and_only_if_there_is_an_address() {
    in_netns(|| {
        let world = World::new();
        let disabled = |name: &str| inside(&world.web, || read_sysctl(&format!("ipv6/conf/{name}/disable_ipv6")));
        for default in ["0", "1"] {
            inside(&world.web, || write_sysctl("ipv6/conf/default/disable_ipv6", default));
            for (name, address, expected) in
                [("four", Some("10.0.0.2/24"), "1"), ("none", None, "1"), ("six", Some("fd00:1::2/64"), "0")]
            {
                veth("veth1", "peer1");
                let config = address.into_iter().fold(named(name), |config, text| config.address(parse(text)));
                let interface = world.add("veth1", config).unwrap();
                assert_eq!(disabled(name), expected, "{name}, default {default}");
                interface.remove().unwrap();
                ip("link del veth1");
            }
        }
        let warnings: Vec<_> = logged().into_iter().filter(|line| line.starts_with("WARN")).collect();
        assert!(warnings.is_empty(), "{warnings:?}");
    });
}

#[test]
fn ipv6_that_cannot_be_enabled_is_an_error() {
    in_netns(|| {
        let world = World::with_veth();
        inside(&world.web, || write_sysctl("ipv6/conf/default/disable_ipv6", "1"));
        let world = without_sysctls(world);
        let config = named("eth0").address(parse("10.0.0.2/24")).address(parse("fd00:1::2/64"));
        let (host, web) = (settled(&world.host), settled(&world.web));
        let message = refused(world.add("veth1", config), ErrorKind::Sysctl);
        assert!(message.contains("fd00:1::2/64") && message.contains("Read-only"), "{message}");
        common::assert_as_before(&host, &world.host);
        common::assert_as_before(&web, &world.web);
    });
}

#[test]
fn ipv6_that_cannot_be_disabled_is_an_error() {
    in_netns(|| {
        let world = World::with_veth();
        let world = without_sysctls(world);
        let (host, web) = (settled(&world.host), settled(&world.web));
        let message = refused(world.add("veth1", named("eth0").address(parse("10.0.0.2/24"))), ErrorKind::Sysctl);
        assert!(
            message.contains("disable IPv6") && message.contains("--set-ipv6 keep") && message.contains("Read-only"),
            "{message}"
        );
        common::assert_as_before(&host, &world.host);
        common::assert_as_before(&web, &world.web);
    });
}

#[test]
fn what_is_right_already_is_not_written() {
    in_netns(|| {
        let world = World::with_veth();
        inside(&world.web, || {
            write_sysctl("ipv4/conf/default/rp_filter", "2");
            write_sysctl("ipv6/conf/default/disable_ipv6", "1");
        });
        let world = without_sysctls(world);
        let config = named("eth0").address(parse("10.0.0.2/24")).sysctl(parse("net.ipv4.conf.x.rp_filter=2"));
        world.add("veth1", config).unwrap();
        assert_eq!(inside(&world.web, || read_sysctl("ipv4/conf/eth0/rp_filter")), "2");
    });
}

#[test]
fn link_local_addresses_are_added_as_given() {
    in_netns(|| {
        let world = World::with_veth();
        // Taken by a route of another link: of no concern to these.
        veth("other", "peer2");
        world.add("other", named("eth9").link_local(parse("169.254.0.1/16")).link_local(parse("fe80::1/64"))).unwrap();
        let config = named("eth0")
            .address(parse("fd00:1::2/64"))
            .link_local(parse("169.254.7.7/16"))
            .link_local(parse("fe80::7/64"));
        let eth0 = world.add("veth1", config).unwrap();
        let all = addresses(&world.web, "eth0");
        for expected in ["fd00:1::2/64", "169.254.7.7/16", "fe80::7/64"] {
            assert!(all.contains(&expected.to_owned()), "{all:?}");
        }
        let six = address(&world.web, "eth0", "fe80::7");
        assert_eq!((&six["nodad"], &six["scope"]), (&Value::Null, &"link".into()), "{six}");
        let state = eth0.state().unwrap();
        assert_eq!(state.addresses, [parse("fd00:1::2/64")]);
        let given: [netgraft::Prefix; 2] = [parse("169.254.7.7/16"), parse("fe80::7/64")];
        assert!(given.iter().all(|prefix| state.link_local.contains(prefix)), "{:?}", state.link_local);
    });
}

#[test]
fn a_master_is_found_by_its_source_name_or_else_by_its_name() {
    in_netns(|| {
        let world = World::with_veth();
        let config = prefixed("lan").address(parse("10.0.0.2/24"));
        let bridge = world.web.add_interface(Link::bridge("br").unwrap(), config).unwrap();
        assert_eq!(bridge.name(), parse("lan0"));
        let port = world.add("veth1", named("eth0").master(parse("br"))).unwrap();
        assert_eq!(shown(&world.web, "eth0")["master"], "lan0");
        assert_eq!(port.state().unwrap().master, Some(bridge.index()));
        ping("10.0.0.2");

        veth("veth2", "peer2");
        let (host, web) = (settled(&world.host), settled(&world.web));
        for (wrong, kind) in [("lo", ErrorKind::NotSupported), ("none", ErrorKind::NotFound)] {
            let message = refused(world.add("veth2", named("eth1").master(parse(wrong))), kind);
            assert!(message.contains("veth2") && message.contains(wrong), "{message}");
        }
        common::assert_as_before(&host, &world.host);
        common::assert_as_before(&web, &world.web);
        let other = world.add("veth2", named("eth1").master(parse("lan0"))).unwrap();
        assert_eq!(other.state().unwrap().master, Some(bridge.index()));
    });
}

#[test]
fn sysctls_are_written_in_order_under_the_new_name() {
    in_netns(|| {
        let world = World::with_veth();
        let before = read_sysctl("ipv4/conf/all/rp_filter");
        let config = prefixed("eth")
            .address(parse("10.0.0.2/24"))
            .address(parse("fd00:1::2/64"))
            .sysctl(parse("net.ipv4.conf.other.rp_filter=2"))
            .sysctl(parse("net.ipv4.conf.veth1.arp_ignore=8"))
            .sysctl(parse("net.ipv4.conf.IFNAME.arp_ignore=1"))
            .sysctl(parse("net.ipv6.conf.eth7.accept_ra=0"))
            .sysctl(parse("net.ipv4.neigh.x.base_reachable_time_ms=12000"));
        world.add("veth1", config).unwrap();
        inside(&world.web, || {
            assert_eq!(read_sysctl("ipv4/conf/eth0/rp_filter"), "2");
            assert_eq!(read_sysctl("ipv4/conf/eth0/arp_ignore"), "1", "the later one counts");
            assert_eq!(read_sysctl("ipv6/conf/eth0/accept_ra"), "0");
            assert_eq!(read_sysctl("ipv4/neigh/eth0/base_reachable_time_ms"), "12000");
            assert_eq!(read_sysctl("ipv4/conf/all/rp_filter"), before, "the fourth part is always the interface");
        });
    });
}

#[test]
fn a_sysctl_may_turn_ipv6_off_again() {
    in_netns(|| {
        let world = World::with_veth();
        let config = named("eth0")
            .announce(Announce::default())
            .address(parse("10.0.0.2/24"))
            .address(parse("fd00:1::2/64"))
            .sysctl(parse("net.ipv6.conf.IFNAME.disable_ipv6=1"));
        let eth0 = world.add("veth1", config.clone()).unwrap();
        assert_eq!(eth0.state().unwrap().addresses, [parse("10.0.0.2/24")]);
        assert_eq!(addresses(&world.web, "eth0"), ["10.0.0.2/24"]);
        ping("10.0.0.2");
        eth0.remove().unwrap();

        // On again, the link has an address of its own, which is not the one that was asked for.
        let again = config.sysctl(parse("net.ipv6.conf.IFNAME.disable_ipv6=0"));
        let eth0 = world.add("veth1", again).unwrap();
        let state = eth0.state().unwrap();
        assert_eq!((state.addresses, state.link_local.len()), (vec![parse("10.0.0.2/24")], 1));
    });
}

/// What can be at a setting's place only where somebody has mounted something there.
#[test]
fn a_setting_that_is_no_regular_file() {
    in_netns(|| {
        let world = World::with_veth();
        inside(&world.web, || {
            let (none, settings) = (None::<&str>, Path::new("/proc/sys/net/ipv4"));
            mount(none, settings, Some("tmpfs"), MsFlags::empty(), none).unwrap();
            // Those of new links tell beforehand.
            let folder = settings.join("conf/default");
            std::fs::create_dir_all(folder.join("folder")).unwrap();
            mkfifo(&folder.join("fifo"), Mode::S_IRWXU).unwrap();
            symlink("/dev/null", folder.join("link")).unwrap();
        });
        let web = Namespace::open("/run/netns/web").unwrap();
        for what in ["folder", "fifo", "link"] {
            let config = named("eth0").sysctl(parse(&format!("net.ipv4.conf.IFNAME.{what}=1")));
            let message = refused(web.add_interface(world.link("veth1"), config), ErrorKind::Sysctl);
            assert!(message.contains(&format!("net.ipv4.conf.IFNAME.{what}=1")), "{message}");
            assert!(message.ends_with("not a regular file"), "{message}");
        }
    });
}

#[test]
fn where_ipv6_is_off_in_the_namespace_it_is_on_for_those_with_an_address() {
    in_netns(|| {
        let world = World::with_veth();
        inside(&world.web, || {
            write_sysctl("ipv6/conf/all/disable_ipv6", "1");
            write_sysctl("ipv6/conf/default/disable_ipv6", "1");
        });
        let config = named("eth0").address(parse("fd00:1::2/64")).route(parse("fd00:9::/48"));
        let eth0 = world.add("veth1", config).unwrap();
        ping("fd00:1::2");
        assert_eq!(inside(&world.web, || read_sysctl("ipv6/conf/lo/disable_ipv6")), "1");
        eth0.remove().unwrap();
        world.add("veth1", named("eth0").address(parse("10.0.0.2/24"))).unwrap();
        ping("10.0.0.2");
        assert!(!logged().iter().any(|line| line.starts_with("WARN")));
    });
}

#[test]
fn routes_are_on_link_and_a_default_one_is_kept_back() {
    in_netns(|| {
        let world = World::with_veth();
        let routes = ["172.20.0.0/16", "172.21.1.7/16", "fd00:9::/48", "0.0.0.0/0", "::/0", "172.22.0.1/32"];
        let config = routes.iter().fold(named("eth0"), |config, route| config.route(parse(route)));
        let eth0 = world.add("veth1", config.address(parse("10.0.0.2/24")).address(parse("fd00:1::2/64"))).unwrap();
        let destinations = |family: &str| -> Vec<String> {
            let routes = ip_json_in(&world.web, &format!("{family} route show dev eth0"));
            let destination = |route: &Value| {
                assert_eq!(route["gateway"], Value::Null, "{route}");
                assert!(family == "-6" || route["scope"] == "link", "{route}");
                route["dst"].as_str().unwrap().to_owned()
            };
            routes.as_array().unwrap().iter().map(destination).collect()
        };
        let mut four = destinations("-4");
        four.sort();
        assert_eq!(four, ["10.0.0.0/24", "172.20.0.0/16", "172.21.0.0/16", "172.22.0.1"]);
        let six = destinations("-6");
        assert!(six.contains(&"fd00:9::/48".into()) && !six.contains(&"default".into()), "{six:?}");
        let held = eth0.state().unwrap().routes;
        for expected in ["172.20.0.0/16", "172.21.0.0/16", "172.22.0.1/32", "fd00:9::/48"] {
            assert!(held.contains(&parse(expected)), "{held:?}");
        }
    });
}

#[test]
fn announcements_outside_the_bounds_cannot_be_asked_for() {
    let millis = Duration::from_millis;
    for count in 0..=3 {
        assert_eq!(Announce::times(count).unwrap().count(), count);
    }
    refused(Announce::times(4), ErrorKind::InvalidArgument);
    for good in [millis(100), millis(2000)] {
        assert_eq!(Announce::default().every(good).unwrap().interval(), good);
    }
    for bad in [Duration::ZERO, millis(99), millis(2001), Duration::MAX] {
        refused(Announce::default().every(bad), ErrorKind::InvalidArgument);
    }
    assert_eq!((Announce::default().count(), Announce::default().interval()), (3, millis(1000)));
    assert_eq!(Announce::none().count(), 0);
}

#[test]
fn a_link_that_does_not_run_in_time_is_no_error() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set peer1 down");
        let (begin, wait) = (Instant::now(), Duration::from_millis(300));
        let config = named("eth0").address(parse("10.0.0.2/24")).announce(Announce::default());
        let eth0 = world.add("veth1", config.wait(Wait::running(wait))).unwrap();
        assert!(begin.elapsed() >= wait, "waited {:?}", begin.elapsed());
        let state = eth0.state().unwrap();
        assert_eq!((state.up, state.running), (true, false));
        assert!(logged().iter().any(|line| line.starts_with("WARN eth0")), "it is said");
    });
}

#[test]
fn waiting_ends_when_the_link_runs() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set peer1 down");
        let (begin, limit) = (Instant::now(), common::patience(Duration::from_secs(20)));
        let state = std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(300));
                ip("link set peer1 up");
            });
            let eth0 = world.add("veth1", named("eth0").wait(Wait::running(limit))).unwrap();
            eth0.state().unwrap()
        });
        assert!(state.running);
        assert!(begin.elapsed() >= Duration::from_millis(300) && begin.elapsed() < limit / 2, "{:?}", begin.elapsed());
    });
}

#[test]
fn admin_up_does_not_wait_for_carrier() {
    in_netns(|| {
        let world = World::with_veth();
        ip("link set peer1 down");
        let begin = Instant::now();
        let eth0 = world.add("veth1", named("eth0").address(parse("10.0.0.2/24"))).unwrap();
        assert!(begin.elapsed() < common::patience(Duration::from_secs(1)), "{:?}", begin.elapsed());
        assert!(eth0.state().unwrap().up && is_up(&shown(&world.web, "eth0")));
    });
}

/// Adds `veth1` with the prefix `eth` beside links that have these names.
fn name_beside(taken: &[&str]) -> String {
    let world = World::with_veth();
    for (i, name) in taken.iter().enumerate() {
        ip_in(&world.web, &format!("link add {name} type veth peer far{i}"));
    }
    let interface = world.add("veth1", prefixed("eth")).unwrap();
    let index = u64::from(interface.index().get());
    let links = ip_json_in(&world.web, "link");
    let link = links.as_array().unwrap().iter().find(|link| link["ifindex"] == index).unwrap();
    assert_eq!(link["ifname"], interface.name().to_str().unwrap());
    interface.name().to_string()
}

#[test]
fn prefix_takes_the_lowest_free_number() {
    in_netns(|| assert_eq!(name_beside(&["eth0", "eth2"]), "eth1"));
}

#[test]
fn prefix_begins_at_zero() {
    in_netns(|| assert_eq!(name_beside(&["eth2"]), "eth0"));
}

#[test]
fn what_looks_like_a_number_does_not_count() {
    in_netns(|| assert_eq!(name_beside(&["eth-0", "eth", "eth00", "eth+1", "ether0", "eth0x"]), "eth0"));
}

#[test]
fn numbers_run_over_nine() {
    in_netns(|| {
        let taken: Vec<String> = (0..10).map(|i| format!("eth{i}")).collect();
        assert_eq!(name_beside(&taken.iter().map(String::as_str).collect::<Vec<_>>()), "eth10");
    });
}

#[test]
fn an_alternative_name_is_taken_too() {
    in_netns(|| {
        let world = World::with_veth();
        ip_in(&world.web, "link property add dev lo altname eth0");
        assert_eq!(world.add("veth1", prefixed("eth")).unwrap().name(), parse("eth1"));
    });
}

/// The link's own name from before must not stand in its own way.
#[test]
fn a_source_name_with_the_prefix_does_not_count() {
    in_netns(|| {
        let world = World::new();
        for (name, expected) in [("eth7", "eth0"), ("eth1", "eth1"), ("eth2", "eth2"), ("eth0", "eth3")] {
            veth(name, &format!("p{name}"));
            let interface = world.add(name, prefixed("eth")).unwrap();
            assert_eq!(interface.name(), parse(expected), "from {name}");
        }
        assert_eq!(world.web.interface("eth7").unwrap().name(), parse("eth0"));
        assert_eq!(world.web.interface_by_name("eth0").unwrap().source_name(), parse("eth7"));
    });
}

#[test]
fn a_name_is_kept_or_given_exactly() {
    in_netns(|| {
        let world = World::with_veth();
        let kept = world.add("veth1", InterfaceConfig::keep_name().announce(Announce::none())).unwrap();
        assert_eq!((kept.name(), world.names()), (parse("veth1"), vec!["veth1".to_owned()]));
        veth("veth2", "peer2");
        let longest = "abcdefghijklmno";
        assert_eq!(world.add("veth2", named(longest)).unwrap().name(), parse(longest));
        veth("veth3", "peer3");
        assert_eq!(world.add("veth3", prefixed("thirteenbytes")).unwrap().name(), parse("thirteenbytes0"));
    });
}

#[test]
fn moved_from_up_and_from_down() {
    in_netns(|| {
        let world = World::with_veth();
        veth("veth2", "peer2");
        ip("link set veth1 up");
        for (link, name) in [("veth1", "eth0"), ("veth2", "eth1")] {
            let state = world.add(link, named(name)).unwrap().state().unwrap();
            assert!(state.up && is_up(&shown(&world.web, name)), "{link}");
        }
    });
}

/// A moved link loses them; nothing of the host's must turn up inside.
#[test]
fn addresses_from_before_do_not_come_along() {
    in_netns(|| {
        let world = World::with_veth();
        ip("addr add 192.168.5.1/24 dev veth1");
        ip("link set veth1 up");
        ip("addr add fd00:5::1/64 dev veth1");
        world.add("veth1", named("eth0").address(parse("10.0.0.2/24"))).unwrap();
        assert_eq!(addresses(&world.web, "eth0"), ["10.0.0.2/24"]);
    });
}

#[test]
fn alternative_names_survive() {
    in_netns(|| {
        let world = World::with_veth();
        for altname in ["ünïcode", "a-name-that-is-much-longer-than-fifteen-bytes", "second"] {
            ip(&format!("link property add dev veth1 altname {altname}"));
        }
        let before = ip_json("link show veth1")[0]["altnames"].take();
        assert_eq!(before.as_array().unwrap().len(), 3);
        let eth0 = world.add("veth1", named("eth0")).unwrap();
        assert_eq!(shown(&world.web, "eth0")["altnames"], before);
        eth0.remove().unwrap();
        assert_eq!(ip_json("link show veth1")[0]["altnames"], before);
    });
}

#[test]
fn a_name_need_not_be_utf8() {
    in_netns(|| {
        let world = World::new();
        let name = b"\xffv\xc3eth\xfe";
        let raw = OsStr::from_bytes(name);
        let words = |words: &'static str| words.split(' ').map(OsStr::new);
        ip_os(words("link add").chain([raw]).chain(words("type veth peer peer1")));
        ip_os(words("link property add dev").chain([raw, OsStr::new("altname"), OsStr::from_bytes(b"\xf0alt")]));
        let before = settled(&world.host);
        let links = world.host.links().unwrap();
        assert!(links.iter().any(|link| link.name.as_bytes() == name), "{links:?}");

        let link = Link::existing(&world.host, name).unwrap();
        let eth0 = world.web.add_interface(link.clone(), named("eth0").address(parse("10.0.0.2/24"))).unwrap();
        assert_eq!(eth0.source_name().as_bytes(), name);
        assert_eq!(world.web.interface(name).unwrap().name(), parse("eth0"));
        eth0.remove().unwrap();
        common::assert_as_before(&before, &world.host);

        let kept = world.web.add_interface(link.clone(), InterfaceConfig::keep_name()).unwrap();
        assert_eq!(kept.name().as_bytes(), name);
        kept.remove().unwrap();
        let message = world.web.add_interface(link, named("eth0").mtu(1)).unwrap_err().to_string();
        assert!(message.contains(r"\xff"), "{message}");
        common::assert_as_before(&before, &world.host);

        veth("veth2", "peer2");
        let named = InterfaceConfig::named(IfName::new(b"\xfe\xfd").unwrap());
        world.add("veth2", named).unwrap();
        let prefix = InterfaceConfig::prefix(NamePrefix::new(b"\xfe").unwrap());
        veth("veth3", "peer3");
        assert_eq!(world.add("veth3", prefix).unwrap().name().as_bytes(), b"\xfe0");
    });
}

#[test]
fn in_the_current_namespace_the_name_stays() {
    in_netns(|| {
        let world = World::with_veth();
        let index = ip_json("link show veth1")[0]["ifindex"].clone();
        let config = prefixed("eth").address(parse("10.7.0.2/24"));
        let link = Link::in_place("veth1").unwrap();
        let interface = world.host.add_interface(link, config).unwrap();
        assert_eq!((interface.name(), interface.source_name()), (parse("veth1"), parse("veth1")));
        assert_eq!(u64::from(interface.index().get()), index.as_u64().unwrap());
        assert_eq!(addresses(&world.host, "veth1")[0], "10.7.0.2/24");

        ip_in(&world.web, "link add veth5 type veth peer peer5");
        let link = Link::existing(&world.web, "veth5").unwrap();
        let moved = world.host.add_interface(link, prefixed("eth")).unwrap();
        assert_eq!(moved.name(), parse("veth5"), "moved in, it stays the source name, too");
        let made = world.host.add_interface(Link::bridge("br0").unwrap(), prefixed("eth")).unwrap();
        assert_eq!(made.name(), parse("br0"));
    });
}

#[test]
fn configured_in_place() {
    in_netns(|| {
        let world = World::new();
        ip_in(&world.web, "link add inner type veth peer far");
        ip_in(&world.web, "link set far up");
        ip_in(&world.web, "addr add 10.0.0.1/24 dev far");
        let index = shown(&world.web, "inner")["ifindex"].clone();
        let config = prefixed("eth").mac(parse("02:00:00:00:00:09")).address(parse("10.9.0.2/24"));
        let eth0 = world.web.add_interface(Link::in_place("inner").unwrap(), config).unwrap();
        assert_eq!((eth0.name(), eth0.source_name()), (parse("eth0"), parse("inner")));
        let link = shown(&world.web, "eth0");
        assert_eq!((&link["ifindex"], &link["address"]), (&index, &"02:00:00:00:00:09".into()));
        assert!(is_up(&link));
        assert_eq!(addresses(&world.web, "eth0")[0], "10.9.0.2/24");

        let missing = Link::in_place("nowhere").unwrap();
        let message = refused(world.web.add_interface(missing, named("eth1")), ErrorKind::NotFound);
        assert!(message.contains("nowhere"), "{message}");
    });
}

#[test]
fn addresses_that_clash_are_refused() {
    in_netns(|| {
        let world = World::with_veth();
        ip_in(&world.web, "link add used type veth peer far");
        for words in
            ["link set used up", "link set far up", "route add 10.1.0.0/16 dev used", "route add default dev used"]
        {
            ip_in(&world.web, words);
        }
        ip_in(&world.web, "-6 route add fd00:1:2::/64 dev used");
        ip_in(&world.web, "route add 10.3.0.0/16 dev used table 7");
        let (host, web) = (settled(&world.host), settled(&world.web));
        // The route contains the address; the address's prefix contains the route's destination.
        for (address, route) in [
            ("10.1.2.3/24", "10.1.0.0/16"),
            ("10.1.2.3/32", "10.1.0.0/16"),
            ("10.200.0.1/8", "10.1.0.0/16"),
            ("fd00:1:2::5/128", "fd00:1:2::/64"),
            ("fd00:1::5/32", "fd00:1:2::/64"),
        ] {
            let config = || named("eth0").address(parse("192.168.1.1/24")).address(parse(address));
            let message = refused(world.add("veth1", config()), ErrorKind::AddressClash);
            assert!(message.contains(address.split('/').next().unwrap()), "{message}");
            assert!(message.contains(route), "{message}");
            assert!(!logged().iter().any(|line| line.contains("move veth1")), "refused before");
            common::assert_as_before(&host, &world.host);
            common::assert_as_before(&web, &world.web);
        }
        for unchecked in ["10.1.2.3/24", "fd00:1:2::5/128"] {
            let config = named("eth0").address(parse(unchecked)).clash_check(false);
            world.add("veth1", config).unwrap().remove().unwrap();
        }
        for fine in ["10.2.0.1/16", "10.3.0.1/16", "fd00:2::1/64"] {
            world.add("veth1", named("eth0").address(parse(fine))).unwrap().remove().unwrap();
        }
    });
}

#[test]
fn the_next_interface_clashes_with_the_last() {
    in_netns(|| {
        let world = World::with_veth();
        veth("veth2", "peer2");
        world.add("veth1", prefixed("eth").address(parse("10.0.0.2/24")).address(parse("10.0.0.3/24"))).unwrap();
        refused(world.add("veth2", prefixed("eth").address(parse("10.0.0.4/24"))), ErrorKind::AddressClash);
        world.add("veth2", prefixed("eth").address(parse("10.0.1.4/24"))).unwrap();
    });
}

#[test]
fn statistics_are_the_kernel_s() {
    in_netns(|| {
        let world = World::with_veth();
        let eth0 = world.add("veth1", named("eth0").address(parse("10.0.0.2/24"))).unwrap();
        ping("10.0.0.2");
        ip("link set peer1 down");
        let counted = eth0.statistics().unwrap();
        let truth = ip_json_in(&world.web, "-s link show eth0")[0]["stats64"].take();
        let (rx, tx) = (&truth["rx"], &truth["tx"]);
        assert_eq!(
            (counted.rx_bytes, counted.rx_packets),
            (rx["bytes"].as_u64().unwrap(), rx["packets"].as_u64().unwrap())
        );
        assert_eq!(
            (counted.tx_bytes, counted.tx_packets),
            (tx["bytes"].as_u64().unwrap(), tx["packets"].as_u64().unwrap())
        );
        assert_eq!((counted.rx_errors, counted.tx_errors), (0, 0));
        assert_eq!(counted.multicast, rx["multicast"].as_u64().unwrap());
        assert!(counted.rx_bytes > 0 && counted.tx_bytes > 0);
    });
}
