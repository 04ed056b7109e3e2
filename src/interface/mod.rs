//! Interfaces: links that the library has put into a namespace and configured.

pub(crate) mod add;
pub(crate) mod config;
pub(crate) mod evacuate;
mod gone;
pub(crate) mod remove;
pub(crate) mod restore;
mod rollback;
pub(crate) mod state;
mod witness;

use std::fmt;
use std::sync::Arc;

pub use add::PlannedStep;
pub use config::{
    Announce, Bridge, InterfaceConfig, Ipv6, Ipvlan, Link, Macvlan, Netkit, NetkitMode, NetkitPolicy, Probe, VethPeer,
    Vlan, VlanProtocol, Vxlan, Wait,
};
pub use restore::Restored;
pub use state::{LinkState, Statistics};

use crate::check;
use crate::check::Difference;
use crate::error::{Context, Error, ErrorKind, Result};
use crate::interface::add::announce::{self as announcing, Pending};
use crate::interface::add::wait::ReadyLink;
use crate::namespace::Namespace;
use crate::ops;
use crate::record::interface::{InterfaceRecord, RegistryEntry};
use crate::types::{IfIndex, IfName, Prefix};
use crate::wire::link::LinkInfo;

/// A link that was put into a namespace and configured there.
///
/// Clones are the same interface. Dropping a handle changes nothing; [`remove`](Self::remove) takes the interface out. Methods
/// that ask the kernel can fail as [any call](Namespace#errors-of-any-call) of the namespace.
#[derive(Clone)]
pub struct Interface {
    namespace: Namespace,
    record: Arc<RegistryEntry>,
    /// The state when the handle was created, so that the name is known after a removal.
    present: Arc<InterfaceRecord>,
}

impl Interface {
    pub(crate) fn new(namespace: Namespace, record: Arc<RegistryEntry>, present: Arc<InterfaceRecord>) -> Self {
        Self { namespace, record, present }
    }

    /// Returns what is known of the interface, or was last.
    pub(crate) fn last_known(&self) -> Arc<InterfaceRecord> {
        self.record.last_known().unwrap_or_else(|| Arc::clone(&self.present))
    }

    /// Compares the interface with the request, and returns the differences.
    ///
    /// The request is that of the add, with later changes. Nothing is changed.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when the interface was removed. A link that is gone is no error but a difference.
    pub fn check(&self) -> Result<Vec<Difference>> {
        let present = self.record.present().ok_or_else(|| Error::new(ErrorKind::NotFound, "it was removed before"));
        let check = || Ok::<_, Error>(check_all(&self.namespace, &[present?])?.pop().unwrap_or_default());
        check().doing(|| format!("check {self}"))
    }

    /// Returns the name that the link had where it came from.
    #[must_use]
    pub fn source_name(&self) -> IfName {
        self.record.source
    }

    /// Returns the name that the interface got when it was added.
    ///
    /// Somebody may have renamed it since: the present name is in its [state](Self::state).
    #[must_use]
    pub fn name(&self) -> IfName {
        self.present.name
    }

    /// Returns the link's index in its namespace.
    #[must_use]
    pub fn index(&self) -> IfIndex {
        self.last_known().index
    }

    /// Returns the namespace that the interface was added to.
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// Reads the interface's state from the kernel.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when its link is gone.
    pub fn state(&self) -> Result<LinkState> {
        state::one(&self.namespace.netns, &self.last_known()).doing(|| format!("read {self}"))
    }

    /// Returns the default routes that the interface was given.
    ///
    /// The add does not install these routes. They are kept until they are wanted.
    #[must_use]
    pub fn default_routes(&self) -> Vec<Prefix> {
        self.present.changes.routes.iter().filter(|route| route.is_default()).copied().collect()
    }

    /// Reads the interface's counters from the kernel.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when its link is gone.
    pub fn statistics(&self) -> Result<Statistics> {
        state::statistics(&self.namespace.netns, &self.last_known()).doing(|| format!("read the statistics of {self}"))
    }

