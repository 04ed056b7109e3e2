//! What the kernel sends.

use netlink_packet_core::{NLM_F_ACK_TLVS, NLM_F_CAPPED, NLMSG_ERROR};
use netlink_packet_route::address::AddressMessage;
use netlink_packet_route::link::LinkMessage;
use netlink_packet_route::neighbour::NeighbourMessage;
use netlink_packet_route::route::RouteMessage;

use crate::netlink::refusal;
use crate::testing::fuzz::reference_parser;
use crate::testing::fuzz::values::{body, is_presentable, take};
use crate::testing::scripted_peer::{Reply, Scripted, Step, encode};
use crate::types::{IfIndex, IfName};
use crate::wire::address;
use crate::wire::address::AddressInfo;
use crate::wire::attribute::{attributes, edited, find};
use crate::wire::bridge;
use crate::wire::link;
use crate::wire::link::{LinkInfo, Port};
use crate::wire::message::{Ack, HEADER, Message, messages};
use crate::wire::neighbour;
use crate::wire::neighbour::NeighbourInfo;
use crate::wire::next_hop;
use crate::wire::request::Request;
use crate::wire::route;
use crate::wire::route::RouteInfo;

fn index(number: u32) -> IfIndex {
    IfIndex::new(number).unwrap()
}

/// Whatever a request holds, and wherever in it the kernel objects to something, that has a name or none.
fn objections(kind: u16, body: &[u8]) {
    let request = Request::replay(kind, 0, body.to_vec());
    let last = (HEADER + body.len()) as u32;
    for offset in [0, last / 2, last.saturating_sub(4), last, u32::from_ne_bytes(take(body, 4)), u32::MAX] {
        if let Some(name) = request.attribute_at(offset) {
            assert!(!name.contains(char::is_whitespace));
        }
    }
}

/// A datagram: the messages in it, and the attributes in those.
pub(crate) fn framing(input: &[u8]) {
    let facts = |message: &Message<'_>| (message.kind, message.flags, message.sequence, message.payload.to_vec());
    let read: Vec<_> = messages(input).map(|message| facts(&message)).collect();
    let held: usize = read.iter().map(|(.., payload)| HEADER + payload.len()).sum();
    assert!(held <= input.len());
    let written = |(kind, flags, sequence, payload): &(u16, u16, u32, Vec<u8>)| {
        encode(&Reply(*kind, *flags, *sequence as i32, payload.clone()))
    };
    let again: Vec<u8> = read.iter().flat_map(written).collect();
    assert_eq!(messages(&again).map(|message| facts(&message)).collect::<Vec<_>>(), read);
    if let Some(header) = reference_parser::header(input) {
        let (kind, flags, sequence, payload) = read.first().expect("the other reader reads a message");
        assert_eq!((*kind, *flags, *sequence), (header.message_type, header.flags, header.sequence_number));
        assert_eq!(HEADER + payload.len(), header.length as usize);
    }
    lists(input);
    read.iter().for_each(|(.., payload)| lists(payload));
}

/// A list of attributes, and whether the ways of looking into it agree.
fn lists(list: &[u8]) {
    for (kind, value) in attributes(list) {
        assert!(value.len() <= list.len());
        assert!(find(list, kind).is_some());
    }
    let again = edited(list, |_, value| Some(value.to_vec()));
    assert!(attributes(&again).eq(attributes(list)));
}

