//! What is done in the namespaces, be they a kernel's or on a stage.

use std::time::Duration;

use crate::error::Result;
use crate::interface::{Announce, Interface, InterfaceConfig, Link, VethPeer, Wait};
use crate::namespace::Namespace;
use crate::types::{IfName, NamePrefix};

/// What the interfaces' links are called where they come from, and what they become.
pub(crate) const SOURCE: &str = "v0";
pub(crate) const NAME: &str = "eth0";
/// The other end of a veth that is made, and the bridge that it is to be a port of.
const PEER: &str = "p0";
const BRIDGE: &str = "br0";

/// How an interface comes to be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene(u8);

impl Scene {
    const KINDS: u8 = 7;

    pub(crate) fn new(byte: u8) -> Self {
        Self(byte)
    }

    fn kind(self) -> u8 {
        (self.0 & 7) % Self::KINDS
    }

    pub(crate) fn is_in_place(self) -> bool {
        self.kind() == 1
    }

    pub(crate) fn has_journal(self) -> bool {
        self.0 & 8 != 0
    }

    /// Whether there are kernel settings to be had.
    pub(crate) fn has_settings(self) -> bool {
        self.0 & 128 == 0
    }

    fn link(self, source: &str, host: &Namespace, web: &Namespace) -> Result<Link> {
        match self.kind() {
            0 => Link::existing(host, source),
            1 => Link::in_place(source),
            2 => Link::bridge(source),
            3 => Link::dummy(source),
            4 => Link::veth_named(source, VethPeer::new(host, PEER)),
            5 => Link::veth_named(source, VethPeer::new(host, PEER).bridge(BRIDGE)),
            _ => Link::veth_named(source, VethPeer::new(web, PEER)),
        }
    }

    fn config(self, name: &str) -> Result<InterfaceConfig> {
        let named = if self.0 & 16 == 0 {
            InterfaceConfig::named(IfName::new(name)?)
        } else {
            InterfaceConfig::prefix(NamePrefix::new("eth")?)
        };
        let patience = Duration::from_secs(5);
        let config = named
            .mac("02:42:0a:00:00:02".parse()?)
            .mtu(1400)
            .alias("uplink")?
            .address("10.0.0.2/24".parse()?)
            .address("fd00:1::2/64".parse()?)
            .link_local("fe80::2/64".parse()?)
            .route("172.20.0.0/16".parse()?)
            .route("0.0.0.0/0".parse()?)
            .dad(self.0 & 64 != 0)
            .wait(if self.0 & 32 == 0 { Wait::up(patience) } else { Wait::running(patience) })
            // Nothing is to be sent on any wire.
            .announce(Announce::none());
        if !self.has_settings() {
            return Ok(config);
        }
        Ok(config.sysctl("net.ipv4.conf.IFNAME.rp_filter=2".parse()?))
    }

    /// Adds the interface.
    pub(crate) fn add(self, host: &Namespace, web: &Namespace) -> Result<Interface> {
        web.add_interface(self.link(SOURCE, host, web)?, self.config(NAME)?)
    }

    /// Describes the interface as one of several: the first is the one that [`add`](Self::add) adds.
    pub(crate) fn described(self, number: usize, host: &Namespace, web: &Namespace) -> Result<(Link, InterfaceConfig)> {
        let (source, name) = (format!("v{number}"), format!("eth{number}"));
        Ok((self.link(&source, host, web)?, self.config(&name)?))
    }
}
