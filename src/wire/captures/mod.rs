//! Messages captured on x86-64, for tests, turned into the byte order of the machine that these run on.
#![allow(clippy::indexing_slicing, reason = "tests, and evaluated while they are compiled")]
#![cfg_attr(not(test), allow(dead_code, reason = "fuzz targets take one capture, tests take all"))]

/// `RTM_GETLINK` answered by Linux 6.18 for a veth, v0 with index 3: up, port of a bridge with hairpin on, an alias and an
/// alternative name, the other end in another namespace.
pub(crate) const VETH: &[u8] = &native(*include_bytes!("link-veth-port.bin"), &IFINFOMSG, &LINK);

/// What an attribute's value is. Without a rule, a value of 2, 4 or 8 bytes is a number, and any other one is bytes.
#[derive(Clone, Copy)]
pub(crate) enum Layout {
    Bytes,
    /// Numbers of this width, one after the other.
    Numbers(usize),
    List(&'static [(u16, Layout)]),
    /// Structs, one after the other, with numbers of these widths.
    Structs(&'static [usize]),
}

use Layout::{Bytes, List, Numbers, Structs};

/// The widths of the numbers in `struct ifinfomsg`, and so on.
pub(crate) const IFINFOMSG: [usize; 6] = [1, 1, 2, 4, 4, 4];
pub(crate) const IFADDRMSG: [usize; 5] = [1, 1, 1, 1, 4];
pub(crate) const RTMSG: [usize; 9] = [1, 1, 1, 1, 1, 1, 1, 1, 4];
pub(crate) const NHMSG: [usize; 5] = [1, 1, 1, 1, 4];

pub(crate) const LINK: [(u16, Layout); 12] = [
    (1, Bytes),                                                                     // IFLA_ADDRESS
    (2, Bytes),                                                                     // IFLA_BROADCAST
    (3, Bytes),                                                                     // IFLA_IFNAME
    (6, Bytes),                                                                     // IFLA_QDISC
    (7, Numbers(4)),                                                                // IFLA_STATS
    (14, Bytes),                                                                    // IFLA_MAP, which nobody reads
    (18, List(&[(1, Bytes), (2, List(&[])), (4, Bytes), (5, List(&BRIDGE_PORT))])), // IFLA_LINKINFO
    (20, Bytes),                                                                    // IFLA_IFALIAS
    (23, Numbers(8)),                                                               // IFLA_STATS64
    (26, List(&[(2, List(&[(1, Numbers(4))])), (10, List(&INET6))])),               // IFLA_AF_SPEC
    (43, List(&[])),                                                                // IFLA_XDP
    (52, List(&[(53, Bytes)])),                                                     // IFLA_PROP_LIST: IFLA_ALT_IFNAME
];
/// The identifiers of bridges are no numbers.
pub(crate) const BRIDGE_PORT: [(u16, Layout); 2] = [(13, Bytes), (14, Bytes)];
const INET6: [(u16, Layout); 5] = [
    (2, Numbers(4)), // IFLA_INET6_CONF
    (3, Numbers(8)), // IFLA_INET6_STATS
    (5, Numbers(4)), // IFLA_INET6_CACHEINFO
    (6, Numbers(8)), // IFLA_INET6_ICMP6STATS
    (7, Bytes),      // IFLA_INET6_TOKEN
];
/// IFA_ADDRESS, IFA_LOCAL, IFA_LABEL.
pub(crate) const ADDRESS: [(u16, Layout); 3] = [(1, Bytes), (2, Bytes), (3, Bytes)];
/// RTA_DST, RTA_GATEWAY, RTA_PREFSRC, RTA_MULTIPATH and RTA_ENCAP.
pub(crate) const ROUTE: [(u16, Layout); 5] =
    [(1, Bytes), (5, Bytes), (7, Bytes), (9, Structs(&[2, 1, 1, 4])), (22, List(&[]))];
/// NHA_GROUP and NHA_GATEWAY.
pub(crate) const NEXT_HOP: [(u16, Layout); 2] = [(2, Structs(&[4, 1, 1, 2])), (6, Bytes)];

/// Turns little-endian bytes into the order of this machine: a struct with numbers of these widths, then attributes.
pub(crate) const fn native<const N: usize>(bytes: [u8; N], header: &[usize], rules: &[(u16, Layout)]) -> [u8; N] {
    if cfg!(target_endian = "big") { turned(bytes, header, rules) } else { bytes }
}

const fn turned<const N: usize>(mut bytes: [u8; N], header: &[usize], rules: &[(u16, Layout)]) -> [u8; N] {
    let at = turn_struct(&mut bytes, 0, header);
    turn_list(&mut bytes, at, N, rules);
    bytes
}

const fn turn_list(bytes: &mut [u8], mut at: usize, end: usize, rules: &[(u16, Layout)]) {
    while at + 4 <= end {
        let length = u16::from_le_bytes([bytes[at], bytes[at + 1]]) as usize;
        let kind = u16::from_le_bytes([bytes[at + 2], bytes[at + 3]]) & 0x3fff;
        turn_struct(bytes, at, &[2, 2]);
        // A test's own, which is wrong.
        if length < 4 || at + length > end {
            return;
        }
        turn_value(bytes, at + 4, at + length, rule(rules, kind, length - 4));
        at += length.next_multiple_of(4);
    }
}

const fn turn_value(bytes: &mut [u8], mut at: usize, end: usize, rule: Layout) {
    match rule {
        Bytes => {}
        List(rules) => turn_list(bytes, at, end, rules),
        Numbers(width) => {
            while at + width <= end {
                at = turn_struct(bytes, at, &[width]);
            }
        }
        Structs(widths) => {
            while at < end {
                at = turn_struct(bytes, at, widths);
            }
        }
    }
}

const fn rule(rules: &[(u16, Layout)], kind: u16, size: usize) -> Layout {
    let mut i = 0;
    while i < rules.len() {
        if rules[i].0 == kind {
            return rules[i].1;
        }
        i += 1;
    }
    if matches!(size, 2 | 4 | 8) { Numbers(size) } else { Bytes }
}

/// Turns numbers of these widths around, and tells where they end.
const fn turn_struct(bytes: &mut [u8], mut at: usize, widths: &[usize]) -> usize {
    let mut i = 0;
    while i < widths.len() {
        let (mut first, mut last) = (at, at + widths[i] - 1);
        while first < last {
            (bytes[first], bytes[last]) = (bytes[last], bytes[first]);
            first += 1;
            last -= 1;
        }
        at += widths[i];
        i += 1;
    }
    at
}

#[test]
fn numbers_are_turned_and_nothing_else() {
    let route = [2, 24, 0, 0, 254, 3, 0, 1, 0x10, 0, 0, 0, 8, 0, 4, 0, 7, 0, 0, 0, 8, 0, 1, 0, 192, 0, 2, 0];
    let big = [2, 24, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0x10, 0, 8, 0, 4, 0, 0, 0, 7, 0, 8, 0, 1, 192, 0, 2, 0];
    assert_eq!(turned(route, &RTMSG, &ROUTE), big);
    let nested = [16, 0, 18, 0, 5, 0, 4, 0, b'x', 0, 0, 0, 4, 0, 9, 0x80];
    assert_eq!(turned(nested, &[], &LINK), [0, 16, 0, 18, 0, 5, 0, 4, b'x', 0, 0, 0, 0, 4, 0x80, 9]);
}
