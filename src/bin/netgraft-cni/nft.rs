//! The few messages of nf_tables that masquerading takes. Sizes and names are those of linux/netfilter/nf_tables.h.

use std::io;
use std::net::IpAddr;

use netgraft::Prefix;

use crate::link::octets;
use crate::netlink::{
    Attributes, Connection, Message, NLM_F_ACK, NLM_F_CREATE, NLM_F_DUMP, attributes, errno, find, text,
};

const NETLINK_NETFILTER: i32 = 12;
const SUBSYSTEM: u16 = 10 << 8;
const NFNL_MSG_BATCH_BEGIN: u16 = 0x10;
const NFNL_MSG_BATCH_END: u16 = 0x11;
const NFNL_BATCH_GENID: u16 = 1;
const NFT_MSG_NEWTABLE: u16 = SUBSYSTEM;
const NFT_MSG_DELTABLE: u16 = SUBSYSTEM | 2;
const NFT_MSG_NEWCHAIN: u16 = SUBSYSTEM | 3;
const NFT_MSG_NEWRULE: u16 = SUBSYSTEM | 6;
const NFT_MSG_GETRULE: u16 = SUBSYSTEM | 7;
const NFT_MSG_DELRULE: u16 = SUBSYSTEM | 8;
const NFT_MSG_NEWSET: u16 = SUBSYSTEM | 9;
const NFT_MSG_DELSET: u16 = SUBSYSTEM | 11;
const NFT_MSG_NEWSETELEM: u16 = SUBSYSTEM | 12;
const NFT_MSG_GETSETELEM: u16 = SUBSYSTEM | 13;
const NFT_MSG_DELSETELEM: u16 = SUBSYSTEM | 14;
const NFT_MSG_GETGEN: u16 = SUBSYSTEM | 16;
const NFTA_GEN_ID: u16 = 1;
const NFTA_LIST_ELEM: u16 = 1;
const NFTA_DATA_VALUE: u16 = 1;
const NFTA_RULE_HANDLE: u16 = 3;
const NFTA_RULE_USERDATA: u16 = 7;
const NFTA_SET_ELEM_LIST_ELEMENTS: u16 = 3;
const NFTA_SET_ELEM_KEY: u16 = 1;
const NFTA_SET_ELEM_USERDATA: u16 = 6;
/// What nft(8) calls the types of keys.
const TYPE_IPADDR: u32 = 7;
const TYPE_IP6ADDR: u32 = 8;
const NFPROTO_INET: u8 = 1;
const NF_INET_POST_ROUTING: u32 = 4;
/// The priority of source NAT.
const NF_IP_PRI_NAT_SRC: u32 = 100;
/// The type of comments in user data, of rules and of elements, as nft(8) writes and shows these.
const UDATA_COMMENT: u8 = 0;
const HEADER_LEN: usize = 4;

/// The table of the plugins, and its chain.
const TABLE: &[u8] = b"netgraft-cni\0";
const CHAIN: &[u8] = b"postrouting\0";

/// One rule of the table.
#[derive(Debug)]
pub(crate) struct Rule {
    handle: Vec<u8>,
    pub(crate) comment: String,
}

/// One address in a set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    pub(crate) address: IpAddr,
    pub(crate) comment: String,
}

/// Changes that are carried out together or not at all.
#[derive(Debug, Default)]
pub(crate) struct Batch(Vec<Message>);

pub(crate) struct Tables {
    connection: Connection,
}

impl Tables {
    pub(crate) fn open() -> crate::error::Result<Self> {
        Ok(Self { connection: Connection::open(NETLINK_NETFILTER)? })
    }

