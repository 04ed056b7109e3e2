//! The error type: what was tried, on what, where, and the kernel's own words.

use std::fmt;
use std::io;

use crate::text::one_line;

/// Result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Kind of failure, for a program to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The library refuses a value. Nothing was tried.
    InvalidArgument,
    /// No such link, interface, namespace or process.
    NotFound,
    /// The object exists already.
    Exists,
    /// Another link has the name.
    NameTaken,
    /// A link cannot have such a name.
    InvalidName,
    /// The address and an existing route overlap.
    AddressClash,
    /// No direct route leads to the next hop.
    Unreachable,
    /// A per-interface kernel setting could not be read or written.
    Sysctl,
    /// The neighbour entry exists already.
    NeighbourExists,
    /// The neighbour entry does not exist.
    NeighbourMissing,
    /// The running kernel or system lacks the feature.
    NotSupported,
    /// The caller lacks a right (`EPERM`; for files also `EACCES`).
    Permission,
    /// The kernel did not answer in time.
    Timeout,
    /// Duplicate address detection found the address in use.
    DuplicateAddress,
    /// Changes interrupted every attempt to read a list from the kernel.
    Interrupted,
    /// The namespace was destroyed, was not found, cannot be entered, or is no network namespace.
    Namespace,
    /// Another operation, of this process or another one, works on the same.
    Busy,
    /// The journal cannot be used: its folder is not trusted, or entries cannot be written.
    Journal,
    /// Links stacked on the link, or something else that uses it, would be lost.
    InUse,
    /// Nothing proves that the link is still the one that was added.
    Unverified,
    /// The caller's own check of the result failed.
    VerifyFailed,
    /// The operation was ended by another one, or by its caller.
    Cancelled,
    /// Any other refusal by the kernel; see [`Error::errno`].
    Kernel,
    /// A step failed, and so did the undo; see [`Error::left`].
    UndoFailed,
}

