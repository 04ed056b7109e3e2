//! Waiting for the kernel: subscribe, ask, then ask again whenever something has changed, until a deadline.

mod duplicates;
mod link;
mod port;

use std::time::{Duration, Instant};

pub(crate) use duplicates::for_duplicate_detection;
pub(crate) use link::for_link;
pub(crate) use port::{Forwarding, for_forwarding};

use crate::error::Result;
use crate::netlink::{Event, Monitor};
use crate::wire::message::Message;

/// `RTNLGRP_LINK` of linux/rtnetlink.h.
const RTNLGRP_LINK: u32 = 1;
/// `RTNLGRP_IPV6_IFADDR` of linux/rtnetlink.h.
const RTNLGRP_IPV6_IFADDR: u32 = 9;

/// The end of a timeout that begins now.
pub(crate) fn deadline(timeout: Duration) -> Instant {
    let now = Instant::now();
    // Longer than any process runs, where it cannot be told.
    now.checked_add(timeout).unwrap_or_else(|| now + Duration::from_secs(u32::MAX.into()))
}

/// Asks until there is an answer, the first time at once; `None` when there is none by the deadline.
///
/// Only where the first answer is missing is a monitor made, and then it is asked again: what changed in
/// between is not missed. Notifications say *that* something has changed, never *what*: they can be late
/// and they can be lost.
fn until<T>(
    deadline: Instant,
    mut ask: impl FnMut() -> Result<Option<T>>,
    subscribe: impl FnOnce() -> Result<Monitor>,
    concerns: impl Fn(&Message<'_>) -> bool,
) -> Result<Option<T>> {
    if let Some(answer) = ask()? {
        return Ok(Some(answer));
    }
    if Instant::now() >= deadline {
        return Ok(None);
    }
    let mut monitor = subscribe()?;
    loop {
        if let Some(answer) = ask()? {
            return Ok(Some(answer));
        }
        if !changed(&mut monitor, deadline, &concerns)? {
            return Ok(None);
        }
    }
}

/// Waits for a notification that concerns us, or for notifications to be lost. False at the deadline,
/// however many others keep coming.
fn changed(monitor: &mut Monitor, deadline: Instant, concerns: &impl Fn(&Message<'_>) -> bool) -> Result<bool> {
    while Instant::now() < deadline {
        let mut concerned = false;
        match monitor.next(deadline, |message| concerned |= concerns(message))? {
            Event::Deadline => return Ok(false),
            Event::Lost => return Ok(true),
            Event::Messages if concerned => return Ok(true),
            Event::Messages => {}
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::netlink::scripted::{Act, Say, Scripted};
    use crate::netlink::{Size, Transport};

    const OURS: u16 = 16;
    const OTHERS: u16 = 20;

    fn notification(kind: u16) -> Act {
        Act::Say(vec![Say(kind, 0, 0, vec![0; 16])])
    }

    /// Waits with these notifications for the answer that the kernel gives when it is asked for the `at`th
    /// time, and tells what came of it and how often it was asked.
    fn wait(at: u32, acts: Vec<Act>) -> (Result<Option<u32>>, u32) {
        let mut asked = 0;
        let ask = || {
            asked += 1;
            Ok((asked >= at).then_some(asked))
        };
        let subscribe = || Ok(Monitor::new(Scripted::new(acts)));
        let answer = until(deadline(Duration::from_secs(60)), ask, subscribe, |message| message.kind == OURS);
        (answer, asked)
    }

    #[test]
    fn an_answer_at_once_needs_no_subscription() {
        let subscribe = || panic!("not needed");
        let answer = until(deadline(Duration::from_secs(60)), || Ok(Some(1)), subscribe, |_| false);
        assert_eq!(answer.unwrap(), Some(1));
    }

    #[test]
    fn what_changed_while_subscribing_is_not_missed() {
        assert_eq!(wait(2, vec![]).0.unwrap(), Some(2));
    }

    #[test]
    fn asks_again_when_it_concerns_us_only() {
        let acts = vec![notification(OTHERS), notification(OURS), notification(OTHERS), notification(OURS)];
        assert_eq!(wait(4, acts).0.unwrap(), Some(4));
    }

    #[test]
    fn asks_again_when_notifications_were_lost() {
        assert_eq!(wait(3, vec![Act::Fail(libc::ENOBUFS)]).0.unwrap(), Some(3));
    }

    #[test]
    fn nothing_to_read_after_all_is_no_end() {
        assert_eq!(wait(3, vec![Act::Fail(libc::EAGAIN), notification(OURS)]).0.unwrap(), Some(3));
    }

    #[test]
    fn no_answer_by_the_deadline() {
        let (answer, asked) = wait(9, vec![notification(OURS), notification(OTHERS)]);
        assert_eq!((answer.unwrap(), asked), (None, 3));
        let subscribe = || panic!("the deadline has passed");
        assert_eq!(until(Instant::now(), || Ok(None::<()>), subscribe, |_| true).unwrap(), None);
    }

    #[test]
    fn a_failure_ends_it() {
        assert_eq!(wait(9, vec![Act::Fail(libc::EIO)]).0.unwrap_err().errno(), Some(libc::EIO));
    }

    /// Notifications about something else, without end.
    #[derive(Debug)]
    struct Flood(Scripted);

    impl Transport for Flood {
        fn send(&mut self, _: &[u8]) -> io::Result<()> {
            Ok(())
        }

        fn receive(&mut self, buffer: &mut Vec<u8>, expected: Size) -> io::Result<usize> {
            self.0 = Scripted::new([notification(OTHERS)]);
            self.0.receive(buffer, expected)
        }

        fn wait(&mut self, _: Instant) -> io::Result<bool> {
            Ok(true)
        }

        fn watch(&mut self, _: u32, _: bool) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_flood_does_not_put_the_deadline_off() {
        let subscribe = || Ok(Monitor::new(Flood(Scripted::new([]))));
        let deadline = deadline(Duration::from_millis(20));
        assert_eq!(until(deadline, || Ok(None::<()>), subscribe, |message| message.kind == OURS).unwrap(), None);
        assert!(deadline <= Instant::now());
    }

    #[test]
    fn a_timeout_may_be_any() {
        assert!(deadline(Duration::MAX) > deadline(Duration::from_secs(3600)));
    }
}
