//! Nothing is lost: with a journal kept, every system call of an operation fails in turn, and the process is killed in
//! front of every one.
//!
//! By default a sample of the calls is tried, with a seed that is printed: `NETGRAFT_TEST_SEED=N` has the same sample
//! again, `NETGRAFT_TEST_WHOLE=1` has all of them.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

#[path = "../common/mod.rs"]
mod common;
mod operations;
mod story;

use common::traced::worked;
use common::{World, bridge, in_netns, rich};
use operations::operate;
use story::First::{Done, Ruined};
use story::Story;

fn moved() -> Story {
    Story::new(|world| rich(&world.host, 1), &["rich1", "eth0", "br1", "br1-hold"])
}

fn in_place() -> Story {
    Story::new(|world| rich(&world.web, 4), &["rich4", "eth0", "br4", "br4-hold"])
}

fn created() -> Story {
    Story::new(|_| bridge("br0"), &["eth0", "br0", "br0-hold"])
}

fn of_all_sorts() -> Story {
    let make = |world: &World| {
        rich(&world.host, 1);
        rich(&world.web, 4);
        bridge("br0");
    };
    let made = &[
        "lan",
        "far-one",
        "far-two",
        "far-three",
        "rich1",
        "rich4",
        "eth0",
        "eth1",
        "eth2",
        "eth3",
        "eth4",
        "br1",
        "br1-hold",
        "br4",
        "br4-hold",
        "br0",
        "br0-hold",
    ];
    Story::new(make, made)
}

macro_rules! stories {
    ($($name:ident: $story:expr, $how:ident($($what:expr)?);)*) => {$(
        #[test]
        fn $name() {
            if worked(operate) {
                return;
            }
            in_netns(|| $story.$how($($what)?));
        }
    )*};
}

stories! {
    each_call_of_a_move_fails: moved(), each_call_fails("move");
    each_call_of_a_move_with_addresses_fails: moved(), each_call_fails("move keeping");
    each_call_of_a_failing_move_with_addresses_fails: moved(), each_call_fails("fail to move keeping");
    each_call_of_a_removal_with_addresses_fails: moved().after(&[Done("move keeping")]), each_call_fails("remove");
    each_call_of_a_making_fails: created(), each_call_fails("make");
    each_call_of_a_making_below_fails: created(), each_call_fails("make below");
    each_call_of_an_add_in_place_fails: in_place(), each_call_fails("configure");
    each_call_of_a_failing_move_fails: moved(), each_call_fails("fail to move");
    each_call_of_a_failing_making_fails: created(), each_call_fails("fail to make");
    each_call_of_a_failing_making_below_fails: created(), each_call_fails("fail to make below");
    each_call_of_a_failing_add_in_place_fails: in_place(), each_call_fails("fail to configure");
    each_call_of_a_removal_fails: moved().after(&[Done("move")]), each_call_fails("remove");
    each_call_of_a_removal_in_place_fails: in_place().after(&[Done("configure")]), each_call_fails("remove");
    each_call_of_a_removal_of_what_was_made_fails: created().after(&[Done("make")]), each_call_fails("remove");
    each_call_of_a_restore_of_a_move_fails: moved().after(&[Ruined("move", "rename")]), each_call_of_a_restore_fails();
    each_call_of_a_restore_of_a_making_fails: created().after(&[Ruined("make", "rename")]), each_call_of_a_restore_fails();
    each_call_of_a_restore_in_place_fails: in_place().after(&[Ruined("configure", "rename")]), each_call_of_a_restore_fails();
    each_call_of_a_restore_of_a_removal_fails:
        moved().after(&[Done("move"), Ruined("remove", "sendto")]), each_call_of_a_restore_fails();
    killed_at_each_call_of_a_move: moved(), killed_at_each_call("move");
    killed_at_each_call_of_a_move_with_addresses: moved(), killed_at_each_call("move keeping");
    killed_at_each_call_of_a_failing_move_with_addresses: moved(), killed_at_each_call("fail to move keeping");
    killed_at_each_call_of_a_removal_with_addresses: moved().after(&[Done("move keeping")]), killed_at_each_call("remove");
    killed_at_each_call_of_a_making: created(), killed_at_each_call("make");
    killed_at_each_call_of_a_making_below: created(), killed_at_each_call("make below");
    killed_at_each_call_of_an_add_in_place: in_place(), killed_at_each_call("configure");
    killed_at_each_call_of_a_failing_move: moved(), killed_at_each_call("fail to move");
    killed_at_each_call_of_a_failing_making: created(), killed_at_each_call("fail to make");
    killed_at_each_call_of_a_failing_making_below: created(), killed_at_each_call("fail to make below");
    killed_at_each_call_of_a_failing_add_in_place: in_place(), killed_at_each_call("fail to configure");
    killed_at_each_call_of_a_removal: moved().after(&[Done("move")]), killed_at_each_call("remove");
    killed_at_each_call_of_a_removal_in_place: in_place().after(&[Done("configure")]), killed_at_each_call("remove");
    killed_at_each_call_of_a_removal_of_what_was_made: created().after(&[Done("make")]), killed_at_each_call("remove");
    each_call_of_adding_many_fails: of_all_sorts(), each_call_fails("add many");
    each_call_of_failing_to_add_many_fails: of_all_sorts(), each_call_fails("fail to add many");
    killed_at_each_call_of_adding_many: of_all_sorts(), killed_at_each_call("add many");
    killed_at_each_call_of_failing_to_add_many: of_all_sorts(), killed_at_each_call("fail to add many");
    killed_at_each_call_of_a_restore_of_many:
        of_all_sorts().after(&[Ruined("add many", "unlink")]), killed_at_each_call("restore");
    each_call_of_a_restore_of_many_fails:
        of_all_sorts().after(&[Ruined("add many", "unlink")]), each_call_of_a_restore_fails();
    each_call_of_removing_all_fails_or_kills:
        of_all_sorts().after(&[Done("add many")]), each_call_of_removing_all_fails_or_kills();
    each_call_of_a_destroy_fails_or_kills:
        moved().after(&[Done("move")]), each_call_of_a_destroy_fails_or_kills();
    each_call_of_a_destroy_with_what_was_made_fails_or_kills:
        created().after(&[Done("make")]), each_call_of_a_destroy_fails_or_kills();
    killed_at_each_call_of_a_restore_of_a_move: moved().after(&[Ruined("move", "rename")]), killed_at_each_call("restore");
    killed_at_each_call_of_a_restore_of_a_making: created().after(&[Ruined("make", "rename")]), killed_at_each_call("restore");
    killed_at_each_call_of_a_restore_in_place: in_place().after(&[Ruined("configure", "rename")]), killed_at_each_call("restore");
    killed_at_each_call_of_a_restore_of_a_removal:
        moved().after(&[Done("move"), Ruined("remove", "sendto")]), killed_at_each_call("restore");
}

