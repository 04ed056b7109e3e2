//! Tests of behaviour that a kernel does not show on demand.

use std::time::Instant;

use netlink_packet_core::{
    NLM_F_ACK_TLVS, NLM_F_CAPPED, NLM_F_DUMP_INTR, NLM_F_MULTIPART, NLMSG_DONE, NLMSG_ERROR, NLMSG_OVERRUN,
};
use netlink_packet_route::link::LinkHeader;

use crate::error::{ErrorKind, Result};
use crate::netlink::{Connection, Event, KernelSocket, Subscription};
use crate::testing::scripted_peer::{Reply, Said, Script, Scripted, Step, encode};
use crate::types::IfIndex;
use crate::wire::attribute::bytes;
use crate::wire::captures::native;
use crate::wire::link;
use crate::wire::request::Request;

const OBJECT: u16 = link::RTM_NEWLINK;

fn index() -> IfIndex {
    IfIndex::new(7).unwrap()
}

/// With one attribute: `IFLA_MTU`, behind the header and `struct ifinfomsg`.
fn change() -> Request {
    link::set(index(), &[link::mtu_attribute(70_000)])
}

/// An `NLMSG_ERROR` body: code and the refused header.
fn verdict(errno: i32) -> Vec<u8> {
    let mut body = (-errno).to_ne_bytes().to_vec();
    body.extend(native([0x20, 0, 0, 0, 0x13, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0], &[4, 2, 2, 4, 4], &[]));
    body
}

fn ack(request: i32, errno: i32) -> Step {
    Step::Reply(vec![Reply(NLMSG_ERROR, NLM_F_CAPPED, request, verdict(errno))])
}

/// How many datagrams the peers of a script were sent since this was last asked.
fn sent(script: &Script) -> usize {
    script.take_lines().iter().filter(|line| matches!(line.said, Said::ToPeer(_))).count()
}

fn object(flags: u16, byte: u8) -> Reply {
    Reply(OBJECT, flags, 0, vec![byte; 4])
}

fn done(flags: u16) -> Reply {
    Reply(NLMSG_DONE, flags, 0, 0i32.to_ne_bytes().to_vec())
}

fn dump(connection: &mut Connection) -> Result<Vec<u8>> {
    connection.dump(&link::dump(), Vec::new, |seen, message| seen.push(message.payload[0]))
}

#[test]
fn an_acknowledgement_and_a_refusal() {
    let (mut connection, _) = Scripted::connection([ack(0, 0), ack(0, libc::EBUSY)]);
    connection.change(&change()).unwrap();
    assert_eq!(connection.change(&change()).unwrap_err().errno(), Some(libc::EBUSY));
}

#[test]
fn the_kernels_words_behind_a_whole_and_a_capped_request() {
    let words = native(*b"\x09\0\x01\0nope\0\0\0\0\x08\0\x02\0\x20\0\0\0", &[], &[]).to_vec();
    let capped = [verdict(libc::EINVAL), words.clone()].concat();
    // The refused request was 0x20 bytes long: 16 of header and 16 of body.
    let whole = [verdict(libc::EINVAL), vec![0xa5; 16], words].concat();
    for (flags, body) in [(NLM_F_CAPPED | NLM_F_ACK_TLVS, capped), (NLM_F_ACK_TLVS, whole)] {
        let (mut connection, _) = Scripted::connection([Step::Reply(vec![Reply(NLMSG_ERROR, flags, 0, body)])]);
        let error = connection.change(&change()).unwrap_err();
        assert_eq!((error.ext_ack(), error.ext_ack_offset()), (Some("nope"), Some(32)));
        assert_eq!(error.to_string(), "Invalid argument (os error 22): nope: IFLA_MTU");
    }
}

