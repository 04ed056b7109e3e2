//! Pins: regular files that a namespace's file is mounted on, which keep the namespace alive.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::netns::retry::retry_while_busy;
use crate::sys;
use crate::text::printable_path;

/// How many pins on top of each other a replacement takes away.
const STACKED_PINS: u32 = 64;

/// A place for a pin: a file to mount on, and what was made to have it.
///
/// Until the pin is [mounted](Mountpoint::mount), dropping it takes all of that away again.
#[derive(Debug)]
pub(crate) struct Mountpoint {
    path: PathBuf,
    file_made: bool,
    /// Outermost first.
    folders_made: Vec<PathBuf>,
}

impl Mountpoint {
    /// Makes the file, and the folders above it. There must be nothing yet.
    pub(crate) fn make(path: &Path) -> Result<Self> {
        let mut place = Self { path: path.to_owned(), file_made: false, folders_made: Vec::new() };
        place.make_folders()?;
        make_file(path)?;
        place.file_made = true;
        Ok(place)
    }

    /// Takes over the regular file that is there, pin or not, or makes it.
    pub(crate) fn take_over(path: &Path) -> Result<Self> {
        match fs::symlink_metadata(path) {
            Ok(found) if found.is_file() => {
                Ok(Self { path: path.to_owned(), file_made: false, folders_made: Vec::new() })
            }
            Ok(_) => Err(Error::new(ErrorKind::Exists, "what is there is not a regular file")),
            Err(_) => Self::make(path),
        }
    }

    fn make_folders(&mut self) -> Result<()> {
        let missing: Vec<&Path> = self
            .path
            .ancestors()
            .skip(1)
            .take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists())
            .collect();
        for folder in missing.into_iter().rev() {
            match DirBuilder::new().mode(0o755).create(folder) {
                Ok(()) => {
                    self.folders_made.push(folder.to_owned());
                    fs::set_permissions(folder, Permissions::from_mode(0o755))
                        .doing(|| format!("set the mode of the folder {}", printable_path(folder)))?;
                }
                // Somebody else made it meanwhile.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error).doing(|| format!("make the folder {}", printable_path(folder))),
            }
        }
        Ok(())
    }

    /// Mounts a namespace on the file, in the stead of what is mounted there.
    pub(crate) fn mount(mut self, namespace: BorrowedFd<'_>) -> Result<()> {
        let _folder = lock_folder(&self.path)?;
        let replaced = if self.file_made {
            None
        } else if fs::symlink_metadata(&self.path).is_err() {
            // Destroyed since it was looked at.
            make_file(&self.path)?;
            self.file_made = true;
            None
        } else {
            unpin(&self.path)?
        };
        if let Err(error) = sys::mount::bind(namespace, &self.path) {
            return Err(pin_again(&self.path, replaced, Error::from(error).context("mount it")));
        }
        self.file_made = false;
        self.folders_made.clear();
        Ok(())
    }
}

impl Drop for Mountpoint {
    fn drop(&mut self) {
        if self.file_made {
            let _ = fs::remove_file(&self.path);
        }
        for folder in self.folders_made.iter().rev() {
            // Refused when somebody else has put something in.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Makes the file to mount on, with mode 0644 whatever the umask is.
fn make_file(path: &Path) -> Result<()> {
    match OpenOptions::new().write(true).create_new(true).mode(0o644).open(path) {
        Ok(file) => file.set_permissions(Permissions::from_mode(0o644)).map_err(|error| {
            let _ = fs::remove_file(path);
            Error::from(error).context("set the mode of the file to pin it on")
        }),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(occupied(path)),
        Err(error) => Err(error).doing(|| "make the file to pin it on"),
    }
}

/// Keeps others, in other processes too, from pinning and unpinning in the folder of a path meanwhile. Anybody who may read
/// the folder can have it locked, so that is not waited for without end.
fn lock_folder(path: &Path) -> Result<File> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let lock = || {
        let folder = File::open(folder)?;
        match retry_while_busy(|| sys::file::try_lock(folder.as_fd()), |locked| matches!(locked, Ok(false)))? {
            true => Ok(folder),
            false => Err(Error::from_errno(libc::EBUSY).context("another process keeps it locked")),
        }
    };
    lock().doing(|| format!("lock the folder {}", printable_path(folder)))
}

/// Takes all pins off a file, and returns the topmost one's namespace.
fn unpin(path: &Path) -> Result<Option<OwnedFd>> {
    let mut topmost = None;
    let detach = |topmost: &mut Option<OwnedFd>| {
        let Some(pin) = open_pin(path)? else { return Ok(false) };
        sys::mount::detach(path).doing(|| "unmount the namespace that is pinned there")?;
        topmost.get_or_insert(pin);
        Ok::<_, Error>(true)
    };
    for _ in 0..STACKED_PINS {
        match detach(&mut topmost) {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => return Err(pin_again(path, topmost, error)),
        }
    }
    Ok(topmost)
}

/// Puts back what was taken off a file in vain, and tells in the error where that cannot be.
fn pin_again(path: &Path, topmost: Option<OwnedFd>, error: Error) -> Error {
    match topmost.map_or(Ok(()), |pin| sys::mount::bind(pin.as_fd(), path)) {
        Ok(()) => error,
        Err(_) => error.with_left(format!("the namespace that was pinned at {} no longer is", printable_path(path))),
    }
}

/// Fails unless a namespace is pinned at a path. `inode` is that of the namespace's file.
pub(crate) fn check(path: &Path, inode: (u64, u64)) -> Result<()> {
    match open_pin(path)? {
        Some(pin) if sys::file::inode(pin.as_fd())? == inode => Ok(()),
        Some(_) => Err(Error::new(ErrorKind::Namespace, "another namespace is pinned there now")),
        None => Err(Error::new(ErrorKind::Namespace, "no namespace is pinned there any more")),
    }
}

/// Takes a namespace's pin away: unmounts it and removes the file. `inode` is that of the namespace's file.
pub(crate) fn remove(path: &Path, inode: (u64, u64)) -> Result<()> {
    let _folder = lock_folder(path)?;
    check(path, inode)?;
    sys::mount::detach(path).doing(|| "unmount it")?;
    fs::remove_file(path).map_err(|error| {
        Error::from(error)
            .context("remove the file")
            .with_left(format!("{} is unmounted, the file is still there", printable_path(path)))
    })
}

/// Opens the namespace that is pinned at a path; none when the file is no pin.
pub(crate) fn open_pin(path: &Path) -> Result<Option<OwnedFd>> {
    // First without opening what may be a fifo or a device.
    let look = File::options().read(true).custom_flags(libc::O_PATH).open(path)?;
    if !sys::file::is_namespace(look.as_fd())? {
        return Ok(None);
    }
    // Not blocking, should it have become one since.
    let file = File::options().read(true).custom_flags(libc::O_NONBLOCK).open(path)?;
    Ok(sys::file::is_namespace(file.as_fd())?.then(|| file.into()))
}

fn occupied(path: &Path) -> Error {
    let message = match open_pin(path) {
        Ok(Some(_)) => "a namespace is pinned there already",
        _ => "a file that is no namespace is there already",
    };
    Error::new(ErrorKind::Exists, message)
}
