//! Reading while others change what is read: ten thousand dumps, none wrong, none failed.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod common;

use std::collections::BTreeSet;
use std::net::Ipv6Addr;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use common::{in_netns, inside, ip, logged, named, parse, veth};
use netgraft::{Gateway, Link, Namespace, Prefix, Route, VethPeer};

/// More than fits into one of the kernel's answers, of each kind.
const LINKS: usize = 40;
const ROUTES: u16 = 400;

/// Routes of both families: even numbers stay, odd and higher ones come and go.
fn routes(number: u16) -> [Route; 2] {
    let [high, low] = number.to_be_bytes();
    [
        Route::new(parse(&format!("172.{}.{low}.0/24", 16 + high)), [10, 0, 0, 9]).unwrap(),
        Route::new(parse(&format!("2001:db8:{number:x}::/48")), parse::<Ipv6Addr>("fd00::9")).unwrap(),
    ]
}

/// A namespace with links, addresses, routes and gateways that stay.
fn web() -> Namespace {
    let web = Namespace::create("/run/netns/web").unwrap();
    veth("veth1", "veth1-host");
    ip("link set veth1-host up");
    let eth0 = named("eth0").address(parse("10.0.0.2/24")).address(parse("fd00::2/64")).route(parse("172.15.0.0/16"));
    let veth1 = Link::existing(&Namespace::current().unwrap(), "veth1").unwrap();
    web.add_interface(veth1, eth0).unwrap();
    inside(&web, || {
        for n in 0..LINKS / 2 {
            ip(&format!("link add stay{n}a type veth peer stay{n}b"));
            ip(&format!("addr add 10.1.{n}.1/24 dev stay{n}a"));
        }
    });
    for route in (0..ROUTES).flat_map(|n| routes(2 * n)) {
        web.add_route(route).unwrap();
    }
    web.set_gateway(Gateway::new([10, 0, 0, 1])).unwrap();
    web.set_gateway(Gateway::new(parse::<Ipv6Addr>("fd00::1"))).unwrap();
    web
}

/// Reads again and again while a thread adds and deletes links and routes.
fn amid_changes(web: &Namespace, times: usize, read: impl Fn()) {
    let (done, changes) = (AtomicBool::new(false), AtomicUsize::new(0));
    logged();
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            let other = Namespace::from_fd(web.try_clone_fd().unwrap()).unwrap();
            let numbers = (0..ROUTES).cycle().take_while(|_| !done.load(Ordering::Relaxed));
            for number in numbers {
                // From before to behind those that stay, and back.
                for route in [routes(2 * number + 1), routes(2 * ROUTES + number)].concat() {
                    other.add_route(route.clone()).unwrap();
                    other.remove_route(route).unwrap();
                    changes.fetch_add(2, Ordering::Relaxed);
                }
                if number % 16 == 0 {
                    let link = Link::veth_named("come", VethPeer::new(&other, "go")).unwrap();
                    let come = named("come").address(parse("10.2.0.1/24")).route(parse("172.14.0.0/16"));
                    other.add_interface(link, come).unwrap().remove().unwrap();
                    changes.fetch_add(2, Ordering::Relaxed);
                }
            }
        });
        let result = catch_unwind(AssertUnwindSafe(|| (0..times).for_each(|_| read())));
        done.store(true, Ordering::Relaxed);
        thread.join().unwrap();
        result.unwrap_or_else(|panic| resume_unwind(panic));
    });
    let interrupted = logged().iter().filter(|line| line.contains("interrupted by changes")).count();
    println!("{} changes, {interrupted} dumps taken again", changes.load(Ordering::Relaxed));
    assert!(interrupted > 0, "there was nothing to get wrong");
}

/// Four dumps at a time: routes by way of next hops, and default routes, of both families.
#[test]
fn no_route_is_missing_or_double() {
    in_netns(|| {
        let web = &web();
        amid_changes(web, 2000, || {
            let found = web.routes().unwrap();
            let unique: BTreeSet<String> = found.iter().map(Route::to_string).collect();
            assert_eq!(unique.len(), found.len(), "a route is double");
            for route in (0..ROUTES).flat_map(|n| routes(2 * n)) {
                assert!(unique.contains(&route.to_string()), "{route} is missing");
            }
            let gateways = web.gateways().unwrap();
            assert_eq!((gateways.ipv4, gateways.ipv6), (Some(parse("10.0.0.1")), Some(parse("fd00::1"))));
        });
    });
}

/// Four dumps at a time: links, addresses, and on-link routes of both families.
#[test]
fn no_link_or_address_is_missing_or_double() {
    in_netns(|| {
        let web = &web();
        amid_changes(web, 500, || {
            let links = web.links().unwrap();
            let names: BTreeSet<_> = links.iter().map(|link| link.name).collect();
            assert_eq!(names.len(), links.len(), "a link is double: {links:?}");
            let stay = names.iter().filter(|name| name.as_bytes().starts_with(b"stay")).count();
            assert_eq!(stay, LINKS, "{names:?}");
            let addresses: Vec<String> = links.iter().flat_map(|link| &link.addresses).map(Prefix::to_string).collect();
            let stay = addresses.iter().filter(|address| address.starts_with("10.1.")).count();
            assert_eq!(stay, LINKS / 2, "{addresses:?}");
            let eth0 = links.iter().find(|link| link.name.as_bytes() == b"eth0").unwrap();
            assert_eq!(eth0.addresses, [parse("10.0.0.2/24"), parse("fd00::2/64")]);
            assert_eq!(eth0.routes, [parse("172.15.0.0/16")]);
        });
    });
}
