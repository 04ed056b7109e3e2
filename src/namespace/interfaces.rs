//! The methods of [`Namespace`] for its interfaces and links.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::check::Difference;
use crate::error::{Context, Error, ErrorKind, Result};
use crate::interface::restore::{self, Restored, from_config};
use crate::interface::{Interface, InterfaceConfig, Link, LinkState, PlannedStep, add, check_all, remove, state};
use crate::journal::Journal;
use crate::monitor::{self, LinkCondition, Monitor};
use crate::namespace::{Namespace, lookup};
use crate::record::interface::RegistryEntry;
use crate::text::printable_name;
use crate::types::{IfName, LinkSelector};

impl Namespace {
    /// Puts a link into this namespace and makes it work there, all or nothing.
    ///
    /// The link is moved or created, named, addressed, routed, up, announced.
    ///
    /// # Errors
    /// Everything is as before the call, in every namespace involved, unless [`Error::left`](crate::Error::left) says
    /// otherwise; [`ErrorKind::UndoFailed`]: something could not be put back. [`ErrorKind::NotFound`]: no such link, bridge,
    /// parent or master. [`ErrorKind::NameTaken`]: another link has the name, here or where a veth's other end will be.
    /// [`ErrorKind::Exists`]: the source name has an interface, perhaps only in the journal (an interrupted one takes a
    /// [`restore`](Self::restore)); or the address, a route, or a VXLAN with that identifier exists.
    /// [`ErrorKind::AddressClash`], [`ErrorKind::Sysctl`]. [`ErrorKind::InvalidArgument`]: the link is in this namespace
    /// already, or cannot have such a MAC or address. [`ErrorKind::DuplicateAddress`]: another host has an address, with
    /// [`dad`](InterfaceConfig::dad). [`ErrorKind::NotSupported`]: the kernel lacks the kind of link. [`ErrorKind::Namespace`]:
    /// a namespace of the call was destroyed. [`ErrorKind::Permission`], [`ErrorKind::Kernel`]: the journal cannot be written.
    /// Any other refusal by the kernel, with its words.
    pub fn add_interface(&self, link: Link, config: InterfaceConfig) -> Result<Interface> {
        let added = add::add(self, &[(link, config)])?.pop();
        added.ok_or_else(|| Error::new(ErrorKind::NotFound, "nothing was added"))
    }

    /// Puts links into this namespace together, all or nothing.
    ///
    /// Each link is added as [`add_interface`](Self::add_interface) does, in the order of the list. The links share their
    /// conversations with the kernel, and their waits.
    ///
    /// A prefix for names gives the lowest free numbers in the order of the list. A link may have an earlier one as its master,
    /// by source name; and as its parent, or as the bridge of its other end, by its final name. Anything else that a link
    /// refers to must exist before the call. Addresses are also checked against the addresses and routes of earlier links.
    ///
    /// ```no_run
    /// use netgraft::{InterfaceConfig, Link, NamePrefix, Namespace, VethPeer};
    ///
    /// let (host, pod) = (Namespace::current()?, Namespace::create("/run/netns/pod")?);
    /// let list = (0..100u8).map(|i| {
    ///     let peer = VethPeer::new(&host, format!("pod-{i}")).bridge("br0");
    ///     let config = InterfaceConfig::prefix(NamePrefix::new("eth")?).address(format!("10.0.{i}.2/24").parse()?);
    ///     Ok((Link::veth_named(format!("veth{i}"), peer)?, config))
    /// });
    /// let interfaces = pod.add_interfaces(list.collect::<netgraft::Result<Vec<_>>>()?)?;
    /// assert_eq!(interfaces[99].name().to_string(), "eth99");
    /// # Ok::<(), netgraft::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`add_interface`](Self::add_interface), naming the link that failed. No link is added then, and everything is
    /// as before the call, unless [`Error::left`](crate::Error::left) says otherwise. [`ErrorKind::InvalidArgument`] when two
    /// members of the list are the same link.
    pub fn add_interfaces(&self, list: impl IntoIterator<Item = (Link, InterfaceConfig)>) -> Result<Vec<Interface>> {
        add::add(self, &list.into_iter().collect::<Vec<_>>())
    }