    /// The number of the present rules: changes to any of these give another one.
    pub(crate) fn generation(&mut self) -> io::Result<Vec<u8>> {
        let body = self.connection.get(&Message::new(NFT_MSG_GETGEN, 0, &header(0)))?;
        let id = find(body.get(HEADER_LEN..).unwrap_or_default(), NFTA_GEN_ID);
        id.map(<[u8]>::to_vec).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    /// The rules of the table; none where there is no table.
    pub(crate) fn rules(&mut self) -> io::Result<Vec<Rule>> {
        let message = Message::new(NFT_MSG_GETRULE, NLM_F_DUMP, &header(NFPROTO_INET));
        let bodies = none_if_missing(self.connection.dump(&message.attribute(1, TABLE).attribute(2, CHAIN)))?;
        let rule = |body: &Vec<u8>| {
            let attributes = body.get(HEADER_LEN..)?;
            // Older kernels pay no heed to the names in the request.
            if find(attributes, 1) != Some(TABLE) || find(attributes, 2) != Some(CHAIN) {
                return None;
            }
            let comment = find(attributes, NFTA_RULE_USERDATA).and_then(comment_in).unwrap_or_default();
            Some(Rule { handle: find(attributes, NFTA_RULE_HANDLE)?.to_vec(), comment })
        };
        Ok(bodies.iter().filter_map(rule).collect())
    }

    /// The elements of a set; none where there is no set.
    pub(crate) fn elements(&mut self, set: &str) -> io::Result<Vec<Element>> {
        let message = Message::new(NFT_MSG_GETSETELEM, NLM_F_DUMP, &header(NFPROTO_INET));
        let message = message.attribute(1, TABLE).attribute(2, &c_text(set));
        let bodies = none_if_missing(self.connection.dump(&message))?;
        let lists = bodies.iter().filter_map(|body| find(body.get(HEADER_LEN..)?, NFTA_SET_ELEM_LIST_ELEMENTS));
        let element = |(_, value)| {
            let key = find(find(value, NFTA_SET_ELEM_KEY)?, NFTA_DATA_VALUE)?;
            let address = crate::link::prefix(key, 0)?.address();
            let comment = find(value, NFTA_SET_ELEM_USERDATA).and_then(comment_in).unwrap_or_default();
            Some(Element { address, comment })
        };
        Ok(lists.flat_map(attributes).filter_map(element).collect())
    }

    /// Carries changes out, unless somebody changed the rules since the generation was read: then it returns false.
    pub(crate) fn commit(&mut self, generation: &[u8], batch: Batch) -> io::Result<bool> {
        let begin = Message::new(NFNL_MSG_BATCH_BEGIN, 0, &batch_header()).attribute(NFNL_BATCH_GENID, generation);
        let end = Message::new(NFNL_MSG_BATCH_END, 0, &batch_header());
        let messages: Vec<Message> = [vec![begin], batch.0, vec![end]].concat();
        match self.connection.batch(&messages) {
            Ok(()) => Ok(true),
            Err((_, error)) if errno(&error) == Some(libc::ERESTART) => Ok(false),
            Err((_, error)) => Err(error),
        }
    }
}

impl Batch {
    /// The table and its chain, where they are missing.
    pub(crate) fn add_table(&mut self) {
        self.push(NFT_MSG_NEWTABLE, NLM_F_CREATE, |message| message);
        let hook = Attributes::default().attribute(1, &be(NF_INET_POST_ROUTING)).attribute(2, &be(NF_IP_PRI_NAT_SRC));
        self.push(NFT_MSG_NEWCHAIN, NLM_F_CREATE, |message| {
            message.attribute(3, CHAIN).nested(4, hook).attribute(7, b"nat\0")
        });
    }

    pub(crate) fn delete_table(&mut self) {
        self.push(NFT_MSG_DELTABLE, 0, |message| message);
    }

    /// A set of addresses, and the rule that masquerades what these send beyond their subnet.
    pub(crate) fn add_set(&mut self, set: &str, subnet: Prefix, comment: &str) {
        let (kind, length) = if subnet.is_ipv4() { (TYPE_IPADDR, 4) } else { (TYPE_IP6ADDR, 16) };
        self.push(NFT_MSG_NEWSET, NLM_F_CREATE, |message| {
            let message = message.attribute(2, &c_text(set)).attribute(4, &be(kind)).attribute(5, &be(length));
            // A number that is to be unique in the batch.
            message.attribute(10, &be(1))
        });
        const NLM_F_APPEND: u16 = 0x800;
        self.push(NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, |message| {
            let message = message.attribute(2, CHAIN).nested(4, masquerade(set, subnet));
            message.attribute(NFTA_RULE_USERDATA, &comment_of(comment))
        });
    }

    pub(crate) fn delete_set(&mut self, set: &str, rule: &Rule) {
        self.push(NFT_MSG_DELRULE, 0, |message| message.attribute(2, CHAIN).attribute(NFTA_RULE_HANDLE, &rule.handle));
        self.push(NFT_MSG_DELSET, 0, |message| message.attribute(2, &c_text(set)));
    }

    pub(crate) fn add_element(&mut self, set: &str, element: &Element) {
        self.change_element(NFT_MSG_NEWSETELEM, NLM_F_CREATE, set, element);
    }

