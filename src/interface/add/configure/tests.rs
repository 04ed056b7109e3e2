//! Links that a scripted kernel refuses to set up.

use std::time::Instant;

use netlink_packet_core::NLMSG_ERROR;

use super::*;
use crate::interface::add::request::AddRequest;
use crate::interface::config::InterfaceConfig;
use crate::interface::config::link::Link;
use crate::namespace::Namespace;
use crate::testing::fake_netns::FakeNetns;
use crate::testing::scripted_peer::{Reply, Said, Script, Step};
use crate::wire::captures::VETH;
use crate::wire::link::RTM_NEWLINK;

/// A namespace whose kernel is a peer that plays these acts.
fn scripted(acts: impl IntoIterator<Item = Step>) -> (Namespace, Script) {
    let script = Script::new(acts);
    (FakeNetns::new("web", 1, &script, None).open().unwrap(), script)
}

/// How many datagrams the peer was sent.
fn sent(script: &Script) -> usize {
    script.take_lines().iter().filter(|line| matches!(line.said, Said::ToPeer(_))).count()
}

/// That many links to be configured alike.
fn list(count: usize, config: &InterfaceConfig) -> Vec<(Link, InterfaceConfig)> {
    (0..count).map(|_| (Link::dummy("v0").unwrap(), config.clone())).collect()
}

fn plans<'a>(ns: &'a Namespace, list: &'a [(Link, InterfaceConfig)]) -> Vec<Plan<'a>> {
    AddRequest::all(ns, list).into_iter().map(Plan::bare).collect()
}

/// Setting the link up is refused as busy; then the link is told.
fn busy(number: i32) -> [Reply; 2] {
    let code = [&(-libc::EBUSY).to_ne_bytes()[..], &[0; 16]].concat();
    [Reply(NLMSG_ERROR, 0, number, code), Reply(RTM_NEWLINK, 0, number + 1, VETH.to_vec())]
}

fn done(number: i32) -> Reply {
    Reply(RTM_NEWLINK, 0, number + 1, VETH.to_vec())
}

#[test]
fn a_busy_link_is_set_up_again_three_times() {
    let link = LinkInfo { inet6: None, ..LinkInfo::parse(VETH).unwrap() };
    let list = list(1, &InterfaceConfig::keep_name());
    for refusals in 0..=4usize {
        let acts = (0..refusals).map(|_| Step::Reply(busy(0).into())).chain([Step::Reply(vec![done(0)])]);
        let (ns, script) = scripted(acts);
        let begin = Instant::now();
        let configured = configure(&plans(&ns, &list), std::slice::from_ref(&link));
        let took = begin.elapsed();
        let tried = sent(&script);
        if refusals <= 3 {
            assert_eq!((configured.unwrap()[0].name, tried), (link.name, refusals + 1));
        } else {
            let error = configured.unwrap_err();
            assert_eq!((error.errno(), tried), (Some(libc::EBUSY), 4));
            assert!(error.to_string().starts_with("add v0 to web: set v0 up: "), "{error}");
        }
        assert!(took >= BUSY_PAUSE * (tried as u32 - 1), "{took:?}");
    }
}

/// Of several links only those are tried again that are busy, and what is told of one is told of the right one.
#[test]
fn busy_ones_among_others() {
    let link = LinkInfo { inet6: None, ..LinkInfo::parse(VETH).unwrap() };
    let list = list(3, &InterfaceConfig::keep_name());
    let first = Step::Reply([done(0)].into_iter().chain(busy(2)).chain([done(4)]).collect());
    let (ns, script) = scripted([first, Step::Reply(vec![done(0)])]);
    let configured = configure(&plans(&ns, &list), &vec![link.clone(); 3]).unwrap();
    assert_eq!((configured.len(), sent(&script)), (3, 2));
    let refusals = [vec![done(0)], busy(2).into(), busy(4).into()].into_iter().flatten().collect();
    let others = (0..3).map(|_| Step::Reply([busy(0), busy(2)].into_iter().flatten().collect()));
    let (ns, _) = scripted([Step::Reply(refusals)].into_iter().chain(others));
    let error = configure(&plans(&ns, &list), &vec![link; 3]).unwrap_err();
    assert!(error.to_string().starts_with("add v0 (2 of 3) to web: set v0 up: "), "{error}");
}

/// What the kernel tells of links says whether it has IPv6, unless they are too small for it.
#[test]
fn a_kernel_without_ipv6() {
    let (ns, script) = scripted([]);
    let link = LinkInfo { inet6: None, ..LinkInfo::parse(VETH).unwrap() };
    let config = InterfaceConfig::keep_name()
        .address("10.0.0.2/24".parse().unwrap())
        .address("fd00::2/64".parse().unwrap())
        .link_local("fe80::2/64".parse().unwrap())
        .route("fd00:1::/48".parse().unwrap());
    let list = list(1, &config);
    let plans = plans(&ns, &list);
    let error = ConfigTarget::new(&plans[0], &link, &[]).err().unwrap();
    assert_eq!((error.kind(), sent(&script)), (ErrorKind::NotSupported, 0));
    assert!(error.to_string().contains("fd00::2/64"), "{error}");
}
