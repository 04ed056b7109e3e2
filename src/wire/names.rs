//! The names of attributes in requests, to tell which one the kernel objects to.

use crate::wire::attribute::{align, header};
use crate::wire::message::HEADER;
use netlink_packet_core::NLA_HEADER_SIZE;

/// The attributes of one kind of list: the common beginning of their names, and the rest of each name, by number. Nested lists
/// have names of their own.
struct Names {
    prefix: &'static str,
    names: &'static [&'static str],
    inside: &'static [(u16, Names)],
}

/// linux/if_link.h.
#[rustfmt::skip]
const LINK: Names = Names {
    prefix: "IFLA_",
    names: &[
        "UNSPEC", "ADDRESS", "BROADCAST", "IFNAME", "MTU", "LINK", "QDISC", "STATS", "COST", "PRIORITY", "MASTER",
        "WIRELESS", "PROTINFO", "TXQLEN", "MAP", "WEIGHT", "OPERSTATE", "LINKMODE", "LINKINFO", "NET_NS_PID", "IFALIAS",
        "NUM_VF", "VFINFO_LIST", "STATS64", "VF_PORTS", "PORT_SELF", "AF_SPEC", "GROUP", "NET_NS_FD", "EXT_MASK",
        "PROMISCUITY", "NUM_TX_QUEUES", "NUM_RX_QUEUES", "CARRIER", "PHYS_PORT_ID", "CARRIER_CHANGES", "PHYS_SWITCH_ID",
        "LINK_NETNSID", "PHYS_PORT_NAME", "PROTO_DOWN", "GSO_MAX_SEGS", "GSO_MAX_SIZE", "PAD", "XDP", "EVENT",
        "NEW_NETNSID", "TARGET_NETNSID", "CARRIER_UP_COUNT", "CARRIER_DOWN_COUNT", "NEW_IFINDEX", "MIN_MTU", "MAX_MTU",
        "PROP_LIST", "ALT_IFNAME", "PERM_ADDRESS", "PROTO_DOWN_REASON",
    ],
    inside: &[(18, LINK_INFO)],
};
const LINK_INFO: Names = Names {
    prefix: "IFLA_INFO_",
    names: &["UNSPEC", "KIND", "DATA", "XSTATS", "SLAVE_KIND", "SLAVE_DATA"],
    inside: &[],
};
/// linux/if_addr.h.
#[rustfmt::skip]
const ADDRESS: Names = Names {
    prefix: "IFA_",
    names: &[
        "UNSPEC", "ADDRESS", "LOCAL", "LABEL", "BROADCAST", "ANYCAST", "CACHEINFO", "MULTICAST", "FLAGS", "RT_PRIORITY",
        "TARGET_NETNSID", "PROTO",
    ],
    inside: &[],
};
/// linux/rtnetlink.h.
#[rustfmt::skip]
const ROUTE: Names = Names {
    prefix: "RTA_",
    names: &[
        "UNSPEC", "DST", "SRC", "IIF", "OIF", "GATEWAY", "PRIORITY", "PREFSRC", "METRICS", "MULTIPATH", "PROTOINFO",
        "FLOW", "CACHEINFO", "SESSION", "MP_ALGO", "TABLE", "MARK", "MFC_STATS", "VIA", "NEWDST", "PREF", "ENCAP_TYPE",
        "ENCAP", "EXPIRES", "PAD", "UID", "TTL_PROPAGATE", "IP_PROTO", "SPORT", "DPORT", "NH_ID",
    ],
    inside: &[],
};
/// linux/neighbour.h.
#[rustfmt::skip]
const NEIGHBOUR: Names = Names {
    prefix: "NDA_",
    names: &[
        "UNSPEC", "DST", "LLADDR", "CACHEINFO", "PROBES", "VLAN", "PORT", "VNI", "IFINDEX", "MASTER", "LINK_NETNSID",
        "SRC_VNI", "PROTOCOL", "NH_ID", "FDB_EXT_ATTRS", "FLAGS_EXT",
    ],
    inside: &[],
};

/// linux/nexthop.h.
#[rustfmt::skip]
const NEXT_HOP: Names = Names {
    prefix: "NHA_",
    names: &[
        "UNSPEC", "ID", "GROUP", "GROUP_TYPE", "BLACKHOLE", "OIF", "GATEWAY", "ENCAP_TYPE", "ENCAP", "GROUPS", "MASTER",
        "FDB", "RES_GROUP", "RES_BUCKET", "OP_FLAGS", "GROUP_STATS", "HW_STATS_ENABLE", "HW_STATS_USED",
    ],
    inside: &[],
};

/// How deep to look for attributes in attributes. Any bytes may look endless.
const DEPTH: u8 = 8;