/// A datagram of acknowledgements, and one that is built of the input.
pub(crate) fn acks(input: &[u8]) {
    let request = link::set(index(7), &[link::ifname(b"v0"), link::mtu_attribute(1500)]);
    for message in messages(input) {
        let verdicts = [Ack::from_error(&message), Ack::from_done(&message)];
        if message.kind == NLMSG_ERROR {
            if let Some(code) = reference_parser::error_code(message.payload) {
                let errno = refusal(verdicts[0].clone(), &request).and_then(|error| error.errno());
                // A code below every errno has none: EPROTO.
                let expected = code.checked_neg().unwrap_or(libc::EPROTO);
                assert_eq!(errno, Some(expected).filter(|errno| *errno > 0));
            }
        }
        for verdict in verdicts {
            let warning = verdict.warning().map(str::to_owned);
            if let Some(error) = refusal(verdict, &request) {
                assert!(error.errno().is_some_and(|errno| errno > 0));
                assert_eq!(error.ext_ack(), warning.as_deref());
                is_presentable(&error);
            }
        }
    }
    // errno, whether capped, where the objection is, and the kernel's words.
    let (errno, offset) = (i32::from(take::<1>(input, 0)[0]), i32::from_ne_bytes(take(input, 2)));
    let words: Vec<u8> = input.iter().skip(6).copied().filter(|byte| *byte != 0).take(1000).collect();
    let capped = input.get(1).is_some_and(|byte| byte & 1 != 0);
    let mut payload = (-errno).to_ne_bytes().to_vec();
    payload.extend(encode(&Reply(link::RTM_NEWLINK, 0, 1, body(request.clone()))));
    if capped {
        payload.truncate(4 + HEADER);
    }
    for (kind, value) in [(1u16, [&words[..], &[0]].concat()), (2, offset.to_ne_bytes().to_vec())] {
        payload.extend((4 + value.len() as u16).to_ne_bytes());
        payload.extend(kind.to_ne_bytes());
        payload.extend(value);
        payload.resize(payload.len().next_multiple_of(4), 0);
    }
    let flags = NLM_F_ACK_TLVS | if capped { NLM_F_CAPPED } else { 0 };
    let (mut connection, _) = Scripted::connection([Step::Reply(vec![Reply(NLMSG_ERROR, flags, 0, payload)])]);
    let words = String::from_utf8_lossy(&words).into_owned();
    match connection.change(&request) {
        Ok(()) => assert_eq!(errno, 0),
        Err(error) => {
            is_presentable(&error);
            assert_eq!((error.errno(), error.ext_ack()), (Some(errno), Some(&*words)));
            assert_eq!(error.ext_ack_offset(), u32::try_from(offset).ok());
        }
    }
}

/// The body of an `RTM_NEWLINK`.
pub(crate) fn link(input: &[u8]) {
    objections(link::RTM_NEWLINK, input);
    let _ = (link::link_index(input), bridge::has_spanning_tree(input));
    let read = LinkInfo::parse(input);
    if let Some(theirs) = reference_parser::read::<LinkMessage>(input) {
        reference_parser::agrees_on_link(read.as_ref(), &theirs);
    }
    let Some(link) = read else { return };
    // What can be set of it, set: read back it is the same.
    let mut attributes = vec![link::ifname(link.name.as_bytes()), link::mtu_attribute(link.mtu)];
    attributes.push(link::tx_queue_len_attribute(link.tx_queue_len));
    attributes.extend(link.mac.map(link::mac_attribute));
    attributes.extend(link.alias.as_deref().map(link::alias_attribute));
    attributes.extend(link.inet6.as_ref().map(link::inet6_attribute));
    let told = LinkInfo::parse(&body(link::set(link.index, &attributes))).expect("it reads what it writes");
    assert_eq!((told.index, told.name, told.mtu), (link.index, link.name, link.mtu));
    assert_eq!((told.tx_queue_len, told.mac, &told.alias), (link.tx_queue_len, link.mac, &link.alias));
    let generation = |link: &LinkInfo| link.inet6.as_ref().map(|inet6| (inet6.addr_gen_mode, inet6.token));
    assert_eq!(generation(&told), generation(&link));
    let settings: Vec<(u16, u32)> = (1..).zip(link.inet.iter().copied()).take(64).collect();
    let _ = body(link::set(link.index, &[link::inet_attribute(&settings)]));
    if let Some(port) = &link.port {
        is_port(port);
    }
}

/// What a bridge says of a port.
pub(crate) fn bridge_port(input: &[u8]) {
    let port = Port { kind: b"bridge".to_vec(), data: input.to_vec() };
    if let Some(theirs) = reference_parser::bridge_port(input) {
        assert_eq!(port.is_forwarding(), theirs);
    }
    is_port(&port);
}

/// What a port is given back are things that it had.
fn is_port(port: &Port) {
    let _ = port.is_forwarding();
    // Bodies begin with 16 bytes of `struct ifinfomsg`. A link without a name is none.
    let name = body(link::set(index(3), &[link::ifname(b"v0")])).split_off(16);
    let told = LinkInfo::parse(&[body(link::set_port(index(3), port)), name].concat());
    let told = told.and_then(|link| link.port).expect("it reads what it writes");
    assert_eq!(told.kind, port.kind.split(|byte| *byte == 0).next().unwrap());
    let had: Vec<_> = attributes(&port.data).collect();
    assert!(attributes(&told.data).all(|attribute| port.is_bridged() && had.contains(&attribute)));
}

