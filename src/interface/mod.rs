//! Interfaces: links that the library has put into a namespace and configured.

mod add;
mod claims;
mod clash;
mod config;
mod configure;
mod described;
mod leave;
mod link;
mod make;
mod member;
mod options;
mod other;
mod peer;
mod place;
mod plan;
mod recognise;
mod remove;
mod rename;
mod restore;
mod settle;
mod snapshot;
mod state;
mod take_back;
mod trail;
mod undo;
mod whereabouts;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

pub use config::InterfaceConfig;
pub use link::{Bridge, Ipvlan, Link, Macvlan, Veth, Vxlan};
pub use options::{Announce, Wait};
pub use restore::Restored;
pub use state::{LinkState, Statistics};

use settle::Announcing;

use crate::error::{Context, Error, ErrorKind, Result};
use crate::namespace::Namespace;
use crate::namespace::journal::Journal;
use crate::namespace::record::{Present, Record};
use crate::ops;
use crate::types::{IfIndex, IfName, Prefix, printable};
use crate::wire::link::LinkInfo;

/// A link that was put into a namespace and configured there.
///
/// Clones are the same interface. Dropping it changes nothing; [`remove`](Self::remove) takes it out. What talks to the
/// kernel can fail as [any call](Namespace#errors-of-any-call) of its namespace.
#[derive(Clone)]
pub struct Interface {
    namespace: Namespace,
    record: Arc<Record>,
    /// What it was when the handle was made, so that a name can be told after its removal.
    present: Arc<Present>,
}

impl Interface {
    fn new(namespace: Namespace, record: Arc<Record>, present: Arc<Present>) -> Self {
        Self { namespace, record, present }
    }

    /// What is known of it, or was last.
    fn known(&self) -> Arc<Present> {
        self.record.known().unwrap_or_else(|| Arc::clone(&self.present))
    }

    /// What its link was called where it came from.
    #[must_use]
    pub fn source_name(&self) -> IfName {
        self.record.source
    }

    /// What it was called when it was added. What it is called now, should somebody have renamed it, is in its
    /// [state](Self::state).
    #[must_use]
    pub fn name(&self) -> IfName {
        self.present.name
    }

    /// Its number in its namespace.
    #[must_use]
    pub fn index(&self) -> IfIndex {
        self.known().index
    }

    /// The namespace that it was added to.
    #[must_use]
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// What it is now, read from the kernel.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when its link is gone.
    pub fn state(&self) -> Result<LinkState> {
        state::one(&self.namespace.netns, &self.known()).doing(|| format!("read {self}"))
    }

    /// The default routes that it was given: they are kept until they are wanted, not installed by the add.
    #[must_use]
    pub fn default_routes(&self) -> Vec<Prefix> {
        self.present.changes.routes.iter().filter(|route| route.is_default()).copied().collect()
    }

    /// What it has counted.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when its link is gone.
    pub fn statistics(&self) -> Result<Statistics> {
        state::statistics(&self.namespace.netns, &self.known()).doing(|| format!("read the statistics of {self}"))
    }

