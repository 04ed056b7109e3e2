//! Network namespaces: the handle, and the ways to get one.

mod destroy;
mod interfaces;
pub(crate) mod lookup;
mod routing;

use std::fmt;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::announce::Announcer;
use crate::error::{Context, Error, ErrorKind, Result};
use crate::netns::{NamespaceId, NetNs, pin};
use crate::record::Registry;
use crate::sys;
use crate::text::printable_path;

/// A network namespace that is held open, and the interfaces that were added through this handle.
///
/// Clones are the same handle. Every method may be called from any thread at any time; no method moves the calling thread into
/// another namespace. Dropping the last clone and the last [`Interface`](crate::Interface) closes all descriptors, and stops
/// announcements that are still pending ([`announce::flush`](crate::announce::flush) waits for them). A pinned namespace lives
/// on; an anonymous one ends, unless something else keeps it alive.
///
/// A child made by fork(2) may drop the handles that it inherits: that ends nothing of its parent, and waits for no thread. The
/// child must not use the handles otherwise, because their sockets belong to the parent. It may open its own handles if the
/// parent had no other thread at the fork; else it calls execve(2) first.
///
/// ```no_run
/// use netgraft::Namespace;
///
/// let web = Namespace::create("/run/netns/web")?;
/// let up = web.run(|| std::net::TcpListener::bind("127.0.0.1:0").is_ok())?;
/// assert!(up, "lo is up from the start");
/// web.destroy()?;
/// # Ok::<(), netgraft::Error>(())
/// ```
///
/// # Errors of any call
/// Every method that asks the kernel, here and on an [`Interface`](crate::Interface), can fail with these kinds, beside those
/// that it lists:
///
/// - [`ErrorKind::Namespace`]: the namespace was [destroyed](Self::destroy) through this handle or a clone of it.
/// - [`ErrorKind::Permission`]: the caller lacks `CAP_NET_ADMIN` there, which changes take.
/// - [`ErrorKind::NotFound`]: a link of the call was deleted meanwhile.
/// - [`ErrorKind::NotSupported`]: the kernel lacks something that the call needs, such as IPv6.
/// - [`ErrorKind::Timeout`]: the kernel did not answer within 3 seconds.
/// - [`ErrorKind::Interrupted`]: an answer in parts, such as all links, changed in each of 64 tries.
/// - [`ErrorKind::Kernel`]: any other refusal, by its [errno](Error::errno); a want of memory, descriptors or threads; or an
///   answer that makes no sense.
#[doc(alias = "setns")]
#[derive(Clone)]
pub struct Namespace {
    pub(crate) netns: Arc<NetNs>,
    pub(crate) registry: Arc<Registry>,
    pub(crate) announcer: Arc<Announcer>,
    opened: Arc<HandleSource>,
}

/// How a handle got its namespace.
#[derive(Debug)]
enum HandleSource {
    Current,
    Pinned(PathBuf),
    Other,
}

impl Namespace {
    /// Returns the calling thread's namespace, now.
    ///
    /// Interfaces that are added here keep the name they have (host mode).
    ///
    /// # Errors
    /// [`ErrorKind::Permission`] without `CAP_NET_ADMIN` if there is no /proc either; [`ErrorKind::Kernel`] before Linux 4.10
    /// without /proc, and when descriptors have run out.
    pub fn current() -> Result<Self> {
        Ok(Self::new(NetNs::current()?, HandleSource::Current))
    }

