//! Waits for a link, and adds it once it is there.

use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind, Result};
use crate::interface::{Interface, InterfaceConfig, Link, LinkState};
use crate::monitor::{LinkCondition, Monitor};
use crate::namespace::Namespace;
use crate::ops;
use crate::types::LinkSelector;
use crate::wait;

/// How long to rely on notifications. The kernel sends none when a link that is down gets an alternative name.
const INTERVAL: Duration = Duration::from_millis(200);

/// Waits until a link is as wanted. Returns the link, or `None` when waited for its end.
///
/// # Errors
/// [`ErrorKind::Timeout`].
pub(crate) fn wait_for_link(
    ns: &Namespace,
    selector: &LinkSelector,
    condition: LinkCondition,
    timeout: Duration,
) -> Result<Option<LinkState>> {
    let deadline = wait::deadline(timeout);
    let mut monitor = None;
    loop {
        match ops::find::find(&ns.netns, selector) {
            Ok(link)
                if condition == LinkCondition::Appear || condition == LinkCondition::Running && link.is_running() =>
            {
                return Ok(Some(LinkState::of(link)));
            }
            Ok(_) => {}
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            Err(_) if condition == LinkCondition::Gone => return Ok(None),
            Err(_) => {}
        }
        let left = deadline.saturating_duration_since(Instant::now());
        match &mut monitor {
            // What happens from here on is not missed; what happened before is looked for once more.
            None => monitor = Some(Monitor::new(ns)?),
            Some(_) if left.is_zero() => return Err(late(ns, selector, condition, timeout)),
            Some(monitor) => drop(monitor.next(left.min(INTERVAL))?),
        }
    }
}

fn late(ns: &Namespace, selector: &LinkSelector, condition: LinkCondition, timeout: Duration) -> Error {
    let awaited = match condition {
        LinkCondition::Appear => "appear",
        LinkCondition::Running => "run",
        LinkCondition::Gone => "go",
    };
    let message = format!("wait for link {selector} in {ns} to {awaited}: not within {timeout:?}");
    Error::new(ErrorKind::Timeout, message)
}

/// Adds a link as soon as it is there. A link that gets another name between being found and being added, as by a rule of
/// udev, is looked for again.
pub(crate) fn add_when_it_appears(
    ns: &Namespace,
    home: &Namespace,
    selector: &LinkSelector,
    config: &InterfaceConfig,
    timeout: Duration,
) -> Result<Interface> {
    let deadline = wait::deadline(timeout);
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let found = wait_for_link(home, selector, LinkCondition::Appear, left)?;
        let Some(name) = found.map(|link| link.name) else { continue };
        let added = Link::existing(home, name.as_bytes()).and_then(|link| ns.add_interface(link, config.clone()));
        let Err(error) = added else { return added };
        let has_its_name = || ops::find::find(&home.netns, selector).is_ok_and(|link| link.name == name);
        let is_retried = error.kind() == ErrorKind::NotFound && error.left().is_none() && Instant::now() < deadline;
        if !is_retried || has_its_name() {
            return Err(error);
        }
    }
}
