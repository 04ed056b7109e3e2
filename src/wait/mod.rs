//! Waits for the kernel: subscribe, ask, then ask again after each change, until a deadline.

mod duplicates;
mod link;
mod port;
mod probe;

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

pub(crate) use duplicates::{DadWait, for_duplicate_detection};
pub(crate) use link::for_links;
pub(crate) use port::{Forwarding, ForwardingWait, for_forwarding};
pub(crate) use probe::{Probed, for_unused_addresses};

use crate::error::Result;
use crate::netlink::{Event, Subscription};
use crate::wire::message::Message;

/// `RTNLGRP_LINK` of linux/rtnetlink.h.
const RTNLGRP_LINK: u32 = 1;
/// `RTNLGRP_IPV6_IFADDR` of linux/rtnetlink.h.
const RTNLGRP_IPV6_IFADDR: u32 = 9;

/// Returns the deadline of a timeout that begins now.
pub(crate) fn deadline(timeout: Duration) -> Instant {
    let now = Instant::now();
    // A timeout that overflows becomes one longer than any process runs.
    now.checked_add(timeout).unwrap_or_else(|| now + Duration::from_secs(u32::MAX.into()))
}

/// Asks about several things until each has an answer or its deadline passes; the first time at once. `ask` gets the
/// numbers of those without an answer, and returns the answers that there are, failures included.
///
/// Opens one subscription for all, only if an answer is missing, and then asks again, so that no change is missed. A
/// notification only says *that* something changed, since notifications can be late or lost.
///
/// # Errors
/// [`ErrorKind::Cancelled`](crate::ErrorKind::Cancelled) as soon as one of the descriptors `cancel` has something to read.
fn poll_until<T>(
    deadlines: &[Instant],
    cancel: &[BorrowedFd<'_>],
    mut ask: impl FnMut(&[usize]) -> Result<Vec<(usize, Result<T>)>>,
    subscribe: impl Fn() -> Result<Subscription>,
    concerns: impl Fn(&Message<'_>) -> bool,
) -> Result<Vec<Result<Option<T>>>> {
    let mut answers: Vec<Result<Option<T>>> = deadlines.iter().map(|_| Ok(None)).collect();
    let mut pending: Vec<usize> = (0..deadlines.len()).collect();
    let mut subscription = None;
    while !pending.is_empty() {
        for (number, answer) in ask(&pending)? {
            pending.retain(|pending| *pending != number);
            if let Some(place) = answers.get_mut(number) {
                *place = answer.map(Some);
            }
        }
        let deadline_of = |number: &usize| deadlines.get(*number).copied();
        let Some(next) = pending.iter().filter_map(deadline_of).min() else { break };
        let in_time = match &mut subscription {
            Some(subscription) => changed(subscription, next, cancel, &concerns)?,
            None if Instant::now() < next => {
                subscription = Some(subscribe()?);
                true
            }
            None => false,
        };
        if !in_time {
            pending.retain(|number| deadline_of(number).is_some_and(|deadline| next < deadline));
        }
    }
    Ok(answers)
}

/// Waits for a notification that `concerns` us, or for lost notifications. Returns false at the deadline, however many
/// others arrive.
fn changed(
    subscription: &mut Subscription,
    deadline: Instant,
    cancel: &[BorrowedFd<'_>],
    concerns: &impl Fn(&Message<'_>) -> bool,
) -> Result<bool> {
    let mut concerned = false;
    loop {
        let now = Instant::now();
        // Takes everything that has arrived as one notification.
        let until = if concerned { now } else { deadline };
        if now >= deadline {
            return Ok(concerned);
        }
        match subscription.next(until, cancel, |message| concerned |= concerns(message))? {
            Event::Deadline => return Ok(concerned),
            Event::Lost => return Ok(true),
            Event::Messages => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io;

    use super::*;
    use crate::error::Error;
    use crate::netlink::{Size, Transport};
    use crate::testing::scripted_peer::{Reply, Scripted, Step};

    const OURS: u16 = 16;
    const OTHERS: u16 = 20;

    fn notification(kind: u16) -> Step {
        Step::Reply(vec![Reply(kind, 0, 0, vec![0; 16])])
    }

    /// Waits for one thing, which our notifications concern.
    fn until_one<T>(
        deadline: Instant,
        mut ask: impl FnMut() -> Result<Option<T>>,
        subscribe: impl Fn() -> Result<Subscription>,
    ) -> Result<Option<T>> {
        let ask = |_: &[usize]| Ok(ask()?.map(|answer| (0, Ok(answer))).into_iter().collect());
        poll_until(&[deadline], &[], ask, subscribe, |message| message.kind == OURS)?.pop().unwrap()
    }

    /// Waits with these notifications for the answer that the kernel gives when it is asked for the `at`th
    /// time, and tells what came of it and how often it was asked.
    fn wait(at: u32, acts: Vec<Step>) -> (Result<Option<u32>>, u32) {
        let mut asked = 0;
        let ask = || {
            asked += 1;
            Ok((asked >= at).then_some(asked))
        };
        let acts = Cell::new(acts);
        let subscribe = || Ok(Subscription::new(Scripted::new(acts.take())));
        let answer = until_one(deadline(Duration::from_secs(60)), ask, subscribe);
        (answer, asked)
    }

    #[test]
    fn an_answer_at_once_needs_no_subscription() {
        let subscribe = || panic!("not needed");
        let answer = until_one(deadline(Duration::from_secs(60)), || Ok(Some(1)), subscribe);
        assert_eq!(answer.unwrap(), Some(1));
    }

    #[test]
    fn what_changed_while_subscribing_is_not_missed() {
        assert_eq!(wait(2, vec![]).0.unwrap(), Some(2));
    }

    #[test]
    fn asks_again_when_it_concerns_us_only() {
        let others = || vec![notification(OTHERS), notification(OTHERS)];
        let (answer, asked) = wait(3, others());
        assert_eq!((answer.unwrap(), asked), (None, 2));
        // Those that have come already are worth one question.
        let owned = others().into_iter().chain([notification(OURS), notification(OURS)]).chain(others());
        let (answer, asked) = wait(9, owned.collect());
        assert_eq!((answer.unwrap(), asked), (None, 3));
    }

    #[test]
    fn asks_again_when_notifications_were_lost() {
        assert_eq!(wait(3, vec![Step::Fail(libc::ENOBUFS)]).0.unwrap(), Some(3));
    }

    #[test]
    fn nothing_to_read_after_all_is_no_end() {
        assert_eq!(wait(3, vec![Step::Fail(libc::EAGAIN), notification(OURS)]).0.unwrap(), Some(3));
    }

    #[test]
    fn no_answer_by_the_deadline() {
        let (answer, asked) = wait(9, vec![notification(OURS), notification(OTHERS)]);
        assert_eq!((answer.unwrap(), asked), (None, 3));
        let subscribe = || panic!("the deadline has passed");
        assert_eq!(until_one(Instant::now(), || Ok(None::<()>), subscribe).unwrap(), None);
    }

    #[test]
    fn several_things_each_until_its_deadline() {
        let mut asked = Vec::new();
        let ask = |pending: &[usize]| {
            asked.push(pending.to_vec());
            let failure = Error::from_errno(libc::ENODEV);
            Ok(match asked.len() {
                1 => vec![(1, Ok('b'))],
                2 => vec![(3, Err(failure))],
                3 => vec![(2, Ok('c'))],
                _ => vec![],
            })
        };
        let monitors = Cell::new(0);
        let subscribe = || {
            monitors.set(monitors.get() + 1);
            Ok(Subscription::new(Scripted::new([])))
        };
        let [soon, late] = [60, 120].map(|seconds| deadline(Duration::from_secs(seconds)));
        let answers = poll_until(&[soon, soon, late, late, late], &[], ask, subscribe, |_| true).unwrap();
        let told: Vec<_> = answers.iter().map(|answer| answer.as_ref().map_err(Error::errno).copied()).collect();
        assert_eq!(told, [Ok(None), Ok(Some('b')), Ok(Some('c')), Err(Some(libc::ENODEV)), Ok(None)]);
        assert_eq!(asked, [vec![0, 1, 2, 3, 4], vec![0, 2, 3, 4], vec![2, 4]]);
        assert_eq!(monitors.get(), 1);
    }

    #[test]
    fn a_failure_ends_it() {
        assert_eq!(wait(9, vec![Step::Fail(libc::EIO)]).0.unwrap_err().errno(), Some(libc::EIO));
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

        fn wait(&mut self, _: Instant, _: &[BorrowedFd<'_>]) -> io::Result<bool> {
            Ok(true)
        }

        fn watch(&mut self, _: u32, _: bool) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_flood_does_not_put_the_deadline_off() {
        let subscribe = || Ok(Subscription::new(Flood(Scripted::new([]))));
        let deadline = deadline(Duration::from_millis(20));
        assert_eq!(until_one(deadline, || Ok(None::<()>), subscribe).unwrap(), None);
        assert!(deadline <= Instant::now());
    }

    #[test]
    fn a_timeout_may_be_any() {
        assert!(deadline(Duration::MAX) > deadline(Duration::from_secs(3600)));
    }
}
