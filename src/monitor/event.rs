use crate::interface::LinkState;
use crate::types::{IfName, Prefix};

/// Something that happened to a link.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LinkEvent {
    /// What happened.
    pub change: LinkChange,
    /// The link as it is now; the last that was known, if the link is gone. Without routes.
    pub link: LinkState,
    /// The source name of the interface that has the link.
    pub source: Option<IfName>,
}

/// What happened to a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkChange {
    /// The link is there: from the beginning, created, or moved here.
    Appeared,
    /// The link has another name.
    Renamed {
        /// The name before.
        from: IfName,
    },
    /// The link was deleted, or moved to where the namespace does not see.
    Gone,
    /// The link was moved to another namespace.
    Moved {
        /// The number by which this namespace knows the other one (`IFLA_NEW_NETNSID`).
        namespace: i32,
    },
    /// The link can carry traffic from now on ([`LinkState::running`]).
    CarrierOn,
    /// The link cannot carry traffic any more.
    CarrierOff,
    /// The link has one more address.
    AddressAdded(Prefix),
    /// The link has lost an address.
    AddressLost(Prefix),
    /// The link was set up or down, or an attribute changed: MAC, MTU, queue length, alias, names, master.
    Changed,
}

impl LinkChange {
    /// Returns the name of the change, as the command prints it.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Appeared => "appeared",
            Self::Renamed { .. } => "renamed",
            Self::Gone => "gone",
            Self::Moved { .. } => "moved",
            Self::CarrierOn => "carrier-on",
            Self::CarrierOff => "carrier-off",
            Self::AddressAdded(_) => "address-added",
            Self::AddressLost(_) => "address-lost",
            Self::Changed => "changed",
        }
    }
}

/// What a link is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkCondition {
    /// The link is there.
    Appear,
    /// The link can carry traffic.
    Running,
    /// There is no such link.
    Gone,
}
