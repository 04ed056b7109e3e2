//! Whether the loopback link has IPv6, which what listens there has to know.

use std::sync::PoisonError;

use crate::error::Result;
use crate::namespace::Namespace;
use crate::ops;
use crate::types::IfIndex;

/// See [`Namespace::has_ipv6_on_loopback`].
pub(crate) fn has_ipv6_on_loopback(ns: &Namespace) -> Result<bool> {
    let known = *ns.netns.ipv6_on_loopback.lock().unwrap_or_else(PoisonError::into_inner);
    known.map_or_else(|| refresh_ipv6_on_loopback(ns), Ok)
}

/// See [`Namespace::refresh_ipv6_on_loopback`].
pub(crate) fn refresh_ipv6_on_loopback(ns: &Namespace) -> Result<bool> {
    let addresses = ops::address::all(&ns.netns, Some(IfIndex::LOOPBACK))?;
    let found = addresses.iter().any(|(address, _)| address.prefix.is_ipv6());
    *ns.netns.ipv6_on_loopback.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
    Ok(found)
}