/// The kernel itself, asked with an attribute that is too short.
#[test]
fn the_attribute_that_the_kernel_objects_to() {
    const IFLA_EXT_MASK: u16 = 29;
    const RTM_GETLINK: u16 = 18;
    let header = LinkHeader { index: IfIndex::LOOPBACK.get(), ..LinkHeader::default() };
    let request = Request::get(RTM_GETLINK, &header, &[bytes(IFLA_EXT_MASK, &[1, 0])]);
    let error = Connection::new(KernelSocket::open().unwrap()).get(&request, link::LinkInfo::parse).unwrap_err();
    assert_eq!(error.ext_ack_attribute(), Some("IFLA_EXT_MASK"), "{error}");
    assert!(error.to_string().ends_with(": IFLA_EXT_MASK"), "{error}");
}

#[test]
fn a_refusal_at_the_end_of_a_dump() {
    let words = native(*b"\x09\0\x01\0nope\0\0\0\0", &[], &[]);
    let body = [&(-libc::EINVAL).to_ne_bytes()[..], &words].concat();
    let (mut connection, _) = Scripted::connection([Step::Reply(vec![Reply(NLMSG_DONE, NLM_F_ACK_TLVS, 0, body)])]);
    let error = dump(&mut connection).unwrap_err();
    assert_eq!((error.errno(), error.ext_ack()), (Some(libc::EINVAL), Some("nope")));
}

#[test]
fn an_interrupted_dump_is_begun_anew() {
    let (mut connection, script) = Scripted::connection([
        Step::Reply(vec![object(0, 1), object(NLM_F_DUMP_INTR, 2)]),
        Step::Reply(vec![done(0)]),
        Step::Reply(vec![object(0, 3), done(0)]),
    ]);
    assert_eq!(dump(&mut connection).unwrap(), [3]);
    assert_eq!(sent(&script), 2);
}

#[test]
fn but_not_for_ever() {
    let acts = (0..1000).map(|_| Step::Reply(vec![done(NLM_F_DUMP_INTR)]));
    let (mut connection, script) = Scripted::connection(acts);
    assert_eq!(dump(&mut connection).unwrap_err().kind(), ErrorKind::Interrupted);
    assert!(sent(&script) < 1000);
}

#[test]
fn a_dump_that_another_keeps_from_starting_is_asked_for_again() {
    let (mut connection, _) = Scripted::connection([ack(0, libc::EBUSY), Step::Reply(vec![object(0, 1), done(0)])]);
    assert_eq!(dump(&mut connection).unwrap(), [1]);
}

#[test]
fn answers_to_something_else_are_passed_over() {
    let (mut connection, _) = Scripted::connection([ack(-1, libc::EPERM), ack(5, libc::EPERM), ack(0, 0)]);
    connection.change(&change()).unwrap();
}

#[test]
fn but_not_for_ever_either() {
    let (mut connection, _) = Scripted::connection((0..100_000).map(|_| ack(-1, 0)));
    assert_eq!(connection.change(&change()).unwrap_err().kind(), ErrorKind::Kernel);
}

#[test]
fn no_answer_leaves_open_whether_it_was_done() {
    let (mut connection, _) = Scripted::connection([]);
    let error = connection.change(&change()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.is_uncertain());
    let (mut connection, _) = Scripted::connection([Step::Fail(libc::ENOBUFS)]);
    assert!(connection.change(&change()).unwrap_err().is_uncertain());
    let (mut connection, _) = Scripted::connection([ack(0, libc::EPERM)]);
    assert!(!connection.change(&change()).unwrap_err().is_uncertain());
}

#[test]
fn a_datagram_cut_short_is_no_answer() {
    let whole = encode(&Reply(NLMSG_ERROR, 0, 0, verdict(0)));
    for length in 0..whole.len() {
        let (mut connection, _) = Scripted::connection([Step::Bytes(whole[..length].to_vec())]);
        assert!(connection.change(&change()).is_err(), "{length} bytes");
    }
    let (mut connection, _) = Scripted::connection([Step::Bytes(whole)]);
    connection.change(&change()).unwrap();
}

