//! Links with everything on them that a failed add has to put back.

use netgraft::Namespace;

use super::external::{inside, ip, write_sysctl};
use super::world::{bridge, had_carrier, veth};

/// Makes `rich{n}`, up, with every kind of address and route, as a port of the bridge `br{n}`.
pub(crate) fn rich(namespace: &Namespace, n: u8) {
    inside(namespace, || {
        let link = format!("rich{n}");
        bare(n);
        bridge(&format!("br{n}"));
        for words in [
            "addrgenmode none",
            "allmulticast on",
            "master brN",
            "type bridge_slave cost 7 priority 3 hairpin on isolated on",
            "up",
        ] {
            ip(&format!("link set {link} {}", fill(words, n)));
        }
        for address in [
            "10.N.0.1/24 brd + label LINK:web",
            "10.N.0.2/24",
            "10.N.1.1 peer 10.N.1.2/32",
            "10.N.2.1/24 valid_lft 3000 preferred_lft 2000",
            "10.N.3.1/24 noprefixroute",
            "10.N.4.1/24 metric 77",
            "10.N.5.1/24 scope link",
            "fd00:N:1::1/64 nodad",
            "fd00:N:2::1/64 valid_lft 3000 preferred_lft 2000",
            "fd00:N:3::1/64 noprefixroute",
            "fd00:N:4::1/64 metric 99",
            "fd00:N:5::1/64 valid_lft forever preferred_lft 0",
            "fd00:N:6::1 peer fd00:N:6::2/128",
            "fe80::N:1/64",
        ] {
            ip(&format!("addr add {} dev {link}", fill(address, n)));
        }
        for route in [
            "172.N.0.0/16 via 10.N.0.9",
            "172.N.0.0/16 dev LINK table 101",
            "172.1N.0.0/16 via 10.N.0.9 table 101",
            "default via 10.N.0.254 metric 50N",
            "172.2N.0.0/16 dev LINK src 10.N.0.2 metric 10 mtu 1300",
            "172.2N.0.0/16 dev LINK metric 20",
            "172.3N.0.0/16 via 192.0.2.1 dev LINK onlink",
            "fd00:N:a0::/48 via fd00:N:1::9",
            "fd00:N:a1::/48 dev LINK table 101 metric 5",
            "fd00:N:a2::/48 via fe80::9 dev LINK expires 3000",
            "fd00:N:a3::/48 dev LINK mtu 1450",
            "default via fd00:N:1::ff metric 50N",
        ] {
            ip(&format!("route add {}", fill(route, n)));
        }
    });
}

/// Makes `rich{n}`, down, with the addresses that a link can have then.
pub(crate) fn rich_but_down(namespace: &Namespace, n: u8) {
    inside(namespace, || {
        bare(n);
        for address in
            ["10.N.0.1/24 brd + label LINK:web", "10.N.2.1/24 valid_lft 3000 preferred_lft 2000", "fd00:N:1::1/64"]
        {
            ip(&format!("addr add {} dev rich{n}", fill(address, n)));
        }
    });
}

/// Makes `rich{n}`, up, on which IPv6 is off.
pub(crate) fn rich_without_ipv6(namespace: &Namespace, n: u8) {
    inside(namespace, || {
        bare(n);
        write_sysctl(&format!("ipv6/conf/rich{n}/disable_ipv6"), "1");
        ip(&fill("addr add 10.N.0.1/24 dev LINK", n));
        ip(&fill("link set LINK up", n));
        ip(&fill("route add 172.N.0.0/16 via 10.N.0.9", n));
    });
}

/// A link that is none but for what is its own: MAC, MTU, names.
fn bare(n: u8) {
    let link = format!("rich{n}");
    veth(&link, &format!("far{n}"));
    // Without an address of its own, which it would come by when `rich{n}` comes up.
    ip(&format!("link set far{n} addrgenmode none up"));
    had_carrier(&link, &format!("far{n}"));
    ip(&format!("link set {link} address 02:00:00:00:01:0{n} mtu 1480 txqueuelen 555 alias the_rich_{n} group 7"));
    ip(&format!("link property add dev {link} altname another-name-of-rich{n}"));
    write_sysctl(&format!("ipv4/conf/{link}/rp_filter"), "1");
}

fn fill(text: &str, n: u8) -> String {
    text.replace("LINK", &format!("rich{n}")).replace('N', &n.to_string())
}
