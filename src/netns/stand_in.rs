//! The stand-in for the kernel in a namespace of a test. `testing::fake_netns` implements it.

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::sync::Arc;

use crate::netlink::Transport;
use crate::netns::NamespaceId;
use crate::netns::sysctl_dirs::SysctlDirs;

/// Answers for the kernel in one namespace.
pub(crate) trait StandIn: fmt::Debug + Send + Sync {
    /// Returns the label of the namespace.
    fn name(&self) -> &'static str;
    /// Returns the identity of the namespace.
    fn id(&self) -> NamespaceId;
    /// Returns the peer of the namespace's requests.
    fn peer(&self) -> Box<dyn Transport>;
    /// Returns the sender of the namespace's notifications.
    fn listener(&self) -> Box<dyn Transport>;
    /// Opens the folders that take the place of /proc/sys/net.
    fn sysctl_dirs(&self) -> io::Result<SysctlDirs>;
}

thread_local!(static KNOWN: RefCell<Vec<Arc<dyn StandIn>>> = const { RefCell::new(Vec::new()) });

/// Has a fake namespace found by its identity, on this thread.
pub(crate) fn register(stand_in: Arc<dyn StandIn>) {
    KNOWN.with_borrow_mut(|known| known.push(stand_in));
}

/// Forgets all fake namespaces of this thread.
pub(crate) fn reset() {
    KNOWN.take();
}

/// Looks up a fake namespace; `None` when this thread has no fakes at all.
pub(super) fn find(id: NamespaceId) -> Option<Option<Arc<dyn StandIn>>> {
    KNOWN.with_borrow(|known| (!known.is_empty()).then(|| known.iter().find(|fake| fake.id() == id).cloned()))
}
