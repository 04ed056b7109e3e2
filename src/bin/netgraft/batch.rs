//! Runs many commands in one process, one per line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::process::Stdio;
use std::thread;

use crate::args::{BatchArgs, LineCommand, line};
use crate::commands;
use crate::failure::{DONE, Failure};
use crate::interrupt::Held;
use crate::output::Output;
use crate::progress;
use crate::report::Report;
use crate::session::Session;

/// The longest line in bytes: twice what the kernel starts a program with (execve(2)).
const LONGEST: u64 = 4 << 20;

/// Carries out the lines as they come, and returns the highest exit status.
pub(crate) fn execute(args: &BatchArgs, session: &mut Session, output: Output) -> Result<u8, Failure> {
    session.begin_batch();
    match &args.file {
        None => {
            // A program that a line runs must not read the following lines. It gets a pipe that ends at once: there may be no
            // /dev/null.
            let batch = Batch { session, output, keep_going: args.keep_going, stdin: Stdio::piped };
            batch.execute(io::stdin().lock(), None).map_err(|error| Failure::io("read standard input", &error))
        }
        Some(path) => {
            let batch = Batch { session, output, keep_going: args.keep_going, stdin: Stdio::inherit };
            let read = || {
                let mut file = File::open(path)?;
                if file.metadata()?.is_file() {
                    let count = count_lines(&mut file)?;
                    batch.execute_whole(&mut BufReader::new(file), Some(count))
                } else {
                    let mut lines = Vec::new();
                    file.read_to_end(&mut lines)?;
                    batch.execute_whole(&mut Cursor::new(lines), None)
                }
            };
            read().map_err(|error| Failure::io(format_args!("read {path:?}"), &error))
        }
    }
}

/// Returns how many lines a file has.
fn count_lines(file: &mut File) -> io::Result<u64> {
    let (mut lines, mut count) = (BufReader::new(&*file), 0);
    while lines.skip_until(b'\n')? > 0 {
        count += 1;
    }
    file.rewind()?;
    Ok(count)
}

struct Batch<'a> {
    session: &'a mut Session,
    output: Output,
    keep_going: bool,
    /// Standard input of programs that lines run.
    stdin: fn() -> Stdio,
}

impl Batch<'_> {
    /// Creates lines that are all there: none is carried out before each is understood.
    fn execute_whole(mut self, lines: &mut (impl BufRead + Seek), count: Option<u64>) -> io::Result<u8> {
        if !self.keep_going {
            if let Some(status) = self.refuse_wrong(lines)? {
                return Ok(status);
            }
            lines.rewind()?;
        }
        self.execute(lines, count)
    }

    /// Returns why the first line with an error cannot be understood.
    fn refuse_wrong(&mut self, lines: &mut impl BufRead) -> io::Result<Option<u8>> {
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            if lines.by_ref().take(LONGEST).read_until(b'\n', &mut line)? == 0 {
                break;
            }
            // A longer line is refused when it is its turn.
            if let Err(wrong) = line::read(&line) {
                let result = Err(Failure::usage(wrong.message));
                let status =
                    self.output.finished(Some(number), wrong.command.as_deref(), &result, self.session.take_elapsed());
                return Ok(Some(status));
            }
        }
        Ok(None)
    }

    fn execute(mut self, mut lines: impl BufRead, count: Option<u64>) -> io::Result<u8> {
        // The thread that draws the line takes no signal either.
        let held = Held::new()?;
        let working = progress::begin(count);
        drop(held);
        let mut highest = DONE;
        let mut line = Vec::new();
        for number in 1.. {
            line.clear();
            let mut rest = lines.by_ref().take(LONGEST);
            if rest.read_until(b'\n', &mut line)? == 0 {
                break;
            }
            let is_whole = rest.limit() > 0 || line.ends_with(b"\n");
            let status = if is_whole {
                progress::tell(line.trim_ascii().escape_ascii().to_string());
                self.line(number, &line)
            } else {
                let too_long = Err(Failure::usage(format!("longer than {LONGEST} bytes")));
                self.output.finished(Some(number), None, &too_long, self.session.take_elapsed())
            };
            working.advance();
            highest = highest.max(status);
            if status != DONE && !self.keep_going {
                break;
            }
            if !is_whole {
                lines.skip_until(b'\n')?;
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
        let status = self.output.finished(Some(number), name.as_deref(), &result, self.session.take_elapsed());
        self.session.release_signals();
        status
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
