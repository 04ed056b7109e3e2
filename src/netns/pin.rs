//! Pins: regular files that a namespace's file is mounted on, which keep the namespace alive.
//!
//! The folder is opened once, and everything happens relative to its descriptor: swapping the folder for another one or for a
//! link leads nowhere else. Nobody else can prevent a pin: while it is created, its file is the creator's alone (mode 0600) and
//! locked. A killed process leaves at worst an empty file without a namespace, which counts as nothing.

use std::ffi::OsString;
use std::fs::{File, Metadata, Permissions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::netns::pin_folder::{self, CreatedFolder};
use crate::sys;
use crate::text::printable_path;

/// How many stacked pins are removed.
const STACKED_PINS: u32 = 64;
/// How often a file is created that somebody else removes.
const ATTEMPTS: u32 = 8;
/// The mode of a file that will become a pin, and of one that is a pin.
const CLAIMED_MODE: u32 = 0o600;
const PIN_MODE: u32 = 0o644;

/// A name in a folder that is held open.
#[derive(Debug)]
struct Place {
    folder: OwnedFd,
    name: OsString,
    path: PathBuf,
}

/// What is at a place.
enum Found {
    Nothing,
    /// A namespace's file is mounted there.
    Pin(OwnedFd),
    /// The caller's empty file without a namespace: a killed process left it.
    Stale,
    /// Another process is about to mount a namespace there.
    Claimed,
    /// Another regular file.
    File,
    Other,
}

impl Place {
    fn open(path: &Path, made: Option<&mut Vec<CreatedFolder>>) -> Result<Self> {
        let name = path.file_name().ok_or_else(|| Error::new(ErrorKind::InvalidArgument, "the path names no file"))?;
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let making = made.is_some();
        let mut folder = pin_folder::open(parent, made)?;
        // Pins are created in the mount that `ip netns` creates there, so that both tools can remove them.
        if making && pin_folder::share_with_iproute2(folder.as_fd())? {
            folder = pin_folder::open(parent, None)?;
        }
        Ok(Self { folder, name: name.to_owned(), path: path.to_owned() })
    }

    fn open_at(&self, flags: libc::c_int) -> io::Result<OwnedFd> {
        sys::file::open_at(self.folder.as_fd(), self.name.as_bytes(), flags | libc::O_NOFOLLOW)
    }

    fn look(&self) -> Result<Found> {
        // Without opening a possible fifo or device.
        let file = match self.open_at(libc::O_PATH) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
            file => file?,
        };
        if sys::file::is_namespace(file.as_fd())? {
            return Ok(Found::Pin(file));
        }
        let metadata = sys::file::metadata(file.as_fd())?;
        let is_stale = |file: &Metadata| file.len() == 0 && file.nlink() == 1 && file.uid() == sys::file::euid();
        Ok(match metadata.is_file() {
            true if is_stale(&metadata) && self.is_claimed(&metadata) => Found::Claimed,
            true if is_stale(&metadata) => Found::Stale,
            true => Found::File,
            false => Found::Other,
        })
    }

    /// Returns whether the creator of a pin has locked a file. Nobody else can lock a file of this mode.
    fn is_claimed(&self, metadata: &Metadata) -> bool {
        if metadata.mode() & 0o777 != CLAIMED_MODE {
            return false;
        }
        let file = self.open_at(libc::O_RDONLY | libc::O_NONBLOCK);
        file.is_ok_and(|file| !matches!(sys::file::try_lock(file.as_fd()), Ok(true)))
    }

    /// Creates the file and claims it. The empty file of a killed process is replaced.
    fn create_file(&self) -> Result<OwnedFd> {
        for _ in 0..ATTEMPTS {
            match sys::file::create_at(self.folder.as_fd(), self.name.as_bytes(), CLAIMED_MODE) {
                Ok(file) => {
                    // If somebody else has locked it, that is to remove it; the mount will show.
                    let _ = sys::file::try_lock(file.as_fd());
                    return Ok(file);
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).doing(|| "create the file to pin it on"),
            }
            match self.look()? {
                // Refused if it has become a pin since.
                Found::Stale => drop(self.unlink()),
                Found::Nothing => {}
                Found::Pin(_) => return Err(Error::new(ErrorKind::Exists, "a namespace is pinned there already")),
                Found::Claimed => return Err(Error::new(ErrorKind::Exists, "another process is pinning one there")),
                Found::File | Found::Other => {
                    return Err(Error::new(ErrorKind::Exists, "a file that is no namespace is there already"));
                }
            }
        }
        Err(Error::new(ErrorKind::Exists, "another process makes a file there again and again"))
    }

    fn unlink(&self) -> io::Result<()> {
        sys::file::unlink_at(self.folder.as_fd(), self.name.as_bytes(), false)
    }

    /// Removes all pins from the file, and keeps the topmost one, also if it fails after that.
    fn unpin(&self, topmost: &mut Option<OwnedFd>) -> Result<()> {
        for _ in 0..STACKED_PINS {
            let Found::Pin(pin) = self.look()? else { break };
            sys::mount::detach(pin.as_fd(), &self.path).doing(|| "unmount the namespace that is pinned there")?;
            topmost.get_or_insert(pin);
        }
        Ok(())
    }

    /// Opens descriptors that are closed when a pin has to be put back: there may be none left by then.
    fn spare_descriptors(&self) -> io::Result<[OwnedFd; 2]> {
        Ok([self.folder.try_clone()?, self.folder.try_clone()?])
    }

    /// Puts back what was removed in vain, and says in the error if that fails.
    fn pin_again(&self, pin: Option<OwnedFd>, error: Error) -> Error {
        let Some(pin) = pin else { return error };
        let again = self.open_at(libc::O_PATH).and_then(|file| sys::mount::bind(pin.as_fd(), file.as_fd()));
        match again {
            Ok(_) => error,
            Err(_) => error.with_left("the namespace that was pinned there no longer is"),
        }
    }

    /// Mounts a namespace on a file, and makes sure that the path shows that mount.
    fn attach(&self, namespace: BorrowedFd<'_>, file: BorrowedFd<'_>) -> Result<()> {
        // First, because descriptors may run out.
        let inode = sys::file::inode(namespace)?;
        let mount = sys::mount::bind(namespace, file).map_err(|error| Error::from(error).context("mount it"))?;
        let found = self.look().and_then(|found| match found {
            Found::Pin(pin) => Ok(sys::file::inode(pin.as_fd())? == inode),
            _ => Ok(false),
        });
        if let Ok(true) = found {
            return Ok(());
        }
        // If somebody has moved the file away, the mount went with it.
        let _ = match mount {
            Some(mount) => sys::mount::detach(mount.as_fd(), &self.path),
            None => sys::mount::detach_at(&self.path),
        };
        found.and(Err(Error::new(ErrorKind::Exists, "somebody else has put another file there")))
    }
}

