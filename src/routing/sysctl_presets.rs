//! Settings of the kernel that go with how a namespace is used.

use crate::error::{Context, ErrorKind, Result};
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::ops;
use crate::routing::interface;
use crate::text::printable_name;
use crate::types::Setting;
use crate::wire::link;
use crate::wire::link::LinkInfo;

/// `arp_announce` and `arp_ignore` among the per-device IPv4 settings (`IPV4_DEVCONF_…` of linux/ip.h).
const ARP_ANNOUNCE: u16 = 18;
const ARP_IGNORE: u16 = 19;

/// What a load balancer in the namespace needs of IP virtual server (kernel Documentation/networking/ipvs-sysctl.rst).
const LOAD_BALANCER: [(&str, &[u8]); 3] =
    [("conn_reuse_mode", b"0"), ("expire_nodest_conn", b"1"), ("expire_quiescent_template", b"1")];

/// See [`Namespace::disable_arp_for_vip`].
pub(crate) fn disable_arp_for_vip(ns: &Namespace, source: impl AsRef<[u8]>) -> Result<()> {
    let source = source.as_ref();
    let set = || {
        let (_, link) = interface(ns, source)?;
        let settings = link::inet_attribute(&[(ARP_IGNORE, 1), (ARP_ANNOUNCE, 2)]);
        let outcome = ns.netns.change(&link::set(link.index, &[settings]));
        let value = |link: &LinkInfo, number| link.inet.get(usize::from(number) - 1).copied();
        ops::verify_uncertain(outcome, || {
            let now = ops::link::get(&ns.netns, link.index)?;
            Ok((value(&now, ARP_IGNORE), value(&now, ARP_ANNOUNCE)) == (Some(1), Some(2)))
        })
    };
    set().doing(|| format!("set arp_ignore=1 and arp_announce=2 on {} in {ns}", printable_name(source)))
}

/// See [`Namespace::tune_load_balancer`].
pub(crate) fn tune_load_balancer(ns: &Namespace) -> Result<()> {
    LOAD_BALANCER.iter().try_for_each(|(name, value)| write(&ns.netns, name, value))
}

fn write(netns: &NetNs, name: &str, value: &[u8]) -> Result<()> {
    let setting = Setting { group: "ipv4".to_owned(), file: [b"vs/", name.as_bytes()].concat() };
    match ops::setting::write(netns, &setting, value) {
        Ok(_) => Ok(()),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotSupported) => {
            log::warn!("net.ipv4.vs.{name} is not set in {netns}: {error}");
            Ok(())
        }
        Err(error) => {
            let destroyed = error.kind() == ErrorKind::Namespace;
            let error = if destroyed { error } else { error.with_kind(ErrorKind::Sysctl) };
            Err(error.context(format!("sysctl net.ipv4.vs.{name} in {netns}")))
        }
    }
}
