//! Namespaces of the demo's own: nothing is seen outside, and all ends with the process.

use std::fs;
use std::io;

use netgraft::ErrorKind;
use nix::errno::Errno;
use nix::mount::{MsFlags, mount};
use nix::sched::{CloneFlags, unshare};
use nix::unistd::{getgid, getuid};

use crate::failure::Failure;

/// Moves the process, which must have one thread only, away from the host's network and mounts.
pub(super) fn enter() -> Result<(), Failure> {
    leave().map_err(|(doing, error)| {
        let message = format!(
            "the demo needs namespaces of its own and cannot get them ({doing}: {error}): run it as root, or allow \
             user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone, \
             kernel.apparmor_restrict_unprivileged_userns)"
        );
        Failure::new(ErrorKind::Permission, message)
    })
}

fn leave() -> Result<(), (&'static str, io::Error)> {
    let at = |doing| move |errno: Errno| (doing, io::Error::from(errno));
    let (uid, gid) = (getuid(), getgid());
    let wanted = CloneFlags::CLONE_NEWNET | CloneFlags::CLONE_NEWNS;
    match unshare(wanted) {
        // An ordinary user has to be root of a user namespace for that.
        Err(Errno::EPERM) => {
            unshare(wanted | CloneFlags::CLONE_NEWUSER).map_err(at("unshare"))?;
            for (file, text) in
                [("setgroups", "deny".into()), ("uid_map", format!("0 {uid} 1")), ("gid_map", format!("0 {gid} 1"))]
            {
                fs::write(format!("/proc/self/{file}"), text).map_err(|error| (file, error))?;
            }
        }
        result => result.map_err(at("unshare"))?,
    }
    let nothing: Option<&str> = None;
    mount(nothing, "/", nothing, MsFlags::MS_REC | MsFlags::MS_PRIVATE, nothing).map_err(at("mount /"))?;
    mount(nothing, "/run", Some("tmpfs"), MsFlags::empty(), nothing).map_err(at("mount /run"))
}