    /// Announces the interface's addresses to its neighbours once more, as an add does.
    ///
    /// The first announcement is sent before this method returns, the others in the background. They replace pending ones; a
    /// count of zero only cancels those.
    ///
    /// Nothing is sent, and the log says why, when the link is down, has no MAC or does no ARP.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when the interface was removed, or its link is gone.
    pub fn announce(&self, announce: Announce) -> Result<()> {
        let again = || {
            let present = self.record.present();
            let present = present.ok_or_else(|| Error::new(ErrorKind::NotFound, "it was removed before"))?;
            let link = ops::link::get_verified(&self.namespace.netns, present.index, &present.identity)?;
            if announce.count() == 0 {
                self.namespace.announcer.stop(present.index);
            }
            self.announce_on(link, announce);
            Ok::<_, Error>(())
        };
        again().doing(|| format!("announce {self}"))
    }

    /// Announces addresses on the link, unless the interface is removed meanwhile.
    fn announce_on(&self, link: LinkInfo, announce: Announce) {
        let up = ReadyLink { link, sends: false };
        let addresses = self.present.changes.prefixes();
        let announcing = Pending { up: &up, addresses: &addresses, announce };
        announcing::announce(&self.namespace, &[announcing], || self.record.present().is_some());
    }

    /// Takes the interface out of its namespace.
    ///
    /// A moved link goes home and is restored there: name, MAC, MTU, flags, master, addresses, routes, neighbours. What others
    /// took at home meanwhile stays theirs, and is a warning; so is what had a lifetime. Nothing of what the inside did comes
    /// along. A created link is deleted. In place, the add is undone.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] the second time, or when somebody else deleted the link or removed the interface, which is off
    /// the list then. [`ErrorKind::Unverified`] when the link may be hidden, or another link is in its place.
    /// [`ErrorKind::NameTaken`] when another link at home has the old name. [`ErrorKind::Sysctl`] when a kernel setting could
    /// not be restored. [`ErrorKind::Namespace`] when home was destroyed, or is not found by a process that knows it from the
    /// journal: the link stays where it is then; once the link is deleted, [`restore`](Namespace::restore) takes the interface
    /// off the list.
    ///
    /// With a journal also [`ErrorKind::Kernel`] with `EBUSY` when another process has worked on the interface for 3 seconds,
    /// [`ErrorKind::InvalidArgument`] when the entry is torn, [`ErrorKind::NotSupported`] when a newer version wrote the entry,
    /// [`ErrorKind::Permission`] or [`ErrorKind::Kernel`] when the entry cannot be written.
    ///
    /// After any other failure the interface is as before and can be removed later, unless [`Error::left`] says what is where;
    /// [`ErrorKind::UndoFailed`] when it could not be put back.
    pub fn remove(&self) -> Result<()> {
        self.take_out(false)
    }

    /// Takes the interface out like [`remove`](Self::remove), but a moved link comes home bare.
    ///
    /// Such a link has no addresses, and lacks the routes and neighbours that go with them.
    ///
    /// # Errors
    /// Those of [`remove`](Self::remove).
    pub fn remove_without_addresses(&self) -> Result<()> {
        self.take_out(true)
    }

    fn take_out(&self, bare: bool) -> Result<()> {
        let removed = remove::remove(&self.namespace, std::slice::from_ref(&self.record), bare).pop();
        removed.unwrap_or(Ok(())).doing(|| format!("remove {self}"))
    }
}

/// Prints source name and namespace, as errors do.
impl fmt::Display for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} from {}", self.record.source, self.namespace)
    }
}

impl fmt::Debug for Interface {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interface")
            .field("source_name", &self.source_name())
            .field("name", &self.name())
            .field("index", &self.index().get())
            .field("namespace", &self.namespace)
            .finish()
    }
}

/// Compares interfaces of a namespace with their requests, and returns the differences of each.
pub(crate) fn check_all(ns: &Namespace, interfaces: &[Arc<InterfaceRecord>]) -> Result<Vec<Vec<Difference>>> {
    let master = |interface: &InterfaceRecord| {
        let name = interface.changes.master?;
        match ns.registry.by_source(&name) {
            Some((_, master)) => Some(master.index),
            None => ops::link::find_by_name(&ns.netns, &name).ok().flatten().map(|link| link.index),
        }
    };
    check::differences(&ns.netns, interfaces, master)
}
