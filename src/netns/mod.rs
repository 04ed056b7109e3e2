//! Network namespaces: the handle that keeps one open, its pin, and the search for it.

mod close_guard;
pub(crate) mod discover;
mod handle;
mod id;
pub(crate) mod lock;
pub(crate) mod pin;
mod pin_folder;
pub(crate) mod retry;
#[cfg(any(test, fuzzing))]
pub(crate) mod stand_in;
pub(crate) mod sysctl_dirs;
mod thread;

pub(crate) use close_guard::OperationGuard;
pub(crate) use handle::{NetNs, NetNsFile};
pub use id::NamespaceId;
pub(crate) use id::NamespaceRef;
