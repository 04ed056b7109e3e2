//! The C API called with arbitrary texts, numbers and structures: it returns 0 or an errno, an error says why, and a call
//! that fails changes nothing.
#![allow(unsafe_code, clippy::expect_used, clippy::panic, reason = "a broken promise is a panic")]

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_int};
use std::mem::MaybeUninit;
use std::ptr;

use crate::capi::address::*;
use crate::capi::argument::{ErrorOut, Text};
use crate::capi::config::*;
use crate::capi::error::*;
use crate::capi::gateway::*;
use crate::capi::interface::*;
use crate::capi::link::*;
use crate::capi::link_options::*;
use crate::capi::namespace::*;
use crate::capi::neighbour::*;
use crate::capi::route::*;
use crate::capi::structure::{FromC, Structure, read, write};
use crate::testing::fake_netns::{FakeNetns, reset};
use crate::testing::scripted_peer::Script;

/// What is left of an input, from which calls and their arguments are taken.
struct Arguments<'a>(&'a [u8]);

impl Arguments<'_> {
    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        let (now, rest) = self.0.split_at(N.min(self.0.len()));
        bytes.iter_mut().zip(now).for_each(|(to, from)| *to = *from);
        self.0 = rest;
        bytes
    }

    fn number(&mut self) -> u32 {
        u32::from_ne_bytes(self.bytes())
    }

    /// A text of as many bytes as the next one says, up to a NUL; NULL where that byte is 0xff.
    fn text(&mut self) -> Option<CString> {
        let [length] = self.bytes();
        if length == 0xff {
            return None;
        }
        let (text, rest) = self.0.split_at(usize::from(length).min(self.0.len()));
        self.0 = rest;
        CString::new(text.split(|byte| *byte == 0).next().unwrap_or_default()).ok()
    }
}