/// A place for a pin: a file to mount on, and what was created for it.
///
/// Until the pin is [mounted](Mountpoint::mount), dropping the value removes all of that again.
#[derive(Debug)]
pub(crate) struct Mountpoint {
    place: Place,
    /// The created file.
    file: Option<OwnedFd>,
    /// Outermost first.
    folders_made: Vec<CreatedFolder>,
}

impl Mountpoint {
    /// Creates the file, and the folders above it. Fails if the path exists.
    pub(crate) fn create(path: &Path) -> Result<Self> {
        let mut place = Self::open(path)?;
        place.file = Some(place.place.create_file()?);
        Ok(place)
    }

    /// Takes over an existing regular file, pin or not, or creates one.
    pub(crate) fn take_over(path: &Path) -> Result<Self> {
        let mut place = Self::open(path)?;
        match place.place.look()? {
            Found::Nothing => place.file = Some(place.place.create_file()?),
            Found::Pin(_) | Found::Stale | Found::Claimed | Found::File => {}
            Found::Other => return Err(Error::new(ErrorKind::Exists, "what is there is not a regular file")),
        }
        Ok(place)
    }

    fn open(path: &Path) -> Result<Self> {
        let mut folders_made = Vec::new();
        match Place::open(path, Some(&mut folders_made)) {
            Ok(place) => Ok(Self { place, file: None, folders_made }),
            Err(error) => {
                folders_made.iter().rev().for_each(CreatedFolder::remove);
                Err(error)
            }
        }
    }

    /// Mounts a namespace on the file, in place of a former mount.
    pub(crate) fn mount(mut self, namespace: BorrowedFd<'_>) -> Result<()> {
        let mut replaced = None;
        let spare = self.place.spare_descriptors()?;
        let mounted = self.replace(namespace, &mut replaced);
        drop(spare);
        mounted.map_err(|error| self.place.pin_again(replaced, error))
    }

