//! The folder of a pin: opened step by step, and made a shared mount where `ip netns` does that.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::fs::{File, Permissions};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Component, Path};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::sys;
use crate::text::{printable, printable_path};

/// Where `ip netns` has its pins.
const NETNS: &str = "/run/netns";
/// How long somebody else may keep that folder locked, as `ip netns` does for a moment.
const PATIENCE: Duration = Duration::from_millis(100);
const PAUSE: Duration = Duration::from_millis(2);
/// How many symbolic links a path may lead through, as in the kernel.
const LINKS: usize = 40;
const FOLDER: libc::c_int = libc::O_PATH | libc::O_NOFOLLOW;

/// A created folder.
#[derive(Debug)]
pub(super) struct CreatedFolder {
    parent: OwnedFd,
    name: OsString,
}

impl CreatedFolder {
    /// Removes the folder, unless there is something in it.
    pub(super) fn remove(&self) {
        let _ = sys::file::unlink_at(self.parent.as_fd(), self.name.as_bytes(), true);
    }
}

/// Opens a folder. Symbolic links are followed if they belong to root or to the caller: another user's could lead anywhere.
/// Missing folders are created (mode 0755) if `made` records them.
pub(super) fn open(path: &Path, mut made: Option<&mut Vec<CreatedFolder>>) -> Result<OwnedFd> {
    let open = |from: &Path| {
        File::options()
            .read(true)
            .custom_flags(libc::O_PATH | libc::O_DIRECTORY)
            .open(from)
            .and_then(sys::above_streams)
    };
    let root: OwnedFd = open(Path::new("/"))?.into();
    let owners = [sys::file::euid(), sys::file::metadata(root.as_fd())?.uid()];
    let mut folder: OwnedFd = open(Path::new("."))?.into();
    let mut left: VecDeque<OsString> = parts(path);
    let mut links = 0;
    while let Some(part) = left.pop_front() {
        if part == "/" {
            folder = root.try_clone()?;
            continue;
        }
        let (verb, next) = match (sys::file::open_at(folder.as_fd(), part.as_bytes(), FOLDER), &mut made) {
            (Err(error), Some(made)) if error.kind() == io::ErrorKind::NotFound => {
                ("create", create(&folder, &part, made))
            }
            (next, _) => ("open", next.map_err(Error::from)),
        };
        let next = next.doing(|| format!("{verb} the folder {}", printable_path(path)))?;
        let metadata = sys::file::metadata(next.as_fd())?;
        if metadata.is_symlink() {
            links += 1;
            if links > LINKS {
                return Err(Error::from_errno(libc::ELOOP))
                    .doing(|| format!("open the folder {}", printable_path(path)));
            }
            if !owners.contains(&metadata.uid()) {
                let message = format!(
                    "{} in the path is a symbolic link of the user {}, who could let it lead anywhere",
                    printable(part.as_bytes()),
                    metadata.uid()
                );
                return Err(Error::new(ErrorKind::Permission, message));
            }
            let target = sys::file::read_link(next.as_fd())?;
            for part in parts(Path::new(OsStr::from_bytes(&target))).into_iter().rev() {
                left.push_front(part);
            }
        } else if metadata.is_dir() {
            folder = next;
        } else {
            return Err(Error::from_errno(libc::ENOTDIR)).doing(|| format!("open the folder {}", printable_path(path)));
        }
    }
    Ok(folder)
}

fn parts(path: &Path) -> VecDeque<OsString> {
    path.components().filter(|part| *part != Component::CurDir).map(|part| part.as_os_str().to_owned()).collect()
}

fn create(parent: &OwnedFd, name: &OsStr, made: &mut Vec<CreatedFolder>) -> Result<OwnedFd> {
    // First, so that a created folder can be removed again.
    let created_folder = CreatedFolder { parent: parent.try_clone()?, name: name.to_owned() };
    match sys::file::create_folder_at(parent.as_fd(), name.as_bytes(), 0o755) {
        Ok(()) => {
            made.push(created_folder);
            // Whatever the umask is.
            let flags = libc::O_RDONLY | libc::O_DIRECTORY | libc::O_NOFOLLOW;
            let folder = File::from(sys::file::open_at(parent.as_fd(), name.as_bytes(), flags)?);
            folder.set_permissions(Permissions::from_mode(0o755))?;
        }
        // Somebody else created it meanwhile.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    Ok(sys::file::open_at(parent.as_fd(), name.as_bytes(), FOLDER)?)
}

/// Makes the folder of `ip netns` a shared mount of itself, as `ip netns` does: otherwise its next use would do so above the
/// existing pins, and nobody could remove those any more. Returns true if the folder has to be opened again.
pub(super) fn share_with_iproute2(folder: BorrowedFd<'_>) -> Result<bool> {
    let path = Path::new(NETNS);
    let same = |metadata: &std::fs::Metadata| {
        sys::file::inode(folder).is_ok_and(|inode| inode == (metadata.dev(), metadata.ino()))
    };
    if !std::fs::metadata(path).is_ok_and(|metadata| same(&metadata)) {
        return Ok(false);
    }
    // Anybody who may read the folder can lock it: so this does not wait for long.
    let _lock = lock_briefly(path);
    let share = || match sys::mount::make_shared(path) {
        Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
            sys::mount::bind_to_itself(path)?;
            sys::mount::make_shared(path)?;
            Ok(true)
        }
        // It may have become a mount since it was opened.
        shared => shared.map(|()| true),
    };
    share().map_err(|error: io::Error| Error::from(error).context(format!("make {NETNS} a shared mount")))
}

fn lock_briefly(path: &Path) -> Option<File> {
    let folder = File::open(path).and_then(sys::above_streams).ok()?;
    let deadline = Instant::now() + PATIENCE;
    while !sys::file::try_lock(folder.as_fd()).ok()? {
        if Instant::now() >= deadline {
            return None;
        }
        thread::sleep(PAUSE);
    }
    Some(folder)
}