/// Makes a call that can fail. True when it has not.
fn attempt(call: impl Fn(ErrorOut<'_>) -> c_int) -> bool {
    let mut place = MaybeUninit::new(ptr::null_mut());
    let result = call(ErrorOut::to(Some(&mut place)));
    // SAFETY: it was initialised above.
    let error = unsafe { place.assume_init() };
    if result == 0 {
        assert!(error.is_null());
        return true;
    }
    assert!(result < 0 && !error.is_null());
    // SAFETY: the call has failed, so it has put the handle of an error there, which nobody else knows.
    let error = unsafe { Box::from_raw(error) };
    assert_eq!(netgraft_error_errno(Some(&error)), -result);
    assert!(netgraft_error_kind(Some(&error)) != netgraft_kind::NETGRAFT_KIND_FAULT);
    for text in [netgraft_error_message(Some(&error)), netgraft_error_kind_name(Some(&error))] {
        // SAFETY: a text that lives as long as the error.
        let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
        assert!(!text.is_empty() && !text.contains(char::is_control), "{text:?}");
    }
    netgraft_error_free(Some(error));
    false
}

/// Makes a call that makes something.
fn make<T>(call: impl Fn(Option<&mut MaybeUninit<*mut T>>, ErrorOut<'_>) -> c_int) -> Option<Box<T>> {
    let mut place = MaybeUninit::new(ptr::null_mut());
    // Once without a place for it: an error.
    assert!(!attempt(|error| call(None, error)));
    let made = RefCell::new(&mut place);
    let done = attempt(|error| call(Some(&mut *made.borrow_mut()), error));
    // SAFETY: it was initialised above.
    let handle = unsafe { place.assume_init() };
    assert_eq!(done, !handle.is_null());
    // SAFETY: done, the call has made it, and nobody else knows it.
    done.then(|| unsafe { Box::from_raw(handle) })
}

/// As C hands it over.
fn c(text: &Option<CString>) -> Text<'_> {
    Text::of(text.as_ref())
}

pub(crate) fn calls(input: &[u8]) {
    let mut arguments = Arguments(input);
    let stage = FakeNetns::new("web", 1, &Script::new([]), None);
    let ns = netgraft_namespace::new(stage.open().expect("a stage is set"));
    let name = arguments.text();
    let [kind] = arguments.bytes();
    let mut config = match kind >> 4 {
        0 => make(|config, error| netgraft_config_new_named(c(&name), config, error)),
        1 => make(|config, error| netgraft_config_new_prefix(c(&name), config, error)),
        2 => make(|config, error| netgraft_config_new_name_or_pattern(c(&name), config, error)),
        _ => {
            let config = netgraft_config_new();
            assert!(!config.is_null());
            // SAFETY: it is a new handle, which nobody else knows.
            Some(unsafe { Box::from_raw(config) })
        }
    };
    let other = arguments.text();
    let mut link = make(|link, error| match kind & 0xf {
        0 => netgraft_link_new_existing(Some(&ns), c(&other), link, error),
        1 => netgraft_link_new_in_place(c(&other), link, error),
        2 => netgraft_link_new_bridge(c(&other), link, error),
        3 => netgraft_link_new_dummy(c(&other), link, error),
        4 => netgraft_link_new_veth(c(&other), Some(&ns), c(&name), link, error),
        5 => netgraft_link_new_macvlan(c(&other), Some(&ns), c(&name), link, error),
        6 => netgraft_link_new_ipvlan(c(&other), Some(&ns), c(&name), link, error),
        _ => netgraft_link_new_vxlan(c(&other), Some(&ns), u32::from(kind), link, error),
    });
    while !arguments.0.is_empty() {
        one(&mut arguments, &ns, config.as_deref_mut(), link.as_deref_mut());
    }
    let added = make(|interface, error| {
        netgraft_namespace_add_interface(Some(&ns), link.as_deref(), config.as_deref(), interface, error)
    });
    netgraft_interface_free(added);
    together(&ns, link.as_deref(), config.as_deref());
    attempt(|error| netgraft_namespace_remove_all(Some(&ns), error));
    netgraft_config_free(config);
    netgraft_link_free(link);
    netgraft_namespace_free(Some(Box::new(ns)));
    netgraft_error_free(None);
    reset();
}

/// A link that is added twice at once: nothing is written where nothing was added.
fn together(ns: &netgraft_namespace, link: Option<&netgraft_link>, config: Option<&netgraft_config>) {
    let (links, configs) = ([link, link], [config, config]);
    let places = RefCell::new([MaybeUninit::new(ptr::null_mut()), MaybeUninit::new(ptr::null_mut())]);
    let done = attempt(|error| {
        let mut places = places.borrow_mut();
        let (links, configs, places) = (links.as_ptr(), configs.as_ptr(), places.as_mut_ptr());
        // SAFETY: each array has two elements.
        unsafe { netgraft_namespace_add_interfaces(Some(ns), links, configs, 2, places, error) }
    });
    for place in places.into_inner() {
        // SAFETY: it was initialised above.
        let handle = unsafe { place.assume_init() };
        assert_eq!(done, !handle.is_null());
        // SAFETY: NULL, or the call has made it, and nobody else knows it.
        netgraft_interface_free((!handle.is_null()).then(|| unsafe { Box::from_raw(handle) }));
    }
}

/// One call.
fn one(
    arguments: &mut Arguments<'_>,
    ns: &netgraft_namespace,
    config: Option<&mut netgraft_config>,
    link: Option<&mut netgraft_link>,
) {
    let [call] = arguments.bytes();
    let (text, number) = (arguments.text(), arguments.number());
    let (config, link) = (RefCell::new(config), RefCell::new(link));
    let before = format!("{:?}", config.borrow().as_ref().map(|config| &config.0));
    let done = attempt(|error| {
        let (mut config, mut link) = (config.borrow_mut(), link.borrow_mut());
        let (config, link) = (config.as_deref_mut(), link.as_deref_mut());
        let text = c(&text);
        let (on, short) = (number & 1 != 0, number as u16);
        match call {
            0 => netgraft_config_set_mac(config, text, error),
            1 => netgraft_config_set_mtu(config, number, error),
            2 => netgraft_config_set_tx_queue_len(config, number, error),
            3 => netgraft_config_set_alias(config, text, error),
            4 => netgraft_config_add_address(config, text, error),
            5 => netgraft_config_add_link_local(config, text, error),
            6 => netgraft_config_add_route(config, text, error),
            7 => netgraft_config_add_sysctl(config, text, text, error),
            8 => netgraft_config_set_master(config, text, error),
            9 => netgraft_config_set_dad(config, on, error),
            10 => netgraft_config_set_clash_check(config, on, error),
            11 => netgraft_config_set_announce(config, number & 7, number >> 3, error),
            12 => netgraft_config_set_wait_up(config, number, error),
            13 => netgraft_config_set_wait_running(config, number, error),
            14 => netgraft_link_set_bridge_stp(link, on, error),
            15 => netgraft_link_set_bridge_forward_delay(link, number, error),
            16 => netgraft_link_set_bridge_ageing(link, number, error),
            17 => netgraft_link_set_bridge_vlan_filtering(link, on, error),
            18 => netgraft_link_set_veth_mac(link, text, error),
            19 => netgraft_link_set_veth_mtu(link, number, error),
            20 => netgraft_link_set_veth_bridge(link, text, error),
            21 => netgraft_link_set_veth_up(link, error),
            22 => netgraft_link_set_macvlan_mode(link, text, error),
            23 => netgraft_link_set_ipvlan_mode(link, text, error),
            24 => netgraft_link_set_vxlan_parent(link, text, error),
            25 => netgraft_link_set_vxlan_local(link, text, error),
            26 => netgraft_link_set_vxlan_remote(link, text, error),
            27 => netgraft_link_set_vxlan_group(link, text, error),
            28 => netgraft_link_set_vxlan_port(link, short, error),
            29 => netgraft_link_set_vxlan_learning(link, on, error),
            30 => netgraft_namespace_set_gateway(Some(ns), text, text, number, number, error),
            31 => netgraft_namespace_remove_gateway(Some(ns), number as c_int, error),
            32 => netgraft_namespace_add_extra_address(Some(ns), text, text, error),
            33 => netgraft_namespace_disable_arp_for_vip(Some(ns), text, error),
            34 => netgraft_namespace_add_neighbour(Some(ns), text, text, text, number, error),
            35 => netgraft_namespace_remove_neighbour(Some(ns), text, text, text, number, error),
            36 => {
                let route = netgraft_route {
                    destination: text,
                    next_hop: text,
                    source: text,
                    metric: number,
                    table: number,
                    kind: number,
                    mtu: number,
                    advmss: number,
                };
                // SAFETY: the structure is as long as said.
                unsafe { netgraft_namespace_add_route(Some(ns), &raw const route, size_of_val(&route), error) }
            }
            _ => 0,
        }
    });
    let after = format!("{:?}", config.borrow().as_ref().map(|config| &config.0));
    assert!(done || before == after);
    structures(number as usize % 64, arguments.0);
}

/// A structure that any bytes are.
#[derive(Clone, Copy)]
#[repr(C)]
struct Twenty([u8; 20]);

impl Structure for Twenty {
    const NAME: &str = "struct twenty";
}

// SAFETY: bytes.
unsafe impl FromC for Twenty {}

/// Structures of a size between those that are known: what is copied is no more than either side has.
fn structures(size: usize, tail: &[u8]) {
    let mut place = vec![0u8; size];
    place.iter_mut().zip(tail).for_each(|(to, from)| *to = *from);
    // SAFETY: that many bytes are initialised and nobody else's. The structure is one of bytes.
    let result = unsafe { read::<Twenty>(place.as_ptr().cast(), size) };
    let matches = size > 0 && place.iter().skip(20).all(|byte| *byte == 0);
    assert_eq!(result.is_ok(), matches);
    let Ok(value) = result else { return };
    assert!(value.0.iter().zip(&place).all(|(one, other)| one == other));
    let before = place.clone();
    // SAFETY: the same.
    let written = unsafe { write(place.as_mut_ptr().cast::<Twenty>(), size, &value) };
    assert!(written.is_ok() && place == before);
}