    /// Announces its addresses to its neighbours once more, as an add does: the first time before this
    /// returns, then in the background. What was still pending is replaced; by none, when it is to be announced
    /// not at all.
    ///
    /// Nothing is sent where nothing can be (the link is down, has no MAC or does no ARP): that is logged.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when it was removed or its link is gone.
    pub fn announce(&self, announce: Announce) -> Result<()> {
        let again = || {
            let present = self.record.present();
            let present = present.ok_or_else(|| Error::new(ErrorKind::NotFound, "it was removed before"))?;
            let link = ops::link::identified(&self.namespace.netns, present.index, &present.identity)?;
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
        let up = settle::Up { link, sends: false };
        let announcing = Announcing { up: &up, addresses: &self.present.changes.addresses, announce };
        settle::announce(&self.namespace, &[announcing], || self.record.present().is_some());
    }

    /// Takes it out of its namespace: back to where it came from under the name, MAC, MTU and alias it had,
    /// up if it was up; deleted if it was made; in place, what the add did is undone.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] the second time, or when its link was deleted, or it was removed, by somebody else (it
    /// is off the list then). [`ErrorKind::NameTaken`] when its old name is another link's now. [`ErrorKind::Sysctl`]
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
        let removed = remove::remove(&self.namespace, std::slice::from_ref(&self.record)).pop();
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

/// Interfaces of a namespace.
impl Namespace {
    /// Puts a link into this namespace and makes it work there: moved or made, named, addressed, routed,
    /// up, announced. All or nothing.
    ///
    /// # Errors
    /// Everything is as it was before the call, in every namespace involved, unless [`Error::left`](crate::Error::left)
    /// says otherwise; [`ErrorKind::UndoFailed`]: it could not be put back. [`ErrorKind::NotFound`]: no such link,
    /// bridge, parent or master. [`ErrorKind::NameTaken`]: by another link, here, or where a veth's other end is to be.
    /// [`ErrorKind::Exists`]: an interface with that source name, also one that the journal tells of (interrupted, it
    /// takes a [`restore`](Self::restore)), the address, a route, or a VXLAN with that identifier.
    /// [`ErrorKind::AddressClash`], [`ErrorKind::Sysctl`]. [`ErrorKind::InvalidArgument`]: the link is in this
    /// namespace already, or cannot have such a MAC or address. [`ErrorKind::DuplicateAddress`]: another host has one,
    /// where [`dad`](InterfaceConfig::dad) was asked for. [`ErrorKind::NotSupported`]: the kernel lacks the kind of
    /// link. [`ErrorKind::Namespace`]: one that is involved was destroyed. [`ErrorKind::Permission`],
    /// [`ErrorKind::Kernel`]: the journal cannot be written. Any other refusal by the kernel, with its words.
    pub fn add_interface(&self, link: Link, config: InterfaceConfig) -> Result<Interface> {
        let added = add::add(self, &[(link, config)])?.pop();
        added.ok_or_else(|| Error::new(ErrorKind::NotFound, "nothing was added"))
    }

    /// Puts links into this namespace together, all or nothing: each as [`add_interface`](Self::add_interface) does,
    /// in the order of the list, but what takes a conversation with the kernel is done for all in as few as can be, and
    /// what has to be waited for is waited for at once.
    ///
    /// A prefix for names gives the lowest free numbers in the order of the list. A member may have one in front of
    /// it as its master, by source name; as its parent, or the bridge of its other end, by the name that that is to have.
    /// Whatever else a member refers to has to be there before the call. An address clashes with what the
    /// addresses and routes of members in front of it bring, too.
    ///
    /// ```no_run
    /// use netgraft::{InterfaceConfig, Link, NamePrefix, Namespace, Veth};
    ///
    /// let (host, pod) = (Namespace::current()?, Namespace::create("/run/netns/pod")?);
    /// let list = (0..100u8).map(|i| {
    ///     let peer = Veth::peer(&host, format!("pod-{i}"))?.bridge("br0")?;
    ///     let config = InterfaceConfig::prefix(NamePrefix::new("eth")?).address(format!("10.0.{i}.2/24").parse()?);
    ///     Ok((Link::veth(format!("veth{i}"), peer)?, config))
    /// });
    /// let interfaces = pod.add_interfaces(list.collect::<netgraft::Result<Vec<_>>>()?)?;
    /// assert_eq!(interfaces[99].name().to_string(), "eth99");
    /// # Ok::<(), netgraft::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`add_interface`](Self::add_interface), naming the member that failed. None is added then, and everything
    /// is as it was before the call, unless [`Error::left`](crate::Error::left) says otherwise.
    /// [`ErrorKind::InvalidArgument`] when two members are the same link.
    pub fn add_interfaces(&self, list: impl IntoIterator<Item = (Link, InterfaceConfig)>) -> Result<Vec<Interface>> {
        add::add(self, &list.into_iter().collect::<Vec<_>>())
    }

    /// Takes all interfaces out of this namespace, the one that was added last first, each as [`Interface::remove`] does.
    /// Those that were made are deleted together: the kernel then waits once, not for each of them.
    ///
    /// # Errors
    /// Those of [`Interface::remove`], naming the interface. The others are removed all the same; where several fail,
    /// [`Error::others`](crate::Error::others) has the rest. Those that failed can be removed later.
    pub fn remove_all(&self) -> Result<()> {
        let records = self.registry.present();
        let outcomes = remove::remove(self, &records).into_iter().zip(&records);
        let failure = |(outcome, record): (Result<()>, &Arc<Record>)| {
            Some(outcome.err()?.context(format!("remove {} from {self}", record.source)))
        };
        Error::first(outcomes.filter_map(failure).collect()).map_or(Ok(()), Err)
    }

    /// The interfaces that were added through this handle, oldest first.
    #[must_use]
    pub fn interfaces(&self) -> Vec<Interface> {
        let interface = |record: Arc<Record>| {
            let present = record.present()?;
            Some(Interface::new(self.clone(), record, present))
        };
        self.registry.present().into_iter().filter_map(interface).collect()
    }

    /// The interface with a source name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    pub fn interface(&self, source: impl AsRef<[u8]>) -> Result<Interface> {
        let source = source.as_ref();
        let (record, present) = self.registry.by_source(source).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("no interface with source name {} in {self}", printable(source)))
        })?;
        Ok(Interface::new(self.clone(), record, present))
    }

    /// The interface with a name, the one that it was given when it was added.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    pub fn interface_by_name(&self, name: impl AsRef<[u8]>) -> Result<Interface> {
        let name = name.as_ref();
        self.interfaces().into_iter().find(|interface| interface.name().as_bytes() == name).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("no interface with the name {} in {self}", printable(name)))
        })
    }

    /// Keeps a journal of this handle's interfaces in a folder, which is made when it is missing, and puts
    /// those on the list that the journal knows of already, from this or another process.
    ///
    /// Whatever is about to be changed is written there before, so that [`restore`](Self::restore) can undo or
    /// finish it should the process die. A folder below /run has the lifetime of what it describes.
    /// docs/journal.md describes the files. Where one is kept already, that stays so.
    ///
    /// # Errors
    /// When the folder cannot be made, read and written: [`ErrorKind::Permission`] where the caller may not,
    /// [`ErrorKind::Exists`] where the path is that of another file, [`ErrorKind::Kernel`] for what else the file
    /// system refuses. [`ErrorKind::Kernel`], too, when descriptors, memory or threads run out while what it tells of
    /// is looked for. It is logged as a warning as well: no journal is kept then, and the handle works on as one
    /// without.
    pub fn keep_journal(&self, folder: impl AsRef<Path>) -> Result<()> {
        let kept = Journal::open(folder.as_ref()).and_then(|journal| restore::keep(self, journal));
        kept.inspect_err(|error| log::warn!("no journal is kept: {error}"))
    }

    /// Brings interfaces and journal together again: what was interrupted is undone or finished, what is there
    /// is put on the list and announced again, and entries of what is gone are dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Namespace`] when it was destroyed. When the journal's folder cannot be read:
    /// [`ErrorKind::NotFound`] where it is gone, [`ErrorKind::Permission`] where the caller may not,
    /// [`ErrorKind::Kernel`] otherwise; what was done by then is done. What happened to each entry is in the result.
    pub fn restore(&self) -> Result<Restored> {
        restore::restore(self).doing(|| format!("restore {self}"))
    }

    /// The same, and then puts those on the list that the caller remembers and the journal, if one is kept, does not:
    /// what was once passed to [`add_interface`](Self::add_interface), in any order.
    ///
    /// Each is looked for among the links that are here, by its IPv4 addresses, else by its IPv6 addresses, else by its
    /// name; a prefix for names is enough only where there are no addresses and one link has such a name. Masters come
    /// before their ports. What is found is announced again with the numbers given, and written into the journal. Nothing
    /// is changed about its link. What is not found, or could be several, is in [`Restored::unmatched`].
    ///
    /// An interface found like this can be removed as any other. What its link was like before the add is not known,
    /// so it keeps MAC, MTU, queue length and alias. A link that was moved goes back under its source name, down; in place,
    /// the addresses and routes of the description go, the name becomes the source name and a master that the description
    /// names is left, settings stay; a link that was made is deleted.
    ///
    /// # Errors
    /// Those of [`restore`](Self::restore) and, when what there is in the namespace cannot be read, those of
    /// [any call](Self#errors-of-any-call). What happened to each interface is in the result.
    ///
    /// ```no_run
    /// use netgraft::{InterfaceConfig, Link, Namespace};
    ///
    /// let (host, web) = (Namespace::current()?, Namespace::open("/run/netns/web")?);
    /// let config = InterfaceConfig::default().address("10.0.0.2/24".parse()?);
    /// let restored = web.restore_from([(Link::existing(&host, "veth1a2b")?, config)])?;
    /// for (source, why) in &restored.unmatched {
    ///     eprintln!("{source} is lost: {why}");
    /// }
    /// # Ok::<(), netgraft::Error>(())
    /// ```
    pub fn restore_from(&self, descriptions: impl IntoIterator<Item = (Link, InterfaceConfig)>) -> Result<Restored> {
        let descriptions = descriptions.into_iter().collect();
        described::restore_from(self, descriptions).doing(|| format!("restore {self}"))
    }

    /// Every link in this namespace as it is now, whoever put it there.
    ///
    /// # Errors
    /// [Those of any call](Self#errors-of-any-call), [`ErrorKind::Interrupted`] among them: changes kept interrupting
    /// the kernel's answer.
    pub fn links(&self) -> Result<Vec<LinkState>> {
        state::all(&self.netns)
    }
}
