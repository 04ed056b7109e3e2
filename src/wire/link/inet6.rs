//! A link's IPv6 settings: read in one attribute, written file by file below /proc/sys/net/ipv6/conf/IFNAME.

use crate::wire::attribute::{array, find, u32};
use crate::wire::link::ifla;

/// A link's IPv6 settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inet6 {
    pub(crate) disabled: bool,
    pub(crate) addr_gen_mode: Option<u8>,
    pub(crate) token: Option<[u8; 16]>,
    /// The numeric settings, in the kernel's order.
    pub(crate) values: Vec<u32>,
}

/// `IN6_ADDR_GEN_MODE_STABLE_PRIVACY` and `IN6_ADDR_GEN_MODE_RANDOM` of linux/if_link.h.
const FROM_SECRET: [u8; 2] = [2, 3];

/// `DEVCONF_DISABLE_IPV6` of linux/ipv6.h.
const DISABLE_IPV6: usize = 26;

/// How to write a value into its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum As {
    Number,
    Unsigned,
    /// The value is read in milliseconds.
    Seconds,
    /// The value cannot be written, or is written by other means.
    Nothing,
}
use As::{Nothing, Number, Seconds, Unsigned};

/// The files of the values, in their order (`DEVCONF_…` of linux/ipv6.h; net/ipv6/addrconf.c).
const FILES: [(&str, As); 60] = [
    ("forwarding", Number),
    ("hop_limit", Number),
    ("mtu", Number),
    ("accept_ra", Number),
    ("accept_redirects", Number),
    ("autoconf", Number),
    ("dad_transmits", Number),
    ("router_solicitations", Number),
    ("router_solicitation_interval", Seconds),
    ("router_solicitation_delay", Seconds),
    ("use_tempaddr", Number),
    ("temp_valid_lft", Number),
    ("temp_prefered_lft", Number),
    ("regen_max_retry", Number),
    ("max_desync_factor", Number),
    ("max_addresses", Number),
    ("force_mld_version", Number),
    ("accept_ra_defrtr", Number),
    ("accept_ra_pinfo", Number),
    ("accept_ra_rtr_pref", Number),
    ("router_probe_interval", Seconds),
    ("accept_ra_rt_info_max_plen", Number),
    ("proxy_ndp", Number),
    ("optimistic_dad", Number),
    ("accept_source_route", Number),
    ("mc_forwarding", Nothing),
    ("disable_ipv6", Nothing),
    ("accept_dad", Number),
    ("force_tllao", Number),
    ("ndisc_notify", Number),
    ("mldv1_unsolicited_report_interval", Number),
    ("mldv2_unsolicited_report_interval", Number),
    ("suppress_frag_ndisc", Number),
    ("accept_ra_from_local", Number),
    ("use_optimistic", Number),
    ("accept_ra_mtu", Number),
    ("stable_secret", Nothing),
    ("use_oif_addrs_only", Number),
    ("accept_ra_min_hop_limit", Number),
    ("ignore_routes_with_linkdown", Number),
    ("drop_unicast_in_l2_multicast", Number),
    ("drop_unsolicited_na", Number),
    ("keep_addr_on_down", Number),
    ("router_solicitation_max_interval", Seconds),
    ("seg6_enabled", Number),
    ("seg6_require_hmac", Number),
    ("enhanced_dad", Number),
    ("addr_gen_mode", Nothing),
    ("disable_policy", Number),
    ("accept_ra_rt_info_min_plen", Number),
    ("ndisc_tclass", Number),
    ("rpl_seg_enabled", Number),
    ("ra_defrtr_metric", Unsigned),
    ("ioam6_enabled", Number),
    ("ioam6_id", Number),
    ("ioam6_id_wide", Unsigned),
    ("ndisc_evict_nocarrier", Number),
    ("accept_untracked_na", Number),
    ("accept_ra_min_lft", Number),
    ("force_forwarding", Number),
];

impl Inet6 {
    pub(crate) fn parse(list: &[u8]) -> Self {
        let values = find(list, ifla::INET6_CONF).unwrap_or_default();
        let values: Vec<u32> = values.chunks_exact(4).map(|value| u32(value).unwrap_or_default()).collect();
        Self {
            disabled: values.get(DISABLE_IPV6).is_some_and(|value| *value != 0),
            addr_gen_mode: find(list, ifla::INET6_ADDR_GEN_MODE).and_then(|mode| mode.first().copied()),
            token: find(list, ifla::INET6_TOKEN).and_then(array).filter(|token| *token != [0; 16]),
            values,
        }
    }

    /// Returns whether addresses are made from a secret of the link.
    pub(crate) fn has_secret(&self) -> bool {
        self.addr_gen_mode.is_some_and(|mode| FROM_SECRET.contains(&mode))
    }

    /// Returns the files to write where the settings differ, and their contents. Without those of address generation, and
    /// without the one that disables IPv6.
    pub(crate) fn files_unlike(&self, other: Option<&Self>) -> Vec<(&'static str, String)> {
        let others = other.map_or(&[][..], |other| &other.values);
        let unlike = self.values.iter().enumerate().filter(|(number, value)| others.get(*number) != Some(*value));
        unlike
            .filter_map(|(number, value)| {
                let (file, how) = *FILES.get(number)?;
                let text = match how {
                    Number => i32::from_ne_bytes(value.to_ne_bytes()).to_string(),
                    Unsigned => value.to_string(),
                    Seconds => (value / 1000).to_string(),
                    Nothing => return None,
                };
                Some((file, text))
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_is_written_as_its_file_has_it() {
        let default = Inet6 { disabled: false, addr_gen_mode: None, token: None, values: vec![0; FILES.len()] };
        assert_eq!(default.files_unlike(Some(&default)), []);
        let mut values = default.values.clone();
        for (number, value) in [(3, 2), (8, 4000), (10, u32::MAX), (26, 1), (36, 7), (55, u32::MAX), (59, 1)] {
            values[number] = value;
        }
        let changed = Inet6 { values, ..default.clone() };
        let files = [
            ("accept_ra", "2"),
            ("router_solicitation_interval", "4"),
            ("use_tempaddr", "-1"),
            ("ioam6_id_wide", "4294967295"),
            ("force_forwarding", "1"),
        ];
        assert_eq!(changed.files_unlike(Some(&default)), files.map(|(file, text)| (file, text.to_owned())));
        assert_eq!(default.files_unlike(None).len(), FILES.iter().filter(|(_, how)| *how != Nothing).count());
        // Of a newer kernel.
        let newer = Inet6 { values: vec![1; 100], ..default };
        assert!(newer.files_unlike(None).len() < FILES.len());
    }
}
