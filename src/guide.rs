//! A guide for each kind of user.
//
// The pages are to be read as files, too, so their links lead to files. Of two definitions of a link the first holds: here, the one
// before the page.

/// [kernel features]: crate::guide::kernel_features
/// [`Monitor`]: crate::Monitor
/// [`add_when_it_appears`]: crate::Namespace::add_when_it_appears
/// [`keep_journal`]: crate::Namespace::keep_journal
/// [`restore`]: crate::Namespace::restore
///
#[doc = include_str!("../docs/guide/init.md")]
pub mod init {}

/// [`Link`]: crate::Link
/// [`ErrorKind`]: crate::ErrorKind
/// [`left`]: crate::Error::left
/// [`keep_journal`]: crate::Namespace::keep_journal
/// [`restore`]: crate::Namespace::restore
/// [`restore_from`]: crate::Namespace::restore_from
/// [`run`]: crate::Namespace::run
///
#[doc = include_str!("../docs/guide/runtime.md")]
pub mod runtime {}

#[doc = include_str!("../docs/guide/kubernetes.md")]
pub mod kubernetes {}

/// [the guide for Kubernetes]: crate::guide::kubernetes
///
#[doc = include_str!("../docs/guide/podman.md")]
pub mod podman {}

/// [docs/journal.md]: crate::guide::journal
///
#[doc = include_str!("../docs/guide/c.md")]
pub mod c {}

/// [docs/json.md]: crate::guide::json
///
#[doc = include_str!("../docs/guide/shell.md")]
pub mod shell {}

#[doc = include_str!("../docs/architecture.md")]
pub mod architecture {}

#[doc = include_str!("../docs/json.md")]
pub mod json {}

#[doc = include_str!("../docs/kernel-features.md")]
pub mod kernel_features {}

#[doc = include_str!("../docs/journal.md")]
pub mod journal {}
