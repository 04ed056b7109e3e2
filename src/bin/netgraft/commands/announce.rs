//! `announce`, and the child process that sends for a command which does not wait.

use std::env;
use std::ffi::OsString;
use std::io::{self, Read};
use std::os::unix::ffi::OsStringExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use log::Level;
use netgraft::{Announce, Interface};

use crate::args::StateDir;
use crate::args::{AnnounceArgs, RestArgs};
use crate::descriptors;
use crate::failure::Failure;
use crate::interrupt;
use crate::output;
use crate::report::Report;
use crate::session::Session;
use crate::values::Netns;

/// The name of the child's command.
const REST: &str = "announce-rest";

pub(crate) fn announce(args: &AnnounceArgs, session: &mut Session) -> Result<Report, Failure> {
    let numbers = numbers(args.count, args.interval)?;
    let interface = session.interface(&args.netns, &args.source)?;
    if !(args.background && hand_over(&args.netns, &interface, numbers, session, Level::Warn)) {
        session.timed(|| interface.announce(numbers))?;
    }
    Ok(Report::Nothing)
}

/// Returns how often to announce and how far apart, if the command line says so.
pub(super) fn numbers(count: Option<u8>, interval: Option<Duration>) -> netgraft::Result<Announce> {
    let numbers = count.map_or_else(|| Ok(Announce::default()), Announce::times)?;
    interval.map_or(Ok(numbers), |interval| numbers.every(interval))
}

/// Has a child process announce, and returns after the first announcement. Returns false if no child can: then this process has
/// to announce before it ends, and reports that at a level.
///
/// The child sends the first announcement, too: the kernel takes up to 20 ms to close a packet socket, and a process waits for
/// that when it ends. So this process has no packet socket.
pub(super) fn hand_over(
    netns: &Netns,
    interface: &Interface,
    numbers: Announce,
    session: &Session,
    level: Level,
) -> bool {
    if numbers.count() == 0 {
        return false;
    }
    let handed_over = match session.state_dir().folder() {
        Ok(Some(folder)) => start(netns, interface, numbers, &folder).map_err(|error| error.to_string()),
        Ok(None) => Err("no journal is kept".to_owned()),
        Err(failure) => Err(failure.to_string()),
    };
    match handed_over {
        Ok(()) => {
            // Announcements that this process planned before.
            if let Err(error) = interface.announce(Announce::none()) {
                log::debug!("{error}");
            }
            true
        }
        Err(why) => {
            log::log!(level, "{interface} is announced before this ends, not in the background: {why}");
            false
        }
    }
}

/// Starts the child, and returns when it has announced once and needs nobody.
fn start(netns: &Netns, interface: &Interface, numbers: Announce, folder: &Path) -> io::Result<()> {
    let state = interface.state().map_err(|error| io::Error::other(error.to_string()))?;
    let Some(mac) = state.mac else { return Ok(()) };
    let words: Vec<OsString> = vec![
        "--state-dir".into(),
        std::path::absolute(folder)?.into(),
        REST.into(),
        netns.to_word()?,
        OsString::from_vec(interface.source_name().as_bytes().to_vec()),
        interface.index().to_string().into(),
        mac.to_string().into(),
        numbers.count().to_string().into(),
        format!("{}.{:09}s", numbers.interval().as_secs(), numbers.interval().subsec_nanos()).into(),
    ];
    // The program may have been replaced since it was started, and there may be no /proc.
    let mut child = spawn("/proc/self/exe".as_ref(), &words).or_else(|error| match env::args_os().next() {
        Some(program) if error.kind() == io::ErrorKind::NotFound => spawn(program.as_ref(), &words),
        _ => Err(error),
    })?;
    let mut ready = [0];
    let mut stdout = child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?;
    stdout.read_exact(&mut ready).map_err(|_| io::Error::other("the child process has ended"))
}

/// Returns pipes whose other ends are closed here: there may be no /dev/null. This process reports failures of the first
/// announcement on its standard error.
fn spawn(program: &Path, words: &[OsString]) -> io::Result<Child> {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()
}

/// Runs as the child: announces while the interface stays the same.
pub(crate) fn send_rest(args: &RestArgs, state_dir: StateDir) -> Result<(), Failure> {
    let start = Instant::now();
    descriptors::close_inherited();
    interrupt::let_through();
    let numbers = numbers(Some(args.count), Some(args.interval))?;
    nix::unistd::setsid().map_err(|errno| Failure::io("leave the terminal", &errno.into()))?;
    env::set_current_dir("/").map_err(|error| Failure::io("go to /", &error))?;
    for number in 0..u32::from(numbers.count()) {
        thread::sleep((start + numbers.interval() * number).saturating_duration_since(Instant::now()));
        // Looked up again: it may have been removed, or removed and added again.
        let interface = Session::new(state_dir.clone()).interface(&args.netns, &args.source)?;
        if interface.index().get() != args.index || interface.state()?.mac != Some(args.mac) {
            break;
        }
        interface.announce(Announce::times(1)?)?;
        if number == 0 {
            // From here on the child holds nothing of its parent.
            nix::unistd::dup2_stderr(io::stdin())
                .map_err(|errno| Failure::io("let go of standard error", &errno.into()))?;
            output::print("\n");
        }
    }
    Ok(())
}