#[test]
fn an_overrun_is_an_error() {
    let (mut connection, _) = Scripted::connection([Step::Reply(vec![Reply(NLMSG_OVERRUN, 0, 0, vec![])])]);
    assert!(connection.change(&change()).is_err());
}

#[test]
fn a_batch_has_one_answer_and_names_each_refusal() {
    // The second is refused; the last, a question, is answered and ends it.
    let answer = Step::Reply(vec![Reply(OBJECT, 0, 2, vec![1; 4])]);
    let (mut connection, script) = Scripted::connection([ack(1, libc::EEXIST), answer]);
    let mut seen = Vec::new();
    let batch = [change(), change(), link::get(index())];
    let outcome = connection.batch(&batch, |number, _| seen.push(number)).unwrap();
    let refused: Vec<_> = outcome.into_refusals().into_iter().map(|(n, e)| (n, e.errno())).collect();
    assert_eq!(refused, [(1, Some(libc::EEXIST))]);
    assert_eq!(seen, [2]);
    assert_eq!(sent(&script), 1);
}

/// A part of a dump.
fn part(byte: u8) -> Step {
    Step::Reply(vec![object(NLM_F_MULTIPART, byte)])
}

/// What a watched dump tells, when the one before was large, and how often it was asked for.
fn watched(acts: impl IntoIterator<Item = Step>) -> (Vec<u8>, usize) {
    let end = || Step::Reply(vec![done(NLM_F_MULTIPART)]);
    let before = [part(7), part(8), end(), part(7), part(8), end()];
    let (mut connection, script) = Scripted::connection(before.into_iter().chain(acts));
    let mut dump = || {
        let seen = connection.dump_watched(&link::dump(), 11, vec![], |seen, message| seen.push(message.payload[0]));
        (seen.unwrap(), sent(&script))
    };
    assert_eq!(dump(), (vec![7, 8, 7, 8], 2), "the first of several parts is not relied on");
    dump()
}

#[test]
fn a_watched_dump_is_taken_again_when_there_were_changes() {
    let end = || Step::Reply(vec![done(NLM_F_MULTIPART)]);
    assert_eq!(watched([part(1), part(2), end()]), (vec![1, 2], 1));
    // Of another's request, by chance with the same number.
    let notification = || Step::Reply(vec![object(0, 9)]);
    for change in [notification(), Step::Fail(libc::ENOBUFS)] {
        let seen = watched([part(1), change, part(3), end(), part(1), part(2), part(3), end()]);
        assert_eq!(seen, (vec![1, 3, 1, 2, 3], 2), "all that was told");
    }
    assert_eq!(watched([part(1), notification(), end()]), (vec![1], 1), "one part is made in one go");
    let restless = (0..8).flat_map(|_| [part(1), notification(), part(1), end()]);
    assert_eq!(watched(restless), (vec![1; 16], 8), "it has an end");
}

#[test]
fn a_watched_dump_that_another_keeps_from_starting_tells_so() {
    let (mut connection, _) = Scripted::connection((0..100).map(|_| ack(0, libc::EBUSY)));
    let told = connection.dump_watched(&link::dump(), 11, (), |(), _| {});
    assert_eq!(told.unwrap_err().errno(), Some(libc::EBUSY));
}

#[test]
fn an_answer_without_what_it_has_to_hold() {
    let (mut connection, _) = Scripted::connection([Step::Reply(vec![object(0, 1)])]);
    let error = connection.get(&link::get(index()), link::LinkInfo::parse).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Kernel);
}

#[test]
fn a_monitor_tells_of_losses() {
    let peer = Scripted::new([Step::Fail(libc::ENOBUFS), Step::Reply(vec![object(0, 1)])]);
    let mut monitor = Subscription::new(peer);
    let mut seen = 0;
    let mut next = || monitor.next(Instant::now(), &[], |_| seen += 1).unwrap();
    assert_eq!([next(), next(), next()], [Event::Lost, Event::Messages, Event::Deadline]);
    assert_eq!(seen, 1);
}
