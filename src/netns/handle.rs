use std::fmt;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::netlink::{Connection, KernelSocket, Subscription, datagrams};
use crate::netns::NamespaceId;
use crate::netns::NamespaceRef;
use crate::netns::close_guard::{CloseGuard, OperationGuard, Refused};
#[cfg(any(test, fuzzing))]
use crate::netns::stand_in;
use crate::netns::sysctl_dirs::SysctlDirs;
use crate::netns::thread::{enter, on_thread};
use crate::sys;
use crate::text::printable_path;
use crate::types::IfIndex;
use crate::wire::link;
use crate::wire::message::Message;
use crate::wire::request::Request;

/// A network namespace that is held open: its file, a netlink socket in it, and the settings that were needed so far.
///
/// Other parts hold on to this type; a [`Namespace`](super::Namespace) adds the list of its interfaces.
pub(crate) struct NetNs {
    label: String,
    /// The label that it was found with, where only its identity was known before.
    found_label: OnceLock<String>,
    id: NamespaceId,
    /// Where the namespace can be opened again.
    path: Option<PathBuf>,
    /// The next candidate for the index of a created link.
    next_index: AtomicU32,
    /// Whether `lo` has an IPv6 address, once that was asked.
    pub(crate) ipv6_on_loopback: Mutex<Option<bool>>,
    /// Guards operations of several steps against the end of the namespace.
    close_guard: CloseGuard,
    /// `None` once the namespace was destroyed, or before it was looked for.
    open: RwLock<Option<Arc<Resources>>>,
    /// The inode number of the file, once that was asked.
    inode: OnceLock<u64>,
    /// How to find the namespace at its first use.
    find: Option<fn(&NamespaceRef) -> Result<NetNs>>,
}

/// What is closed when the namespace is destroyed, at once or with the last call that uses it.
struct Resources {
    file: OwnedFd,
    connection: Mutex<Connection>,
    settings: SysctlDirs,
    /// The stand-in for the kernel, in tests.
    #[cfg(any(test, fuzzing))]
    stand_in: Option<Arc<dyn stand_in::StandIn>>,
}

impl NetNs {
    /// Opens the calling thread's namespace.
    pub(crate) fn current() -> Result<Self> {
        let socket = KernelSocket::open().doing(|| "open a socket in the current namespace")?;
        let file = file_of(&socket).doing(|| "find the current namespace's file")?;
        Self::new("the current namespace".to_owned(), file, socket)
    }

    /// Creates a namespace with `lo` up, on no path yet. `label` makes its name from its inode number.
    pub(crate) fn unshare(label: impl FnOnce(u64) -> String) -> Result<Self> {
        let (file, socket) = on_thread(|| {
            sys::netns::unshare().map_err(|error| Error::from(error).with_missing_right())?;
            let socket = KernelSocket::open().doing(|| "open a socket in the new namespace")?;
            let file = file_of(&socket).doing(|| "find the new namespace's file")?;
            Ok::<_, Error>((file, socket))
        })??;
        let inode = sys::file::inode(file.as_fd())?.1;
        let netns = Self::new(label(inode), file, socket)?;
        let request = link::set_up(IfIndex::LOOPBACK, true);
        netns.change(&request).doing(|| "set lo up")?;
        Ok(netns)
    }

    /// Opens the namespace of an open file, after a check of the file.
    pub(crate) fn from_file(file: OwnedFd, label: String) -> Result<Self> {
        check_kind(file.as_fd()).doing(|| format!("open {label}"))?;
        let socket = enter(file.as_fd(), KernelSocket::open)
            .and_then(|socket| Ok(socket?))
            .doing(|| format!("open a socket in {label}"))?;
        Self::new(label, file, socket)
    }

    /// Opens the namespace of a process, by a descriptor for the process (Linux 5.8).
    pub(crate) fn from_pidfd(pidfd: BorrowedFd<'_>, label: String) -> Result<Self> {
        let open = || {
            let socket = KernelSocket::open()?;
            Ok::<_, Error>((file_of(&socket)?, socket))
        };
        let (file, socket) = enter(pidfd, open).and_then(|opened| opened).doing(|| format!("open {label}"))?;
        Self::new(label, file, socket)
    }

    fn new(label: String, file: OwnedFd, socket: KernelSocket) -> Result<Self> {
        let id = match sys::netns::cookie(socket.as_fd()) {
            Ok(cookie) => NamespaceId::from_cookie(cookie),
            Err(_) => {
                let (device, inode) = sys::file::inode(file.as_fd())?;
                NamespaceId::from_inode(device, inode)
            }
        };
        let open = Resources {
            file,
            connection: Mutex::new(Connection::new(socket)),
            settings: SysctlDirs::default(),
            #[cfg(any(test, fuzzing))]
            stand_in: None,
        };
        Ok(Self::with(label, id, Some(open)))
    }

