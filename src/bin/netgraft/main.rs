//! The command `netgraft`: a thin shell over the library for init scripts and for trying things out.

mod args;
mod batch;
mod commands;
mod demo;
mod descriptors;
mod escape;
mod failure;
#[cfg(test)]
mod generated;
mod interrupt;
mod logger;
mod oci;
mod output;
mod progress;
mod report;
mod session;
mod state_dir;
mod style;
mod values;

use std::env;
use std::ffi::OsString;
use std::process::ExitCode;
use std::time::Duration;

use args::{CommandLine, TopCommand};
use failure::{DONE, Failure, WRONG};
use output::Output;
use session::Session;

fn main() -> ExitCode {
    let words: Vec<OsString> = env::args_os().collect();
    let status = match args::parse::<CommandLine>(&words) {
        Ok((name, line)) => execute(&name, &line),
        Err(error) if error.use_stderr() => refuse(&args::with_tip::<CommandLine>(error, &words), &words),
        Err(help) => {
            output::print(help);
            DONE
        }
    };
    ExitCode::from(status)
}

fn execute(name: &str, line: &CommandLine) -> u8 {
    logger::start(line.verbose);
    let mut session = Session::new(line.state_dir());
    let status = carry_out(name, &line.command, &mut session, Output::new(line.json));
    // What was added is announced a few times more, unless its namespace's handle is closed.
    netgraft::announce::flush();
    status
}

fn carry_out(name: &str, command: &TopCommand, session: &mut Session, output: Output) -> u8 {
    let result = match command {
        TopCommand::Command(command) => commands::execute(command, session),
        TopCommand::Run(args) => Err(commands::run::become_program(args, session)),
        TopCommand::Batch(args) => match batch::execute(args, session, output) {
            Ok(status) => return status,
            Err(failure) => Err(failure),
        },
        TopCommand::Monitor(args) => Err(commands::monitor::watch(args, session, output)),
        TopCommand::Demo => demo::execute(),
        TopCommand::OciHook(args) => oci::execute(args, session.state_dir()),
        TopCommand::AnnounceRest(args) => {
            return commands::announce::send_rest(args, session.state_dir().clone())
                .map_or_else(|failure| failure.status(), |()| DONE);
        }
    };
    let status = output.finished(None, Some(name), &result, session.take_elapsed());
    session.release_signals();
    status
}

/// Says what is wrong with the command line.
fn refuse(error: &clap::Error, words: &[OsString]) -> u8 {
    // When standard error is broken, there is nowhere to say it.
    let _ = match error.kind() {
        clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => error.print(),
        _ => {
            let args::Refusal { message, tip } = error.into();
            let tip = tip.map_or_else(String::new, |tip| format!("  {tip}\n"));
            std::io::Write::write_all(&mut std::io::stderr(), format!("error: {message}\n{tip}").as_bytes())
        }
    };
    // The line could not be read, so that option is looked for among its words.
    if words.iter().take_while(|word| *word != "--").any(|word| word == "--json") {
        let command = args::command_meant::<CommandLine>(words);
        output::print_object(None, command.as_deref(), &Err(Failure::from(error)), Duration::ZERO);
    }
    WRONG
}
