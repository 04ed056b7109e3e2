//! `run`: alone it becomes the program; as a line of a batch it waits for the program.

use std::ffi::{OsStr, OsString};
use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Command, Stdio};

use netgraft::ErrorKind;

use crate::args::RunArgs;
use crate::commands::mounts;
use crate::failure::{DONE, FAILED, Failure, NOT_STARTED};
use crate::report::Report;
use crate::session::Session;
use crate::values::Netns;

/// Becomes the program. Returns only when the program cannot be started.
pub(crate) fn become_program(args: &RunArgs, session: &mut Session) -> Failure {
    // The thread that calls exec becomes the process, and stays in the namespace that it is in.
    match inside(args, session, |mut command| command.exec()) {
        Ok(error) => not_started(args, &error),
        Err(failure) => failure,
    }
}

/// Runs the program and waits for its end.
pub(crate) fn wait_for(args: &RunArgs, stdin: Stdio, session: &mut Session) -> Result<Report, Failure> {
    let exit = inside(args, session, |mut command| command.stdin(stdin).status())?
        .map_err(|error| not_started(args, &error))?;
    // As shells report a program that a signal ended.
    let status = exit.code().or_else(|| Some(128 + exit.signal()?)).and_then(|status| u8::try_from(status).ok());
    match status.unwrap_or(FAILED) {
        DONE => Ok(Report::Exit { status: DONE }),
        status => Err(Failure::new(ErrorKind::Kernel, format!("run {:?}: {exit}", program(args))).with_status(status)),
    }
}

fn inside<T: Send>(
    args: &RunArgs,
    session: &mut Session,
    start: impl FnOnce(Command) -> T + Send,
) -> Result<T, Failure> {
    let namespace = session.namespace(&args.netns)?;
    let mut command = Command::new(program(args));
    command.args(args.command.iter().skip(1));
    let name = if let Netns::Path(path) = &args.netns { mounts::name(path) } else { None };
    let is_elsewhere = args.netns != Netns::Current;
    let run = || {
        if is_elsewhere {
            mounts::isolate(name);
        }
        start(command)
    };
    Ok(session.timed(|| namespace.run(run))?)
}

fn program(args: &RunArgs) -> &OsStr {
    // The grammar asks for at least one word.
    args.command.first().map(OsString::as_os_str).unwrap_or_default()
}

fn not_started(args: &RunArgs, error: &io::Error) -> Failure {
    Failure::io(format_args!("run {:?}", program(args)), error).with_status(NOT_STARTED)
}
