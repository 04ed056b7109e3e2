//! Deletes many links at once: the kernel then waits once, some twenty milliseconds, not once for each.

use crate::error::Result;
use crate::netns::NetNs;
use crate::ops::link;
use crate::types::random;
use crate::wire::link::{LinkInfo, delete_group, set_group};
use crate::wire::request::Request;

/// Deletes links, and returns a result for each.
pub(crate) fn delete_all(netns: &NetNs, links: &[LinkInfo]) -> Vec<Result<()>> {
    if links.len() > 1 {
        match delete_as_group(netns, links) {
            Ok(outcomes) => return outcomes,
            Err(error) => log::debug!("not deleted at once but one by one: {error}"),
        }
    }
    links.iter().map(|of| link::delete(netns, of.index)).collect()
}

/// Moves the links into a group of their own, and deletes the group.
///
/// # Errors
/// Fails when the links that still exist are unchanged.
fn delete_as_group(netns: &NetNs, links: &[LinkInfo]) -> Result<Vec<Result<()>>> {
    let group = own_group();
    let mut requests: Vec<Request> = links.iter().map(|link| set_group(link.index, group)).collect();
    requests.push(delete_group(group));
    let refusals = match netns.batch(&requests, |_, _| {}) {
        Ok(refusals) => refusals,
        Err(error) => {
            give_groups_back(netns, links);
            return Err(error);
        }
    };
    let mut outcomes: Vec<Result<()>> = links.iter().map(|_| Ok(())).collect();
    let mut refused = None;
    for (number, error) in refusals {
        match outcomes.get_mut(number) {
            Some(outcome) => *outcome = Err(error),
            None => refused = Some(error),
        }
    }
    match refused {
        // The group was empty.
        Some(_) if outcomes.iter().all(Result::is_err) => Ok(outcomes),
        Some(error) => {
            give_groups_back(netns, links);
            Err(error)
        }
        None => Ok(outcomes),
    }
}

/// Chooses a random group, out of two thousand million.
fn own_group() -> u32 {
    // Group 0 is the default, and the kernel keeps groups as signed numbers.
    (random() as u32 & i32::MAX as u32).max(1)
}

fn give_groups_back(netns: &NetNs, links: &[LinkInfo]) {
    let requests: Vec<Request> = links.iter().map(|link| set_group(link.index, link.group)).collect();
    if let Err(error) = netns.batch(&requests, |_, _| {}) {
        log::warn!("links in {netns} that could not be deleted may be in another group now: {error}");
    }
}

#[cfg(test)]
mod tests {
    use netlink_packet_core::NLMSG_ERROR;

    use super::*;
    use crate::testing::fake_netns::FakeNetns;
    use crate::testing::scripted_peer::{Reply, Said, Script, Step};
    use crate::types::IfIndex;
    use crate::wire::captures::VETH;
    use crate::wire::link::RTM_DELLINK;
    use crate::wire::message::messages;

    const RTM_SETLINK: u16 = 19;

    fn links(count: u32) -> Vec<LinkInfo> {
        let link = |number| LinkInfo {
            index: IfIndex::new(10 + number).unwrap(),
            group: number,
            ..LinkInfo::parse(VETH).unwrap()
        };
        (0..count).map(link).collect()
    }

    fn verdict(request: i32, errno: i32) -> Reply {
        Reply(NLMSG_ERROR, 0, request, [&(-errno).to_ne_bytes()[..], &[0; 16]].concat())
    }

    /// What comes of deleting with these answers, and the types of what was asked for in each datagram.
    fn deleted(count: u32, answers: Vec<Vec<Reply>>) -> (Vec<Option<i32>>, Vec<Vec<u16>>) {
        let script = Script::new(answers.into_iter().map(Step::Reply));
        let web = FakeNetns::new("web", 1, &script, None).open().unwrap();
        let outcomes = delete_all(&web.netns, &links(count)).into_iter();
        let outcomes = outcomes.map(|outcome| outcome.err().map(|error| error.errno().unwrap())).collect();
        let sent = script.take_lines().into_iter().filter_map(|line| match line.said {
            Said::ToPeer(datagram) => Some(messages(&datagram).map(|message| message.kind).collect()),
            Said::ByPeer(_) => None,
        });
        (outcomes, sent.collect())
    }

    #[test]
    fn one_is_deleted_as_ever() {
        assert_eq!(deleted(1, vec![vec![verdict(0, 0)]]), (vec![None], vec![vec![RTM_DELLINK]]));
    }

    #[test]
    fn several_in_one_datagram() {
        let (outcomes, sent) = deleted(3, vec![vec![verdict(3, 0)]]);
        assert_eq!(outcomes, [None; 3]);
        assert_eq!(sent, [[RTM_SETLINK, RTM_SETLINK, RTM_SETLINK, RTM_DELLINK]]);
    }

    #[test]
    fn one_that_is_gone_keeps_none_of_the_others() {
        let (outcomes, sent) = deleted(3, vec![vec![verdict(1, libc::ENODEV), verdict(3, 0)]]);
        assert_eq!((outcomes, sent.len()), (vec![None, Some(libc::ENODEV), None], 1));
        let gone = (0..3).map(|number| verdict(number, libc::ENODEV)).chain([verdict(3, libc::ENODEV)]);
        let (outcomes, sent) = deleted(3, vec![gone.collect()]);
        assert_eq!((outcomes, sent.len()), (vec![Some(libc::ENODEV); 3], 1));
    }

    /// Each is told of by itself then, and those that stay are in the groups that they were in.
    #[test]
    fn one_by_one_where_the_kernel_refuses_the_group() {
        let refused = vec![verdict(2, libc::EOPNOTSUPP)];
        let answers = vec![refused, vec![verdict(1, 0)], vec![verdict(0, 0)], vec![verdict(0, libc::EOPNOTSUPP)]];
        let (outcomes, sent) = deleted(2, answers);
        assert_eq!(outcomes, [None, Some(libc::EOPNOTSUPP)]);
        let groups = vec![RTM_SETLINK, RTM_SETLINK];
        assert_eq!(sent[1..], [groups, vec![RTM_DELLINK], vec![RTM_DELLINK]]);
    }

    #[test]
    fn groups_are_numbers_of_our_own() {
        for _ in 0..1000 {
            assert!((1..=i32::MAX as u32).contains(&own_group()));
        }
    }
}
