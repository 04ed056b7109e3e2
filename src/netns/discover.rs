//! Finds a namespace by its identity.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::netns::NamespaceRef;
use crate::netns::pin::open_pin;
#[cfg(any(test, fuzzing))]
use crate::netns::stand_in;
use crate::netns::{NamespaceId, NetNs};
use crate::sys;
use crate::text::printable_path;

/// Returns the namespace: at its path, the current one, or wherever else it can be found.
///
/// # Errors
/// [`ErrorKind::Namespace`] when the namespace is not found.
pub(crate) fn find(reference: &NamespaceRef) -> Result<NetNs> {
    let not_found = || Error::new(ErrorKind::Namespace, format!("the namespace {reference} is not found"));
    scan(reference).doing(|| format!("look for the namespace {reference}"))?.ok_or_else(not_found)
}

/// Whether a namespace still exists, as far as this process can know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Existence {
    Exists,
    Ended,
    /// Unknown, for this reason.
    Unknown(String),
}

/// Returns whether a namespace has ended, if the kernel can tell in one call; `None` if it cannot.
///
/// `alive` is an existing namespace, which tests the ability of this kernel.
pub(crate) fn has_ended(alive: &NamespaceRef, reference: &NamespaceRef) -> Option<bool> {
    let ask = |of: &NamespaceRef| Some(sys::nsfs::open(of.id.cookie()?, of.inode?));
    if !sys::user::is_admin_of_all() || ask(alive)?.is_err() {
        return None;
    }
    match ask(reference)? {
        Ok(_) => Some(false),
        Err(error) => (error.raw_os_error() == Some(libc::ESTALE)).then_some(true),
    }
}

/// An index of the existing namespaces, for many questions: the caller reads the entries first, and asks then.
#[derive(Debug)]
pub(crate) struct NamespaceIndex {
    alive: NamespaceRef,
    /// Result of a walk through all processes, once one was needed.
    walk: Option<Walk>,
}

#[derive(Debug)]
struct Walk {
    found: HashSet<NamespaceId>,
    /// Why there may be other namespaces.
    gap: Option<String>,
}

impl NamespaceIndex {
    /// Creates an index without asking. `alive` is an existing namespace.
    pub(crate) fn new(alive: NamespaceRef) -> Self {
        Self { alive, walk: None }
    }

    /// Returns whether a namespace still exists. Walks through all processes once, if the kernel cannot tell.
    pub(crate) fn existence(&mut self, reference: &NamespaceRef) -> Existence {
        #[cfg(any(test, fuzzing))]
        if let Some(found) = stand_in::find(reference.id) {
            return if found.is_some() { Existence::Exists } else { Existence::Ended };
        }
        match has_ended(&self.alive, reference) {
            Some(true) => return Existence::Ended,
            Some(false) => return Existence::Exists,
            None => {}
        }
        let at_its_path = reference.path.as_deref().map(|path| Scanner::default().open(path));
        if matches!(at_its_path, Some(Ok(Some(netns))) if netns.id() == reference.id) {
            return Existence::Exists;
        }
        let walk = self.walk.get_or_insert_with(Walk::take);
        match &walk.gap {
            _ if walk.found.contains(&reference.id) => Existence::Exists,
            None => Existence::Ended,
            Some(gap) => Existence::Unknown(gap.clone()),
        }
    }
}

impl Walk {
    fn take() -> Self {
        let mut places = Scanner::default();
        let filled = places.fill();
        let paths = std::mem::take(&mut places.paths);
        let mut gap = filled.err().map(|error| error.to_string());
        let mut found = HashSet::new();
        for path in paths {
            match places.open(&path) {
                Ok(netns) => found.extend(netns.map(|netns| netns.id())),
                Err(error) => gap = Some(error.to_string()),
            }
        }
        if places.hidden {
            gap.get_or_insert_with(|| "not all processes and mounts can be seen".to_owned());
        }
        Self { found, gap }
    }
}