    /// Returns the steps that adding links together would take, and changes nothing.
    ///
    /// All checks are made that [`add_interfaces`](Self::add_interfaces) makes before its first change.
    ///
    /// ```no_run
    /// use netgraft::{InterfaceConfig, Link, Namespace};
    ///
    /// let (host, web) = (Namespace::current()?, Namespace::open("/run/netns/web")?);
    /// let config = InterfaceConfig::default().address("10.0.0.2/24".parse()?);
    /// for step in web.plan_interfaces([(Link::existing(&host, "veth1a2b")?, config)])? {
    ///     println!("{step}");
    /// }
    /// # Ok::<(), netgraft::Error>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`add_interfaces`](Self::add_interfaces) that come before its first change.
    pub fn plan_interfaces(&self, list: impl IntoIterator<Item = (Link, InterfaceConfig)>) -> Result<Vec<PlannedStep>> {
        add::plan(self, &list.into_iter().collect::<Vec<_>>())
    }

    /// Takes all interfaces out of this namespace, the one that was added last first.
    ///
    /// Each is taken out as [`Interface::remove`] does. Those that were made are deleted together: the kernel then
    /// waits once, not for each of them.
    ///
    /// # Errors
    /// Those of [`Interface::remove`], naming the interface. The others are removed all the same; where several fail,
    /// [`Error::others`](crate::Error::others) has the rest. Those that failed can be removed later.
    pub fn remove_all(&self) -> Result<()> {
        let records: Vec<Arc<RegistryEntry>> = lookup::all(self)?.into_iter().map(|(record, _)| record).collect();
        let outcomes = remove::remove(self, &records, false).into_iter().zip(&records);
        let failure = |(outcome, record): (Result<()>, &Arc<RegistryEntry>)| {
            Some(outcome.err()?.context(format!("remove {} from {self}", record.source)))
        };
        Error::first(outcomes.filter_map(failure).collect()).map_or(Ok(()), Err)
    }

    /// Takes an interface off the list and out of the journal, and leaves its link alone.
    ///
    /// The link stays as it is, whatever that is.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when neither knows of one with that source name, [`ErrorKind::Busy`] when another process
    /// has worked on it for 3 seconds, [`ErrorKind::InvalidName`] for what no link can be called.
    pub fn forget(&self, source: impl AsRef<[u8]>) -> Result<()> {
        let source = IfName::new(source)?;
        restore::forget(self, source).doing(|| format!("forget {source} in {self}"))
    }

    /// Opens each namespace that a journal knows an interface of.
    ///
    /// Those that are not found are left out: they may have ended.
    ///
    /// # Errors
    /// Those of [`read_journal`](Self::read_journal) for the folder.
    pub fn all_in_journal(folder: impl AsRef<Path>) -> Result<Vec<Self>> {
        let journal = Journal::open_to_read(folder.as_ref())?;
        let netnses = restore::namespaces(&journal).doing(|| "look for the namespaces that the journal knows")?;
        Ok(netnses.into_iter().map(Self::found).collect())
    }

    /// Watches the links of this namespace.
    ///
    /// # Errors
    /// [`ErrorKind::Interrupted`]: changes kept interrupting the kernel's answer. [`ErrorKind::Namespace`]: the namespace was
    /// destroyed.
    pub fn monitor(&self) -> Result<Monitor> {
        Monitor::new(self)
    }

    /// Waits until a link of this namespace is there, runs, or is gone.
    ///
    /// Returns the link, or `None` if the link is gone.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`]: not within that time. [`ErrorKind::InvalidArgument`]: several links are meant.
    pub fn wait_for_link(
        &self,
        selector: &LinkSelector,
        condition: LinkCondition,
        timeout: Duration,
    ) -> Result<Option<LinkState>> {
        monitor::wait_for_link(self, selector, condition, timeout)
    }

    /// Adds a link of another namespace as soon as the link is there.
    ///
    /// The link is found by name, permanent MAC or parent device. A link that is renamed between being found and being added, as by a rule of udev, is looked for again. Its source
    /// name is the name that the link had last.
    ///
    /// # Errors
    /// [`ErrorKind::Timeout`]: there was no such link within that time. Else as [`add_interface`](Self::add_interface).
    pub fn add_when_it_appears(
        &self,
        home: &Self,
        selector: &LinkSelector,
        config: &InterfaceConfig,
        timeout: Duration,
    ) -> Result<Interface> {
        monitor::add_when_it_appears(self, home, selector, config, timeout)
    }

    /// Returns the interfaces of this namespace, oldest first.
    ///
    /// These are the ones that were added through this handle and, where a journal is kept, those that the journal
    /// tells of now.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] when the journal cannot be read.
    pub fn interfaces(&self) -> Result<Vec<Interface>> {
        let interface = |(record, known)| Interface::new(self.clone(), record, known);
        Ok(lookup::all(self)?.into_iter().map(interface).collect())
    }

