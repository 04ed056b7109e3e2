//! The kind of link that a veth is, described by its other end.

use crate::error::Result;
use crate::interface::config::kind::Kind;
use crate::interface::config::veth::VethPeer;
use crate::types::IfIndex;
use crate::wire::attribute::{Attribute, bytes};

const VETH_INFO_PEER: u16 = 1;

impl Kind for VethPeer {
    fn name(&self) -> &'static str {
        "veth"
    }

    fn build_option(&self) -> &'static str {
        "VETH"
    }

    fn data(&self, _: Option<IfIndex>, peer: Option<Vec<u8>>) -> Vec<Attribute> {
        peer.iter().map(|peer| bytes(VETH_INFO_PEER, peer)).collect()
    }

    fn details(&self) -> String {
        self.to_string()
    }

    fn peer(&self) -> Option<&VethPeer> {
        Some(self)
    }

    fn check(&self) -> Result<()> {
        self.check_options()
    }

    fn check_whole(&self) -> Result<()> {
        self.check_port()
    }
}