/// Finds namespaces, each at its path, as the current one or wherever else it can be found, in the order asked for. Namespaces
/// that are not found are left out.
///
/// However many they are, all places are searched once.
pub(crate) fn find_all(references: &[NamespaceRef]) -> Result<Vec<NetNs>> {
    let mut places = Scanner::default();
    let mut found: Vec<Option<NetNs>> = Vec::with_capacity(references.len());
    for reference in references {
        found.push(find_at_once(reference, &mut places)?);
    }
    if found.iter().any(Option::is_none) {
        places.fill()?;
        for path in std::mem::take(&mut places.paths) {
            let Some(netns) = places.open(&path)? else { continue };
            let missing = found.iter_mut().zip(references).find(|(place, of)| place.is_none() && of.id == netns.id());
            if let Some((place, _)) = missing {
                *place = Some(netns);
            }
        }
    }
    Ok(found.into_iter().flatten().collect())
}

/// Visits each namespace that can be found.
pub(crate) fn visit_all(mut visit: impl FnMut(&NetNs) -> Result<()>) -> Result<()> {
    let mut places = Scanner::default();
    places.fill()?;
    for path in std::mem::take(&mut places.paths) {
        places.open(&path)?.map_or(Ok(()), |netns| visit(&netns))?;
    }
    Ok(())
}

/// Looks for a namespace at its path and in this thread. Not by the kernel's handle: that also finds namespaces which nobody
/// uses any more, and which end with whatever is moved there.
fn find_at_once(reference: &NamespaceRef, places: &mut Scanner) -> Result<Option<NetNs>> {
    let is_it = |netns: &NetNs| netns.id() == reference.id;
    if let Some(netns) = reference.path.as_deref().map(|path| places.open(path)).transpose()?.flatten().filter(is_it) {
        return Ok(Some(netns));
    }
    Ok(NetNs::current().ok().filter(is_it))
}

/// Looks for a namespace everywhere: first at once, then in all processes unless the kernel knows that it has ended.
///
/// # Errors
/// Something else than permission prevented the search, so that nothing is certain.
fn scan(reference: &NamespaceRef) -> Result<Option<NetNs>> {
    #[cfg(any(test, fuzzing))]
    if let Some(found) = stand_in::find(reference.id) {
        return Ok(found.map(NetNs::fake).transpose()?);
    }
    let mut places = Scanner::default();
    if let Some(netns) = find_at_once(reference, &mut places)? {
        return Ok(Some(netns));
    }
    if NetNs::current().is_ok_and(|current| has_ended(&current.reference(), reference) == Some(true)) {
        return Ok(None);
    }
    let is_it = |netns: &NetNs| netns.id() == reference.id;
    places.fill()?;
    for path in std::mem::take(&mut places.paths) {
        if let Some(netns) = places.open(&path)?.filter(is_it) {
            return Ok(Some(netns));
        }
    }
    Ok(None)
}

/// Walks through all places of namespaces: pins in whatever mount namespace, threads, and open descriptors of processes. Visits
/// each place once.
#[derive(Debug, Default)]
struct Scanner {
    paths: Vec<PathBuf>,
    seen: HashSet<(u64, u64)>,
    /// Mount namespaces, and the root that they were seen from.
    mounts: HashSet<(u64, u64, u64)>,
    /// Mount namespaces that something keeps alive, though no process may be in them.
    kept: HashSet<u64>,
    hidden: bool,
}