    fn replace(&mut self, namespace: BorrowedFd<'_>, replaced: &mut Option<OwnedFd>) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let found = match &self.file {
                Some(file) => Some(file.try_clone()?),
                None => self.file_there(replaced)?,
            };
            let file = match found {
                Some(file) => file,
                // Destroyed since the last look.
                None => self.file.insert(self.place.create_file()?).try_clone()?,
            };
            match self.place.attach(namespace, file.as_fd()) {
                Ok(()) => {
                    if let Some(file) = self.file.take() {
                        // Under the mount nobody sees the mode.
                        let _ = File::from(file).set_permissions(Permissions::from_mode(PIN_MODE));
                    }
                    self.folders_made.clear();
                    return Ok(());
                }
                // Somebody took the file for a killed process's, before it was claimed.
                Err(error) if error.errno() == Some(libc::ENOENT) && replaced.is_none() => self.file = None,
                Err(error) => return Err(error),
            }
        }
        Err(Error::new(ErrorKind::Exists, "another process makes a file there again and again"))
    }

    /// Returns the regular file to take over, with nothing mounted on it any more.
    fn file_there(&self, replaced: &mut Option<OwnedFd>) -> Result<Option<OwnedFd>> {
        self.place.unpin(replaced)?;
        match self.place.look()? {
            Found::Nothing => Ok(None),
            Found::Stale | Found::File => Ok(Some(self.place.open_at(libc::O_PATH)?)),
            _ => Err(Error::new(ErrorKind::Exists, "somebody else has put another file there")),
        }
    }
}

impl Drop for Mountpoint {
    fn drop(&mut self) {
        if self.file.is_some() {
            let _ = self.place.unlink();
        }
        // Refused if somebody else has put something in.
        self.folders_made.iter().rev().for_each(CreatedFolder::remove);
    }
}

/// Removes a namespace's pin: unmounts it and removes the file. `inode` is that of the namespace's file.
pub(crate) fn remove(path: &Path, inode: (u64, u64)) -> Result<()> {
    let place = check_place(path, inode)?;
    let (mut topmost, spare) = (None, place.spare_descriptors()?);
    let unpinned = place.unpin(&mut topmost);
    drop(spare);
    unpinned.map_err(|error| place.pin_again(topmost, error))?;
    let removed = match place.look() {
        Ok(Found::Stale | Found::File) => place.unlink().map_err(Error::from),
        Ok(Found::Nothing) => Ok(()),
        Ok(_) => Err(Error::new(ErrorKind::Exists, "somebody else has put another file there")),
        Err(error) => Err(error),
    };
    removed.map_err(|error| {
        let left = format!("{} is unmounted, the file is still there", printable_path(path));
        error.context("remove the file").with_left(left)
    })
}

/// Checks that a namespace is pinned at a path. `inode` is that of the namespace's file.
pub(crate) fn check(path: &Path, inode: (u64, u64)) -> Result<()> {
    check_place(path, inode).map(drop)
}

fn check_place(path: &Path, inode: (u64, u64)) -> Result<Place> {
    let place = Place::open(path, None)?;
    match place.look()? {
        Found::Pin(pin) if sys::file::inode(pin.as_fd())? == inode => Ok(place),
        Found::Pin(_) => Err(Error::new(ErrorKind::Namespace, "another namespace is pinned there now")),
        Found::Nothing => Err(Error::from_errno(libc::ENOENT)),
        _ => Err(Error::new(ErrorKind::Namespace, "no namespace is pinned there any more")),
    }
}

/// Removes the leftover of a process that was killed while it created or removed a pin: an empty file without a namespace.
/// Returns false without such a file.
pub(crate) fn remove_stale(path: &Path) -> Result<bool> {
    let place = Place::open(path, None)?;
    match place.look()? {
        Found::Stale => place.unlink().map(|()| true).doing(|| "remove the file"),
        _ => Ok(false),
    }
}

/// Opens the namespace that is pinned at a path; `None` if the file is no pin.
pub(crate) fn open_pin(path: &Path) -> Result<Option<OwnedFd>> {
    // First without opening a possible fifo or device.
    let look = sys::above_streams(File::options().read(true).custom_flags(libc::O_PATH).open(path)?)?;
    if !sys::file::is_namespace(look.as_fd())? {
        return Ok(None);
    }
    // Without blocking, in case it has become one since.
    let file = sys::above_streams(File::options().read(true).custom_flags(libc::O_NONBLOCK).open(path)?)?;
    Ok(sys::file::is_namespace(file.as_fd())?.then(|| file.into()))
}