    /// Creates a fake namespace, for tests.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn fake(stand_in: Arc<dyn stand_in::StandIn>) -> io::Result<Self> {
        let open = Resources {
            // Requests contain its number. Entering it is refused.
            file: std::fs::File::open("/dev/null")?.into(),
            connection: Mutex::new(Connection::new(stand_in.peer())),
            settings: stand_in.sysctl_dirs()?,
            stand_in: Some(Arc::clone(&stand_in)),
        };
        Ok(Self::with(stand_in.name().to_owned(), stand_in.id(), Some(open)))
    }

    fn with(label: String, id: NamespaceId, open: Option<Resources>) -> Self {
        Self {
            label,
            found_label: OnceLock::new(),
            id,
            path: None,
            next_index: AtomicU32::new(IfIndex::LOOPBACK.get() + 1),
            ipv6_on_loopback: Mutex::new(None),
            close_guard: CloseGuard::default(),
            open: RwLock::new(open.map(Arc::new)),
            inode: OnceLock::new(),
            find: None,
        }
    }

    /// Adds the path where the namespace can be found again.
    pub(crate) fn at(mut self, path: &Path) -> Self {
        self.label = printable_path(path);
        self.path = std::path::absolute(path).ok();
        self
    }

    /// Creates a handle whose namespace is looked for at its first use. Until it is found, every use is an error that says so.
    pub(crate) fn unopened(reference: &NamespaceRef, find: fn(&NamespaceRef) -> Result<Self>) -> Self {
        let label = reference.path.as_deref().map_or_else(|| reference.to_string(), printable_path);
        let inode = reference.inode.map_or_else(OnceLock::new, OnceLock::from);
        Self { path: reference.path.clone(), inode, find: Some(find), ..Self::with(label, reference.id, None) }
    }

    /// Returns whether the namespace was destroyed, or is not found. False if something prevented the search.
    pub(crate) fn is_absent(&self) -> bool {
        self.open().is_err_and(|error| error.kind() == ErrorKind::Namespace)
    }

    /// Returns the reference that the journal keeps.
    pub(crate) fn reference(&self) -> NamespaceRef {
        if self.inode.get().is_none() {
            if let Ok((_, inode)) = self.with_file(|file| Ok(sys::file::inode(file)?)) {
                let _ = self.inode.set(inode);
            }
        }
        NamespaceRef { id: self.id, path: self.path.clone(), inode: self.inode.get().copied() }
    }

    pub(crate) fn id(&self) -> NamespaceId {
        self.id
    }

    /// Sets where the namespace can be opened again, whatever the working directory is by then.
    pub(crate) fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Fails if the path no longer leads to the namespace: others have destroyed it.
    pub(crate) fn check_path(&self) -> Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        let is_there = match std::fs::metadata(path) {
            Ok(found) => self.reference().inode.is_none_or(|inode| inode == found.ino()),
            Err(error) => error.kind() != io::ErrorKind::NotFound,
        };
        if is_there { Ok(()) } else { Err(self.destroyed()) }
    }

    /// Returns an index that is likely free: one that was not returned before.
    pub(crate) fn next_index(&self) -> Option<IfIndex> {
        IfIndex::new(self.next_index.fetch_add(1, Ordering::Relaxed))
    }

    fn open(&self) -> Result<Arc<Resources>> {
        if let Some(open) = &*self.open.read().unwrap_or_else(PoisonError::into_inner) {
            return Ok(Arc::clone(open));
        }
        let find = self.find.ok_or_else(|| self.destroyed())?;
        let found = find(&NamespaceRef { id: self.id, path: self.path.clone(), inode: self.inode.get().copied() })?;
        if self.path.is_none() {
            let _ = self.found_label.set(found.label.clone());
        }
        let found = found.open()?;
        let mut open = self.open.write().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(open.get_or_insert(found)))
    }

    /// Begins an operation of several steps, during which the namespace cannot be closed.
    pub(crate) fn enter(&self) -> Result<OperationGuard<'_>> {
        self.close_guard.enter().map_err(|refused| self.refused(refused))
    }

    /// Waits for the operations in progress and keeps later ones out. If `finish` succeeds, everything that keeps the namespace
    /// alive is dropped; otherwise nothing has changed.
    pub(crate) fn close(&self, finish: impl FnOnce() -> Result<()>) -> Result<()> {
        let closing = self.close_guard.close().map_err(|refused| self.refused(refused))?;
        finish()?;
        closing.finish();
        *self.open.write().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    fn refused(&self, refused: Refused) -> Error {
        let busy = |why: &str| Error::new(ErrorKind::Busy, format!("{self} {why}"));
        match refused {
            Refused::Closed => self.destroyed(),
            Refused::Closing => busy("is being destroyed"),
            Refused::OwnOperation => busy("is in use: this thread is in the midst of an operation there"),
        }
    }

    fn destroyed(&self) -> Error {
        Error::new(ErrorKind::Namespace, format!("{self} was destroyed or is not found"))
    }

    /// Holds a conversation on the namespace's socket.
    pub(crate) fn with_connection<T>(&self, conversation: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
        let mut talk = Talk { conversation: Some(conversation), outcome: None };
        self.lend_connection(&mut talk)?;
        talk.outcome.unwrap_or_else(|| Err(self.destroyed()))
    }

    /// Sends one request, and waits for its acknowledgement.
    pub(crate) fn change(&self, request: &Request) -> Result<()> {
        self.with_connection(|connection| connection.change(request))
    }

    fn lend_connection(&self, user: &mut dyn Borrower) -> Result<()> {
        let open = self.open()?;
        // A panic in a conversation leaves at worst unread answers, which the next one skips.
        let mut connection = open.connection.lock().unwrap_or_else(PoisonError::into_inner);
        user.take(&mut connection);
        let remarks = connection.take_remarks();
        drop(connection);
        // Logged without the lock: a logger may call the library, and then needs the connection.
        remarks.into_iter().for_each(|remark| log::debug!("{remark}"));
        Ok(())
    }

    /// Sends requests in order, in as few conversations as possible, and returns the refusals by number, in the order of the
    /// kernel. A refusal does not stop later requests. `visit` gets the answers to the request of that number; none of the
    /// requests may be a dump.
    ///
    /// # Errors
    /// Only if a conversation itself failed.
    pub(crate) fn batch(
        &self,
        requests: &[Request],
        mut visit: impl FnMut(usize, &Message<'_>),
    ) -> Result<Vec<(usize, Error)>> {
        let (mut refusals, mut first) = (Vec::new(), 0);
        for part in datagrams(requests) {
            let visit = |number, message: &Message<'_>| visit(first + number, message);
            let outcome = self.with_connection(|connection| connection.batch(part, visit));
            // Earlier datagrams have been carried out.
            let outcome = outcome.map_err(|error| if first > 0 { error.uncertain() } else { error })?;
            refusals.extend(outcome.into_refusals().into_iter().map(|(number, error)| (first + number, error)));
            first += part.len();
        }
        Ok(refusals)
    }

    /// Lends the namespace's file.
    pub(crate) fn with_file<T>(&self, user: impl FnOnce(BorrowedFd<'_>) -> Result<T>) -> Result<T> {
        user(self.open()?.file.as_fd())
    }

    /// Returns a descriptor to close before a rollback, which needs one to write kernel settings and might find none.
    pub(crate) fn spare_descriptor(&self) -> Result<OwnedFd> {
        self.with_file(|file| Ok(file.try_clone_to_owned()?)).doing(|| "have a descriptor to spare")
    }

    /// Returns the namespace's file, which stays open while the value exists.
    pub(crate) fn file(&self) -> Result<NetNsFile> {
        Ok(NetNsFile(self.open()?))
    }

    /// Returns device and inode of the user namespace that owns the namespace; `None` if that is not visible.
    pub(crate) fn owner(&self) -> Option<(u64, u64)> {
        self.with_file(|file| Ok(sys::file::inode(sys::netns::owner(file)?.as_fd())?)).ok()
    }

    /// Returns the folder of a group of kernel settings: `/proc/sys/net/<group>` as seen inside.
    pub(crate) fn sysctl_dir(&self, group: &str) -> Result<Arc<OwnedFd>> {
        let open = self.open()?;
        if let Some(folder) = open.settings.get(group) {
            return Ok(folder);
        }
        let folder = self.inside(&open, || SysctlDirs::open_group(group))??;
        Ok(open.settings.insert(group, folder))
    }

    /// Opens the folders of the settings of interfaces. Call this before a first change whose rollback may write settings:
    /// opening takes a thread and descriptors. A missing folder is no error.
    pub(crate) fn open_settings(&self) -> Result<()> {
        let open = self.open()?;
        #[cfg(any(test, fuzzing))]
        if open.stand_in.is_some() {
            return Ok(());
        }
        let missing = SysctlDirs::OF_INTERFACES.into_iter().filter(|group| open.settings.get(group).is_none());
        let missing: Vec<&str> = missing.collect();
        if missing.is_empty() {
            return Ok(());
        }
        let opened =
            self.inside(&open, || missing.iter().map(|group| SysctlDirs::open_group(group)).collect::<Vec<_>>());
        for (group, folder) in missing.iter().zip(opened?) {
            match folder {
                Ok(folder) => drop(open.settings.insert(group, folder)),
                Err(error) if error.is_shortage() => return Err(error),
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// Calls a closure inside: on the calling thread if that is inside, else on a new thread.
    fn inside<T: Send>(&self, open: &Resources, closure: impl FnOnce() -> T + Send) -> Result<T> {
        match sys::netns::cookie_here() {
            Ok(cookie) if self.id == NamespaceId::from_cookie(cookie) => Ok(closure()),
            _ => enter(open.file.as_fd(), closure),
        }
    }

    /// Subscribes to notifications of the namespace, or `everywhere`: also of all namespaces that it has numbers for.
    pub(crate) fn monitor(&self, groups: &[u32], everywhere: bool) -> Result<Subscription> {
        #[cfg(any(test, fuzzing))]
        if let Some(stand_in) = &self.open()?.stand_in {
            return Ok(Subscription::new(stand_in.listener()));
        }
        Ok(Subscription::new(self.listener(groups, everywhere)?))
    }

    /// Opens a socket that gets notifications of the namespace, as [`monitor`](Self::monitor).
    pub(crate) fn listener(&self, groups: &[u32], everywhere: bool) -> Result<KernelSocket> {
        let subscribe = || {
            let socket = KernelSocket::open()?;
            if everywhere {
                socket.listen_everywhere()?;
            }
            groups.iter().try_for_each(|group| socket.subscribe(*group))?;
            Ok::<_, io::Error>(socket)
        };
        self.run(subscribe).and_then(|socket| Ok(socket?)).doing(|| format!("listen in {self}"))
    }

    /// Calls a closure of the program on a thread inside, with the caller's signal mask.
    pub(crate) fn run_for_caller<T: Send>(&self, closure: impl FnOnce() -> T + Send) -> Result<T> {
        let mask = sys::signal::Mask::current();
        self.run(|| mask.during(closure))
    }

    /// Calls a closure on a thread inside, where all signals are blocked.
    pub(crate) fn run<T: Send>(&self, closure: impl FnOnce() -> T + Send) -> Result<T> {
        #[cfg(any(test, fuzzing))]
        if self.open()?.stand_in.is_some() {
            return Err(Error::new(ErrorKind::Namespace, "nobody can be inside a namespace that is a fake"));
        }
        // Not held while the closure runs: it may destroy the namespace.
        let file = self.with_file(|file| Ok(file.try_clone_to_owned()?))?;
        enter(file.as_fd(), closure).doing(|| format!("enter {self}"))
    }
}

/// A borrower of the connection. A trait of its own, because a closure behind `dyn FnMut` is compiled twice: for calls through
/// it, and by value.
trait Borrower {
    fn take(&mut self, connection: &mut Connection);
}

/// A conversation, and its result.
struct Talk<C, T> {
    conversation: Option<C>,
    outcome: Option<Result<T>>,
}

impl<T, C: FnOnce(&mut Connection) -> Result<T>> Borrower for Talk<C, T> {
    fn take(&mut self, connection: &mut Connection) {
        self.outcome = self.conversation.take().map(|conversation| conversation(connection));
    }
}

/// A namespace's file in use.
pub(crate) struct NetNsFile(Arc<Resources>);

impl AsFd for NetNsFile {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.file.as_fd()
    }
}

impl fmt::Display for NetNs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.found_label.get().unwrap_or(&self.label))
    }
}

impl fmt::Debug for NetNs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NetNs").field("label", &self.label).field("id", &self.id).finish_non_exhaustive()
    }
}

/// Returns the file of the namespace of a socket, which is the calling thread's.
fn file_of(socket: &KernelSocket) -> io::Result<OwnedFd> {
    sys::netns::of_socket(socket.as_fd()).or_else(|error| {
        // Before 4.10, or without CAP_NET_ADMIN there.
        match std::fs::File::open("/proc/thread-self/ns/net").and_then(sys::above_streams) {
            Ok(file) => Ok(file.into()),
            Err(_) => Err(error),
        }
    })
}

/// Refuses files of anything but a network namespace.
fn check_kind(file: BorrowedFd<'_>) -> Result<()> {
    let refused = |what: &str| Err(Error::new(ErrorKind::Namespace, format!("not a network namespace but {what}")));
    if !sys::file::is_namespace(file)? {
        return refused("another file");
    }
    match sys::netns::kind(file) {
        Ok(libc::CLONE_NEWNET) => Ok(()),
        Ok(_) => refused("another kind of namespace"),
        // Before 4.11, or if a sandbox filters the call; entering it will tell.
        Err(error) if matches!(error.raw_os_error(), Some(libc::ENOTTY | libc::ENOSYS)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