/// Gateways, routes and neighbours are in no journal: the kernel makes each change in one step.
macro_rules! routing {
    ($($fails:ident, $killed:ident: $first:expr, $what:expr;)*) => {
        stories! {
            $($fails: created().after($first), each_call_fails($what);)*
            $($killed: created().after($first), killed_at_each_call($what);)*
        }
    };
}

routing! {
    each_call_of_setting_a_gateway_fails, killed_at_each_call_of_setting_a_gateway:
        &[Done("make")], "set the gateway";
    each_call_of_replacing_a_gateway_fails, killed_at_each_call_of_replacing_a_gateway:
        &[Done("make"), Done("set the gateway")], "replace the gateway";
    each_call_of_unsetting_a_gateway_fails, killed_at_each_call_of_unsetting_a_gateway:
        &[Done("make"), Done("set the gateway")], "unset the gateway";
    each_call_of_setting_an_ipv6_gateway_fails, killed_at_each_call_of_setting_an_ipv6_gateway:
        &[Done("make")], "set the IPv6 gateway";
    each_call_of_replacing_an_ipv6_gateway_fails, killed_at_each_call_of_replacing_an_ipv6_gateway:
        &[Done("make"), Done("set the IPv6 gateway")], "replace the IPv6 gateway";
    each_call_of_unsetting_an_ipv6_gateway_fails, killed_at_each_call_of_unsetting_an_ipv6_gateway:
        &[Done("make"), Done("set the IPv6 gateway")], "unset the IPv6 gateway";
    each_call_of_setting_a_default_route_fails, killed_at_each_call_of_setting_a_default_route:
        &[Done("make")], "set the default route";
    each_call_of_unsetting_a_default_route_fails, killed_at_each_call_of_unsetting_a_default_route:
        &[Done("make"), Done("set the default route")], "unset the default route";
    each_call_of_adding_a_route_fails, killed_at_each_call_of_adding_a_route:
        &[Done("make")], "add a route";
    each_call_of_removing_a_route_fails, killed_at_each_call_of_removing_a_route:
        &[Done("make"), Done("add a route")], "remove a route";
    each_call_of_adding_a_neighbour_fails, killed_at_each_call_of_adding_a_neighbour:
        &[Done("make")], "add a neighbour";
    each_call_of_deleting_a_neighbour_fails, killed_at_each_call_of_deleting_a_neighbour:
        &[Done("make"), Done("add a neighbour")], "delete a neighbour";
}
