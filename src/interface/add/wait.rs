//! Waits for the links of an add to come up, and for duplicate detection.

use std::os::fd::{AsFd, BorrowedFd};
use std::time::Instant;

use crate::error::{Error, ErrorKind, Result};
use crate::interface::add::plan::Plan;
use crate::ops;
use crate::record::identity::Identity;
use crate::sys;
use crate::types::{IfIndex, Prefix};
use crate::wait;
use crate::wait::DadWait;
use crate::wire::link::LinkInfo;

/// A link that is up.
#[derive(Debug)]
pub(crate) struct ReadyLink {
    pub(crate) link: LinkInfo,
    /// Whether the link is known to send, beyond what the kernel says: it had a carrier when it was set up.
    pub(crate) sends: bool,
}

/// Returns the descriptors that end the waits of an add.
pub(super) fn cancelling<'a>(plans: &'a [Plan<'_>]) -> Vec<BorrowedFd<'a>> {
    plans.iter().filter_map(|plan| Some(plan.request.config.cancel.as_ref()?.as_fd())).collect()
}

/// Fails an add that was cancelled while nothing was waited for.
///
/// # Errors
/// [`ErrorKind::Cancelled`].
pub(super) fn check_cancelled(plans: &[Plan<'_>]) -> Result<()> {
    for plan in plans {
        let Some(cancel) = &plan.request.config.cancel else { continue };
        if sys::poll::readable(cancel.as_fd(), Instant::now(), &[])? {
            return Err(plan.request.with_context(Error::from_errno(libc::ECANCELED)));
        }
    }
    Ok(())
}

/// Waits for links to come up, or to carry traffic, and for duplicate detection if requested. `links` are as they were when
/// they had been set up. `None` for a link that did not get there in time.
///
/// # Errors
/// [`ErrorKind::DuplicateAddress`], [`ErrorKind::Cancelled`], and [`ErrorKind::NotFound`] when one of the links has gone
/// meanwhile.
pub(crate) fn wait(plans: &[Plan<'_>], links: &[LinkInfo]) -> Result<Vec<Option<ReadyLink>>> {
    let deadlines: Vec<Instant> = plans.iter().map(|plan| wait::deadline(plan.request.config.wait.timeout)).collect();
    let ups = wait_for_links(plans, links, &deadlines)?;
    wait_for_duplicate_detection(plans, links, &ups, &deadlines)?;
    Ok(ups)
}

fn wait_for_links(plans: &[Plan<'_>], links: &[LinkInfo], deadlines: &[Instant]) -> Result<Vec<Option<ReadyLink>>> {
    let mut ups = Vec::with_capacity(plans.len());
    let mut missing = Vec::new();
    for ((plan, link), deadline) in plans.iter().zip(links).zip(deadlines) {
        if plan.request.config.down {
            ups.push(None);
        } else if is_as_wanted(plan, link) {
            ups.push(Some(ReadyLink { sends: link.has_carrier(), link: link.clone() }));
        } else {
            missing.push((ups.len(), plan, link, *deadline));
            ups.push(None);
        }
    }
    let Some((_, first, ..)) = missing.first() else { return Ok(ups) };
    let netns = &first.request.ns.netns;
    let awaited: Vec<(IfIndex, Instant)> = missing.iter().map(|(.., link, deadline)| (link.index, *deadline)).collect();
    let wanted = |at: usize, link: &LinkInfo| missing.get(at).is_some_and(|(_, plan, ..)| is_as_wanted(plan, link));
    let waited = wait::for_links(netns, &awaited, &cancelling(plans), wanted);
    let waited = unless_cancelled(waited).map_err(|error| first.request.with_context(error))?;
    check_presence(plans, links)?;
    let mut waited = waited
        .inspect_err(|error| log::warn!("cannot wait for links in {netns}: {error}"))
        .unwrap_or_default()
        .into_iter();
    for (number, plan, LinkInfo { name, .. }, _) in &missing {
        match waited.next().unwrap_or(Ok(None)) {
            Ok(Some(link)) => {
                if let Some(up) = ups.get_mut(*number) {
                    *up = Some(ReadyLink { link, sends: false });
                }
                continue;
            }
            Ok(None) => {}
            Err(error) => log::warn!("cannot wait for {name} in {netns}: {error}"),
        }
        let timeout = plan.request.config.wait.timeout;
        log::warn!("{name} in {netns} did not come up within {timeout:?}: not announced");
    }
    Ok(ups)
}

/// Returns the result of a wait: an error only if the wait was cancelled.
fn unless_cancelled<T>(waited: Result<T>) -> Result<Result<T>> {
    match waited {
        Err(error) if error.kind() == ErrorKind::Cancelled => Err(error.context("wait for it")),
        waited => Ok(waited),
    }
}

/// Somebody may have deleted a link while it, or another one, was waited for.
fn check_presence(plans: &[Plan<'_>], links: &[LinkInfo]) -> Result<()> {
    let Some(first) = plans.first().map(|plan| plan.request) else { return Ok(()) };
    let identities: Vec<(IfIndex, Identity)> = links.iter().map(|link| (link.index, Identity::of(link))).collect();
    let present =
        ops::link::get_all_verified(&first.ns.netns, &identities).map_err(|error| first.with_context(error))?;
    for (plan, present) in plans.iter().zip(present) {
        present.map_err(|error| plan.request.with_context(error.context("find it again after waiting")))?;
    }
    Ok(())
}

fn is_as_wanted(plan: &Plan<'_>, link: &LinkInfo) -> bool {
    if plan.request.config.wait.running { link.is_running() } else { link.is_up() }
}

fn wait_for_duplicate_detection(
    plans: &[Plan<'_>],
    links: &[LinkInfo],
    ups: &[Option<ReadyLink>],
    deadlines: &[Instant],
) -> Result<()> {
    let (mut requests, mut awaited) = (Vec::new(), Vec::new());
    for ((plan, up), deadline) in plans.iter().zip(ups).zip(deadlines) {
        let (config, Some(ReadyLink { link, .. })) = (plan.request.config, up) else { continue };
        let addresses: Vec<Prefix> = plan.addresses().into_iter().filter(Prefix::is_ipv6).collect();
        if config.dad && !addresses.is_empty() {
            requests.push((plan.request, link.name));
            awaited.push(DadWait { index: link.index, addresses, deadline: *deadline });
        }
    }
    let Some((first, _)) = requests.first() else { return Ok(()) };
    let netns = &first.ns.netns;
    let waited = wait::for_duplicate_detection(netns, &awaited, &cancelling(plans));
    let waited = unless_cancelled(waited).map_err(|error| first.with_context(error))?;
    check_presence(plans, links)?;
    let waited = waited.unwrap_or_else(|error| {
        log::warn!("cannot wait for duplicate address detection in {netns}: {error}");
        Vec::new()
    });
    for ((request, name), waited) in requests.iter().zip(waited) {
        match waited {
            Ok(Some(())) => {}
            Ok(None) => log::warn!("{name} in {netns}: duplicate address detection is not done yet"),
            Err(error) => return Err(request.with_context(error)),
        }
    }
    Ok(())
}
