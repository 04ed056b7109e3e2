//! What is done in the process that fails or dies.

use netgraft::{
    Announce, ErrorKind, Family, Gateway, InterfaceConfig, Link, Macvlan, MacvlanMode, Namespace, Neighbour, Result,
    Route, VethPeer,
};

use super::common::traced::Marked;
use super::common::{named, parse, prefixed};
use super::story::{JOURNAL, PIN};

/// Every option, and each of them possible.
fn everything() -> InterfaceConfig {
    named("eth0")
        .mac(parse("02:00:00:00:09:09"))
        .mtu(1400)
        .tx_queue_len(9)
        .alias("new")
        .unwrap()
        .address(parse("10.99.0.2/24"))
        .address(parse("fd00:99::2/64"))
        .link_local(parse("169.254.9.9/16"))
        .sysctl(parse("net.ipv4.conf.IFNAME.rp_filter=2"))
        .route(parse("198.18.0.0/16"))
        .route(parse("0.0.0.0/0"))
        .announce(Announce::times(1).unwrap())
}

fn impossible() -> InterfaceConfig {
    everything().sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"))
}

/// A link that the kernel makes through the namespace of its parent, which has its MAC as long as it is there.
fn below(host: &Namespace) -> Result<Link> {
    Link::macvlan("inner", Macvlan::on(host, "br0").mode(MacvlanMode::Passthru))
}

/// With the addresses that the link has.
fn keeping(config: InterfaceConfig) -> InterfaceConfig {
    config.keep_addresses(true).clash_check(false)
}

/// Links of all sorts that are added together: moved, in place, made; ports, and their bridge.
fn many(host: &Namespace) -> Result<Vec<(Link, InterfaceConfig)>> {
    let port = || prefixed("eth").master(parse("lan"));
    Ok(vec![
        (Link::bridge("lan")?, named("lan").address(parse("10.98.0.1/24"))),
        (Link::veth_named("one", VethPeer::new(host, "far-one").bridge("br0"))?, port()),
        (Link::veth_named("two", VethPeer::new(host, "far-two"))?, prefixed("eth").address(parse("10.97.0.2/24"))),
        (Link::existing(host, "rich1")?, port()),
        (Link::in_place("rich4")?, prefixed("eth").mtu(1400).route(parse("198.18.0.0/16"))),
        (Link::veth_named("three", VethPeer::new(host, "far-three"))?, prefixed("eth").announce(Announce::times(1)?)),
    ])
}

fn impossible_many(host: &Namespace) -> Result<Vec<(Link, InterfaceConfig)>> {
    let mut list = many(host)?;
    list.push((Link::bridge("late")?, named("late").sysctl(parse("net.ipv4.conf.IFNAME.nonsense=1"))));
    Ok(list)
}

fn route() -> Route {
    Route::new(parse("203.0.113.0/24"), [10, 99, 0, 1]).unwrap()
}

fn neighbour() -> Neighbour {
    Neighbour::new([10, 99, 0, 7])
}

fn gateway(last: u8) -> Gateway {
    Gateway::new([10, 99, 0, last])
}

fn ipv6_gateway(last: u16) -> Gateway {
    Gateway::new([0xfd00, 0x99, 0, 0, 0, 0, 0, last])
}

/// What the worker does, by name.
pub(crate) fn operate(what: &str, marked: &Marked) -> Result<String> {
    if what == "destroy, if it is there" {
        return marked.during(destroy_again).map(|()| String::new());
    }
    let (host, web) = (Namespace::current()?, Namespace::open(PIN)?);
    web.keep_journal(JOURNAL)?;
    let add = |link: Link, config: InterfaceConfig| marked.during(|| web.add_interface(link, config)).map(drop);
    let veth = || Link::veth_named("inner", VethPeer::new(&host, "vhost").bridge("br0"));
    match what {
        "move" => add(Link::existing(&host, "rich1")?, everything()),
        "fail to move" => add(Link::existing(&host, "rich1")?, impossible()),
        "move keeping" => add(Link::existing(&host, "rich1")?, keeping(everything())),
        "fail to move keeping" => add(Link::existing(&host, "rich1")?, keeping(impossible())),
        "configure" => add(Link::in_place("rich4")?, everything()),
        "fail to configure" => add(Link::in_place("rich4")?, impossible()),
        "make" => add(veth()?, everything()),
        "fail to make" => add(veth()?, impossible()),
        "make below" => add(below(&host)?, everything()),
        "fail to make below" => add(below(&host)?, impossible()),
        "add many" => marked.during(|| web.add_interfaces(many(&host)?)).map(drop),
        "fail to add many" => marked.during(|| web.add_interfaces(impossible_many(&host)?)).map(drop),
        "remove all" => marked.during(|| web.remove_all()),
        "destroy" => marked.during(|| web.destroy()),
        "remove" => marked.during(|| web.interfaces()?[0].remove()),
        "restore" => {
            let restored = marked.during(|| web.restore())?;
            return Ok(format!("{restored:?}"));
        }
        "set the gateway" => marked.during(|| web.set_gateway(gateway(1))),
        "replace the gateway" => marked.during(|| web.set_gateway(gateway(9).replace())),
        "unset the gateway" => marked.during(|| web.remove_gateway(Family::Ipv4)),
        "set the IPv6 gateway" => marked.during(|| web.set_gateway(ipv6_gateway(1))),
        "replace the IPv6 gateway" => marked.during(|| web.set_gateway(ipv6_gateway(9).replace())),
        "unset the IPv6 gateway" => marked.during(|| web.remove_gateway(Family::Ipv6)),
        "set the default route" => marked.during(|| web.set_default_route("inner", Family::Ipv4)),
        "unset the default route" => marked.during(|| web.remove_default_route(Family::Ipv4)),
        "add a route" => marked.during(|| web.add_route(route())),
        "remove a route" => marked.during(|| web.remove_route(route())),
        "add a neighbour" => marked.during(|| web.add_neighbour(neighbour(), parse("02:00:00:00:00:99"))),
        "delete a neighbour" => marked.during(|| web.remove_neighbour(neighbour(), None)),
        _ => unreachable!("{what}"),
    }?;
    Ok(String::new())
}

/// Brings a destroy to its end that was disturbed.
fn destroy_again() -> Result<()> {
    let web = match Namespace::open(PIN) {
        // Unpinned, but for the file.
        Err(error) if error.kind() == ErrorKind::Namespace => return Namespace::remove_stale_pin(PIN).map(drop),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        opened => opened?,
    };
    web.keep_journal(JOURNAL)?;
    web.destroy()
}
