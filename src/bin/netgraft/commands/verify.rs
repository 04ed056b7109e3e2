//! `--verify`: a command of the user tests the result of an add.

use std::ffi::OsString;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use netgraft::{InterfaceConfig, Namespace};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::sys::wait::{Id, WaitPidFlag, waitid};
use nix::unistd::Pid;

use crate::escape::escape;
use crate::failure::Failure;

/// Adds a test by a command, which `sh -c` runs in the namespace within a limit. `cancel` ends the test, too.
pub(crate) fn by_command(
    config: InterfaceConfig,
    namespace: &Namespace,
    command: &OsString,
    limit: Duration,
    cancel: &OwnedFd,
) -> Result<InterfaceConfig, Failure> {
    let cancel = cancel.try_clone().map_err(|error| Failure::io("copy a descriptor", &error))?;
    let (namespace, command) = (namespace.clone(), command.clone());
    Ok(config.verify(move |_| {
        let shown = escape(&command.to_string_lossy()).to_string();
        let started = namespace.run(|| start(&command)).map_err(|error| error.to_string())?;
        let ended = started.and_then(|child| within(child, limit, &cancel));
        match ended.map_err(|error| format!("{shown}: {error}"))? {
            Ended::By(status) if status.success() => Ok(()),
            Ended::By(status) => Err(format!("{shown}: {status}")),
            Ended::Late => Err(format!("{shown}: not done within {limit:?}")),
            Ended::Cancelled => Err(format!("{shown}: cancelled")),
        }
    }))
}

/// Starts the command in a process group of its own, which can be killed whole. Standard output is for the result of the add.
fn start(command: &OsString) -> io::Result<Child> {
    let output = io::stderr().as_fd().try_clone_to_owned()?;
    Command::new("sh").arg("-c").arg(command).stdin(Stdio::null()).stdout(output).process_group(0).spawn()
}

enum Ended {
    By(ExitStatus),
    Late,
    Cancelled,
}

/// Waits for the end of the command. What is not done within the limit is killed.
fn within(mut child: Child, limit: Duration, cancel: &OwnedFd) -> io::Result<Ended> {
    let process = Pid::from_raw(child.id() as i32);
    let (end, waiting) = UnixStream::pair()?;
    // The stream is closed when the command has ended. Its number stays its own until the child is waited for below.
    let waiter = thread::Builder::new().spawn(move || {
        let ended = waitid(Id::Pid(process), WaitPidFlag::WEXITED | WaitPidFlag::WNOWAIT);
        drop(end);
        ended
    })?;
    let mut entries = [PollFd::new(waiting.as_fd(), PollFlags::POLLIN), PollFd::new(cancel.as_fd(), PollFlags::POLLIN)];
    let timeout = PollTimeout::try_from(limit).unwrap_or(PollTimeout::MAX);
    let ready = poll(&mut entries, timeout);
    let [ended, cancelled] = entries.map(|entry| entry.any().unwrap_or(false));
    if !ended {
        killpg(process, Signal::SIGKILL)?;
    }
    waiter.join().map_err(|_| io::Error::other("the waiting thread panicked"))??;
    ready?;
    let status = child.wait()?;
    Ok(match (ended, cancelled) {
        (true, _) => Ended::By(status),
        (false, true) => Ended::Cancelled,
        (false, false) => Ended::Late,
    })
}