impl Scanner {
    fn fill(&mut self) -> Result<()> {
        // First, for the paths that this process has.
        let mounts = fs::read("/proc/self/mountinfo").doing(|| "read /proc/self/mountinfo")?;
        self.add_pins(&mounts, Path::new("/"))?;
        // A procfs need not show the processes of others at all.
        self.hidden |= !Path::new("/proc/1").exists();
        let is_process =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.as_bytes().iter().all(u8::is_ascii_digit));
        for process in self.list(Path::new("/proc"))?.into_iter().filter(is_process) {
            for thread in self.list(&process.join("task"))? {
                self.add(thread.join("ns/net"))?;
                self.add_mounts(&thread)?;
            }
            for file in self.list(&process.join("fd"))? {
                let Ok(open) = fs::read_link(&file) else { continue };
                if open.as_os_str().as_bytes().starts_with(b"net:[") {
                    self.add(file)?;
                }
                self.kept.extend(number(open.as_os_str().as_bytes(), b"mnt:["));
            }
        }
        self.hidden |= self.kept.iter().any(|kept| self.mounts.iter().all(|(seen, ..)| seen != kept));
        Ok(())
    }

    /// Visits the pins that a thread sees.
    fn add_mounts(&mut self, thread: &Path) -> Result<()> {
        let (root, namespace) = (thread.join("root"), thread.join("ns/mnt"));
        let Some(namespace) = self.if_there(&namespace, fs::metadata(&namespace))? else { return Ok(()) };
        let Some(top) = self.if_there(&root, fs::metadata(&root))? else { return Ok(()) };
        let mounts = (namespace.ino(), top.dev(), top.ino());
        if self.mounts.contains(&mounts) {
            return Ok(());
        }
        let mountinfo = thread.join("mountinfo");
        let found = match fs::read(&mountinfo) {
            // The thread has ended since.
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => None,
            found => self.if_there(&mountinfo, found)?,
        };
        if let Some(found) = found {
            self.add_pins(&found, &root)?;
            // A thread that ended meanwhile may not have shown all; another thread may be in there as well.
            if is_there(&root) {
                self.mounts.insert(mounts);
            }
        }
        Ok(())
    }

    /// Visits the pins of a mountinfo, whose paths are below a root.
    fn add_pins(&mut self, mounts: &[u8], root: &Path) -> Result<()> {
        for (namespace, path) in mounts.split(|byte| *byte == b'\n').filter_map(pin_of) {
            if let Some(number) = number(namespace, b"net:[") {
                let shown = self.add(root.join(path.strip_prefix("/").unwrap_or(&path)))?;
                // Something else is mounted over it, or over a folder above.
                self.hidden |= shown != Some(number) && is_there(root);
            }
            self.kept.extend(number(namespace, b"mnt:["));
        }
        Ok(())
    }

    /// Returns the contents of a folder, as far as they are visible.
    fn list(&mut self, folder: &Path) -> Result<Vec<PathBuf>> {
        let list = || fs::read_dir(folder)?.map(|entry| Ok::<_, io::Error>(entry?.path())).collect();
        Ok(self.if_there(folder, list()).doing(|| format!("read {}", printable_path(folder)))?.unwrap_or_default())
    }

    /// Adds the namespace at a path, if there is one, and returns its number.
    fn add(&mut self, path: PathBuf) -> Result<Option<u64>> {
        let file = self.if_there(&path, fs::metadata(&path)).doing(|| printable_path(&path))?;
        let Some(file) = file else { return Ok(None) };
        if self.seen.insert((file.dev(), file.ino())) {
            self.paths.push(path);
        }
        Ok(Some(file.ino()))
    }

    /// Opens the namespace at a path, if there is one.
    fn open(&mut self, path: &Path) -> Result<Option<NetNs>> {
        let Some(Some(file)) = self.if_there(path, open_pin(path))? else { return Ok(None) };
        match NetNs::from_file(file, printable_path(path)) {
            Ok(netns) => Ok(Some(netns.at(path))),
            // Another kind of namespace, if the path says so without the kernel.
            Err(error) if error.errno().is_none() => Ok(None),
            Err(error) if error.errno() == Some(libc::EPERM) => {
                self.hidden = true;
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Returns the result for a path; `None` if nothing is there any more, or it is not visible.
    fn if_there<T, E: Into<Error>>(&mut self, path: &Path, found: std::result::Result<T, E>) -> Result<Option<T>> {
        let error = match found {
            Ok(found) => return Ok(Some(found)),
            Err(error) => error.into(),
        };
        match error.errno() {
            Some(libc::ENOENT | libc::ENOTDIR | libc::ESRCH) => Ok(None),
            Some(libc::EACCES | libc::EPERM) => {
                // A procfs refuses also what belongs to a thread that has ended since.
                self.hidden |= is_there(path);
                Ok(None)
            }
            _ => Err(error),
        }
    }
}

/// Returns whether something is at a path, even if it is not readable.
fn is_there(path: &Path) -> bool {
    !fs::symlink_metadata(path).is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// Returns the namespace, of whichever type, that a line of mountinfo (proc_pid_mountinfo(5)) has pinned, and its path.
pub(crate) fn pin_of(line: &[u8]) -> Option<(&[u8], PathBuf)> {
    let mut fields = line.split(|byte| *byte == b' ').skip(3);
    let namespace = fields.next().filter(|root| root.ends_with(b"]"))?;
    Some((namespace, PathBuf::from(OsString::from_vec(unescape(fields.next()?)))))
}

/// Returns the number of a namespace of a type from the kernel's name for it.
pub(crate) fn number(name: &[u8], of_type: &[u8]) -> Option<u64> {
    let number = name.strip_prefix(of_type)?.strip_suffix(b"]")?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

/// Undoes the kernel's escapes of white space and backslashes: a backslash and three octal digits.
fn unescape(field: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = field;
    while let Some((byte, behind)) = rest.split_first() {
        let escaped = match rest {
            [b'\\', digits @ ..] => digits.split_at_checked(3).and_then(|(digits, behind)| {
                let value = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok()?;
                Some((value, behind))
            }),
            _ => None,
        };
        let (byte, behind) = escaped.unwrap_or((*byte, behind));
        bytes.push(byte);
        rest = behind;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pin_is_found_whatever_its_path() {
        let line = |path: &str| format!("36 35 0:4 net:[4026532177] {path} rw shared:2 - nsfs nsfs rw").into_bytes();
        let pin = (&b"net:[4026532177]"[..], PathBuf::from("/run/netns/a b\\\\"));
        assert_eq!(pin_of(&line("/run/netns/a\\040b\\134\\")), Some(pin));
        assert_eq!(number(b"mnt:[4026532177]", b"mnt:["), Some(4_026_532_177));
        assert_eq!(number(b"net:[4026532177]", b"mnt:["), None);
        assert_eq!(pin_of(b"36 35 0:4 / /run rw - tmpfs tmpfs rw"), None);
        assert_eq!(pin_of(b""), None);
    }

    /// As a procfs refuses what was of a thread.
    #[test]
    fn what_is_refused_is_hidden_while_it_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let refused = || Err::<(), _>(io::Error::from_raw_os_error(libc::EACCES));
        for (path, hidden) in [(folder.path().join("ended"), false), (folder.path().to_owned(), true)] {
            let mut places = Scanner::default();
            assert!(places.if_there(&path, refused()).unwrap().is_none());
            assert_eq!(places.hidden, hidden, "{path:?}");
        }
    }

    /// A pin shows the namespace that it is of, unless something is mounted over it.
    #[test]
    fn what_a_pin_does_not_show_is_hidden() {
        let folder = tempfile::tempdir().unwrap();
        let pin = folder.path().join("pin");
        fs::write(&pin, "").unwrap();
        let shown = fs::metadata(&pin).unwrap().ino();
        for (number, path, hidden) in
            [(shown, pin.clone(), false), (shown + 1, pin, true), (shown, folder.path().join("none"), true)]
        {
            let mut places = Scanner::default();
            let line = format!("36 35 0:4 net:[{number}] {} rw - nsfs nsfs rw\n", path.display());
            places.add_pins(line.as_bytes(), Path::new("/")).unwrap();
            assert_eq!(places.hidden, hidden, "{line}");
        }
    }
}