impl ErrorKind {
    /// Returns the kind's stable name: `invalid-argument`, `not-found`, ….
    ///
    /// The command prints this name, and C reads it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid-argument",
            Self::NotFound => "not-found",
            Self::Exists => "exists",
            Self::NameTaken => "name-taken",
            Self::InvalidName => "invalid-name",
            Self::AddressClash => "address-clash",
            Self::Unreachable => "unreachable",
            Self::Sysctl => "sysctl",
            Self::NeighbourExists => "neighbour-exists",
            Self::NeighbourMissing => "neighbour-missing",
            Self::NotSupported => "not-supported",
            Self::Permission => "permission",
            Self::Timeout => "timeout",
            Self::DuplicateAddress => "duplicate-address",
            Self::Interrupted => "interrupted",
            Self::Namespace => "namespace",
            Self::Busy => "busy",
            Self::Journal => "journal",
            Self::InUse => "in-use",
            Self::Unverified => "unverified",
            Self::VerifyFailed => "verify-failed",
            Self::Cancelled => "cancelled",
            Self::Kernel => "kernel",
            Self::UndoFailed => "undo-failed",
        }
    }

    /// Returns the kind that an errno alone stands for.
    fn from_errno(errno: i32) -> Self {
        match errno {
            libc::EPERM | libc::EACCES => Self::Permission,
            libc::ENODEV | libc::ENOENT | libc::ESRCH => Self::NotFound,
            libc::EEXIST => Self::Exists,
            libc::EOPNOTSUPP | libc::ENOSYS | libc::EAFNOSUPPORT | libc::EPROTONOSUPPORT => Self::NotSupported,
            libc::EAGAIN | libc::ETIMEDOUT => Self::Timeout,
            libc::ENETUNREACH | libc::EHOSTUNREACH => Self::Unreachable,
            libc::ECANCELED => Self::Cancelled,
            _ => Self::Kernel,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The reason why an operation failed.
///
/// Prints as one line: what was tried, outermost first; then errno, the kernel's words and the attribute that the kernel
/// objects to; then, unless everything is as before the call, what is where.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// What was tried, innermost first.
    context: Vec<String>,
    message: Option<String>,
    cause: Option<io::Error>,
    ext_ack: Option<String>,
    ext_ack_offset: Option<u32>,
    ext_ack_attribute: Option<String>,
    left: Option<String>,
    /// Whether the request may have been carried out.
    uncertain: bool,
    /// Further errors from the same call.
    others: Vec<Error>,
}

impl Error {
    /// Creates an error that this library found.
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            kind,
            context: Vec::new(),
            message: Some(message.into()),
            cause: None,
            ext_ack: None,
            ext_ack_offset: None,
            ext_ack_attribute: None,
            left: None,
            uncertain: false,
            others: Vec::new(),
        }))
    }

    /// Creates an error from an errno, which decides the kind.
    pub(crate) fn from_errno(errno: i32) -> Self {
        Self(Box::new(Inner {
            kind: ErrorKind::from_errno(errno),
            context: Vec::new(),
            message: None,
            cause: Some(io::Error::from_raw_os_error(errno)),
            ext_ack: None,
            ext_ack_offset: None,
            ext_ack_attribute: None,
            left: None,
            uncertain: false,
            others: Vec::new(),
        }))
    }

    /// Adds the extended acknowledgement of a refusal.
    pub(crate) fn with_ext_ack(mut self, text: Option<String>, offset: Option<u32>, attribute: Option<String>) -> Self {
        self.0.ext_ack = text;
        self.0.ext_ack_offset = offset;
        self.0.ext_ack_attribute = attribute;
        self
    }

    /// Adds what was tried. Later calls are further out.
    pub(crate) fn context(mut self, doing: impl Into<String>) -> Self {
        self.0.context.push(doing.into());
        self
    }

    /// Replaces the kind by a narrower one.
    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Adds what could not be put back, and where things are.
    pub(crate) fn with_left(mut self, left: impl Into<String>) -> Self {
        self.0.left = Some(left.into());
        self
    }

    /// Says who may do what the kernel has not permitted.
    pub(crate) fn with_missing_right(self) -> Self {
        match self.errno() {
            Some(libc::EPERM) => self.context("it takes root, or a user namespace"),
            _ => self,
        }
    }

    /// Marks a failure of the conversation: the request may have been carried out.
    pub(crate) fn uncertain(mut self) -> Self {
        self.0.uncertain = true;
        self
    }

    /// Whether it is not known if what was asked for was done.
    pub(crate) fn is_uncertain(&self) -> bool {
        self.0.uncertain
    }

    /// Returns whether descriptors, memory or threads have run out, which says nothing about the request.
    pub(crate) fn is_shortage(&self) -> bool {
        matches!(self.errno(), Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::EAGAIN))
    }

    /// Returns whether the failure says nothing about the request: the kernel was not asked, or its answer was not heard.
    pub(crate) fn is_unasked(&self) -> bool {
        self.is_shortage() || self.is_uncertain() || matches!(self.errno(), Some(libc::ENOBUFS | libc::EIO))
    }

    /// Joins several failures. One that left something changed comes first.
    pub(crate) fn first(mut errors: Vec<Self>) -> Option<Self> {
        let worst = errors.iter().position(|error| error.left().is_some()).unwrap_or(0);
        let mut first = (worst < errors.len()).then(|| errors.remove(worst))?;
        first.0.others = errors;
        Some(first)
    }

    /// Returns the kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the errno, when a system call or the kernel gave one.
    #[must_use]
    pub fn errno(&self) -> Option<i32> {
        self.0.cause.as_ref().and_then(io::Error::raw_os_error)
    }

    /// Returns the kernel's words about a refusal, if any (`NLMSGERR_ATTR_MSG`, Linux 4.12).
    #[doc(alias = "NLMSGERR_ATTR_MSG")]
    #[must_use]
    pub fn ext_ack(&self) -> Option<&str> {
        self.0.ext_ack.as_deref()
    }

    /// Returns the offset of the attribute that the kernel objects to.
    ///
    /// Counted in bytes from the request's header (`NLMSGERR_ATTR_OFFS`).
    #[doc(alias = "NLMSGERR_ATTR_OFFS")]
    #[must_use]
    pub fn ext_ack_offset(&self) -> Option<u32> {
        self.0.ext_ack_offset
    }

    /// Returns the name of the attribute that the kernel objects to, such as `IFLA_MTU`.
    ///
    /// A nested attribute follows the outer ones: `IFLA_LINKINFO/IFLA_INFO_DATA/1`. A number stands for an attribute whose
    /// meaning depends on the kind of link.
    #[must_use]
    pub fn ext_ack_attribute(&self) -> Option<&str> {
        self.0.ext_ack_attribute.as_deref()
    }

    /// Returns what is where now; `None` when everything is as before the call.
    #[must_use]
    pub fn left(&self) -> Option<&str> {
        self.0.left.as_deref()
    }

    /// Returns further errors from the same call, in order, each complete.
    #[must_use]
    pub fn others(&self) -> &[Self] {
        &self.0.others
    }

    /// Returns whether the same call may succeed later with nothing else changed.
    ///
    /// Never when something is [left](Self::left), since the call would then begin from another state.
    #[must_use]
    pub fn can_retry(&self) -> bool {
        match self.0.kind {
            _ if self.0.left.is_some() => false,
            ErrorKind::Interrupted | ErrorKind::Timeout => true,
            _ => matches!(self.errno(), Some(libc::EAGAIN | libc::EBUSY | libc::ENOBUFS | libc::ENOMEM | libc::EINTR)),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.raw_os_error() {
            Some(errno) => Self::from_errno(errno),
            // A failed allocation has no errno.
            None if error.kind() == io::ErrorKind::OutOfMemory => Self::from_errno(libc::ENOMEM),
            None => Self::new(ErrorKind::Kernel, error.to_string()),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inner = &self.0;
        let parts = inner.context.iter().rev().map(String::as_str);
        let mut separator = "";
        for part in parts.chain(inner.message.as_deref()) {
            write!(f, "{separator}{part}")?;
            separator = ": ";
        }
        if let Some(cause) = &inner.cause {
            write!(f, "{separator}{cause}")?;
            separator = ": ";
        }
        if let Some(text) = &inner.ext_ack {
            write!(f, "{separator}{}", one_line(text))?;
            separator = ": ";
        }
        if let Some(attribute) = &inner.ext_ack_attribute {
            write!(f, "{separator}{attribute}")?;
        }
        if let Some(left) = &inner.left {
            write!(f, "; not as before: {left}")?;
        }
        match inner.others.len() {
            0 => {}
            1 => f.write_str("; another one failed, too")?,
            more => write!(f, "; {more} others failed, too")?,
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}({self})", self.0.kind)
    }
}

impl std::error::Error for Error {
    /// Returns the operating system's error, if any. [`Display`](fmt::Display) already has its text.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_ref().map(|cause| cause as _)
    }
}