/// Returns the name of the attribute of a request that begins, or whose value lies, at an offset from the header: `IFLA_MTU`,
/// or `IFLA_LINKINFO/IFLA_INFO_DATA/1`.
pub(crate) fn attribute_at(request: u16, body: &[u8], offset: u32) -> Option<String> {
    // Each kind of object has four requests. `struct ifinfomsg` and the like stand before the attributes.
    let (names, start) = match request / 4 {
        4 => (&LINK, 16),
        5 => (&ADDRESS, 8),
        6 => (&ROUTE, 12),
        7 => (&NEIGHBOUR, 12),
        26 => (&NEXT_HOP, 8),
        _ => return None,
    };
    let wanted = usize::try_from(offset).ok()?.checked_sub(HEADER + start)?;
    find(Some(names), body.get(start..)?, wanted, DEPTH)
}

fn find(names: Option<&Names>, list: &[u8], wanted: usize, depth: u8) -> Option<String> {
    let mut at = 0;
    while let Some((kind, length)) = list.get(at..).and_then(header) {
        if (at..at + length).contains(&wanted) {
            let name = names.and_then(|names| Some((names.prefix, names.names.get(usize::from(kind))?)));
            let name = name.map_or_else(|| kind.to_string(), |(prefix, name)| format!("{prefix}{name}"));
            let value = at + NLA_HEADER_SIZE;
            let inside = names.and_then(|names| names.inside.iter().find(|(of, _)| *of == kind));
            let inner = wanted.checked_sub(value).filter(|_| depth > 0).and_then(|wanted| {
                find(inside.map(|(_, names)| names), list.get(value..at + length)?, wanted, depth - 1)
            });
            return Some(inner.map_or_else(|| name.clone(), |inner| format!("{name}/{inner}")));
        }
        at += align(length);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::IfIndex;
    use crate::wire::captures::{self, IFINFOMSG, native};
    use crate::wire::link;

    /// `struct ifinfomsg`, then a name, and a kind with data in which something is wrong.
    #[rustfmt::skip]
    const BODY: [u8; 52] = native([
        0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        7, 0, 3, 0, b'v', b'0', 0, 0,             // IFLA_IFNAME
        28, 0, 18, 0,                             // IFLA_LINKINFO
        9, 0, 1, 0, b'v', b'e', b't', b'h', 0, 0, 0, 0,
        12, 0, 2, 0, 8, 0, 1, 0, 0, 0, 0, 0,      // IFLA_INFO_DATA
    ], &IFINFOMSG, &captures::LINK);

    #[test]
    fn the_innermost_that_is_there() {
        let named = |at: usize| attribute_at(link::RTM_NEWLINK, &BODY, (HEADER + at) as u32);
        for (at, name) in [
            (16, "IFLA_IFNAME"),
            (21, "IFLA_IFNAME"),
            (24, "IFLA_LINKINFO"),
            (28, "IFLA_LINKINFO/IFLA_INFO_KIND"),
            (40, "IFLA_LINKINFO/IFLA_INFO_DATA"),
            (44, "IFLA_LINKINFO/IFLA_INFO_DATA/1"),
        ] {
            assert_eq!(named(at).as_deref(), Some(name), "{at}");
        }
        for nowhere in [0, 15, 23, 52, 100_000] {
            assert_eq!(named(nowhere), None, "{nowhere}");
        }
        assert_eq!(attribute_at(99, &BODY, 32), None);
        assert_eq!(attribute_at(link::RTM_NEWLINK, &BODY, u32::MAX), None);
    }

    #[test]
    fn every_cut_and_every_broken_byte_is_survived() {
        for end in 0..=BODY.len() {
            for offset in 0..80 {
                let _ = attribute_at(link::RTM_NEWLINK, &BODY[..end], offset);
            }
        }
        for at in 0..BODY.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut broken = BODY;
                broken[at] = value;
                (0..80).for_each(|offset| drop(attribute_at(link::RTM_NEWLINK, &broken, offset)));
            }
        }
    }

    /// The last of each list, whose number stands in the kernel's header.
    #[test]
    fn names_have_their_numbers() {
        for (names, number, name) in [
            (&LINK, 55, "PROTO_DOWN_REASON"),
            (&LINK, 49, "NEW_IFINDEX"),
            (&LINK, 28, "NET_NS_FD"),
            (&ADDRESS, 11, "PROTO"),
            (&ROUTE, 30, "NH_ID"),
            (&NEIGHBOUR, 15, "FLAGS_EXT"),
        ] {
            assert_eq!(names.names.get(number), Some(&name));
        }
        let set_up = link::set_up(IfIndex::LOOPBACK, true);
        assert_eq!(set_up.attribute_at(32), None, "it has none");
    }
}
