//! Extra addresses, on any link.

use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::Namespace;
use crate::netns::NetNs;
use crate::ops;
use crate::types::{IfIndex, IfName, Prefix, Setting};
use crate::wire::address;

/// See [`Namespace::add_extra_address`].
pub(crate) fn add_extra_address(ns: &Namespace, link: impl AsRef<[u8]>, address: Prefix) -> Result<()> {
    let name = IfName::new(link)?;
    add(&ns.netns, &name, address).doing(|| format!("add the alias address {address} to {name} in {ns}"))
}

/// See [`Namespace::remove_extra_address`].
pub(crate) fn remove_extra_address(ns: &Namespace, link: impl AsRef<[u8]>, address: Prefix) -> Result<()> {
    let name = IfName::new(link)?;
    remove(&ns.netns, &name, address).doing(|| format!("remove the alias address {address} from {name} in {ns}"))
}

fn add(netns: &NetNs, name: &IfName, address: Prefix) -> Result<()> {
    address.check_assignable()?;
    let link = ops::link::by_name(netns, name)?;
    let setting = Setting::disable_ipv6(&link.name);
    let disabled = address.is_ipv6() && link.inet6.is_some_and(|inet6| inet6.disabled);
    if disabled {
        let enabled = ops::setting::write(netns, &setting, b"0");
        enabled.map_err(|error| error.with_kind(ErrorKind::Sysctl)).doing(|| "enable IPv6 on it")?;
    }
    let added = netns.change(&address::add(link.index, &address.into(), false));
    ops::verify_uncertain(added, || has(netns, link.index, address))
        .map_err(|error| if disabled { disable_again(netns, &setting, error) } else { error })
}

fn disable_again(netns: &NetNs, setting: &Setting, refusal: Error) -> Error {
    match ops::setting::write(netns, setting, b"1") {
        Ok(_) => refusal,
        Err(error) => refusal.with_kind(ErrorKind::UndoFailed).with_left(format!("{setting} is 0: {error}")),
    }
}

fn remove(netns: &NetNs, name: &IfName, address: Prefix) -> Result<()> {
    let link = ops::link::by_name(netns, name)?;
    let removed = netns.change(&address::delete(link.index, &address.into()));
    ops::verify_uncertain(removed, || Ok(!has(netns, link.index, address)?)).map_err(|error| match error.errno() {
        Some(libc::EADDRNOTAVAIL | libc::ENXIO) => error.with_kind(ErrorKind::NotFound),
        _ => error,
    })
}

fn has(netns: &NetNs, link: IfIndex, address: Prefix) -> Result<bool> {
    Ok(ops::address::all(netns, Some(link))?.iter().any(|(found, _)| found.prefix == address))
}
