//! What peers were asked for and what they made of it, told from what was said alone; and whether what was done was undone.

use std::collections::HashMap;
use std::ops::Range;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_DUMP, NLM_F_EXCL, NLMSG_DONE, NLMSG_ERROR, NLMSG_OVERRUN};

use crate::record::identity::Identity;
use crate::testing::scripted_peer::{Line, Said};
use crate::wire::address::{AddressInfo, RTM_DELADDR, RTM_NEWADDR};
use crate::wire::attribute::{find, i32};
use crate::wire::link::{LinkInfo, RTM_DELLINK, RTM_NEWLINK, link_index};
use crate::wire::message::messages;
use crate::wire::route::{RTM_NEWROUTE, RouteInfo};

const RTM_GETLINK: u16 = RTM_NEWLINK + 2;
const RTM_DELROUTE: u16 = RTM_NEWROUTE + 1;
const IFLA_NET_NS_FD: u16 = 28;

/// A request.
#[derive(Debug)]
struct Asked {
    peer: &'static str,
    kind: u16,
    flags: u16,
    body: Vec<u8>,
    outcome: Verdict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// The conversation broke off: it may have been done or not.
    Unknown,
    /// With the errno, negative.
    Refused(i32),
    Done,
}

/// A conversation under way: which of the requests it is about, and the sequence number of the first.
struct Conversation {
    requests: Range<usize>,
    first: u32,
}

fn read(lines: &[Line]) -> Vec<Asked> {
    let mut asked: Vec<Asked> = Vec::new();
    let mut open: HashMap<&'static str, Conversation> = HashMap::new();
    for Line { peer, said } in lines {
        match said {
            Said::ToPeer(datagram) => {
                let start = asked.len();
                let mut first = None;
                for message in messages(datagram) {
                    first.get_or_insert(message.sequence);
                    asked.push(Asked {
                        peer,
                        kind: message.kind,
                        flags: message.flags,
                        body: message.payload.to_vec(),
                        outcome: Verdict::Unknown,
                    });
                }
                open.insert(
                    peer,
                    Conversation { requests: start..asked.len(), first: first.expect("it asks for something") },
                );
            }
            Said::ByPeer(datagram) => {
                if let Some(conversation) = open.get(peer) {
                    if listen(datagram, conversation, &mut asked) {
                        open.remove(peer);
                    }
                }
            }
        }
    }
    asked
}

/// Follows what a peer answers. True when that is all.
fn listen(datagram: &[u8], conversation: &Conversation, asked: &mut [Asked]) -> bool {
    let requests = &mut asked[conversation.requests.clone()];
    let last = requests.len() - 1;
    for message in messages(datagram) {
        let number = message.sequence.wrapping_sub(conversation.first) as usize;
        let Some(request) = requests.get_mut(number) else { continue };
        let ended = match message.kind {
            NLMSG_OVERRUN => return true,
            NLMSG_ERROR | NLMSG_DONE => {
                if let Some(errno) = i32(message.payload).filter(|errno| *errno < 0) {
                    request.outcome = Verdict::Refused(errno);
                }
                true
            }
            _ => request.kind % 4 == 2 && request.flags & NLM_F_DUMP == 0,
        };
        if ended && number == last {
            let rest = requests.iter_mut().filter(|request| request.outcome == Verdict::Unknown);
            rest.for_each(|request| request.outcome = Verdict::Done);
            return true;
        }
    }
    false
}

impl Asked {
    fn is(&self, peer: &str, kind: u16) -> bool {
        self.peer == peer && self.kind == kind
    }

    fn makes(&self) -> bool {
        self.flags & (NLM_F_CREATE | NLM_F_EXCL) == NLM_F_CREATE | NLM_F_EXCL
    }

    /// Whether it moves a link into another namespace.
    fn moves(&self) -> bool {
        self.kind == RTM_NEWLINK
            && !self.makes()
            && find(self.body.get(16..).unwrap_or_default(), IFLA_NET_NS_FD).is_some()
    }
}