/// Adds what was tried to a failure.
pub(crate) trait Context<T> {
    /// Adds a text, which is made only for a failure.
    fn doing<S: Into<String>>(self, text: impl FnOnce() -> S) -> Result<T>;
}

impl<T, E: Into<Error>> Context<T> for std::result::Result<T, E> {
    fn doing<S: Into<String>>(self, text: impl FnOnce() -> S) -> Result<T> {
        self.map_err(|error| error.into().context(text()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_from_the_outside_in() {
        let error = Error::from_errno(libc::EINVAL)
            .with_ext_ack(Some("mtu greater than device maximum".into()), Some(32), Some("IFLA_MTU".into()))
            .context("set eth0 mtu 70000")
            .context("add veth1 to /run/netns/web");
        assert_eq!(
            error.to_string(),
            "add veth1 to /run/netns/web: set eth0 mtu 70000: Invalid argument (os error 22): mtu greater than device maximum: IFLA_MTU"
        );
        assert_eq!((error.kind(), error.errno(), error.ext_ack_offset()), (ErrorKind::Kernel, Some(22), Some(32)));
        assert_eq!(error.ext_ack_attribute(), Some("IFLA_MTU"));
        assert_eq!(error.left(), None);
    }

    #[test]
    fn says_what_is_where() {
        let error = Error::new(ErrorKind::NotFound, "no link a").with_left("b is in /run/netns/x as eth0");
        assert_eq!(error.to_string(), "no link a; not as before: b is in /run/netns/x as eth0");
    }

    #[test]
    fn the_worst_speaks_for_several() {
        let error = |name: &str| Error::new(ErrorKind::NotFound, name);
        let stuck = || error("b").with_left("b is elsewhere");
        let first = Error::first(vec![error("a"), stuck(), error("c")]).unwrap();
        assert_eq!(first.to_string(), "b; not as before: b is elsewhere; 2 others failed, too");
        assert_eq!(first.others().iter().map(Error::to_string).collect::<Vec<_>>(), ["a", "c"]);
        assert_eq!(Error::first(vec![error("a"), error("c")]).unwrap().to_string(), "a; another one failed, too");
        assert!(Error::first(vec![error("a")]).unwrap().others().is_empty());
        assert!(Error::first(vec![]).is_none());
    }

    #[test]
    fn stays_small_and_shareable() {
        fn shareable<T: Send + Sync + std::error::Error + 'static>() {}
        shareable::<Error>();
        assert_eq!(size_of::<Error>(), size_of::<usize>());
    }

    #[test]
    fn want_of_memory_is_one_thing() {
        let error = Error::from(io::Error::from(io::ErrorKind::OutOfMemory));
        assert_eq!(error.errno(), Some(libc::ENOMEM));
        assert!(error.is_shortage());
    }

    #[test]
    fn kernel_text_cannot_break_the_line() {
        let error = Error::from_errno(libc::EINVAL).with_ext_ack(Some("a\nb".into()), None, None);
        assert!(!error.to_string().contains('\n'));
    }
}
