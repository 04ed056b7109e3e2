//! The one error type: what was tried, on what, where, and the kernel's own words.

use std::fmt;
use std::io;

use crate::text::one_line;

/// Result with this crate's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of failure an [`Error`] is, for a program to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value that cannot be: nothing was tried.
    InvalidArgument,
    /// No such link, interface, namespace or process.
    NotFound,
    /// It is there already.
    Exists,
    /// The name wanted is held by another link.
    NameTaken,
    /// Not a name that a link can have.
    InvalidName,
    /// The address and an existing route contain one another.
    AddressClash,
    /// No route leads to the next hop.
    Unreachable,
    /// A per-interface kernel setting could not be read or written.
    Sysctl,
    /// The neighbour entry is there already.
    NeighbourExists,
    /// There is no such neighbour entry.
    NeighbourMissing,
    /// The running kernel or system lacks it.
    NotSupported,
    /// The caller lacks the right to do it (`EPERM`; of files `EACCES`, too).
    Permission,
    /// The kernel did not answer in time.
    Timeout,
    /// Duplicate address detection found the address in use.
    DuplicateAddress,
    /// A dump was interrupted by changes more often than it was retried.
    Interrupted,
    /// The namespace itself: not one, of another kind, destroyed, not found, or it cannot be entered.
    Namespace,
    /// Any other refusal by the kernel; see [`Error::errno`].
    Kernel,
    /// A step failed and putting things back failed too; see [`Error::left`].
    UndoFailed,
}

impl ErrorKind {
    /// The kind's stable name, as the command prints it: `not-found`, `name-taken`, …, `usage` for
    /// [`InvalidArgument`](Self::InvalidArgument).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InvalidArgument => "usage",
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
            Self::Kernel => "kernel",
            Self::UndoFailed => "undo-failed",
        }
    }

    /// The kind that an errno stands for when nothing more is known.
    fn from_errno(errno: i32) -> Self {
        match errno {
            libc::EPERM | libc::EACCES => Self::Permission,
            libc::ENODEV | libc::ENOENT | libc::ESRCH => Self::NotFound,
            libc::EEXIST => Self::Exists,
            libc::EOPNOTSUPP | libc::ENOSYS | libc::EAFNOSUPPORT | libc::EPROTONOSUPPORT => Self::NotSupported,
            libc::EAGAIN | libc::ETIMEDOUT => Self::Timeout,
            libc::ENETUNREACH | libc::EHOSTUNREACH => Self::Unreachable,
            _ => Self::Kernel,
        }
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why an operation failed.
///
/// Printed, it is one line: what was being done, outermost first, then errno, the kernel's own words and the
/// attribute that it objects to, then, when not everything is as it was before the call, what is where.
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    /// What was being done, innermost first.
    context: Vec<String>,
    message: Option<String>,
    cause: Option<io::Error>,
    ext_ack: Option<String>,
    ext_ack_offset: Option<u32>,
    ext_ack_attribute: Option<String>,
    left: Option<String>,
    /// Whether it is not known if what was asked for was done.
    uncertain: bool,
    /// Those of other things that were tried in the same call.
    others: Vec<Error>,
}

impl Error {
    /// An error of our own finding.
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

    /// A refusal by the kernel; its kind follows from the errno.
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

    /// Adds the extended acknowledgement that came with a refusal.
    pub(crate) fn with_ext_ack(mut self, text: Option<String>, offset: Option<u32>, attribute: Option<String>) -> Self {
        self.0.ext_ack = text;
        self.0.ext_ack_offset = offset;
        self.0.ext_ack_attribute = attribute;
        self
    }

    /// Says what was being done when it failed. Later calls are further out.
    pub(crate) fn context(mut self, doing: impl Into<String>) -> Self {
        self.0.context.push(doing.into());
        self
    }

    /// Replaces the kind by a narrower one that the place of the failure knows.
    pub(crate) fn with_kind(mut self, kind: ErrorKind) -> Self {
        self.0.kind = kind;
        self
    }

    /// Says that not everything could be put back, and what is where.
    pub(crate) fn with_left(mut self, left: impl Into<String>) -> Self {
        self.0.left = Some(left.into());
        self
    }

    /// Marks a failure of the conversation itself: the request may have been carried out.
    pub(crate) fn uncertain(mut self) -> Self {
        self.0.uncertain = true;
        self
    }

    /// Whether it is not known if what was asked for was done.
    pub(crate) fn is_uncertain(&self) -> bool {
        self.0.uncertain
    }

    /// Whether descriptors, memory or threads have run out, which tells nothing of what was asked for.
    pub(crate) fn is_shortage(&self) -> bool {
        matches!(self.errno(), Some(libc::EMFILE | libc::ENFILE | libc::ENOMEM | libc::EAGAIN))
    }

    /// The first of several failures, with the others: one that left something not as before comes first.
    pub(crate) fn first(mut errors: Vec<Self>) -> Option<Self> {
        let worst = errors.iter().position(|error| error.left().is_some()).unwrap_or(0);
        let mut first = (worst < errors.len()).then(|| errors.remove(worst))?;
        first.0.others = errors;
        Some(first)
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The errno, when a system call or the kernel gave one.
    #[must_use]
    pub fn errno(&self) -> Option<i32> {
        self.0.cause.as_ref().and_then(io::Error::raw_os_error)
    }

    /// The kernel's own words about a refusal, when it sent any (`NLMSGERR_ATTR_MSG`, Linux 4.12).
    #[doc(alias = "NLMSGERR_ATTR_MSG")]
    #[must_use]
    pub fn ext_ack(&self) -> Option<&str> {
        self.0.ext_ack.as_deref()
    }

    /// Where in the request the attribute stands that the kernel objects to, in bytes from its header
    /// (`NLMSGERR_ATTR_OFFS`).
    #[doc(alias = "NLMSGERR_ATTR_OFFS")]
    #[must_use]
    pub fn ext_ack_offset(&self) -> Option<u32> {
        self.0.ext_ack_offset
    }

    /// That attribute by its name in the kernel's headers: `IFLA_MTU`. One inside others is named behind them:
    /// `IFLA_LINKINFO/IFLA_INFO_DATA/1`, by its number where what it means depends on the kind of link.
    #[must_use]
    pub fn ext_ack_attribute(&self) -> Option<&str> {
        self.0.ext_ack_attribute.as_deref()
    }

    /// `None` when everything is as it was before the call; otherwise what is where now.
    #[must_use]
    pub fn left(&self) -> Option<&str> {
        self.0.left.as_deref()
    }

    /// Where a call tried several things, what else of them failed: in their order, each with everything that there is
    /// to say of it.
    #[must_use]
    pub fn others(&self) -> &[Self] {
        &self.0.others
    }

    /// Whether the same call may succeed later with nothing else changed. Never where something is
    /// [left](Self::left): it is not the same call then.
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
            // Of a buffer that could not be had; there was no system call.
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
    /// The operating system's error, when there was one. [`Display`](fmt::Display) has its text already.
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.cause.as_ref().map(|cause| cause as _)
    }
}

/// Adds what was being done to a failure.
pub(crate) trait Context<T> {
    /// The text is made only when there is a failure.
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