/// Of a failed add that says that everything is as before: whatever was done, or may have been, was taken back.
pub(crate) fn is_undone(lines: &[Line], in_place: bool) {
    let asked = read(lines);
    for (number, request) in
        asked.iter().enumerate().filter(|(_, request)| !matches!(request.outcome, Verdict::Refused(_)))
    {
        let later = || asked[number + 1..].iter();
        if request.is("web", RTM_NEWLINK) && request.makes() {
            let index = link_index(&request.body);
            let is_gone = |l: &Asked| l.is("web", RTM_GETLINK) && l.outcome == Verdict::Refused(-libc::ENODEV);
            let goes = |l: &Asked| link_index(&l.body) == index && (l.is("web", RTM_DELLINK) || is_gone(l));
            assert!(later().any(goes) || another_was_told_of(lines, &request.body), "a link was made: {asked:#?}");
        } else if request.peer == "host" && request.moves() {
            let is_back = |l: &Asked| l.peer == "web" && l.moves();
            let never_left = |l: &Asked| l.is("host", RTM_GETLINK) && l.outcome == Verdict::Done;
            assert!(later().any(|l| is_back(l) || never_left(l)), "a link was moved: {asked:#?}");
        } else if in_place && request.is("web", RTM_NEWADDR) && request.outcome == Verdict::Done {
            let prefix = AddressInfo::parse(&request.body).map(|address| address.prefix);
            let goes = |l: &Asked| l.is("web", RTM_DELADDR) && AddressInfo::parse(&l.body).map(|a| a.prefix) == prefix;
            let was_there = was_told(lines, RTM_NEWADDR, |body| AddressInfo::parse(body).map(|a| a.prefix) == prefix);
            assert!(was_there || later().any(goes), "an address was added: {asked:#?}");
        } else if in_place && request.is("web", RTM_NEWROUTE) && request.outcome == Verdict::Done {
            let to = RouteInfo::parse(&request.body).map(|route| route.destination);
            let goes = |l: &Asked| l.is("web", RTM_DELROUTE) && RouteInfo::parse(&l.body).map(|r| r.destination) == to;
            let was_there = was_told(lines, RTM_NEWROUTE, |body| RouteInfo::parse(body).map(|r| r.destination) == to);
            assert!(was_there || later().any(goes), "a route was added: {asked:#?}");
        }
    }
}

/// Whether `web` has told of a link that has the index of the one that was to be made, and is not that one.
fn another_was_told_of(lines: &[Line], body: &[u8]) -> bool {
    let asked = LinkInfo::parse(body);
    let answers = lines.iter().filter_map(|line| match &line.said {
        Said::ByPeer(datagram) if line.peer == "web" => Some(datagram),
        _ => None,
    });
    let told: Vec<LinkInfo> = answers
        .flat_map(|datagram| messages(datagram))
        .filter(|message| message.kind == RTM_NEWLINK && link_index(message.payload) == link_index(body))
        .filter_map(|message| LinkInfo::parse(message.payload))
        .collect();
    let as_asked = |link: &LinkInfo| {
        asked.as_ref().is_some_and(|asked| {
            let same_mac = asked.mac.is_none() || link.mac == asked.mac;
            link.kind == asked.kind && link.name.completes(asked.name.as_bytes()) && same_mac
        })
    };
    !told.iter().all(as_asked) || told.windows(2).any(|pair| Identity::of(&pair[0]) != Identity::of(&pair[1]))
}

/// Whether the peers have told of such an object.
fn was_told(lines: &[Line], kind: u16, is_it: impl Fn(&[u8]) -> bool) -> bool {
    lines.iter().any(|line| match &line.said {
        Said::ByPeer(datagram) => messages(datagram).any(|message| message.kind == kind && is_it(message.payload)),
        Said::ToPeer(_) => false,
    })
}