    /// Creates a namespace with `lo` up and pins it at a path, so that it outlives the process.
    ///
    /// Missing folders are created (mode 0755); the file has mode 0644. No /proc is needed from Linux 5.2 on. An empty file
    /// that a process killed half way left counts as nothing. In /run/netns, pins are made as `ip netns` makes them, and both
    /// tools can remove each other's pins.
    ///
    /// # Errors
    /// [`ErrorKind::Exists`] when anything is at the path already. [`ErrorKind::Permission`] without `CAP_SYS_ADMIN`, if the
    /// folder cannot be written, or if the path leads through another user's symbolic link. [`ErrorKind::Kernel`] for other
    /// refusals, such as more namespaces than `user.max_net_namespaces` (`ENOSPC`). Nothing is left behind.
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Self::create_at(path.as_ref(), pin::Mountpoint::create)
    }

    /// Creates like [`create`](Self::create), and replaces a pin or a plain file at the path.
    ///
    /// The namespace that was pinned there ends, unless something else keeps it alive.
    ///
    /// # Errors
    /// Those of [`create`](Self::create), with [`ErrorKind::Exists`] only for other things than regular files. The former pin
    /// is still there then, unless [`Error::left`] says otherwise.
    pub fn create_replacing(path: impl AsRef<Path>) -> Result<Self> {
        Self::create_at(path.as_ref(), pin::Mountpoint::take_over)
    }

    /// Removes the leftover of a process that was killed while it created or removed a pin.
    ///
    /// The leftover is an empty file of the caller's without a namespace. Returns whether there was one.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] without the folder, [`ErrorKind::Permission`] if the folder cannot be written.
    pub fn remove_stale_pin(path: impl AsRef<Path>) -> Result<bool> {
        let path = path.as_ref();
        pin::remove_stale(path).doing(|| format!("remove what is left at {}", printable_path(path)))
    }

    fn create_at(path: &Path, place: fn(&Path) -> Result<pin::Mountpoint>) -> Result<Self> {
        let create = || {
            let place = place(path)?;
            let netns = NetNs::unshare(|_| printable_path(path))?;
            netns.with_file(|file| place.mount(file))?;
            Ok::<_, Error>(netns)
        };
        let netns = create().doing(|| format!("create the namespace {}", printable_path(path)))?;
        Ok(Self::new(netns.at(path), HandleSource::pinned(path)))
    }

    /// Creates a namespace with `lo` up that lives as long as its handle.
    ///
    /// # Errors
    /// [`ErrorKind::Permission`] without `CAP_SYS_ADMIN`; [`ErrorKind::Kernel`] with `ENOSPC` for more namespaces than
    /// `user.max_net_namespaces`.
    pub fn create_anonymous() -> Result<Self> {
        let netns = NetNs::unshare(|inode| format!("anonymous namespace {inode}"));
        Ok(Self::new(netns.doing(|| "create an anonymous namespace")?, HandleSource::Other))
    }

    /// Opens the namespace whose file is at a path: a pin, or `/proc/PID/ns/net`.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] when there is no file; [`ErrorKind::Namespace`] for any other file; [`ErrorKind::Permission`]
    /// when the caller may not open the file, or enter the namespace (setns(2): `CAP_SYS_ADMIN`).
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let netns = open_netns(path)?;
        Ok(Self::new(netns.at(path), HandleSource::pinned(path)))
    }

    /// Opens the namespace of an open file. The descriptor is duplicated.
    ///
    /// # Errors
    /// [`ErrorKind::Namespace`] for any other file; [`ErrorKind::Permission`] when the caller may not enter the namespace.
    pub fn from_fd(file: impl AsFd) -> Result<Self> {
        let label = || "the namespace of a descriptor";
        let file = file.as_fd().try_clone_to_owned().doing(label)?;
        Ok(Self::new(NetNs::from_file(file, label().to_owned())?, HandleSource::Other))
    }

    /// Opens the namespace of a process.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`] without such a process; [`ErrorKind::Permission`] when the caller may not look into the process
    /// (as for ptrace(2)), or enter the namespace; [`ErrorKind::Namespace`], before Linux 5.8 `NotFound`, when the process has
    /// ended and nobody has waited for it yet.
    pub fn from_pid(pid: u32) -> Result<Self> {
        let label = format!("the namespace of process {pid}");
        let netns = match sys::netns::pidfd_open(pid) {
            Ok(pidfd) => NetNs::from_pidfd(pidfd.as_fd(), label.clone()),
            Err(error) => Err(error).doing(|| format!("open {label}")),
        };
        // Through /proc before 5.8, and if a sandbox filters the newer calls.
        let netns = match netns {
            Err(refusal) if matches!(refusal.errno(), Some(libc::ENOSYS | libc::EINVAL | libc::EPERM)) => {
                match std::fs::File::open(format!("/proc/{pid}/ns/net"))
                    .and_then(sys::above_streams)
                    .doing(|| format!("open {label}"))
                {
                    Ok(file) => NetNs::from_file(file.into(), label),
                    // The process exists, and is hidden from the caller.
                    Err(hidden) if hidden.kind() == ErrorKind::NotFound && refusal.kind() == ErrorKind::Permission => {
                        Err(refusal)
                    }
                    Err(error) => Err(error),
                }
            }
            netns => netns,
        };
        Ok(Self::new(netns?, HandleSource::Other))
    }

    /// Opens the namespace of the process behind a pidfd (pidfd_open(2)).
    ///
    /// # Errors
    /// [`ErrorKind::Namespace`] for any other descriptor (before Linux 5.8 setns(2) takes no pidfd), or when the process is
    /// gone; [`ErrorKind::Permission`] as with [`from_pid`](Self::from_pid).
    pub fn from_pidfd(pidfd: impl AsFd) -> Result<Self> {
        let netns = NetNs::from_pidfd(pidfd.as_fd(), "the namespace of a pidfd".to_owned())?;
        Ok(Self::new(netns, HandleSource::Other))
    }

    /// Pins an existing namespace's file at a second path and opens it there.
    ///
    /// # Errors
    /// Those of [`open`](Self::open) for the file, and of [`create`](Self::create) for the path.
    pub fn adopt(path: impl AsRef<Path>, file: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let adopt = || {
            let adopted = open_file(file.as_ref())?;
            let netns = NetNs::from_file(adopted, printable_path(file.as_ref()))?;
            let place = pin::Mountpoint::create(path)?;
            netns.with_file(|file| place.mount(file))?;
            Ok::<_, Error>(netns)
        };
        let doing = || format!("adopt {} at {}", printable_path(file.as_ref()), printable_path(path));
        Ok(Self::new(adopt().doing(doing)?.at(path), HandleSource::pinned(path)))
    }

    /// Wraps a namespace that was found again.
    fn found(netns: NetNs) -> Self {
        let opened = netns.path().map_or(HandleSource::Other, HandleSource::pinned);
        Self::new(netns, opened)
    }

    fn new(netns: NetNs, opened: HandleSource) -> Self {
        Self {
            netns: Arc::new(netns),
            registry: Arc::default(),
            announcer: Arc::new(Announcer::new()),
            opened: Arc::new(opened),
        }
    }

    /// Wraps a fake namespace.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn fake(netns: NetNs) -> Self {
        Self::new(netns, HandleSource::Other)
    }

    /// Calls a closure on a new thread that is inside the namespace, and waits for it.
    ///
    /// The closure may borrow from the caller. Sockets and processes that it creates stay in the namespace. A panic of the
    /// closure goes on in the caller.
    ///
    /// # Errors
    /// The closure was not called: [`ErrorKind::Permission`] when the caller may not enter the namespace (setns(2):
    /// `CAP_SYS_ADMIN`), [`ErrorKind::Namespace`] when the namespace was destroyed or cannot be entered otherwise,
    /// [`ErrorKind::Kernel`] when threads or descriptors have run out.
    pub fn run<T: Send>(&self, closure: impl FnOnce() -> T + Send) -> Result<T> {
        self.netns.run_for_caller(closure)
    }

    /// Returns the identity of the namespace.
    #[must_use]
    pub fn id(&self) -> NamespaceId {
        self.netns.id()
    }

    /// Returns the path at which the namespace was created, opened or adopted.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        match &*self.opened {
            HandleSource::Pinned(path) => Some(path),
            HandleSource::Current | HandleSource::Other => None,
        }
    }

    /// Returns a descriptor of the namespace's file, for setns(2) and the like.
    ///
    /// The descriptor belongs to the caller. There is no [`AsFd`]: another handle can destroy the namespace at any moment, and
    /// that closes the library's own descriptor, which a borrowed one would have to keep open.
    ///
    /// # Errors
    /// [`ErrorKind::Namespace`] when the namespace was destroyed; [`ErrorKind::Kernel`] when descriptors have run out.
    pub fn try_clone_fd(&self) -> Result<OwnedFd> {
        self.netns.with_file(|file| Ok(file.try_clone_to_owned()?))
    }

    /// Returns whether links that are added here keep their name.
    pub(crate) fn is_host(&self) -> bool {
        matches!(*self.opened, HandleSource::Current)
    }
}

impl HandleSource {
    fn pinned(path: &Path) -> Self {
        Self::Pinned(path.to_owned())
    }
}

/// Prints the path, or how the handle got the namespace, as errors do.
impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.netns.fmt(f)
    }
}

impl fmt::Debug for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.netns.fmt(f)
    }
}

fn open_netns(path: &Path) -> Result<NetNs> {
    NetNs::from_file(open_file(path)?, printable_path(path))
}

/// Opens a namespace's file by path, and no other file.
fn open_file(path: &Path) -> Result<OwnedFd> {
    let file = pin::open_pin(path).doing(|| format!("open {}", printable_path(path)))?;
    file.ok_or_else(|| {
        Error::new(ErrorKind::Namespace, "not a network namespace but another file")
            .context(format!("open {}", printable_path(path)))
    })
}
