//! The per-device IPv4 settings of a link: their files.

/// In the order of their numbers (`IPV4_DEVCONF_…` of linux/ip.h; net/ipv4/devinet.c).
const FILES: [&str; 33] = [
    "forwarding",
    "mc_forwarding",
    "proxy_arp",
    "accept_redirects",
    "secure_redirects",
    "send_redirects",
    "shared_media",
    "rp_filter",
    "accept_source_route",
    "bootp_relay",
    "log_martians",
    "tag",
    "arp_filter",
    "medium_id",
    "disable_xfrm",
    "disable_policy",
    "force_igmp_version",
    "arp_announce",
    "arp_ignore",
    "promote_secondaries",
    "arp_accept",
    "arp_notify",
    "accept_local",
    "src_valid_mark",
    "proxy_arp_pvlan",
    "route_localnet",
    "igmpv2_unsolicited_report_interval",
    "igmpv3_unsolicited_report_interval",
    "ignore_routes_with_linkdown",
    "drop_unicast_in_l2_multicast",
    "drop_gratuitous_arp",
    "bc_forwarding",
    "arp_evict_nocarrier",
];

/// `IPV4_DEVCONF_MC_FORWARDING`: how many multicast routers use the link, which the kernel counts itself.
const MC_FORWARDING: u16 = 2;

/// Returns whether the setting with a number can be written.
pub(crate) fn is_inet_settable(number: u16) -> bool {
    number != MC_FORWARDING
}

/// Returns the file of the setting with a number. Numbers begin with 1.
pub(crate) fn inet_file(number: u16) -> Option<&'static str> {
    FILES.get(usize::from(number).checked_sub(1)?).copied()
}
