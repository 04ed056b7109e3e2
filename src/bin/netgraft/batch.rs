//! Many commands in one process, one a line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek};
use std::process::Stdio;
use std::thread;

use crate::args::{BatchArgs, LineCommand, line};
use crate::commands;
use crate::failure::{DONE, Failure};
use crate::output::Output;
use crate::progress;
use crate::report::Report;
use crate::session::Session;

/// Carries out the lines as they come. Gives the highest of their exit statuses.
pub(crate) fn execute(args: &BatchArgs, session: &mut Session, output: Output) -> Result<u8, Failure> {
    match &args.file {
        None => {
            // The lines still to come are not for a program that a line runs. It gets a pipe that ends at
            // once: there need not be a /dev/null.
            let batch = Batch { session, output, keep_going: args.keep_going, stdin: Stdio::piped };
            batch.execute(io::stdin().lock(), None).map_err(|error| Failure::io("read standard input", &error))
        }
        Some(path) => {
            let batch = Batch { session, output, keep_going: args.keep_going, stdin: Stdio::inherit };
            let read = || {
                let mut file = File::open(path)?;
                let count = count_lines(&mut file)?;
                batch.execute(BufReader::new(file), count)
            };
            read().map_err(|error| Failure::io(format_args!("read {path:?}"), &error))
        }
    }
}

/// How many lines a file has; what comes through a pipe has to be awaited.
fn count_lines(file: &mut File) -> io::Result<Option<u64>> {
    if !file.metadata()?.is_file() {
        return Ok(None);
    }
    let count = BufReader::new(&*file).split(b'\n').count();
    file.rewind()?;
    Ok(u64::try_from(count).ok())
}

struct Batch<'a> {
    session: &'a mut Session,
    output: Output,
    keep_going: bool,
    /// What the programs that lines run read.
    stdin: fn() -> Stdio,
}

impl Batch<'_> {
    fn execute(mut self, mut lines: impl BufRead, count: Option<u64>) -> io::Result<u8> {
        let working = progress::begin(count);
        let mut highest = DONE;
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if lines.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            progress::tell(line.trim_ascii().escape_ascii().to_string());
            let status = self.line(number, &line);
            working.advance();
            highest = highest.max(status);
            if status != DONE && !self.keep_going {
                break;
            }
        }
        Ok(highest)
    }

    fn line(&mut self, number: u64, line: &[u8]) -> u8 {
        let (name, result) = match line::read(line) {
            Ok(None) => return DONE,
            Ok(Some((name, command))) => (Some(name), self.command(&command)),
            Err(wrong) => (wrong.command, Err(Failure::usage(wrong.message))),
        };
        self.output.finished(Some(number), name.as_deref(), &result, self.session.took())
    }

    fn command(&mut self, command: &LineCommand) -> Result<Report, Failure> {
        match command {
            LineCommand::Command(command) => commands::execute(command, self.session),
            LineCommand::Run(args) => commands::run::wait_for(args, (self.stdin)(), self.session),
            LineCommand::Sleep { duration } => {
                thread::sleep(*duration);
                Ok(Report::Nothing)
            }
        }
    }
}
