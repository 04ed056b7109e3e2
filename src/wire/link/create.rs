//! Creating links.

use std::os::fd::BorrowedFd;

use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL};

use crate::types::{IfIndex, MacAddr};
use crate::wire::attribute::{Attribute, emitted, nested, number, text};
use crate::wire::link::set::in_namespace;
use crate::wire::link::{RTM_NEWLINK, header, ifla, ifname, mac_attribute, mtu_attribute};
use crate::wire::request::Request;

/// A link to create.
#[derive(Clone, Debug)]
pub(crate) struct NewLink<'a> {
    /// The name, or a pattern that the kernel completes.
    pub(crate) name: &'a [u8],
    pub(crate) mac: Option<MacAddr>,
    /// The kernel's name of the kind.
    pub(crate) kind: &'static str,
    /// The attributes of the kind.
    pub(crate) data: Vec<Attribute>,
    /// The link below, in the namespace that is asked.
    pub(crate) parent: Option<IfIndex>,
}

/// The other end of a pair to create.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Peer<'a> {
    pub(crate) namespace: BorrowedFd<'a>,
    /// The name, or a pattern that the kernel completes.
    pub(crate) name: &'a [u8],
    pub(crate) mac: Option<MacAddr>,
    pub(crate) mtu: Option<u32>,
    pub(crate) index: Option<IfIndex>,
}

impl Peer<'_> {
    /// Returns the message that describes the end within the request.
    pub(crate) fn message(&self) -> Vec<u8> {
        let mut attributes = vec![ifname(self.name), in_namespace(self.namespace)];
        attributes.extend(self.mac.map(mac_attribute));
        attributes.extend(self.mtu.map(mtu_attribute));
        [emitted(&header(self.index)), emitted(&attributes.as_slice())].concat()
    }
}

/// Creates a link in the namespace that is asked, or in another one.
pub(crate) fn create(link: &NewLink<'_>, namespace: Option<BorrowedFd<'_>>, index: IfIndex) -> Request {
    let mut attributes = vec![ifname(link.name)];
    attributes.extend(namespace.map(in_namespace));
    attributes.extend(link.mac.map(mac_attribute));
    attributes.extend(link.parent.map(|parent| number(ifla::LINK, parent.get())));
    let kind = text(ifla::INFO_KIND, link.kind.as_bytes());
    attributes.push(nested(ifla::LINKINFO, &[kind, nested(ifla::INFO_DATA, &link.data)]));
    Request::change(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &header(Some(index)), &attributes)
}
