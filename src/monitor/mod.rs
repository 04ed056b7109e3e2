//! Tells what happens to the links of a namespace, by one descriptor for the caller's loop.

mod appear;
mod event;
mod tracker;

use std::os::fd::{AsFd, BorrowedFd};
use std::time::{Duration, Instant};

pub(crate) use appear::{add_when_it_appears, wait_for_link};
pub use event::{LinkChange, LinkCondition, LinkEvent};

use crate::error::{Context, Result};
use crate::interface::state;
use crate::monitor::tracker::Tracker;
use crate::namespace::{Namespace, lookup};
use crate::netlink::{Event, KernelSocket, Subscription};
use crate::wait;

/// Multicast groups of linux/rtnetlink.h: `RTNLGRP_LINK`, `RTNLGRP_IPV4_IFADDR`, `RTNLGRP_IPV6_IFADDR`.
const GROUPS: [u32; 3] = [1, 5, 9];
/// How often the links are read again because something changed meanwhile.
const ATTEMPTS: u32 = 8;

/// A watch over the links of a namespace: what appears, changes and goes.
///
/// First come the links that are there, as [`LinkChange::Appeared`]. The descriptor ([`AsFd`]) can be read when there may be
/// something new; take events until there are none then. When the kernel had to drop notifications (`ENOBUFS`), the links are
/// read again, and the differences are the events. Events tell the state, not each step: what changed and changed back may
/// be left out.
///
/// ```no_run
/// use std::time::Duration;
///
/// use netgraft::{LinkChange, Namespace};
///
/// let mut monitor = Namespace::current()?.monitor()?;
/// while let Some(event) = monitor.next(Duration::from_secs(60))? {
///     if event.change == LinkChange::CarrierOff {
///         println!("{} has lost its carrier", event.link.name);
///     }
/// }
/// # Ok::<(), netgraft::Error>(())
/// ```
#[derive(Debug)]
pub struct Monitor {
    ns: Namespace,
    subscription: Subscription<KernelSocket>,
    tracker: Tracker,
}

impl Monitor {
    /// Begins to watch a namespace.
    pub(crate) fn new(ns: &Namespace) -> Result<Self> {
        let subscription = ns.netns.listener(&GROUPS, false)?.into();
        let mut monitor = Self { ns: ns.clone(), subscription, tracker: Tracker::default() };
        monitor.read_again()?;
        monitor.name_sources();
        Ok(monitor)
    }

    /// Returns the next event, or `None` when none has come within a time. Zero never waits.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`](crate::ErrorKind::Interrupted): changes kept interrupting the kernel's answer.
    /// [`ErrorKind::Namespace`](crate::ErrorKind::Namespace): the namespace was destroyed.
    pub fn next(&mut self, timeout: Duration) -> Result<Option<LinkEvent>> {
        let deadline = wait::deadline(timeout);
        while self.tracker.events.is_empty() {
            let tracker = &mut self.tracker;
            let outcome = self.subscription.next(deadline, &[], |message| tracker.visit(message));
            match outcome.doing(|| format!("watch the links of {}", self.ns))? {
                Event::Deadline => return Ok(None),
                Event::Lost => self.read_again()?,
                Event::Messages => {}
            }
            self.name_sources();
        }
        Ok(self.tracker.events.pop_front())
    }

    /// Reads all links. What is announced while they are read may be older than what was read, so they are read once more.
    fn read_again(&mut self) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let links = state::with_addresses(&self.ns.netns)?;
            self.tracker.replace(links);
            if !self.drop_notifications()? {
                break;
            }
        }
        Ok(())
    }

    /// Drops the notifications that have come, and returns whether there were any.
    fn drop_notifications(&mut self) -> Result<bool> {
        let mut is_dropped = false;
        loop {
            match self.subscription.next(Instant::now(), &[], |_| {})? {
                Event::Deadline => return Ok(is_dropped),
                Event::Lost | Event::Messages => is_dropped = true,
            }
        }
    }

    /// Tells of each event whose interface it is about. What the journal says is read once for all of them.
    fn name_sources(&mut self) {
        if self.tracker.events.is_empty() {
            return;
        }
        let listed = lookup::all(&self.ns).unwrap_or_else(|error| {
            log::warn!("cannot tell the interfaces among the links of {}: {error}", self.ns);
            Vec::new()
        });
        for event in self.tracker.events.iter_mut().filter(|event| event.source.is_none()) {
            let found = listed.iter().find(|(_, present)| present.index == event.link.index);
            event.source = found.map(|(record, _)| record.source);
        }
    }
}

impl AsFd for Monitor {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.subscription.as_fd()
    }
}
