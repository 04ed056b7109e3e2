//! Extra addresses, on any link.

use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::{Namespace, NetNs};
use crate::ops;
use crate::types::{IfIndex, IfName, Prefix, Setting};
use crate::wire::address;

/// Extra addresses.
impl Namespace {
    /// Gives a link of this namespace, by the name it has now, one more address. IPv6 ones are added
    /// without duplicate detection, and IPv6 is enabled on the link where it is not.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]: no such link. [`ErrorKind::Exists`]: it has the address.
    /// [`ErrorKind::InvalidArgument`]: 0.0.0.0 or ::. [`ErrorKind::Sysctl`]: IPv6 cannot be enabled on the link.
    /// [`ErrorKind::UndoFailed`]: it was, and cannot be disabled again. [`ErrorKind::InvalidName`].
    #[doc(alias = "RTM_NEWADDR")]
    pub fn add_alias_address(&self, link: impl AsRef<[u8]>, address: Prefix) -> Result<()> {
        let name = IfName::new(link)?;
        add(&self.netns, &name, address).doing(|| format!("add the alias address {address} to {name} in {self}"))
    }

    /// Takes an address from a link of this namespace, by the name it has now.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`]: no such link, or it does not have the address. [`ErrorKind::InvalidName`].
    #[doc(alias = "RTM_DELADDR")]
    pub fn remove_alias_address(&self, link: impl AsRef<[u8]>, address: Prefix) -> Result<()> {
        let name = IfName::new(link)?;
        remove(&self.netns, &name, address)
            .doing(|| format!("remove the alias address {address} from {name} in {self}"))
    }
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
    let added = netns.change(&address::add(link.index, address, false));
    ops::confirmed(added, || has(netns, link.index, address))
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
    let removed = netns.change(&address::delete(link.index, address));
    ops::confirmed(removed, || Ok(!has(netns, link.index, address)?)).map_err(|error| match error.errno() {
        Some(libc::EADDRNOTAVAIL | libc::ENXIO) => error.with_kind(ErrorKind::NotFound),
        _ => error,
    })
}

fn has(netns: &NetNs, link: IfIndex, address: Prefix) -> Result<bool> {
    Ok(ops::address::all(netns, Some(link))?.iter().any(|(found, _)| found.prefix == address))
}
