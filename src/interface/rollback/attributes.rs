//! A link's own attributes: which differ from the snapshot, and the requests that restore them.

use crate::wire::link::{self, LinkInfo};
use crate::wire::request::Request;

/// Flags that an administrator sets, except for `IFF_UP`.
const FLAGS: u32 = (libc::IFF_DEBUG
    | libc::IFF_NOTRAILERS
    | libc::IFF_NOARP
    | libc::IFF_PROMISC
    | libc::IFF_ALLMULTI
    | libc::IFF_MULTICAST
    | libc::IFF_PORTSEL
    | libc::IFF_AUTOMEDIA
    | libc::IFF_DYNAMIC) as u32;

/// Returns the requests that restore a link's own attributes, each with the name of its attribute.
///
/// Alternative names come first: one of them may be needed as a name.
pub(crate) fn differences(is: &LinkInfo, was: &LinkInfo) -> Vec<(&'static str, Request)> {
    let mut requests = alternative_names(is, was);
    requests
        .extend(link::detach_xdp(is.index, is.xdp).filter(|_| was.xdp == 0).map(|request| ("XDP program", request)));
    if (is.flags ^ was.flags) & FLAGS != 0 {
        requests.push(("flags", link::set_flags(is.index, was.flags, FLAGS)));
    }
    let mut set = |doing, attribute| requests.push((doing, link::set(is.index, &[attribute])));
    // A port of a bond has the bond's MAC.
    if let Some(mac) = was.own_mac().filter(|mac| is.own_mac() != Some(*mac)) {
        set("MAC", link::mac_attribute(mac));
    }
    if is.mtu != was.mtu {
        set("mtu", link::mtu_attribute(was.mtu));
    }
    if is.tx_queue_len != was.tx_queue_len {
        set("txqueuelen", link::tx_queue_len_attribute(was.tx_queue_len));
    }
    if is.alias != was.alias {
        set("alias", link::alias_attribute(was.alias.as_deref().unwrap_or_default()));
    }
    if is.link_mode != was.link_mode {
        set("link mode", link::link_mode_attribute(was.link_mode));
    }
    if is.proto_down != was.proto_down {
        set("protodown", link::proto_down_attribute(was.proto_down));
    }
    for (kind, limit) in was.limits.iter().filter(|limit| !is.limits.contains(limit)) {
        set("GSO and GRO limits", link::limit_attribute(*kind, *limit));
    }
    if is.group != was.group {
        requests.push(("group", link::set_group(is.index, was.group)));
    }
    requests
}

fn alternative_names(is: &LinkInfo, was: &LinkInfo) -> Vec<(&'static str, Request)> {
    const DOING: &str = "alternative names";
    let beyond = |one: &LinkInfo, other: &LinkInfo| -> Vec<Vec<u8>> {
        one.alt_names.iter().filter(|name| !other.alt_names.contains(name)).cloned().collect()
    };
    let (surplus, missing) = (beyond(is, was), beyond(was, is));
    let mut requests = Vec::new();
    if !surplus.is_empty() {
        requests.push((DOING, link::delete_alternative_names(is.index, &surplus)));
    }
    // One request each: a name that is taken is no obstacle to the others.
    let add = |name: Vec<u8>| (DOING, link::add_alternative_names(is.index, &[name]));
    requests.extend(missing.into_iter().map(add));
    requests
}
