//! What a kind of link that is created has of its own: one implementation for each kind, beside its options.

use std::fmt;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::interface::config::veth::VethPeer;
use crate::netns::NetNs;
use crate::types::{IfIndex, IfName};
use crate::wire::attribute::Attribute;

/// A kind of link that can be created.
pub(crate) trait Kind: fmt::Debug + Send + Sync {
    /// Returns the kernel's name of the kind.
    fn name(&self) -> &'static str;

    /// Returns the build option of the kernel that the kind takes, without `CONFIG_`.
    fn build_option(&self) -> &'static str;

    /// Returns the attributes that only this kind has (`IFLA_INFO_DATA`). `peer` is the message that describes the other end.
    fn data(&self, parent: Option<IfIndex>, peer: Option<Vec<u8>>) -> Vec<Attribute>;

    /// Returns the options as errors and the log tell of them.
    fn details(&self) -> String;

    /// Checks each option that was set, as far as that can be said without the kernel.
    ///
    /// Setters only store: the constructor of the link reports which option is wrong.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Checks that no option lacks another one that it needs.
    fn check_whole(&self) -> Result<()> {
        Ok(())
    }

    /// Returns the namespace that the kernel is asked in, where that is not the link's own, and the name of the parent there.
    fn below(&self) -> Option<(&Arc<NetNs>, Option<&IfName>)> {
        None
    }

    /// Returns the other end, of links that come in pairs.
    fn peer(&self) -> Option<&VethPeer> {
        None
    }

    /// Tells whether the parent is among the attributes of the kind, and not in `IFLA_LINK`.
    fn names_parent(&self) -> bool {
        false
    }

    /// Tells whether the other end has a MAC.
    fn has_peer_mac(&self) -> bool {
        self.peer().is_some()
    }

    /// Tells whether MAC and MTU follow those of the link's ports until somebody sets them.
    fn follows_ports(&self) -> bool {
        false
    }

    /// Tells whether the link takes any MTU.
    fn takes_any_mtu(&self) -> bool {
        false
    }

    /// Tells whether the MAC that the link is given is not the one that the link has then.
    fn has_own_mac(&self) -> bool {
        true
    }

    /// Returns why the link cannot be given a MAC.
    fn refuses_mac(&self) -> Option<&'static str> {
        None
    }

    /// Returns what else than its name may be taken, such as a number, and where.
    fn identifier(&self) -> Option<String> {
        None
    }

    /// Says which option of the kernel a refusal is about.
    fn lacking(&self, _refusal: &Error) -> String {
        format!("this kernel has no such links (CONFIG_{})", self.build_option())
    }
}

/// As errors and the log tell of a link that is created: its kind and its options.
impl fmt::Display for dyn Kind + '_ {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let details = self.details();
        f.write_str(self.name())?;
        if details.is_empty() { Ok(()) } else { write!(f, " ({details})") }
    }
}
