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
/// Clones are the same interface. Dropping it changes nothing; [`remove`](Self::remove) takes it out. What talks to the
/// kernel can fail as [any call](Namespace#errors-of-any-call) of its namespace.
#[derive(Clone)]
pub struct Interface {
    namespace: Namespace,
    record: Arc<RegistryEntry>,
    /// What it was when the handle was made, so that a name can be told after its removal.
    present: Arc<InterfaceRecord>,
}

impl Interface {
    pub(crate) fn new(namespace: Namespace, record: Arc<RegistryEntry>, present: Arc<InterfaceRecord>) -> Self {
        Self { namespace, record, present }
    }

    /// What is known of it, or was last.
    pub(crate) fn last_known(&self) -> Arc<InterfaceRecord> {
        self.record.last_known().unwrap_or_else(|| Arc::clone(&self.present))
    }

    /// Compares the interface with what was asked for, and returns what differs.
    ///
    /// What was asked for is what the interface was added or changed with. Changes nothing.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when it was removed. That its link is gone is no error but a difference.
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

    /// Returns the name that the interface was given when it was added.
    ///
    /// The name that it has now, should somebody have renamed it, is in its [state](Self::state).
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
    /// They are kept until they are wanted, not installed by the add.
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
    /// The first announcement is made before this returns, the others in the background. Announcements that were
    /// still pending are replaced; by none, when the interface is to be announced not at all.
    ///
    /// Nothing is sent where nothing can be (the link is down, has no MAC or does no ARP): that is logged.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when it was removed or its link is gone.
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

    /// Announces its addresses on its link, unless it is removed meanwhile.
    fn announce_on(&self, link: LinkInfo, announce: Announce) {
        let up = ReadyLink { link, sends: false };
        let addresses = self.present.changes.prefixes();
        let announcing = Pending { up: &up, addresses: &addresses, announce };
        announcing::announce(&self.namespace, &[announcing], || self.record.present().is_some());
    }

    /// Takes the interface out of its namespace.
    ///
    /// A link that was moved goes back to where it came from and is there what it was: name, MAC, MTU, flags, master,
    /// addresses, routes, neighbours. What others took there meanwhile stays theirs, and is a warning, as is what had
    /// a lifetime; nothing of what was done inside comes along. A link that was created is deleted; in place, what
    /// the add did is undone.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] the second time, or when its link was deleted, or it was removed, by somebody else (it
    /// is off the list then). [`ErrorKind::Unverified`] when the link may be hidden, or another one is in its place.
    /// [`ErrorKind::NameTaken`] when its old name is another link's now. [`ErrorKind::Sysctl`]
    /// when a kernel setting could not be put back. [`ErrorKind::Namespace`] when the one that it came from was
    /// destroyed, or is not found by a process that knows it from the journal: it stays where it is then; once its link
    /// is deleted, [`restore`](Namespace::restore) takes it off the list.
    ///
    /// With a journal also [`ErrorKind::Kernel`] with `EBUSY` when another process has worked on it for 3 seconds,
    /// [`ErrorKind::InvalidArgument`] when its entry is torn, [`ErrorKind::NotSupported`] when a newer version wrote
    /// it, [`ErrorKind::Permission`] or [`ErrorKind::Kernel`] when the file system refuses to have that written.
    ///
    /// When it fails otherwise, the interface is what it was and can be removed later, unless [`Error::left`] says what
    /// is where; [`ErrorKind::UndoFailed`] where it could not be put back.
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

/// As errors name it: source name and namespace.
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

/// Compares interfaces of a namespace with what was asked for, and tells of each what differs.
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
