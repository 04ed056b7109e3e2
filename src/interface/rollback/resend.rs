//! Repeats requests until nothing more can be restored.

use crate::error::Result;
use crate::netns::NetNs;
use crate::wire::request::Request;

/// Sends requests until no refused request gets any further: a route may need another route first. What exists already counts
/// as restored.
pub(crate) fn replay(netns: &NetNs, mut requests: Vec<Request>) -> Result<()> {
    loop {
        let mut refused = Vec::new();
        let mut first = None;
        for (number, error) in netns.batch(&requests, |_, _| {})? {
            if error.errno() != Some(libc::EEXIST) {
                refused.extend(requests.get(number).cloned());
                first.get_or_insert(error);
            }
        }
        match first {
            None => return Ok(()),
            Some(error) if refused.len() == requests.len() => return Err(error),
            Some(_) => requests = refused,
        }
    }
}

/// What is missing need not be removed. The kernel says "no such device" if the link has no IPv4 at all, and "no such device or
/// address" if it has no IPv6.
pub(crate) fn absent_is_fine(result: Result<()>) -> Result<()> {
    match result {
        Err(error)
            if matches!(
                error.errno(),
                Some(
                    libc::EADDRNOTAVAIL
                        | libc::ENODEV
                        | libc::ENXIO
                        | libc::ESRCH
                        | libc::EAFNOSUPPORT
                        | libc::EOPNOTSUPP
                )
            ) =>
        {
            Ok(())
        }
        result => result,
    }
}