    pub(crate) fn delete_element(&mut self, set: &str, element: &Element) {
        self.change_element(NFT_MSG_DELSETELEM, 0, set, element);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn change_element(&mut self, kind: u16, flags: u16, set: &str, element: &Element) {
        let inner = Attributes::default().nested(NFTA_SET_ELEM_KEY, data(&octets(element.address)));
        let inner = match kind {
            NFT_MSG_NEWSETELEM => inner.attribute(NFTA_SET_ELEM_USERDATA, &comment_of(&element.comment)),
            _ => inner,
        };
        let list = Attributes::default().nested(NFTA_LIST_ELEM, inner);
        self.push(kind, flags, |message| message.attribute(2, &c_text(set)).nested(NFTA_SET_ELEM_LIST_ELEMENTS, list));
    }

    /// Adds a request. The first attribute of all is the name of the table.
    fn push(&mut self, kind: u16, flags: u16, complete: impl FnOnce(Message) -> Message) {
        let message = Message::new(kind, flags | NLM_F_ACK, &header(NFPROTO_INET));
        self.0.push(complete(message.attribute(1, TABLE)));
    }
}

/// The expressions of a rule: from an address in the set, to one outside of the subnet that is no multicast group.
fn masquerade(set: &str, subnet: Prefix) -> Attributes {
    const NFPROTO_IPV4: u8 = 2;
    const NFPROTO_IPV6: u8 = 10;
    const NFT_META_NFPROTO: u32 = 15;
    // Offsets of source and destination in the headers, and which destinations are groups.
    let (family, source, destination, groups): (u8, u32, u32, (IpAddr, u8)) = if subnet.is_ipv4() {
        (NFPROTO_IPV4, 12, 16, ([224, 0, 0, 0].into(), 4))
    } else {
        (NFPROTO_IPV6, 8, 24, ([0xff00, 0, 0, 0, 0, 0, 0, 0].into(), 8))
    };
    let length = octets(subnet.address()).len() as u32;
    let load = |offset| {
        let data = Attributes::default().attribute(1, &be(1)).attribute(2, &be(1));
        expression(b"payload\0", data.attribute(3, &be(offset)).attribute(4, &be(length)))
    };
    let outside = |network: IpAddr, bits: u8| {
        let mask = (0..length * 8).fold(vec![0; length as usize], |mut mask: Vec<u8>, bit| {
            if let Some(byte) = mask.get_mut(bit as usize / 8).filter(|_| bit < u32::from(bits)) {
                *byte |= 0x80 >> (bit % 8);
            }
            mask
        });
        let zero = vec![0; length as usize];
        let bitwise = Attributes::default().attribute(1, &be(1)).attribute(2, &be(1)).attribute(3, &be(length));
        let bitwise = expression(b"bitwise\0", bitwise.nested(4, data(&mask)).nested(5, data(&zero)));
        [load(destination), bitwise, compare(1, &octets(network))]
    };
    let meta = Attributes::default().attribute(1, &be(1)).attribute(2, &be(NFT_META_NFPROTO));
    let lookup = Attributes::default().attribute(1, &c_text(set)).attribute(2, &be(1));
    let mut all =
        vec![expression(b"meta\0", meta), compare(0, &[family]), load(source), expression(b"lookup\0", lookup)];
    // Everything is inside of a subnet without a length.
    all.extend(outside(subnet.network().address(), subnet.length()));
    all.extend(outside(groups.0, groups.1));
    all.push(expression(b"masq\0", Attributes::default()));
    all.into_iter().fold(Attributes::default(), |list, expression| list.nested(NFTA_LIST_ELEM, expression))
}

/// Compares the register with a value: 0 equal, 1 not.
fn compare(operator: u32, value: &[u8]) -> Attributes {
    let compare = Attributes::default().attribute(1, &be(1)).attribute(2, &be(operator));
    expression(b"cmp\0", compare.nested(3, data(value)))
}

fn expression(name: &[u8], data: Attributes) -> Attributes {
    Attributes::default().attribute(1, name).nested(2, data)
}

fn data(value: &[u8]) -> Attributes {
    Attributes::default().attribute(NFTA_DATA_VALUE, value)
}

/// `struct nfgenmsg`.
fn header(family: u8) -> [u8; HEADER_LEN] {
    [family, 0, 0, 0]
}

fn batch_header() -> [u8; HEADER_LEN] {
    [0, 0, 0, (SUBSYSTEM >> 8) as u8]
}

fn be(number: u32) -> [u8; 4] {
    number.to_be_bytes()
}

fn c_text(text: &str) -> Vec<u8> {
    [text.as_bytes(), &[0]].concat()
}

/// User data with a comment.
fn comment_of(comment: &str) -> Vec<u8> {
    // nft(8) takes no longer ones.
    const MAX: usize = 127;
    let bytes = comment.as_bytes().get(..comment.len().min(MAX)).unwrap_or_default();
    [&[UDATA_COMMENT, bytes.len() as u8 + 1], bytes, &[0]].concat()
}

fn comment_in(mut udata: &[u8]) -> Option<String> {
    loop {
        let &[kind, length, ..] = udata else { return None };
        let value = udata.get(2..2 + usize::from(length))?;
        if kind == UDATA_COMMENT {
            return Some(text(value));
        }
        udata = udata.get(2 + usize::from(length)..)?;
    }
}

fn none_if_missing(bodies: io::Result<Vec<Vec<u8>>>) -> io::Result<Vec<Vec<u8>>> {
    match bodies {
        Err(error) if errno(&error) == Some(libc::ENOENT) => Ok(Vec::new()),
        bodies => bodies,
    }
}