    /// Returns the interface with a source name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none; [`ErrorKind::Journal`] when the journal cannot be read.
    pub fn interface(&self, source: impl AsRef<[u8]>) -> Result<Interface> {
        let source = source.as_ref();
        let none = || {
            Error::new(
                ErrorKind::NotFound,
                format!("no interface with source name {} in {self}", printable_name(source)),
            )
        };
        let name = IfName::from_kernel(source).ok_or_else(none)?;
        let (record, present) = lookup::by_source(self, &name)?.ok_or_else(none)?;
        Ok(Interface::new(self.clone(), record, present))
    }

    /// Returns the interface with a name: the name that it was given when it was added.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is none.
    pub fn interface_by_name(&self, name: impl AsRef<[u8]>) -> Result<Interface> {
        let name = name.as_ref();
        self.interfaces()?.into_iter().find(|interface| interface.name().as_bytes() == name).ok_or_else(|| {
            Error::new(ErrorKind::NotFound, format!("no interface with the name {} in {self}", printable_name(name)))
        })
    }

    /// Keeps a journal of this handle's interfaces in a folder.
    ///
    /// The handle then knows the interfaces that the journal tells of already.
    ///
    /// Whatever is about to be changed is written there before, so that [`restore`](Self::restore) can undo or
    /// finish it should the process die. A folder below /run has the lifetime of what it describes.
    /// docs/journal.md describes the files. Where a journal is kept already, that stays so.
    ///
    /// The folder is made (mode 0700) when it is missing, its missing parents with mode 0755. It has to belong to the
    /// caller alone. Its parents belong to root, to the caller or to the overflow user, and nobody else can write them,
    /// unless they are sticky.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] when the folder is another one's, or cannot be made, read and written: see
    /// [`Error::errno`](crate::Error::errno). No journal is kept then.
    pub fn keep_journal(&self, folder: impl AsRef<Path>) -> Result<()> {
        self.registry.keep(Journal::open(folder.as_ref())?);
        Ok(())
    }

    /// Reads a journal that another process keeps.
    ///
    /// The caller need not be able to write it, and the journal need not be there yet.
    ///
    /// Where the caller can write the journal, it is kept as by [`keep_journal`](Self::keep_journal). Otherwise adds and
    /// removals fail.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] when the folder is another one's or cannot be read.
    pub fn read_journal(&self, folder: impl AsRef<Path>) -> Result<()> {
        self.registry.keep(Journal::open_to_read(folder.as_ref())?);
        Ok(())
    }

    /// Compares all interfaces with what was asked for, and returns what differs.
    ///
    /// What was asked for is what they were added or changed with. Returned are the differences of each interface
    /// that is not as it should be. Changes nothing, and asks the kernel a few questions for all together.
    ///
    /// # Errors
    /// [Those of any call](Self#errors-of-any-call), [`ErrorKind::Interrupted`] among them: changes kept interrupting
    /// the kernel's answer.
    pub fn check(&self) -> Result<Vec<(Interface, Vec<Difference>)>> {
        let interfaces = self.interfaces()?;
        let records: Vec<_> = interfaces.iter().map(Interface::last_known).collect();
        let differences = check_all(self, &records).doing(|| format!("check {self}"))?;
        Ok(interfaces.into_iter().zip(differences).filter(|(_, differences)| !differences.is_empty()).collect())
    }

    /// Brings interfaces and journal together again.
    ///
    /// What was interrupted is undone or finished, what is there is put on the list and announced again, and entries
    /// of what is gone are dropped.
    ///
    /// # Errors
    /// [`ErrorKind::Journal`] when no journal is kept. [`ErrorKind::Namespace`] when it was destroyed. When the journal's folder cannot be read:
    /// [`ErrorKind::NotFound`] where it is gone, [`ErrorKind::Permission`] where the caller may not,
    /// [`ErrorKind::Kernel`] otherwise; what was done by then is done. What happened to each entry is in the result.
    pub fn restore(&self) -> Result<Restored> {
        restore::restore(self).doing(|| format!("restore {self}"))
    }

    /// Restores like [`restore`](Self::restore), and then from what the caller remembers.
    ///
    /// What the caller remembers, and the journal, if one is kept, does not, is put on the list: what was once passed
    /// to [`add_interface`](Self::add_interface), in any order.
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
        from_config::restore_from(self, descriptions).doing(|| format!("restore {self}"))
    }

    /// Returns every link in this namespace as it is now, whoever put it there.
    ///
    /// # Errors
    /// [Those of any call](Self#errors-of-any-call), [`ErrorKind::Interrupted`] among them: changes kept interrupting
    /// the kernel's answer.
    pub fn links(&self) -> Result<Vec<LinkState>> {
        state::all(&self.netns)
    }
}
