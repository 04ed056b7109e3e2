//! Whether the loopback link has IPv6, which what listens there has to know.

use std::sync::PoisonError;

use crate::error::Result;
use crate::namespace::Namespace;
use crate::ops;
use crate::types::IfIndex;

/// The loopback link.
impl Namespace {
    /// Whether `lo` has an IPv6 address. Asked of the kernel once; see
    /// [`refresh_ipv6_on_loopback`](Self::refresh_ipv6_on_loopback).
    ///
    /// # Errors
    /// [Those of any call](Self#errors-of-any-call), [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted) among
    /// them: changes kept interrupting the kernel's answer. None once it is known, not even when the namespace was
    /// destroyed.
    pub fn has_ipv6_on_loopback(&self) -> Result<bool> {
        let known = *self.netns.ipv6_on_loopback.lock().unwrap_or_else(PoisonError::into_inner);
        known.map_or_else(|| self.refresh_ipv6_on_loopback(), Ok)
    }

    /// Asks the kernel again whether `lo` has an IPv6 address.
    ///
    /// # Errors
    /// [Those of any call](Self#errors-of-any-call), as for the first question. What was known stays known then.
    pub fn refresh_ipv6_on_loopback(&self) -> Result<bool> {
        let addresses = ops::address::all(&self.netns, Some(IfIndex::LOOPBACK))?;
        let found = addresses.iter().any(|(address, _)| address.prefix.is_ipv6());
        *self.netns.ipv6_on_loopback.lock().unwrap_or_else(PoisonError::into_inner) = Some(found);
        Ok(found)
    }
}
