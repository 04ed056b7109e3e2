//! Reads and writes kernel settings: files below `/proc/sys/net`.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};

use crate::error::{Context, Error, ErrorKind, Result};
use crate::netns::NetNs;
use crate::sys::file::open_at;
use crate::types::Setting;

/// Reads a setting, without surrounding white space.
pub(crate) fn read(netns: &NetNs, setting: &Setting) -> Result<Vec<u8>> {
    let folder = netns.sysctl_dir(&setting.group)?;
    let mut file = open(&folder, setting, libc::O_RDONLY)?;
    if !file.metadata()?.is_file() {
        return Err(Error::new(ErrorKind::Sysctl, "not a regular file"));
    }
    let mut value = Vec::new();
    file.read_to_end(&mut value)?;
    Ok(value.trim_ascii().to_vec())
}

/// Writes a setting, unless it has the value already. Returns whether it was written.
pub(crate) fn write(netns: &NetNs, setting: &Setting, value: &[u8]) -> Result<bool> {
    let file = to_write(netns, setting, value)?;
    let written = file.as_ref().map_or(Ok(()), |mut file| file.write_all(value));
    written.doing(|| "write")?;
    Ok(file.is_some())
}

/// Returns whether a setting's value cannot be read: the kernel answers EIO for a secret that was never set.
pub(crate) fn is_unreadable(error: &Error) -> bool {
    matches!(error.errno(), Some(libc::EIO | libc::EACCES | libc::EPERM | libc::EINVAL))
}

/// Checks that a setting could be written, without writing.
pub(crate) fn check(netns: &NetNs, setting: &Setting, value: &[u8]) -> Result<()> {
    to_write(netns, setting, value).map(drop)
}

/// Opens the file of a setting; `None` when it has the value already.
fn to_write(netns: &NetNs, setting: &Setting, value: &[u8]) -> Result<Option<File>> {
    let present = match read(netns, setting) {
        // Some can be written but not read, or not until they were written once.
        Err(error) if is_unreadable(&error) => None,
        present => Some(present.doing(|| "read")?),
    };
    if present.is_some_and(|present| is_same(&present, value)) {
        return Ok(None);
    }
    let folder = netns.sysctl_dir(&setting.group)?;
    open(&folder, setting, libc::O_WRONLY).map(Some).doing(|| "write")
}

/// Tells whether two values are the same but for white space.
pub(crate) fn is_same(one: &[u8], other: &[u8]) -> bool {
    let words = |value: &[u8]| {
        value.split(u8::is_ascii_whitespace).filter(|w| !w.is_empty()).map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    words(one) == words(other)
}

fn open(folder: &OwnedFd, setting: &Setting, mode: libc::c_int) -> Result<File> {
    // Opening must not hang, should the file be a fifo.
    Ok(open_at(folder.as_fd(), &setting.file, mode | libc::O_NONBLOCK)?.into())
}