/// The body of an `RTM_NEWADDR`.
pub(crate) fn address(input: &[u8]) {
    objections(address::RTM_NEWADDR, input);
    let read = AddressInfo::parse(input);
    if let Some(theirs) = reference_parser::read::<AddressMessage>(input) {
        reference_parser::agrees_on_address(read.as_ref(), &theirs);
    }
    let _ = (address::label(input), address::differs_in_label(input, &input[input.len() / 2..]));
    let replayed = body(address::replay(input, index(9)));
    let Some(address) = read else { return };
    let _ = address.detection();
    assert_eq!(AddressInfo::parse(&replayed), Some(AddressInfo { index: index(9), ..address.clone() }));
    assert_eq!(AddressInfo::parse(&body(address::delete_exactly(input))), Some(address.clone()));
    let transplanted =
        AddressInfo::parse(&body(address::readd_nodad(input, index(9)))).expect("it reads what it writes");
    assert_eq!((transplanted.index, transplanted.prefix), (index(9), address.prefix));
    if let Some(finished) = address::clear_nodad(input, index(9)) {
        assert_eq!(AddressInfo::parse(&body(finished)), Some(AddressInfo { index: index(9), ..address.clone() }));
    }
    renamed(input, &address);
    let own = address.prefix.into();
    for request in [address::add(address.index, &own, false), address::delete(address.index, &own)] {
        let told = AddressInfo::parse(&body(request)).expect("it reads what it writes");
        assert_eq!((told.index, told.prefix), (address.index, address.prefix));
    }
}

/// An address whose link is called otherwise, as its label tells, and then as before.
fn renamed(input: &[u8], address: &AddressInfo) {
    let label = address::label(input).map(<[u8]>::to_vec);
    let name = label.as_deref().and_then(|label| label.split(|byte| *byte == b':').next());
    let Some(name) = name.and_then(|name| IfName::new(name).ok()) else { return };
    let other = IfName::new("v").unwrap();
    let there = address::relabelled(input, &name, &other);
    let back = address::relabelled(&there, &other, &name);
    assert_eq!(AddressInfo::parse(&back), Some(address.clone()));
    // A longer one has been cut, as the kernel does.
    if label.as_ref().is_some_and(|label| label.len() < libc::IFNAMSIZ) {
        assert_eq!(address::label(&back).map(<[u8]>::to_vec), label);
    }
}

/// The body of an `RTM_NEWROUTE`.
pub(crate) fn route(input: &[u8]) {
    objections(route::RTM_NEWROUTE, input);
    let read = RouteInfo::parse(input);
    if let Some(theirs) = reference_parser::read::<RouteMessage>(input) {
        reference_parser::agrees_on_route(read.as_ref(), &theirs);
    }
    let _ = (route::is_kernel_route(input), route::is_over_object(input));
    let hangs = route::depends_on(input, index(2), &[[10, 0, 0, 1].into()]);
    let requests = route::replay(input, index(2), index(9));
    let _ = route::leftovers(input, index(2), index(9), &[input.to_vec()]);
    let Some(route) = read else { return };
    for replayed in requests.into_iter().map(body) {
        let told = RouteInfo::parse(&replayed).expect("it reads what it writes");
        assert_eq!((told.destination, told.table, told.metric), (route.destination, route.table, route.metric));
        assert_eq!((told.source, told.protocol), (route.source, route.protocol));
    }
    assert!(hangs || route.link != Some(index(2)));
    if let Some(link) = route.link {
        let told =
            RouteInfo::parse(&body(route::add_on_link(link, route.destination))).expect("it reads what it writes");
        assert_eq!((told.destination, told.link), (route.destination.network(), route.link));
    }
}

/// The body of an `RTM_NEWNEIGH`.
pub(crate) fn neighbour(input: &[u8]) {
    objections(neighbour::RTM_NEWNEIGH, input);
    let read = NeighbourInfo::parse(input);
    if let Some(theirs) = reference_parser::read::<NeighbourMessage>(input) {
        reference_parser::agrees_on_neighbour(read.as_ref(), &theirs);
    }
    let replayed = body(neighbour::replay(input, index(9)));
    let Some(mut neighbour) = read else { return };
    neighbour.link = index(9);
    assert_eq!(NeighbourInfo::parse(&replayed), Some(neighbour));
}

/// The body of an `RTM_NEWNEXTHOP`.
pub(crate) fn next_hop(input: &[u8]) {
    objections(next_hop::RTM_NEWNEXTHOP, input);
    let all = vec![input.to_vec()];
    let lost = next_hop::lost_with(index(2), all.clone());
    assert!(lost.is_empty() || lost == all);
    let replayed = body(next_hop::replay(input, index(9)));
    assert_eq!(body(next_hop::replay(&replayed, index(9))), replayed, "there is nothing more to leave out");
    // What was lost with its link is lost with the one that it is given to. Nothing else is given to one.
    let again = vec![replayed];
    assert!(lost.is_empty() || next_hop::lost_with(index(9), again.clone()) == again);
}
